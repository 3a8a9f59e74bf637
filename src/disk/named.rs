//! Errors of the system that say which file they are about.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// An error of the system, and the file or folder that it is about.
#[derive(Debug)]
struct Named {
    path: PathBuf,
    error: io::Error,
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path.display(), self.error)
    }
}

impl Error for Named {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

/// What is there under a name is of no use. Says what it is, and leaves to [`named`] where.
#[derive(Debug)]
struct Unusable(&'static str);

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl Error for Unusable {}

/// The error for what is there under a name, and of no use.
pub(super) fn unusable(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, Unusable(what))
}

/// The error with the path of what it is about, and of the same kind. One that has words of its own
/// stays as it is.
pub(crate) fn named(error: io::Error, path: impl FnOnce() -> PathBuf) -> io::Error {
    if error.get_ref().is_some_and(|inner| !inner.is::<Unusable>()) {
        return error;
    }
    io::Error::new(error.kind(), Named { path: path(), error })
}

/// The path of a name in a folder; of the folder itself for the empty one.
pub(super) fn path_of(folder: &Path, name: &str) -> PathBuf {
    if name.is_empty() { folder.to_path_buf() } else { folder.join(name) }
}
