//! The public face: open a store, submit to it, read from it.
//!
//! Guarantees what the floors below guarantee, behind types that are hard to misuse. Knows nothing
//! of how callers link it.

mod answers;
mod any_host;
mod archive;
mod audit;
mod backup;
mod checks;
mod clock;
mod confirmed;
mod copying;
#[cfg(feature = "postgres")]
mod elsewhere;
mod error;
mod events;
mod files;
mod follower;
mod head;
mod holds;
mod host;
pub(crate) mod house;
mod inherited;
mod laws;
mod local_snapshot;
mod lock;
mod marks;
#[cfg(feature = "postgres")]
mod moving;
mod new_id;
mod opening;
mod options;
mod pages;
mod processes;
mod query;
mod remote_snapshot;
mod restore;
mod scratch;
mod sealed;
mod snapshot;
mod statement;
mod stats;
mod ticket;
mod trial_balance;
mod verify;
mod walk;
mod whose;
mod with_archive;

#[cfg(test)]
mod tests;

pub use crate::commit::{ClockSource, ClockState, SystemTimeSource, TimeSource};
pub use crate::disk::FileAccess;
#[doc(hidden)]
pub use crate::engine::OutcomeRoom;
pub use archive::{ArchiveOptions, ArchiveReport};
pub use backup::BackupReport;
pub use clock::{Advanced, ClockReading};
pub use error::{Error, Result};
pub use events::Events;
pub use follower::Follower;
pub use head::Head;
pub use holds::HoldQuery;
#[doc(hidden)]
pub use inherited::take_inherited_descriptors;
pub use local_snapshot::{OperationRecord, StoredDocument};
pub use options::{Durability, OpenMode, Options};
#[cfg(any(test, fuzzing))]
pub(crate) use processes::read_any_message;
pub use processes::{GuestStatus, Processes};
pub use restore::restore;
pub use snapshot::Snapshot;
pub use statement::{StatementLine, StatementQuery};
pub use stats::Stats;
pub use ticket::Ticket;
pub use trial_balance::{TrialBalance, TrialBalanceRow};
pub use verify::{VerifyOptions, VerifyReport, verify, verify_with};

use crate::commit::Work;
use crate::disk::{Disk, LocalDisk};
use crate::engine::{Origin, Outcomes};
use crate::journal::{Log, StoreId};
use crate::model::{Account, Id, Ledger, Operation, Outcome, Timestamp};
use checks::{check_batch, check_consumer, check_count, work};
use host::Host;
use house::{KeyFile, KeysOfHandle};
use local_snapshot::LocalSnapshot;
use processes::{Guest, Hosting, KeysOfGuest};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// An open store. Clones share it; use it from as many threads as you like.
///
/// The store is closed when the last clone and snapshot is dropped: what was submitted by then is
/// carried out, and the directory is free. Nothing is lost if that never happens: what was answered
/// is on the disk.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use escrowdb::*;
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("shop.escrow");
/// let store = Store::open(&path, Options::new())?;
/// let usd = money::iso_ledger(1, "USD")?;
/// store.create_ledgers(&[usd])?;
///
/// let (bank, alice, bob) = (Id::from_u128(1), Id::from_u128(2), Id::from_u128(3));
/// let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
/// store.create_accounts(&[
///     Account::new(bank, 1, 100, AccountFlags::EXTERNAL),
///     Account::new(alice, 1, 200, wallet),
///     Account::new(bob, 1, 300, wallet),
/// ])?;
///
/// // Alice pays in 50 dollars and buys from Bob for 20, which wait in escrow.
/// let price = money::parse("20.00", usd.scale())?;
/// // Each attempt to pay has an id of its own; the order stands in its user data.
/// let (attempt, order) = (Id::new(), Id::named("orders", "A-1001"));
/// let hold = Operation {
///     user_data_128: order,
///     ..Operation::hold(attempt, alice, bob, 1, price)
/// };
/// let outcomes = store.submit(&[
///     Operation::transfer(Id::new(), bank, alice, 1, money::parse("50.00", 2)?).linked(),
///     hold.with_deadline(86_400, AtDeadline::REFUND),
/// ])?;
/// assert!(outcomes.iter().all(|outcome| outcome.status == Status::APPLIED));
/// assert_eq!(outcomes[1].debit.available(), money::parse("30.00", 2)?);
///
/// // The goods arrived.
/// let outcomes = store.submit(&[Operation::release_rest(Id::new(), attempt)])?;
/// assert_eq!(outcomes[0].credit.available(), price);
/// assert_eq!(store.snapshot()?.hold(attempt)?.map(|hold| hold.phase), Some(Phase::SETTLED));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    role: InRole,
    store_id: StoreId,
    /// Whether a house has its keys open through this handle.
    keys: KeysOfHandle,
    is_read_only: bool,
    /// A clone was closed. Apart from the queue's, which has a lock: to take a snapshot waits for
    /// nobody.
    is_closed: AtomicBool,
    process: u32,
}

/// Whether this process hosts the store.
#[derive(Debug)]
enum InRole {
    Host(Hosting),
    /// Until it takes the place of a host that ended.
    Guest(Arc<Guest>),
}

/// What a handle is to its store: see [`Store::role`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Role {
    /// This process writes the store, and lets others in.
    Host,
    /// Another process, or another handle of this one, writes it; this one has it do so.
    Guest,
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Store").field("role", &self.inner.role).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in the directory `path`. If no other handle has it open, this one hosts it,
    /// and recovers what a crash left; otherwise it becomes a guest of the one that does: see [the
    /// page on processes](crate#one-process-many-one-that-stays) and [`Store::role`].
    ///
    /// # Errors
    /// [`Error::Locked`] if it is open elsewhere and takes no guests, or with
    /// [`Options::exclusive`] if it is open elsewhere at all; [`Error::HostUnresponsive`] if the
    /// process that hosts it does not answer; [`Error::VersionMismatch`] if that has another
    /// version; [`Error::NotFound`], [`Error::AlreadyExists`] or [`Error::NotAStore`] if the
    /// directory is not what [`Options::mode`] expects; [`Error::InvalidArgument`] if it has
    /// another id than [`Options::store_id`], or its host has another clock or durability than
    /// these options say; [`Error::LimitExceeded`] if it has as many guests as it takes;
    /// [`Error::NewerFormat`]; [`Error::Corrupt`]; [`Error::MismatchedState`]; [`Error::Io`].
    /// With a log that is elsewhere also [`Error::Led`] if another process leads it, and
    /// [`Error::Unavailable`] if it cannot be reached.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self> {
        let is_read_only = options.is_read_only();
        let role = opening::open(path.as_ref(), options)?;
        Ok(Self::in_role(role, is_read_only))
    }

    /// Opens the store on a disk of the caller's own: in memory, simulated, or elsewhere. The
    /// caller sees to it that it is open once. Of [`Options::mode`] only [`OpenMode::ReadOnly`] has
    /// an effect: otherwise a store is created if there is none.
    ///
    /// # Errors
    /// As [`Store::open`], except for what the path could be.
    pub fn open_on(disk: Arc<dyn Disk>, options: Options) -> Result<Self> {
        Ok(Self::of(Host::open(disk, None, &options, None)?))
    }

    /// As [`Store::open_on`], with the journal in a log of the caller's own: what lies on the disk
    /// is the state, which is a cache of it, and the rest. The log has the blocks of this store
    /// alone, so name the store with [`Options::store_id`].
    ///
    /// `FORMAT` says from then on that the log is elsewhere: without it the directory is opened,
    /// verified and restored by nobody. [`Store::archive`] and [`Store::backup`] write blocks of
    /// the log into segment files, so that a backup is a store with a journal of its own, or the
    /// beginning of a replica.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the log cannot be reached, and [`Error::Fenced`] if somebody else
    /// took it over meanwhile; as [`Store::open_on`].
    pub fn open_with_log(disk: Arc<dyn Disk>, log: Arc<dyn Log>, options: Options) -> Result<Self> {
        Ok(Self::of(Host::open(disk, Some(log), &options, None)?))
    }

    fn of(host: Host) -> Self {
        let is_read_only = host.is_read_only;
        Self::in_role(InRole::Host(Hosting::alone(host)), is_read_only)
    }

    /// The store of a host that was alone until now in its directory.
    fn of_directory(host: Host, disk: &LocalDisk, options: &Options) -> Result<Self> {
        let is_read_only = host.is_read_only;
        let hosting = Hosting::after(host, disk, options)?;
        Ok(Self::in_role(InRole::Host(hosting), is_read_only))
    }

    fn in_role(role: InRole, is_read_only: bool) -> Self {
        let store_id = match &role {
            InRole::Host(hosting) => hosting.host().store_id,
            InRole::Guest(guest) => guest.store_id(),
        };
        let inner = Inner {
            role,
            store_id,
            keys: KeysOfHandle::default(),
            is_read_only,
            is_closed: AtomicBool::new(false),
            process: std::process::id(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Registers ledgers. Sent again, a ledger is answered [`Status::EXISTS`](crate::Status).
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub fn create_ledgers(&self, ledgers: &[Ledger]) -> Result<Vec<Outcome>> {
        check_count(ledgers.len())?;
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => host.create_ledgers(ledgers),
            By::Guest(guest) => guest.create_ledgers(ledgers),
        }
    }

    /// Opens accounts. Sent again, an account is answered [`Status::EXISTS`](crate::Status).
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub fn create_accounts(&self, accounts: &[Account]) -> Result<Vec<Outcome>> {
        check_count(accounts.len())?;
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => host.create_accounts(accounts),
            By::Guest(guest) => guest.create_accounts(accounts),
        }
    }

    /// Applies a batch of operations, waits until it is durable, and gives an outcome for each.
    ///
    /// A refused operation is an outcome, not an error. Batches of several threads share a sync.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`] if the batch is too large; [`Error::ClockMustBeConfirmed`] if the
    /// store cannot know the time, and nothing was done; [`Error::Unavailable`] if the log of the
    /// store cannot be reached, and [`Error::Fenced`] if another process has taken it over;
    /// [`Error::Poisoned`] if the store is; then it is not known whether the batch was applied:
    /// reopen, and send it again.
    pub fn submit(&self, operations: &[Operation]) -> Result<Vec<Outcome>> {
        self.submit_with_data(operations, &[])
    }

    /// As [`Store::submit`], with the side buffer that documents lie in: see
    /// [`Operation::data_offset`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use escrowdb::*;
    /// # let directory = tempfile::tempdir()?;
    /// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
    /// // Space, key and value of a document, one after the other.
    /// let data = b"orders4711{\"state\":\"paid\"}";
    /// let put = Operation::put(Id::new(), 6, 4, 16);
    /// let outcome = store.submit_with_data(&[put], data)?[0];
    ///
    /// let document = store.snapshot()?.document("orders", b"4711")?.expect("it was put");
    /// assert_eq!(document.version, outcome.version);
    ///
    /// // Only whoever has seen the latest version may write the next one.
    /// let stale = Operation::put(Id::new(), 6, 4, 16).if_version(outcome.version - 1);
    /// let outcome = store.submit_with_data(&[stale], data)?[0];
    /// assert_eq!(outcome.status, Status::VERSION_MUST_MATCH);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub fn submit_with_data(&self, operations: &[Operation], data: &[u8]) -> Result<Vec<Outcome>> {
        check_batch(operations, data)?;
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => host.submit(operations, data, Origin::Host),
            By::Guest(guest) => guest.submit(operations, data, Origin::Host),
        }
    }

    /// As [`Store::submit_with_data`]; the outcomes go into memory of the caller's own, one for
    /// each operation, which must have room for them. After an error it is not known what lies
    /// there. The room is dropped as soon as nothing will be written to it, which can be after this
    /// returns.
    ///
    /// # Errors
    /// As [`Store::submit`]; [`Error::InvalidArgument`] if there is too little room.
    #[doc(hidden)]
    pub fn submit_into(
        &self,
        operations: &[Operation],
        data: &[u8],
        mut room: Box<dyn OutcomeRoom>,
    ) -> Result<()> {
        let (count, length) = (operations.len(), room.slots().len());
        if length < count {
            let what = format!("there is room for {length} outcomes, and there are {count}");
            return Err(Error::InvalidArgument(what));
        }
        check_batch(operations, data)?;
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => {
                let work = work(operations, data, Origin::Host);
                host.committer.submit_into(work, Outcomes::lent(room))?;
                Ok(())
            }
            By::Guest(guest) => {
                let outcomes = guest.submit(operations, data, Origin::Host)?;
                for (slot, outcome) in room.slots().iter_mut().zip(outcomes) {
                    slot.write(outcome);
                }
                Ok(())
            }
        }
    }

    /// As [`Store::submit_with_data`], without waiting: the ticket gives the outcomes when they are
    /// durable. Batches are applied in the order in which they were submitted.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`] also above [`Options::submissions_bytes_max`] of batches that are
    /// under way: nothing is submitted then; wait for a ticket and try again. As [`Store::submit`].
    pub fn submit_async(&self, operations: Vec<Operation>, data: Vec<u8>) -> Result<Ticket> {
        check_batch(&operations, &data)?;
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => {
                let work = Work::Operations { operations, data, origin: Origin::Host };
                Ok(Ticket::of_host(host.committer.submit_async(work)?))
            }
            By::Guest(guest) => {
                Ok(Ticket::of_guest(self.clone(), guest.submit_async(operations, data)?))
            }
        }
    }

    /// Settles all holds whose deadline is at or before `to`, and gives how many they were and what
    /// the clock shows. A manual clock moves to `to`, and stays where it is if it shows a later
    /// time.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if `to` is later than the system clock that the store goes by, or
    /// than [`Timestamp::CLOCK_MAX`]; as [`Store::submit`].
    pub fn advance(&self, to: Timestamp) -> Result<Advanced> {
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => host.advance(to),
            By::Guest(guest) => guest.advance(to),
        }
    }

    /// Remembers that `consumer` has dealt with all events up to `position`; the store keeps it.
    /// The position that it has already changes nothing. An acknowledgement is no event.
    ///
    /// # Errors
    /// [`Error::InvalidPosition`] if the consumer has acknowledged more already, or if nothing has
    /// happened at `position` yet; [`Error::InvalidArgument`] if the name is empty or too long;
    /// [`Error::LimitExceeded`] if there are too many consumers; as [`Store::submit`].
    pub fn acknowledge(&self, consumer: &str, position: Timestamp) -> Result<()> {
        check_consumer(consumer)?;
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => host.acknowledge(consumer, position),
            By::Guest(guest) => guest.acknowledge(consumer, position),
        }
    }

    /// Forgets a consumer of the event feed, and says whether there was one: it holds back no
    /// archive any more, and its name may begin again.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the name is empty or too long; as [`Store::submit`].
    pub fn remove_consumer(&self, consumer: &str) -> Result<bool> {
        check_consumer(consumer)?;
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => host.remove_consumer(consumer),
            By::Guest(guest) => guest.remove_consumer(consumer),
        }
    }

    /// What is durable now, to be read: it does not change while the store goes on.
    ///
    /// # Errors
    /// [`Error::Forked`]; [`Error::Closed`].
    pub fn snapshot(&self) -> Result<Snapshot> {
        self.snapshot_and_time().map(|(snapshot, _)| snapshot)
    }

    /// A snapshot, and what the store's clock showed then.
    pub(crate) fn snapshot_and_time(&self) -> Result<(Snapshot, Timestamp)> {
        self.check_process()?;
        self.check_not_closed()?;
        let here = |host: &Arc<Host>| host.snapshot(self.clone());
        match self.by()? {
            By::Host(host) => Ok((here(host), host.committer.now())),
            By::Guest(guest) => guest.snapshot(here),
        }
    }

    /// Writes what is durable into the state file now, so that the next opening has less to do. The
    /// store does so by itself now and then.
    ///
    /// # Errors
    /// [`Error::Poisoned`] if it fails, or if the store was poisoned before.
    pub fn checkpoint(&self) -> Result<()> {
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => host.checkpoint(),
            By::Guest(guest) => guest.checkpoint(),
        }
    }

    /// The last durable block and the hash that stands for all history up to it.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use escrowdb::*;
    /// # let directory = tempfile::tempdir()?;
    /// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
    /// let before = store.head()?;
    /// store.create_ledgers(&[money::iso_ledger(1, "USD")?])?;
    /// assert_eq!(store.head()?.block, before.block + 1);
    /// assert_ne!(store.head()?.hash, before.hash);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Store::clock`].
    pub fn head(&self) -> Result<Head> {
        self.check_process()?;
        match self.by()? {
            By::Host(host) => Ok(host.head()),
            By::Guest(guest) => guest.head(),
        }
    }

    /// What the store has done since it was opened, and how large it is. Of a guest it is what its
    /// host has done.
    ///
    /// # Errors
    /// As [`Store::clock`].
    pub fn stats(&self) -> Result<Stats> {
        self.check_process()?;
        match self.by()? {
            By::Host(host) => Ok(host.stats()),
            By::Guest(guest) => guest.stats(),
        }
    }

    /// Takes no more work, waits until all that was taken is answered, and writes a checkpoint.
    /// Other clones then answer [`Error::Closed`] to work and give no more snapshots; those that
    /// were given can be read. If there are no clones, snapshots, wallets or orders, the directory
    /// is free when this returns; tickets do not keep it.
    ///
    /// # Errors
    /// As [`Store::checkpoint`].
    pub fn close(self) -> Result<()> {
        self.check_process()?;
        self.inner.is_closed.store(true, Ordering::Release);
        let hosting = match &self.inner.role {
            InRole::Host(hosting) => Some(hosting),
            InRole::Guest(guest) => guest.leave(),
        };
        match hosting {
            Some(hosting) => {
                if !self.inner.is_read_only {
                    // What it takes is not waited for by those who are handed over to the next
                    // host.
                    hosting.host().checkpoint()?;
                }
                hosting.dismiss();
                hosting.host().close()
            }
            None => Ok(()),
        }
    }

    /// The id of the store, which tells it from any other that may come to lie at its path.
    #[doc(hidden)]
    #[must_use]
    pub fn store_id(&self) -> Id {
        Id::from_bytes(self.inner.store_id)
    }

    /// Whether this process hosts the store now. It does not change but from guest to host, when
    /// the process that was the host has ended.
    #[must_use]
    pub fn role(&self) -> Role {
        if self.inner.hosting().is_some() { Role::Host } else { Role::Guest }
    }

    /// Who uses the store now: the process that hosts it, and its guests.
    ///
    /// # Errors
    /// [`Error::HostUnresponsive`]; [`Error::Forked`]; [`Error::Closed`].
    pub fn processes(&self) -> Result<Processes> {
        self.check_process()?;
        self.check_not_closed()?;
        let (host, guests) = match &self.inner.role {
            InRole::Host(hosting) => (self.inner.process, hosting.guests()),
            InRole::Guest(guest) => guest.status()?,
        };
        Ok(Processes { host, guests })
    }

    /// The file of keys of the houses, whoever writes it. A backup that is being made has it as it
    /// was, or as it will be.
    pub(crate) fn key_file(&self) -> Result<Arc<dyn KeyFile>> {
        match &self.inner.role {
            InRole::Host(hosting) => Ok(hosting.host().key_file()?),
            InRole::Guest(_) => Ok(Arc::new(KeysOfGuest(self.clone()))),
        }
    }

    fn by(&self) -> Result<By<'_>> {
        match &self.inner.role {
            InRole::Host(hosting) => Ok(By::Host(hosting.host())),
            InRole::Guest(guest) => match guest.hosting() {
                Some(hosting) => Ok(By::Host(hosting.host())),
                None if self.inner.is_closed.load(Ordering::Acquire) => Err(Error::Closed),
                None => Ok(By::Guest(guest)),
            },
        }
    }

    /// The guest that this handle began as.
    fn guest(&self) -> Result<&Guest> {
        self.check_process()?;
        match &self.inner.role {
            InRole::Guest(guest) => Ok(guest),
            InRole::Host(_) => Err(Error::Closed),
        }
    }

    /// What this process has open of the store.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] with what is asked for, if another process hosts it.
    fn host(&self, asked: &str) -> Result<&Arc<Host>> {
        match self.by()? {
            By::Host(host) => Ok(host),
            By::Guest(_) => Err(Error::InvalidArgument(format!(
                "{asked} is for the process that hosts the store"
            ))),
        }
    }

    /// Whether this handle may be used to write.
    pub(crate) fn check_writable(&self) -> Result<()> {
        self.check_process()?;
        if self.inner.is_read_only { Err(Error::ReadOnly) } else { Ok(()) }
    }

    /// Whether no other clone has closed the store. One that is poisoned can be read.
    fn check_not_closed(&self) -> Result<()> {
        if self.inner.is_closed.load(Ordering::Acquire) { Err(Error::Closed) } else { Ok(()) }
    }

    /// A child of the process that opened the store has none of its threads.
    fn check_process(&self) -> Result<()> {
        if std::process::id() == self.inner.process { Ok(()) } else { Err(Error::Forked) }
    }
}

/// Who carries out what a handle is asked for.
enum By<'s> {
    Host(&'s Arc<Host>),
    Guest(&'s Guest),
}

impl Inner {
    fn hosting(&self) -> Option<&Hosting> {
        match &self.role {
            InRole::Host(hosting) => Some(hosting),
            InRole::Guest(guest) => guest.hosting(),
        }
    }
}
