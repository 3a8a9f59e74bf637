//! Which part of a journal is archived.
//!
//! What was archived may be missing; what was put back is found and read again, as far back as there
//! is no gap. Knows nothing of how segments are moved.

use super::CommitError;
use super::belonging::near;
use crate::journal::{ChainHead, JournalReader};
use crate::model::Timestamp;
use crate::state::View;

/// The last block that is archived and not there, on the way back from `recorded`, the last one that
/// was ever archived. The origin of the chain if all blocks are there.
///
/// # Errors
/// [`CommitError::ArchiveIsNeeded`] if the state cannot be brought up to the journal without it.
pub(crate) fn last(
    view: &View,
    reader: &JournalReader,
    recorded: ChainHead,
) -> Result<ChainHead, CommitError> {
    if recorded.number == 0 {
        return Ok(recorded);
    }
    let tip = view.tip();
    let mut archived = recorded;
    if tip.block < recorded.number {
        // A state from before, or none at all: it is brought up by segments that were put back.
        let timestamp = tip.timestamp.nanoseconds();
        let last = ChainHead { number: tip.block, hash: tip.hash, timestamp };
        let is_there = match tip.block {
            0 => reader.segments()?.first() == Some(&1),
            _ => holds(view, reader, last)?,
        };
        if !is_there {
            let (state, archived) = (tip.block, recorded.number);
            return Err(CommitError::ArchiveIsNeeded { state, archived });
        }
        archived = reader.head_before_those_with(tip.block.max(1))?;
    }
    while archived.number > 0 && holds(view, reader, archived)? {
        archived = reader.head_before_those_with(archived.number)?;
    }
    Ok(archived)
}

fn holds(view: &View, reader: &JournalReader, last: ChainHead) -> Result<bool, CommitError> {
    let near = near(view, Timestamp::from_nanoseconds(last.timestamp))?;
    Ok(reader.holds(last, near)?)
}
