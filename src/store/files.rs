//! A store's directory: what makes it one, and who may open it.

use super::copying::create_store_directory;
use super::lock::{DirectoryLock, LOCK_FILE, Purpose};
use super::{Error, OpenMode, Options, Result, sealed};
use crate::disk::{Disk, LocalDisk};
use crate::journal::{JOURNAL_FOLDER, StoreId};
use crate::model::Id;
use std::io::ErrorKind;
use std::path::Path;

/// The version of the directory's layout.
const LAYOUT_VERSION: u32 = 1;
/// Says that a directory is a store, and which.
const FORMAT_FILE: &str = "FORMAT";

/// A directory that is open and locked.
#[derive(Debug)]
pub(super) struct LockedDirectory {
    /// What is in it, relative to its descriptor.
    pub(super) disk: LocalDisk,
    pub(super) lock: DirectoryLock,
}

/// Checks the path against what is expected there, opens the directory, and locks it to write to
/// it. If there is none it is created.
pub(super) fn lock_directory(path: &Path, options: &Options) -> Result<LockedDirectory> {
    let (mode, access) = (options.mode, options.access);
    let disk = LocalDisk::new(path.to_path_buf()).with_access(access);
    let found = find_store(path, &disk)?;
    match (found, mode) {
        (None, OpenMode::Existing) => return Err(Error::NotFound(path.display().to_string())),
        (None, _) => create_store_directory(path, access)?,
        _ => (),
    }
    let lock = match DirectoryLock::take(&disk, path, options.purpose()) {
        Err(Error::Locked(_)) if mode == OpenMode::CreateNew && is_store(&disk)? => {
            return Err(Error::AlreadyExists(path.display().to_string()));
        }
        lock => lock?,
    };
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

/// As [`lock_directory`], of a directory that is open.
pub(super) fn lock_again(disk: &LocalDisk, purpose: Purpose) -> Result<LockedDirectory> {
    let lock = DirectoryLock::take(disk, disk.root(), purpose)?;
    disk.check_root()?;
    Ok(LockedDirectory { disk: disk.clone(), lock })
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

/// What the file `FORMAT` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Format {
    /// Which store this is.
    pub(super) store_id: StoreId,
    /// Whether operations are to be found by their user data, where the state is built: it outlives
    /// `state.redb`. `None` in a store that no version opened yet which writes it.
    pub(super) index_user_data: Option<bool>,
    /// The journal is in a log of the host's own, and not in this directory.
    pub(super) log_is_elsewhere: bool,
}

impl Format {
    /// Refuses to read the journal where there is none: it would be taken for that of an empty
    /// store.
    pub(super) fn check_log_is_here(&self) -> Result<()> {
        if !self.log_is_elsewhere {
            return Ok(());
        }
        let what =
            "the log of this store is elsewhere: open it with that log, or use a backup of it";
        Err(Error::InvalidArgument(what.into()))
    }
}

/// Reads which store this is, or makes it one with the choice. If an id is wanted, it is that one.
pub(super) fn identify(disk: &dyn Disk, wanted: Option<StoreId>, index: bool) -> Result<Format> {
    if is_store(disk)? {
        let found = read_format(disk)?;
        check_id(&found, wanted)?;
        return Ok(found);
    }
    let store_id = wanted.map_or_else(random_id, Ok)?;
    // The folder comes first: a store that has a name has all its parts, or none that matter.
    disk.create_folder(JOURNAL_FOLDER)?;
    let format = Format { store_id, index_user_data: Some(index), log_is_elsewhere: false };
    write_format(disk, &format)?;
    Ok(format)
}

/// Reads which store this is; there must be one. If an id is wanted, it is that one.
pub(super) fn identified(disk: &dyn Disk, wanted: Option<StoreId>) -> Result<Format> {
    if !is_store(disk)? {
        return Err(Error::NotFound("the disk".into()));
    }
    let found = read_format(disk)?;
    check_id(&found, wanted)?;
    Ok(found)
}

/// Holds the id of a store against the one that is wanted.
pub(super) fn check_id(found: &Format, wanted: Option<StoreId>) -> Result<()> {
    check_wanted(found.store_id, wanted)
}

/// Holds an id against the one that is wanted.
pub(super) fn check_wanted(found: StoreId, wanted: Option<StoreId>) -> Result<()> {
    match wanted {
        Some(wanted) if wanted != found => {
            let (found, wanted) = (Id::from_bytes(found), Id::from_bytes(wanted));
            Err(Error::InvalidArgument(format!("the store has the id {found}, not {wanted}")))
        }
        _ => Ok(()),
    }
}

fn random_id() -> Result<StoreId> {
    let mut store_id = [0; 16];
    getrandom::fill(&mut store_id)
        .map_err(|error| std::io::Error::other(format!("no random bytes: {error}")))?;
    Ok(store_id)
}

/// Says that the directory is this store: the last that is written of it.
pub(super) fn write_format(disk: &dyn Disk, format: &Format) -> Result<()> {
    let id = u128::from_be_bytes(format.store_id);
    // A version that knows no such line does not look at it.
    let index = match format.index_user_data {
        Some(index) => format!("index_user_data {}\n", u8::from(index)),
        None => String::new(),
    };
    let log = if format.log_is_elsewhere { "log elsewhere\n" } else { "" };
    let text = format!("escrowdb {LAYOUT_VERSION}\nstore {id:032x}\n{index}{log}");
    sealed::write(disk, FORMAT_FILE, &text)
}

/// Reads which store this is.
pub(super) fn read_format(disk: &dyn Disk) -> Result<Format> {
    let text = sealed::read(disk, FORMAT_FILE)?;
    let mut lines = text.lines();
    let damaged = |what| sealed::damaged(FORMAT_FILE, what);
    let found = lines.next().and_then(|line| line.strip_prefix("escrowdb ")?.parse().ok());
    match found {
        None => return Err(damaged("has no version")),
        Some(LAYOUT_VERSION) => (),
        Some(found) => {
            let what = "the store".into();
            return Err(Error::NewerFormat { what, found, supported: LAYOUT_VERSION });
        }
    }
    let id = lines.next().and_then(|line| line.strip_prefix("store "));
    let id = id.and_then(|id| u128::from_str_radix(id, 16).ok());
    let store_id = id.map(u128::to_be_bytes).ok_or_else(|| damaged("has no store id"))?;
    let log_is_elsewhere = lines.clone().any(|line| line == "log elsewhere");
    let index_user_data = match lines.find_map(|line| line.strip_prefix("index_user_data ")) {
        None => None,
        Some("0") => Some(false),
        Some("1") => Some(true),
        Some(_) => return Err(damaged("has neither 0 nor 1 for index_user_data")),
    };
    Ok(Format { store_id, index_user_data, log_is_elsewhere })
}
