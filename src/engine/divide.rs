//! `divide`: a part of a hold becomes a hold of its own, no money moves.
//!
//! The commission of the part begins where that of the first hold ends, once all that is left there
//! has been released: what both pay together is what the whole would have paid, in whatever order
//! they are settled. So the fixed part of the commission stays with the first.

use super::check::refuse_if;
use super::guards;
use super::parties::Parties;
use super::set::{Inconsistent, WorkingSet, subtract};
use crate::model::{Account, Amount, Hold, Moved, Operation, Status, Timestamp};
use bytemuck::Zeroable;

pub(super) fn judge(
    set: &WorkingSet,
    operation: &Operation,
    parties: &Parties,
) -> Result<Moved, Status> {
    let hold = parties.hold_record(set);
    guards::hold_is_open(hold)?;
    guards::hold_is_not_disputed(hold)?;
    refuse_if(operation.amount > hold.held, Status::EXCEEDS_HELD)?;
    refuse_if(operation.amount == hold.held, Status::PART_MUST_BE_LESS_THAN_HELD)?;
    let (payer, payee) = parties.accounts(set);
    let fee_account = parties.fee.map(|slot| set.accounts.get(slot));
    let full = |account: &Account| account.open_holds == u32::MAX;
    let any_full = full(payer) || full(payee) || fee_account.is_some_and(full);
    refuse_if(any_full, Status::OVERFLOWS_OPEN_HOLDS)?;
    // Nothing can fail from here on.
    Ok(Moved { amount: operation.amount, ..Moved::default() })
}

pub(super) fn carry_out(
    set: &mut WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
    moved: &Moved,
) -> Result<(), Inconsistent> {
    let slot = parties.hold()?;
    set.edit_hold(slot, at, |hold| {
        subtract(&mut hold.amount, moved.amount)?;
        subtract(&mut hold.held, moved.amount)
    })?;
    let part = part(set.holds.get(slot), operation, at, moved.amount);
    for account in [parties.debit, parties.credit, parties.fee].into_iter().flatten() {
        set.count_hold(account, true)?;
    }
    set.create_hold(part);
    Ok(())
}

/// The part of `first` that was divided off it.
fn part(first: &Hold, operation: &Operation, at: Timestamp, amount: Amount) -> Hold {
    let before = [first.fee_base, first.paid, first.held];
    Hold {
        id: operation.id,
        payer: first.payer,
        payee: first.payee,
        fee_account: first.fee_account,
        amount,
        held: amount,
        user_data_128: operation.user_data_128,
        user_data_64: operation.user_data_64,
        created_at: at,
        changed_at: at,
        deadline: first.deadline,
        ledger: first.ledger,
        fee_ppm: first.fee_ppm,
        code: first.code,
        phase: first.phase,
        at_deadline: first.at_deadline,
        fee_fixed: first.fee_fixed,
        fee_base: guards::sum(&before).unwrap_or(Amount::MAX),
        ..Hold::zeroed()
    }
}
