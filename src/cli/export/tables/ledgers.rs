//! The table of ledgers.

use super::column::{Cell, Column, Kind};
use crate::cli::failure::Failure;
use crate::cli::output::Books;
use escrowdb::Ledger;

/// For the page of all columns.
#[cfg(test)]
pub(super) const ABOUT: &str = "A row for each ledger, by its number.";

pub(super) const COLUMNS: &[Column<Ledger>] = &[
    Column::new("number", Kind::Numeral, "What all else names it by.", |ledger| {
        Cell::numeral(ledger.number)
    }),
    Column::new("currency", Kind::Text, "The code of its currency.", |ledger| {
        Cell::text(Some(ledger.code.as_str()))
    }),
    Column::new("scale", Kind::Count, "How many decimals its amounts have.", |ledger| {
        Cell::count(ledger.scale)
    }),
    Column::new(
        "posted",
        Kind::Amount,
        "All that was ever posted: debits, or credits.",
        |ledger| Cell::amount(ledger.posted, ledger.scale()),
    ),
    Column::new("pending", Kind::Amount, "What is in escrow.", |ledger| {
        Cell::amount(ledger.pending, ledger.scale())
    }),
    Column::new("created_at", Kind::Time, "When it was registered.", |ledger| {
        Cell::time(ledger.created_at)
    }),
];

/// All ledgers.
pub(super) fn rows(books: &Books) -> impl Iterator<Item = Result<Ledger, Failure>> {
    books.all().iter().copied().map(Ok)
}
