//! What a packed table has to know of its rows.

use super::table::Name;
use crate::model::Id;

/// Rows by rising id on their way into pages of a table.
pub(super) trait PageRows: Default {
    type Row: Copy;
    const NAME: Name;

    fn id(row: &Self::Row) -> Id;

    /// The rows of a page, if it is one.
    fn read(key: &[u8], body: &[u8]) -> Option<Self>;

    /// The ids of the first and the last row.
    fn ends(&self) -> Option<(Id, Id)>;

    /// Adds rows, which come by rising id; they replace those of the same id.
    fn add(&mut self, rows: &[Self::Row]);

    /// Sizes of the rows of one page together, at most.
    fn size_max(&self) -> usize;

    /// What each row counts in a page.
    fn sizes(&self) -> impl Iterator<Item = usize>;

    /// Takes as many rows off the front as fit into a page of this size, and appends its body. If
    /// that is all there are and `keeps_last`, it leaves them. The id of the first of them.
    fn cut(&mut self, size_max: usize, keeps_last: bool, body: &mut Vec<u8>) -> Option<Id>;
}

/// How many rows of these sizes fill a page up to this size: one at least.
pub(super) fn page_rows(sizes: impl Iterator<Item = usize>, size_max: usize) -> usize {
    let mut size = 0;
    let fits = sizes.take_while(|row| {
        size += row;
        size <= size_max
    });
    fits.count().max(1)
}
