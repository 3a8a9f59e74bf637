//! From an operation to its outcome: guards, the point of no return, what is carried out.
//!
//! `parties` finds the records that an operation concerns, `judge` says what would move,
//! `carry_out` moves it. Replaying a journal is the first and the last without the judge.

use super::asked::Key;
use super::parties::Parties;
use super::record_cache::Slot;
use super::set::{Inconsistent, WorkingSet};
use super::{Origin, accounts, consumers, divide, documents, fund, guards, progress, reverse};
use super::{settle, transfer};
use crate::model::{
    About, AccountFlags as Flags, Decision, Document, Event, Hold, Id, KnownKind, Moved, Operation,
    Outcome, Record, Status, Timestamp,
};

/// The records that the operation concerns, or the law of existence that it breaks.
fn parties(set: &WorkingSet, kind: KnownKind, operation: &Operation) -> Result<Parties, Status> {
    match kind.traits().about {
        About::Accounts => transfer::parties(set, operation),
        About::NewHold => fund::parties(set, operation),
        About::Hold => settle::parties(set, operation),
        About::Original => reverse::parties(set, operation),
        About::Account => accounts::parties(set, operation),
        About::Document => Ok(Parties::default()),
    }
}

/// Whether it is for whoever submits the operation to move the money of these accounts.
fn may_touch(
    set: &WorkingSet,
    origin: Origin,
    kind: KnownKind,
    parties: &Parties,
) -> Result<(), Status> {
    match (origin, kind.traits().about) {
        // Freezing, closing and their like move nothing.
        (Origin::Library, _) | (_, About::Account | About::Document) => Ok(()),
        (Origin::Host, About::Accounts | About::NewHold | About::Hold | About::Original) => {
            guards::none_is_managed(set, parties)
        }
    }
}

/// What the operation moves if it is carried out at `at`, or the law that it would break.
fn judge(
    set: &WorkingSet,
    kind: KnownKind,
    operation: &Operation,
    document: Option<&Document>,
    at: Timestamp,
    parties: &Parties,
) -> Result<Moved, Status> {
    use KnownKind as K;
    let account = || parties.debit_record(set);
    let hold = || parties.hold_record(set);
    let document = || document.ok_or(Status::DATA_OUT_OF_BOUNDS);
    match kind {
        K::Transfer => return transfer::judge(set, operation, parties),
        K::Hold => return fund::judge(set, operation, at, parties),
        K::TopUp => return fund::judge_top_up(set, operation, parties),
        K::Release => return settle::judge_release(set, operation, parties),
        K::Refund => return settle::judge_refund(hold(), operation),
        K::Reverse => return reverse::judge(set, operation, parties),
        K::Divide => return divide::judge(set, operation, parties),
        // Judged when the hold was opened.
        K::Expire => return Ok(settle::moved_at_deadline(hold())),
        K::Ship => progress::judge_ship(hold(), operation, at),
        K::Deliver => progress::judge_deliver(hold(), operation, at),
        K::Extend => progress::judge_extend(hold(), operation, at),
        K::Dispute => progress::judge_dispute(hold(), operation, at),
        K::WithdrawDispute => progress::judge_withdraw_dispute(hold()),
        K::Freeze => accounts::judge_freeze(account()),
        K::Unfreeze => accounts::judge_unfreeze(account()),
        K::Close => accounts::judge_close(account()),
        K::Reopen => accounts::judge_reopen(account()),
        K::Put => documents::judge_put(set, operation, document()?),
        K::Delete => documents::judge_delete(set, operation, document()?),
    }?;
    Ok(Moved::default())
}

/// Does what was decided. Gives the parties with a hold that was just opened among them.
fn carry_out(
    set: &mut WorkingSet,
    kind: KnownKind,
    operation: &Operation,
    moved: &Moved,
    document: Option<&Document>,
    at: Timestamp,
    mut parties: Parties,
) -> Result<Parties, Inconsistent> {
    use KnownKind as K;
    let of = &parties;
    let document = || document.ok_or(Inconsistent("a document operation without its document"));
    match kind {
        K::Transfer => transfer::carry_out(set, operation, at, of, moved)?,
        K::Hold => parties.hold = Some(fund::carry_out(set, operation, at, of, moved)?),
        K::TopUp => fund::carry_out_top_up(set, at, of, moved)?,
        K::Release => settle::release(set, operation, at, of, moved)?,
        K::Refund => settle::refund(set, operation, at, of, moved)?,
        K::Expire => settle::expire(set, operation, at, of, moved)?,
        K::Reverse => reverse::carry_out(set, operation, at, of, moved)?,
        K::Divide => divide::carry_out(set, operation, at, of, moved)?,
        K::Ship => progress::change(set, at, of, |hold| progress::ship(hold, operation, at))?,
        K::Deliver => progress::change(set, at, of, |hold| progress::deliver(hold, operation, at))?,
        K::Extend => {
            progress::change(set, at, of, |hold| progress::set_terms(hold, operation, at))?
        }
        K::Dispute => progress::change(set, at, of, |hold| progress::dispute(hold, operation, at))?,
        K::WithdrawDispute => {
            progress::change(set, at, of, |hold| progress::withdraw_dispute(hold, at))?;
        }
        K::Freeze => accounts::change_flags(set, of, |flags| flags.with(Flags::FROZEN))?,
        K::Unfreeze => accounts::change_flags(set, of, |flags| flags.without(Flags::FROZEN))?,
        K::Close => accounts::change_flags(set, of, |flags| flags.with(Flags::CLOSED))?,
        K::Reopen => accounts::change_flags(set, of, |flags| flags.without(Flags::CLOSED))?,
        K::Put => documents::put(set, at, document()?),
        K::Delete => documents::delete(set, document()?),
    }
    Ok(parties)
}

/// Judges a well-formed operation with a new id from existence on, and carries it out or refuses
/// it. `at` is its time; `admitted` says whether an imported operation can have happened then.
pub(super) fn decide(
    set: &mut WorkingSet,
    kind: KnownKind,
    operation: &Operation,
    document: Option<Document>,
    at: Timestamp,
    admitted: Result<(), Status>,
    origin: Origin,
) -> Result<Outcome, Inconsistent> {
    let found = parties(set, kind, operation);
    let judged = found.and_then(|parties| {
        may_touch(set, origin, kind, &parties)?;
        admitted?;
        Ok((parties, judge(set, kind, operation, document.as_ref(), at, &parties)?))
    });
    let status = judged.as_ref().err().copied().unwrap_or(Status::APPLIED);
    let moved = judged.map_or(Moved::default(), |(_, moved)| moved);
    if !status.is_applied() {
        return Ok(refuse(set, operation, document, at, status));
    }
    let parties = found.map_err(|_| Inconsistent("an applied operation without parties"))?;
    let parties = carry_out(set, kind, operation, &moved, document.as_ref(), at, parties)?;
    let mut outcome = balances(set, &parties, Outcome::of(status));
    outcome.timestamp = at;
    outcome.amount = moved.amount;
    outcome.fee = moved.fee;
    if kind == KnownKind::Put {
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
    let Some(slot) = set.hold_in_memory(hold) else {
        return Ok(false);
    };
    let (kind, hold) = (KnownKind::Expire, set.holds.get(slot));
    // Who is told `false` asks for what is missing.
    set.asked.add(Key::Hold(hold.id));
    for account in [hold.payer, hold.payee, hold.fee_account] {
        set.asked.add(Key::Account(account));
    }
    let (operation, moved) = (settle::expiry(hold, at), settle::moved_at_deadline(hold));
    let Ok(parties) = parties(set, kind, &operation) else {
        return Ok(false);
    };
    carry_out(set, kind, &operation, &moved, None, at, parties)?;
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
            if set.account(account.id).is_some() {
                return Err(Inconsistent("an account was opened twice"));
            }
            accounts::open(set, account);
            return Ok(());
        }
        Record::Consumer { .. } | Record::ConsumerRemoved { .. } => {
            consumers::carry_out(set, &event.record)?;
        }
        Record::Operation(decision) if decision.status.is_applied() => {
            let Decision { operation, moved, document, .. } = decision;
            let kind = KnownKind::of(operation.kind)
                .ok_or(Inconsistent("a decision on an operation of an unknown kind"))?;
            if kind.opens_hold() && set.hold_in_memory(operation.id).is_some() {
                return Err(Inconsistent("a hold was opened twice"));
            }
            let parties = parties(set, kind, operation)
                .map_err(|_| Inconsistent("a decision names records that are not there"))?;
            carry_out(set, kind, operation, moved, document.as_ref(), event.timestamp, parties)?;
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
    let account = |id: Id| set.account(id);
    let mut parties = Parties {
        debit: account(operation.debit_account),
        credit: account(operation.credit_account),
        ..Parties::default()
    };
    // Accounts, holds and operations have numbers of their own: a target is what the kind says.
    match KnownKind::of(operation.kind).map(|kind| kind.traits().about) {
        Some(About::NewHold) => add_hold(set, set.hold_opened_by(operation.id), &mut parties),
        Some(About::Hold) => add_hold(set, set.hold(operation.target), &mut parties),
        Some(About::Original) => {
            parties = reverse::parties(set, operation).unwrap_or(parties);
        }
        Some(About::Account) => parties.debit = account(operation.target),
        Some(About::Accounts | About::Document) | None => (),
    }
    let mut outcome = balances(set, &parties, Outcome::of(status));
    outcome.version = document.map_or(0, |document| set.version(&document.key));
    outcome
}

/// Adds the hold of a refused operation, if there is one, and who of its accounts is not among them
/// yet.
fn add_hold(set: &WorkingSet, hold: Option<Slot<Hold>>, parties: &mut Parties) {
    let Some(slot) = hold else { return };
    let hold = set.holds.get(slot);
    parties.hold = Some(slot);
    parties.debit = parties.debit.or_else(|| set.account(hold.payer));
    parties.credit = parties.credit.or_else(|| set.account(hold.payee));
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
