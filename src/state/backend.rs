//! redb's storage on a [`DiskFile`].
//!
//! Guarantees that whatever redb reads or writes goes through the seam, so that a simulated disk
//! tests it. Takes no file lock: the store locks its folder.

use crate::disk::DiskFile;
use redb::StorageBackend;
use std::sync::Arc;

/// One file that redb keeps its database in.
#[derive(Debug)]
pub(super) struct Backend(pub(super) Arc<dyn DiskFile>);

impl StorageBackend for Backend {
    fn len(&self) -> Result<u64, std::io::Error> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), std::io::Error> {
        self.0.read_at(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), std::io::Error> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> Result<(), std::io::Error> {
        self.0.sync()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), std::io::Error> {
        self.0.write_at(offset, data)
    }
}
