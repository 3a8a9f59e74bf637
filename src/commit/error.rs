//! What can go wrong on the way to a durable block.

use crate::engine::Inconsistent;
use crate::journal::JournalError;
use crate::model::Timestamp;
use crate::record::DecodeError;
use crate::state::StateError;
use std::fmt;
use std::io;
use std::sync::Arc;

/// Why a call could not be carried out.
#[derive(Debug)]
pub(crate) enum CommitError {
    /// An earlier failure stopped all writing.
    Poisoned(Arc<str>),
    /// Somebody else goes on with the log.
    Fenced,
    /// The log cannot be reached, and nothing of the last blocks was sent to it; in words.
    Unavailable(Arc<str>),
    /// The store was closed.
    Closed,
    /// So many bytes of submissions that nobody waits for may be under way, and no more.
    TooManyUnderWay {
        bytes_max: usize,
    },
    /// The caller asked for more than a limit allows, or for what cannot be.
    Invalid(String),
    Io(io::Error),
    Journal(JournalError),
    State(StateError),
    /// A record of the journal cannot be understood.
    Record {
        block: u64,
        error: DecodeError,
    },
    /// The journal and the state contradict each other.
    Inconsistent {
        block: u64,
        error: Inconsistent,
    },
    /// The system clock is further from the last event than the host allows.
    ClockMustBeConfirmed {
        shown: Timestamp,
        last_event: Timestamp,
    },
    /// The state names an event that the journal has not.
    NoSuchEvent(Timestamp),
    /// An event of the journal cannot be understood.
    Event {
        timestamp: Timestamp,
        error: DecodeError,
    },
    /// The state is from before what was archived, which is not there to bring it up.
    ArchiveIsNeeded {
        state: u64,
        archived: u64,
    },
    /// The state was made from another block than the journal has.
    StateIsAnother {
        block: u64,
    },
    /// The state says of the block of this time that it lies elsewhere.
    StateIsMisplaced(Timestamp),
    /// What was archived is not what the journal goes on from.
    ArchiveIsAnother {
        block: u64,
    },
    /// A copy of a store has another block than the store had.
    CopyIsAnother {
        block: u64,
    },
    /// A copy of a store ends before the store did when it was copied.
    CopyIsCut {
        journal: u64,
        copied: u64,
    },
    /// The journal ends before the state does.
    JournalTooShort {
        journal: u64,
        state: u64,
    },
}

impl fmt::Display for CommitError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Poisoned(reason) => {
                write!(formatter, "the store is poisoned until it is reopened: {reason}")
            }
            Self::Fenced => write!(formatter, "{}", JournalError::Fenced),
            Self::Unavailable(reason) => formatter.write_str(reason),
            Self::Closed => formatter.write_str("the store is closed"),
            Self::TooManyUnderWay { bytes_max } => write!(
                formatter,
                "batches that were submitted without waiting are above the limit of {bytes_max} \
                 bytes: wait for one that is under way"
            ),
            Self::Invalid(reason) => formatter.write_str(reason),
            Self::Io(error) => write!(formatter, "{error}"),
            Self::Journal(error) => write!(formatter, "{error}"),
            Self::State(error) => write!(formatter, "{error}"),
            Self::Record { block, error } => write!(formatter, "block {block}: {error}"),
            Self::Inconsistent { block, error } => write!(formatter, "block {block}: {error}"),
            Self::ClockMustBeConfirmed { shown, last_event } => write!(
                formatter,
                "the system clock shows {shown:?}, the last event was at {last_event:?}: confirm \
                 the time"
            ),
            Self::NoSuchEvent(timestamp) => {
                write!(formatter, "the journal has no event at {timestamp:?}")
            }
            Self::Event { timestamp, error } => {
                write!(formatter, "event at {timestamp:?}: {error}")
            }
            Self::ArchiveIsNeeded { state, archived } => write!(
                formatter,
                "state.redb includes block {state}, and the journal is archived up to block \
                 {archived}: put the archived segments back, or restore a backup"
            ),
            Self::StateIsAnother { block } => write!(
                formatter,
                "the state was made from another block {block} than is there: move state.redb away \
                 and open the store, which builds it again"
            ),
            Self::StateIsMisplaced(time) => write!(
                formatter,
                "state.redb has a wrong place for the block of time {}: move it away and open the \
                 store, which builds it again",
                time.nanoseconds()
            ),
            Self::ArchiveIsAnother { block } => write!(
                formatter,
                "file ARCHIVE names another block {block} than the journal goes on from"
            ),
            Self::CopyIsAnother { block } => write!(
                formatter,
                "block {block} is not the one that was copied: the history was changed"
            ),
            Self::CopyIsCut { journal, copied } => write!(
                formatter,
                "the journal ends with block {journal}, but block {copied} was there when it was \
                 copied: take the missing segments from another copy, or another backup"
            ),
            Self::JournalTooShort { journal, state } => write!(
                formatter,
                "the journal ends with block {journal}, but the state includes block {state}: \
                 restore the missing segments"
            ),
        }
    }
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

impl From<JournalError> for CommitError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<StateError> for CommitError {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}
