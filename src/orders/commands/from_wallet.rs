//! A tender that comes from a wallet: its owner authorises the terms of the order, and pays.

use super::Orders;
use super::attempts::unpaid;
use super::paying::{Coming, TenderCame, answer, not_found, take};
use super::transaction::{
    Changes, Stop, answered, content_of, former_step, terms, until_judged, with_or_without,
};
use crate::model::Id;
use crate::orders::rules::refusal::refuse_if;
use crate::orders::rules::rows::{PaymentRow, StepKey, StepRow, TenderTerms, TermsRow};
use crate::orders::rules::terms::amount;
use crate::orders::rules::{OrderStatus, Refusal, TenderKind};
use crate::store::house::{ReadTransaction, Writes};
use crate::store::{Error, Result};
use crate::wallets::commands::{Tendered, WalletTender, Wallets};
use crate::wallets::rules::rows::AccountRow;
use crate::wallets::rules::{OrderTerms, WalletStatus};

impl Orders {
    /// What the owner of a wallet authorises to pay a tender of an order from it, by
    /// [`Wallets::authorise_order`]: its `order` stands for this tender and all terms of the order,
    /// so that for any other ones it is void. [`Wallets::needs_for_order`] says what it takes.
    ///
    /// Refused: `order_not_found`, `tender_not_found`, `tender_kind_must_fit` if it does not come
    /// from a wallet.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn wallet_terms(&self, order: Id, tender: u16) -> Result<Result<OrderTerms, Refusal>> {
        let reading = self.shared.chains.read()?;
        answered(terms(&reading, order).and_then(|terms| {
            let (authorised, _) = authorised(&reading, order, &terms, tender)?;
            Ok(authorised)
        }))
    }

    /// Pays a tender of an order from the wallet that it is to come from, as its owner authorised
    /// for [`Orders::wallet_terms`]: using the authorisation up, counting the payment against the
    /// wallet's limits, and taking the tender are one chain; with the last tender all legs are
    /// paid in it, too. Without an authorisation for a small payment, which the policy of the
    /// wallets exempts. What is refunded goes back to the wallet.
    ///
    /// Again with the same `command` it changes nothing, and is answered as the first time.
    ///
    /// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `tender_not_found`,
    /// `tender_kind_must_fit`, `order_is_paid`, `order_is_cancelled`, `payment_window_is_over`,
    /// `tender_has_come`; `refused_by_wallet`, and why, as [`Wallets::pay_order`] refuses;
    /// `refused_by_ledger` for want of money, say.
    ///
    /// # Errors
    /// As [`Orders`] says; [`Error::InvalidArgument`] if the wallets were not opened
    /// through the same handle of the store, or a clone of it.
    pub fn pay_from_wallet(
        &self,
        wallets: &Wallets,
        order: Id,
        tender: u16,
        authorisation: Option<Id>,
        command: Id,
    ) -> Result<Result<TenderCame, Refusal>> {
        if !wallets.are_of(&self.shared.store) {
            return Err(Error::InvalidArgument(
                "the wallets are not of the store that the orders are of".into(),
            ));
        }
        let by = authorisation.unwrap_or(Id::ZERO).to_bytes();
        let content = content_of(&[b"from wallet", &tender.to_be_bytes(), &by]);
        let key = StepKey { order, command };
        let wallet = match self.wallet_terms(order, tender)? {
            Ok(terms) => terms.wallet,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let judge = |reading: &mut ReadTransaction, keeps| -> Result<_, Stop> {
            let terms = terms(reading, order)?;
            let (authorised, agreed) = authorised(reading, order, &terms, tender)?;
            if let Some(step) = former_step(reading, key, content)? {
                return Ok((Changes::default(), None, answer(&step)));
            }
            let (policies, came) = (&self.shared.policies, amount(agreed.amount));
            let payment = unpaid(reading, policies, (order, &terms))?;
            check_awaited(&payment, tender, reading)?;
            let coming = Coming { policies, order, terms: &terms, tender, came };
            let mut changes = Changes::default();
            let (step, operation) = take(&mut changes, reading, &coming, payment, keeps)?;
            let step = StepRow { content, ..step };
            changes.put_step(&key, &terms, &step)?;
            let tender = WalletTender { terms: authorised, authorisation, operation };
            Ok((changes, Some(tender), answer(&step)))
        };
        with_or_without(|keeps| {
            until_judged(|| {
                let (paid, carried) = wallets.pay_tender(wallet, |reading| {
                    let (writes, tender, answer) = match judge(reading, keeps) {
                        Ok((changes, tender, came)) => (changes.into_writes(), tender, Ok(came)),
                        Err(Stop::Refused(refusal)) => (Writes::default(), None, Err(refusal)),
                        Err(Stop::Failed(error)) => return Err(error),
                    };
                    Ok(Tendered { writes, tender, answer })
                })?;
                let paid = paid.unwrap_or_else(|refusal| Err(by_wallet(refusal)));
                Ok((paid, carried))
            })
        })
    }
}

/// What the owner authorises for a tender, and what was agreed of it.
fn authorised(
    reading: &ReadTransaction,
    order: Id,
    terms: &TermsRow,
    tender: u16,
) -> Result<(OrderTerms, TenderTerms), Stop> {
    let agreed = *terms.tenders.get(usize::from(tender)).ok_or(not_found())?;
    refuse_if(agreed.kind != TenderKind::Wallet, OrderStatus::TENDER_KIND_MUST_FIT)?;
    let lost = || Error::Corrupt(format!("a tender of order {order} comes from no wallet"));
    let AccountRow { wallet } = reading.peek::<AccountRow>(&agreed.source)?.ok_or_else(lost)?;
    Ok((terms.authorised(order, tender, wallet).ok_or_else(lost)?, agreed))
}

/// Refuses to take a tender that nobody awaits: nothing has left the wallet yet.
fn check_awaited(
    payment: &PaymentRow,
    tender: u16,
    reading: &ReadTransaction,
) -> Result<(), Refusal> {
    refuse_if(!payment.is_open(reading.now()), OrderStatus::PAYMENT_WINDOW_IS_OVER)?;
    let is_awaited = payment.holds.get(usize::from(tender)).is_some_and(|hold| hold.is_zero());
    refuse_if(!is_awaited, OrderStatus::TENDER_HAS_COME)
}

fn by_wallet(refusal: crate::wallets::rules::Refusal) -> Refusal {
    match refusal.status {
        WalletStatus::REFUSED_BY_LEDGER => Refusal::by_ledger(refusal.ledger),
        _ => Refusal::by_wallet(refusal),
    }
}
