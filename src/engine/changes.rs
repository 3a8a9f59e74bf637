//! What one block changed: the engine's result for those who store it.

use crate::model::{Account, Amount, DocumentKey, Hold, Id, Ledger, Side, Timestamp};
use std::sync::Arc;

/// Everything that one block changed, each key at most once, with its value after the block.
///
/// The lists are in no particular order, except `entries` and `operations`, which are in the order
/// of their timestamps. Each account with entries is in `accounts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Changes {
    /// The timestamp of the last event of the block.
    pub(crate) timestamp: Timestamp,
    pub(crate) ledgers: Vec<Ledger>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) holds: Vec<Hold>,
    /// Those that were there before the block, as they were then: with their places in `holds`,
    /// which rise.
    pub(crate) holds_before: Vec<(u32, Hold)>,
    /// Ids that were used up, by success or refusal, and the timestamps of their decisions.
    pub(crate) operations: Vec<(Id, Timestamp)>,
    /// `user_data_128` (not zero) of applied operations, and their timestamps.
    pub(crate) user_data: Vec<(Id, Timestamp)>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) documents: Vec<(DocumentKey, Option<Stored>)>,
    /// What was reversed so far of the operation with this timestamp.
    pub(crate) reversals: Vec<(Timestamp, Amount)>,
    /// How far consumers have come; `None` for those that were removed.
    pub(crate) consumers: Vec<(String, Option<Timestamp>)>,
}

/// One line of an account's statement: how one operation changed one side of its balances.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    /// Whose line it is: a place in [`Changes::accounts`].
    pub(crate) account: u32,
    pub(crate) side: Side,
    /// The operation that made it.
    pub(crate) timestamp: Timestamp,
    /// Change of the pending balance of that side, in minor units.
    pub(crate) pending: i128,
    /// Change of the posted balance of that side, in minor units; never negative.
    pub(crate) posted: i128,
}

/// A document as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// The timestamp of the operation that put it: unique, so that a deleted and rewritten
    /// document never has an old version again.
    pub(crate) version: u64,
    pub(crate) value: Arc<[u8]>,
}
