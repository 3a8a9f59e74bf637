//! Packed tables: many rows by rising id in each page, which is one row of redb.
//!
//! A row of redb costs about a microsecond when it is written, and dozens of bytes. The key of a
//! page is its first id; the page that covers an id is the last whose key is not greater.
//!
//! Guarantees that a page is read as it was written or refused. Knows no layers.

use super::bytes::{seal, unseal};
use super::codec::{KeyBytes, ValueBytes};
use super::error::StateError;
use super::layer::{Accounts, Holds};
use super::table::{Name, Table, Writable};
use crate::model::{Account, Hold, Id};
use redb::ReadableTable;
use std::iter::Peekable;
use std::ops::Bound;

/// How the rows of a table lie in pages.
pub(super) trait PageFormat {
    type Row: Copy;
    const NAME: Name;
    /// Rows of one page at most.
    const ROWS_MAX: usize;

    fn id(row: &Self::Row) -> Id;

    /// Appends the body of a page of these rows, which have rising ids.
    fn encode(rows: &[Self::Row], body: &mut Vec<u8>);

    /// The rows of a page, if it is one.
    fn decode(key: &[u8], body: &[u8]) -> Option<Vec<Self::Row>>;
}

/// Pages of plain records, one after the other.
macro_rules! records {
    ($($table:ident: $record:ty, $rows_max:expr;)*) => {$(
        impl PageFormat for $table {
            type Row = $record;
            const NAME: Name = Name::$table;
            const ROWS_MAX: usize = $rows_max;

            fn id(row: &$record) -> Id {
                row.id
            }

            fn encode(rows: &[$record], body: &mut Vec<u8>) {
                rows.iter().for_each(|row| row.put(body));
            }

            fn decode(key: &[u8], body: &[u8]) -> Option<Vec<$record>> {
                let rows = body.chunks(1 + size_of::<$record>()).map(<$record>::take);
                let rows = rows.collect::<Option<Vec<_>>>()?;
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

            fn find(_: &[u8], body: &[u8], id: &Id) -> Option<Option<$record>> {
                find(body, 1 + size_of::<$record>(), *id, |row: &$record| row.id)
            }
        }
    )*};
}
// As many as fit into a page of redb with its key and its checksum.
records! {
    Accounts: Account, 31;
    Holds: Hold, 15;
}

/// Looks for the record `wanted` among records of so many bytes: `None` if they are none.
#[expect(
    clippy::option_option,
    reason = "not a page, a page without the id, and found are three answers"
)]
fn find<R: ValueBytes>(
    body: &[u8],
    bytes: usize,
    wanted: Id,
    id: impl Fn(&R) -> Id,
) -> Option<Option<R>> {
    let row = |at: usize| R::take(body.get(at * bytes..(at + 1) * bytes)?);
    if !body.len().is_multiple_of(bytes) {
        return None;
    }
    let (mut from, mut to) = (0, body.len() / bytes);
    while from < to {
        let middle = (from + to) / 2;
        let found = row(middle)?;
        match id(&found).cmp(&wanted) {
            std::cmp::Ordering::Less => from = middle + 1,
            std::cmp::Ordering::Equal => return Some(Some(found)),
            std::cmp::Ordering::Greater => to = middle,
        }
    }
    Some(None)
}

/// Writes rows, which come by rising id, into their pages. They replace rows of the same id.
pub(super) fn update<P: PageFormat>(
    table: &mut Writable<'_>,
    new: impl Iterator<Item = P::Row>,
) -> Result<(), StateError> {
    let mut new = new.peekable();
    let mut added = Vec::new();
    while let Some(first) = new.peek().map(P::id) {
        let page = page_for::<P>(table, first)?;
        // Ids up to the next page belong to this one.
        let end = next_page::<P>(table, page.first().map_or(first, |row| P::id(row).max(first)))?;
        take_up::<P>(&mut new, end, &mut added);
        let appended = page.last().is_none_or(|last| P::id(last) < first);
        let all = merged::<P>(&page, &added);
        let key_of = |row: &P::Row| P::id(row).to_vec();
        // The lowest page gets a new key when lower ids come in.
        if let (Some(old), Some(new)) = (page.first(), all.first())
            && P::id(old) != P::id(new)
        {
            table.remove(&key_of(old)[..])?;
        }
        for rows in all.chunks(page_rows(all.len(), P::ROWS_MAX, appended)) {
            let mut body = Vec::new();
            P::encode(rows, &mut body);
            let key = rows.first().map_or_else(Vec::new, key_of);
            seal(&key, &mut body);
            table.insert(&key[..], &body[..])?;
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
    while added.len() < 16 * P::ROWS_MAX
        && let Some(row) = new.next_if(|row| end.is_none_or(|end| P::id(row) < end))
    {
        added.push(row);
    }
}

/// The page that `id` belongs into: the last that starts at or before it, or else the first.
fn page_for<P: PageFormat>(table: &Writable<'_>, id: Id) -> Result<Vec<P::Row>, StateError> {
    let name = P::NAME.text();
    let key = id.to_vec();
    let before = table.range::<&[u8]>(..=&key[..])?.next_back();
    let page = match before {
        Some(page) => Some(page),
        None => table.range::<&[u8]>(..)?.next(),
    };
    let Some((key, value)) = page.transpose()? else {
        return Ok(Vec::new());
    };
    let body = unseal(name, key.value(), value.value())?;
    P::decode(key.value(), body).ok_or_else(|| StateError::corrupt(name, key.value()))
}

/// The key of the first page behind `id`.
fn next_page<P: PageFormat>(table: &Writable<'_>, id: Id) -> Result<Option<Id>, StateError> {
    let key = id.to_vec();
    let behind = (Bound::Excluded(&key[..]), Bound::Unbounded);
    let Some((key, _)) = table.range::<&[u8]>(behind)?.next().transpose()? else {
        return Ok(None);
    };
    let id = Id::take(key.value());
    id.map(Some).ok_or_else(|| StateError::corrupt(P::NAME.text(), key.value()))
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

/// How many rows go into each page but the last when `rows` are cut into pages of `rows_max` at
/// most. `appended` says that all new ones stand behind those that were there.
///
/// Rows that were appended fill their pages, for more will follow behind them. Rows that came in
/// between cut pages evenly, which leaves room for others in between.
fn page_rows(rows: usize, rows_max: usize, appended: bool) -> usize {
    let pages = rows.div_ceil(rows_max).max(1);
    if appended { rows_max } else { rows.div_ceil(pages).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AccountFlags;

    #[test]
    fn appended_rows_fill_pages_and_others_leave_room() {
        for (rows, appended, length) in [
            (1, true, 256),
            (300, true, 256),
            (256, false, 256),
            (257, false, 129),
            (1_024, false, 256),
        ] {
            assert_eq!(page_rows(rows, 256, appended), length, "{rows} {appended}");
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
        assert_eq!(Accounts::decode(&key, &body[..200]), None);
        assert_eq!(Accounts::decode(&Id::from_u128(11).to_vec(), &body), None);
        for id in 0..100 {
            let found = <Accounts as Table>::find(&key, &body, &Id::from_u128(id));
            let expected = rows.iter().find(|row| row.id.as_u128() == id).copied();
            assert_eq!(found, Some(expected));
        }
        assert_eq!(<Accounts as Table>::find(&key, &body[..200], &rows[0].id), None);
    }
}
