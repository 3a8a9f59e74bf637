//! Which sorted runs of entries there are, and which are being merged.
//!
//! Each checkpoint writes a sorted run of its own. As soon as some of one level stand side by side
//! they become one of the next level, so that a statement is read from few sorted runs however old
//! the store is, and an entry is copied once a level. Merging goes on from checkpoint to
//! checkpoint, some pages at a time: up to an account and a time, what was merged has *moved*.
//!
//! Guarantees that sorted runs follow one another in time. Knows neither redb nor pages.

use super::bytes::{put_varint, take_varint, take_varint_64};
use super::codec::RunNumber;
use crate::model::{Id, Timestamp};
use std::cmp::Ordering;

/// So many of one level become one of the next.
const RUNS_PER_LEVEL: usize = 8;

/// The sorted runs of a state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct SortedRuns {
    /// The number of the next one.
    next: u64,
    /// By time.
    list: Vec<SortedRun>,
    merge: Option<Merge>,
}

/// The entries of some checkpoints in a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SortedRun {
    pub(super) number: RunNumber,
    level: u8,
    /// The time of the last entry: those of the next sorted run are later.
    last: Timestamp,
}

/// Some sorted runs on their way into one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Merge {
    /// The place of the first of them.
    at: usize,
    pub(super) output: RunNumber,
    /// Up to this account and time everything has moved.
    pub(super) moved: (Id, Timestamp),
}

/// Where to look for a part of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Source {
    pub(super) sorted_run: RunNumber,
    /// What is not behind this time has moved elsewhere.
    pub(super) after: Timestamp,
}

impl SortedRuns {
    /// The number of a sorted run that is about to be written.
    pub(super) const fn take_number(&mut self) -> RunNumber {
        let number = RunNumber(self.next);
        self.next += 1;
        number
    }

    /// Adds the entries of one more checkpoint, the last of which happened at `last`.
    pub(super) fn add(&mut self, number: RunNumber, last: Timestamp) {
        self.list.push(SortedRun { number, level: 0, last });
    }

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.list.len()
    }

    /// Whether there is a sorted run of this number.
    pub(super) fn has(&self, number: RunNumber) -> bool {
        self.list.iter().any(|sorted_run| sorted_run.number == number)
    }

    /// The sorted runs that are being merged, and how far that has come. Begins with the next ones
    /// if there are enough; `None` if there are not.
    pub(super) fn merging(&mut self) -> Option<(&[SortedRun], Merge)> {
        let merge = match self.merge {
            Some(merge) => merge,
            None => {
                let at = self.next_merge()?;
                let output = self.take_number();
                Merge { at, output, moved: (Id::ZERO, Timestamp::NONE) }
            }
        };
        self.merge = Some(merge);
        Some((&self.list[merge.at..merge.at + RUNS_PER_LEVEL], merge))
    }

    /// The first sorted runs side by side of the lowest level that has enough of them.
    fn next_merge(&self) -> Option<usize> {
        let windows = self.list.windows(RUNS_PER_LEVEL).enumerate();
        let alike = windows.filter(|(_, window)| {
            window.iter().all(|sorted_run| sorted_run.level == window[0].level)
        });
        alike.min_by_key(|(at, window)| (window[0].level, *at)).map(|(at, _)| at)
    }

    /// Everything up to this account and time has moved.
    pub(super) const fn moved(&mut self, moved: (Id, Timestamp)) {
        if let Some(merge) = &mut self.merge {
            merge.moved = moved;
        }
    }

    /// Everything has moved.
    pub(super) fn merged(&mut self) {
        let Some(Merge { at, output, .. }) = self.merge.take() else { return };
        let inputs = at..at + RUNS_PER_LEVEL;
        let SortedRun { level, last, .. } = self.list[inputs.end - 1];
        let one = SortedRun { number: output, level: level.saturating_add(1), last };
        self.list.splice(inputs, [one]);
    }

    /// Where the entries of `account` are between two times, both included: in the order of time.
    pub(super) fn of(&self, account: Id, first: Timestamp, last: Timestamp) -> Vec<Source> {
        let mut sources = Vec::with_capacity(self.list.len() + 1);
        // What lies behind `before`, up to `until`.
        let mut before = Timestamp::NONE;
        let is_asked_for = |before: Timestamp, until: Timestamp| until >= first && before < last;
        for (at, sorted_run) in self.list.iter().enumerate() {
            let mut after = Timestamp::NONE;
            let mut has_moved = false;
            if let Some(Merge { at: start, output, moved }) = self.merge
                && (start..start + RUNS_PER_LEVEL).contains(&at)
            {
                let end = self.list[start + RUNS_PER_LEVEL - 1].last;
                let (until, rest) = match account.cmp(&moved.0) {
                    Ordering::Less => (end, None),
                    Ordering::Equal => (moved.1, Some(moved.1)),
                    Ordering::Greater => (before, Some(Timestamp::NONE)),
                };
                if at == start && until > before && is_asked_for(before, until) {
                    sources.push(Source { sorted_run: output, after: Timestamp::NONE });
                }
                after = rest.unwrap_or(after);
                has_moved = rest.is_none() || sorted_run.last <= after;
            }
            if !has_moved && is_asked_for(before.max(after), sorted_run.last) {
                sources.push(Source { sorted_run: sorted_run.number, after });
            }
            before = sorted_run.last;
        }
        sources
    }

    /// As bytes.
    pub(super) fn to_vec(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_varint(u128::from(self.next), &mut bytes);
        put_varint(self.list.len() as u128, &mut bytes);
        for SortedRun { number, level, last } in &self.list {
            for value in [number.0, u64::from(*level), last.nanoseconds()] {
                put_varint(u128::from(value), &mut bytes);
            }
        }
        if let Some(Merge { at, output, moved: (account, time) }) = &self.merge {
            let values = [*at as u128, u128::from(output.0), account.as_u128()];
            for value in values.into_iter().chain([u128::from(time.nanoseconds())]) {
                put_varint(value, &mut bytes);
            }
        }
        bytes
    }

    /// Of these bytes, if they are sorted runs.
    pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let next = take_varint_64(bytes)?;
        let count = take_varint_64(bytes)?;
        let mut list = Vec::new();
        for _ in 0..count {
            let number = RunNumber(take_varint_64(bytes)?);
            let level = u8::try_from(take_varint_64(bytes)?).ok()?;
            let last = Timestamp::from_nanoseconds(take_varint_64(bytes)?);
            list.push(SortedRun { number, level, last });
        }
        let mut merge = None;
        if !bytes.is_empty() {
            let at = usize::try_from(take_varint_64(bytes)?).ok()?;
            let output = RunNumber(take_varint_64(bytes)?);
            let account = Id::from_u128(take_varint(bytes)?);
            let moved = (account, Timestamp::from_nanoseconds(take_varint_64(bytes)?));
            merge = Some(Merge { at, output, moved });
            if at.checked_add(RUNS_PER_LEVEL)? > list.len() {
                return None;
            }
        }
        bytes.is_empty().then_some(Self { next, list, merge })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(nanoseconds: u64) -> Timestamp {
        Timestamp::from_nanoseconds(nanoseconds)
    }

    fn add(sorted_runs: &mut SortedRuns) {
        let number = sorted_runs.take_number();
        let last = time(10 * (1 + sorted_runs.list.len() as u64));
        sorted_runs.add(number, last);
    }

    fn numbers(sorted_runs: &SortedRuns, account: u128, first: u64, last: u64) -> Vec<(u64, u64)> {
        let sources = sorted_runs.of(Id::from_u128(account), time(first), time(last));
        sources.iter().map(|source| (source.sorted_run.0, source.after.nanoseconds())).collect()
    }

    #[test]
    fn a_part_of_a_statement_is_where_it_has_moved_to() {
        let mut sorted_runs = SortedRuns::default();
        for _ in 0..RUNS_PER_LEVEL - 1 {
            add(&mut sorted_runs);
            assert_eq!(sorted_runs.merging(), None);
        }
        add(&mut sorted_runs);
        assert_eq!(
            sorted_runs.merging().map(|(inputs, merge)| (inputs.len(), merge.output.0)),
            Some((8, 8))
        );
        add(&mut sorted_runs);
        sorted_runs.moved((Id::from_u128(5), time(33)));
        for sorted_runs in
            [&sorted_runs, &SortedRuns::from_bytes(&sorted_runs.to_vec()).expect("sorted_runs")]
        {
            assert_eq!(numbers(sorted_runs, 4, 0, u64::MAX), [(8, 0), (9, 0)]);
            let halfway = [(8, 0), (3, 33), (4, 33), (5, 33), (6, 33), (7, 33), (9, 0)];
            assert_eq!(numbers(sorted_runs, 5, 0, u64::MAX), halfway);
            assert_eq!(numbers(sorted_runs, 5, 21, 33), [(8, 0)]);
            assert_eq!(numbers(sorted_runs, 5, 21, 34), [(8, 0), (3, 33)]);
            assert_eq!(numbers(sorted_runs, 5, 34, 34), [(3, 33)]);
            assert_eq!(numbers(sorted_runs, 5, 55, 75), [(5, 33), (6, 33), (7, 33)]);
            assert_eq!(numbers(sorted_runs, 4, 81, 90), [(9, 0)]);
            assert_eq!(numbers(sorted_runs, 6, 20, 21), [(1, 0), (2, 0)]);
            assert_eq!(numbers(sorted_runs, 6, 85, 89), [(9, 0)]);
        }
        sorted_runs.merged();
        assert_eq!(numbers(&sorted_runs, 5, 0, u64::MAX), [(8, 0), (9, 0)]);
        assert_eq!(sorted_runs.merging(), None);
    }

    #[test]
    fn there_are_few_sorted_runs_however_many_are_written() {
        let mut sorted_runs = SortedRuns::default();
        for written in 1..5_000_usize {
            add(&mut sorted_runs);
            while sorted_runs.merging().is_some() {
                sorted_runs.merged();
            }
            let levels = written.ilog(RUNS_PER_LEVEL) as usize + 1;
            assert!(sorted_runs.list.len() <= levels * (RUNS_PER_LEVEL - 1));
        }
    }

    #[test]
    fn other_bytes_are_no_sorted_runs() {
        let mut sorted_runs = SortedRuns::default();
        (0..8).for_each(|_| add(&mut sorted_runs));
        sorted_runs.merging();
        let bytes = sorted_runs.to_vec();
        for cut in 0..bytes.len() {
            assert_ne!(SortedRuns::from_bytes(&bytes[..cut]).as_ref(), Some(&sorted_runs));
        }
        assert_eq!(SortedRuns::from_bytes(&[&bytes[..], &[0]].concat()), None);
        assert_eq!(
            SortedRuns::from_bytes(&[9, 1, 0, 0, 1, 0, 9, 0, 0]),
            None,
            "too few to be merged"
        );
    }
}
