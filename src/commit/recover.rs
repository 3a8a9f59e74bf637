//! Opening: the state of the last checkpoint, brought up to the end of the journal.
//!
//! So that a follower that takes over has less to do, it brings its own state up in the same way.

use super::trace::Trace;
use super::{CommitError, CommitOptions, Noted, Replay, archived, belonging};
use crate::disk::{Disk, MemoryDisk};
use crate::engine::WorkingSet;
use crate::journal::{Appender, ChainHead, Log, StoreId};
use crate::state::{self, State};
use std::sync::Arc;
use std::time::Instant;

/// What opening gives.
pub(super) struct Recovered {
    pub(super) state: State,
    pub(super) set: WorkingSet,
    pub(super) appender: Box<dyn Appender>,
    pub(super) head: ChainHead,
}

/// Opens state and journal, sees that they belong together, and carries out the blocks after the
/// checkpoint again. Nothing of the journal is changed before all of that is done, and nothing at
/// all if it is only to be read: then a state that is missing is built in memory.
pub(super) fn recover(
    disk: &Arc<dyn Disk>,
    log: &Arc<dyn Log>,
    store_id: StoreId,
    noted: Noted,
    options: &CommitOptions,
) -> Result<Recovered, CommitError> {
    let is_there = state::is_there(&**disk).map_err(CommitError::Io)?;
    let state_disk: Arc<dyn Disk> = match options.read_only && !is_there {
        true => Arc::new(MemoryDisk::new()),
        false => Arc::clone(disk),
    };
    let find_archived = |state: &State| -> Result<(), CommitError> {
        let Some(files) = log.files() else { return Ok(()) };
        files.archive(archived::last(&state.view(), files, noted.archived)?);
        noted.check_archived(files)
    };
    if !is_there && noted.archived.number > 0 {
        // Without what was archived no state can be built, and then none is created.
        find_archived(&State::open(Arc::new(MemoryDisk::new()), store_id, options.state)?)?;
    }
    let state = State::open(state_disk, store_id, options.state)?;
    find_archived(&state)?;
    let replay = Replay::over(state, Arc::clone(log), options)?;
    go_on(replay, &**log, store_id, noted, options)
}

/// Carries out the blocks after those that the replay has, and takes the log over.
pub(super) fn go_on(
    mut replay: Replay,
    log: &dyn Log,
    store_id: StoreId,
    noted: Noted,
    options: &CommitOptions,
) -> Result<Recovered, CommitError> {
    let (begun, mut count) = (Instant::now(), 0);
    replay.learn_what_is_archived();
    let mut blocks = belonging::open(&replay.state().view(), store_id, log)?;
    noted.check_block(blocks.head())?;
    for block in &mut blocks {
        let block = block?;
        noted.check_block(ChainHead::of(block.header()))?;
        replay.add(&block)?;
        count += 1;
    }
    let head = blocks.end()?;
    noted.check_end(head)?;
    let appender = if options.read_only { blocks.only_read()? } else { blocks.append()? };
    Trace::of(store_id).recovered(count, begun);
    let (state, set) = replay.into_parts();
    Ok(Recovered { state, set, appender, head })
}
