//! Tables that several commands show: statements and trial balances.

use super::columns::Columns;
use super::failure::Failure;
use super::output::{Currency, Left, Right, count, second, section, table};
use comfy_table::Table;
use escrowdb::{Account, AccountFlags, Amount, Id, Kind, Side, StatementLine, TrialBalance};
use std::io::Write;

/// A trial balance; `name` gives words for the codes of accounts.
pub(crate) fn trial_balance(
    out: &mut dyn Write,
    trial: &TrialBalance,
    name: &dyn Fn(u16) -> Option<String>,
) -> Result<(), Failure> {
    let currency = Currency::of(&trial.ledger);
    let mut table = table(&[
        ("", Left),
        ("accounts", Right),
        ("debits", Right),
        ("credits", Right),
        ("balance", Right),
        ("pending debits", Right),
        ("pending credits", Right),
    ]);
    let totals = ("all".to_owned(), trial.rows.iter().map(|row| row.accounts).sum(), trial.totals);
    let rows = trial.rows.iter().map(|row| {
        let words = name(row.code).unwrap_or_else(|| format!("code {}", row.code));
        (words, row.accounts, row.balances)
    });
    for (words, accounts, balances) in rows.chain([totals]) {
        table.add_row([
            words,
            count(accounts),
            currency.cell(balances.debits_posted),
            currency.cell(balances.credits_posted),
            currency.cell_signed(balances.net()),
            currency.cell(balances.debits_pending),
            currency.cell(balances.credits_pending),
        ]);
    }
    let verdict = match trial.is_balanced() {
        true => "debits equal credits",
        false => "DEBITS DO NOT EQUAL CREDITS",
    };
    section(out, &format!("Trial balance in {}: {verdict}", currency.code), &table)
}

/// The lines of a statement of `account`; `name` says what a line was about. What is held of the
/// account and what is available are only known of an account with a history. `asked_for` are the
/// columns that are shown, all if there are none.
pub(crate) fn statement(
    account: &Account,
    lines: &[StatementLine],
    currency: &Currency,
    name: &dyn Fn(&StatementLine) -> String,
    asked_for: &[String],
) -> Result<Table, Failure> {
    let has_history = account.has(AccountFlags::HISTORY);
    let has_value_dates = lines.iter().any(|line| !line.value_date.is_none());
    let mut headings = vec![
        ("time (UTC)", Left),
        ("what", Left),
        ("about", Left),
        ("out", Right),
        ("in", Right),
        ("balance", Right),
    ];
    if has_history {
        headings.extend([
            ("pending debits", Right),
            ("pending credits", Right),
            ("available", Right),
        ]);
    }
    if has_value_dates {
        headings.push(("counts from (UTC)", Left));
    }
    let mut columns = Columns::of(&headings, asked_for)?;
    for line in lines {
        let posted = currency.cell_signed(line.posted);
        let (left, came) = match (line.posted, line.side) {
            (0, _) => (String::new(), String::new()),
            (_, Side::Debit) => (posted, String::new()),
            (_, Side::Credit) => (String::new(), posted),
        };
        let balances = &line.balances;
        let mut row = vec![
            second(line.timestamp),
            kind(line).name().replace('_', " "),
            name(line),
            left,
            came,
            currency.cell_signed(balances.net()),
        ];
        if has_history {
            row.extend([
                unless_zero(currency, balances.debits_pending),
                unless_zero(currency, balances.credits_pending),
                currency.cell(balances.available()),
            ]);
        }
        if has_value_dates {
            let date = line.value_date;
            row.push(if date.is_none() { String::new() } else { second(date) });
        }
        columns.row(&row);
    }
    Ok(columns.into_table())
}

fn kind(line: &StatementLine) -> Kind {
    line.operation().map_or(Kind::default(), |operation| operation.kind)
}

/// What a line was about: the hold or operation that it names, or else its own id.
pub(crate) fn about(line: &StatementLine) -> Id {
    match line.operation() {
        Some(operation) if !operation.target.is_zero() => operation.target,
        Some(operation) => operation.id,
        None => Id::ZERO,
    }
}

/// The amount, or nothing where it is zero.
pub(crate) fn unless_zero(currency: &Currency, amount: Amount) -> String {
    if amount.is_zero() { String::new() } else { currency.cell(amount) }
}
