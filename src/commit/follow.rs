//! Following: a state that is brought up to a log in the background, while somebody else leads.
//!
//! Guaranteed: what is shown is the log up to a block that it acknowledged, and never goes back.
//! Nothing is written to the log, and its leader is not fenced. While the log cannot be reached,
//! what was there is shown, and following goes on by itself; any other failure ends it and is kept
//! for whoever asks.

use super::belonging::{self, near};
use super::trace::Trace;
use super::{CommitError, CommitOptions, Replay};
use crate::journal::{ChainHead, JournalError, Log, StoreId};
use crate::state::{State, View};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// How long the log is waited for before it is asked again.
const PATIENCE: Duration = Duration::from_millis(100);

/// A state that follows a log.
#[derive(Debug)]
pub(crate) struct Following {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Replay>>,
    /// The process whose thread it is.
    process: u32,
}

#[derive(Debug)]
struct Shared {
    view: RwLock<Arc<View>>,
    signals: Mutex<Signals>,
    trace: Trace,
    /// A block was added, following has ended, or it is to end.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Signals {
    stop: bool,
    /// Why there will be no more blocks.
    failure: Option<Arc<str>>,
}

impl Following {
    /// Brings the state up to the log, and follows it from there: nobody sees less than was shown
    /// before.
    ///
    /// # Errors
    /// [`CommitError`] if the state is not of this log, or the log cannot be read or reached.
    pub(crate) fn start(
        state: State,
        log: &Arc<dyn Log>,
        store_id: StoreId,
        options: &CommitOptions,
    ) -> Result<Self, CommitError> {
        belonging::check(&state.view(), &**log)?;
        let view = RwLock::new(state.view());
        let shared = Arc::new(Shared {
            view,
            signals: Mutex::default(),
            trace: Trace::of(store_id),
            changed: Condvar::new(),
        });
        let mut replay = Replay::over(state, Arc::clone(log), options)?;
        shared.catch_up(&mut replay, &**log)?;
        let (of_thread, log) = (Arc::clone(&shared), Arc::clone(log));
        let follow = move || {
            let followed = catch_unwind(AssertUnwindSafe(|| of_thread.follow(&mut replay, &*log)));
            match followed {
                Ok(Ok(())) => (),
                Ok(Err(error)) => of_thread.fail(&error.to_string()),
                Err(_) => of_thread.fail("a panic while following the log"),
            }
            replay
        };
        let thread = Builder::new().name("escrowdb-follow".into()).spawn(follow);
        Ok(Self { shared, thread: Some(thread.map_err(CommitError::Io)?), process: process::id() })
    }

    /// The state as of the last block that was carried out.
    pub(crate) fn view(&self) -> Arc<View> {
        self.shared.view()
    }

    /// Why no further blocks come, if so.
    pub(crate) fn check(&self) -> Result<(), CommitError> {
        match &self.shared.signals().failure {
            Some(reason) => Err(CommitError::Poisoned(Arc::clone(reason))),
            None => Ok(()),
        }
    }

    /// Waits until this block is there, for so long at most, and says whether it is.
    ///
    /// # Errors
    /// As [`Following::check`], if it will not come.
    pub(crate) fn wait_for(&self, block: u64, patience: Duration) -> Result<bool, CommitError> {
        let until = Instant::now().checked_add(patience);
        let mut signals = self.shared.signals();
        loop {
            if self.view().tip().block >= block {
                return Ok(true);
            }
            if let Some(reason) = &signals.failure {
                return Err(CommitError::Poisoned(Arc::clone(reason)));
            }
            let left = until.map_or(patience, |until| until.duration_since(Instant::now()));
            if left.is_zero() || signals.stop {
                return Ok(false);
            }
            let waited = self.shared.changed.wait_timeout(signals, left);
            signals = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Stops following, and gives what there is to go on from.
    ///
    /// # Errors
    /// As [`Following::check`].
    pub(crate) fn stop(mut self) -> Result<Replay, CommitError> {
        let replay = self.join();
        self.check()?;
        replay
            .ok_or_else(|| CommitError::Poisoned("the thread that follows the log is gone".into()))
    }

    fn join(&mut self) -> Option<Replay> {
        self.shared.signals().stop = true;
        self.shared.changed.notify_all();
        self.thread.take().and_then(|thread| thread.join().ok())
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if self.process != process::id() {
            // A forked child has no thread to wait for, and must not end its parent's files.
            mem::forget((Arc::clone(&self.shared), self.thread.take()));
            return;
        }
        drop(self.join());
    }
}

impl Shared {
    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn signals(&self) -> MutexGuard<'_, Signals> {
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped(&self) -> bool {
        self.signals().stop
    }

    fn fail(&self, reason: &str) {
        self.signals().failure = Some(reason.into());
        self.changed.notify_all();
        self.trace.follows_no_more(reason);
    }

    fn follow(&self, replay: &mut Replay, log: &dyn Log) -> Result<(), CommitError> {
        // An outage is told once.
        let mut is_told = false;
        while !self.is_stopped() {
            let is_reached = match self.catch_up(replay, log) {
                Ok(()) => true,
                Err(error) if error.is_outage() => {
                    if !mem::replace(&mut is_told, true) {
                        self.trace.unavailable(&error);
                    }
                    false
                }
                Err(error) => return Err(error),
            };
            is_told &= !is_reached;
            replay.maintain(&|| self.is_stopped())?;
            if self.is_stopped() {
                break;
            }
            if !is_reached || !log.wait_after(self.view().tip().block, PATIENCE) {
                // There may be a block that cannot be read now, or the log knows of no way to wait.
                let signals = self.signals();
                let waiting = |signals: &mut Signals| !signals.stop;
                drop(self.changed.wait_timeout_while(signals, PATIENCE, waiting));
            }
        }
        Ok(())
    }

    /// Carries out what the log has by now.
    fn catch_up(&self, replay: &mut Replay, log: &dyn Log) -> Result<(), CommitError> {
        replay.learn_what_is_archived();
        let view = self.view();
        let tip = *view.tip();
        let archived = log.archived();
        if tip.block < archived.number {
            let (block, until) = (tip.block + 1, archived.timestamp);
            return Err(JournalError::Archived { block, until }.into());
        }
        let near = match tip.block {
            0 => None,
            _ => Some(near(&view, tip.timestamp)?),
        };
        drop(view);
        let mut last = ChainHead { number: tip.block, hash: tip.hash, timestamp: 0 };
        for block in log.follow(near, tip.timestamp.nanoseconds())? {
            if self.is_stopped() {
                break;
            }
            let block = block?;
            let header = block.header();
            if header.number != last.number + 1 {
                let (expected, given) = (last.number + 1, header.number);
                return Err(JournalError::NotNext { expected, given }.into());
            }
            // The origin of the chain is for the log to check: it knows whose it is.
            if last.number > 0 && header.previous_hash != last.hash {
                return Err(CommitError::StateIsAnother { block: last.number });
            }
            last = ChainHead::of(header);
            match replay.add(&block) {
                // The leader archived what this block is judged by, since that was looked up.
                Err(CommitError::Journal(JournalError::Archived { .. })) => {
                    replay.learn_what_is_archived();
                    replay.add(&block)?;
                }
                added => drop(added?),
            }
            let view = replay.state().view();
            *self.view.write().unwrap_or_else(PoisonError::into_inner) = view;
            // Whoever waits looks at the view with this lock.
            drop(self.signals());
            self.changed.notify_all();
        }
        Ok(())
    }
}
