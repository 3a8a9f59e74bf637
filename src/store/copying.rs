//! Copying files from disk to disk, and building a directory that is there whole or not at all.
//!
//! Knows nothing of what the files hold.

use super::{Error, Result};
use crate::disk::{Disk, FileAccess, OpenMode, named};
use crate::journal::JOURNAL_FOLDER;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Files are copied in pieces of this size.
const PIECE_BYTES: usize = 1 << 20;

/// The files of the journal, by rising numbers of their first blocks, as paths in the store.
pub(super) fn segment_name(segment: u64) -> String {
    format!("{JOURNAL_FOLDER}/{segment:020}.seg")
}

/// Copies the first `length` bytes of a file, or all of it, to another disk, where the new name
/// must not be there. Durable but for the name. Gives the number of bytes.
pub(super) fn copy_file(
    from: &dyn Disk,
    name: &str,
    to: &dyn Disk,
    new_name: &str,
    length: Option<u64>,
) -> Result<u64> {
    let source = from.open(name, OpenMode::ReadOnly)?;
    let length = match length {
        Some(length) => length,
        None => source.len()?,
    };
    let target = to.open(new_name, OpenMode::CreateNew)?;
    let mut piece = vec![0; PIECE_BYTES];
    let mut offset = 0;
    while offset < length {
        let count = (length - offset).min(PIECE_BYTES as u64);
        let piece = &mut piece[..count as usize];
        source.read_at(offset, piece)?;
        target.write_at(offset, piece)?;
        offset += count;
    }
    target.sync()?;
    Ok(length)
}

/// Whether the file of this name has the same bytes on both disks.
pub(super) fn is_same(one: &dyn Disk, other: &dyn Disk, name: &str) -> Result<bool> {
    let (one, other) = (one.open(name, OpenMode::ReadOnly)?, other.open(name, OpenMode::ReadOnly)?);
    let length = one.len()?;
    if other.len()? != length {
        return Ok(false);
    }
    let (mut left, mut right) = (vec![0; PIECE_BYTES], vec![0; PIECE_BYTES]);
    let mut offset = 0;
    while offset < length {
        let count = (length - offset).min(PIECE_BYTES as u64) as usize;
        one.read_at(offset, &mut left[..count])?;
        other.read_at(offset, &mut right[..count])?;
        if left[..count] != right[..count] {
            return Ok(false);
        }
        offset += count as u64;
    }
    Ok(true)
}

/// Fills a new directory by `fill`, which works under another name: the directory has its own name
/// only when all of it is there and durable. Whatever stands at its own name must be an empty
/// directory.
pub(super) fn build_directory<R>(
    path: &Path,
    access: FileAccess,
    fill: impl FnOnce(&Path) -> Result<R>,
) -> Result<R> {
    let name = |path: &Path| path.display().to_string();
    if !is_free(path)? {
        let what = format!("{} exists and is not an empty directory: name another one", name(path));
        return Err(Error::InTheWay(what));
    }
    let partial = partial_name(path)?;
    match access.create_directory(&partial) {
        Ok(()) => (),
        // Left by a crash, or of somebody who is at it just now: whoever knows may remove it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let what =
                format!("{} is left over from an earlier attempt: remove it", name(&partial));
            return Err(Error::InTheWay(what));
        }
        Err(error) => return Err(error.into()),
    }
    let filled = fill(&partial).and_then(|filled| {
        sync_folder(&partial)?;
        fs::rename(&partial, path).map_err(|error| named(error, || path.to_path_buf()))?;
        sync_folder(parent(path))?;
        Ok(filled)
    });
    if filled.is_err() {
        // The reason for the failure is the news; that something is left of it is not.
        drop(fs::remove_dir_all(&partial));
    }
    filled
}

/// Creates a directory in which a store is to be, with its parents, all of their names durable. If
/// it is there already, whoever created it may have ended before its name was.
pub(super) fn create_store_directory(path: &Path, access: FileAccess) -> Result<()> {
    if !path.exists() {
        return create_directory(path, access);
    }
    match sync_folder(parent(path)) {
        // Who may not look into the parent directory has not created this one.
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(error.into()),
        _ => Ok(()),
    }
}

/// Creates a directory and its parents, all of their names durable. It may be there already.
pub(super) fn create_directory(path: &Path, access: FileAccess) -> Result<()> {
    let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
    let missing: Vec<_> = path.ancestors().take_while(is_missing).collect();
    access.create_directories(path)?;
    for path in missing {
        sync_folder(parent(path))?;
    }
    Ok(())
}

/// Whether there is nothing at the path, or an empty directory.
fn is_free(path: &Path) -> Result<bool> {
    match path.read_dir() {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(named(error, || path.to_path_buf()).into()),
    }
}

/// Makes the names in a directory durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|error| named(error, || path.to_path_buf()))
}

/// The name of the directory while it is not complete, beside its own.
fn partial_name(path: &Path) -> Result<PathBuf> {
    let what = || Error::InvalidArgument(format!("{} names no directory", path.display()));
    let mut name = path.file_name().ok_or_else(what)?.to_owned();
    name.push(".partial");
    Ok(path.with_file_name(name))
}

fn parent(path: &Path) -> &Path {
    let parent = path.parent().unwrap_or(Path::new("."));
    if parent.as_os_str().is_empty() { Path::new(".") } else { parent }
}
