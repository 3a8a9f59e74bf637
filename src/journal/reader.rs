//! Reads blocks by number and records by timestamp, from any thread, while the journal grows.
//!
//! Guaranteed: what it returns has been checked: a block whole, a header and a record by their
//! checksums. A reader that a journal gave does not go past the last durable block. One record
//! costs the header, the directory and one group of its block, however large that is; the group
//! alone, if another one of that block was read lately. What was archived is an error that says so,
//! whether its files are gone already or not.
//!
//! It does not check the chain further than from one block to the next; [`super::scan()`] does.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::block::Block;
use super::directories::{Directories, Known};
use super::error::{Fault, JournalError};
use super::format::{BLOCK_ALIGNMENT, BLOCK_HEADER_BYTES, BlockHeader, DIRECTORY_ENTRY_BYTES};
use super::record::{Directory, Group};
use super::segment::{FIRST_OFFSET, Segment, Slot, io_error, list_segments};
use super::whereabouts::Whereabouts;
use super::{BlockRef, ChainHead, Position, StoreId};
use crate::disk::Disk;

/// How many segment files a reader and its clones keep open.
const OPEN_SEGMENTS_MAX: usize = 16;

/// Reads a journal. Clones share the open files.
#[derive(Clone, Debug)]
pub struct JournalReader {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    disk: Arc<dyn Disk>,
    store_id: StoreId,
    /// The number of the last durable block, past which nothing is read.
    durable: AtomicU64,
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    /// The last archived block; number 0 if there is none.
    archived: ChainHead,
    /// The one used last stands last.
    segments: Vec<Segment>,
    /// The segments that there are, if they were listed.
    listed: Option<Vec<u64>>,
    whereabouts: Whereabouts,
    directories: Directories,
}

impl JournalReader {
    /// A reader of a journal that nobody appends to.
    pub fn new(disk: Arc<dyn Disk>, store_id: StoreId) -> Self {
        let durable = AtomicU64::new(u64::MAX);
        let archived = ChainHead::origin(&store_id);
        let open = Mutex::new(Open {
            archived,
            segments: Vec::new(),
            listed: None,
            whereabouts: Whereabouts::default(),
            directories: Directories::default(),
        });
        Self { shared: Arc::new(Shared { disk, store_id, durable, open }) }
    }

    /// From now on nothing behind this block is read, until it may be. The files behind it may have
    /// been made anew.
    pub(super) fn bound_by(&self, durable: u64) {
        self.may_read(durable);
        let mut open = self.open();
        open.segments.clear();
        open.listed = None;
    }

    /// Up to this block all are durable.
    pub(super) fn may_read(&self, durable: u64) {
        self.shared.durable.store(durable, Ordering::Release);
    }

    /// The segments that are there, by the numbers of their first blocks, rising.
    pub fn segments(&self) -> Result<Vec<u64>, JournalError> {
        list_segments(&*self.shared.disk)
    }

    /// The last block that was archived: the journal is read from the one after it on. Its number
    /// is 0 if none was.
    #[must_use]
    pub fn archived(&self) -> ChainHead {
        self.open().archived
    }

    /// Reads nothing up to and including this block any more, which ends a segment.
    pub(crate) fn archive(&self, last: ChainHead) {
        let mut open = self.open();
        open.archived = last;
        open.segments.retain(|segment| segment.number > last.number);
        open.listed = None;
        open.whereabouts.forget(last.number);
        open.directories.forget(last.number);
    }

    /// Where the oldest block that is not archived begins; `None` if there is none yet.
    ///
    /// # Errors
    /// [`JournalError::Io`] if the segments cannot be listed.
    pub fn first(&self) -> Result<Option<Position>, JournalError> {
        let durable = self.shared.durable.load(Ordering::Acquire);
        let archived = self.archived().number;
        let mut segments = self.segments()?.into_iter();
        let oldest = segments.find(|&segment| segment > archived && segment <= durable);
        Ok(oldest.map(|segment| Position { segment, offset: FIRST_OFFSET }))
    }

    /// Where the block of this number begins, and its header; `None` if the journal ends before.
    /// The search begins at the block `near`, if that is found by its hint, or at one before the
    /// wanted one that is remembered, whichever is closer: only headers from there on are read.
    ///
    /// # Errors
    /// [`JournalError::Archived`] if the block was archived; whatever reading gives.
    pub fn find(
        &self,
        number: u64,
        near: BlockRef,
    ) -> Result<Option<(Position, BlockHeader)>, JournalError> {
        if number == 0 || number > self.shared.durable.load(Ordering::Acquire) {
            return Ok(None);
        }
        let segment = self.segment(self.segment_of(number)?)?;
        let between = |header: &BlockHeader| (near.number..=number).contains(&header.number);
        let hinted = hinted(&segment, near, between);
        let known = self.open().whereabouts.before(segment.number, number);
        let (first, offset) = known.unwrap_or((segment.number, FIRST_OFFSET));
        let (mut position, mut header) = match hinted {
            Some(found) if found.1.number >= first => found,
            _ => match self.header_of(&segment, first, offset)? {
                Some(header) => (Position { segment: segment.number, offset }, header),
                None => return Ok(None),
            },
        };
        while header.number < number {
            match self.following(position, &header)? {
                Some(following) => (position, header) = following,
                None => return Ok(None),
            }
            self.remember(header.number, position);
        }
        Ok(Some((position, header)))
    }

    /// The header of the block of this number, which begins there if the journal does not end
    /// there.
    fn header_of(
        &self,
        segment: &Segment,
        number: u64,
        offset: u64,
    ) -> Result<Option<BlockHeader>, JournalError> {
        match segment.header(offset)? {
            None => self.end_or_damage(segment, offset, number).map(|()| None),
            Some(header) if header.number == number => Ok(Some(header)),
            Some(_) => Err(segment.corrupt(offset, Some(number), Fault::BlockNumber)),
        }
    }

    /// Remembers where a durable block begins, to find it and those behind it by number.
    pub(super) fn remember(&self, number: u64, position: Position) {
        self.open().whereabouts.remember(position.segment, number, position.offset);
    }

    /// From now on there is this segment, too.
    pub(super) fn begun(&self, segment: u64) {
        if let Some(listed) = &mut self.open().listed
            && let Err(place) = listed.binary_search(&segment)
        {
            listed.insert(place, segment);
        }
    }

    /// The segment that has, or would have, the block of this number.
    fn segment_of(&self, number: u64) -> Result<u64, JournalError> {
        let mut open = self.open();
        let archived = open.archived;
        if number <= archived.number {
            return Err(JournalError::Archived { block: number, until: archived.timestamp });
        }
        let last_before = |listed: &[u64]| {
            let after = listed.partition_point(|&segment| segment <= number);
            after.checked_sub(1).map(|last| listed[last]).filter(|&last| last > archived.number)
        };
        let mut segment = open.listed.as_deref().and_then(last_before);
        if segment.is_none() {
            // Also if they were listed before: files may have been put back meanwhile.
            segment = last_before(open.listed.insert(self.segments()?));
        }
        let missing = JournalError::Corrupt {
            segment: archived.next_number(),
            offset: 0,
            block: Some(number),
            fault: Fault::SegmentMissing,
        };
        segment.ok_or(missing)
    }

    /// As [`JournalReader::head_before`]; `None` if there is no file of that name. What is in it is
    /// for others to judge.
    pub(crate) fn head_before_file(&self, segment: u64) -> Result<Option<ChainHead>, JournalError> {
        match self.segments()?.binary_search(&segment) {
            Ok(_) => self.head_before(segment).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// The block before the segment that has the block of this number, or would have it if it were
    /// not damaged; `None` if none has it.
    pub(crate) fn head_before_file_with(
        &self,
        number: u64,
    ) -> Result<Option<ChainHead>, JournalError> {
        let segments = self.segments()?;
        let after = segments.partition_point(|&segment| segment <= number);
        let Some(segment) = after.checked_sub(1).map(|last| segments[last]) else {
            return Ok(None);
        };
        match self.find(number, BlockRef::default()) {
            Ok(None) => Ok(None),
            Ok(Some(_)) | Err(JournalError::Corrupt { .. }) => self.head_before(segment).map(Some),
            Err(error) => Err(error),
        }
    }

    /// The block before the first of a segment, as the segment's header tells it.
    pub fn head_before(&self, segment: u64) -> Result<ChainHead, JournalError> {
        let segment = self.segment(segment)?;
        segment.head_before()?.ok_or(segment.corrupt(0, None, Fault::SegmentHeader))
    }

    /// The header of the block at a position.
    pub fn header(&self, position: Position) -> Result<BlockHeader, JournalError> {
        let segment = self.segment(position.segment)?;
        let header = segment.header(position.offset)?;
        header.ok_or(segment.corrupt(position.offset, None, Fault::BlockHeader))
    }

    /// The block at a position, verified whole.
    pub fn block(&self, position: Position) -> Result<Block, JournalError> {
        let segment = self.segment(position.segment)?;
        match segment.slot(position.offset)? {
            Slot::Block(block) => Ok(block),
            Slot::NoBlock(fault, header) => {
                let number = header.map(|header| header.number);
                Err(segment.corrupt(position.offset, number, fault))
            }
        }
    }

    /// Where the block after the one of this position and header begins; `None` if that is the
    /// last durable one.
    pub fn next(
        &self,
        position: Position,
        header: &BlockHeader,
    ) -> Result<Option<Position>, JournalError> {
        Ok(self.following(position, header)?.map(|(position, _)| position))
    }

    /// The block `near`, or the one that its hint leads to, if that is behind it and has begun by
    /// this time. The oldest that is not archived if `near` is, and the time is not.
    ///
    /// # Errors
    /// As [`JournalReader::find`].
    pub fn near(
        &self,
        near: BlockRef,
        timestamp: u64,
    ) -> Result<Option<(Position, BlockHeader)>, JournalError> {
        let archived = self.archived();
        let is_behind = near.number <= archived.number && timestamp > archived.timestamp;
        let near = if is_behind { archived.next_number().into() } else { near };
        let segment = self.segment(self.segment_of(near.number)?)?;
        let has_begun = |header: &BlockHeader| {
            header.number >= near.number && header.first_timestamp <= timestamp
        };
        match hinted(&segment, near, has_begun) {
            Some(found) => Ok(Some(found)),
            None => self.find(near.number, BlockRef::default()),
        }
    }

    /// Finds the record of this timestamp in the block `near` or one after it, and puts its body
    /// into the buffer, in place of what was there. `false`, and an empty buffer, if there is no
    /// such record; after an error the buffer may hold anything.
    pub fn record(
        &self,
        near: BlockRef,
        timestamp: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<bool, JournalError> {
        buffer.clear();
        let Some((mut position, mut header)) = self.near(near, timestamp)? else {
            return Ok(false);
        };
        while header.last_timestamp < timestamp {
            match self.following(position, &header)? {
                Some(following) => (position, header) = following,
                None => return Ok(false),
            }
        }
        if timestamp < header.first_timestamp {
            return Ok(false);
        }
        let segment = self.segment(position.segment)?;
        let known = Arc::new(read_directory(&segment, position, header)?);
        self.open().directories.insert(Arc::clone(&known));
        find_record(&segment, &known, timestamp, buffer)
    }

    /// As [`JournalReader::record`], without being told where to look: `false`, and an empty
    /// buffer, if no record of its block was read lately.
    pub(crate) fn known_record(
        &self,
        timestamp: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<bool, JournalError> {
        buffer.clear();
        let known = self.open().directories.find(timestamp);
        let Some(known) = known else { return Ok(false) };
        let segment = self.segment(known.position.segment)?;
        find_record(&segment, &known, timestamp, buffer)
    }

    fn following(
        &self,
        position: Position,
        header: &BlockHeader,
    ) -> Result<Option<(Position, BlockHeader)>, JournalError> {
        let durable = self.shared.durable.load(Ordering::Acquire);
        if header.number >= durable {
            return Ok(None);
        }
        let number = header.number + 1;
        let mut place = position.after(header.block_bytes());
        let mut segment = self.segment(place.segment)?;
        let mut next = segment.header(place.offset)?;
        if next.is_none() && self.segments()?.binary_search(&number).is_ok() {
            place = Position { segment: number, offset: FIRST_OFFSET };
            segment = self.segment(number)?;
            next = segment.header(FIRST_OFFSET)?;
        }
        if let Some(next) = next {
            check_link(&segment, place.offset, header, &next)?;
            return Ok(Some((place, next)));
        }
        self.end_or_damage(&segment, place.offset, number).map(|()| None)
    }

    /// Whether the journal may end where the block of this number is not.
    fn end_or_damage(
        &self,
        segment: &Segment,
        offset: u64,
        number: u64,
    ) -> Result<(), JournalError> {
        let is_bounded = self.shared.durable.load(Ordering::Acquire) != u64::MAX;
        // Without a bound, only zeros up to the end of the file are an end.
        if is_bounded || segment.search(offset, number)?.dirty {
            return Err(segment.corrupt(offset, Some(number), Fault::BlockHeader));
        }
        Ok(())
    }

    /// An open segment whose header is that of this store.
    fn segment(&self, number: u64) -> Result<Segment, JournalError> {
        let mut open = self.open();
        let archived = open.archived;
        if number <= archived.number {
            return Err(JournalError::Archived { block: number, until: archived.timestamp });
        }
        let open = &mut open.segments;
        if let Some(index) = open.iter().position(|segment| segment.number == number) {
            open[index..].rotate_left(1);
            return Ok(open[open.len() - 1].clone());
        }
        let segment = Segment::open(&*self.shared.disk, &self.shared.store_id, number)?;
        if segment.head_before()?.is_none() {
            return Err(segment.corrupt(0, None, Fault::SegmentHeader));
        }
        if open.len() >= OPEN_SEGMENTS_MAX {
            open.remove(0);
        }
        open.push(segment.clone());
        Ok(segment)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.shared.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The block that a hint leads to in this segment, if it is one that `is_right`. In another segment
/// the same offset may lie in a record, whose bytes a caller chose.
fn hinted(
    segment: &Segment,
    near: BlockRef,
    is_right: impl FnOnce(&BlockHeader) -> bool,
) -> Option<(Position, BlockHeader)> {
    let position = Position::hinted(near)?;
    if position.segment != segment.number || !position.offset.is_multiple_of(BLOCK_ALIGNMENT as u64)
    {
        return None;
    }
    let header = segment.header(position.offset).ok()??;
    is_right(&header).then_some((position, header))
}

fn check_link(
    segment: &Segment,
    offset: u64,
    header: &BlockHeader,
    next: &BlockHeader,
) -> Result<(), JournalError> {
    let fault = if next.number != header.number + 1 {
        Fault::BlockNumber
    } else if next.previous_hash != header.hash {
        Fault::BlockChain
    } else if next.first_timestamp <= header.last_timestamp {
        Fault::BlockTime
    } else {
        return Ok(());
    };
    Err(segment.corrupt(offset, Some(header.number + 1), fault))
}

/// Reads the directory of the block that has this header.
fn read_directory(
    segment: &Segment,
    position: Position,
    header: BlockHeader,
) -> Result<Known, JournalError> {
    let corrupt = |fault| segment.corrupt(position.offset, Some(header.number), fault);
    if position.offset.saturating_add(header.block_bytes()) > segment.length()? {
        return Err(corrupt(Fault::BlockCut));
    }
    let records_at = position.offset + BLOCK_HEADER_BYTES as u64;
    let mut directory = vec![0; header.directory_entries() * DIRECTORY_ENTRY_BYTES];
    read(segment, records_at + u64::from(header.records_length), &mut directory)?;
    let records_length = header.records_length as usize;
    Directory::parse(&directory, header.directory_crc32, records_length).map_err(corrupt)?;
    Ok(Known { position, header, directory })
}

fn read(segment: &Segment, from: u64, bytes: &mut [u8]) -> Result<(), JournalError> {
    let failed = |source| io_error("read a record", segment.number, from, source);
    segment.file.read_at(from, bytes).map_err(failed)
}

/// Finds a record in a block whose timestamps span that of the record.
fn find_record(
    segment: &Segment,
    known: &Known,
    timestamp: u64,
    buffer: &mut Vec<u8>,
) -> Result<bool, JournalError> {
    let Position { offset, .. } = known.position;
    let corrupt = |fault| segment.corrupt(offset, Some(known.header.number), fault);
    let directory = known.directory();
    // The block spans the timestamp, so the directory has a group for it.
    let group = directory.find(timestamp).ok_or_else(|| corrupt(Fault::Directory))?;
    let (range, first_timestamp) = (directory.range(group), directory.timestamp(group));

    buffer.clear();
    buffer.resize(range.len(), 0);
    read(segment, offset + (BLOCK_HEADER_BYTES + range.start) as u64, buffer)?;
    let mut frames = Group::new(buffer, first_timestamp);
    while let Some(frame) = frames.next_frame().map_err(corrupt)? {
        // Also those before it: the timestamp of each builds on the deltas of them.
        frame.check().map_err(corrupt)?;
        if frame.timestamp < timestamp {
            continue;
        }
        let found = frame.timestamp == timestamp;
        let end = buffer.len() - frames.rest_bytes();
        let body_bytes = if found { frame.body.len() } else { 0 };
        buffer.truncate(end);
        buffer.drain(..end - body_bytes);
        return Ok(found);
    }
    buffer.clear();
    Ok(false)
}
