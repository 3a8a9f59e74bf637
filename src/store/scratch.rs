//! A folder of its own for who builds a state a second time.
//!
//! Guaranteed: it is empty, its owner's alone, and removed when it is dropped.

use super::{FileAccess, Result};
use crate::disk::{LocalDisk, named};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// In the store, where there is room for a second state as there was for the first.
const FOLDER: &str = "verify.tmp";

/// A folder, until it is dropped.
pub(super) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// A folder in that of a store, which nobody else verifies meanwhile; or, where nothing can be
    /// created in there, in the system's folder for temporary files.
    pub(super) fn of(store: &Path) -> Result<Self> {
        let path = store.join(FOLDER);
        match remove(&path).and_then(|()| FileAccess::Owner.create_directory(&path)) {
            Ok(()) => Ok(Self { path }),
            Err(error) if is_read_only(&error) => Self::elsewhere(),
            Err(error) => Err(error.into()),
        }
    }

    fn elsewhere() -> Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random)
            .map_err(|error| io::Error::other(format!("no random bytes: {error}")))?;
        let name = format!("escrowdb-verify-{:016x}", u64::from_le_bytes(random));
        let path = std::env::temp_dir().join(name);
        FileAccess::Owner.create_directory(&path)?;
        Ok(Self { path })
    }

    /// What is in it.
    pub(super) fn disk(&self) -> LocalDisk {
        LocalDisk::new(self.path.clone())
    }

    /// Removes it, and says whether that could be done.
    pub(super) fn remove(&self) -> Result<()> {
        Ok(remove(&self.path)?)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Who wants to know has removed it before.
        let _ = remove(&self.path);
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
