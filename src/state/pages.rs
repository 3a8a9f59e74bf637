//! Pages of operations: which ids were decided, and when.
//!
//! A store has far more operations than anything else, so that they are packed: a page holds up to
//! [`PAGE_ROWS_MAX`] ids in order. Its key is the first id; its body, for each row, is the
//! difference to the id before as a varint, and the difference to the time before as a zig-zag
//! varint (before the first row stand the key and the time zero).
//!
//! Guarantees that a page that is full of rising ids and times costs a few bytes a row. Knows
//! neither redb nor deltas.

use super::bytes::{put_varint, take_varint, take_varint_64, unzigzag, zigzag};
use super::codec::KeyBytes;
use super::page_rows::{PageRows, page_rows};
use super::table::Name;
use crate::model::{Id, Timestamp};

/// Rows of one page: enough to make the costs of a row of redb small, few enough to be searched
/// from the front.
const PAGE_ROWS_MAX: usize = 256;

/// One decided operation.
pub(super) type Row = (Id, Timestamp);

/// Appends the body of a page of these rows, which have rising ids.
fn encode(rows: &[Row], body: &mut Vec<u8>) {
    let mut last = rows.first().map_or((Id::ZERO, 0), |row| (row.0, 0));
    for &(id, time) in rows {
        let time = time.nanoseconds();
        put_varint(id.as_u128().wrapping_sub(last.0.as_u128()), body);
        let later = time.wrapping_sub(last.1).cast_signed();
        put_varint(u128::from(zigzag(later)), body);
        last = (id, time);
    }
}

/// The rows of a page. Yields `None` for a row that is none, and then ends.
pub(super) struct Rows<'b> {
    rest: &'b [u8],
    id: u128,
    time: u64,
}

impl<'b> Rows<'b> {
    /// The rows of the page that starts with `first`.
    pub(super) const fn new(first: Id, body: &'b [u8]) -> Self {
        Self { rest: body, id: first.as_u128(), time: 0 }
    }

    fn take(&mut self) -> Option<Row> {
        self.id = self.id.checked_add(take_varint(&mut self.rest)?)?;
        let later = unzigzag(take_varint_64(&mut self.rest)?);
        self.time = self.time.wrapping_add_signed(later);
        let id = Id::from_u128(self.id);
        Some((id, Timestamp::from_nanoseconds(self.time)))
    }
}

impl Iterator for Rows<'_> {
    type Item = Option<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let row = self.take();
        if row.is_none() {
            self.rest = &[];
        }
        Some(row)
    }
}

/// Looks for `id` in a page: `None` if the page is none.
#[expect(
    clippy::option_option,
    reason = "not a page, a page without the id, and found are three answers"
)]
pub(super) fn find(first: Id, body: &[u8], id: Id) -> Option<Option<Timestamp>> {
    for row in Rows::new(first, body) {
        let (other, time) = row?;
        if other >= id {
            return Some((other == id).then_some(time));
        }
    }
    Some(None)
}

/// Operations on their way into pages.
#[derive(Default)]
pub(super) struct OperationRows {
    /// By rising id.
    rows: Vec<Row>,
    /// Those before are in pages.
    next: usize,
}

impl OperationRows {
    fn rest(&self) -> &[Row] {
        &self.rows[self.next..]
    }
}

impl PageRows for OperationRows {
    type Row = Row;
    const NAME: Name = Name::Operations;

    fn id(row: &Row) -> Id {
        row.0
    }

    fn read(key: &[u8], body: &[u8]) -> Option<Self> {
        let rows: Option<_> = Rows::new(Id::take(key)?, body).collect();
        Some(Self { rows: rows?, next: 0 })
    }

    fn ends(&self) -> Option<(Id, Id)> {
        Some((self.rest().first()?.0, self.rest().last()?.0))
    }

    fn add(&mut self, rows: &[Row]) {
        let mut all = Vec::with_capacity(self.rest().len() + rows.len());
        let mut old = self.rest().iter().copied().peekable();
        for row in rows {
            while let Some(before) = old.next_if(|before| before.0 < row.0) {
                all.push(before);
            }
            old.next_if(|same| same.0 == row.0);
            all.push(*row);
        }
        all.extend(old);
        *self = Self { rows: all, next: 0 };
    }

    fn size_max(&self) -> usize {
        PAGE_ROWS_MAX
    }

    fn sizes(&self) -> impl Iterator<Item = usize> {
        self.rest().iter().map(|_| 1)
    }

    fn cut(&mut self, size_max: usize, keeps_last: bool, body: &mut Vec<u8>) -> Option<Id> {
        let first = self.rest().first()?.0;
        let count = page_rows(self.sizes(), size_max);
        if keeps_last && count == self.rest().len() {
            return None;
        }
        encode(&self.rest()[..count], body);
        self.next += count;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn pages_come_back(rows: BTreeMap<u128, u64>, other: u128) {
            let page: Vec<Row> = rows
                .iter()
                .map(|(id, time)| (Id::from_u128(*id), Timestamp::from_nanoseconds(*time)))
                .collect();
            let first = page.first().map_or(Id::ZERO, |row| row.0);
            let mut body = Vec::new();
            encode(&page, &mut body);
            let read: Option<Vec<Row>> = Rows::new(first, &body).collect();
            prop_assert_eq!(read.as_ref(), Some(&page));
            for &(id, time) in &page {
                prop_assert_eq!(find(first, &body, id), Some(Some(time)));
            }
            let other = Id::from_u128(other);
            prop_assert_eq!(find(first, &body, other).is_some(), true);
        }
    }

    #[test]
    fn a_cut_page_is_no_page() {
        let mut body = Vec::new();
        encode(&[(Id::from_u128(1), Timestamp::MAX)], &mut body);
        body.pop();
        assert_eq!(find(Id::from_u128(1), &body, Id::from_u128(1)), None);
        assert_eq!(Rows::new(Id::MAX, &[1, 0]).collect::<Vec<_>>(), [None]);
    }
}
