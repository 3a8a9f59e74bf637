//! Packed tables: many rows by rising id in each page, which is one row of redb.
//!
//! A row of redb costs microseconds when it is written, and dozens of bytes. The key of a page is
//! its first id; the page that covers an id is the last whose key is not greater.
//!
//! Guarantees that a page is read as it was written or refused. Knows no layers.

use super::base::{Base, RawRows};
use super::bytes::seal;
use super::codec::KeyBytes;
use super::error::StateError;
use super::layer::{Accounts, Holds};
use super::sparse;
use super::table::{Name, Table, Writable};
use super::volume::PAGE_BYTES;
use crate::model::{Account, Hold, Id};
use std::iter::Peekable;
use std::mem::take;

/// Pages that are written from memory at a time.
const PAGES_AT_ONCE: usize = 16;
/// Pages that are passed by before the next one is looked up.
const PAGES_PASSED_BY: usize = 4;

/// How the rows of a table lie in pages.
pub(super) trait PageFormat {
    type Row: Copy;
    const NAME: Name;
    /// Sizes of the rows of one page together, at most.
    const SIZE_MAX: usize;

    fn id(row: &Self::Row) -> Id;

    /// What a row counts in a page.
    fn size(row: &Self::Row) -> usize;

    /// Appends the body of a page of these rows, which have rising ids.
    fn encode(rows: &[Self::Row], body: &mut Vec<u8>);

    /// The rows of a page, if it is one.
    fn decode(key: &[u8], body: &[u8]) -> Option<Vec<Self::Row>>;
}

/// The layout of the records in a page.
const RECORD_LAYOUT: u8 = 2;

/// Pages of records without the words that are zero, one after the other.
macro_rules! records {
    ($($table:ident: $record:ty;)*) => {$(
        impl PageFormat for $table {
            type Row = $record;
            const NAME: Name = Name::$table;
            const SIZE_MAX: usize = PAGE_BYTES;

            fn id(row: &$record) -> Id {
                row.id
            }

            fn size(row: &$record) -> usize {
                sparse::size(row)
            }

            fn encode(rows: &[$record], body: &mut Vec<u8>) {
                body.push(RECORD_LAYOUT);
                rows.iter().for_each(|row| sparse::put(row, body));
            }

            fn decode(key: &[u8], body: &[u8]) -> Option<Vec<$record>> {
                let mut rest = body.strip_prefix(&[RECORD_LAYOUT])?;
                let mut rows: Vec<$record> = Vec::with_capacity(PAGE_BYTES / 64);
                while !rest.is_empty() {
                    rows.push(sparse::take(&mut rest)?);
                }
                (rows.first()?.id == Id::take(key)?).then_some(rows)
            }
        }

        impl Table for $table {
            const NAME: Name = Name::$table;
            const IS_PACKED: bool = true;

            fn page(key: &[u8], body: &[u8]) -> Option<Vec<(Id, $record)>> {
                let rows = <Self as PageFormat>::decode(key, body)?;
                Some(rows.into_iter().map(|row| (row.id, row)).collect())
            }

            fn find(_: &[u8], body: &[u8], wanted: &Id) -> Option<Option<$record>> {
                let mut rest = body.strip_prefix(&[RECORD_LAYOUT])?;
                while !rest.is_empty() {
                    // The id lies in the first words.
                    let id = sparse::peek::<Id>(rest)?;
                    if id >= *wanted {
                        let found = if id == *wanted { Some(sparse::take(&mut rest)?) } else { None };
                        return Some(found);
                    }
                    sparse::skip::<$record>(&mut rest)?;
                }
                Some(None)
            }
        }

        const _: () = assert!(std::mem::offset_of!($record, id) == 0);
    )*};
}
records! {
    Accounts: Account;
    Holds: Hold;
}

/// Writes rows, which come by rising id, into their pages. They replace rows of the same id. `base`
/// is what the table was before this transaction.
pub(super) fn update<P: PageFormat>(
    table: &mut Writable<'_>,
    base: &Base,
    new: impl Iterator<Item = P::Row>,
) -> Result<(), StateError> {
    let mut new = new.peekable();
    let mut pages = Pages::<P>::new(base);
    let mut added = Vec::new();
    let mut body = Vec::new();
    while let Some(first) = new.peek().map(P::id) {
        let mut page = pages.covering(first)?;
        // Ids up to the next page belong to this one.
        let end = pages.next_id();
        // The page gets another key when lower ids come in.
        let old_key = page.first().map(P::id).filter(|id| *id > first);
        if let Some(old) = old_key {
            table.remove(&old.to_vec()[..])?;
        }
        loop {
            take_up::<P>(&mut new, end, &mut added);
            let appended = match (page.last(), added.first()) {
                (Some(last), Some(first)) => P::id(last) < P::id(first),
                _ => true,
            };
            let is_all = new.peek().is_none_or(|row| end.is_some_and(|end| P::id(row) >= end));
            let all = merged::<P>(&page, &added);
            let mut rest = &all[..];
            let size_max = if appended || !is_all { P::SIZE_MAX } else { even_size::<P>(&all) };
            while !rest.is_empty() {
                let count = page_rows::<P>(rest, size_max);
                let (rows, behind) = rest.split_at(count);
                if behind.is_empty() && !is_all {
                    break;
                }
                body.clear();
                P::encode(rows, &mut body);
                let key = rows.first().map_or_else(Vec::new, |row| P::id(row).to_vec());
                seal(&key, &mut body);
                table.insert(&key[..], &body[..])?;
                rest = behind;
            }
            page = rest.to_vec();
            if is_all {
                break;
            }
        }
    }
    Ok(())
}

/// Takes up the next rows before `end`, some pages at most, so that memory is bounded.
fn take_up<P: PageFormat>(
    new: &mut Peekable<impl Iterator<Item = P::Row>>,
    end: Option<Id>,
    added: &mut Vec<P::Row>,
) {
    added.clear();
    let mut size = 0;
    while size < PAGES_AT_ONCE * P::SIZE_MAX
        && let Some(row) = new.next_if(|row| end.is_none_or(|end| P::id(row) < end))
    {
        size += P::size(&row);
        added.push(row);
    }
}

/// The pages of a table by rising id.
struct Pages<'b, P: PageFormat> {
    base: &'b Base,
    rows: Option<RawRows>,
    /// The page behind the last that was given.
    next: Option<Vec<P::Row>>,
}

impl<'b, P: PageFormat> Pages<'b, P> {
    const fn new(base: &'b Base) -> Self {
        Self { base, rows: None, next: None }
    }

    /// The page that `id` belongs into: the last that starts at or before it, or else the first.
    /// Empty if there is none. Each `id` is behind the page before.
    fn covering(&mut self, id: Id) -> Result<Vec<P::Row>, StateError> {
        // Mostly it is among the next ones; reading on costs less than looking it up.
        for _ in 0..PAGES_PASSED_BY {
            let is_next = self.next.as_ref().and_then(|page| page.first()).map(P::id) <= Some(id);
            if self.next.is_none() || !is_next {
                break;
            }
            let page = take(&mut self.next).unwrap_or_default();
            self.read()?;
            if self.next_id().is_none_or(|next| id < next) {
                return Ok(page);
            }
        }
        self.rows = Some(self.base.pages_from(P::NAME, id));
        self.read()?;
        let page = take(&mut self.next).unwrap_or_default();
        self.read()?;
        Ok(page)
    }

    /// The first id of the page behind the last that was given.
    fn next_id(&self) -> Option<Id> {
        self.next.as_ref()?.first().map(P::id)
    }

    fn read(&mut self) -> Result<(), StateError> {
        let next = self.rows.as_mut().and_then(|rows| rows.next(P::decode));
        self.next = next.transpose()?;
        Ok(())
    }
}

/// Both lists as one; of equal ids the new row counts.
fn merged<P: PageFormat>(old: &[P::Row], new: &[P::Row]) -> Vec<P::Row> {
    let mut all = Vec::with_capacity(old.len() + new.len());
    let mut old = old.iter().copied().peekable();
    for row in new {
        while let Some(before) = old.next_if(|before| P::id(before) < P::id(row)) {
            all.push(before);
        }
        old.next_if(|same| P::id(same) == P::id(row));
        all.push(*row);
    }
    all.extend(old);
    all
}

/// How many of these rows fill a page up to this size.
fn page_rows<P: PageFormat>(rows: &[P::Row], size_max: usize) -> usize {
    let mut size = 0;
    let fits = rows.iter().take_while(|row| {
        size += P::size(row);
        size <= size_max
    });
    fits.count().max(1)
}

/// The size of a page when these rows are cut into even ones.
///
/// Rows that were appended fill their pages, for more will follow behind them. Rows that came in
/// between cut pages evenly, which leaves room for others in between.
fn even_size<P: PageFormat>(rows: &[P::Row]) -> usize {
    let size: usize = rows.iter().map(P::size).sum();
    let most = rows.iter().map(P::size).max().unwrap_or(0);
    let pages = size.div_ceil(P::SIZE_MAX).max(1);
    // A row that does not fit any more goes into the next page, and none is left over at the end.
    (size.div_ceil(pages) + most - 1).min(P::SIZE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountFlags, Timestamp};
    use crate::state::pages::OperationPages;

    #[test]
    fn rows_in_between_are_cut_evenly() {
        let row = |id: usize| (Id::from_u128(id as u128), Timestamp::NONE);
        for (rows, lengths) in
            [(256, &[256][..]), (257, &[129, 128]), (1_024, &[256; 4]), (1, &[1]), (513, &[171; 3])]
        {
            let rows: Vec<_> = (0..rows).map(row).collect();
            let size = even_size::<OperationPages>(&rows);
            let mut rest = &rows[..];
            let mut cut = Vec::new();
            while !rest.is_empty() {
                cut.push(page_rows::<OperationPages>(rest, size));
                rest = &rest[cut[cut.len() - 1]..];
            }
            assert_eq!(cut, lengths);
        }
    }

    #[test]
    fn records_of_a_page_are_found_and_half_a_page_is_none() {
        let account = |id| Account::new(Id::from_u128(id), 1, 1, AccountFlags::NONE);
        let rows: Vec<_> = (1..=9).map(|at| account(at * 10)).collect();
        let mut body = Vec::new();
        Accounts::encode(&rows, &mut body);
        let key = Id::from_u128(10).to_vec();
        assert_eq!(Accounts::decode(&key, &body).as_ref(), Some(&rows));
        assert_eq!(Accounts::decode(&key, &body[..100]), None);
        assert_eq!(Accounts::decode(&Id::from_u128(11).to_vec(), &body), None);
        for id in 0..100 {
            let found = <Accounts as Table>::find(&key, &body, &Id::from_u128(id));
            let expected = rows.iter().find(|row| row.id.as_u128() == id).copied();
            assert_eq!(found, Some(expected));
        }
        assert_eq!(<Accounts as Table>::find(&key, &body[..100], &rows[8].id), None);
    }
}
