//! What can go wrong with a journal: each error is one line that names the place and the remedy.
//!
//! Nothing here echoes what records hold; numbers, offsets and file names only.

use std::error::Error;
use std::fmt;
use std::io;

use super::format::file_name;

/// A call on the journal that could not be carried out.
#[derive(Debug)]
#[non_exhaustive]
pub enum JournalError {
    /// The disk failed. If it was in an append, the journal is poisoned from now on.
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
    ForeignStore {
        /// The file, relative to the store.
        file: String,
    },
    /// The file was written by a later version with another format.
    NewerFormat {
        /// The file, relative to the store.
        file: String,
        /// The format version of the file.
        found: u32,
        /// The latest format version that this version reads.
        supported: u32,
    },
    /// The block was moved to an archive, with all before it.
    Archived {
        /// The number of the block.
        block: u64,
        /// The timestamp of the last event that is archived, in nanoseconds since the Unix epoch.
        until: u64,
    },
    /// An append failed before; what is on the disk is not known, so nothing more is appended.
    Poisoned,
    /// Somebody else has taken the log over, and goes on with it. The block is not in it.
    Fenced,
    /// The log cannot be reached. Nothing was sent, so the same block may be given again.
    Unavailable {
        /// What was tried.
        source: io::Error,
    },
    /// Whether the block is in the log is not known: it is found out when the log is opened again.
    OutcomeUnknown {
        /// What went wrong.
        source: io::Error,
    },
    /// The journal was opened to be read, and is not appended to.
    ReadOnly,
    /// A journal was to be created where there is one.
    AlreadyExists,
    /// The tail given to `resume` is not the end of the journal.
    StaleTail {
        /// The segment of the tail.
        segment: u64,
        /// The offset of the tail.
        offset: u64,
    },
    /// The block does not continue the chain at its head.
    NotNext {
        /// The number of the block that may be appended.
        expected: u64,
        /// The number of the block given.
        given: u64,
    },
    /// A timestamp is not above the one before it.
    NotRising {
        /// The timestamp before it.
        last: u64,
        /// The timestamp given.
        given: u64,
    },
    /// A block without records was to be sealed.
    EmptyBlock,
    /// A record or block would be above a limit of the format.
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

impl fmt::Display for JournalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, file, offset, source } => write!(
                formatter,
                "cannot {action} in {file} at offset {offset}: {source}; \
                 check the disk, then reopen the store"
            ),
            Self::Corrupt { segment, offset, block, fault } => {
                let block = block.map(|number| format!(", block {number}")).unwrap_or_default();
                write!(
                    formatter,
                    "{} is corrupt at offset {offset}{block}: {fault}; \
                     restore the file from a backup",
                    file_name(*segment)
                )
            }
            Self::ForeignStore { file } => write!(
                formatter,
                "{file} belongs to another store; put this store's own files back"
            ),
            Self::NewerFormat { file, found, supported } => write!(
                formatter,
                "{file} has format version {found}, this version reads up to {supported}; \
                 open it with a newer version"
            ),
            Self::Archived { block, until } => write!(
                formatter,
                "block {block} was archived, with all events up to {until}: ask for later ones, or \
                 put the archived segments back"
            ),
            Self::Fenced => formatter.write_str(
                "the log was taken over by somebody else, who goes on with it; reopen the store \
                 only where it is to be written",
            ),
            Self::Unavailable { source } => {
                write!(formatter, "the log cannot be reached: {source}; nothing was sent")
            }
            Self::OutcomeUnknown { source } => write!(
                formatter,
                "whether the log has the last block is not known: {source}; reopen the store, which \
                 finds it out"
            ),
            Self::Poisoned => formatter.write_str("an append failed before; reopen the store"),
            Self::AlreadyExists => formatter.write_str("there is a journal already; open that one"),
            Self::StaleTail { segment, offset } => write!(
                formatter,
                "{} goes on after offset {offset}, where it was said to end; scan it again",
                file_name(*segment)
            ),
            Self::NotNext { expected, given } => write!(
                formatter,
                "block {given} does not continue the chain; seal block {expected} on its head"
            ),
            Self::NotRising { last, given } => write!(
                formatter,
                "timestamp {given} is not above {last}; stamp records with rising times"
            ),
            Self::ReadOnly => {
                formatter.write_str("the journal was opened read-only; open it to write")
            }
            Self::EmptyBlock => formatter.write_str("the block has no records; push one first"),
            Self::TooLarge { what, bytes, bytes_max } => write!(
                formatter,
                "a {what} of {bytes} bytes is above the limit of {bytes_max}; make it smaller"
            ),
        }
    }
}

impl Error for JournalError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. }
            | Self::Unavailable { source }
            | Self::OutcomeUnknown { source } => Some(source),
            _ => None,
        }
    }
}
