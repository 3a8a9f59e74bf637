//! A disk that does not wait: syncs are left to the operating system.

use super::{Disk, DiskFile, OpenMode};
use std::io;
use std::sync::Arc;

/// Passes everything on but the syncs of files. What was written survives the end of the process,
/// but not that of the machine. That the file can still be found is asked all the same.
#[derive(Clone, Debug)]
pub struct RelaxedDisk<D> {
    inner: Arc<D>,
}

impl<D: Disk> RelaxedDisk<D> {
    /// A disk that leaves the work to `inner` and does not sync.
    pub fn new(inner: Arc<D>) -> Self {
        Self { inner }
    }
}

impl<D: Disk> Disk for RelaxedDisk<D> {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        Ok(Arc::new(RelaxedFile(self.inner.open(name, mode)?)))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.inner.list(folder)
    }

    fn create_folder(&self, folder: &str) -> io::Result<()> {
        self.inner.create_folder(folder)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.inner.remove(name)
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        self.inner.sync_folder(folder)
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        self.inner.exists(name)
    }
}

#[derive(Debug)]
struct RelaxedFile(Arc<dyn DiskFile>);

impl DiskFile for RelaxedFile {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.0.read_at(offset, buffer)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(offset, bytes)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.check_reachable()
    }

    fn check_reachable(&self) -> io::Result<()> {
        self.0.check_reachable()
    }
}
