//! Opening a log: the lead comes first, so that nothing is appended by anybody else while the
//! blocks are read.

use super::appender::{Desk, Onlooker, Sender};
use super::lease::Lease;
use super::reading::Reader;
use super::words;
use super::worker::Worker;
use crate::journal::{Appender, Block, ChainHead, JournalError, Opening};
use std::sync::Arc;
use std::time::Duration;

/// A log whose lead was taken, and whose blocks are being read.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) desk: Arc<Desk>,
    pub(super) blocks: Reader,
    pub(super) head: ChainHead,
    pub(super) last: u64,
    pub(super) worker: Worker,
    pub(super) lease: Lease,
    pub(super) epoch: u64,
    pub(super) patience: Duration,
}

impl Taken {
    fn step(&mut self) -> Result<Option<Block>, JournalError> {
        let Some(block) = self.blocks.next().transpose()? else {
            if self.head.number < self.last {
                let next = self.head.next_number();
                return Err(words::odd(format!("block {next} is missing")));
            }
            return Ok(None);
        };
        let header = block.header();
        let rises = header.first_timestamp > self.head.timestamp;
        if header.number != self.head.next_number()
            || header.previous_hash != self.head.hash
            || !rises
        {
            let (number, after) = (header.number, self.head.number);
            return Err(words::odd(format!("block {number} does not continue block {after}")));
        }
        self.head = ChainHead::of(header);
        Ok(Some(block))
    }
}

impl Iterator for Taken {
    type Item = Result<Block, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step().transpose()
    }
}

impl Opening for Taken {
    fn head(&self) -> ChainHead {
        self.head
    }

    fn end(&mut self) -> Result<ChainHead, JournalError> {
        while self.step()?.is_some() {}
        Ok(self.head)
    }

    fn append(mut self: Box<Self>) -> Result<Box<dyn Appender>, JournalError> {
        self.end()?;
        self.desk.check()?;
        let Self { desk, worker, lease, epoch, patience, head, .. } = *self;
        desk.begin_after(head);
        Ok(Box::new(Sender::new(desk, worker, lease, epoch, patience)))
    }

    fn only_read(mut self: Box<Self>) -> Result<Box<dyn Appender>, JournalError> {
        Ok(Box::new(Onlooker(self.end()?)))
    }
}
