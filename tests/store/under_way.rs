//! Batches that were submitted without waiting: how many there may be, and what happens to them
//! when the store is closed.

use crate::world::*;
use escrowdb::*;
use std::collections::VecDeque;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// Nothing bounded the batches of callers who do not wait, but the memory of the machine. Beyond
/// the limit they are refused by name, and whoever waits for one that is under way can go on.
#[test]
fn many_submitters_are_refused_at_the_limit_and_go_on() {
    const SUBMITTERS: u32 = 64;
    const BATCHES: u32 = 12;
    let bytes_max = 16 << 10;
    let world = World::new(Options::new().submissions_bytes_max(bytes_max), 2);
    let refused = AtomicU32::new(0);
    let submit = |_| {
        let mut under_way = VecDeque::new();
        let mut left = BATCHES;
        while left > 0 {
            let batch: Vec<_> = (0..8).map(|_| world.transfer(BANK, WALLET, 1)).collect();
            match world.store.submit_async(batch, Vec::new()) {
                Ok(ticket) => {
                    under_way.push_back(ticket);
                    left -= 1;
                }
                Err(Error::LimitExceeded(what)) => {
                    assert!(what.contains(&bytes_max.to_string()), "{what}");
                    refused.fetch_add(1, Ordering::Relaxed);
                    match under_way.pop_front() {
                        Some(ticket) => drop(Ticket::wait(ticket).unwrap()),
                        None => thread::yield_now(),
                    }
                }
                Err(other) => panic!("{other}"),
            }
        }
        for ticket in under_way {
            assert!(ticket.wait().unwrap().iter().all(|outcome| outcome.status.is_applied()));
        }
    };
    thread::scope(|scope| (0..SUBMITTERS).for_each(|n| drop(scope.spawn(move || submit(n)))));
    assert!(refused.into_inner() > 0, "the limit was never reached");
    assert_eq!(world.available(WALLET), u128::from(SUBMITTERS * BATCHES * 8));
    // A single batch is taken however large it is; a caller who waits is never refused.
    let large: Vec<_> = (0..200).map(|_| world.transfer(BANK, WALLET, 1)).collect();
    world.applied(&large);
    let large: Vec<_> = (0..200).map(|_| world.transfer(BANK, WALLET, 1)).collect();
    assert_eq!(world.store.submit_async(large, Vec::new()).unwrap().wait().unwrap().len(), 200);
    world.verify();
}

/// A ticket kept the store open, and so its directory locked, though nothing was to be done any
/// more: whoever closed a store with batches under way could not open it again. Now they are
/// carried out first, and the directory is free when the call returns.
#[test]
fn a_store_leaves_its_directory_with_batches_under_way() {
    let ends: [fn(Store); 2] = [|store| store.close().unwrap(), drop];
    for end in ends {
        let World { store, directory, .. } = World::new(Options::new(), 2);
        let path = directory.path().join("store");
        let batch = |n| vec![Operation::transfer(id(n), id(BANK), id(WALLET), LEDGER, amount(1))];
        let submit = |n| store.submit_async(batch(n), Vec::new()).unwrap();
        let tickets: Vec<_> = (5_000..5_300).map(submit).collect();
        end(store);
        let store = Store::open(&path, Options::new()).unwrap();
        for ticket in tickets {
            assert!(ticket.is_done());
            assert_eq!(ticket.wait().unwrap()[0].status, Status::APPLIED);
        }
        let account = store.snapshot().unwrap().account(id(WALLET)).unwrap().unwrap();
        assert_eq!(account.balances.available(), amount(300));
    }
}

/// As its page says; the directory is that of files which it reads.
#[test]
fn a_snapshot_keeps_its_store_open() {
    let world = World::new(Options::new(), 2);
    world.pay_in(WALLET, 5);
    let path = world.directory.path().join("store");
    let snapshot = world.store.snapshot().unwrap();
    let mut events = snapshot.events(Timestamp::NONE);
    let World { store, directory: _directory, .. } = world;
    store.close().unwrap();
    let reopen = || Store::open(&path, Options::new().exclusive(true));
    assert!(matches!(reopen().unwrap_err(), Error::Locked(_)));
    assert_eq!(snapshot.account(id(WALLET)).unwrap().unwrap().balances.available(), amount(5));
    drop(snapshot);
    assert!(matches!(reopen().unwrap_err(), Error::Locked(_)), "the events are read from it");
    assert!(events.all(|event| event.is_ok()));
    drop(events);
    reopen().unwrap();
}

/// Threads that submit at once.
const THREADS: u128 = 8;
/// Documents of each.
const DOCUMENTS: usize = 62;
/// How often each is written in one batch.
const TIMES: usize = 16;
/// Of a document as large as they may be, with its key.
const VALUE_BYTES: usize = limits::DOCUMENT_VALUE_BYTES_MAX;

fn value(thread: u128, document: usize) -> Vec<u8> {
    let seed = thread as usize * DOCUMENTS + document;
    (0..VALUE_BYTES).map(|place| (place / 251 + seed * 7) as u8).collect()
}

/// 62 MiB for the journal; the versions of a document share their bytes in the batch.
fn documents(thread: u128) -> (Vec<Operation>, Vec<u8>) {
    let mut data = Vec::new();
    let mut offsets = Vec::new();
    for document in 0..DOCUMENTS {
        offsets.push(data.len() as u32);
        data.extend_from_slice(format!("files{thread}{document:02}").as_bytes());
        data.extend(value(thread, document));
    }
    let put = |n: usize| Operation {
        data_offset: offsets[n % DOCUMENTS],
        ..Operation::put(id((thread + 1) << 32 | n as u128), 5, 3, VALUE_BYTES as u32)
    };
    ((0..DOCUMENTS * TIMES).map(put).collect(), data)
}

/// Batches within the limits, which wait together for the disk, added up to a block above what the
/// journal takes. That poisoned the store, and again once it was reopened and they were sent again.
/// Now a block takes no further batch after so many bytes.
#[test]
fn large_batches_at_once_share_blocks_within_the_limit() {
    let World { store, directory, .. } =
        World::new(Options::new().durability(Durability::Process), 1);
    let before = store.stats().unwrap();
    let together = Barrier::new(THREADS as usize);
    let submit = |thread: u128| {
        let (operations, data) = documents(thread);
        together.wait();
        let outcomes = if thread.is_multiple_of(2) {
            store.submit_with_data(&operations, &data).unwrap()
        } else {
            store.submit_async(operations, data).unwrap().wait().unwrap()
        };
        assert!(outcomes.iter().all(|outcome| outcome.status == Status::APPLIED));
        assert_eq!(outcomes.len(), DOCUMENTS * TIMES);
    };
    thread::scope(|scope| (0..THREADS).for_each(|n| drop(scope.spawn(move || submit(n)))));
    let blocks = store.stats().unwrap().blocks - before.blocks;
    assert!((4..=8).contains(&blocks), "{blocks} blocks");

    store.close().unwrap();
    let path = directory.path().join("store");
    let store = Store::open(&path, Options::new()).unwrap();
    let snapshot = store.snapshot().unwrap();
    for thread in 0..THREADS {
        for document in 0..DOCUMENTS {
            let key = format!("{thread}{document:02}");
            let found = snapshot.document("files", key.as_bytes()).unwrap().unwrap();
            assert!(found.value[..] == value(thread, document), "{key} is another");
        }
    }
    let is_operation = |event: Result<Event>| matches!(event.unwrap().record, Record::Operation(_));
    let written = snapshot.events(Timestamp::NONE).map(is_operation).filter(|is_one| *is_one);
    assert_eq!(written.count(), THREADS as usize * DOCUMENTS * TIMES);
    drop(snapshot);
    store.close().unwrap();
    assert_eq!(verify(&path, |_, _| ()).unwrap().fault, None);
}
