//! Packed tables: many rows by rising id in each page, which is one row of redb.
//!
//! A row of redb costs microseconds when it is written, and dozens of bytes. The key of a page is
//! its first id; the page that covers an id is the last whose key is not greater.
//!
//! Knows neither deltas nor what rows are.

use super::base::{Base, RawRows};
use super::bytes::seal;
use super::codec::KeyBytes;
use super::error::StateError;
use super::page_rows::PageRows;
use super::table::Writable;
use crate::model::Id;
use std::iter::Peekable;
use std::mem::take;

/// Rows that are written from memory at a time.
const ROWS_AT_ONCE: usize = 4_096;
/// Pages that are passed by before the next one is looked up.
const PAGES_PASSED_BY: usize = 4;

/// Writes rows, which come by rising id, into their pages. They replace rows of the same id. `base`
/// is what the table was before this transaction.
pub(super) fn update<P: PageRows>(
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
        let old_key = page.ends().map(|(id, _)| id).filter(|id| *id > first);
        if let Some(old) = old_key {
            table.remove(&old.to_vec()[..])?;
        }
        loop {
            take_up::<P>(&mut new, end, &mut added);
            let appended = match (page.ends(), added.first()) {
                (Some((_, last)), Some(first)) => last < P::id(first),
                _ => true,
            };
            let is_all = new.peek().is_none_or(|row| end.is_some_and(|end| P::id(row) >= end));
            page.add(&added);
            let fills = appended || !is_all;
            let size_max = if fills { page.size_max() } else { even_size(&page) };
            while let Some(first) = page.cut(size_max, !is_all, &mut body) {
                let key = first.to_vec();
                seal(&key, &mut body);
                table.insert(&key[..], &body[..])?;
                body.clear();
            }
            if is_all {
                break;
            }
        }
    }
    Ok(())
}

/// Takes up the next rows before `end`, some pages at most, so that memory is bounded.
fn take_up<P: PageRows>(
    new: &mut Peekable<impl Iterator<Item = P::Row>>,
    end: Option<Id>,
    added: &mut Vec<P::Row>,
) {
    added.clear();
    while added.len() < ROWS_AT_ONCE
        && let Some(row) = new.next_if(|row| end.is_none_or(|end| P::id(row) < end))
    {
        added.push(row);
    }
}

/// The pages of a table by rising id.
struct Pages<'b, P: PageRows> {
    base: &'b Base,
    rows: Option<RawRows>,
    /// The page behind the last that was given.
    next: Option<P>,
}

impl<'b, P: PageRows> Pages<'b, P> {
    const fn new(base: &'b Base) -> Self {
        Self { base, rows: None, next: None }
    }

    /// The page that `id` belongs into: the last that starts at or before it, or else the first.
    /// Empty if there is none. Each `id` is behind the page before.
    fn covering(&mut self, id: Id) -> Result<P, StateError> {
        // Mostly it is among the next ones; reading on costs less than looking it up.
        for _ in 0..PAGES_PASSED_BY {
            if self.next_id().is_none_or(|next| id < next) {
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
        self.next.as_ref()?.ends().map(|(first, _)| first)
    }

    fn read(&mut self) -> Result<(), StateError> {
        let next = self.rows.as_mut().and_then(|rows| rows.next(P::read));
        self.next = next.transpose()?;
        Ok(())
    }
}

/// The size of a page when these rows are cut into even ones.
///
/// Rows that were appended fill their pages, for more will follow behind them. Rows that came in
/// between cut pages evenly, which leaves room for others in between.
fn even_size<P: PageRows>(rows: &P) -> usize {
    let size: usize = rows.sizes().sum();
    let most = rows.sizes().max().unwrap_or(0);
    let pages = size.div_ceil(rows.size_max()).max(1);
    // A row that does not fit any more goes into the next page, and none is left over at the end.
    (size.div_ceil(pages) + most - 1).min(rows.size_max())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::state::pages::OperationRows;

    #[test]
    fn rows_in_between_are_cut_evenly() {
        let row = |id: usize| (Id::from_u128(id as u128), Timestamp::NONE);
        for (rows, lengths) in
            [(256, &[256][..]), (257, &[129, 128]), (1_024, &[256; 4]), (1, &[1]), (513, &[171; 3])]
        {
            let added: Vec<_> = (0..rows).map(row).collect();
            let mut rows = OperationRows::default();
            rows.add(&added);
            let size = even_size(&rows);
            let mut cut = Vec::new();
            let mut left = added.len();
            while rows.cut(size, false, &mut Vec::new()).is_some() {
                cut.push(left - rows.sizes().count());
                left = rows.sizes().count();
            }
            assert_eq!(cut, lengths);
        }
    }
}
