//! Snapshots: everything readable, as of one block.

use super::holds::{HoldQuery, OpenHolds};
use super::trial_balance::{self, TrialBalance};
use super::{Error, Events, Result, Store};
use crate::commit::read_event;
use crate::engine::Stored;
use crate::journal::Log;
use crate::model::{
    Account, AccountFlags, Amount, Balances, DocumentKey, Event, Hold, Id, Ledger, Moved,
    Operation, Record, Reversible, Status, Timestamp,
};
use crate::state::{Direction, StateError, View};
use std::ops::Bound;
use std::sync::Arc;

/// The store as of one durable block. It never changes, never waits for writers, and can be read
/// from many threads.
///
/// While it is kept, the store stays open, and keeps what it needs of older versions: drop it when
/// done.
///
/// What does not exist is answered in one way. Looking up one thing by its id, number, name or key
/// gives `None`. Asking about an account or a ledger that is not there, for its statement, balances
/// in the past, open holds or trial balance, is [`Error::InvalidArgument`]: a mistyped id must not
/// look like an account without money. What is filtered or walked through may be empty.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use escrowdb::*;
/// # let directory = tempfile::tempdir()?;
/// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
/// # store.create_ledgers(&[money::iso_ledger(1, "EUR")?])?;
/// # let (cash, anna, attempt) = (Id::new(), Id::new(), Id::new());
/// # store.create_accounts(&[
/// #     Account::new(cash, 1, 1, AccountFlags::EXTERNAL),
/// #     Account::new(anna, 1, 2, AccountFlags::HISTORY),
/// # ])?;
/// # store.submit(&[
/// #     Operation::transfer(Id::new(), cash, anna, 1, Amount::from(500u32)),
/// #     Operation::hold(attempt, anna, cash, 1, Amount::from(200u32)),
/// # ])?;
/// let snapshot = store.snapshot()?;
/// // What happened to Anna's account, newest first.
/// let query = StatementQuery { newest_first: true, limit: 10, ..StatementQuery::default() };
/// let lines: Vec<StatementLine> = snapshot.statement(anna, &query)?.collect::<Result<_>>()?;
/// assert_eq!(lines[0].pending, 200);
/// assert_eq!(lines[0].balances.available(), Amount::from(300u32));
///
/// // What waits for somebody: holds that no deadline will settle.
/// let waiting = snapshot.holds_needing_attention(snapshot.timestamp());
/// let waiting = waiting.map(|hold| hold.map(|hold| hold.id));
/// assert_eq!(waiting.collect::<Result<Vec<_>>>()?, [attempt]);
///
/// assert!(snapshot.trial_balance(1)?.is_balanced());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) view: Arc<View>,
    log: Arc<dyn Log>,
    // Behind the others, which are of its files: the directory is not free before they are dropped.
    // None of a follower: there the directory is the caller's.
    store: Option<Store>,
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

/// Why a document of the library's own is not given.
const RESERVED: &str = "a space that begins with a control character is the library's own";

/// A row of the state as a document.
fn document(
    row: std::result::Result<(DocumentKey, Stored), StateError>,
) -> Result<(DocumentKey, StoredDocument)> {
    let (key, stored) = row?;
    Ok((key, stored.into()))
}

/// Refuses the name of a space that no document can be in. One with a zero byte would be taken for
/// a shorter one, and a beginning of its keys.
fn check_space(space: &str) -> Result<()> {
    let any_key = DocumentKey::new(space.as_bytes(), &[0]);
    any_key.map(drop).map_err(|error| Error::InvalidArgument(error.to_string()))
}

fn is_for_the_host(row: &Result<(DocumentKey, StoredDocument)>) -> bool {
    row.as_ref().map_or(true, |(key, _)| !key.is_reserved())
}

impl Snapshot {
    pub(super) fn new(view: Arc<View>, log: Arc<dyn Log>, store: Option<Store>) -> Self {
        Self { view, log, store }
    }

    /// The timestamp of the last record that it includes: of an event, or of an acknowledgement,
    /// which is none.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.view.tip().timestamp
    }

    /// The ledger of this number.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`]: so do all that read.
    pub fn ledger(&self, number: u32) -> Result<Option<Ledger>> {
        Ok(self.view.ledger(number)?)
    }

    /// All ledgers by number.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn ledgers(&self) -> Result<Vec<Ledger>> {
        Ok(self.view.ledgers()?)
    }

    /// The account of this id.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn account(&self, id: Id) -> Result<Option<Account>> {
        Ok(self.view.account(id)?)
    }

    /// The accounts of these ids, in their order.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn accounts(&self, ids: &[Id]) -> Result<Vec<Option<Account>>> {
        ids.iter().map(|&id| self.account(id)).collect()
    }

    /// All accounts by id, behind `after`.
    pub fn all_accounts(&self, after: Option<Id>) -> impl Iterator<Item = Result<Account>> + '_ {
        self.view.accounts(after).map(|account| Ok(account?))
    }

    /// The hold of this id, open or closed, as it is now.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn hold(&self, id: Id) -> Result<Option<Hold>> {
        Ok(self.view.hold(id)?)
    }

    /// The holds of these ids, in their order.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn holds(&self, ids: &[Id]) -> Result<Vec<Option<Hold>>> {
        ids.iter().map(|&id| self.hold(id)).collect()
    }

    /// All holds by id, behind `after`, open and closed.
    pub fn all_holds(&self, after: Option<Id>) -> impl Iterator<Item = Result<Hold>> + '_ {
        self.view.holds(after).map(|hold| Ok(hold?))
    }

    /// The operation of this id, applied or refused with its id used up.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn operation(&self, id: Id) -> Result<Option<OperationRecord>> {
        self.view.operation(id)?.map(|timestamp| self.operation_at(timestamp)).transpose()
    }

    /// The operations of these ids, in their order.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn operations(&self, ids: &[Id]) -> Result<Vec<Option<OperationRecord>>> {
        ids.iter().map(|&id| self.operation(id)).collect()
    }

    /// Applied operations with this `user_data_128`, oldest first.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the store is without the index: see
    /// [`Options::index_user_data`](super::Options::index_user_data).
    pub fn operations_by_user_data(
        &self,
        user_data: Id,
    ) -> Result<impl Iterator<Item = Result<OperationRecord>> + '_> {
        if !self.view.index_user_data() {
            return Err(Error::InvalidArgument(no_index("")));
        }
        let timestamps = self.view.user_data(user_data, Timestamp::NONE);
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

    /// The balances of an account after everything up to and including `at`; all zero before it was
    /// opened.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there is no such account, or it has not the flag
    /// [`HISTORY`](AccountFlags::HISTORY); as [`Snapshot::ledger`].
    pub fn balances_at(&self, account: Id, at: Timestamp) -> Result<Balances> {
        let record = self.existing_account(account)?;
        if !record.has(AccountFlags::HISTORY) {
            let what = format!("account {account} was opened without the flag history");
            return Err(Error::InvalidArgument(what));
        }
        let mut lines = self.view.entries(account, ..=at, Direction::Descending)?;
        let last = lines.next().transpose()?;
        Ok(last.map_or_else(Balances::default, |line| line.balances_after))
    }

    /// Open holds, all or those that the query narrows them to.
    ///
    /// By deadline if the query gives a range of deadlines and no account, else by id.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the query names an account that is not there; as
    /// [`Snapshot::ledger`].
    pub fn open_holds(&self, query: &HoldQuery) -> Result<impl Iterator<Item = Result<Hold>> + '_> {
        query.account.map(|account| self.existing_account(account)).transpose()?;
        Ok(OpenHolds::new(&self.view, query))
    }

    /// Open holds that no deadline will settle: without a deadline, or disputed since before
    /// `disputed_before`.
    pub fn holds_needing_attention(
        &self,
        disputed_before: Timestamp,
    ) -> impl Iterator<Item = Result<Hold>> + '_ {
        let holds = self.view.attention(None).map(|key| self.existing_hold(key?.1));
        holds.filter(move |hold| match hold {
            Ok(hold) => !hold.is_disputed() || hold.disputed_at < disputed_before,
            Err(_) => true,
        })
    }

    fn existing_hold(&self, id: Id) -> Result<Hold> {
        self.hold(id)?.ok_or_else(|| Error::Corrupt(format!("hold {id} is indexed, but not there")))
    }

    /// The sums over a ledger's accounts, by code: debits must equal credits.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there is no such ledger; as [`Snapshot::ledger`].
    pub fn trial_balance(&self, ledger: u32) -> Result<TrialBalance> {
        let found = self.ledger(ledger)?;
        let what = || Error::InvalidArgument(format!("there is no ledger {ledger}"));
        trial_balance::draw(found.ok_or_else(what)?, self.all_accounts(None))
    }

    /// Everything that happened later than `after`, oldest first: the event feed. The timestamp of
    /// an event is its sequence number. Acknowledgements are no events, so that the feed ends.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use escrowdb::*;
    /// # let directory = tempfile::tempdir()?;
    /// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
    /// # store.create_ledgers(&[money::iso_ledger(1, "EUR")?])?;
    /// // A consumer goes on where it left off, and the store remembers where that was.
    /// let snapshot = store.snapshot()?;
    /// let seen = snapshot.consumer("mailer")?.unwrap_or(Timestamp::NONE);
    /// for event in snapshot.events(seen) {
    ///     let event = event?;
    ///     println!("{:?}", event.record);
    ///     store.acknowledge("mailer", event.timestamp)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn events(&self, after: Timestamp) -> Events {
        let (view, log) = (Arc::clone(&self.view), Arc::clone(&self.log));
        Events::new(view, log, self.store.clone(), after)
    }

    /// The document `key` of `space`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if they can name no document of the host's; as
    /// [`Snapshot::ledger`].
    pub fn document(&self, space: &str, key: &[u8]) -> Result<Option<StoredDocument>> {
        let key = DocumentKey::new(space.as_bytes(), key)
            .map_err(|error| Error::InvalidArgument(error.to_string()))?;
        if key.is_reserved() {
            return Err(Error::InvalidArgument(RESERVED.into()));
        }
        self.row(&key)
    }

    /// The documents of `space` whose keys lie within these bounds, by key bytes. A space of the
    /// library's own seems empty.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if no document can be in a space of that name: it is empty, too
    /// long, or has a zero byte.
    pub fn documents(
        &self,
        space: &str,
        lower: Bound<&[u8]>,
        upper: Bound<&[u8]>,
    ) -> Result<impl Iterator<Item = Result<(DocumentKey, StoredDocument)>> + '_> {
        check_space(space)?;
        let rows = self.view.documents(space, lower, upper);
        Ok(rows.map(document).take_while(is_for_the_host))
    }

    /// The documents of `space` whose keys begin with `prefix`, by key bytes. A space of the
    /// library's own seems empty.
    ///
    /// # Errors
    /// As [`Snapshot::documents`].
    pub fn documents_with_prefix(
        &self,
        space: &str,
        prefix: &[u8],
    ) -> Result<impl Iterator<Item = Result<(DocumentKey, StoredDocument)>> + '_> {
        check_space(space)?;
        let rows = self.view.documents_with_prefix(space, prefix, None);
        Ok(rows.map(document).take_while(is_for_the_host))
    }

    /// How far a consumer of the event feed has come; `None` if it never acknowledged anything.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn consumer(&self, name: &str) -> Result<Option<Timestamp>> {
        Ok(self.view.consumer(name)?)
    }

    /// All consumers by name, and how far they have come.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn consumers(&self) -> Result<Vec<(String, Timestamp)>> {
        self.view.consumers().map(|row| Ok(row.map(|(name, at)| (name.to_string(), at))?)).collect()
    }
}
