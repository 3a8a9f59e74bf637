//! The threads of a store: two that lead when no caller does, one that looks after the layers of the
//! state, checkpoints, deadlines, and the filter of used ids.

use super::breather::Breather;
use super::sync::{Builder, Condvar, JoinHandle, Mutex};
use super::work::Work;
use super::{Shared, lock};
use crate::engine::Outcomes;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How often deadlines are looked after when nothing else happens. A deadline is settled before any
/// later operation in any case; this bounds how late it is *seen* in a store without traffic.
const LOOK_AFTER: Duration = Duration::from_millis(250);

/// Wakes and stops the thread that looks after the store.
#[derive(Default)]
pub(super) struct Upkeep {
    inner: Mutex<Signals>,
    changed: Condvar,
}

#[derive(Default)]
struct Signals {
    stop: bool,
    wake: bool,
}

impl Upkeep {
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
        let asleep = |signals: &mut Signals| !signals.stop && !signals.wake;
        let waited = self.changed.wait_timeout_while(signals, LOOK_AFTER, asleep);
        let (mut signals, _) = waited.unwrap_or_else(PoisonError::into_inner);
        signals.wake = false;
        !signals.stop
    }
}

/// The threads of a store.
pub(super) struct Threads {
    leaders: Vec<JoinHandle<()>>,
    keeper: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Waits for those who lead to end.
    pub(super) fn join_leaders(&mut self) {
        join(&mut self.leaders);
    }

    /// Waits for the one that looks after the store to end.
    pub(super) fn join_keeper(&mut self) {
        join(&mut self.keeper);
    }
}

fn join(threads: &mut Vec<JoinHandle<()>>) {
    for thread in threads.drain(..) {
        // A panic of a thread has poisoned the store already.
        drop(thread.join());
    }
}

/// Starts the threads of a store.
pub(super) fn start(shared: &Arc<Shared>) -> io::Result<Threads> {
    let lead = |shared: Arc<Shared>| {
        while shared.queue.wait_in_reserve() {
            shared.lead();
        }
    };
    let look_after = |shared: Arc<Shared>| {
        let breather = Breather::new(shared.tuning.piece);
        while shared.upkeep.wait() {
            let looked = catch_unwind(AssertUnwindSafe(|| {
                shared.look_after(&breather);
                shared.scan_ids(&breather);
            }));
            if looked.is_err() {
                shared.poison("a panic while looking after the store");
            }
        }
    };
    let leaders =
        vec![thread("escrowdb-lead-1", shared, lead)?, thread("escrowdb-lead-2", shared, lead)?];
    Ok(Threads { leaders, keeper: vec![thread("escrowdb-keep", shared, look_after)?] })
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
    /// Tidies the state, checkpoints if much has come together, and settles what is due.
    pub(super) fn look_after(&self, breather: &Breather) {
        if self.poison.get().is_some() {
            return;
        }
        let pause = || self.pause(breather);
        self.state.tidy(&pause);
        // A failure has poisoned the store; whoever writes next is told.
        if self.wants_checkpoint() && self.checkpoint(breather).is_ok() {
            while !self.wants_checkpoint() && !self.upkeep.is_stopping() && self.compact() {
                self.state.tidy(&pause);
                self.settle_due();
            }
        }
        self.settle_due();
    }

    /// Has deadlines settled that have come. Whoever leads may be waiting for a checkpoint from this
    /// very thread: never wait for it. It settles what is due by itself.
    fn settle_due(&self) {
        let Some(now) = self.clock.settles_up_to() else { return };
        let has_due = self.sequencer.try_lock().is_ok_and(|sequencer| sequencer.has_due(now));
        if has_due {
            // Nobody waits for the answer; if the store is closing, the next opening settles it.
            drop(self.queue.push(Work::Advance(now), Outcomes::default(), false));
        }
    }
}
