//! The laws that several kinds of operation share, one a function.

use super::check::refuse_if;
use super::parties::Parties;
use super::record_cache::Slot;
use super::set::WorkingSet;
use crate::model::{
    Account, AccountFlags as Flags, Amount, Hold, Id, Operation, OperationFlags as Balancing,
    Phase, Status, Timestamp,
};

pub(super) fn find(set: &WorkingSet, id: Id, missing: Status) -> Result<Slot<Account>, Status> {
    set.account(id).ok_or(missing)
}

/// The account that is debited and the one that is credited by the operation at hand.
pub(super) fn find_both(
    set: &WorkingSet,
    operation: &Operation,
) -> Result<(Slot<Account>, Slot<Account>), Status> {
    let [debit, credit] = set.hint;
    let debit = set.account_near(operation.debit_account, debit);
    let debit = debit.ok_or(Status::DEBIT_ACCOUNT_NOT_FOUND)?;
    let credit = set.account_near(operation.credit_account, credit);
    Ok((debit, credit.ok_or(Status::CREDIT_ACCOUNT_NOT_FOUND)?))
}

pub(super) fn find_hold(set: &WorkingSet, id: Id) -> Result<Slot<Hold>, Status> {
    set.hold_near(id, set.hint[0]).ok_or(Status::HOLD_NOT_FOUND)
}

pub(super) fn ledger_exists(set: &WorkingSet, ledger: u32) -> Result<(), Status> {
    refuse_if(set.find_ledger(ledger).is_none(), Status::LEDGER_NOT_FOUND)
}

/// All accounts belong to one ledger, and it is the one that the operation names.
pub(super) fn same_ledger(
    set: &WorkingSet,
    operation: &Operation,
    accounts: &[Slot<Account>],
) -> Result<(), Status> {
    let ledger = |slot: &Slot<Account>| set.accounts.get(*slot).ledger;
    let mixed = accounts.windows(2).any(|pair| ledger(&pair[0]) != ledger(&pair[1]));
    refuse_if(mixed, Status::ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER)?;
    let other = accounts.iter().any(|slot| ledger(slot) != operation.ledger);
    refuse_if(other, Status::OPERATION_MUST_HAVE_THE_LEDGER_OF_ITS_ACCOUNTS)
}

/// None of the accounts that an operation concerns is `managed`.
pub(super) fn none_is_managed(set: &WorkingSet, parties: &Parties) -> Result<(), Status> {
    let is_managed = |slot: Slot<Account>| set.accounts.get(slot).has(Flags::MANAGED);
    let mut named = [parties.debit, parties.credit, parties.fee].into_iter().flatten();
    let managed = named.any(is_managed) || others_of_hold(set, parties).any(is_managed);
    refuse_if(managed, Status::ACCOUNT_IS_MANAGED)
}

/// The accounts of a hold that are neither debited nor credited: of a split, or its reversal.
fn others_of_hold(set: &WorkingSet, parties: &Parties) -> impl Iterator<Item = Slot<Account>> {
    let hold = parties.hold.map(|slot| set.holds.get(slot));
    let credited = parties.credit.map(|slot| set.accounts.get(slot).id);
    let payee = hold.map(|hold| hold.payee).filter(|payee| credited != Some(*payee));
    let fee =
        hold.map(|hold| hold.fee_account).filter(|fee| parties.fee.is_none() && !fee.is_zero());
    [payee, fee].into_iter().flatten().filter_map(|id| set.account(id))
}

pub(super) fn debit_account_is_in_business(account: &Account) -> Result<(), Status> {
    refuse_if(account.has(Flags::FROZEN), Status::DEBIT_ACCOUNT_FROZEN)?;
    refuse_if(account.has(Flags::CLOSED), Status::DEBIT_ACCOUNT_CLOSED)
}

pub(super) fn credit_account_is_in_business(account: &Account) -> Result<(), Status> {
    refuse_if(account.has(Flags::FROZEN), Status::CREDIT_ACCOUNT_FROZEN)?;
    refuse_if(account.has(Flags::CLOSED), Status::CREDIT_ACCOUNT_CLOSED)
}

pub(super) fn fee_account_is_in_business(account: &Account) -> Result<(), Status> {
    refuse_if(account.has(Flags::FROZEN), Status::FEE_ACCOUNT_FROZEN)?;
    refuse_if(account.has(Flags::CLOSED), Status::FEE_ACCOUNT_CLOSED)
}

/// Money of a `spend_only` account does not reach an `external` one.
pub(super) fn closed_loop(from: &Account, to: &Account) -> Result<(), Status> {
    let leaves = from.has(Flags::SPEND_ONLY) && to.has(Flags::EXTERNAL);
    refuse_if(leaves, Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE)
}

/// The most that can be debited, now or pending, under the account's limit flag.
pub(super) fn debit_limit(account: &Account) -> Amount {
    if account.has(Flags::DEBITS_MUST_NOT_EXCEED_CREDITS) {
        account.balances.available()
    } else {
        Amount::MAX
    }
}

/// The most that can be credited, now or pending, under the account's limit flag.
pub(super) fn credit_limit(account: &Account) -> Amount {
    if account.has(Flags::CREDITS_MUST_NOT_EXCEED_DEBITS) {
        account.balances.available_debit()
    } else {
        Amount::MAX
    }
}

/// What is to be balanced against a limit has that limit: without one, the whole amount would move
/// where the caller asked for "at most".
pub(super) fn balances_against_limits(
    operation: &Operation,
    debit: &Account,
    credit: &Account,
) -> Result<(), Status> {
    let unlimited =
        |flag, limit, account: &Account| operation.flags.contains(flag) && !account.has(limit);
    let debit = unlimited(Balancing::BALANCING_DEBIT, Flags::DEBITS_MUST_NOT_EXCEED_CREDITS, debit);
    refuse_if(debit, Status::BALANCING_DEBIT_NEEDS_LIMIT)?;
    let credit =
        unlimited(Balancing::BALANCING_CREDIT, Flags::CREDITS_MUST_NOT_EXCEED_DEBITS, credit);
    refuse_if(credit, Status::BALANCING_CREDIT_NEEDS_LIMIT)
}

/// Debits of an account, pending and posted together, have room for `amount`.
pub(super) fn both_debits_fit(account: &Account, amount: Amount) -> Result<(), Status> {
    let balances = &account.balances;
    let sum = sum(&[balances.debits_pending, balances.debits_posted, amount]);
    refuse_if(sum.is_none(), Status::OVERFLOWS_DEBITS)
}

/// Credits of an account, pending and posted together, have room for `amount`.
pub(super) fn both_credits_fit(account: &Account, amount: Amount) -> Result<(), Status> {
    let balances = &account.balances;
    let sum = sum(&[balances.credits_pending, balances.credits_posted, amount]);
    refuse_if(sum.is_none(), Status::OVERFLOWS_CREDITS)
}

/// All debits of the ledger together have room for `amount`. Since debits equal credits over a
/// ledger, this bounds every account, and a deadline can settle a hold without a look at sums.
pub(super) fn ledger_has_room(set: &WorkingSet, ledger: u32, amount: Amount) -> Result<(), Status> {
    let slot = set.find_ledger(ledger).ok_or(Status::LEDGER_NOT_FOUND)?;
    let ledger = set.ledgers.get(slot);
    let sum = sum(&[ledger.posted, ledger.pending, amount]);
    refuse_if(sum.is_none(), Status::OVERFLOWS_LEDGER)
}

/// The hold is open.
pub(super) fn hold_is_open(hold: &Hold) -> Result<(), Status> {
    match hold.phase {
        Phase::SETTLED => Err(Status::HOLD_ALREADY_SETTLED),
        Phase::REFUNDED => Err(Status::HOLD_ALREADY_REFUNDED),
        Phase::SPLIT => Err(Status::HOLD_ALREADY_SPLIT),
        _ => Ok(()),
    }
}

pub(super) fn hold_is_not_disputed(hold: &Hold) -> Result<(), Status> {
    refuse_if(hold.is_disputed(), Status::HOLD_IS_DISPUTED)
}

/// The deadline `timeout_seconds` from `at` is within time.
pub(super) fn deadline_fits(at: Timestamp, timeout_seconds: u32) -> Result<(), Status> {
    let nanoseconds = u64::from(timeout_seconds).checked_mul(Timestamp::SECOND);
    let deadline = nanoseconds.and_then(|time| at.nanoseconds().checked_add(time));
    refuse_if(deadline.is_none(), Status::OVERFLOWS_DEADLINE)
}

pub(super) fn sum(amounts: &[Amount]) -> Option<Amount> {
    amounts.iter().try_fold(Amount::ZERO, |sum, amount| sum.checked_add(*amount))
}
