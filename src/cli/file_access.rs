//! Who may use the files that a command creates.

use super::input::file_access_of;
use clap::{Args, ValueEnum};
use escrowdb::FileAccess;
use std::path::Path;

/// Who may use what is created.
#[derive(Args)]
pub(crate) struct Files {
    /// Who may use the files that are created, whatever the umask is. Without it, who may use those
    /// that are copied or added to; of a new store its owner
    #[arg(long, value_name = "WHO")]
    pub(crate) file_access: Option<Access>,
}

impl Files {
    /// What was asked for, or else what the files of this store have.
    pub(crate) fn access_beside(&self, store: &Path) -> FileAccess {
        self.file_access.map_or_else(|| file_access_of(store), FileAccess::from)
    }
}

/// Who may use files.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Access {
    /// Only the user that the command runs as
    Owner,
    /// The group of the files may read them
    GroupRead,
    /// The group of the files may use the store as its owner does
    GroupWrite,
}

impl From<Access> for FileAccess {
    fn from(access: Access) -> Self {
        match access {
            Access::Owner => Self::Owner,
            Access::GroupRead => Self::GroupRead,
            Access::GroupWrite => Self::GroupWrite,
        }
    }
}
