//! What can be wrong with the file of keys.

use crate::store::house::StoreError;
use crate::wallets::rules::secrets::CipherError;
use std::fmt;
use std::io;

/// Why the file of keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VaultError {
    #[error("file KEYS: {0}")]
    Io(#[from] io::Error),
    /// The file is damaged, in words.
    #[error("{0}")]
    Corrupt(String),
    /// The master key is not the one that the file was made with.
    #[error("the master key is not that of this store")]
    WrongMasterKey,
    /// Master keys cannot be changed so, in words.
    #[error("{0}")]
    MasterKeys(&'static str),
    /// The host's own wrapping failed.
    #[error("the host's key wrapper failed: {0}")]
    Wrapper(io::Error),
    /// A later version wrote it.
    #[error("file KEYS has format {0}")]
    NewerFormat(u32),
    /// The file, or whoever has it, answers so.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl VaultError {
    pub(crate) fn corrupt(what: impl fmt::Display) -> Self {
        Self::Corrupt(format!("file KEYS: {what}"))
    }
}

impl From<CipherError> for VaultError {
    fn from(error: CipherError) -> Self {
        Self::corrupt(error)
    }
}
