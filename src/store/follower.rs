//! A replica: a state that follows the log of a store which somebody else leads.

#[cfg(feature = "postgres")]
use super::elsewhere;
use super::files::LockedDirectory;
#[cfg(feature = "postgres")]
use super::files::lock_directory;
use super::host::{Ground, Host};
use super::{Error, Head, Options, Result, Snapshot, Store};
use crate::commit::{Committer, Following};
use crate::disk::Disk;
use crate::journal::Log;
use crate::state::State;
#[cfg(feature = "postgres")]
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A replica of a store whose log is elsewhere, in a database or [of the caller's
/// own](Store::open_with_log): a thread of its own carries out each block that the log
/// acknowledged. It is read through snapshots like a store's own, which are the store as it was
/// after some block, and of later blocks each time. Nothing can be written to it.
///
/// The keys of persons are in no log yet: a replica has those of the backup that it began with, if
/// any. So before customers are served by a store that took over, copy the file `KEYS` of the
/// former leader, or what was registered since cannot be read, and who was erased since is not.
///
/// While the log cannot be reached, the replica shows what it has, and goes on by itself when it
/// can.
///
/// ```no_run
/// use escrowdb::{Follower, Options, Store, disk::LocalDisk, journal::Log};
/// use std::{sync::Arc, time::Duration};
///
/// /// Reads what was written through the leader up to a block, and goes on as the leader.
/// fn take_over(log: Arc<dyn Log>, options: Options, block: u64) -> escrowdb::Result<Store> {
///     let disk = Arc::new(LocalDisk::new("replica".into()));
///     let follower = Follower::open_with_log(disk, log, options)?;
///     if follower.wait_for(block, Duration::from_secs(1))? {
///         println!("{}", follower.snapshot()?.timestamp().nanoseconds());
///     }
///     follower.lead()
/// }
/// ```
#[derive(Debug)]
pub struct Follower {
    following: Following,
    ground: Ground,
    options: Options,
    process: u32,
    /// After what writes there, so that nobody else does meanwhile.
    locked: Option<LockedDirectory>,
}

impl Follower {
    /// Brings the replica in the directory `path` up to the log that [`Options::log`] names, and
    /// follows it from there. The directory may be empty, or one that followed before or led, or a
    /// restored backup. While it follows nobody else has it open; once it [leads](Self::lead),
    /// others may be guests.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] without a log, if it is another store's than
    /// [`Options::store_id`], or if the store in the directory has blocks of its own that the log
    /// lacks; [`Error::Locked`] if somebody has the directory open; as
    /// [`Follower::open_with_log`], and as [`Store::open`] what the path could be.
    #[cfg(feature = "postgres")]
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self> {
        Self::check_writes(&options)?;
        let locked = lock_directory(path.as_ref(), &options.clone().exclusive(true))?;
        let (options, log) = elsewhere::connect(&options)?;
        let log = log.ok_or_else(|| {
            Error::InvalidArgument("say by the option log what is to be followed".into())
        })?;
        Self::on(Arc::new(locked.disk.clone()), log, options, Some(locked))
    }

    /// Brings a replica up to what the log has by now, and follows it from there, with the replica
    /// on a disk of the caller's own: an empty one, one that followed before or led, or a restored
    /// backup. The caller sees to it that it is open once. Name the store with
    /// [`Options::store_id`].
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the log is in the files of a store, which has one process, or
    /// for [`OpenMode::ReadOnly`](crate::OpenMode::ReadOnly): a replica is written as it follows;
    /// [`Error::MismatchedState`] if the replica has blocks that the log has not;
    /// [`Error::Archived`] if the log has no more what the replica lacks; [`Error::Unavailable`] if
    /// it cannot be reached; as [`Store::open_on`].
    pub fn open_with_log(disk: Arc<dyn Disk>, log: Arc<dyn Log>, options: Options) -> Result<Self> {
        Self::check_writes(&options)?;
        if log.files().is_some() {
            let what = "the log is in files of one process: there is nothing to follow";
            return Err(Error::InvalidArgument(what.into()));
        }
        Self::on(disk, log, options, None)
    }

    fn on(
        disk: Arc<dyn Disk>,
        log: Arc<dyn Log>,
        options: Options,
        locked: Option<LockedDirectory>,
    ) -> Result<Self> {
        let ground = Ground::new(disk, Some(log), &options)?;
        let state = State::open(Arc::clone(&ground.seam), ground.store_id, ground.commit.state)
            .map_err(Error::from)?;
        let following = Following::start(state, &ground.log, ground.store_id, &ground.commit)?;
        Ok(Self { following, ground, options, process: std::process::id(), locked })
    }

    fn check_writes(options: &Options) -> Result<()> {
        if options.is_read_only() {
            let what = "a replica is written as it follows: open it to write";
            return Err(Error::InvalidArgument(what.into()));
        }
        Ok(())
    }

    /// What the replica has now, to be read: it does not change while the replica goes on. Also
    /// when following has ended with a failure.
    ///
    /// # Errors
    /// [`Error::Forked`].
    pub fn snapshot(&self) -> Result<Snapshot> {
        self.check_process()?;
        Ok(Snapshot::local(self.following.view(), Arc::clone(&self.ground.log), None))
    }

    /// The last block that the replica has, and the hash of all history up to it.
    #[must_use]
    pub fn head(&self) -> Head {
        Head::of(&self.following.view(), &self.ground.store_id)
    }

    /// Waits until the replica has the block of this number, but no longer than so, and says
    /// whether it has.
    ///
    /// # Errors
    /// As [`Follower::check`], if the block will not come; [`Error::Forked`].
    pub fn wait_for(&self, block: u64, patience: Duration) -> Result<bool> {
        self.check_process()?;
        Ok(self.following.wait_for(block, patience)?)
    }

    /// Waits until the replica has all that was answered before this call, by whomever: what a
    /// [snapshot](Self::snapshot) shows then is no older than the call. No longer than so; says
    /// whether it has. What is behind may be read all the while.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the log cannot say in time what was answered, for which it takes
    /// [`Options::log_patience`] at most; as [`Follower::wait_for`].
    pub fn catch_up(&self, patience: Duration) -> Result<bool> {
        self.check_process()?;
        let begun = Instant::now();
        let last = self.ground.log.last(patience)?;
        self.wait_for(last, patience.saturating_sub(begun.elapsed()))
    }

    /// Whether the replica still follows.
    ///
    /// # Errors
    /// [`Error::Poisoned`] with what went wrong. It is followed again once it is opened again.
    pub fn check(&self) -> Result<()> {
        Ok(self.following.check()?)
    }

    /// Takes the log over, and goes on as the store: who led it before is fenced, and answers
    /// nothing any more. All that the log has is carried out before this returns. Snapshots of the
    /// replica stay.
    ///
    /// # Errors
    /// As [`Follower::check`] and [`Store::open_with_log`]; open the disk again then.
    pub fn lead(self) -> Result<Store> {
        self.check_process()?;
        let Self { following, ground, options, locked, .. } = self;
        let replay = following.stop()?;
        let (log, id) = (Arc::clone(&ground.log), ground.store_id);
        let committer = Committer::take_over(replay, log, id, ground.noted, &ground.commit)?;
        if let Some(LockedDirectory { disk, lock }) = locked {
            let host = Host::on(ground, committer, &options, Some(lock))?;
            return Store::of_directory(host, &disk, &options);
        }
        Ok(Store::of(Host::on(ground, committer, &options, None)?))
    }

    /// Stops following, and writes what the replica has, so that the next opening has less to do.
    ///
    /// # Errors
    /// As [`Follower::check`]; [`Error::Io`].
    pub fn close(self) -> Result<()> {
        self.check_process()?;
        let replay = self.following.stop()?;
        Ok(replay.state().checkpoint()?)
    }

    fn check_process(&self) -> Result<()> {
        if std::process::id() == self.process { Ok(()) } else { Err(Error::Forked) }
    }
}
