//! Which part of a journal is archived.
//!
//! What was archived may be missing; what was put back is found and read again, as far back as
//! there is no gap. Knows nothing of how segments are moved.

use super::CommitError;
use super::belonging::near;
use crate::journal::{ChainHead, JournalReader};
use crate::model::Timestamp;
use crate::state::View;

/// The last block that is archived and not there, on the way back from `recorded`, the last one
/// that was ever archived. The origin of the chain if all blocks are there.
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
        let before = match tip.block {
            0 => reader.head_before_file(1)?,
            _ => before_segment_of(view, reader, tip.block, tip.timestamp)?,
        };
        let (state, recorded) = (tip.block, recorded.number);
        archived = before.ok_or(CommitError::ArchiveIsNeeded { state, archived: recorded })?;
    }
    while archived.number > 0 {
        let timestamp = Timestamp::from_nanoseconds(archived.timestamp);
        match before_segment_of(view, reader, archived.number, timestamp)? {
            Some(before) if before.number < archived.number => archived = before,
            _ => break,
        }
    }
    Ok(archived)
}

/// The block before the segment of the block of this number and time, if there is a file of its
/// name: also one that is cut, or of another history. Only who reads it can say so, and must not go
/// past it.
///
/// A state that was made on a log without files names no segment: then the one that has the block.
fn before_segment_of(
    view: &View,
    reader: &JournalReader,
    number: u64,
    time: Timestamp,
) -> Result<Option<ChainHead>, CommitError> {
    Ok(match near(view, time)?.segment() {
        Some(segment) => reader.head_before_file(segment)?,
        None => reader.head_before_file_with(number)?,
    })
}
