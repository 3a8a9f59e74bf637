//! The numbers of the report: what was refused from what the store answered, and all else from its
//! event feed.
//!
//! Answers to rows that the store knew already carry the first outcome, and the feed has everything
//! in its order: so the numbers are the same however often, and in however many pieces, the file
//! was settled.

use super::plan::Planned;
use crate::cli::failure::Failure;
use escrowdb::{Amount, AtDeadline, Decision, Event, Id, Kind, Operation, Outcome, Record, Status};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Refused steps that are remembered one by one; the others are counted.
const REFUSALS_MAX: usize = 1_000;

/// The numbers of a run.
#[derive(Default)]
pub(crate) struct Tally {
    /// Rows that were carried out or refused.
    pub(crate) rows: u64,
    /// Rows that the store did not know before.
    pub(crate) rows_new: u64,
    /// Rows that were booked later than in their own second.
    pub(crate) rows_late: u64,
    /// Operations that they asked for.
    pub(crate) operations: u64,
    /// What was refused, by event and reason.
    pub(crate) refused: BTreeMap<String, u64>,
    /// The first of what was refused, row by row.
    pub(crate) refusals: Vec<Refusal>,
    /// Rows that the store had not refused in an earlier run.
    pub(crate) refusals_new: u64,
    /// The numbers of each ledger.
    pub(crate) books: BTreeMap<u32, Book>,
    /// The ledgers that the file's rows are about, whatever else is in the store.
    pub(crate) ledgers: BTreeSet<u32>,
    holds: HashMap<Id, Leg>,
    /// Deadlines after the last thing that others did.
    waiting: Vec<Event>,
    has_begun: bool,
}

/// A row that the store refused, wholly or for some legs of the order.
pub(crate) struct Refusal {
    pub(crate) line: u64,
    pub(crate) order: String,
    pub(crate) event: &'static str,
    pub(crate) reason: &'static str,
    /// For so many legs.
    pub(crate) legs: u64,
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
    pub(crate) methods: HashMap<Id, Sum>,
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
}

/// A hold that is open or was.
struct Leg {
    ledger: u32,
    payee: Id,
    held: Amount,
}

impl Tally {
    /// All that was refused.
    pub(crate) fn steps_refused(&self) -> u64 {
        self.refused.values().sum()
    }

    /// What is held now, by ledger.
    pub(crate) fn open_now(&self) -> BTreeMap<u32, Sum> {
        let open = |(number, book): (&u32, &Book)| (*number, book.open);
        self.books.iter().map(open).collect()
    }

    /// Takes in the answers to the operations of a row.
    pub(crate) fn answer(&mut self, row: &Planned, outcomes: &[Outcome]) -> Result<(), Failure> {
        self.rows += 1;
        self.operations += outcomes.len() as u64;
        let is_known = |outcome: &Outcome| {
            matches!(outcome.status, Status::EXISTS | Status::ID_ALREADY_FAILED)
        };
        let is_new = !outcomes.iter().all(is_known);
        self.rows_new += u64::from(is_new);
        self.rows_late += u64::from(row.is_late);
        let found = outcomes.iter().any(|outcome| outcome.first_status != Status::HOLD_NOT_FOUND);
        let mut reasons: BTreeMap<&'static str, u64> = BTreeMap::new();
        for outcome in outcomes.iter().filter(|outcome| !outcome.is_done()) {
            if outcome.status.number() < Status::LEDGER_NOT_FOUND.number() && !is_known(outcome) {
                let (line, status) = (row.row.line, outcome.status);
                return Err(Failure::work(format!("line {line}: the store answers {status}")));
            }
            match outcome.first_status {
                // A leg that was never held is no leg, unless there is no other.
                Status::HOLD_NOT_FOUND if found => (),
                Status::HOLD_NOT_FOUND => drop(reasons.insert(reason(Status::HOLD_NOT_FOUND), 1)),
                status => *reasons.entry(reason(status)).or_default() += 1,
            }
        }
        self.refusals_new += u64::from(is_new && !reasons.is_empty());
        for (reason, legs) in reasons {
            self.refuse(row, reason, legs);
        }
        Ok(())
    }

    fn refuse(&mut self, row: &Planned, reason: &'static str, legs: u64) {
        let event = row.row.deed.name();
        *self.refused.entry(format!("{event}:{reason}")).or_default() += legs;
        if self.refusals.len() < REFUSALS_MAX {
            let (line, order) = (row.row.line, row.row.order.clone());
            self.refusals.push(Refusal { line, order, event, reason, legs });
        }
    }

    /// Takes in an event of the feed. `ours` are the operations of the file.
    pub(crate) fn take_in(&mut self, event: Event, ours: &HashSet<Id>) {
        let Record::Operation(decision) = &event.record else {
            return;
        };
        if decision.operation.kind == Kind::EXPIRE {
            // Deadlines after the last thing that others did belong to the time that the file moves
            // on.
            match self.has_begun {
                true => self.expired(decision),
                false => self.waiting.push(event),
            }
        } else if ours.contains(&decision.operation.id) {
            self.begin();
            let operation = &decision.operation;
            let of_hold = self.holds.get(&operation.target).map(|leg| leg.ledger);
            self.ledgers.extend(of_hold.or((operation.ledger > 0).then_some(operation.ledger)));
            if decision.status.is_applied() {
                self.carried_out(decision);
            }
        } else {
            for waiting in std::mem::take(&mut self.waiting) {
                if let Record::Operation(decision) = &waiting.record {
                    self.others_did(decision);
                }
            }
            if decision.status.is_applied() {
                self.others_did(decision);
            }
        }
    }

    /// Counts the deadlines that came just before the first operation of the file.
    fn begin(&mut self) {
        self.has_begun = true;
        for waiting in std::mem::take(&mut self.waiting) {
            if let Record::Operation(decision) = &waiting.record {
                self.expired(decision);
            }
        }
    }

    /// What was done without the file changes nothing but what is held.
    fn others_did(&mut self, decision: &Decision) {
        let Decision { operation, moved, .. } = decision;
        match operation.kind {
            Kind::HOLD => self.open(operation),
            Kind::RELEASE | Kind::REFUND | Kind::EXPIRE => {
                let leaving = moved.amount.checked_add(moved.rest).unwrap_or(Amount::MAX);
                if let Some((book, leg)) = self.leg(operation.target) {
                    book.close(leg, leaving);
                }
            }
            Kind::TOP_UP => {
                if let Some((book, leg)) = self.leg(operation.target) {
                    leg.held = leg.held.checked_add(moved.amount).unwrap_or(Amount::MAX);
                    let open = book.open.amount.checked_add(moved.amount);
                    book.open.amount = open.unwrap_or(Amount::MAX);
                }
            }
            Kind::DIVIDE => self.divided(operation.id, operation.target, moved.amount),
            _ => (),
        }
    }

    fn carried_out(&mut self, decision: &Decision) {
        let Decision { operation, moved, .. } = decision;
        let amount = moved.amount;
        match operation.kind {
            Kind::TRANSFER => {
                let book = self.books.entry(operation.ledger).or_default();
                book.paid_in.add(amount);
                book.methods.entry(operation.debit_account).or_default().add(amount);
            }
            Kind::HOLD => {
                self.books.entry(operation.ledger).or_default().held.add(amount);
                self.open(operation);
            }
            Kind::SHIP => {
                if let Some((book, _)) = self.leg(operation.target) {
                    book.shipped += 1;
                }
            }
            Kind::RELEASE => {
                if let Some((book, leg)) = self.leg(operation.target) {
                    book.released.add(amount);
                    book.pay(leg, amount, moved.fee);
                }
            }
            Kind::REFUND => {
                if let Some((book, leg)) = self.leg(operation.target) {
                    book.refunded.add(amount);
                    book.close(leg, amount);
                }
            }
            _ => (),
        }
    }

    fn expired(&mut self, decision: &Decision) {
        let (operation, moved) = (&decision.operation, &decision.moved);
        let Some((book, leg)) = self.leg(operation.target) else {
            return;
        };
        // What a dispute claimed goes back, beside what is released.
        let (released, refunded) = match operation.at_deadline {
            AtDeadline::RELEASE | AtDeadline::CLAIM => (moved.amount, moved.rest),
            _ => (Amount::ZERO, moved.amount),
        };
        if !released.is_zero() {
            book.expired_released.add(released);
            book.pay(leg, released, moved.fee);
        }
        if !refunded.is_zero() {
            book.expired_refunded.add(refunded);
            book.close(leg, refunded);
        }
    }

    /// A part of a hold is a hold of its own from now on.
    fn divided(&mut self, part: Id, hold: Id, amount: Amount) {
        let Some((book, leg)) = self.leg(hold) else {
            return;
        };
        leg.held = leg.held.saturating_sub(amount);
        let divided = Leg { held: amount, ..*leg };
        book.open.count = book.open.count.saturating_add(1);
        self.holds.insert(part, divided);
    }

    fn open(&mut self, hold: &Operation) {
        let leg = Leg { ledger: hold.ledger, payee: hold.credit_account, held: hold.amount };
        self.books.entry(hold.ledger).or_default().open.add(hold.amount);
        self.holds.insert(hold.id, leg);
    }

    fn leg(&mut self, hold: Id) -> Option<(&mut Book, &mut Leg)> {
        let leg = self.holds.get_mut(&hold)?;
        Some((self.books.entry(leg.ledger).or_default(), leg))
    }
}

impl Book {
    /// Whether the file does nothing in the ledger, and nothing is held in it.
    pub(crate) fn is_empty(&self) -> bool {
        let expired = self.expired_released.count.saturating_add(self.expired_refunded.count);
        let done = self.paid_in.count.saturating_add(self.held.count).saturating_add(self.shipped);
        let settled = self.released.count.saturating_add(self.refunded.count);
        [expired, done, settled, self.open.count].iter().all(|count| *count == 0)
    }

    fn pay(&mut self, leg: &mut Leg, amount: Amount, fee: Amount) {
        self.fees = self.fees.checked_add(fee).unwrap_or(Amount::MAX);
        let seller = self.sellers.entry(leg.payee).or_default();
        seller.add(amount.saturating_sub(fee));
        self.close(leg, amount);
    }

    fn close(&mut self, leg: &mut Leg, amount: Amount) {
        leg.held = leg.held.saturating_sub(amount);
        self.open.amount = self.open.amount.saturating_sub(amount);
        // A part is gone; what is left is still held.
        let is_closed = leg.held.is_zero() && !amount.is_zero();
        self.open.count = self.open.count.saturating_sub(u64::from(is_closed));
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
