//! From an operation to its outcome: guards, the point of no return, what is carried out.
//!
//! `parties` finds the records that an operation concerns, `judge` says what would move, `carry_out`
//! moves it. Replaying a journal is the first and the last without the judge.

use super::parties::Parties;
use super::set::{Inconsistent, WorkingSet};
use super::{accounts, consumers, documents, fund, progress, reverse, settle, transfer};
use crate::model::{
    Decision, Document, Event, Id, Kind, Moved, Operation, Outcome, Record, Status, Timestamp,
};

/// The records that the operation concerns, or the law of existence that it breaks.
fn parties(set: &WorkingSet, operation: &Operation) -> Result<Parties, Status> {
    match operation.kind {
        Kind::TRANSFER => transfer::parties(set, operation),
        Kind::HOLD => fund::parties(set, operation),
        Kind::REVERSE => reverse::parties(set, operation),
        Kind::PUT | Kind::DELETE => Ok(Parties::default()),
        kind if kind.is_about_hold() => settle::parties(set, operation),
        _ => accounts::parties(set, operation),
    }
}

/// What the operation moves if it is carried out at `at`, or the law that it would break.
fn judge(
    set: &WorkingSet,
    operation: &Operation,
    document: Option<&Document>,
    at: Timestamp,
    parties: &Parties,
) -> Result<Moved, Status> {
    let nothing = |()| Moved::default();
    match operation.kind {
        Kind::TRANSFER => transfer::judge(set, operation, parties),
        Kind::HOLD => fund::judge(set, operation, at, parties),
        Kind::TOP_UP => fund::judge_top_up(set, operation, parties),
        Kind::RELEASE | Kind::REFUND => settle::judge(set, operation, parties),
        Kind::REVERSE => reverse::judge(set, operation, parties),
        Kind::PUT | Kind::DELETE => match document {
            Some(document) => documents::judge(set, operation, document).map(nothing),
            None => Err(Status::DATA_OUT_OF_BOUNDS),
        },
        kind if kind.is_about_hold() => progress::judge(set, operation, at, parties).map(nothing),
        _ => accounts::judge(set, operation, parties).map(nothing),
    }
}

/// Does what was decided. Gives the parties with a hold that was just opened among them.
fn carry_out(
    set: &mut WorkingSet,
    operation: &Operation,
    moved: &Moved,
    document: Option<&Document>,
    at: Timestamp,
    mut parties: Parties,
) -> Result<Parties, Inconsistent> {
    match operation.kind {
        Kind::TRANSFER => transfer::carry_out(set, operation, at, &parties, moved)?,
        Kind::HOLD => {
            parties.hold = Some(fund::carry_out(set, operation, at, &parties, moved)?);
        }
        Kind::TOP_UP => fund::carry_out_top_up(set, at, &parties, moved)?,
        Kind::RELEASE | Kind::REFUND | Kind::EXPIRE => {
            settle::carry_out(set, operation, at, &parties, moved)?;
        }
        Kind::REVERSE => reverse::carry_out(set, operation, at, &parties, moved)?,
        Kind::PUT | Kind::DELETE => match document {
            Some(document) => documents::carry_out(set, operation.kind, at, document),
            None => return Err(Inconsistent("a document operation without its document")),
        },
        kind if kind.is_about_hold() => progress::carry_out(set, operation, at, &parties)?,
        _ => accounts::carry_out(set, operation, &parties)?,
    }
    Ok(parties)
}

/// Judges a well-formed operation with a new id from existence on, and carries it out or refuses
/// it. `at` is its time; `admitted` says whether an imported operation can have happened then.
pub(super) fn decide(
    set: &mut WorkingSet,
    operation: &Operation,
    document: Option<Document>,
    at: Timestamp,
    admitted: Result<(), Status>,
) -> Result<Outcome, Inconsistent> {
    let found = parties(set, operation);
    let judged = found.and_then(|parties| {
        admitted?;
        Ok((parties, judge(set, operation, document.as_ref(), at, &parties)?))
    });
    let status = judged.as_ref().err().copied().unwrap_or(Status::APPLIED);
    let moved = judged.map_or(Moved::default(), |(_, moved)| moved);
    if !status.is_applied() {
        return Ok(refuse(set, operation, document, at, status));
    }
    let parties = found.map_err(|_| Inconsistent("an applied operation without parties"))?;
    let parties = carry_out(set, operation, &moved, document.as_ref(), at, parties)?;
    let mut outcome = balances(set, &parties, Outcome::of(status));
    outcome.timestamp = at;
    outcome.amount = moved.amount;
    outcome.fee = moved.fee;
    if operation.kind == Kind::PUT {
        outcome.version = at.nanoseconds();
    }
    record(set, at, decision(operation, at, status, moved, document));
    Ok(outcome)
}

/// What the journal remembers of an operation that was decided on at `at`.
fn decision(
    operation: &Operation,
    at: Timestamp,
    status: Status,
    moved: Moved,
    document: Option<Document>,
) -> Decision {
    let operation = Operation { timestamp: at, data_offset: 0, ..*operation };
    Decision { operation, status, moved, document }
}

/// Refuses an operation for a reason that uses up its id.
pub(super) fn refuse(
    set: &mut WorkingSet,
    operation: &Operation,
    document: Option<Document>,
    at: Timestamp,
    status: Status,
) -> Outcome {
    let mut outcome = outcome_of_refusal(set, operation, document.as_ref(), status);
    outcome.timestamp = at;
    record(set, at, decision(operation, at, status, Moved::default(), document));
    outcome
}

/// Writes a decision down.
fn record(set: &mut WorkingSet, at: Timestamp, decision: Decision) {
    set.record(Event { timestamp: at, record: Record::Operation(decision) });
}

/// Settles a hold whose deadline has come, or says that it must be loaded first.
pub(super) fn expire(set: &mut WorkingSet, hold: Id, at: Timestamp) -> Result<bool, Inconsistent> {
    let Some(slot) = set.holds.find(&hold) else {
        return Ok(false);
    };
    let (operation, moved) = settle::expiry(set.holds.get(slot), at);
    let Ok(parties) = parties(set, &operation) else {
        return Ok(false);
    };
    carry_out(set, &operation, &moved, None, at, parties)?;
    record(set, at, decision(&operation, at, Status::APPLIED, moved, None));
    Ok(true)
}

/// Carries out what a journal says was decided, without judging again.
pub(crate) fn replay(set: &mut WorkingSet, event: Event) -> Result<(), Inconsistent> {
    if event.timestamp <= set.last {
        return Err(Inconsistent("timestamps of the journal do not rise"));
    }
    match &event.record {
        Record::Ledger(ledger) => {
            if set.ledgers.find(&ledger.number).is_some() {
                return Err(Inconsistent("a ledger was registered twice"));
            }
            set.ledgers.create(ledger.number, *ledger);
        }
        Record::Account(account) => {
            if set.accounts.find(&account.id).is_some() {
                return Err(Inconsistent("an account was opened twice"));
            }
            accounts::open(set, account);
            return Ok(());
        }
        Record::Consumer { .. } | Record::ConsumerRemoved { .. } => {
            consumers::carry_out(set, &event.record)?;
        }
        Record::Operation(decision) if decision.status.is_applied() => {
            let operation = &decision.operation;
            if operation.kind == Kind::HOLD && set.holds.find(&operation.id).is_some() {
                return Err(Inconsistent("a hold was opened twice"));
            }
            let parties = parties(set, &decision.operation)
                .map_err(|_| Inconsistent("a decision names records that are not there"))?;
            let Decision { operation, moved, document, .. } = decision;
            carry_out(set, operation, moved, document.as_ref(), event.timestamp, parties)?;
        }
        Record::Operation(_) => (),
    }
    set.record(event);
    Ok(())
}

/// The outcome of a refusal: what its accounts, hold and document are now, where they exist.
pub(super) fn outcome_of_refusal(
    set: &WorkingSet,
    operation: &Operation,
    document: Option<&Document>,
    status: Status,
) -> Outcome {
    let account = |id: Id| set.accounts.find(&id);
    // Accounts, holds and operations have numbers of their own: a target is what the kind says.
    let hold = match operation.kind {
        Kind::HOLD => set.holds.find(&operation.id),
        kind if kind.is_about_hold() => set.holds.find(&operation.target),
        _ => None,
    };
    let mut parties = Parties {
        debit: account(operation.debit_account),
        credit: account(operation.credit_account),
        hold,
        fee: None,
    };
    if let Some(slot) = hold {
        let hold = set.holds.get(slot);
        parties.debit = parties.debit.or_else(|| account(hold.payer));
        parties.credit = parties.credit.or_else(|| account(hold.payee));
    }
    if operation.kind.is_about_account() {
        parties.debit = account(operation.target);
    } else if operation.kind == Kind::REVERSE
        && let Ok(found) = reverse::parties(set, operation)
    {
        parties = found;
    }
    let mut outcome = balances(set, &parties, Outcome::of(status));
    outcome.version = document.map_or(0, |document| documents::version(set, document));
    outcome
}

fn balances(set: &WorkingSet, parties: &Parties, mut outcome: Outcome) -> Outcome {
    if let Some(slot) = parties.debit {
        outcome.debit = set.accounts.get(slot).balances;
    }
    if let Some(slot) = parties.credit {
        outcome.credit = set.accounts.get(slot).balances;
    }
    if let Some(slot) = parties.hold {
        outcome.held = set.holds.get(slot).held;
    }
    outcome
}
