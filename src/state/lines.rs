//! Statements: the lines of one account, out of the stored sorted runs and the deltas above them.
//!
//! Guarantees the same lines in both directions, whether they are checkpointed or not: going up
//! starts from the balances of the last checkpoint, going down from those of the view. Memory is
//! one page and one entry delta. Knows no rules.

use super::base::{Base, RawRows};
use super::codec::KeyBytes;
use super::entries::{Entry, Line, Shown};
use super::error::StateError;
use super::run_pages::{self, Found};
use super::sorted_runs::Source;
use super::table::Name;
use super::view::View;
use crate::model::{Balances, Id, Timestamp};
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;
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
    /// page of it was lost.
    pub(crate) fn entries(
        &self,
        account: Id,
        range: impl RangeBounds<Timestamp>,
        direction: Direction,
    ) -> Result<Lines<'_>, StateError> {
        let (Some(times), Some(record)) = (Times::of(&range), self.account(account)?) else {
            return Ok(Box::new(std::iter::empty()));
        };
        // One entry delta after the other, as far as they are asked for.
        let entries = self.deltas().iter().flat_map(|delta| &delta.entries);
        let recent = entries.flat_map(move |entry_delta| entry_delta.of(account));

        let before = self.base_account(account)?;
        let mut before = before.as_ref().map_or_else(Shown::default, Shown::of);
        let stored = self.stored_lines(account, times, direction, before.balances);
        let corrupt = move || StateError::corrupt(Name::Entries.text(), &account.to_vec());
        Ok(match direction {
            Direction::Ascending => {
                let line = move |entry: Entry| before.forward(&entry).ok_or_else(corrupt);
                let lines = recent.take_while(move |entry| entry.timestamp <= times.last).map(line);
                let lines = lines.filter(move |line| times.have(line));
                Box::new(UntilError(Some(stored.chain(lines))))
            }
            Direction::Descending => {
                let mut after = Shown::of(&record);
                let line = move |entry: Entry| after.backward(&entry).ok_or_else(corrupt);
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
    ) -> StoredLines {
        let base = self.base().clone();
        let mut sources = base.sorted_runs.of(account, times.first, times.last);
        let is_whole = times.first == Timestamp::NONE;
        let start = is_whole.then(Balances::default);
        let end = (times.last >= base.tip.timestamp).then_some(balances);
        let (next, last) = match direction {
            Direction::Ascending => (start, end),
            Direction::Descending => (end, start),
        };
        if direction == Direction::Descending {
            sources.reverse();
        }
        StoredLines {
            account,
            base,
            sources: sources.into_iter(),
            pages: None,
            times,
            direction,
            next,
            last,
            page: Vec::new().into_iter(),
        }
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

/// The lines in the sorted runs of a checkpoint.
struct StoredLines {
    account: Id,
    base: Arc<Base>,
    /// The sorted runs that are to be read yet, the next one first.
    sources: vec::IntoIter<Source>,
    /// The pages of the one that is being read.
    pages: Option<(Source, RawRows)>,
    times: Times,
    direction: Direction,
    /// The balances at the near end of the next page, where they are known.
    next: Option<Balances>,
    /// Those at the far end of the last page.
    last: Option<Balances>,
    page: vec::IntoIter<Line>,
}

impl StoredLines {
    /// Reads the next page with lines of the account, if there is one, and holds its ends against
    /// those of its neighbours.
    fn advance(&mut self) -> Result<bool, StateError> {
        let account = self.account;
        let corrupt = || StateError::corrupt(Name::Entries.text(), &account.to_vec());
        let differ = |one: Option<Balances>, other: Option<Balances>| {
            one.zip(other).is_some_and(|(one, other)| one != other)
        };
        let found = loop {
            let Some(page) = self.next_page() else {
                return if differ(self.next, self.last) { Err(corrupt()) } else { Ok(false) };
            };
            let found = page?;
            if !found.lines.is_empty() {
                break found;
            }
        };
        let (near, far) = match self.direction {
            Direction::Ascending => (found.opening, found.closing()),
            Direction::Descending => (found.closing(), found.opening),
        };
        if differ(self.next, Some(near)) {
            return Err(corrupt());
        }
        self.next = Some(far);
        self.page = found.lines.into_iter();
        Ok(true)
    }

    /// What the next page has of the account, which may be nothing.
    fn next_page(&mut self) -> Option<Result<Found, StateError>> {
        loop {
            let Some((source, pages)) = &mut self.pages else {
                let source = self.sources.next()?;
                let (first, last) = (self.times.first, self.times.last);
                let range = ((self.account, first), (self.account, last));
                self.pages =
                    Some((source, self.base.pages_of(source.sorted_run, range.0, range.1)));
                continue;
            };
            let (account, after) = (self.account, source.after);
            let find = |key: &[u8], body: &[u8]| run_pages::find(key, body, account, after);
            let page = match self.direction {
                Direction::Ascending => pages.next(find),
                Direction::Descending => pages.next_back(find),
            };
            if page.is_some() {
                return page;
            }
            self.pages = None;
        }
    }
}

impl Iterator for StoredLines {
    type Item = Result<Line, StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.direction {
                Direction::Ascending => self.page.next(),
                Direction::Descending => self.page.next_back(),
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
