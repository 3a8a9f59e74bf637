//! A command about a part: first what is due of it, then what the actor asks for.

use super::Orders;
use super::steps::refunded;
use super::transaction::{
    Changes, answered, content_of, former_step, part, payment_of, policy, terms,
};
use crate::model::{Amount, Id, Operation, Timestamp};
use crate::orders::rules::part::{Effect, Judged, Seen};
use crate::orders::rules::parties::{KEPT_CODE, buyer_account};
use crate::orders::rules::rows::{
    AgendaRow, Back, Kept, ListedKey, ListedRow, PartKey, PartRow, PaymentRow, StepKey, StepRow,
    TermsRow,
};
use crate::orders::rules::shares::{spread, take};
use crate::orders::rules::terms::amount;
use crate::orders::rules::{Actor, PartCommand, Refusal, Stage};
use crate::store::house::ReadTransaction;
use crate::store::{Error, Result};

/// What a command about a part has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Acted {
    /// The stage of the part after it.
    pub stage: Stage,
    /// What went back to the sources of the tenders by it, or to where the buyer keeps it; what one
    /// of them did not take is due.
    pub refunded: Amount,
    /// When it was judged.
    pub at: Timestamp,
}

impl Orders {
    /// Does something about a part of a paid order; `part` is the place of its leg in the terms.
    /// The host attests who acts. What is due of the part is carried out first: see
    /// [`Orders::work`].
    ///
    /// Again with the same `command` it changes nothing, and is answered as the first time.
    ///
    /// Refused: `id_must_be_valid`, `staff_must_be_named`, `command_id_is_taken`,
    /// `order_not_found`, `part_not_found`, `order_must_be_paid`; `not_in_this_stage` and
    /// `not_by_this_actor`, with what the actor can do; `amount_must_be_valid`,
    /// `amount_exceeds_part`, `amount_must_match`, `claim_must_be_whole`, `claim_is_too_early`,
    /// `return_is_not_possible`, `reference_must_be_given`, `extension_must_be_valid`,
    /// `nothing_is_proposed`; `refused_by_ledger`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn act(
        &self,
        order: Id,
        part_number: u16,
        actor: Actor<'_>,
        what: &PartCommand,
        command: Id,
    ) -> Result<Result<Acted, Refusal>> {
        if let Err(refusal) = actor.check() {
            return Ok(Err(refusal));
        }
        let (key, party) = (PartKey { order, part: part_number }, actor.party());
        let asked = postcard::to_allocvec(what);
        let asked = asked.map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let number = part_number.to_be_bytes();
        let by = [party.number()];
        let content = content_of(&[b"part", &number, &by, actor.name().as_bytes(), &asked]);
        let step_key = StepKey { order, command };
        // Before anything is done: it may have been the first, whatever is due by now.
        match answered(former_step(&mut self.shared.chains.read()?, step_key, content))? {
            Ok(None) => (),
            Ok(Some(step)) => return Ok(Ok(acted(&step)?)),
            Err(refusal) => return Ok(Err(refusal)),
        }
        // What the ledger refuses of it is tried again by `work`, and shows in the stage.
        drop(self.carry_out_due(key)?);
        self.passing_on(order, |reading, passes_on| {
            if let Some(step) = former_step(reading, step_key, content)? {
                return Ok((Changes::default(), acted(&step)?));
            }
            let terms = terms(reading, order)?;
            let (row, hold) = part(reading, &terms, key)?;
            let (policy, now) = (policy(reading, terms.policy)?, reading.now());
            let seen = Seen { policy: &policy, row: &row, hold: &hold, now };
            let judged = seen.judge(party, what)?;
            let mut changes = Changes::default();
            let of = (key, &terms);
            let went = change_part(&mut changes, reading, of, &seen, (judged, passes_on))?;
            let step = StepRow::of_action(now, part_number, what.action(), party);
            let step = step.then(judged.stage_after(&hold));
            let step = StepRow { content, staff: actor.name().into(), ..went.by(step) };
            changes.put(&step_key, &step)?;
            let answer = acted(&step)?;
            Ok((changes, answer))
        })
    }
}

fn acted(step: &StepRow) -> Result<Acted> {
    let unknown = || Error::Corrupt("a step of an order has no known stage".into());
    let stage = Stage::from_number(step.stage).ok_or_else(unknown)?;
    Ok(Acted { stage, refunded: refunded(step), at: step.at })
}

/// What a step had go on from the purchase account.
#[derive(Default)]
pub(super) struct Went {
    refunds: Vec<Back>,
    kept: Option<Kept>,
}

impl Went {
    /// The step by which it went.
    pub(super) fn by(self, step: StepRow) -> StepRow {
        StepRow { refunds: self.refunds, kept: self.kept, ..step }
    }
}

/// Changes a part as was judged, and has what it gives back go on to the sources, together with
/// what a deadline gave back before, or stay due until [`Orders::work`] comes by. What went there.
pub(super) fn change_part(
    changes: &mut Changes,
    reading: &ReadTransaction,
    (key, terms): (PartKey, &TermsRow),
    seen: &Seen<'_>,
    (judged, passes_on): (Judged, bool),
) -> Result<Went> {
    let (row, hold) = (seen.row, seen.hold);
    changes.operations(judged.effect.operations(hold, Id::new));
    let damaged = || Error::Corrupt(format!("part {} of order {}: shares", key.part, key.order));
    let leg = terms.legs.get(usize::from(key.part)).ok_or_else(damaged)?;
    let due = row.due_of(leg.amount, hold.refunded).ok_or_else(damaged)?;
    let back = due.saturating_add(judged.effect.back(hold.held.minor_units()));
    let passed_on = if passes_on { back } else { 0 };
    let parts = spread(passed_on, &row.left).ok_or_else(damaged)?;
    let left = take(&row.left, &parts).ok_or_else(damaged)?;
    let went = pass_on(changes, reading, (key, terms), &parts)?;
    let stays_due = passed_on < back;
    let until = if stays_due { seen.now } else { judged.until_after(seen) };
    move_in_agenda(changes, key, row.due, until)?;
    let shipped_at = match judged.effect {
        Effect::Ship { .. } => seen.now,
        _ => row.shipped_at,
    };
    let changed = PartRow { hold: row.hold, left, due: until, shipped_at, case: judged.case };
    changes.put(&key, &changed)?;
    Ok(went)
}

/// Has so much of each tender go on from the purchase account: back to its source, or to the
/// account of the buyer's own that it is kept in.
fn pass_on(
    changes: &mut Changes,
    reading: &ReadTransaction,
    (key, terms): (PartKey, &TermsRow),
    parts: &[u128],
) -> Result<Went> {
    let mut went = Went::default();
    if parts.iter().all(|part| *part == 0) {
        return Ok(went);
    }
    let from = buyer_account(terms.buyer, terms.ledger);
    let (mut through, mut operations) = (vec![from], Vec::new());
    let (mut kept, mut keeping) = (0_u128, None);
    let payment = payment_of(reading.peek::<PaymentRow>(&key.order)?, key.order)?;
    let tenders = (0..).zip(&terms.tenders).zip(&payment.holds).zip(parts);
    for (((tender, agreed), hold), part) in tenders.filter(|(_, part)| **part > 0) {
        if let Some(own) = terms.refunds_to(agreed.kind) {
            kept = kept.saturating_add(*part);
            keeping = Some(own);
            continue;
        }
        let reversal = Id::new();
        through.push(agreed.source);
        operations.push(Operation::reverse(reversal, *hold, amount(*part)));
        went.refunds.push(Back { tender, amount: *part, reversal });
    }
    if let Some(own) = keeping {
        let operation = Id::new();
        through.push(own);
        operations.push(Operation {
            code: KEPT_CODE,
            user_data_128: key.order,
            user_data_64: key.part.into(),
            ..Operation::transfer(operation, from, own, terms.ledger, amount(kept))
        });
        went.kept = Some(Kept { amount: kept, operation });
    }
    changes.thawed(reading, through, operations)?;
    Ok(went)
}

/// A part falls due at another time; at none if nothing is open.
pub(super) fn move_in_agenda(
    changes: &mut Changes,
    PartKey { order, part }: PartKey,
    from: Timestamp,
    to: Timestamp,
) -> Result<()> {
    let at = |at| ListedKey { of: Id::ZERO, at, order, part };
    if from == to {
        return Ok(());
    }
    if !from.is_none() {
        changes.delete::<AgendaRow>(&at(from))?;
    }
    if !to.is_none() {
        changes.put::<AgendaRow>(&at(to), &ListedRow)?;
    }
    Ok(())
}
