//! Opening: the state of the last checkpoint, brought up to the end of the journal.

use super::{CommitError, CommitOptions, Noted, Replay, archived, belonging};
use crate::disk::{Disk, MemoryDisk};
use crate::engine::WorkingSet;
use crate::journal::{
    ChainHead, Journal, JournalReader, LocalJournal, Position, ReadOnlyJournal, Start, StoreId,
    scan,
};
use crate::state::{self, State, Tip};
use std::sync::Arc;

/// What opening gives.
pub(super) struct Recovered {
    pub(super) state: State,
    pub(super) set: WorkingSet,
    pub(super) journal: Box<dyn Journal>,
    pub(super) head: ChainHead,
}

/// Opens state and journal, sees that they belong together, and carries out the blocks after the
/// checkpoint again. Nothing of the journal is changed before all of that is done, and nothing at all if
/// it is only to be read: then a state that is missing is built in memory.
pub(super) fn recover(
    disk: &Arc<dyn Disk>,
    store_id: StoreId,
    noted: Noted,
    options: &CommitOptions,
) -> Result<Recovered, CommitError> {
    let is_there = state::is_there(&**disk).map_err(CommitError::Io)?;
    let state_disk: Arc<dyn Disk> = match options.read_only && !is_there {
        true => Arc::new(MemoryDisk::new()),
        false => Arc::clone(disk),
    };
    let state = State::open(state_disk, store_id, options.state)?;
    let tip = *state.view().tip();
    let reader = JournalReader::new(Arc::clone(disk), store_id);
    let last_archived = archived::last(&state.view(), &reader, noted.archived)?;
    reader.archive(last_archived);
    noted.check_archived(&reader)?;
    belonging::check_state(&state.view(), disk, store_id, &reader)?;
    let mut replay = Replay::over(state, reader, options)?;
    let mut blocks = scan(Arc::clone(disk), store_id, start(&tip))?;
    noted.check_block(blocks.head())?;
    for block in &mut blocks {
        let block = block?;
        noted.check_block(ChainHead::of(block.header()))?;
        replay.add(&block)?;
    }
    let tail = blocks.finish()?;
    let head = tail.head;
    noted.check_end(head)?;
    let of = Arc::clone(disk);
    let journal: Box<dyn Journal> = match options.read_only {
        true => Box::new(ReadOnlyJournal::new(of, store_id, tail)),
        false => Box::new(LocalJournal::resume(of, store_id, options.journal, tail)?),
    };
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
