//! Counting failures: after a few a credential is locked for a while, after many for good.

use super::WalletStatus;
use super::policy::ThrottlePolicy;
use super::refusal::Refusal;
use crate::model::Timestamp;
use serde::{Deserialize, Serialize};

/// The failures of one credential since it last matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Throttle {
    pub(crate) failures: u32,
    pub(crate) locked_until: Timestamp,
    /// Locked until recovery.
    pub(crate) is_hard_locked: bool,
}

impl Throttle {
    /// Whether an attempt may be made now.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.is_hard_locked {
            return Err(Refusal::of(WalletStatus::CREDENTIAL_IS_LOCKED_FOR_GOOD));
        }
        if now < self.locked_until {
            return Err(Refusal::until(WalletStatus::CREDENTIAL_IS_LOCKED, self.locked_until));
        }
        Ok(())
    }

    /// The counter after one more failure.
    pub(crate) fn after_failure(mut self, now: Timestamp, policy: &ThrottlePolicy) -> Self {
        self.failures = self.failures.saturating_add(1);
        if policy.hard_lock_at > 0 && self.failures >= policy.hard_lock_at {
            self.is_hard_locked = true;
        } else if let Some(beyond) = self.failures.checked_sub(policy.failures_before_lock) {
            self.locked_until = now.plus_seconds(policy.lock_seconds(beyond));
        }
        self
    }
}

/// A day, as limits count it.
const DAY_SECONDS: u32 = 24 * 60 * 60;

/// How many times something happened within a day, and when it last did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Daily {
    /// When the day began: it ends 24 hours later.
    pub(crate) began_at: Timestamp,
    pub(crate) count: u32,
    pub(crate) last_at: Timestamp,
}

impl Daily {
    /// Whether it may happen once more now, given the least time between two and the most in a day.
    pub(crate) fn check(
        &self,
        now: Timestamp,
        gap_seconds: u32,
        per_day: u32,
    ) -> Result<(), Refusal> {
        let next = self.last_at.plus_seconds(gap_seconds);
        if !self.last_at.is_none() && now < next {
            return Err(Refusal::until(WalletStatus::TOO_SOON, next));
        }
        let day_ends = self.began_at.plus_seconds(DAY_SECONDS);
        if now < day_ends && self.count >= per_day {
            return Err(Refusal::until(WalletStatus::TOO_MANY_TODAY, day_ends));
        }
        Ok(())
    }

    /// Whether something that is counted apart for several purposes may happen once more now, given
    /// the most in a day for all of them together.
    pub(crate) fn check_all(all: &[Self], now: Timestamp, per_day: u32) -> Result<(), Refusal> {
        let ends = |day: &Self| day.began_at.plus_seconds(DAY_SECONDS);
        let today = || all.iter().filter(|day| now < ends(day));
        let count = today().map(|day| day.count).fold(0, u32::saturating_add);
        match today().map(ends).min() {
            Some(next) if count >= per_day => {
                Err(Refusal::until(WalletStatus::TOO_MANY_TODAY, next))
            }
            _ => Ok(()),
        }
    }

    /// The count after it happened once more.
    #[must_use]
    pub(crate) fn and_now(mut self, now: Timestamp) -> Self {
        if self.began_at.is_none() || now >= self.began_at.plus_seconds(DAY_SECONDS) {
            (self.began_at, self.count) = (now, 0);
        }
        self.count = self.count.saturating_add(1);
        self.last_at = now;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_a_day_a_minute_apart() {
        let at = |seconds: u32| Timestamp::from_nanoseconds(1).plus_seconds(seconds);
        let mut letters = Daily::default();
        for place in 0..5 {
            let now = at(place * 60);
            assert_eq!(letters.check(now, 60, 5), Ok(()), "letter {place}");
            letters = letters.and_now(now);
            let too_soon = Refusal::until(WalletStatus::TOO_SOON, now.plus_seconds(60));
            assert_eq!(letters.check(now.plus_seconds(59), 60, 5), Err(too_soon));
        }
        let tomorrow = at(DAY_SECONDS);
        let too_many = Refusal::until(WalletStatus::TOO_MANY_TODAY, tomorrow);
        assert_eq!(letters.check(at(DAY_SECONDS - 1), 60, 5), Err(too_many));
        assert_eq!(letters.check(tomorrow, 60, 5), Ok(()));
        assert_eq!(letters.and_now(tomorrow).count, 1);
    }

    /// Five failures lock for 15 minutes, each further one for twice as long up to a day, and the
    /// twentieth for good.
    #[test]
    fn locks_double_up_to_a_day_and_then_for_good() {
        let policy = ThrottlePolicy::payment();
        let minutes = |minutes: u32| Some(minutes * 60);
        let hours = |hours: u32| Some(hours * 3_600);
        let mut expected = vec![None; 4];
        expected.extend([
            minutes(15),
            minutes(30),
            hours(1),
            hours(2),
            hours(4),
            hours(8),
            hours(16),
        ]);
        expected.extend([hours(24); 8]);
        let (mut throttle, mut now) = (Throttle::default(), Timestamp::from_nanoseconds(1));
        for (place, lock) in expected.into_iter().enumerate() {
            assert_eq!(throttle.check(now), Ok(()), "attempt {place}");
            throttle = throttle.after_failure(now, &policy);
            if let Some(seconds) = lock {
                let until = now.plus_seconds(seconds);
                let locked = Refusal::until(WalletStatus::CREDENTIAL_IS_LOCKED, until);
                assert_eq!(throttle.check(now), Err(locked), "after failure {}", place + 1);
                let just_before = Timestamp::from_nanoseconds(until.nanoseconds() - 1);
                assert_eq!(throttle.check(just_before), Err(locked));
                now = until;
            }
        }
        assert_eq!(throttle.failures, 19);
        let status = throttle.after_failure(now, &policy).check(Timestamp::MAX);
        let expected = WalletStatus::CREDENTIAL_IS_LOCKED_FOR_GOOD;
        assert_eq!(status.map_err(|refusal| refusal.status), Err(expected));
    }
}
