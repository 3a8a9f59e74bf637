//! The model: the rules once more, as plainly as they can be put.
//!
//! Everything lies in ordered maps, a chain works on a copy of all of it, and what is due is found
//! by looking at every hold. Each guard lists the laws and takes the lowest that is broken, so that
//! the order of the guards is that of the numbers and of nothing else.

mod chain;
mod create;
mod holds;
mod judge;
mod money;
mod record;
mod reverse;

use crate::system::{DocumentName, Dump, Judged, Known, Line, System, Time, chains};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Hold, Id, Kind, Ledger, Operation, OperationFlags,
    Outcome, Status, Timestamp,
};
use record::{Batch, Content};
use std::collections::BTreeMap;

/// A store that remembers everything in memory.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Model {
    manual: bool,
    clock: u64,
    /// The timestamp of the last thing that left a trace.
    last: u64,
    ledgers: BTreeMap<u32, Ledger>,
    accounts: BTreeMap<Id, Account>,
    holds: BTreeMap<Id, Hold>,
    operations: BTreeMap<Id, Judged>,
    /// The documents that operations spelled out.
    contents: BTreeMap<Id, Content>,
    documents: BTreeMap<DocumentName, (u64, Vec<u8>)>,
    /// What was reversed of a transfer or release.
    reversed: BTreeMap<Id, u128>,
    consumers: BTreeMap<String, Timestamp>,
    lines: Vec<Line>,
}

/// Why an operation is refused, and the version that stood in its way.
#[derive(Clone, Copy, Debug)]
struct Refusal {
    status: Status,
    version: u64,
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self { status, version: 0 }
    }
}

/// The lowest law of the list that is broken.
fn refuse(laws: &[(bool, Status)]) -> Result<(), Status> {
    let broken = laws.iter().filter(|(broken, _)| *broken);
    broken.map(|(_, status)| *status).min().map_or(Ok(()), Err)
}

fn amount(units: u128) -> Amount {
    Amount::new(units).expect("the guards keep every sum below the bound")
}

/// The commission: a fixed part, and a rate half-even, of no more than there is.
fn fee(units: u128, fixed: Amount, parts_per_million: u32) -> u128 {
    let product = units * u128::from(parts_per_million);
    let (quotient, remainder) = (product / 1_000_000, product % 1_000_000);
    let share = match remainder.cmp(&500_000) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Equal => quotient + quotient % 2,
        std::cmp::Ordering::Greater => quotient + 1,
    };
    units.min(fixed.minor_units() + share)
}

/// The commission of a hold when its payee has got so much: what comes on top of the commission on
/// the sums before it, which other parts of the same whole pay.
fn commission(hold: &Hold, paid: u128) -> u128 {
    let before = hold.fee_base.minor_units();
    let on = |sum: u128| fee(sum.min(money::BOUND), hold.fee_fixed, hold.fee_ppm);
    on(before + paid) - on(before)
}

impl System for Model {
    fn open(time: Time) -> Self {
        let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos();
        let manual = time == Time::Manual;
        Self {
            manual,
            clock: if manual { 0 } else { u64::try_from(now).expect("before 2554") },
            last: 0,
            ledgers: BTreeMap::new(),
            accounts: BTreeMap::new(),
            holds: BTreeMap::new(),
            operations: BTreeMap::new(),
            contents: BTreeMap::new(),
            documents: BTreeMap::new(),
            reversed: BTreeMap::new(),
            consumers: BTreeMap::new(),
            lines: Vec::new(),
        }
    }

    fn create_ledgers(&mut self, ledgers: &[Ledger]) -> Vec<Outcome> {
        ledgers.iter().map(|ledger| self.create_ledger(ledger)).collect()
    }

    fn create_accounts(&mut self, accounts: &[Account]) -> Vec<Outcome> {
        let imported = |account: &Account| account.has(AccountFlags::IMPORTED);
        let batch = Batch {
            data: &[],
            has_imported: accounts.iter().any(imported),
            has_others: !accounts.iter().all(imported),
        };
        accounts.iter().map(|account| self.create_account(account, batch)).collect()
    }

    fn submit(&mut self, operations: &[Operation], data: &[u8]) -> Vec<Outcome> {
        let imported = |operation: &Operation| operation.flags.contains(OperationFlags::IMPORTED);
        let batch = Batch {
            data,
            has_imported: operations.iter().any(imported),
            has_others: !operations.iter().all(imported),
        };
        let judged = chains(operations).into_iter();
        judged.flat_map(|chain| self.chain(&operations[chain], batch)).collect()
    }

    fn advance(&mut self, time: Timestamp) {
        self.clock = self.clock.max(time.nanoseconds());
        self.settle(|model| model.clock.max(model.last));
    }

    fn reopen(&mut self) {
        if self.manual {
            self.advance(self.clock());
        }
    }

    fn dump(&self, known: &Known) -> Dump {
        let mut ledgers = self.ledgers.clone();
        for ledger in ledgers.values_mut() {
            let (pending, posted) = self.ledger_debits(ledger.number);
            (ledger.pending, ledger.posted) = (amount(pending), amount(posted));
        }
        let mut lines = self.lines.clone();
        lines.sort_by_key(|line| (line.account, line.timestamp));
        let operations = self.operations.iter().filter(|(id, _)| known.operations.contains(id));
        let documents = self.documents.iter().filter(|(name, _)| known.documents.contains(name));
        Dump {
            ledgers,
            accounts: self.accounts.clone(),
            holds: self.holds.clone(),
            operations: operations.map(|(id, judged)| (*id, *judged)).collect(),
            documents: documents.map(|(name, stored)| (name.clone(), stored.clone())).collect(),
            lines,
            consumers: self.consumers.clone(),
        }
    }
}

/// The knowledge that random histories are steered by.
impl Model {
    pub(crate) fn clock(&self) -> Timestamp {
        Timestamp::from_nanoseconds(self.clock)
    }

    pub(crate) fn last(&self) -> Timestamp {
        Timestamp::from_nanoseconds(self.last)
    }

    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        let due = self.due(u64::MAX)?;
        Some(self.holds[&due].deadline)
    }

    pub(crate) fn holds_that(&self, are: impl Fn(&Hold) -> bool) -> Vec<Id> {
        self.holds.values().filter(|hold| are(hold)).map(|hold| hold.id).collect()
    }

    pub(crate) fn accounts_with(&self, flag: AccountFlags) -> Vec<Id> {
        let found = self.accounts.values().filter(|account| account.has(flag));
        found.map(|account| account.id).collect()
    }

    pub(crate) fn reversible(&self) -> Vec<Id> {
        let kinds = [Kind::TRANSFER, Kind::RELEASE, Kind::HOLD, Kind::DIVIDE];
        let done = self.operations.values().filter(|judged| judged.status.is_applied());
        done.map(|judged| &judged.operation)
            .filter(|operation| kinds.contains(&operation.kind))
            .map(|operation| operation.id)
            .collect()
    }

    pub(crate) fn acknowledge(&mut self, consumer: &str, position: Timestamp) {
        if self.consumers.get(consumer).is_some_and(|known| *known >= position) {
            return;
        }
        self.settle(Self::now);
        self.last = self.now();
        self.consumers.insert(consumer.to_owned(), position);
    }

    pub(crate) fn remove_consumer(&mut self, consumer: &str) {
        if self.consumers.contains_key(consumer) {
            self.settle(Self::now);
            self.last = self.now();
            self.consumers.remove(consumer);
        }
    }

    pub(crate) fn version(&self, name: &DocumentName) -> u64 {
        self.documents.get(name).map_or(0, |(version, _)| *version)
    }
}

/// Time.
impl Model {
    /// The store's time.
    fn now(&self) -> u64 {
        self.clock.max(self.last + 1)
    }

    /// The open hold whose deadline comes first, if it comes until then.
    fn due(&self, until: u64) -> Option<Id> {
        let open = self.holds.values().filter(|hold| hold.is_open() && !hold.deadline.is_none());
        open.map(|hold| (hold.deadline.nanoseconds(), hold.id))
            .min()
            .filter(|(deadline, _)| *deadline <= until)
            .map(|(_, id)| id)
    }

    /// Settles what is due, until a time that may move on with each settlement.
    fn settle(&mut self, until: impl Fn(&Self) -> u64) {
        while let Some(id) = self.due(until(self)) {
            let hold = self.holds[&id];
            let held = hold.held.minor_units();
            self.last = hold.deadline.nanoseconds().max(self.last + 1);
            let back = match hold.at_deadline {
                AtDeadline::RELEASE => 0,
                AtDeadline::CLAIM => held.min(hold.claimed.minor_units()),
                _ => held,
            };
            self.take_out(id, hold.payee, held - back, back);
        }
    }

    /// The latest time that can be imported.
    fn latest(&self) -> u64 {
        if self.manual { Timestamp::CLOCK_MAX.nanoseconds() } else { self.clock }
    }

    /// Whether something can be imported with this timestamp, as far as time goes.
    fn is_importable(&self, timestamp: Timestamp) -> bool {
        let time = timestamp.nanoseconds();
        time > self.last && time <= self.latest()
    }

    /// Settles what comes before something imported at a time, or before the store's time if
    /// nothing can be imported then.
    fn settle_before_import(&mut self, timestamp: Timestamp) {
        if self.is_importable(timestamp) {
            self.settle(|_| timestamp.nanoseconds());
        } else {
            self.settle(Self::now);
        }
    }

    fn import_laws(&self, imported: bool, timestamp: Timestamp) -> [(bool, Status); 2] {
        let time = timestamp.nanoseconds();
        [
            (imported && time <= self.last, Status::IMPORTED_TIMESTAMP_MUST_NOT_REGRESS),
            (imported && time > self.latest(), Status::IMPORTED_TIMESTAMP_MUST_BE_IN_THE_PAST),
        ]
    }
}
