//! Many threads and one store: money is spent once, a hold is settled once, an id is used once.

use crate::world::*;
use escrowdb::*;
use std::collections::BTreeMap;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const THREADS: u128 = 8;

/// The smallest cache that is documented: checkpoints are written all the time.
const SMALL_CACHE: usize = 4 << 20;
/// Nothing here takes this long, even on the slowest machine: a thread that has not answered by
/// then never will.
const FOR_EVER: Duration = Duration::from_secs(30);

/// Each of these tests with the usual cache, and with the smallest.
macro_rules! with_both_caches {
    ($($test:ident,)*) => {
        mod usual_cache {
            $(#[test] fn $test() { super::$test(super::Options::new()); })*
        }

        mod smallest_cache {
            $(#[test] fn $test() {
                super::$test(super::Options::new().cache_bytes(super::SMALL_CACHE));
            })*
        }
    };
}

with_both_caches! {
    one_wallet_is_never_overspent,
    a_hold_is_released_or_refunded_and_never_both,
    a_storm_of_retries_applies_once,
    histories_have_an_order,
    tickets_are_answered_in_order,
    a_block_costs_one_sync,
}

/// Runs something that may wait for ever, which would be a failure and not the end of the tests.
fn in_time(run: impl FnOnce() + Send + 'static) {
    let (done, ended) = mpsc::channel();
    let thread = thread::spawn(move || {
        run();
        done.send(()).unwrap();
    });
    assert!(ended.recv_timeout(FOR_EVER) != Err(RecvTimeoutError::Timeout), "it waits for ever");
    thread.join().unwrap();
}

/// Runs a thread for each number, and gathers what they return.
fn threads<R: Send>(run: impl Fn(u128) -> R + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..THREADS).map(|n| scope.spawn(move || run(n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn one_wallet_is_never_overspent(options: Options) {
    let world = World::new(options, THREADS + 1);
    world.pay_in(WALLET, 1_000);
    let spent = threads(|thread| {
        let pay = || world.transfer(WALLET, WALLET + 1 + thread, 7);
        let outcomes = (0..60).map(|_| world.store.submit(&[pay()]).unwrap()[0]);
        outcomes.fold(0, |spent, outcome| {
            assert!(matches!(outcome.status, Status::APPLIED | Status::EXCEEDS_CREDITS));
            spent + if outcome.is_done() { 7 } else { 0 }
        })
    });
    assert_eq!(spent.iter().sum::<u128>(), 994, "as often as it can be spent, and no more");
    assert_eq!(world.available(WALLET), 6);
    let received = (1..=THREADS).map(|n| world.available(WALLET + n));
    assert_eq!(received.collect::<Vec<_>>(), spent);
    world.verify();
}

fn a_hold_is_released_or_refunded_and_never_both(options: Options) {
    let world = World::new(options, 2);
    world.pay_in(WALLET, 1_000);
    let (mut released, mut refunded) = (0, 0);
    for _ in 0..40 {
        let hold = world.hold(WALLET, WALLET + 1, 10);
        world.applied(&[hold]);
        let outcomes = threads(|thread| {
            let settle = if thread % 2 == 0 {
                Operation::release_rest(world.id(), hold.id)
            } else {
                Operation::refund_rest(world.id(), hold.id)
            };
            (thread % 2, world.store.submit(&[settle]).unwrap()[0].status)
        });
        let winners: Vec<_> = outcomes.iter().filter(|(_, status)| status.is_applied()).collect();
        assert_eq!(winners.len(), 1, "{outcomes:?}");
        let late = [Status::HOLD_ALREADY_SETTLED, Status::HOLD_ALREADY_REFUNDED];
        let lost = late[winners[0].0 as usize];
        assert_eq!(outcomes.iter().filter(|(_, status)| *status == lost).count(), 7);
        if winners[0].0 == 0 { released += 10 } else { refunded += 10 }
    }
    assert_eq!(released + refunded, 400);
    assert_eq!(world.available(WALLET), 1_000 - released);
    assert_eq!(world.available(WALLET + 1), released);
    assert_eq!(world.account(WALLET).open_holds, 0);
    world.verify();
}

fn a_storm_of_retries_applies_once(options: Options) {
    let world = World::new(options, 2);
    world.pay_in(WALLET, 10_000);
    let batches: Vec<Vec<_>> =
        (0..20).map(|_| (0..5).map(|_| world.transfer(WALLET, WALLET + 1, 3)).collect()).collect();
    let answers = threads(|_| {
        let submit = |batch: &Vec<Operation>| world.store.submit(batch).unwrap();
        batches.iter().flat_map(submit).collect::<Vec<_>>()
    });
    for retry in 0..100 {
        let answers: Vec<_> = answers.iter().map(|outcomes| outcomes[retry]).collect();
        let applied = answers.iter().filter(|outcome| outcome.status.is_applied()).count();
        assert_eq!(applied, 1);
        for outcome in &answers {
            assert!(outcome.is_done());
            assert_eq!(outcome.timestamp, answers[0].timestamp);
            assert_eq!(outcome.amount, amount(3));
        }
    }
    assert_eq!(world.available(WALLET + 1), 300);
    world.verify();
}

/// The calls and answers of one thread.
type Call = (Operation, Outcome);

/// Operations on a few accounts from many threads, with the times at which they began and ended:
/// the timestamps are an order in which all the answers are right, and which agrees with real time.
fn histories_have_an_order(options: Options) {
    let world = World::new(options, 3);
    world.pay_in(WALLET, 500);
    let start = world.store.snapshot().unwrap().account(id(WALLET)).unwrap().unwrap().balances;
    let begun = Mutex::new(Timestamp::NONE);
    let calls = threads(|thread| {
        let mut calls: Vec<Call> = Vec::new();
        for number in 0..80_u32 {
            let before = *begun.lock().unwrap();
            let units = 1 + (number * 7 + thread as u32 * 3) % 40;
            let operation = match (number + thread as u32) % 3 {
                0 => world.transfer(BANK, WALLET, units),
                _ => world.transfer(WALLET, WALLET + 1 + thread % 2, units),
            };
            let outcome = world.store.submit(&[operation]).unwrap()[0];
            assert!(outcome.timestamp > before, "it is ordered before one that ended earlier");
            let mut begun = begun.lock().unwrap();
            *begun = outcome.timestamp.max(*begun);
            calls.push((operation, outcome));
        }
        calls
    });
    let mut by_time = BTreeMap::new();
    for (operation, outcome) in calls.into_iter().flatten() {
        let twice = by_time.insert(outcome.timestamp, (operation, outcome));
        assert!(twice.is_none(), "a timestamp is unique");
    }
    check_order(start, by_time.into_values());
    world.verify();
}

/// Carries the operations out in this order, as plainly as can be, and compares every answer.
fn check_order(start: Balances, calls: impl Iterator<Item = Call>) {
    let mut paid_in = start.credits_posted.minor_units();
    let mut paid_out = start.debits_posted.minor_units();
    let mut refused = 0;
    for (operation, outcome) in calls {
        let units = operation.amount.minor_units();
        let shown = if operation.credit_account == id(WALLET) {
            paid_in += units;
            assert_eq!(outcome.status, Status::APPLIED);
            outcome.credit
        } else {
            if paid_out + units <= paid_in {
                paid_out += units;
                assert_eq!(outcome.status, Status::APPLIED);
            } else {
                refused += 1;
                assert_eq!(outcome.status, Status::EXCEEDS_CREDITS);
            }
            outcome.debit
        };
        assert_eq!(shown.credits_posted.minor_units(), paid_in, "{outcome:?}");
        assert_eq!(shown.debits_posted.minor_units(), paid_out, "{outcome:?}");
    }
    assert!(refused > 10, "the wallet was hardly ever empty: {refused}");
}

fn tickets_are_answered_in_order(options: Options) {
    let world = World::new(options, 2);
    world.pay_in(WALLET, 5_000);
    let submit = |_| {
        let batch = vec![world.transfer(WALLET, WALLET + 1, 1), world.transfer(BANK, WALLET, 2)];
        world.store.submit_async(batch, Vec::new()).unwrap()
    };
    let tickets: Vec<_> = (0..2_000).map(submit).collect();
    let mut last = Timestamp::NONE;
    for ticket in tickets {
        for outcome in ticket.wait().unwrap() {
            assert!(outcome.status.is_applied() && outcome.timestamp > last);
            last = outcome.timestamp;
        }
    }
    assert_eq!(world.available(WALLET), 5_000 + 2_000);
    let stats = world.store.stats().unwrap();
    assert!(stats.blocks < 1_000, "tickets share blocks: {}", stats.blocks);
    world.verify();
}

fn a_block_costs_one_sync(options: Options) {
    // Room is made ahead, so that no segment is begun here.
    let world = World::new(options, 2);
    world.pay_in(WALLET, 5_000);
    let before = world.store.stats().unwrap();
    for _ in 0..50 {
        let batch = [world.transfer(WALLET, WALLET + 1, 1), world.hold(WALLET, WALLET + 1, 1)];
        world.applied(&batch);
    }
    let after = world.store.stats().unwrap();
    assert_eq!(after.blocks - before.blocks, 50);
    assert_eq!(after.syncs - before.syncs, 50);
    // What leaves no trace costs none.
    let unknown = Operation { kind: Kind::EXPIRE, ..world.transfer(WALLET, BANK, 1) };
    world.store.submit(&[unknown]).unwrap();
    assert_eq!(world.store.stats().unwrap().syncs, after.syncs);
}

#[test]
fn snapshots_stand_still_while_writers_go_on() {
    // A small cache brings on checkpoints by itself, beside those that are asked for.
    let world = World::new(Options::new().cache_bytes(SMALL_CACHE), THREADS + 1);
    world.pay_in(WALLET, 1_000_000);
    let kept = Mutex::new(Vec::new());
    let look = |snapshot: &Snapshot| {
        assert!(snapshot.trial_balance(LEDGER).unwrap().is_balanced());
        let accounts: Result<Vec<_>> = snapshot.all_accounts(None).collect();
        let events = snapshot.events(Timestamp::NONE).count();
        let holds = snapshot.open_holds(&HoldQuery::default()).unwrap().count();
        (accounts.unwrap(), events, holds, snapshot.timestamp())
    };
    threads(|thread| {
        for round in 0..30 {
            match thread {
                0 => world.store.checkpoint().unwrap(),
                1 => {
                    let snapshot = world.store.snapshot().unwrap();
                    let shown = look(&snapshot);
                    if round % 6 == 0 {
                        kept.lock().unwrap().push((snapshot, shown));
                    }
                }
                _ => {
                    let hold = world.hold(WALLET, WALLET + thread, 5);
                    let mut batch: Vec<_> =
                        (0..20).map(|_| world.transfer(WALLET, WALLET + thread, 1)).collect();
                    batch.extend([hold, Operation::release(world.id(), hold.id, amount(2))]);
                    world.applied(&batch);
                }
            }
        }
    });
    let kept = kept.into_inner().unwrap();
    assert_eq!(kept.len(), 5);
    for (snapshot, shown) in &kept {
        assert!(look(snapshot) == *shown, "a kept snapshot has changed");
    }
    drop(kept);
    assert!(world.is_balanced());
    world.verify();
}

/// One thread was enough to stop a store for ever. So much was above the checkpoint that its leader
/// waited for room and woke the thread that looks after the store; that merged layers first, which
/// left less than is worth a checkpoint, wrote none, and woke nobody. Now whatever makes room wakes
/// who waits for it, and somebody who waits is reason enough for a checkpoint.
#[test]
fn who_waits_for_room_is_given_some() {
    for (accounts, transfers, batches) in [(50_u128, 100_u128, 300_u128), (680, 330, 60)] {
        let options = Options::new().cache_bytes(SMALL_CACHE).durability(Durability::Process);
        let world = Arc::new(World::new(options, accounts));
        let payer = Arc::clone(&world);
        in_time(move || {
            for batch in 0..batches {
                let pay = |n| payer.transfer(BANK, WALLET + (batch * 7 + n * 13) % accounts, 1);
                payer.applied(&(0..transfers).map(pay).collect::<Vec<_>>());
            }
        });
        // The one that made room may not be counted yet.
        assert!(
            world.store.stats().unwrap().checkpoint_block > 0,
            "{:?}",
            world.store.stats().unwrap()
        );
        Arc::into_inner(world).unwrap().verify();
    }
}
