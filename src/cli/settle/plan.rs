//! From rows to operations.
//!
//! | row | operations |
//! | --- | --- |
//! | `payment` | a transfer from the method's account to the buyer's |
//! | `paid` | a hold from the buyer to the seller: one leg of the order, refunded if it is not shipped in time |
//! | `shipped` | a `ship` of each leg: from now on the deadline pays the seller |
//! | `delivered` | a `release` of each leg |
//! | `canceled` | a `refund` of each leg |
//!
//! The legs of an order are its `paid` rows so far, also those that the store may have refused:
//! the plan depends on the file alone, so that it is the same in every run. An order without any
//! is asked for by a hold that does not exist, so that the store refuses that row, too.

use super::naming::{self, Role};
use super::rows::{Deed, Money, Row};
use super::timeline::Timeline;
use escrowdb::{
    Account, AtDeadline, Decision, Event, Id, Kind, Ledger, Operation, Record, Timestamp,
};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What holds for every order of the run.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) fee_ppm: u32,
    pub(crate) ship_seconds: u32,
    pub(crate) protect_seconds: u32,
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
}

/// The orders of the file so far.
pub(crate) struct Planner {
    terms: Terms,
    timeline: Timeline,
    /// The legs of each order, in the order in which they were paid.
    legs: HashMap<Id, Vec<Id>>,
    opened: HashSet<Id>,
    ledgers: HashSet<u32>,
    /// How often each row of the current second came.
    repeats: HashMap<u128, u32>,
    second: u64,
    names: HashMap<Id, String>,
    orders: HashSet<Id>,
}

impl Planner {
    pub(crate) fn new(terms: Terms) -> Self {
        Self {
            terms,
            timeline: Timeline::default(),
            legs: HashMap::new(),
            opened: HashSet::new(),
            ledgers: HashSet::new(),
            repeats: HashMap::new(),
            second: 0,
            names: HashMap::new(),
            orders: HashSet::new(),
        }
    }

    /// Takes in what was done in the store before the file begins: orders that were paid for
    /// earlier, and deadlines that may still come.
    pub(crate) fn remember(&mut self, event: &Event) {
        let Record::Operation(Decision { operation, .. }) = &event.record else {
            return;
        };
        if operation.kind == Kind::HOLD && !operation.user_data_128.is_zero() {
            let legs = self.legs.entry(operation.user_data_128).or_default();
            legs.push(operation.id);
        }
        if operation.timeout_seconds > 0 {
            let deadline = event.timestamp.plus_seconds(operation.timeout_seconds);
            self.timeline.expect(deadline);
        }
        self.timeline.begin_after(event.timestamp);
    }

    /// The names of the sellers that rows have named, by their accounts.
    pub(crate) fn into_names(self) -> HashMap<Id, String> {
        self.names
    }

    /// How many orders the rows were about.
    pub(crate) fn orders(&self) -> u64 {
        self.orders.len() as u64
    }

    /// Adds what the row asks for to the chunk.
    pub(crate) fn plan(&mut self, row: Row, chunk: &mut Chunk) {
        let order = naming::number(&row.order);
        self.orders.insert(order);
        let fingerprint = self.fingerprint(&row);
        let targets = self.targets(&row.deed, order);
        let at = self.timeline.place(row.at, targets.len());
        let first = chunk.operations.len();
        let mut time = at;
        for (leg, target) in targets.into_iter().enumerate() {
            let id = naming::operation(self.second, rank(&row.deed), leg, fingerprint, target);
            let operation = self.operation(&row.deed, id, target, chunk);
            if operation.timeout_seconds > 0 {
                let deadline = time.plus_seconds(operation.timeout_seconds);
                self.timeline.expect(deadline);
            }
            if operation.kind == Kind::HOLD {
                self.legs.entry(order).or_default().push(id);
            }
            let operation = Operation { user_data_128: order, ..operation };
            chunk.operations.push(operation.imported(time));
            time = time.plus_nanoseconds(1);
        }
        let operations = first..chunk.operations.len();
        chunk.rows.push(Planned { row, operations });
    }

    /// The holds that the row is about; a single zero if it is about none.
    fn targets(&self, deed: &Deed, order: Id) -> Vec<Id> {
        match deed {
            Deed::Payment { .. } | Deed::Paid { .. } => vec![Id::ZERO],
            _ => match self.legs.get(&order) {
                Some(legs) => legs.clone(),
                None => vec![naming::hold_of_unpaid(order)],
            },
        }
    }

    fn operation(&mut self, deed: &Deed, id: Id, target: Id, chunk: &mut Chunk) -> Operation {
        match deed {
            Deed::Payment { buyer, method, money } => {
                let method = self.account(Role::Method, method, money, chunk);
                let buyer = self.account(Role::Buyer, buyer, money, chunk);
                Operation {
                    code: naming::CODE_PAYMENT,
                    ..Operation::transfer(id, method, buyer, money.ledger.number, money.amount)
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
            Deed::Shipped => Operation::ship(id, target)
                .with_deadline(self.terms.protect_seconds, AtDeadline::RELEASE),
            Deed::Delivered => Operation::release_rest(id, target),
            Deed::Canceled => Operation::refund_rest(id, target),
        }
    }

    /// The account of this name, opened with the chunk if the file has not named it before.
    fn account(&mut self, role: Role, name: &str, money: &Money, chunk: &mut Chunk) -> Id {
        let ledger = money.ledger.number;
        let id = naming::account(role, ledger, name);
        if self.ledgers.insert(ledger) {
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
        let second = row.at.nanoseconds() / Timestamp::SECOND;
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
            _ => ("", "", None),
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

/// Kinds of row of one second mostly come in this order, which lets their ids rise.
fn rank(deed: &Deed) -> u8 {
    match deed {
        Deed::Payment { .. } => 0,
        Deed::Paid { .. } => 1,
        Deed::Shipped => 2,
        Deed::Delivered => 3,
        Deed::Canceled => 4,
    }
}
