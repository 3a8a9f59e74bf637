//! A block that was read and verified whole.
//!
//! Guaranteed: the payload has the hash that the header says, the directory describes the records,
//! each record has its checksum, and the timestamps rise from the header's first to its last. That
//! the block is the right one in its place is for the reader of the chain to check.

use super::error::Fault;
use super::format::{BlockHeader, DIRECTORY_ENTRY_BYTES, RECORDS_PER_GROUP};
use super::record::{Directory, Group};
use super::{Position, StoreId};

/// A verified block and where it was found.
#[derive(Clone, Debug)]
pub struct Block {
    position: Position,
    header: BlockHeader,
    payload: Vec<u8>,
}

impl Block {
    /// Verifies a payload, whose length is the one in the header.
    pub(super) fn verify(
        position: Position,
        header: BlockHeader,
        payload: Vec<u8>,
    ) -> Result<Self, Fault> {
        if header.hash_with(&payload) != header.hash {
            return Err(Fault::BlockHash);
        }
        let block = Self { position, header, payload };
        block.verify_records()?;
        Ok(block)
    }

    /// The block of these bytes, verified: for a log that keeps blocks elsewhere than in segment
    /// files. They are as [`SealedBlock::bytes`](super::SealedBlock::bytes) gave them.
    ///
    /// # Errors
    /// What is wrong with them, if they are not one block of this store.
    pub fn parse(store_id: &StoreId, bytes: &[u8]) -> Result<Self, Fault> {
        let (header, payload) = bytes.split_first_chunk().ok_or(Fault::BlockCut)?;
        let header = BlockHeader::decode(header, store_id).map_err(|_| Fault::BlockHeader)?;
        if payload.len() != header.payload_length as usize {
            return Err(Fault::BlockCut);
        }
        Self::verify(Position { segment: 0, offset: 0 }, header, payload.to_vec())
    }

    /// Where the block begins.
    pub fn position(&self) -> Position {
        self.position
    }

    /// By which it is found sooner: see [`BlockRef`](super::BlockRef).
    pub fn hint(&self) -> u64 {
        self.position.hint(self.header.number)
    }

    /// Where the block after it begins, if that is in the same segment.
    pub fn end(&self) -> Position {
        self.position.after(self.header.block_bytes())
    }

    /// Its header, with number, timestamps and hashes.
    pub fn header(&self) -> &BlockHeader {
        &self.header
    }

    /// All of it behind its header.
    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Its records in order: timestamp and body.
    pub fn records(&self) -> Records<'_> {
        Records { block: self, next_group: 0, group: Group::new(&[], 0) }
    }

    fn directory_bytes(&self) -> &[u8] {
        let start = self.header.records_length as usize;
        &self.payload[start..start + self.header.directory_entries() * DIRECTORY_ENTRY_BYTES]
    }

    fn directory(&self) -> Result<Directory<'_>, Fault> {
        let records_length = self.header.records_length as usize;
        Directory::parse(self.directory_bytes(), self.header.directory_crc32, records_length)
    }

    fn group(&self, index: usize) -> Option<Group<'_>> {
        let directory = Directory::verified(self.directory_bytes(), self.header.records_length);
        let inside = index < directory.len();
        inside
            .then(|| Group::new(&self.payload[directory.range(index)], directory.timestamp(index)))
    }

    /// The hash matches, so a fault found here is a writer's mistake or a forgery.
    fn verify_records(&self) -> Result<(), Fault> {
        let directory = self.directory()?;
        let mut count = 0;
        let mut last = None;
        for index in 0..directory.len() {
            let mut group =
                Group::new(&self.payload[directory.range(index)], directory.timestamp(index));
            while let Some(frame) = group.next_frame()? {
                frame.check()?;
                if last.is_some_and(|last| last >= frame.timestamp) {
                    return Err(Fault::BlockTime);
                }
                last = Some(frame.timestamp);
                count += 1;
            }
            let full = (index + 1) * RECORDS_PER_GROUP;
            if count != full.min(self.header.record_count as usize) {
                return Err(Fault::Directory);
            }
        }
        let first = directory.timestamp(0);
        if first != self.header.first_timestamp || last != Some(self.header.last_timestamp) {
            return Err(Fault::BlockTime);
        }
        Ok(())
    }
}

/// Iterates over the records of a [`Block`].
#[derive(Clone, Debug)]
pub struct Records<'a> {
    block: &'a Block,
    next_group: usize,
    group: Group<'a>,
}

impl<'a> Iterator for Records<'a> {
    type Item = (u64, &'a [u8]);

    /// The block was verified when it was made, so a fault cannot come up here; if it did, ending
    /// is what remains.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(frame) = self.group.next_frame().ok()? {
                return Some((frame.timestamp, frame.body));
            }
            self.group = self.block.group(self.next_group)?;
            self.next_group += 1;
        }
    }
}
