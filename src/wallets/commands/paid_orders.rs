//! Whether an order is paid, so that no money in suspense pays it twice.
//!
//! To one payee an order is paid by one payment, from the money in the wallet or by a card of it,
//! until all of that was given back. What another seller got under the same order pays nothing to
//! this one. The payments of an order are read from the trail of its wallet, so that paying writes
//! nothing extra. For payments that earlier versions made from the wallet's money, the order is not
//! known.

use super::transaction::ReadTransaction;
use crate::model::Id;
use crate::store::{Error, Result};
use crate::wallets::rules::CardPaymentState;
use crate::wallets::rules::audit::{AuditEntry, Command};
use crate::wallets::rules::card_payment::CardPaymentRow;
use crate::wallets::rules::payment::PaymentRow;
use crate::wallets::rules::rows::WalletRow;
use crate::wallets::rules::suspense::SuspenseRow;

/// What pays the order that money in suspense came for.
pub(super) struct Paying {
    /// It is paid, and was not given back.
    pub(super) is_paid: bool,
    /// Other payments of it whose cards are being charged.
    pub(super) charging: Vec<Id>,
}

/// Looks up what pays the order of an item to its payee, whose payment is `payment`.
pub(super) fn paying(
    reading: &ReadTransaction,
    item: &SuspenseRow,
    payment: &CardPaymentRow,
) -> Result<Paying> {
    let mut found = Paying { is_paid: false, charging: Vec::new() };
    let payer = reading.peek::<WalletRow>(&item.wallet)?.map_or(Id::ZERO, |row| row.account);
    if let Some(paid_by) = payment.paid(item.payment) {
        found.is_paid = stands(reading, paid_by, payer)?;
    }
    let (order, payee) = (payment.order, payment.payee);
    if order.is_zero() {
        return Ok(found);
    }
    for entry in reading.scan::<AuditEntry>(&item.wallet.to_bytes(), None) {
        if found.is_paid {
            break;
        }
        let (_, AuditEntry { command, about, .. }) = entry?;
        let paid_by = match command {
            Command::PAY => {
                let paid = reading.peek::<PaymentRow>(&about)?;
                let is_of_order = paid.is_some_and(|paid| paid.order == order);
                (is_of_order && pays(reading, about, payee)?).then_some(about)
            }
            Command::BEGIN_CARD_PAYMENT | Command::BEGIN_NEW_CARD_PAYMENT
                if about != item.payment =>
            {
                let begun = reading.peek::<CardPaymentRow>(&about)?;
                let begun = begun.filter(|begun| (begun.order, begun.payee) == (order, payee));
                if begun.as_ref().is_some_and(|one| one.state() == CardPaymentState::CHARGING) {
                    found.charging.push(about);
                }
                begun.and_then(|begun| begun.paid(about))
            }
            _ => None,
        };
        if let Some(paid_by) = paid_by {
            found.is_paid = stands(reading, paid_by, payer)?;
        }
    }
    Ok(found)
}

/// Whether a hold or transfer pays this account. Of an archived transfer it is not known any more:
/// it is taken to do.
fn pays(reading: &ReadTransaction, paid_by: Id, payee: Id) -> Result<bool> {
    if let Some(hold) = reading.snapshot().hold(paid_by)? {
        return Ok(hold.payee == payee);
    }
    match reading.snapshot().operation(paid_by) {
        Ok(found) => Ok(found.is_none_or(|found| found.operation.credit_account == payee)),
        Err(Error::Archived { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether anything that a hold or transfer took was not given back; `payer` is the account that
/// wallet money is taken from.
fn stands(reading: &ReadTransaction, paid_by: Id, payer: Id) -> Result<bool> {
    let snapshot = reading.snapshot();
    // A payment by card is taken from the buyer's purchase account.
    let by_card = reading.peek::<CardPaymentRow>(&paid_by)?;
    let payer = by_card.map_or(payer, |row| row.through());
    if let Some(hold) = snapshot.hold(paid_by)? {
        return Ok(hold.refunded.checked_add(hold.reversed).is_none_or(|back| back < hold.amount));
    }
    let (taken, reversed) = snapshot.taken_and_reversed(paid_by, payer)?;
    Ok(reversed < taken)
}
