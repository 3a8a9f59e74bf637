//! A command about a part: first what is due of it, then what the actor asks for.

use super::Orders;
use super::items::{Concerned, Purpose, divide};
use super::steps::refunded;
use super::transaction::{Changes, answered, content_of, former_step, part, terms};
use crate::model::{AccountFlags, Amount, Id, Operation, Timestamp};
use crate::orders::rules::items::check_items;
use crate::orders::rules::part::{Effect, Judged, Seen};
use crate::orders::rules::parties::{KEPT_CODE, buyer_account};
use crate::orders::rules::rows::{
    AgendaRow, Back, Kept, ListedKey, ListedRow, PartKey, PartRow, PaymentRow, StepKey, StepRow,
    TermsRow,
};
use crate::orders::rules::shares::{add, spread, take};
use crate::orders::rules::terms::amount;
use crate::orders::rules::{Actor, Item, PartCommand, Refusal, Stage};
use crate::store::house::ReadTransaction;
use crate::store::{Error, Result};

/// What a command about a part has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Acted {
    /// The part that it was about: the new one, if items were divided off another part for it.
    pub part: u16,
    /// The stage of the part after it.
    pub stage: Stage,
    /// What went back to the sources of the tenders by it, or to where the buyer keeps it; what one
    /// of them did not take is due.
    pub refunded: Amount,
    /// When it was judged.
    pub at: Timestamp,
}

impl Orders {
    /// Does something about a part of a paid order; `part` is the place of its leg in the terms, or
    /// the number that a part had when it was divided off another one.
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
    /// `nothing_is_proposed`, `question_must_be_valid`, `no_evidence_is_asked_for`,
    /// `second_must_decide`; `refused_by_ledger`.
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
        self.act_on(PartKey { order, part: part_number }, None, actor, what, command)
    }

    /// Does something about some items of a part, on which the part has no complaint: they become a
    /// part of their own, which the answer names, in the same chain, and the rest of the part stays
    /// as it is. If they are all of the part, it is done about the part itself. An amount, of a
    /// claim say, is one of the new part.
    ///
    /// A part that was divided off has the part's seller, stage and time; the tax of its items, by
    /// their price; of the shipping what the policy says
    /// ([`Shipping`](crate::order::Shipping)); and of each tender its share.
    ///
    /// Again with the same `command` it changes nothing, and is answered as the first time.
    ///
    /// Refused: as [`Orders::act`]; `items_must_be_valid`, `leg_has_no_lines`, `item_not_in_part`,
    /// `quantity_exceeds_part`, `part_has_complaint`, `too_many_parts`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn act_on_items(
        &self,
        order: Id,
        part_number: u16,
        items: &[Item],
        actor: Actor<'_>,
        what: &PartCommand,
        command: Id,
    ) -> Result<Result<Acted, Refusal>> {
        if let Err(refusal) = check_items(items) {
            return Ok(Err(refusal));
        }
        let key = PartKey { order, part: part_number };
        self.act_on(key, Some(items), actor, what, command)
    }

    fn act_on(
        &self,
        key: PartKey,
        items: Option<&[Item]>,
        actor: Actor<'_>,
        what: &PartCommand,
        command: Id,
    ) -> Result<Result<Acted, Refusal>> {
        if let Err(refusal) = actor.check() {
            return Ok(Err(refusal));
        }
        let (order, party) = (key.order, actor.party());
        let content = content_of_command(key.part, items, actor, what)?;
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
            let policy = self.shared.policies.of(reading, terms.policy)?;
            let now = reading.now();
            let mut changes = Changes::default();
            let mut of = Concerned { key, row, hold };
            if let Some(items) = items {
                let purpose = Purpose { policy: &policy, party, action: what.action() };
                of = divide(&mut changes, reading, &terms, of, items, &purpose)?;
            }
            let seen = Seen { policy: &policy, row: &of.row, hold: &of.hold, terms: &terms, now };
            let judged = seen.judge(&actor, what)?;
            let about = (of.key, &terms);
            let went = change_part(&mut changes, reading, about, &seen, (judged, passes_on))?;
            let step = StepRow::of_action(now, of.key.part, what.action(), party);
            let step = step.then(judged.stage_after(&of.hold));
            let divided_from = (of.key != key).then_some(key.part);
            let step = StepRow {
                content,
                divided_from,
                staff: actor.name().into(),
                amount: what.amount(),
                reference: what.reference(),
                complaint: what.complaint(),
                ..went.by(step)
            };
            changes.put_step(&step_key, &terms, &step)?;
            let answer = acted(&step)?;
            Ok((changes, answer))
        })
    }
}

/// By which a command about a part, or about some items of it, is known again.
fn content_of_command(
    part: u16,
    items: Option<&[Item]>,
    actor: Actor<'_>,
    what: &PartCommand,
) -> Result<[u8; 16]> {
    let asked = postcard::to_allocvec(what);
    let asked = asked.map_err(|error| Error::InvalidArgument(error.to_string()))?;
    let (number, by) = (part.to_be_bytes(), [actor.party().number()]);
    let mut parts = vec![&b"part"[..], &number, &by, actor.name().as_bytes(), &asked];
    let item = |item: &Item| [&item.line.to_be_bytes()[..], &item.quantity.to_be_bytes()].concat();
    let items = items.map(|items| items.iter().flat_map(item).collect::<Vec<_>>());
    parts.extend(items.as_deref());
    Ok(content_of(&parts))
}

fn acted(step: &StepRow) -> Result<Acted> {
    let unknown = || Error::Corrupt("a step of an order has no known stage".into());
    let stage = Stage::from_number(step.stage).ok_or_else(unknown)?;
    Ok(Acted { part: step.part, stage, refunded: refunded(step), at: step.at })
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

    /// Whether nothing went.
    pub(super) fn is_nothing(&self) -> bool {
        self.refunds.is_empty() && self.kept.is_none()
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
    let due = row.unassigned(hold).ok_or_else(damaged)?;
    let back = due.saturating_add(judged.effect.back(hold.held.minor_units()));
    let given = spread(back, &row.left).ok_or_else(damaged)?;
    let left = take(&row.left, &given).ok_or_else(damaged)?;
    let owed = add(&given, &row.owed);
    let mut went = Went::default();
    let mut passed = Passed { owed, kept: row.kept.clone() };
    if passes_on {
        (went, passed) = pass_on(changes, reading, (key, terms), passed)?;
    }
    let stays_due = !passed.owed.is_empty();
    let until = if stays_due { seen.now } else { judged.until_after(seen) };
    move_in_agenda(changes, key, row.due, until)?;
    let shipped_at = match judged.effect {
        Effect::Ship { .. } => seen.now,
        _ => row.shipped_at,
    };
    let Passed { owed, kept } = passed;
    let case = judged.case;
    let changed = PartRow { left, owed, kept, due: until, shipped_at, case, ..row.clone() };
    changes.put(&key, &changed)?;
    Ok(went)
}

/// What is to go back of each tender's share, and what the buyer keeps of it.
struct Passed {
    owed: Vec<u128>,
    kept: Vec<u128>,
}

/// Has what is owed of each tender go on from the purchase account: back to its source, or to the
/// account of the buyer's own that it is kept in, if that is not closed. What is owed of a source
/// that is closed stays so, and keeps no other waiting.
fn pass_on(
    changes: &mut Changes,
    reading: &ReadTransaction,
    (key, terms): (PartKey, &TermsRow),
    Passed { mut owed, kept }: Passed,
) -> Result<(Went, Passed)> {
    let mut went = Went::default();
    if owed.is_empty() {
        return Ok((went, Passed { owed, kept }));
    }
    let is_closed = |id: Id| -> Result<bool> {
        let account = reading.snapshot().account(id)?;
        Ok(account.is_none_or(|account| account.has(AccountFlags::CLOSED)))
    };
    let from = buyer_account(terms.buyer, terms.ledger);
    let (mut through, mut operations) = (vec![from], Vec::new());
    let (mut sum, mut stays) = (0_u128, vec![0; owed.len()]);
    let keeping = match terms.keeping.map(|keeping| keeping.account) {
        Some(own) if !is_closed(own)? => Some(own),
        _ => None,
    };
    let unpaid = || Error::Corrupt(format!("order {} has parts, and is not paid", key.order));
    let payment = reading.peek::<PaymentRow>(&key.order)?.ok_or_else(unpaid)?;
    for (tender, part) in (0_u16..).zip(&mut owed).filter(|(_, part)| **part > 0) {
        let place = usize::from(tender);
        let lost = || Error::Corrupt(format!("order {} has no tender {tender}", key.order));
        let agreed = terms.tenders.get(place).ok_or_else(lost)?;
        let hold = payment.holds.get(place).ok_or_else(lost)?;
        if terms.keeps(agreed.kind) && keeping.is_some() {
            sum = sum.saturating_add(*part);
            stays.get_mut(place).ok_or_else(lost)?.clone_from(part);
        } else if is_closed(agreed.source)? {
            continue;
        } else {
            let reversal = Id::new();
            through.push(agreed.source);
            operations.push(Operation::reverse(reversal, *hold, amount(*part)));
            went.refunds.push(Back { tender, amount: *part, reversal });
        }
        *part = 0;
    }
    if let Some(own) = keeping.filter(|_| sum > 0) {
        let operation = Id::new();
        through.push(own);
        operations.push(Operation {
            code: KEPT_CODE,
            user_data_128: key.order,
            user_data_64: key.part.into(),
            ..Operation::transfer(operation, from, own, terms.ledger, amount(sum))
        });
        went.kept = Some(Kept { amount: sum, operation });
    }
    changes.thawed(reading, through, operations)?;
    Ok((went, Passed { owed: add(&owed, &[]), kept: add(&stays, &kept) }))
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
