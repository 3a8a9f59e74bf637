//! Where the time comes from, and how far it is believed.
//!
//! Deadlines pay money out for good, so one wrong reading of the system clock must settle nothing.
//! While a store is open the wall clock is held against one that nobody sets; at its opening,
//! against the last event. Where they disagree by more than the host allows, it is the host who
//! says what time it is.

use super::CommitError;
use crate::engine::Clock;
use crate::model::Timestamp;
use rustix::time::ClockId;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Who says what time it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum ClockSource {
    /// The system clock. Deadlines are settled when they come, traffic or not.
    #[default]
    System,
    /// The caller alone: time moves by `advance` and by the timestamps of imported operations. A
    /// store that is opened again shows the time of its last event: an `advance` that settled
    /// nothing is not remembered. For simulations, replays and tests.
    Manual,
}

/// Where a store that goes by the system clock reads it. The default reads the operating system's;
/// a host with a better source of time, or a test, gives its own.
pub trait TimeSource: Debug + Send + Sync + 'static {
    /// What the wall clock shows.
    fn wall(&self) -> Timestamp;

    /// Nanoseconds since some moment, by a clock that nobody sets and that goes on while the
    /// machine sleeps.
    fn elapsed(&self) -> u64;
}

/// The clocks of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTimeSource;

impl TimeSource for SystemTimeSource {
    fn wall(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_nanoseconds(narrow(since_epoch))
    }

    fn elapsed(&self) -> u64 {
        let time = rustix::time::clock_gettime(CONTINUOUS_CLOCK);
        Duration::try_from(time).map_or(0, narrow)
    }
}

/// A clock that nobody sets and that goes on while the machine sleeps. Not that of
/// [`Instant`](std::time::Instant), which stands still then on Linux and macOS.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "openbsd"))]
const CONTINUOUS_CLOCK: ClockId = ClockId::Boottime;
/// On macOS it goes on while the machine sleeps; elsewhere that is for the system to say.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "openbsd")))]
const CONTINUOUS_CLOCK: ClockId = ClockId::Monotonic;

fn narrow(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// How far the system clock is believed.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) time: Arc<dyn TimeSource>,
    /// How far the wall clock may step while the store is open; zero for any step.
    pub(crate) step_max: Duration,
    /// How long after the last event a store may be opened; zero for any time.
    pub(crate) gap_max: Duration,
    /// What the host last said that the time was, or none.
    pub(crate) confirmed: Timestamp,
}

/// The default for [`Guard::step_max`].
pub(crate) const STEP_MAX: Duration = Duration::from_secs(3_600);
/// The default for [`Guard::gap_max`].
pub(crate) const GAP_MAX: Duration = Duration::from_secs(30 * 86_400);
/// How far the time that a host confirms may be from what the wall clock shows.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(3_600);

impl Default for Guard {
    fn default() -> Self {
        Self {
            time: Arc::new(SystemTimeSource),
            step_max: STEP_MAX,
            gap_max: GAP_MAX,
            confirmed: Timestamp::NONE,
        }
    }
}

/// How far a store's clock is believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum ClockState {
    /// The caller alone says what time it is; in a store that is opened to be read nobody does, and
    /// no deadline comes.
    Manual,
    /// The store goes by the system clock.
    Trusted,
    /// The system clock was set while the store was open, by more than
    /// [`Options::clock_step_max`](crate::Options::clock_step_max). The store goes on from the time
    /// before by a clock that nobody sets, until the time is confirmed.
    Stepped,
    /// When the store was opened, the system clock was later than
    /// [`Options::clock_gap_max`](crate::Options::clock_gap_max) after the last event, or beyond
    /// [`Timestamp::CLOCK_MAX`]. Nothing is settled or written until the time is confirmed.
    Unconfirmed,
}

/// The clock of one open store.
#[derive(Debug)]
pub(super) enum StoreClock {
    /// What the caller said last.
    Manual(AtomicU64),
    Wall(WallClock),
}

impl StoreClock {
    /// The clock of a store whose last event was then.
    pub(super) fn new(source: ClockSource, guard: &Guard, last_event: Timestamp) -> Self {
        match source {
            ClockSource::Manual => Self::Manual(AtomicU64::new(last_event.nanoseconds())),
            ClockSource::System => Self::Wall(WallClock::new(guard.clone(), last_event)),
        }
    }

    /// What operations are judged by.
    pub(super) fn reading(&self) -> Clock {
        Clock { now: self.now(), is_manual: matches!(self, Self::Manual(_)) }
    }

    /// What the clock shows; no time before it is confirmed.
    pub(super) fn now(&self) -> Timestamp {
        match self {
            Self::Manual(now) => Timestamp::from_nanoseconds(now.load(Ordering::Acquire)),
            Self::Wall(wall) => wall.now(),
        }
    }

    /// Moves a manual clock, which never goes back.
    pub(super) fn advance(&self, to: Timestamp) {
        if let Self::Manual(now) = self {
            now.fetch_max(to.nanoseconds(), Ordering::AcqRel);
        }
    }

    /// Up to when deadlines are settled without being asked for: not by a manual clock.
    pub(super) fn settles_up_to(&self) -> Option<Timestamp> {
        match self {
            Self::Manual(_) => None,
            Self::Wall(wall) => Some(wall.now()),
        }
    }

    pub(super) fn state(&self) -> ClockState {
        match self {
            Self::Manual(_) => ClockState::Manual,
            Self::Wall(wall) => wall.state(),
        }
    }

    /// Refuses to write by a time that nobody vouches for.
    pub(super) fn check(&self) -> Result<(), CommitError> {
        match self {
            Self::Manual(_) => Ok(()),
            Self::Wall(wall) => wall.check(),
        }
    }
}

/// The system clock, held against a clock that nobody sets.
#[derive(Debug)]
pub(super) struct WallClock {
    guard: Guard,
    last_event: Timestamp,
    trust: Mutex<Trust>,
    /// Whether that is [`ClockState::Unconfirmed`], for callers, who are many and would wait for
    /// each other.
    is_unconfirmed: AtomicBool,
}

/// Both clocks at a moment.
#[derive(Clone, Copy, Debug)]
struct Reading {
    wall: Timestamp,
    elapsed: u64,
}

impl Reading {
    /// The time now, by the clock that nobody sets.
    fn later(&self, now: Self) -> Timestamp {
        let since = now.elapsed.saturating_sub(self.elapsed);
        self.wall.plus_nanoseconds(since).min(Timestamp::CLOCK_MAX)
    }

    /// How far the wall clock has moved against the other one since.
    fn drift(&self, now: Self) -> u64 {
        let wall = i128::from(now.wall.nanoseconds()) - i128::from(self.wall.nanoseconds());
        let elapsed = i128::from(now.elapsed) - i128::from(self.elapsed);
        u64::try_from((wall - elapsed).unsigned_abs()).unwrap_or(u64::MAX)
    }
}

#[derive(Clone, Copy, Debug)]
struct Trust {
    state: ClockState,
    /// What the host vouches for: steps are summed from here on.
    reference: Reading,
    /// The last one that was believed.
    last: Reading,
}

impl WallClock {
    fn new(guard: Guard, last_event: Timestamp) -> Self {
        let reading = read(&*guard.time);
        let known = last_event.max(guard.confirmed);
        let gap = reading.wall.nanoseconds_since(known);
        let is_late = !guard.gap_max.is_zero() && !known.is_none() && gap > narrow(guard.gap_max);
        let is_unconfirmed = is_late || reading.wall > Timestamp::CLOCK_MAX;
        let state = if is_unconfirmed { ClockState::Unconfirmed } else { ClockState::Trusted };
        let trust = Trust { state, reference: reading, last: reading };
        let is_unconfirmed = AtomicBool::new(is_unconfirmed);
        Self { guard, last_event, trust: Mutex::new(trust), is_unconfirmed }
    }

    fn trust(&self) -> std::sync::MutexGuard<'_, Trust> {
        // Nothing can panic while it is held.
        self.trust.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the wall clock shows, believed or not.
    pub(super) fn shown(&self) -> Timestamp {
        self.guard.time.wall()
    }

    fn now(&self) -> Timestamp {
        let mut trust = self.trust();
        // Read under the lock, so that readings come in the order of time.
        let reading = read(&*self.guard.time);
        if trust.state == ClockState::Trusted {
            let step_max = narrow(self.guard.step_max);
            let is_step = step_max > 0 && trust.reference.drift(reading) > step_max;
            if !is_step && reading.wall <= Timestamp::CLOCK_MAX {
                trust.last = reading;
                return reading.wall;
            }
            trust.state = ClockState::Stepped;
        }
        match trust.state {
            ClockState::Stepped => trust.last.later(reading),
            _ => Timestamp::NONE,
        }
    }

    fn state(&self) -> ClockState {
        // A step is seen when the clock is read.
        self.now();
        self.trust().state
    }

    fn check(&self) -> Result<(), CommitError> {
        if self.is_unconfirmed.load(Ordering::Acquire) {
            let (shown, last_event) = (self.shown(), self.last_event);
            return Err(CommitError::ClockMustBeConfirmed { shown, last_event });
        }
        Ok(())
    }

    /// What the clock shows, if the host's idea of the time agrees with it.
    pub(super) fn confirmable(&self, host: Timestamp) -> Result<Timestamp, CommitError> {
        let shown = self.shown();
        let apart = shown.nanoseconds_since(host).max(host.nanoseconds_since(shown));
        if apart > narrow(CONFIRMED_WITHIN) || shown > Timestamp::CLOCK_MAX {
            return Err(CommitError::Invalid(format!(
                "the system clock shows {} ns, which is more than an hour from the time that is \
                 confirmed: set it right first",
                shown.nanoseconds()
            )));
        }
        Ok(shown)
    }

    /// Believes the clock from now on.
    pub(super) fn confirm(&self) {
        let mut trust = self.trust();
        let reading = read(&*self.guard.time);
        *trust = Trust { state: ClockState::Trusted, reference: reading, last: reading };
        self.is_unconfirmed.store(false, Ordering::Release);
    }
}

fn read(time: &dyn TimeSource) -> Reading {
    Reading { wall: time.wall(), elapsed: time.elapsed() }
}
