//! Opening: the state of the last checkpoint, brought up to the end of the journal.

use super::{CommitError, CommitOptions, Replay, archived};
use crate::disk::Disk;
use crate::engine::WorkingSet;
use crate::journal::{
    ChainHead, Journal, JournalReader, LocalJournal, Position, Start, StoreId, scan,
};
use crate::state::{State, Tip};
use std::sync::Arc;

/// What opening gives.
pub(super) struct Recovered {
    pub(super) state: State,
    pub(super) set: WorkingSet,
    pub(super) journal: LocalJournal,
    pub(super) head: ChainHead,
}

/// Opens state and journal, and carries out the blocks after the checkpoint again. `recorded` is the
/// last block that was ever archived, or the origin of the chain.
pub(super) fn recover(
    disk: &Arc<dyn Disk>,
    store_id: StoreId,
    recorded: ChainHead,
    options: &CommitOptions,
) -> Result<Recovered, CommitError> {
    let state = State::open(Arc::clone(disk), options.state)?;
    let tip = *state.view().tip();
    let reader = JournalReader::new(Arc::clone(disk), store_id);
    let last_archived = archived::last(&state.view(), &reader, recorded)?;
    reader.archive(last_archived);
    let mut replay = Replay::over(state, reader, options)?;
    let mut blocks = scan(Arc::clone(disk), store_id, start(&tip))?;
    for block in &mut blocks {
        replay.add(&block?)?;
    }
    let tail = blocks.finish()?;
    let head = tail.head;
    if head.number < tip.block {
        return Err(CommitError::JournalTooShort { journal: head.number, state: tip.block });
    }
    let journal = LocalJournal::resume(Arc::clone(disk), store_id, options.journal, tail)?;
    journal.reader().archive(last_archived);
    let (state, set) = replay.into_parts();
    Ok(Recovered { state, set, journal, head })
}

/// Where the journal goes on after a checkpoint.
fn start(tip: &Tip) -> Start {
    if tip.block == 0 {
        return Start::Beginning;
    }
    Start::After {
        end: Position { segment: tip.next_segment, offset: tip.next_offset },
        head: ChainHead {
            number: tip.block,
            hash: tip.hash,
            timestamp: tip.timestamp.nanoseconds(),
        },
    }
}
