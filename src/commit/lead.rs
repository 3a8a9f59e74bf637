//! Leading: filling a block and seeing it to the disk, in commit order.

use super::backpressure;
use super::error::Stop;
use super::sequencer::{Filled, Sequencer};
use super::sync::{Condvar, Mutex};
use super::ticket::Completion;
use super::work::Answer;
use super::{CommitError, Shared, lock, replay};
use crate::engine::Block;
use crate::journal::{BlockRef, JournalError, SealedBlock};
use crate::model::Timestamp;
use crate::state::{BlockPlace, Published, Tip};
use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait before a block is given again to a log that cannot be reached: at first, and at
/// most.
const LOG_PAUSE_MIN: Duration = Duration::from_millis(10);
const LOG_PAUSE_MAX: Duration = Duration::from_secs(1);

/// Blocks become durable in the order in which they were filled.
pub(super) struct CommitOrder {
    inner: Mutex<Waited>,
    changed: Condvar,
}

#[derive(Default)]
struct Waited {
    progress: Progress,
    /// How many sleep: to wake nobody costs a call of the system, too.
    sleepers: usize,
}

/// How far the blocks have come.
#[derive(Clone, Copy, Default)]
pub(super) struct Progress {
    /// How many were filled.
    filled: u64,
    /// How many of them were sent to the log, or will not be.
    sent: u64,
    /// How many of them are durable and published.
    done: u64,
    /// The last of these, as the working set numbers its blocks, and its timestamp.
    pub(super) durable: Option<(u64, Timestamp)>,
}

impl CommitOrder {
    pub(super) fn new() -> Self {
        Self { inner: Mutex::default(), changed: Condvar::new() }
    }

    /// Takes the next slot of the pipeline.
    pub(super) fn take(&self) -> u64 {
        let mut waited = lock(&self.inner);
        waited.progress.filled += 1;
        waited.progress.filled
    }

    /// Waits until `ready` says so of the blocks that are filled but not durable, or `stop` does.
    pub(super) fn wait(&self, stop: impl Fn() -> bool, ready: impl Fn(u64) -> bool) -> Progress {
        self.sleep_while(|progress| !stop() && !ready(progress.filled - progress.done))
    }

    /// Waits until all slots before this one have sent their blocks.
    fn wait_to_send(&self, slot: u64) {
        self.sleep_while(|progress| progress.sent + 1 < slot);
    }

    /// The block of the slot that is next was sent, or will not be.
    fn sent(&self) {
        lock(&self.inner).progress.sent += 1;
        self.wake_all();
    }

    /// Waits until all slots before this one are done.
    pub(super) fn wait_for(&self, slot: u64) {
        self.sleep_while(|progress| progress.done + 1 < slot);
    }

    fn sleep_while(&self, condition: impl Fn(&Progress) -> bool) -> Progress {
        let mut waited = lock(&self.inner);
        while condition(&waited.progress) {
            waited.sleepers += 1;
            waited = self.changed.wait(waited).unwrap_or_else(PoisonError::into_inner);
            waited.sleepers -= 1;
        }
        waited.progress
    }

    /// What is durable is known otherwise from now on.
    fn forget_durable(&self) {
        lock(&self.inner).progress.durable = None;
    }

    /// Ends a slot.
    pub(super) fn done(&self, durable: Option<(u64, Timestamp)>) {
        let mut waited = lock(&self.inner);
        waited.progress.done += 1;
        waited.progress.durable = durable.or(waited.progress.durable);
        drop(waited);
        self.wake_all();
    }

    pub(super) fn wake_all(&self) {
        // Whoever is about to wait has looked at what changed, or holds the lock now.
        let sleepers = lock(&self.inner).sleepers;
        if sleepers > 0 {
            self.changed.notify_all();
        }
    }
}

/// A block that was sent and that the log goes on with, but of which it does not say yet that it is
/// durable. Whoever was in it was told so.
pub(super) struct Unsettled {
    block: Block,
    sealed: SealedBlock,
    sent: BlockRef,
}

/// What became of a sequencer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anew {
    NotNeeded,
    Begun,
    /// It cannot yet, and what waited was refused.
    Refused,
}

/// Ends a slot whatever happens, so that nobody waits for it for ever.
struct PipelineSlot<'s> {
    shared: &'s Shared,
    number: u64,
    is_sent: bool,
    durable: Option<(u64, Timestamp)>,
}

impl PipelineSlot<'_> {
    /// The next one may send its block.
    fn sent(&mut self) {
        if !mem::replace(&mut self.is_sent, true) {
            self.shared.commit_order.sent();
        }
    }
}

impl Drop for PipelineSlot<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            // Before the next slot may go on: its block is on top of this one.
            self.shared.poison("a panic in the commit path: a block was not finished");
        }
        self.sent();
        self.shared.commit_order.wait_for(self.number);
        self.shared.commit_order.done(self.durable);
    }
}

impl Shared {
    /// Leads: fills a block with what is queued, passes the lead on, and sees the block to the
    /// disk. Goes on if the work did not fit into one block.
    pub(super) fn lead(&self) {
        let led = catch_unwind(AssertUnwindSafe(|| self.lead_on()));
        if let Err(panic) = led {
            self.poison(&format!("a panic in the commit path: {}", words(&*panic)));
        }
        if let Some(reason) = self.poison.get() {
            lock(&self.sequencer).abandon(reason);
        }
    }

    fn lead_on(&self) {
        loop {
            let (slot, mut filled, has_more) = {
                let mut sequencer = lock(&self.sequencer);
                let mut progress = self.wait_for_room();
                self.gather(&sequencer);
                let anew = self.begin_anew_if_needed(&mut sequencer);
                if self.poison.get().is_some() {
                    return;
                }
                match anew {
                    Anew::NotNeeded => (),
                    Anew::Begun => progress = Progress::default(),
                    Anew::Refused => {
                        drop(sequencer);
                        return self.queue.pass_lead();
                    }
                }
                if let Some((block, timestamp)) = progress.durable {
                    sequencer.forget(block, timestamp);
                }
                let filled = sequencer.fill(self);
                (self.commit_order.take(), filled, sequencer.has_more())
            };
            if !has_more {
                self.queue.pass_lead();
            }
            self.commit_order.wait_to_send(slot);
            let mut slot =
                PipelineSlot { shared: self, number: slot, is_sent: false, durable: None };
            let answers = mem::take(&mut filled.answers);
            let committed = self.commit(filled, &mut slot);
            let callers = answers.iter().filter(|(completion, _)| completion.comes_back());
            self.queue.expect_back(callers.count());
            // Before the answers, for whoever gets one may submit again at once.
            drop(slot);
            self.answer(answers, committed);
            if !has_more || self.poison.get().is_some() {
                return;
            }
        }
    }

    /// Waits until another block makes sense: no more are under way to the log than it takes, none
    /// if there is little to do, and the state file keeps up.
    fn wait_for_room(&self) -> Progress {
        self.commit_order.wait(
            || self.poison.get().is_some(),
            |in_flight| {
                let worth_it = in_flight == 0 || self.queue.size() >= self.tuning.worth_pipelining;
                worth_it && in_flight <= self.appender.under_way_max() && self.checkpoints_keep_up()
            },
        )
    }

    /// Waits for callers who were answered just now, if this block is small and the next would be
    /// theirs.
    fn gather(&self, sequencer: &Sequencer) {
        if sequencer.has_more() || self.queue.size() >= self.tuning.worth_pipelining {
            return;
        }
        if let Some(all_came) =
            self.queue.gather(|callers| self.group_commit_delay.patience(callers))
        {
            self.group_commit_delay.waited(all_came);
        }
    }

    /// Whether memory is left for more above the checkpoint. If not, a checkpoint is on its way
    /// when this returns, or will be, and whatever makes room calls for another look.
    fn checkpoints_keep_up(&self) -> bool {
        let (unflushed, writing) = (self.state.unflushed(), self.state.writing());
        let has_room = backpressure::has_room(unflushed, writing, self.unflushed_bytes);
        self.waits_for_room.store(!has_room, Ordering::Relaxed);
        if self.wants_checkpoint() {
            self.maintenance.wake();
        }
        has_room
    }

    /// Sends a block. While the log cannot be reached nothing was sent, so that nothing has to be
    /// undone: the block is given again, for a while.
    fn send(&self, block: &SealedBlock) -> Result<BlockRef, JournalError> {
        let first = Instant::now();
        let mut pause = LOG_PAUSE_MIN;
        loop {
            let sent = self.appender.send(block);
            let is_outage = matches!(sent, Err(JournalError::Unavailable { .. }));
            if !is_outage || first.elapsed() >= self.log_patience {
                return sent;
            }
            thread::sleep(pause.min(self.log_patience.saturating_sub(first.elapsed())));
            pause = (pause * 2).min(LOG_PAUSE_MAX);
        }
    }

    /// Makes a block durable and publishes it.
    fn commit(&self, filled: Filled, slot: &mut PipelineSlot<'_>) -> Result<(), CommitError> {
        self.check_poison()?;
        if filled.generation != self.queue.outages() {
            return Err(self.unavailable());
        }
        if let Some(error) = filled.error {
            return Err(self.fail(error));
        }
        // Nothing happened that has to be remembered; but what the answers tell of is durable only
        // now that all blocks before are.
        let Some((block, sealed)) = filled.block else {
            slot.sent();
            self.commit_order.wait_for(slot.number);
            return self.check_poison();
        };
        let started = Instant::now();
        let sent = self.send(&sealed).map_err(|error| self.fail(error.into()))?;
        slot.sent();
        let number = sealed.number();
        let acknowledged = self.appender.acknowledged(number);
        let unsettled = Unsettled { block, sealed, sent };
        match acknowledged {
            Ok(()) => (),
            Err(error @ JournalError::Unavailable { .. }) => {
                self.commit_order.wait_for(slot.number);
                self.check_poison()?;
                lock(&self.unsettled).push(unsettled);
                return Err(self.fail(error.into()));
            }
            Err(error) => {
                // It was sent, so that this is no outage that leaves everything as it was.
                let error = error.into();
                self.stop(Stop::from(&error));
                return Err(error);
            }
        }
        let took = started.elapsed();
        self.group_commit_delay.synced(took);
        self.trace.appended(number, took);
        self.commit_order.wait_for(slot.number);
        // One before it may not be in the log.
        self.check_poison()?;
        // If it is durable, so are those before it.
        self.publish_settled();
        slot.durable = Some(self.publish(unsettled));
        Ok(())
    }

    /// Asks the log again for the blocks that it went on with by itself. None is under way.
    fn settle(&self) -> Result<(), JournalError> {
        let last = lock(&self.unsettled).last().map(|unsettled| unsettled.sealed.number());
        if let Some(last) = last {
            self.appender.acknowledged(last)?;
            self.publish_settled();
        }
        Ok(())
    }

    /// The blocks of which it was not known are durable.
    fn publish_settled(&self) {
        let settled = mem::take(&mut *lock(&self.unsettled));
        for unsettled in settled {
            self.publish(unsettled);
        }
    }

    /// Publishes a durable block, and gives its number in the working set, and its time.
    fn publish(&self, Unsettled { block, sealed, sent }: Unsettled) -> (u64, Timestamp) {
        let place = BlockPlace {
            first_timestamp: Timestamp::from_nanoseconds(sealed.first_timestamp()),
            number: sent.number,
            hint: sent.hint,
        };
        let tip =
            Tip { timestamp: block.changes.timestamp, block: sealed.number(), hash: sealed.hash() };
        let bytes = sealed.bytes().len() as u64;
        if self.state.publish(block.changes, Published { place, bytes, tip }) {
            self.maintenance.wake();
        }
        let counters = &self.counters;
        counters.blocks.fetch_add(1, Ordering::Relaxed);
        counters.events.fetch_add(block.events.len() as u64, Ordering::Relaxed);
        counters.journal_bytes.fetch_add(bytes, Ordering::Relaxed);
        (block.number, tip.timestamp)
    }

    /// What the failure of a block comes to: poison, unless the log could not be reached. Then what
    /// was judged after it is not written either.
    fn fail(&self, error: CommitError) -> CommitError {
        if !error.is_outage() {
            self.stop(Stop::from(&error));
            return error;
        }
        self.trace.unavailable(&error);
        *lock(&self.outage) = error.to_string().into();
        self.queue.had_outage();
        self.unavailable()
    }

    /// Why nothing was done: the last outage of the log.
    pub(super) fn unavailable(&self) -> CommitError {
        CommitError::Unavailable(lock(&self.outage).clone())
    }

    /// After an outage, has the sequencer go on from what is durable, and says so.
    fn begin_anew_if_needed(&self, sequencer: &mut Sequencer) -> Anew {
        let generation = self.queue.outages();
        if sequencer.generation() == generation {
            return Anew::NotNeeded;
        }
        // Those under way are not written any more; none is filled meanwhile.
        self.commit_order.wait(|| self.poison.get().is_some(), |in_flight| in_flight == 0);
        self.commit_order.forget_durable();
        if let Err(error) = self.settle() {
            let why = self.fail(error.into());
            sequencer.refuse(self, &Stop::from(&why));
            return Anew::Refused;
        }
        let view = self.state.view();
        let sizes = (self.deadline_window, self.tuning.worth_fetching_bytes);
        match replay::working_set(&view, &*self.log, sizes) {
            Ok(set) => {
                let head = self.appender.head();
                sequencer.begin_anew(set, head, generation, &Stop::from(&self.unavailable()));
            }
            Err(error) => self.poison(&error.to_string()),
        }
        Anew::Begun
    }

    /// Resolves the completions of a block. If it failed, they are told why nothing is written:
    /// that may have had another cause shortly before.
    fn answer(&self, answers: Vec<(Completion, Answer)>, committed: Result<(), CommitError>) {
        let failed = committed
            .err()
            .map(|error| self.poison.get().cloned().unwrap_or_else(|| Stop::from(&error)));
        let answers = answers.into_iter().map(|(completion, answer)| {
            let answer = match &failed {
                None => Ok(answer),
                Some(why) => Err(why.clone().into()),
            };
            (completion, answer)
        });
        Completion::resolve_all(answers);
    }
}

/// What a panic said. Panics of the commit path carry no data of callers.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}
