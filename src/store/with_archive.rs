//! A store's disk with the segments of an archive behind it, to be read.
//!
//! Guaranteed: a file of the store hides one of the same name in the archive. Nothing is written
//! into the archive.

use crate::disk::{Disk, DiskFile, OpenMode};
use crate::journal::JOURNAL_FOLDER;
use std::io;
use std::sync::Arc;

/// Reads the archive where the store has no file of a name.
#[derive(Debug)]
pub(super) struct WithArchive {
    pub(super) store: Arc<dyn Disk>,
    pub(super) archive: Arc<dyn Disk>,
}

impl Disk for WithArchive {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        match self.store.open(name, mode) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.archive.open(name, OpenMode::ReadOnly)
            }
            opened => opened,
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = self.store.list(folder)?;
        if folder == JOURNAL_FOLDER {
            names.extend(self.archive.list(folder)?);
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
        Ok(self.store.exists(name)? || self.archive.exists(name)?)
    }
}
