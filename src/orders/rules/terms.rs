//! The terms of an order: what each seller gets, and where the money comes from.

use super::OrderStatus;
use super::lines::{Line, check_lines, sum};
use super::names::names;
use super::refusal::{Refusal, refuse_if};
use crate::model::policy_hash::PolicyHash;
use crate::model::{Amount, Id};
use serde::{Deserialize, Serialize};

/// Legs of one order.
pub const LEGS_MAX: usize = 16;
/// Tenders of one order.
pub const TENDERS_MAX: usize = 32;

const MILLION: u32 = 1_000_000;

/// One seller's part of an order. A fee that the buyer pays is a leg of the platform.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leg {
    /// Who is registered as a seller.
    pub seller: Id,
    /// All of it: items, shipping and tax.
    pub amount: Amount,
    /// What is taken once as commission, out of what is released to the seller first; at most
    /// `amount`. Where all of it is refunded nothing is taken. Frozen here.
    pub commission_fixed: Amount,
    /// The commission beside that, in parts per million of what is released to the seller, of which
    /// it is a part; frozen here.
    pub commission_ppm: u32,
    /// What it consists of, together just its amount, at most [`LINES_MAX`](super::LINES_MAX);
    /// none if it is one thing, of which nobody acts on a part alone.
    pub lines: Vec<Line>,
}

impl Leg {
    /// Of one thing, without commission.
    #[must_use]
    pub const fn new(seller: Id, amount: Amount) -> Self {
        let commission_fixed = Amount::ZERO;
        Self { seller, amount, commission_fixed, commission_ppm: 0, lines: Vec::new() }
    }

    /// Whether anything of it goes to the account of the commission.
    #[must_use]
    pub fn has_commission(&self) -> bool {
        self.commission_ppm > 0 || !self.commission_fixed.is_zero()
    }
}

/// Where money comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tender {
    /// What kind of money it is.
    pub kind: TenderKind,
    /// The account that it is taken from, and goes back to.
    pub source: Id,
    /// How much.
    pub amount: Amount,
}

/// What kind of money a tender is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TenderKind {
    /// Of a card, a transfer or a voucher: the source is an external account, and the host carries
    /// out what goes back to it.
    External,
    /// Of the platform's own promotion.
    Promotion,
    /// The money in a wallet: the source is the wallet's account, and its owner authorises it.
    Wallet,
}

names! { TenderKind {
    External = 1, "external";
    Promotion = 2, "promotion";
    Wallet = 3, "wallet";
} }

/// What a buyer has agreed to keep, instead of having it back where it came from: from outside or
/// from promotion. What came from a wallet goes back there in any case.
///
/// What comes too late or a second time, and what has come of an order that is not paid, goes back
/// all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Keeping {
    /// An account of the buyer's in the ledger of the order: `spend_only`, so that what it gets is
    /// spent with the platform.
    pub account: Id,
    /// Whether refunds go there too. What was paid above the price always does.
    pub keeps_refunds: bool,
}

/// The terms of an order, which never change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Who is registered as a buyer.
    pub buyer: Id,
    /// The ledger of all accounts.
    pub ledger: u32,
    /// The policy, which the store keeps.
    pub policy: PolicyHash,
    /// Where commission goes; zero if there is none.
    pub commission_account: Id,
    /// 1 to [`LEGS_MAX`]. The number of a leg's part is its place here.
    pub legs: Vec<Leg>,
    /// 1 to [`TENDERS_MAX`]; together as much as all legs.
    pub tenders: Vec<Tender>,
    /// With the buyer's consent alone; without it all goes back to the sources.
    pub keeping: Option<Keeping>,
}

impl Terms {
    /// Refuses terms that can never be carried out.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let ids = self.legs.iter().map(|leg| leg.seller);
        let mut ids = ids
            .chain(self.tenders.iter().map(|tender| tender.source))
            .chain([self.buyer])
            .chain(self.keeping.map(|keeping| keeping.account));
        refuse_if(ids.any(|id| id.is_zero() || id.is_max()), OrderStatus::ID_MUST_BE_VALID)?;
        let is_fit = (1..=LEGS_MAX).contains(&self.legs.len())
            && (1..=TENDERS_MAX).contains(&self.tenders.len());
        refuse_if(!is_fit, OrderStatus::COUNT_MUST_BE_VALID)?;
        // What comes from a wallet is one payment, as far as its limits are concerned.
        let wallets = self.tenders.iter().filter(|tender| tender.kind == TenderKind::Wallet);
        let mut wallets: Vec<_> = wallets.map(|tender| tender.source).collect();
        wallets.sort_unstable();
        let is_twice = wallets.windows(2).any(|pair| matches!(pair, [one, other] if one == other));
        refuse_if(is_twice, OrderStatus::COUNT_MUST_BE_VALID)?;
        let legs = sum(self.legs.iter().map(|leg| leg.amount))?;
        let tenders = sum(self.tenders.iter().map(|tender| tender.amount))?;
        refuse_if(legs != tenders, OrderStatus::TENDERS_MUST_EQUAL_LEGS)?;
        for leg in &self.legs {
            check_lines(&leg.lines, leg.amount)?;
        }
        let is_valid =
            |leg: &Leg| leg.commission_ppm <= MILLION && leg.commission_fixed <= leg.amount;
        let is_fit = self.legs.iter().all(is_valid)
            && (!self.legs.iter().any(Leg::has_commission) || !self.commission_account.is_zero())
            && !self.commission_account.is_max();
        refuse_if(!is_fit, OrderStatus::COMMISSION_MUST_BE_VALID)
    }
}

/// The amount of minor units that were one before; a row that says more is refused by the ledger.
pub(crate) fn amount(minor_units: u128) -> Amount {
    Amount::new(minor_units).unwrap_or(Amount::MAX)
}
