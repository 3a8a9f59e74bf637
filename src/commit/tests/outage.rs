//! A log that cannot be reached now and then.

use crate::commit::sync::{Mutex, MutexGuard, yield_now};
use crate::journal::{
    Appender, Block, BlockHeader, BlockRef, Blocks, ChainHead, JournalError, Log, Opening,
    SealedBlock,
};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A log whose appends fail, as often as it is told.
#[derive(Clone, Debug)]
pub(super) struct Outages {
    log: Arc<dyn Log>,
    left: Arc<AtomicU32>,
    panics: Arc<AtomicBool>,
}

impl Outages {
    pub(super) fn of(log: Arc<dyn Log>) -> Self {
        Self { log, left: Arc::default(), panics: Arc::default() }
    }

    /// The next time that a block is waited for, the log panics.
    pub(super) fn panic_once(&self) {
        self.panics.store(true, Ordering::SeqCst);
    }

    /// The next appends fail, so many.
    pub(super) fn cut(&self, appends: u32) {
        self.left.store(appends, Ordering::SeqCst);
    }
}

impl Log for Outages {
    fn open(&self, after: ChainHead, near: BlockRef) -> Result<Box<dyn Opening>, JournalError> {
        let inner = self.log.open(after, near)?;
        let panics = Arc::clone(&self.panics);
        Ok(Box::new(Flaky { inner, left: Arc::clone(&self.left), panics }))
    }

    fn archived(&self) -> ChainHead {
        self.log.archived()
    }

    fn header(&self, number: u64, near: BlockRef) -> Result<Option<BlockHeader>, JournalError> {
        self.log.header(number, near)
    }

    fn retain_from(&self, number: u64) -> Result<ChainHead, JournalError> {
        self.log.retain_from(number)
    }

    fn follow(&self, near: Option<BlockRef>, after: u64) -> Result<Blocks, JournalError> {
        self.log.follow(near, after)
    }
}

#[derive(Debug)]
struct Flaky {
    left: Arc<AtomicU32>,
    panics: Arc<AtomicBool>,
    inner: Box<dyn Opening>,
}

impl Iterator for Flaky {
    type Item = Result<Block, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.inner.next()
    }
}

impl Opening for Flaky {
    fn head(&self) -> ChainHead {
        self.inner.head()
    }

    fn end(&mut self) -> Result<ChainHead, JournalError> {
        self.inner.end()
    }

    fn append(self: Box<Self>) -> Result<Box<dyn Appender>, JournalError> {
        let (inner, waiting) = (self.inner.append()?, Mutex::default());
        Ok(Box::new(Sender { left: self.left, panics: self.panics, inner, waiting }))
    }

    fn only_read(self: Box<Self>) -> Result<Box<dyn Appender>, JournalError> {
        self.inner.only_read()
    }
}

/// Keeps what is sent until somebody asks for it, so that several blocks are under way.
#[derive(Debug)]
struct Sender {
    left: Arc<AtomicU32>,
    panics: Arc<AtomicBool>,
    inner: Box<dyn Appender>,
    waiting: Mutex<VecDeque<SealedBlock>>,
}

impl Sender {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<SealedBlock>> {
        self.waiting.lock().unwrap()
    }
}

impl Appender for Sender {
    fn send(&self, block: &SealedBlock) -> Result<BlockRef, JournalError> {
        let less = |left: u32| left.checked_sub(1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less).is_ok() {
            return Err(JournalError::Unavailable { source: io::Error::other("nobody is there") });
        }
        self.waiting().push_back(block.clone());
        Ok(block.number().into())
    }

    fn acknowledged(&self, number: u64) -> Result<(), JournalError> {
        assert!(!self.panics.swap(false, Ordering::SeqCst), "a log that panics");
        // Others ask for theirs while this one is on its way.
        loop {
            let mut waiting = self.waiting();
            if waiting.front().is_none_or(|block| block.number() > number) {
                return Ok(());
            }
            let block = waiting.pop_front().expect("it was there");
            self.inner.send(&block)?;
            drop(waiting);
            yield_now();
        }
    }

    fn under_way_max(&self) -> u64 {
        2
    }

    fn head(&self) -> ChainHead {
        self.inner.head()
    }
}
