//! A folder of its own for who builds a state a second time.
//!
//! Guaranteed: it is empty, its owner's alone, and removed when the work is done; what a process
//! left that was killed meanwhile, the next work removes. A folder in use is locked, which ends
//! with its process: so none of a live process is ever removed, and none of another user.

use super::{Error, FileAccess, Result};
use crate::disk::{LocalDisk, named};
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// In the store, where there is room for a second state as there was for the first.
const FOLDER: &str = "verify.tmp";
/// What a folder among the temporary files of everybody is called, before 16 random digits.
const TEMPORARY_PREFIX: &str = "escrowdb-verify-";
/// Names that are tried for one. Only somebody who removes it at once makes another one necessary.
const TRIES: usize = 16;

/// Does something in a folder in that of a store, which nobody else verifies meanwhile; where
/// nothing can be created in there, or there is no room for it, from the beginning in one in the
/// system's folder for temporary files.
pub(super) fn in_one<T>(store: &Path, work: impl FnMut(LocalDisk) -> Result<T>) -> Result<T> {
    in_one_of(store, &std::env::temp_dir(), work)
}

fn in_one_of<T>(
    store: &Path,
    temporary: &Path,
    mut work: impl FnMut(LocalDisk) -> Result<T>,
) -> Result<T> {
    remove_left_behind(temporary);
    let mut first = String::new();
    match Scratch::new(store.join(FOLDER)) {
        Ok(scratch) => match scratch.hold(&mut work) {
            Err(Error::Io(error)) if is_full(&error) => first = format!("{error}; "),
            done => return done,
        },
        Err(error) if is_full(&error) => first = format!("{error}; "),
        Err(error) if is_read_only(&error) => (),
        Err(error) => return Err(error.into()),
    }
    let done = match Scratch::temporary(temporary) {
        Ok(scratch) => scratch.hold(&mut work),
        Err(error) => Err(error.into()),
    };
    match done {
        Err(Error::Io(error)) if is_full(&error) => {
            let what = format!(
                "{first}{error}: there is no room to build the state a second time: {}",
                what_to_do(&error)
            );
            Err(io::Error::new(error.kind(), what).into())
        }
        done => done,
    }
}

/// As [`in_one`], beside others that verify the same store at the same time.
pub(super) fn in_one_of_many<T>(
    store: &Path,
    mut work: impl FnMut(LocalDisk) -> Result<T>,
) -> Result<T> {
    remove_left_behind(store);
    match Scratch::temporary(store) {
        Ok(scratch) => match scratch.hold(&mut work) {
            Err(Error::Io(error)) if is_full(&error) => (),
            done => return done,
        },
        Err(error) if is_full(&error) || is_read_only(&error) => (),
        Err(error) => return Err(error.into()),
    }
    Scratch::temporary(&std::env::temp_dir())?.hold(work)
}

/// A folder, until it is dropped.
struct Scratch {
    path: PathBuf,
    /// Locked as long as it is open.
    _lock: Option<File>,
}

impl Scratch {
    fn new(path: PathBuf) -> io::Result<Self> {
        remove(&path)?;
        FileAccess::Owner.create_directory(&path)?;
        Ok(Self { path, _lock: None })
    }

    /// A new one among the temporary files, which is locked.
    fn temporary(folder: &Path) -> io::Result<Self> {
        for _ in 0..TRIES {
            let mut random = [0; 8];
            getrandom::fill(&mut random)
                .map_err(|error| io::Error::other(format!("no random bytes: {error}")))?;
            let name = format!("{TEMPORARY_PREFIX}{:016x}", u64::from_le_bytes(random));
            let mut scratch = Self::new(folder.join(name))?;
            match lock(&scratch.path) {
                // Somebody who tidies up met it before it was locked.
                Ok(None) => continue,
                Ok(lock) => scratch._lock = lock,
                // Without locks nobody removes it who cannot lock it either.
                Err(_) => (),
            }
            return Ok(scratch);
        }
        Err(io::Error::other("each new folder for temporary files was removed at once"))
    }

    /// Does something in it, and removes it; that this cannot be done is told.
    fn hold<T>(self, work: impl FnOnce(LocalDisk) -> Result<T>) -> Result<T> {
        let done = work(LocalDisk::new(self.path.clone()));
        match (done, remove(&self.path)) {
            (Ok(_), Err(error)) => Err(error.into()),
            (done, _) => done,
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Who wants to know has removed it before.
        let _ = remove(&self.path);
    }
}

/// Locks a folder of this user's own; `None` if somebody else has it, or if it is not there any
/// more.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let flags = rustix::fs::OFlags::DIRECTORY | rustix::fs::OFlags::NOFOLLOW;
    let opened = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path);
    let folder = match opened {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let about = folder.metadata()?;
    if about.uid() != rustix::process::geteuid().as_raw() {
        return Ok(None);
    }
    match folder.try_lock() {
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
        Ok(()) => (),
    }
    // What was locked may have been removed before that, and another one stand in its place.
    match fs::symlink_metadata(path) {
        Ok(there) if (there.dev(), there.ino()) == (about.dev(), about.ino()) => Ok(Some(folder)),
        _ => Ok(None),
    }
}

/// Removes what killed processes of this user left among the temporary files. What cannot be
/// removed stays: it is in nobody's way.
fn remove_left_behind(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let digits = name.to_str().and_then(|name| name.strip_prefix(TEMPORARY_PREFIX));
        let is_ours = digits.is_some_and(|digits| {
            digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if is_ours && let Ok(Some(_lock)) = lock(&entry.path()) {
            let _ = remove(&entry.path());
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    use ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// Of a disk that is full.
fn what_to_do(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::FileTooLarge => {
            "raise the limit on the size of a file (ulimit -f), or name a folder on a file system \
             that takes files as large as the state by TMPDIR"
        }
        _ => "name a folder that has as much as the state takes by TMPDIR",
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(named(error, || folder.to_path_buf()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::disk::{Disk, OpenMode};

    /// A store that had filled its disk could not be verified, just when its owner wants to know:
    /// the temporary folder on another disk was not even looked at.
    #[test]
    fn a_full_disk_is_no_reason_not_to_verify() {
        let (store, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut tried = 0;
        let mut full_at_first = |times: u32| {
            tried = 0;
            in_one_of(store.path(), other.path(), |disk| {
                tried += 1;
                disk.open("state", OpenMode::CreateNew)?.write_at(0, b"so far")?;
                let [here, there] =
                    [store.path(), other.path()].map(|path| path.read_dir().unwrap().count());
                assert_eq!((here, there), if tried == 1 { (1, 0) } else { (0, 1) });
                match tried <= times {
                    true => Err(io::Error::from(ErrorKind::StorageFull).into()),
                    false => Ok(tried),
                }
            })
        };
        assert_eq!(full_at_first(0).unwrap(), 1);
        assert_eq!(full_at_first(1).unwrap(), 2, "from the beginning");
        let error = full_at_first(2).unwrap_err().to_string();
        assert!(error.contains("TMPDIR"), "{error}");
        for path in [store.path(), other.path()] {
            assert_eq!(path.read_dir().unwrap().count(), 0, "nothing is left behind");
        }
    }
    /// Symptom: where files may not be as large as the state (`ulimit -f`, or a file system of
    /// small files), verification ended with "file too large". Cause: that was not taken for a full
    /// disk.
    #[test]
    fn a_file_that_may_not_grow_is_a_full_disk() {
        let (store, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut tried = 0;
        let done = in_one_of(store.path(), other.path(), |_| -> Result<()> {
            tried += 1;
            Err(io::Error::from_raw_os_error(rustix::io::Errno::FBIG.raw_os_error()).into())
        });
        let error = done.unwrap_err().to_string();
        assert!(error.contains("ulimit -f") && error.contains("TMPDIR"), "{error}");
        assert_eq!(tried, 2, "the second folder is tried, too");
    }

    /// Symptom: each verification that was killed left a folder as large as the state among the
    /// temporary files. Cause: nobody ever removed it. Now the next one does, if the process has
    /// ended.
    #[test]
    fn what_a_killed_verification_left_is_removed() {
        let (store, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |name: &str| other.path().join(name);
        let left = at("escrowdb-verify-00112233445566ff");
        let others =
            ["escrowdb-verify-", "escrowdb-verify-of-mine", "escrowdb-verify-0011223344556677x"];
        fs::create_dir(&left).unwrap();
        fs::write(left.join("state.redb"), "so far").unwrap();
        others.iter().for_each(|name| fs::create_dir(at(name)).unwrap());
        // Not a folder, but what leads to one.
        fs::create_dir(at("kept")).unwrap();
        fs::write(at("kept/file"), "mine").unwrap();
        std::os::unix::fs::symlink(at("kept"), at("escrowdb-verify-0123456789abcdef")).unwrap();
        let live = Scratch::temporary(other.path()).unwrap();
        in_one_of(store.path(), other.path(), |_| Ok(())).unwrap();
        assert!(!left.exists(), "of a process that has ended");
        assert!(live.path.exists(), "of one that lives");
        assert!(others.iter().all(|name| at(name).exists()), "of somebody else's making");
        assert!(at("kept/file").exists());
        let path = live.path.clone();
        drop(live);
        assert!(!path.exists());
    }
}
