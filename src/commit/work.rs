//! Work that callers submit, and what it comes to.

use crate::engine::{Acknowledged, Origin, Outcomes};
use crate::journal::{FRAME_BYTES_MAX, PAYLOAD_BYTES_MAX};
use crate::model::{Account, Ledger, Operation, Outcome, Timestamp, limits};
use crate::record::NUMBERS_BYTES_MAX;

/// What a record takes of a block at most, without a document.
const RECORD_BYTES_MAX: usize = NUMBERS_BYTES_MAX + FRAME_BYTES_MAX;
/// The space of a document and the byte behind it, which a batch's data need not have but once.
const SPACE_BYTES_MAX: usize = limits::DOCUMENT_SPACE_BYTES_MAX + 1;
/// What any one submission within the limits takes of a block.
const SUBMISSION_BYTES_MAX: usize = limits::BATCH_OPERATIONS_MAX
    * (RECORD_BYTES_MAX + SPACE_BYTES_MAX)
    + limits::BATCH_DATA_BYTES_MAX;
/// Bytes of submissions after which a block takes no further one.
pub(super) const BLOCK_BYTES_ENOUGH: usize = 64 << 20;

// However large submissions are, the block that they share is within the limit of the journal, with
// the holds that deadlines settle in between; and any one of them fits alone.
const _: () = assert!(
    BLOCK_BYTES_ENOUGH + SUBMISSION_BYTES_MAX + limits::DUE_HOLDS_PER_BLOCK_MAX * RECORD_BYTES_MAX
        <= PAYLOAD_BYTES_MAX
);

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

    /// Bytes that it takes of a block at most.
    pub(super) fn block_bytes(&self) -> usize {
        let records = self.size() * RECORD_BYTES_MAX;
        match self {
            Self::Operations { operations, data, .. } if !data.is_empty() => {
                // Several may share bytes of the data; the journal has them each.
                let document = |operation: &Operation| {
                    SPACE_BYTES_MAX
                        + usize::from(operation.key_length)
                        + operation.value_length as usize
                };
                records + operations.iter().map(document).sum::<usize>()
            }
            Self::Acknowledge { consumer, .. } | Self::RemoveConsumer(consumer) => {
                records + consumer.len()
            }
            _ => records,
        }
    }

    /// Bytes of memory that it takes until it is answered, with the answer.
    pub(super) fn memory_bytes(&self) -> usize {
        match self {
            Self::Operations { operations, data, .. } => {
                operations.len() * (size_of::<Operation>() + size_of::<Outcome>()) + data.len()
            }
            _ => 0,
        }
    }

    /// Roughly how many records of a block it takes.
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
