//! Sorted runs: what some blocks changed in one table, in memory.
//!
//! Guarantees rising keys, each once. Immutable, so that any number of readers share one. Knows
//! neither which table it is of nor what lies below it.

use super::column::{Column, Value};
use std::fmt;
use std::ops::{Bound, Range};

/// Rows of one table by rising key; some of keys that were deleted.
///
/// Keys and values lie apart: a search touches keys only, and those of a block fit the cache.
pub(super) struct Run<K, V: Value> {
    keys: Vec<K>,
    values: V::Column,
}

impl<K, V: Value> fmt::Debug for Run<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Run").field("rows", &self.keys.len()).finish_non_exhaustive()
    }
}

/// A pause is possible each time that so many rows were merged into a run: in a microsecond or two.
const PAUSE_ROWS: usize = 32;

impl<K: Ord + Clone, V: Value> Run<K, V> {
    /// The run of `items` in any order. Of equal keys the first counts.
    pub(super) fn gather<T>(
        items: &[T],
        key: impl Fn(&T) -> K,
        value: impl Fn(&T) -> Option<V>,
    ) -> Self {
        Self::in_order(items, &order(items, &key), key, value)
    }

    /// The run of `items`, whose order is known.
    pub(super) fn in_order<T>(
        items: &[T],
        order: &[u32],
        key: impl Fn(&T) -> K,
        value: impl Fn(&T) -> Option<V>,
    ) -> Self {
        let items = || order.iter().map(|&at| &items[at as usize]);
        Self { keys: items().map(key).collect(), values: V::Column::gather(items().map(value)) }
    }

    /// `older` with the changes of `newer`. Calls `pause` after some rows each.
    pub(super) fn merged(older: &Self, newer: &Self, pause: &dyn Fn()) -> Self {
        let mut merged = Self {
            keys: Vec::with_capacity(older.len() + newer.len()),
            values: V::Column::with_room_for(&older.values, &newer.values),
        };
        let (mut from, mut done) = (0, 0);
        for (at, key) in newer.keys.iter().enumerate() {
            if at % PAUSE_ROWS == PAUSE_ROWS - 1 {
                pause();
            }
            let to = older.seek(from, key);
            merged.extend(older, done..to);
            from = to;
            done = to + usize::from(older.keys.get(to) == Some(key));
            merged.extend(newer, at..at + 1);
        }
        merged.extend(older, done..older.len());
        merged
    }

    /// The first row at or behind `from` that is not before `key`; quick if it is near.
    fn seek(&self, from: usize, key: &K) -> usize {
        let rest = &self.keys[from..];
        let mut step = 1;
        while rest.get(step - 1).is_some_and(|near| near < key) {
            step *= 2;
        }
        let passed = step / 2;
        let window = &rest[passed..rest.len().min(step - 1).max(passed)];
        from + passed + window.partition_point(|row| row < key)
    }

    fn extend(&mut self, other: &Self, rows: Range<usize>) {
        self.keys.extend_from_slice(&other.keys[rows.clone()]);
        self.values.extend(&other.values, rows);
    }

    /// Bytes of memory, without what the rows own elsewhere.
    pub(super) fn bytes(&self) -> usize {
        self.keys.capacity() * size_of::<K>() + self.values.bytes()
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no row.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// What these blocks made of `key`: `None` if they left it alone, `Some(None)` if they
    /// deleted it.
    #[expect(clippy::option_option, reason = "not there, deleted, and a value are three answers")]
    pub(super) fn get(&self, key: &K) -> Option<Option<V>> {
        // Rising ids lie behind all that is here, mostly.
        if self.keys.last().is_none_or(|last| key > last) {
            return None;
        }
        self.keys.binary_search(key).ok().map(|at| self.values.value(at))
    }

    /// The last row at or before `key`.
    pub(super) fn floor(&self, key: &K) -> Option<(&K, Option<V>)> {
        let at = self.keys.partition_point(|row| row <= key).checked_sub(1)?;
        Some((&self.keys[at], self.values.value(at)))
    }

    /// Which rows lie within these bounds.
    pub(super) fn range(&self, lower: &Bound<K>, upper: &Bound<K>) -> Range<usize> {
        let from = match lower {
            Bound::Unbounded => 0,
            Bound::Included(lower) => self.keys.partition_point(|key| key < lower),
            Bound::Excluded(lower) => self.keys.partition_point(|key| key <= lower),
        };
        let to = match upper {
            Bound::Unbounded => self.len(),
            Bound::Included(upper) => self.keys.partition_point(|key| key <= upper),
            Bound::Excluded(upper) => self.keys.partition_point(|key| key < upper),
        };
        from..to.max(from)
    }

    /// All keys.
    pub(super) fn keys(&self) -> &[K] {
        &self.keys
    }

    /// The value in this row, which there must be; `None` if it was deleted.
    pub(super) fn value(&self, row: usize) -> Option<V> {
        self.values.value(row)
    }
}

/// The places of `items` by rising key. Of equal keys the first is there alone.
pub(super) fn order<T, K: Ord>(items: &[T], key: impl Fn(&T) -> K) -> Vec<u32> {
    let places = 0..u32::try_from(items.len()).expect("a block changes fewer than 2^32 rows");
    if items.is_sorted_by(|a, b| key(a) < key(b)) {
        return places.collect();
    }
    // Small pairs are sorted, not the records; the place makes the order total.
    let mut order: Vec<(K, u32)> = items.iter().map(key).zip(places).collect();
    order.sort_unstable();
    order.dedup_by(|later, earlier| later.0 == earlier.0);
    order.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type Rows = Vec<(u8, Option<u16>)>;

    fn run(rows: &Rows) -> Run<u8, u16> {
        Run::gather(rows, |row| row.0, |row| row.1)
    }

    fn rows(run: &Run<u8, u16>) -> Rows {
        run.keys().iter().enumerate().map(|(row, key)| (*key, run.value(row))).collect()
    }

    proptest! {
        #[test]
        fn runs_are_maps(older: Rows, newer: Rows, key: u8, other: u8) {
            let first_counts = |rows: &Rows| {
                rows.iter().rev().copied().collect::<BTreeMap<u8, Option<u16>>>()
            };
            let mut map = first_counts(&older);
            map.extend(first_counts(&newer));
            let merged = Run::merged(&run(&older), &run(&newer), &|| ());
            prop_assert_eq!(rows(&merged), map.clone().into_iter().collect::<Rows>());
            prop_assert_eq!(merged.get(&key), map.get(&key).copied());
            let floor = map.range(..=key).next_back().map(|(key, value)| (key, *value));
            prop_assert_eq!(merged.floor(&key), floor);
            for lower in [Bound::Unbounded, Bound::Included(key), Bound::Excluded(key)] {
                for upper in [Bound::Unbounded, Bound::Included(other), Bound::Excluded(other)] {
                    let range = merged.range(&lower, &upper);
                    let inside = |row: &u8| {
                        (match lower {
                            Bound::Included(low) => *row >= low,
                            Bound::Excluded(low) => *row > low,
                            Bound::Unbounded => true,
                        }) && (match upper {
                            Bound::Included(high) => *row <= high,
                            Bound::Excluded(high) => *row < high,
                            Bound::Unbounded => true,
                        })
                    };
                    let expected = map.keys().filter(|row| inside(row)).count();
                    prop_assert_eq!(range.len(), expected);
                }
            }
        }
    }
}
