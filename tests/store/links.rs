//! Links, devices and the like in the place of a store's file: such a file is not taken for
//! missing.

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

/// Symptom: with a segment, the journal or `FORMAT` on a medium that was not there, behind a link,
/// a store was verified without a fault, answered old balances, and was gone on with in a second
/// history. Cause: a link that leads nowhere was taken for a name that is not there. Now it is an
/// error that names it.
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
    let head = world.store.head().unwrap();
    let World { store, directory, .. } = world;
    store.close().unwrap();
    let path = directory.path().join("store");
    let all = segment_names(&path);
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
                // Which of several stores it is, too.
                let whole = path.join(name).display().to_string();
                let names_all = !matches!(error, Error::Io(_)) || said.contains(&whole);
                assert!(names_all, "{what}, {name}, {by}: {said}");
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
    assert_eq!(segment_names(&path), all, "nothing was created");
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
    for name in segment_names(&path) {
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

/// Copies a folder by giving its files second names, as `cp -al` does.
fn link_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let name = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => link_folder(&entry.path(), &name),
            false if entry.file_name() == "LOCK" => (),
            false => fs::hard_link(entry.path(), name).unwrap(),
        }
    }
}

/// Symptom: two stores that shared the files of one backup were open at once, both lost operations
/// that were answered, and were verified without a fault. Cause: directories were locked, and not
/// what is written. That is locked, too.
#[test]
fn stores_that_share_files_are_not_open_at_once() {
    let world = World::new(options(), 1);
    for _ in 0..40 {
        world.pay_in(WALLET, 1);
    }
    let path = |name: &str| world.directory.path().join(name);
    world.store.backup(path("one")).unwrap();
    link_folder(&path("one"), &path("two"));
    fs::create_dir(path("three")).unwrap();
    for name in ["FORMAT", "state.redb"] {
        fs::copy(path("one").join(name), path("three").join(name)).unwrap();
    }
    symlink(path("one/journal"), path("three/journal")).unwrap();
    // A store that is open, and has begun segments since it was.
    link_folder(&path("store"), &path("four"));

    let reading = || options().mode(OpenMode::ReadOnly);
    let is_locked = |name: &str, options: Options| match Store::open(path(name), options) {
        Err(Error::Locked(what)) => assert!(what.contains("shares journal"), "{what}"),
        other => panic!("{name}: {other:?}"),
    };
    let pay = |store: &Store, number: u128| {
        let pay = Operation::transfer(id(number), id(BANK), id(WALLET), LEDGER, amount(1));
        assert!(store.submit(&[pay]).unwrap()[0].status.is_applied());
    };
    is_locked("four", options());
    let one = Store::open(path("one"), options()).unwrap();
    for number in 5_000..5_020 {
        for name in ["two", "three"] {
            is_locked(name, options());
            is_locked(name, reading());
            let verified = verify(path(name), |_, _| ());
            assert!(matches!(verified, Err(Error::Locked(_))), "{verified:?}");
        }
        pay(&one, number);
    }
    one.close().unwrap();
    // Those that only read may share.
    let readers = ["one", "three"].map(|name| Store::open(path(name), reading()).unwrap());
    drop(readers);
    let three = Store::open(path("three"), reading()).unwrap();
    is_locked("one", options());
    drop(three);
    let one = Store::open(path("one"), options()).unwrap();
    pay(&one, 6_000);
}
