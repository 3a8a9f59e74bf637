//! Attempts to pay an order: they end by time or by the buyer, and may be begun again.

use super::Orders;
use super::acting::move_in_agenda;
use super::paying::hold_of;
use super::payment::payment;
use super::policies::Policies;
use super::steps::refunded;
use super::transaction::{Changes, Stop, content_of, former_step, terms};
use crate::model::{Amount, Id, Operation, Timestamp};
use crate::orders::rules::refusal::refuse_if;
use crate::orders::rules::rows::{
    Back, CANCELLED, LAPSED, PAYMENT_REOPENED, PartKey, PaymentRow, StepKey, StepRow, TermsRow,
    WHOLE,
};
use crate::orders::rules::{OrderStatus, Party, Refusal};
use crate::store::Result;
use crate::store::house::ReadTransaction;

impl Orders {
    /// The buyer cancels an order that is not paid. What has come goes back, and the order can
    /// never be paid. Gives what went back by it.
    ///
    /// Again with the same `command` it changes nothing.
    ///
    /// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `order_is_paid`,
    /// `order_is_cancelled`; `refused_by_ledger` if a source is closed, say: it gets its money back
    /// when the window ends.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn cancel_unpaid(&self, order: Id, command: Id) -> Result<Result<Amount, Refusal>> {
        let content = content_of(&[b"cancel"]);
        self.transact(order, |reading| {
            let terms = terms(reading, order)?;
            let key = StepKey { order, command };
            if let Some(step) = former_step(reading, key, content)? {
                return Ok((Changes::default(), refunded(&step)));
            }
            let mut payment = unpaid(reading, &self.shared.policies, (order, &terms))?;
            let mut changes = Changes::default();
            let refunds = end_attempt(&mut changes, reading, order, &mut payment)?;
            payment.is_cancelled = true;
            changes.put(&order, &payment)?;
            let step = StepRow::of_order(reading.now(), CANCELLED, Party::Buyer);
            let step = StepRow { content, refunds, ..step };
            changes.put_step(&key, &terms, &step)?;
            Ok((changes, refunded(&step)))
        })
    }

    /// The buyer pays an order again whose window for it is over: it begins anew, and all tenders
    /// are awaited. What came before is back at its source. Gives until when the order can be paid.
    ///
    /// Again with the same `command` it changes nothing.
    ///
    /// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `order_is_paid`,
    /// `order_is_cancelled`, `payment_window_is_open`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn pay_again(&self, order: Id, command: Id) -> Result<Result<Timestamp, Refusal>> {
        let content = content_of(&[b"pay again"]);
        self.transact(order, |reading| {
            let terms = terms(reading, order)?;
            let policy = self.shared.policies.of(reading, terms.policy)?;
            let key = StepKey { order, command };
            if let Some(step) = former_step(reading, key, content)? {
                return Ok((Changes::default(), policy.end_of(policy.payment, step.at)));
            }
            let now = reading.now();
            let mut payment = unpaid(reading, &self.shared.policies, (order, &terms))?;
            refuse_if(payment.is_open(now), OrderStatus::PAYMENT_WINDOW_IS_OPEN)?;
            let mut changes = Changes::default();
            let refunds = end_attempt(&mut changes, reading, order, &mut payment)?;
            let goodwill = payment.goodwill;
            let begun = PaymentRow::begin(payment.holds.len(), &policy, now);
            let begun = PaymentRow { goodwill, ..begun };
            let whole = PartKey { order, part: WHOLE };
            move_in_agenda(&mut changes, whole, Timestamp::NONE, begun.due)?;
            changes.put(&order, &begun)?;
            let step = StepRow::of_order(now, PAYMENT_REOPENED, Party::Buyer);
            changes.put_step(&key, &terms, &StepRow { content, refunds, ..step })?;
            Ok((changes, begun.pay_until))
        })
    }

    /// Tells that the window ended, and what went back then, if anything had come.
    pub(super) fn lapse(&self, order: Id) -> Result<Result<(), Refusal>> {
        self.transact(order, |reading| {
            let terms = terms(reading, order)?;
            let mut payment = payment(reading, &self.shared.policies, (order, &terms))?;
            let now = reading.now();
            let mut changes = Changes::default();
            if payment.due.is_none() || payment.is_open(now) {
                return Ok((changes, ()));
            }
            let refunds = end_attempt(&mut changes, reading, order, &mut payment)?;
            changes.put(&order, &payment)?;
            let step = StepRow::of_order(now, LAPSED, Party::System);
            let key = StepKey { order, command: Id::new() };
            changes.put_step(&key, &terms, &StepRow { refunds, ..step })?;
            Ok((changes, ()))
        })
    }

    /// Has an order that the ledger refused to give back looked at later.
    pub(super) fn lapse_later(&self, order: Id, seconds: u32) -> Result<Result<(), Refusal>> {
        self.transact(order, |reading| {
            let terms = terms(reading, order)?;
            let mut payment = payment(reading, &self.shared.policies, (order, &terms))?;
            let mut changes = Changes::default();
            if !payment.due.is_none() {
                let (whole, later) = (PartKey { order, part: WHOLE }, reading.now());
                let later = later.plus_seconds(seconds);
                move_in_agenda(&mut changes, whole, payment.due, later)?;
                payment.due = later;
                changes.put(&order, &payment)?;
            }
            Ok((changes, ()))
        })
    }
}

/// The payment of an order that is neither paid nor cancelled.
pub(super) fn unpaid(
    reading: &mut ReadTransaction,
    policies: &Policies,
    of: (Id, &TermsRow),
) -> Result<PaymentRow, Stop> {
    let payment = payment(reading, policies, of)?;
    refuse_if(!payment.paid_at.is_none(), OrderStatus::ORDER_IS_PAID)?;
    refuse_if(payment.is_cancelled, OrderStatus::ORDER_IS_CANCELLED)?;
    Ok(payment)
}

/// Ends an attempt: what came of it goes back, where its deadline has not seen to that. What went
/// back.
fn end_attempt(
    changes: &mut Changes,
    reading: &ReadTransaction,
    order: Id,
    payment: &mut PaymentRow,
) -> Result<Vec<Back>> {
    let mut refunds = Vec::new();
    for (tender, id) in (0..).zip(&mut payment.holds).filter(|(_, id)| !id.is_zero()) {
        let hold = hold_of(reading, order, std::mem::replace(id, Id::ZERO))?;
        let mut reversal = hold.id;
        if hold.is_open() {
            reversal = Id::new();
            changes.operations([Operation::refund_rest(reversal, hold.id)]);
        }
        refunds.push(Back { tender, amount: hold.amount.minor_units(), reversal });
    }
    move_in_agenda(changes, PartKey { order, part: WHOLE }, payment.due, Timestamp::NONE)?;
    payment.due = Timestamp::NONE;
    Ok(refunds)
}
