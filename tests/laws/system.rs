//! The questions that tests ask of a store, and how the answers of two stores are compared.

use escrowdb::{
    Account, AccountFlags, Amount, Balances, Hold, Id, Ledger, Moved, Operation, OperationFlags,
    Outcome, Side, Status, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::ops::Range;

/// Where a system takes its time from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Time {
    /// From `advance` alone.
    Manual,
    /// From the clock of the machine.
    Machine,
}

/// A store that can be tested: the real one, or the model of it.
pub(crate) trait System {
    fn open(time: Time) -> Self;
    fn create_ledgers(&mut self, ledgers: &[Ledger]) -> Vec<Outcome>;
    fn create_accounts(&mut self, accounts: &[Account]) -> Vec<Outcome>;
    fn submit(&mut self, operations: &[Operation], data: &[u8]) -> Vec<Outcome>;
    /// Sets the clock, which never goes back, and settles what is due.
    fn advance(&mut self, time: Timestamp);
    /// Stops the store and opens it again. A manual clock is set to where it was, and that settles
    /// what is due.
    fn reopen(&mut self);
    fn dump(&self, known: &Known) -> Dump;
}

/// The names that a test used: what a dump looks up one by one.
#[derive(Clone, Default, Debug)]
pub(crate) struct Known {
    pub(crate) operations: BTreeSet<Id>,
    pub(crate) documents: BTreeSet<DocumentName>,
}

/// The space and the key of a document.
pub(crate) type DocumentName = (String, Vec<u8>);

/// Everything that can be read from a system.
#[derive(Clone, PartialEq, Default, Debug)]
pub(crate) struct Dump {
    pub(crate) ledgers: BTreeMap<u32, Ledger>,
    pub(crate) accounts: BTreeMap<Id, Account>,
    pub(crate) holds: BTreeMap<Id, Hold>,
    pub(crate) operations: BTreeMap<Id, Judged>,
    /// Version and value.
    pub(crate) documents: BTreeMap<DocumentName, (u64, Vec<u8>)>,
    /// All statements, in the order of their accounts.
    pub(crate) lines: Vec<Line>,
    /// How far the consumers of events have come.
    pub(crate) consumers: BTreeMap<String, Timestamp>,
}

/// An operation as it is remembered.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Judged {
    /// With the assigned timestamp, without `data_offset`.
    pub(crate) operation: Operation,
    pub(crate) status: Status,
    pub(crate) timestamp: Timestamp,
    pub(crate) moved: Moved,
}

/// A line of a statement.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Line {
    pub(crate) account: Id,
    pub(crate) timestamp: Timestamp,
    pub(crate) side: Side,
    pub(crate) pending: i128,
    pub(crate) posted: i128,
    /// After it.
    pub(crate) balances: Balances,
}

impl Line {
    /// The line without what only a statement with `history` shows.
    fn without_pending(mut self) -> Self {
        self.pending = 0;
        self.balances.debits_pending = Amount::ZERO;
        self.balances.credits_pending = Amount::ZERO;
        self
    }
}

impl Dump {
    /// The lines that every store agrees on: without `history` only posted sums are promised.
    fn promised_lines(&self) -> Vec<Line> {
        let history = |line: &Line| self.accounts[&line.account].has(AccountFlags::HISTORY);
        self.lines
            .iter()
            .filter(|line| line.posted != 0 || history(line))
            .map(|line| if history(line) { *line } else { line.without_pending() })
            .collect()
    }
}

/// The chains of a batch; an operation alone is a chain of one.
pub(crate) fn chains(operations: &[Operation]) -> Vec<Range<usize>> {
    let mut chains = Vec::new();
    let mut start = 0;
    for (position, operation) in operations.iter().enumerate() {
        let last = position + 1 == operations.len();
        if last || !operation.flags.contains(OperationFlags::LINKED) {
            chains.push(start..position + 1);
            start = position + 1;
        }
    }
    chains
}

/// Compares the outcomes of a batch of operations.
///
/// What is done compares whole. Of a refusal only its name, its time and the version that stood in
/// its way are promised; a repeat that breaks its chain counts as a refusal here.
pub(crate) fn same_outcomes(
    operations: &[Operation],
    expected: &[Outcome],
    actual: &[Outcome],
) -> Result<(), String> {
    same("number of outcomes", &expected.len(), &actual.len())?;
    for chain in chains(operations) {
        let broken = expected[chain.clone()].iter().any(|outcome| !outcome.is_done());
        for position in chain {
            let what = format!("outcome {position} of {:#?}", operations[position]);
            let promised = |outcome: &Outcome| if broken { refusal(outcome) } else { *outcome };
            same(&what, &promised(&expected[position]), &promised(&actual[position]))?;
        }
    }
    Ok(())
}

/// Compares the outcomes of a batch of ledgers or accounts.
pub(crate) fn same_creations(expected: &[Outcome], actual: &[Outcome]) -> Result<(), String> {
    same("number of outcomes", &expected.len(), &actual.len())?;
    for (position, (expected, actual)) in expected.iter().zip(actual).enumerate() {
        let promised = |outcome: &Outcome| {
            if expected.is_done() { *outcome } else { refusal(outcome) }
        };
        same(&format!("outcome {position}"), &promised(expected), &promised(actual))?;
    }
    Ok(())
}

/// What is promised of a refusal.
fn refusal(outcome: &Outcome) -> Outcome {
    let stood_in_the_way = outcome.status == Status::VERSION_MUST_MATCH;
    Outcome {
        timestamp: outcome.timestamp,
        first_status: outcome.first_status,
        version: if stood_in_the_way { outcome.version } else { 0 },
        ..Outcome::of(outcome.status)
    }
}

/// Compares two dumps, and names the first thing that differs.
pub(crate) fn same_dumps(expected: &Dump, actual: &Dump) -> Result<(), String> {
    same_maps("ledger", &expected.ledgers, &actual.ledgers)?;
    same_maps("account", &expected.accounts, &actual.accounts)?;
    same_maps("hold", &expected.holds, &actual.holds)?;
    same_maps("operation", &expected.operations, &actual.operations)?;
    same_maps("document", &expected.documents, &actual.documents)?;
    same_maps("consumer", &expected.consumers, &actual.consumers)?;
    let (expected, actual) = (expected.promised_lines(), actual.promised_lines());
    for (expected, actual) in expected.iter().zip(&actual) {
        same("line", expected, actual)?;
    }
    same("number of lines", &expected.len(), &actual.len())
}

fn same_maps<K: Ord + Debug, V: PartialEq + Debug>(
    what: &str,
    expected: &BTreeMap<K, V>,
    actual: &BTreeMap<K, V>,
) -> Result<(), String> {
    for (key, value) in expected {
        same(&format!("{what} {key:?}"), &Some(value), &actual.get(key))?;
    }
    match actual.keys().find(|key| !expected.contains_key(key)) {
        Some(key) => Err(format!("{what} {key:?}: there should be none")),
        None => Ok(()),
    }
}

fn same<T: PartialEq + Debug>(what: &str, expected: &T, actual: &T) -> Result<(), String> {
    if expected == actual {
        Ok(())
    } else {
        Err(format!("{what}: expected {expected:#?}, got {actual:#?}"))
    }
}
