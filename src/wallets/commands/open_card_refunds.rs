//! Refunds to cards that wait for the processor, until the host says that they are carried out.

use super::Wallets;
use crate::model::{Amount, Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::audit::{Actor, AuditEntry, Command};
use crate::wallets::rules::card_payment::{CardPaymentRow, CardRefundRow};
use crate::wallets::rules::rows::{Agenda, AgendaKey, AgendaList, RowKey};
use crate::wallets::rules::{Decision, Refusal, WalletStatus, WriteSet};

/// A refund to a card that the processor is to carry out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CardRefund {
    /// Its id, the reversal by which the money left: use it as the processor's idempotency key.
    pub id: Id,
    /// The payment that it is of, by the id under which the card was charged.
    pub payment: Id,
    /// How much.
    pub amount: Amount,
    /// Of which ledger.
    pub ledger: u32,
    /// Since when it is to be carried out.
    pub since: Timestamp,
}

impl Wallets {
    /// Refunds to cards that the processor is to carry out, oldest first: those after `after`, at
    /// most `limit`. Every refund to a card stands here, whoever ordered it, until the host says
    /// that it is done: [`Wallets::card_refunded`].
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt), [`Error::Io`](crate::Error::Io).
    pub fn open_card_refunds(
        &self,
        after: Option<&CardRefund>,
        limit: usize,
    ) -> Result<Vec<CardRefund>> {
        let (reading, list) = (self.read()?, AgendaList::CARD_REFUNDS);
        let after = after.map(|one| AgendaKey { list, due: one.since, about: one.id }.bytes());
        let mut found = Vec::new();
        for entry in reading.scan::<Agenda>(&[list.number()], after.as_deref()).take(limit) {
            let id = entry?.0.about;
            found.extend(reading.peek::<CardRefundRow>(&id)?.map(|row| row.view(id)));
        }
        Ok(found)
    }

    /// A refund to a card, whether or not it was carried out; `None` if there is none of this id.
    ///
    /// # Errors
    /// As [`Wallets::open_card_refunds`].
    pub fn card_refund(&self, refund: Id) -> Result<Option<CardRefund>> {
        let row = self.read()?.peek::<CardRefundRow>(&refund)?;
        Ok(row.map(|row| row.view(refund)))
    }

    /// The processor has refunded a card: the refund is waited for no more. Sent again, it changes
    /// nothing. Refused: `card_refund_not_found`; `card_refund_has_failed` after
    /// [`Wallets::card_refund_failed`].
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn card_refunded(&self, refund: Id) -> Result<Result<(), Refusal>> {
        self.transact(refund, |reading| {
            let now = reading.now();
            let Some(row) = reading.get::<CardRefundRow>(&refund)? else {
                return Ok(Refusal::of(WalletStatus::CARD_REFUND_NOT_FOUND).into());
            };
            if !row.failed_by.is_zero() {
                return Ok(Refusal::of(WalletStatus::CARD_REFUND_HAS_FAILED).into());
            }
            if !row.done_at.is_none() {
                return Ok(Decision::done(WriteSet::default(), ()));
            }
            let paid = reading.peek::<CardPaymentRow>(&row.payment)?;
            let subject = paid.map_or(Id::ZERO, |paid| paid.subject());
            let entry = AuditEntry::new(subject, Command::CARD_REFUNDED, &Actor::System, now);
            let mut changes = WriteSet::of(entry.about(refund));
            let (list, due) = (AgendaList::CARD_REFUNDS, row.since);
            changes.delete::<Agenda>(&AgendaKey { list, due, about: refund });
            changes.put(&refund, &CardRefundRow { done_at: now, ..row });
            Ok(Decision::done(changes, ()))
        })
    }
}

/// Has the host tell the processor to refund a card.
pub(super) fn instruct(
    changes: &mut WriteSet,
    id: Id,
    (payment, amount, ledger): (Id, Amount, u32),
    now: Timestamp,
) {
    let (amount, done_at, failed_by) = (amount.minor_units(), Timestamp::NONE, Id::ZERO);
    let row = CardRefundRow { payment, amount, ledger, since: now, done_at, failed_by };
    changes.put(&id, &row);
    let key = AgendaKey { list: AgendaList::CARD_REFUNDS, due: now, about: id };
    changes.put(&key, &Agenda::of(payment));
}

impl CardRefundRow {
    fn view(&self, id: Id) -> CardRefund {
        let amount = Amount::new(self.amount).unwrap_or(Amount::MAX);
        let Self { payment, ledger, since, .. } = *self;
        CardRefund { id, payment, amount, ledger, since }
    }
}
