//! The table of holds.

use super::column::{Cell, Column, Kind};
use crate::cli::failure::Failure;
use crate::cli::output::{Books, Currency};
use escrowdb::{Hold, Snapshot};

/// A hold, and the currency of its amounts.
pub(super) struct Row {
    hold: Hold,
    currency: Currency,
}

/// For the page of all columns.
#[cfg(test)]
pub(super) const ABOUT: &str = "A row for each hold, open or closed, by its id.";

pub(super) const COLUMNS: &[Column<Row>] = &[
    Column::new("id", Kind::Id, "Its id.", |row| Cell::id(row.hold.id)),
    Column::new("payer", Kind::Id, "The account whose money it is until it is settled.", |row| {
        Cell::id(row.hold.payer)
    }),
    Column::new("payee", Kind::Id, "The account that gets it when the deal goes well.", |row| {
        Cell::id(row.hold.payee)
    }),
    Column::new("fee_account", Kind::Id, "The account that gets the commission.", |row| {
        Cell::id(row.hold.fee_account)
    }),
    Column::new("ledger", Kind::Numeral, "The number of its accounts' ledger.", |row| {
        Cell::numeral(row.hold.ledger)
    }),
    Column::new("currency", Kind::Text, "The code of that ledger's currency.", |row| {
        Cell::text(Some(&*row.currency.code))
    }),
    Column::new("code", Kind::Numeral, "The reason, as your host numbers them.", |row| {
        Cell::numeral(row.hold.code)
    }),
    Column::new("phase", Kind::Name, "How far the deal has come, or how it ended.", |row| {
        Cell::Name(row.hold.phase.name())
    }),
    Column::new(
        "amount",
        Kind::Amount,
        "All that was paid in, less what was divided off.",
        |row| Cell::amount(row.hold.amount, row.currency.scale),
    ),
    Column::new("held", Kind::Amount, "What is still in escrow.", |row| {
        Cell::amount(row.hold.held, row.currency.scale)
    }),
    Column::new("released", Kind::Amount, "What was released, commission included.", |row| {
        Cell::amount(row.hold.released, row.currency.scale)
    }),
    Column::new("refunded", Kind::Amount, "What went back to the payer out of escrow.", |row| {
        Cell::amount(row.hold.refunded, row.currency.scale)
    }),
    Column::new("fee", Kind::Amount, "The commission on what the payee got.", |row| {
        Cell::amount(row.hold.fee, row.currency.scale)
    }),
    Column::new("reversed", Kind::Amount, "What went back out of `released`.", |row| {
        Cell::amount(row.hold.reversed, row.currency.scale)
    }),
    Column::new("fee_ppm", Kind::Count, "The commission's rate: so many millionths.", |row| {
        Cell::count(row.hold.fee_ppm)
    }),
    Column::new("fee_fixed", Kind::Amount, "The fixed part of the commission, if any.", |row| {
        Cell::amount_unless_zero(row.hold.fee_fixed, row.currency.scale)
    }),
    Column::new(
        "fee_base",
        Kind::Amount,
        "Of a part that was divided off: the sum that comes before its own in the commission.",
        |row| Cell::amount_unless_zero(row.hold.fee_base, row.currency.scale),
    ),
    Column::new("created_at", Kind::Time, "When it was opened.", |row| {
        Cell::time(row.hold.created_at)
    }),
    Column::new("changed_at", Kind::Time, "When it last changed.", |row| {
        Cell::time(row.hold.changed_at)
    }),
    Column::new(
        "deadline",
        Kind::Time,
        "When its default settles it, if `held` is above 0: closed holds keep theirs, and disputed \
         ones have none unless the dispute has one.",
        |row| Cell::time(row.hold.deadline),
    ),
    Column::new(
        "at_deadline",
        Kind::Name,
        "What happens then, or would if the dispute were withdrawn.",
        |row| Cell::Name(row.hold.at_deadline.name()),
    ),
    Column::new("disputed_at", Kind::Time, "Since when it is disputed, if it is.", |row| {
        Cell::time(row.hold.disputed_at)
    }),
    Column::new("claimed", Kind::Amount, "What a dispute claims for the payer.", |row| {
        Cell::amount_unless_zero(row.hold.claimed, row.currency.scale)
    }),
    Column::new("user_data_128", Kind::Id, "Yours.", |row| Cell::id(row.hold.user_data_128)),
    Column::new("user_data_64", Kind::Numeral, "Yours.", |row| {
        Cell::numeral(row.hold.user_data_64)
    }),
];

/// All holds.
pub(super) fn rows(
    snapshot: &Snapshot,
    books: &Books,
) -> impl Iterator<Item = Result<Row, Failure>> {
    snapshot.all_holds(None).map(move |hold| {
        let hold = hold?;
        Ok(Row { currency: books.currency(hold.ledger), hold })
    })
}
