//! A disk in memory, for stores that need not last and for tests, with faults on demand.
//!
//! It behaves as [`super::LocalDisk`] does, with two differences: everything written is "durable"
//! at once, and [`MemoryDisk::fail_after`] makes it fail as a dying disk does: from one call on,
//! nothing that changes the disk succeeds, and the write that failed has left half of its bytes.
//!
//! It does not simulate a power cut: it never forgets what was written and not synced.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::{Disk, DiskFile, OpenMode, check_folder, check_name};

/// Files in memory. A clone is the same disk.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk {
    names: Arc<Mutex<Names>>,
    faults: Arc<Faults>,
}

#[derive(Debug, Default)]
struct Names {
    files: BTreeMap<String, Arc<Contents>>,
    folders: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Contents {
    bytes: RwLock<Vec<u8>>,
}

#[derive(Debug, Default)]
struct Faults {
    next: Mutex<Option<Fault>>,
}

/// The fault to come, or, with no calls left, already there.
#[derive(Debug)]
struct Fault {
    calls_left: u64,
    kind: io::ErrorKind,
}

impl MemoryDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the `calls`-th next call that changes the disk fail, and each later one too: writes,
    /// syncs, lengths, and the creation, renaming and removal of names. 0 is taken as 1. The write
    /// that fails first writes the first half of its bytes.
    pub fn fail_after(&self, calls: u64, kind: io::ErrorKind) {
        *lock(&self.faults.next) = Some(Fault { calls_left: calls.max(1), kind });
    }

    /// Ends the faults that [`MemoryDisk::fail_after`] began: the disk was replaced by a good one
    /// with the same contents.
    pub fn heal(&self) {
        *lock(&self.faults.next) = None;
    }

    /// A second disk with a copy of the contents and no faults.
    pub fn duplicate(&self) -> Self {
        let names = lock(&self.names);
        let copy = |contents: &Arc<Contents>| {
            Arc::new(Contents { bytes: RwLock::new(contents.read().clone()) })
        };
        let files = names.files.iter().map(|(name, file)| (name.clone(), copy(file))).collect();
        let names = Names { files, folders: names.folders.clone() };
        Self { names: Arc::new(Mutex::new(names)), faults: Arc::default() }
    }
}

impl Disk for MemoryDisk {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        check_name(name)?;
        let mut names = lock(&self.names);
        let contents = match (names.files.get(name), mode) {
            (Some(_), OpenMode::CreateNew) => return Err(io::ErrorKind::AlreadyExists.into()),
            (Some(contents), _) => contents.clone(),
            (None, OpenMode::Existing | OpenMode::ReadOnly) => {
                return Err(io::ErrorKind::NotFound.into());
            }
            (None, _) => {
                names.require_parent(name)?;
                self.faults.step()?;
                names.files.entry(name.to_owned()).or_default().clone()
            }
        };
        let (disk, name, is_writable) = (self.clone(), name.to_owned(), mode != OpenMode::ReadOnly);
        Ok(Arc::new(MemoryFile { disk, name, contents, is_writable }))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        check_folder(folder)?;
        let names = lock(&self.names);
        let inside = names.files.keys().filter(|name| parent(name) == folder);
        Ok(inside.map(|name| name.rsplit('/').next().unwrap_or(name).to_owned()).collect())
    }

    fn create_folder(&self, folder: &str) -> io::Result<()> {
        check_folder(folder)?;
        self.faults.step()?;
        let mut names = lock(&self.names);
        let mut rest = folder;
        while !rest.is_empty() {
            names.folders.insert(rest.to_owned());
            rest = parent(rest);
        }
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        check_name(from)?;
        check_name(to)?;
        let mut names = lock(&self.names);
        names.require_parent(to)?;
        if !names.files.contains_key(from) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.faults.step()?;
        if let Some(contents) = names.files.remove(from) {
            names.files.insert(to.to_owned(), contents);
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        check_name(name)?;
        let mut names = lock(&self.names);
        if !names.files.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.faults.step()?;
        names.files.remove(name);
        Ok(())
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        check_folder(folder)?;
        if !folder.is_empty() && !lock(&self.names).folders.contains(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.faults.step()
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        check_name(name)?;
        Ok(lock(&self.names).files.contains_key(name))
    }
}

impl Names {
    fn require_parent(&self, name: &str) -> io::Result<()> {
        let folder = parent(name);
        if folder.is_empty() || self.folders.contains(folder) {
            return Ok(());
        }
        Err(io::ErrorKind::NotFound.into())
    }
}

/// The folder that a name is in; `""` for the root.
fn parent(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl Faults {
    /// Counts one call that changes the disk, and fails it when its time has come.
    fn step(&self) -> io::Result<()> {
        match &mut *lock(&self.next) {
            Some(fault) if fault.calls_left <= 1 => {
                fault.calls_left = 0;
                Err(io::Error::new(fault.kind, "injected fault"))
            }
            Some(fault) => {
                fault.calls_left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Whether a call has failed already.
    fn have_begun(&self) -> bool {
        matches!(&*lock(&self.next), Some(fault) if fault.calls_left == 0)
    }
}

/// No invariant of this module spans a panic, so a lock that a panicking thread held is good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug)]
struct MemoryFile {
    disk: MemoryDisk,
    name: String,
    contents: Arc<Contents>,
    is_writable: bool,
}

impl MemoryFile {
    fn check_writable(&self) -> io::Result<()> {
        if self.is_writable { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }
}

impl Contents {
    fn read(&self) -> std::sync::RwLockReadGuard<'_, Vec<u8>> {
        self.bytes.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
        let end = start.checked_add(bytes.len()).ok_or(io::ErrorKind::InvalidInput)?;
        let mut contents = self.bytes.write().unwrap_or_else(PoisonError::into_inner);
        if contents.len() < end {
            contents.resize(end, 0);
        }
        contents[start..end].copy_from_slice(bytes);
        Ok(())
    }
}

impl DiskFile for MemoryFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.contents.read().len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let contents = self.contents.read();
        let range = usize::try_from(offset)
            .ok()
            .and_then(|start| Some(start..start.checked_add(buffer.len())?))
            .and_then(|range| contents.get(range))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(range);
        Ok(())
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.check_writable()?;
        let already_dead = self.disk.faults.have_begun();
        if let Err(error) = self.disk.faults.step() {
            if !already_dead {
                self.contents.write(offset, &bytes[..bytes.len() / 2])?;
            }
            return Err(error);
        }
        self.contents.write(offset, bytes)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.check_writable()?;
        self.disk.faults.step()?;
        let length = usize::try_from(length).map_err(|_| io::ErrorKind::InvalidInput)?;
        let mut contents = self.contents.bytes.write().unwrap_or_else(PoisonError::into_inner);
        contents.resize(length, 0);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.faults.step()?;
        self.check_reachable()
    }

    fn check_reachable(&self) -> io::Result<()> {
        let names = lock(&self.disk.names);
        if names.files.get(&self.name).is_some_and(|named| Arc::ptr_eq(named, &self.contents)) {
            return Ok(());
        }
        let what = format!("{} was renamed, replaced or removed", self.name);
        Err(io::Error::new(io::ErrorKind::NotFound, what))
    }
}
