//! The terms of a whole order, which one authorisation is bound to.
//!
//! A cart has several sellers, and is paid from the wallet, by cards, or both. Its parts say who
//! gets how much from which source. The authorisation keeps their hash alone: whoever changes the
//! buyer, the order, the ledger, a payee, an amount, a source or the order of the parts has other
//! terms, for which it is void. Each part is paid once.

use super::WalletStatus;
use super::refusal::{Refusal, refuse_if};
use crate::model::{Amount, Id, Timestamp};
use serde::{Deserialize, Serialize};

/// Parts of one order.
pub const ORDER_PARTS_MAX: usize = 32;

/// What one payee of an order gets from one source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrderPart {
    /// The account that is paid.
    pub payee: Id,
    /// How much.
    pub amount: Amount,
    /// The bound card that it comes from; `None` for the money in the wallet.
    pub card: Option<Id>,
}

/// The terms of an order: an authorisation is bound to all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderTerms {
    /// The buyer's wallet.
    pub wallet: Id,
    /// The host's order.
    pub order: Id,
    /// The ledger of all accounts.
    pub ledger: u32,
    /// Who gets how much from which source: 1 to [`ORDER_PARTS_MAX`].
    pub parts: Vec<OrderPart>,
}

impl OrderTerms {
    /// By which an authorisation, and the trail, knows the terms: BLAKE3 of all of them, in the
    /// order in which they stand.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("escrowdb terms of an order 1");
        hasher.update(&self.wallet.to_bytes()).update(&self.order.to_bytes());
        hasher.update(&self.ledger.to_be_bytes());
        for part in &self.parts {
            hasher.update(&part.payee.to_bytes()).update(&part.amount.minor_units().to_be_bytes());
            hasher.update(&part.card.unwrap_or(Id::ZERO).to_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// Refuses terms that can never be paid.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        refuse_if(self.parts.len() > ORDER_PARTS_MAX, WalletStatus::TOO_MANY)?;
        // With the wallet itself as the order it would be a redemption.
        let is_order = self.order != self.wallet && !self.parts.is_empty();
        refuse_if(!is_order, WalletStatus::ORDER_MUST_BE_VALID)?;
        for part in &self.parts {
            let is_amount = part.amount.is_valid() && !part.amount.is_zero();
            refuse_if(!is_amount, WalletStatus::AMOUNT_MUST_BE_VALID)?;
            // Zero would stand for the wallet in the hash.
            refuse_if(part.card == Some(Id::ZERO), WalletStatus::ID_MUST_BE_VALID)?;
        }
        self.wallet_sum().map(drop)
    }

    /// The sum of what comes from the wallet: one payment, as far as limits are concerned. So
    /// nobody pays more by having many sellers.
    pub(crate) fn wallet_sum(&self) -> Result<Amount, Refusal> {
        let mut parts = self.parts.iter().filter(|part| part.card.is_none());
        let sum = parts.try_fold(Amount::ZERO, |sum, part| sum.checked_add(part.amount));
        sum.ok_or(Refusal::of(WalletStatus::AMOUNT_MUST_BE_VALID))
    }

    /// The parts that come from the wallet, a bit each.
    pub(crate) fn wallet_parts(&self) -> u32 {
        let parts = self.parts.iter().enumerate().filter(|(_, part)| part.card.is_none());
        parts.fold(0, |bits, (place, _)| bits | bit(place))
    }

    /// All parts, a bit each.
    pub(crate) fn all_parts(&self) -> u32 {
        (0..self.parts.len()).fold(0, |bits, place| bits | bit(place))
    }
}

/// The bit that stands for a part.
pub(crate) fn bit(place: usize) -> u32 {
    u32::try_from(place).ok().and_then(|place| 1_u32.checked_shl(place)).unwrap_or_default()
}

/// An authorisation of a whole order that waits to be used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct OrderAuthorisation {
    pub(crate) id: Id,
    /// The hash of the terms.
    pub(crate) terms: [u8; 32],
    /// The parts that were paid by it, a bit each.
    pub(crate) used: u32,
    /// How many times the payment password had been set when it was made.
    pub(crate) times_set: u32,
    pub(crate) has_second_factor: bool,
    pub(crate) expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> OrderTerms {
        let id = Id::from_u128;
        let part = |payee, amount: u32, card: Option<u128>| OrderPart {
            payee: id(payee),
            amount: amount.into(),
            card: card.map(id),
        };
        let parts = vec![part(5, 60, None), part(6, 40, None), part(6, 7, Some(9))];
        OrderTerms { wallet: id(1), order: id(2), ledger: 3, parts }
    }

    #[test]
    fn whatever_changes_makes_other_terms() {
        let changes: [fn(&mut OrderTerms); 12] = [
            |_| (),
            |terms| terms.wallet = Id::from_u128(9),
            |terms| terms.order = Id::from_u128(9),
            |terms| terms.ledger = 9,
            |terms| terms.parts[0].payee = Id::from_u128(9),
            |terms| terms.parts[0].amount = 61_u32.into(),
            |terms| terms.parts[0].card = Some(Id::from_u128(9)),
            |terms| terms.parts[2].card = None,
            |terms| terms.parts.swap(0, 1),
            |terms| terms.parts.truncate(2),
            |terms| terms.parts.push(terms.parts[0]),
            // The same sums for the same payees.
            |terms| {
                (terms.parts[1].amount, terms.parts[2].amount) = (41_u32.into(), 6_u32.into());
            },
        ];
        let mut hashes: Vec<_> = changes
            .iter()
            .map(|change| {
                let mut changed = terms();
                change(&mut changed);
                changed.hash()
            })
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), changes.len());
    }

    #[test]
    fn terms_that_can_never_be_paid_are_refused() {
        type Change = fn(&mut OrderTerms);
        let changes: [(Change, WalletStatus); 6] = [
            (|terms| terms.parts.clear(), WalletStatus::ORDER_MUST_BE_VALID),
            (|terms| terms.order = terms.wallet, WalletStatus::ORDER_MUST_BE_VALID),
            (|terms| terms.parts[0].amount = Amount::ZERO, WalletStatus::AMOUNT_MUST_BE_VALID),
            (|terms| terms.parts[0].amount = Amount::MAX, WalletStatus::AMOUNT_MUST_BE_VALID),
            (|terms| terms.parts[2].card = Some(Id::ZERO), WalletStatus::ID_MUST_BE_VALID),
            (|terms| terms.parts = vec![terms.parts[0]; 33], WalletStatus::TOO_MANY),
        ];
        assert_eq!(terms().check(), Ok(()));
        for (change, status) in changes {
            let mut changed = terms();
            change(&mut changed);
            assert_eq!(changed.check(), Err(status.into()), "{status}");
        }
        let whole = OrderTerms { parts: vec![terms().parts[0]; 32], ..terms() };
        assert_eq!((whole.check(), whole.wallet_parts(), whole.all_parts()), (Ok(()), !0, !0));
    }
}
