//! The lock of a store's directory.
//!
//! Guaranteed: while one process writes to a store, no other opens it; those that only read it
//! share it. The lock is `flock` on the directory itself, and on `LOCK` in it: deleting `LOCK` lets
//! nobody in, and versions that know only `LOCK` are kept out. It ends with the process, whatever
//! children that has: a program that it starts does not inherit it, and a forked child can let go
//! of its copies by [`take_lock_descriptors`].
//!
//! Directories can share files by links, as copies that `cp -al` makes do. So what is written to is
//! locked, too: the folder of the journal, its last segments and each new one, the state and the
//! keys.
//!
//! A file system that cannot lock a directory, as NFS, is left with the lock on `LOCK`.

use super::house::KEYS_FILE;
use super::{Error, Result};
use crate::disk::{Disk, LocalDisk, OpenMode, Watcher, named};
use crate::journal::JOURNAL_FOLDER;
use crate::state::STATE_FILE;
use rustix::fs::FlockOperation;
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Locked by the process that has the store open, and holds its number in decimal digits if it
/// writes: for people, and for systems where nothing else tells who has a lock.
pub(super) const LOCK_FILE: &str = "LOCK";

/// What a directory is locked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Nobody else may have the store open.
    Writing,
    /// Others may read it, too. Needs no right to write.
    Reading,
    /// As [`Purpose::Reading`], one at a time: for those that need room of their own in the
    /// directory.
    ReadingAlone,
}

/// The lock of a directory, until it is dropped.
pub(super) struct DirectoryLock {
    locked: Vec<Held>,
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
        let writes = purpose == Purpose::Writing;
        let process = std::process::id();
        let newest = Arc::new(Newest { locked: Mutex::default(), process });
        let mut lock = Self { locked: Vec::new(), newest, process };
        match lock.add(disk.reopen_root()?, purpose) {
            Err(Errno::WOULDBLOCK) => return Err(refusal(disk, path, purpose)),
            // Not by this file system: `LOCK` must do.
            Err(error) if is_unable(error) => (),
            locked => locked.map_err(|error| named(error.into(), || path.to_path_buf()))?,
        }
        let mode = match purpose {
            Purpose::Writing => OpenMode::OpenOrCreate,
            Purpose::Reading | Purpose::ReadingAlone => OpenMode::ReadOnly,
        };
        let file = match disk.open_descriptor(LOCK_FILE, mode) {
            // To read is not to leave anything behind.
            Err(error) if !writes && error.kind() == io::ErrorKind::NotFound => {
                lock.add_journal(disk, path, purpose)?;
                return Ok(lock);
            }
            opened => opened?,
        };
        let note = writes.then(|| file.try_clone()).transpose();
        let note = note.map_err(|error| named(error, || path.join(LOCK_FILE)))?;
        match lock.add(file, purpose) {
            Err(Errno::WOULDBLOCK) => return Err(refusal(disk, path, purpose)),
            locked => locked.map_err(|error| named(error.into(), || path.join(LOCK_FILE)))?,
        }
        if let Some(note) = note.map(File::from) {
            // A full disk keeps nobody from opening the store: the number is only for messages.
            let _ = note.set_len(0);
            let _ = note.write_all_at(format!("{}\n", lock.process).as_bytes(), 0);
        }
        lock.add_journal(disk, path, purpose)?;
        Ok(lock)
    }

    /// Locks what another directory may have, too.
    fn add_journal(&mut self, disk: &LocalDisk, path: &Path, purpose: Purpose) -> Result<()> {
        let purpose = match purpose {
            Purpose::Writing => Purpose::Writing,
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
            Purpose::Writing | Purpose::ReadingAlone => FlockOperation::NonBlockingLockExclusive,
            Purpose::Reading => FlockOperation::NonBlockingLockShared,
        };
        // Listed before it is locked, so that a child that is forked in between knows it.
        let held = Held::new(descriptor);
        rustix::fs::flock(held.descriptor(), operation)?;
        self.locked.push(held);
        Ok(())
    }
}

impl Drop for DirectoryLock {
    /// Closing the descriptors alone would not do: whatever this process starts has a copy of them
    /// for a moment, and the lock with it. A forked child, on the other hand, must not end its
    /// parent's.
    fn drop(&mut self) {
        if std::process::id() == self.process {
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
    slot: &'static AtomicI32,
}

impl Held {
    fn new(descriptor: OwnedFd) -> Self {
        let slot = LISTED.list(descriptor.as_raw_fd());
        Self { descriptor: Some(descriptor), slot }
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
        let is_mine = self.slot.swap(FREE, Ordering::AcqRel) != FREE;
        if let Some(descriptor) = self.descriptor.take().filter(|_| !is_mine) {
            // Closed when the process forked; the number may stand for another file since.
            let _ = descriptor.into_raw_fd();
        }
    }
}

/// Stands for no descriptor.
const FREE: i32 = -1;
const CHUNK: usize = 32;
/// The descriptors that may hold locks.
static LISTED: Chunk = Chunk::new();

/// A list that grows, and that can be read where a thread that is not there any more was changing
/// it: it has no lock, and reading it allocates nothing.
struct Chunk {
    slots: [AtomicI32; CHUNK],
    next: OnceLock<Box<Chunk>>,
}

impl Chunk {
    const fn new() -> Self {
        Self { slots: [const { AtomicI32::new(FREE) }; CHUNK], next: OnceLock::new() }
    }

    fn list(&'static self, descriptor: RawFd) -> &'static AtomicI32 {
        let mut chunk = self;
        loop {
            let take = |slot: &&AtomicI32| {
                slot.compare_exchange(FREE, descriptor, Ordering::AcqRel, Ordering::Relaxed).is_ok()
            };
            if let Some(slot) = chunk.slots.iter().find(take) {
                return slot;
            }
            chunk = chunk.next.get_or_init(|| Box::new(Self::new()));
        }
    }
}

/// For a child that has just been forked: hands over each descriptor that holds a lock of the
/// parent's, to be closed, and forgets it. Otherwise the child would keep the stores locked when
/// its parent has ended. Takes no lock and no memory, so that it may be called from a handler of
/// `pthread_atfork`.
#[doc(hidden)]
pub fn take_lock_descriptors(mut close: impl FnMut(RawFd)) {
    let mut next = Some(&LISTED);
    while let Some(chunk) = next {
        for slot in &chunk.slots {
            let descriptor = slot.swap(FREE, Ordering::AcqRel);
            if descriptor != FREE {
                close(descriptor);
            }
        }
        next = chunk.next.get().map(|chunk| &**chunk);
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
        (Purpose::Writing, Some(Holder { writes: false, .. })) => {
            ", which reads it: wait until that has ended"
        }
        (Purpose::Writing, _) => ": one process writes at a time",
        (Purpose::Reading | Purpose::ReadingAlone, _) => ": close it there first, or read a backup",
    };
    Error::Locked(format!("{} is open elsewhere{place}{what}", path.display()))
}

/// Asks Linux, which lists the locks of all processes that this one may see.
fn by_the_system(disk: &LocalDisk) -> Option<Holder> {
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
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
    let file = File::from(disk.open_descriptor(LOCK_FILE, OpenMode::ReadOnly).ok()?);
    let mut text = [0; 11];
    let length = file.read_at(&mut text, 0).ok()?;
    let process = std::str::from_utf8(&text[..length]).ok()?.trim_end().parse().ok()?;
    Some(Holder { process, writes: true })
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

    #[test]
    fn a_list_grows_and_its_places_are_used_again() {
        let list: &'static Chunk = Box::leak(Box::new(Chunk::new()));
        let slots: Vec<_> = (0..100).map(|descriptor| list.list(descriptor)).collect();
        slots[3].store(FREE, Ordering::Release);
        assert!(std::ptr::eq(list.list(1_000), slots[3]));
        let listed: Vec<_> = slots.iter().map(|slot| slot.load(Ordering::Acquire)).collect();
        assert_eq!((listed[2], listed[3], listed[99]), (2, 1_000, 99));
    }
}
