//! What is checked along the chain of the journal, block by block.
//!
//! The chain itself is checked by whoever reads the blocks. Here it is held against what is said of
//! it elsewhere: in the state, in its index of blocks, and by a head that somebody noted.

use super::{Error, Head, Result};
use crate::commit::{CommitError, Noted};
use crate::journal::{Block, BlockRef, ChainHead, StoreId};
use crate::model::Timestamp;
use crate::state::{BlockPlace, StateError, Tip, View};
use std::iter::Peekable;

/// Looks at the blocks of a journal in their order.
pub(super) struct Audit<'v> {
    /// The last block of the checkpoint.
    pub(super) tip: Tip,
    places: Peekable<Box<dyn Iterator<Item = Result<BlockPlace, StateError>> + 'v>>,
    /// What is still to be met.
    expected: Vec<Head>,
}

impl<'v> Audit<'v> {
    /// An audit of the blocks behind `archived`, by the checkpoint `view` and what was noted.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the expected head is before what can be looked at.
    pub(super) fn new(
        view: &'v View,
        expected: Option<Head>,
        noted: Noted,
        archived: ChainHead,
        store_id: StoreId,
    ) -> Result<Self> {
        let is_archived = move |place: &Result<BlockPlace, StateError>| {
            place.as_ref().is_ok_and(|place| place.number <= archived.number)
        };
        let places: Box<dyn Iterator<Item = _>> = Box::new(view.places().skip_while(is_archived));
        // A copy that went on and was archived since has come so far.
        let copied = noted.copied.filter(|copied| copied.number >= archived.number);
        let all = expected.into_iter().chain(copied.map(Head::from));
        let mut audit =
            Self { tip: *view.tip(), places: places.peekable(), expected: all.collect() };
        audit.meet(match archived.number {
            0 => ChainHead::origin(&store_id).into(),
            _ => archived.into(),
        })?;
        let Some(head) = expected else { return Ok(audit) };
        if head.block == 0 {
            audit.meet(ChainHead::origin(&store_id).into())?;
        } else if head.block < archived.number {
            let what = format!(
                "block {} of the expected head is archived: give the archive too",
                head.block
            );
            return Err(Error::InvalidArgument(what));
        }
        Ok(audit)
    }

    /// Looks at the next block.
    pub(super) fn look_at(&mut self, block: &Block) -> Result<()> {
        let header = block.header();
        let found = Head::from(ChainHead {
            number: header.number,
            hash: header.hash,
            timestamp: header.last_timestamp,
        });
        self.find_place(block)?;
        if header.number == self.tip.block && header.hash != self.tip.hash {
            let number = header.number;
            let what =
                format!("the state was made from another block {number} than the journal has");
            return Err(Error::Corrupt(what));
        }
        self.meet(found)
    }

    /// The journal ends here.
    pub(super) fn finish(&mut self, last: &ChainHead) -> Result<()> {
        if last.number < self.tip.block {
            let (journal, state) = (last.number, self.tip.block);
            return Err(CommitError::JournalTooShort { journal, state }.into());
        }
        if let Some(place) = self.places.next() {
            return Err(misplaced(place?.first_timestamp));
        }
        let Some(head) = self.expected.first() else { return Ok(()) };
        let (last, expected) = (last.number, head.block);
        let what = format!("the journal ends with block {last}, but block {expected} was there");
        Err(Error::Corrupt(what))
    }

    /// Holds the expected heads against the one that is there in their place.
    fn meet(&mut self, found: Head) -> Result<()> {
        let block = found.block;
        let is_other = |expected: &Head| {
            let same_time = expected.timestamp.is_none() || expected.timestamp == found.timestamp;
            expected.block == block && (expected.hash != found.hash || !same_time)
        };
        if self.expected.iter().any(is_other) {
            let what = format!(
                "block {block} is not the one of the expected head: the history was changed"
            );
            return Err(Error::Corrupt(what));
        }
        self.expected.retain(|expected| expected.block != block);
        Ok(())
    }

    /// The index of blocks by time names this block if it is in there, and nothing before it that
    /// is not there.
    fn find_place(&mut self, block: &Block) -> Result<()> {
        let first = Timestamp::from_nanoseconds(block.header().first_timestamp);
        let is_due = |place: &Result<BlockPlace, StateError>| {
            place.as_ref().map_or(true, |place| place.first_timestamp <= first)
        };
        if let Some(place) = self.places.next_if(is_due) {
            let place = place?;
            if place.first_timestamp != first || !BlockRef::from(place).is_at(block) {
                return Err(misplaced(place.first_timestamp));
            }
        }
        Ok(())
    }
}

fn misplaced(time: Timestamp) -> Error {
    let time = time.nanoseconds();
    Error::Corrupt(format!("state.redb has a wrong place for the block of time {time}"))
}
