//! What is done about a part, and with which words.

use super::case::{ClaimReason, Remedy};
use super::{Action, Party};
use crate::model::Id;
use serde::{Deserialize, Serialize};

/// What is done about a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PartCommand {
    /// [`Action::Ship`].
    Ship,
    /// [`Action::Deliver`].
    Deliver,
    /// [`Action::Confirm`].
    Confirm,
    /// [`Action::Cancel`].
    Cancel,
    /// [`Action::Extend`].
    Extend {
        /// From now on: later than the window ends.
        seconds: u32,
    },
    /// [`Action::Claim`].
    Claim {
        /// What is wrong.
        reason: ClaimReason,
        /// What is asked for.
        remedy: Remedy,
        /// How much is to go back, in minor units: 1 to what is in escrow. All of it, and without
        /// a return, of what is not shipped.
        minor_units: u128,
        /// The host's reference.
        evidence: Id,
    },
    /// [`Action::Amend`].
    Amend {
        /// As for a claim.
        minor_units: u128,
        /// The host's reference.
        evidence: Id,
    },
    /// [`Action::Withdraw`].
    Withdraw,
    /// [`Action::Propose`]. The former one of this side ends.
    Propose {
        /// What goes back to the buyer, who keeps the goods: 1 to what is in escrow.
        minor_units: u128,
    },
    /// [`Action::Accept`].
    Accept {
        /// What the other side proposed, as this one has seen it.
        minor_units: u128,
    },
    /// [`Action::Grant`].
    Grant {
        /// What is claimed, as the seller has seen it.
        minor_units: u128,
    },
    /// [`Action::Refuse`].
    Refuse {
        /// The host's reference.
        evidence: Id,
    },
    /// [`Action::Escalate`].
    Escalate,
    /// [`Action::SendBack`].
    SendBack {
        /// The host's reference.
        tracking: Id,
    },
    /// [`Action::ConfirmReturn`].
    ConfirmReturn {
        /// What is claimed, as the seller has seen it.
        minor_units: u128,
    },
    /// [`Action::ContestReturn`].
    ContestReturn {
        /// The host's reference.
        evidence: Id,
    },
    /// [`Action::Decide`].
    Decide {
        /// What goes back to the buyer: 0 to what is in escrow. The seller gets the rest.
        minor_units: u128,
    },
    /// [`Action::Appeal`].
    Appeal {
        /// The host's reference.
        evidence: Id,
    },
    /// [`Action::AskEvidence`]. Asked again of the same side, the time begins anew.
    AskEvidence {
        /// Of the buyer or the seller.
        of: Party,
        /// From now on: until the time to decide ends at the latest.
        seconds: u32,
    },
    /// [`Action::GiveEvidence`].
    GiveEvidence {
        /// The host's reference.
        evidence: Id,
    },
}

impl PartCommand {
    /// What it is.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Ship => Action::Ship,
            Self::Deliver => Action::Deliver,
            Self::Confirm => Action::Confirm,
            Self::Cancel => Action::Cancel,
            Self::Extend { .. } => Action::Extend,
            Self::Claim { .. } => Action::Claim,
            Self::Amend { .. } => Action::Amend,
            Self::Withdraw => Action::Withdraw,
            Self::Propose { .. } => Action::Propose,
            Self::Accept { .. } => Action::Accept,
            Self::Grant { .. } => Action::Grant,
            Self::Refuse { .. } => Action::Refuse,
            Self::Escalate => Action::Escalate,
            Self::SendBack { .. } => Action::SendBack,
            Self::ConfirmReturn { .. } => Action::ConfirmReturn,
            Self::ContestReturn { .. } => Action::ContestReturn,
            Self::Decide { .. } => Action::Decide,
            Self::Appeal { .. } => Action::Appeal,
            Self::AskEvidence { .. } => Action::AskEvidence,
            Self::GiveEvidence { .. } => Action::GiveEvidence,
        }
    }

    /// The amount that it names.
    pub(crate) const fn amount(&self) -> Option<u128> {
        match *self {
            Self::Claim { minor_units, .. }
            | Self::Amend { minor_units, .. }
            | Self::Propose { minor_units }
            | Self::Accept { minor_units }
            | Self::Grant { minor_units }
            | Self::ConfirmReturn { minor_units }
            | Self::Decide { minor_units } => Some(minor_units),
            _ => None,
        }
    }

    /// The host's reference that it gives.
    pub(crate) const fn reference(&self) -> Option<Id> {
        match *self {
            Self::Claim { evidence, .. }
            | Self::Amend { evidence, .. }
            | Self::Refuse { evidence }
            | Self::ContestReturn { evidence }
            | Self::Appeal { evidence }
            | Self::GiveEvidence { evidence }
            | Self::SendBack { tracking: evidence } => Some(evidence),
            _ => None,
        }
    }

    /// What is complained about, and what is asked for, if it is a complaint.
    pub(crate) const fn complaint(&self) -> Option<(ClaimReason, Remedy)> {
        match *self {
            Self::Claim { reason, remedy, .. } => Some((reason, remedy)),
            _ => None,
        }
    }
}
