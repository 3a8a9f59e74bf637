//! The snapshot of a store that this process has open, or follows.
//!
//! Guarantees that it reads as of one block, and waits for nobody. Refuses what is asked about an
//! account or a ledger that is not there; what can be refused without reading, its callers refuse.

use super::holds::{HoldQuery, OpenHolds};
use super::trial_balance::{self, TrialBalance};
use super::{Error, Result, Store};
use crate::commit::read_event;
use crate::engine::Stored;
use crate::journal::Log;
use crate::model::{
    Account, AccountFlags, Amount, Balances, DocumentKey, Event, Hold, Id, Ledger, Moved,
    Operation, Record, Reversible, Side, Status, Timestamp,
};
use crate::state::{Direction, StateError, View};
use std::ops::Bound;
use std::sync::Arc;

/// Everything readable, as of one block.
#[derive(Clone, Debug)]
pub(super) struct LocalSnapshot {
    pub(super) view: Arc<View>,
    pub(super) log: Arc<dyn Log>,
    // Behind the others, which are of its files: the directory is not free before they are dropped.
    // None of a follower: there the directory is the caller's.
    pub(super) store: Option<Store>,
}

/// An operation as it was decided, and what became of it since.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct OperationRecord {
    /// When it was decided.
    pub timestamp: Timestamp,
    /// The operation as it was asked for; its `timestamp` is the assigned one.
    pub operation: Operation,
    /// Applied, or the refusal that used up its id.
    pub status: Status,
    /// What it moved.
    pub moved: Moved,
    /// What was reversed of it until now.
    pub reversed: Amount,
}

/// A document and its version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredDocument {
    /// The timestamp of the operation that wrote it: no version ever comes back.
    pub version: u64,
    /// What was written.
    pub value: Arc<[u8]>,
}

impl From<Stored> for StoredDocument {
    fn from(stored: Stored) -> Self {
        Self { version: stored.version, value: stored.value }
    }
}

/// There is no index of user data, and how to get one.
pub(super) fn no_index(asked: &str) -> String {
    format!(
        "{asked}the store has no index of user data: to get one, close it, put back what was \
         archived, move state.redb away, and open it with index_user_data"
    )
}

/// A row of the state as a document.
fn document(
    row: std::result::Result<(DocumentKey, Stored), StateError>,
) -> Result<(DocumentKey, StoredDocument)> {
    let (key, stored) = row?;
    Ok((key, stored.into()))
}

/// The documents of `space` whose keys begin with `prefix` and lie behind `after`, by key bytes.
pub(super) fn rows_with_prefix<'v>(
    view: &'v View,
    space: &str,
    prefix: &[u8],
    after: Option<&[u8]>,
) -> impl Iterator<Item = Result<(DocumentKey, StoredDocument)>> + use<'v> {
    view.documents_with_prefix(space, prefix, after).map(document)
}

impl LocalSnapshot {
    pub(super) fn timestamp(&self) -> Timestamp {
        self.view.tip().timestamp
    }

    pub(super) fn ledger(&self, number: u32) -> Result<Option<Ledger>> {
        Ok(self.view.ledger(number)?)
    }

    pub(super) fn ledgers(&self) -> Result<Vec<Ledger>> {
        Ok(self.view.ledgers()?)
    }

    pub(super) fn account(&self, id: Id) -> Result<Option<Account>> {
        Ok(self.view.account(id)?)
    }

    pub(super) fn accounts(&self, ids: &[Id]) -> Result<Vec<Option<Account>>> {
        ids.iter().map(|&id| self.account(id)).collect()
    }

    pub(super) fn all_accounts(
        &self,
        after: Option<Id>,
    ) -> impl Iterator<Item = Result<Account>> + '_ {
        self.view.accounts(after).map(|account| Ok(account?))
    }

    pub(super) fn hold(&self, id: Id) -> Result<Option<Hold>> {
        Ok(self.view.hold(id)?)
    }

    pub(super) fn holds(&self, ids: &[Id]) -> Result<Vec<Option<Hold>>> {
        ids.iter().map(|&id| self.hold(id)).collect()
    }

    pub(super) fn all_holds(&self, after: Option<Id>) -> impl Iterator<Item = Result<Hold>> + '_ {
        self.view.holds(after).map(|hold| Ok(hold?))
    }

    pub(super) fn operation(&self, id: Id) -> Result<Option<OperationRecord>> {
        self.view.operation(id)?.map(|timestamp| self.operation_at(timestamp)).transpose()
    }

    pub(super) fn operations(&self, ids: &[Id]) -> Result<Vec<Option<OperationRecord>>> {
        ids.iter().map(|&id| self.operation(id)).collect()
    }

    /// Applied operations with this user data, by time, behind `after`.
    pub(super) fn operations_by_user_data(
        &self,
        user_data: Id,
        after: Timestamp,
    ) -> Result<impl Iterator<Item = Result<OperationRecord>> + '_> {
        if !self.view.index_user_data() {
            return Err(Error::InvalidArgument(no_index("")));
        }
        let timestamps = self.view.user_data(user_data, after);
        Ok(timestamps.map(|timestamp| self.operation_at(timestamp?)))
    }

    fn operation_at(&self, timestamp: Timestamp) -> Result<OperationRecord> {
        let event = self.event_at(timestamp)?;
        let Record::Operation(decision) = event.record else {
            let what = format!("the event at {timestamp:?} is not the operation that it should be");
            return Err(Error::Corrupt(what));
        };
        let reversed = match Reversible::of(decision.operation.kind) {
            Reversible::Hold => {
                let hold = self.hold(decision.operation.id)?;
                hold.map_or(Amount::ZERO, |hold| hold.reversed)
            }
            Reversible::Transfer | Reversible::Release => self.view.reversed(timestamp)?,
            Reversible::Never => Amount::ZERO,
        };
        Ok(OperationRecord {
            timestamp,
            operation: decision.operation,
            status: decision.status,
            moved: decision.moved,
            reversed,
        })
    }

    pub(super) fn event_at(&self, timestamp: Timestamp) -> Result<Event> {
        Ok(read_event(&self.view, &*self.log, timestamp)?)
    }

    pub(super) fn existing_account(&self, id: Id) -> Result<Account> {
        let what = || Error::InvalidArgument(format!("there is no account {id}"));
        self.account(id)?.ok_or_else(what)
    }

    pub(super) fn balances_at(&self, account: Id, at: Timestamp) -> Result<Balances> {
        let record = self.existing_account(account)?;
        if !record.has(AccountFlags::HISTORY) {
            let what = format!("account {account} was opened without the flag history");
            return Err(Error::InvalidArgument(what));
        }
        let mut lines = self.view.entries(account, ..=at, Direction::Descending)?;
        let last = lines.next().transpose()?;
        Ok(last.map_or_else(Balances::default, |line| line.balances_after))
    }

    /// Open holds, in the order of the query, behind the one with this deadline and id.
    pub(super) fn open_holds(
        &self,
        query: &HoldQuery,
        after: Option<(Timestamp, Id)>,
    ) -> Result<OpenHolds<'_>> {
        query.account.map(|account| self.existing_account(account)).transpose()?;
        Ok(OpenHolds::new(&self.view, query, after))
    }

    /// By the time since when they need it, and id; behind `after`.
    pub(super) fn holds_needing_attention(
        &self,
        disputed_before: Timestamp,
        after: Option<(Timestamp, Id)>,
    ) -> impl Iterator<Item = Result<Hold>> + '_ {
        let holds = self.view.attention(after).map(|key| self.existing_hold(key?.1));
        holds.filter(move |hold| match hold {
            Ok(hold) => !hold.is_disputed() || hold.disputed_at < disputed_before,
            Err(_) => true,
        })
    }

    fn existing_hold(&self, id: Id) -> Result<Hold> {
        self.hold(id)?.ok_or_else(|| Error::Corrupt(format!("hold {id} is indexed, but not there")))
    }

    pub(super) fn trial_balance(&self, ledger: u32) -> Result<TrialBalance> {
        let found = self.ledger(ledger)?;
        let what = || Error::InvalidArgument(format!("there is no ledger {ledger}"));
        trial_balance::draw(found.ok_or_else(what)?, self.all_accounts(None))
    }

    /// The document of this key, the library's own too: so do the others that give documents.
    pub(super) fn row(&self, key: &DocumentKey) -> Result<Option<StoredDocument>> {
        Ok(self.view.document(key)?.map(StoredDocument::from))
    }

    pub(super) fn documents(
        &self,
        space: &str,
        lower: Bound<&[u8]>,
        upper: Bound<&[u8]>,
    ) -> impl Iterator<Item = Result<(DocumentKey, StoredDocument)>> + use<'_> {
        self.view.documents(space, lower, upper).map(document)
    }

    pub(super) fn rows_with_prefix(
        &self,
        space: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> impl Iterator<Item = Result<(DocumentKey, StoredDocument)>> + use<'_> {
        rows_with_prefix(&self.view, space, prefix, after)
    }

    pub(super) fn consumer(&self, name: &str) -> Result<Option<Timestamp>> {
        Ok(self.view.consumer(name)?)
    }

    pub(super) fn consumers(&self) -> Result<Vec<(String, Timestamp)>> {
        self.view.consumers().map(|row| Ok(row.map(|(name, at)| (name.to_string(), at))?)).collect()
    }

    /// What an operation took from the posted money of `account`, and how much of that was
    /// reversed.
    pub(super) fn taken_and_reversed(&self, id: Id, account: Id) -> Result<(Amount, Amount)> {
        let Some(at) = self.view.operation(id)? else { return Ok((Amount::ZERO, Amount::ZERO)) };
        let line = self.view.entries(account, at..=at, Direction::Ascending)?.next().transpose()?;
        let debit = line.filter(|line| line.side == Side::Debit).map_or(0, |line| line.posted);
        let taken = u128::try_from(debit).ok().and_then(Amount::new).unwrap_or(Amount::ZERO);
        Ok((taken, self.view.reversed(at)?))
    }
}
