//! Stages of a part, and who may do what in each: one table.

use super::names::names;
use super::policy::{AfterRefusal, NoAnswer, Policy, Undecided};
use serde::{Deserialize, Serialize};

/// How far the deal of one part has come.
///
/// It follows from the part's row, its hold and the time, and is never stored: nothing stale is
/// ever shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Stage {
    /// The money is in escrow; the seller ships.
    Paid,
    /// On its way.
    Shipped,
    /// With the buyer, who looks at it.
    Delivered,
    /// The buyer complained; the seller answers.
    Claimed,
    /// The seller refused the claim.
    Refused,
    /// The seller agreed to take the goods back.
    ReturnAgreed,
    /// The goods are on their way back.
    SentBack,
    /// Staff decide.
    Escalated,
    /// Staff decided, and it will be carried out unless somebody appeals.
    Decided,
    /// A window has run out, and what ends it is being carried out.
    Ending,
    /// Nothing is in escrow any more.
    Done,
}

/// Who acts. The host attests it: that a buyer is the order's, and a seller the part's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Party {
    /// Who pays.
    Buyer,
    /// Who gets the money of the part.
    Seller,
    /// The platform's.
    Staff,
    /// The host itself, such as for a carrier.
    System,
}

/// What can be done about a part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Action {
    /// The goods are on their way.
    Ship,
    /// The carrier attests that they arrived.
    Deliver,
    /// The buyer is content: the seller is paid.
    Confirm,
    /// The seller gives up: the buyer gets all back.
    Cancel,
    /// The other side is given more time.
    Extend,
    /// The buyer complains, or asks to cancel before it is shipped.
    Claim,
    /// The buyer claims another amount.
    Amend,
    /// The buyer takes the claim back.
    Withdraw,
    /// One side says what it would settle for.
    Propose,
    /// One side accepts what the other one proposed.
    Accept,
    /// The seller gives what is claimed.
    Grant,
    /// The seller refuses it, with evidence.
    Refuse,
    /// The buyer has staff decide.
    Escalate,
    /// The buyer sends the goods back.
    SendBack,
    /// The seller has them again.
    ConfirmReturn,
    /// The seller says that they did not come back as they were.
    ContestReturn,
    /// Staff decide how much the buyer gets back.
    Decide,
    /// One side asks staff to decide again.
    Appeal,
    /// Staff ask one side for evidence.
    AskEvidence,
    /// That side gives it.
    GiveEvidence,
}

/// A row of the table: in this stage this party can do this.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Possible {
    /// In this stage
    pub stage: Stage,
    /// this party
    pub party: Party,
    /// can do this.
    pub action: Action,
}

const fn row(stage: Stage, party: Party, action: Action) -> Possible {
    Possible { stage, party, action }
}

/// Who may do what, in which stage. What does not stand here is refused.
pub const TABLE: &[Possible] = &[
    row(Stage::Paid, Party::Seller, Action::Ship),
    row(Stage::Paid, Party::Seller, Action::Cancel),
    row(Stage::Paid, Party::Buyer, Action::Claim),
    row(Stage::Paid, Party::Buyer, Action::Extend),
    row(Stage::Shipped, Party::System, Action::Deliver),
    row(Stage::Shipped, Party::Buyer, Action::Confirm),
    row(Stage::Shipped, Party::Buyer, Action::Claim),
    row(Stage::Shipped, Party::Seller, Action::Extend),
    row(Stage::Delivered, Party::Buyer, Action::Confirm),
    row(Stage::Delivered, Party::Buyer, Action::Claim),
    row(Stage::Claimed, Party::Buyer, Action::Amend),
    row(Stage::Claimed, Party::Buyer, Action::Withdraw),
    row(Stage::Claimed, Party::Buyer, Action::Propose),
    row(Stage::Claimed, Party::Buyer, Action::Accept),
    row(Stage::Claimed, Party::Seller, Action::Propose),
    row(Stage::Claimed, Party::Seller, Action::Accept),
    row(Stage::Claimed, Party::Seller, Action::Grant),
    row(Stage::Claimed, Party::Seller, Action::Refuse),
    row(Stage::Refused, Party::Buyer, Action::Escalate),
    row(Stage::Refused, Party::Buyer, Action::Accept),
    row(Stage::Refused, Party::Buyer, Action::Withdraw),
    row(Stage::ReturnAgreed, Party::Buyer, Action::SendBack),
    row(Stage::SentBack, Party::Seller, Action::ConfirmReturn),
    row(Stage::SentBack, Party::Seller, Action::ContestReturn),
    row(Stage::Escalated, Party::Staff, Action::Decide),
    row(Stage::Escalated, Party::Staff, Action::AskEvidence),
    row(Stage::Escalated, Party::Buyer, Action::GiveEvidence),
    row(Stage::Escalated, Party::Seller, Action::GiveEvidence),
    row(Stage::Decided, Party::Buyer, Action::Appeal),
    row(Stage::Decided, Party::Seller, Action::Appeal),
];

/// What a party can do in a stage.
#[must_use]
pub fn possible(stage: Stage, party: Party) -> Vec<Action> {
    let rows = TABLE.iter().filter(|row| row.stage == stage && row.party == party);
    rows.map(|row| row.action).collect()
}

/// What happens at the end of a window if nobody does anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Silence {
    /// The buyer gets all back.
    Refund,
    /// The seller is paid all.
    Release,
    /// The buyer gets what was claimed, after a return if that was asked for.
    Grant,
    /// Staff decide.
    Escalate,
    /// The deal goes on with the time that was left of it.
    Resume,
    /// What staff decided is carried out.
    CarryOut,
}

impl Silence {
    /// What ends a stage, and, of a claim, what no answer to it means; `None` where nothing is left
    /// to end.
    #[must_use]
    pub fn of(stage: Stage, policy: &Policy, unanswered: NoAnswer) -> Option<Self> {
        Some(match stage {
            Stage::Paid => Self::Refund,
            Stage::Shipped | Stage::Delivered | Stage::ReturnAgreed => Self::Release,
            Stage::Claimed => match unanswered {
                NoAnswer::Grant => Self::Grant,
                NoAnswer::Escalate => Self::Escalate,
                NoAnswer::Release => Self::Release,
            },
            Stage::SentBack => Self::Grant,
            Stage::Refused => match policy.claims.after_refusal {
                AfterRefusal::Escalate => Self::Escalate,
                AfterRefusal::Resume => Self::Resume,
                AfterRefusal::Refund => Self::Grant,
            },
            Stage::Escalated => match policy.claims.undecided {
                Undecided::Refund => Self::Refund,
                Undecided::Release => Self::Release,
                Undecided::Claim => Self::Grant,
            },
            Stage::Decided => Self::CarryOut,
            Stage::Ending | Stage::Done => return None,
        })
    }
}

names! { Stage {
    Paid = 1, "paid";
    Shipped = 2, "shipped";
    Delivered = 3, "delivered";
    Claimed = 4, "claimed";
    Refused = 5, "refused";
    ReturnAgreed = 6, "return_agreed";
    SentBack = 7, "sent_back";
    Escalated = 8, "escalated";
    Decided = 9, "decided";
    Ending = 10, "ending";
    Done = 11, "done";
} }

names! { Party {
    Buyer = 1, "buyer";
    Seller = 2, "seller";
    Staff = 3, "staff";
    System = 4, "system";
} }

names! { Action {
    Ship = 1, "ship";
    Deliver = 2, "deliver";
    Confirm = 3, "confirm";
    Cancel = 4, "cancel";
    Extend = 5, "extend";
    Claim = 6, "claim";
    Amend = 7, "amend";
    Withdraw = 8, "withdraw";
    Propose = 9, "propose";
    Accept = 10, "accept";
    Grant = 11, "grant";
    Refuse = 12, "refuse";
    Escalate = 13, "escalate";
    SendBack = 14, "send_back";
    ConfirmReturn = 15, "confirm_return";
    ContestReturn = 16, "contest_return";
    Decide = 17, "decide";
    Appeal = 18, "appeal";
    AskEvidence = 19, "ask_evidence";
    GiveEvidence = 20, "give_evidence";
} }

names! { Silence {
    Refund = 1, "refund";
    Release = 2, "release";
    Grant = 3, "grant";
    Escalate = 4, "escalate";
    Resume = 5, "resume";
    CarryOut = 6, "carry_out";
} }
