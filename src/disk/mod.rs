//! The I/O seam: everything that the store reads or writes on a disk goes through [`Disk`].
//!
//! It is narrow on purpose. A simulated disk that loses, reorders and tears unsynced writes is put
//! behind it in tests, and each method here is one that such a disk has to answer for.
//!
//! Guaranteed by every implementation: names stay inside the store's folder, a read is exact, a
//! write writes all or fails, and what was written before a successful [`DiskFile::sync`] survives
//! a power cut. A new, renamed or removed *name* survives only after [`Disk::sync_folder`].
//!
//! It knows nothing of records, blocks, tables or formats.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;

mod access;
mod counting;
mod folder;
mod local;
mod memory;
mod named;
mod overlay;
mod ownership;
mod relaxed;

pub use access::FileAccess;
pub use counting::{CountingDisk, DiskCounts};
pub use local::LocalDisk;
pub(crate) use local::Watcher;
pub use memory::MemoryDisk;
pub(crate) use named::named;
pub(crate) use overlay::OverlayDisk;
pub use relaxed::RelaxedDisk;

#[cfg(test)]
mod tests;

/// What [`Disk::open`] does when the file is there, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// The file must be there, and is opened to be read: writing to it fails. Needs no right to
    /// write, nor a medium that can be written to.
    ReadOnly,
    /// The file must be there; otherwise [`io::ErrorKind::NotFound`].
    Existing,
    /// The file is created, empty, if it is not there.
    OpenOrCreate,
    /// The file must not be there; otherwise [`io::ErrorKind::AlreadyExists`].
    CreateNew,
}

/// A folder of files. Names are relative to it, with `/` between parts.
///
/// A name that is empty, absolute, or has an empty, `.` or `..` part is refused with
/// [`io::ErrorKind::InvalidInput`]; a folder may be `""`, the root.
pub trait Disk: Debug + Send + Sync + 'static {
    /// Opens a file to read and write. Its folder must be there.
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>>;

    /// The names of the files directly in a folder, sorted, without the folder. A missing folder
    /// has none. What stands in a file's place and cannot be opened as one, such as a link that
    /// leads nowhere, is listed too: it is not missing.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;

    /// Creates a folder and its parents; it may be there already.
    fn create_folder(&self, folder: &str) -> io::Result<()>;

    /// Renames a file. A file that has the new name already is replaced.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file. Whoever has it open may go on using it.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes the names in a folder durable: those created, renamed and removed.
    fn sync_folder(&self, folder: &str) -> io::Result<()>;

    /// Whether there is a file of this name. What has the name and is no file is none; where files
    /// stand beside a store that others can change, it is an error.
    fn exists(&self, name: &str) -> io::Result<bool>;
}

impl Disk for Arc<dyn Disk> {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        (**self).open(name, mode)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        (**self).list(folder)
    }

    fn create_folder(&self, folder: &str) -> io::Result<()> {
        (**self).create_folder(folder)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        (**self).rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        (**self).remove(name)
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        (**self).sync_folder(folder)
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        (**self).exists(name)
    }
}

/// An open file. Offsets are in bytes from its start; all methods may be called from many threads.
#[expect(clippy::len_without_is_empty, reason = "the length is an I/O call, not a collection's")]
pub trait DiskFile: Debug + Send + Sync {
    /// The length in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Fills the buffer, or fails with [`io::ErrorKind::UnexpectedEof`] if the file ends before.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;

    /// Writes all the bytes. A gap between the end of the file and the offset reads as zeros.
    /// After an error, any part of the bytes may have been written.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file, or extends it with zeros.
    fn set_len(&self, length: u64) -> io::Result<()>;

    /// Makes the contents and the length durable. After an error nothing is known about what was
    /// written since the last success, and calling again does not find out.
    ///
    /// What nobody can find is not durable: this fails also if [`DiskFile::check_reachable`] does.
    fn sync(&self) -> io::Result<()>;

    /// Whether the file would be found by its name by somebody who opens the disk now: under the
    /// path by which it was opened, or, if that may no longer be looked at, by its name in its
    /// folder. Costs a microsecond, not a sync.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`], naming what was renamed, replaced or removed.
    fn check_reachable(&self) -> io::Result<()>;
}

/// Refuses a file name that is empty or could lead out of the store's folder.
fn check_name(name: &str) -> io::Result<()> {
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']);
    if name.split('/').all(plain) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        "a file name must be relative, without empty, `.` or `..` parts",
    ))
}

/// Like [`check_name`], and allows the root.
fn check_folder(folder: &str) -> io::Result<()> {
    if folder.is_empty() { Ok(()) } else { check_name(folder) }
}
