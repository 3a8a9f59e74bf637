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
//! After a failed append or checkpoint, or a panic, the store is *poisoned*: everything that is
//! not answered yet, and every later submission, gets that error, and nothing more is written.
//!
//! It does not know the callers' formats, nor what the rules are.

pub(crate) mod archived;
mod clock;
mod error;
mod keeper;
mod lead;
mod load;
mod queue;
mod recover;
mod replay;
mod sequencer;
mod sync;
#[cfg(test)]
mod tests;

pub use clock::ClockSource;
pub(crate) use clock::system_now;
pub(crate) use error::CommitError;
pub(crate) use queue::{Answer, Ticket, Work};
pub(crate) use replay::{Replay, decode, read_event};

use crate::disk::Disk;
use crate::journal::{self, ChainHead, Journal, JournalReader, StoreId};
use crate::model::Timestamp;
use crate::state::{self, State, View};
use lead::Turns;
use queue::Queue;
use sequencer::Sequencer;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};
use sync::{JoinHandle, Mutex, MutexGuard};

/// How to open a store's commit path.
#[derive(Clone, Debug)]
pub(crate) struct CommitOptions {
    pub(crate) clock: ClockSource,
    pub(crate) journal: journal::Options,
    pub(crate) state: state::Options,
    /// Records of a kind that stay in memory although they could be read again.
    pub(crate) records_in_memory: usize,
    /// Rows above the last checkpoint that bring on the next one.
    pub(crate) checkpoint_rows: u64,
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
    threads: Vec<JoinHandle<()>>,
}

/// What the threads of a commit path share.
struct Shared {
    queue: Queue,
    sequencer: Mutex<Sequencer>,
    journal: Mutex<Box<dyn Journal>>,
    turns: Turns,
    state: State,
    reader: JournalReader,
    poison: OnceLock<Arc<str>>,
    counters: AtomicCounters,
    upkeep: keeper::Upkeep,
    checkpoint_rows: u64,
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
    /// Opens the journal and the state of a store, and brings the state up to the journal. The last
    /// block that was ever archived is `archived`, or the origin of the chain.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        store_id: StoreId,
        archived: ChainHead,
        options: &CommitOptions,
    ) -> Result<Self, CommitError> {
        let recovered = recover::recover(&disk, store_id, archived, options)?;
        let shared = Arc::new(Shared {
            queue: Queue::new(),
            turns: Turns::new(),
            reader: recovered.journal.reader(),
            journal: Mutex::new(Box::new(recovered.journal)),
            sequencer: Mutex::new(Sequencer::new(recovered.set, recovered.head, store_id, options)),
            state: recovered.state,
            poison: OnceLock::new(),
            counters: AtomicCounters::default(),
            upkeep: keeper::Upkeep::default(),
            checkpoint_rows: options.checkpoint_rows,
        });
        let threads = keeper::start(&shared).map_err(CommitError::Io)?;
        Ok(Self { shared, threads })
    }

    /// Submits and waits until the answer is durable.
    pub(crate) fn submit(&self, work: Work) -> Result<Answer, CommitError> {
        self.shared.check_poison()?;
        let (ticket, leads) = self.shared.queue.push(work, true)?;
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
        self.shared.check_poison()?;
        let (ticket, _) = self.shared.queue.push(work, false)?;
        Ok(ticket)
    }

    /// The state as of the last durable block.
    pub(crate) fn view(&self) -> Arc<View> {
        self.shared.state.view()
    }

    /// A reader of the durable journal.
    pub(crate) fn reader(&self) -> &JournalReader {
        &self.shared.reader
    }

    /// Writes all that is durable by now into the state file.
    pub(crate) fn checkpoint(&self) -> Result<(), CommitError> {
        self.shared.check_poison()?;
        self.shared.checkpoint()
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

    /// Fails everything that is queued and everything to come.
    pub(crate) fn close(&self) {
        self.shared.queue.close();
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.shared.queue.close();
        self.shared.upkeep.stop();
        for thread in self.threads.drain(..) {
            // A panic of a thread has poisoned the store already.
            drop(thread.join());
        }
    }
}

impl Shared {
    fn check_poison(&self) -> Result<(), CommitError> {
        match self.poison.get() {
            Some(reason) => Err(CommitError::Poisoned(Arc::clone(reason))),
            None => Ok(()),
        }
    }

    /// Stops all writing, for this reason unless there was one before.
    fn poison(&self, reason: &str) {
        // The first reason is the cause; later ones are its consequences.
        drop(self.poison.set(reason.into()));
        if let Some(reason) = self.poison.get() {
            self.queue.poison(reason);
        }
        self.turns.wake_all();
        self.upkeep.wake();
    }

    fn checkpoint(&self) -> Result<(), CommitError> {
        let result = self.state.checkpoint();
        if let Err(error) = result {
            self.poison(&error.to_string());
            return Err(CommitError::State(error));
        }
        self.counters.checkpoints.fetch_add(1, Ordering::Relaxed);
        self.turns.wake_all();
        Ok(())
    }
}

/// Locks. A thread that panicked while it held the lock has poisoned the store, so that nobody acts
/// on what it left.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
