//! The report for people.

use super::report::{Report, TOP_SELLERS};
use super::standing::Standing;
use super::tally::Sum;
use crate::cli::escape::escaped;
use crate::cli::failure::Failure;
use crate::cli::naming::Role;
use crate::cli::output::{Left, Right, count, counted, day, section, table};
use crate::cli::tables;
use escrowdb::{Amount, money};
use std::io::Write;

/// Refused rows that are listed.
const REFUSALS_LISTED_MAX: usize = 20;

/// Writes the report.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let arguments = report.arguments;
    let to = arguments.store.display().to_string();
    writeln!(out, "{} -> {}\n", escaped(&report.source), escaped(&to))?;
    if arguments.dry_run {
        writeln!(out, "Tried only: nothing was written. This is what would be.\n")?;
    }
    summary(report, out)?;
    for standing in &report.standings {
        came_in(report, standing, out)?;
        holds(report, standing, out)?;
        sellers(standing, out)?;
    }
    refused(report, out)?;
    for standing in &report.standings {
        books(standing, out)?;
    }
    skipped(report, out)?;
    speed(report, out)
}

/// One paragraph that says it all.
fn summary(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let tally = &report.tally;
    let mut text = format!(
        "{} of {}, from {} to {}.",
        counted(tally.rows, "row", "rows"),
        counted(report.orders, "order", "orders"),
        day(report.first_at),
        day(report.last_at)
    );
    for standing in &report.standings {
        let book = report.book(standing);
        let words = |amount| standing.currency.words(amount);
        let paid = plus(book.released.amount, book.expired_released.amount);
        let back = plus(book.refunded.amount, book.expired_refunded.amount);
        text.push_str(&format!(
            " Buyers paid in {} and put {} of it into escrow for {}. Sellers were paid {}, the \
             platform earned {}, and {} went back to buyers.",
            words(book.paid_in.amount),
            words(book.held.amount),
            counted(book.held.count, "delivery", "deliveries"),
            words(paid.saturating_sub(book.fees)),
            words(book.fees),
            words(back),
        ));
        text.push_str(&match book.open.count {
            0 => " Nothing is held any more.".to_owned(),
            open => format!(
                " {} in {} is still held.",
                words(book.open.amount),
                counted(open, "hold", "holds")
            ),
        });
    }
    let refused = tally.steps_refused();
    text.push_str(&match refused {
        0 => " Nothing was refused.".to_owned(),
        1 => " One step was refused.".to_owned(),
        _ => format!(" {} steps were refused.", count(refused)),
    });
    for line in wrapped(&text, 100) {
        writeln!(out, "{line}")?;
    }
    Ok(writeln!(out)?)
}

fn came_in(report: &Report<'_>, standing: &Standing, out: &mut dyn Write) -> Result<(), Failure> {
    let (book, currency) = (report.book(standing), &standing.currency);
    let mut table = table(&[("method", Left), ("payments", Right), (&currency.code, Right)]);
    let mut row = |name: &str, sum: &Sum| {
        table.add_row([name.to_owned(), count(sum.count), currency.cell(sum.amount)]);
    };
    for (method, sum) in &standing.methods {
        row(method, sum);
    }
    if standing.methods.len() > 1 {
        row("all", &book.paid_in);
    }
    section(out, "What came in", &table)
}

fn holds(report: &Report<'_>, standing: &Standing, out: &mut dyn Write) -> Result<(), Failure> {
    let (book, currency) = (report.book(standing), &standing.currency);
    let mut table = table(&[("", Left), ("holds", Right), (&currency.code, Right)]);
    for (name, sum) in [
        ("paid into escrow", &book.held),
        ("released to sellers on delivery", &book.released),
        ("released to sellers, buyers kept silent", &book.expired_released),
        ("refunded, canceled", &book.refunded),
        ("refunded, never shipped", &book.expired_refunded),
        ("still held", &book.open),
    ] {
        table.add_row([name.to_owned(), count(sum.count), currency.cell(sum.amount)]);
    }
    let rate = money::format_rate(report.arguments.commission.0);
    let released = plus(book.released.amount, book.expired_released.amount);
    let paid = released.saturating_sub(book.fees);
    table.add_row([
        format!("commission, {rate} of what was released"),
        String::new(),
        currency.cell(book.fees),
    ]);
    table.add_row(["sellers' share".to_owned(), String::new(), currency.cell(paid)]);
    section(out, "What became of it", &table)
}

fn sellers(standing: &Standing, out: &mut dyn Write) -> Result<(), Failure> {
    let currency = &standing.currency;
    if standing.sellers.is_empty() {
        return Ok(());
    }
    let mut table = table(&[("seller", Left), ("sales", Right), (&currency.code, Right)]);
    for (name, sum) in standing.sellers.iter().take(TOP_SELLERS) {
        table.add_row([name.clone(), count(sum.count), currency.cell(sum.amount)]);
    }
    section(out, "Best sellers, as paid out", &table)
}

fn refused(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    if report.tally.refused.is_empty() {
        return Ok(());
    }
    let mut table = table(&[("step", Left), ("refused because", Left), ("times", Right)]);
    for (key, times) in &report.tally.refused {
        let (event, reason) = key.split_once(':').unwrap_or((key, ""));
        table.add_row([event.to_owned(), because(reason), count(*times)]);
    }
    section(out, "What was refused", &table)?;
    for refusal in report.tally.refusals.iter().take(REFUSALS_LISTED_MAX) {
        let (line, order) = (refusal.line, &refusal.order);
        writeln!(
            out,
            "  line {line}: {} of order {order:?}: {}",
            refusal.event,
            because(refusal.reason)
        )?;
    }
    let listed = report.tally.refusals.len();
    if listed > REFUSALS_LISTED_MAX {
        writeln!(out, "  and more; --json lists {}", count(listed as u64))?;
    }
    Ok(writeln!(out)?)
}

fn because(reason: &str) -> String {
    match reason {
        "hold_closed" => "the money was paid out or refunded before".to_owned(),
        "no_hold" => "nothing was paid for the order".to_owned(),
        "hold_already_shipped" => "it was shipped before".to_owned(),
        "insufficient_funds" => "the buyer has not enough".to_owned(),
        "exceeds_held" => "more than is still held".to_owned(),
        other => other.replace('_', " "),
    }
}

fn books(standing: &Standing, out: &mut dyn Write) -> Result<(), Failure> {
    let name = |code| {
        let role = Role::ALL.into_iter().find(|role| role.code() == code);
        role.map(|role| role.heading().to_owned())
    };
    tables::trial_balance(out, &standing.trial_balance, &name)
}

fn skipped(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    if report.bad.count == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "Left out {}:",
        counted(report.bad.count, "row that cannot be settled", "rows that cannot be settled")
    )?;
    for bad in &report.bad.listed {
        writeln!(out, "  {bad}")?;
    }
    let listed = report.bad.listed.len() as u64;
    if report.bad.count > listed {
        writeln!(out, "  and {} more", count(report.bad.count.saturating_sub(listed)))?;
    }
    Ok(writeln!(out)?)
}

fn speed(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let (run, rows) = (&report.run, report.tally.rows);
    let known = rows.saturating_sub(report.tally.rows_new);
    if known == rows {
        writeln!(out, "Every row was in the store already: nothing was changed.")?;
    } else if known > 0 {
        let words = counted(known, "row was", "rows were");
        writeln!(out, "{words} in the store already.")?;
    }
    if report.tally.rows_late > 0 {
        let late = counted(report.tally.rows_late, "row was late", "rows were late");
        writeln!(out, "{late}: booked after later ones, with its own time as value date.")?;
    }
    let took = run.took.as_millis();
    Ok(writeln!(
        out,
        "{}.{:03} s: {} rows and {} operations a second, in {} and {}.",
        took / 1_000,
        took % 1_000,
        count(run.rate(rows)),
        count(run.rate(report.tally.operations)),
        counted(run.blocks, "block", "blocks"),
        counted(run.syncs, "sync", "syncs"),
    )?)
}

fn plus(one: Amount, other: Amount) -> Amount {
    one.checked_add(other).unwrap_or(Amount::MAX)
}

/// The text in lines of `width` characters at most.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
