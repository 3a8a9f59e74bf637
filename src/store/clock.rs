//! What a store's clock shows, how far it is believed, and the confirmation that is remembered.

use super::host::Host;
use super::{By, Error, Result, Store, confirmed};
use crate::commit::{self, ClockState, Work};
use crate::model::Timestamp;

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
    ///
    /// # Errors
    /// [`Error::HostUnresponsive`], [`Error::Closed`], [`Error::Forked`].
    pub fn clock(&self) -> Result<ClockReading> {
        self.check_process()?;
        match self.by()? {
            By::Host(host) => Ok(host.clock()),
            By::Guest(guest) => guest.clock(),
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
        match self.by()? {
            By::Host(host) => host.confirm_clock(now),
            By::Guest(guest) => guest.confirm_clock(now),
        }
    }
}

impl Host {
    pub(super) fn clock(&self) -> ClockReading {
        let committer = &self.committer;
        ClockReading {
            state: committer.clock_state(),
            now: committer.now(),
            system: committer.system_clock().unwrap_or(Timestamp::NONE),
            last_event: committer.view().tip().timestamp,
        }
    }

    /// Refuses to move the clock beyond what it shows or can show.
    pub(super) fn check_advance(&self, to: Timestamp) -> Result<()> {
        check_advance(&self.clock(), to)
    }

    pub(super) fn advance(&self, to: Timestamp) -> Result<Advanced> {
        self.check_advance(to)?;
        Ok(self.advanced(&self.do_work(Work::Advance(to))?))
    }

    pub(super) fn advanced(&self, answer: &commit::Answer) -> Advanced {
        Advanced { settled: answer.settled, now: self.committer.now() }
    }

    pub(super) fn confirm_clock(&self, now: Timestamp) -> Result<Timestamp> {
        self.committer.confirm_clock(now, |shown| confirmed::write(&*self.disk, shown))
    }
}

/// Refuses to move a clock beyond what it shows or can show.
fn check_advance(clock: &ClockReading, to: Timestamp) -> Result<()> {
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
