//! Which part of a journal is archived.
//!
//! What was archived may be missing; what was put back is found and read again, as far back as there
//! is no gap. Knows nothing of how segments are moved.

use super::CommitError;
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
    let segments = reader.segments()?;
    let mut archived = recorded;
    if tip.block < recorded.number {
        // A state from before, or none at all: it is brought up by segments that were put back.
        let next = tip.next_segment.max(1);
        if segments.binary_search(&next).is_err() {
            let (state, archived) = (tip.block, recorded.number);
            return Err(CommitError::ArchiveIsNeeded { state, archived });
        }
        archived = reader.head_before(next)?;
    }
    while archived.number > 0
        && let Some(place) = view.place(Timestamp::from_nanoseconds(archived.timestamp))?
        && segments.binary_search(&place.segment).is_ok()
    {
        archived = reader.head_before(place.segment)?;
    }
    Ok(archived)
}
