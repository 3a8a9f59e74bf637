//! Tables that several commands show: statements and trial balances.

use super::failure::Failure;
use super::output::{Currency, Left, Right, count, second, section, table};
use comfy_table::Table;
use escrowdb::{Amount, Id, StatementLine, TrialBalance};
use std::io::Write;

/// A trial balance; `name` gives words for the codes of accounts.
pub(crate) fn trial_balance(
    out: &mut dyn Write,
    trial: &TrialBalance,
    name: &dyn Fn(u16) -> Option<String>,
) -> Result<(), Failure> {
    let currency = Currency::of(&trial.ledger);
    let mut table = table(&[
        ("accounts", Left),
        ("number", Right),
        ("debits", Right),
        ("credits", Right),
        ("balance", Right),
        ("held, debits", Right),
        ("held, credits", Right),
    ]);
    let mut accounts = 0_u64;
    for row in &trial.rows {
        let balances = &row.balances;
        accounts = accounts.saturating_add(row.accounts);
        table.add_row([
            name(row.code).unwrap_or_else(|| format!("code {}", row.code)),
            count(row.accounts),
            currency.cell(balances.debits_posted),
            currency.cell(balances.credits_posted),
            currency.cell_signed(balances.net()),
            currency.cell(balances.debits_pending),
            currency.cell(balances.credits_pending),
        ]);
    }
    let totals = &trial.totals;
    table.add_row([
        "all".to_owned(),
        count(accounts),
        currency.cell(totals.debits_posted),
        currency.cell(totals.credits_posted),
        currency.cell_signed(totals.net()),
        currency.cell(totals.debits_pending),
        currency.cell(totals.credits_pending),
    ]);
    let verdict = if trial.is_balanced() {
        "debits equal credits"
    } else {
        "DEBITS DO NOT EQUAL CREDITS"
    };
    section(
        out,
        &format!("Trial balance in {}: {verdict}", currency.code),
        &table,
    )
}

/// The lines of a statement; `name` says what an operation was about.
pub(crate) fn statement(
    lines: &[StatementLine],
    currency: &Currency,
    name: &dyn Fn(&StatementLine) -> String,
) -> Table {
    let mut table = table(&[
        ("time (UTC)", Left),
        ("what", Left),
        ("about", Left),
        ("out", Right),
        ("in", Right),
        ("held", Right),
        ("balance", Right),
        ("available", Right),
    ]);
    for line in lines {
        let posted = currency.cell_signed(line.posted);
        let (out, in_) = match (line.posted, line.side) {
            (0, _) => (String::new(), String::new()),
            (_, escrowdb::Side::Debit) => (posted, String::new()),
            (_, escrowdb::Side::Credit) => (String::new(), posted),
        };
        let held = match line.pending {
            0 => String::new(),
            pending => currency.cell_signed(pending),
        };
        table.add_row([
            second(line.timestamp),
            line.operation.kind.name().replace('_', " "),
            name(line),
            out,
            in_,
            held,
            currency.cell_signed(line.balances.net()),
            currency.cell(line.balances.available()),
        ]);
    }
    table
}

/// What an operation was about: the hold or operation that it names, or else its own id.
pub(crate) fn about(line: &StatementLine) -> Id {
    let operation = &line.operation;
    if operation.target.is_zero() {
        operation.id
    } else {
        operation.target
    }
}

/// The amount, or nothing where it is zero.
pub(crate) fn unless_zero(currency: &Currency, amount: Amount) -> String {
    if amount.is_zero() {
        String::new()
    } else {
        currency.cell(amount)
    }
}
