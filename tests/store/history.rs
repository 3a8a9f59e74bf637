//! Recorded histories: many threads write and read, their calls and answers are recorded with their
//! times, and one order has to explain all of them.
//!
//! The timestamps claim that order. It is right if it agrees with real time (a call that was
//! answered before another one began comes first), if a model of a few numbers gives the same
//! answers in it, and if each snapshot shows the model at a point of the order within the time in
//! which it was taken.

use crate::world::*;
use escrowdb::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

const THREADS: u128 = 6;
const WALLETS: u128 = 3;
const CALLS: u64 = 60;

/// An operation, and when it was asked for and answered, in ticks of a clock that all threads
/// share.
#[derive(Clone, Copy, Debug)]
struct Call {
    operation: Operation,
    outcome: Outcome,
    asked: u64,
    answered: u64,
}

/// What a snapshot showed of the wallets, and of how many holds were open.
#[derive(Clone, Debug)]
struct Look {
    timestamp: Timestamp,
    wallets: Vec<Balances>,
    open_holds: usize,
    asked: u64,
    answered: u64,
}

#[derive(Default)]
struct Recorder {
    ticks: AtomicU64,
    calls: Mutex<Vec<Call>>,
    looks: Mutex<Vec<Look>>,
    /// Holds that threads know of, to fight over.
    holds: Mutex<Vec<Id>>,
}

impl Recorder {
    fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::SeqCst)
    }

    fn call(&self, operations: Vec<Operation>, submit: impl FnOnce(&[Operation]) -> Vec<Outcome>) {
        let asked = self.tick();
        let outcomes = submit(&operations);
        let answered = self.tick();
        let calls = operations.into_iter().zip(outcomes);
        let is_hold = |(operation, outcome): &(Operation, Outcome)| {
            operation.kind == Kind::HOLD && outcome.is_done()
        };
        let calls: Vec<_> = calls.collect();
        let holds = calls.iter().filter(|call| is_hold(call)).map(|(hold, _)| hold.id);
        self.holds.lock().unwrap().extend(holds);
        let calls = calls.into_iter();
        let calls = calls.map(|(operation, outcome)| Call { operation, outcome, asked, answered });
        self.calls.lock().unwrap().extend(calls);
    }

    fn look(&self, store: &Store) {
        let asked = self.tick();
        let snapshot = store.snapshot().unwrap();
        let answered = self.tick();
        let wallet = |n| snapshot.account(id(WALLET + n)).unwrap().unwrap().balances;
        let look = Look {
            timestamp: snapshot.timestamp(),
            wallets: (0..WALLETS).map(wallet).collect(),
            open_holds: snapshot.open_holds(&HoldQuery::default()).unwrap().count(),
            asked,
            answered,
        };
        self.looks.lock().unwrap().push(look);
    }
}

/// What a thread does next: the same few wallets, and holds that others settle too.
fn operations(world: &World, recorder: &Recorder, number: u64) -> Vec<Operation> {
    let wallet = |n: u64| WALLET + u128::from(n) % WALLETS;
    let units = 1 + (number * 7 % 30) as u32;
    let known = recorder.holds.lock().unwrap();
    // The latest, which others have seen too.
    let hold = known.iter().rev().take(2).nth(number as usize / 6 % 2).copied();
    drop(known);
    match (number % 6, hold) {
        (0, _) => vec![world.transfer(BANK, wallet(number), 8 * units)],
        (1, _) => {
            let hold = world.hold(wallet(number), wallet(number + 1), units);
            vec![hold, world.transfer(wallet(number), wallet(number + 2), 2 * units)]
        }
        (2, Some(hold)) => vec![Operation::release_rest(world.id(), hold)],
        (3, Some(hold)) => vec![Operation::refund_rest(world.id(), hold)],
        (4, Some(hold)) => vec![Operation::release(world.id(), hold, amount(units / 3 + 1))],
        _ => vec![world.transfer(wallet(number), wallet(number + 1), units)],
    }
}

#[derive(Clone, Copy, Default)]
struct Wallet {
    posted_in: u128,
    posted_out: u128,
    held_in: u128,
    held_out: u128,
}

struct Held {
    payer: Id,
    payee: Id,
    left: u128,
    /// Whether something was refunded, and released.
    went: [bool; 2],
}

impl Held {
    /// How it ended, if it has.
    fn end(&self) -> Option<Status> {
        let end = match self.went {
            [true, true] => Status::HOLD_ALREADY_SPLIT,
            [true, false] => Status::HOLD_ALREADY_REFUNDED,
            _ => Status::HOLD_ALREADY_SETTLED,
        };
        (self.left == 0).then_some(end)
    }
}

/// The rules of this test, as plainly as they can be put.
#[derive(Default)]
struct Naive {
    wallets: BTreeMap<Id, Wallet>,
    holds: BTreeMap<Id, Held>,
}

impl Naive {
    fn wallet(&mut self, id: Id) -> &mut Wallet {
        self.wallets.entry(id).or_default()
    }

    fn can_spend(&mut self, payer: Id, units: u128) -> bool {
        let wallet = *self.wallet(payer);
        payer == id(BANK) || wallet.posted_out + wallet.held_out + units <= wallet.posted_in
    }

    fn carry_out(&mut self, operation: &Operation) -> Status {
        let units = operation.amount.minor_units();
        let (payer, payee) = (operation.debit_account, operation.credit_account);
        match operation.kind {
            Kind::TRANSFER | Kind::HOLD if !self.can_spend(payer, units) => Status::EXCEEDS_CREDITS,
            Kind::TRANSFER => {
                self.wallet(payer).posted_out += units;
                self.wallet(payee).posted_in += units;
                Status::APPLIED
            }
            Kind::HOLD => {
                self.wallet(payer).held_out += units;
                self.wallet(payee).held_in += units;
                let held = Held { payer, payee, left: units, went: [false; 2] };
                self.holds.insert(operation.id, held);
                Status::APPLIED
            }
            _ => self.settle(operation),
        }
    }

    fn settle(&mut self, operation: &Operation) -> Status {
        let Some(hold) = self.holds.get_mut(&operation.target) else {
            return Status::HOLD_NOT_FOUND;
        };
        if let Some(end) = hold.end() {
            return end;
        }
        let is_release = operation.kind == Kind::RELEASE;
        let is_rest = operation.flags.contains(OperationFlags::REST);
        let units = if is_rest { hold.left } else { operation.amount.minor_units() };
        if units > hold.left {
            return Status::EXCEEDS_HELD;
        }
        hold.left -= units;
        hold.went[usize::from(is_release)] = true;
        let (payer, payee) = (hold.payer, hold.payee);
        self.wallet(payer).held_out -= units;
        self.wallet(payee).held_in -= units;
        if is_release {
            self.wallet(payer).posted_out += units;
            self.wallet(payee).posted_in += units;
        }
        Status::APPLIED
    }

    fn shows(&mut self, look: &Look) -> bool {
        let open = self.holds.values().filter(|hold| hold.end().is_none()).count();
        let wallets = (0..WALLETS).map(|n| *self.wallet(id(WALLET + n)));
        let same = wallets.zip(&look.wallets).all(|(wallet, shown)| {
            shown.credits_posted.minor_units() == wallet.posted_in
                && shown.debits_posted.minor_units() == wallet.posted_out
                && shown.credits_pending.minor_units() == wallet.held_in
                && shown.debits_pending.minor_units() == wallet.held_out
        });
        same && open == look.open_holds
    }
}

/// In the order of the timestamps, a call that was answered before another one began comes first.
fn check_real_time(calls: &[Call], looks: &[Look]) {
    let mut asked_until = 0;
    for call in calls {
        assert!(call.answered > asked_until, "it comes after one that asked later: {call:?}");
        asked_until = asked_until.max(call.asked);
    }
    for look in looks {
        for call in calls {
            let is_seen = call.outcome.timestamp <= look.timestamp;
            assert!(is_seen || call.answered > look.asked, "answered, and not seen: {call:?}");
            assert!(!is_seen || call.asked < look.answered, "seen before it was asked: {call:?}");
        }
    }
}

fn check(mut calls: Vec<Call>, mut looks: Vec<Look>) -> [usize; 3] {
    calls.sort_by_key(|call| call.outcome.timestamp);
    looks.sort_by_key(|look| look.timestamp);
    let rises = |pair: &[Call]| pair[0].outcome.timestamp < pair[1].outcome.timestamp;
    assert!(calls.windows(2).all(rises), "a timestamp is unique");
    check_real_time(&calls, &looks);
    let (mut naive, mut refused, mut twice) = (Naive::default(), 0, 0);
    let mut looks = looks.iter().peekable();
    for call in &calls {
        while let Some(look) = looks.next_if(|look| look.timestamp < call.outcome.timestamp) {
            assert!(naive.shows(look), "no state of the order: {look:?}");
        }
        let expected = naive.carry_out(&call.operation);
        assert_eq!(call.outcome.status, expected, "{call:?}");
        refused += usize::from(expected == Status::EXCEEDS_CREDITS);
        let late = [
            Status::HOLD_ALREADY_REFUNDED,
            Status::HOLD_ALREADY_SETTLED,
            Status::HOLD_ALREADY_SPLIT,
        ];
        twice += usize::from(late.contains(&expected));
    }
    let rest = looks.inspect(|look| assert!(naive.shows(look), "not the end: {look:?}")).count();
    [refused, twice, rest]
}

#[test]
fn recorded_histories_have_an_order() {
    for round in 0..4 {
        // A small cache brings on checkpoints.
        let world = World::new(Options::new().cache_bytes(4 << 20), WALLETS);
        let recorder = Arc::new(Recorder::default());
        thread::scope(|scope| {
            for number in 0..THREADS as u64 {
                let (world, recorder) = (&world, Arc::clone(&recorder));
                scope.spawn(move || {
                    for call in 0..CALLS {
                        let batch = operations(world, &recorder, number * 11 + call * 5 + round);
                        recorder.call(batch, |batch| match number % 3 {
                            0 => world.store.submit(batch).unwrap(),
                            _ => {
                                let sent = world.store.submit_async(batch.to_vec(), Vec::new());
                                sent.unwrap().wait().unwrap()
                            }
                        });
                    }
                });
            }
            scope.spawn(|| (0..80).for_each(|_| recorder.look(&world.store)));
            scope.spawn(|| (0..20).for_each(|_| world.store.checkpoint().unwrap()));
        });
        let recorder = Arc::into_inner(recorder).unwrap();
        let calls = recorder.calls.into_inner().unwrap();
        let looks = recorder.looks.into_inner().unwrap();
        let count = calls.len();
        let [refused, twice, _] = check(calls, looks);
        println!("{count} calls, {refused} without money, {twice} on holds that were settled");
        assert!(refused > 0 && twice > 10, "they hardly ever met");
        world.verify();
    }
}
