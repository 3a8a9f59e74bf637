//! Paying an order: each tender is a hold, and when all have come the legs are paid, in one chain.

use super::Orders;
use super::transaction::{Changes, content_of, former_step, policy, terms};
use crate::model::{AtDeadline, Id, Operation, Timestamp};
use crate::orders::rules::parties::{LEG_CODE, TENDER_CODE, buyer_account, seller_account};
use crate::orders::rules::rows::{
    AgendaRow, ListedKey, ListedRow, PAID, PartKey, PartRow, PaymentRow, StepKey, StepRow,
    TENDER_CAME, TermsRow,
};
use crate::orders::rules::shares::freeze;
use crate::orders::rules::terms::amount;
use crate::orders::rules::{OrderStatus, Party, Policy, Refusal};
use crate::store::{Error, Result};

impl Orders {
    /// Reports that the money of a tender is there: `tender` is its place in the terms. It comes
    /// into escrow, and goes back by itself if the order is not paid in time. With the last one all
    /// legs are paid, in the same chain, or, if one of them cannot be, this tender did not come.
    ///
    /// `true` if the order is paid. Again with the same `command` it changes nothing.
    ///
    /// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `tender_not_found`,
    /// `tender_has_come`, `payment_window_is_over`; `refused_by_ledger` if the source has not got
    /// it, say.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn tender_came(
        &self,
        order: Id,
        tender: u16,
        command: Id,
    ) -> Result<Result<bool, Refusal>> {
        let content = content_of(&[b"tender", &tender.to_be_bytes()]);
        self.transact(order, |reading| {
            let key = StepKey { order, command };
            if let Some(step) = former_step(reading, key, content)? {
                return Ok((Changes::default(), step.what == PAID));
            }
            let (terms, now) = (terms(reading, order)?, reading.now());
            let place = usize::from(tender);
            let offered = terms.tenders.get(place);
            let offered = offered.ok_or(Refusal::of(OrderStatus::TENDER_NOT_FOUND))?;
            let mut payment = payment_of(reading.get_alone::<PaymentRow>(&order)?, order)?;
            let hold = payment.holds.get_mut(place);
            let hold = hold.ok_or(Refusal::of(OrderStatus::TENDER_NOT_FOUND))?;
            if !hold.is_zero() {
                return Err(Refusal::of(OrderStatus::TENDER_HAS_COME).into());
            }
            if terms.pay_until <= now {
                return Err(Refusal::of(OrderStatus::PAYMENT_WINDOW_IS_OVER).into());
            }
            *hold = Id::new();
            let to = buyer_account(terms.buyer, terms.ledger);
            let coming = Operation {
                code: TENDER_CODE,
                user_data_128: order,
                user_data_64: tender.into(),
                ..Operation::hold(*hold, offered.source, to, terms.ledger, amount(offered.amount))
            };
            let left = seconds_until(terms.pay_until, now);
            let mut changes = Changes::default();
            changes.operations([coming.with_deadline(left, AtDeadline::REFUND)]);
            let is_paid = payment.holds.iter().all(|hold| !hold.is_zero());
            if is_paid {
                payment.paid_at = now;
                let policy = policy(reading, terms.policy)?;
                pay_legs(&mut changes, order, &terms, &payment, &policy)?;
            }
            changes.put(&order, &payment)?;
            let what = if is_paid { PAID } else { TENDER_CAME };
            let step = StepRow { content, ..StepRow::of_order(now, what, Party::System) };
            changes.put(&key, &step)?;
            Ok((changes, is_paid))
        })
    }
}

pub(super) fn payment_of(row: Option<PaymentRow>, order: Id) -> Result<PaymentRow> {
    row.ok_or_else(|| Error::Corrupt(format!("order {order} has no row of its payment")))
}

/// Releases all tenders and opens the holds of all legs.
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
    changes.operations(payment.holds.iter().map(|hold| Operation::release_rest(Id::new(), *hold)));
    let from = buyer_account(terms.buyer, terms.ledger);
    let timeout_seconds = policy.processing.seconds();
    for ((part, leg), left) in (0..).zip(&terms.legs).zip(shares) {
        let (hold, to) = (Id::new(), seller_account(leg.seller, terms.ledger));
        let opened = Operation {
            code: LEG_CODE,
            fee_ppm: leg.commission_ppm,
            // The platform's own leg pays none, and may be paid to where commission goes.
            fee_account: if leg.commission_ppm > 0 { terms.commission_account } else { Id::ZERO },
            user_data_128: order,
            user_data_64: part.into(),
            ..Operation::hold(hold, from, to, terms.ledger, amount(leg.amount))
        };
        changes.operations([opened.with_deadline(timeout_seconds, AtDeadline::REFUND)]);
        let due = payment.paid_at.plus_seconds(timeout_seconds);
        changes.put(&PartKey { order, part }, &PartRow { hold, left, due, case: None })?;
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
