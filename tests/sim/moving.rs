//! Power cuts and failing disks while segments are archived: each event is in the store or in the
//! archive, the store opens, and no id is applied twice.

use crate::disk::{Fault, Plan, SimulatedDisk};
use crate::story::opening;
use escrowdb::disk::{Disk, OpenMode};
use escrowdb::journal::{JournalReader, Start, scan};
use escrowdb::{
    Amount, ArchiveOptions, ClockSource, Head, Id, Operation, Options, Outcome, Status, Store,
    Timestamp, journal,
};
use std::sync::Arc;

fn options() -> Options {
    let journal = journal::Options { segment_bytes: 2_048, preallocate_bytes: 512 };
    Options::new().clock(ClockSource::Manual).journal(journal)
}

fn open(disk: &SimulatedDisk) -> Store {
    Store::open_on(Arc::new(disk.clone()), options()).unwrap()
}

/// What was sent, one block each, with the first outcomes.
struct Sent(Vec<(Operation, Outcome)>);

fn fill() -> (SimulatedDisk, Sent) {
    let disk = SimulatedDisk::new(11);
    let store = open(&disk);
    for step in opening() {
        step.on_store(&store).unwrap();
    }
    let mut sent = Vec::new();
    for number in 0..40_u128 {
        let (from, to) = (Id::from(2_u128), Id::from(3_u128));
        let pay = Operation::transfer(Id::from(9_000 + number), from, to, 1, Amount::from(1_u32));
        // Reversals are carried out again by what they undo.
        let reverse = |(first, _): &(Operation, _)| {
            Operation::reverse(Id::from(9_000 + number), first.id, Amount::from(1_u32))
        };
        let operation = if number % 5 == 4 { reverse(&sent[0]) } else { pay };
        let operation = if number % 10 == 9 { reverse(&sent[1]) } else { operation };
        let outcome = store.submit(&[operation]).unwrap()[0];
        sent.push((operation, outcome));
    }
    (disk, Sent(sent))
}

/// Every block of the journal is in the store or in the archive, whole.
fn nothing_is_lost(store: &SimulatedDisk, archive: &SimulatedDisk, head: Head) {
    let all = store.fork();
    all.create_folder("journal").unwrap();
    for name in archive.list("journal").unwrap() {
        let name = format!("journal/{name}");
        if name.ends_with(".seg") && !all.exists(&name).unwrap() {
            let from = archive.open(&name, OpenMode::Existing).unwrap();
            let mut bytes = vec![0; from.len().unwrap() as usize];
            from.read_at(0, &mut bytes).unwrap();
            all.open(&name, OpenMode::CreateNew).unwrap().write_at(0, &bytes).unwrap();
        }
    }
    let format = all.with_file("FORMAT", |bytes| String::from_utf8(bytes.clone()).unwrap());
    let id = format.lines().nth(1).unwrap().strip_prefix("store ").unwrap().to_owned();
    let id = u128::from_str_radix(&id, 16).unwrap().to_be_bytes();
    let disk: Arc<dyn Disk> = Arc::new(all);
    let mut blocks = scan(Arc::clone(&disk), id, Start::Beginning).unwrap();
    while blocks.head().number < head.block {
        blocks.next().expect("a block").unwrap();
    }
    assert_eq!(blocks.head().hash, head.hash);
    assert_eq!(JournalReader::new(disk, id).first().unwrap().unwrap().segment, 1);
}

fn is_judged_as_ever(store: &Store, sent: &Sent) {
    let head = store.head().unwrap();
    for (operation, first) in &sent.0 {
        let again = store.submit(&[*operation]).unwrap()[0];
        assert!(again.status.is_repeat(), "{operation:?}: {again:?}");
        assert_eq!(again.timestamp, first.timestamp);
    }
    assert_eq!(store.head().unwrap(), head);
}

/// Archives with one fault at one call of one of the disks. `false` if there are fewer calls.
fn play(fault: Fault, call: u64, is_source: bool, whole: &(SimulatedDisk, Sent)) -> bool {
    let (disk, sent) = (whole.0.fork(), &whole.1);
    let archive = SimulatedDisk::new(12);
    let store = open(&disk);
    let head = store.head().unwrap();
    // A reversal that the checkpoint has not, of what is to be archived.
    let late = Operation::reverse(Id::from(9_999_u128), sent.0[2].0.id, Amount::from(1_u32));
    store.submit(&[late]).unwrap();
    let before = ArchiveOptions::before(sent.0[25].1.timestamp);
    let failing = if is_source { &disk } else { &archive };
    failing.plan(Plan { call, fault });
    let done = store.archive_to(Arc::new(archive.clone()), &before);
    let failed = failing.has_failed();
    if !failed || fault != Fault::PowerLoss {
        failing.heal();
        // It goes on, unless the failure was in a checkpoint.
        if store.submit(&[]).is_ok() {
            is_judged_as_ever(&store, sent);
        }
    }
    drop(store);
    for disk in [&disk, &archive] {
        disk.heal();
        if fault == Fault::PowerLoss || call.is_multiple_of(2) {
            disk.cut_power();
        }
    }
    nothing_is_lost(&disk, &archive, head);
    let store = open(&disk);
    assert_eq!(store.head().unwrap().block, head.block + 1);
    is_judged_as_ever(&store, sent);
    // The next attempt does the rest.
    let report = store.archive_to(Arc::new(archive.clone()), &before).unwrap();
    assert!(report.archived.block > 10, "{report:?}");
    is_judged_as_ever(&store, sent);
    let refused = Operation::reverse(Id::from(10_000_u128), sent.0[3].0.id, Amount::from(1_u32));
    assert_eq!(store.submit(&[refused]).unwrap()[0].status, Status::OPERATION_IS_ARCHIVED);
    drop(store);
    disk.cut_power();
    archive.cut_power();
    nothing_is_lost(&disk, &archive, head);
    let store = open(&disk);
    is_judged_as_ever(&store, sent);
    let events = store.snapshot().unwrap().events(Timestamp::NONE).next().unwrap();
    assert!(events.is_err());
    failed || done.is_err()
}

/// Lets each call fail in turn, of which there are `least` and more on either disk.
fn check(fault: Fault, least: u64) {
    let whole = fill();
    for is_source in [true, false] {
        let mut call = 1;
        while play(fault, call, is_source, &whole) {
            call += 1;
        }
        assert!(call > least, "archiving has hardly any calls that can fail: {call}");
    }
}

#[test]
fn the_power_may_fail_at_every_call() {
    check(Fault::PowerLoss, 12);
}

#[test]
fn every_call_may_fail() {
    check(Fault::Io, 12);
}

#[test]
fn every_sync_may_fail() {
    check(Fault::Sync, 3);
}

#[test]
fn either_disk_may_be_full_at_every_call() {
    check(Fault::NoSpace, 12);
}

#[test]
fn every_write_may_be_cut_short() {
    check(Fault::ShortWrite, 3);
}

/// What lies in the file of keys: a backup copies it and does not look into it.
const KEYS: &[u8] = b"keys of persons";

fn with_keys() -> (SimulatedDisk, Sent) {
    let (disk, sent) = fill();
    let keys = disk.open("KEYS", OpenMode::CreateNew).unwrap();
    keys.write_at(0, KEYS).unwrap();
    (disk.duplicate(), sent)
}

fn is_whole(backup: &SimulatedDisk, head: Head, sent: &Sent) {
    let copy = open(backup);
    assert_eq!(copy.head().unwrap(), head);
    is_judged_as_ever(&copy, sent);
    assert_eq!(backup.with_file("KEYS", |bytes| bytes.clone()), KEYS);
}

/// A backup that was reported is there after a power cut; one that was interrupted is no store, or
/// all of one.
#[test]
fn the_disk_of_a_backup_may_fail_at_every_call() {
    let (disk, sent) = with_keys();
    let store = open(&disk);
    for fault in [Fault::PowerLoss, Fault::Sync, Fault::Io, Fault::NoSpace, Fault::ShortWrite] {
        for call in 1.. {
            let backup = SimulatedDisk::new(call);
            backup.plan(Plan { call, fault });
            let done = store.backup_to(Arc::new(backup.clone()));
            let failed = backup.has_failed();
            backup.heal();
            backup.cut_power();
            // What fails is the backup, and not the store.
            assert!(store.submit(&[]).is_ok());
            assert!(done.is_err() || backup.exists("FORMAT").unwrap());
            if done.is_ok() || fault == Fault::PowerLoss && backup.exists("FORMAT").unwrap() {
                is_whole(&backup, store.head().unwrap(), &sent);
            }
            if !failed {
                assert!(call > 3, "a backup has hardly any calls that can fail: {call}");
                break;
            }
        }
    }
}

/// While a backup is made, the store's own disk fails to be read: the backup is not made, and the
/// next one is.
#[test]
fn the_disk_of_the_store_may_fail_at_every_call_of_a_backup() {
    let (disk, sent) = with_keys();
    for call in 1.. {
        let disk = disk.fork();
        let store = open(&disk);
        disk.plan(Plan { call, fault: Fault::Io });
        let backup = SimulatedDisk::new(call);
        let done = store.backup_to(Arc::new(backup.clone()));
        let failed = disk.heal();
        // Whoever looks after the store may have met the fault, and not the backup.
        assert!(failed || done.is_ok(), "call {call}: {done:?}");
        assert_eq!(backup.exists("FORMAT").unwrap(), done.is_ok(), "call {call}");
        let backup = SimulatedDisk::new(call);
        store.backup_to(Arc::new(backup.clone())).unwrap();
        backup.cut_power();
        is_whole(&backup, store.head().unwrap(), &sent);
        if !failed {
            assert!(call > 10, "a backup has hardly any calls that can fail: {call}");
            break;
        }
    }
}
