//! From rows to operations.
//!
//! | row | operations |
//! | --- | --- |
//! | `payment` | a transfer from the method's account to the buyer's |
//! | `paid` | a hold from the buyer to the seller: one leg of the order, refunded if it is not shipped in time |
//! | `shipped` | a `ship` of each leg that is meant: from now on the deadline pays the seller |
//! | `delivered` | a `release` of each leg that is meant, or of a part of one |
//! | `canceled` | a `refund` of each leg that is meant, or of a part of one |
//!
//! The legs of an order are its `paid` rows so far, also those that the store may have refused: the
//! plan depends on the file and on what was booked before it alone, so that it is the same in every
//! run. An order without any is asked for by a hold that does not exist, so that the store refuses
//! that row, too. [`orders`](super::orders) says which legs a row means.
//!
//! A row that is in the store keeps the time at which it was booked, and means the legs of that
//! time. A row that is not, but whose second the store has passed, is late: it is booked after
//! everything else, with its own time as its value date.

use super::orders::{Leg, Meant, Orders};
use super::row::{Deed, Money, Named, Row};
use super::timeline::{Timeline, second_of};
use crate::cli::failure::Failure;
use crate::cli::naming::{self, Role};
use escrowdb::{
    Account, Amount, AtDeadline, Decision, Event, Id, Kind, Ledger, Operation, OperationRecord,
    Record, Snapshot, Timestamp,
};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What holds for every order of the run.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) fee_ppm: u32,
    pub(crate) ship_seconds: u32,
    pub(crate) protect_seconds: u32,
    /// Late rows are left out.
    pub(crate) leaves_out_late: bool,
}

/// Rows that are carried out together.
#[derive(Default)]
pub(crate) struct Chunk {
    /// Ledgers that may be new.
    pub(crate) ledgers: Vec<Ledger>,
    /// Accounts that may be new.
    pub(crate) accounts: Vec<Account>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) rows: Vec<Planned>,
}

/// A row and its part of the chunk's operations.
pub(crate) struct Planned {
    pub(crate) row: Row,
    pub(crate) operations: Range<usize>,
    /// It was booked later than in its own second.
    pub(crate) is_late: bool,
}

/// The orders of the store and of the file so far.
#[derive(Clone)]
pub(crate) struct Planner {
    terms: Terms,
    timeline: Timeline,
    orders: Orders,
    /// The last event before the run.
    booked_until: Timestamp,
    /// Decimals of the ledgers that the store has.
    scales: HashMap<u32, u8>,
    opened: HashSet<Id>,
    ledgers: HashSet<u32>,
    /// How often each row of the current second came.
    repeats: HashMap<u128, u32>,
    second: u64,
    names: HashMap<Id, String>,
    seen: HashSet<Id>,
}

/// One operation that a row asks for, before it has a time.
struct Step {
    id: Id,
    /// The hold that it is about; zero if it is about none.
    target: Id,
    /// Not all that is held.
    part: Option<Amount>,
}

impl Planner {
    /// A planner for a store with this history, or for one that is yet to be made.
    pub(crate) fn new(terms: Terms, before: Option<&Snapshot>) -> Result<Self, Failure> {
        let mut planner = Self {
            terms,
            timeline: Timeline::default(),
            orders: Orders::default(),
            booked_until: Timestamp::NONE,
            scales: HashMap::new(),
            opened: HashSet::new(),
            ledgers: HashSet::new(),
            repeats: HashMap::new(),
            second: 0,
            names: HashMap::new(),
            seen: HashSet::new(),
        };
        let Some(before) = before else { return Ok(planner) };
        for ledger in before.ledgers()? {
            planner.scales.insert(ledger.number, ledger.scale());
        }
        for event in before.events(Timestamp::NONE) {
            planner.remember(&event?);
        }
        planner.booked_until = before.timestamp();
        planner.timeline.begin_after(before.timestamp());
        Ok(planner)
    }

    /// Takes in what was booked before the run: orders, and deadlines that may still come.
    fn remember(&mut self, event: &Event) {
        let Record::Operation(Decision { operation, status, .. }) = &event.record else {
            return;
        };
        let order = operation.user_data_128;
        match operation.kind {
            Kind::HOLD if !order.is_zero() => {
                let scale = self.scales.get(&operation.ledger).copied().unwrap_or_default();
                let leg = Leg { is_refused: !status.is_applied(), ..leg(operation, scale) };
                self.orders.paid(order, leg);
            }
            Kind::TRANSFER if operation.code == naming::CODE_PAYMENT && !order.is_zero() => {
                self.orders.paid_in(order, operation.credit_account, operation.ledger);
            }
            _ => (),
        }
        if operation.timeout_seconds > 0 {
            let deadline = event.timestamp.plus_seconds(operation.timeout_seconds);
            self.timeline.expect(deadline);
        }
    }

    /// The names of the sellers and methods that rows have named, by their accounts.
    pub(crate) fn into_names(self) -> HashMap<Id, String> {
        self.names
    }

    /// The last event before the run.
    pub(crate) fn booked_until(&self) -> Timestamp {
        self.booked_until
    }

    /// How many orders the rows were about.
    pub(crate) fn orders(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Adds what the row asks for to the chunk, or says why it asks for nothing that can be done.
    /// `before` is the store as it was when the run began.
    pub(crate) fn plan(
        &mut self,
        row: Row,
        before: Option<&Snapshot>,
        chunk: &mut Chunk,
    ) -> Result<Result<(), String>, Failure> {
        let order = naming::number(&row.order);
        let fingerprint = self.fingerprint(&row);
        // What is not later than the store's last event may be in the store.
        let known = match before.filter(|_| row.at <= self.booked_until) {
            Some(before) => self.known(before, &row, order, fingerprint)?,
            None => HashMap::new(),
        };
        let booked_at = known.values().map(|known| known.timestamp).min();
        let is_late = booked_at.is_none() && second_of(row.at) < second_of(self.booked_until);
        if is_late && self.terms.leaves_out_late {
            return Ok(Err("late: the store has booked rows of later seconds".to_owned()));
        }
        let steps = match self.steps(&row, order, fingerprint, booked_at) {
            Ok(steps) => steps,
            Err(reason) => return Ok(Err(reason)),
        };
        self.seen.insert(order);
        let new = steps.iter().filter(|step| !known.contains_key(&step.id)).count();
        let mut time = if new > 0 { self.timeline.place(row.at, new) } else { Timestamp::NONE };
        let first = chunk.operations.len();
        let mut is_late = false;
        for step in &steps {
            let operation = self.operation(&row.deed, step, chunk);
            let operation = Operation { user_data_128: order, ..operation };
            let operation = match known.get(&step.id) {
                Some(known) => again(operation, known, row.line)?,
                None => {
                    let operation = valued(operation.imported(time), row.at);
                    time = time.plus_nanoseconds(1);
                    self.book(order, &operation);
                    operation
                }
            };
            is_late |= second_of(row.at) < second_of(operation.timestamp);
            chunk.operations.push(operation);
        }
        let operations = first..chunk.operations.len();
        chunk.rows.push(Planned { row, operations, is_late });
        Ok(Ok(()))
    }

    /// Remembers what an operation that is new to the store leaves to later rows.
    fn book(&mut self, order: Id, operation: &Operation) {
        if operation.timeout_seconds > 0 {
            let deadline = operation.timestamp.plus_seconds(operation.timeout_seconds);
            self.timeline.expect(deadline);
        }
        match operation.kind {
            Kind::HOLD => {
                let scale = self.scales.get(&operation.ledger).copied().unwrap_or_default();
                self.orders.paid(order, leg(operation, scale));
            }
            Kind::TRANSFER => {
                self.orders.paid_in(order, operation.credit_account, operation.ledger);
            }
            _ => (),
        }
    }

    /// What the store has of the row, by the ids of the operations.
    fn known(
        &self,
        before: &Snapshot,
        row: &Row,
        order: Id,
        fingerprint: u128,
    ) -> Result<HashMap<Id, OperationRecord>, Failure> {
        let targets = match row.deed.named() {
            None => vec![Id::ZERO],
            // Whichever legs the row meant when it was booked are among these.
            Some(named) => {
                let legs = self.orders.candidates(order, named, Timestamp::MAX);
                let unpaid = naming::hold_of_unpaid(order);
                legs.iter().map(|leg| leg.hold).chain([unpaid]).collect()
            }
        };
        let is_part = row.deed.named().is_some_and(|named| !named.amount.is_empty());
        let unpaid = targets.len().saturating_sub(1);
        let ids = targets.iter().enumerate().map(|(place, target)| {
            let leg = if is_part || place == unpaid { 0 } else { place };
            naming::operation(self.second, rank(&row.deed), leg, fingerprint, *target)
        });
        let ids: Vec<_> = ids.collect();
        let found = before.operations(&ids)?;
        Ok(ids.into_iter().zip(found).filter_map(|(id, found)| Some((id, found?))).collect())
    }

    /// The operations that the row asks for: of the legs that there were at `booked_at`, if it was
    /// booked before.
    fn steps(
        &self,
        row: &Row,
        order: Id,
        fingerprint: u128,
        booked_at: Option<Timestamp>,
    ) -> Result<Vec<Step>, String> {
        let (targets, part) = match row.deed.named() {
            None => (vec![Id::ZERO], None),
            Some(named) => {
                let until = booked_at.unwrap_or(Timestamp::MAX);
                match self.orders.meant((order, &row.order), &row.deed, named, until)? {
                    Meant::Whole(holds) => (holds, None),
                    Meant::Part(hold, amount) => (vec![hold], Some(amount)),
                }
            }
        };
        let step = |(leg, target): (usize, Id)| {
            let id = naming::operation(self.second, rank(&row.deed), leg, fingerprint, target);
            Step { id, target, part }
        };
        Ok(targets.into_iter().enumerate().map(step).collect())
    }

    fn operation(&mut self, deed: &Deed, step: &Step, chunk: &mut Chunk) -> Operation {
        let &Step { id, target, part } = step;
        match deed {
            Deed::Payment { buyer, method, money } => {
                let from = self.account(Role::Method, method, money, chunk);
                self.names.entry(from).or_insert_with(|| method.clone());
                let buyer = self.account(Role::Buyer, buyer, money, chunk);
                Operation {
                    code: naming::CODE_PAYMENT,
                    ..Operation::transfer(id, from, buyer, money.ledger.number, money.amount)
                }
            }
            Deed::Paid { buyer, seller, money } => {
                let payer = self.account(Role::Buyer, buyer, money, chunk);
                let payee = self.account(Role::Seller, seller, money, chunk);
                self.names.entry(payee).or_insert_with(|| seller.clone());
                Operation {
                    code: naming::CODE_ORDER,
                    fee_account: self.account(Role::Platform, naming::PLATFORM, money, chunk),
                    fee_ppm: self.terms.fee_ppm,
                    ..Operation::hold(id, payer, payee, money.ledger.number, money.amount)
                }
                .with_deadline(self.terms.ship_seconds, AtDeadline::REFUND)
            }
            Deed::Shipped(_) => Operation::ship(id, target)
                .with_deadline(self.terms.protect_seconds, AtDeadline::RELEASE),
            Deed::Delivered(_) => match part {
                Some(amount) => Operation::release(id, target, amount),
                None => Operation::release_rest(id, target),
            },
            Deed::Canceled(_) => match part {
                Some(amount) => Operation::refund(id, target, amount),
                None => Operation::refund_rest(id, target),
            },
        }
    }

    /// The account of this name, opened with the chunk if the file has not named it before.
    fn account(&mut self, role: Role, name: &str, money: &Money, chunk: &mut Chunk) -> Id {
        let ledger = money.ledger.number;
        let id = naming::account(role, ledger, name);
        if self.ledgers.insert(ledger) {
            self.scales.entry(ledger).or_insert(money.ledger.scale());
            chunk.ledgers.push(money.ledger);
        }
        if self.opened.insert(id) {
            chunk.accounts.push(Account {
                user_data_128: naming::number(name),
                ..Account::new(id, ledger, role.code(), role.flags())
            });
        }
        id
    }

    /// What tells the row from all others, among them those with the same fields before it.
    fn fingerprint(&mut self, row: &Row) -> u128 {
        let second = second_of(row.at);
        if second != self.second {
            // Rows with the same fields are of the same second.
            self.second = second;
            self.repeats.clear();
        }
        let at = row.at.nanoseconds().to_be_bytes();
        let (from, to, money) = match &row.deed {
            Deed::Payment { buyer, method, money } => {
                (method.as_str(), buyer.as_str(), Some(money))
            }
            Deed::Paid { buyer, seller, money } => (buyer.as_str(), seller.as_str(), Some(money)),
            // Which leg is meant, and which part of it. What only says whose order it is tells
            // nothing apart.
            Deed::Shipped(named) | Deed::Delivered(named) | Deed::Canceled(named) => {
                (named.amount.as_str(), named.seller.as_str(), None)
            }
        };
        let units = money.map_or(0, |money| money.amount.minor_units());
        let units = units.to_be_bytes();
        let ledger = money.map_or(0, |money| money.ledger.number).to_be_bytes();
        let fields = [
            &at,
            row.deed.name().as_bytes(),
            row.order.as_bytes(),
            from.as_bytes(),
            to.as_bytes(),
            &units,
            &ledger,
        ];
        let repeats = self.repeats.entry(naming::fingerprint(&fields, 0)).or_default();
        let fingerprint = naming::fingerprint(&fields, *repeats);
        *repeats = repeats.saturating_add(1);
        fingerprint
    }
}

impl Deed {
    /// What the row says of its order's legs; `None` if it makes one, or is about none.
    pub(crate) fn named(&self) -> Option<&Named> {
        match self {
            Self::Payment { .. } | Self::Paid { .. } => None,
            Self::Shipped(named) | Self::Delivered(named) | Self::Canceled(named) => Some(named),
        }
    }
}

fn leg(hold: &Operation, scale: u8) -> Leg {
    Leg {
        hold: hold.id,
        at: hold.timestamp,
        buyer: hold.debit_account,
        seller: hold.credit_account,
        ledger: hold.ledger,
        scale,
        amount: hold.amount,
        is_refused: false,
    }
}

/// The operation with the time of its row as its value date, where it is booked in a later second
/// and moves money.
fn valued(operation: Operation, row_at: Timestamp) -> Operation {
    let is_late = second_of(row_at) < second_of(operation.timestamp);
    if is_late && operation.kind != Kind::SHIP { operation.valued(row_at) } else { operation }
}

/// The operation as it is in the store, if the row asks for what was booked for it.
fn again(asked: Operation, known: &OperationRecord, line: u64) -> Result<Operation, Failure> {
    let booked = known.operation;
    let asked = asked.imported(booked.timestamp).valued(booked.value_date);
    if asked == booked {
        return Ok(booked);
    }
    let reason = if booked.fee_ppm != asked.fee_ppm {
        "this row was settled with another --commission"
    } else if booked.timeout_seconds != asked.timeout_seconds {
        "this row was settled with other --ship-days or --protect-days"
    } else {
        "the store has this row in another form"
    };
    Err(Failure::input(format!("line {line}: {reason}; nothing was written")))
}

/// Kinds of row of one second mostly come in this order, which lets their ids rise.
fn rank(deed: &Deed) -> u8 {
    match deed {
        Deed::Payment { .. } => 0,
        Deed::Paid { .. } => 1,
        Deed::Shipped(_) => 2,
        Deed::Delivered(_) => 3,
        Deed::Canceled(_) => 4,
    }
}
