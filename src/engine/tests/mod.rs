//! What the host cannot reach, and so no table of `tests/laws` can show: operations of the library.
#![expect(clippy::arithmetic_side_effects, reason = "numbers of tests, no money")]

mod expect;
mod managed;

use super::{Batch, Clock, Footprint, Origin, Outcomes, Pause, WorkingSet, apply};
use crate::model::{Account, Event, Id, Ledger, LedgerCode, Operation, Outcome, Timestamp};

const SECOND: u64 = Timestamp::SECOND;

fn id(number: u128) -> Id {
    Id::from_u128(number)
}

/// A ledger with these accounts, all of it in memory.
fn set(accounts: &[Account]) -> WorkingSet {
    let ledger = Ledger::new(1, LedgerCode::new("USD").expect("a code"), 2);
    let mut set = WorkingSet::new(Timestamp::from_nanoseconds(SECOND), vec![ledger], id(9));
    set.load_deadlines(Vec::new(), true);
    for account in accounts {
        set.load_account(*account);
    }
    set
}

/// What is submitted together.
struct Submission<'s> {
    operations: &'s [Operation],
    data: &'s [u8],
    origin: Origin,
}

/// Judges a batch as a block of its own, at this time.
fn submit(
    set: &mut WorkingSet,
    submission: &Submission<'_>,
    now: u64,
) -> (Vec<Outcome>, Vec<Event>) {
    let Submission { operations, data, origin } = *submission;
    let batch = Batch::new(operations, data, origin);
    let footprint = &mut Footprint::default();
    footprint.add_batch(set, &batch);
    footprint.add_due(set, Timestamp::MAX, usize::MAX);
    let clock = Clock { now: Timestamp::from_nanoseconds(now), is_manual: true };
    let mut outcomes = Outcomes::with_capacity(operations.len());
    let pause = apply(set, &batch, clock, &mut outcomes, &mut 0).expect("consistent");
    assert_eq!(pause, Pause::Done);
    (outcomes.into_own(), set.end_block().events.to_vec())
}
