//! The table of entries: what each decision did to which account.

use super::column::{Cell, Column, Kind};
use crate::cli::failure::Failure;
use crate::cli::output::{Books, Currency};
use escrowdb::books::{Movement, Posting, movements};
use escrowdb::{Side, Snapshot, Timestamp};
use std::rc::Rc;

/// One posting of a movement.
pub(super) struct Row {
    pub(super) movement: Rc<Movement>,
    posting: Posting,
    currency: Rc<Currency>,
}

/// For the page of all columns.
#[cfg(test)]
pub(super) const ABOUT: &str = "\
A row for each side of an account that an operation or a deadline changed, in the order in which \
they were booked. Rows with one `timestamp` belong together: their debits equal their credits. The \
sums of all rows are the balances of the accounts. To divide a hold changes no account, and so has \
no row: of it tell `events`, where `target` was divided, `id` is the part, and `moved` is what it \
got.";

pub(super) const COLUMNS: &[Column<Row>] = &[
    Column::new("timestamp", Kind::Time, "When it was booked: also the event's position.", |row| {
        Cell::time(row.movement.timestamp)
    }),
    Column::new("value_date", Kind::Time, "When it counts.", |row| {
        Cell::time(row.movement.value_date)
    }),
    Column::new("kind", Kind::Name, "What was done.", |row| Cell::Name(row.movement.kind.name())),
    Column::new("operation", Kind::Id, "The operation; none where a deadline did it.", |row| {
        Cell::id(row.movement.operation)
    }),
    Column::new("hold", Kind::Id, "The hold that it was about; none of a transfer.", |row| {
        row.movement.hold.map_or(Cell::None, |hold| Cell::id(hold.id))
    }),
    Column::new("reverses", Kind::Id, "What a reversal undoes.", |row| {
        Cell::id(row.movement.reverses)
    }),
    Column::new("ledger", Kind::Numeral, "The number of the ledger.", |row| {
        Cell::numeral(row.movement.ledger)
    }),
    Column::new("currency", Kind::Text, "The code of the ledger's currency.", |row| {
        Cell::text(Some(&*row.currency.code))
    }),
    Column::new("account", Kind::Id, "The account that changed.", |row| {
        Cell::id(row.posting.account)
    }),
    Column::new("account_code", Kind::Numeral, "That account's code.", |row| {
        Cell::numeral(row.posting.account_code)
    }),
    Column::new("side", Kind::Name, "Which side of it changed: `debit` or `credit`.", |row| {
        Cell::Name(match row.posting.side {
            Side::Debit => "debit",
            Side::Credit => "credit",
        })
    }),
    Column::new("posted", Kind::Amount, "By how much that side's posted sum grew.", |row| {
        Cell::amount(row.posting.posted, row.currency.scale)
    }),
    Column::new(
        "pending",
        Kind::Amount,
        "The change of that side's pending sum; negative where money left escrow.",
        |row| Cell::signed(row.posting.pending, row.currency.scale),
    ),
    Column::new("code", Kind::Numeral, "The reason: of the transfer or hold.", |row| {
        Cell::numeral(row.movement.code)
    }),
    Column::new(
        "user_data_128",
        Kind::Id,
        "Yours: the operation's, or else that of the transfer or hold.",
        |row| Cell::id(row.movement.user_data_128),
    ),
    Column::new("user_data_64", Kind::Numeral, "Yours, in the same way.", |row| {
        Cell::numeral(row.movement.user_data_64)
    }),
];

/// The postings of all movements.
pub(super) fn rows(
    snapshot: &Snapshot,
    books: &Books,
    until: Timestamp,
) -> impl Iterator<Item = Result<Row, Failure>> {
    let all = movements(snapshot, Timestamp::NONE, until);
    all.flat_map(move |movement| match movement {
        Ok(movement) => postings(movement, books).into_iter().map(Ok).collect(),
        Err(error) => vec![Err(Failure::from(error))],
    })
}

fn postings(movement: Movement, books: &Books) -> Vec<Row> {
    let currency = Rc::new(books.currency(movement.ledger));
    let movement = Rc::new(movement);
    let row = |posting: &Posting| Row {
        movement: Rc::clone(&movement),
        posting: *posting,
        currency: Rc::clone(&currency),
    };
    movement.postings.iter().map(row).collect()
}
