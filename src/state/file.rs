//! The file of the database: how it comes into being, is opened and is closed.
//!
//! Guarantees that a file of the right name is complete, and that neither opening nor closing a
//! damaged one panics. Knows no tables but that they are to be created.

use super::Options;
use super::backend::Backend;
use super::checkpoint;
use super::error::{StateError, guarded};
use crate::disk::{Disk, OpenMode};
use redb::{Builder, Database};
use std::ops::Deref;

/// The file in the store's folder.
pub(crate) const FILE: &str = "state.redb";
/// Under this name it is created.
const NEW_FILE: &str = "state.redb.new";

/// Whether there is a state on the disk.
pub(crate) fn is_there(disk: &dyn Disk) -> std::io::Result<bool> {
    disk.exists(FILE)
}

/// An open database.
pub(super) struct File {
    /// Gone only while this is dropped.
    database: Option<Database>,
}

impl File {
    /// Opens the file in `disk`, and creates it if there is none.
    pub(super) fn open(
        disk: &dyn Disk,
        store_id: &[u8; 16],
        options: Options,
    ) -> Result<Self, StateError> {
        if !disk.exists(FILE)? {
            let create = |file: &Self| checkpoint::create(file, store_id, options.index_user_data);
            create_with(disk, options, create)?;
        }
        Self::open_as(disk, FILE, OpenMode::Existing, options)
    }

    fn open_as(
        disk: &dyn Disk,
        name: &str,
        mode: OpenMode,
        options: Options,
    ) -> Result<Self, StateError> {
        let file = disk.open(name, mode)?;
        // redb would make a new database of it.
        if mode == OpenMode::Existing && file.len()? == 0 {
            return Err(StateError::corrupt_file("it is empty"));
        }
        let database = guarded(|| {
            let mut builder = Builder::new();
            builder.set_cache_size(options.cache_bytes);
            Ok(builder.create_with_backend(Backend::new(file))?)
        });
        Ok(Self { database: Some(database?) })
    }
}

impl Deref for File {
    type Target = Database;

    fn deref(&self) -> &Database {
        self.database.as_ref().expect("the database is taken by drop only")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // redb writes when it closes, and can panic like everywhere else. Nothing is lost then:
        // what is not in a checkpoint is in the journal.
        let database = self.database.take();
        let _: Result<(), StateError> = guarded(|| {
            drop(database);
            Ok(())
        });
    }
}

/// Creates the file, all of it or nothing.
pub(super) fn create_with(
    disk: &dyn Disk,
    options: Options,
    fill: impl FnOnce(&File) -> Result<(), StateError>,
) -> Result<(), StateError> {
    // Left by a crash.
    if disk.exists(NEW_FILE)? {
        disk.remove(NEW_FILE)?;
    }
    let file = File::open_as(disk, NEW_FILE, OpenMode::CreateNew, options)?;
    fill(&file)?;
    drop(file);
    disk.rename(NEW_FILE, FILE)?;
    disk.sync_folder("")?;
    Ok(())
}
