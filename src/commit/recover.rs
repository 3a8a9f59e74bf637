//! Opening: the state of the last checkpoint, brought up to the end of the journal.

use super::{CommitError, CommitOptions, load};
use crate::disk::Disk;
use crate::engine::{self, Block, Footprint, WorkingSet};
use crate::journal::{
    self, ChainHead, JournalError, JournalReader, LocalJournal, Position, Start, StoreId, scan,
};
use crate::model::{Event, Record, Timestamp};
use crate::record;
use crate::state::{BlockPlace, State, Tip, View};
use std::sync::Arc;

/// What opening gives.
pub(super) struct Recovered {
    pub(super) state: State,
    pub(super) set: WorkingSet,
    pub(super) journal: LocalJournal,
    pub(super) head: ChainHead,
}

/// Opens state and journal, and applies the blocks after the checkpoint again.
pub(super) fn recover(
    disk: &Arc<dyn Disk>,
    store_id: StoreId,
    options: &CommitOptions,
) -> Result<Recovered, CommitError> {
    let state = State::open(Arc::clone(disk), options.state)?;
    let view = state.view();
    let tip = *view.tip();
    let mut set = WorkingSet::new(tip.timestamp, view.ledgers()?, view.greatest_operation());
    drop(view);

    let reader = JournalReader::new(Arc::clone(disk), store_id);
    let mut blocks = scan(Arc::clone(disk), store_id, start(&tip))?;
    for block in &mut blocks {
        let block = block?;
        let replayed = replay_block(&state.view(), &reader, &mut set, &block)?;
        publish(&state, &block, replayed, &mut set, options.records_in_memory);
        if state.unflushed().records >= options.checkpoint_rows {
            state.checkpoint()?;
        }
    }
    let tail = blocks.finish()?;
    if tail.head.number < tip.block {
        let journal = tail.head.number;
        return Err(CommitError::JournalTooShort { journal, state: tip.block });
    }
    let head = tail.head;
    let journal = LocalJournal::resume(Arc::clone(disk), store_id, options.journal, tail)?;
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

/// Carries out what a block of the journal says was decided.
pub(crate) fn replay_block(
    view: &View,
    reader: &JournalReader,
    set: &mut WorkingSet,
    block: &journal::Block,
) -> Result<Block, CommitError> {
    let number = block.header().number;
    let decode = |(timestamp, body)| {
        record::decode(Timestamp::from_nanoseconds(timestamp), body)
            .map_err(|error| CommitError::Record { block: number, error })
    };
    let events: Vec<Event> = block.records().map(decode).collect::<Result<_, _>>()?;
    let mut footprint = Footprint::default();
    for event in &events {
        if let Record::Operation(decision) = &event.record {
            footprint.add_decision(set, decision);
        }
    }
    load::load_from(view, reader, set, footprint)?;
    for event in events {
        engine::replay(set, event)
            .map_err(|error| CommitError::Inconsistent { block: number, error })?;
    }
    Ok(set.end_block())
}

fn publish(
    state: &State,
    block: &journal::Block,
    replayed: Block,
    set: &mut WorkingSet,
    keep: usize,
) {
    let (header, position, end) = (block.header(), block.position(), block.end());
    let place = BlockPlace {
        first_timestamp: Timestamp::from_nanoseconds(header.first_timestamp),
        segment: position.segment,
        offset: position.offset,
    };
    let tip = Tip {
        timestamp: replayed.changes.timestamp,
        block: header.number,
        hash: header.hash,
        next_segment: end.segment,
        next_offset: end.offset,
    };
    state.publish(replayed.changes, place, tip);
    set.forget(replayed.number, tip.timestamp, keep);
}

/// Reads one event out of the journal by its timestamp.
pub(crate) fn read_event(
    view: &View,
    reader: &JournalReader,
    timestamp: Timestamp,
) -> Result<Event, CommitError> {
    let missing = || CommitError::Invalid(format!("the journal has no event at {timestamp:?}"));
    let place = view.place(timestamp)?.ok_or_else(missing)?;
    let near = Position { segment: place.segment, offset: place.offset };
    let mut body = Vec::new();
    if !reader.record(near, timestamp.nanoseconds(), &mut body)? {
        return Err(missing());
    }
    record::decode(timestamp, &body).map_err(|error| CommitError::Record { block: 0, error })
}

impl CommitError {
    /// Whether the files belong to a later version of escrowdb.
    pub(crate) fn newer_format(&self) -> Option<(u32, u32)> {
        match self {
            Self::Journal(JournalError::NewerFormat { found, supported, .. }) => {
                Some((*found, *supported))
            }
            Self::State(crate::state::StateError::NewerFormat { found, supported }) => {
                Some((*found, *supported))
            }
            _ => None,
        }
    }
}
