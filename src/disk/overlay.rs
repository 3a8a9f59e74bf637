//! A disk that is only read: what is written to a file of it stays in memory, and is gone with it.
//!
//! For who looks at a store by means that write now and then, as a B-tree does when it is opened.
//! Names cannot be changed. Memory is what is written, in whole pages.

use super::{Disk, DiskFile, OpenMode};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const PAGE_BYTES: u64 = 4_096;

type Page = [u8; PAGE_BYTES as usize];

/// Reads `inner`, and never writes to it.
#[derive(Clone, Debug)]
pub(crate) struct OverlayDisk {
    inner: Arc<dyn Disk>,
}

impl OverlayDisk {
    pub(crate) fn new(inner: Arc<dyn Disk>) -> Self {
        Self { inner }
    }
}

impl Disk for OverlayDisk {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        if mode == OpenMode::CreateNew {
            return Err(read_only());
        }
        let inner = self.inner.open(name, OpenMode::ReadOnly)?;
        let length = inner.len()?;
        let written = Written { pages: BTreeMap::new(), kept: length, length };
        Ok(Arc::new(OverlayFile { inner, written: Mutex::new(written) }))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.inner.list(folder)
    }

    fn create_folder(&self, _: &str) -> io::Result<()> {
        Err(read_only())
    }

    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        Err(read_only())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_folder(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        self.inner.exists(name)
    }
}

fn read_only() -> io::Error {
    io::ErrorKind::ReadOnlyFilesystem.into()
}

#[derive(Debug)]
struct OverlayFile {
    inner: Arc<dyn DiskFile>,
    written: Mutex<Written>,
}

#[derive(Debug)]
struct Written {
    /// Pages that are not as in the file below.
    pages: BTreeMap<u64, Box<Page>>,
    /// How much of the file below was never cut off.
    kept: u64,
    length: u64,
}

impl Written {
    /// Whether bytes that are there are those of the file below, which are read all at once.
    fn is_as_below(&self, offset: u64, bytes: usize) -> bool {
        let end = offset + bytes as u64;
        let pages = offset / PAGE_BYTES..end.div_ceil(PAGE_BYTES);
        bytes > 0 && end <= self.kept && self.pages.range(pages).next().is_none()
    }
}

impl OverlayFile {
    fn lock(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page as it is now, zeros behind the end.
    fn page(&self, written: &Written, number: u64) -> io::Result<Box<Page>> {
        if let Some(page) = written.pages.get(&number) {
            return Ok(page.clone());
        }
        let mut page = Box::new([0; PAGE_BYTES as usize]);
        let start = number * PAGE_BYTES;
        let there = written.kept.saturating_sub(start).min(PAGE_BYTES) as usize;
        // A disk may refuse to read nothing behind the end.
        if there > 0 {
            self.inner.read_at(start, &mut page[..there])?;
        }
        Ok(page)
    }
}

/// The parts of the bytes from an offset on that lie in one page each: its number, where in the
/// page they begin, and which of the bytes they are.
fn parts(offset: u64, bytes: usize) -> impl Iterator<Item = (u64, usize, std::ops::Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = offset + done as u64;
        let inside = (at % PAGE_BYTES) as usize;
        let count = (PAGE_BYTES as usize - inside).min(bytes - done);
        let range = done..done + count;
        done += count;
        (count > 0).then_some((at / PAGE_BYTES, inside, range))
    })
}

impl DiskFile for OverlayFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.lock().length)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let written = self.lock();
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| end > written.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if written.is_as_below(offset, buffer.len()) {
            drop(written);
            return self.inner.read_at(offset, buffer);
        }
        for (number, inside, range) in parts(offset, buffer.len()) {
            let page = self.page(&written, number)?;
            let count = range.len();
            buffer[range].copy_from_slice(&page[inside..inside + count]);
        }
        Ok(())
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut written = self.lock();
        let end = offset.checked_add(bytes.len() as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        for (number, inside, range) in parts(offset, bytes.len()) {
            let mut page = self.page(&written, number)?;
            page[inside..inside + range.len()].copy_from_slice(&bytes[range]);
            written.pages.insert(number, page);
        }
        written.length = written.length.max(end);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut written = self.lock();
        let (last, inside) = (length / PAGE_BYTES, (length % PAGE_BYTES) as usize);
        written.pages.retain(|number, _| *number <= last);
        if let Some(page) = written.pages.get_mut(&last) {
            page[inside..].fill(0);
        }
        written.kept = written.kept.min(length);
        written.length = length;
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn check_reachable(&self) -> io::Result<()> {
        self.inner.check_reachable()
    }
}
