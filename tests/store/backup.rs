//! Backups of a store that goes on, and restoring them.

use crate::world::*;
use escrowdb::disk::{Disk, MemoryDisk};
use escrowdb::*;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Small segments, so that there are many.
fn options() -> Options {
    let journal = journal::Options { segment_bytes: 30_000, preallocate_bytes: 4_096 };
    Options::new().cache_bytes(4 << 20).journal(journal)
}

fn no_progress(_: u64, _: u64) {}

/// Verifies a store by a head, and gives the hash of its state.
fn sound(path: &Path, head: Head) -> String {
    let report = verify_with(path, &VerifyOptions::new().expect(head), no_progress).unwrap();
    assert_eq!(report.fault, None);
    report.state_hash
}

#[test]
fn a_backup_has_all_that_was_answered_while_writes_go_on() {
    let world = World::new(options(), 4);
    let (answered, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let mut backups = Vec::new();
    thread::scope(|scope| {
        for thread in 0..4 {
            let (world, answered, stop) = (&world, &answered, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let pay = world.transfer(BANK, WALLET + thread, 1);
                    let hold = world.hold(WALLET + thread, WALLET + (thread + 1) % 4, 1);
                    world.applied(&[pay, hold]);
                    answered.lock().unwrap().extend([pay.id, hold.id]);
                }
            });
        }
        for number in 0..4 {
            while answered.lock().unwrap().len() < 400 * number {
                thread::yield_now();
            }
            if number % 2 == 1 {
                world.store.checkpoint().unwrap();
            }
            let before = answered.lock().unwrap().clone();
            let path = world.directory.path().join(format!("backup-{number}"));
            let report = world.store.backup(&path).unwrap();
            backups.push((path, report, before));
        }
        stop.store(true, Ordering::Relaxed);
    });
    let World { store, directory, .. } = world;
    drop(store);
    for (path, report, before) in backups {
        let hash = sound(&path, report.head);
        // The store itself has gone on from there.
        sound(&directory.path().join("store"), report.head);
        let store = Store::open(&path, options()).unwrap();
        assert_eq!(store.head(), report.head);
        let found = store.snapshot().unwrap().operations(&before).unwrap();
        assert!(found.iter().all(Option::is_some), "something that was answered is missing");
        drop(store);
        // Its journal alone makes the same state.
        fs::remove_file(path.join("state.redb")).unwrap();
        assert_eq!(sound(&path, report.head), hash);
    }
}

#[test]
fn a_backup_is_restored_to_the_same_state() {
    let world = World::new(options(), 2);
    for _ in 0..300 {
        world.pay_in(WALLET, 5);
    }
    world.store.acknowledge("mailer", seconds(1)).unwrap();
    let root = world.directory.path().to_owned();
    let backup = root.join("backup");
    // An empty directory is as good as none.
    fs::create_dir(&backup).unwrap();
    let report = world.store.backup(&backup).unwrap();
    assert_eq!(report.head, world.store.head());
    assert!(report.segments > 1, "{report:?}");
    let World { store, directory, .. } = world;
    drop(store);
    let hash = sound(&root.join("store"), report.head);

    let restored = root.join("restored");
    let expected = VerifyOptions::new().expect(report.head);
    let seen = restore(&backup, &restored, &expected, no_progress).unwrap();
    assert_eq!((seen.state_hash.as_str(), seen.fault), (hash.as_str(), None));
    let store = Store::open(&restored, options()).unwrap();
    assert_eq!(store.head(), report.head);
    let paid = store.snapshot().unwrap().account(id(WALLET)).unwrap().unwrap();
    assert_eq!(paid.balances.available(), amount(1_500));
    drop((store, directory));
}

#[test]
fn nothing_is_written_over() {
    let world = World::new(options(), 1);
    let root = world.directory.path();
    let (full, file, partial) = (root.join("full"), root.join("file"), root.join("x.partial"));
    fs::create_dir(&full).unwrap();
    fs::write(full.join("theirs"), "theirs").unwrap();
    fs::write(&file, "theirs").unwrap();
    fs::create_dir(&partial).unwrap();
    for (path, words) in [
        (full.clone(), "is there and no empty directory"),
        (file.clone(), "is there and no empty directory"),
        (root.join("store"), "is there and no empty directory"),
        (root.join("x"), "is left of an earlier attempt: remove it"),
    ] {
        let error = world.store.backup(&path).unwrap_err();
        assert!(matches!(error, Error::InTheWay(_)), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let backup = root.join("backup");
    world.store.backup(&backup).unwrap();
    let error = restore(&backup, &full, &VerifyOptions::new(), no_progress).unwrap_err();
    assert!(matches!(error, Error::InTheWay(_)), "{error:?}");
    assert_eq!(fs::read_to_string(file).unwrap(), "theirs");
    assert_eq!(fs::read_dir(full).unwrap().count(), 1);
}

#[test]
fn a_backup_that_rotted_is_not_restored() {
    let world = World::new(options(), 1);
    world.pay_in(WALLET, 5);
    let root = world.directory.path();
    let backup = root.join("backup");
    let head = world.store.backup(&backup).unwrap().head;
    let segment = backup.join("journal/00000000000000000001.seg");
    let mut bytes = fs::read(&segment).unwrap();
    bytes[700] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let restored = root.join("restored");
    let error = restore(&backup, &restored, &VerifyOptions::new().expect(head), no_progress);
    assert!(matches!(error.unwrap_err(), Error::Corrupt(_)));
    assert!(!restored.exists() && !root.join("restored.partial").exists());
}

/// At whatever call the destination fails, the store goes on, and what is left is no store.
#[test]
fn half_a_backup_is_no_store() {
    let world = World::new(options(), 2);
    for _ in 0..50 {
        world.pay_in(WALLET, 5);
    }
    let mut calls = 1;
    loop {
        let disk = MemoryDisk::new();
        disk.fail_after(calls, std::io::ErrorKind::StorageFull);
        let result = world.store.backup_to(&disk);
        disk.heal();
        world.pay_in(WALLET, 1);
        if let Ok(report) = result {
            let store = Store::open_on(std::sync::Arc::new(disk), manual()).unwrap();
            assert_eq!(store.head(), report.head);
            break;
        }
        // The last call syncs the name of a file that is whole.
        let is_store = disk.exists("FORMAT").unwrap();
        assert!(!is_store || Store::open_on(std::sync::Arc::new(disk), manual()).is_ok());
        calls += 1;
    }
    assert!(calls > 20, "a backup has hardly any calls that can fail: {calls}");
    world.verify();
}

#[test]
fn an_empty_store_is_backed_up_too() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path().join("store"), manual()).unwrap();
    let path = directory.path().join("backup");
    let report = store.backup(&path).unwrap();
    assert_eq!((report.head.block, report.head), (0, store.head()));
    sound(&path, report.head);
    settle_in(&Store::open(&path, manual()).unwrap(), 1);
    sound(&path, report.head);
}
