//! The host of a store: the process that has its commit path, its files and its lock.

use super::checks::{acknowledged, removed, work};
use super::files::{self, Format};
use super::house::{KeyStoreSlot, LocalKeyFile, Succession};
use super::lock::DirectoryLock;
use super::{
    Durability, Error, Head, LocalSnapshot, Options, Result, Snapshot, Stats, Store, confirmed,
    local_snapshot, marks, stats,
};
use crate::commit::{self, CommitOptions, Committer, Noted, Work};
use crate::disk::{CountingDisk, Disk, FileAccess, OverlayDisk, RelaxedDisk};
use crate::engine::Origin;
use crate::journal::{JournalError, LocalLog, Log, StoreId};
use crate::model::{Account, Ledger, Operation, Outcome, Timestamp};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An open store, in the process that writes it.
pub(super) struct Host {
    // Before the lock, so that nothing is written any more when the lock ends.
    pub(super) committer: Committer,
    pub(super) disk: Arc<CountingDisk<Arc<dyn Disk>>>,
    pub(super) store_id: StoreId,
    /// Whether a state that is built is to have an index of user data: what `FORMAT` says.
    pub(super) index_user_data: bool,
    pub(super) is_read_only: bool,
    pub(super) access: FileAccess,
    /// Held by the one backup or archiving that runs.
    maintenance: Mutex<()>,
    /// The disk as the commit path sees it.
    pub(super) seam: Arc<dyn Disk>,
    pub(super) keys: KeyStoreSlot,
    /// Whether others may be at work who had a former host.
    succession: Succession,
    /// Ends with the store. On a disk of the caller's own, the caller sees to that.
    lock: Option<DirectoryLock>,
}

impl fmt::Debug for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Host").field("disk", &self.disk).finish_non_exhaustive()
    }
}

impl Host {
    /// Opens a store that is locked, and recovers what a crash left.
    pub(super) fn open(
        disk: Arc<dyn Disk>,
        log: Option<Arc<dyn Log>>,
        options: &Options,
        lock: Option<DirectoryLock>,
    ) -> Result<Self> {
        let ground = Ground::new(disk, log, options)?;
        let Ground { seam, log, store_id, noted, commit, .. } = &ground;
        let committer =
            Committer::open(Arc::clone(seam), Arc::clone(log), *store_id, *noted, commit)?;
        Self::on(ground, committer, options, lock)
    }

    /// The host that a commit path makes of what it stands on.
    pub(super) fn on(
        ground: Ground,
        committer: Committer,
        options: &Options,
        lock: Option<DirectoryLock>,
    ) -> Result<Self> {
        let Ground { disk, seam, format, store_id, .. } = ground;
        let index_user_data = keep_choice(&*disk, &format, options, &committer)?;
        Ok(Self {
            committer,
            disk,
            store_id,
            index_user_data,
            is_read_only: options.is_read_only(),
            access: options.access,
            maintenance: Mutex::default(),
            seam,
            keys: KeyStoreSlot::default(),
            succession: match &lock {
                Some(lock) if lock.succeeds => Succession::TakenOver,
                _ => Succession::First,
            },
            lock,
        })
    }

    /// Others may be guests from now on.
    pub(super) fn let_guests_in(&self) {
        if let Some(lock) = &self.lock {
            lock.let_guests_in();
        }
    }

    /// Guests are left when it ends.
    pub(super) fn leave_guests(&self) {
        if let Some(lock) = &self.lock {
            lock.leave_guests();
        }
    }

    pub(super) fn do_work(&self, work: Work) -> Result<commit::Answer> {
        Ok(self.committer.submit(work)?)
    }

    pub(super) fn create_ledgers(&self, ledgers: &[Ledger]) -> Result<Vec<Outcome>> {
        Ok(self.do_work(Work::Ledgers(ledgers.to_vec()))?.outcomes.into_own())
    }

    pub(super) fn create_accounts(&self, accounts: &[Account]) -> Result<Vec<Outcome>> {
        Ok(self.do_work(Work::Accounts(accounts.to_vec()))?.outcomes.into_own())
    }

    pub(super) fn submit(
        &self,
        operations: &[Operation],
        data: &[u8],
        origin: Origin,
    ) -> Result<Vec<Outcome>> {
        Ok(self.do_work(work(operations, data, origin))?.outcomes.into_own())
    }

    /// Submits for somebody elsewhere, who waits for the ticket.
    pub(super) fn submit_served(&self, work: Work, comes_back: bool) -> Result<commit::Ticket> {
        Ok(self.committer.submit_served(work, comes_back)?)
    }

    pub(super) fn acknowledge(&self, consumer: &str, position: Timestamp) -> Result<()> {
        let work = Work::Acknowledge { consumer: consumer.to_owned(), position };
        acknowledged(consumer, position, &self.do_work(work)?)
    }

    pub(super) fn remove_consumer(&self, consumer: &str) -> Result<bool> {
        Ok(removed(&self.do_work(Work::RemoveConsumer(consumer.to_owned()))?))
    }

    /// What is durable now. It keeps the store open.
    pub(super) fn snapshot(&self, store: Store) -> Snapshot {
        Snapshot::local(self.committer.view(), Arc::clone(self.committer.log()), Some(store))
    }

    /// The same for a guest, which keeps nothing open.
    pub(super) fn snapshot_for_guest(&self) -> LocalSnapshot {
        let log = Arc::clone(self.committer.log());
        LocalSnapshot { view: self.committer.view(), log, store: None }
    }

    pub(super) fn head(&self) -> Head {
        Head::of(&self.committer.view(), &self.store_id)
    }

    pub(super) fn stats(&self) -> Stats {
        stats::gather(&self.committer, &self.disk, &self.head())
    }

    pub(super) fn checkpoint(&self) -> Result<()> {
        Ok(self.committer.checkpoint()?)
    }

    /// The file of keys of the houses.
    pub(super) fn key_file(&self) -> Result<Arc<LocalKeyFile>> {
        let open = || {
            self.committer.check_open()?;
            LocalKeyFile::open(Arc::clone(&self.seam), self.succession)
        };
        self.keys.get(open)
    }

    /// Takes no more work, waits until all that was taken is answered, and writes a checkpoint.
    pub(super) fn close(&self) -> Result<()> {
        self.committer.close();
        self.keys.close();
        if self.is_read_only { Ok(()) } else { self.checkpoint() }
    }

    /// Waits for a backup or archiving that runs, and keeps others out.
    pub(super) fn maintain(&self) -> MutexGuard<'_, ()> {
        self.maintenance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a store stands on: its disk as it is used, what its small files say, and its log.
#[derive(Debug)]
pub(super) struct Ground {
    disk: Arc<CountingDisk<Arc<dyn Disk>>>,
    /// The disk as the commit path sees it.
    pub(super) seam: Arc<dyn Disk>,
    format: Format,
    pub(super) store_id: StoreId,
    pub(super) noted: Noted,
    pub(super) log: Arc<dyn Log>,
    pub(super) commit: CommitOptions,
}

impl Ground {
    /// Reads the small files of a store, or begins one. The log is the one on this disk if none is
    /// given.
    pub(super) fn new(
        disk: Arc<dyn Disk>,
        log: Option<Arc<dyn Log>>,
        options: &Options,
    ) -> Result<Self> {
        let is_read_only = options.is_read_only();
        let disk = match is_read_only {
            true => Arc::new(OverlayDisk::new(disk)),
            false => disk,
        };
        let disk = Arc::new(CountingDisk::new(disk));
        let mut format = match is_read_only {
            true => files::identified(&*disk, options.wanted_id())?,
            false => files::identify(&*disk, options.wanted_id(), options.index_user_data)?,
        };
        let is_elsewhere = log.as_ref().is_some_and(|log| log.files().is_none());
        if !is_elsewhere {
            format.check_log_is_here()?;
        }
        let store_id = format.store_id;
        let seam: Arc<dyn Disk> = match options.durability {
            Durability::Durable => Arc::clone(&disk) as Arc<dyn Disk>,
            Durability::Process => Arc::new(RelaxedDisk::new(Arc::clone(&disk))),
        };
        let mut commit = options.commit();
        commit.state.index_user_data |= format.index_user_data == Some(true);
        commit.guard.confirmed = confirmed::read(&*disk);
        let noted = marks::read(&*disk, &store_id)?;
        let local = || LocalLog::new(Arc::clone(&seam), store_id, commit.journal);
        let log = log.unwrap_or_else(|| Arc::new(local()));
        if is_elsewhere && !format.log_is_elsewhere {
            check_is_replica(&local(), &*log)?;
            // Before anything is written that another log would be needed for.
            format.log_is_elsewhere = true;
            files::write_format(&*disk, &format)?;
        }
        Ok(Self { disk, seam, format, store_id, noted, log, commit })
    }
}

/// Refuses to make a replica of a store whose own journal has what the log lacks: it would be
/// forgotten. A backup of the log's store has but what the log has, or had.
fn check_is_replica(local: &LocalLog, log: &dyn Log) -> Result<()> {
    let before = local.trusted_before(u64::MAX)?;
    let head = local.open(before, before.number.into())?.end()?;
    if head.number == 0 {
        return Ok(());
    }
    let is_there = match log.header(head.number, head.number.into()) {
        Ok(header) => header.is_some_and(|header| header.hash == head.hash),
        Err(JournalError::Archived { .. }) if log.archived() == head => true,
        Err(error) => return Err(error.into()),
    };
    if is_there {
        return Ok(());
    }
    Err(Error::InvalidArgument(format!(
        "the store in this directory has a journal of its own, whose last block, {}, is not in the \
         log: open it without the log, or name another directory",
        head.number
    )))
}

/// Sees that what was asked of the index of user data is there, and that `FORMAT` knows of it, so
/// that the index outlives `state.redb`. Gives what it says.
fn keep_choice(
    disk: &dyn Disk,
    format: &Format,
    options: &Options,
    committer: &Committer,
) -> Result<bool> {
    let is_indexed = committer.view().index_user_data();
    if options.index_user_data && !is_indexed {
        return Err(Error::InvalidArgument(local_snapshot::no_index(
            "index_user_data was asked for, and ",
        )));
    }
    // An earlier version may have built a state without it.
    let choice = is_indexed || format.index_user_data == Some(true);
    if format.index_user_data != Some(choice) && !options.is_read_only() {
        files::write_format(disk, &Format { index_user_data: Some(choice), ..*format })?;
    }
    Ok(choice)
}
