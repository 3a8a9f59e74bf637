//! What a store does when it must not go on: failing disks, second openings, early ends.

use crate::world::*;
use escrowdb::disk::MemoryDisk;
use escrowdb::*;
use std::io;
use std::mem::MaybeUninit;
use std::process::Command;
use std::sync::Arc;
use std::thread;

#[test]
fn a_store_is_open_once() {
    let world = World::new(Options::new(), 1);
    let path = world.directory.path().join("store");
    let again = || Store::open(&path, Options::new().exclusive(true));
    assert!(matches!(again(), Err(Error::Locked(_))));
    let verified = verify(&path, |_, _| ()).unwrap();
    assert_eq!(verified.fault, None, "the one who has it open takes guests");
    let clone = world.store.clone();
    drop(world.store);
    assert!(matches!(again(), Err(Error::Locked(_))), "a clone is left");
    drop(clone);
    again().unwrap();
}

/// A child has a copy of all open files until it begins its own program.
#[test]
fn a_closed_store_is_open_to_all_while_children_are_started() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..150 {
                    assert!(Command::new("true").status().unwrap().success());
                }
            });
        }
        for _ in 0..40 {
            drop(Store::open(&path, Options::new()).unwrap());
        }
    });
}

#[test]
fn what_is_no_store_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let open = |name: &str, mode| Store::open(path.join(name), Options::new().mode(mode));
    std::fs::write(path.join("file"), "something").unwrap();
    std::fs::create_dir(path.join("empty")).unwrap();
    std::fs::create_dir(path.join("full")).unwrap();
    std::fs::write(path.join("full/file"), "something").unwrap();
    let any = OpenMode::OpenOrCreate;
    assert!(matches!(open("file", any), Err(Error::NotAStore(_))));
    assert!(matches!(open("full", any), Err(Error::NotAStore(_))));
    assert!(matches!(open("none", OpenMode::Existing), Err(Error::NotFound(_))));
    assert!(matches!(open("empty", OpenMode::Existing), Err(Error::NotFound(_))));
    drop(open("empty", OpenMode::CreateNew).unwrap());
    assert!(matches!(open("empty", OpenMode::CreateNew), Err(Error::AlreadyExists(_))));
    open("empty", OpenMode::Existing).unwrap();
}

/// A store on a disk in memory that can be made to fail.
fn on_memory(options: Options) -> (MemoryDisk, Store) {
    let disk = MemoryDisk::new();
    let store = Store::open_on(Arc::new(disk.clone()), options).unwrap();
    settle_in(&store, 2);
    (disk, store)
}

fn pay(number: u128) -> Operation {
    Operation::transfer(id(number), id(BANK), id(WALLET), LEDGER, amount(1))
}

#[test]
fn a_failing_disk_poisons_everybody() {
    for calls in 1..6 {
        let (disk, store) = on_memory(Options::new());
        let mut answered: Vec<Operation> = Vec::new();
        let tickets: Vec<_> = (0..50)
            .map(|number| {
                if number == 20 {
                    disk.fail_after(calls, io::ErrorKind::Other);
                }
                (pay(5_000 + number), store.submit_async(vec![pay(5_000 + number)], Vec::new()))
            })
            .collect();
        let submit = |thread: u128| {
            let pays = (0..20).map(|number| pay(thread * 100 + number));
            pays.map(|pay| (pay, store.submit(&[pay]))).collect::<Vec<_>>()
        };
        let calls: Vec<_> = thread::scope(|scope| {
            let submit = &submit;
            let threads: Vec<_> =
                (60..66).map(|thread| scope.spawn(move || submit(thread))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let mut reasons = Vec::new();
        let waited = tickets.into_iter().map(|(p, ticket)| (p, ticket.and_then(Ticket::wait)));
        for (operation, result) in waited.chain(calls) {
            match result {
                Ok(outcomes) => {
                    assert!(outcomes[0].status.is_applied());
                    answered.push(operation);
                }
                Err(Error::Poisoned(reason)) => reasons.push(reason),
                Err(error) => panic!("{error:?}"),
            }
        }
        assert!(!reasons.is_empty() && !reasons[0].contains('\n'));
        assert!(reasons.iter().all(|reason| *reason == reasons[0]), "one reason, told to all");
        assert!(matches!(store.checkpoint(), Err(Error::Poisoned(_))));
        assert!(matches!(store.advance(Timestamp::NONE), Err(Error::Poisoned(_))));
        // What is durable can still be read.
        assert!(store.snapshot().unwrap().trial_balance(LEDGER).unwrap().is_balanced());
        drop(store);
        disk.heal();
        let store = Store::open_on(Arc::new(disk), Options::new()).unwrap();
        for outcome in store.submit(&answered).unwrap() {
            assert_eq!(outcome.status, Status::EXISTS);
        }
    }
}

/// Symptom: a caller waited for ever. Cause: what had not fitted into the block of a poisoned store
/// was answered by nobody. Now the leader answers it.
#[test]
fn work_of_many_blocks_ends_with_the_first_failure() {
    for calls in 1..4 {
        let (disk, store) = on_memory(manual());
        store.submit(&[Operation { amount: amount(1_000_000), ..pay(4_000) }]).unwrap();
        let hold = |number| {
            Operation::hold(id(number), id(WALLET), id(WALLET + 1), LEDGER, amount(1))
                .with_deadline(1, AtDeadline::RELEASE)
        };
        store.submit(&(100_000..130_000).map(hold).collect::<Vec<_>>()).unwrap();
        disk.fail_after(calls, io::ErrorKind::StorageFull);
        assert!(matches!(store.advance(seconds(100)), Err(Error::Poisoned(_))));
    }
}

#[test]
fn a_store_may_end_with_tickets_outstanding() {
    for taken in [0, 1, 500] {
        let (disk, store) = on_memory(Options::new());
        let ticket = |number| store.submit_async(vec![pay(number)], Vec::new()).unwrap();
        let mut tickets: Vec<_> = (10_000..10_500).map(ticket).collect();
        drop(store);
        let kept = tickets.split_off(tickets.len() - taken);
        drop(tickets);
        for ticket in kept {
            assert!(ticket.wait().unwrap()[0].status.is_applied(), "it keeps the store");
        }
        let store = Store::open_on(Arc::new(disk), Options::new()).unwrap();
        assert!(store.snapshot().unwrap().trial_balance(LEDGER).unwrap().is_balanced());
    }
}

#[test]
fn a_closed_store_takes_no_more() {
    let (_disk, store) = on_memory(Options::new());
    let clone = store.clone();
    let snapshot = store.snapshot().unwrap();
    store.close().unwrap();
    assert!(matches!(clone.submit(&[pay(5_000)]), Err(Error::Closed)));
    assert!(matches!(clone.submit_async(vec![pay(5_000)], Vec::new()), Err(Error::Closed)));
    assert!(matches!(clone.snapshot(), Err(Error::Closed)));
    snapshot.account(id(WALLET)).unwrap().unwrap();
}

#[test]
fn limits_are_clear_errors() {
    let (_disk, store) = on_memory(Options::new());
    let many = vec![pay(5_000); limits::BATCH_OPERATIONS_MAX + 1];
    let limit = |result: Result<Vec<Outcome>>, number: usize| match result {
        Err(Error::LimitExceeded(text)) => assert!(text.contains(&number.to_string()), "{text}"),
        other => panic!("{other:?}"),
    };
    limit(store.submit(&many), limits::BATCH_OPERATIONS_MAX);
    let accounts = vec![Account::new(id(9), LEDGER, 1, AccountFlags::NONE); many.len()];
    limit(store.create_accounts(&accounts), limits::BATCH_OPERATIONS_MAX);
    let data = vec![b'x'; limits::BATCH_DATA_BYTES_MAX + 1];
    limit(store.submit_with_data(&[], &data), limits::BATCH_DATA_BYTES_MAX);
    // Operations that share bytes of the side buffer count them each.
    let put = Operation {
        kind: Kind::PUT,
        space_length: 1,
        key_length: 1,
        value_length: limits::DOCUMENT_VALUE_BYTES_MAX as u32,
        ..Operation::freeze(id(5_000), Id::ZERO)
    };
    let shared = vec![b'x'; limits::DOCUMENT_VALUE_BYTES_MAX + 2];
    let puts: Vec<_> = (0..1_025).map(|n| Operation { id: id(5_000 + n), ..put }).collect();
    limit(store.submit_with_data(&puts, &shared), limits::BATCH_DATA_BYTES_MAX);
    let outcomes = store.submit_with_data(&puts[..64], &shared).unwrap();
    assert!(outcomes.iter().all(|outcome| outcome.status.is_applied()));
    assert!(matches!(store.acknowledge("", Timestamp::NONE), Err(Error::InvalidArgument(_))));
    let long = "x".repeat(limits::CONSUMER_NAME_BYTES_MAX + 1);
    assert!(matches!(store.acknowledge(&long, Timestamp::NONE), Err(Error::InvalidArgument(_))));
    for number in 0..limits::CONSUMERS_MAX {
        store.acknowledge(&format!("consumer {number}"), Timestamp::NONE).unwrap();
    }
    store.acknowledge("consumer 0", Timestamp::NONE).unwrap();
    let one_more = store.acknowledge("one more", Timestamp::NONE);
    assert!(matches!(one_more, Err(Error::LimitExceeded(_))), "{one_more:?}");
    assert!(store.remove_consumer("consumer 1").unwrap());
    assert!(!store.remove_consumer("consumer 1").unwrap());
    store.acknowledge("one more", Timestamp::NONE).unwrap();
    assert!(matches!(store.advance(Timestamp::MAX), Err(Error::InvalidArgument(_))));
}

/// Room for outcomes, as a binding lends it.
struct Lent(Vec<MaybeUninit<Outcome>>);

impl OutcomeRoom for Lent {
    fn slots(&mut self) -> &mut [MaybeUninit<Outcome>] {
        &mut self.0
    }
}

#[test]
fn room_that_is_too_small_is_refused_before_anything_is_done() {
    let world = World::new(Options::new(), 1);
    let batch = [(); 3].map(|()| world.transfer(BANK, WALLET, 1));
    let store = &world.store;
    let lend = |length| Box::new(Lent(vec![MaybeUninit::uninit(); length]));
    let refused = store.submit_into(&batch, &[], lend(2));
    assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{refused:?}");
    store.submit_into(&batch[..2], &[], lend(2)).unwrap();
    let statuses = |outcomes: Vec<Outcome>| -> Vec<_> {
        outcomes.iter().map(|outcome| outcome.status).collect()
    };
    let again = statuses(store.submit(&batch).unwrap());
    assert_eq!(again, [Status::EXISTS, Status::EXISTS, Status::APPLIED]);
}

/// Outside the files of a store itself an error said `Not a directory` and not which.
#[test]
fn errors_of_the_system_name_the_path() {
    let world = World::new(Options::new(), 1);
    let folder = world.directory.path().to_path_buf();
    let path = |name: &str| folder.join(name);
    let names = |what: &str, answer: Result<()>, name: &str| {
        let Err(Error::Io(error)) = answer else { panic!("{what}: {answer:?}") };
        let words = error.to_string();
        assert!(words.starts_with(&format!("{}: ", path(name).display())), "{what}: {words}");
    };
    std::fs::write(path("file"), "").unwrap();
    std::os::unix::fs::symlink(path("loop"), path("loop")).unwrap();
    let store = &world.store;
    names("no parent", store.backup(path("none/copy")).map(drop), "none/copy.partial");
    names("a loop", store.backup(path("loop")).map(drop), "loop");
    let all = ArchiveOptions::before(Timestamp::MAX);
    names("below a file", store.archive(path("file/a"), &all).map(drop), "file/a");
    let create = Store::open(path("file/store"), Options::new()).map(drop);
    assert!(matches!(create, Err(Error::NotAStore(_))), "{create:?}");
    names("a loop", Store::open(path("loop"), Options::new()).map(drop), "loop");

    store.backup(path("copy")).unwrap();
    let restored = restore(path("copy"), path("none/r"), &VerifyOptions::new(), |_, _| ());
    names("no parent", restored.map(drop), "none/r.partial");
    std::fs::write(path("copy/verify.tmp"), "").unwrap();
    names("in the way", verify(path("copy"), |_, _| ()).map(drop), "copy/verify.tmp");
    std::fs::remove_file(path("copy/verify.tmp")).unwrap();
    std::fs::create_dir(path("copy/LOCK")).unwrap();
    names("a folder", Store::open(path("copy"), Options::new()).map(drop), "copy/LOCK");
}
