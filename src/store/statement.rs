//! Statements: what happened to one account.

use super::Result;
use super::local_snapshot::LocalSnapshot;
use super::whose::complete;
use crate::model::{Balances, Event, Id, Operation, Record, Side, Timestamp};
use crate::state::{Direction, Line, StateError};

/// Which lines of a statement, and from which end. The default is all of them, oldest first.
///
/// To go on after a limit, ask again from (or to) the last line's timestamp, which is not given a
/// second time if the bound is moved by one nanosecond.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StatementQuery {
    /// The first time, included.
    pub from: Timestamp,
    /// The last time, included; [`Timestamp::NONE`] for no bound.
    pub to: Timestamp,
    /// The newest line first.
    pub newest_first: bool,
    /// How many lines at most; 0 for no bound.
    pub limit: usize,
}

/// One line of a statement: one operation.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct StatementLine {
    /// When it happened.
    pub timestamp: Timestamp,
    /// When it counts: the operation's [`value_date`](crate::Operation::value_date), or else when
    /// it happened.
    pub value_date: Timestamp,
    /// What happened: the operation, with its kind, parties and user data. What an operation on a
    /// hold, a deadline or a reversal names by its target alone stands in it as in the hold or
    /// operation that is meant: payer and payee (of a split the receiver; of a reversal who gives
    /// back and who gets it), ledger, code, and the user data unless the operation has its own.
    pub event: Event,
    /// Which side of the account changed.
    pub side: Side,
    /// Change of that side's pending balance, in minor units; 0 without
    /// [`HISTORY`](crate::AccountFlags::HISTORY).
    pub pending: i128,
    /// Change of that side's posted balance, in minor units.
    pub posted: i128,
    /// The balances after it; the pending ones zero without
    /// [`HISTORY`](crate::AccountFlags::HISTORY).
    pub balances: Balances,
}

impl StatementLine {
    /// The operation that made the line.
    #[must_use]
    pub fn operation(&self) -> Option<&Operation> {
        match &self.event.record {
            Record::Operation(decision) => Some(&decision.operation),
            _ => None,
        }
    }
}

/// The lines of a statement, read as they are asked for.
struct Statement<'s> {
    snapshot: &'s LocalSnapshot,
    lines: Box<dyn Iterator<Item = Result<Line, StateError>> + Send + 's>,
    left: usize,
}

impl<'s> Statement<'s> {
    fn new(snapshot: &'s LocalSnapshot, account: Id, query: &StatementQuery) -> Result<Self> {
        let to = if query.to.is_none() { Timestamp::MAX } else { query.to };
        let direction =
            if query.newest_first { Direction::Descending } else { Direction::Ascending };
        let lines = snapshot.view.entries(account, query.from..=to, direction)?;
        let left = if query.limit == 0 { usize::MAX } else { query.limit };
        Ok(Self { snapshot, lines, left })
    }
}

impl LocalSnapshot {
    pub(super) fn statement(
        &self,
        account: Id,
        query: &StatementQuery,
    ) -> Result<impl Iterator<Item = Result<StatementLine>> + use<'_>> {
        self.existing_account(account)?;
        Statement::new(self, account, query)
    }
}

impl Iterator for Statement<'_> {
    type Item = Result<StatementLine>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let line = self.lines.next()?;
        Some(line.map_err(Into::into).and_then(|line| {
            let mut event = self.snapshot.event_at(line.timestamp)?;
            let mut value_date = line.timestamp;
            if let Record::Operation(decision) = &mut event.record {
                complete(self.snapshot, &mut decision.operation)?;
                if !decision.operation.value_date.is_none() {
                    value_date = decision.operation.value_date;
                }
            }
            Ok(StatementLine {
                timestamp: line.timestamp,
                value_date,
                event,
                side: line.side,
                pending: line.pending,
                posted: line.posted,
                balances: line.balances_after,
            })
        }))
    }
}
