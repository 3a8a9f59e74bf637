//! From many callers' submissions to durable blocks: sequencer, group commit, recovery, poison.
//!
//! Callers queue submissions. One of them leads: it takes what is queued, loads the records that
//! are concerned, applies it all as one block, and passes the lead on. Then it appends the block to
//! the journal with one sync, publishes what changed, and answers everybody in it, while the next
//! leader fills the next block. Who submits without waiting is served by two threads that lead when
//! nobody else does.
//!
//! Guarantees: an answer is given only when everything that it says is durable and can be read;
//! blocks become durable in the order in which they were judged; the work of one block is bounded.
//! After a failed append or checkpoint, or a panic, the store is *poisoned*: everything that is not
//! answered yet, and every later submission, gets that error, and nothing more is written. A log
//! that cannot be reached poisons nothing: the block is given again for some seconds; then all who
//! are in the blocks under way are told, and the sequencer begins anew with what is durable. So it
//! is with a log that has a block and does not say for so long whether it is durable: nothing is
//! judged before that is known.
//!
//! It does not know the callers' formats, nor what the rules are.

pub(crate) mod archived;
mod background;
mod backpressure;
mod belonging;
mod clock;
mod cooperative_yield;
mod error;
mod follow;
mod group_commit_delay;
mod id_scan;
mod lead;
mod load;
mod queue;
mod recover;
mod replay;
mod sequencer;
mod sync;
#[cfg(test)]
mod tests;
mod ticket;
mod trace;
mod tuning;
mod under_way;
mod wait_strategy;
mod work;

pub(crate) use belonging::Noted;
pub use clock::{ClockSource, ClockState, SystemTimeSource, TimeSource};
pub(crate) use clock::{GAP_MAX, Guard, STEP_MAX};
pub(crate) use error::CommitError;
use error::Stop;
pub(crate) use follow::Following;
pub(crate) use load::read_event;
pub(crate) use replay::{Replay, decode};
pub(crate) use ticket::Ticket;
pub(crate) use tuning::Tuning;
pub(crate) use work::{Answer, Work};

use crate::disk::Disk;
use crate::engine::Outcomes;
use crate::journal::{self, Appender, JournalReader, Log, Position, StoreId};
use crate::model::Timestamp;
use crate::state::{self, CheckpointObserver, State, Unflushed, View};
use clock::StoreClock;
use cooperative_yield::CooperativeYield;
use group_commit_delay::GroupCommitDelay;
use id_scan::IdScan;
use lead::CommitOrder;
use queue::Queue;
use sequencer::Sequencer;
use std::fmt;
use std::mem;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use sync::{AtomicBool, Mutex, MutexGuard};
use trace::Trace;

/// How to open a store's commit path.
#[derive(Clone, Debug)]
pub(crate) struct CommitOptions {
    /// The journal is not appended to. What is written to the state goes to the disk that is given.
    pub(crate) read_only: bool,
    pub(crate) clock: ClockSource,
    /// How far the system clock is believed.
    pub(crate) guard: Guard,
    pub(crate) journal: journal::Options,
    pub(crate) state: state::Options,
    /// Memory for records that could be read again.
    pub(crate) records_bytes: usize,
    /// Memory for what is above the last checkpoint: much of it brings on the next one.
    pub(crate) unflushed_bytes: usize,
    /// Memory for telling which ids were never used, if they do not rise.
    pub(crate) id_filter_bytes: usize,
    /// Memory for submissions that nobody waits for.
    pub(crate) submissions_bytes_max: usize,
    pub(crate) tuning: Tuning,
    /// About so many of the deadlines that come next are in memory.
    pub(crate) deadline_window: usize,
    /// For so long a block is given again to a log that cannot be reached.
    pub(crate) log_patience: Duration,
}

/// What was done since the store was opened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) blocks: u64,
    pub(crate) events: u64,
    pub(crate) journal_bytes: u64,
    pub(crate) checkpoints: u64,
}

/// The commit path of one open store.
pub(crate) struct Committer {
    shared: Arc<Shared>,
    workers: background::Workers,
    /// The process whose threads they are.
    process: u32,
}

/// What the threads of a commit path share.
struct Shared {
    queue: Queue,
    sequencer: Mutex<Sequencer>,
    appender: Box<dyn Appender>,
    commit_order: Arc<CommitOrder>,
    /// Why the log could not be reached the last time.
    outage: Mutex<Arc<str>>,
    /// Blocks that the log goes on with by itself, in order.
    unsettled: Mutex<Vec<lead::Unsettled>>,
    group_commit_delay: GroupCommitDelay,
    /// The leader waits for less to be above the checkpoint.
    waits_for_room: AtomicBool,
    state: State,
    /// Held by who writes the file of the state. The state has a lock for that of its own, which
    /// the model checker does not know.
    checkpointing: Mutex<()>,
    log: Arc<dyn Log>,
    poison: OnceLock<Stop>,
    counters: AtomicCounters,
    maintenance: background::Maintenance,
    unflushed_bytes: usize,
    deadline_window: usize,
    log_patience: Duration,
    id_scan: Mutex<IdScan>,
    id_filter_bytes: usize,
    clock: StoreClock,
    tuning: Tuning,
    trace: Trace,
}

#[derive(Default)]
struct AtomicCounters {
    blocks: AtomicU64,
    events: AtomicU64,
    journal_bytes: AtomicU64,
    checkpoints: AtomicU64,
}

impl fmt::Debug for Committer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Committer")
            .field("state", &self.shared.state)
            .finish_non_exhaustive()
    }
}

impl Committer {
    /// Opens the log and the state of a store, which lies on the disk, and brings the state up to
    /// the journal.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        log: Arc<dyn Log>,
        store_id: StoreId,
        noted: Noted,
        options: &CommitOptions,
    ) -> Result<Self, CommitError> {
        let recovered = recover::recover(&disk, &log, store_id, noted, options)?;
        Self::start(recovered, log, store_id, options)
    }

    /// Goes on as the leader with what a follower has: fences who had the log, and brings the state
    /// up to the last block.
    pub(crate) fn take_over(
        replay: Replay,
        log: Arc<dyn Log>,
        store_id: StoreId,
        noted: Noted,
        options: &CommitOptions,
    ) -> Result<Self, CommitError> {
        let recovered = recover::go_on(replay, &*log, store_id, noted, options)?;
        Self::start(recovered, log, store_id, options)
    }

    fn start(
        mut recovered: recover::Recovered,
        log: Arc<dyn Log>,
        store_id: StoreId,
        options: &CommitOptions,
    ) -> Result<Self, CommitError> {
        let (tuning, commit_order) = (options.tuning.clone(), Arc::new(CommitOrder::new()));
        let waiting = Arc::clone(&commit_order);
        recovered.state.on_less(move || waiting.wake_all());
        let shared = Arc::new(Shared {
            queue: Queue::with(
                tuning.wait_strategies.clone(),
                tuning.yields,
                options.submissions_bytes_max,
            ),
            commit_order,
            outage: Mutex::new("".into()),
            unsettled: Mutex::default(),
            deadline_window: options.deadline_window,
            log_patience: options.log_patience,
            group_commit_delay: GroupCommitDelay::new(tuning.worth_waiting),
            waits_for_room: AtomicBool::new(false),
            checkpointing: Mutex::default(),
            log,
            appender: recovered.appender,
            clock: StoreClock::new(options.clock, &options.guard, recovered.set.last()),
            sequencer: Mutex::new(Sequencer::new(recovered.set, recovered.head, store_id, options)),
            state: recovered.state,
            poison: OnceLock::new(),
            counters: AtomicCounters::default(),
            maintenance: background::Maintenance::default(),
            unflushed_bytes: options.unflushed_bytes,
            id_scan: Mutex::default(),
            id_filter_bytes: options.id_filter_bytes,
            tuning,
            trace: Trace::of(store_id),
        });
        let workers = background::start(&shared).map_err(CommitError::Io)?;
        shared.trace.opened(recovered.head.number, options.read_only);
        Ok(Self { shared, workers, process: process::id() })
    }

    /// Submits and waits until the answer is durable.
    pub(crate) fn submit(&self, work: Work) -> Result<Answer, CommitError> {
        let room = work.room();
        self.submit_into(work, room)
    }

    /// As [`Committer::submit`]; the outcomes go into this room.
    pub(crate) fn submit_into(&self, work: Work, room: Outcomes) -> Result<Answer, CommitError> {
        self.check(&work)?;
        let (ticket, leads) = self.shared.queue.push(work, room, true)?;
        if leads {
            self.shared.lead();
        }
        while ticket.wait_or_lead() {
            self.shared.lead();
        }
        ticket.take()
    }

    /// Submits and returns at once; the ticket has the answer when it is durable.
    pub(crate) fn submit_async(&self, work: Work) -> Result<Ticket, CommitError> {
        self.check(&work)?;
        let room = work.room();
        let (ticket, _) = self.shared.queue.push(work, room, false)?;
        Ok(ticket)
    }

    /// As [`Committer::submit_async`], for somebody elsewhere who waits for the answer: the memory
    /// that it takes is counted there.
    pub(crate) fn submit_served(
        &self,
        work: Work,
        comes_back: bool,
    ) -> Result<Ticket, CommitError> {
        self.check(&work)?;
        let room = work.room();
        let (ticket, _) = self.shared.queue.push_served(work, room, comes_back)?;
        Ok(ticket)
    }

    /// Whether such work may be submitted.
    fn check(&self, work: &Work) -> Result<(), CommitError> {
        self.shared.check_poison()?;
        if matches!(work, Work::Archive(_)) { Ok(()) } else { self.shared.clock.check() }
    }

    /// The state as of the last durable block.
    pub(crate) fn view(&self) -> Arc<View> {
        self.shared.state.view()
    }

    /// What the store's clock shows, never before the last durable event.
    pub(crate) fn now(&self) -> Timestamp {
        self.shared.clock.now().max(self.view().tip().timestamp)
    }

    /// How far the clock is believed.
    pub(crate) fn clock_state(&self) -> ClockState {
        self.shared.clock.state()
    }

    /// What the system clock shows, believed or not; `None` where the clock is manual.
    pub(crate) fn system_clock(&self) -> Option<Timestamp> {
        match &self.shared.clock {
            StoreClock::Manual(_) => None,
            StoreClock::Wall(wall) => Some(wall.shown()),
        }
    }

    /// Believes the system clock from now on, if what the host knows of the time agrees with it.
    /// What it shows is remembered first, by `remember`.
    pub(crate) fn confirm_clock<E: From<CommitError>>(
        &self,
        host: Timestamp,
        remember: impl FnOnce(Timestamp) -> Result<(), E>,
    ) -> Result<Timestamp, E> {
        let StoreClock::Wall(wall) = &self.shared.clock else {
            let what = "a manual clock needs no confirmation: advance moves it";
            return Err(CommitError::Invalid(what.into()).into());
        };
        let shown = wall.confirmable(host)?;
        remember(shown)?;
        wall.confirm();
        self.shared.maintenance.wake();
        Ok(shown)
    }

    /// The log.
    pub(crate) fn log(&self) -> &Arc<dyn Log> {
        &self.shared.log
    }

    /// The files of the journal, for whoever moves or copies them.
    pub(crate) fn files(&self) -> Result<&JournalReader, CommitError> {
        let none = || CommitError::Invalid("the log of this store is in no files".into());
        self.shared.log.files().ok_or_else(none)
    }

    /// Where the last block of a view ends in the journal; `None` if it has no block.
    pub(crate) fn end_of(&self, view: &View) -> Result<Option<Position>, CommitError> {
        let tip = view.tip();
        let near = belonging::near(view, tip.timestamp)?;
        let found = self.files()?.find(tip.block, near)?;
        Ok(found.map(|(position, header)| position.after(header.block_bytes())))
    }

    /// Writes all that is durable by now into the state file.
    pub(crate) fn checkpoint(&self) -> Result<(), CommitError> {
        self.shared.check_poison()?;
        self.shared.checkpoint(&CooperativeYield::new(self.shared.tuning.piece))
    }

    /// Judges by no event up to `until` any more, and writes a checkpoint of all that was judged by
    /// one before: when this returns, those events are needed neither now nor after a crash. A time
    /// before takes that back.
    pub(crate) fn archive(&self, until: Timestamp) -> Result<(), CommitError> {
        self.submit(Work::Archive(until))?;
        self.checkpoint()
    }

    /// What was done since the store was opened.
    pub(crate) fn counters(&self) -> Counters {
        let counters = &self.shared.counters;
        Counters {
            blocks: counters.blocks.load(Ordering::Relaxed),
            events: counters.events.load(Ordering::Relaxed),
            journal_bytes: counters.journal_bytes.load(Ordering::Relaxed),
            checkpoints: counters.checkpoints.load(Ordering::Relaxed),
        }
    }

    /// Records that are in memory for judging, of all kinds.
    pub(crate) fn records_in_memory(&self) -> usize {
        lock(&self.shared.sequencer).records_in_memory()
    }

    /// Whether work is taken: it is not closed or poisoned.
    pub(crate) fn check_open(&self) -> Result<(), CommitError> {
        // Callers may have been told of it before the queue is.
        self.shared.check_poison()?;
        self.shared.queue.check_open()
    }

    /// Takes no more work, and waits until all that was taken is carried out and answered.
    pub(crate) fn close(&self) {
        self.shared.queue.close();
        self.shared.queue.wait_for_end();
        let is_poisoned = || self.shared.poison.get().is_some();
        self.shared.commit_order.wait(is_poisoned, |in_flight| in_flight == 0);
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        if self.process != process::id() {
            // A forked child has none of the threads to wait for, and must not end its parent's
            // files.
            mem::forget((Arc::clone(&self.shared), self.workers.take()));
            return;
        }
        self.shared.queue.close();
        // A leader may need maintenance to make room: that thread stops last.
        self.workers.join_leaders();
        self.shared.maintenance.stop();
        self.workers.join_maintenance();
        self.shared.trace.closed(self.view().tip().block);
    }
}

impl Shared {
    fn check_poison(&self) -> Result<(), CommitError> {
        match self.poison.get() {
            Some(why) => Err(why.clone().into()),
            None => Ok(()),
        }
    }

    /// Stops all writing, for this reason unless there was one before.
    fn poison(&self, reason: &str) {
        self.stop(Stop::Poisoned(reason.into()));
    }

    /// As [`Shared::poison`], for this reason.
    fn stop(&self, why: Stop) {
        // The first reason is the cause; later ones are its consequences.
        let is_first = self.poison.set(why).is_ok();
        let Some(why) = self.poison.get() else { return };
        self.queue.poison(why);
        self.commit_order.wake_all();
        self.maintenance.wake();
        match why {
            Stop::Fenced if is_first => self.trace.fenced(),
            Stop::Poisoned(reason) if is_first => self.trace.poisoned(reason),
            _ => (),
        }
    }

    /// Whether it is time for the next checkpoint: so much is above the last one, or, whatever that
    /// is by now, somebody waits for it to become less.
    fn wants_checkpoint(&self) -> bool {
        is_much(self.state.unflushed(), self.unflushed_bytes)
            || self.waits_for_room.load(Ordering::Relaxed)
    }

    fn checkpoint(&self, cooperative_yield: &CooperativeYield) -> Result<(), CommitError> {
        let _one_at_a_time = lock(&self.checkpointing);
        let (begun, block) = (Instant::now(), self.state.view().tip().block);
        let result =
            self.state.checkpoint_before(&PacedCheckpoint { shared: self, cooperative_yield });
        if let Err(error) = result {
            self.poison(&error.to_string());
            return Err(CommitError::State(error));
        }
        self.counters.checkpoints.fetch_add(1, Ordering::Relaxed);
        self.trace.checkpoint(block, begun);
        self.commit_order.wake_all();
        Ok(())
    }

    /// Gives the processor away now and then, to callers who spin.
    fn pause(&self, cooperative_yield: &CooperativeYield) {
        if self.queue.has_spinning() {
            cooperative_yield.pause();
        }
    }

    /// Merges some of what checkpoints wrote; says whether there was enough of it.
    fn compact(&self) -> bool {
        let _one_at_a_time = lock(&self.checkpointing);
        let compacted = self.state.compact_runs();
        compacted.unwrap_or_else(|error| {
            self.poison(&error.to_string());
            false
        })
    }
}

/// Sees that callers have room and processors while a checkpoint is written.
struct PacedCheckpoint<'c> {
    shared: &'c Shared,
    cooperative_yield: &'c CooperativeYield,
}

impl CheckpointObserver for PacedCheckpoint<'_> {
    fn told(&self) {
        // Whoever leads keeps pace with it.
        self.shared.commit_order.wake_all();
    }

    fn pause(&self) {
        self.shared.pause(self.cooperative_yield);
    }
}

/// Operations after which a checkpoint is written even if memory is left: opening after a crash
/// carries them out again.
const UNFLUSHED_OPERATIONS_ENOUGH: usize = 1 << 19;

/// Whether what is above a checkpoint is worth the next one, where there are so many bytes for it.
/// The rest is for what comes while that is written.
fn is_much(unflushed: Unflushed, bytes_max: usize) -> bool {
    unflushed.bytes >= bytes_max / 8 * 5 || unflushed.operations >= UNFLUSHED_OPERATIONS_ENOUGH
}

/// Locks. A thread that panicked while it held the lock has poisoned the store, so that nobody acts
/// on what it left.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
