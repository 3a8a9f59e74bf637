//! Tenders of orders that come from a wallet: its part in a chain that another house decides.

use super::Wallets;
use super::order_payments::OrderPayment;
use super::transaction::ReadTransaction;
use crate::model::{Id, Operation};
use crate::store::Result;
use crate::store::house::{Alongside, Carried, Writes};
use crate::wallets::rules::{Decision, OrderTerms, Refusal};

/// What is paid from a wallet.
#[derive(Debug)]
pub(crate) struct WalletTender {
    /// What the customer authorised: one part, from the money in the wallet.
    pub(crate) terms: OrderTerms,
    /// `None` for a small payment, which the policy exempts.
    pub(crate) authorisation: Option<Id>,
    /// The hold that pays it: among what the other house has the ledger carry out.
    pub(crate) operation: Operation,
}

/// What another house decided: what it changes, and what of it is paid from the wallet, if
/// anything is.
pub(crate) struct Tendered<A> {
    pub(crate) writes: Writes,
    pub(crate) tender: Option<WalletTender>,
    pub(crate) answer: A,
}

impl Wallets {
    /// Carries out what `judge` decides together with the wallet's own part of it: the payment
    /// counts against the limits and uses the authorisation up in the same chain. All of it, or
    /// nothing.
    pub(crate) fn pay_tender<A>(
        &self,
        wallet: Id,
        mut judge: impl FnMut(&mut ReadTransaction) -> Result<Tendered<A>>,
    ) -> Result<(Result<A, Refusal>, Carried)> {
        self.shared.chains.transact(wallet, |reading| {
            self.check_policy(reading)?;
            let Tendered { mut writes, tender, answer } = judge(reading)?;
            let Some(tender) = tender else { return Ok((writes, Ok(answer))) };
            let payment = OrderPayment {
                terms: &tender.terms,
                authorisation: tender.authorisation,
                operations: &[tender.operation],
                alongside: Alongside::NONE,
            };
            let decision = match self.judge_parts(reading, &payment)? {
                Ok(changes) => Decision::done(changes.unwrap_or_default(), answer),
                Err(refusal) => refusal.into(),
            };
            let (mut own, answer) = self.in_bytes(reading, decision)?;
            if answer.is_ok() {
                own.documents.append(&mut writes.documents);
                own.added.append(&mut writes.added);
                own.operations.append(&mut writes.operations);
            }
            Ok((own, answer))
        })
    }
}
