//! Columns: the values of a run, in the order of its keys, each row with a value or deleted.
//!
//! Most values lie side by side as they are. Accounts and holds lie as the bytes in which they
//! differ from an empty one: a third of their size or less. How much memory is left bounds how many
//! blocks a checkpoint gathers, and in a store of many accounts that bounds how often each page is
//! written.
//!
//! Guarantees that what comes out is what went in. Knows no order and no deltas.

use super::codec::Place;
use super::sparse;
use crate::engine::Stored;
use crate::model::{Account, Amount, Hold, Ledger, Timestamp};
use bytemuck::Pod;
use std::marker::PhantomData;
use std::ops::Range;

/// A value of a table.
pub(super) trait Value: Clone + Send + Sync + 'static {
    /// How its column keeps it.
    type Column: Column<Self>;
}

/// The values of a run.
pub(super) trait Column<V>: Send + Sync + 'static {
    /// A column without rows, with room for those of `older` and `newer`.
    fn with_room_for(older: &Self, newer: &Self) -> Self;

    /// The column of these rows: `None` for one that was deleted.
    fn gather(rows: impl ExactSizeIterator<Item = Option<V>>) -> Self;

    /// Adds rows of another column.
    fn extend(&mut self, other: &Self, rows: Range<usize>);

    /// The value in a row that there is; `None` if it was deleted.
    fn value(&self, row: usize) -> Option<V>;

    /// Bytes of memory, without what the values own elsewhere.
    fn bytes(&self) -> usize;
}

/// Values side by side.
pub(super) struct Plain<V>(Vec<Option<V>>);

impl<V: Clone + Send + Sync + 'static> Column<V> for Plain<V> {
    fn with_room_for(older: &Self, newer: &Self) -> Self {
        Self(Vec::with_capacity(older.0.len() + newer.0.len()))
    }

    fn gather(rows: impl ExactSizeIterator<Item = Option<V>>) -> Self {
        Self(rows.collect())
    }

    fn extend(&mut self, other: &Self, rows: Range<usize>) {
        self.0.extend_from_slice(&other.0[rows]);
    }

    fn value(&self, row: usize) -> Option<V> {
        self.0[row].clone()
    }

    fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Option<V>>()
    }
}

/// More room than this is given back.
const WASTED_BYTES_MAX: usize = 1 << 10;

/// Values as what sets them apart from an empty one; nothing for one that was deleted.
pub(super) struct Packed<V> {
    /// Where each value ends; it starts where the one before ends.
    ends: Vec<u32>,
    bytes: Vec<u8>,
    values: PhantomData<fn() -> V>,
}

impl<V> Packed<V> {
    fn end_of(&self, rows: usize) -> u32 {
        rows.checked_sub(1).map_or(0, |last| self.ends[last])
    }

    fn end_row(&mut self) {
        self.ends.push(u32::try_from(self.bytes.len()).expect("a run has less than 4 GiB"));
    }
}

impl<V: Pod> Column<V> for Packed<V> {
    fn with_room_for(older: &Self, newer: &Self) -> Self {
        Self {
            ends: Vec::with_capacity(older.ends.len() + newer.ends.len()),
            bytes: Vec::with_capacity(older.bytes.len() + newer.bytes.len()),
            values: PhantomData,
        }
    }

    fn gather(rows: impl ExactSizeIterator<Item = Option<V>>) -> Self {
        let mut column = Self {
            ends: Vec::with_capacity(rows.len()),
            bytes: Vec::with_capacity(rows.len() * size_of::<V>() / 2),
            values: PhantomData,
        };
        for row in rows {
            if let Some(value) = row {
                sparse::put(&value, &V::zeroed(), &mut column.bytes);
            }
            column.end_row();
        }
        if column.bytes.capacity() - column.bytes.len() > WASTED_BYTES_MAX {
            column.bytes.shrink_to_fit();
        }
        column
    }

    fn extend(&mut self, other: &Self, rows: Range<usize>) {
        let (start, end) = (other.end_of(rows.start), other.end_of(rows.end));
        let base = self.end_of(self.ends.len());
        // Bounded by the check of the last row.
        let moved = |end: &u32| (end - start).wrapping_add(base);
        self.ends.extend(other.ends[rows].iter().map(moved));
        self.bytes.extend_from_slice(&other.bytes[start as usize..end as usize]);
        assert!(u32::try_from(self.bytes.len()).is_ok(), "a run has less than 4 GiB");
    }

    fn value(&self, row: usize) -> Option<V> {
        let mut bytes = &self.bytes[self.end_of(row) as usize..self.ends[row] as usize];
        let take = |bytes| sparse::take(&V::zeroed(), bytes);
        (!bytes.is_empty()).then(|| take(&mut bytes).expect("bytes in memory are as written"))
    }

    fn bytes(&self) -> usize {
        self.ends.capacity() * size_of::<u32>() + self.bytes.capacity()
    }
}

/// How each type of value lies in its column.
macro_rules! columns {
    ($($value:ty: $column:ident;)*) => {$(
        impl Value for $value {
            type Column = $column<Self>;
        }
    )*};
}
columns! {
    Account: Packed;
    Hold: Packed;
    Ledger: Plain;
    Amount: Plain;
    Timestamp: Plain;
    Place: Plain;
    Stored: Plain;
    (): Plain;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountFlags, Id};
    use proptest::prelude::*;

    // For the tests of runs and of what reads them.
    columns! {
        u8: Plain;
        u16: Plain;
    }

    fn account(number: u64) -> Account {
        let posted = Amount::from(number >> (number % 64));
        let mut account = Account::new(Id::from_u128(number.into()), 7, 3, AccountFlags::HISTORY);
        account.balances.debits_posted = posted;
        account.user_data_64 = number;
        account
    }

    proptest! {
        #[test]
        fn what_comes_out_is_what_went_in(
            older in prop::collection::vec(prop::option::of(any::<u64>()), 0..20),
            newer in prop::collection::vec(prop::option::of(any::<u64>()), 0..20),
            from in 0..20_usize,
        ) {
            let rows = |of: &Vec<Option<u64>>| {
                of.iter().map(|row| row.map(account)).collect::<Vec<_>>()
            };
            let (older, newer) = (rows(&older), rows(&newer));
            let packed = |of: &Vec<Option<Account>>| Packed::gather(of.iter().copied());
            let (old, new) = (packed(&older), packed(&newer));
            let from = from.min(newer.len());
            let mut both = Packed::with_room_for(&old, &new);
            both.extend(&old, 0..older.len());
            both.extend(&new, from..newer.len());
            let expected: Vec<_> = older.iter().chain(&newer[from..]).copied().collect();
            let found: Vec<_> = (0..expected.len()).map(|row| both.value(row)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn an_account_takes_a_third_of_its_size() {
        let rows = (1..=1_000).map(|number| Some(account(number)));
        let column = Packed::gather(rows.collect::<Vec<_>>().into_iter());
        let each = column.bytes() / 1_000;
        assert!(each <= size_of::<Account>() / 3, "{each} bytes");
    }
}
