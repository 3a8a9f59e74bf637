//! The lock of a store's directory.
//!
//! Guaranteed: while one process writes to a store, no other opens it; those that only read it
//! share it. The lock is `flock` on the directory itself, and on `LOCK` in it: deleting `LOCK` lets
//! nobody in, and versions that know only `LOCK` are kept out. It ends with the process, whatever
//! children that has: a program that it starts does not inherit it, and a forked child can let go
//! of its copies by [`super::take_inherited_descriptors`].
//!
//! Directories can share files by links, as copies that `cp -al` makes do. So what is written to is
//! locked, too: the folder of the journal, its last segments and each new one, the state and the
//! keys.
//!
//! A file system that cannot lock a directory, as NFS, is left with the lock on `LOCK`.

use super::house::KEYS_FILE;
use super::inherited::Inherited;
use super::{Error, Result};
use crate::disk::{Disk, LocalDisk, OpenMode, Watcher, named};
use crate::journal::JOURNAL_FOLDER;
use crate::state::STATE_FILE;
use rustix::fs::FlockOperation;
use rustix::io::Errno;
use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::{IntoRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Locked by the process that has the store open, and holds its number in decimal digits if it
/// writes: for people, and for systems where nothing else tells who has a lock.
pub(super) const LOCK_FILE: &str = "LOCK";

/// In the second line of [`LOCK_FILE`]: whoever has the lock takes guests.
const TAKES_GUESTS: &str = "takes guests";
/// In the same line: whoever has the lock is there for a moment, and is waited for.
const PASSES: &str = "passes";
/// In the same line: whoever has the lock asked to be alone.
const ALONE: &str = "alone";

/// Where Linux lists the locks of all processes.
const LOCKS: &str = "/proc/locks";

/// What a directory is locked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Nobody else may have the store open.
    Writing,
    /// As [`Purpose::Writing`]; others may be guests.
    Hosting,
    /// As [`Purpose::Writing`], for a moment: others wait until it has ended.
    Passing,
    /// Others may read it, too. Needs no right to write.
    Reading,
    /// As [`Purpose::Reading`], one at a time: for those that need room of their own in the
    /// directory.
    ReadingAlone,
}

/// The lock of a directory, until it is dropped.
pub(super) struct DirectoryLock {
    locked: Vec<Held>,
    /// Where it says more than who has it, if it does.
    note: Option<File>,
    /// A host that took guests ended before: some of them may be at work.
    pub(super) succeeds: bool,
    /// Guests are left when the lock ends.
    has_guests: AtomicBool,
    newest: Arc<Newest>,
    process: u32,
}

/// Segments at the end of the journal that are locked: the last one, and that before it, which is
/// gone on with if the last was never finished.
const SEGMENTS: usize = 2;

/// The segment that was begun last.
#[derive(Debug)]
struct Newest {
    locked: Mutex<Option<Held>>,
    process: u32,
}

impl Newest {
    /// Locks another one, or none, instead.
    fn replace(&self, by: Option<Held>) {
        let mut locked = self.locked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = std::mem::replace(&mut *locked, by) {
            before.unlock(self.process);
        }
    }
}

impl Watcher for Newest {
    fn created(&self, file: OwnedFd) {
        let held = Held::new(file);
        // Nobody else can have a new file: if this fails, the file system cannot lock.
        if rustix::fs::flock(held.descriptor(), FlockOperation::NonBlockingLockExclusive).is_ok() {
            self.replace(Some(held));
        }
    }
}

impl DirectoryLock {
    /// Locks the directory that the disk is on. `path` is for the message.
    pub(super) fn take(disk: &LocalDisk, path: &Path, purpose: Purpose) -> Result<Self> {
        let said = match purpose {
            Purpose::Hosting => Some(TAKES_GUESTS),
            Purpose::Passing => Some(PASSES),
            Purpose::Writing => Some(ALONE),
            Purpose::Reading | Purpose::ReadingAlone => None,
        };
        let writes = said.is_some();
        let process = std::process::id();
        let newest = Arc::new(Newest { locked: Mutex::default(), process });
        let mut lock = Self {
            locked: Vec::new(),
            note: None,
            succeeds: false,
            has_guests: AtomicBool::new(false),
            newest,
            process,
        };
        match lock.add(disk.reopen_root()?, purpose) {
            Err(Errno::WOULDBLOCK) => return Err(refusal(disk, path, purpose)),
            // Not by this file system: `LOCK` must do.
            Err(error) if is_unable(error) => (),
            locked => locked.map_err(|error| named(error.into(), || path.to_path_buf()))?,
        }
        let mode = match purpose {
            _ if writes => OpenMode::OpenOrCreate,
            _ => OpenMode::ReadOnly,
        };
        let file = match disk.open_descriptor(LOCK_FILE, mode) {
            // To read is not to leave anything behind.
            Err(error) if !writes && error.kind() == io::ErrorKind::NotFound => {
                lock.add_journal(disk, path, purpose)?;
                return Ok(lock);
            }
            opened => opened?,
        };
        // Opened by itself: a copy of the descriptor would keep the lock in forked children.
        let note = writes.then(|| disk.open_descriptor(LOCK_FILE, mode)).transpose()?;
        match lock.add(file, purpose) {
            Err(Errno::WOULDBLOCK) => return Err(refusal(disk, path, purpose)),
            locked => locked.map_err(|error| named(error.into(), || path.join(LOCK_FILE)))?,
        }
        if let Some(note) = note.map(File::from) {
            lock.succeeds = says_guests(read_note(disk));
            lock.note = Some(note);
            said.inspect(|said| lock.say(said));
        }
        lock.add_journal(disk, path, purpose)?;
        Ok(lock)
    }

    /// Says that others may be guests, who were kept out until now.
    pub(super) fn let_guests_in(&self) {
        self.say(TAKES_GUESTS);
    }

    /// Writes down who has the lock, and what for. A full disk keeps nobody from opening the store:
    /// the number is only for messages.
    fn say(&self, what: &str) {
        if let Some(note) = &self.note {
            let _ = note.set_len(0);
            let _ = note.write_all_at(format!("{}\n{what}\n", self.process).as_bytes(), 0);
        }
    }

    /// Guests are left when this ends.
    pub(super) fn leave_guests(&self) {
        self.has_guests.store(true, Ordering::Release);
    }

    /// Locks what another directory may have, too.
    fn add_journal(&mut self, disk: &LocalDisk, path: &Path, purpose: Purpose) -> Result<()> {
        let purpose = match purpose {
            Purpose::Writing | Purpose::Hosting | Purpose::Passing => Purpose::Writing,
            // Room of one's own is in the directory.
            Purpose::Reading | Purpose::ReadingAlone => Purpose::Reading,
        };
        let mut add = |name: &str, descriptor| match self.add(descriptor, purpose) {
            Err(Errno::WOULDBLOCK) => Err(Error::Locked(format!(
                "{} shares {name} with a store that is open elsewhere: a copy of a store must have \
                 files of its own",
                path.display()
            ))),
            Err(error) if is_unable(error) => Ok(()),
            locked => Ok(locked.map_err(|error| named(error.into(), || path.join(name)))?),
        };
        if let Some(folder) = disk.reopen_folder(JOURNAL_FOLDER)? {
            add(JOURNAL_FOLDER, folder)?;
        }
        let names = disk.list(JOURNAL_FOLDER)?;
        let segments = names.iter().rev().filter(|name| name.ends_with(".seg"));
        for name in segments.take(SEGMENTS).map(|name| format!("{JOURNAL_FOLDER}/{name}")) {
            add(&name, disk.open_descriptor(&name, OpenMode::ReadOnly)?)?;
        }
        for name in [STATE_FILE, KEYS_FILE] {
            if disk.exists(name)? {
                add(name, disk.open_descriptor(name, OpenMode::ReadOnly)?)?;
            }
        }
        if purpose == Purpose::Writing {
            disk.watch(JOURNAL_FOLDER, Arc::clone(&self.newest) as Arc<dyn Watcher>);
        }
        Ok(())
    }

    fn add(&mut self, descriptor: OwnedFd, purpose: Purpose) -> Result<(), Errno> {
        let operation = match purpose {
            Purpose::Reading => FlockOperation::NonBlockingLockShared,
            _ => FlockOperation::NonBlockingLockExclusive,
        };
        // Listed before it is locked, so that a child that is forked in between knows it.
        let held = Held::new(descriptor);
        rustix::fs::flock(held.descriptor(), operation)?;
        self.locked.push(held);
        Ok(())
    }
}

impl fmt::Debug for DirectoryLock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DirectoryLock").finish_non_exhaustive()
    }
}

impl Drop for DirectoryLock {
    /// Closing the descriptors alone would not do: whatever this process starts has a copy of them
    /// for a moment, and the lock with it. A forked child, on the other hand, must not end its
    /// parent's.
    fn drop(&mut self) {
        if std::process::id() == self.process {
            // Whoever has the lock next is to know of guests that go on.
            if let Some(note) = &self.note
                && !self.has_guests.load(Ordering::Acquire)
            {
                let _ = note.set_len(format!("{}\n", self.process).len() as u64);
            }
            self.newest.replace(None);
            self.locked.drain(..).for_each(|held| held.unlock(self.process));
        }
    }
}

/// Whether the file system cannot lock what it was asked to.
fn is_unable(error: Errno) -> bool {
    matches!(error, Errno::BADF | Errno::INVAL | Errno::NOTSUP | Errno::NOLCK | Errno::NOSYS)
}

/// A descriptor that may hold a lock, listed for forked children.
#[derive(Debug)]
struct Held {
    /// Gone only while this is dropped.
    descriptor: Option<OwnedFd>,
    listed: Inherited,
}

impl Held {
    fn new(descriptor: OwnedFd) -> Self {
        let listed = Inherited::list(&descriptor);
        Self { descriptor: Some(descriptor), listed }
    }

    /// Ends the lock, and closes the descriptor, in the process that has taken it.
    fn unlock(self, process: u32) {
        if std::process::id() == process {
            // If it fails, the lock ends when the last copy is closed.
            let _ = rustix::fs::flock(self.descriptor(), FlockOperation::Unlock);
        }
    }

    fn descriptor(&self) -> &OwnedFd {
        self.descriptor.as_ref().expect("the descriptor is taken by drop only")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let is_mine = self.listed.end();
        if let Some(descriptor) = self.descriptor.take().filter(|_| !is_mine) {
            // Closed when the process forked; the number may stand for another file since.
            let _ = descriptor.into_raw_fd();
        }
    }
}

/// Who has a lock.
struct Holder {
    process: u32,
    writes: bool,
}

/// Says that the directory is locked, by whom, and what to do.
fn refusal(disk: &LocalDisk, path: &Path, purpose: Purpose) -> Error {
    let holder = by_the_system(disk).or_else(|| by_the_file(disk));
    let place = match &holder {
        Some(holder) if holder.process == std::process::id() => ", in this process".to_owned(),
        Some(holder) => format!(", in process {}", holder.process),
        None => String::new(),
    };
    let what = match (purpose, holder) {
        (
            Purpose::Writing | Purpose::Hosting | Purpose::Passing,
            Some(Holder { writes: false, .. }),
        ) => ", which reads it: wait until that has ended",
        (Purpose::Writing, _) => ": one process writes at a time",
        (Purpose::Hosting | Purpose::Passing, _) => " and takes no guests",
        (Purpose::Reading | Purpose::ReadingAlone, _) => ": close it there first, or read a backup",
    };
    Error::Locked(format!("{} is open elsewhere{place}{what}", path.display()))
}

/// Asks Linux, which lists the locks of all processes that this one may see.
fn by_the_system(disk: &LocalDisk) -> Option<Holder> {
    let locks = std::fs::read_to_string(LOCKS).ok()?;
    let directory = disk.reopen_root().ok();
    let file = disk.open_descriptor(LOCK_FILE, OpenMode::ReadOnly).ok();
    [directory, file].into_iter().flatten().find_map(|descriptor| {
        let stat = rustix::fs::fstat(descriptor).ok()?;
        let (major, minor) = (rustix::fs::major(stat.st_dev), rustix::fs::minor(stat.st_dev));
        let place = format!("{major:02x}:{minor:02x}:{}", stat.st_ino);
        locks.lines().find_map(|line| holder_in(line, &place))
    })
}

/// Reads a line such as `1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF`.
fn holder_in(line: &str, place: &str) -> Option<Holder> {
    let [_, "FLOCK", _, kind, process, of, ..] = *line.split_whitespace().collect::<Vec<_>>()
    else {
        return None;
    };
    let process = process.parse().ok().filter(|process| *process > 0)?;
    (of == place).then_some(Holder { process, writes: kind == "WRITE" })
}

/// Reads who wrote to the store last; who reads it writes down nothing.
fn by_the_file(disk: &LocalDisk) -> Option<Holder> {
    let process = read_note(disk)?.lines().next()?.parse().ok()?;
    Some(Holder { process, writes: true })
}

fn read_note(disk: &LocalDisk) -> Option<String> {
    let file = File::from(disk.open_descriptor(LOCK_FILE, OpenMode::ReadOnly).ok()?);
    let mut text = [0; 32];
    let length = file.read_at(&mut text, 0).ok()?;
    std::str::from_utf8(&text[..length]).ok().map(str::to_owned)
}

/// The number of the process that has the lock, as far as that can be found out.
pub(super) fn holder(disk: &LocalDisk) -> Option<u32> {
    by_the_system(disk).or_else(|| by_the_file(disk)).map(|holder| holder.process)
}

/// What is to be done about whoever has the lock of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manners {
    /// It takes guests.
    TakesGuests,
    /// It is there for a moment: it reads, or said so.
    Passes,
    /// It asked to be alone.
    Stays,
    /// It says nothing: it has just come, it is just leaving, or it is an earlier version.
    Unknown,
    /// There is nobody: it has just left, or what is locked is a file that another directory
    /// shares.
    Nobody,
}

/// What whoever has the lock of a directory is like, and the number of its process, as far as that
/// can be found out.
pub(super) fn manners(disk: &LocalDisk) -> (Manners, Option<u32>) {
    let holder = by_the_system(disk);
    let process = holder.as_ref().map(|holder| holder.process);
    let note = read_note(disk);
    let said = note.as_deref().and_then(|note| note.lines().nth(1));
    let reads = holder.as_ref().is_some_and(|holder| !holder.writes);
    // To wait for oneself would be to wait for ever.
    let is_own = holder.is_some_and(|holder| holder.process == std::process::id());
    let manners = match said {
        _ if reads && is_own => Manners::Stays,
        _ if reads => Manners::Passes,
        Some(TAKES_GUESTS) => Manners::TakesGuests,
        Some(PASSES) if !is_own => Manners::Passes,
        Some(PASSES | ALONE) => Manners::Stays,
        _ if process.is_none() && std::fs::exists(LOCKS).is_ok_and(|there| there) => {
            Manners::Nobody
        }
        _ => Manners::Unknown,
    };
    (manners, process)
}

fn says_guests(note: Option<String>) -> bool {
    note.is_some_and(|note| note.lines().nth(1) == Some(TAKES_GUESTS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_is_read_from_the_list_of_locks() {
        let read = |line| holder_in(line, "fe:10:77").map(|holder| (holder.process, holder.writes));
        let cases = [
            ("1: FLOCK  ADVISORY  WRITE 4711 fe:10:77 0 EOF", Some((4_711, true))),
            ("22: FLOCK  ADVISORY  READ 12 fe:10:77 0 EOF", Some((12, false))),
            // Waits for it; of another file; not of this kind; of a process that cannot be seen.
            ("1: -> FLOCK  ADVISORY  WRITE 4711 fe:10:77 0 EOF", None),
            ("1: FLOCK  ADVISORY  WRITE 4711 fe:10:7 0 EOF", None),
            ("1: POSIX  ADVISORY  WRITE 4711 fe:10:77 0 EOF", None),
            ("1: FLOCK  ADVISORY  WRITE 0 fe:10:77 0 EOF", None),
            ("1: FLOCK  ADVISORY  WRITE -1 fe:10:77 0 EOF", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line), expected, "{line}");
        }
    }
}
