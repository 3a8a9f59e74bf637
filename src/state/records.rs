//! Pages of records: accounts and holds, by rising id, each as what sets it apart from the page's
//! *likeness*, a record that stands for what they have in common.
//!
//! ```text
//! page = layout: 1 byte | likeness | record*
//! ```
//!
//! Guarantees that bytes are a page or are refused, and that a record which does not change is
//! copied without being read: a checkpoint changes few of the many in a page. Knows no layers.

use super::codec::KeyBytes;
use super::layer::{Accounts, Holds};
use super::packed::{PageRows, page_rows};
use super::sparse::{self, Alike};
use super::table::{Name, Table};
use super::volume::PAGE_BYTES;
use crate::model::{Account, Amount, Balances, Hold, Id};
use std::ops::Range;

/// The layout of the records in a page.
const RECORD_LAYOUT: u8 = 3;

impl Alike for Account {
    fn likeness(&self) -> Self {
        Self { balances: Balances::default(), open_holds: 0, ..*self }
    }
}

impl Alike for Hold {
    fn likeness(&self) -> Self {
        let zero = Amount::ZERO;
        Self {
            amount: zero,
            held: zero,
            released: zero,
            refunded: zero,
            paid: zero,
            fee: zero,
            reversed: zero,
            ..*self
        }
    }
}

/// A record that lies in pages.
pub(super) trait Record: Alike {
    const NAME: Name;

    fn id(&self) -> Id;
}

/// Records on their way into pages.
pub(super) struct Records<R> {
    /// What all of `bytes` are like.
    like: R,
    bytes: Vec<u8>,
    /// By rising id.
    parts: Vec<Part>,
    /// Those before are in pages.
    next: usize,
}

/// One record.
#[derive(Clone)]
struct Part {
    id: Id,
    /// Where it is among the bytes.
    range: Range<usize>,
    /// Whether it was added, and not in a page yet.
    is_new: bool,
}

impl<R: Record> Default for Records<R> {
    fn default() -> Self {
        Self { like: R::zeroed(), bytes: Vec::new(), parts: Vec::new(), next: 0 }
    }
}

impl<R: Record> Records<R> {
    fn rest(&self) -> &[Part] {
        &self.parts[self.next..]
    }

    /// Writes as many records as fit into a page whose likeness is that of the first of them, and says
    /// how many.
    fn put_alike(&self, size_max: usize, body: &mut Vec<u8>) -> usize {
        let mut like = None;
        let start = body.len();
        let mut rows_start = start;
        let mut count = 0;
        for part in self.rest() {
            let row: R = sparse::take(&self.like, &mut &self.bytes[part.range.clone()])
                .expect("a record is read as it was written");
            let like = like.get_or_insert_with(|| {
                let like = row.likeness();
                put_head(&like, body);
                rows_start = body.len();
                like
            });
            let end = body.len();
            sparse::put(&row, like, body);
            let is_full = body.len() - rows_start > size_max || body.len() - start > PAGE_BYTES;
            if is_full && count > 0 {
                body.truncate(end);
                break;
            }
            count += 1;
        }
        count
    }

    /// Writes a page of the next records, as their bytes are.
    fn put_copied(&self, count: usize, body: &mut Vec<u8>) {
        put_head(&self.like, body);
        let mut parts = self.rest()[..count].iter().map(|part| part.range.clone()).peekable();
        while let Some(mut range) = parts.next() {
            // Neighbours are copied together.
            while let Some(next) = parts.next_if(|next| next.start == range.end) {
                range.end = next.end;
            }
            body.extend_from_slice(&self.bytes[range]);
        }
    }
}

/// Begins a page.
fn put_head<R: Record>(like: &R, body: &mut Vec<u8>) {
    body.push(RECORD_LAYOUT);
    sparse::put(like, &R::zeroed(), body);
}

/// Takes the likeness off the front of a page.
fn take_head<R: Record>(body: &mut &[u8]) -> Option<R> {
    *body = body.strip_prefix(&[RECORD_LAYOUT])?;
    sparse::take(&R::zeroed(), body)
}

impl<R: Record> PageRows for Records<R> {
    type Row = R;
    const NAME: Name = R::NAME;

    fn id(row: &R) -> Id {
        row.id()
    }

    fn read(key: &[u8], body: &[u8]) -> Option<Self> {
        let mut rest = body;
        let like: R = take_head(&mut rest)?;
        let like_id = like.id();
        let mut parts: Vec<Part> = Vec::with_capacity(rest.len() / 8);
        let mut at = body.len() - rest.len();
        while at < body.len() {
            let (id, length) = sparse::peek::<R, Id>(&like_id, &body[at..])?;
            parts.push(Part { id, range: at..at + length, is_new: false });
            at += length;
        }
        let is_page = parts.first()?.id == Id::take(key)?;
        is_page.then(|| Self { like, bytes: body.to_vec(), parts, next: 0 })
    }

    fn ends(&self) -> Option<(Id, Id)> {
        Some((self.rest().first()?.id, self.rest().last()?.id))
    }

    fn add(&mut self, rows: &[R]) {
        if self.rest().is_empty() {
            self.like = rows.first().map_or_else(R::zeroed, R::likeness);
        }
        let mut all = Vec::with_capacity(self.rest().len() + rows.len());
        let mut old = self.parts.drain(self.next..).peekable();
        for row in rows {
            let id = row.id();
            while let Some(before) = old.next_if(|before| before.id < id) {
                all.push(before);
            }
            old.next_if(|same| same.id == id);
            let start = self.bytes.len();
            sparse::put(row, &self.like, &mut self.bytes);
            all.push(Part { id, range: start..self.bytes.len(), is_new: true });
        }
        all.extend(old);
        self.parts = all;
        self.next = 0;
    }

    fn size_max(&self) -> usize {
        PAGE_BYTES - 1 - sparse::size(&self.like, &R::zeroed())
    }

    fn sizes(&self) -> impl Iterator<Item = usize> {
        self.rest().iter().map(|part| part.range.len())
    }

    fn cut(&mut self, size_max: usize, keeps_last: bool, body: &mut Vec<u8>) -> Option<Id> {
        let first = self.rest().first()?.id;
        let start = body.len();
        let count = if self.rest().iter().all(|part| part.is_new) {
            self.put_alike(size_max, body)
        } else {
            let count = page_rows(self.sizes(), size_max);
            self.put_copied(count, body);
            count
        };
        if keeps_last && count == self.rest().len() {
            body.truncate(start);
            return None;
        }
        self.next += count;
        Some(first)
    }
}

/// The tables whose rows lie in pages of records.
macro_rules! records {
    ($($table:ident: $record:ty;)*) => {$(
        impl Record for $record {
            const NAME: Name = Name::$table;

            fn id(&self) -> Id {
                self.id
            }
        }

        impl Table for $table {
            const NAME: Name = Name::$table;
            const IS_PACKED: bool = true;

            fn page(key: &[u8], body: &[u8]) -> Option<Vec<(Id, $record)>> {
                let mut rest = body;
                let like = take_head(&mut rest)?;
                let mut rows = Vec::with_capacity(rest.len() / 8);
                while !rest.is_empty() {
                    let row: $record = sparse::take(&like, &mut rest)?;
                    rows.push((row.id, row));
                }
                (rows.first()?.0 == Id::take(key)?).then_some(rows)
            }

            fn find(_: &[u8], body: &[u8], wanted: &Id) -> Option<Option<$record>> {
                let mut rest = body;
                let like: $record = take_head(&mut rest)?;
                while !rest.is_empty() {
                    let (id, length) = sparse::peek::<$record, Id>(&like.id, rest)?;
                    if id >= *wanted {
                        let found = if id == *wanted { Some(sparse::take(&like, &mut rest)?) } else { None };
                        return Some(found);
                    }
                    rest = &rest[length..];
                }
                Some(None)
            }
        }

        // The id lies in the first words.
        const _: () = assert!(std::mem::offset_of!($record, id) == 0);
    )*};
}
records! {
    Accounts: Account;
    Holds: Hold;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountFlags, Timestamp};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn account(id: u128) -> Account {
        Account::new(Id::from_u128(id), 1, 1, AccountFlags::NONE)
    }

    /// The pages that these rows are cut into.
    fn pages(mut rows: Records<Account>, size_max: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut pages = Vec::new();
        let mut body = Vec::new();
        while let Some(first) = rows.cut(size_max, false, &mut body) {
            pages.push((first.to_vec(), std::mem::take(&mut body)));
        }
        pages
    }

    fn rows(of: &BTreeMap<u16, u64>) -> Vec<Account> {
        let row = |(id, time): (&u16, &u64)| {
            let posted = Amount::new(u128::from(*time) * 7).expect("an amount");
            let balances = Balances { debits_posted: posted, ..Balances::default() };
            let created_at = Timestamp::from_nanoseconds(*time);
            Account { created_at, balances, ..account(u128::from(*id) + 1) }
        };
        of.iter().map(row).collect()
    }

    proptest! {
        #[test]
        fn rows_are_added_to_a_page(
            old in prop::collection::btree_map(any::<u16>(), 0..1_000_u64, 1..100),
            new in prop::collection::btree_map(any::<u16>(), any::<u64>(), 1..400),
            size_max in 200..=2_000_usize,
        ) {
            let mut records = Records::default();
            records.add(&rows(&old));
            let (key, body) = pages(records, PAGE_BYTES).remove(0);
            let mut page = Records::read(&key, &body).expect("a page");
            page.add(&rows(&new));
            let mut all = old;
            all.extend(new);
            let mut found = Vec::new();
            for (key, body) in pages(page, size_max) {
                prop_assert!(body.len() <= PAGE_BYTES);
                let page = Accounts::page(&key, &body).expect("a page");
                found.extend(page.into_iter().map(|(_, row)| row));
            }
            prop_assert_eq!(found, rows(&all));
        }
    }

    #[test]
    fn records_of_a_page_are_found_and_half_a_page_is_none() {
        let rows: Vec<_> = (1..=9).map(|at| account(at * 10)).collect();
        let mut records = Records::default();
        records.add(&rows);
        let (key, body) = pages(records, PAGE_BYTES).remove(0);
        let read: Vec<_> = Accounts::page(&key, &body).expect("a page");
        assert_eq!(read.iter().map(|(_, row)| *row).collect::<Vec<_>>(), rows);
        let half = &body[..body.len() - 1];
        assert!(
            Accounts::page(&key, half).is_none() && Records::<Account>::read(&key, half).is_none()
        );
        assert!(Accounts::page(&Id::from_u128(11).to_vec(), &body).is_none());
        for id in 0..100 {
            let found = Accounts::find(&key, &body, &Id::from_u128(id));
            let expected = rows.iter().find(|row| row.id.as_u128() == id).copied();
            assert_eq!(found, Some(expected));
        }
        assert_eq!(Accounts::find(&key, half, &rows[8].id), None);
    }
}
