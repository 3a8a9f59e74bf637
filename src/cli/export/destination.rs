//! Where an export goes: whole, or not at all.
//!
//! It is written beside its place, synced, and then put there, so that nobody takes the first half
//! of the books for the books, be it one file or a directory of several. What is in its place
//! already is left alone.

use crate::cli::failure::Failure;
use crate::cli::input::is_in_store;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What an export is called until it is whole.
const UNFINISHED: &str = "unfinished";

/// A new file, or a new directory of files.
pub(super) struct Destination {
    place: PathBuf,
    /// Until it is whole.
    unfinished: PathBuf,
    /// The rights of a file.
    mode: u32,
    /// Whether it was begun here, and is not whole.
    is_ours: bool,
}

impl Destination {
    /// One at `place`, where nothing may be, with the rights `mode`.
    pub(super) fn new(place: &Path, mode: u32) -> Result<Self, Failure> {
        let Some(name) = place.file_name() else {
            return Err(Failure::input(format!("{} names no file", place.display())));
        };
        let mut name = name.to_owned();
        name.push(".");
        name.push(UNFINISHED);
        let destination = Self {
            place: place.to_owned(),
            unfinished: place.with_file_name(name),
            mode,
            is_ours: false,
        };
        if is_in_store(place) {
            return Err(Failure::input(format!(
                "{} is in an escrow store: name a file elsewhere",
                place.display()
            )));
        }
        destination.check_is_free()?;
        Ok(destination)
    }

    fn check_is_free(&self) -> Result<(), Failure> {
        match fs::symlink_metadata(&self.place) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.failed(&error)),
            Ok(_) => Err(Failure::input(format!(
                "{} is there already: name a new one, or remove it",
                self.place.display()
            ))),
        }
    }

    /// The file that it is.
    pub(super) fn file(&mut self) -> Result<BufWriter<File>, Failure> {
        let file = self.create(&self.unfinished)?;
        self.is_ours = true;
        Ok(file)
    }

    /// Makes it a directory, whose files are its [members](Self::member). Whoever may read or write
    /// them may list or add some.
    pub(super) fn make_directory(&mut self) -> Result<(), Failure> {
        let mode = self.mode | (self.mode & 0o444) >> 2;
        let made = fs::DirBuilder::new().mode(mode).create(&self.unfinished);
        made.map_err(|error| self.not_created(&error))?;
        self.is_ours = true;
        Ok(())
    }

    /// A file of the directory that it is.
    pub(super) fn member(&self, name: &str) -> Result<BufWriter<File>, Failure> {
        self.create(&self.unfinished.join(name))
    }

    /// Writes to the disk which files the directory has.
    pub(super) fn finish_directory(&self) -> Result<(), Failure> {
        let synced = File::open(&self.unfinished).and_then(|directory| directory.sync_all());
        synced.map_err(|error| self.failed(&error))
    }

    fn create(&self, path: &Path) -> Result<BufWriter<File>, Failure> {
        let created = File::options().write(true).create_new(true).mode(self.mode).open(path);
        created.map(BufWriter::new).map_err(|error| self.not_created(&error))
    }

    fn not_created(&self, error: &io::Error) -> Failure {
        if error.kind() != ErrorKind::AlreadyExists {
            return self.failed(error);
        }
        Failure::input(format!(
            "{} is there: another export is at work, or was ended; then remove it",
            self.unfinished.display()
        ))
    }

    /// Writes a file to the disk.
    pub(super) fn finish(&self, file: BufWriter<File>) -> Result<(), Failure> {
        let file = file.into_inner().map_err(|error| self.failed(error.error()))?;
        file.sync_all().map_err(|error| self.failed(&error))
    }

    /// Puts it into its place.
    pub(super) fn put(mut self) -> Result<(), Failure> {
        self.check_is_free()?;
        fs::rename(&self.unfinished, &self.place).map_err(|error| self.failed(&error))?;
        self.is_ours = false;
        Ok(())
    }

    /// Why it could not be written.
    pub(super) fn failed(&self, error: &io::Error) -> Failure {
        Failure::work(format!("cannot write {}: {error}", self.place.display()))
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        if self.is_ours {
            // What cannot be removed is named by the next export.
            let _ =
                fs::remove_file(&self.unfinished).or_else(|_| fs::remove_dir_all(&self.unfinished));
        }
    }
}
