//! Reading blocks out of the database.

use super::database::{Database, failed};
use super::durable;
use super::place::{self, Place, head, signed, unsigned};
use super::words;
use super::worker::{Line, Worker};
use crate::journal::format::BLOCK_HEADER_BYTES;
use crate::journal::{Block, BlockHeader, ChainHead, JournalError, StoreId};
use postgres::types::{ToSql, Type};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many blocks are read at once at most: the first alone, then twice as many each time.
const AT_ONCE_MAX: i64 = 16;

const HEADER: &str = "SELECT substr(body, 1, $2) FROM escrowdb.block WHERE number = $1";
const BLOCKS: &str = "SELECT number, body FROM escrowdb.block \
    WHERE number >= $1 AND number <= $2 AND last_time > $3 ORDER BY number LIMIT $4";
const LAST: &str = "SELECT coalesce((SELECT max(number) FROM escrowdb.block), \
    (SELECT archived_number FROM escrowdb.store))";
/// The row of the lease is locked meanwhile, so that nobody takes over before this is done.
const LET_GO: &str = "WITH mine AS MATERIALIZED \
    (SELECT 1 FROM escrowdb.lease WHERE epoch = $2 FOR SHARE), \
    last AS MATERIALIZED (SELECT number, hash, last_time FROM escrowdb.block, mine \
    WHERE number < $1 ORDER BY number DESC LIMIT 1), \
    said AS (UPDATE escrowdb.store SET archived_number = last.number, archived_hash = last.hash, \
    archived_time = last.last_time FROM last), \
    gone AS (DELETE FROM escrowdb.block USING last WHERE block.number <= last.number) \
    SELECT last.number, last.hash, last.last_time FROM mine LEFT JOIN last ON true";

/// The blocks of a log, as one who reads sees them.
#[derive(Debug)]
pub(super) struct Reading {
    worker: Worker,
    pub(super) store_id: StoreId,
    patience: Duration,
    archived: Mutex<ChainHead>,
    /// The last block that is known to be durable.
    durable: AtomicU64,
}

impl Reading {
    pub(super) fn new(line: Line, place: &Place, patience: Duration) -> Result<Self, JournalError> {
        Ok(Self {
            worker: Worker::start("escrowdb-read", line)?,
            store_id: place.store_id,
            patience,
            archived: Mutex::new(place.archived),
            durable: AtomicU64::new(place.archived.number),
        })
    }

    pub(super) fn archived(&self) -> ChainHead {
        *self.archived.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Blocks up to this one were moved away.
    pub(super) fn learn_archived(&self, archived: ChainHead) {
        *self.archived.lock().unwrap_or_else(PoisonError::into_inner) = archived;
    }

    /// Blocks up to this one are durable.
    pub(super) fn learn_durable(&self, number: u64) {
        self.durable.fetch_max(number, Ordering::AcqRel);
    }

    /// The last block that is known to be durable.
    pub(super) fn durable(&self) -> u64 {
        self.durable.load(Ordering::Acquire)
    }

    /// Looks which block is the last one that is durable now, and which was archived.
    pub(super) fn look(&self) -> Result<u64, JournalError> {
        let known = self.durable();
        let (last, archived) = self.worker.ask(self.patience, move |line| {
            line.with_again(|database, place| {
                // Archived first: what is archived after is there to be read, or is missed then.
                let archived = place::read(database)?.archived;
                let last = last(database)?;
                // What is only visible may get lost with the server.
                let is_durable = last <= known || durable::is_so(database, place)?;
                Ok((is_durable.then_some(last), archived))
            })
        })?;
        self.learn_archived(archived);
        if let Some(last) = last {
            self.learn_durable(last);
        }
        Ok(self.durable())
    }

    /// The last block that is there now, once it is durable, for which is waited for so long at
    /// most. That the standbys take from this server says also that it is no former primary.
    pub(super) fn look_for_all(&self, patience: Duration) -> Result<u64, JournalError> {
        let patience = patience.min(self.patience);
        // Why it took too long is told before nobody waits any more.
        let until = Instant::now() + patience / 10 * 9;
        let (last, archived) = self.worker.ask(patience, move |line| {
            line.with_again(|database, place| {
                let archived = place::read(database)?.archived;
                let last = last(database)?;
                durable::wait(database, place, || Instant::now() < until)?;
                Ok((last, archived))
            })
        })?;
        self.learn_archived(archived);
        self.learn_durable(last);
        Ok(last)
    }

    /// Refuses a block that was moved away.
    pub(super) fn check(&self, number: u64) -> Result<(), JournalError> {
        let archived = self.archived();
        if number <= archived.number {
            return Err(JournalError::Archived { block: number, until: archived.timestamp });
        }
        Ok(())
    }

    pub(super) fn header(&self, number: u64) -> Result<Option<BlockHeader>, JournalError> {
        let key = signed(number)?;
        let found = self.worker.ask(self.patience, move |line| {
            line.with_again(|database, _| {
                let length = BLOCK_HEADER_BYTES as i32;
                let parameters: &[(&(dyn ToSql + Sync), Type)] =
                    &[(&key, Type::INT8), (&length, Type::INT4)];
                let row = database.client.query_typed_opt(HEADER, parameters).map_err(failed)?;
                row.map(|row| row.try_get::<_, Vec<u8>>(0)).transpose().map_err(failed)
            })
        })?;
        let Some(bytes) = found else { return Ok(None) };
        let wrong = || words::odd(format!("block {number} has no header"));
        let bytes = bytes.first_chunk().ok_or_else(wrong)?;
        BlockHeader::decode(bytes, &self.store_id).map(Some).map_err(|_| wrong())
    }

    /// The blocks of these numbers whose last record is later than `after`, each verified by
    /// itself.
    pub(super) fn blocks(self: &Arc<Self>, first: u64, last: u64, after: u64) -> Reader {
        let reading = Arc::clone(self);
        Reader { reading, next: first, last, after, at_once: 1, read: VecDeque::new() }
    }

    fn read(
        &self,
        first: u64,
        last: u64,
        after: u64,
        at_once: i64,
    ) -> Result<VecDeque<Block>, JournalError> {
        let (first, last, after) = (signed(first)?, signed(last)?, signed(after)?);
        let rows = self.worker.ask(self.patience, move |line| {
            line.with_again(|database, _| {
                let parameters: &[(&(dyn ToSql + Sync), Type)] = &[
                    (&first, Type::INT8),
                    (&last, Type::INT8),
                    (&after, Type::INT8),
                    (&at_once, Type::INT8),
                ];
                database.client.query_typed(BLOCKS, parameters).map_err(failed)
            })
        })?;
        let blocks = rows.iter().map(|row| {
            let number = unsigned(row, 0)?;
            let bytes: &[u8] = row.try_get(1).map_err(failed)?;
            let wrong = |fault| words::odd(format!("block {number}: {fault}"));
            let block = Block::parse(&self.store_id, bytes).map_err(wrong)?;
            if block.header().number == number {
                return Ok(block);
            }
            Err(words::odd(format!("block {number} is another one by its header")))
        });
        blocks.collect()
    }

    /// Lets the blocks before this one go, for who leads in this epoch.
    ///
    /// # Errors
    /// [`JournalError::Fenced`] if somebody else leads: then nothing is gone.
    pub(super) fn let_go(&self, number: u64, epoch: u64) -> Result<ChainHead, JournalError> {
        let (key, epoch) = (signed(number)?, signed(epoch)?);
        let gone = self.worker.ask(self.patience, move |line| {
            line.with_again(|database, _| {
                let parameters: &[(&(dyn ToSql + Sync), Type)] =
                    &[(&key, Type::INT8), (&epoch, Type::INT8)];
                let row = database.client.query_typed_opt(LET_GO, parameters).map_err(failed)?;
                let row = row.ok_or(JournalError::Fenced)?;
                let last: Option<i64> = row.try_get(0).map_err(failed)?;
                last.map(|_| head(&row, 0)).transpose()
            })
        })?;
        let mut archived = self.archived.lock().unwrap_or_else(PoisonError::into_inner);
        *archived = gone.unwrap_or(*archived);
        Ok(*archived)
    }
}

/// The last block that is visible, durable or not.
pub(super) fn last(database: &mut Database) -> Result<u64, JournalError> {
    unsigned(&database.client.query_typed_one(LAST, &[]).map_err(failed)?, 0)
}

/// Blocks one after the other, some read ahead.
#[derive(Debug)]
pub(super) struct Reader {
    reading: Arc<Reading>,
    next: u64,
    last: u64,
    after: u64,
    at_once: i64,
    read: VecDeque<Block>,
}

impl Iterator for Reader {
    type Item = Result<Block, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.read.is_empty() && self.next <= self.last {
            match self.reading.read(self.next, self.last, self.after, self.at_once) {
                Ok(blocks) => self.read = blocks,
                Err(error) => return Some(Err(error)),
            }
            self.at_once = (self.at_once * 2).min(AT_ONCE_MAX);
            if self.read.is_empty() {
                self.next = self.last + 1;
            }
        }
        let block = self.read.pop_front()?;
        self.next = block.header().number + 1;
        Some(Ok(block))
    }
}
