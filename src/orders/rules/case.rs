//! Complaints: what a buyer claims of a part, and how far that has come.

use super::Party;
use super::names::names;
use crate::model::{Id, Timestamp};
use serde::{Deserialize, Serialize};

/// What is wrong with what was bought.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ClaimReason {
    /// It did not come.
    NotReceived,
    /// It came, and is not what was offered.
    NotAsDescribed,
    /// Anything else, such as a change of mind.
    Other,
}

/// What a buyer asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Remedy {
    /// Money back, and to keep what came.
    Refund,
    /// To send it back for the money.
    Return,
}

/// A complaint that is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) state: CaseState,
    pub(crate) reason: ClaimReason,
    pub(crate) remedy: Remedy,
    /// What is claimed.
    pub(crate) amount: u128,
    pub(crate) was_sent_back: bool,
    /// The last that was given, by whichever side.
    pub(crate) evidence: Id,
    /// When the window of its state ends.
    pub(crate) until: Timestamp,
    pub(crate) buyer_proposal: Option<u128>,
    pub(crate) seller_proposal: Option<u128>,
    /// What a first member of staff decided, for a second one to decide, too.
    pub(crate) first_decision: Option<FirstDecision>,
    /// Until when staff await evidence of the buyer; none if they do not.
    pub(crate) buyer_asked: Timestamp,
    /// The same, of the seller.
    pub(crate) seller_asked: Timestamp,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct FirstDecision {
    pub(crate) amount: u128,
    /// Of the name of the member of staff, who is in the timeline.
    pub(crate) by: [u8; 16],
}

impl Case {
    /// What the other side proposes to this one.
    pub(crate) fn proposal_to(&self, party: Party) -> Option<u128> {
        match party {
            Party::Buyer => self.seller_proposal,
            Party::Seller => self.buyer_proposal,
            _ => None,
        }
    }

    /// Until when evidence of this side is awaited; none if it is not.
    pub(crate) fn asked(&self, party: Party) -> Timestamp {
        match party {
            Party::Buyer => self.buyer_asked,
            Party::Seller => self.seller_asked,
            _ => Timestamp::NONE,
        }
    }

    /// The same, of which evidence is awaited until then; `None` of somebody who gives none.
    pub(crate) fn asking(self, party: Party, until: Timestamp) -> Option<Self> {
        match party {
            Party::Buyer => Some(Self { buyer_asked: until, ..self }),
            Party::Seller => Some(Self { seller_asked: until, ..self }),
            _ => None,
        }
    }

    /// What staff decided, and somebody appealed against or still can.
    pub(crate) fn decided(&self) -> Option<u128> {
        match self.state {
            CaseState::Decided { amount } => Some(amount),
            CaseState::Escalated { decided } => decided,
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum CaseState {
    Claimed,
    Refused,
    ReturnAgreed,
    SentBack,
    Escalated {
        /// What was decided before, if it was appealed against.
        decided: Option<u128>,
    },
    Decided {
        amount: u128,
    },
}

names! { ClaimReason {
    NotReceived = 1, "not_received";
    NotAsDescribed = 2, "not_as_described";
    Other = 3, "other";
} }

names! { Remedy {
    Refund = 1, "refund";
    Return = 2, "return";
} }
