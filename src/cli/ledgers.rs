//! In which ledger, and so in which currency, an event counts.

use crate::cli::failure::Failure;
use crate::cli::output::{Books, Currency};
use escrowdb::{Decision, Event, Id, Ledger, Record, Snapshot};
use std::collections::HashMap;

/// Finds out in which currency an event counts: operations on a hold do not say it.
pub(crate) struct Ledgers<'snapshot> {
    snapshot: &'snapshot Snapshot,
    books: Books,
    /// Ledgers of holds, transfers and accounts that were looked up.
    known: HashMap<Id, u32>,
}

/// Look-ups that are remembered.
const KNOWN_MAX: usize = 100_000;

impl<'snapshot> Ledgers<'snapshot> {
    /// Those of a snapshot.
    pub(crate) fn of(snapshot: &'snapshot Snapshot) -> Result<Self, Failure> {
        Ok(Self { snapshot, books: Books::of(snapshot)?, known: HashMap::new() })
    }

    /// The currency of an event; that of the only ledger even where it is about none.
    pub(crate) fn currency(&mut self, event: &Event) -> Result<Currency, Failure> {
        if let [ledger] = self.books.all() {
            return Ok(Currency::of(ledger));
        }
        let number = self.number(event)?;
        Ok(self.books.currency(number))
    }

    /// The ledger that an event registers or is about, if it is about one that is there.
    pub(crate) fn find(&mut self, event: &Event) -> Result<Option<Ledger>, Failure> {
        let number = self.number(event)?;
        Ok(self.books.all().iter().find(|ledger| ledger.number == number).copied())
    }

    fn number(&mut self, event: &Event) -> Result<u32, Failure> {
        Ok(match &event.record {
            Record::Ledger(ledger) => ledger.number,
            Record::Account(account) => account.ledger,
            Record::Operation(decision) => self.of_operation(decision)?,
            _ => 0,
        })
    }

    fn of_operation(&mut self, decision: &Decision) -> Result<u32, Failure> {
        let operation = &decision.operation;
        if operation.ledger > 0 || operation.target.is_zero() {
            return Ok(operation.ledger);
        }
        if let Some(ledger) = self.known.get(&operation.target) {
            return Ok(*ledger);
        }
        // The target is a hold, a transfer or release that is reversed, or an account.
        let mut target = operation.target;
        let mut ledger = 0;
        for _ in 0..2 {
            if let Some(hold) = self.snapshot.hold(target)? {
                ledger = hold.ledger;
                break;
            }
            let Some(record) = self.snapshot.operation(target)? else {
                ledger = self.snapshot.account(target)?.map_or(0, |account| account.ledger);
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
