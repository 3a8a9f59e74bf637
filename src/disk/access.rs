//! Who may use the files of a store.

use super::named::named;
use rustix::fs::{AtFlags, Mode, Stat};
use rustix::path::Arg;
use std::fs::DirBuilder;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Who may use the files and directories that a store creates, whatever the umask of the process
/// is. Those that are there already keep the rights that they have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FileAccess {
    /// Only the user that the process runs as: 0600 and 0700.
    #[default]
    Owner,
    /// The group of the files may read them, to make copies of them: 0640 and 0750.
    GroupRead,
    /// The group of the files may use the store as the owner does: 0660 and 0770.
    GroupWrite,
}

impl FileAccess {
    /// The bits for a file.
    const fn file_bits(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::GroupRead => 0o640,
            Self::GroupWrite => 0o660,
        }
    }

    /// The bits for a directory, which must be searched where a file is read.
    const fn folder_bits(self) -> u32 {
        self.file_bits() | (self.file_bits() & 0o444) >> 2
    }

    pub(super) const fn file_mode(self) -> Mode {
        Mode::from_bits_truncate(self.file_bits())
    }

    pub(super) const fn folder_mode(self) -> Mode {
        Mode::from_bits_truncate(self.folder_bits())
    }

    /// Gives a new file what the umask took. Some file systems know no rights: they have it as it
    /// is.
    pub(super) fn give_to_file(self, file: &OwnedFd, stat: &Stat) {
        if Mode::from_raw_mode(stat.st_mode) != self.file_mode() {
            let _ = rustix::fs::fchmod(file, self.file_mode());
        }
    }

    /// As [`FileAccess::give_to_file`], to a new folder.
    pub(super) fn give_to_folder(self, parent: impl AsFd, name: impl Arg + Copy) {
        let Ok(stat) = rustix::fs::statat(&parent, name, AtFlags::empty()) else { return };
        let (found, wanted) = (Mode::from_raw_mode(stat.st_mode), self.folder_mode());
        if found & (Mode::RWXU | Mode::RWXG | Mode::RWXO) != wanted {
            // A folder may pass its group on to what is created in it.
            let mode = (found & Mode::SGID) | wanted;
            let _ = rustix::fs::chmodat(parent, name, mode, AtFlags::empty());
        }
    }

    /// Creates a directory, whose parent must be there.
    ///
    /// # Errors
    /// Of the file system.
    pub(crate) fn create_directory(self, path: &Path) -> io::Result<()> {
        let created = DirBuilder::new().mode(self.folder_bits()).create(path);
        created.map_err(|error| named(error, || path.to_path_buf()))?;
        self.give_to_folder(rustix::fs::CWD, path);
        Ok(())
    }

    /// Creates a directory and its parents; it may be there already.
    ///
    /// # Errors
    /// Of the file system.
    pub(crate) fn create_directories(self, path: &Path) -> io::Result<()> {
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let missing: Vec<_> = path.ancestors().take_while(is_missing).collect();
        for path in missing.into_iter().rev() {
            match self.create_directory(path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (),
                created => created?,
            }
        }
        // Whatever stands there instead of a directory is in the way.
        let there = DirBuilder::new().recursive(true).create(path);
        there.map_err(|error| named(error, || path.to_path_buf()))
    }
}
