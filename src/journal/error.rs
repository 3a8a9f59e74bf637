//! What can go wrong with a journal: each error is one line that names the place and the remedy.
//!
//! Nothing here echoes what records hold; numbers, offsets and file names only.

use std::fmt;
use std::io;

use super::format::file_name;

/// A call on the journal that could not be carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The disk failed. If it was in an append, the journal is poisoned from now on.
    #[error(
        "cannot {action} in {file} at offset {offset}: {source}; \
         check the disk, then reopen the store"
    )]
    Io {
        /// What was being done, as "write a block".
        action: &'static str,
        /// The file or folder, relative to the store.
        file: String,
        /// Where in the file, in bytes.
        offset: u64,
        /// What the disk said.
        source: io::Error,
    },
    /// The files hold something that no crash explains: rot, a lost file, or tampering.
    #[error(
        "{} is corrupt at offset {offset}{}: {fault}; restore the file from a backup",
        file_name(*.segment),
        at_block(*.block)
    )]
    Corrupt {
        /// The first block number of the segment.
        segment: u64,
        /// Where in the segment, in bytes.
        offset: u64,
        /// The number of the block that should be there, where that is known.
        block: Option<u64>,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The file belongs to another store.
    #[error("{file} belongs to another store; put this store's own files back")]
    ForeignStore {
        /// The file, relative to the store.
        file: String,
    },
    /// The file was written by a later version with another format.
    #[error(
        "{file} has format version {found}, this version reads up to {supported}; \
         open it with a newer version"
    )]
    NewerFormat {
        /// The file, relative to the store.
        file: String,
        /// The format version of the file.
        found: u32,
        /// The latest format version that this version reads.
        supported: u32,
    },
    /// The block was moved to an archive, with all before it.
    #[error(
        "block {block} was archived, with all events up to {until}: ask for later ones, or \
         put the archived segments back"
    )]
    Archived {
        /// The number of the block.
        block: u64,
        /// The timestamp of the last event that is archived, in nanoseconds since the Unix epoch.
        until: u64,
    },
    /// An append failed before; what is on the disk is not known, so nothing more is appended.
    #[error("an append failed before; reopen the store")]
    Poisoned,
    /// Somebody else has taken the log over, and goes on with it. The block is not in it.
    #[error(
        "the log was taken over by somebody else, who goes on with it; reopen the store \
         only where it is to be written"
    )]
    Fenced,
    /// Somebody else leads, and says so. Nothing was changed.
    #[error("{holder} has the log, for {seconds} s more at least: follow it, or write there")]
    Led {
        /// Who does, in the words of the log.
        holder: String,
        /// For how many seconds more it leads if it says nothing any more.
        seconds: u64,
    },
    /// The log cannot be used as it is, or by who asks; in words.
    #[error("{0}")]
    Refused(String),
    /// A log in a database holds what nothing explains but damage or tampering; in words.
    #[error("the log in the database is damaged: {0}; restore the database from a backup")]
    Damaged(String),
    /// The log cannot be reached, or does not say in time that a block is durable: see
    /// [`Appender`](super::Appender).
    #[error("the log cannot be reached: {source}; send it again under the same ids")]
    Unavailable {
        /// What was tried.
        source: io::Error,
    },
    /// Whether the block is in the log is not known: it is found out when the log is opened again.
    #[error(
        "whether the log has the last block is not known: {source}; reopen the store, which \
         finds it out"
    )]
    OutcomeUnknown {
        /// What went wrong.
        source: io::Error,
    },
    /// The journal was opened to be read, and is not appended to.
    #[error("the journal was opened read-only; open it to write")]
    ReadOnly,
    /// A journal was to be created where there is one.
    #[error("there is a journal already; open that one")]
    AlreadyExists,
    /// The tail given to `resume` is not the end of the journal.
    #[error(
        "{} goes on after offset {offset}, where it was said to end; scan it again",
        file_name(*.segment)
    )]
    StaleTail {
        /// The segment of the tail.
        segment: u64,
        /// The offset of the tail.
        offset: u64,
    },
    /// The block does not continue the chain at its head.
    #[error("block {given} does not continue the chain; seal block {expected} on its head")]
    NotNext {
        /// The number of the block that may be appended.
        expected: u64,
        /// The number of the block given.
        given: u64,
    },
    /// A timestamp is not above the one before it.
    #[error("timestamp {given} is not above {last}; stamp records with rising times")]
    NotRising {
        /// The timestamp before it.
        last: u64,
        /// The timestamp given.
        given: u64,
    },
    /// A block without records was to be sealed.
    #[error("the block has no records; push one first")]
    EmptyBlock,
    /// A record or block would be above a limit of the format.
    #[error("a {what} of {bytes} bytes is above the limit of {bytes_max}; make it smaller")]
    TooLarge {
        /// "record" or "block".
        what: &'static str,
        /// How large it would be.
        bytes: u64,
        /// How large it may be.
        bytes_max: u64,
    },
}

/// What is wrong with a place in a segment file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The segment file is not there.
    SegmentMissing,
    /// The segment's header is not one, or its checksum does not match.
    SegmentHeader,
    /// The segment's header names another first block than the file's name.
    SegmentNumber,
    /// The segment does not continue the chain of the segment before it.
    SegmentChain,
    /// No block begins where one must be.
    BlockMissing,
    /// The block's header is not one, or its checksum does not match.
    BlockHeader,
    /// The file ends inside the block.
    BlockCut,
    /// The block's contents do not match its hash.
    BlockHash,
    /// The block has another number than its place says.
    BlockNumber,
    /// The block names another predecessor than the one before it.
    BlockChain,
    /// The block's timestamps do not rise, within it or from the block before it.
    BlockTime,
    /// The block's directory does not match its checksum or its records.
    Directory,
    /// A record does not match its checksum.
    RecordChecksum,
    /// A record's frame does not fit in its place.
    RecordFrame,
}

impl Fault {
    fn words(self) -> &'static str {
        match self {
            Self::SegmentMissing => "the segment file is missing",
            Self::SegmentHeader => "the segment header is damaged",
            Self::SegmentNumber => "the segment header names another first block",
            Self::SegmentChain => "the segment does not continue the chain of the one before",
            Self::BlockMissing => "no block begins there, though later ones exist",
            Self::BlockHeader => "the block header is damaged",
            Self::BlockCut => "the file ends inside the block",
            Self::BlockHash => "the contents do not match the block hash",
            Self::BlockNumber => "the block has another number",
            Self::BlockChain => "the block does not continue the hash chain",
            Self::BlockTime => "the timestamps do not rise",
            Self::Directory => "the directory of the block is damaged",
            Self::RecordChecksum => "a record does not match its checksum",
            Self::RecordFrame => "a record does not fit in its place",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.words())
    }
}

/// The words for a block whose number may be unknown.
fn at_block(number: Option<u64>) -> String {
    number.map(|number| format!(", block {number}")).unwrap_or_default()
}
