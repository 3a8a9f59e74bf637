//! Decisions: what the journal remembers.

use super::{Account, Amount, DocumentKey, Ledger, Operation, Status, Timestamp};

/// Something that happened, with the time at which it did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Unique, strictly rising: also the sequence number of the event.
    pub timestamp: Timestamp,
    /// What happened.
    pub record: Record,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Record {
    /// A ledger was registered.
    Ledger(Ledger),
    /// An account was opened.
    Account(Account),
    /// An operation was carried out, or refused with its id used up.
    Operation(Decision),
    /// A consumer of the event feed has seen everything up to a position: in the journal, and never
    /// in the feed, or it would never end.
    #[doc(hidden)]
    Consumer {
        /// The name of the consumer.
        name: String,
        /// The timestamp of the last event that it has dealt with.
        position: Timestamp,
    },
    /// A consumer of the event feed was removed: in the journal, and never in the feed.
    #[doc(hidden)]
    ConsumerRemoved {
        /// The name of the consumer.
        name: String,
    },
}

impl Record {
    /// Whether consumers of the event feed are told of it.
    pub(crate) const fn is_event(&self) -> bool {
        !matches!(self, Self::Consumer { .. } | Self::ConsumerRemoved { .. })
    }
}

/// What was decided about an operation. Carrying it out again needs no judgement: whatever the
/// rules of a later version, the same decisions give the same state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// The operation as it was asked for, but for `timestamp`, which is the assigned one, and
    /// `data_offset`, which is zero.
    pub operation: Operation,
    /// Applied, or the refusal that used up the id.
    pub status: Status,
    /// What moved.
    pub moved: Moved,
    /// `put`, `delete`: the document.
    pub document: Option<Document>,
}

/// The sums that a decision moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Moved {
    /// What was transferred, held, released, refunded or reversed.
    pub amount: Amount,
    /// The commission out of `amount`; for a reversal, what the fee account gives back.
    pub fee: Amount,
    /// A `final` release: what goes back to the payer beside `amount`.
    pub rest: Amount,
}

/// The document of a `put` or `delete`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Which document.
    pub key: DocumentKey,
    /// Its new value; empty for `delete`.
    pub value: Box<[u8]>,
}
