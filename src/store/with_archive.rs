//! A store's disk with the segments of an archive behind it, to be read.
//!
//! Guaranteed: a file of the store hides one of the same name in the archive, and of the archive
//! only those segments are there that the store says were archived from it. An archive that has
//! grown since a backup was made has more: segments from the end of that backup and from after it.
//! Nothing is written into the archive.

use super::copying::segment_name;
use super::{Error, Result};
use crate::disk::{Disk, DiskFile, LocalDisk, OpenMode};
use crate::journal::JOURNAL_FOLDER;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Reads the archive where the store has no segment of a name.
#[derive(Debug)]
pub(super) struct WithArchive {
    store: Arc<dyn Disk>,
    archive: LocalDisk,
    /// The last block that was archived of this store.
    last: u64,
}

impl WithArchive {
    /// The store with the archive in a directory. `last` is the last block that was archived.
    ///
    /// # Errors
    /// [`Error::Io`] if the directory is not there; [`Error::InvalidArgument`] if segments were
    /// archived and it has none of them: whoever names an archive wants it to be read.
    pub(super) fn new(store: Arc<dyn Disk>, directory: &Path, last: u64) -> Result<Self> {
        let archive = LocalDisk::new(directory.to_path_buf());
        archive.open_root()?;
        let names = archive.list(JOURNAL_FOLDER)?;
        let both = Self { store, archive, last };
        let is_ours = |name: &String| both.was_archived(&format!("{JOURNAL_FOLDER}/{name}"));
        if last > 0 && !names.iter().any(is_ours) {
            let path = directory.display();
            let what = format!("{path} has none of the segments that were archived from the store");
            return Err(Error::InvalidArgument(what));
        }
        Ok(both)
    }

    /// Whether a file is a segment that was archived. Names order as numbers do.
    fn was_archived(&self, name: &str) -> bool {
        let (first, last) = (segment_name(1), segment_name(self.last));
        name.len() == last.len() && (first.as_str()..=last.as_str()).contains(&name)
    }
}

impl Disk for WithArchive {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        match self.store.open(name, mode) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.was_archived(name) => {
                self.archive.open(name, OpenMode::ReadOnly)
            }
            opened => opened,
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = self.store.list(folder)?;
        if folder == JOURNAL_FOLDER {
            let archived = self.archive.list(folder)?;
            let is_ours = |name: &String| self.was_archived(&format!("{folder}/{name}"));
            names.extend(archived.into_iter().filter(is_ours));
            names.sort_unstable();
            names.dedup();
        }
        Ok(names)
    }

    fn create_folder(&self, folder: &str) -> io::Result<()> {
        self.store.create_folder(folder)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.store.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.store.remove(name)
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        self.store.sync_folder(folder)
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        Ok(self.store.exists(name)? || (self.was_archived(name) && self.archive.exists(name)?))
    }
}
