//! Times as nanoseconds since the Unix epoch.

use bytemuck::{Pod, Zeroable};
use std::fmt;

/// Nanoseconds since the Unix epoch. Zero means "no time": no deadline, not disputed, not set.
///
/// The timestamp of an operation is unique in its store and rises strictly over the store's life,
/// so that it also serves as the operation's sequence number.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Pod, Zeroable)]
pub struct Timestamp(u64);

impl Timestamp {
    /// No time.
    pub const NONE: Self = Self(0);
    /// The end of time: the year 2554.
    pub const MAX: Self = Self(u64::MAX);
    /// The latest time that a clock or an imported record may show: nine minutes before the end of
    /// time. The room behind it lets timestamps rise for 2^39 more events, whatever happens.
    pub const CLOCK_MAX: Self = Self(u64::MAX - (1 << 39));
    /// Nanoseconds in a second.
    pub const SECOND: u64 = 1_000_000_000;

    /// The time `nanoseconds` after the epoch.
    #[must_use]
    pub const fn from_nanoseconds(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// The time `seconds` after the epoch, or `None` past the year 2554.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Option<Self> {
        match seconds.checked_mul(Self::SECOND) {
            Some(nanoseconds) => Some(Self(nanoseconds)),
            None => None,
        }
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn nanoseconds(self) -> u64 {
        self.0
    }

    /// Whether this is [`Timestamp::NONE`].
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The time `seconds` later, or the end of time.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add((seconds as u64).saturating_mul(Self::SECOND)))
    }

    /// The time `nanoseconds` later, or the end of time.
    #[must_use]
    pub const fn plus_nanoseconds(self, nanoseconds: u64) -> Self {
        Self(self.0.saturating_add(nanoseconds))
    }

    /// Nanoseconds from `earlier` to this time, or zero where `earlier` is not earlier.
    #[must_use]
    pub const fn nanoseconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}ns", self.0)
    }
}
