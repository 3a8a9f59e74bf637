//! The store on a second log, which is not a file: a seam is proved by a second implementation.
//!
//! Blocks are kept in memory, by their numbers, and give no hints. Opening the log fences the one
//! that had it before. Each append can fail in each way that an [`Appender`] may.

use crate::crashes::variable;
use crate::disk::SimulatedDisk;
use crate::life::{End, Life, check_error};
use crate::story::opening;
use escrowdb::disk::{Disk, LocalDisk};
use escrowdb::journal::{
    Appender, Block, BlockHeader, BlockRef, Blocks, ChainHead, JournalError, LocalLog, Log,
    Opening, Options, SealedBlock, StoreId,
};
use escrowdb::{
    Account, AccountFlags, Amount, ArchiveOptions, ClockSource, Error, Id, Operation, Status,
    Store, Timestamp, VerifyOptions, restore, verify, verify_with,
};
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The store whose log it is.
pub(crate) const STORE: u128 = 0x5ec0_4d10;

/// What becomes of a call to the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// Nobody is there, so many times. Nothing is sent.
    Unavailable(u32),
    /// The answer gets lost: of an append, the block is there.
    UnknownAndThere,
    /// The answer gets lost: of an append, the block is not there.
    UnknownAndLost,
    /// Somebody else has taken the log over.
    Fenced,
    /// An append is there, and the log does not say so, this many times that it is asked.
    Late(u32),
}

/// A log in memory. A clone is the same log.
#[derive(Clone, Debug)]
pub(crate) struct SecondLog {
    store_id: StoreId,
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Default)]
struct State {
    /// Those after the block that was let go last.
    blocks: Vec<Block>,
    gone: Option<ChainHead>,
    /// The blocks up to it, kept to be put back.
    let_go: Vec<Block>,
    /// The opening that may append: the last one.
    term: u64,
    /// Calls that can fail, of all kinds; those that append.
    calls: u64,
    appends: u64,
    plan: Option<Plan>,
    has_failed: bool,
}

/// The first call from this one on fails.
#[derive(Clone, Copy, Debug)]
struct Plan {
    call: u64,
    of: Calls,
    failure: Failure,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Calls {
    All,
    Appends,
    /// All but appends.
    Reads,
}

impl SecondLog {
    pub(crate) fn new() -> Self {
        Self { store_id: STORE.to_be_bytes(), shared: Arc::default() }
    }

    /// Another log with the same blocks.
    pub(crate) fn duplicate(&self) -> Self {
        let state = self.lock();
        let (blocks, gone) = (state.blocks.clone(), state.gone);
        let let_go = state.let_go.clone();
        let state = State { blocks, gone, let_go, ..State::default() };
        Self { shared: Arc::new((Mutex::new(state), Condvar::new())), ..*self }
    }

    /// As [`SecondLog::duplicate`], without the blocks after the one of this number.
    pub(crate) fn cut(&self, last: u64) -> Self {
        let cut = self.duplicate();
        cut.lock().blocks.retain(|block| block.header().number <= last);
        cut
    }

    /// Lets an append fail, counted from now on. The first is 1.
    pub(crate) fn plan(&self, append: u64, failure: Failure) {
        let mut state = self.lock();
        state.plan = Some(Plan { call: state.appends + append, of: Calls::Appends, failure });
    }

    /// As [`SecondLog::plan`], for a call of any kind.
    pub(crate) fn plan_call(&self, call: u64, failure: Failure) {
        let mut state = self.lock();
        state.plan = Some(Plan { call: state.calls + call, of: Calls::All, failure });
    }

    /// How many calls there were that can fail.
    pub(crate) fn calls(&self) -> u64 {
        self.lock().calls
    }

    /// Lets all that reads fail from now on.
    pub(crate) fn plan_reads(&self, failure: Failure) {
        self.lock().plan = Some(Plan { call: 0, of: Calls::Reads, failure });
    }

    /// Whether what was planned is still to come.
    pub(crate) fn has_plan(&self) -> bool {
        self.lock().plan.is_some()
    }

    /// Those that were let go, and those after them.
    fn all_blocks(&self) -> Vec<Block> {
        let state = self.lock();
        state.let_go.iter().chain(&state.blocks).cloned().collect()
    }

    /// Puts back what was archived.
    pub(crate) fn bring_back(&self) {
        let mut state = self.lock();
        let later = std::mem::take(&mut state.blocks);
        state.blocks = std::mem::take(&mut state.let_go);
        state.blocks.extend(later);
        state.gone = None;
    }

    /// Whether a failure was met since it was last asked.
    pub(crate) fn heal(&self) -> bool {
        std::mem::take(&mut self.lock().has_failed)
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.lock().has_failed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn block(&self, number: u64) -> Option<Block> {
        let state = self.lock();
        let gone = state.gone.map_or(0, |gone| gone.number);
        let place = usize::try_from(number.checked_sub(gone + 1)?).ok()?;
        state.blocks.get(place).cloned()
    }

    fn head(&self) -> ChainHead {
        let state = self.lock();
        let last = state.blocks.last().map(|block| head_of(block.header()));
        last.or(state.gone).unwrap_or(ChainHead::origin(&self.store_id))
    }

    /// Counts a call that reads, and lets it fail if that was planned.
    fn call(&self) -> Result<(), JournalError> {
        match self.lock().meet(false) {
            Some(Failure::Unavailable(_)) => Err(unavailable()),
            Some(Failure::UnknownAndThere | Failure::UnknownAndLost) => Err(unknown()),
            Some(Failure::Fenced) => Err(JournalError::Fenced),
            Some(Failure::Late(_)) | None => Ok(()),
        }
    }

    /// Whether this block is there to be read.
    fn check(&self, number: u64) -> Result<(), JournalError> {
        let gone = self.archived();
        if number <= gone.number {
            return Err(JournalError::Archived { block: number, until: gone.timestamp });
        }
        Ok(())
    }
}

impl State {
    /// Counts a call. Gives what it comes to, if that was planned.
    fn meet(&mut self, is_append: bool) -> Option<Failure> {
        self.calls += 1;
        self.appends += u64::from(is_append);
        let plan = self.plan?;
        let count = if plan.of == Calls::Appends { self.appends } else { self.calls };
        let is_of_them = plan.of == Calls::All || (plan.of == Calls::Appends) == is_append;
        if count < plan.call || !is_of_them {
            return None;
        }
        self.plan = match plan.failure {
            Failure::Unavailable(times) if times > 1 => {
                Some(Plan { failure: Failure::Unavailable(times - 1), ..plan })
            }
            _ => None,
        };
        self.has_failed = true;
        Some(plan.failure)
    }
}

fn unavailable() -> JournalError {
    JournalError::Unavailable { source: io::Error::other("nobody is there") }
}

fn unknown() -> JournalError {
    JournalError::OutcomeUnknown { source: io::Error::other("the answer got lost") }
}

fn head_of(header: &BlockHeader) -> ChainHead {
    ChainHead { number: header.number, hash: header.hash, timestamp: header.last_timestamp }
}

impl Log for SecondLog {
    fn open(&self, after: ChainHead, _: BlockRef) -> Result<Box<dyn Opening>, JournalError> {
        self.call()?;
        self.check(after.number + 1)?;
        let mut state = self.lock();
        state.term += 1;
        let term = state.term;
        drop(state);
        Ok(Box::new(Opened { log: self.clone(), term, head: after }))
    }

    fn archived(&self) -> ChainHead {
        self.lock().gone.unwrap_or(ChainHead::origin(&self.store_id))
    }

    fn header(&self, number: u64, _: BlockRef) -> Result<Option<BlockHeader>, JournalError> {
        self.call()?;
        if number == self.head().number + 1 {
            return Ok(None);
        }
        self.check(number)?;
        Ok(self.block(number).map(|block| *block.header()))
    }

    fn follow(&self, near: Option<BlockRef>, after: u64) -> Result<Blocks, JournalError> {
        self.call()?;
        let gone = self.archived();
        let first = match near {
            Some(near) if near.number > gone.number || after < gone.timestamp => near.number,
            _ => gone.number + 1,
        };
        self.check(first)?;
        let log = self.clone();
        let blocks = (first..).map_while(move |number| match log.call() {
            Ok(()) => log.block(number).map(Ok),
            Err(error) => Some(Err(error)),
        });
        let is_wanted = move |block: &Result<Block, JournalError>| {
            block.as_ref().map_or(true, |block| block.header().last_timestamp > after)
        };
        Ok(Box::new(blocks.filter(is_wanted)))
    }

    fn last(&self, _: Duration) -> Result<u64, JournalError> {
        self.call()?;
        Ok(self.head().number)
    }

    fn retain_from(&self, number: u64) -> Result<ChainHead, JournalError> {
        self.call()?;
        let last = self.block(number - 1).map(|block| head_of(block.header()));
        let mut state = self.lock();
        if let Some(last) = last {
            let is_kept = |block: &Block| block.header().number > last.number;
            let kept = state.blocks.partition_point(|block| !is_kept(block));
            let let_go = state.blocks.drain(..kept).collect::<Vec<_>>();
            state.let_go.extend(let_go);
            state.gone = Some(last);
        }
        drop(state);
        Ok(self.archived())
    }

    fn wait_after(&self, number: u64, patience: Duration) -> bool {
        let (state, appended) = &*self.shared;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_last = |state: &mut State| {
            let last = state.blocks.last().map_or(0, |block| block.header().number);
            last <= number
        };
        drop(appended.wait_timeout_while(state, patience, is_last));
        true
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
        if let Err(error) = self.log.call() {
            return Some(Err(error));
        }
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
        self.log.call()?;
        self.end()?;
        if self.log.lock().term != self.term {
            return Err(JournalError::Fenced);
        }
        self.only_read()
    }

    fn only_read(self: Box<Self>) -> Result<Box<dyn Appender>, JournalError> {
        self.log.call()?;
        let Self { log, term, head } = *self;
        let sent = Sent { head, last: head, waiting: VecDeque::new() };
        Ok(Box::new(Sender { log, term, inner: Mutex::new(sent) }))
    }
}

/// The appending side. Blocks that were sent wait until somebody asks for them.
#[derive(Debug)]
struct Sender {
    log: SecondLog,
    term: u64,
    inner: Mutex<Sent>,
}

#[derive(Debug)]
struct Sent {
    head: ChainHead,
    /// Those that are not acknowledged, each with what becomes of it.
    waiting: VecDeque<(Block, Option<Failure>)>,
    /// The last one that was sent.
    last: ChainHead,
}

impl Sender {
    fn lock(&self) -> MutexGuard<'_, Sent> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Appender for Sender {
    fn send(&self, block: &SealedBlock) -> Result<BlockRef, JournalError> {
        let mut sent = self.lock();
        let mut state = self.log.lock();
        let failure = state.meet(true);
        match failure {
            // Whoever gives it again notices nothing, unless it is too often.
            Some(Failure::Unavailable(_)) => return Err(unavailable()),
            Some(Failure::Fenced) => state.term += 1,
            _ => (),
        }
        if state.term != self.term {
            return Err(JournalError::Fenced);
        }
        let header = *block.header();
        let expected = sent.last.number + 1;
        if header.number != expected || header.previous_hash != sent.last.hash {
            return Err(JournalError::NotNext { expected, given: header.number });
        }
        let kept = Block::parse(&self.log.store_id, block.bytes()).expect("it is well formed");
        sent.last = head_of(&header);
        sent.waiting.push_back((kept, failure));
        Ok(header.number.into())
    }

    fn acknowledged(&self, number: u64) -> Result<(), JournalError> {
        let mut sent = self.lock();
        let mut state = self.log.lock();
        while sent.head.number < number
            && let Some((block, failure)) = sent.waiting.pop_front()
        {
            if let Some(Failure::Late(times)) = failure {
                let left = (times > 1).then_some(Failure::Late(times - 1));
                sent.waiting.push_front((block, left));
                return Err(unavailable());
            }
            if state.term != self.term {
                return Err(JournalError::Fenced);
            }
            if failure == Some(Failure::UnknownAndLost) {
                // Nobody appends behind it.
                state.term += 1;
                return Err(unknown());
            }
            sent.head = head_of(block.header());
            state.blocks.push(block);
            self.log.shared.1.notify_all();
            if failure.is_some() {
                state.term += 1;
                return Err(unknown());
            }
        }
        if number <= sent.head.number { Ok(()) } else { Err(unknown()) }
    }

    fn under_way_max(&self) -> u64 {
        3
    }

    fn head(&self) -> ChainHead {
        self.lock().head
    }
}

/// Plays a story in which a call fails, of those that append or of all; `false` if it has fewer.
fn play(call: u64, only_appends: bool, failure: Failure) -> bool {
    let mut life = Life::on_second_log(11);
    // An outage is told at once.
    life.options = life.options.log_patience(Duration::ZERO);
    let log = life.log.clone().expect("it is on one");
    match only_appends {
        true => log.plan(call, failure),
        false => log.plan_call(call, failure),
    }
    let mut opening = opening().into_iter().peekable();
    for number in 0..25 {
        while life.store.is_none() {
            log.heal();
            if let Err(error) = life.open() {
                check_error(&error);
                assert!(log.has_failed(), "a sound log, and yet: {error}");
            }
        }
        let step = opening.peek().cloned().unwrap_or_else(|| life.next_step());
        if life.step(&step) == End::Answered {
            opening.next();
        }
        match number % 8 {
            // What is in memory no more is read out of the log.
            3 => life.shut(),
            7 => life.look(),
            _ => {}
        }
    }
    let was_met = !log.has_plan();
    log.lock().plan = None;
    log.heal();
    life.shut();
    life.open().unwrap();
    life.look();
    life.rebuild();
    was_met
}

const FAILURES: [Failure; 5] = [
    Failure::Unavailable(1),
    Failure::Unavailable(5),
    Failure::UnknownAndThere,
    Failure::UnknownAndLost,
    Failure::Fenced,
];

/// What is wanted: whatever an append comes to, what was answered is there after the next opening,
/// and what was not is there whole or not at all. `FAULT_STEP=1` makes it each append.
#[test]
fn each_append_may_fail_in_each_way() {
    let step = variable("FAULT_STEP", 3);
    let failures = FAILURES.into_iter().filter(|failure| *failure != Failure::Unavailable(5));
    for (first, failure) in (1..).zip(failures) {
        let mut append = first;
        while play(append, true, failure) {
            append += step;
        }
        assert!(append > 10, "the story has hardly any appends: {append}");
    }
}

/// The same of what is read: while the store is opened, recovers, judges and answers queries.
/// `FAULT_STEP=1` makes it each call.
#[test]
fn each_call_may_fail_in_each_way() {
    let step = variable("FAULT_STEP", 401);
    for (number, failure) in FAILURES.into_iter().enumerate() {
        let mut call = 1 + number as u64;
        while play(call, false, failure) {
            call += step;
        }
        assert!(call > 200, "the story has hardly any calls: {call}");
    }
}

/// Symptom, if it were not so: a log that cannot be reached for a moment takes the store down.
/// Nothing was sent, so the block is given again, and the caller is answered as if nothing had
/// been.
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
            let step = life.next_plain_step();
            assert_eq!(life.step(&step), End::Answered);
        }
        assert!(!log.has_plan(), "it was not met");
        life.look();
        life.rebuild();
    }
}

/// Symptom, if it were not so: a standby that is away for longer than callers wait takes the store
/// down, or a block that they were told nothing of is lost, or is judged twice.
#[test]
fn a_log_that_says_late_what_it_has_is_asked_again() {
    for times in 1..5 {
        let log = SecondLog::new();
        let disk = SimulatedDisk::new(16);
        let options = escrowdb::Options::new().clock(ClockSource::Manual).store_id(store_id());
        let open = |disk: &SimulatedDisk| {
            let log = Arc::new(log.clone());
            Store::open_with_log(Arc::new(disk.clone()), log, options.clone()).unwrap()
        };
        let store = open(&disk);
        store.create_ledgers(&[escrowdb::money::iso_ledger(1, "USD").unwrap()]).unwrap();
        let accounts = [(1, AccountFlags::EXTERNAL), (2, AccountFlags::NONE)];
        let accounts = accounts.map(|(id, flags)| Account::new(Id::from(id), 1, 9, flags));
        store.create_accounts(&accounts).unwrap();
        let pay = |id: u128| {
            let (from, to) = (Id::from(1), Id::from(2));
            let pay = Operation::transfer(Id::from(id), from, to, 1, Amount::from(7_u32));
            store.submit(&[pay]).map(|outcomes| outcomes[0].status)
        };
        let before = store.head().unwrap().block;
        log.plan(1, Failure::Late(times));
        assert!(matches!(pay(100), Err(Error::Unavailable(_))));
        for id in 101..100 + u128::from(times) {
            // Not judged before it is known what became of the one before.
            assert!(matches!(pay(id), Err(Error::Unavailable(_))));
            assert_eq!(store.head().unwrap().block, before);
        }
        assert_eq!(pay(200).unwrap(), Status::APPLIED);
        assert_eq!(store.head().unwrap().block, before + 2);
        assert_eq!(pay(100).unwrap(), Status::EXISTS);
        for id in 101..100 + u128::from(times) {
            assert_eq!(pay(id).unwrap(), Status::APPLIED);
        }
        let head = store.head().unwrap();
        store.close().unwrap();
        let empty = SimulatedDisk::new(17);
        assert_eq!(open(&empty).head().unwrap(), head);
    }
}

/// The same with many callers, who send again until they are answered: each is paid once.
#[test]
fn callers_of_a_late_log_are_each_answered_once() {
    let log = SecondLog::new();
    let options = escrowdb::Options::new().clock(ClockSource::Manual).store_id(store_id());
    let disk = Arc::new(SimulatedDisk::new(18));
    let store = Store::open_with_log(disk, Arc::new(log.clone()), options).unwrap();
    store.create_ledgers(&[escrowdb::money::iso_ledger(1, "USD").unwrap()]).unwrap();
    let accounts = [(1, AccountFlags::EXTERNAL), (2, AccountFlags::NONE)];
    let accounts = accounts.map(|(id, flags)| Account::new(Id::from(id), 1, 9, flags));
    store.create_accounts(&accounts).unwrap();
    let (threads, each) = (6_u128, 60_u128);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (store, log) = (&store, &log);
            scope.spawn(move || {
                for number in 0..each {
                    if number % 7 == thread {
                        log.plan(1, Failure::Late(1 + (number % 3) as u32));
                    }
                    let id = Id::from(1_000 * (thread + 1) + number);
                    let (from, to) = (Id::from(1), Id::from(2));
                    let pay = Operation::transfer(id, from, to, 1, Amount::from(1_u32));
                    let status = loop {
                        match store.submit(&[pay]) {
                            Ok(outcomes) => break outcomes[0].status,
                            Err(Error::Unavailable(_)) => (),
                            Err(other) => panic!("{other:?}"),
                        }
                    };
                    assert!([Status::APPLIED, Status::EXISTS].contains(&status), "{status:?}");
                }
            });
        }
    });
    let paid = store.snapshot().unwrap().account(Id::from(2)).unwrap().unwrap();
    assert_eq!(paid.balances.credits_posted, Amount::from((threads * each) as u32));
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
    let head = former.head().unwrap();
    life.disk = life.disk.duplicate();
    life.open().unwrap();
    let pay = life.author().sent();
    let error = loop {
        // A step that leaves no trace needs no log.
        let step = life.next_plain_step();
        if let Err(error) = step.on_store(&former) {
            break error;
        }
    };
    check_error(&error);
    assert!(matches!(error, Error::Fenced), "{error}");
    // Whatever it is asked to write then.
    assert!(matches!(former.submit(&[]), Err(Error::Fenced)));
    assert!(matches!(former.checkpoint(), Err(Error::Fenced)));
    assert_eq!(log.head().number, head.block, "the new one has only opened");
    assert_eq!(life.step(&pay), End::Answered);
    life.look();
    life.rebuild();
}

/// A backup is a store with a journal of its own. What is archived is there block by block, as it
/// was, and read no more; a second archiving goes on after it.
#[test]
fn a_second_log_is_backed_up_and_archived() {
    let mut life = Life::on_second_log(14);
    life.open().unwrap();
    for step in opening() {
        assert_eq!(life.step(&step), End::Answered);
    }
    let log = life.log.clone().expect("it is on one");
    let archive = SimulatedDisk::new(14);
    let store = life.store.clone().expect("it is open");
    let mut seen = 0;
    for (round, before) in (1..).zip([Timestamp::NONE, Timestamp::MAX, Timestamp::MAX]) {
        for number in 0..6 {
            let (id, from, to) = (Id::from(7_000 + 10 * round + number), Id::from(1), Id::from(2));
            let pay = Operation::transfer(id, from, to, 1, Amount::from(7_u32));
            assert_eq!(store.submit(&[pay]).unwrap()[0].status, Status::APPLIED);
        }
        let copy = SimulatedDisk::new(15);
        let backup = store.backup_to(Arc::new(copy.clone())).unwrap();
        copy.cut_power();
        let restored = Store::open_on(Arc::new(copy), life.options.clone()).unwrap();
        assert_eq!(restored.head().unwrap(), backup.head);
        assert_eq!(restored.head().unwrap(), store.head().unwrap());

        let all = log.all_blocks();
        let report =
            store.archive_to(Arc::new(archive.clone()), &ArchiveOptions::before(before)).unwrap();
        archive.cut_power();
        let last = report.archived.block;
        assert_eq!(log.archived().number, last);
        assert!(before == Timestamp::NONE || last > seen, "{report:?}");
        seen = last;
        let files = LocalLog::new(Arc::new(archive.clone()), log.store_id, Options::default());
        let archived: Vec<_> = files.follow(None, 0).unwrap().collect::<Result<_, _>>().unwrap();
        let same = archived.iter().zip(&all).all(|(archived, of_log)| {
            let bodies = |block: &Block| -> Vec<_> {
                block.records().map(|(time, body)| (time, body.to_vec())).collect()
            };
            archived.header() == of_log.header() && bodies(archived) == bodies(of_log)
        });
        assert!(same && archived.len() as u64 == last, "{} of {last}", archived.len());
    }
    let events = store.snapshot().unwrap().events(Timestamp::NONE).next();
    assert!(matches!(events, Some(Err(Error::Archived { .. }))), "{events:?}");
}

/// Symptom: the directory of a store whose log is elsewhere was taken for an empty store, by
/// whoever opened or verified it, and a second ledger began in it.
#[test]
fn a_directory_without_its_log_is_no_empty_store() {
    let folder = tempfile::tempdir().unwrap();
    let [store, archive, backup] =
        ["store", "archive", "backup"].map(|name| folder.path().join(name));
    let disk = || -> Arc<dyn Disk> { Arc::new(LocalDisk::new(store.clone())) };
    fs::create_dir(&store).unwrap();
    let log = SecondLog::new();
    let options = escrowdb::Options::new().clock(ClockSource::Manual).store_id(store_id());
    let open = || Store::open_with_log(disk(), Arc::new(log.clone()), options.clone());
    let leading = open().unwrap();
    leading.create_ledgers(&[escrowdb::money::iso_ledger(1, "USD").unwrap()]).unwrap();
    let refused = |done: Result<(), Error>| {
        let is_said =
            matches!(&done, Err(Error::InvalidArgument(why)) if why.contains("elsewhere"));
        assert!(is_said, "{done:?}");
    };
    refused(Store::open_on(disk(), options.clone()).map(drop));
    // Two archivings and a backup after them: its state is of a log without files.
    for round in 0..2_u128 {
        for number in 0..5_u128 {
            let id = Id::from(100 + 10 * round + number);
            let account = Account::new(id, 1, 9, AccountFlags::NONE);
            leading.create_accounts(&[account]).unwrap();
        }
        let everything = ArchiveOptions::before(Timestamp::MAX);
        assert!(leading.archive(&archive, &everything).unwrap().archived.block > 0);
    }
    leading.backup(&backup).unwrap();
    leading.close().unwrap();
    refused(Store::open(&store, options.clone()).map(drop));
    refused(verify(&store, |_, _| ()).map(drop));
    refused(restore(&store, folder.path().join("new"), &VerifyOptions::new(), |_, _| ()).map(drop));
    assert_eq!(open().unwrap().head().unwrap().block, 11);

    let check = || {
        let options = VerifyOptions::new().archive(&archive);
        verify_with(&backup, &options, |_, _| ()).unwrap()
    };
    let whole = check();
    assert_eq!((whole.fault, whole.blocks, whole.blocks_archived), (None, 11, 0));
    let segment = archive.join("journal/00000000000000000001.seg");
    let bytes = fs::read(&segment).unwrap();
    fs::write(&segment, &bytes[..300]).unwrap();
    assert!(check().fault.is_some());
    fs::remove_file(&segment).unwrap();
    assert!(check().fault.is_some());
}

pub(crate) fn store_id() -> Id {
    Id::from_u128(STORE)
}
