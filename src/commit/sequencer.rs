//! Filling a block: stamp the time, load, apply, encode.

use super::error::Stop;
use super::queue::Submission;
use super::ticket::Completion;
use super::work::{Answer, Work};
use super::{CommitError, CommitOptions, Shared, load};
use crate::engine::{self, Batch, Block, Clock, FETCHED_AT_ONCE, Footprint, Pause, WorkingSet};
use crate::journal::{BlockBuilder, ChainHead, SealedBlock, StoreId};
use crate::model::{Timestamp, limits};
use crate::record;
use std::collections::VecDeque;

/// Submissions on their way into blocks, and the state that they are judged by.
pub(super) struct Sequencer {
    set: WorkingSet,
    builder: BlockBuilder,
    head: ChainHead,
    records_bytes: usize,
    /// Taken from the queue and not finished: the rest goes into the next block.
    running: VecDeque<Submission>,
    /// How many outages of the log it has begun anew after.
    generation: u64,
    /// What is archived, if that was said since the store was opened: the log may not know it yet.
    archived: Option<Timestamp>,
}

/// A block that was filled.
pub(super) struct Filled {
    /// The block; `None` if nothing happened that has to be remembered.
    pub(super) block: Option<(Block, SealedBlock)>,
    /// Who gets which answer when it is durable.
    pub(super) answers: Vec<(Completion, Answer)>,
    /// Why it must not be written.
    pub(super) error: Option<CommitError>,
    /// That of the sequencer which filled it: see [`Shared::begin_anew_if_needed`].
    pub(super) generation: u64,
}

/// Whether a submission is finished with this block.
enum Step {
    Finished,
    /// The rest needs another block.
    Continue,
}

impl Sequencer {
    pub(super) fn new(
        set: WorkingSet,
        head: ChainHead,
        store_id: StoreId,
        options: &CommitOptions,
    ) -> Self {
        Self {
            set,
            builder: BlockBuilder::new(store_id),
            head,
            records_bytes: options.records_bytes,
            running: VecDeque::new(),
            generation: 0,
            archived: None,
        }
    }

    /// How many outages of the log it has begun anew after.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// Begins anew with what is durable, of which `head` is the last block. What was taken and not
    /// finished is answered with the error.
    pub(super) fn begin_anew(
        &mut self,
        set: WorkingSet,
        head: ChainHead,
        generation: u64,
        why: &Stop,
    ) {
        self.abandon(why);
        (self.set, self.head, self.generation) = (set, head, generation);
        if let Some(until) = self.archived {
            self.set.archive(until);
        }
    }

    /// Whether work was taken that did not fit.
    pub(super) fn has_more(&self) -> bool {
        !self.running.is_empty()
    }

    pub(super) fn records_in_memory(&self) -> usize {
        self.set.records_in_memory()
    }

    /// Blocks up to this one are durable.
    pub(super) fn forget(&mut self, block: u64, timestamp: Timestamp) {
        self.set.forget(block, timestamp, self.records_bytes);
    }

    /// Whether a deadline has come by then.
    pub(super) fn has_due(&self, now: Timestamp) -> bool {
        self.set.has_due(now)
    }

    /// Gives up what was taken and not finished.
    pub(super) fn abandon(&mut self, why: &Stop) {
        for running in self.running.drain(..) {
            running.completion.resolve(Err(why.clone().into()));
        }
    }

    /// Gives up what was taken, and what waits.
    pub(super) fn refuse(&mut self, shared: &Shared, why: &Stop) {
        self.abandon(why);
        shared.queue.take((usize::MAX, usize::MAX), &mut self.running);
        self.abandon(why);
    }

    /// Fills one block with what was left over and what is queued.
    pub(super) fn fill(&mut self, shared: &Shared) -> Filled {
        shared.maintain_id_filter(&mut self.set, self.head.number, self.generation);
        if self.running.is_empty() {
            let limits = (shared.tuning.block_operations_enough, shared.tuning.block_bytes_enough);
            shared.queue.take(limits, &mut self.running);
        }
        let mut answers = Vec::with_capacity(self.running.len());
        let mut error = self.fill_block(shared, &mut answers).err();
        let mut block = None;
        if error.is_none() && !self.set.block_is_empty() {
            let filled = self.set.end_block();
            match self.encode(&filled) {
                Ok(sealed) => block = Some((filled, sealed)),
                Err(failed) => error = Some(failed),
            }
        }
        if error.is_some() {
            // Nothing of this block will be written: everybody in it is told so.
            let running = self.running.drain(..);
            answers.extend(running.map(|running| (running.completion, running.answer)));
        }
        Filled { block, answers, error, generation: self.generation }
    }

    fn fill_block(
        &mut self,
        shared: &Shared,
        answers: &mut Vec<(Completion, Answer)>,
    ) -> Result<(), CommitError> {
        // One reading for all of them, who come together: each costs two clocks and a lock.
        let (mut settled, mut clock) = (0, shared.clock.reading());
        for place in 0_usize.. {
            if place.is_multiple_of(FETCHED_AT_ONCE) {
                self.fetch();
            }
            let Some(mut running) = self.running.pop_front() else { break };
            if running.outages < self.generation {
                // It may have been sent in the belief that what was before it is done.
                running.completion.resolve(Err(shared.unavailable()));
                continue;
            }
            match self.run(shared, &mut running, &mut clock, &mut settled) {
                Ok(Step::Finished) => {
                    running.answer.work = running.completion.is_awaited().then_some(running.work);
                    answers.push((running.completion, running.answer));
                }
                Ok(Step::Continue) => {
                    self.running.push_front(running);
                    break;
                }
                Err(error) => {
                    self.running.push_front(running);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Has the processor fetch what the next [`FETCHED_AT_ONCE`] submissions need first.
    fn fetch(&self) {
        let next = self.running.iter().take(FETCHED_AT_ONCE);
        self.set.fetch(next.filter_map(|submission| submission.work.first_operation()));
    }

    fn run(
        &mut self,
        shared: &Shared,
        running: &mut Submission,
        clock: &mut Clock,
        settled: &mut usize,
    ) -> Result<Step, CommitError> {
        let (work, answer) = (&running.work, &mut running.answer);
        if let Work::Advance(to) = work {
            shared.clock.advance(*to);
            *clock = shared.clock.reading();
        }
        let clock = *clock;
        self.load_footprint(shared, work)?;
        let Answer { outcomes, acknowledged, .. } = answer;
        let before = *settled;
        let step = match work {
            Work::Ledgers(ledgers) => self.run_until_done(shared, settled, |set, settled| {
                engine::create_ledgers(set, ledgers, clock, outcomes, settled)
            })?,
            Work::Accounts(accounts) => self.run_until_done(shared, settled, |set, settled| {
                engine::create_accounts(set, accounts, clock, outcomes, settled)
            })?,
            Work::Operations { operations, data, origin } => {
                let batch = Batch::new(operations, data, *origin);
                self.run_until_done(shared, settled, |set, settled| {
                    engine::apply(set, &batch, clock, outcomes, settled)
                })?
            }
            Work::Advance(to) => self.run_until_done(shared, settled, |set, settled| {
                engine::settle_up_to(set, *to, settled)
            })?,
            Work::Acknowledge { consumer, position } => {
                self.run_until_done(shared, settled, |set, settled| {
                    engine::acknowledge(set, consumer, *position, clock, settled, acknowledged)
                })?
            }
            Work::RemoveConsumer(name) => {
                self.run_until_done(shared, settled, |set, settled| {
                    engine::remove_consumer(set, name, clock, settled, acknowledged)
                })?
            }
            Work::Archive(until) => {
                self.archived = Some(*until);
                self.set.archive(*until);
                Step::Finished
            }
        };
        answer.settled += (*settled - before) as u64;
        Ok(step)
    }

    /// Loads what the work is known to need before it is looked at in detail.
    fn load_footprint(&mut self, shared: &Shared, work: &Work) -> Result<(), CommitError> {
        let mut footprint = Footprint::default();
        match work {
            Work::Accounts(accounts) => footprint.add_new_accounts(&self.set, accounts),
            Work::Operations { operations, data, origin } => {
                footprint.add_batch(&mut self.set, &Batch::new(operations, data, *origin));
            }
            Work::Ledgers(_)
            | Work::Advance(_)
            | Work::Acknowledge { .. }
            | Work::RemoveConsumer(_)
            | Work::Archive(_) => (),
        }
        load::load(shared, &mut self.set, footprint)
    }

    /// Runs `work` again and again, loading what it asks for, until it is done or needs a new
    /// block.
    fn run_until_done(
        &mut self,
        shared: &Shared,
        settled: &mut usize,
        mut work: impl FnMut(&mut WorkingSet, &mut usize) -> Result<Pause, engine::Inconsistent>,
    ) -> Result<Step, CommitError> {
        let mut loaded_at = None;
        loop {
            let pause = work(&mut self.set, settled).map_err(|error| self.inconsistent(error))?;
            match pause {
                Pause::Done => return Ok(Step::Finished),
                Pause::BlockIsFull => return Ok(Step::Continue),
                Pause::LoadDueHolds(time) => {
                    if loaded_at == Some((time, *settled)) {
                        let error = engine::Inconsistent("a hold that is due cannot be found");
                        return Err(self.inconsistent(error));
                    }
                    loaded_at = Some((time, *settled));
                    let mut footprint = Footprint::default();
                    let limit = limits::DUE_HOLDS_PER_BLOCK_MAX;
                    footprint.add_due(&self.set, time, limit);
                    load::load(shared, &mut self.set, footprint)?;
                }
                Pause::LoadDeadlines => {
                    // The index of deadlines is up to date only when everything before is
                    // published.
                    if !self.set.block_is_empty() {
                        return Ok(Step::Continue);
                    }
                    shared
                        .commit_order
                        .wait(|| shared.poison.get().is_some(), |in_flight| in_flight == 0);
                    shared.check_poison()?;
                    load::load_deadlines(shared, &mut self.set)?;
                }
            }
        }
    }

    fn inconsistent(&self, error: engine::Inconsistent) -> CommitError {
        CommitError::Inconsistent { block: self.head.number + 1, error }
    }

    fn encode(&mut self, block: &Block) -> Result<SealedBlock, CommitError> {
        for event in block.events.iter() {
            let timestamp = event.timestamp.nanoseconds();
            self.builder.push(timestamp, |bytes| record::encode(bytes, &event.record))?;
        }
        Ok(self.builder.seal(&mut self.head)?)
    }
}
