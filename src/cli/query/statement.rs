//! `statement`: what happened to an account, with its running balance.

use super::first;
use crate::cli::arguments::Statement;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_existing;
use crate::cli::output::{Books, Currency, more, section};
use crate::cli::{json, tables};
use escrowdb::{Account, Side, StatementLine, StatementQuery, Timestamp};
use serde_json::{Value, json};
use std::io::Write;

/// Shows the statement of an account.
pub(crate) fn run(arguments: &Statement, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_existing(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let books = Books::of(&snapshot)?;
    let id = arguments.account.id(&books)?;
    let account = snapshot.account(id)?;
    let account =
        account.ok_or_else(|| Failure::input(format!("no account {id} in this store")))?;
    let query = StatementQuery {
        from: arguments.from.unwrap_or(Timestamp::NONE),
        to: arguments.to.unwrap_or(Timestamp::NONE),
        newest_first: arguments.newest,
        ..StatementQuery::default()
    };
    let lines = snapshot.statement(id, &query)?;
    let limit = arguments.shape.limit;
    let (lines, is_more) = first(lines.map(|line| line.map_err(Failure::from)), limit)?;
    let currency = books.currency(account.ledger);
    if arguments.shape.json {
        let lines = lines.iter().map(|line| one(line, &currency));
        let statement = json!({
            "account": json::account(&account, &currency),
            "lines": lines.collect::<Vec<_>>(),
            "more": is_more,
        });
        json::document(out, &statement)?;
    } else {
        show(&account, &lines, &currency, out)?;
        if is_more {
            more(out, limit)?;
        }
    }
    Ok(Ending::Done)
}

fn show(
    account: &Account,
    lines: &[StatementLine],
    currency: &Currency,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let heading = format!(
        "Account {} in {}: {} of which {} available",
        account.id,
        currency.code,
        currency.cell_signed(account.balances.net()),
        currency.cell(account.balances.available()),
    );
    let about = |line: &StatementLine| tables::about(line).to_string();
    section(out, &heading, &tables::statement(account, lines, currency, &about))
}

fn one(line: &StatementLine, currency: &Currency) -> Value {
    json!({
        "timestamp": json::time(line.timestamp),
        "value_date": json::time(line.value_date),
        "operation": line.operation().map(|operation| json::operation(operation, currency)),
        "side": match line.side {
            Side::Debit => "debit",
            Side::Credit => "credit",
        },
        "pending": currency.plain_signed(line.pending),
        "posted": currency.plain_signed(line.posted),
        "balances": json::balances(&line.balances, currency),
    })
}
