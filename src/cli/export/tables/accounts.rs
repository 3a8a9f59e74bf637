//! The table of accounts.

use super::column::{Cell, Column, Kind};
use crate::cli::failure::Failure;
use crate::cli::names::Names;
use crate::cli::output::{Books, Currency};
use escrowdb::{Account, Snapshot};

/// An account, with what the store does not know of it.
pub(super) struct Row {
    pub(super) account: Account,
    name: Option<String>,
    code_name: Option<String>,
    currency: Currency,
}

/// For the page of all columns.
#[cfg(test)]
pub(super) const ABOUT: &str = "A row for each account, by its id, with its balances.";

pub(super) const COLUMNS: &[Column<Row>] = &[
    Column::new("id", Kind::Id, "Its id.", |row| Cell::id(row.account.id)),
    Column::new("name", Kind::Text, "Its name in the file that `--names` names.", |row| {
        Cell::text(row.name.as_deref())
    }),
    Column::new("ledger", Kind::Numeral, "The number of its ledger.", |row| {
        Cell::numeral(row.account.ledger)
    }),
    Column::new("currency", Kind::Text, "The code of its ledger's currency.", |row| {
        Cell::text(Some(&*row.currency.code))
    }),
    Column::new("code", Kind::Numeral, "Its place in your chart of accounts.", |row| {
        Cell::numeral(row.account.code)
    }),
    Column::new("code_name", Kind::Text, "The name of its code in the file of `--names`.", |row| {
        Cell::text(row.code_name.as_deref())
    }),
    Column::new("flags", Kind::Text, "What it is and may do: names with spaces between.", |row| {
        Cell::names(row.account.flags.names())
    }),
    Column::new("debits_pending", Kind::Amount, "What is held of it for others.", |row| {
        Cell::amount(row.account.balances.debits_pending, row.currency.scale)
    }),
    Column::new("debits_posted", Kind::Amount, "All that ever left it.", |row| {
        Cell::amount(row.account.balances.debits_posted, row.currency.scale)
    }),
    Column::new("credits_pending", Kind::Amount, "What is held for it.", |row| {
        Cell::amount(row.account.balances.credits_pending, row.currency.scale)
    }),
    Column::new("credits_posted", Kind::Amount, "All that ever came in.", |row| {
        Cell::amount(row.account.balances.credits_posted, row.currency.scale)
    }),
    Column::new(
        "available",
        Kind::Amount,
        "Credits less debits and less what is held of it, zero where that is negative; accounts \
         with `debits_must_not_exceed_credits` can spend no more.",
        |row| Cell::amount(row.account.balances.available(), row.currency.scale),
    ),
    Column::new("net", Kind::Amount, "Credits less debits, posted; can be negative.", |row| {
        Cell::signed(row.account.balances.net(), row.currency.scale)
    }),
    Column::new("open_holds", Kind::Count, "In how many open holds it is a party.", |row| {
        Cell::count(row.account.open_holds)
    }),
    Column::new("user_data_128", Kind::Id, "Yours.", |row| Cell::id(row.account.user_data_128)),
    Column::new("user_data_64", Kind::Numeral, "Yours.", |row| {
        Cell::numeral(row.account.user_data_64)
    }),
    Column::new("created_at", Kind::Time, "When it was opened.", |row| {
        Cell::time(row.account.created_at)
    }),
];

/// All accounts.
pub(super) fn rows(
    snapshot: &Snapshot,
    books: &Books,
    names: &Names,
) -> impl Iterator<Item = Result<Row, Failure>> {
    snapshot.all_accounts(None).map(move |account| {
        let account = account?;
        Ok(Row {
            name: names.named(account.id).map(str::to_owned),
            code_name: names.code(account.code).map(str::to_owned),
            currency: books.currency(account.ledger),
            account,
        })
    })
}
