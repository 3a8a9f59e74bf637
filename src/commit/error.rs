//! What can go wrong on the way to a durable block.

use crate::engine::Inconsistent;
use crate::journal::JournalError;
use crate::model::Timestamp;
use crate::record::DecodeError;
use crate::state::StateError;
use std::io;
use std::sync::Arc;

/// Why a call could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommitError {
    /// An earlier failure stopped all writing.
    #[error("the store is poisoned until it is reopened: {0}")]
    Poisoned(Arc<str>),
    /// Somebody else goes on with the log.
    #[error("{}", JournalError::Fenced)]
    Fenced,
    /// The log cannot be reached, and nothing of the last blocks was sent to it; in words.
    #[error("{0}")]
    Unavailable(Arc<str>),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// So many bytes of submissions that nobody waits for may be under way, and no more.
    #[error(
        "batches that were submitted without waiting are above the limit of {bytes_max} \
         bytes: wait for one that is under way"
    )]
    TooManyUnderWay { bytes_max: usize },
    /// The caller asked for more than a limit allows, or for what cannot be.
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Io(io::Error),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    State(#[from] StateError),
    /// A record of the journal cannot be understood.
    #[error("block {block}: {error}")]
    Record { block: u64, error: DecodeError },
    /// The journal and the state contradict each other.
    #[error("block {block}: {error}")]
    Inconsistent { block: u64, error: Inconsistent },
    /// The system clock is further from the last event than the host allows.
    #[error(
        "the system clock shows {shown:?}, the last event was at {last_event:?}: confirm \
         the time"
    )]
    ClockMustBeConfirmed { shown: Timestamp, last_event: Timestamp },
    /// The state names an event that the journal has not.
    #[error("the journal has no event at {0:?}")]
    NoSuchEvent(Timestamp),
    /// An event of the journal cannot be understood.
    #[error("event at {timestamp:?}: {error}")]
    Event { timestamp: Timestamp, error: DecodeError },
    /// The state is from before what was archived, which is not there to bring it up.
    #[error(
        "state.redb includes block {state}, and the journal is archived up to block \
         {archived}: put the archived segments back, or restore a backup"
    )]
    ArchiveIsNeeded { state: u64, archived: u64 },
    /// The state was made from another block than the journal has.
    #[error(
        "the state was made from another block {block} than is there: move state.redb away \
         and open the store, which builds it again"
    )]
    StateIsAnother { block: u64 },
    /// The state says of the block of this time that it lies elsewhere.
    #[error(
        "state.redb has a wrong place for the block of time {}: move it away and open the \
         store, which builds it again",
        .0.nanoseconds()
    )]
    StateIsMisplaced(Timestamp),
    /// What was archived is not what the journal goes on from.
    #[error("file ARCHIVE names another block {block} than the journal goes on from")]
    ArchiveIsAnother { block: u64 },
    /// A copy of a store has another block than the store had.
    #[error("block {block} is not the one that was copied: the history was changed")]
    CopyIsAnother { block: u64 },
    /// A copy of a store ends before the store did when it was copied.
    #[error(
        "the journal ends with block {journal}, but block {copied} was there when it was \
         copied: take the missing segments from another copy, or another backup"
    )]
    CopyIsCut { journal: u64, copied: u64 },
    /// The journal ends before the state does.
    #[error(
        "the journal ends with block {journal}, but the state includes block {state}: \
         restore the missing segments, or give the store the log that has these blocks"
    )]
    JournalTooShort { journal: u64, state: u64 },
}

/// Why what was submitted is not written.
#[derive(Clone, Debug)]
pub(super) enum Stop {
    /// For good: an earlier failure, in words.
    Poisoned(Arc<str>),
    /// For good: somebody else goes on with the log.
    Fenced,
    /// For now: the log cannot be reached, in words.
    Unavailable(Arc<str>),
}

impl From<&CommitError> for Stop {
    fn from(error: &CommitError) -> Self {
        match error {
            CommitError::Fenced | CommitError::Journal(JournalError::Fenced) => Self::Fenced,
            CommitError::Unavailable(reason) => Self::Unavailable(Arc::clone(reason)),
            CommitError::Poisoned(reason) => Self::Poisoned(Arc::clone(reason)),
            other => Self::Poisoned(other.to_string().into()),
        }
    }
}

impl From<Stop> for CommitError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Poisoned(reason) => Self::Poisoned(reason),
            Stop::Fenced => Self::Fenced,
            Stop::Unavailable(reason) => Self::Unavailable(reason),
        }
    }
}

impl CommitError {
    /// Whether a log could not be reached, so that nothing has to be found out.
    pub(super) fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Journal(JournalError::Unavailable { .. }))
    }
}
