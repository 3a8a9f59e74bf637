//! `accounts`: who has what.

use super::first;
use crate::cli::arguments::Accounts;
use crate::cli::columns::Columns;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_to_read;
use crate::cli::json::{self, AccountFacts};
use crate::cli::names::Names;
use crate::cli::output::{Books, Left, Right, count, counted, day, more, section};
use crate::cli::tables::unless_zero;
use escrowdb::Account;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Accounts, in the order of their ids.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct AccountsFacts {
    accounts: Vec<AccountFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// Lists accounts.
pub(crate) fn run(arguments: &Accounts, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_to_read(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let books = Books::of(&snapshot)?;
    let only = match &arguments.ledger {
        Some(text) => Some(books.asked_for(text)?.number),
        None => None,
    };
    let names = Names::read(arguments.shape.naming.names.as_deref(), &books)?;
    let mut columns = columns(&arguments.shape.columns)?;
    let asked_for = |account: &Result<Account, Failure>| match account {
        Ok(account) => only.is_none_or(|ledger| account.ledger == ledger),
        Err(_) => true,
    };
    let all =
        snapshot.all_accounts(None).map(|account| account.map_err(Failure::from)).filter(asked_for);
    let (accounts, is_more) = first(all, arguments.shape.limit)?;
    if arguments.shape.json {
        let accounts = accounts.iter();
        let accounts =
            accounts.map(|account| AccountFacts::of(account, &books.currency(account.ledger)));
        let facts = AccountsFacts { accounts: accounts.collect(), more: is_more };
        json::document(out, &facts)?;
    } else {
        for account in &accounts {
            columns.row(&row(account, &books, &names));
        }
        let heading = counted(accounts.len() as u64, "account", "accounts");
        section(out, &heading, &columns.into_table())?;
        if is_more {
            more(out, arguments.shape.limit)?;
        }
    }
    Ok(Ending::Done)
}

fn columns(asked_for: &[String]) -> Result<Columns, Failure> {
    let headings = [
        ("account", Left),
        ("code", Right),
        ("ledger", Left),
        ("balance", Right),
        ("available", Right),
        ("pending debits", Right),
        ("pending credits", Right),
        ("open holds", Right),
        ("since", Right),
        ("flags", Left),
    ];
    Columns::of(&headings, asked_for)
}

fn row(account: &Account, books: &Books, names: &Names) -> [String; 10] {
    let (currency, balances) = (books.currency(account.ledger), &account.balances);
    [
        names.account(account.id),
        names.code(account.code).map_or_else(|| account.code.to_string(), str::to_owned),
        currency.code.clone(),
        currency.cell_signed(balances.net()),
        unless_zero(&currency, balances.available()),
        unless_zero(&currency, balances.debits_pending),
        unless_zero(&currency, balances.credits_pending),
        count(u64::from(account.open_holds)),
        day(account.created_at),
        account.flags.names().collect::<Vec<_>>().join(" "),
    ]
}
