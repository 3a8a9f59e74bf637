//! Appending: a block that was sent is seen through, whatever becomes of the connection.
//!
//! Guaranteed: a block is acknowledged when its commit was answered without a warning, or a barrier
//! behind it was, and as many standbys have flushed it as it takes. After anything that leaves its
//! fate open the same block is given again, by number and hash, until it is there or somebody else
//! leads: so nothing is appended behind a block of which that is not known.

use super::database::{Database, failed};
use super::durable;
use super::lease::Lease;
use super::place::{Place, signed};
use super::reading::Reading;
use super::words;
use super::worker::{Line, Worker};
use crate::journal::{Appender, BlockRef, ChainHead, JournalError, SealedBlock};
use postgres::types::{ToSql, Type};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const APPEND: &str = "SELECT escrowdb.append($1, $2, $3, $4, $5, $6)";
const PAUSE_MIN: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_millis(500);

/// Who leads, in this epoch.
#[derive(Debug)]
pub(super) struct Sender {
    desk: Arc<Desk>,
    worker: Worker,
    /// Given back when this is dropped.
    _lease: Lease,
    epoch: u64,
    patience: Duration,
}

/// What the threads that send and that wait have in common.
#[derive(Debug)]
pub(super) struct Desk {
    inner: Mutex<Sent>,
    changed: Condvar,
    reading: Arc<Reading>,
}

#[derive(Debug)]
struct Sent {
    /// The last block that was sent.
    last: ChainHead,
    /// The last one that is acknowledged.
    head: ChainHead,
    /// Why it takes longer.
    trouble: Option<String>,
    /// Why nothing more is appended.
    end: Option<End>,
    /// Nobody waits any more.
    is_left: bool,
}

#[derive(Clone, Debug)]
enum End {
    Fenced,
    Damaged(String),
}

impl Desk {
    /// Nothing was sent yet.
    pub(super) fn new(head: ChainHead, reading: Arc<Reading>) -> Self {
        let sent = Sent { last: head, head, trouble: None, end: None, is_left: false };
        Self { inner: Mutex::new(sent), changed: Condvar::new(), reading }
    }

    fn lock(&self) -> MutexGuard<'_, Sent> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next block is the one after this.
    pub(super) fn begin_after(&self, head: ChainHead) {
        let mut sent = self.lock();
        (sent.last, sent.head) = (head, head);
    }

    /// Somebody else leads.
    pub(super) fn fence(&self) {
        self.end(End::Fenced);
    }

    /// Whether somebody else leads, as far as is known.
    pub(super) fn check(&self) -> Result<(), JournalError> {
        self.lock().check()
    }

    fn end(&self, end: End) {
        self.lock().end.get_or_insert(end);
        self.changed.notify_all();
    }

    /// Whether it appends, or may yet.
    pub(super) fn goes_on(&self) -> bool {
        let sent = self.lock();
        sent.end.is_none() && !sent.is_left
    }

    /// Sees a block through.
    fn see_through(&self, line: &mut Line, epoch: u64, block: &SealedBlock) {
        // Whether an earlier attempt may have left it there.
        let mut is_doubtful = false;
        let mut pause = PAUSE_MIN;
        while self.goes_on() {
            let tried = line.with(|database, place| {
                self.append(database, place, epoch, block, &mut is_doubtful)
            });
            match tried {
                Ok(None) => {
                    self.reading.learn_durable(block.number());
                    let mut sent = self.lock();
                    (sent.head, sent.trouble) = (ChainHead::of(block.header()), None);
                    drop(sent);
                    self.changed.notify_all();
                    return;
                }
                Ok(Some(end)) => return self.end(end),
                Err(error) => {
                    let what = match error {
                        JournalError::Unavailable { source } => source.to_string(),
                        other => other.to_string(),
                    };
                    self.lock().trouble = Some(what);
                }
            }
            thread::sleep(pause);
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// Tries once; `None` if it is there for good.
    fn append(
        &self,
        database: &mut Database,
        place: &Place,
        epoch: u64,
        block: &SealedBlock,
        is_doubtful: &mut bool,
    ) -> Result<Option<End>, JournalError> {
        let header = block.header();
        let (epoch, number) = (signed(epoch)?, signed(header.number)?);
        let (before, hash) = (&header.previous_hash[..], &header.hash[..]);
        let (time, body) = (signed(header.last_timestamp)?, block.bytes());
        let parameters: &[(&(dyn ToSql + Sync), Type)] = &[
            (&epoch, Type::INT8),
            (&number, Type::INT8),
            (&before, Type::BYTEA),
            (&hash, Type::BYTEA),
            (&time, Type::INT8),
            (&body, Type::BYTEA),
        ];
        database.was_warned();
        let was_doubtful = std::mem::replace(is_doubtful, true);
        let row = database.client.query_typed_one(APPEND, parameters).map_err(failed)?;
        match row.try_get::<_, i32>(0).map_err(failed)? {
            0 => (),
            1 => return Ok(Some(End::Fenced)),
            2 | 4 => {
                // Its former self, say, that a standby took the place of.
                let what = "this server lacks what was acknowledged: it is not the one that leads";
                return Err(words::unavailable(what));
            }
            _ => {
                let what = format!("another block has the number {}", header.number);
                return Ok(Some(End::Damaged(what)));
            }
        }
        if database.was_warned() || was_doubtful {
            database.barrier()?;
        }
        durable::wait(database, place, || {
            self.lock().trouble = Some("the standbys do not have the last block yet".into());
            self.goes_on()
        })?;
        Ok(None)
    }
}

impl Sent {
    fn check(&self) -> Result<(), JournalError> {
        match &self.end {
            None => Ok(()),
            Some(End::Fenced) => Err(JournalError::Fenced),
            Some(End::Damaged(what)) => Err(JournalError::Damaged(what.clone())),
        }
    }
}

impl Sender {
    pub(super) fn new(
        desk: Arc<Desk>,
        worker: Worker,
        lease: Lease,
        epoch: u64,
        patience: Duration,
    ) -> Self {
        Self { desk, worker, _lease: lease, epoch, patience }
    }
}

impl Appender for Sender {
    fn send(&self, block: &SealedBlock) -> Result<BlockRef, JournalError> {
        let mut sent = self.desk.lock();
        sent.check()?;
        let header = block.header();
        let expected = sent.last.next_number();
        if header.number != expected || header.previous_hash != sent.last.hash {
            return Err(JournalError::NotNext { expected, given: header.number });
        }
        let (desk, epoch, block) = (Arc::clone(&self.desk), self.epoch, block.clone());
        let number = header.number;
        let last = ChainHead::of(header);
        self.worker.post(move |line| desk.see_through(line, epoch, &block))?;
        sent.last = last;
        Ok(number.into())
    }

    fn acknowledged(&self, number: u64) -> Result<(), JournalError> {
        let until = Instant::now() + self.patience;
        let mut sent = self.desk.lock();
        loop {
            if sent.head.number >= number {
                return Ok(());
            }
            sent.check()?;
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let what = sent.trouble.as_deref().unwrap_or("the database does not answer");
                return Err(words::unavailable(what));
            }
            let waited = self.desk.changed.wait_timeout(sent, left);
            sent = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn head(&self) -> ChainHead {
        self.desk.lock().head
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.desk.lock().is_left = true;
    }
}

/// Who only looks at a log.
#[derive(Debug)]
pub(super) struct Onlooker(pub(super) ChainHead);

impl Appender for Onlooker {
    fn send(&self, _: &SealedBlock) -> Result<BlockRef, JournalError> {
        Err(JournalError::ReadOnly)
    }

    fn acknowledged(&self, _: u64) -> Result<(), JournalError> {
        Ok(())
    }

    fn head(&self) -> ChainHead {
        self.0
    }
}
