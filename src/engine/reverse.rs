//! `reverse`: undoing a transfer or a release after the fact.

use super::check::refuse_if;
use super::guards;
use super::parties::Parties;
use super::set::{Change, Inconsistent, WorkingSet, add, subtract};
use crate::model::{
    Account, AccountFlags, Amount, Decision, Hold, Id, Moved, Operation, OperationFlags as Flags,
    Record, Reversible, Side, Status, Timestamp,
};

/// What a reversal undoes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undone {
    Transfer,
    /// What the payee of a hold was paid; the commission comes back pro rata.
    Payment,
    /// What another receiver got out of a hold.
    Split,
}

struct Target {
    undone: Undone,
    /// The operation whose reversals are added up; `None` for all that a payee was paid.
    timestamp: Option<Timestamp>,
    /// Who gives back, and who gets it.
    receiver: Id,
    origin: Id,
    hold: Option<Id>,
    /// What was moved in the first place.
    moved: Amount,
}

/// The decision on an id, recent or loaded.
fn original(set: &WorkingSet, id: Id) -> Option<(Timestamp, &Decision)> {
    let event = set.decision_on(id)?;
    let Record::Operation(decision) = &event.record else { return None };
    Some((event.timestamp, decision))
}

fn target(set: &WorkingSet, operation: &Operation) -> Result<Target, Status> {
    let find_hold = |id| set.hold(id).map(|slot| set.holds.get(slot));
    if set.archived_at(operation.target).is_some() {
        // A hold of this id says all there is to know of the operation that opened it.
        let hold = find_hold(operation.target).ok_or(Status::OPERATION_IS_ARCHIVED)?;
        return Ok(payment(hold, None, hold.paid));
    }
    let (timestamp, decision) =
        original(set, operation.target).ok_or(Status::OPERATION_NOT_FOUND)?;
    refuse_if(!decision.status.is_applied(), Status::OPERATION_MUST_BE_REVERSIBLE)?;
    let (first, moved) = (&decision.operation, decision.moved.amount);
    match Reversible::of(first.kind) {
        Reversible::Transfer => Ok(Target {
            undone: Undone::Transfer,
            timestamp: Some(timestamp),
            receiver: first.credit_account,
            origin: first.debit_account,
            hold: None,
            moved,
        }),
        Reversible::Hold => {
            let hold = find_hold(first.id).ok_or(Status::HOLD_NOT_FOUND)?;
            Ok(payment(hold, None, hold.paid))
        }
        Reversible::Release => {
            let hold = find_hold(first.target).ok_or(Status::HOLD_NOT_FOUND)?;
            let receiver = first.credit_account;
            if receiver.is_zero() || receiver == hold.payee {
                return Ok(payment(hold, Some(timestamp), moved));
            }
            Ok(Target { undone: Undone::Split, receiver, ..payment(hold, Some(timestamp), moved) })
        }
        Reversible::Never => Err(Status::OPERATION_MUST_BE_REVERSIBLE),
    }
}

fn payment(hold: &Hold, timestamp: Option<Timestamp>, moved: Amount) -> Target {
    Target {
        undone: Undone::Payment,
        timestamp,
        receiver: hold.payee,
        origin: hold.payer,
        hold: Some(hold.id),
        moved,
    }
}

/// The one who gives back as `debit`, the one who gets it as `credit`.
pub(super) fn parties(set: &WorkingSet, operation: &Operation) -> Result<Parties, Status> {
    let target = target(set, operation)?;
    let debit = guards::find(set, target.receiver, Status::DEBIT_ACCOUNT_NOT_FOUND)?;
    let credit = guards::find(set, target.origin, Status::CREDIT_ACCOUNT_NOT_FOUND)?;
    let mut parties = Parties { debit: Some(debit), credit: Some(credit), ..Parties::default() };
    if let Some(id) = target.hold {
        let slot = guards::find_hold(set, id)?;
        let fee_account = set.holds.get(slot).fee_account;
        parties.hold = Some(slot);
        if target.undone == Undone::Payment && !fee_account.is_zero() {
            parties.fee = Some(guards::find(set, fee_account, Status::FEE_ACCOUNT_NOT_FOUND)?);
        }
    }
    Ok(parties)
}

pub(super) fn judge(
    set: &WorkingSet,
    operation: &Operation,
    parties: &Parties,
) -> Result<Moved, Status> {
    let target = target(set, operation)?;
    let (receiver, origin) = parties.accounts(set);
    let fee_account = parties.fee.map(|slot| set.accounts.get(slot));
    guards::debit_account_is_in_business(receiver)?;
    guards::credit_account_is_in_business(origin)?;
    if let Some(account) = fee_account {
        guards::fee_account_is_in_business(account)?;
    }
    let left = left(set, &target, parties);
    let rest = operation.flags.contains(Flags::REST);
    let amount = if rest { left } else { operation.amount };
    refuse_if(amount > left || amount.is_zero(), Status::EXCEEDS_REVERSIBLE)?;

    let fee = match (target.undone, parties.hold) {
        (Undone::Payment, Some(_)) => fee_back(parties.hold_record(set), amount),
        _ => Amount::ZERO,
    };
    let net = amount.saturating_sub(fee);
    sums_fit(receiver, origin, fee_account, net, fee, amount)?;
    guards::ledger_has_room(set, receiver.ledger, amount)?;

    let is_transfer = target.undone == Undone::Transfer;
    refuse_if(net > can_give(receiver, is_transfer), Status::EXCEEDS_CREDITS)?;
    refuse_if(amount > guards::credit_limit(origin), Status::EXCEEDS_DEBITS)?;
    if let Some(account) = fee_account {
        refuse_if(fee > can_give(account, false), Status::FEE_ACCOUNT_EXCEEDS_CREDITS)?;
    }
    // Nothing can fail from here on.
    Ok(Moved { amount, fee, rest: Amount::ZERO })
}

/// What was moved and not reversed yet.
fn left(set: &WorkingSet, target: &Target, parties: &Parties) -> Amount {
    let reversed = target.timestamp.and_then(|timestamp| set.reversals.find(&timestamp));
    let reversed = reversed.map_or(Amount::ZERO, |slot| *set.reversals.get(slot));
    let left = target.moved.saturating_sub(reversed);
    if target.undone == Undone::Payment && parties.hold.is_some() {
        left.min(parties.hold_record(set).paid)
    } else {
        left
    }
}

/// The commission that goes back with `amount`: by as much as the fee of the sum falls.
fn fee_back(hold: &Hold, amount: Amount) -> Amount {
    let rest = hold.paid.saturating_sub(amount);
    hold.fee.saturating_sub(hold.commission_on(rest))
}

/// What an account can give back. The money of a settled deal must be there, whatever the
/// account's flags; a transfer, and what went out of the system, under the account's own limit.
fn can_give(account: &Account, is_transfer: bool) -> Amount {
    if is_transfer || account.has(AccountFlags::EXTERNAL) {
        guards::debit_limit(account)
    } else {
        account.balances.available()
    }
}

fn sums_fit(
    receiver: &Account,
    origin: &Account,
    fee_account: Option<&Account>,
    net: Amount,
    fee: Amount,
    amount: Amount,
) -> Result<(), Status> {
    let debits_fit = |account: &Account, amount: Amount| {
        account.balances.debits_posted.checked_add(amount).is_some()
    };
    let fee_fits = fee_account.is_none_or(|account| debits_fit(account, fee));
    let fit = debits_fit(receiver, net) && fee_fits;
    refuse_if(!fit, Status::OVERFLOWS_DEBITS_POSTED)?;
    let fits = origin.balances.credits_posted.checked_add(amount).is_some();
    refuse_if(!fits, Status::OVERFLOWS_CREDITS_POSTED)?;
    guards::both_debits_fit(receiver, net)?;
    if let Some(account) = fee_account {
        guards::both_debits_fit(account, fee)?;
    }
    guards::both_credits_fit(origin, amount)
}

pub(super) fn carry_out(
    set: &mut WorkingSet,
    operation: &Operation,
    at: Timestamp,
    parties: &Parties,
    moved: &Moved,
) -> Result<(), Inconsistent> {
    let target = target(set, operation).map_err(|_| Inconsistent("nothing to reverse"))?;
    let mut net = moved.amount;
    subtract(&mut net, moved.fee)?;
    let ledger = set.accounts.get(parties.debit()?).ledger;
    if !net.is_zero() {
        set.change(parties.debit()?, Side::Debit, at, Change::posted(net))?;
    }
    if !moved.fee.is_zero() {
        let account = parties.fee.ok_or(Inconsistent("a commission without an account"))?;
        set.change(account, Side::Debit, at, Change::posted(moved.fee))?;
    }
    set.change(parties.credit()?, Side::Credit, at, Change::posted(moved.amount))?;
    set.change_ledger(ledger, Change::posted(moved.amount))?;
    if let Some(timestamp) = target.timestamp {
        match set.reversals.find(&timestamp) {
            Some(slot) => add(set.reversals.edit(slot), moved.amount)?,
            None => drop(set.reversals.create(timestamp, moved.amount)),
        }
    }
    let Some(hold) = parties.hold else {
        return Ok(());
    };
    set.edit_hold(hold, at, |hold| {
        add(&mut hold.reversed, moved.amount)?;
        if target.undone == Undone::Payment {
            subtract(&mut hold.paid, moved.amount)?;
            subtract(&mut hold.fee, moved.fee)?;
        }
        Ok(())
    })
}

/// The ids whose decisions must be loaded before the reversal `operation` is judged, followed by
/// those of the records that the decision then names.
pub(super) fn named_by(decision: &Decision) -> (Vec<Id>, Option<Id>) {
    let first = &decision.operation;
    match Reversible::of(first.kind) {
        Reversible::Transfer => (vec![first.debit_account, first.credit_account], None),
        Reversible::Hold => (Vec::new(), Some(first.id)),
        Reversible::Release => (vec![first.credit_account], Some(first.target)),
        Reversible::Never => (Vec::new(), None),
    }
}
