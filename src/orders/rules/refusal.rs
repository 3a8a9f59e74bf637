//! Refusals: values that say which law stood in the way, and what is possible instead.

use super::{Action, OrderStatus, Stage};
use crate::model::Status;
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
}

impl Refusal {
    /// Refused by this law.
    #[must_use]
    pub const fn of(status: OrderStatus) -> Self {
        Self { status, stage: None, possible: Vec::new(), ledger: Status::APPLIED }
    }

    /// Refused in this stage, in which the actor can do this.
    pub(crate) const fn in_stage(status: OrderStatus, stage: Stage, possible: Vec<Action>) -> Self {
        Self { status, stage: Some(stage), possible, ledger: Status::APPLIED }
    }

    /// Refused by the ledger.
    pub(crate) const fn by_ledger(ledger: Status) -> Self {
        let status = OrderStatus::REFUSED_BY_LEDGER;
        Self { status, stage: None, possible: Vec::new(), ledger }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.status)?;
        if self.status == OrderStatus::REFUSED_BY_LEDGER {
            return write!(formatter, ": {}", self.ledger);
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
