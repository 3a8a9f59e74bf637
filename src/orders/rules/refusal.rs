//! Refusals: values that say which law stood in the way, and what is possible instead.

use super::{Action, OrderStatus, Stage};
use crate::model::{Amount, Status};
use crate::wallets::rules as wallets;
use std::fmt;

/// Why a command was not carried out. Nothing of it was done.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The law.
    pub status: OrderStatus,
    /// The stage of the part, where that is why.
    pub stage: Option<Stage>,
    /// What this actor can do in that stage.
    pub possible: Vec<Action>,
    /// For [`OrderStatus::REFUSED_BY_LEDGER`]: what the ledger said. Otherwise applied.
    pub ledger: Status,
    /// For [`OrderStatus::TENDER_FALLS_SHORT`]: what is missing. Otherwise 0.
    pub missing: Amount,
    /// For [`OrderStatus::REFUSED_BY_WALLET`]: why, as [`Wallets::pay_order`] would say it.
    ///
    /// [`Wallets::pay_order`]: crate::Wallets::pay_order
    pub wallet: Option<Box<wallets::Refusal>>,
}

impl Refusal {
    /// Refused by this law.
    #[must_use]
    pub const fn of(status: OrderStatus) -> Self {
        let (ledger, missing) = (Status::APPLIED, Amount::ZERO);
        Self { status, stage: None, possible: Vec::new(), ledger, missing, wallet: None }
    }

    /// Refused in this stage, in which the actor can do this.
    pub(crate) fn in_stage(status: OrderStatus, stage: Stage, possible: Vec<Action>) -> Self {
        Self { stage: Some(stage), possible, ..Self::of(status) }
    }

    /// Refused, for so much is missing.
    pub(crate) fn short_of(missing: Amount) -> Self {
        Self { missing, ..Self::of(OrderStatus::TENDER_FALLS_SHORT) }
    }

    /// Refused by the ledger.
    pub(crate) fn by_ledger(ledger: Status) -> Self {
        Self { ledger, ..Self::of(OrderStatus::REFUSED_BY_LEDGER) }
    }

    /// Refused by the wallet that was to pay.
    pub(crate) fn by_wallet(refusal: wallets::Refusal) -> Self {
        Self { wallet: Some(Box::new(refusal)), ..Self::of(OrderStatus::REFUSED_BY_WALLET) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.status)?;
        if self.status == OrderStatus::REFUSED_BY_LEDGER {
            return write!(formatter, ": {}", self.ledger);
        }
        if let Some(wallet) = &self.wallet {
            return write!(formatter, ": {wallet}");
        }
        if !self.missing.is_zero() {
            return write!(formatter, ": {} are missing", self.missing.minor_units());
        }
        let Some(stage) = self.stage else { return Ok(()) };
        write!(formatter, ": the part is {}", stage.name())?;
        for (place, action) in self.possible.iter().enumerate() {
            let before = if place == 0 { ", and this actor can " } else { ", " };
            write!(formatter, "{before}{}", action.name())?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// Refuses with this status if the law is broken.
pub(crate) fn refuse_if(broken: bool, status: OrderStatus) -> Result<(), Refusal> {
    if broken { Err(Refusal::of(status)) } else { Ok(()) }
}
