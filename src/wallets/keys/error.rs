//! What can be wrong with the file of keys.

use crate::wallets::rules::secrets::CipherError;
use std::fmt;
use std::io;

/// Why the file of keys cannot be used.
#[derive(Debug)]
pub(crate) enum VaultError {
    Io(io::Error),
    /// The file is damaged, in words.
    Corrupt(String),
    /// The master key is not the one that the file was made with.
    WrongMasterKey,
    /// Master keys cannot be changed so, in words.
    MasterKeys(&'static str),
    /// The host's own wrapping failed.
    Wrapper(io::Error),
    /// A later version wrote it.
    NewerFormat(u32),
    /// An earlier write failed.
    Failed,
}

impl VaultError {
    pub(crate) fn corrupt(what: impl fmt::Display) -> Self {
        Self::Corrupt(format!("file KEYS: {what}"))
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(formatter, "file KEYS: {error}"),
            Self::Corrupt(what) => formatter.write_str(what),
            Self::WrongMasterKey => formatter.write_str("the master key is not that of this store"),
            Self::MasterKeys(what) => formatter.write_str(what),
            Self::Wrapper(error) => write!(formatter, "the host's key wrapper failed: {error}"),
            Self::NewerFormat(found) => write!(formatter, "file KEYS has format {found}"),
            Self::Failed => formatter.write_str("file KEYS: an earlier write failed"),
        }
    }
}

impl std::error::Error for VaultError {}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<CipherError> for VaultError {
    fn from(error: CipherError) -> Self {
        Self::corrupt(error)
    }
}
