//! What an operator wants to hear of a store, as events of `tracing`.
//!
//! Guaranteed: none is told for each operation or block, none has anything of what callers store,
//! and where nobody listens each costs one look at a flag. `operating.md` lists them.

use super::CommitError;
use crate::journal::StoreId;
use crate::model::Id;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// By which a host's filter knows them, wherever in the code they are told.
const TARGET: &str = "escrowdb";
/// A sync that took at least this long is slow: it makes customers wait.
const SLOW_SYNC: Duration = Duration::from_millis(500);

/// Tells of one store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trace {
    store: Id,
}

impl Trace {
    pub(super) fn of(store: StoreId) -> Self {
        Self { store: Id::from_bytes(store) }
    }

    /// The state was brought up to the end of the journal.
    pub(super) fn recovered(self, blocks: u64, begun: Instant) {
        let (store, milliseconds) = (self.store, since(begun));
        tracing::info!(target: TARGET, %store, blocks, milliseconds, "store recovered");
    }

    pub(super) fn opened(self, block: u64, read_only: bool) {
        tracing::info!(target: TARGET, store = %self.store, block, read_only, "store opened");
    }

    /// The state of this block is in the file.
    pub(super) fn checkpoint(self, block: u64, begun: Instant) {
        let (store, milliseconds) = (self.store, since(begun));
        tracing::debug!(target: TARGET, %store, block, milliseconds, "checkpoint written");
    }

    /// A block was given to the log in this time.
    pub(super) fn appended(self, block: u64, took: Duration) {
        if took >= SLOW_SYNC {
            let milliseconds = milliseconds(took);
            tracing::warn!(target: TARGET, store = %self.store, block, milliseconds, "slow sync");
        }
    }

    /// The log could not be reached, or did not say in time what became of a block.
    pub(super) fn unavailable(self, reason: &CommitError) {
        tracing::warn!(target: TARGET, store = %self.store, %reason, "log unavailable");
    }

    pub(super) fn poisoned(self, reason: &str) {
        whatever_the_host_does(
            || tracing::error!(target: TARGET, store = %self.store, reason, "store poisoned"),
        );
    }

    /// Another process goes on with the log.
    pub(super) fn fenced(self) {
        whatever_the_host_does(
            || tracing::error!(target: TARGET, store = %self.store, "store fenced"),
        );
    }

    /// A replica follows its log no more.
    pub(super) fn follows_no_more(self, reason: &str) {
        tracing::error!(target: TARGET, store = %self.store, reason, "replica stopped");
    }

    pub(super) fn closed(self, block: u64) {
        tracing::info!(target: TARGET, store = %self.store, block, "store closed");
    }
}

/// A host that panics over what it hears must not keep those who wait from being answered.
fn whatever_the_host_does(told: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(told));
}

fn since(begun: Instant) -> u64 {
    milliseconds(begun.elapsed())
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tracing::span::{Attributes, Id as Span, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    /// Counts warnings.
    struct Warnings(Arc<AtomicUsize>);

    impl Subscriber for Warnings {
        fn enabled(&self, about: &Metadata<'_>) -> bool {
            *about.level() == Level::WARN
        }
        fn new_span(&self, _: &Attributes<'_>) -> Span {
            Span::from_u64(1)
        }
        fn record(&self, _: &Span, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Span, _: &Span) {}
        fn event(&self, _: &Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn enter(&self, _: &Span) {}
        fn exit(&self, _: &Span) {}
    }

    #[test]
    fn only_a_slow_sync_is_told() {
        let count = Arc::new(AtomicUsize::new(0));
        tracing::subscriber::with_default(Warnings(Arc::clone(&count)), || {
            let trace = Trace::of([1; 16]);
            trace.appended(1, SLOW_SYNC - Duration::from_nanos(1));
            assert_eq!(count.load(Ordering::Relaxed), 0);
            trace.appended(2, SLOW_SYNC);
            assert_eq!(count.load(Ordering::Relaxed), 1);
        });
    }
}
