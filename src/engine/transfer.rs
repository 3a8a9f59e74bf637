//! `transfer`: money moves at once.

use super::check::refuse_if;
use super::guards;
use super::parties::Parties;
use super::set::{Change, Inconsistent, WorkingSet};
use crate::model::{Amount, Moved, Operation, OperationFlags as Flags, Side, Status, Timestamp};

pub(super) fn parties(set: &WorkingSet, operation: &Operation) -> Result<Parties, Status> {
    guards::ledger_exists(set, operation.ledger)?;
    let (debit, credit) = guards::find_both(set, operation)?;
    guards::same_ledger(set, operation, &[debit, credit])?;
    Ok(Parties { debit: Some(debit), credit: Some(credit), ..Parties::default() })
}

pub(super) fn judge(
    set: &WorkingSet,
    operation: &Operation,
    parties: &Parties,
) -> Result<Moved, Status> {
    let (debit, credit) = parties.accounts(set);
    guards::debit_account_is_in_business(debit)?;
    guards::credit_account_is_in_business(credit)?;
    guards::balances_against_limits(operation, debit, credit)?;
    guards::closed_loop(debit, credit)?;

    let mut amount = operation.amount;
    if operation.flags.contains(Flags::BALANCING_DEBIT) {
        amount = amount.min(guards::debit_limit(debit));
    }
    if operation.flags.contains(Flags::BALANCING_CREDIT) {
        amount = amount.min(guards::credit_limit(credit));
    }

    let fits = |sum: Amount| sum.checked_add(amount).is_some();
    refuse_if(!fits(debit.balances.debits_posted), Status::OVERFLOWS_DEBITS_POSTED)?;
    refuse_if(!fits(credit.balances.credits_posted), Status::OVERFLOWS_CREDITS_POSTED)?;
    guards::both_debits_fit(debit, amount)?;
    guards::both_credits_fit(credit, amount)?;
    guards::ledger_has_room(set, operation.ledger, amount)?;

    refuse_if(amount > guards::debit_limit(debit), Status::EXCEEDS_CREDITS)?;
    refuse_if(amount > guards::credit_limit(credit), Status::EXCEEDS_DEBITS)?;
    // Nothing can fail from here on.
    Ok(Moved { amount, ..Moved::default() })
}

pub(super) fn carry_out(
    set: &mut WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
    moved: &Moved,
) -> Result<(), Inconsistent> {
    let change = Change::posted(moved.amount);
    set.change(parties.debit()?, Side::Debit, at, change)?;
    set.change(parties.credit()?, Side::Credit, at, change)?;
    set.change_ledger(operation.ledger, change)
}
