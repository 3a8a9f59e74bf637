//! A store's directory: what makes it one, and who may open it.

use super::copying::create_store_directory;
use super::head::{Head, hex, unhex};
use super::lock::{DirectoryLock, LOCK_FILE, Purpose};
use super::{Error, OpenMode, Result, sealed};
use crate::disk::{Disk, FileAccess, LocalDisk};
use crate::journal::{ChainHead, JOURNAL_FOLDER, StoreId};
use crate::model::Id;
use std::io::ErrorKind;
use std::path::Path;

/// The version of the directory's layout.
const LAYOUT_VERSION: u32 = 1;
/// Says that a directory is a store, and which.
const FORMAT_FILE: &str = "FORMAT";
/// Says up to which block the journal was archived; not there if it never was.
const ARCHIVE_FILE: &str = "ARCHIVE";
/// A directory that is open and locked.
pub(super) struct LockedDirectory {
    /// What is in it, relative to its descriptor.
    pub(super) disk: LocalDisk,
    pub(super) lock: DirectoryLock,
}

/// Checks the path against what is expected there, opens the directory, and locks it to write to it.
/// If there is none it is created.
pub(super) fn lock_directory(
    path: &Path,
    mode: OpenMode,
    access: FileAccess,
) -> Result<LockedDirectory> {
    let disk = LocalDisk::new(path.to_path_buf()).with_access(access);
    let found = find_store(path, &disk)?;
    match (found, mode) {
        (None, OpenMode::Existing) => return Err(Error::NotFound(path.display().to_string())),
        (None, _) => create_store_directory(path, access)?,
        _ => (),
    }
    let lock = DirectoryLock::take(&disk, path, Purpose::Writing)?;
    // Between the look and the lock another process may have created the store, or renamed it.
    disk.check_root()?;
    if mode == OpenMode::CreateNew && is_store(&disk)? {
        return Err(Error::AlreadyExists(path.display().to_string()));
    }
    Ok(LockedDirectory { disk, lock })
}

/// Opens the directory of a store that is there, and locks it to read it: nothing is written to it,
/// not even a name.
pub(super) fn lock_directory_to_read(path: &Path, purpose: Purpose) -> Result<LockedDirectory> {
    let disk = LocalDisk::new(path.to_path_buf());
    if find_store(path, &disk)?.is_none() {
        return Err(Error::NotFound(path.display().to_string()));
    }
    let lock = DirectoryLock::take(&disk, path, purpose)?;
    disk.check_root()?;
    Ok(LockedDirectory { disk, lock })
}

/// Whether there is a store at the path: `None` if there is nothing.
fn find_store(path: &Path, disk: &LocalDisk) -> Result<Option<()>> {
    let not_a_store = || Error::NotAStore(path.display().to_string());
    match disk.open_root() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::NotADirectory => return Err(not_a_store()),
        opened => opened?,
    }
    match holds_store(disk)? {
        Some(false) => Err(not_a_store()),
        found => Ok(found.map(|_| ())),
    }
}

/// Whether a directory holds a store (`Some(true)`), something else, or nothing (`None`). What the
/// creation of a store leaves when it is interrupted counts as nothing.
fn holds_store(disk: &LocalDisk) -> Result<Option<bool>> {
    let mut empty = true;
    for name in disk.all_names("")? {
        match &*name {
            FORMAT_FILE => return Ok(Some(true)),
            LOCK_FILE => (),
            name if name == sealed::new_name(FORMAT_FILE) => (),
            JOURNAL_FOLDER => {
                empty &= disk.all_names(JOURNAL_FOLDER).is_ok_and(|all| all.is_empty())
            }
            _ => empty = false,
        }
    }
    Ok(if empty { None } else { Some(false) })
}

/// Whether a disk holds a store: not an archive, which has no name of its own.
pub(super) fn is_store(disk: &dyn Disk) -> Result<bool> {
    Ok(disk.exists(FORMAT_FILE)?)
}

/// Reads which store this is, or makes it one. If an id is wanted, it is that one.
pub(super) fn identify(disk: &dyn Disk, wanted: Option<StoreId>) -> Result<StoreId> {
    if disk.exists(FORMAT_FILE)? {
        let found = read_format(disk)?;
        return match wanted {
            Some(wanted) if wanted != found => {
                let (found, wanted) = (Id::from_bytes(found), Id::from_bytes(wanted));
                Err(Error::InvalidArgument(format!("the store has the id {found}, not {wanted}")))
            }
            _ => Ok(found),
        };
    }
    let store_id = wanted.map_or_else(random_id, Ok)?;
    // The folder comes first: a store that has a name has all its parts, or none that matter.
    disk.create_folder(JOURNAL_FOLDER)?;
    write_format(disk, &store_id)?;
    Ok(store_id)
}

fn random_id() -> Result<StoreId> {
    let mut store_id = [0; 16];
    getrandom::fill(&mut store_id)
        .map_err(|error| std::io::Error::other(format!("no random bytes: {error}")))?;
    Ok(store_id)
}

/// Says that the directory is this store: the last that is written of it.
pub(super) fn write_format(disk: &dyn Disk, store_id: &StoreId) -> Result<()> {
    let id = u128::from_be_bytes(*store_id);
    sealed::write(disk, FORMAT_FILE, &format!("escrowdb {LAYOUT_VERSION}\nstore {id:032x}\n"))
}

fn read_format(disk: &dyn Disk) -> Result<StoreId> {
    let text = sealed::read(disk, FORMAT_FILE)?;
    let mut lines = text.lines();
    let damaged = |what| sealed::damaged(FORMAT_FILE, what);
    let found = lines.next().and_then(|line| line.strip_prefix("escrowdb ")?.parse().ok());
    match found {
        None => return Err(damaged("has no version")),
        Some(LAYOUT_VERSION) => (),
        Some(found) => return Err(Error::NewerFormat { found, supported: LAYOUT_VERSION }),
    }
    let id = lines.next().and_then(|line| line.strip_prefix("store "));
    let id = id.and_then(|id| u128::from_str_radix(id, 16).ok());
    id.map(u128::to_be_bytes).ok_or_else(|| damaged("has no store id"))
}

/// Remembers that the journal is archived up to this block, which ends a segment: the segments up to
/// it may be missing.
pub(super) fn write_archived(disk: &dyn Disk, archived: &Head) -> Result<()> {
    let Head { block, timestamp, hash } = archived;
    let (time, hash) = (timestamp.nanoseconds(), hex(hash));
    let text = format!("archived {LAYOUT_VERSION}\nblock {block}\ntime {time}\nhash {hash}\n");
    sealed::write(disk, ARCHIVE_FILE, &text)
}

/// The last block that was ever archived, or the origin of the chain.
pub(super) fn read_archived(disk: &dyn Disk, store_id: &StoreId) -> Result<ChainHead> {
    if !disk.exists(ARCHIVE_FILE)? {
        return Ok(ChainHead::origin(store_id));
    }
    let text = sealed::read(disk, ARCHIVE_FILE)?;
    let mut lines = text.lines();
    let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
    let damaged = |what| sealed::damaged(ARCHIVE_FILE, what);
    match value("archived").and_then(|version| version.parse().ok()) {
        None => return Err(damaged("has no version")),
        Some(LAYOUT_VERSION) => (),
        Some(found) => return Err(Error::NewerFormat { found, supported: LAYOUT_VERSION }),
    }
    let mut read = || {
        let number = value("block")?.parse().ok()?;
        let timestamp = value("time")?.parse().ok()?;
        let hash = unhex(value("hash")?)?;
        Some(ChainHead { number, hash, timestamp })
    };
    read().ok_or_else(|| damaged("names no block"))
}
