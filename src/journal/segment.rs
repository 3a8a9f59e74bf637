//! One segment file: its name, its header, the blocks in it, and the search for blocks beyond a
//! place where none is.
//!
//! Guaranteed: no length found in a file is believed before it is held against the file's own, so
//! hostile files cost no more memory than they have bytes. It does not know the chain: whether a
//! block is the right one in its place is for its callers to say.

use std::io;
use std::sync::Arc;

use super::block::Block;
use super::error::{Fault, JournalError};
use super::format::{
    BLOCK_ALIGNMENT, BLOCK_HEADER_BYTES, BLOCK_MAGIC, BlockHeader, FORMAT_VERSION, NotHeader,
    SEGMENT_HEADER_BYTES, SegmentHeader, file_name,
};
use super::{ChainHead, JOURNAL_FOLDER, Position, StoreId};
use crate::disk::{Disk, DiskFile, OpenMode};

/// How much of a file the search looks at in one piece.
const WINDOW_BYTES: usize = 1 << 20;
/// Where the first block of a segment begins.
pub(super) const FIRST_OFFSET: u64 = SEGMENT_HEADER_BYTES as u64;

/// The first block numbers of the segment files that are there, rising.
pub(super) fn list_segments(disk: &dyn Disk) -> Result<Vec<u64>, JournalError> {
    let names = disk.list(JOURNAL_FOLDER).map_err(|source| JournalError::Io {
        action: "list the segments",
        file: JOURNAL_FOLDER.to_owned(),
        offset: 0,
        source,
    })?;
    // Names have a fixed width, so the order of the names is that of the numbers.
    Ok(names.iter().filter_map(|name| segment_of(name)).collect())
}

fn segment_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".seg")?;
    let plain = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// What stands where a block may begin.
#[derive(Debug)]
pub(super) enum Slot {
    /// A verified block.
    Block(Block),
    /// No block, why not, and its header if that at least is intact.
    NoBlock(Fault, Option<BlockHeader>),
}

/// What the search found in the rest of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rest {
    /// Whether a header of a later block of this store stands there.
    pub(super) later_block: bool,
    /// Whether there is any byte but zeros.
    pub(super) dirty: bool,
}

/// An open segment file.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) number: u64,
    pub(super) file: Arc<dyn DiskFile>,
    store_id: StoreId,
}

impl Segment {
    /// Opens a segment file, and does not look into it.
    pub(super) fn open(
        disk: &dyn Disk,
        store_id: &StoreId,
        number: u64,
    ) -> Result<Self, JournalError> {
        match disk.open(&file_name(number), OpenMode::Existing) {
            Ok(file) => Ok(Self { number, file, store_id: *store_id }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(JournalError::Corrupt {
                segment: number,
                offset: 0,
                block: Some(number),
                fault: Fault::SegmentMissing,
            }),
            Err(source) => Err(io_error("open a segment", number, 0, source)),
        }
    }

    /// Removes a segment file. That it is gone is durable when the next one is created.
    pub(super) fn remove(disk: &dyn Disk, number: u64) -> Result<(), JournalError> {
        let failed = |source| io_error("remove an unfinished segment", number, 0, source);
        disk.remove(&file_name(number)).map_err(failed)
    }

    /// Makes a new segment file that has only its header, durable with its name.
    pub(super) fn create(
        disk: &dyn Disk,
        store_id: &StoreId,
        head: &ChainHead,
    ) -> Result<Self, JournalError> {
        let number = head.next_number();
        let header = SegmentHeader {
            store_id: *store_id,
            first_block: number,
            previous_hash: head.hash,
            previous_timestamp: head.timestamp,
        };
        let failed = |source| io_error("create a segment", number, 0, source);
        let file = disk.open(&file_name(number), OpenMode::CreateNew).map_err(failed)?;
        file.write_at(0, &header.encode()).map_err(failed)?;
        // The header is durable before any block is: a damaged header with a block behind it is
        // then never the trace of a crash.
        file.sync().map_err(failed)?;
        disk.sync_folder(JOURNAL_FOLDER).map_err(failed)?;
        Ok(Self { number, file, store_id: *store_id })
    }

    /// The head that the segment's first block continues; `None` if the header is damaged.
    pub(super) fn head_before(&self) -> Result<Option<ChainHead>, JournalError> {
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        match self.file.read_at(0, &mut bytes) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(source) => return Err(io_error("read a segment", self.number, 0, source)),
        }
        let header = match SegmentHeader::decode(&bytes, &self.store_id) {
            Ok(header) => header,
            Err(NotHeader::Damaged) => return Ok(None),
            Err(other) => return Err(self.refusal(other)),
        };
        if header.first_block != self.number || header.first_block == 0 {
            return Err(self.corrupt(0, None, Fault::SegmentNumber));
        }
        Ok(Some(ChainHead {
            number: header.first_block - 1,
            hash: header.previous_hash,
            timestamp: header.previous_timestamp,
        }))
    }

    /// The intact block header at an offset; `None` if there is none, or the file ends before.
    pub(super) fn header(&self, offset: u64) -> Result<Option<BlockHeader>, JournalError> {
        let mut bytes = [0; BLOCK_HEADER_BYTES];
        match self.file.read_at(offset, &mut bytes) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(source) => return Err(io_error("read a block", self.number, offset, source)),
        }
        match BlockHeader::decode(&bytes, &self.store_id) {
            Ok(header) => Ok(Some(header)),
            Err(NotHeader::Damaged) => Ok(None),
            Err(other) => Err(self.refusal(other)),
        }
    }

    /// The block at an offset. A block that is intact from header to hash and yet not well formed
    /// is not the trace of a crash, hence an error.
    pub(super) fn slot(&self, offset: u64) -> Result<Slot, JournalError> {
        let Some(header) = self.header(offset)? else {
            return Ok(Slot::NoBlock(Fault::BlockHeader, None));
        };
        let Some(payload) = self.payload(offset, &header)? else {
            return Ok(Slot::NoBlock(Fault::BlockCut, Some(header)));
        };
        let position = Position { segment: self.number, offset };
        match Block::verify(position, header, payload) {
            Ok(block) => Ok(Slot::Block(block)),
            Err(fault @ Fault::BlockHash) => Ok(Slot::NoBlock(fault, Some(header))),
            Err(fault) => Err(self.corrupt(offset, Some(header.number), fault)),
        }
    }

    /// The payload of a block, unverified; `None` if the file ends before it does.
    fn payload(&self, offset: u64, header: &BlockHeader) -> Result<Option<Vec<u8>>, JournalError> {
        let failed = |source| io_error("read a block", self.number, offset, source);
        let length = self.file.len().map_err(failed)?;
        if offset.saturating_add(header.block_bytes()) > length {
            return Ok(None);
        }
        let mut payload = vec![0; header.payload_length as usize];
        self.file.read_at(offset + BLOCK_HEADER_BYTES as u64, &mut payload).map_err(failed)?;
        Ok(Some(payload))
    }

    /// Searches what is behind an offset at which the block of this number should be and is not.
    pub(super) fn rest(
        &self,
        offset: u64,
        header: Option<&BlockHeader>,
        number: u64,
    ) -> Result<Rest, JournalError> {
        match header.filter(|header| header.number == number) {
            // The inside of a torn block is its caller's: bytes that look like a block in there
            // are not one.
            Some(header) => {
                let behind = self.search(offset.saturating_add(header.block_bytes()), number)?;
                Ok(Rest { dirty: true, ..behind })
            }
            None => self.search(offset, number),
        }
    }

    /// Looks at the file from an offset to its end, for anything but zeros, and for headers of
    /// blocks with a number above `number`. The offset is one where a block may begin.
    ///
    /// An intact header is proof enough, whatever stands behind it: a block is only written when
    /// the one before it is durable.
    pub(super) fn search(&self, from: u64, number: u64) -> Result<Rest, JournalError> {
        let mut rest = Rest { later_block: false, dirty: false };
        let mut window = Vec::new();
        let mut offset = from;
        while self.read_window(offset, &mut window)? {
            let looked_at = &window[..window.len().min(WINDOW_BYTES)];
            if !is_zero(looked_at) {
                rest.dirty = true;
                rest.later_block |= self.has_later_header(&window, number);
            }
            offset += WINDOW_BYTES as u64;
        }
        Ok(rest)
    }

    /// Overwrites with zeros what is not zero, from an offset to the end of the file. The caller
    /// syncs.
    pub(super) fn erase(&self, from: u64) -> Result<(), JournalError> {
        let mut window = Vec::new();
        let mut offset = from;
        while self.read_window(offset, &mut window)? {
            window.truncate(WINDOW_BYTES);
            if !is_zero(&window) {
                window.fill(0);
                self.write("erase a torn block", offset, &window)?;
            }
            offset += WINDOW_BYTES as u64;
        }
        Ok(())
    }

    /// The length of the file.
    pub(super) fn length(&self) -> Result<u64, JournalError> {
        self.file.len().map_err(|source| io_error("measure a segment", self.number, 0, source))
    }

    /// Makes the file durable; `offset` is what an error names.
    pub(super) fn sync(&self, offset: u64) -> Result<(), JournalError> {
        self.file.sync().map_err(|source| io_error("sync a segment", self.number, offset, source))
    }

    pub(super) fn write(
        &self,
        action: &'static str,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), JournalError> {
        self.file
            .write_at(offset, bytes)
            .map_err(|source| io_error(action, self.number, offset, source))
    }

    pub(super) fn corrupt(&self, offset: u64, block: Option<u64>, fault: Fault) -> JournalError {
        JournalError::Corrupt { segment: self.number, offset, block, fault }
    }

    /// Reads a window and as much more as a header that begins in it may need; `false` at the end.
    fn read_window(&self, offset: u64, window: &mut Vec<u8>) -> Result<bool, JournalError> {
        let failed = |source| io_error("search a segment", self.number, offset, source);
        let left = self.file.len().map_err(failed)?.saturating_sub(offset);
        if left == 0 {
            return Ok(false);
        }
        let wanted = (WINDOW_BYTES + BLOCK_HEADER_BYTES) as u64;
        window.resize(left.min(wanted) as usize, 0);
        self.file.read_at(offset, window).map_err(failed)?;
        Ok(true)
    }

    fn has_later_header(&self, window: &[u8], number: u64) -> bool {
        let mut starts = (0..window.len().min(WINDOW_BYTES)).step_by(BLOCK_ALIGNMENT);
        starts.any(|start| match window[start..].first_chunk() {
            Some(bytes) if bytes.starts_with(&BLOCK_MAGIC) => {
                match BlockHeader::decode(bytes, &self.store_id) {
                    Ok(header) => header.number > number,
                    // A later version may go on with a journal of this one.
                    Err(NotHeader::Newer(_)) => true,
                    Err(NotHeader::Damaged | NotHeader::Foreign) => false,
                }
            }
            _ => false,
        })
    }

    fn refusal(&self, reason: NotHeader) -> JournalError {
        let file = file_name(self.number);
        match reason {
            NotHeader::Newer(found) => {
                JournalError::NewerFormat { file, found, supported: FORMAT_VERSION }
            }
            NotHeader::Foreign => JournalError::ForeignStore { file },
            NotHeader::Damaged => self.corrupt(0, None, Fault::SegmentHeader),
        }
    }
}

pub(super) fn io_error(
    action: &'static str,
    segment: u64,
    offset: u64,
    source: io::Error,
) -> JournalError {
    JournalError::Io { action, file: file_name(segment), offset, source }
}

/// Compared as memory is, which is fast in every build: the part of a segment that is
/// allocated ahead, 8 MiB, is read through whenever a store is opened.
fn is_zero(bytes: &[u8]) -> bool {
    static ZEROS: [u8; 4096] = [0; 4096];
    bytes.chunks(ZEROS.len()).all(|chunk| *chunk == ZEROS[..chunk.len()])
}
