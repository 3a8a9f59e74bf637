//! A store's directory: what makes it one, and who may open it.

use super::{Error, OpenMode, Result};
use crate::disk::{self, Disk};
use crate::journal::{JOURNAL_FOLDER, StoreId};
use crate::model::Id;
use std::fs::{File, TryLockError};
use std::path::Path;

/// The version of the directory's layout.
const LAYOUT_VERSION: u32 = 1;
/// Says that a directory is a store, and which.
const FORMAT_FILE: &str = "FORMAT";
/// Under this name it is written: a file of the right name is always complete.
const FORMAT_FILE_NEW: &str = "FORMAT.new";
/// Locked by the process that has the store open.
const LOCK_FILE: &str = "LOCK";
/// The longest format file that is looked at.
const FORMAT_BYTES_MAX: u64 = 4_096;

/// Checks the path against what is expected there, and locks the directory. The lock ends with the
/// file.
pub(super) fn lock_directory(path: &Path, mode: OpenMode) -> Result<File> {
    let name = || path.display().to_string();
    let found = match path.metadata() {
        Ok(metadata) if !metadata.is_dir() => return Err(Error::NotAStore(name())),
        Ok(_) => holds_store(path)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    match (found, mode) {
        (Some(false), _) => return Err(Error::NotAStore(name())),
        (None, OpenMode::Existing) => return Err(Error::NotFound(name())),
        (Some(true), OpenMode::CreateNew) => return Err(Error::AlreadyExists(name())),
        _ => (),
    }
    std::fs::create_dir_all(path)?;
    let lock =
        File::options().create(true).truncate(false).write(true).open(path.join(LOCK_FILE))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Error::Locked(name())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Whether a directory holds a store (`Some(true)`), something else, or nothing (`None`). What the
/// creation of a store leaves when it is interrupted counts as nothing.
fn holds_store(path: &Path) -> Result<Option<bool>> {
    let mut empty = true;
    for entry in path.read_dir()? {
        let entry = entry?;
        match entry.file_name().to_str() {
            Some(FORMAT_FILE) => return Ok(Some(true)),
            Some(LOCK_FILE | FORMAT_FILE_NEW) => (),
            Some(JOURNAL_FOLDER) => empty &= is_empty_folder(&entry.path()),
            _ => empty = false,
        }
    }
    Ok(if empty { None } else { Some(false) })
}

fn is_empty_folder(path: &Path) -> bool {
    path.read_dir().is_ok_and(|mut entries| entries.next().is_none())
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
    if disk.exists(FORMAT_FILE_NEW)? {
        disk.remove(FORMAT_FILE_NEW)?;
    }
    let file = disk.open(FORMAT_FILE_NEW, disk::OpenMode::CreateNew)?;
    file.write_at(0, format_text(&store_id).as_bytes())?;
    file.sync()?;
    disk.rename(FORMAT_FILE_NEW, FORMAT_FILE)?;
    disk.sync_folder("")?;
    Ok(store_id)
}

fn random_id() -> Result<StoreId> {
    let mut store_id = [0; 16];
    getrandom::fill(&mut store_id)
        .map_err(|error| std::io::Error::other(format!("no random bytes: {error}")))?;
    Ok(store_id)
}

fn format_text(store_id: &StoreId) -> String {
    let id = u128::from_be_bytes(*store_id);
    let text = format!("escrowdb {LAYOUT_VERSION}\nstore {id:032x}\n");
    let crc = crc32fast::hash(text.as_bytes());
    format!("{text}crc32 {crc:08x}\n")
}

fn read_format(disk: &dyn Disk) -> Result<StoreId> {
    let damaged = |what: &str| Error::Corrupt(format!("file {FORMAT_FILE} {what}"));
    let file = disk.open(FORMAT_FILE, disk::OpenMode::Existing)?;
    let length = file.len()?;
    if length > FORMAT_BYTES_MAX {
        return Err(damaged("is too long"));
    }
    let mut bytes = vec![0; length as usize];
    file.read_at(0, &mut bytes)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| damaged("is not text"))?;
    let (body, crc) = text.split_once("crc32 ").ok_or_else(|| damaged("has no checksum"))?;
    if crc != format!("{:08x}\n", crc32fast::hash(body.as_bytes())) {
        return Err(damaged("does not match its checksum"));
    }
    let mut lines = body.lines();
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
