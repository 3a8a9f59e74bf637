//! `events`: everything that ever happened, one line each.

use super::follow;
use crate::cli::arguments::Events;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::{open_existing, open_to_read};
use crate::cli::json::{self, EventLine};
use crate::cli::output::{Books, Currency, second};
use escrowdb::{Decision, Event, Id, Record, Snapshot, Timestamp};
use std::collections::HashMap;
use std::io::Write;

/// Shows the event feed.
pub(crate) fn run(arguments: &Events, out: &mut dyn Write) -> Result<Ending, Failure> {
    if arguments.follow || arguments.consumer.is_some() {
        return follow::run(arguments, open_existing(&arguments.store)?, out);
    }
    let store = open_to_read(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let mut ledgers = Ledgers::of(&snapshot)?;
    let limit = match arguments.limit {
        0 => usize::MAX,
        limit => limit,
    };
    let after = arguments.after.unwrap_or(Timestamp::NONE);
    for event in snapshot.events(after).take(limit) {
        let event = event?;
        let currency = ledgers.currency(&event)?;
        if arguments.json {
            json::line(out, &EventLine::of(&event, &currency))?;
        } else {
            show(&event, &currency, out)?;
        }
    }
    Ok(Ending::Done)
}

/// Finds out in which currency an event counts: operations on a hold do not say it.
pub(super) struct Ledgers<'snapshot> {
    snapshot: &'snapshot Snapshot,
    books: Books,
    /// Ledgers of holds and transfers that were looked up.
    known: HashMap<Id, u32>,
}

/// Look-ups that are remembered.
const KNOWN_MAX: usize = 100_000;

impl<'snapshot> Ledgers<'snapshot> {
    pub(super) fn of(snapshot: &'snapshot Snapshot) -> Result<Self, Failure> {
        Ok(Self { snapshot, books: Books::of(snapshot)?, known: HashMap::new() })
    }

    pub(super) fn currency(&mut self, event: &Event) -> Result<Currency, Failure> {
        if let [ledger] = self.books.all() {
            return Ok(Currency::of(ledger));
        }
        let number = match &event.record {
            Record::Account(account) => account.ledger,
            Record::Operation(decision) => self.of_operation(decision)?,
            _ => 0,
        };
        Ok(self.books.currency(number))
    }

    fn of_operation(&mut self, decision: &Decision) -> Result<u32, Failure> {
        let operation = &decision.operation;
        if operation.ledger > 0 || operation.target.is_zero() {
            return Ok(operation.ledger);
        }
        if let Some(ledger) = self.known.get(&operation.target) {
            return Ok(*ledger);
        }
        // The target is a hold, or a transfer or release that is reversed.
        let mut target = operation.target;
        let mut ledger = 0;
        for _ in 0..2 {
            if let Some(hold) = self.snapshot.hold(target)? {
                ledger = hold.ledger;
                break;
            }
            let Some(record) = self.snapshot.operation(target)? else {
                break;
            };
            ledger = record.operation.ledger;
            if ledger > 0 {
                break;
            }
            target = record.operation.target;
        }
        if self.known.len() >= KNOWN_MAX {
            self.known.clear();
        }
        self.known.insert(operation.target, ledger);
        Ok(ledger)
    }
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
