//! Work that callers submit, and what it comes to.

use crate::engine::{Acknowledged, Origin, Outcomes};
use crate::model::{Account, Ledger, Operation, Timestamp};

/// What a caller asks for.
#[derive(Debug)]
pub(crate) enum Work {
    Ledgers(Vec<Ledger>),
    Accounts(Vec<Account>),
    Operations {
        operations: Vec<Operation>,
        data: Vec<u8>,
        origin: Origin,
    },
    /// Settle what is due up to this time; a manual clock moves there.
    Advance(Timestamp),
    Acknowledge {
        consumer: String,
        position: Timestamp,
    },
    /// Forget a consumer.
    RemoveConsumer(String),
    /// Judge by no decision up to this time any more: it is archived.
    Archive(Timestamp),
}

impl Work {
    /// Memory for the outcomes that it will come to.
    pub(super) fn room(&self) -> Outcomes {
        match self {
            Self::Operations { operations, .. } => Outcomes::with_capacity(operations.len()),
            _ => Outcomes::default(),
        }
    }

    /// The first of its operations, if it has any.
    pub(super) fn first_operation(&self) -> Option<&Operation> {
        match self {
            Self::Operations { operations, .. } => operations.first(),
            _ => None,
        }
    }

    /// Roughly how much of a block it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Ledgers(ledgers) => ledgers.len(),
            Self::Accounts(accounts) => accounts.len(),
            Self::Operations { operations, .. } => operations.len(),
            Self::Advance(_)
            | Self::Acknowledge { .. }
            | Self::RemoveConsumer(_)
            | Self::Archive(_) => 1,
        }
    }
}

/// What became of it.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) outcomes: Outcomes,
    /// `Advance`: how many holds their deadlines settled.
    pub(crate) settled: u64,
    /// `Acknowledge`, `RemoveConsumer`: what became of it.
    pub(crate) acknowledged: Acknowledged,
    /// What was asked for, given back to who waits for it: its memory is freed where it came from,
    /// and not by whoever leads while all others wait.
    pub(super) work: Option<Work>,
}
