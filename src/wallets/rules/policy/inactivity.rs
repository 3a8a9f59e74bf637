//! When money that nobody uses is set aside for its owner.

use serde::{Deserialize, Serialize};

/// A hundred years: beyond that no policy means it.
const DAYS_MAX: u32 = 36_500;

/// When the money of a wallet whose owner does nothing is set aside. Off by default.
///
/// The owner is told first, by every channel, and waited for; then upkeep moves what lies in the
/// wallet to the account of unclaimed money, where it stays hers: she claims it back, or has it
/// redeemed. It is never the shop's income. Whatever she does ends it: logging in, paying, a
/// top-up, a change of her data. A wallet that is frozen, or has money in escrow, is left alone.
///
/// The law of your country says how long you must wait at least, and whether unclaimed money goes
/// to the state after a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Inactivity {
    /// Days without an act of the owner after which she is told; absent for never.
    pub notice_after_days: Option<u32>,
    /// Days from the notice until the money is set aside.
    pub wait_days: u32,
}

impl Default for Inactivity {
    /// Off; 90 days to wait.
    fn default() -> Self {
        Self { notice_after_days: None, wait_days: 90 }
    }
}

impl Inactivity {
    pub(super) fn check(&self) -> Result<(), String> {
        let days =
            [("notice_after_days", self.notice_after_days), ("wait_days", Some(self.wait_days))];
        for (name, days) in days {
            if days.is_some_and(|days| !(1..=DAYS_MAX).contains(&days)) {
                return Err(format!("inactivity: {name} must be 1 to {DAYS_MAX}"));
            }
        }
        Ok(())
    }
}
