//! The journal in the files of one machine.
//!
//! Guaranteed: an append is one write and one sync, except where a segment is begun or the zeros
//! ahead of the write position are used up. Nothing is written behind an append that failed.
//!
//! It does not read what is there before it is resumed: [`super::scan()`] does, and says where the
//! journal ends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::builder::SealedBlock;
use super::error::JournalError;
use super::log::Appender;
use super::reader::JournalReader;
use super::segment::{FIRST_OFFSET, Segment, Slot, io_error, list_segments};
use super::whereabouts::DISTANCE_BYTES;
use super::{BlockRef, ChainHead, JOURNAL_FOLDER, Position, StoreId, Tail};
use crate::disk::Disk;

/// Zeros are written in pieces of this size.
const ZEROS_BYTES: usize = 1 << 20;
static ZEROS: [u8; ZEROS_BYTES] = [0; ZEROS_BYTES];

/// The sizes of segment files. They may be others each time that a journal is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The size that a segment file does not outgrow, unless for a single block that is larger.
    pub segment_bytes: u64,
    /// How much room is made at once ahead of the write position, by writing zeros: to sync a
    /// block into a file that grows, or has merely been given room, takes twice as long.
    pub preallocate_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { segment_bytes: 64 << 20, preallocate_bytes: 8 << 20 }
    }
}

impl Options {
    /// The length that a file gets in which a block ends at `end`.
    fn file_length(&self, end: u64) -> u64 {
        let rounded = end.checked_next_multiple_of(self.preallocate_bytes.max(1)).unwrap_or(end);
        rounded.min(self.segment_bytes).max(end)
    }
}

/// Appends to segment files. There is one for a journal at a time; its user sees to that.
#[derive(Debug)]
pub struct LocalJournal {
    disk: Arc<dyn Disk>,
    store_id: StoreId,
    options: Options,
    segment: Segment,
    offset: u64,
    /// How far the file has room.
    length: u64,
    head: ChainHead,
    reader: JournalReader,
    /// The offset of the last block that the reader was told of.
    remembered: u64,
    poisoned: bool,
}

impl LocalJournal {
    /// Begins a journal on a disk where there is none.
    ///
    /// # Errors
    /// [`JournalError::AlreadyExists`] if there is a segment file, even an unfinished one;
    /// [`JournalError::Io`].
    pub fn create(
        disk: Arc<dyn Disk>,
        store_id: StoreId,
        options: Options,
    ) -> Result<Self, JournalError> {
        if !list_segments(&*disk)?.is_empty() {
            return Err(JournalError::AlreadyExists);
        }
        Self::begin_after(ChainHead::origin(&store_id), disk, store_id, options)
    }

    /// Begins a segment for the blocks after this one.
    ///
    /// # Errors
    /// [`JournalError::Io`], also if it is there.
    pub(super) fn begin_after(
        head: ChainHead,
        disk: Arc<dyn Disk>,
        store_id: StoreId,
        options: Options,
    ) -> Result<Self, JournalError> {
        create_folder(&*disk)?;
        let segment = Segment::create(&*disk, &store_id, &head)?;
        let reader = JournalReader::new(Arc::clone(&disk), store_id);
        Ok(Self::with(disk, store_id, options, segment, head, reader))
    }

    /// Goes on with a journal at the tail that a scan has just found. Traces of an unfinished
    /// append are erased, and the last block is made durable, before this returns.
    ///
    /// # Errors
    /// [`JournalError::StaleTail`] if there is more in the files than the tail says, and whatever
    /// reading and writing them gives.
    pub fn resume(
        disk: Arc<dyn Disk>,
        store_id: StoreId,
        options: Options,
        tail: Tail,
    ) -> Result<Self, JournalError> {
        let reader = JournalReader::new(Arc::clone(&disk), store_id);
        Self::resume_with(disk, store_id, options, tail, reader)
    }

    /// As [`LocalJournal::resume`], with a reader that there is already.
    pub(super) fn resume_with(
        disk: Arc<dyn Disk>,
        store_id: StoreId,
        options: Options,
        tail: Tail,
        reader: JournalReader,
    ) -> Result<Self, JournalError> {
        refuse_stale(&*disk, &store_id, &tail)?;
        if let Some(last_block) = tail.last_block {
            settle(&*disk, &store_id, last_block)?;
        }
        if tail.position.offset == FIRST_OFFSET {
            // Even if it looks well: the sync of its header or of its name may have failed. Then
            // they are in memory only, and another sync would not find out: so all of it is made
            // anew.
            create_folder(&*disk)?;
            if list_segments(&*disk)?.contains(&tail.position.segment) {
                Segment::remove(&*disk, tail.position.segment)?;
            }
            let segment = Segment::create(&*disk, &store_id, &tail.head)?;
            return Ok(Self::with(disk, store_id, options, segment, tail.head, reader));
        }
        let segment = Segment::open(&*disk, &store_id, tail.position.segment)?;
        segment.erase(tail.position.offset)?;
        segment.sync(tail.position.offset)?;
        let length = segment.length()?;
        let mut journal = Self::with(disk, store_id, options, segment, tail.head, reader);
        journal.offset = tail.position.offset;
        journal.length = length;
        Ok(journal)
    }

    /// A reader of the durable blocks, these and those to come.
    pub fn reader(&self) -> JournalReader {
        self.reader.clone()
    }

    /// Just after the last durable block.
    pub fn end(&self) -> Position {
        Position { segment: self.segment.number, offset: self.offset }
    }

    fn with(
        disk: Arc<dyn Disk>,
        store_id: StoreId,
        options: Options,
        segment: Segment,
        head: ChainHead,
        reader: JournalReader,
    ) -> Self {
        reader.bound_by(head.number);
        Self {
            disk,
            store_id,
            options,
            segment,
            offset: FIRST_OFFSET,
            length: FIRST_OFFSET,
            head,
            reader,
            remembered: FIRST_OFFSET,
            poisoned: false,
        }
    }

    fn write_durably(&mut self, block: &SealedBlock) -> Result<Position, JournalError> {
        let bytes = block.bytes();
        let full = self.offset.saturating_add(bytes.len() as u64) > self.options.segment_bytes;
        if full && self.offset > FIRST_OFFSET {
            self.segment = Segment::create(&*self.disk, &self.store_id, &self.head)?;
            self.offset = FIRST_OFFSET;
            self.length = FIRST_OFFSET;
            self.reader.begun(self.segment.number);
        }
        let position = self.end();
        let end = self.offset + bytes.len() as u64;
        self.segment.write("write a block", self.offset, bytes)?;
        if end > self.length {
            self.length = self.options.file_length(end);
            self.write_zeros(end)?;
        }
        self.segment.sync(self.offset)?;
        self.offset = end;
        Ok(position)
    }

    /// Lets readers find a block by its number, if it is not close behind one that they know.
    fn remember(&mut self, position: Position) {
        if position.offset.abs_diff(self.remembered) >= DISTANCE_BYTES {
            self.remembered = position.offset;
            self.reader.remember(self.head.number, position);
        }
    }

    /// Fills the file with zeros from an offset up to `length`.
    fn write_zeros(&self, from: u64) -> Result<(), JournalError> {
        let mut offset = from;
        while offset < self.length {
            let count = (self.length - offset).min(ZEROS_BYTES as u64);
            self.segment.write("make room", offset, &ZEROS[..count as usize])?;
            offset += count;
        }
        Ok(())
    }
}

/// Appends under a lock: a block is durable as soon as it is sent.
#[derive(Debug)]
pub(super) struct LocalAppender(Mutex<LocalJournal>);

impl LocalAppender {
    pub(super) fn new(journal: LocalJournal) -> Self {
        Self(Mutex::new(journal))
    }

    fn lock(&self) -> MutexGuard<'_, LocalJournal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Appender for LocalAppender {
    fn send(&self, block: &SealedBlock) -> Result<BlockRef, JournalError> {
        self.lock().append(block)
    }

    fn acknowledged(&self, _: u64) -> Result<(), JournalError> {
        Ok(())
    }

    fn head(&self) -> ChainHead {
        self.lock().head()
    }
}

impl LocalJournal {
    /// Appends the block that is next. It is durable, and can be read, when this returns.
    ///
    /// # Errors
    /// [`JournalError::NotNext`], with the journal as it was. After any other the block may be
    /// there or not, and nothing is appended until the journal is resumed.
    pub fn append(&mut self, block: &SealedBlock) -> Result<BlockRef, JournalError> {
        if self.poisoned {
            return Err(JournalError::Poisoned);
        }
        let header = block.header();
        let expected = self.head.next_number();
        let continues = header.previous_hash == self.head.hash && header.store_id == self.store_id;
        if header.number != expected || !continues {
            let given = header.number;
            return Err(JournalError::NotNext { expected, given });
        }
        // Poisoned until it has succeeded: so also if a disk panics.
        self.poisoned = true;
        let position = self.write_durably(block)?;
        self.poisoned = false;
        self.head = ChainHead::of(header);
        self.reader.may_read(self.head.number);
        self.remember(position);
        let number = self.head.number;
        Ok(BlockRef { number, hint: position.hint(number) })
    }

    /// The last block.
    pub fn head(&self) -> ChainHead {
        self.head
    }
}

fn create_folder(disk: &dyn Disk) -> Result<(), JournalError> {
    disk.create_folder(JOURNAL_FOLDER).and_then(|()| disk.sync_folder("")).map_err(|source| {
        let file = JOURNAL_FOLDER.to_owned();
        JournalError::Io { action: "create the folder", file, offset: 0, source }
    })
}

/// Erasing is not undone: that the tail is the end is checked again before.
fn refuse_stale(disk: &dyn Disk, store_id: &StoreId, tail: &Tail) -> Result<(), JournalError> {
    let Position { segment: number, offset } = tail.position;
    let stale = Err(JournalError::StaleTail { segment: number, offset });
    let next = tail.head.next_number();
    let begins_segment = offset == FIRST_OFFSET;
    let segments = list_segments(disk)?;
    if segments.last().is_some_and(|&last| last > number) || (begins_segment && number != next) {
        return stale;
    }
    if begins_segment && !segments.contains(&number) {
        return Ok(());
    }
    let segment = Segment::open(disk, store_id, number)?;
    let Slot::NoBlock(_, header) = segment.slot(offset)? else {
        return stale;
    };
    if segment.rest(offset, header.as_ref(), next)?.later_block { stale } else { Ok(()) }
}

/// Writes the last block again as it is and syncs it. Its sync may have failed, or never have been
/// made: then it was read from memory, and would be lost behind later blocks in a power cut.
fn settle(disk: &dyn Disk, store_id: &StoreId, position: Position) -> Result<(), JournalError> {
    let segment = Segment::open(disk, store_id, position.segment)?;
    let Some(header) = segment.header(position.offset)? else {
        let Position { segment, offset } = position;
        return Err(JournalError::StaleTail { segment, offset });
    };
    let mut bytes = vec![0; header.block_bytes() as usize];
    segment
        .file
        .read_at(position.offset, &mut bytes)
        .map_err(|source| io_error("read a block", position.segment, position.offset, source))?;
    segment.write("settle the last block", position.offset, &bytes)?;
    segment.sync(position.offset)
}
