//! New ids: time-ordered, unique, monotonic within the process.

use crate::model::Id;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

/// The id that was given last, so that the next one is greater.
static LAST: Mutex<u128> = Mutex::new(0);

impl Id {
    /// A new id in the layout of a UUID of version 7 (RFC 9562, 5.7): 48 bits of milliseconds, then
    /// random bits. Ids of one process rise strictly, which makes them the fast ones: the store
    /// finds room for rising ids without searching.
    ///
    /// # Panics
    /// If the operating system has no random bytes to give.
    #[must_use]
    pub fn new() -> Self {
        let mut random = [0; 16];
        getrandom::fill(&mut random).expect("the operating system gives random bytes");
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let fresh = layout(since_epoch.as_millis(), u128::from_be_bytes(random));
        let mut last = LAST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = if fresh > *last { fresh } else { following(*last) };
        Self::from_u128(*last)
    }
}

const VERSION: u128 = 7 << 76;
const VARIANT: u128 = 2 << 62;
/// Bits 12 after the version and 62 after the variant: what counts up within a millisecond.
const LOW_BITS: u128 = (1 << 62) - 1;
const HIGH_BITS: u128 = (1 << 12) - 1;

fn layout(milliseconds: u128, random: u128) -> u128 {
    let time = (milliseconds & ((1 << 48) - 1)) << 80;
    // The topmost random bit stays clear, so that there is room to count up.
    let high = (random >> 64 & (HIGH_BITS >> 1)) << 64;
    time | VERSION | high | VARIANT | random & LOW_BITS
}

/// The next greater id of the same layout.
fn following(id: u128) -> u128 {
    let (time, high, low) = (id >> 80, id >> 64 & HIGH_BITS, id & LOW_BITS);
    // Time, high and low bits as one number that counts up.
    let count = (time << 74 | high << 62 | low) + 1;
    let (time, high, low) = (count >> 74, count >> 62 & HIGH_BITS, count & LOW_BITS);
    time << 80 | VERSION | high << 64 | VARIANT | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_are_uuids_of_version_7() {
        let ids: Vec<_> = (0..10_000).map(|_| Id::new()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        for id in &ids {
            let bytes = id.to_bytes();
            assert_eq!((bytes[6] >> 4, bytes[8] >> 6), (7, 2), "version and variant of {id}");
        }
        let end_of_millisecond = layout(5, u128::MAX) | HIGH_BITS << 64;
        assert_eq!(following(end_of_millisecond), layout(6, 0));
    }
}
