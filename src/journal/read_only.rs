//! A journal that is read and not gone on with.
//!
//! Guaranteed: nothing is written, not even to settle the last block or to erase what is torn after it.

use super::builder::SealedBlock;
use super::error::JournalError;
use super::reader::JournalReader;
use super::{ChainHead, Journal, Position, StoreId, Tail};
use crate::disk::Disk;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Reads up to a tail that a scan has found, and refuses to append.
#[derive(Debug)]
pub(crate) struct ReadOnlyJournal {
    tail: Tail,
    reader: JournalReader,
}

impl ReadOnlyJournal {
    /// The journal that ends with this tail.
    pub(crate) fn new(disk: Arc<dyn Disk>, store_id: StoreId, tail: Tail) -> Self {
        let durable = Arc::new(AtomicU64::new(tail.head.number));
        Self { tail, reader: JournalReader::up_to(disk, store_id, durable) }
    }
}

impl Journal for ReadOnlyJournal {
    fn append(&mut self, _: &SealedBlock) -> Result<Position, JournalError> {
        Err(JournalError::ReadOnly)
    }

    fn head(&self) -> ChainHead {
        self.tail.head
    }

    fn end(&self) -> Position {
        self.tail.position
    }

    fn reader(&self) -> JournalReader {
        self.reader.clone()
    }
}
