//! When rows happen: a file counts seconds, the store gives every event a nanosecond of its own.
//!
//! Three things must come out right, in every run of a file, also when it was cut short or has
//! grown since:
//!
//! * Rows of one second keep their order, and every operation has a time of its own. What the store
//!   has booked stays before them, also of their own second, in which a file may have been cut.
//! * A deadline of the same second as a row has come before the row is judged. So the row happens
//!   after every deadline of its second that rows before it have set, whether or not it still
//!   counts: the rule knows the file alone, never what the store answered.
//! * Accounts that rows need are opened just before them, and take a nanosecond each. So rows keep
//!   a distance in which the accounts of a whole chunk find place.

use escrowdb::Timestamp;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Nanoseconds from one row to the next at least.
const ROW_DISTANCE: u64 = 8_192;
/// Accounts and ledgers that are opened before a chunk at most.
pub(crate) const OPENED_PER_CHUNK_MAX: u64 = ROW_DISTANCE - 1;

/// Gives rows their times.
#[derive(Clone, Default)]
pub(crate) struct Timeline {
    /// When the last operation, or deadline, can have happened at the latest.
    last: u64,
    deadlines: BinaryHeap<Reverse<u64>>,
}

impl Timeline {
    /// The time of the first of `operations` operations of a row at `at`; the others follow it
    /// nanosecond by nanosecond.
    pub(crate) fn place(&mut self, at: Timestamp, operations: usize) -> Timestamp {
        // A late row, and one that does not fit into its second, is of the second that has come.
        let second = at.nanoseconds().max(self.last) / Timestamp::SECOND;
        let next_second = second.saturating_add(1).saturating_mul(Timestamp::SECOND);
        while let Some(&Reverse(deadline)) = self.deadlines.peek()
            && deadline < next_second
        {
            self.deadlines.pop();
            // As the store does it: at the deadline, or just after the last event.
            self.last = deadline.max(self.last.saturating_add(1));
        }
        let first = at.nanoseconds().max(self.last.saturating_add(ROW_DISTANCE));
        let others = (operations as u64).saturating_sub(1);
        self.last = first.saturating_add(others);
        Timestamp::from_nanoseconds(first)
    }

    /// Begins after the last event of a store. Deadlines that it has passed have come.
    pub(crate) fn begin_after(&mut self, event: Timestamp) {
        self.last = event.nanoseconds();
        self.deadlines.retain(|Reverse(deadline)| *deadline > self.last);
    }

    /// Remembers a deadline.
    pub(crate) fn expect(&mut self, deadline: Timestamp) {
        self.deadlines.push(Reverse(deadline.nanoseconds()));
    }
}

/// The second that `time` lies in.
pub(crate) fn second_of(time: Timestamp) -> u64 {
    time.nanoseconds() / Timestamp::SECOND
}

/// The end of the second that `time` lies in: everything that comes due in it has come.
pub(crate) fn end_of_second(time: Timestamp) -> Timestamp {
    let second = time.nanoseconds() / Timestamp::SECOND;
    let next = second.saturating_add(1).saturating_mul(Timestamp::SECOND);
    Timestamp::from_nanoseconds(next.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanoseconds: u64) -> Timestamp {
        Timestamp::from_nanoseconds(nanoseconds)
    }

    const SECOND: u64 = Timestamp::SECOND;

    #[test]
    fn rows_keep_their_distance() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.place(at(5 * SECOND), 1), at(5 * SECOND));
        assert_eq!(timeline.place(at(5 * SECOND), 3), at(5 * SECOND + ROW_DISTANCE));
        assert_eq!(timeline.place(at(5 * SECOND), 1), at(5 * SECOND + 2 * ROW_DISTANCE + 2));
        assert_eq!(timeline.place(at(6 * SECOND), 1), at(6 * SECOND));
    }

    /// A file that was cut within a second goes on in it, and a late row comes after everything.
    #[test]
    fn rows_come_after_what_is_booked() {
        let mut timeline = Timeline::default();
        timeline.expect(at(4 * SECOND));
        timeline.expect(at(6 * SECOND + 7));
        timeline.begin_after(at(5 * SECOND + 3));
        assert_eq!(timeline.place(at(5 * SECOND), 1), at(5 * SECOND + 3 + ROW_DISTANCE));
        assert_eq!(timeline.place(at(2 * SECOND), 1), at(5 * SECOND + 3 + 2 * ROW_DISTANCE));
        assert_eq!(timeline.place(at(6 * SECOND), 1), at(6 * SECOND + 7 + ROW_DISTANCE));
        assert_eq!(timeline.place(at(5 * SECOND), 1), at(6 * SECOND + 7 + 2 * ROW_DISTANCE));
    }

    #[test]
    fn deadlines_of_the_same_second_come_first() {
        let mut timeline = Timeline::default();
        for deadline in [9 * SECOND + 70, 9 * SECOND + 70, 10 * SECOND] {
            timeline.expect(at(deadline));
        }
        assert_eq!(timeline.place(at(8 * SECOND), 1), at(8 * SECOND));
        // The second of the two that are due at once is settled a nanosecond later.
        assert_eq!(timeline.place(at(9 * SECOND), 1), at(9 * SECOND + 71 + ROW_DISTANCE));
        assert_eq!(timeline.place(at(10 * SECOND), 1), at(10 * SECOND + ROW_DISTANCE));
        assert_eq!(end_of_second(at(9 * SECOND)), at(10 * SECOND - 1));
    }
}
