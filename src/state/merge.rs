//! Reading many sorted sources as one: runs, newest first, and what lies below them.
//!
//! Guarantees rising keys, each once with its newest value, and memory for one row of each source.
//! Deleted rows are stepped over, once: see [`super::gaps`]. Knows neither tables nor deltas.

use super::column::Value;
use super::error::StateError;
use super::gaps::Gap;
use super::run::Run;
use std::iter::Peekable;
use std::ops::{Bound, Range};

/// All that some runs changed, newest values only; `None` for what is deleted.
pub(super) struct Changed<'v, K, V: Value> {
    /// Newest first, each with the rows that are to be read yet, of which there is one.
    cursors: Vec<(&'v Run<K, V>, Range<usize>)>,
}

impl<'v, K: Ord + Clone, V: Value> Changed<'v, K, V> {
    /// The changes of `runs`, newest first, within these bounds.
    pub(super) fn new(
        runs: impl Iterator<Item = &'v Run<K, V>>,
        lower: &Bound<K>,
        upper: &Bound<K>,
    ) -> Self {
        let cursors = runs
            .map(|run| (run, run.range(lower, upper)))
            .filter(|(_, rows)| !rows.is_empty())
            .collect();
        Self { cursors }
    }
}

impl<'v, K: Ord + Clone, V: Value> Iterator for Changed<'v, K, V> {
    type Item = (&'v K, Option<V>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut least: Option<(&'v K, &'v Run<K, V>, usize)> = None;
        for (run, rows) in &self.cursors {
            let key = &run.keys()[rows.start];
            // Of equal keys the first stays: it is the newest.
            if least.is_none_or(|least| key < least.0) {
                least = Some((key, run, rows.start));
            }
        }
        let (key, run, row) = least?;
        self.cursors.retain_mut(|(run, rows)| {
            rows.start += usize::from(run.keys()[rows.start] == *key);
            rows.start < rows.end
        });
        Some((key, run.value(row)))
    }
}

/// Who knows where all rows were deleted.
pub(super) trait Knowledge<'v, K: Ord + Clone, V: Value, B> {
    /// What lies behind the gap around the deleted row of this key, if one is known.
    fn pass(&self, key: &K) -> Option<Passed<'v, K, V, B>>;

    /// Takes note of a gap in which so many deleted rows were stepped over.
    fn note(&self, gap: Gap<K>, stepped_over: usize);
}

/// A gap, and what lies behind it, unless that is nothing.
pub(super) struct Passed<'v, K, V: Value, B> {
    pub(super) gap: Gap<K>,
    pub(super) rest: Option<(Changed<'v, K, V>, B)>,
}

/// Who knows nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nobody;

impl<'v, K: Ord + Clone, V: Value, B> Knowledge<'v, K, V, B> for Nobody {
    fn pass(&self, _: &K) -> Option<Passed<'v, K, V, B>> {
        None
    }

    fn note(&self, _: Gap<K>, _: usize) {}
}

/// Whether there is a gap is asked at its first row, and after so many others each.
const ROWS_PER_QUESTION: usize = 8;

/// Rows of a base with the changes of some runs on top.
pub(super) struct Merge<'v, K: Ord + Clone, V: Value, B, W> {
    changed: Peekable<Changed<'v, K, V>>,
    base: B,
    /// The next row of the base, once it was read.
    head: Option<(K, V)>,
    base_is_over: bool,
    failed: bool,
    knowledge: W,
    /// What has been passed since the last row that there is.
    gap: Option<Gap<K>>,
    /// Deleted rows that have been stepped over since.
    stepped_over: usize,
}

impl<'v, K, V, B, W> Merge<'v, K, V, B, W>
where
    K: Ord + Clone,
    V: Value,
    B: Iterator<Item = Result<(K, V), StateError>>,
    W: Knowledge<'v, K, V, B>,
{
    pub(super) fn new(changed: Changed<'v, K, V>, base: B, knowledge: W) -> Self {
        Self {
            changed: changed.peekable(),
            base,
            head: None,
            base_is_over: false,
            failed: false,
            knowledge,
            gap: None,
            stepped_over: 0,
        }
    }

    /// Steps over a deleted row, and over all that is known to be deleted around it.
    fn step_over(&mut self, key: &K) {
        let row = Gap { from: (key.clone(), false), to: (key.clone(), true), rows: 1 };
        self.widen(row);
        self.stepped_over += 1;
        if self.stepped_over % ROWS_PER_QUESTION != 1 {
            return;
        }
        let Some(Passed { gap, rest }) = self.knowledge.pass(key) else { return };
        self.widen(gap);
        self.head = None;
        match rest {
            Some((changed, base)) => {
                self.changed = changed.peekable();
                self.base = base;
                self.base_is_over = false;
            }
            None => {
                self.changed = Changed { cursors: Vec::new() }.peekable();
                self.base_is_over = true;
            }
        }
    }

    /// Adds to the gap what follows it.
    fn widen(&mut self, more: Gap<K>) {
        self.gap = Some(match self.gap.take() {
            Some(gap) => Gap {
                from: gap.from.min(more.from),
                to: gap.to.max(more.to),
                rows: gap.rows + more.rows,
            },
            None => more,
        });
    }

    /// The gap ends here.
    fn end_gap(&mut self) {
        if let Some(gap) = self.gap.take() {
            self.knowledge.note(gap, std::mem::take(&mut self.stepped_over));
        }
    }
}

impl<'v, K, V, B, W> Iterator for Merge<'v, K, V, B, W>
where
    K: Ord + Clone,
    V: Value,
    B: Iterator<Item = Result<(K, V), StateError>>,
    W: Knowledge<'v, K, V, B>,
{
    type Item = Result<(K, V), StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        // What follows a damaged row must not be taken for all that there is.
        while !self.failed {
            if self.head.is_none() && !self.base_is_over {
                match self.base.next() {
                    Some(Ok(row)) => self.head = Some(row),
                    Some(Err(error)) => {
                        self.failed = true;
                        return Some(Err(error));
                    }
                    None => self.base_is_over = true,
                }
            }
            let head = self.head.as_ref().map(|(key, _)| key);
            let Some((key, value)) =
                self.changed.next_if(|(key, _)| head.is_none_or(|head| *key <= head))
            else {
                self.end_gap();
                return self.head.take().map(Ok);
            };
            if head == Some(key) {
                self.head = None;
            }
            match value {
                Some(value) => {
                    self.end_gap();
                    return Some(Ok((key.clone(), value)));
                }
                None => self.step_over(key),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn the_newest_value_of_each_key_is_read(
            base: BTreeMap<u8, u16>,
            older: BTreeMap<u8, Option<u16>>,
            newer: BTreeMap<u8, Option<u16>>,
            from: u8,
        ) {
            let mut all: BTreeMap<u8, Option<u16>> =
                base.iter().map(|(key, value)| (*key, Some(*value))).collect();
            all.extend(&older);
            all.extend(&newer);
            let expected: Vec<(u8, u16)> = all
                .range(from..)
                .filter_map(|(key, value)| Some((*key, (*value)?)))
                .collect();

            let run = |map: &BTreeMap<u8, Option<u16>>| {
                let rows: Vec<_> = map.iter().collect();
                Run::gather(&rows, |row| *row.0, |row| *row.1)
            };
            let (newer, older) = (run(&newer), run(&older));
            let runs = [&newer, &older].into_iter();
            let changed = Changed::new(runs, &Bound::Included(from), &Bound::Unbounded);
            let below = base.range(from..).map(|(key, value)| Ok((*key, *value)));
            let merged: Vec<_> = Merge::new(changed, below, Nobody)
                .map(|row| row.expect("the base has no error"))
                .collect();
            prop_assert_eq!(merged, expected);
        }
    }

    #[test]
    fn nothing_follows_an_error() {
        let run = Run::gather(&[1_u8, 9], |key| *key, |key| Some(*key));
        let changed = Changed::new([&run].into_iter(), &Bound::Unbounded, &Bound::Unbounded);
        let base = [Ok((2, 2)), Err(StateError::corrupt("t", &[3])), Ok((4, 4))];
        let read: Vec<_> =
            Merge::new(changed, base.into_iter(), Nobody).map(|row| row.ok()).collect();
        assert_eq!(read, [Some((1, 1)), Some((2, 2)), None]);
    }
}
