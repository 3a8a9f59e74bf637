//! A folder of its own for who builds a state a second time.
//!
//! Guaranteed: it is empty, its owner's alone, and removed when the work is done.

use super::{Error, FileAccess, Result};
use crate::disk::{LocalDisk, named};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// In the store, where there is room for a second state as there was for the first.
const FOLDER: &str = "verify.tmp";

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
    let mut random = [0; 8];
    getrandom::fill(&mut random)
        .map_err(|error| io::Error::other(format!("no random bytes: {error}")))?;
    let name = format!("escrowdb-verify-{:016x}", u64::from_le_bytes(random));
    let done = match Scratch::new(temporary.join(name)) {
        Ok(scratch) => scratch.hold(&mut work),
        Err(error) => Err(error.into()),
    };
    match done {
        Err(Error::Io(error)) if is_full(&error) => {
            let what = format!(
                "{first}{error}: there is no room to build the state a second time: name a folder \
                 that has as much as the state takes by TMPDIR"
            );
            Err(io::Error::new(error.kind(), what).into())
        }
        done => done,
    }
}

/// A folder, until it is dropped.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn new(path: PathBuf) -> io::Result<Self> {
        remove(&path)?;
        FileAccess::Owner.create_directory(&path)?;
        Ok(Self { path })
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

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
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
}
