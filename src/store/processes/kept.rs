//! What a host keeps for one guest, and how much of it.

use super::super::{Error, Result};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Snapshots that are kept for one guest at a time.
const SNAPSHOTS_MAX: usize = 1_024;
/// A snapshot that was not asked for so long is kept no more.
const SNAPSHOT_IDLE_MAX: Duration = Duration::from_secs(600);
/// Bytes of what a guest has sent and not got its answers for. One request alone is always taken.
const BYTES_UNDER_WAY_MAX: usize = 256 << 20;

/// Snapshots of a guest's, by the numbers that it knows them by.
#[derive(Debug)]
pub(super) struct KeptSnapshots<S>(Mutex<Numbered<S>>);

#[derive(Debug)]
struct Numbered<S> {
    kept: HashMap<u64, Kept<S>>,
    last: u64,
}

#[derive(Debug)]
struct Kept<S> {
    snapshot: S,
    asked: Instant,
}

impl<S> Default for KeptSnapshots<S> {
    fn default() -> Self {
        Self(Mutex::new(Numbered { kept: HashMap::new(), last: 0 }))
    }
}

impl<S: Clone> KeptSnapshots<S> {
    fn lock(&self) -> MutexGuard<'_, Numbered<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().kept.len()
    }

    /// Keeps what `take` gives; gives its number too.
    pub(super) fn keep(&self, take: impl FnOnce() -> S) -> Result<(u64, S)> {
        let mut all = self.lock();
        if all.kept.len() >= SNAPSHOTS_MAX {
            let what =
                format!("at most {SNAPSHOTS_MAX} snapshots are kept for one guest: drop some");
            return Err(Error::LimitExceeded(what));
        }
        all.last += 1;
        let (number, snapshot) = (all.last, take());
        all.kept.insert(number, Kept { snapshot: snapshot.clone(), asked: Instant::now() });
        Ok((number, snapshot))
    }

    pub(super) fn find(&self, number: u64) -> Result<S> {
        let mut all = self.lock();
        let kept = all.kept.get_mut(&number).ok_or_else(|| {
            let minutes = SNAPSHOT_IDLE_MAX.as_secs() / 60;
            Error::InvalidArgument(format!(
                "the snapshot was not read for {minutes} minutes, and the host keeps it no longer: \
                 take a new one"
            ))
        })?;
        kept.asked = Instant::now();
        Ok(kept.snapshot.clone())
    }

    pub(super) fn drop_one(&self, number: u64) {
        // Without the lock, as to drop one may take a while.
        let dropped = self.lock().kept.remove(&number);
        drop(dropped);
    }

    /// Drops what nobody has asked for a long time before `now`.
    pub(super) fn drop_idle(&self, now: Instant) {
        let is_idle = |kept: &Kept<S>| now.duration_since(kept.asked) >= SNAPSHOT_IDLE_MAX;
        self.lock().kept.retain(|_, kept| !is_idle(kept));
    }

    pub(super) fn drop_all(&self) {
        self.lock().kept.clear();
    }
}

/// Bytes of what a guest has sent and not got its answers for.
#[derive(Debug, Default)]
pub(super) struct UnderWay(AtomicUsize);

impl UnderWay {
    pub(super) fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether so many more may be taken. Only one thread adds.
    pub(super) fn check(&self, more: usize) -> Result<()> {
        let before = self.bytes();
        if before > 0 && before.saturating_add(more) > BYTES_UNDER_WAY_MAX {
            let most = BYTES_UNDER_WAY_MAX >> 20;
            let what = format!("more than {most} MiB of one guest are under way: wait for answers");
            return Err(Error::LimitExceeded(what));
        }
        Ok(())
    }

    pub(super) fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn remove(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    fn is_too_much<T>(result: &Result<T>) -> bool {
        matches!(result, Err(Error::LimitExceeded(_)))
    }

    #[test]
    fn so_many_snapshots_and_no_more() {
        let kept = KeptSnapshots::default();
        for number in 1..=SNAPSHOTS_MAX as u64 {
            assert_eq!(kept.keep(|| number * 10).unwrap(), (number, number * 10));
        }
        assert!(is_too_much(&kept.keep(|| unreachable!("nothing is taken that is not kept"))));
        kept.drop_one(7);
        kept.drop_one(7);
        assert_eq!(kept.keep(|| 5).unwrap(), (SNAPSHOTS_MAX as u64 + 1, 5));
        assert!(kept.find(7).is_err());
        assert_eq!(kept.find(8).unwrap(), 80);
        kept.drop_all();
        assert_eq!(kept.len(), 0);
    }

    #[test]
    fn who_asks_keeps_a_snapshot() {
        let kept = KeptSnapshots::default();
        let (idle, _) = kept.keep(|| "idle").unwrap();
        std::thread::sleep(Duration::from_millis(20));
        let (asked, _) = kept.keep(|| "asked").unwrap();
        let began = Instant::now();
        kept.drop_idle(began + SNAPSHOT_IDLE_MAX - Duration::from_secs(1));
        assert_eq!(kept.len(), 2);
        kept.drop_idle(began + SNAPSHOT_IDLE_MAX - Duration::from_millis(10));
        assert_eq!(kept.find(asked).unwrap(), "asked");
        let error = kept.find(idle).unwrap_err();
        assert!(error.to_string().contains("not read for 10 minutes"), "{error}");
    }

    #[test]
    fn one_request_alone_is_always_taken() {
        let under_way = UnderWay::default();
        under_way.check(BYTES_UNDER_WAY_MAX + 1).unwrap();
        under_way.add(BYTES_UNDER_WAY_MAX);
        assert!(is_too_much(&under_way.check(1)));
        under_way.remove(1);
        under_way.check(1).unwrap();
        assert!(is_too_much(&under_way.check(usize::MAX)));
        under_way.remove(BYTES_UNDER_WAY_MAX - 1);
        under_way.check(usize::MAX).unwrap();
    }
}
