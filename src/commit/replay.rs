//! Replaying: a state that is brought up to a journal, block by block.

use super::{CommitError, CommitOptions, is_much, load};
use crate::engine::{self, Footprint, WorkingSet};
use crate::journal::{Block, Log};
use crate::model::{Event, Record, Timestamp};
use crate::record;
use crate::state::{BlockPlace, Published, State, Tip, View};
use std::slice;
use std::sync::Arc;

/// A state, and what carrying out further blocks needs.
pub(crate) struct Replay {
    state: State,
    set: WorkingSet,
    log: Arc<dyn Log>,
    /// What of it the set knows to be archived.
    archived: Timestamp,
    keep: usize,
    /// Memory for what is above the checkpoint; much of it brings on the next one. `None` to leave
    /// the state's file alone.
    unflushed_bytes: Option<usize>,
}

impl Replay {
    /// Goes on from where `state` is. The log knows what is archived.
    pub(crate) fn over(
        state: State,
        log: Arc<dyn Log>,
        options: &CommitOptions,
    ) -> Result<Self, CommitError> {
        let sizes = (options.deadline_window, options.tuning.worth_fetching_bytes);
        let set = working_set(&state.view(), &*log, sizes)?;
        let unflushed_bytes = Some(options.unflushed_bytes);
        let archived = Timestamp::from_nanoseconds(log.archived().timestamp);
        Ok(Self { state, set, log, archived, keep: options.records_bytes, unflushed_bytes })
    }

    /// Leaves the state's file as it is: everything replayed stays in memory.
    pub(crate) fn without_checkpoints(mut self) -> Self {
        self.unflushed_bytes = None;
        self
    }

    /// The state so far.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Reads no more what the log has let go, since it was opened or since this was asked last.
    pub(crate) fn learn_what_is_archived(&mut self) {
        let until = Timestamp::from_nanoseconds(self.log.archived().timestamp);
        if until != self.archived {
            self.archived = until;
            self.set.archive(until);
        }
    }

    /// Does what need not be done at once, when no block waits: merges what was published, writes
    /// what came together, and merges that too.
    pub(crate) fn maintain(&self, is_stopped: &dyn Fn() -> bool) -> Result<(), CommitError> {
        self.state.compact_deltas(&|| ());
        if self.unflushed_bytes.is_some_and(|most| is_much(self.state.unflushed(), most)) {
            self.state.checkpoint()?;
            while !is_stopped() && self.state.compact_runs()? {}
        }
        Ok(())
    }

    /// The state and the working set, to go on from here.
    pub(crate) fn into_parts(self) -> (State, WorkingSet) {
        (self.state, self.set)
    }

    /// Carries out what the next block says was decided, and gives its events.
    pub(crate) fn add(&mut self, block: &Block) -> Result<Arc<Vec<Event>>, CommitError> {
        // Before this block is added: it may be the last, which may be there in memory only, for
        // its sync may have failed. Those before it are durable, or it would not have been written.
        if self.unflushed_bytes.is_some_and(|most| is_much(self.state.unflushed(), most)) {
            self.state.checkpoint()?;
        }
        let header = block.header();
        let events = decode(block)?;
        let mut footprint = Footprint::default();
        for event in &events {
            match &event.record {
                Record::Operation(decision) => footprint.add_decision(&self.set, decision),
                // Whether it was opened before.
                Record::Account(account) => {
                    footprint.add_new_accounts(&self.set, slice::from_ref(account));
                }
                Record::Ledger(_) | Record::Consumer { .. } | Record::ConsumerRemoved { .. } => (),
            }
        }
        load::load_from(&self.state.view(), &*self.log, &mut self.set, footprint)?;
        for event in events {
            engine::replay(&mut self.set, event)
                .map_err(|error| CommitError::Inconsistent { block: header.number, error })?;
        }
        let replayed = self.set.end_block();
        let tip =
            Tip { timestamp: replayed.changes.timestamp, block: header.number, hash: header.hash };
        let place = BlockPlace {
            first_timestamp: Timestamp::from_nanoseconds(header.first_timestamp),
            number: header.number,
            hint: block.hint(),
        };
        let bytes = header.block_bytes();
        self.state.publish(replayed.changes, Published { place, bytes, tip });
        self.set.forget(replayed.number, tip.timestamp, self.keep);
        Ok(replayed.events)
    }
}

/// A working set to go on from this view: with a window of so many deadlines, and fetching accounts
/// from so many bytes on.
pub(super) fn working_set(
    view: &View,
    log: &dyn Log,
    (deadline_window, worth_fetching_bytes): (usize, usize),
) -> Result<WorkingSet, CommitError> {
    let mut set = WorkingSet::new(view.tip().timestamp, view.ledgers()?, view.greatest_operation())
        .with_deadline_window(deadline_window)
        .fetching_above(worth_fetching_bytes);
    let consumers = view.consumers().collect::<Result<Vec<_>, _>>()?;
    set.load_consumers(consumers.into_iter().map(|(name, at)| (name.to_string(), at)));
    set.archive(Timestamp::from_nanoseconds(log.archived().timestamp));
    Ok(set)
}

/// The events of a block.
pub(crate) fn decode(block: &Block) -> Result<Vec<Event>, CommitError> {
    let number = block.header().number;
    let decode = |(timestamp, body)| {
        record::decode(Timestamp::from_nanoseconds(timestamp), body)
            .map_err(|error| CommitError::Record { block: number, error })
    };
    block.records().map(decode).collect()
}
