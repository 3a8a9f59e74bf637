//! What stands in the place of a store's file, and is none: nothing of it is taken for missing.

use crate::world::*;
use escrowdb::*;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Small segments, so that there are many.
fn options() -> Options {
    manual().journal(journal::Options { segment_bytes: 3_000, preallocate_bytes: 1_024 })
}

/// The names of the segments, rising.
fn segments(store: &Path) -> Vec<String> {
    let names = fs::read_dir(store.join("journal")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Symptom: with a segment, the journal or `FORMAT` on a medium that was not there, behind a link, a store
/// was verified without a fault, answered old balances, and was gone on with in a second history. Cause: a
/// link that leads nowhere was taken for a name that is not there. Now it is an error that names it.
#[test]
fn what_leads_nowhere_is_not_missing() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 4] = [
        ("a link", |path| symlink("/nowhere/at/all", path).unwrap()),
        ("a link to itself", |path| symlink(path, path).unwrap()),
        ("a device", |path| symlink("/dev/null", path).unwrap()),
        ("a pipe", |path| {
            assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        }),
    ];
    let world = World::new(options(), 1);
    for _ in 0..60 {
        world.pay_in(WALLET, 1);
    }
    let head = world.store.head();
    let World { store, directory, .. } = world;
    store.close().unwrap();
    let path = directory.path().join("store");
    let all = segments(&path);
    assert!(all.len() > 3, "{all:?}");
    let last = format!("journal/{}", all.last().unwrap());
    let first = format!("journal/{}", all[0]);
    let away = directory.path().join("away");
    for name in [&*first, &*last, "journal", "FORMAT", "state.redb"] {
        for (what, harm) in harms {
            fs::rename(path.join(name), &away).unwrap();
            harm(&path.join(name));
            let refused = |by: &str, answer: Result<()>| {
                let error = answer.expect_err(by);
                let known = matches!(error, Error::Corrupt(_) | Error::Io(_));
                let said = error.to_string();
                assert!(known && said.contains(name), "{what}, {name}, {by}: {error:?}");
            };
            let verified = verify(&path, |_, _| ()).and_then(|report| match report.fault {
                Some(fault) => Err(Error::Corrupt(fault)),
                None => Ok(()),
            });
            refused("verify", verified);
            let restored = directory.path().join("restored");
            let answer = restore(&path, &restored, &VerifyOptions::new(), |_, _| ());
            refused("restore", answer.map(drop));
            if name != first {
                for mode in [OpenMode::ReadOnly, OpenMode::OpenOrCreate] {
                    let opened = Store::open(&path, options().mode(mode));
                    refused("open", opened.map(drop));
                }
            }
            fs::remove_file(path.join(name)).unwrap();
            fs::rename(&away, path.join(name)).unwrap();
        }
    }
    assert_eq!(segments(&path), all, "nothing was created");
    let report = verify_with(&path, &VerifyOptions::new().expect(head), |_, _| ()).unwrap();
    assert_eq!(report.fault, None);
}

/// The same of a store that is open: a backup would lack what is listed and cannot be read.
#[test]
fn a_backup_of_what_leads_nowhere_fails() {
    let world = World::new(options(), 1);
    for _ in 0..60 {
        world.pay_in(WALLET, 1);
    }
    let path = world.directory.path().join("store");
    for name in segments(&path) {
        let segment = path.join("journal").join(&name);
        let away = world.directory.path().join("away");
        fs::rename(&segment, &away).unwrap();
        symlink("/nowhere/at/all", &segment).unwrap();
        let error = world.store.backup(world.directory.path().join("backup")).unwrap_err();
        assert!(error.to_string().contains(&name), "{error}");
        fs::remove_file(&segment).unwrap();
        fs::rename(&away, &segment).unwrap();
    }
    world.store.backup(world.directory.path().join("backup")).unwrap();
}
