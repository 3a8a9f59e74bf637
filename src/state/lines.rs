//! Statements: the lines of one account, out of the stored rows and the layers above them.
//!
//! Guarantees the same lines in both directions, whether they are checkpointed or not: going up
//! starts from the balances of the last checkpoint, going down from those of the view. Memory is
//! one row. Knows no rules.

use super::base::RawRows;
use super::codec::KeyBytes;
use super::entries::{self, Line, Shown};
use super::error::StateError;
use super::table::Name;
use super::view::View;
use crate::model::{Balances, Entry, Id, Timestamp};
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
    ///
    /// Ends after an error. A statement that does not add up to the account's balances is one: a
    /// row of it was lost.
    pub(crate) fn entries(
        &self,
        account: Id,
        range: impl RangeBounds<Timestamp>,
        direction: Direction,
    ) -> Result<Lines<'_>, StateError> {
        let (Some(times), Some(record)) = (Times::of(&range), self.account(account)?) else {
            return Ok(Box::new(std::iter::empty()));
        };
        // One list after the other, as far as they are asked for.
        let chunks = self.layers().iter().flat_map(|layer| &layer.chunks);
        let recent = chunks.flat_map(move |chunk| chunk.of(account));

        let history = Shown::history(&record);
        let before = self.base_account(account)?;
        let mut before = Shown::of(before.as_ref(), history);
        let stored = self.stored_lines(account, times, direction, before.balances)?;
        let corrupt = move || StateError::corrupt(Name::Entries.text(), &account.to_vec());
        Ok(match direction {
            Direction::Ascending => {
                let line = move |entry: &Entry| before.forward(entry).ok_or_else(corrupt);
                let lines = recent.take_while(move |entry| entry.timestamp <= times.last).map(line);
                let lines = lines.filter(move |line| times.have(line));
                Box::new(UntilError(Some(stored.chain(lines))))
            }
            Direction::Descending => {
                let mut after = Shown::of(Some(&record), history);
                let line = move |entry: &Entry| after.backward(entry).ok_or_else(corrupt);
                let lines =
                    recent.rev().take_while(move |entry| entry.timestamp >= times.first).map(line);
                let lines = lines.filter(move |line| times.have(line));
                Box::new(UntilError(Some(lines.chain(stored))))
            }
        })
    }

    /// The lines that are checkpointed, at the end of which `account` shows `balances`.
    fn stored_lines(
        &self,
        account: Id,
        times: Times,
        direction: Direction,
        balances: Balances,
    ) -> Result<StoredLines, StateError> {
        let key = |time: Timestamp| Bound::Included((account, time).to_vec());
        let rows = |first, last| self.base().raw_rows(Name::Entries, &key(first), &key(last));
        // The row that covers the first time may start before it.
        let mut covering = rows(Timestamp::NONE, times.first);
        let covering = covering.next_back(|key, _| <(Id, Timestamp)>::take(key));
        let first = covering.transpose()?.map_or(times.first, |(_, time)| time);

        let is_whole = times.first == Timestamp::NONE;
        let start = is_whole.then(Balances::default);
        let end = (times.last >= self.base().tip.timestamp).then_some(balances);
        let (next, last) = match direction {
            Direction::Ascending => (start, end),
            Direction::Descending => (end, start),
        };
        Ok(StoredLines {
            account,
            rows: rows(first, times.last),
            times,
            direction,
            next,
            last,
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
    account: Id,
    rows: RawRows,
    times: Times,
    direction: Direction,
    /// The balances at the near end of the next row, where they are known.
    next: Option<Balances>,
    /// Those at the far end of the last row.
    last: Option<Balances>,
    row: vec::IntoIter<Line>,
}

impl StoredLines {
    /// Reads the next row, if there is one, and holds its ends against those of its neighbours.
    fn advance(&mut self) -> Result<bool, StateError> {
        let corrupt = || StateError::corrupt(Name::Entries.text(), &self.account.to_vec());
        let differ = |one: Option<Balances>, other: Option<Balances>| {
            one.zip(other).is_some_and(|(one, other)| one != other)
        };
        let row = match self.direction {
            Direction::Ascending => self.rows.next(entries::decode),
            Direction::Descending => self.rows.next_back(entries::decode),
        };
        let Some(row) = row.transpose()? else {
            return if differ(self.next, self.last) { Err(corrupt()) } else { Ok(false) };
        };
        let (near, far) = match self.direction {
            Direction::Ascending => (row.opening(), row.closing()),
            Direction::Descending => (row.closing(), row.opening()),
        };
        if differ(self.next, Some(near)) {
            return Err(corrupt());
        }
        self.next = Some(far);
        self.row = row.lines.into_iter();
        Ok(true)
    }
}

impl Iterator for StoredLines {
    type Item = Result<Line, StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.direction {
                Direction::Ascending => self.row.next(),
                Direction::Descending => self.row.next_back(),
            };
            match line.map(Ok) {
                Some(line) if self.times.have(&line) => return Some(line),
                Some(_) => {}
                None => match self.advance() {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(error) => return Some(Err(error)),
                },
            }
        }
    }
}

/// What an iterator yields up to its first error.
struct UntilError<I>(Option<I>);

impl<T, I: Iterator<Item = Result<T, StateError>>> Iterator for UntilError<I> {
    type Item = Result<T, StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.0.as_mut()?.next();
        if !matches!(next, Some(Ok(_))) {
            self.0 = None;
        }
        next
    }
}
