//! Counts what another disk is asked to do, so that costs can be asserted: "one sync a block".
//!
//! A call is counted when it is made, whether it succeeds or not. It changes nothing else.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Disk, DiskFile, OpenMode};

/// How often a disk was read, written and synced, as of one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskCounts {
    /// Calls of [`DiskFile::sync`].
    pub syncs: u64,
    /// Calls of [`Disk::sync_folder`].
    pub folder_syncs: u64,
    /// Calls of [`DiskFile::write_at`].
    pub writes: u64,
    /// Bytes given to [`DiskFile::write_at`].
    pub bytes_written: u64,
    /// Calls of [`DiskFile::read_at`].
    pub reads: u64,
    /// Bytes asked of [`DiskFile::read_at`].
    pub bytes_read: u64,
}

/// A disk that counts and leaves the work to another. A clone shares the counters.
#[derive(Clone, Debug)]
pub struct CountingDisk<D> {
    inner: D,
    counters: Arc<Counters>,
}

/// The counters are statistics: no other memory is ordered by them, so relaxed is enough.
#[derive(Debug, Default)]
struct Counters {
    syncs: AtomicU64,
    folder_syncs: AtomicU64,
    writes: AtomicU64,
    bytes_written: AtomicU64,
    reads: AtomicU64,
    bytes_read: AtomicU64,
}

impl<D> CountingDisk<D> {
    /// Counts what `inner` is asked to do from now on.
    pub fn new(inner: D) -> Self {
        Self { inner, counters: Arc::default() }
    }

    /// The disk that does the work.
    pub fn inner(&self) -> &D {
        &self.inner
    }

    /// The counts so far.
    pub fn counts(&self) -> DiskCounts {
        let Counters { syncs, folder_syncs, writes, bytes_written, reads, bytes_read } =
            &*self.counters;
        DiskCounts {
            syncs: syncs.load(Ordering::Relaxed),
            folder_syncs: folder_syncs.load(Ordering::Relaxed),
            writes: writes.load(Ordering::Relaxed),
            bytes_written: bytes_written.load(Ordering::Relaxed),
            reads: reads.load(Ordering::Relaxed),
            bytes_read: bytes_read.load(Ordering::Relaxed),
        }
    }
}

impl<D: Disk> Disk for CountingDisk<D> {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        let inner = self.inner.open(name, mode)?;
        Ok(Arc::new(CountingFile { inner, counters: self.counters.clone() }))
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
        self.counters.folder_syncs.fetch_add(1, Ordering::Relaxed);
        self.inner.sync_folder(folder)
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        self.inner.exists(name)
    }
}

#[derive(Debug)]
struct CountingFile {
    inner: Arc<dyn DiskFile>,
    counters: Arc<Counters>,
}

impl DiskFile for CountingFile {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.counters.reads.fetch_add(1, Ordering::Relaxed);
        self.counters.bytes_read.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        self.inner.read_at(offset, buffer)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.counters.writes.fetch_add(1, Ordering::Relaxed);
        self.counters.bytes_written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.inner.write_at(offset, bytes)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.inner.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.counters.syncs.fetch_add(1, Ordering::Relaxed);
        self.inner.sync()
    }

    fn check_reachable(&self) -> io::Result<()> {
        self.inner.check_reachable()
    }
}
