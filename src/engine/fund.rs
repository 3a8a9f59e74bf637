//! `hold` and `top_up`: money goes into escrow.

use super::check::refuse_if;
use super::guards;
use super::parties::Parties;
use super::record_cache::Slot;
use super::set::{Change, Inconsistent, WorkingSet, add};
use crate::model::{
    Account, AccountFlags, Amount, AtDeadline, Hold, Moved, Operation, OperationFlags as Flags,
    Phase, Side, Status, Timestamp,
};
use bytemuck::Zeroable;

/// The accounts of a new hold.
pub(super) fn parties(set: &WorkingSet, operation: &Operation) -> Result<Parties, Status> {
    guards::ledger_exists(set, operation.ledger)?;
    let (debit, credit) = guards::find_both(set, operation)?;
    let mut fee = None;
    if !operation.fee_account.is_zero() {
        fee = Some(guards::find(set, operation.fee_account, Status::FEE_ACCOUNT_NOT_FOUND)?);
    }
    match fee {
        None => guards::same_ledger(set, operation, &[debit, credit])?,
        Some(fee) => guards::same_ledger(set, operation, &[debit, credit, fee])?,
    }
    let limits_credits = fee
        .is_some_and(|fee| set.accounts.get(fee).has(AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS));
    refuse_if(limits_credits, Status::FEE_ACCOUNT_MUST_NOT_LIMIT_CREDITS)?;
    Ok(Parties { debit: Some(debit), credit: Some(credit), fee, hold: None })
}

pub(super) fn judge(
    set: &WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
) -> Result<Moved, Status> {
    let (payer, payee) = parties.accounts(set);
    let fee_account = parties.fee.map(|slot| set.accounts.get(slot));
    guards::debit_account_is_in_business(payer)?;
    guards::credit_account_is_in_business(payee)?;
    if let Some(account) = fee_account {
        guards::fee_account_is_in_business(account)?;
    }
    guards::closed_loop(payer, payee)?;
    if let Some(account) = fee_account {
        guards::closed_loop(payer, account)?;
    }
    sums_fit(set, payer, payee, operation.amount)?;
    guards::deadline_fits(at, operation.timeout_seconds)?;
    let full = |account: &Account| account.open_holds == u32::MAX;
    let any_full = full(payer) || full(payee) || fee_account.is_some_and(full);
    refuse_if(any_full, Status::OVERFLOWS_OPEN_HOLDS)?;
    limits_allow(payer, payee, operation.amount)?;
    // Nothing can fail from here on.
    Ok(Moved { amount: operation.amount, ..Moved::default() })
}

fn sums_fit(
    set: &WorkingSet,
    payer: &Account,
    payee: &Account,
    amount: Amount,
) -> Result<(), Status> {
    let fits = |sum: Amount| sum.checked_add(amount).is_some();
    refuse_if(!fits(payer.balances.debits_pending), Status::OVERFLOWS_DEBITS_PENDING)?;
    refuse_if(!fits(payee.balances.credits_pending), Status::OVERFLOWS_CREDITS_PENDING)?;
    guards::both_debits_fit(payer, amount)?;
    guards::both_credits_fit(payee, amount)?;
    guards::ledger_has_room(set, payer.ledger, amount)
}

fn limits_allow(payer: &Account, payee: &Account, amount: Amount) -> Result<(), Status> {
    refuse_if(amount > guards::debit_limit(payer), Status::EXCEEDS_CREDITS)?;
    refuse_if(amount > guards::credit_limit(payee), Status::EXCEEDS_DEBITS)
}

/// Opens the hold. Gives its slot, for the outcome.
pub(super) fn carry_out(
    set: &mut WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
    moved: &Moved,
) -> Result<Slot<Hold>, Inconsistent> {
    let change = Change::pending(moved.amount);
    set.change(parties.debit()?, Side::Debit, at, change)?;
    set.change(parties.credit()?, Side::Credit, at, change)?;
    set.change_ledger(operation.ledger, change)?;
    for slot in [parties.debit, parties.credit, parties.fee].into_iter().flatten() {
        set.count_hold(slot, true)?;
    }
    let has_deadline = operation.at_deadline != AtDeadline::NONE;
    let deadline = at.plus_seconds(operation.timeout_seconds);
    Ok(set.create_hold(Hold {
        id: operation.id,
        payer: operation.debit_account,
        payee: operation.credit_account,
        fee_account: operation.fee_account,
        amount: moved.amount,
        held: moved.amount,
        user_data_128: operation.user_data_128,
        user_data_64: operation.user_data_64,
        created_at: at,
        changed_at: at,
        deadline: if has_deadline { deadline } else { Timestamp::NONE },
        ledger: operation.ledger,
        fee_ppm: operation.fee_ppm,
        fee_fixed: operation.fee_fixed,
        code: operation.code,
        phase: Phase::FUNDED,
        at_deadline: operation.at_deadline,
        ..Hold::zeroed()
    }))
}

pub(super) fn judge_top_up(
    set: &WorkingSet,
    operation: &Operation,
    parties: &Parties,
) -> Result<Moved, Status> {
    let hold = parties.hold_record(set);
    let (payer, payee) = parties.accounts(set);
    guards::hold_is_open(hold)?;
    guards::hold_is_not_disputed(hold)?;
    guards::debit_account_is_in_business(payer)?;
    guards::credit_account_is_in_business(payee)?;
    guards::balances_against_limits(operation, payer, payee)?;
    let mut amount = operation.amount;
    if operation.flags.contains(Flags::BALANCING_DEBIT) {
        amount = amount.min(guards::debit_limit(payer));
    }
    let fits = |sum: Amount| sum.checked_add(amount).is_some();
    refuse_if(!fits(payer.balances.debits_pending), Status::OVERFLOWS_DEBITS_PENDING)?;
    refuse_if(!fits(payee.balances.credits_pending), Status::OVERFLOWS_CREDITS_PENDING)?;
    guards::both_debits_fit(payer, amount)?;
    guards::both_credits_fit(payee, amount)?;
    refuse_if(!fits(hold.amount), Status::OVERFLOWS_HOLD)?;
    guards::ledger_has_room(set, payer.ledger, amount)?;
    limits_allow(payer, payee, amount)?;
    // Nothing can fail from here on.
    Ok(Moved { amount, ..Moved::default() })
}

pub(super) fn carry_out_top_up(
    set: &mut WorkingSet,
    at: Timestamp,
    parties: &Parties,
    moved: &Moved,
) -> Result<(), Inconsistent> {
    let hold = parties.hold()?;
    let change = Change::pending(moved.amount);
    set.change(parties.debit()?, Side::Debit, at, change)?;
    set.change(parties.credit()?, Side::Credit, at, change)?;
    set.change_ledger(set.holds.get(hold).ledger, change)?;
    set.edit_hold(hold, at, |hold| {
        add(&mut hold.amount, moved.amount)?;
        add(&mut hold.held, moved.amount)
    })
}
