//! `statement`: what happened to an account, with its running balance.

use super::first;
use crate::cli::arguments::Statement;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_to_read;
use crate::cli::json::{
    self, AccountFacts, BalanceFacts, Name, OperationFacts, SignedText, TimeText,
};
use crate::cli::names::Names;
use crate::cli::output::{Books, Currency, more, section};
use crate::cli::tables;
use escrowdb::{Account, Side, StatementLine, StatementQuery, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// What happened to an account.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct StatementFacts {
    account: AccountFacts,
    lines: Vec<LineFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// One operation on the account.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct LineFacts {
    timestamp: Option<TimeText>,
    /// When it counts: the operation's value date, or else its time.
    value_date: Option<TimeText>,
    operation: Option<OperationFacts>,
    /// Which side of the account changed: `debit` or `credit`.
    side: Name,
    /// The change of that side's pending balance.
    pending: SignedText,
    /// The change of that side's posted balance.
    posted: SignedText,
    /// The balances after it.
    balances: BalanceFacts,
}

/// Shows the statement of an account.
pub(crate) fn run(arguments: &Statement, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_to_read(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let books = Books::of(&snapshot)?;
    let names = Names::read(arguments.shape.naming.names.as_deref(), &books)?;
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
        let lines = lines.iter().map(|line| LineFacts::of(line, &currency));
        let account = AccountFacts::of(&account, &currency);
        json::document(out, &StatementFacts { account, lines: lines.collect(), more: is_more })?;
    } else {
        let name = names.account(id);
        show(&name, &account, &lines, &currency, &arguments.shape.columns, out)?;
        if is_more {
            more(out, limit)?;
        }
    }
    Ok(Ending::Done)
}

fn show(
    name: &str,
    account: &Account,
    lines: &[StatementLine],
    currency: &Currency,
    columns: &[String],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let heading = format!(
        "Account {name} in {}: {} of which {} available",
        currency.code,
        currency.cell_signed(account.balances.net()),
        currency.cell(account.balances.available()),
    );
    let about = |line: &StatementLine| tables::about(line).to_string();
    section(out, &heading, &tables::statement(account, lines, currency, &about, columns)?)
}

impl LineFacts {
    fn of(line: &StatementLine, currency: &Currency) -> Self {
        let operation = line.operation();
        Self {
            timestamp: TimeText::of(line.timestamp),
            value_date: TimeText::of(line.value_date),
            operation: operation.map(|operation| OperationFacts::of(operation, currency)),
            side: Name(match line.side {
                Side::Debit => "debit",
                Side::Credit => "credit",
            }),
            pending: SignedText::of(line.pending, currency),
            posted: SignedText::of(line.posted, currency),
            balances: BalanceFacts::of(&line.balances, currency),
        }
    }
}
