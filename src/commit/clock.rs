//! Where the time comes from.

use crate::model::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// Who says what time it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum ClockSource {
    /// The system clock. Deadlines are settled when they come, traffic or not.
    #[default]
    System,
    /// The caller alone: time moves by `advance` and by the timestamps of imported operations. For
    /// simulations, replays and tests.
    Manual,
}

/// The system clock's time.
pub(crate) fn system_now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanoseconds(u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX))
}
