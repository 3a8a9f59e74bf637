//! How callers wait for their answers: asleep, or awake.
//!
//! Many callers of one operation each keep few processors busy with sending them to sleep and waking
//! them, more than with their operations. A caller who stays awake gives its processor away to the
//! next one for a while instead, and mostly finds its answer when its turn comes again: with 64
//! callers on two processors up to a third faster. But beside another program that keeps a processor
//! busy it can be half as fast, and with a slow disk or many processors it may bring nothing. What it
//! depends on cannot be seen from here, but which one is faster can: now and then the other one is
//! tried.
//!
//! Knows no queue and no clock.

use std::mem;
use std::time::Duration;

/// Fewer callers together leave the processors time enough: they sleep.
const MANY: usize = 16;
/// So many groups of callers show how fast a manner is.
const TRIAL: usize = 64;
/// A trial ends after so many if each takes a fourth longer.
const LOST: usize = 16;
/// The better one is kept for so many groups, and for twice as many each time that the other one
/// is no better, up to so often.
const KEEP: usize = 4 * TRIAL;
const DOUBLINGS_MAX: u32 = 4;

/// How the callers of a group wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Manner {
    #[default]
    Asleep,
    /// They give their processor away a number of times before they sleep.
    Awake,
}

impl Manner {
    fn other(self) -> Self {
        match self {
            Self::Asleep => Self::Awake,
            Self::Awake => Self::Asleep,
        }
    }
}

/// Finds out which manner is the better one here and now.
#[derive(Clone, Debug)]
pub(super) struct Manners {
    many: usize,
    better: Manner,
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

impl Default for Manners {
    fn default() -> Self {
        let better = Manner::default();
        Self { many: MANY, better, trial: None, left: TRIAL, keep: KEEP, time: Time::default() }
    }
}

impl Manners {
    /// However many they are and however long it takes, they wait like this.
    #[cfg(test)]
    pub(super) fn always(manner: Manner) -> Self {
        Self { many: 0, better: manner, left: usize::MAX, ..Self::default() }
    }

    /// How the next group waits, now that so many callers were taken together, so long after those
    /// before them.
    pub(super) fn next(&mut self, callers: usize, since: Duration) -> Manner {
        if callers < self.many {
            return Manner::Asleep;
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
    pub(super) fn now(&self) -> Manner {
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
        let (asleep, awake) = match self.better {
            Manner::Asleep => (better, other),
            Manner::Awake => (other, better),
        };
        // Who sleeps leaves more to others: a small gain is not worth it.
        let winner = if awake < asleep - asleep / 8 { Manner::Awake } else { Manner::Asleep };
        let stays = winner == mem::replace(&mut self.better, winner);
        self.keep = if stays { (2 * self.keep).min(KEEP << DOUBLINGS_MAX) } else { KEEP };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays groups of 64 callers, each of which takes so many microseconds in each manner. How many
    /// waited awake.
    fn play(manners: &mut Manners, groups: usize, asleep: u64, awake: u64) -> usize {
        let mut manner = manners.now();
        let mut count = 0;
        for group in 0..groups {
            count += usize::from(manner == Manner::Awake);
            let took = if manner == Manner::Awake { awake } else { asleep };
            // Now and then the disk stalls.
            let took = if group % 100 == 99 { 30_000 } else { took };
            manner = manners.next(64, Duration::from_micros(took));
        }
        count
    }

    #[test]
    fn the_faster_manner_is_used_and_the_other_one_is_tried_now_and_then() {
        let groups = 20_000;
        for (asleep, awake, is_awake) in
            [(600, 400, true), (400, 400, false), (400, 360, false), (400, 3_000, false)]
        {
            let mut manners = Manners::default();
            let count = play(&mut manners, groups, asleep, awake);
            let others = if is_awake { groups - count } else { count };
            assert!((1..groups / 20).contains(&others), "{asleep} {awake}: {others}");
        }
    }

    #[test]
    fn a_change_is_noticed() {
        let mut manners = Manners::default();
        play(&mut manners, 20_000, 600, 400);
        let longest = (KEEP << DOUBLINGS_MAX) + TRIAL;
        play(&mut manners, longest, 400, 3_000);
        assert!(play(&mut manners, KEEP, 400, 3_000) <= TRIAL / 4, "another program came");
        play(&mut manners, longest, 600, 400);
        assert!(play(&mut manners, KEEP, 600, 400) >= KEEP - TRIAL, "it went again");
    }

    #[test]
    fn few_sleep() {
        let mut manners = Manners::default();
        play(&mut manners, 200, 600, 400);
        assert_eq!(manners.now(), Manner::Awake);
        assert_eq!(manners.next(MANY - 1, Duration::from_micros(1)), Manner::Asleep);
        assert_eq!(manners.next(MANY, Duration::from_micros(1)), Manner::Awake);
    }

    #[test]
    fn no_time_is_too_long() {
        let mut manners = Manners::default();
        for _ in 0..10 * KEEP {
            manners.next(MANY, Duration::MAX);
        }
    }
}
