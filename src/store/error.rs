//! Errors: calls that could not be carried out.

use crate::commit::CommitError;
use crate::journal::JournalError;
use crate::model::Timestamp;
use crate::model::policy_hash::PolicyHash;
use crate::state::StateError;
use std::fmt;
use std::io;
use std::sync::Arc;

/// A call that could not be carried out. One line each, and what to do.
///
/// An operation that breaks a law is no error: it is refused in its outcome, see
/// [`Status`](crate::Status).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// The disk failed or refused. If it was on the way to the journal, the store is poisoned.
    Io(Arc<io::Error>),
    /// The files hold something that no crash explains: rot, a lost file, or tampering. The text
    /// names the file and the place.
    Corrupt(String),
    /// What is asked for is in a part of the journal that was archived.
    Archived {
        /// The number of a block that would have to be read.
        block: u64,
        /// The timestamp of the last archived event: what is later can be read.
        until: Timestamp,
    },
    /// The file `state.redb` is that of another store, of a copy that went on otherwise, or of a
    /// later time than the journal; in words, with what to do.
    MismatchedState(String),
    /// A later version of escrowdb wrote it in another format: the store, one of its files, or a
    /// row of its wallets. Use that version, or a later one.
    NewerFormat {
        /// What was written so: a few words.
        what: String,
        /// The format version that was found.
        found: u32,
        /// The latest one that this version reads.
        supported: u32,
    },
    /// The directory is not empty and is no escrow store.
    NotAStore(String),
    /// There is no store at this path.
    NotFound(String),
    /// Something stands where something is to be written, in words.
    InTheWay(String),
    /// A store was to be created where there is one.
    AlreadyExists(String),
    /// Another process, or another handle of this one, has the store open; in words, which name it
    /// if that can be found out.
    Locked(String),
    /// The process forked after it opened the store. The child must open its own.
    Forked,
    /// A sync failed or the commit path panicked: what is on the disk is not known. Reopening the
    /// store recovers everything that was answered.
    Poisoned(String),
    /// The log of the store cannot be reached, or does not say in time that it has what was sent;
    /// in words. The store goes on by itself. Whether the batch was applied, or will be, is not
    /// known: send it again under the same ids. So do with what is no batch, an archiving say.
    Unavailable(String),
    /// Another process has taken the log of the store over, and goes on with it: every write is
    /// answered so from then on, and nothing of the last batch is in the log. Do not open the store
    /// again by itself, which takes the log back; let it [follow](crate::Follower).
    Fenced,
    /// Somebody else leads the log of the store, and says so: nothing was changed. Write there, or
    /// let a [follower](crate::Follower) read here.
    Led {
        /// Who does, in the words of the log.
        holder: String,
        /// For how many seconds more it leads if it says nothing any more.
        seconds: u64,
    },
    /// The process that hosted the store has ended, and with it what it kept for this one: a
    /// snapshot, a cursor, a backup that was under way. Take a new one. What was submitted is sent
    /// again by itself.
    HostEnded {
        /// The number of the process.
        process: u32,
    },
    /// The process that hosts the store does not answer: it is stopped, or its disk hangs. Whether
    /// what was asked for was done is not known: send it again under the same ids.
    HostUnresponsive {
        /// The number of the process; 0 if it cannot be found out.
        process: u32,
        /// For how many seconds it was waited for: see
        /// [`Options::takeover_wait`](crate::Options::takeover_wait).
        seconds: u64,
    },
    /// The process that hosts the store has another version of escrowdb, which speaks otherwise
    /// with its guests. Let it close the store, so that a process of the new version takes its
    /// place.
    VersionMismatch {
        /// The version of the host, and that of what it speaks.
        host: String,
        /// The same of this process.
        guest: String,
    },
    /// The store was opened to be read: see [`OpenMode::ReadOnly`](crate::OpenMode::ReadOnly).
    ReadOnly,
    /// The store was closed.
    Closed,
    /// An argument that makes no sense, in words.
    InvalidArgument(String),
    /// A position that a consumer of events cannot acknowledge, in words: one before what it has
    /// acknowledged, or one at which nothing has happened yet.
    InvalidPosition(String),
    /// The master key is not the one by which the keys of this store are wrapped.
    WrongMasterKey,
    /// The pepper, or the lack of one, is not what the passwords of this store were hashed with: by
    /// it none would match, and each that is tried would count as wrong. See
    /// [`WalletOptions::replace_pepper`](crate::WalletOptions::replace_pepper).
    WrongPepper,
    /// The wallets were to be opened under the policy that the store remembers, and this is
    /// another: see [`WalletOptions::keep_policy`](crate::WalletOptions::keep_policy).
    WrongPolicy {
        /// The hash of the one under which they were last opened; `None` if the store remembers
        /// none yet.
        remembered: Option<PolicyHash>,
        /// The hash of the one that was given.
        given: PolicyHash,
    },
    /// Others changed the same wallet again and again while a command was judged: send it again.
    Contended,
    /// The system clock is further from the store's last event than
    /// [`Options::clock_gap_max`](crate::Options::clock_gap_max), or beyond
    /// [`Timestamp::CLOCK_MAX`]. Nothing is settled or written until
    /// [`Store::confirm_clock`](crate::Store::confirm_clock).
    ClockMustBeConfirmed {
        /// What the system clock shows.
        shown: Timestamp,
        /// When the last event was.
        last_event: Timestamp,
    },
    /// More than a limit of [`limits`](crate::limits) allows, in words.
    LimitExceeded(String),
}

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(formatter, "input or output failed: {error}"),
            Self::Corrupt(what) => write!(formatter, "the store is corrupt: {what}"),
            Self::MismatchedState(what) => {
                write!(formatter, "state and journal do not belong together: {what}")
            }
            Self::Archived { block, until } => write!(
                formatter,
                "block {block} was archived, with all events up to {}: ask for later ones, or put \
                 the archived segments back",
                until.nanoseconds()
            ),
            Self::NewerFormat { what, found, supported } => write!(
                formatter,
                "{what} has format {found}, this version reads up to {supported}: update it"
            ),
            Self::NotAStore(path) => write!(formatter, "{path} is not an escrow store"),
            Self::NotFound(path) => write!(formatter, "there is no escrow store at {path}"),
            Self::AlreadyExists(path) => write!(formatter, "there is an escrow store at {path}"),
            Self::Forked => formatter
                .write_str("the store was opened before this process forked: open it again"),
            Self::Poisoned(reason) => write!(
                formatter,
                "the store is poisoned ({reason}): reopen it, nothing that was answered is lost"
            ),
            Self::WrongMasterKey => formatter.write_str("the master key is not that of this store"),
            Self::WrongPepper => {
                formatter.write_str("the pepper is not the one of this store's passwords")
            }
            Self::WrongPolicy { remembered: Some(remembered), given } => write!(
                formatter,
                "the wallets were last opened under another policy, of hash {remembered}, and this \
                 one has {given}"
            ),
            Self::WrongPolicy { remembered: None, given } => write!(
                formatter,
                "the store does not remember yet under which policy its wallets are opened, and \
                 this one has hash {given}"
            ),
            Self::Contended => {
                formatter.write_str("too many commands on one wallet at a time: send it again")
            }
            Self::Fenced => formatter.write_str(
                "another process has taken the log over: open the store again to take it back",
            ),
            Self::Led { holder, seconds } => write!(
                formatter,
                "{holder} leads the store, for {seconds} s more at least: write there, or follow it"
            ),
            Self::HostEnded { process } => write!(
                formatter,
                "process {process}, which hosted the store, has ended, and what it kept with it: \
                 take a new snapshot, or begin again"
            ),
            Self::HostUnresponsive { process, seconds } => write!(
                formatter,
                "process {process}, which hosts the store, has not answered for {seconds} s: it \
                 may be stopped; send it again under the same ids"
            ),
            Self::VersionMismatch { host, guest } => write!(
                formatter,
                "the process that hosts the store has escrowdb {host}, and this one {guest}: \
                 close it there"
            ),
            Self::ReadOnly => {
                formatter.write_str("the store was opened read-only: open it to write")
            }
            Self::Closed => formatter.write_str("the store is closed"),
            Self::ClockMustBeConfirmed { shown, last_event } => write!(
                formatter,
                "the system clock shows {}, the last event was at {}: confirm the time",
                rfc3339(*shown),
                rfc3339(*last_event)
            ),
            Self::Locked(what)
            | Self::InTheWay(what)
            | Self::InvalidArgument(what)
            | Self::InvalidPosition(what)
            | Self::LimitExceeded(what)
            | Self::Unavailable(what) => formatter.write_str(what),
        }
    }
}

/// A time as text, with its nanoseconds where it is none of a calendar.
pub(crate) fn rfc3339(time: Timestamp) -> String {
    match jiff::Timestamp::from_nanosecond(time.nanoseconds().into()) {
        Ok(known) => known.to_string(),
        Err(_) => format!("{} ns", time.nanoseconds()),
    }
}

// By hand: `thiserror` would give the `Arc` as the source, and callers downcast to the error in it.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(&**error),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::NewerFormat { file, found, supported } => {
                Self::NewerFormat { what: file, found, supported }
            }
            JournalError::Archived { block, until } => {
                Self::Archived { block, until: Timestamp::from_nanoseconds(until) }
            }
            JournalError::ReadOnly => Self::ReadOnly,
            JournalError::Fenced => Self::Fenced,
            JournalError::Led { holder, seconds } => Self::Led { holder, seconds },
            JournalError::Refused(what) => Self::InvalidArgument(what),
            JournalError::AlreadyExists => {
                Self::InTheWay("there is a log in the database already".into())
            }
            // Of anything but an append: nothing is judged by what is not known.
            JournalError::OutcomeUnknown { source } => {
                let what = "the log does not say whether it was done";
                Self::Unavailable(format!("{what}: {source}; do it again"))
            }
            JournalError::Unavailable { .. } => Self::Unavailable(error.to_string()),
            JournalError::Io { ref source, .. } => {
                io::Error::new(source.kind(), error.to_string()).into()
            }
            other => Self::Corrupt(other.to_string()),
        }
    }
}

impl From<StateError> for Error {
    fn from(error: StateError) -> Self {
        match error {
            StateError::NewerFormat { found, supported } => {
                Self::NewerFormat { what: "state.redb".into(), found, supported }
            }
            StateError::Foreign => Self::MismatchedState(error.to_string()),
            StateError::Io(ref source) => io::Error::new(source.kind(), error.to_string()).into(),
            other => Self::Corrupt(other.to_string()),
        }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Poisoned(reason) => Self::Poisoned(reason.to_string()),
            CommitError::Fenced => Self::Fenced,
            CommitError::Unavailable(reason) => Self::Unavailable(reason.to_string()),
            CommitError::Closed => Self::Closed,
            CommitError::TooManyUnderWay { .. } => Self::LimitExceeded(error.to_string()),
            CommitError::Invalid(what) => Self::InvalidArgument(what),
            CommitError::ClockMustBeConfirmed { shown, last_event } => {
                Self::ClockMustBeConfirmed { shown, last_event }
            }
            CommitError::Io(error) => error.into(),
            CommitError::Journal(unknown @ JournalError::OutcomeUnknown { .. }) => {
                Self::Poisoned(unknown.to_string())
            }
            CommitError::Journal(error) => error.into(),
            CommitError::State(error) => error.into(),
            CommitError::StateIsAnother { .. }
            | CommitError::StateIsMisplaced(_)
            | CommitError::JournalTooShort { .. } => Self::MismatchedState(error.to_string()),
            other => Self::Corrupt(other.to_string()),
        }
    }
}
