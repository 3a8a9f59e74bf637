//! From the first format of the state to the one of today, with a failure at every step.

use crate::files::names;
use crate::samples::sample;
use crate::story::{LAST, go_on, options};
use escrowdb::disk::{Disk, MemoryDisk, OpenMode as FileMode};
use escrowdb::*;
use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

/// The archived sample of the version that wrote the first format: its state cannot be built again.
fn archived() -> MemoryDisk {
    let (_folder, path) = sample("0.1.0", "archived");
    let disk = MemoryDisk::new();
    disk.create_folder("journal").unwrap();
    for name in names(&path).iter().filter(|name| !name.ends_with("LOCK")) {
        let file = disk.open(name.to_str().unwrap(), FileMode::CreateNew).unwrap();
        file.write_at(0, &fs::read(path.join(name)).unwrap()).unwrap();
    }
    disk
}

fn open(disk: &MemoryDisk) -> Result<Store> {
    Store::open_on(Arc::new(disk.clone()), options())
}

type Contents = (Vec<Account>, Vec<Hold>);

fn contents(store: &Store) -> Contents {
    let snapshot = store.snapshot().unwrap();
    let accounts = snapshot.all_accounts(None).map(Result::unwrap).collect();
    (accounts, snapshot.all_holds(None).map(Result::unwrap).collect())
}

/// Goes on, some of the time on a disk that fails: as far as that lets it.
fn try_to_go_on(disk: &MemoryDisk) -> Result<()> {
    let store = open(disk)?;
    let first = LAST + 1;
    store.advance(crate::story::second(first))?;
    let (operations, data) = crate::story::batch(first);
    store.submit_with_data(&operations, data.as_bytes())?;
    store.checkpoint()?;
    store.close()
}

/// What is wanted: whatever a crash or a full disk interrupts while the state becomes one of the
/// new format, an old or a new one is opened afterwards, and nothing of accounts and holds is lost.
#[test]
fn the_state_of_an_archived_store_changes_its_format_all_or_nothing() {
    let sample = archived();
    let whole = sample.duplicate();
    let before = contents(&open(&whole).unwrap());
    assert!(before.1.len() > 50 && before.1.iter().any(Hold::is_open));
    try_to_go_on(&whole).unwrap();
    let store = open(&whole).unwrap();
    go_on(&store, LAST + 1, LAST + 3);
    let expected = contents(&store);
    assert_ne!(expected, before);

    let mut calls = 0;
    loop {
        calls += 1;
        let disk = sample.duplicate();
        disk.fail_after(calls, ErrorKind::Other);
        let went_well = try_to_go_on(&disk).is_ok();
        disk.heal();
        let store = open(&disk).unwrap();
        go_on(&store, LAST + 1, LAST + 3);
        assert_eq!(contents(&store), expected, "failed at call {calls}");
        if went_well {
            break;
        }
    }
    assert!(calls > 10, "{calls}");
}
