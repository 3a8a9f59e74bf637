//! Whether a state, and what else was noted, is of the journal that stands beside it.
//!
//! A state goes on from its tip, so the block there must be the journal's own: of a state of a
//! diverged copy, or of a later one, the first write would break the chain. Guarantees that nothing is
//! written before this is known. Looks at one block where the journal goes on after the tip, and at a
//! few headers where it ends there; only to say what is wrong are blocks read whole.

use super::CommitError;
use crate::disk::Disk;
use crate::journal::{ChainHead, JournalReader, Position, Start, StoreId, scan};
use crate::model::Timestamp;
use crate::state::View;
use std::sync::Arc;

/// What was noted of a journal beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noted {
    /// The last block that was ever archived, or the origin of the chain.
    pub(crate) archived: ChainHead,
    /// The last block when the store was copied: the journal reaches at least as far.
    pub(crate) copied: Option<ChainHead>,
}

impl Noted {
    /// Holds the archived block against the journal that goes on after it.
    pub(super) fn check_archived(&self, reader: &JournalReader) -> Result<(), CommitError> {
        let next = self.archived.next_number();
        let is_there = reader.segments()?.binary_search(&next).is_ok();
        if self.archived.number == 0 || !is_there || reader.head_before(next)? == self.archived {
            return Ok(());
        }
        Err(CommitError::ArchiveIsAnother { block: self.archived.number })
    }

    /// Holds a block of the journal against the one that was there when the store was copied.
    pub(crate) fn check_block(&self, found: ChainHead) -> Result<(), CommitError> {
        match self.copied {
            Some(copied) if copied.number == found.number && copied != found => {
                Err(CommitError::CopyIsAnother { block: copied.number })
            }
            _ => Ok(()),
        }
    }

    /// Whether the journal ends where the copy did, or later.
    pub(crate) fn check_end(&self, last: ChainHead) -> Result<(), CommitError> {
        match self.copied {
            Some(copied) if copied.number > last.number => {
                Err(CommitError::CopyIsCut { journal: last.number, copied: copied.number })
            }
            _ => Ok(()),
        }
    }
}

/// Finds the last block that the state includes in the journal.
///
/// # Errors
/// [`CommitError::StateIsAnother`] if another block is there in its place,
/// [`CommitError::JournalTooShort`] if none is; what the journal gives that cannot be read.
pub(super) fn check_state(
    view: &View,
    disk: &Arc<dyn Disk>,
    store_id: StoreId,
    reader: &JournalReader,
) -> Result<(), CommitError> {
    if view.tip().block == 0 || goes_on(view, reader) || ends_there(view, reader).unwrap_or(false) {
        return Ok(());
    }
    Err(what_is_wrong(view, disk, store_id, reader))
}

/// Whether the block after the state's last one says that it follows on that.
fn goes_on(view: &View, reader: &JournalReader) -> bool {
    let tip = view.tip();
    let end = Position { segment: tip.next_segment, offset: tip.next_offset };
    reader.header(end).is_ok_and(|next| {
        Some(next.number) == tip.block.checked_add(1) && next.previous_hash == tip.hash
    })
}

/// Whether the state's last block is found from the last one before it that its index names.
fn ends_there(view: &View, reader: &JournalReader) -> Result<bool, CommitError> {
    let tip = view.tip();
    let end = Position { segment: tip.next_segment, offset: tip.next_offset };
    let Some(place) = view.place(tip.timestamp)? else { return Ok(false) };
    let mut position = Position { segment: place.segment, offset: place.offset };
    let mut header = reader.header(position)?;
    while header.number < tip.block {
        let Some(next) = reader.next(position, &header)? else { return Ok(false) };
        position = next;
        header = reader.header(position)?;
    }
    let is_end = position.after(header.block_bytes()) == end
        || end == Position::first_of(tip.block.saturating_add(1));
    Ok(header.number == tip.block && header.hash == tip.hash && is_end)
}

/// Reads the journal from the segment on that should have the state's last block.
fn what_is_wrong(
    view: &View,
    disk: &Arc<dyn Disk>,
    store_id: StoreId,
    reader: &JournalReader,
) -> CommitError {
    let read = || {
        let (tip, archived) = (view.tip(), reader.archived());
        let too_short =
            |last: u64| Ok(CommitError::JournalTooShort { journal: last, state: tip.block });
        let mut segments = reader.segments()?.into_iter().rev();
        let is_before = |segment: &u64| *segment <= tip.block && *segment > archived.number;
        let Some(segment) = segments.find(is_before) else { return too_short(archived.number) };
        let head = reader.head_before(segment)?;
        let start = Start::After { end: Position::first_of(segment), head };
        let mut blocks = scan(Arc::clone(disk), store_id, start)?;
        for block in &mut blocks {
            let header = *block?.header();
            let is_same = header.hash == tip.hash;
            if header.number == tip.block {
                let (block, time) = (header.number, header.first_timestamp);
                let time = Timestamp::from_nanoseconds(time);
                return Ok(match is_same {
                    true => CommitError::StateIsMisplaced(time),
                    false => CommitError::StateIsAnother { block },
                });
            }
        }
        too_short(blocks.finish()?.head.number)
    };
    read().unwrap_or_else(|error: CommitError| error)
}
