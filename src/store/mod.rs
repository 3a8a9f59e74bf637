//! The public face: open a store, submit to it, read from it.
//!
//! Guarantees what the floors below guarantee, behind types that are hard to misuse. Knows nothing
//! of how callers link it.

mod archive;
mod audit;
mod backup;
mod clock;
mod copying;
mod error;
mod events;
mod files;
mod follower;
mod head;
mod holds;
mod host;
pub(crate) mod house;
mod laws;
mod lock;
mod marks;
mod new_id;
mod options;
mod scratch;
mod sealed;
mod snapshot;
mod statement;
mod stats;
mod trial_balance;
mod verify;
mod whose;
mod with_archive;

#[cfg(test)]
mod tests;

pub use crate::commit::{ClockSource, ClockState, SystemTimeSource, TimeSource};
pub use crate::disk::FileAccess;
#[doc(hidden)]
pub use crate::engine::OutcomeRoom;
pub use archive::{ArchiveOptions, ArchiveReport};
pub use backup::{BackupReport, restore};
pub use clock::{Advanced, ClockReading};
pub use error::{Error, Result};
pub use events::Events;
pub use follower::Follower;
pub use head::Head;
pub use holds::HoldQuery;
#[doc(hidden)]
pub use lock::take_lock_descriptors;
pub use options::{Durability, OpenMode, Options};
pub use snapshot::{OperationRecord, Snapshot, StoredDocument};
pub use statement::{StatementLine, StatementQuery};
pub use stats::Stats;
pub use trial_balance::{TrialBalance, TrialBalanceRow};
pub use verify::{VerifyOptions, VerifyReport, verify, verify_with};

use crate::commit::{self, Work};
use crate::disk::Disk;
use crate::engine::{Acknowledged, Origin, Outcomes};
use crate::journal::Log;
use crate::model::{Account, Ledger, Operation, Outcome, Timestamp, limits};
use files::LockedDirectory;
use host::Host;
use lock::{DirectoryLock, Purpose};
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
    host: Arc<Host>,
    is_read_only: bool,
    /// A clone was closed. Apart from the queue's, which has a lock: to take a snapshot waits for
    /// nobody.
    is_closed: AtomicBool,
    process: u32,
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Store").field("host", &self.inner.host).finish_non_exhaustive()
    }
}

/// The promise of outcomes: see [`Store::submit_async`].
#[derive(Debug)]
pub struct Ticket {
    ticket: commit::Ticket,
}

impl Ticket {
    /// Waits until the batch is durable, and gives its outcomes.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub fn wait(self) -> Result<Vec<Outcome>> {
        Ok(self.ticket.wait()?.outcomes.into_own())
    }

    /// Whether [`Ticket::wait`] would return at once.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.ticket.is_done()
    }
}

impl Store {
    /// Opens the store in the directory `path`, and recovers what a crash left.
    ///
    /// # Errors
    /// [`Error::Locked`] if it is open elsewhere; [`Error::NotFound`], [`Error::AlreadyExists`] or
    /// [`Error::NotAStore`] if the directory is not what [`Options::mode`] expects;
    /// [`Error::InvalidArgument`] if it has another id than [`Options::store_id`];
    /// [`Error::NewerFormat`]; [`Error::Corrupt`]; [`Error::MismatchedState`]; [`Error::Io`].
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self> {
        let path = path.as_ref();
        let LockedDirectory { disk, lock } = match options.mode {
            OpenMode::ReadOnly => files::lock_directory_to_read(path, Purpose::Reading)?,
            mode => files::lock_directory(path, mode, options.access)?,
        };
        Self::open_locked(Arc::new(disk), None, options, Some(lock))
    }

    /// Opens the store on a disk of the caller's own: in memory, simulated, or elsewhere. The
    /// caller sees to it that it is open once. Of [`Options::mode`] only [`OpenMode::ReadOnly`] has
    /// an effect: otherwise a store is created if there is none.
    ///
    /// # Errors
    /// As [`Store::open`], except for what the path could be.
    pub fn open_on(disk: Arc<dyn Disk>, options: Options) -> Result<Self> {
        Self::open_locked(disk, None, options, None)
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
        Self::open_locked(disk, Some(log), options, None)
    }

    fn open_locked(
        disk: Arc<dyn Disk>,
        log: Option<Arc<dyn Log>>,
        options: Options,
        lock: Option<DirectoryLock>,
    ) -> Result<Self> {
        Ok(Self::of(Host::open(disk, log, &options, lock)?))
    }

    fn of(host: Host) -> Self {
        let inner = Inner {
            is_read_only: host.is_read_only,
            host: Arc::new(host),
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
        self.do_work(Work::Ledgers(ledgers.to_vec())).map(|answer| answer.outcomes.into_own())
    }

    /// Opens accounts. Sent again, an account is answered [`Status::EXISTS`](crate::Status).
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub fn create_accounts(&self, accounts: &[Account]) -> Result<Vec<Outcome>> {
        check_count(accounts.len())?;
        self.do_work(Work::Accounts(accounts.to_vec())).map(|answer| answer.outcomes.into_own())
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
        let work = copied(operations, data)?;
        self.do_work(work).map(|answer| answer.outcomes.into_own())
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
        let work = copied(operations, data)?;
        self.check_writable()?;
        self.inner.host.committer.submit_into(work, Outcomes::lent(room))?;
        Ok(())
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
        let work = Work::Operations { operations, data, origin: Origin::Host };
        let ticket = self.inner.host.committer.submit_async(work)?;
        Ok(Ticket { ticket })
    }

    /// Settles all holds whose deadline is at or before `to`, and gives how many they were and what
    /// the clock shows. A manual clock moves to `to`, and stays where it is if it shows a later
    /// time.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if `to` is later than the system clock that the store goes by, or
    /// than [`Timestamp::CLOCK_MAX`]; as [`Store::submit`].
    pub fn advance(&self, to: Timestamp) -> Result<Advanced> {
        clock::check_advance(&self.clock(), to)?;
        let answer = self.do_work(Work::Advance(to))?;
        Ok(Advanced { settled: answer.settled, now: self.inner.host.committer.now() })
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
        let work = Work::Acknowledge { consumer: consumer.to_owned(), position };
        let position = position.nanoseconds();
        match self.do_work(work)?.acknowledged {
            Acknowledged::Done | Acknowledged::Nothing => Ok(()),
            Acknowledged::Regresses(known) => Err(Error::InvalidPosition(format!(
                "consumer {consumer:?} has acknowledged {} already, and {position} is before it: \
                 remove the consumer to begin again",
                known.nanoseconds()
            ))),
            Acknowledged::InFuture(last) => Err(Error::InvalidPosition(format!(
                "nothing has happened at {position} yet: the last event is at {}",
                last.nanoseconds()
            ))),
            Acknowledged::TooMany => {
                let what = format!("a store has at most {} consumers", limits::CONSUMERS_MAX);
                Err(Error::LimitExceeded(what))
            }
        }
    }

    /// Forgets a consumer of the event feed, and says whether there was one: it holds back no
    /// archive any more, and its name may begin again.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the name is empty or too long; as [`Store::submit`].
    pub fn remove_consumer(&self, consumer: &str) -> Result<bool> {
        check_consumer(consumer)?;
        let answer = self.do_work(Work::RemoveConsumer(consumer.to_owned()))?;
        Ok(answer.acknowledged == Acknowledged::Done)
    }

    /// What is durable now, to be read: it does not change while the store goes on.
    ///
    /// # Errors
    /// [`Error::Forked`]; [`Error::Closed`].
    pub fn snapshot(&self) -> Result<Snapshot> {
        self.check_process()?;
        self.check_not_closed()?;
        Ok(self.inner.host.snapshot(Some(self.clone())))
    }

    /// Writes what is durable into the state file now, so that the next opening has less to do. The
    /// store does so by itself now and then.
    ///
    /// # Errors
    /// [`Error::Poisoned`] if it fails, or if the store was poisoned before.
    pub fn checkpoint(&self) -> Result<()> {
        self.check_writable()?;
        self.inner.host.checkpoint()
    }

    /// The last durable block and the hash that stands for all history up to it.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use escrowdb::*;
    /// # let directory = tempfile::tempdir()?;
    /// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
    /// let before = store.head();
    /// store.create_ledgers(&[money::iso_ledger(1, "USD")?])?;
    /// assert_eq!(store.head().block, before.block + 1);
    /// assert_ne!(store.head().hash, before.hash);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn head(&self) -> Head {
        self.inner.host.head()
    }

    /// What the store has done since it was opened, and how large it is.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.inner.host.stats()
    }

    /// Takes no more work, waits until all that was taken is answered, and writes a checkpoint.
    /// Other clones then answer [`Error::Closed`] to work and give no more snapshots; those that
    /// were given can be read. If there are no clones, snapshots or wallets, the directory is free
    /// when this returns; tickets do not keep it.
    ///
    /// # Errors
    /// As [`Store::checkpoint`].
    pub fn close(self) -> Result<()> {
        self.check_process()?;
        self.inner.is_closed.store(true, Ordering::Release);
        self.inner.host.close()
    }

    fn do_work(&self, work: Work) -> Result<commit::Answer> {
        self.check_writable()?;
        self.inner.host.do_work(work)
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

fn check_consumer(name: &str) -> Result<()> {
    let longest = limits::CONSUMER_NAME_BYTES_MAX;
    // C takes a name back as text that ends at a zero byte.
    if (1..=longest).contains(&name.len()) && !name.contains('\0') {
        return Ok(());
    }
    let what = format!("a consumer's name is 1 to {longest} bytes, none of them zero");
    Err(Error::InvalidArgument(what))
}

fn check_count(count: usize) -> Result<()> {
    if count <= limits::BATCH_OPERATIONS_MAX {
        return Ok(());
    }
    let most = limits::BATCH_OPERATIONS_MAX;
    Err(Error::LimitExceeded(format!("a batch of {count} is above the limit of {most}")))
}

/// A batch of the host's, if it is within the limits.
fn copied(operations: &[Operation], data: &[u8]) -> Result<Work> {
    check_batch(operations, data)?;
    let (operations, data) = (operations.to_vec(), data.to_vec());
    Ok(Work::Operations { operations, data, origin: Origin::Host })
}

fn check_batch(operations: &[Operation], data: &[u8]) -> Result<()> {
    check_count(operations.len())?;
    // Several operations may share bytes of the side buffer; the journal has them each.
    let documents = operations.iter().filter(|operation| operation.kind.is_about_document());
    let bytes = documents
        .map(|operation| u64::from(operation.value_length) + u64::from(operation.key_length));
    let most = limits::BATCH_DATA_BYTES_MAX as u64;
    let total = bytes.sum::<u64>().max(data.len() as u64);
    if total <= most {
        return Ok(());
    }
    let what = format!("{total} bytes of documents in a batch are above the limit of {most}");
    Err(Error::LimitExceeded(what))
}
