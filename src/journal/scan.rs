//! Reads a journal from one place to its end, block by block, and says where the end is.
//!
//! Guaranteed: the blocks come in the order of their numbers, each verified, each continuing the
//! chain. The scan ends well only at a place after which no block of this store stands: what is
//! torn there was never answered. Anything else is an error. It writes nothing.
//!
//! It cannot tell a last block that rotted from one that was never finished; whoever knows from
//! elsewhere how far the journal went compares that with [`Tail::head`].

use std::collections::VecDeque;
use std::sync::Arc;

use super::block::Block;
use super::error::{Fault, JournalError};
use super::format::{BLOCK_ALIGNMENT, BlockHeader};
use super::segment::{FIRST_OFFSET, Segment, Slot, list_segments};
use super::{ChainHead, Position, StoreId};
use crate::disk::Disk;

/// Where a scan begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At block 1, which must be there unless the journal is empty.
    Beginning,
    /// At the first block of the oldest segment that is there; what went before is taken on trust
    /// from its header. For a journal whose first segments were moved away.
    Oldest,
    /// Just after a block that the caller knows.
    After {
        /// Where that block ends, as [`super::LocalJournal::end`] or [`Block::end`] said.
        end: Position,
        /// That block; the next one must continue its chain.
        head: ChainHead,
    },
}

impl Start {
    /// With the first block after `head`, which ends a segment or is the origin of the chain.
    pub(crate) fn following(head: ChainHead) -> Self {
        match head.number {
            0 => Self::Beginning,
            _ => Self::After { end: Position::first_of(head.next_number()), head },
        }
    }
}

/// The end of a journal, as a scan found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Where the next block goes, if it fits into the segment.
    pub position: Position,
    /// The last block.
    pub head: ChainHead,
    /// Where the last block begins, if the scan has come across it.
    pub last_block: Option<Position>,
    /// Whether there are traces of an unfinished append, which resuming removes.
    pub torn: bool,
}

/// Begins to read a journal.
///
/// # Errors
/// [`JournalError`] if the segments cannot be listed, or the start is not in them.
pub fn scan(disk: Arc<dyn Disk>, store_id: StoreId, start: Start) -> Result<Scan, JournalError> {
    let mut scan = Scan {
        segments: list_segments(&*disk)?.into(),
        disk,
        store_id,
        current: None,
        offset: FIRST_OFFSET,
        head: ChainHead::origin(&store_id),
        last_block: None,
        tail: None,
        failed: false,
    };
    match start {
        Start::Beginning => {}
        Start::Oldest => scan.start_at_oldest()?,
        Start::After { end, head } => scan.start_after(end, head)?,
    }
    Ok(scan)
}

/// A scan under way. As an iterator it gives the blocks, and ends after the first error.
#[derive(Debug)]
pub struct Scan {
    disk: Arc<dyn Disk>,
    store_id: StoreId,
    /// The segments after the current one.
    segments: VecDeque<u64>,
    current: Option<Segment>,
    offset: u64,
    head: ChainHead,
    last_block: Option<Position>,
    tail: Option<Tail>,
    failed: bool,
}

/// The segment that a scan leaves, why no block is there, and its header if that is intact.
struct Left {
    segment: Segment,
    fault: Fault,
    header: Option<BlockHeader>,
}

impl Iterator for Scan {
    type Item = Result<Block, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let item = self.step().transpose();
        self.failed = matches!(item, Some(Err(_)));
        item
    }
}

impl Scan {
    /// The last block read so far.
    pub fn head(&self) -> ChainHead {
        self.head
    }

    /// Reads and verifies what is left, and says where the journal ends.
    ///
    /// # Errors
    /// As the iterator; an error that it gave comes again.
    pub fn finish(mut self) -> Result<Tail, JournalError> {
        self.read_to_end()
    }

    /// As [`Scan::finish`].
    pub(super) fn read_to_end(&mut self) -> Result<Tail, JournalError> {
        loop {
            if let Some(tail) = self.tail {
                return Ok(tail);
            }
            self.step()?;
        }
    }

    fn start_at_oldest(&mut self) -> Result<(), JournalError> {
        // Before segment 1 there is nothing to trust: it is checked as from the beginning.
        let Some(&oldest) = self.segments.front().filter(|&&oldest| oldest != 1) else {
            return Ok(());
        };
        let segment = Segment::open(&*self.disk, &self.store_id, oldest)?;
        self.head = segment.head_before()?.ok_or(segment.corrupt(0, None, Fault::SegmentHeader))?;
        Ok(())
    }

    fn start_after(&mut self, end: Position, head: ChainHead) -> Result<(), JournalError> {
        self.head = head;
        self.offset = end.offset;
        let segment = Segment::open(&*self.disk, &self.store_id, end.segment)?;
        if end.offset == FIRST_OFFSET && end.segment == head.next_number() {
            self.segments.retain(|&number| number >= end.segment);
            return Ok(());
        }
        self.segments.retain(|&number| number > end.segment);
        if segment.head_before()?.is_none() {
            return Err(segment.corrupt(0, None, Fault::SegmentHeader));
        }
        let aligned = end.offset.is_multiple_of(BLOCK_ALIGNMENT as u64);
        if !aligned || end.offset < FIRST_OFFSET || end.offset > segment.length()? {
            return Err(segment.corrupt(end.offset, Some(head.next_number()), Fault::BlockMissing));
        }
        self.current = Some(segment);
        Ok(())
    }

    fn step(&mut self) -> Result<Option<Block>, JournalError> {
        while self.tail.is_none() {
            let Some(segment) = &self.current else {
                self.leave_segment(None)?;
                continue;
            };
            match segment.slot(self.offset)? {
                Slot::Block(block) => {
                    self.check_link(segment, block.header())?;
                    self.head = ChainHead::of(block.header());
                    self.offset = block.end().offset;
                    self.last_block = Some(block.position());
                    return Ok(Some(block));
                }
                Slot::NoBlock(fault, header) => {
                    let segment = segment.clone();
                    self.leave_segment(Some(Left { segment, fault, header }))?;
                }
            }
        }
        Ok(None)
    }

    fn check_link(&self, segment: &Segment, header: &BlockHeader) -> Result<(), JournalError> {
        let fault = if header.number != self.head.next_number() {
            Fault::BlockNumber
        } else if header.previous_hash != self.head.hash {
            Fault::BlockChain
        } else if header.first_timestamp <= self.head.timestamp {
            Fault::BlockTime
        } else {
            return Ok(());
        };
        Err(segment.corrupt(self.offset, Some(self.head.next_number()), fault))
    }

    /// Goes on where there is no block: in the next segment, or with the end.
    fn leave_segment(&mut self, left: Option<Left>) -> Result<(), JournalError> {
        if !self.enter_segment()? {
            self.tail = Some(self.end(left)?);
        }
        Ok(())
    }

    /// Enters the segment that begins with the next block, if it is there and was finished.
    fn enter_segment(&mut self) -> Result<bool, JournalError> {
        let number = self.head.next_number();
        if self.segments.front() != Some(&number) {
            return Ok(false);
        }
        let segment = Segment::open(&*self.disk, &self.store_id, number)?;
        let Some(before) = segment.head_before()? else {
            self.check_unfinished(&segment, number)?;
            return Ok(false);
        };
        if before != self.head {
            return Err(segment.corrupt(0, Some(number), Fault::SegmentChain));
        }
        self.segments.pop_front();
        self.current = Some(segment);
        self.offset = FIRST_OFFSET;
        Ok(true)
    }

    /// The end of the journal, unless something shows that blocks came after.
    fn end(&self, left: Option<Left>) -> Result<Tail, JournalError> {
        let number = self.head.next_number();
        let begun = Position { segment: number, offset: FIRST_OFFSET };
        let (mut position, mut torn, mut damage) = (begun, false, None);
        if let Some(Left { segment, fault, header }) = left {
            let rest = segment.rest(self.offset, header.as_ref(), number)?;
            let corrupt = segment.corrupt(self.offset, Some(number), fault);
            if rest.later_block {
                return Err(corrupt);
            }
            position = Position { segment: segment.number, offset: self.offset };
            torn = rest.dirty;
            damage = rest.dirty.then_some(corrupt);
        }
        match self.segments.front() {
            None => {}
            // It was not entered, so it is the unfinished one.
            Some(&next) if next == number => (position, torn) = (begun, true),
            // A segment is only begun when all blocks before it are durable, so its name alone
            // says that there were such.
            Some(&next) => return Err(damage.unwrap_or(missing(next.min(number), number))),
        }
        Ok(Tail { position, head: self.head, last_block: self.last_block, torn })
    }

    /// A segment with a damaged header is one that was being begun, if it is the last and nothing
    /// was written into it: its header is durable before any block is.
    fn check_unfinished(&self, segment: &Segment, number: u64) -> Result<(), JournalError> {
        let is_last = self.segments.len() == 1;
        if is_last && !segment.search(FIRST_OFFSET, number - 1)?.later_block {
            return Ok(());
        }
        Err(segment.corrupt(0, Some(number), Fault::SegmentHeader))
    }
}

fn missing(segment: u64, block: u64) -> JournalError {
    let fault = if segment < block { Fault::SegmentNumber } else { Fault::SegmentMissing };
    JournalError::Corrupt { segment, offset: 0, block: Some(block), fault }
}
