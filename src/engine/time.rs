//! The time by which operations are judged.

use super::check::refuse_if;
use crate::model::{Status, Timestamp};

/// The clock's reading for one batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// What the clock says.
    pub(crate) now: Timestamp,
    /// Time comes from the caller alone: imported operations may lie anywhere after the last event.
    pub(crate) is_manual: bool,
}

impl Clock {
    /// The timestamp of the next event: the clock's, but later than the `last` one.
    pub(crate) fn next(self, last: Timestamp) -> Timestamp {
        self.now.max(last.plus_nanoseconds(1))
    }

    /// Whether something imported can have happened at this time.
    pub(crate) fn admits(self, timestamp: Timestamp, last: Timestamp) -> Result<(), Status> {
        refuse_if(timestamp <= last, Status::IMPORTED_TIMESTAMP_MUST_NOT_REGRESS)?;
        let latest = if self.is_manual { Timestamp::CLOCK_MAX } else { self.now };
        let in_future = timestamp > latest;
        refuse_if(in_future, Status::IMPORTED_TIMESTAMP_MUST_BE_IN_THE_PAST)
    }
}
