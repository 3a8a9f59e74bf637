//! Statements: the lines of one account, out of the stored rows and the layers above them.
//!
//! Guarantees the same lines in both directions, whether they are checkpointed or not: going up
//! starts from the balances of the last checkpoint, going down from those of the view. Memory is
//! one row, and one position for each list of entries that names the account. Knows no rules.

use super::base::RawRows;
use super::codec::KeyBytes;
use super::entries::{self, Line, Shown};
use super::error::StateError;
use super::table::Name;
use super::view::View;
use crate::model::{Entry, Id, Timestamp};
use std::ops::{Bound, RangeBounds};
use std::vec;

/// Which end of a statement is read first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    /// The oldest line.
    Ascending,
    /// The newest line.
    Descending,
}

/// The lines of a statement, one by one.
pub(crate) type Lines<'v> = Box<dyn Iterator<Item = Result<Line, StateError>> + Send + 'v>;

impl View {
    /// The statement of `account` in this range of times; empty if there is no such account.
    pub(crate) fn entries(
        &self,
        account: Id,
        range: impl RangeBounds<Timestamp>,
        direction: Direction,
    ) -> Result<Lines<'_>, StateError> {
        let (Some(times), Some(record)) = (Times::of(&range), self.account(account)?) else {
            return Ok(Box::new(std::iter::empty()));
        };
        let stored = self.stored_lines(account, times, direction)?;
        let chunks = self.layers().iter().flat_map(|layer| &layer.chunks);
        // Lists without the account are left out here, and their search is not repeated.
        let recent: Vec<_> = chunks
            .map(|chunk| chunk.of(account))
            .filter(|entries| entries.size_hint().0 > 0)
            .collect();
        let recent = recent.into_iter().flatten();

        let history = Shown::history(&record);
        let corrupt = move || StateError::corrupt(Name::Entries.text(), &account.to_vec());
        Ok(match direction {
            Direction::Ascending => {
                let before = self.base_account(account)?;
                let mut shown = Shown::of(before.as_ref(), history);
                let line = move |entry: &Entry| shown.forward(entry).ok_or_else(corrupt);
                let lines = recent.take_while(move |entry| entry.timestamp <= times.last).map(line);
                Box::new(stored.chain(lines.filter(move |line| times.have(line))))
            }
            Direction::Descending => {
                let mut shown = Shown::of(Some(&record), history);
                let line = move |entry: &Entry| shown.backward(entry).ok_or_else(corrupt);
                let lines =
                    recent.rev().take_while(move |entry| entry.timestamp >= times.first).map(line);
                Box::new(lines.filter(move |line| times.have(line)).chain(stored))
            }
        })
    }

    fn stored_lines(
        &self,
        account: Id,
        times: Times,
        direction: Direction,
    ) -> Result<StoredLines, StateError> {
        let key = |time: Timestamp| Bound::Included((account, time).to_vec());
        let name = Name::Entries;
        // The row that covers the first time may start before it.
        let mut covering = self.base().raw_rows(name, &key(Timestamp::NONE), &key(times.first));
        let covering = covering.next_back(|key, _| <(Id, Timestamp)>::take(key));
        let from = covering.transpose()?.map_or(times.first, |(_, time)| time);
        Ok(StoredLines {
            rows: self.base().raw_rows(name, &key(from), &key(times.last)),
            times,
            direction,
            row: Vec::new().into_iter(),
        })
    }
}

/// A range of times, both ends included.
#[derive(Clone, Copy)]
struct Times {
    first: Timestamp,
    last: Timestamp,
}

impl Times {
    fn of(range: &impl RangeBounds<Timestamp>) -> Option<Self> {
        let first = match range.start_bound() {
            Bound::Unbounded => 0,
            Bound::Included(first) => first.nanoseconds(),
            Bound::Excluded(before) => before.nanoseconds().checked_add(1)?,
        };
        let last = match range.end_bound() {
            Bound::Unbounded => u64::MAX,
            Bound::Included(last) => last.nanoseconds(),
            Bound::Excluded(after) => after.nanoseconds().checked_sub(1)?,
        };
        (first <= last).then_some(Self {
            first: Timestamp::from_nanoseconds(first),
            last: Timestamp::from_nanoseconds(last),
        })
    }

    /// Whether the line is in this range; an error always is.
    fn have(&self, line: &Result<Line, StateError>) -> bool {
        line.as_ref().map_or(true, |line| (self.first..=self.last).contains(&line.timestamp))
    }
}

/// The lines in the rows of a checkpoint.
struct StoredLines {
    rows: RawRows,
    times: Times,
    direction: Direction,
    row: vec::IntoIter<Line>,
}

impl Iterator for StoredLines {
    type Item = Result<Line, StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.direction {
                Direction::Ascending => self.row.next(),
                Direction::Descending => self.row.next_back(),
            };
            if let Some(line) = line.map(Ok) {
                if self.times.have(&line) {
                    return Some(line);
                }
                continue;
            }
            let row = match self.direction {
                Direction::Ascending => self.rows.next(entries::decode),
                Direction::Descending => self.rows.next_back(entries::decode),
            };
            match row? {
                Ok(row) => self.row = row.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
