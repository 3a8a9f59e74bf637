//! In which currency an event counts.

use crate::cli::failure::Failure;
use crate::cli::output::{Books, Currency};
use escrowdb::{Decision, Event, Id, Record, Snapshot};
use std::collections::HashMap;

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
