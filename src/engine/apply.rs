//! A batch, operation by operation: deadlines first, chains whole, every operation one outcome.

use super::check::{WellFormed, refuse_if};
use super::deadlines::Next;
use super::decide;
use super::outcomes::Outcomes;
use super::set::{Inconsistent, WorkingSet};
use super::time::Clock;
use super::{Batch, check, expect, repeat};
use crate::model::{
    Document, Event, Operation, OperationFlags as Flags, Outcome, Record, Status, Timestamp, limits,
};
use std::ops::Range;

/// Why `apply` came back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pause {
    /// Everything is done.
    Done,
    /// The block has settled as many deadlines as one block may: end it and go on in the next.
    BlockIsFull,
    /// Holds that are due, or their accounts, must be loaded.
    LoadDueHolds(Timestamp),
    /// The window of deadlines must be loaded from its horizon on.
    LoadDeadlines,
}

/// Settles all holds whose deadline has come by the store's time, as far as this block may.
pub(super) fn settle_due(
    set: &mut WorkingSet,
    clock: Clock,
    settled: &mut usize,
) -> Result<Pause, Inconsistent> {
    settle_until(set, settled, |set| clock.next(set.last))
}

/// Settles all holds whose deadline is at or before `time`, as far as this block may; and those
/// whose deadline the settlements themselves reach, for no two events have one timestamp.
pub(crate) fn settle_up_to(
    set: &mut WorkingSet,
    time: Timestamp,
    settled: &mut usize,
) -> Result<Pause, Inconsistent> {
    settle_until(set, settled, |set| time.max(set.last))
}

/// Settles all holds whose deadline is at or before a time that moves on with every settlement, as
/// far as this block may.
pub(super) fn settle_until(
    set: &mut WorkingSet,
    settled: &mut usize,
    time: impl Fn(&WorkingSet) -> Timestamp,
) -> Result<Pause, Inconsistent> {
    loop {
        let until = time(set);
        let (deadline, hold) = match set.deadlines.next(until) {
            Next::Nothing => return Ok(Pause::Done),
            Next::Beyond => return Ok(Pause::LoadDeadlines),
            Next::Due(due) => due,
        };
        if *settled >= limits::DUE_HOLDS_PER_BLOCK_MAX {
            return Ok(Pause::BlockIsFull);
        }
        let at = deadline.max(set.last.plus_nanoseconds(1));
        if !decide::expire(set, hold, at)? {
            return Ok(Pause::LoadDueHolds(until));
        }
        *settled = settled.saturating_add(1);
    }
}

/// Applies the operations of a batch from `outcomes.len()` on, until all are done or something
/// stands in the way; called again, it goes on where it stopped. `settled` counts the deadlines
/// that this block settled.
pub(crate) fn apply(
    set: &mut WorkingSet,
    batch: &Batch<'_>,
    clock: Clock,
    outcomes: &mut Outcomes,
    settled: &mut usize,
) -> Result<Pause, Inconsistent> {
    while outcomes.len() < batch.operations.len() {
        let chain = chain_from(batch, outcomes.len());
        let operations = &batch.operations[chain.clone()];
        if operations.last().is_some_and(|last| last.flags.contains(Flags::LINKED)) {
            refuse_open_chain(set, operations, outcomes);
            continue;
        }
        // What leaves no trace whatever the state is does not make time pass.
        let imported = operations[0].flags.contains(Flags::IMPORTED);
        if !imported || is_fresh(set, batch, &operations[0]) {
            let time = |set: &WorkingSet| judged_up_to(set, operations, clock);
            let pause = settle_until(set, settled, time)?;
            if pause != Pause::Done {
                return Ok(pause);
            }
            if operations.len() > 1 && !knows_deadlines_between(set, operations) {
                return Ok(Pause::LoadDeadlines);
            }
        }
        match operations {
            [operation] => {
                set.take_hint(outcomes.len());
                outcomes.push(one(set, batch, operation, clock)?);
            }
            _ => apply_chain(set, batch, operations, clock, outcomes)?,
        }
    }
    Ok(Pause::Done)
}

/// The operations up to and including the first one without `linked`.
fn chain_from(batch: &Batch<'_>, from: usize) -> Range<usize> {
    let rest = &batch.operations[from..];
    let linked = rest.iter().take_while(|operation| operation.flags.contains(Flags::LINKED));
    let length = linked.count().saturating_add(1).min(rest.len());
    from..from.saturating_add(length)
}

/// The time up to which deadlines must be settled before these operations are judged.
fn judged_up_to(set: &WorkingSet, operations: &[Operation], clock: Clock) -> Timestamp {
    let next = clock.next(set.last);
    match operations.first() {
        Some(first) if first.flags.contains(Flags::IMPORTED) => {
            if clock.admits(first.timestamp, set.last).is_ok() { first.timestamp } else { next }
        }
        _ => next.plus_nanoseconds(operations.len() as u64).before(),
    }
}

/// Whether enough deadlines are known to say of each member of a chain whether one falls before it.
/// All up to its first member are settled; imported members can lie far behind that.
fn knows_deadlines_between(set: &WorkingSet, operations: &[Operation]) -> bool {
    let last = operations.iter().map(|operation| operation.timestamp).max();
    last.is_none_or(|last| set.deadlines.suffices(last, operations.len()))
}

/// Whether the operation is well formed and its id was not used before.
fn is_fresh(set: &WorkingSet, batch: &Batch<'_>, operation: &Operation) -> bool {
    set.decision_on(operation.id).is_none()
        && set.archived_at(operation.id).is_none()
        && check::operation(batch, operation).is_ok()
}

/// An operation that is in no chain, or a member of one.
fn one(
    set: &mut WorkingSet,
    batch: &Batch<'_>,
    operation: &Operation,
    clock: Clock,
) -> Result<Outcome, Inconsistent> {
    if batch.is_expectation(operation) {
        return Ok(expect::judge(set, batch, operation));
    }
    let WellFormed { kind, document } = match check::operation(batch, operation) {
        Ok(well_formed) => well_formed,
        Err(status) => return Ok(decide::outcome_of_refusal(set, operation, None, status)),
    };
    if let Some(original) = set.decision_on(operation.id) {
        let status = repeat::status(operation, document.as_ref(), original);
        return Ok(repeated(set, operation, document.as_ref(), status));
    }
    if let Some(timestamp) = set.archived_at(operation.id) {
        let status = Status::ORIGINAL_IS_ARCHIVED;
        let outcome = decide::outcome_of_refusal(set, operation, document.as_ref(), status);
        return Ok(Outcome { timestamp, ..outcome });
    }
    let next = clock.next(set.last);
    let imported = operation.flags.contains(Flags::IMPORTED);
    let admitted = if imported { clock.admits(operation.timestamp, set.last) } else { Ok(()) };
    let at = if imported && admitted.is_ok() { operation.timestamp } else { next };
    // Only a later member of a chain can find one: the chain is never cut to settle it.
    let admitted = admitted.and_then(|()| {
        let spans = set.deadlines.next(at) != Next::Nothing;
        refuse_if(spans, Status::CHAIN_MUST_NOT_SPAN_A_DEADLINE)
    });
    decide::decide(set, kind, operation, document, at, admitted, batch.origin)
}

/// The outcome of an operation whose id was used before.
fn repeated(
    set: &WorkingSet,
    operation: &Operation,
    document: Option<&Document>,
    status: Status,
) -> Outcome {
    let mut outcome = decide::outcome_of_refusal(set, operation, document, status);
    if let Some(Event { timestamp, record: Record::Operation(decision) }) =
        set.decision_on(operation.id)
        && matches!(status, Status::EXISTS | Status::ID_ALREADY_FAILED)
    {
        outcome.timestamp = *timestamp;
        outcome.first_status = decision.status;
        outcome.amount = decision.moved.amount;
        outcome.fee = decision.moved.fee;
    }
    outcome
}

/// A batch that ends inside a chain: nothing of the chain is looked at.
fn refuse_open_chain(set: &WorkingSet, operations: &[Operation], outcomes: &mut Outcomes) {
    let last = operations.len().saturating_sub(1);
    for (place, operation) in operations.iter().enumerate() {
        let status = if place == last {
            Status::LINKED_EVENT_CHAIN_OPEN
        } else {
            Status::LINKED_EVENT_FAILED
        };
        outcomes.push(decide::outcome_of_refusal(set, operation, None, status));
    }
}

fn apply_chain(
    set: &mut WorkingSet,
    batch: &Batch<'_>,
    operations: &[Operation],
    clock: Clock,
    outcomes: &mut Outcomes,
) -> Result<(), Inconsistent> {
    let first = outcomes.len();
    if is_full_repeat(set, batch, operations) {
        for operation in operations {
            set.take_hint(outcomes.len());
            outcomes.push(match batch.is_expectation(operation) {
                true => Outcome::of(Status::EXISTS),
                false => one(set, batch, operation, clock)?,
            });
        }
        return Ok(());
    }
    let mark = set.begin_chain();
    for (place, operation) in operations.iter().enumerate() {
        set.take_hint(outcomes.len());
        let undone_with_it =
            set.decision_on(operation.id).is_some_and(|it| it.timestamp > mark.last());
        let outcome = one(set, batch, operation, clock)?;
        if outcome.status.is_applied() {
            outcomes.push(outcome);
            continue;
        }
        set.undo_chain(&mark);
        outcomes.truncate(first);
        let repeats = undone_with_it && outcome.status.is_repeat();
        let status = if repeats { Status::LINKED_EVENT_REPEATS_ID } else { outcome.status };
        let culprit = Culprit { place, status, version: outcome.version };
        refuse_chain(set, batch, operations, &culprit, clock, outcomes);
        return Ok(());
    }
    set.keep_chain();
    Ok(())
}

/// Whether every member of the chain was applied before, with the same content. What was expected
/// then is passed over.
fn is_full_repeat(set: &WorkingSet, batch: &Batch<'_>, operations: &[Operation]) -> bool {
    let mut members = operations.iter().filter(|member| !batch.is_expectation(member)).peekable();
    members.peek().is_some()
        && members.all(|operation| {
            set.decision_on(operation.id).is_some_and(|original| {
                check::operation(batch, operation).is_ok_and(|found| {
                    repeat::status(operation, found.document.as_ref(), original) == Status::EXISTS
                })
            })
        })
}

/// The member by which a chain fell.
struct Culprit {
    /// Its place in the chain.
    place: usize,
    status: Status,
    /// Of the document that it met, which may be of the chain's own making.
    version: u64,
}

/// Answers a chain that fell by one of its members, whose id alone may be used up.
fn refuse_chain(
    set: &mut WorkingSet,
    batch: &Batch<'_>,
    operations: &[Operation],
    culprit: &Culprit,
    clock: Clock,
    outcomes: &mut Outcomes,
) {
    // Everything due by the time of the first member is settled, so that the refusal is written
    // down then.
    let next = clock.next(set.last);
    let began = operations.first().map_or(next, |operation| operation.timestamp);
    let admitted = batch.is_imported() && clock.admits(began, set.last).is_ok();
    let at = if admitted { began } else { next };
    for (place, operation) in operations.iter().enumerate() {
        if place != culprit.place {
            let failed = Status::LINKED_EVENT_FAILED;
            outcomes.push(decide::outcome_of_refusal(set, operation, None, failed));
            continue;
        }
        let status = culprit.status;
        if batch.is_expectation(operation) {
            outcomes.push(Outcome { version: culprit.version, ..Outcome::of(status) });
            continue;
        }
        let document = check::operation(batch, operation).ok().and_then(|found| found.document);
        let mut outcome = if status.uses_up_id() {
            decide::refuse(set, operation, document, at, status)
        } else if set.decision_on(operation.id).is_some() {
            repeated(set, operation, document.as_ref(), status)
        } else {
            let refused = decide::outcome_of_refusal(set, operation, document.as_ref(), status);
            let timestamp = set.archived_at(operation.id).unwrap_or(refused.timestamp);
            Outcome { timestamp, ..refused }
        };
        if status == Status::VERSION_MUST_MATCH {
            outcome.version = culprit.version;
        }
        outcomes.push(outcome);
    }
}

impl Timestamp {
    /// One nanosecond earlier.
    fn before(self) -> Self {
        Self::from_nanoseconds(self.nanoseconds().saturating_sub(1))
    }
}
