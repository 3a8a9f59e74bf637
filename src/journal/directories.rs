//! The directories of blocks that records were read from lately.
//!
//! Who reads the end of a statement finds its records in few blocks, and so does who reads the next
//! statement: with the header and the directory at hand a record costs one read.
//!
//! Guarantees a bound on memory, and that what it gives was verified when it was read. A durable
//! block never changes, so that it stays true. Knows no files.

use super::Position;
use super::format::BlockHeader;
use super::record::Directory;
use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

/// Memory for the directories that were asked for lately, and as much for those before.
const BYTES_MAX: usize = 512 << 10;

/// What is known of one block.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) position: Position,
    pub(super) header: BlockHeader,
    /// The bytes of its directory, verified.
    pub(super) directory: Vec<u8>,
}

impl Known {
    pub(super) fn directory(&self) -> Directory<'_> {
        Directory::verified(&self.directory, self.header.records_length)
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.directory.capacity()
    }

    fn spans(&self, timestamp: u64) -> bool {
        (self.header.first_timestamp..=self.header.last_timestamp).contains(&timestamp)
    }
}

/// Blocks by the first timestamp in them.
type Blocks = BTreeMap<u64, Arc<Known>>;

/// Two generations: when the newer is full it becomes the older, and what nobody asked for since
/// is forgotten.
#[derive(Debug, Default)]
pub(super) struct Directories {
    newer: Blocks,
    newer_bytes: usize,
    older: Blocks,
}

impl Directories {
    /// The block that this timestamp lies in, if it is known.
    pub(super) fn find(&mut self, timestamp: u64) -> Option<Arc<Known>> {
        if let Some(known) = spanning(&self.newer, timestamp) {
            return Some(known);
        }
        let known = spanning(&self.older, timestamp)?;
        self.older.remove(&known.header.first_timestamp);
        self.insert(Arc::clone(&known));
        Some(known)
    }

    /// Remembers a block.
    pub(super) fn insert(&mut self, known: Arc<Known>) {
        if self.newer_bytes + known.bytes() > BYTES_MAX {
            self.older = mem::take(&mut self.newer);
            self.newer_bytes = 0;
        }
        self.newer_bytes += known.bytes();
        if let Some(same) = self.newer.insert(known.header.first_timestamp, known) {
            self.newer_bytes -= same.bytes();
        }
    }

    /// Forgets the blocks up to and including this number.
    pub(super) fn forget(&mut self, number: u64) {
        for blocks in [&mut self.newer, &mut self.older] {
            blocks.retain(|_, known| known.header.number > number);
        }
        self.newer_bytes = self.newer.values().map(|known| known.bytes()).sum();
    }
}

fn spanning(blocks: &Blocks, timestamp: u64) -> Option<Arc<Known>> {
    let (_, known) = blocks.range(..=timestamp).next_back()?;
    known.spans(timestamp).then(|| Arc::clone(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(number: u64, directory_bytes: usize) -> Arc<Known> {
        let header = BlockHeader {
            number,
            first_timestamp: 10 * number,
            last_timestamp: 10 * number + 5,
            record_count: 1,
            previous_hash: [0; 32],
            hash: [0; 32],
            store_id: [0; 16],
            payload_length: 0,
            records_length: 0,
            directory_crc32: 0,
        };
        let position = Position { segment: 1, offset: 0 };
        Arc::new(Known { position, header, directory: vec![0; directory_bytes] })
    }

    fn number(directories: &mut Directories, timestamp: u64) -> Option<u64> {
        directories.find(timestamp).map(|known| known.header.number)
    }

    #[test]
    fn a_block_is_found_by_any_time_in_it() {
        let mut directories = Directories::default();
        (1..=3).for_each(|number| directories.insert(known(number, 0)));
        let found =
            [(9, None), (10, Some(1)), (15, Some(1)), (16, None), (22, Some(2)), (36, None)];
        for (timestamp, block) in found {
            assert_eq!(number(&mut directories, timestamp), block, "at {timestamp}");
        }
        directories.forget(2);
        for (timestamp, block) in [(10, None), (22, None), (30, Some(3))] {
            assert_eq!(number(&mut directories, timestamp), block, "at {timestamp}");
        }
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut directories = Directories::default();
        for block in 1..=1_000 {
            directories.insert(known(block, BYTES_MAX / 50));
            assert_eq!(number(&mut directories, 10), Some(1), "after {block}");
            let all = directories.newer.values().chain(directories.older.values());
            assert!(all.map(|known| known.bytes()).sum::<usize>() <= 2 * BYTES_MAX);
        }
        assert_eq!(number(&mut directories, 20), None);
        // The same again takes no more room.
        for _ in 0..1_000 {
            directories.insert(known(1_000, BYTES_MAX / 50));
        }
        assert_eq!(number(&mut directories, 9_990), Some(999));
    }
}
