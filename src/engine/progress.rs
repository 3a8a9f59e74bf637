//! `ship`, `deliver`, `extend`, `dispute`, `withdraw_dispute`: the deal goes on, no money moves.

use super::check::refuse_if;
use super::guards;
use super::parties::Parties;
use super::set::{Inconsistent, WorkingSet};
use crate::model::{AtDeadline, Hold, Kind, Operation, Phase, Status, Timestamp};

pub(super) fn judge(
    set: &WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
) -> Result<(), Status> {
    let hold = parties.hold_record(set);
    guards::hold_is_open(hold)?;
    match operation.kind {
        Kind::SHIP | Kind::DELIVER => judge_phase(hold, operation, at),
        Kind::EXTEND => {
            guards::hold_is_not_disputed(hold)?;
            refuse_if(hold.deadline.is_none(), Status::HOLD_HAS_NO_DEADLINE)?;
            let deadline = at.plus_seconds(operation.timeout_seconds);
            refuse_if(deadline <= hold.deadline, Status::DEADLINE_MUST_BE_LATER)?;
            guards::deadline_fits(at, operation.timeout_seconds)
        }
        Kind::DISPUTE => guards::hold_is_not_disputed(hold),
        _ => refuse_if(!hold.is_disputed(), Status::HOLD_IS_NOT_DISPUTED),
    }
}

fn judge_phase(hold: &Hold, operation: &Operation, at: Timestamp) -> Result<(), Status> {
    guards::hold_is_not_disputed(hold)?;
    let again = operation.kind == Kind::SHIP && hold.phase != Phase::FUNDED;
    refuse_if(again, Status::HOLD_ALREADY_SHIPPED)?;
    refuse_if(hold.phase == Phase::DELIVERED, Status::HOLD_ALREADY_DELIVERED)?;
    let new_default = operation.at_deadline != AtDeadline::NONE;
    let new_deadline = operation.timeout_seconds > 0;
    let no_deadline = new_default && !new_deadline && hold.deadline.is_none();
    refuse_if(no_deadline, Status::DEFAULT_NEEDS_DEADLINE)?;
    let no_default = new_deadline && !new_default && hold.at_deadline == AtDeadline::NONE;
    refuse_if(no_default, Status::DEADLINE_NEEDS_DEFAULT)?;
    guards::deadline_fits(at, operation.timeout_seconds)
}

pub(super) fn carry_out(
    set: &mut WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
) -> Result<(), Inconsistent> {
    set.edit_hold(parties.hold()?, at, |hold| {
        match operation.kind {
            Kind::SHIP => hold.phase = Phase::SHIPPED,
            Kind::DELIVER => hold.phase = Phase::DELIVERED,
            Kind::DISPUTE => {
                hold.disputed_at = at;
                hold.time_left = hold.deadline.nanoseconds_since(at);
                hold.deadline = Timestamp::NONE;
            }
            Kind::WITHDRAW_DISPUTE => {
                hold.disputed_at = Timestamp::NONE;
                if hold.time_left > 0 {
                    hold.deadline = at.plus_nanoseconds(hold.time_left);
                }
                hold.time_left = 0;
            }
            _ => (),
        }
        if operation.timeout_seconds > 0 {
            hold.deadline = at.plus_seconds(operation.timeout_seconds);
        }
        if operation.at_deadline != AtDeadline::NONE {
            hold.at_deadline = operation.at_deadline;
        }
        Ok(())
    })
}
