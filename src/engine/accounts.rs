//! Opening ledgers and accounts; `freeze`, `unfreeze`, `close`, `reopen`.

use super::apply::{Pause, settle_due, settle_until};
use super::check::{self, ImportedAccounts, refuse_if};
use super::guards;
use super::outcomes::Outcomes;
use super::parties::Parties;
use super::set::{Inconsistent, WorkingSet};
use super::time::Clock;
use crate::model::{
    Account, AccountFlags as Flags, Event, Ledger, Operation, Outcome, Record, Status, limits,
};

/// Registers ledgers from `outcomes.len()` on, until all are done or something stands in the way.
pub(crate) fn create_ledgers(
    set: &mut WorkingSet,
    ledgers: &[Ledger],
    clock: Clock,
    outcomes: &mut Outcomes,
    settled: &mut usize,
) -> Result<Pause, Inconsistent> {
    while let Some(ledger) = ledgers.get(outcomes.len()) {
        let pause = settle_due(set, clock, settled)?;
        if pause != Pause::Done {
            return Ok(pause);
        }
        outcomes.push(create_ledger(set, ledger, clock));
    }
    Ok(Pause::Done)
}

fn create_ledger(set: &mut WorkingSet, ledger: &Ledger, clock: Clock) -> Outcome {
    let status = judge_ledger(set, ledger).err().unwrap_or(Status::APPLIED);
    let mut outcome = Outcome::of(status);
    if status.is_applied() {
        let timestamp = clock.next(set.last);
        let created = Ledger { created_at: timestamp, ..*ledger };
        outcome.timestamp = timestamp;
        set.ledgers.create(created.number, created);
        set.record(Event { timestamp, record: Record::Ledger(created) });
    } else if let Some(slot) = set.ledgers.find(&ledger.number)
        && status == Status::EXISTS
    {
        outcome.timestamp = set.ledgers.get(slot).created_at;
        outcome.first_status = Status::APPLIED;
    }
    outcome
}

fn judge_ledger(set: &WorkingSet, ledger: &Ledger) -> Result<(), Status> {
    check::ledger(ledger)?;
    if let Some(slot) = set.ledgers.find(&ledger.number) {
        let old = set.ledgers.get(slot);
        refuse_if(old.code != ledger.code, Status::EXISTS_WITH_DIFFERENT_CODE)?;
        refuse_if(old.scale != ledger.scale, Status::EXISTS_WITH_DIFFERENT_SCALE)?;
        return Err(Status::EXISTS);
    }
    refuse_if(set.ledgers.len() >= limits::LEDGERS_MAX, Status::TOO_MANY_LEDGERS)
}

/// Opens accounts from `outcomes.len()` on, until all are done or something stands in the way. An
/// outcome has the account's balances on the debit side.
pub(crate) fn create_accounts(
    set: &mut WorkingSet,
    accounts: &[Account],
    clock: Clock,
    outcomes: &mut Outcomes,
    settled: &mut usize,
) -> Result<Pause, Inconsistent> {
    let batch = ImportedAccounts::among(accounts);
    while let Some(account) = accounts.get(outcomes.len()) {
        let imported = account.has(Flags::IMPORTED);
        // What leaves no trace whatever the state is does not make time pass.
        if !imported || judge_alone(set, account, batch).is_ok() {
            let pause = settle_until(set, settled, |set| {
                let own = imported && clock.admits(account.created_at, set.last).is_ok();
                if own { account.created_at } else { clock.next(set.last) }
            })?;
            if pause != Pause::Done {
                return Ok(pause);
            }
        }
        outcomes.push(create_account(set, account, batch, clock));
    }
    Ok(Pause::Done)
}

fn create_account(
    set: &mut WorkingSet,
    account: &Account,
    batch: ImportedAccounts,
    clock: Clock,
) -> Outcome {
    let status = judge_account(set, account, batch, clock).err().unwrap_or(Status::APPLIED);
    let mut outcome = Outcome::of(status);
    if status.is_applied() {
        let imported = account.has(Flags::IMPORTED);
        let timestamp = if imported { account.created_at } else { clock.next(set.last) };
        open(set, &Account { created_at: timestamp, ..*account });
        outcome.timestamp = timestamp;
    } else if let Some(slot) = set.account(account.id) {
        let old = set.accounts.get(slot);
        outcome.debit = old.balances;
        if status == Status::EXISTS {
            outcome.timestamp = old.created_at;
            outcome.first_status = Status::APPLIED;
        }
    }
    outcome
}

fn judge_account(
    set: &WorkingSet,
    account: &Account,
    batch: ImportedAccounts,
    clock: Clock,
) -> Result<(), Status> {
    judge_alone(set, account, batch)?;
    guards::ledger_exists(set, account.ledger)?;
    if account.has(Flags::IMPORTED) { clock.admits(account.created_at, set.last) } else { Ok(()) }
}

/// The guards that leave no trace: the record itself, and whether it is a repeat.
fn judge_alone(set: &WorkingSet, account: &Account, batch: ImportedAccounts) -> Result<(), Status> {
    check::account(account, batch)?;
    match set.account(account.id) {
        Some(slot) => Err(repeated(set.accounts.get(slot), account)),
        None => Ok(()),
    }
}

fn repeated(old: &Account, new: &Account) -> Status {
    // Freezing and closing are what happened to the account since, not what it was opened with.
    let opened_with = |account: &Account| account.flags.without(Flags::FROZEN | Flags::CLOSED);
    let imported = new.has(Flags::IMPORTED);
    let differences = [
        (opened_with(old) != opened_with(new), Status::EXISTS_WITH_DIFFERENT_FLAGS),
        (old.user_data_128 != new.user_data_128, Status::EXISTS_WITH_DIFFERENT_USER_DATA_128),
        (old.user_data_64 != new.user_data_64, Status::EXISTS_WITH_DIFFERENT_USER_DATA_64),
        (imported && old.created_at != new.created_at, Status::EXISTS_WITH_DIFFERENT_TIMESTAMP),
        (old.ledger != new.ledger, Status::EXISTS_WITH_DIFFERENT_LEDGER),
        (old.code != new.code, Status::EXISTS_WITH_DIFFERENT_CODE),
    ];
    let difference = differences.iter().find(|(differs, _)| *differs);
    difference.map_or(Status::EXISTS, |(_, status)| *status)
}

/// Opens an account that was judged, now or when its journal was written.
pub(super) fn open(set: &mut WorkingSet, account: &Account) {
    set.accounts.create(account.id, *account);
    let record = Record::Account(*account);
    set.record(Event { timestamp: account.created_at, record });
}

/// The account of `freeze` and its like, as `debit`.
pub(super) fn parties(set: &WorkingSet, operation: &Operation) -> Result<Parties, Status> {
    let account = guards::find(set, operation.target, Status::ACCOUNT_NOT_FOUND)?;
    Ok(Parties { debit: Some(account), ..Parties::default() })
}

pub(super) fn judge_freeze(account: &Account) -> Result<(), Status> {
    refuse_if(account.has(Flags::FROZEN), Status::ACCOUNT_ALREADY_FROZEN)
}

pub(super) fn judge_unfreeze(account: &Account) -> Result<(), Status> {
    refuse_if(!account.has(Flags::FROZEN), Status::ACCOUNT_IS_NOT_FROZEN)
}

pub(super) fn judge_close(account: &Account) -> Result<(), Status> {
    refuse_if(account.has(Flags::CLOSED), Status::ACCOUNT_ALREADY_CLOSED)?;
    refuse_if(account.open_holds > 0, Status::ACCOUNT_HAS_OPEN_HOLDS)
}

pub(super) fn judge_reopen(account: &Account) -> Result<(), Status> {
    refuse_if(!account.has(Flags::CLOSED), Status::ACCOUNT_IS_NOT_CLOSED)
}

/// Carries out `freeze` or one of its like.
pub(super) fn change_flags(
    set: &mut WorkingSet,
    parties: &Parties,
    change: impl FnOnce(Flags) -> Flags,
) -> Result<(), Inconsistent> {
    let account = set.accounts.edit(parties.debit()?);
    account.flags = change(account.flags);
    Ok(())
}
