//! Refunds that the host carries out: to a card, a bank account. They are instructed, and then
//! confirmed, or they have failed.

use super::Orders;
use super::transaction::{Changes, Stop, content_of, former_step, terms, with_or_without};
use crate::model::{AccountFlags, Amount, Id, Operation, Timestamp};
use crate::orders::rules::parties::FAILED_REFUND_CODE;
use crate::orders::rules::refusal::refuse_if;
use crate::orders::rules::rows::{
    Back, Kept, REFUND_CONFIRMED, REFUND_FAILED, RefundRow, StepKey, StepRow, TermsRow,
};
use crate::orders::rules::terms::amount;
use crate::orders::rules::{OrderStatus, Party, Refusal};
use crate::store::house::ReadTransaction;
use crate::store::{Error, Result};
use crate::wallets::rules::rows::RowKey;

/// A refund to a tender from outside that the host has to carry out, such as to a card. In the
/// ledger it is with the source of the tender already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct OpenRefund {
    /// Its number: the operation in the ledger that took it there. A processor that is told twice
    /// knows it again by this.
    pub reversal: Id,
    /// Of which order.
    pub order: Id,
    /// The place of the tender in its terms.
    pub tender: u16,
    /// The account that the tender came from.
    pub source: Id,
    /// The ledger of the amount.
    pub ledger: u32,
    /// How much.
    pub amount: Amount,
    /// Since when.
    pub at: Timestamp,
}

impl Orders {
    /// Refunds that the host has to carry out, and has neither confirmed nor said to have failed:
    /// by number, up to `limit` after `after`. Look through all of them each time: a new one may
    /// stand before those that were seen, as one of an order that was not paid in time does.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn open_refunds(&self, after: Option<Id>, limit: usize) -> Result<Vec<OpenRefund>> {
        let reading = self.shared.chains.read()?;
        let after = after.map(|id| id.bytes());
        let rows = reading.scan::<RefundRow>(&[], after.as_deref()).take(limit);
        rows.map(|row| {
            let (reversal, RefundRow { order, tender, amount: units, at }) = row?;
            let lost = || Error::Corrupt(format!("refund {reversal} is of no tender"));
            let terms = reading.peek::<TermsRow>(&order)?.ok_or_else(lost)?;
            let source = terms.tenders.get(usize::from(tender)).ok_or_else(lost)?.source;
            let (ledger, amount) = (terms.ledger, amount(units));
            Ok(OpenRefund { reversal, order, tender, source, ledger, amount, at })
        })
        .collect()
    }

    /// The host has carried a refund out: it is no longer open.
    ///
    /// Again with the same `command` it changes nothing.
    ///
    /// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `refund_not_found`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn refund_confirmed(
        &self,
        order: Id,
        reversal: Id,
        command: Id,
    ) -> Result<Result<(), Refusal>> {
        let content = content_of(&[b"refund confirmed", &reversal.to_bytes()]);
        self.transact(order, |reading| {
            terms(reading, order)?;
            let key = StepKey { order, command };
            let mut changes = Changes::default();
            if former_step(reading, key, content)?.is_none() {
                let row = open(reading, order, reversal)?;
                changes.delete::<RefundRow>(&reversal)?;
                let step = StepRow::of_order(reading.now(), REFUND_CONFIRMED, Party::System);
                changes.put(&key, &StepRow { content, ..row.told(reversal, step) })?;
            }
            Ok((changes, ()))
        })
    }

    /// A refund could not be carried out: the card is closed, say, and its money is with the
    /// platform again. It goes to the account in which the buyer keeps what comes back
    /// ([`Keeping`](crate::order::Keeping)), if the terms have one that can take it, and else to
    /// `suspense`, until the host has found the buyer. Gives the account that has it now.
    ///
    /// Again with the same `command` it changes nothing, and is answered as the first time.
    ///
    /// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `refund_not_found`;
    /// `account_must_fit` if `suspense` is no account of the order's ledger, is external, managed,
    /// `spend_only` or has a limit of what comes in; `refused_by_ledger` if it is closed, say.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn refund_failed(
        &self,
        order: Id,
        reversal: Id,
        suspense: Id,
        command: Id,
    ) -> Result<Result<Id, Refusal>> {
        let by = [reversal.to_bytes(), suspense.to_bytes()];
        let content = content_of(&[b"refund failed", &by[0], &by[1]]);
        let judge = |reading: &mut ReadTransaction, keeps: bool| -> Result<(Changes, Id), Stop> {
            let terms = terms(reading, order)?;
            let key = StepKey { order, command };
            let own = terms.keeping.map(|keeping| keeping.account);
            let mut changes = Changes::default();
            if let Some(step) = former_step(reading, key, content)? {
                let to = own.filter(|_| step.kept.is_some()).unwrap_or(suspense);
                return Ok((changes, to));
            }
            let row = open(reading, order, reversal)?;
            check_suspense(reading, &terms, suspense)?;
            let own = own.filter(|_| keeps);
            let lost = || Error::Corrupt(format!("refund {reversal} is of no tender"));
            let tender = terms.tenders.get(usize::from(row.tender)).ok_or_else(lost)?;
            let (to, operation) = (own.unwrap_or(suspense), Id::new());
            let back = Operation {
                code: FAILED_REFUND_CODE,
                user_data_128: order,
                user_data_64: row.tender.into(),
                ..Operation::transfer(
                    operation,
                    tender.source,
                    to,
                    terms.ledger,
                    amount(row.amount),
                )
            };
            changes.delete::<RefundRow>(&reversal)?;
            changes.thawed(reading, [tender.source, to], [back])?;
            let kept = own.map(|_| Kept { amount: row.amount, operation });
            let step = StepRow::of_order(reading.now(), REFUND_FAILED, Party::System);
            changes.put(&key, &StepRow { content, kept, ..row.told(reversal, step) })?;
            Ok((changes, to))
        };
        with_or_without(|keeps| self.transact(order, |reading| judge(reading, keeps)))
    }
}

/// A refund of an order that waits to be carried out, relied on.
fn open(reading: &mut ReadTransaction, order: Id, reversal: Id) -> Result<RefundRow, Stop> {
    let found = reading.get_alone::<RefundRow>(&reversal)?;
    let of_order = found.filter(|row| row.order == order);
    of_order.ok_or(Refusal::of(OrderStatus::REFUND_NOT_FOUND).into())
}

impl RefundRow {
    /// A step that is about it.
    fn told(&self, reversal: Id, step: StepRow) -> StepRow {
        let Self { tender, amount, .. } = *self;
        StepRow { amount: Some(amount), refunds: vec![Back { tender, amount, reversal }], ..step }
    }
}

fn check_suspense(reading: &ReadTransaction, terms: &TermsRow, suspense: Id) -> Result<(), Stop> {
    const UNFIT: [AccountFlags; 4] = [
        AccountFlags::EXTERNAL,
        AccountFlags::MANAGED,
        AccountFlags::SPEND_ONLY,
        AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS,
    ];
    let found = reading.snapshot().account(suspense)?;
    let is_fit = found.is_some_and(|account| {
        account.ledger == terms.ledger && !UNFIT.iter().any(|flag| account.has(*flag))
    });
    Ok(refuse_if(!is_fit, OrderStatus::ACCOUNT_MUST_FIT)?)
}
