//! The numbers of the report, from what the store answered and from its event feed.
//!
//! Answers to rows that the store knew already carry the first outcome, and deadlines are counted
//! from the feed: so the numbers are the same however often, and in however many pieces, the file
//! was settled.

use super::plan::Planned;
use super::rows::Deed;
use crate::cli::failure::Failure;
use escrowdb::{Amount, AtDeadline, Decision, Event, Id, Kind, Operation, Outcome, Record, Status};
use std::collections::{BTreeMap, HashMap};

/// The numbers of a run.
#[derive(Default)]
pub(crate) struct Tally {
    /// Rows that were carried out or refused.
    pub(crate) rows: u64,
    /// Rows that the store did not know before.
    pub(crate) rows_new: u64,
    /// Operations that they asked for.
    pub(crate) operations: u64,
    /// What was refused, by event and reason.
    pub(crate) refused: BTreeMap<String, u64>,
    /// The numbers of each ledger.
    pub(crate) books: BTreeMap<u32, Book>,
    holds: HashMap<Id, Leg>,
}

/// The numbers of one ledger.
#[derive(Default)]
pub(crate) struct Book {
    pub(crate) paid_in: Sum,
    pub(crate) held: Sum,
    pub(crate) released: Sum,
    pub(crate) refunded: Sum,
    pub(crate) expired_released: Sum,
    pub(crate) expired_refunded: Sum,
    pub(crate) open: Sum,
    pub(crate) fees: Amount,
    pub(crate) shipped: u64,
    /// What came in by each method.
    pub(crate) methods: BTreeMap<String, Sum>,
    /// What each seller was paid, less the commission.
    pub(crate) sellers: HashMap<Id, Sum>,
}

/// How many, and how much together.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Sum {
    pub(crate) count: u64,
    pub(crate) amount: Amount,
}

impl Sum {
    pub(crate) fn add(&mut self, amount: Amount) {
        self.count += 1;
        // The sums of a ledger are bounded by the greatest amount.
        self.amount = self.amount.checked_add(amount).unwrap_or(Amount::MAX);
    }

    fn take(&mut self, amount: Amount) {
        self.count = self.count.saturating_sub(1);
        self.amount = self.amount.saturating_sub(amount);
    }
}

/// A hold that is open or was.
struct Leg {
    ledger: u32,
    payee: Id,
    held: Amount,
}

impl Tally {
    /// Takes in what happened in the store before the file begins: what is held since then.
    pub(crate) fn remember(&mut self, event: &Event) {
        let Record::Operation(decision) = &event.record else {
            return;
        };
        let Decision { operation, moved, .. } = decision;
        if !decision.status.is_applied() {
            return;
        }
        match operation.kind {
            Kind::HOLD => self.open(operation),
            Kind::RELEASE | Kind::REFUND | Kind::EXPIRE => {
                if let Some(leg) = self.holds.get_mut(&operation.target) {
                    let leaving = moved.amount.checked_add(moved.rest);
                    leg.held = leg.held.saturating_sub(leaving.unwrap_or(Amount::MAX));
                }
            }
            Kind::TOP_UP => {
                if let Some(leg) = self.holds.get_mut(&operation.target) {
                    leg.held = leg.held.checked_add(moved.amount).unwrap_or(Amount::MAX);
                }
            }
            _ => (),
        }
    }

    /// Counts the holds that were open before the file begins.
    pub(crate) fn begin(&mut self) {
        for leg in self.holds.values().filter(|leg| !leg.held.is_zero()) {
            self.books.entry(leg.ledger).or_default().open.add(leg.held);
        }
    }

    /// What is held now, by ledger.
    pub(crate) fn open_now(&self) -> BTreeMap<u32, Sum> {
        let open = |(number, book): (&u32, &Book)| (*number, book.open);
        self.books.iter().map(open).collect()
    }

    /// Takes in the answers to the operations of a row.
    pub(crate) fn answer(
        &mut self,
        planned: &Planned,
        operations: &[Operation],
        outcomes: &[Outcome],
    ) -> Result<(), Failure> {
        self.rows += 1;
        self.operations += operations.len() as u64;
        let is_known = |outcome: &Outcome| {
            matches!(outcome.status, Status::EXISTS | Status::ID_ALREADY_FAILED)
        };
        self.rows_new += u64::from(!outcomes.iter().all(is_known));
        let found = outcomes.iter().any(|outcome| outcome.first_status != Status::HOLD_NOT_FOUND);
        let mut no_hold = 0;
        for (operation, outcome) in operations.iter().zip(outcomes) {
            let status = outcome.first_status;
            if outcome.status.number() < Status::LEDGER_NOT_FOUND.number()
                && !outcome.is_done()
                && !is_known(outcome)
            {
                return Err(Failure::work(format!(
                    "line {}: the store answers {}",
                    planned.row.line, outcome.status
                )));
            }
            if outcome.is_done() {
                self.carried_out(&planned.row.deed, operation, outcome);
            } else if status == Status::HOLD_NOT_FOUND {
                no_hold = 1;
            } else {
                self.refuse(&planned.row.deed, reason(status), 1);
            }
        }
        // A leg that was never held is no leg, unless there is no other.
        if !found {
            self.refuse(&planned.row.deed, reason(Status::HOLD_NOT_FOUND), no_hold);
        }
        Ok(())
    }

    fn refuse(&mut self, deed: &Deed, reason: &str, count: u64) {
        let key = format!("{}:{reason}", deed.name());
        *self.refused.entry(key).or_default() += count;
    }

    fn carried_out(&mut self, deed: &Deed, operation: &Operation, outcome: &Outcome) {
        let amount = outcome.amount;
        match deed {
            Deed::Payment { method, money, .. } => {
                let book = self.books.entry(money.ledger.number).or_default();
                book.paid_in.add(amount);
                book.methods.entry(method.clone()).or_default().add(amount);
            }
            Deed::Paid { money, .. } => {
                let book = self.books.entry(money.ledger.number).or_default();
                book.held.add(amount);
                book.open.add(amount);
                self.open(operation);
            }
            Deed::Shipped => {
                if let Some((book, _)) = self.leg(operation.target) {
                    book.shipped += 1;
                }
            }
            Deed::Delivered => {
                if let Some((book, leg)) = self.leg(operation.target) {
                    book.released.add(amount);
                    book.pay(leg, amount, outcome.fee);
                }
            }
            Deed::Canceled => {
                if let Some((book, leg)) = self.leg(operation.target) {
                    book.refunded.add(amount);
                    book.close(leg, amount);
                }
            }
        }
    }

    /// Takes in an event of the feed: only deadlines count.
    pub(crate) fn expired(&mut self, event: &Event) {
        let Record::Operation(decision) = &event.record else {
            return;
        };
        let operation = &decision.operation;
        if operation.kind != Kind::EXPIRE {
            return;
        }
        let amount = decision.moved.amount;
        let Some((book, leg)) = self.leg(operation.target) else {
            return;
        };
        if operation.at_deadline == AtDeadline::RELEASE {
            book.expired_released.add(amount);
            book.pay(leg, amount, decision.moved.fee);
        } else {
            book.expired_refunded.add(amount);
            book.close(leg, amount);
        }
    }

    fn open(&mut self, hold: &Operation) {
        let leg = Leg { ledger: hold.ledger, payee: hold.credit_account, held: hold.amount };
        self.holds.insert(hold.id, leg);
    }

    fn leg(&mut self, hold: Id) -> Option<(&mut Book, &mut Leg)> {
        let leg = self.holds.get_mut(&hold)?;
        Some((self.books.entry(leg.ledger).or_default(), leg))
    }
}

impl Book {
    fn pay(&mut self, leg: &mut Leg, amount: Amount, fee: Amount) {
        self.fees = self.fees.checked_add(fee).unwrap_or(Amount::MAX);
        let seller = self.sellers.entry(leg.payee).or_default();
        seller.add(amount.saturating_sub(fee));
        self.close(leg, amount);
    }

    fn close(&mut self, leg: &mut Leg, amount: Amount) {
        leg.held = leg.held.saturating_sub(amount);
        self.open.take(amount);
    }
}

/// The reason of a refusal, as a report of orders calls it.
fn reason(status: Status) -> &'static str {
    match status {
        Status::HOLD_ALREADY_SETTLED
        | Status::HOLD_ALREADY_REFUNDED
        | Status::HOLD_ALREADY_SPLIT => "hold_closed",
        Status::HOLD_NOT_FOUND => "no_hold",
        Status::EXCEEDS_CREDITS => "insufficient_funds",
        other => other.name(),
    }
}
