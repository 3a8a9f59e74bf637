//! Restoring: a backup, copied and verified.
//!
//! Guaranteed: what stands under the name that was asked for is in order; what is there of a
//! restoring that was interrupted is no store.

use super::backup::copy_keys;
use super::copying::{build_directory, copy_file};
use super::files::{lock_directory_to_read, read_format, write_format};
use super::lock::Purpose;
use super::marks::{self, remove_copied, write_archived, write_copied};
use super::{Error, Result, VerifyOptions, VerifyReport, verify_with};
use crate::disk::{Disk, LocalDisk};
use crate::journal::JOURNAL_FOLDER;
use crate::state::STATE_FILE;
use std::path::Path;

/// Restores a backup into a directory of its own: copies it, verifies the copy completely, and
/// gives it its name only if it is in order. `progress` is told how the verification goes on.
///
/// A copy that was cut is refused, whether you give the head or not, for a backup remembers how far
/// it reaches. The restored store does not: it is a store like any other. Its files are its owner's
/// alone, whoever may use those of the backup, unless [`VerifyOptions::file_access`] says
/// otherwise.
///
/// The store that was backed up must not be used any more: both would be the same store with two
/// histories.
///
/// # Errors
/// [`Error::Corrupt`] with the first fault; [`Error::InTheWay`] if the destination is there and
/// no empty directory, or the rest of an earlier attempt with `.partial` behind its name;
/// [`Error::NotFound`], [`Error::NotAStore`], [`Error::Locked`], [`Error::NewerFormat`] of the
/// backup; [`Error::Io`].
pub fn restore(
    backup: impl AsRef<Path>,
    destination: impl AsRef<Path>,
    options: &VerifyOptions,
    progress: impl FnMut(u64, u64),
) -> Result<VerifyReport> {
    let backup = backup.as_ref();
    let from = lock_directory_to_read(backup, Purpose::Reading)?;
    build_directory(destination.as_ref(), options.access, |path| {
        let to = LocalDisk::new(path.to_path_buf()).with_access(options.access);
        let is_copy = copy_store(&from.disk, &to)?;
        let report = verify_with(path, options, progress)?;
        if let Some(fault) = report.fault {
            return Err(Error::Corrupt(fault));
        }
        if is_copy {
            remove_copied(&to)?;
        }
        Ok(report)
    })
}

/// Copies a store that nobody has open. Says whether it is a copy itself.
fn copy_store(from: &dyn Disk, to: &dyn Disk) -> Result<bool> {
    let format = read_format(from)?;
    format.check_log_is_here()?;
    let noted = marks::read(from, &format.store_id)?;
    to.create_folder(JOURNAL_FOLDER)?;
    for name in from.list(JOURNAL_FOLDER)? {
        let name = format!("{JOURNAL_FOLDER}/{name}");
        copy_file(from, &name, to, &name, None)?;
    }
    to.sync_folder(JOURNAL_FOLDER)?;
    if from.exists(STATE_FILE)? {
        copy_file(from, STATE_FILE, to, STATE_FILE, None)?;
    }
    copy_keys(from, to)?;
    if noted.archived.number > 0 {
        write_archived(to, &noted.archived.into())?;
    }
    if let Some(copied) = noted.copied {
        write_copied(to, &copied.into())?;
    }
    write_format(to, &format)?;
    Ok(noted.copied.is_some())
}
