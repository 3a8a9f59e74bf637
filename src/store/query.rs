//! What can be asked of a snapshot, and the pages that answer it: how a guest reads from its host.
//!
//! A question is complete in itself: to go on after a page is to ask again from its last row on, so
//! that nobody keeps a cursor for whoever asks.

use super::trial_balance::TrialBalance;
use super::{HoldQuery, OperationRecord, Result, StatementLine, StatementQuery, StoredDocument};
use crate::model::{Account, Amount, Balances, DocumentKey, Event, Hold, Id, Ledger, Timestamp};
use std::fmt::Debug;
use std::ops::Bound;

/// How many rows a page has at most, and how many ids are asked for at once.
pub(super) const PAGE_ROWS_MAX: usize = 4_096;

/// A question to a snapshot. Where a page answers, `rows` is how many it has at most; it ends
/// earlier where it has become large.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Query {
    Ledger(u32),
    Ledgers,
    Accounts(Vec<Id>),
    AllAccounts {
        after: Option<Id>,
        rows: u32,
    },
    Holds(Vec<Id>),
    AllHolds {
        after: Option<Id>,
        rows: u32,
    },
    Operations(Vec<Id>),
    OperationsByUserData {
        user_data: Id,
        after: Timestamp,
        rows: u32,
    },
    BalancesAt {
        account: Id,
        at: Timestamp,
    },
    /// After the hold with this deadline and id, if one is given. The query's own limit counts,
    /// too.
    OpenHolds {
        query: HoldQuery,
        after: Option<(Timestamp, Id)>,
        rows: u32,
    },
    HoldsNeedingAttention {
        disputed_before: Timestamp,
        after: Option<(Timestamp, Id)>,
        rows: u32,
    },
    /// Its rows after the one of this code, if one is given.
    TrialBalance {
        ledger: u32,
        after: Option<u16>,
    },
    Events {
        after: Timestamp,
        rows: u32,
    },
    /// One document, the library's own too.
    Document(DocumentKey),
    /// The documents of a space, the library's own too.
    Documents {
        space: String,
        lower: Bound<Vec<u8>>,
        upper: Bound<Vec<u8>>,
        rows: u32,
    },
    DocumentsWithPrefix {
        space: String,
        prefix: Vec<u8>,
        after: Option<Vec<u8>>,
        rows: u32,
    },
    Consumer(String),
    Consumers,
    Statement {
        account: Id,
        query: StatementQuery,
        rows: u32,
    },
    /// What an operation took of an account, and how much of that was reversed.
    TakenAndReversed {
        id: Id,
        account: Id,
    },
}

impl Query {
    /// How many rows are asked for, where a page answers.
    pub(super) const fn rows_mut(&mut self) -> Option<&mut u32> {
        match self {
            Self::AllAccounts { rows, .. }
            | Self::AllHolds { rows, .. }
            | Self::OperationsByUserData { rows, .. }
            | Self::OpenHolds { rows, .. }
            | Self::HoldsNeedingAttention { rows, .. }
            | Self::Events { rows, .. }
            | Self::Documents { rows, .. }
            | Self::DocumentsWithPrefix { rows, .. }
            | Self::Statement { rows, .. } => Some(rows),
            Self::Ledger(_)
            | Self::Ledgers
            | Self::Accounts(_)
            | Self::Holds(_)
            | Self::Operations(_)
            | Self::BalancesAt { .. }
            | Self::TrialBalance { .. }
            | Self::Document(_)
            | Self::Consumer(_)
            | Self::Consumers
            | Self::TakenAndReversed { .. } => None,
        }
    }
}

/// An answer. `Rows` of a walk say whether there may be more after them.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Page {
    Ledger(Option<Ledger>),
    Ledgers(Vec<Ledger>),
    FoundAccounts(Vec<Option<Account>>),
    Accounts(Rows<Account>),
    FoundHolds(Vec<Option<Hold>>),
    Holds(Rows<Hold>),
    FoundOperations(Vec<Option<OperationRecord>>),
    Operations(Rows<OperationRecord>),
    Balances(Balances),
    /// The rows of a trial balance are as many as fit, and whether there are more.
    TrialBalance(TrialBalance, bool),
    Events(Rows<Event>),
    Document(Option<StoredDocument>),
    Documents(Rows<(DocumentKey, StoredDocument)>),
    Consumer(Option<Timestamp>),
    Consumers(Vec<(String, Timestamp)>),
    Statement(Rows<StatementLine>),
    Amounts(Amount, Amount),
}

/// Some rows of many.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Rows<T> {
    pub(super) rows: Vec<T>,
    pub(super) has_more: bool,
}

/// A snapshot that another process keeps.
pub(super) trait RemoteSnapshot: Debug + Send + Sync {
    /// The timestamp of the last record that it includes.
    fn timestamp(&self) -> Timestamp;

    /// Asks the process that keeps it.
    fn ask(&self, query: &Query) -> Result<Page>;
}
