//! The group-commit delay: how long a leader waits for callers who were just answered.
//!
//! A caller who submits one operation a call comes back as soon as it is answered. A block that
//! does not wait for those callers makes them wait for its sync: two groups of callers then
//! alternate at the disk, each half as large as it could be. Waiting is worth it for about as long
//! as a sync takes, for as long as so many threads need to wake, and as long as the callers do come
//! back.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// What the system needs to wake one caller and to let it submit, where there are few processors:
/// who leaves before all could come has waited for nothing.
const CALLER: Duration = Duration::from_micros(5);
/// However slow the disk is: a disk that stalls once must not make callers wait.
const PATIENCE_MAX: Duration = Duration::from_millis(1);
/// A disappointment may be somebody else's moment on the processor: only after so many in a row do
/// blocks no longer wait.
const MISSES_ENOUGH: u32 = 2;
/// After so many in a row the blocks that do not wait are no longer doubled.
const MISSES_MAX: u32 = 8;

/// What leaders have seen. They take turns, so that nothing here needs to change together.
pub(super) struct GroupCommitDelay {
    /// Below this a sync is not worth the timer that ends the wait.
    worth_waiting: Duration,
    /// A running mean of what a sync takes, in nanoseconds.
    sync_nanoseconds: AtomicU64,
    /// How often in a row callers did not come back in time.
    misses: AtomicU32,
    /// Blocks that will not wait.
    skip: AtomicU32,
}

impl GroupCommitDelay {
    pub(super) const fn new(worth_waiting: Duration) -> Self {
        let [misses, skip] = [const { AtomicU32::new(0) }; 2];
        Self { worth_waiting, sync_nanoseconds: AtomicU64::new(0), misses, skip }
    }

    /// A block took so long to be made durable.
    pub(super) fn synced(&self, took: Duration) {
        let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let mean = self.sync_nanoseconds.load(Ordering::Relaxed);
        let mean = if mean == 0 { took } else { mean - mean / 8 + took / 8 };
        self.sync_nanoseconds.store(mean, Ordering::Relaxed);
    }

    /// How long the next block may wait for so many callers to come back.
    pub(super) fn patience(&self, callers: usize) -> Duration {
        let skip = self.skip.load(Ordering::Relaxed);
        if skip > 0 {
            self.skip.store(skip - 1, Ordering::Relaxed);
            return Duration::ZERO;
        }
        let sync = Duration::from_nanos(self.sync_nanoseconds.load(Ordering::Relaxed));
        let wakes = CALLER.saturating_mul(u32::try_from(callers).unwrap_or(u32::MAX));
        if sync < self.worth_waiting { Duration::ZERO } else { sync.max(wakes).min(PATIENCE_MAX) }
    }

    /// A block waited, and this is whether all came that were expected.
    pub(super) fn waited(&self, all_came: bool) {
        if all_came {
            self.misses.store(0, Ordering::Relaxed);
            return;
        }
        let misses = self.misses.load(Ordering::Relaxed).saturating_add(1).min(MISSES_MAX);
        self.misses.store(misses, Ordering::Relaxed);
        let skip = if misses < MISSES_ENOUGH { 0 } else { 1 << misses };
        self.skip.store(skip, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORTH_WAITING: Duration = Duration::from_micros(40);

    #[test]
    fn a_leader_waits_about_as_long_as_a_sync_takes() {
        let delay = GroupCommitDelay::new(WORTH_WAITING);
        assert_eq!(delay.patience(64), Duration::ZERO);
        let times = [(10, 0, 0), (200, 0, 0), (200, 54, 320), (80_000, 1_000, 1_000)];
        for (took, for_one, for_many) in times {
            delay.synced(Duration::from_micros(took));
            assert_eq!(delay.patience(1).as_micros(), for_one, "after a sync of {took} us");
            assert_eq!(delay.patience(64).as_micros(), for_many, "after a sync of {took} us");
        }
    }

    #[test]
    fn who_does_not_come_back_is_waited_for_more_and_more_seldom() {
        let delay = GroupCommitDelay::new(WORTH_WAITING);
        delay.synced(Duration::from_micros(200));
        let mut waits = 0;
        for _ in 0..1_000 {
            if !delay.patience(1).is_zero() {
                waits += 1;
                delay.waited(false);
            }
        }
        assert!(waits <= 10, "{waits} waits");
        while delay.patience(1).is_zero() {}
        delay.waited(true);
        assert_eq!(delay.patience(1).as_micros(), 200);
        delay.waited(false);
        assert_eq!(delay.patience(1).as_micros(), 200, "once is chance");
        delay.waited(false);
        assert_eq!(delay.patience(1), Duration::ZERO);
    }
}
