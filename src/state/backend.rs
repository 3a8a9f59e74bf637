//! redb's storage on a [`DiskFile`], with a checksum for each page.
//!
//! Guarantees that whatever redb reads or writes goes through the seam, so that a simulated disk
//! tests it, and that a page which is read is the one that was written in its place: redb does not
//! verify its pages when it reads, and a rotten key would be a row that cannot be found. The first
//! page is left to redb, which knows what to do if its two slots do not match their checksums.
//!
//! A page and its checksum are written apart. That is safe since redb never writes over a page that
//! the last durable commit uses: of such a page, neither changes. Takes no file lock: the store
//! locks its folder. Memory is a thousandth of the file's size, as far as that was read.

use crate::disk::DiskFile;
use redb::StorageBackend;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The size of redb's pages; it reads and writes whole ones, but for the first.
const PAGE_BYTES: u64 = 4_096;
/// How many pages have their checksums in one page before them.
const GROUP_PAGES: u64 = PAGE_BYTES / SUM_BYTES as u64;
const SUM_BYTES: usize = size_of::<u32>();

/// One file that redb keeps its database in.
#[derive(Debug)]
pub(super) struct Backend {
    file: Arc<dyn DiskFile>,
    groups: Mutex<BTreeMap<u64, Group>>,
}

/// The checksums of a group of pages.
#[derive(Debug)]
struct Group {
    /// 0 for a page that was never written.
    sums: Vec<u32>,
    is_dirty: bool,
}

impl Backend {
    pub(super) fn new(file: Arc<dyn DiskFile>) -> Self {
        Self { file, groups: Mutex::default() }
    }

    fn groups(&self) -> MutexGuard<'_, BTreeMap<u64, Group>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the checksum of a page, which is not the first one.
    fn with_sum<R>(&self, page: u64, work: impl FnOnce(&mut u32, &mut bool) -> R) -> io::Result<R> {
        let (number, index) = group_of(page);
        let mut groups = self.groups();
        let group = match groups.entry(number) {
            Entry::Occupied(group) => group.into_mut(),
            Entry::Vacant(place) => place.insert(self.load(number)?),
        };
        Ok(work(&mut group.sums[index], &mut group.is_dirty))
    }

    fn load(&self, number: u64) -> io::Result<Group> {
        let mut bytes = vec![0; PAGE_BYTES as usize];
        let offset = sums_at(number);
        if offset + PAGE_BYTES <= self.file.len()? {
            self.file.read_at(offset, &mut bytes)?;
        }
        let (sums, _) = bytes.as_chunks::<SUM_BYTES>();
        Ok(Group {
            sums: sums.iter().map(|sum| u32::from_le_bytes(*sum)).collect(),
            is_dirty: false,
        })
    }
}

impl StorageBackend for Backend {
    fn len(&self) -> Result<u64, io::Error> {
        let length = self.file.len()?;
        // What is no whole page stays as it is, for redb to refuse it.
        Ok(pages_in(length / PAGE_BYTES) * PAGE_BYTES + length % PAGE_BYTES)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        if offset < PAGE_BYTES {
            return self.file.read_at(offset, out);
        }
        check_whole(offset, out)?;
        let (mut page, mut rest) = (offset / PAGE_BYTES, &mut *out);
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at_mut(run_of(page).min(rest.len()));
            self.file.read_at(place_of(page), piece)?;
            page += (piece.len() as u64) / PAGE_BYTES;
            rest = behind;
        }
        for (page, bytes) in (offset / PAGE_BYTES..).zip(out.chunks(PAGE_BYTES as usize)) {
            let expected = self.with_sum(page, |sum, _| *sum)?;
            let is_empty = expected == 0 && bytes.iter().all(|byte| *byte == 0);
            if expected != sum_of(page, bytes) && !is_empty {
                let what = format!("page {page} does not match its checksum");
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        let pages = len / PAGE_BYTES;
        let behind = group_of(pages.max(1)).0;
        // Checksums of pages that are cut off are cut off with them; in the last group they stay,
        // which does no harm: a page is written before it is read.
        self.groups().retain(|group, _| *group <= behind);
        self.file.set_len(pages_for(pages) * PAGE_BYTES + len % PAGE_BYTES)
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        let mut groups = self.groups();
        for (number, group) in groups.iter_mut().filter(|(_, group)| group.is_dirty) {
            let bytes: Vec<u8> = group.sums.iter().flat_map(|sum| sum.to_le_bytes()).collect();
            self.file.write_at(sums_at(*number), &bytes)?;
            group.is_dirty = false;
        }
        drop(groups);
        self.file.sync()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        if offset < PAGE_BYTES {
            return self.file.write_at(offset, data);
        }
        check_whole(offset, data)?;
        for (page, bytes) in (offset / PAGE_BYTES..).zip(data.chunks(PAGE_BYTES as usize)) {
            self.with_sum(page, |sum, is_dirty| {
                *sum = sum_of(page, bytes);
                *is_dirty = true;
            })?;
        }
        let (mut page, mut rest) = (offset / PAGE_BYTES, data);
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(run_of(page).min(rest.len()));
            self.file.write_at(place_of(page), piece)?;
            page += (piece.len() as u64) / PAGE_BYTES;
            rest = behind;
        }
        Ok(())
    }
}

/// redb asks for whole pages behind the first.
fn check_whole(offset: u64, bytes: &[u8]) -> io::Result<()> {
    if offset.is_multiple_of(PAGE_BYTES) && (bytes.len() as u64).is_multiple_of(PAGE_BYTES) {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "only whole pages are read and written"))
}

/// The checksum of a page in its place; never 0.
fn sum_of(page: u64, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&page.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize().max(1)
}

/// The group of a page, which is not the first one, and its place in there.
fn group_of(page: u64) -> (u64, usize) {
    let page = page - 1;
    (page / GROUP_PAGES, (page % GROUP_PAGES) as usize)
}

/// Where the checksums of a group lie.
fn sums_at(group: u64) -> u64 {
    (1 + group * (GROUP_PAGES + 1)) * PAGE_BYTES
}

/// Where a page, which is not the first one, lies.
fn place_of(page: u64) -> u64 {
    let (group, index) = group_of(page);
    sums_at(group) + (1 + index as u64) * PAGE_BYTES
}

/// How many bytes lie next to each other from a page to the end of its group.
fn run_of(page: u64) -> usize {
    ((GROUP_PAGES - group_of(page).1 as u64) * PAGE_BYTES) as usize
}

/// How many pages of the file it takes for so many of redb's.
fn pages_for(pages: u64) -> u64 {
    let grouped = pages.saturating_sub(1);
    pages + grouped.div_ceil(GROUP_PAGES)
}

/// How many of redb's pages there are in so many of the file's.
fn pages_in(pages: u64) -> u64 {
    let grouped = pages.saturating_sub(1);
    let (groups, rest) = (grouped / (GROUP_PAGES + 1), grouped % (GROUP_PAGES + 1));
    pages.min(1) + groups * GROUP_PAGES + rest.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{Disk, MemoryDisk, OpenMode};

    #[test]
    fn pages_and_checksums_lie_apart() {
        for pages in (0..10).chain(1_020..1_030).chain(2_045..2_055) {
            assert_eq!(pages_in(pages_for(pages)), pages);
        }
        assert_eq!(place_of(1), 2 * PAGE_BYTES, "behind the first page and the first checksums");
        assert_eq!(place_of(1_024), 1_025 * PAGE_BYTES);
        assert_eq!(sums_at(1), 1_026 * PAGE_BYTES);
        assert_eq!(place_of(1_025), 1_027 * PAGE_BYTES);
    }

    #[test]
    fn a_page_is_read_as_it_was_written_or_not_at_all() {
        let disk = MemoryDisk::new();
        let file = disk.open("file", OpenMode::CreateNew).expect("a file");
        let open = || Backend::new(Arc::clone(&file));
        let backend = open();
        let page = PAGE_BYTES as usize;
        backend.set_len(1_100 * PAGE_BYTES).expect("room");
        // Across the end of a group.
        let data: Vec<u8> = (0..6 * page).map(|at| (at / 100) as u8).collect();
        backend.write(1_022 * PAGE_BYTES, &data).expect("written");
        backend.write(0, b"header").expect("written");
        backend.sync_data().expect("synced");
        assert_eq!(open().len().expect("a length"), 1_100 * PAGE_BYTES);
        let mut read = vec![0; 6 * page];
        open().read(1_022 * PAGE_BYTES, &mut read).expect("read");
        assert_eq!(read, data);
        open().read(7 * PAGE_BYTES, &mut read[..page]).expect("never written");
        assert_eq!(read[..page], vec![0; page]);
        for at in [place_of(1_024), place_of(1_025) + 4_095, sums_at(0) + 1_023 * 4, place_of(7)] {
            let mut byte = [0];
            file.read_at(at, &mut byte).expect("read");
            file.write_at(at, &[byte[0] ^ 4]).expect("flipped");
            let all = open().read(1_022 * PAGE_BYTES, &mut read);
            let one = open().read(7 * PAGE_BYTES, &mut read[..page]);
            let error = all.and(one).expect_err("found");
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            file.write_at(at, &byte).expect("flipped back");
        }
        assert!(backend.read(PAGE_BYTES + 1, &mut read[..page]).is_err());
    }
}
