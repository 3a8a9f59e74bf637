//! The seam at which escrowdb can leave one machine: a log of blocks that are known by their
//! numbers.

use std::fmt::Debug;
use std::time::Duration;

use super::builder::SealedBlock;
use super::error::JournalError;
use super::reader::JournalReader;
use super::{Block, BlockHeader, BlockRef, ChainHead};

/// Blocks of a log in the order of their numbers, each continuing the chain of the one before.
pub type Blocks = Box<dyn Iterator<Item = Result<Block, JournalError>> + Send>;

/// Where blocks are made durable and read again. Whoever puts the journal on a replicated log
/// implements this and [`Appender`]; the rest of the store stays as it is.
///
/// Everything is addressed by the numbers of blocks. A [`BlockRef`] has a hint beside the number,
/// which the log gave itself and may ignore. A log is of one store, whose
/// [`StoreId`](super::StoreId) is that of [`Options::store_id`](crate::Options::store_id), by
/// [`Id::to_bytes`](crate::Id::to_bytes).
pub trait Log: Debug + Send + Sync {
    /// Takes the log over, to go on with it: whoever appended to it before is
    /// [fenced](JournalError::Fenced) when [`Opening::append`] returns. First come the blocks after
    /// `after`, which is a block of this log, near the block `near`.
    ///
    /// # Errors
    /// [`JournalError::Archived`] if the next block was moved away; whatever reading gives. That
    /// `after` is in the log was asked by [`Log::header`] before.
    fn open(&self, after: ChainHead, near: BlockRef) -> Result<Box<dyn Opening>, JournalError>;

    /// The last block that was moved away, with all before it; number 0 if none was.
    fn archived(&self) -> ChainHead;

    /// The header of the block of this number, near the block `near`; `None` if the log ends
    /// before.
    ///
    /// # Errors
    /// [`JournalError::Archived`] if the block was moved away; whatever reading gives.
    fn header(&self, number: u64, near: BlockRef) -> Result<Option<BlockHeader>, JournalError>;

    /// The acknowledged blocks whose last record is later than `after`, in order. The search begins
    /// at the block `near`, which is given too if it is such a block, and which begins at that time
    /// or before; without it at the first block that is there. If `near` was moved away and `after`
    /// is no earlier than the end of what was, it begins there as well.
    ///
    /// # Errors
    /// [`JournalError::Archived`] if a block that is asked for was moved away; whatever reading
    /// gives.
    fn follow(&self, near: Option<BlockRef>, after: u64) -> Result<Blocks, JournalError>;

    /// The number of the last block that is acknowledged, 0 if none is: whoever has the blocks up
    /// to it has all that was answered before this was asked, by whomever. Reads them all, however
    /// long that takes, unless the log knows better.
    ///
    /// # Errors
    /// Whatever reading gives; [`JournalError::Unavailable`] also if the log cannot be sure of it
    /// in about so long.
    fn last(&self, _patience: Duration) -> Result<u64, JournalError> {
        let archived = self.archived();
        let mut blocks = self.follow(None, archived.timestamp)?;
        blocks.try_fold(archived.number, |_, block| Ok(block?.header().number))
    }

    /// Waits until there is an acknowledged block after the one of this number, or for about so
    /// long, and says whether it waited. `false` at once if the log has no way to: then it is asked
    /// again later.
    fn wait_after(&self, _number: u64, _patience: Duration) -> bool {
        false
    }

    /// A block not far before the one of this number that can be taken on trust, to read from
    /// there.
    ///
    /// # Errors
    /// Whatever reading gives.
    fn trusted_before(&self, number: u64) -> Result<ChainHead, JournalError> {
        let archived = self.archived();
        debug_assert!(archived.number < number, "it was moved away");
        Ok(archived)
    }

    /// Finds the record of this timestamp in the block `near` or one after it, and puts its body
    /// into the buffer, in place of what was there. `false`, and an empty buffer, if there is no
    /// such record; after an error the buffer may hold anything.
    ///
    /// # Errors
    /// As [`Log::header`].
    fn record(
        &self,
        near: BlockRef,
        timestamp: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<bool, JournalError> {
        buffer.clear();
        let before = timestamp.saturating_sub(1);
        let Some(block) = self.follow(Some(near), before)?.next().transpose()? else {
            return Ok(false);
        };
        let found = block.records().find(|(time, _)| *time == timestamp);
        buffer.extend_from_slice(found.map_or(&[], |(_, body)| body));
        Ok(found.is_some())
    }

    /// As [`Log::record`], without being told where to look: `false`, and an empty buffer, if that
    /// takes longer than to be told.
    ///
    /// # Errors
    /// As [`Log::header`].
    fn recent_record(&self, _timestamp: u64, buffer: &mut Vec<u8>) -> Result<bool, JournalError> {
        buffer.clear();
        Ok(false)
    }

    /// Lets the blocks before the one of this number go, which nobody needs any more and which were
    /// copied: all of them, or fewer if they cannot be parted. Gives the last one that is gone.
    ///
    /// # Errors
    /// Whatever the log gives; then some may be gone.
    fn retain_from(&self, number: u64) -> Result<ChainHead, JournalError>;

    /// Its files in the store, if it has such: they are archived, backed up and verified one by
    /// one.
    fn files(&self) -> Option<&JournalReader> {
        None
    }
}

/// A log that is being opened: as an iterator it gives the blocks that are there, each verified.
pub trait Opening: Iterator<Item = Result<Block, JournalError>> + Debug {
    /// The last block so far.
    fn head(&self) -> ChainHead;

    /// Reads and verifies the blocks that are left, and gives the last one.
    ///
    /// # Errors
    /// As the iterator.
    fn end(&mut self) -> Result<ChainHead, JournalError>;

    /// Goes on with the log at its end. Nothing of it is changed before.
    ///
    /// # Errors
    /// [`JournalError::Fenced`] if somebody else has taken it over meanwhile; as the iterator.
    fn append(self: Box<Self>) -> Result<Box<dyn Appender>, JournalError>;

    /// Leaves the log as it is: what is appended is [refused](JournalError::ReadOnly).
    ///
    /// # Errors
    /// As the iterator.
    fn only_read(self: Box<Self>) -> Result<Box<dyn Appender>, JournalError>;
}

/// Who goes on with a log: one at a time. Blocks are sent in the order of their numbers, by one
/// thread at a time; other threads wait meanwhile for those that were sent before.
///
/// What an error says of the block, and so of the store:
///
/// - [`JournalError::NotNext`]: it does not continue the chain; the log is as it was.
/// - [`JournalError::Unavailable`] of [`Appender::send`]: nothing was sent; the same block may be
///   sent again.
/// - [`JournalError::Unavailable`] of [`Appender::acknowledged`]: it is not known yet whether the
///   block is durable. The log goes on with it by itself: it is asked again before another is sent.
/// - [`JournalError::Fenced`]: somebody else goes on with the log, and this block is not in it.
/// - Any other: it may be there or not. Nothing more is sent until the log is opened again.
pub trait Appender: Send + Sync + Debug {
    /// Sends the block that is next, and gives where to find it. It need not be durable when this
    /// returns.
    ///
    /// # Errors
    /// [`JournalError`], see above.
    fn send(&self, block: &SealedBlock) -> Result<BlockRef, JournalError>;

    /// Waits until the block of this number, which was sent, is durable by the log's own measure
    /// and can be read, with all before it.
    ///
    /// # Errors
    /// [`JournalError`], see above.
    fn acknowledged(&self, number: u64) -> Result<(), JournalError>;

    /// How many blocks may be sent and not acknowledged, at least one. More than one is worth it
    /// where the way to the log takes longer than its work.
    fn under_way_max(&self) -> u64 {
        1
    }

    /// The last block that is acknowledged.
    fn head(&self) -> ChainHead;
}
