//! `release`, `refund` and the deadline: money leaves escrow.

use super::check::refuse_if;
use super::guards;
use super::parties::Parties;
use super::record_cache::Slot;
use super::set::{Change, Inconsistent, WorkingSet, add, subtract};
use crate::model::{
    Account, AccountFlags, Amount, AtDeadline, Hold, Id, KnownKind, Moved, Operation,
    OperationFlags as Flags, Phase, Side, Status, Timestamp,
};
use bytemuck::Zeroable;

/// The hold and its accounts. For a split, `credit` is the other receiver.
pub(super) fn parties(set: &WorkingSet, operation: &Operation) -> Result<Parties, Status> {
    if !operation.credit_account.is_zero() {
        guards::find(set, operation.credit_account, Status::CREDIT_ACCOUNT_NOT_FOUND)?;
    }
    let slot = guards::find_hold(set, operation.target)?;
    let hold = set.holds.get(slot);
    let debit = guards::find(set, hold.payer, Status::DEBIT_ACCOUNT_NOT_FOUND)?;
    let receiver = receiver(hold, operation);
    let credit = guards::find(set, receiver, Status::CREDIT_ACCOUNT_NOT_FOUND)?;
    let mut fee = None;
    if !hold.fee_account.is_zero() {
        fee = Some(guards::find(set, hold.fee_account, Status::FEE_ACCOUNT_NOT_FOUND)?);
    }
    let other = set.accounts.get(credit).ledger != hold.ledger;
    refuse_if(other, Status::ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER)?;
    refuse_if(receiver == hold.payer, Status::RECEIVER_MUST_NOT_BE_PAYER)?;
    Ok(Parties { debit: Some(debit), credit: Some(credit), fee, hold: Some(slot) })
}

fn receiver(hold: &Hold, operation: &Operation) -> Id {
    if operation.credit_account.is_zero() { hold.payee } else { operation.credit_account }
}

fn is_split(hold: &Hold, operation: &Operation) -> bool {
    receiver(hold, operation) != hold.payee
}

pub(super) fn judge_release(
    set: &WorkingSet,
    operation: &Operation,
    parties: &Parties,
) -> Result<Moved, Status> {
    let hold = parties.hold_record(set);
    can_be_settled(hold, operation)?;
    let (payer, credit) = parties.accounts(set);
    let split = is_split(hold, operation);
    let closed = split && credit.has(AccountFlags::CLOSED);
    refuse_if(closed, Status::CREDIT_ACCOUNT_CLOSED)?;
    let amount = amount_held(hold, operation)?;
    let no_fee = operation.flags.contains(Flags::NO_FEE);
    refuse_if(split && hold.has_commission() && !no_fee, Status::SPLIT_NEEDS_NO_FEE)?;
    refuse_if(no_fee && !split, Status::NO_FEE_NEEDS_SPLIT)?;
    if split {
        guards::closed_loop(payer, credit)?;
        let fits = credit.balances.credits_posted.checked_add(amount).is_some();
        refuse_if(!fits, Status::OVERFLOWS_CREDITS_POSTED)?;
        guards::both_credits_fit(credit, amount)?;
        refuse_if(amount > guards::credit_limit(credit), Status::EXCEEDS_DEBITS)?;
    }
    // Nothing can fail from here on: the sums of payer and payee were bounded by `hold`.
    let all = operation.flags.contains(Flags::FINAL);
    let rest = if all { hold.held.saturating_sub(amount) } else { Amount::ZERO };
    let fee = if split { Amount::ZERO } else { fee_on(hold, amount) };
    Ok(Moved { amount, fee, rest })
}

pub(super) fn judge_refund(hold: &Hold, operation: &Operation) -> Result<Moved, Status> {
    can_be_settled(hold, operation)?;
    let amount = amount_held(hold, operation)?;
    // Nothing can fail from here on, as above.
    Ok(Moved { amount, ..Moved::default() })
}

/// The hold is open, and by the arbiter alone if it is disputed.
fn can_be_settled(hold: &Hold, operation: &Operation) -> Result<(), Status> {
    guards::hold_is_open(hold)?;
    let arbitrated = operation.flags.contains(Flags::ARBITRATED);
    refuse_if(hold.is_disputed() && !arbitrated, Status::HOLD_IS_DISPUTED)?;
    refuse_if(!hold.is_disputed() && arbitrated, Status::HOLD_IS_NOT_DISPUTED)
}

/// What leaves the hold, which must have it.
fn amount_held(hold: &Hold, operation: &Operation) -> Result<Amount, Status> {
    let rest = operation.flags.contains(Flags::REST);
    let amount = if rest { hold.held } else { operation.amount };
    refuse_if(amount > hold.held, Status::EXCEEDS_HELD)?;
    Ok(amount)
}

/// The commission on a further `amount` for the payee: what the fee of the sum grows by, so that
/// the parts add up to the fee of the whole.
fn fee_on(hold: &Hold, amount: Amount) -> Amount {
    let sum = hold.paid.checked_add(amount).unwrap_or(Amount::MAX);
    hold.commission_on(sum).saturating_sub(hold.fee)
}

/// The operation by which the deadline settles a hold.
pub(super) fn expiry(hold: &Hold, at: Timestamp) -> Operation {
    Operation {
        kind: KnownKind::Expire.open(),
        target: hold.id,
        at_deadline: hold.at_deadline,
        timestamp: at,
        ..Operation::zeroed()
    }
}

/// What the deadline moves.
pub(super) fn moved_at_deadline(hold: &Hold) -> Moved {
    let back = match hold.at_deadline {
        AtDeadline::RELEASE => Amount::ZERO,
        AtDeadline::CLAIM => hold.claimed.min(hold.held),
        _ => return Moved { amount: hold.held, ..Moved::default() },
    };
    let amount = hold.held.saturating_sub(back);
    Moved { amount, fee: fee_on(hold, amount), rest: back }
}

/// Carries out `expire`: what the hold said would happen.
pub(super) fn expire(
    set: &mut WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
    moved: &Moved,
) -> Result<(), Inconsistent> {
    let releases = matches!(operation.at_deadline, AtDeadline::RELEASE | AtDeadline::CLAIM);
    settle(set, operation, at, parties, moved, releases)
}

pub(super) fn release(
    set: &mut WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
    moved: &Moved,
) -> Result<(), Inconsistent> {
    settle(set, operation, at, parties, moved, true)
}

pub(super) fn refund(
    set: &mut WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
    moved: &Moved,
) -> Result<(), Inconsistent> {
    settle(set, operation, at, parties, moved, false)
}

/// What was moved goes to the payee or another receiver, and the rest back to the payer, if it
/// `releases`; else all of it goes back.
fn settle(
    set: &mut WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
    moved: &Moved,
    releases: bool,
) -> Result<(), Inconsistent> {
    let slot = parties.hold()?;
    let hold = *set.holds.get(slot);
    let released = if releases { moved.amount } else { Amount::ZERO };
    let refunded = if releases { moved.rest } else { moved.amount };
    let mut leaving = released;
    add(&mut leaving, refunded)?;

    let from_payer = Change { pending_down: leaving, posted_up: released, ..Change::default() };
    set.change(parties.debit()?, Side::Debit, at, from_payer)?;
    set.change_ledger(hold.ledger, from_payer)?;
    if releases && is_split(&hold, operation) {
        let payee = find_payee(set, &hold)?;
        set.change(payee, Side::Credit, at, Change::released(leaving))?;
        set.change(parties.credit()?, Side::Credit, at, Change::posted(released))?;
    } else {
        pay(set, at, parties, leaving, released, moved.fee)?;
    }
    set.edit_hold(slot, at, |hold| {
        subtract(&mut hold.held, leaving)?;
        add(&mut hold.released, released)?;
        add(&mut hold.refunded, refunded)?;
        // What the payer has is claimed no longer.
        hold.claimed = hold.claimed.saturating_sub(refunded);
        if releases && !is_split(hold, operation) {
            add(&mut hold.paid, released)?;
            add(&mut hold.fee, moved.fee)?;
        }
        close_if_empty(hold);
        Ok(())
    })?;
    if set.holds.get(slot).is_open() {
        return Ok(());
    }
    let payee = find_payee(set, &hold)?;
    for account in [parties.debit, Some(payee), parties.fee].into_iter().flatten() {
        set.count_hold(account, false)?;
    }
    Ok(())
}

/// Pays the payee what was released, less the commission, which goes to the fee account.
fn pay(
    set: &mut WorkingSet,
    at: Timestamp,
    parties: &Parties,
    leaving: Amount,
    released: Amount,
    fee: Amount,
) -> Result<(), Inconsistent> {
    let mut net = released;
    subtract(&mut net, fee)?;
    let to_payee = Change { pending_down: leaving, posted_up: net, ..Change::default() };
    set.change(parties.credit()?, Side::Credit, at, to_payee)?;
    if !fee.is_zero() {
        let account = parties.fee.ok_or(Inconsistent("a commission without an account"))?;
        set.change(account, Side::Credit, at, Change::posted(fee))?;
    }
    Ok(())
}

fn find_payee(set: &WorkingSet, hold: &Hold) -> Result<Slot<Account>, Inconsistent> {
    set.account(hold.payee).ok_or(Inconsistent("a hold without its payee"))
}

fn close_if_empty(hold: &mut Hold) {
    if hold.is_open() {
        return;
    }
    hold.phase = match (hold.released.is_zero(), hold.refunded.is_zero()) {
        (false, false) => Phase::SPLIT,
        (true, false) => Phase::REFUNDED,
        (_, true) => Phase::SETTLED,
    };
}
