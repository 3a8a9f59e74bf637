//! Refunds that the processor could not carry out: the card is closed, say. The money is here
//! again, and goes into the wallet, if its owner agrees and there is room, or else to suspense.

use super::Wallets;
use super::transaction::ReadTransaction;
use crate::model::{Id, Operation, Timestamp};
use crate::store::Result;
use crate::wallets::rules::audit::{Actor, AuditEntry, Command};
use crate::wallets::rules::card_payment::{CardPaymentRow, CardRefundRow, check_accounts};
use crate::wallets::rules::chargeback::{Contested, units};
use crate::wallets::rules::rows::{Agenda, AgendaKey, AgendaList, WalletRow};
use crate::wallets::rules::suspense::SuspenseRow;
use crate::wallets::rules::{Decision, Refusal, SuspenseReason, WalletStatus, WriteSet};

/// A processor's report that it could not refund a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailedCardRefund {
    /// The refund: [`CardRefund::id`](super::CardRefund::id).
    pub refund: Id,
    /// The account that its money comes back from: external, and of the payment's ledger.
    pub external: Id,
    /// The account for money that cannot go into the wallet: of the payment's ledger, neither
    /// external nor a wallet's.
    pub suspense: Id,
}

/// What became of the money of a refund that the processor could not carry out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RefundReturned {
    /// Into the wallet, as its owner agreed and its tier allows.
    ToWallet,
    /// It lies in suspense: the item, which staff resolve.
    InSuspense(Id),
}

impl Wallets {
    /// The processor could not refund a card: the money came back. It goes into the wallet as a
    /// whole, if its owner agrees to refunds there and there is room for it; otherwise it lies in
    /// suspense ([`SuspenseReason::REFUND_FAILED`]), due to the customer until staff resolve it.
    /// There it goes too if the payment is or was charged back, for then it may be due to nobody:
    /// the bank has given the customer her money. The refund is waited for no more, also if it was
    /// said to be [carried out](Wallets::card_refunded) before, as processors do. Sent again, it
    /// changes nothing.
    ///
    /// Refused: `card_refund_not_found`, `external_account_must_fit`,
    /// `suspense_account_must_fit`, `refused_by_ledger`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn card_refund_failed(
        &self,
        failed: &FailedCardRefund,
    ) -> Result<Result<RefundReturned, Refusal>> {
        let transfer = Id::new();
        self.transact(failed.refund, |reading| self.judge_failed(reading, failed, transfer))
    }

    fn judge_failed(
        &self,
        reading: &mut ReadTransaction,
        failed: &FailedCardRefund,
        transfer: Id,
    ) -> Result<Decision<RefundReturned>> {
        let id = failed.refund;
        let Some(row) = reading.get::<CardRefundRow>(&id)? else {
            return Ok(Refusal::of(WalletStatus::CARD_REFUND_NOT_FOUND).into());
        };
        if !row.failed_by.is_zero() {
            let item = reading.peek::<SuspenseRow>(&row.failed_by)?;
            let answer = item
                .map_or(RefundReturned::ToWallet, |_| RefundReturned::InSuspense(row.failed_by));
            return Ok(Decision::done(WriteSet::default(), answer));
        }
        let Some(payment) = reading.get::<CardPaymentRow>(&row.payment)? else {
            return Ok(Refusal::of(WalletStatus::CARD_PAYMENT_NOT_FOUND).into());
        };
        // Who closes a wallet looks for money in suspense.
        reading.get::<WalletRow>(&payment.subject())?;
        let snapshot = reading.snapshot();
        let (external, suspense) =
            (snapshot.account(failed.external)?, snapshot.account(failed.suspense)?);
        let fit = check_accounts(external.as_ref(), suspense.as_ref(), row.ledger);
        if let Err(refusal) = fit {
            return Ok(refusal.into());
        }
        let (now, amount) = (reading.now(), units(row.amount));
        let (mut changes, mut wallet_account) = (WriteSet::default(), None);
        if payment.contested.chargebacks.is_empty() {
            let (shares, account) = self.share(reading, &mut changes, &payment, (amount, true))?;
            wallet_account = shares.to_card.is_zero().then_some(account);
        }
        let into = wallet_account.unwrap_or(failed.suspense);
        let back = Operation::transfer(transfer, failed.external, into, row.ledger, amount);
        changes.operation(Operation { user_data_128: row.payment, ..back });
        let answer = match wallet_account {
            Some(_) => RefundReturned::ToWallet,
            None => {
                let item = SuspenseRow {
                    payment: row.payment,
                    wallet: payment.wallet,
                    amount: row.amount,
                    ledger: row.ledger,
                    account: failed.suspense,
                    reason: SuspenseReason::REFUND_FAILED.number(),
                    resolved_by: Id::ZERO,
                    came_at: now,
                    proposed: Vec::new(),
                    proposed_by: String::new(),
                    proposed_at: Timestamp::NONE,
                    resolved_to: Vec::new(),
                    contested: Contested::default(),
                };
                changes.put(&transfer, &item);
                let list = AgendaList::SUSPENSE;
                let place = AgendaKey { list, due: now, about: transfer };
                changes.put(&place, &Agenda::of(payment.wallet));
                RefundReturned::InSuspense(transfer)
            }
        };
        if row.done_at.is_none() {
            let place = AgendaKey { list: AgendaList::CARD_REFUNDS, due: row.since, about: id };
            reading.get::<Agenda>(&place)?;
            changes.delete::<Agenda>(&place);
        }
        let (command, actor) = (Command::CARD_REFUND_FAILED, Actor::System);
        let entry = AuditEntry::new(payment.subject(), command, &actor, now).about(id);
        let money = reading.money(row.ledger, amount)?;
        let detail = format!("{money} from account {} to account {into}", failed.external);
        changes.audit.push(entry.detail(detail));
        changes.put(&id, &CardRefundRow { failed_by: transfer, ..row });
        Ok(Decision::done(changes, answer))
    }
}
