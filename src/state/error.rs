//! What can go wrong with the state: the disk, the bytes on it, or their age.
//!
//! Guarantees one line, lower case, for every error, and that damage anywhere in the file becomes
//! one of these and never a panic. Knows nothing of what the records mean.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    /// The disk failed.
    #[error("state.redb cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// A record does not match its checksum, or is none.
    #[error("state.redb is corrupt: record {key} of table {table}")]
    Corrupt {
        /// The table that it is in.
        table: &'static str,
        /// Its key, in hexadecimal digits.
        key: String,
    },
    /// The file as a whole cannot be read as a database.
    #[error("state.redb is corrupt: {detail}")]
    CorruptFile {
        /// What is wrong with it.
        detail: String,
    },
    /// It is the state of another store.
    #[error(
        "state.redb is that of another store: move it away and open the store, \
         which builds its own from the journal"
    )]
    Foreign,
    /// A later version of escrowdb wrote it.
    #[error("state.redb has format {found}, this version reads up to {supported}: update it")]
    NewerFormat {
        /// The version of its format.
        found: u32,
        /// The latest version that this build reads.
        supported: u32,
    },
}

impl StateError {
    /// The record `key` of `table` is damaged.
    pub(super) fn corrupt(table: &'static str, key: &[u8]) -> Self {
        let mut hex = String::with_capacity(key.len() * 2);
        for byte in key {
            hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('?'));
            hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('?'));
        }
        Self::Corrupt { table, key: hex }
    }

    pub(super) fn corrupt_file(detail: impl fmt::Display) -> Self {
        // One line, lower case, whatever the library below says.
        let detail = detail.to_string().replace(['\n', '\r'], " ");
        let detail = detail.to_lowercase();
        Self::CorruptFile { detail }
    }
}

impl From<redb::StorageError> for StateError {
    fn from(error: redb::StorageError) -> Self {
        match error {
            // So redb reports a file that is none of its own.
            redb::StorageError::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Self::corrupt_file(error)
            }
            // Its pages say that it is longer than it is.
            redb::StorageError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Self::corrupt_file("it ends before a page that it should have")
            }
            redb::StorageError::Io(error) => Self::Io(error),
            redb::StorageError::PreviousIo | redb::StorageError::DatabaseClosed => {
                Self::Io(io::Error::other("an earlier failure closed it"))
            }
            redb::StorageError::Corrupted(detail) => Self::corrupt_file(detail),
            other => Self::corrupt_file(other),
        }
    }
}

impl From<redb::DatabaseError> for StateError {
    fn from(error: redb::DatabaseError) -> Self {
        match error {
            redb::DatabaseError::Storage(error) => error.into(),
            other => Self::corrupt_file(other),
        }
    }
}

impl From<redb::TransactionError> for StateError {
    fn from(error: redb::TransactionError) -> Self {
        match error {
            redb::TransactionError::Storage(error) => error.into(),
            other => Self::corrupt_file(other),
        }
    }
}

impl From<redb::TableError> for StateError {
    fn from(error: redb::TableError) -> Self {
        match error {
            redb::TableError::Storage(error) => error.into(),
            other => Self::corrupt_file(other),
        }
    }
}

impl From<redb::CommitError> for StateError {
    fn from(error: redb::CommitError) -> Self {
        match error {
            redb::CommitError::Storage(error) => error.into(),
            other => Self::corrupt_file(other),
        }
    }
}

/// Does `work` on the database, a panic of which becomes an error.
///
/// redb trusts its pages: a damaged one can make it panic. What it leaves behind is only redb's
/// own, and redb refuses to go on with it.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, StateError>) -> Result<T, StateError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(StateError::corrupt_file("a page cannot be understood")))
}
