//! What a store's clock shows, how far it is believed, and the confirmation that is remembered.

use super::{Error, Result, Store, sealed};
use crate::commit::ClockState;
use crate::disk::Disk;
use crate::model::Timestamp;

/// Holds what the host last said that the time was; not there if it never had to.
const CLOCK_FILE: &str = "CLOCK";
/// The version of that file.
const CLOCK_VERSION: u32 = 1;

/// What a store's clock shows: see [`Store::clock`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ClockReading {
    /// How far the clock is believed.
    pub state: ClockState,
    /// The time that operations are judged by; never before the last event.
    pub now: Timestamp,
    /// What the system clock shows, believed or not; [`Timestamp::NONE`] where the clock is manual.
    pub system: Timestamp,
    /// When the last event was; [`Timestamp::NONE`] in an empty store.
    pub last_event: Timestamp,
}

/// What [`Store::advance`] has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Advanced {
    /// How many holds were settled, whose deadlines had come.
    pub settled: u64,
    /// What the clock shows now. Later than was asked for where it showed that before: a clock
    /// never goes back.
    pub now: Timestamp,
}

impl Store {
    /// What the store's clock shows, a manual one too, and how far it is believed.
    #[must_use]
    pub fn clock(&self) -> ClockReading {
        let committer = &self.inner.host.committer;
        ClockReading {
            state: committer.clock_state(),
            now: committer.now(),
            system: committer.system_clock().unwrap_or(Timestamp::NONE),
            last_event: committer.view().tip().timestamp,
        }
    }

    /// Says that it is `now`, from a source other than the system clock: a person, another machine.
    /// Where the system clock agrees, to within an hour, it is believed from now on, what is due is
    /// settled, and the time that it shows is given back. It is remembered, so that the store can
    /// be opened again although nothing happens until then.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the system clock does not agree, or the store's clock is
    /// manual; [`Error::ReadOnly`]; [`Error::Io`], and then nothing was confirmed.
    pub fn confirm_clock(&self, now: Timestamp) -> Result<Timestamp> {
        self.check_writable()?;
        self.inner.host.committer.confirm_clock(now, |shown| {
            let text = format!("confirmed {CLOCK_VERSION}\ntime {}\n", shown.nanoseconds());
            sealed::write(&*self.inner.host.disk, CLOCK_FILE, &text)
        })
    }
}

/// What the host last confirmed; no time if it never did. A file that cannot be read confirms
/// nothing: the worst that can follow is that the host is asked again.
pub(super) fn read_confirmed(disk: &dyn Disk) -> Timestamp {
    let read = || {
        let text = sealed::read(disk, CLOCK_FILE).ok()?;
        let (version, time) = text.split_once('\n')?;
        let version = version.strip_prefix("confirmed ")?.parse::<u32>().ok()?;
        let time = time.strip_prefix("time ")?.trim_end().parse().ok()?;
        (version == CLOCK_VERSION).then(|| Timestamp::from_nanoseconds(time))
    };
    read().unwrap_or(Timestamp::NONE)
}

/// Refuses to move a clock beyond what it shows or can show.
pub(super) fn check_advance(clock: &ClockReading, to: Timestamp) -> Result<()> {
    if to > Timestamp::CLOCK_MAX {
        let what = "a clock cannot advance to the end of time, in the year 2554";
        return Err(Error::InvalidArgument(what.into()));
    }
    // One that must be confirmed shows no time yet, which is why nothing is written.
    let follows_system = matches!(clock.state, ClockState::Trusted | ClockState::Stepped);
    if follows_system && to > clock.now {
        let what = "a store that goes by the system clock cannot advance beyond it";
        return Err(Error::InvalidArgument(what.into()));
    }
    Ok(())
}
