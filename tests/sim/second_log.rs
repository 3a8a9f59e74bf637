//! The store on a second log, which is no file: the seam is one if it is used twice.
//!
//! Blocks are kept in memory, by their numbers, and give no hints. Whoever opens the log fences who had
//! it before. Each append can fail in each way that an [`Appender`] may.

use crate::life::{End, Life, check_error};
use crate::story::opening;
use escrowdb::disk::{Disk, MemoryDisk};
use escrowdb::journal::{
    Appender, Block, BlockHeader, BlockRef, Blocks, ChainHead, JournalError, Log, Opening,
    SealedBlock, StoreId,
};
use escrowdb::{ArchiveOptions, Error, Id, Timestamp};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The store whose log it is.
pub(crate) const STORE: u128 = 0x5ec0_4d10;

/// What becomes of an append.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// Nothing is sent, so many times.
    Unavailable(u32),
    /// The answer gets lost: the block is there.
    UnknownAndThere,
    /// The answer gets lost: the block is not there.
    UnknownAndLost,
    /// Somebody else has taken the log over.
    Fenced,
}

/// A log in memory. A clone is the same log.
#[derive(Clone, Debug)]
pub(crate) struct SecondLog {
    store_id: StoreId,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    blocks: Vec<Block>,
    /// Who may append: the one that opened it last.
    term: u64,
    appends: u64,
    plan: Option<(u64, Failure)>,
    has_failed: bool,
}

impl SecondLog {
    pub(crate) fn new() -> Self {
        Self { store_id: STORE.to_be_bytes(), state: Arc::default() }
    }

    /// Another log with the same blocks.
    pub(crate) fn duplicate(&self) -> Self {
        let blocks = self.lock().blocks.clone();
        let state = State { blocks, ..State::default() };
        Self { state: Arc::new(Mutex::new(state)), ..*self }
    }

    /// Lets an append fail, counted from now on. The first is 1.
    pub(crate) fn plan(&self, append: u64, failure: Failure) {
        let mut state = self.lock();
        state.plan = Some((state.appends + append, failure));
    }

    /// Whether a failure was met since it was last asked.
    pub(crate) fn heal(&self) -> bool {
        std::mem::take(&mut self.lock().has_failed)
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.lock().has_failed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn block(&self, number: u64) -> Option<Block> {
        let place = usize::try_from(number.checked_sub(1)?).ok()?;
        self.lock().blocks.get(place).cloned()
    }

    fn head(&self) -> ChainHead {
        let state = self.lock();
        let last = state.blocks.last();
        last.map_or(ChainHead::origin(&self.store_id), |block| head_of(block.header()))
    }
}

fn head_of(header: &BlockHeader) -> ChainHead {
    ChainHead { number: header.number, hash: header.hash, timestamp: header.last_timestamp }
}

impl Log for SecondLog {
    fn open(&self, after: ChainHead, _: BlockRef) -> Result<Box<dyn Opening>, JournalError> {
        let mut state = self.lock();
        state.term += 1;
        let term = state.term;
        drop(state);
        Ok(Box::new(Opened { log: self.clone(), term, head: after }))
    }

    fn archived(&self) -> ChainHead {
        ChainHead::origin(&self.store_id)
    }

    fn header(&self, number: u64, _: BlockRef) -> Result<Option<BlockHeader>, JournalError> {
        Ok(self.block(number).map(|block| *block.header()))
    }

    fn follow(&self, near: Option<BlockRef>, after: u64) -> Result<Blocks, JournalError> {
        let (log, first) = (self.clone(), near.map_or(1, |near| near.number));
        let blocks = (first..).map_while(move |number| log.block(number));
        Ok(Box::new(blocks.filter(move |block| block.header().last_timestamp > after).map(Ok)))
    }
}

#[derive(Debug)]
struct Opened {
    log: SecondLog,
    term: u64,
    head: ChainHead,
}

impl Iterator for Opened {
    type Item = Result<Block, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.log.block(self.head.number + 1)?;
        assert_eq!(block.header().previous_hash, self.head.hash);
        self.head = head_of(block.header());
        Some(Ok(block))
    }
}

impl Opening for Opened {
    fn head(&self) -> ChainHead {
        self.head
    }

    fn end(&mut self) -> Result<ChainHead, JournalError> {
        while self.next().transpose()?.is_some() {}
        Ok(self.head)
    }

    fn append(mut self: Box<Self>) -> Result<Box<dyn Appender>, JournalError> {
        self.end()?;
        if self.log.lock().term != self.term {
            return Err(JournalError::Fenced);
        }
        Ok(self)
    }

    fn only_read(self: Box<Self>) -> Result<Box<dyn Appender>, JournalError> {
        Ok(self)
    }
}

impl Appender for Opened {
    fn append(&mut self, block: &SealedBlock) -> Result<BlockRef, JournalError> {
        let mut state = self.log.lock();
        state.appends += 1;
        let unknown = || io::Error::other("the answer got lost");
        let mut is_known = true;
        if let Some((append, failure)) = state.plan.filter(|(append, _)| state.appends >= *append) {
            state.plan = None;
            match failure {
                Failure::Unavailable(times) => {
                    // Whoever gives it again notices nothing, unless it is too often.
                    state.plan = (times > 1).then_some((append, Failure::Unavailable(times - 1)));
                    return Err(JournalError::Unavailable {
                        source: io::Error::other("nobody is there"),
                    });
                }
                Failure::UnknownAndThere => is_known = false,
                Failure::UnknownAndLost => {
                    state.has_failed = true;
                    // Nobody appends behind it.
                    state.term += 1;
                    return Err(JournalError::OutcomeUnknown { source: unknown() });
                }
                Failure::Fenced => {
                    state.has_failed = true;
                    state.term += 1;
                }
            }
        }
        if state.term != self.term {
            return Err(JournalError::Fenced);
        }
        let header = *block.header();
        if header.number != self.head.number + 1 || header.previous_hash != self.head.hash {
            let (expected, given) = (self.head.number + 1, header.number);
            return Err(JournalError::NotNext { expected, given });
        }
        let kept = Block::parse(&self.log.store_id, block.bytes()).expect("it is well formed");
        state.blocks.push(kept);
        self.head = head_of(&header);
        if !is_known {
            state.has_failed = true;
            state.term += 1;
            return Err(JournalError::OutcomeUnknown { source: unknown() });
        }
        Ok(header.number.into())
    }

    fn head(&self) -> ChainHead {
        self.head
    }
}

/// Plays a story in which an append fails; `false` if it has fewer.
fn play(append: u64, failure: Failure) -> bool {
    let mut life = Life::on_second_log(11);
    let log = life.log.clone().expect("it is on one");
    log.plan(append, failure);
    let mut opening = opening().into_iter().peekable();
    let mut failed = false;
    for number in 0..25 {
        if life.store.is_none() {
            failed |= log.heal();
            life.open().unwrap();
        }
        let step = opening.peek().cloned().unwrap_or_else(|| life.next_step());
        if life.step(&step) == End::Answered {
            opening.next();
        }
        if number % 8 == 7 {
            life.look();
        }
    }
    failed |= log.heal();
    life.shut();
    life.open().unwrap();
    life.look();
    life.rebuild();
    failed || log.lock().plan.is_none()
}

/// What is wanted: whatever an append comes to, what was answered is there after the next opening, and
/// what was not is there whole or not at all.
#[test]
fn each_append_may_fail_in_each_way() {
    let failures = [Failure::UnknownAndThere, Failure::UnknownAndLost, Failure::Fenced];
    for failure in failures {
        let mut append = 1;
        while play(append, failure) {
            append += 1;
        }
        assert!(append > 10, "the story has hardly any appends: {append}");
    }
}

/// Symptom, if it were not so: a log that cannot be reached for a moment takes the store down. Nothing
/// was sent, so the block is given again, and the caller is answered as if nothing had been.
#[test]
fn a_log_that_cannot_be_reached_for_a_moment_is_waited_for() {
    for append in [1, 2, 5, 9] {
        let mut life = Life::on_second_log(12);
        let log = life.log.clone().expect("it is on one");
        life.open().unwrap();
        log.plan(append, Failure::Unavailable(2));
        let steps = opening();
        for step in &steps {
            assert_eq!(life.step(step), End::Answered);
        }
        for _ in 0..12 {
            let step = life.next_step();
            assert_eq!(life.step(&step), End::Answered);
        }
        assert!(log.lock().plan.is_none(), "it was not met");
        life.look();
        life.rebuild();
    }
}

/// The one that had the log before answers nothing any more, and nothing of it gets into the log.
#[test]
fn a_former_leader_is_fenced() {
    let mut life = Life::on_second_log(13);
    life.open().unwrap();
    for step in opening() {
        assert_eq!(life.step(&step), End::Answered);
    }
    let log = life.log.clone().expect("it is on one");
    let former = life.store.take().expect("it is open");
    let head = former.head();
    life.disk = life.disk.duplicate();
    life.open().unwrap();
    let pay = life.author().sent();
    let error = loop {
        // A step that leaves no trace needs no log.
        let step = life.next_step();
        if let Err(error) = step.on_store(&former) {
            break error;
        }
    };
    check_error(&error);
    assert!(matches!(&error, Error::Poisoned(why) if why.contains("taken over")), "{error}");
    assert_eq!(log.head().number, head.block, "the new one has only opened");
    assert_eq!(life.step(&pay), End::Answered);
    life.look();
    life.rebuild();
}

/// Such a log is archived and backed up where it is: nothing is copied in part.
#[test]
fn a_second_log_keeps_itself() {
    let mut life = Life::on_second_log(14);
    life.open().unwrap();
    let store = life.store.clone().expect("it is open");
    let copy = MemoryDisk::new();
    let (to, before): (Arc<dyn Disk>, _) = (Arc::new(copy.clone()), Timestamp::MAX);
    let refused = [
        store.backup_to(Arc::clone(&to)).map(drop),
        store.archive_to(to, &ArchiveOptions::before(before)).map(drop),
    ];
    assert!(refused.iter().all(|done| matches!(done, Err(Error::InvalidArgument(_)))));
    assert!(copy.list("").unwrap().is_empty());
}

pub(crate) fn store_id() -> Id {
    Id::from_u128(STORE)
}
