//! `events`: everything that ever happened, one line each.

use super::follow;
use crate::cli::arguments::Events;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_to_read;
use crate::cli::json::{self, EventLine};
use crate::cli::ledgers::Ledgers;
use crate::cli::output::{Currency, second};
use escrowdb::{Decision, Event, Record, Store, Timestamp};
use std::io::Write;

/// Shows the event feed.
pub(crate) fn run(arguments: &Events, out: &mut dyn Write) -> Result<Ending, Failure> {
    if arguments.follow || arguments.consumer.is_some() {
        return follow::run(arguments, out);
    }
    let store = open_to_read(&arguments.store)?;
    let mut left = match arguments.limit {
        0 => usize::MAX,
        limit => limit,
    };
    let mut after = arguments.after.unwrap_or(Timestamp::NONE);
    loop {
        match show_some(&store, arguments.json, &mut after, &mut left, out) {
            // Whoever hosts the store next has the same events.
            Err(Failure::HostEnded(_)) => (),
            shown => return shown.map(|()| Ending::Done),
        }
    }
}

/// Shows the events after a time, which moves on with them.
fn show_some(
    store: &Store,
    is_json: bool,
    after: &mut Timestamp,
    left: &mut usize,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let snapshot = store.snapshot()?;
    let mut ledgers = Ledgers::of(&snapshot)?;
    for event in snapshot.events(*after).take(*left) {
        let event = event?;
        let currency = ledgers.currency(&event)?;
        if is_json {
            json::line(out, &EventLine::of(&event, &currency))?;
        } else {
            show(&event, &currency, out)?;
        }
        *after = event.timestamp;
        *left -= 1;
    }
    Ok(())
}

fn show(event: &Event, currency: &Currency, out: &mut dyn Write) -> Result<(), Failure> {
    write!(out, "{}  ", second(event.timestamp))?;
    match &event.record {
        Record::Ledger(ledger) => {
            writeln!(out, "ledger {} is {}, scale {}", ledger.number, ledger.code, ledger.scale)?;
        }
        Record::Account(account) => {
            let (id, code) = (account.id, account.code);
            writeln!(out, "account {id} of code {code} in {}", currency.code)?;
        }
        Record::Operation(decision) => operation(decision, currency, out)?,
        // What is in the journal, and no event.
        _ => {}
    }
    Ok(())
}

fn operation(decision: &Decision, currency: &Currency, out: &mut dyn Write) -> Result<(), Failure> {
    let (operation, moved) = (&decision.operation, &decision.moved);
    write!(out, "{}", operation.kind)?;
    if !operation.id.is_zero() {
        write!(out, " {}", operation.id)?;
    }
    if !operation.target.is_zero() {
        write!(out, " of {}", operation.target)?;
    }
    if !operation.debit_account.is_zero() {
        write!(out, " from {}", operation.debit_account)?;
    }
    if !operation.credit_account.is_zero() {
        write!(out, " to {}", operation.credit_account)?;
    }
    if let Some(document) = &decision.document {
        let key = String::from_utf8_lossy(document.key.key());
        write!(out, " {:?} {key:?}", document.key.space())?;
    }
    if !operation.value_date.is_none() {
        write!(out, ", counts from {}", second(operation.value_date))?;
    }
    if !moved.amount.is_zero() {
        write!(out, ": {}", currency.words(moved.amount))?;
    }
    if !moved.fee.is_zero() {
        write!(out, ", commission {}", currency.cell(moved.fee))?;
    }
    if !decision.status.is_applied() {
        write!(out, ": refused, {}", decision.status)?;
    }
    Ok(writeln!(out)?)
}
