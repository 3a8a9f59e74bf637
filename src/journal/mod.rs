//! The journal: append-only segment files of blocks, the truth of the store.
//!
//! Guaranteed: a block whose [`LocalJournal::append`] returned is there after any crash, and an
//! append that did not return leaves its block whole or not at all. Blocks are numbered without
//! gaps and chained by hash, each record has a checksum, and timestamps rise strictly: whatever is
//! read is what was written, or an error that names the file and the offset. After a failed append
//! nothing more is appended until the journal is reopened, which is to [`scan()`] and then
//! [`LocalJournal::resume`]; [`Log`] is all that the rest of the store knows of it.
//!
//! It does not know what records mean, who writes them, or what time it is.
//!
//! # Writing and reading
//!
//! Records are gathered in a [`BlockBuilder`], sealed onto a [`ChainHead`], and appended. Blocks
//! are found by number and records by timestamp: by a [`Log`], which the rest of the store is
//! written against, or in files by a [`JournalReader`], to which a block also has a [`Position`].
#![doc = include_str!("format.md")]

mod block;
mod builder;
mod directories;
mod error;
mod format;
mod local;
mod local_log;
mod log;
#[cfg(feature = "postgres")]
pub mod postgres;
mod read_only;
mod reader;
mod record;
mod scan;
mod segment;
mod whereabouts;
mod write_out;

pub use block::{Block, Records};
pub use builder::{BlockBuilder, SealedBlock};
pub use error::{Fault, JournalError};
pub use format::{BlockHeader, FORMAT_VERSION, PAYLOAD_BYTES_MAX, RECORDS_PER_GROUP};
pub use local::{LocalJournal, Options};
pub use local_log::LocalLog;
pub use log::{Appender, Blocks, Log, Opening};
pub use reader::JournalReader;
pub(crate) use record::FRAME_BYTES_MAX;
pub use record::RECORD_BYTES_MAX;
pub use scan::{Scan, Start, Tail, scan};
pub(crate) use write_out::write_out;

#[cfg(test)]
mod tests;

/// What tells the files of one store from those of another.
pub type StoreId = [u8; 16];

/// A blake3 hash.
pub type Hash = [u8; 32];

/// The folder of the segment files, relative to the store.
pub const JOURNAL_FOLDER: &str = "journal";

/// Where a block begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The number of the first block of the segment.
    pub segment: u64,
    /// Bytes from the start of the segment file.
    pub offset: u64,
}

impl Position {
    /// Where the first block of a segment goes.
    pub(crate) fn first_of(segment: u64) -> Self {
        Self { segment, offset: segment::FIRST_OFFSET }
    }

    /// Where a block goes that follows one of so many bytes at this position, if it goes into the
    /// same segment. [`scan()`] can be started there either way.
    pub fn after(self, block_bytes: u64) -> Self {
        Self { offset: self.offset.saturating_add(block_bytes), ..self }
    }

    /// The hint of the block of this number that begins here: how many blocks of its segment are
    /// before it, and the offset. 0 if that does not fit, or if the block is in no file.
    fn hint(self, number: u64) -> u64 {
        let before = number.saturating_sub(self.segment);
        let fits = self.offset <= HINT_OFFSET_MAX && before <= u64::MAX >> HINT_OFFSET_BITS;
        if self.offset == 0 || !fits { 0 } else { before << HINT_OFFSET_BITS | self.offset }
    }

    /// Where a block is by its hint; `None` if it has none. Says nothing of whether it is there.
    fn hinted(block: BlockRef) -> Option<Self> {
        let (before, offset) = (block.hint >> HINT_OFFSET_BITS, block.hint & HINT_OFFSET_MAX);
        let segment = block.number.checked_sub(before)?;
        (offset >= segment::FIRST_OFFSET).then_some(Self { segment, offset })
    }
}

/// How many low bits of a hint of the local log are an offset; the others count blocks.
const HINT_OFFSET_BITS: u32 = 40;
const HINT_OFFSET_MAX: u64 = (1 << HINT_OFFSET_BITS) - 1;

/// A block by its number, and what the log said when it gave it, by which it finds the block
/// sooner.
///
/// The number alone is enough: a hint that is wrong, or that another log gave, costs time and no
/// more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct BlockRef {
    /// The number of the block.
    pub number: u64,
    /// Means something only to the log that gave it; 0 if there is none. Hints of consecutive
    /// blocks rise, unless the log begins a new file.
    pub hint: u64,
}

impl BlockRef {
    /// The segment that the block is in, by its hint; `None` without one.
    pub(crate) fn segment(self) -> Option<u64> {
        Position::hinted(self).map(|position| position.segment)
    }

    /// Whether this and the position are of the same block, as far as can be told: a log without
    /// files has no positions, and rows of format 1 have the number of the first block of the
    /// segment.
    pub(crate) fn is_at(self, block: &Block) -> bool {
        let (number, position) = (block.header().number, block.position());
        match Position::hinted(self).filter(|_| block.hint() != 0) {
            Some(hinted) => hinted == position && [number, position.segment].contains(&self.number),
            None => self.number == number,
        }
    }
}

impl From<u64> for BlockRef {
    fn from(number: u64) -> Self {
        Self { number, hint: 0 }
    }
}

/// The last block of a chain: what the next one is sealed onto.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// Its number; 0 if there is no block yet.
    pub number: u64,
    /// Its hash; without a block, a hash of the store id.
    pub hash: Hash,
    /// The timestamp of its last record; 0 if there is no block yet.
    pub timestamp: u64,
}

impl ChainHead {
    /// The head of a journal without blocks. The store id is in it, so that no two stores share a
    /// chain.
    pub fn origin(store_id: &StoreId) -> Self {
        let hash = blake3::derive_key("escrowdb journal 1 origin of the chain", store_id);
        Self { number: 0, hash, timestamp: 0 }
    }

    /// The number of the block that may follow. No journal gets to the end of the numbers, but a
    /// forged file may say so: then there is no number that rises, and the scan says so too.
    pub(crate) fn next_number(&self) -> u64 {
        self.number.saturating_add(1)
    }

    /// The head once the block of `header` has followed.
    pub(crate) fn of(header: &BlockHeader) -> Self {
        Self { number: header.number, hash: header.hash, timestamp: header.last_timestamp }
    }
}
