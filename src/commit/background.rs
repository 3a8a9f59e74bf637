//! The background workers of a store: two threads that lead when no caller does, and one for
//! maintenance: compaction, checkpoints, deadlines, and the filter of used ids.

use super::cooperative_yield::CooperativeYield;
use super::sync::{Builder, Condvar, JoinHandle, Mutex};
use super::work::Work;
use super::{Shared, lock};
use crate::engine::Outcomes;
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How often deadlines are checked when nothing else happens. A deadline is settled before any
/// later operation in any case; this bounds how late it is *seen* in a store without traffic.
const MAINTENANCE_INTERVAL: Duration = Duration::from_millis(250);

/// Wakes and stops the maintenance thread.
#[derive(Default)]
pub(super) struct Maintenance {
    inner: Mutex<Signals>,
    changed: Condvar,
}

#[derive(Default)]
struct Signals {
    stop: bool,
    wake: bool,
}

impl Maintenance {
    pub(super) fn wake(&self) {
        lock(&self.inner).wake = true;
        self.changed.notify_all();
    }

    pub(super) fn stop(&self) {
        lock(&self.inner).stop = true;
        self.changed.notify_all();
    }

    pub(super) fn is_stopping(&self) -> bool {
        lock(&self.inner).stop
    }

    /// Waits a while, or until woken; `false` when it is time to stop.
    fn wait(&self) -> bool {
        let signals = lock(&self.inner);
        let is_idle = |signals: &mut Signals| !signals.stop && !signals.wake;
        let waited = self.changed.wait_timeout_while(signals, MAINTENANCE_INTERVAL, is_idle);
        let (mut signals, _) = waited.unwrap_or_else(PoisonError::into_inner);
        signals.wake = false;
        !signals.stop
    }
}

/// The background workers of a store.
pub(super) struct Workers {
    leaders: Vec<JoinHandle<()>>,
    maintenance: Vec<JoinHandle<()>>,
}

impl Workers {
    /// All of them, to be waited for by nobody.
    pub(super) fn take(&mut self) -> [Vec<JoinHandle<()>>; 2] {
        [mem::take(&mut self.leaders), mem::take(&mut self.maintenance)]
    }

    /// Waits for those who lead to end.
    pub(super) fn join_leaders(&mut self) {
        join(&mut self.leaders);
    }

    /// Waits for the maintenance thread to end.
    pub(super) fn join_maintenance(&mut self) {
        join(&mut self.maintenance);
    }
}

fn join(threads: &mut Vec<JoinHandle<()>>) {
    for thread in threads.drain(..) {
        // A panic of a thread has poisoned the store already.
        drop(thread.join());
    }
}

/// Starts the threads of a store.
pub(super) fn start(shared: &Arc<Shared>) -> io::Result<Workers> {
    let lead = |shared: Arc<Shared>| {
        while shared.queue.wait_in_reserve() {
            shared.lead();
        }
    };
    let maintain = |shared: Arc<Shared>| {
        let cooperative_yield = CooperativeYield::new(shared.tuning.piece);
        while shared.maintenance.wait() {
            let maintained = catch_unwind(AssertUnwindSafe(|| {
                shared.maintain(&cooperative_yield);
                shared.scan_ids(&cooperative_yield);
            }));
            if maintained.is_err() {
                shared.poison("a panic during maintenance");
            }
        }
    };
    let leaders =
        vec![thread("escrowdb-lead-1", shared, lead)?, thread("escrowdb-lead-2", shared, lead)?];
    Ok(Workers { leaders, maintenance: vec![thread("escrowdb-maint", shared, maintain)?] })
}

fn thread(
    name: &str,
    shared: &Arc<Shared>,
    run: impl FnOnce(Arc<Shared>) + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let shared = Arc::clone(shared);
    Builder::new().name(name.into()).spawn(move || run(shared))
}

impl Shared {
    /// Compacts the state, checkpoints if much has come together, and settles what is due.
    pub(super) fn maintain(&self, cooperative_yield: &CooperativeYield) {
        if self.poison.get().is_some() {
            return;
        }
        let pause = || self.pause(cooperative_yield);
        self.state.compact_deltas(&pause);
        // A failure has poisoned the store; whoever writes next is told.
        if self.wants_checkpoint() && self.checkpoint(cooperative_yield).is_ok() {
            while !self.wants_checkpoint() && !self.maintenance.is_stopping() && self.compact() {
                self.state.compact_deltas(&pause);
                self.settle_due();
            }
        }
        self.settle_due();
    }

    /// Has deadlines settled that have come. Whoever leads may be waiting for a checkpoint from
    /// this very thread: never wait for it. It settles what is due by itself.
    fn settle_due(&self) {
        let Some(now) = self.clock.settles_up_to() else { return };
        let has_due = self.sequencer.try_lock().is_ok_and(|sequencer| sequencer.has_due(now));
        if has_due {
            // Nobody waits for the answer; if the store is closing, the next opening settles it.
            drop(self.queue.push(Work::Advance(now), Outcomes::default(), false));
        }
    }
}
