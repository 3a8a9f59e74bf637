//! Paying an order: each tender is a hold, and when all have come the legs are paid, in one chain.

use super::Orders;
use super::acting::move_in_agenda;
use super::payment::payment;
use super::policies::Policies;
use super::steps::refunded;
use super::transaction::{Changes, Stop, content_of, former_step, terms};
use crate::model::{Amount, AtDeadline, Hold, Id, Operation, OperationFlags, Timestamp};
use crate::orders::rules::parties::{LEG_CODE, TENDER_CODE, buyer_account, seller_account};
use crate::orders::rules::refusal::refuse_if;
use crate::orders::rules::rows::{
    AgendaRow, Back, Kept, ListedKey, ListedRow, PAID, PartKey, PartRow, PaymentRow, StepKey,
    StepRow, TENDER_CAME, TENDER_RETURNED, TermsRow, WHOLE,
};
use crate::orders::rules::shares::freeze;
use crate::orders::rules::terms::amount;
use crate::orders::rules::{OrderStatus, Party, Policy, Refusal, TenderKind};
use crate::store::house::ReadTransaction;
use crate::store::{Error, Result};

/// What became of a tender that came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct TenderCame {
    /// Whether it was taken for the order. If not, it came too late, or a second time, and all of
    /// it went back to its source.
    pub is_taken: bool,
    /// Whether it was the last one, and the legs are paid.
    pub has_paid: bool,
    /// What went back to sources by it, of all tenders if it paid the order: see
    /// [`Orders::timeline`].
    pub back: Amount,
    /// What the buyer keeps, of all tenders, if it paid the order: see
    /// [`Keeping`](crate::order::Keeping).
    pub kept: Amount,
}

/// A tender that comes.
pub(super) struct Coming<'t> {
    pub(super) policies: &'t Policies,
    pub(super) order: Id,
    pub(super) terms: &'t TermsRow,
    pub(super) tender: u16,
    pub(super) came: Amount,
}

impl Orders {
    /// Reports that the money of a tender is there, just as much as was asked for, as
    /// [`Orders::tender_came_with`] does.
    ///
    /// `true` if the order is paid by it. `false` does not say that the tender was taken: what
    /// comes too late or a second time has gone back, which [`TenderCame::is_taken`] tells. Again
    /// with the same `command` it changes nothing.
    ///
    /// Refused as there.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn tender_came(
        &self,
        order: Id,
        tender: u16,
        command: Id,
    ) -> Result<Result<bool, Refusal>> {
        let came = self.take_tender(order, tender, None, command)?;
        Ok(came.map(|came| came.has_paid))
    }

    /// Reports that so much money of a tender is there: `tender` is its place in the terms. It
    /// comes into escrow, and goes back by itself if the order is not paid in time. With the last
    /// one all legs are paid, in the same chain, or, if one of them cannot be, this tender did not
    /// come.
    ///
    /// What is above what was asked for goes back to its source when the order is paid, or to the
    /// buyer's own account if the terms say so. What comes too late, for a cancelled order, or a
    /// second time is taken in and goes back to its source at once: the host has the acquirer carry
    /// out what the timeline shows. So no money that is reported is lost.
    ///
    /// Again with the same `command` it changes nothing.
    ///
    /// Refused: `id_must_be_valid`, `amount_must_be_valid`, `command_id_is_taken`,
    /// `order_not_found`, `tender_not_found`, `tender_kind_must_fit` if it comes from a wallet
    /// ([`Orders::pay_from_wallet`]), `tender_falls_short`, which says what is missing;
    /// `refused_by_ledger` if the source has not got it, say.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn tender_came_with(
        &self,
        order: Id,
        tender: u16,
        came: Amount,
        command: Id,
    ) -> Result<Result<TenderCame, Refusal>> {
        self.take_tender(order, tender, Some(came), command)
    }

    fn take_tender(
        &self,
        order: Id,
        tender: u16,
        came: Option<Amount>,
        command: Id,
    ) -> Result<Result<TenderCame, Refusal>> {
        self.passing_on(order, |reading, keeps| {
            let terms = terms(reading, order)?;
            let place = usize::from(tender);
            let agreed = *terms.tenders.get(place).ok_or(not_found())?;
            let is_wallet = agreed.kind == TenderKind::Wallet;
            refuse_if(is_wallet, OrderStatus::TENDER_KIND_MUST_FIT)?;
            let came = came.unwrap_or(amount(agreed.amount));
            let units = came.minor_units().to_be_bytes();
            let content = content_of(&[b"tender", &tender.to_be_bytes(), &units]);
            let key = StepKey { order, command };
            if let Some(step) = former_step(reading, key, content)? {
                return Ok((Changes::default(), answer(&step)));
            }
            let is_valid = came.is_valid() && !came.is_zero();
            refuse_if(!is_valid, OrderStatus::AMOUNT_MUST_BE_VALID)?;
            let policies = &self.shared.policies;
            let payment = payment(reading, policies, (order, &terms))?;
            let coming = Coming { policies, order, terms: &terms, tender, came };
            let is_awaited = payment.holds.get(place).is_some_and(|hold| hold.is_zero());
            let mut changes = Changes::default();
            let step = if is_awaited && payment.is_open(reading.now()) {
                take(&mut changes, reading, &coming, payment, keeps)?.0
            } else {
                give_back(&mut changes, reading.now(), &coming)
            };
            let step = StepRow { content, ..step };
            changes.put_step(&key, &terms, &step)?;
            Ok((changes, answer(&step)))
        })
    }
}

pub(super) fn not_found() -> Refusal {
    Refusal::of(OrderStatus::TENDER_NOT_FOUND)
}

pub(super) fn answer(step: &StepRow) -> TenderCame {
    let kept = step.kept.map_or(Amount::ZERO, |kept| amount(kept.amount));
    let back = refunded(step).saturating_sub(kept);
    let (is_taken, has_paid) = (step.what != TENDER_RETURNED, step.what == PAID);
    TenderCame { is_taken, has_paid, back, kept }
}

impl Coming<'_> {
    /// The hold by which it comes, without a deadline.
    fn hold(&self, id: Id) -> Operation {
        let (terms, place) = (self.terms, usize::from(self.tender));
        let source = terms.tenders.get(place).map_or(Id::ZERO, |tender| tender.source);
        let to = buyer_account(terms.buyer, terms.ledger);
        Operation {
            code: TENDER_CODE,
            user_data_128: self.order,
            user_data_64: self.tender.into(),
            ..Operation::hold(id, source, to, terms.ledger, self.came)
        }
    }
}

/// Takes a tender that is awaited, and pays the legs if it is the last one. Gives the step, and the
/// hold by which the tender comes.
pub(super) fn take(
    changes: &mut Changes,
    reading: &ReadTransaction,
    coming: &Coming<'_>,
    mut payment: PaymentRow,
    keeps: bool,
) -> Result<(StepRow, Operation), Stop> {
    let (terms, order, now) = (coming.terms, coming.order, reading.now());
    let place = usize::from(coming.tender);
    let asked = terms.tenders.get(place).map_or(0, |tender| tender.amount);
    let missing = asked.saturating_sub(coming.came.minor_units());
    if missing > 0 {
        return Err(Refusal::short_of(amount(missing)).into());
    }
    let left = seconds_until(payment.pay_until, now);
    let hold = coming.hold(Id::new()).with_deadline(left, AtDeadline::REFUND);
    if let Some(held) = payment.holds.get_mut(place) {
        *held = hold.id;
    }
    changes.operations([hold]);
    let is_paid = payment.holds.iter().all(|hold| !hold.is_zero());
    let mut step = StepRow::of_order(now, TENDER_CAME, Party::System);
    if is_paid {
        step.what = PAID;
        payment.paid_at = now;
        let whole = PartKey { order, part: WHOLE };
        move_in_agenda(changes, whole, payment.due, Timestamp::NONE)?;
        payment.due = Timestamp::NONE;
        release_tenders(changes, reading, coming, &payment, keeps, &mut step)?;
        pay_legs(changes, order, terms, &payment, &*coming.policies.of(reading, terms.policy)?)?;
    }
    changes.put(&order, &payment)?;
    Ok((step, hold))
}

/// Takes a tender in that nobody awaits, and gives it back.
fn give_back(changes: &mut Changes, now: Timestamp, coming: &Coming<'_>) -> StepRow {
    let (hold, reversal) = (Id::new(), Id::new());
    changes.operations([coming.hold(hold), Operation::refund_rest(reversal, hold)]);
    let back = Back { tender: coming.tender, amount: coming.came.minor_units(), reversal };
    let step = StepRow::of_order(now, TENDER_RETURNED, Party::System);
    StepRow { refunds: vec![back], ..step }
}

/// Releases what was asked for of each tender; what came above that goes back, or to the buyer.
fn release_tenders(
    changes: &mut Changes,
    reading: &ReadTransaction,
    coming: &Coming<'_>,
    payment: &PaymentRow,
    keeps: bool,
    step: &mut StepRow,
) -> Result<()> {
    let keeping = coming.terms.keeping.filter(|_| keeps);
    for ((tender, asked), id) in (0..).zip(&coming.terms.tenders).zip(&payment.holds) {
        let came = match tender == coming.tender {
            true => coming.came,
            false => hold_of(reading, coming.order, *id)?.amount,
        };
        let surplus = came.minor_units().saturating_sub(asked.amount);
        let (released, rest) = (Id::new(), Id::new());
        if surplus == 0 {
            changes.operations([Operation::release_rest(released, *id)]);
            continue;
        }
        let release = Operation::release(released, *id, amount(asked.amount));
        if let Some(keeping) = keeping {
            let split = Operation::release_rest(rest, *id);
            changes.operations([release, Operation { credit_account: keeping.account, ..split }]);
            let before = step.kept.unwrap_or(Kept { amount: 0, operation: rest });
            let all = before.amount.saturating_add(surplus);
            step.kept = Some(Kept { amount: all, ..before });
        } else {
            changes.operations([release.with_flags(OperationFlags::FINAL)]);
            step.refunds.push(Back { tender, amount: surplus, reversal: released });
        }
    }
    Ok(())
}

/// The hold of a tender that came.
pub(super) fn hold_of(reading: &ReadTransaction, order: Id, id: Id) -> Result<Hold> {
    let lost = || Error::Corrupt(format!("a tender of order {order} has no hold"));
    reading.snapshot().hold(id)?.ok_or_else(lost)
}

/// Opens the holds of all legs.
fn pay_legs(
    changes: &mut Changes,
    order: Id,
    terms: &TermsRow,
    payment: &PaymentRow,
    policy: &Policy,
) -> Result<()> {
    let legs: Vec<_> = terms.legs.iter().map(|leg| leg.amount).collect();
    let tenders: Vec<_> = terms.tenders.iter().map(|tender| tender.amount).collect();
    let unequal = || Error::Corrupt(format!("the tenders of order {order} are not its legs"));
    let shares = freeze(&legs, &tenders).ok_or_else(unequal)?;
    let from = buyer_account(terms.buyer, terms.ledger);
    let timeout_seconds = policy.seconds_of(policy.processing, payment.paid_at);
    for ((part, leg), left) in (0..).zip(&terms.legs).zip(shares) {
        let (hold, to) = (Id::new(), seller_account(leg.seller, terms.ledger));
        let fixed = amount(leg.commission_fixed);
        let has_commission = leg.commission_ppm > 0 || !fixed.is_zero();
        let opened = Operation {
            code: LEG_CODE,
            fee_ppm: leg.commission_ppm,
            fee_fixed: fixed,
            // The platform's own leg pays none, and may be paid to where commission goes.
            fee_account: if has_commission { terms.commission_account } else { Id::ZERO },
            user_data_128: order,
            user_data_64: part.into(),
            ..Operation::hold(hold, from, to, terms.ledger, amount(leg.amount))
        };
        changes.operations([opened.with_deadline(timeout_seconds, AtDeadline::REFUND)]);
        let due = payment.paid_at.plus_seconds(timeout_seconds);
        let row = PartRow {
            hold,
            leg: part,
            items: Vec::new(),
            shipping: leg.shipping().ok_or_else(unequal)?,
            left,
            owed: Vec::new(),
            kept: Vec::new(),
            due,
            shipped_at: Timestamp::NONE,
            case: None,
        };
        changes.put(&PartKey { order, part }, &row)?;
        let at = ListedKey { of: Id::ZERO, at: due, order, part };
        changes.put::<AgendaRow>(&at, &ListedRow)?;
    }
    Ok(())
}

/// Whole seconds, so many that they do not end before.
fn seconds_until(end: Timestamp, now: Timestamp) -> u32 {
    let seconds = end.nanoseconds_since(now).div_ceil(Timestamp::SECOND);
    u32::try_from(seconds).unwrap_or(u32::MAX).max(1)
}
