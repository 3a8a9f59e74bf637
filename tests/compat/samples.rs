//! The samples: what they are, and that they show what they showed.

use crate::files::{copy, names, samples, unpack};
#[cfg(feature = "wallets")]
use crate::people;
use crate::story::{LAST, batch, go_on, options, second, tell};
use escrowdb::*;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Closed in peace; ended with blocks behind the checkpoint; with its beginning archived; a copy of
/// a running one; one with wallets.
const NAMES: [&str; 5] = ["closed", "killed", "archived", "backup", "wallets"];

/// Makes the samples of this version in a folder.
fn make(folder: &Path) {
    let store = tell(&folder.join("closed"), LAST);
    store.close().unwrap();

    let store = tell(&folder.join("running"), 40);
    store.checkpoint().unwrap();
    go_on(&store, 41, LAST);
    copy(&folder.join("running"), &folder.join("killed"));
    store.backup(folder.join("backup")).unwrap();
    drop(store);
    fs::remove_dir_all(folder.join("running")).unwrap();

    let store = tell(&folder.join("archived"), LAST);
    let report =
        store.archive(folder.join("archive"), &ArchiveOptions::before(second(30))).unwrap();
    assert!(report.segments > 2, "{report:?}");
    store.close().unwrap();

    let store = tell(&folder.join("wallets"), LAST);
    #[cfg(feature = "wallets")]
    people::tell(&store);
    store.close().unwrap();
}

/// What a store shows of itself.
fn shown(path: &Path) -> Value {
    let report = verify(path, |_, _| ()).unwrap();
    assert_eq!(report.fault, None, "{}", path.display());
    let store = Store::open(path, options().mode(OpenMode::Existing)).unwrap();
    let snapshot = store.snapshot().unwrap();
    let accounts: Vec<_> = snapshot
        .all_accounts(None)
        .map(|account| {
            let account = account.unwrap();
            let Balances { debits_pending, debits_posted, credits_pending, credits_posted } =
                account.balances;
            let sums = [debits_pending, debits_posted, credits_pending, credits_posted];
            json!([account.id.to_string(), sums.map(|sum| sum.to_string())])
        })
        .collect();
    // Before anything is asked of the people, which may leave a trail.
    let head = store.head().unwrap().to_string();
    #[cfg(feature = "wallets")]
    let people = path.join("KEYS").exists().then(|| people::shown(&store));
    let open = snapshot.open_holds(&HoldQuery::default()).unwrap().count();
    let documents = snapshot.documents_with_prefix("orders", b"00").unwrap().count();
    let past = snapshot.balances_at(Id::from_u128(2), second(20)).unwrap();
    #[cfg_attr(not(feature = "wallets"), expect(unused_mut, reason = "the people are left out"))]
    let mut shown = json!({
        "head": head,
        "state_hash": report.state_hash,
        "blocks_archived": report.blocks_archived,
        "accounts": accounts,
        "holds": snapshot.all_holds(None).count(),
        "open_holds": open,
        "documents": documents,
        "available_at_20": past.available().to_string(),
        "mailer": snapshot.consumer("mailer").unwrap().unwrap().nanoseconds(),
    });
    #[cfg(feature = "wallets")]
    if let Some(people) = people {
        shown["people"] = people;
    }
    shown
}

/// Everything that was sent is a repeat, and new things are applied.
fn goes_on(path: &Path) {
    let store = Store::open(path, options()).unwrap();
    let head = store.head().unwrap();
    for number in 1..=LAST {
        let (operations, data) = batch(number);
        for outcome in store.submit_with_data(&operations, data.as_bytes()).unwrap() {
            let known = outcome.status.is_repeat() || outcome.status.number() < 200;
            assert!(known, "second {number}: {outcome:?}");
        }
    }
    assert_eq!(store.head().unwrap(), head, "nothing is applied twice");
    go_on(&store, LAST + 1, LAST + 9);
    store.close().unwrap();
    assert_eq!(verify(path, |_, _| ()).unwrap().fault, None);
}

/// A sample as a store of its own.
pub(crate) fn sample(version: &str, name: &str) -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    unpack(&samples().join(version).join(name), &path);
    (folder, path)
}

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Writes the samples of this version, if they are asked for and not there. It takes wallets.
pub(crate) fn bless() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    let target = samples().join(VERSION);
    if std::env::var_os("ESCROWDB_BLESS").is_none()
        || cfg!(not(feature = "wallets"))
        || target.exists()
    {
        return;
    }
    ONCE.call_once(|| {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path());
        let mut expected = json!({});
        for name in NAMES {
            let path = folder.path().join(name);
            crate::files::pack(&path, &target.join(name));
            expected[name] = shown(&path);
        }
        crate::files::pack(&folder.path().join("archive"), &target.join("archive"));
        let text = serde_json::to_string_pretty(&expected).unwrap() + "\n";
        fs::write(target.join("expected.json"), text).unwrap();
    });
}

#[test]
fn stores_of_every_version_open() {
    bless();
    let mut versions: Vec<_> =
        fs::read_dir(samples()).unwrap().map(|e| e.unwrap().path()).collect();
    versions.sort();
    assert!(!versions.is_empty());
    for version in versions {
        let version = version.file_name().unwrap().to_str().unwrap().to_owned();
        let expected = fs::read_to_string(samples().join(&version).join("expected.json")).unwrap();
        let mut expected: Value = serde_json::from_str(&expected).unwrap();
        if cfg!(not(feature = "wallets")) {
            expected["wallets"].as_object_mut().unwrap().remove("people");
        }
        for name in NAMES {
            let (_folder, path) = sample(&version, name);
            assert_eq!(shown(&path), expected[name], "{version}/{name}");
            goes_on(&path);
        }
    }
}

/// The archive of a sample is read with it, and the journal alone makes the same state.
#[test]
fn archives_of_every_version_are_read() {
    bless();
    let (folder, store) = sample(VERSION, "archived");
    let archive = folder.path().join("archive");
    unpack(&samples().join(VERSION).join("archive"), &archive);
    let options = VerifyOptions::new().archive(&archive);
    let report = verify_with(&store, &options, |_, _| ()).unwrap();
    assert_eq!((report.fault, report.blocks_archived), (None, 0));
    copy(&archive, &store);
    fs::remove_file(store.join("state.redb")).unwrap();
    let rebuilt = shown(&store);
    assert_eq!(rebuilt["state_hash"], report.state_hash);
    let (_other, closed) = sample(VERSION, "closed");
    // The same story, told with and without archiving.
    assert_eq!(shown(&closed)["state_hash"], report.state_hash);
}

/// What is written today is what the samples were written as: the same story, the same bytes of
/// history.
#[test]
fn the_story_is_still_told_alike() {
    bless();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("closed");
    tell(&path, LAST).close().unwrap();
    let (_other, sample) = sample(VERSION, "closed");
    assert_eq!(shown(&path), shown(&sample));
}

/// Symptom: the state file had other bytes after `verify`. Cause: a B-tree marks its file when it
/// is opened and when it is closed. Now what it writes then stays in memory: whoever verifies
/// evidence does not change it.
#[test]
fn verify_changes_no_file() {
    bless();
    for name in NAMES {
        let (_folder, path) = sample(VERSION, name);
        let contents = || -> Vec<_> {
            let of = |name| fs::read(path.join(&name)).map(|bytes| (name, bytes)).unwrap();
            names(&path).into_iter().filter(|name| !name.ends_with("LOCK")).map(of).collect()
        };
        let before = contents();
        let mut told = Vec::new();
        let report = verify_with(&path, &VerifyOptions::new(), |done, all| told.push((done, all)));
        let blocks = report.unwrap().blocks;
        assert!(contents() == before, "{name}");
        // And it says how far it is, block by block.
        assert_eq!(told.len() as u64, blocks, "{name}");
        assert!(told.iter().zip(1..).all(|(&(done, all), number)| done == number && all >= done));
        assert_eq!(told.last().map(|(done, all)| done == all), Some(true), "{name}");
    }
}
