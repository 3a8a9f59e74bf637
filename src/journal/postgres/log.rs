//! The log in a database, behind the seam that the rest of the store knows.

use super::address::Address;
use super::appender::Desk;
use super::checks;
use super::lease::{self, Lease};
use super::opening::Taken;
use super::place;
use super::reading::{self, Reading};
use super::words;
use super::worker::{Line, Worker};
use crate::journal::{
    BlockHeader, BlockRef, Blocks, ChainHead, JournalError, Log, Opening, StoreId,
};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

/// How often is looked for a new block.
const LOOKS_AGAIN: Duration = Duration::from_millis(10);
/// By how much an answer may be later than it was asked for.
const LATE: Duration = Duration::from_secs(2);

/// How long is waited for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// For how long nobody else leads after the leader has last said that it does, which it says
    /// three times as often: 5 s unless said otherwise. Somebody who opens the log after a leader
    /// was killed waits for so long.
    pub lease: Duration,
    /// After how long whoever waits is told [`JournalError::Unavailable`]: 10 s unless said
    /// otherwise.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { lease: Duration::from_secs(5), patience: Duration::from_secs(10) }
    }
}

/// The log of a store in a PostgreSQL database, which [`init`](super::init) made there.
#[derive(Debug)]
pub struct PostgresLog {
    address: Address,
    settings: Settings,
    reading: Arc<Reading>,
    /// Whether this one has the lead: then it knows which blocks are durable.
    leading: Mutex<Weak<Desk>>,
    /// In which epoch it had it last.
    epoch: AtomicU64,
}

impl PostgresLog {
    /// Connects to the database, and reads which store's log it has. Nobody is fenced.
    ///
    /// # Errors
    /// [`JournalError::Refused`] if there is no log in the database, or the role may not look at
    /// standbys; [`JournalError::NewerFormat`]; [`JournalError::Unavailable`].
    pub fn connect(address: Address, settings: Settings) -> Result<Self, JournalError> {
        let worker = Worker::start("escrowdb-connect", Line::new(address.clone(), None))?;
        let place = worker.ask(settings.patience, |line| {
            line.with(|database, place| {
                checks::check(database, place.required)?;
                Ok(place.clone())
            })
        })?;
        let line = Line::new(address.clone(), Some(place.store_id));
        let reading = Arc::new(Reading::new(line, &place, settings.patience)?);
        let (leading, epoch) = (Mutex::default(), AtomicU64::new(0));
        Ok(Self { address, settings, reading, leading, epoch })
    }

    /// The store whose log it is.
    #[must_use]
    pub fn store_id(&self) -> StoreId {
        self.reading.store_id
    }

    fn line(&self) -> Line {
        Line::new(self.address.clone(), Some(self.reading.store_id))
    }

    fn leading(&self) -> MutexGuard<'_, Weak<Desk>> {
        self.leading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last block that is durable. Who leads knows it.
    fn durable(&self) -> Result<u64, JournalError> {
        let leads = self.leading().upgrade().is_some_and(|desk| desk.goes_on());
        if leads { Ok(self.reading.durable()) } else { self.reading.look() }
    }
}

impl Log for PostgresLog {
    /// Takes the lead at once. It is given back when what this gives is dropped, or is only read.
    ///
    /// # Errors
    /// [`JournalError::Led`] if somebody else leads; as of any log.
    fn open(&self, after: ChainHead, _: BlockRef) -> Result<Box<dyn Opening>, JournalError> {
        let Settings { lease, patience } = self.settings;
        let worker = Worker::start("escrowdb-append", self.line())?;
        // The lease of a former leader runs out first.
        let until = Instant::now() + patience.saturating_add(lease);
        let is_wanted = Arc::new(AtomicBool::new(true));
        let still_wanted = Arc::clone(&is_wanted);
        let taken = worker.ask(patience.saturating_add(lease + LATE), move |line| {
            line.with(|database, place| {
                let epoch = lease::take(database, place, lease, patience, until)?;
                if !still_wanted.load(Ordering::Acquire) {
                    lease::give_back(database, epoch)?;
                    return Err(words::unavailable("nobody waits for the lead any more"));
                }
                Ok((epoch, reading::last(database)?, place::read(database)?.archived))
            })
        });
        let (epoch, last, archived) = taken.inspect_err(|_| {
            is_wanted.store(false, Ordering::Release);
        })?;
        self.epoch.store(epoch, Ordering::Release);
        let desk = Arc::new(Desk::new(after, Arc::clone(&self.reading)));
        let fenced = Arc::clone(&desk);
        let lease = Lease::keep(self.line(), epoch, lease, patience, move || fenced.fence())?;
        self.reading.learn_archived(archived);
        self.reading.learn_durable(last);
        self.reading.check(after.next_number())?;
        *self.leading() = Arc::downgrade(&desk);
        let blocks = self.reading.blocks(after.next_number(), last, 0);
        Ok(Box::new(Taken { desk, blocks, head: after, last, worker, lease, epoch, patience }))
    }

    fn archived(&self) -> ChainHead {
        self.reading.archived()
    }

    fn header(&self, number: u64, _: BlockRef) -> Result<Option<BlockHeader>, JournalError> {
        self.reading.check(number)?;
        self.reading.header(number)
    }

    fn follow(&self, near: Option<BlockRef>, after: u64) -> Result<Blocks, JournalError> {
        let last = self.durable()?;
        let archived = self.archived();
        let first = match near {
            Some(near) if near.number > archived.number || after < archived.timestamp => {
                near.number
            }
            _ => archived.next_number(),
        };
        self.reading.check(first)?;
        Ok(Box::new(self.reading.blocks(first, last, after)))
    }

    fn last(&self, patience: Duration) -> Result<u64, JournalError> {
        self.reading.look_for_all(patience)
    }

    fn wait_after(&self, number: u64, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        loop {
            match self.durable() {
                Ok(last) if last > number => return true,
                Ok(_) if Instant::now() < until => thread::sleep(LOOKS_AGAIN),
                Ok(_) => return true,
                Err(_) => return false,
            }
        }
    }

    fn retain_from(&self, number: u64) -> Result<ChainHead, JournalError> {
        self.reading.let_go(number, self.epoch.load(Ordering::Acquire))
    }
}
