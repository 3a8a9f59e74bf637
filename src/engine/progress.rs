//! `ship`, `deliver`, `extend`, `dispute`, `withdraw_dispute`: the deal goes on, no money moves.

use super::check::refuse_if;
use super::guards;
use super::parties::Parties;
use super::set::{Inconsistent, WorkingSet};
use crate::model::{Amount, AtDeadline, Hold, Operation, Phase, Status, Timestamp};

pub(super) fn judge_ship(hold: &Hold, operation: &Operation, at: Timestamp) -> Result<(), Status> {
    guards::hold_is_open(hold)?;
    guards::hold_is_not_disputed(hold)?;
    refuse_if(hold.phase != Phase::FUNDED, Status::HOLD_ALREADY_SHIPPED)?;
    judge_terms(hold, operation, at)
}

pub(super) fn judge_deliver(
    hold: &Hold,
    operation: &Operation,
    at: Timestamp,
) -> Result<(), Status> {
    guards::hold_is_open(hold)?;
    guards::hold_is_not_disputed(hold)?;
    refuse_if(hold.phase == Phase::DELIVERED, Status::HOLD_ALREADY_DELIVERED)?;
    judge_terms(hold, operation, at)
}

/// The new deadline and the new default, as far as there are some.
fn judge_terms(hold: &Hold, operation: &Operation, at: Timestamp) -> Result<(), Status> {
    let new_default = operation.at_deadline != AtDeadline::NONE;
    let new_deadline = operation.timeout_seconds > 0;
    let no_deadline = new_default && !new_deadline && hold.deadline.is_none();
    refuse_if(no_deadline, Status::DEFAULT_NEEDS_DEADLINE)?;
    let no_default = new_deadline && !new_default && hold.at_deadline == AtDeadline::NONE;
    refuse_if(no_default, Status::DEADLINE_NEEDS_DEFAULT)?;
    guards::deadline_fits(at, operation.timeout_seconds)
}

pub(super) fn judge_extend(
    hold: &Hold,
    operation: &Operation,
    at: Timestamp,
) -> Result<(), Status> {
    guards::hold_is_open(hold)?;
    guards::hold_is_not_disputed(hold)?;
    refuse_if(hold.deadline.is_none(), Status::HOLD_HAS_NO_DEADLINE)?;
    let deadline = at.plus_seconds(operation.timeout_seconds);
    refuse_if(deadline <= hold.deadline, Status::DEADLINE_MUST_BE_LATER)?;
    guards::deadline_fits(at, operation.timeout_seconds)
}

pub(super) fn judge_dispute(
    hold: &Hold,
    operation: &Operation,
    at: Timestamp,
) -> Result<(), Status> {
    guards::hold_is_open(hold)?;
    // With a time-out it takes the place of the one before.
    if operation.timeout_seconds == 0 {
        guards::hold_is_not_disputed(hold)?;
    }
    refuse_if(operation.amount > hold.held, Status::EXCEEDS_HELD)?;
    guards::deadline_fits(at, operation.timeout_seconds)
}

pub(super) fn judge_withdraw_dispute(hold: &Hold) -> Result<(), Status> {
    guards::hold_is_open(hold)?;
    refuse_if(!hold.is_disputed(), Status::HOLD_IS_NOT_DISPUTED)
}

pub(super) fn ship(hold: &mut Hold, operation: &Operation, at: Timestamp) {
    hold.phase = Phase::SHIPPED;
    set_terms(hold, operation, at);
}

pub(super) fn deliver(hold: &mut Hold, operation: &Operation, at: Timestamp) {
    hold.phase = Phase::DELIVERED;
    set_terms(hold, operation, at);
}

/// Sets the new deadline and the new default, as far as there are some; all of `extend`.
pub(super) fn set_terms(hold: &mut Hold, operation: &Operation, at: Timestamp) {
    if operation.timeout_seconds > 0 {
        hold.deadline = at.plus_seconds(operation.timeout_seconds);
    }
    if operation.at_deadline != AtDeadline::NONE {
        hold.at_deadline = operation.at_deadline;
    }
}

pub(super) fn dispute(hold: &mut Hold, operation: &Operation, at: Timestamp) {
    // One that has a clock knows the default from before already.
    let has_clock = hold.is_disputed() && !hold.deadline.is_none();
    if !hold.is_disputed() {
        hold.disputed_at = at;
        hold.time_left = hold.deadline.nanoseconds_since(at);
        hold.deadline = Timestamp::NONE;
    }
    hold.claimed = operation.amount;
    if operation.timeout_seconds > 0 {
        if !has_clock {
            hold.default_before = hold.at_deadline;
        }
        set_terms(hold, operation, at);
    }
}

pub(super) fn withdraw_dispute(hold: &mut Hold, at: Timestamp) {
    if !hold.deadline.is_none() {
        hold.at_deadline = hold.default_before;
    }
    let restarts = hold.time_left > 0;
    hold.deadline = if restarts { at.plus_nanoseconds(hold.time_left) } else { Timestamp::NONE };
    hold.disputed_at = Timestamp::NONE;
    hold.time_left = 0;
    hold.claimed = Amount::ZERO;
    hold.default_before = AtDeadline::NONE;
}

/// Changes the hold as one of these does.
pub(super) fn change(
    set: &mut WorkingSet,
    at: Timestamp,
    parties: &Parties,
    change: impl FnOnce(&mut Hold),
) -> Result<(), Inconsistent> {
    set.edit_hold(parties.hold()?, at, |hold| {
        change(hold);
        Ok(())
    })
}
