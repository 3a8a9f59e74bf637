//! Rows: what the library remembers of orders, as documents in spaces of its own.
//!
//! They are written as those of wallets are: a byte for the version and the struct in `postcard`
//! form. `orders.md` lists them.

use super::case::{Case, ClaimReason, Remedy};
use super::lines::{Line, LineKind};
use super::parties::buyer_account;
use super::terms::{Keeping, Leg, Tender, TenderKind, Terms, amount};
use super::{Action, Party, Policy, Stage};
use crate::model::policy_hash::PolicyHash;
use crate::model::{Hold, Id, Timestamp};
use crate::wallets::rules::rows::{Row, RowKey, RowTable};
use crate::wallets::rules::{OrderPart, OrderTerms};
use serde::{Deserialize, Serialize};

/// A policy that the store keeps, under its hash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PolicyRow {
    /// Of the rules that it was checked by.
    pub(crate) rules: u16,
    /// JSON without white space, of which the key is the hash.
    pub(crate) json: String,
}

/// The version of the rules of this library.
pub(crate) const RULES: u16 = 1;

/// What was agreed; written once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct TermsRow {
    pub(crate) buyer: Id,
    pub(crate) ledger: u32,
    pub(crate) policy: PolicyHash,
    pub(crate) commission_account: Id,
    pub(crate) placed_at: Timestamp,
    pub(crate) legs: Vec<LegTerms>,
    pub(crate) tenders: Vec<TenderTerms>,
    pub(crate) keeping: Option<Keeping>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct LegTerms {
    pub(crate) seller: Id,
    pub(crate) amount: u128,
    pub(crate) commission_fixed: u128,
    pub(crate) commission_ppm: u32,
    pub(crate) lines: Vec<LineTerms>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct LineTerms {
    pub(crate) kind: LineKind,
    pub(crate) reference: Id,
    pub(crate) quantity: u32,
    pub(crate) amount: u128,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct TenderTerms {
    pub(crate) kind: TenderKind,
    pub(crate) source: Id,
    pub(crate) amount: u128,
}

impl TermsRow {
    /// As they are kept, from the moment on in which the order is placed.
    pub(crate) fn of(terms: &Terms, now: Timestamp) -> Self {
        let line = |line: &Line| LineTerms {
            kind: line.kind,
            reference: line.reference,
            quantity: line.quantity,
            amount: line.amount.minor_units(),
        };
        let leg = |leg: &Leg| LegTerms {
            seller: leg.seller,
            amount: leg.amount.minor_units(),
            commission_fixed: leg.commission_fixed.minor_units(),
            commission_ppm: leg.commission_ppm,
            lines: leg.lines.iter().map(line).collect(),
        };
        let tender = |tender: &Tender| TenderTerms {
            kind: tender.kind,
            source: tender.source,
            amount: tender.amount.minor_units(),
        };
        Self {
            buyer: terms.buyer,
            ledger: terms.ledger,
            policy: terms.policy,
            commission_account: terms.commission_account,
            placed_at: now,
            legs: terms.legs.iter().map(leg).collect(),
            tenders: terms.tenders.iter().map(tender).collect(),
            keeping: terms.keeping,
        }
    }

    /// Whether refunds of such a tender stay with the buyer instead of going back to its source.
    pub(crate) fn keeps(&self, tender: TenderKind) -> bool {
        tender != TenderKind::Wallet && self.keeping.is_some_and(|keeping| keeping.keeps_refunds)
    }

    /// What the owner of a wallet authorises to pay a tender of the order: all of its terms.
    pub(crate) fn authorised(&self, order: Id, tender: u16, wallet: Id) -> Option<OrderTerms> {
        let agreed = self.tenders.get(usize::from(tender))?;
        // Terms under an id never change once they are there, but may come to be other ones than
        // those that the owner has seen before.
        let all = (order, tender, self);
        let known = postcard::to_allocvec(&all).ok()?;
        Some(OrderTerms {
            wallet,
            order: Id::named_by_bytes(b"escrowdb terms of an order", &known),
            ledger: self.ledger,
            parts: vec![OrderPart {
                payee: buyer_account(self.buyer, self.ledger),
                amount: amount(agreed.amount),
                card: None,
            }],
        })
    }

    /// What the leg comes to that this is a part of.
    pub(crate) fn amount_of_leg(&self, part: &PartRow) -> u128 {
        self.leg_of(part).map_or(0, |leg| leg.amount)
    }

    /// That this is a part of.
    pub(crate) fn leg_of(&self, part: &PartRow) -> Option<&LegTerms> {
        self.legs.get(usize::from(part.leg))
    }

    /// As they were given.
    pub(crate) fn terms(&self) -> Terms {
        let line = |line: &LineTerms| Line {
            kind: line.kind,
            reference: line.reference,
            quantity: line.quantity,
            amount: amount(line.amount),
        };
        let leg = |leg: &LegTerms| Leg {
            seller: leg.seller,
            amount: amount(leg.amount),
            commission_fixed: amount(leg.commission_fixed),
            commission_ppm: leg.commission_ppm,
            lines: leg.lines.iter().map(line).collect(),
        };
        let tender = |tender: &TenderTerms| Tender {
            kind: tender.kind,
            source: tender.source,
            amount: amount(tender.amount),
        };
        Terms {
            buyer: self.buyer,
            ledger: self.ledger,
            policy: self.policy,
            commission_account: self.commission_account,
            legs: self.legs.iter().map(leg).collect(),
            tenders: self.tenders.iter().map(tender).collect(),
            keeping: self.keeping,
        }
    }
}

impl PartRow {
    /// What of the refunds of its hold was not given back to any tender's share yet, as a deadline
    /// leaves it; `None` if more was given back than was refunded.
    pub(crate) fn unassigned(&self, hold: &Hold) -> Option<u128> {
        let given = hold.amount.minor_units().checked_sub(sum(&self.left)?)?;
        hold.refunded.minor_units().checked_sub(given)
    }

    /// What of the refunds of its hold is neither with the sources nor with the buyer yet; `None`
    /// if more was given back than was refunded.
    pub(crate) fn due_of(&self, hold: &Hold) -> Option<u128> {
        self.unassigned(hold)?.checked_add(sum(&self.owed)?)
    }
}

fn sum(shares: &[u128]) -> Option<u128> {
    shares.iter().try_fold(0_u128, |sum, &share| sum.checked_add(share))
}

/// The payment of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PaymentRow {
    /// The hold by which each tender came; zero for one that did not.
    pub(crate) holds: Vec<Id>,
    /// When all had come, and the legs were paid; none before.
    pub(crate) paid_at: Timestamp,
    /// When the window of this attempt to pay it ends.
    pub(crate) pay_until: Timestamp,
    /// Under which time the order stands in the agenda; none if it does not.
    pub(crate) due: Timestamp,
    /// By the buyer, before it was paid.
    pub(crate) is_cancelled: bool,
    /// What the platform gave the buyer of its own money.
    pub(crate) goodwill: u128,
}

impl PaymentRow {
    /// Of an order that is placed now, or whose payment is begun again now. It stands in the agenda
    /// from then on.
    pub(crate) fn begin(tenders: usize, policy: &Policy, now: Timestamp) -> Self {
        let pay_until = policy.end_of(policy.payment, now);
        Self {
            holds: vec![Id::ZERO; tenders],
            paid_at: Timestamp::NONE,
            pay_until,
            // A second later the deadlines of all holds have come.
            due: pay_until.plus_seconds(1),
            is_cancelled: false,
            goodwill: 0,
        }
    }

    /// Whether tenders are awaited now.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.paid_at.is_none() && !self.is_cancelled && now < self.pay_until
    }
}

/// The state of a part of a paid order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PartRow {
    pub(crate) hold: Id,
    /// Of which leg it is.
    pub(crate) leg: u16,
    /// Which items are in it; none if it is all that the leg consists of.
    pub(crate) items: Vec<PartItem>,
    /// What of the leg's shipping is in it.
    pub(crate) shipping: u128,
    /// What is left of each tender's share: it was not given back yet.
    pub(crate) left: Vec<u128>,
    /// What was given back of each tender's share, and is not with its source yet, which takes
    /// nothing; none if that is so of no tender.
    pub(crate) owed: Vec<u128>,
    /// What the buyer keeps of each tender's share; none if that is so of no tender.
    pub(crate) kept: Vec<u128>,
    /// Under which time the part stands in the agenda; none if it does not.
    pub(crate) due: Timestamp,
    /// When it was shipped; none before.
    pub(crate) shipped_at: Timestamp,
    /// What the buyer complains about, while that is open.
    pub(crate) case: Option<Case>,
}

/// The units of an item that are in a part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(crate) struct PartItem {
    pub(crate) line: u16,
    /// The place of the first one in the line.
    pub(crate) first: u32,
    pub(crate) quantity: u32,
}

/// A command that was carried out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct StepRow {
    pub(crate) at: Timestamp,
    /// The number of the part; the greatest one if it was about the whole order.
    pub(crate) part: u16,
    /// Of which part it was divided off by this step.
    pub(crate) divided_from: Option<u16>,
    pub(crate) what: u8,
    /// The amount that the command named.
    pub(crate) amount: Option<u128>,
    /// The host's reference that it gave.
    pub(crate) reference: Option<Id>,
    /// What it complained about, and what it asked for.
    pub(crate) complaint: Option<(ClaimReason, Remedy)>,
    pub(crate) by: u8,
    pub(crate) staff: String,
    /// The part's stage after it; 0 for the whole order.
    pub(crate) stage: u8,
    /// Of command and actor: with the same id something else is refused.
    pub(crate) content: [u8; 16],
    pub(crate) refunds: Vec<Back>,
    /// What stays with the buyer instead of going back.
    pub(crate) kept: Option<Kept>,
}

/// What went to an account of the buyer's, by consent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) amount: u128,
    /// The operation in the ledger; of surplus of several tenders, the first.
    pub(crate) operation: Id,
}

/// What went back to the source of a tender.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Back {
    pub(crate) tender: u16,
    pub(crate) amount: u128,
    /// The operation in the ledger that took it there.
    pub(crate) reversal: Id,
}

/// What the host is to have carried out: it is back at the source of a tender from outside, as far
/// as the ledger knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RefundRow {
    pub(crate) order: Id,
    pub(crate) tender: u16,
    pub(crate) amount: u128,
    pub(crate) at: Timestamp,
}

/// That an order is somebody's, or that a part falls due.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ListedRow<const LIST: u8>;

/// Orders of a buyer.
pub(crate) type OfBuyerRow = ListedRow<0>;
/// Orders of a seller.
pub(crate) type OfSellerRow = ListedRow<1>;
/// Parts, by when something has to be done for them, and orders that are paid in part.
pub(crate) type AgendaRow = ListedRow<2>;

/// What a step was about that no party's action is.
pub(crate) const TENDER_CAME: u8 = 102;
pub(crate) const PAID: u8 = 103;
pub(crate) const WINDOW_ENDED: u8 = 104;
pub(crate) const REFUNDS_PASSED_ON: u8 = 105;
pub(crate) const TENDER_RETURNED: u8 = 106;
pub(crate) const LAPSED: u8 = 107;
pub(crate) const CANCELLED: u8 = 108;
pub(crate) const PAYMENT_REOPENED: u8 = 109;
pub(crate) const GOODWILL: u8 = 110;
pub(crate) const REFUND_CONFIRMED: u8 = 116;
pub(crate) const REFUND_FAILED: u8 = 117;
/// The number of no part.
pub(crate) const WHOLE: u16 = u16::MAX;

impl StepRow {
    /// Of a part, by a party.
    pub(crate) fn of_action(at: Timestamp, part: u16, action: Action, by: Party) -> Self {
        Self { part, ..Self::of_order(at, action.number(), by) }
    }

    /// Of the whole order.
    pub(crate) fn of_order(at: Timestamp, what: u8, by: Party) -> Self {
        Self {
            at,
            part: WHOLE,
            divided_from: None,
            what,
            amount: None,
            reference: None,
            complaint: None,
            by: by.number(),
            staff: String::new(),
            stage: 0,
            content: [0; 16],
            refunds: Vec::new(),
            kept: None,
        }
    }

    /// The same, after which the part is in this stage.
    #[must_use]
    pub(crate) fn then(self, stage: Stage) -> Self {
        Self { stage: stage.number(), ..self }
    }
}

/// The spaces of documents in which rows of orders lie.
#[cfg(test)]
pub(crate) const TABLES: [RowTable; 9] = [
    PolicyRow::TABLE,
    TermsRow::TABLE,
    PaymentRow::TABLE,
    PartRow::TABLE,
    StepRow::TABLE,
    RefundRow::TABLE,
    OfBuyerRow::TABLE,
    OfSellerRow::TABLE,
    AgendaRow::TABLE,
];

impl Row for PolicyRow {
    const TABLE: RowTable = RowTable::in_space("\u{2}policy");
    type Key = PolicyHash;
}

impl Row for TermsRow {
    const TABLE: RowTable = RowTable::in_space("\u{2}terms");
    type Key = Id;
}

impl Row for PaymentRow {
    const TABLE: RowTable = RowTable::in_space("\u{2}payment");
    type Key = Id;
}

impl Row for PartRow {
    const TABLE: RowTable = RowTable::in_space("\u{2}part");
    type Key = PartKey;
}

impl Row for StepRow {
    const TABLE: RowTable = RowTable::in_space("\u{2}step");
    type Key = StepKey;
}

impl Row for RefundRow {
    const TABLE: RowTable = RowTable::in_space("\u{2}refund");
    type Key = Id;
}

impl<const LIST: u8> Row for ListedRow<LIST> {
    const TABLE: RowTable = RowTable::in_space(match LIST {
        0 => "\u{2}of_buyer",
        1 => "\u{2}of_seller",
        _ => "\u{2}agenda",
    });
    type Key = ListedKey;
}

/// A part of an order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct PartKey {
    pub(crate) order: Id,
    pub(crate) part: u16,
}

/// A step of an order, by its command.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct StepKey {
    pub(crate) order: Id,
    pub(crate) command: Id,
}

/// By whom and when an order was placed; or, with zero for whom, when which part falls due.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct ListedKey {
    pub(crate) of: Id,
    pub(crate) at: Timestamp,
    pub(crate) order: Id,
    pub(crate) part: u16,
}

impl RowKey for PolicyHash {
    fn bytes(&self) -> Vec<u8> {
        self.to_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::new)
    }
}

impl RowKey for PartKey {
    fn bytes(&self) -> Vec<u8> {
        [&self.order.to_bytes()[..], &self.part.to_be_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (order, part) = bytes.split_at_checked(16)?;
        let part = u16::from_be_bytes(part.try_into().ok()?);
        Some(Self { order: Id::from_row_key(order)?, part })
    }
}

impl RowKey for StepKey {
    fn bytes(&self) -> Vec<u8> {
        [self.order.to_bytes(), self.command.to_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (order, command) = bytes.split_at_checked(16)?;
        Some(Self { order: Id::from_row_key(order)?, command: Id::from_row_key(command)? })
    }
}

impl RowKey for ListedKey {
    fn bytes(&self) -> Vec<u8> {
        let at = self.at.nanoseconds().to_be_bytes();
        let (of, order, part) = (self.of.to_bytes(), self.order.to_bytes(), self.part);
        [&of[..], &at, &order, &part.to_be_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (of, rest) = bytes.split_at_checked(16)?;
        let (at, rest) = rest.split_at_checked(8)?;
        let PartKey { order, part } = PartKey::from_bytes(rest)?;
        let at = Timestamp::from_nanoseconds(u64::from_be_bytes(at.try_into().ok()?));
        Some(Self { of: Id::from_row_key(of)?, at, order, part })
    }
}

#[cfg(test)]
mod tests;
