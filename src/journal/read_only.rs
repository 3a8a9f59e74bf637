//! A journal that is read and not gone on with.
//!
//! Guaranteed: nothing is written, not even to settle the last block or to erase what is torn after
//! it.

use super::builder::SealedBlock;
use super::error::JournalError;
use super::log::Appender;
use super::reader::JournalReader;
use super::{BlockRef, ChainHead};

/// Ends with a block that a scan has found, and refuses to append.
#[derive(Debug)]
pub(crate) struct ReadOnlyJournal {
    head: ChainHead,
}

impl ReadOnlyJournal {
    /// The journal that ends with this block, behind which the reader does not look from now on.
    pub(crate) fn new(head: ChainHead, reader: &JournalReader) -> Self {
        reader.bound_by(head.number);
        Self { head }
    }
}

impl Appender for ReadOnlyJournal {
    fn send(&self, _: &SealedBlock) -> Result<BlockRef, JournalError> {
        Err(JournalError::ReadOnly)
    }

    fn acknowledged(&self, _: u64) -> Result<(), JournalError> {
        Err(JournalError::ReadOnly)
    }

    fn head(&self) -> ChainHead {
        self.head
    }
}
