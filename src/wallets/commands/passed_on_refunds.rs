//! What a deadline refunded of a payment by card, which upkeep passes on: into the wallet or to the
//! card, as a refund that somebody orders.

use super::Wallets;
use super::card_refunds::{Refund, came_back};
use super::transaction::ReadTransaction;
use crate::model::{Amount, Hold, Id, Kind, Operation, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::Command;
use crate::wallets::rules::card_payment::CardPaymentRow;
use crate::wallets::rules::rows::{Agenda, AgendaKey, AgendaList};
use crate::wallets::rules::{CardPaymentState, Decision, WriteSet};

/// A hold is looked at by its deadline, and at least as often as this: it may be settled by other
/// operations of the store, and its deadline moved.
pub(super) const LOOK_SECONDS: u32 = 86_400;

impl Wallets {
    /// Passes on what deadlines have refunded of payments by card, as
    /// [`Wallets::refund_card_payment`] would; gives how many payments it was for.
    pub(super) fn pass_on_refunds(&self, limit: usize) -> Result<usize> {
        let due = self.due(&mut self.read()?, AgendaList::CARD_HOLDS, limit)?;
        let mut count = 0usize;
        for (key, _) in due {
            let ids = (Id::new(), Id::new());
            let passed = self.transact(key.about, |reading| self.judge_due(reading, &key, ids));
            match passed {
                Ok(Ok(true)) => count = count.saturating_add(1),
                // The ledger refuses while an account is frozen: later. So it is with what cannot
                // be read, which is one person's trouble.
                Ok(_) | Err(Error::Corrupt(_)) => (),
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    fn judge_due(
        &self,
        reading: &mut ReadTransaction,
        key: &AgendaKey,
        (reversal, pass_on): (Id, Id),
    ) -> Result<Decision<bool>> {
        let (payment, now) = (key.about, reading.now());
        let Some(entry) = reading.get::<Agenda>(key)? else {
            return Ok(Decision::done(WriteSet::default(), false));
        };
        let mut changes = WriteSet::default();
        changes.delete::<Agenda>(key);
        let hold = reading.snapshot().hold(payment)?;
        if let Some(due) = hold.and_then(|hold| next_look(&hold, now)) {
            changes.put(&AgendaKey { due, ..*key }, &entry);
        }
        let Some(row) = reading.get::<CardPaymentRow>(&payment)? else {
            return Ok(Decision::done(changes, false));
        };
        // While it is contested nothing is given back: what is left then is looked at once more.
        if row.contested.open > 0 {
            return Ok(Decision::done(changes, false));
        }
        let (owed, in_all) = match came_back(reading, payment)? {
            Ok(came_back) => {
                let owed = Amount::new(row.owed(came_back)).unwrap_or(Amount::MAX);
                (owed, came_back.minor_units())
            }
            Err(refusal) => return Ok(refusal.into()),
        };
        let (mut row, owed) = self.repay_loss(reading, &mut changes, (payment, row), owed)?;
        if owed.is_zero() || row.state() != CardPaymentState::PAID {
            return Ok(Decision::done(changes, false));
        }
        let (shares, wallet_account) = self.share(reading, &mut changes, &row, (owed, true))?;
        self.give_back(reading, &mut changes, &mut row, in_all)?;
        let refund = Refund {
            id: if shares.to_wallet.is_zero() { reversal } else { pass_on },
            operation: None,
            shares,
            wallet_account,
            reversal,
            pass_on,
            command: Command::PASS_ON_REFUND,
        };
        let Decision { changes: more, answer } =
            self.judge_refund(reading, (payment, row), &refund)?;
        if let Err(refusal) = answer {
            return Ok(refusal.into());
        }
        changes.rows.extend(more.rows);
        changes.operations.extend(more.operations);
        changes.audit.extend(more.audit);
        Ok(Decision::done(changes, true))
    }
}

/// Has upkeep look at the hold of a payment whose money may come back by a deadline.
pub(super) fn watch(
    changes: &mut WriteSet,
    (payment, row): (Id, &CardPaymentRow),
    operation: &Operation,
    now: Timestamp,
) {
    if operation.kind != Kind::HOLD || !row.has_purchase_account() {
        return;
    }
    let seconds = match operation.timeout_seconds {
        0 => LOOK_SECONDS,
        timeout => timeout.min(LOOK_SECONDS),
    };
    let due = now.plus_seconds(seconds);
    let key = AgendaKey { list: AgendaList::CARD_HOLDS, due, about: payment };
    changes.put(&key, &Agenda::of(row.subject()));
}

/// When a hold is to be looked at next; `None` if it is closed.
fn next_look(hold: &Hold, now: Timestamp) -> Option<Timestamp> {
    if !hold.is_open() {
        return None;
    }
    let at_least = now.plus_seconds(LOOK_SECONDS);
    let is_ahead = !hold.deadline.is_none() && hold.deadline > now;
    Some(if is_ahead { hold.deadline.min(at_least) } else { at_least })
}
