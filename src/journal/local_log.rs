//! The log in the segment files of one machine.

use std::mem;
use std::sync::Arc;

use super::local::{LocalAppender, LocalJournal, Options};
use super::log::{Appender, Blocks, Log, Opening};
use super::read_only::ReadOnlyJournal;
use super::scan::{Scan, Start, Tail, scan};
use super::{
    Block, BlockHeader, BlockRef, ChainHead, Fault, JournalError, JournalReader, Position, StoreId,
};
use crate::disk::Disk;

/// The journal of a store in its folder. Who may append is for the lock of the store to say.
#[derive(Debug)]
pub struct LocalLog {
    disk: Arc<dyn Disk>,
    store_id: StoreId,
    options: Options,
    reader: JournalReader,
}

impl LocalLog {
    /// The log on a disk, which may have none yet.
    pub fn new(disk: Arc<dyn Disk>, store_id: StoreId, options: Options) -> Self {
        let reader = JournalReader::new(Arc::clone(&disk), store_id);
        Self { disk, store_id, options, reader }
    }

    /// Its files.
    pub(crate) fn reader(&self) -> &JournalReader {
        &self.reader
    }

    fn start(&self, after: ChainHead, near: BlockRef) -> Result<Start, JournalError> {
        if after.number == 0 {
            return Ok(Start::Beginning);
        }
        if after.number == self.archived().number {
            return Ok(Start::following(after));
        }
        let found = self.reader.find(after.number, near);
        if let Ok(Some((position, header))) = found {
            let end = position.after(header.block_bytes());
            return Ok(Start::After { end, head: after });
        }
        // What a segment says of the block before it is enough to go on.
        if self.reader.segments()?.contains(&after.next_number()) {
            return Ok(Start::following(after));
        }
        let (segment, block, fault) = (after.number, Some(after.number), Fault::BlockMissing);
        found.and(Err(JournalError::Corrupt { segment, offset: 0, block, fault }))
    }
}

impl Log for LocalLog {
    fn open(&self, after: ChainHead, near: BlockRef) -> Result<Box<dyn Opening>, JournalError> {
        let start = self.start(after, near)?;
        let scan = scan(Arc::clone(&self.disk), self.store_id, start)?;
        let (disk, reader) = (Arc::clone(&self.disk), self.reader.clone());
        let (store_id, options) = (self.store_id, self.options);
        Ok(Box::new(LocalOpening { scan, disk, store_id, options, reader }))
    }

    fn archived(&self) -> ChainHead {
        self.reader.archived()
    }

    fn header(&self, number: u64, near: BlockRef) -> Result<Option<BlockHeader>, JournalError> {
        Ok(self.reader.find(number, near)?.map(|(_, header)| header))
    }

    fn follow(&self, near: Option<BlockRef>, after: u64) -> Result<Blocks, JournalError> {
        let first = match near {
            Some(near) => self.reader.near(near, after)?.map(|(position, _)| position),
            None => self.reader.first()?,
        };
        let at = first.map_or(At::End, At::Here);
        Ok(Box::new(Following { reader: self.reader.clone(), at, after }))
    }

    fn trusted_before(&self, number: u64) -> Result<ChainHead, JournalError> {
        let archived = self.archived();
        let is_before = |segment: &u64| *segment <= number && *segment > archived.number;
        match self.reader.segments()?.into_iter().rfind(is_before) {
            Some(segment) => self.reader.head_before(segment),
            None => Ok(archived),
        }
    }

    fn record(
        &self,
        near: BlockRef,
        timestamp: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<bool, JournalError> {
        self.reader.record(near, timestamp, buffer)
    }

    fn recent_record(&self, timestamp: u64, buffer: &mut Vec<u8>) -> Result<bool, JournalError> {
        self.reader.known_record(timestamp, buffer)
    }

    /// Reads whole segments no more: who archived them removes the files.
    fn retain_from(&self, number: u64) -> Result<ChainHead, JournalError> {
        let archived = self.archived();
        let is_before = |segment: &u64| *segment <= number && *segment > archived.number;
        if let Some(segment) = self.reader.segments()?.into_iter().rfind(is_before) {
            self.reader.archive(self.reader.head_before(segment)?);
        }
        Ok(self.archived())
    }

    fn files(&self) -> Option<&JournalReader> {
        Some(&self.reader)
    }
}

/// Blocks by their positions.
struct Following {
    reader: JournalReader,
    at: At,
    after: u64,
}

/// Where the next block is.
enum At {
    Here(Position),
    /// Behind the one that was given last. It is looked up when it is wanted.
    Behind(Position, BlockHeader),
    End,
}

impl Following {
    fn step(&mut self) -> Result<Option<Block>, JournalError> {
        loop {
            // After an error there is nothing more.
            let position = match mem::replace(&mut self.at, At::End) {
                At::Here(position) => Some(position),
                At::Behind(position, header) => self.reader.next(position, &header)?,
                At::End => None,
            };
            let Some(position) = position else { return Ok(None) };
            let header = self.reader.header(position)?;
            if header.last_timestamp > self.after {
                let block = self.reader.block(position)?;
                self.at = At::Behind(position, header);
                return Ok(Some(block));
            }
            self.at = At::Behind(position, header);
        }
    }
}

impl Iterator for Following {
    type Item = Result<Block, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step().transpose()
    }
}

#[derive(Debug)]
struct LocalOpening {
    scan: Scan,
    disk: Arc<dyn Disk>,
    store_id: StoreId,
    options: Options,
    reader: JournalReader,
}

impl Iterator for LocalOpening {
    type Item = Result<Block, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.scan.next()
    }
}

impl LocalOpening {
    fn tail(&mut self) -> Result<Tail, JournalError> {
        self.scan.read_to_end()
    }
}

impl Opening for LocalOpening {
    fn head(&self) -> ChainHead {
        self.scan.head()
    }

    fn end(&mut self) -> Result<ChainHead, JournalError> {
        Ok(self.tail()?.head)
    }

    fn append(mut self: Box<Self>) -> Result<Box<dyn Appender>, JournalError> {
        let tail = self.tail()?;
        let Self { disk, store_id, options, reader, .. } = *self;
        let journal = LocalJournal::resume_with(disk, store_id, options, tail, reader)?;
        Ok(Box::new(LocalAppender::new(journal)))
    }

    fn only_read(mut self: Box<Self>) -> Result<Box<dyn Appender>, JournalError> {
        let tail = self.tail()?;
        Ok(Box::new(ReadOnlyJournal::new(tail.head, &self.reader)))
    }
}
