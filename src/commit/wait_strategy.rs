//! Wait strategies: park the caller, or spin and yield.
//!
//! Parking and waking many callers of one operation each keeps few processors busier than their
//! operations do. A spinning caller yields its processor to the next one for a while instead, and
//! usually finds its answer when it is scheduled again: with 64 callers on two processors this is
//! up to a third faster. Beside another program that keeps a processor busy it can be half as fast,
//! and with a slow disk or many processors it may gain nothing. Which one is faster cannot be
//! derived here, but it can be measured: now and then the other strategy is tried.
//!
//! Knows no queue and no clock.

use std::mem;
use std::time::Duration;

/// Fewer callers together leave the processors time enough: they are parked.
const MANY: usize = 16;
/// So many groups of callers show how fast a strategy is.
const TRIAL: usize = 64;
/// A trial ends after so many if each takes a fourth longer.
const LOST: usize = 16;
/// The better one is kept for so many groups, and for twice as many each time that the other one
/// is no better, up to so often.
const KEEP: usize = 4 * TRIAL;
const DOUBLINGS_MAX: u32 = 4;

/// How the callers of a group wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum WaitStrategy {
    #[default]
    Park,
    /// They give their processor away a number of times before they are parked.
    Spin,
}

impl WaitStrategy {
    fn other(self) -> Self {
        match self {
            Self::Park => Self::Spin,
            Self::Spin => Self::Park,
        }
    }
}

/// Finds out which strategy is the better one here and now.
#[derive(Clone, Debug)]
pub(super) struct WaitStrategies {
    many: usize,
    better: WaitStrategy,
    /// Whether the other one is being tried. The better one took so long before.
    trial: Option<u64>,
    /// Groups until the end of this stage, at least one.
    left: usize,
    /// For how many groups the better one is used until the next trial.
    keep: usize,
    /// What the last groups of this stage took.
    time: Time,
}

/// What some groups took: nanoseconds for each caller.
#[derive(Clone, Copy, Debug, Default)]
struct Time {
    groups: usize,
    sum: u64,
    longest: u64,
}

impl Time {
    fn add(&mut self, nanoseconds: u64) {
        self.groups += 1;
        self.sum = self.sum.saturating_add(nanoseconds);
        self.longest = self.longest.max(nanoseconds);
    }

    /// The mean of all but the longest, which may have met a disk that stalled.
    fn usual(self) -> u64 {
        (self.sum - self.longest) / self.groups.saturating_sub(1).max(1) as u64
    }
}

impl Default for WaitStrategies {
    fn default() -> Self {
        let better = WaitStrategy::default();
        Self { many: MANY, better, trial: None, left: TRIAL, keep: KEEP, time: Time::default() }
    }
}

impl WaitStrategies {
    /// However many they are and however long it takes, they wait like this.
    #[cfg(test)]
    pub(super) fn always(wait_strategy: WaitStrategy) -> Self {
        Self { many: 0, better: wait_strategy, left: usize::MAX, ..Self::default() }
    }

    /// How the next group waits, now that so many callers were taken together, so long after those
    /// before them.
    pub(super) fn next(&mut self, callers: usize, since: Duration) -> WaitStrategy {
        if callers < self.many {
            return WaitStrategy::Park;
        }
        if self.left <= TRIAL {
            let nanoseconds = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
            self.time.add(nanoseconds / callers as u64);
        }
        self.left -= 1;
        let is_lost = self.time.groups >= LOST
            && self.trial.is_some_and(|better| self.time.usual() / 5 > better / 4);
        if self.left == 0 || is_lost {
            self.end_stage();
        }
        self.now()
    }

    /// What is in use.
    pub(super) fn now(&self) -> WaitStrategy {
        if self.trial.is_some() { self.better.other() } else { self.better }
    }

    fn end_stage(&mut self) {
        let time = mem::take(&mut self.time).usual();
        self.left = match self.trial.take() {
            None => {
                self.trial = Some(time);
                TRIAL
            }
            Some(better) => {
                self.compare(better, time);
                self.keep
            }
        };
    }

    /// Ends a trial, in which the two took so long.
    fn compare(&mut self, better: u64, other: u64) {
        let (parked, spinning) = match self.better {
            WaitStrategy::Park => (better, other),
            WaitStrategy::Spin => (other, better),
        };
        // Who sleeps leaves more to others: a small gain is not worth it.
        let winner =
            if spinning < parked - parked / 8 { WaitStrategy::Spin } else { WaitStrategy::Park };
        let stays = winner == mem::replace(&mut self.better, winner);
        self.keep = if stays { (2 * self.keep).min(KEEP << DOUBLINGS_MAX) } else { KEEP };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays groups of 64 callers, each of which takes so many microseconds in each strategy. How
    /// many waited spinning.
    fn play(
        wait_strategies: &mut WaitStrategies,
        groups: usize,
        parked: u64,
        spinning: u64,
    ) -> usize {
        let mut wait_strategy = wait_strategies.now();
        let mut count = 0;
        for group in 0..groups {
            count += usize::from(wait_strategy == WaitStrategy::Spin);
            let took = if wait_strategy == WaitStrategy::Spin { spinning } else { parked };
            // Now and then the disk stalls.
            let took = if group % 100 == 99 { 30_000 } else { took };
            wait_strategy = wait_strategies.next(64, Duration::from_micros(took));
        }
        count
    }

    #[test]
    fn the_faster_manner_is_used_and_the_other_one_is_tried_now_and_then() {
        let groups = 20_000;
        for (parked, spinning, is_spinning) in
            [(600, 400, true), (400, 400, false), (400, 360, false), (400, 3_000, false)]
        {
            let mut wait_strategies = WaitStrategies::default();
            let count = play(&mut wait_strategies, groups, parked, spinning);
            let others = if is_spinning { groups - count } else { count };
            assert!((1..groups / 20).contains(&others), "{parked} {spinning}: {others}");
        }
    }

    #[test]
    fn a_change_is_noticed() {
        let mut wait_strategies = WaitStrategies::default();
        play(&mut wait_strategies, 20_000, 600, 400);
        let longest = (KEEP << DOUBLINGS_MAX) + TRIAL;
        play(&mut wait_strategies, longest, 400, 3_000);
        assert!(play(&mut wait_strategies, KEEP, 400, 3_000) <= TRIAL / 4, "another program came");
        play(&mut wait_strategies, longest, 600, 400);
        assert!(play(&mut wait_strategies, KEEP, 600, 400) >= KEEP - TRIAL, "it went again");
    }

    #[test]
    fn few_sleep() {
        let mut wait_strategies = WaitStrategies::default();
        play(&mut wait_strategies, 200, 600, 400);
        assert_eq!(wait_strategies.now(), WaitStrategy::Spin);
        assert_eq!(wait_strategies.next(MANY - 1, Duration::from_micros(1)), WaitStrategy::Park);
        assert_eq!(wait_strategies.next(MANY, Duration::from_micros(1)), WaitStrategy::Spin);
    }

    #[test]
    fn no_time_is_too_long() {
        let mut wait_strategies = WaitStrategies::default();
        for _ in 0..10 * KEEP {
            wait_strategies.next(MANY, Duration::MAX);
        }
    }
}
