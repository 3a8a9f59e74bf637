//! Snapshots: everything readable, as of one block.

use super::events::Events;
use super::holds::HoldQuery;
use super::local_snapshot::{LocalSnapshot, OperationRecord, StoredDocument};
use super::query::RemoteSnapshot;
use super::statement::{StatementLine, StatementQuery};
use super::trial_balance::TrialBalance;
use super::walk::Walk;
use super::{Error, Result, Store};
use crate::journal::Log;
use crate::model::{Account, Balances, DocumentKey, Hold, Id, Ledger, Timestamp};
use crate::state::View;
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
    pub(super) source: Source,
}

/// Who reads.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Local(LocalSnapshot),
    Remote(Arc<dyn RemoteSnapshot>),
}

/// Why a document of the library's own is not given.
const RESERVED: &str = "a space that begins with a control character is the library's own";

/// Refuses the name of a space that no document can be in. One with a zero byte would be taken for
/// a shorter one, and a beginning of its keys.
fn check_space(space: &str) -> Result<()> {
    let any_key = DocumentKey::new(space.as_bytes(), &[0]);
    any_key.map(drop).map_err(|error| Error::InvalidArgument(error.to_string()))
}

fn is_for_the_host(row: &Result<(DocumentKey, StoredDocument)>) -> bool {
    row.as_ref().map_or(true, |(key, _)| !key.is_reserved())
}

/// The answer of whoever reads.
macro_rules! of {
    ($snapshot:expr, $source:ident => $answer:expr) => {
        match &$snapshot.source {
            Source::Local($source) => $answer,
            Source::Remote($source) => $answer,
        }
    };
}

/// The walk of whoever reads.
macro_rules! walk {
    ($snapshot:expr, $source:ident => $walk:expr) => {
        match &$snapshot.source {
            Source::Local($source) => Walk::Local($walk),
            Source::Remote($source) => Walk::Remote(Box::new($walk)),
        }
    };
}

impl Snapshot {
    /// Of a store that this process has open, which it keeps open if it is given, or that it
    /// follows.
    pub(super) fn local(view: Arc<View>, log: Arc<dyn Log>, store: Option<Store>) -> Self {
        Self { source: Source::Local(LocalSnapshot { view, log, store }) }
    }

    /// Of a store that another process has open.
    pub(super) fn remote(remote: Arc<dyn RemoteSnapshot>) -> Self {
        Self { source: Source::Remote(remote) }
    }

    /// The timestamp of the last record that it includes: of an event, or of an acknowledgement,
    /// which is none.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        of!(self, source => source.timestamp())
    }

    /// The ledger of this number.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`]: so do all that read.
    pub fn ledger(&self, number: u32) -> Result<Option<Ledger>> {
        of!(self, source => source.ledger(number))
    }

    /// All ledgers by number.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn ledgers(&self) -> Result<Vec<Ledger>> {
        of!(self, source => source.ledgers())
    }

    /// The account of this id.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn account(&self, id: Id) -> Result<Option<Account>> {
        of!(self, source => source.account(id))
    }

    /// The accounts of these ids, in their order.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn accounts(&self, ids: &[Id]) -> Result<Vec<Option<Account>>> {
        of!(self, source => source.accounts(ids))
    }

    /// All accounts by id, behind `after`.
    pub fn all_accounts(&self, after: Option<Id>) -> impl Iterator<Item = Result<Account>> + '_ {
        walk!(self, source => source.all_accounts(after))
    }

    /// The hold of this id, open or closed, as it is now.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn hold(&self, id: Id) -> Result<Option<Hold>> {
        of!(self, source => source.hold(id))
    }

    /// The holds of these ids, in their order.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn holds(&self, ids: &[Id]) -> Result<Vec<Option<Hold>>> {
        of!(self, source => source.holds(ids))
    }

    /// All holds by id, behind `after`, open and closed.
    pub fn all_holds(&self, after: Option<Id>) -> impl Iterator<Item = Result<Hold>> + '_ {
        walk!(self, source => source.all_holds(after))
    }

    /// The operation of this id, applied or refused with its id used up.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn operation(&self, id: Id) -> Result<Option<OperationRecord>> {
        of!(self, source => source.operation(id))
    }

    /// The operations of these ids, in their order.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn operations(&self, ids: &[Id]) -> Result<Vec<Option<OperationRecord>>> {
        of!(self, source => source.operations(ids))
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
        Ok(walk!(self, source => source.operations_by_user_data(user_data, Timestamp::NONE)?))
    }

    /// The balances of an account after everything up to and including `at`; all zero before it was
    /// opened.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there is no such account, or it has not the flag
    /// [`HISTORY`](crate::AccountFlags::HISTORY); as [`Snapshot::ledger`].
    pub fn balances_at(&self, account: Id, at: Timestamp) -> Result<Balances> {
        of!(self, source => source.balances_at(account, at))
    }

    /// The statement of an account: one line for each operation that changed its balances.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there is no such account; as [`Snapshot::ledger`].
    pub fn statement(
        &self,
        account: Id,
        query: &StatementQuery,
    ) -> Result<impl Iterator<Item = Result<StatementLine>> + '_> {
        Ok(walk!(self, source => source.statement(account, query)?))
    }

    /// Open holds, all or those that the query narrows them to.
    ///
    /// By deadline if the query gives a range of deadlines and no account, else by id.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the query names an account that is not there; as
    /// [`Snapshot::ledger`].
    pub fn open_holds(&self, query: &HoldQuery) -> Result<impl Iterator<Item = Result<Hold>> + '_> {
        Ok(walk!(self, source => source.open_holds(query, None)?))
    }

    /// Open holds that no deadline will settle: without a deadline, or disputed since before
    /// `disputed_before`.
    pub fn holds_needing_attention(
        &self,
        disputed_before: Timestamp,
    ) -> impl Iterator<Item = Result<Hold>> + '_ {
        walk!(self, source => source.holds_needing_attention(disputed_before, None))
    }

    /// The sums over a ledger's accounts, by code: debits must equal credits.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there is no such ledger; as [`Snapshot::ledger`].
    pub fn trial_balance(&self, ledger: u32) -> Result<TrialBalance> {
        of!(self, source => source.trial_balance(ledger))
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
        match &self.source {
            Source::Local(local) => Events::local(local, local.store.clone(), after),
            Source::Remote(remote) => Events::remote(remote.events(after), after),
        }
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
        let rows = walk!(self, source => source.documents(space, lower, upper));
        Ok(rows.take_while(is_for_the_host))
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
        let rows = walk!(self, source => source.rows_with_prefix(space, prefix, None));
        Ok(rows.take_while(is_for_the_host))
    }

    /// How far a consumer of the event feed has come; `None` if it never acknowledged anything.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn consumer(&self, name: &str) -> Result<Option<Timestamp>> {
        of!(self, source => source.consumer(name))
    }

    /// All consumers by name, and how far they have come.
    ///
    /// # Errors
    /// As [`Snapshot::ledger`].
    pub fn consumers(&self) -> Result<Vec<(String, Timestamp)>> {
        of!(self, source => source.consumers())
    }
}
