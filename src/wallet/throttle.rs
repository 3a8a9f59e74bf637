//! Counting failures: after a few a credential is locked for a while, after many for good.

use super::WalletStatus;
use super::policy::ThrottlePolicy;
use super::refusal::{Judged, Refusal};
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
    pub(crate) fn check(&self, now: Timestamp) -> Judged<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
