//! Gathers records and seals them as one block.
//!
//! Guaranteed: a sealed block is within the limits of the format, and its timestamps rise within
//! it and from the head that it was sealed onto. A refused record leaves the builder as it was.
//! Once the buffers have grown, nothing is allocated for a record; nor for a block, if its bytes
//! are handed back with [`BlockBuilder::recycle`].
//!
//! It knows no files.

use super::block::Block;
use super::error::JournalError;
use super::format::{
    BLOCK_HEADER_BYTES, BlockHeader, DIRECTORY_ENTRY_BYTES, PAYLOAD_BYTES_MAX, RECORDS_PER_GROUP,
    payload_bytes,
};
use super::record::{RECORD_BYTES_MAX, push_directory_entry, push_frame};
use super::{ChainHead, Hash, StoreId};

/// Builds one block after another.
#[derive(Debug)]
pub struct BlockBuilder {
    store_id: StoreId,
    /// Room for the header, then the frames.
    bytes: Vec<u8>,
    directory: Vec<u8>,
    body: Vec<u8>,
    record_count: u32,
    first_timestamp: u64,
    last_timestamp: u64,
}

impl BlockBuilder {
    /// An empty builder for blocks of one store.
    pub fn new(store_id: StoreId) -> Self {
        Self {
            store_id,
            bytes: vec![0; BLOCK_HEADER_BYTES],
            directory: Vec::new(),
            body: Vec::new(),
            record_count: 0,
            first_timestamp: 0,
            last_timestamp: 0,
        }
    }

    /// Adds a record, whose body `encode` appends to the empty buffer that it is given.
    ///
    /// # Errors
    /// [`JournalError::NotRising`] if the timestamp is not above that of the record before (or
    /// above 0); [`JournalError::TooLarge`] if the body is above [`RECORD_BYTES_MAX`] or the block
    /// would be above [`PAYLOAD_BYTES_MAX`].
    pub fn push(
        &mut self,
        timestamp: u64,
        encode: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), JournalError> {
        if timestamp <= self.last_timestamp {
            return Err(JournalError::NotRising { last: self.last_timestamp, given: timestamp });
        }
        self.body.clear();
        encode(&mut self.body);
        check_size("record", self.body.len(), RECORD_BYTES_MAX)?;

        let frames_before = self.bytes.len();
        let starts_group = (self.record_count as usize).is_multiple_of(RECORDS_PER_GROUP);
        let delta = if starts_group { 0 } else { timestamp - self.last_timestamp };
        push_frame(&mut self.bytes, delta, &self.body);
        let entries = self.directory.len() / DIRECTORY_ENTRY_BYTES + usize::from(starts_group);
        let payload = payload_bytes(self.bytes.len() - BLOCK_HEADER_BYTES, entries);
        if let Err(error) = check_size("block", payload, PAYLOAD_BYTES_MAX) {
            self.bytes.truncate(frames_before);
            return Err(error);
        }

        if starts_group {
            // The payload limit is below `u32::MAX`; `format` asserts it.
            let offset = (frames_before - BLOCK_HEADER_BYTES) as u32;
            push_directory_entry(&mut self.directory, timestamp, offset);
        }
        if self.record_count == 0 {
            self.first_timestamp = timestamp;
        }
        self.last_timestamp = timestamp;
        self.record_count += 1;
        Ok(())
    }

    /// The records so far.
    pub fn record_count(&self) -> u32 {
        self.record_count
    }

    /// The bytes that the block would have if it were sealed now.
    pub fn byte_count(&self) -> u64 {
        let entries = self.directory.len() / DIRECTORY_ENTRY_BYTES;
        let payload = payload_bytes(self.bytes.len() - BLOCK_HEADER_BYTES, entries);
        (BLOCK_HEADER_BYTES + payload) as u64
    }

    /// Forgets the records so far and keeps the buffers.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.resize(BLOCK_HEADER_BYTES, 0);
        self.directory.clear();
        self.record_count = 0;
        self.first_timestamp = 0;
        self.last_timestamp = 0;
    }

    /// Makes the records the block after `head`, advances `head` to it, and empties the builder.
    ///
    /// # Errors
    /// [`JournalError::EmptyBlock`] without records, and [`JournalError::NotRising`] if the first
    /// is not later than the head. Builder and head are then unchanged.
    pub fn seal(&mut self, head: &mut ChainHead) -> Result<SealedBlock, JournalError> {
        if self.record_count == 0 {
            return Err(JournalError::EmptyBlock);
        }
        if self.first_timestamp <= head.timestamp {
            let (last, given) = (head.timestamp, self.first_timestamp);
            return Err(JournalError::NotRising { last, given });
        }
        let records_length = self.bytes.len() - BLOCK_HEADER_BYTES;
        let total = self.byte_count() as usize;
        // The next block will be about as large.
        let room = Vec::with_capacity(total + total / 4);
        let mut bytes = std::mem::replace(&mut self.bytes, room);
        bytes.extend_from_slice(&self.directory);
        bytes.resize(total, 0);

        let mut header = BlockHeader {
            number: head.next_number(),
            first_timestamp: self.first_timestamp,
            last_timestamp: self.last_timestamp,
            record_count: self.record_count,
            previous_hash: head.hash,
            hash: [0; 32],
            store_id: self.store_id,
            payload_length: (total - BLOCK_HEADER_BYTES) as u32,
            records_length: records_length as u32,
            directory_crc32: crc32fast::hash(&self.directory),
        };
        header.hash = header.hash_with(&bytes[BLOCK_HEADER_BYTES..]);
        bytes[..BLOCK_HEADER_BYTES].copy_from_slice(&header.encode());
        *head = ChainHead::of(&header);
        self.clear();
        Ok(SealedBlock { header, bytes })
    }

    /// Takes the buffer of a block that is no longer needed. Does nothing to the records so far.
    pub fn recycle(&mut self, block: SealedBlock) {
        if self.record_count == 0 && self.bytes.capacity() < block.bytes.capacity() {
            self.bytes = block.bytes;
            self.clear();
        }
    }
}

/// A block as it goes into a segment file.
#[derive(Clone, Debug)]
pub struct SealedBlock {
    header: BlockHeader,
    bytes: Vec<u8>,
}

impl SealedBlock {
    /// A block that was sealed elsewhere and verified, as it was.
    pub(super) fn again(block: &Block) -> Self {
        let header = *block.header();
        Self { header, bytes: [&header.encode()[..], block.payload()].concat() }
    }

    /// Its header, with number, timestamps and hashes.
    pub fn header(&self) -> &BlockHeader {
        &self.header
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.header.number
    }

    /// The timestamp of its first record.
    pub fn first_timestamp(&self) -> u64 {
        self.header.first_timestamp
    }

    /// The timestamp of its last record.
    pub fn last_timestamp(&self) -> u64 {
        self.header.last_timestamp
    }

    /// Its hash.
    pub fn hash(&self) -> Hash {
        self.header.hash
    }

    /// Header and payload, a multiple of 8 bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn check_size(what: &'static str, bytes: usize, bytes_max: usize) -> Result<(), JournalError> {
    if bytes <= bytes_max {
        return Ok(());
    }
    Err(JournalError::TooLarge { what, bytes: bytes as u64, bytes_max: bytes_max as u64 })
}
