//! The whole commit path over a disk in memory: callers, workers, journal and state.

use super::outage::Outages;
use super::run;
use crate::commit::sync::{Builder, JoinHandle};
use crate::commit::wait_strategy::{WaitStrategies, WaitStrategy};
use crate::commit::{
    ClockSource, CommitError, CommitOptions, Committer, Guard, Noted, Ticket, Tuning, Work, lock,
};
use crate::disk::{Disk, MemoryDisk};
use crate::engine::Origin;
use crate::journal::{self, ChainHead, LocalLog, StoreId};
use crate::model::{
    Account, AccountFlags, Amount, Id, Ledger, LedgerCode, Operation, Outcome, Status, Timestamp,
};
use crate::state;
use shuttle::scheduler::RoundRobinScheduler;
use shuttle::sync::Mutex;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const STORE: StoreId = [5; 16];
const LEDGER: u32 = 1;
const BANK: u128 = 1;
const WALLET: u128 = 2;
/// Payments that the wallet has money for.
const FUNDS: u32 = 3;

/// A checkpoint when so many rows have come together, and callers wait for it at four times as
/// many. One block and half of another.
const FEW_BYTES: usize = 4_000;
const MANY_BYTES: usize = 1 << 20;
/// A few blocks of a payment or two leave no room; merged, they take less than is worth a
/// checkpoint.
const ROOM_BYTES: usize = 2_600;

/// What was asked for and what came of it.
type Answered = (Operation, Result<Outcome, CommitError>);

/// A store with a bank and a wallet, and the answers that its threads got.
struct World {
    disk: MemoryDisk,
    log: Outages,
    store: Committer,
    answers: Mutex<Vec<Answered>>,
}

fn open(disk: &MemoryDisk, unflushed_bytes: usize) -> Committer {
    open_with_log(disk, unflushed_bytes).0
}

fn open_with_log(disk: &MemoryDisk, unflushed_bytes: usize) -> (Committer, Outages) {
    let options = CommitOptions {
        read_only: false,
        clock: ClockSource::Manual,
        guard: Guard::default(),
        journal: journal::Options { segment_bytes: 2_048, preallocate_bytes: 512 },
        state: state::Options {
            cache_bytes: 1 << 16,
            index_user_data: false,
            tuning: state::Tuning {
                small_deltas_enough: 3,
                small_deltas_max: 12,
                merged_bytes: 100,
                gap_rows_min: 2,
            },
        },
        records_bytes: 1_000,
        unflushed_bytes,
        id_filter_bytes: 1 << 10,
        submissions_bytes_max: 1 << 20,
        tuning: tuning(),
        deadline_window: 4,
        log_patience: Duration::ZERO,
    };
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    let noted = Noted { archived: ChainHead::origin(&STORE), copied: None };
    let log = LocalLog::new(Arc::clone(&disk), STORE, options.journal);
    let log = Outages::of(Arc::new(log));
    let shared = Arc::new(log.clone());
    (Committer::open(disk, shared, STORE, noted, &options).unwrap(), log)
}

/// Whatever waits for much to come together waits here for little: two submissions are worth a
/// block of their own, two operations fill one, leaders wait for callers to come back, who works in
/// the background pauses wherever it may, and any account is worth fetching.
fn tuning() -> Tuning {
    Tuning {
        worth_pipelining: 2,
        block_operations_enough: 2,
        block_bytes_enough: 1_000,
        worth_waiting: Duration::ZERO,
        piece: Duration::ZERO,
        worth_fetching_bytes: 0,
        wait_strategies: WaitStrategies::always(WaitStrategy::Spin),
        yields: 2,
    }
}

fn pay(id: u128) -> Operation {
    let (from, to) = (Id::from_u128(WALLET), Id::from_u128(BANK));
    Operation::transfer(Id::from_u128(id), from, to, LEDGER, Amount::from(1_u32))
}

fn batch(operations: &[Operation]) -> Work {
    Work::Operations { operations: operations.to_vec(), data: Vec::new(), origin: Origin::Host }
}

/// The disk that every story begins with, for a store takes a while to be made.
static SETTLED: OnceLock<MemoryDisk> = OnceLock::new();

fn explore(name: &str, story: fn()) {
    let settle_in = || {
        SETTLED.get_or_init(settle_in);
    };
    run(RoundRobinScheduler::new(1), settle_in);
    super::explore(name, story);
}

fn settle_in() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let store = open(&disk, MANY_BYTES);
    let ledger = Ledger::new(LEDGER, LedgerCode::new("USD").unwrap(), 2);
    let account = |id, flags| Account::new(Id::from_u128(id), LEDGER, 1, flags);
    let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let accounts = vec![account(BANK, AccountFlags::EXTERNAL), account(WALLET, wallet)];
    let fund = Operation {
        debit_account: Id::from_u128(BANK),
        credit_account: Id::from_u128(WALLET),
        amount: Amount::from(FUNDS),
        ..pay(99)
    };
    store.submit(Work::Ledgers(vec![ledger])).unwrap();
    store.submit(Work::Accounts(accounts)).unwrap();
    store.submit(batch(&[fund])).unwrap();
    store.checkpoint().unwrap();
    drop(store);
    disk
}

impl World {
    fn new(unflushed_bytes: usize) -> Arc<Self> {
        let disk = SETTLED.get().unwrap().duplicate();
        let (store, log) = open_with_log(&disk, unflushed_bytes);
        Arc::new(Self { disk, log, store, answers: Mutex::default() })
    }

    fn spawn(self: &Arc<Self>, run: impl FnOnce(&Self) + Send + 'static) -> JoinHandle<()> {
        let world = Arc::clone(self);
        Builder::new().spawn(move || run(&world)).unwrap()
    }

    /// A thread that pays and waits, once for each id.
    fn caller(
        self: &Arc<Self>,
        ids: impl IntoIterator<Item = u128> + Send + 'static,
    ) -> JoinHandle<()> {
        self.spawn(move |world| {
            for id in ids {
                let answer = world.store.submit(batch(&[pay(id)]));
                lock(&world.answers)
                    .push((pay(id), answer.map(|answer| answer.outcomes.into_own()[0])));
            }
        })
    }

    /// A thread that pays for each id, and waits for all answers then.
    fn sender(
        self: &Arc<Self>,
        ids: impl IntoIterator<Item = u128> + Send + 'static,
    ) -> JoinHandle<()> {
        self.spawn(move |world| {
            let send = |id| (pay(id), world.store.submit_async(batch(&[pay(id)])));
            let tickets: Vec<_> = ids.into_iter().map(send).collect();
            for (operation, ticket) in tickets {
                let answer = ticket.and_then(|ticket| ticket.wait());
                let outcome = answer.map(|answer| answer.outcomes.into_own()[0]);
                lock(&world.answers).push((operation, outcome));
            }
        })
    }

    /// Ends the store once all threads have ended, and gives what was answered and the disk.
    fn end(
        self: Arc<Self>,
        threads: impl IntoIterator<Item = JoinHandle<()>>,
    ) -> (Vec<Answered>, MemoryDisk) {
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        let world = Arc::into_inner(self).unwrap();
        let Self { disk, store, answers, .. } = world;
        // Its threads have nothing to do any more, and can be waited for.
        drop(store);
        (answers.into_inner().unwrap(), disk)
    }
}

/// The answers are those of one order, that of their timestamps: the wallet is spent once. Each
/// thread's are in the order in which it asked, where its ids rise.
fn check_order(answers: &[Answered], threads: &[&[u128]]) {
    let mut outcomes: Vec<_> = answers
        .iter()
        .map(|(operation, outcome)| (operation.id, outcome.as_ref().unwrap()))
        .collect();
    outcomes.sort_by_key(|(_, outcome)| outcome.timestamp);
    assert_eq!(outcomes.len(), threads.iter().map(|ids| ids.len()).sum::<usize>());
    for (paid, (_, outcome)) in (1..).zip(&outcomes) {
        let status = if paid <= FUNDS { Status::APPLIED } else { Status::EXCEEDS_CREDITS };
        assert_eq!(outcome.status, status);
        assert_eq!(outcome.debit.debits_posted, Amount::from(paid.min(FUNDS)));
    }
    for ids in threads {
        let mine = outcomes.iter().map(|(id, _)| id.as_u128()).filter(|id| ids.contains(id));
        assert_eq!(mine.collect::<Vec<_>>(), *ids);
    }
}

/// What was answered is found when the store is opened again.
fn check_durable(answers: &[Answered], disk: &MemoryDisk) {
    disk.heal();
    let store = open(disk, MANY_BYTES);
    for (operation, outcome) in answers {
        let found = store.view().operation(operation.id).unwrap();
        match outcome {
            Ok(outcome) => assert_eq!(found, Some(outcome.timestamp), "answered, and lost"),
            Err(CommitError::Closed) => assert_eq!(found, None, "refused, and done"),
            Err(_) => {}
        }
    }
}

#[test]
fn callers_and_senders_share_blocks() {
    explore("path: calls", || {
        let world = World::new(MANY_BYTES);
        let threads = [world.caller([10, 11]), world.caller([20]), world.sender([30, 31])];
        let (answers, disk) = world.end(threads);
        check_order(&answers, &[&[10, 11], &[20], &[30, 31]]);
        check_durable(&answers, &disk);
    });
}

#[test]
fn callers_wait_for_checkpoints_and_not_for_ever() {
    explore("path: checkpoints", || {
        let world = World::new(FEW_BYTES);
        let asked = world.spawn(|world| world.store.checkpoint().unwrap());
        let threads = [asked, world.caller([10, 11]), world.sender([30])];
        let (answers, disk) = world.end(threads);
        check_order(&answers, &[&[10, 11], &[30]]);
        check_durable(&answers, &disk);
    });
}

/// Leaders who waited for room once waited for ever: see `who_waits_for_room_is_given_some` in
/// `tests/store/threads.rs`. Here deltas are merged, checkpoints written and callers gathered at
/// every moment of that wait.
#[test]
fn who_waits_for_room_is_woken_by_whatever_makes_some() {
    explore("path: room", || {
        let world = World::new(ROOM_BYTES);
        let threads = [world.caller(10..18), world.caller(20..26)];
        let (answers, disk) = world.end(threads);
        check_order(&answers, &[&[10, 11, 12, 13, 14, 15, 16, 17], &[20, 21, 22, 23, 24, 25]]);
        check_durable(&answers, &disk);
    });
}

/// A store that closes while its own threads lead waits for them; they may wait for room, which the
/// maintenance thread makes. It was told to stop first, once, and nobody made any.
#[test]
fn a_store_that_closes_makes_room_for_what_it_took() {
    explore("path: close without room", || {
        let world = World::new(ROOM_BYTES);
        let tickets: Vec<_> =
            (10..24).map(|id| world.store.submit_async(batch(&[pay(id)])).unwrap()).collect();
        let (_, disk) = world.end([]);
        let answer = |ticket: &Ticket| ticket.take().map(|answer| answer.outcomes.into_own()[0]);
        let answers: Vec<_> = (10..).map(pay).zip(tickets.iter().map(answer)).collect();
        let fair = |error: &CommitError| matches!(error, CommitError::Closed);
        assert!(answers.iter().filter_map(|(_, answer)| answer.as_ref().err()).all(fair));
        check_durable(&answers, &disk);
    });
}

#[test]
fn a_store_closes_under_its_callers() {
    explore("path: close", || {
        let world = World::new(MANY_BYTES);
        let close = world.spawn(|world| world.store.close());
        let threads = [close, world.caller([10]), world.sender([30, 31])];
        let (answers, disk) = world.end(threads);
        let fair = |error: &CommitError| matches!(error, CommitError::Closed);
        assert!(answers.iter().filter_map(|(_, answer)| answer.as_ref().err()).all(fair));
        check_durable(&answers, &disk);
    });
}

/// The disk fails at a call that the plan decides on: which thread makes it is open.
#[test]
fn a_failing_disk_is_told_to_all() {
    explore("path: faults", || {
        let world = World::new(FEW_BYTES);
        let breaks = world.spawn(|world| {
            world.disk.fail_after(2, io::ErrorKind::Other);
        });
        let asked = world.spawn(|world| drop(world.store.checkpoint()));
        let threads = [breaks, asked, world.caller([10, 11]), world.sender([30, 31])];
        let (answers, disk) = world.end(threads);
        let mut reasons = answers.iter().filter_map(|(_, answer)| match answer {
            Err(CommitError::Poisoned(reason)) => Some(reason),
            // Whoever saw the failure itself has its own words for it.
            Err(CommitError::Closed) => panic!("nobody closed the store"),
            _ => None,
        });
        let first = reasons.next();
        assert!(reasons.all(|reason| Some(reason) == first), "one reason is told to all");
        check_durable(&answers, &disk);
    });
}

/// Deadlines that have come are settled in blocks of their own, between the calls of others.
#[test]
fn time_goes_on_between_calls() {
    explore("path: time", || {
        let world = World::new(FEW_BYTES);
        let second = Timestamp::from_nanoseconds(Timestamp::SECOND);
        let advance = world.spawn(move |world| {
            let answer = world.store.submit(Work::Advance(second)).unwrap();
            assert_eq!(answer.settled, 0);
            let work = Work::Acknowledge { consumer: "feed".into(), position: second };
            world.store.submit(work).unwrap();
        });
        let threads = [advance, world.caller([10]), world.sender([30, 31])];
        let (answers, disk) = world.end(threads);
        check_order(&answers, &[&[10], &[30, 31]]);
        check_durable(&answers, &disk);
    });
}

/// What is wanted: a log that cannot be reached poisons nothing. Who was in a block that was not
/// written is told so, and nothing of it was done; what is sent after it is judged by what is
/// durable, also if it was filled behind that block already.
#[test]
fn an_outage_of_the_log_undoes_what_was_not_written() {
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    explore("path: outage", || {
        let world = World::new(FEW_BYTES);
        let cut = world.spawn(|world| world.log.cut(2));
        let asked = world.spawn(|world| world.store.checkpoint().unwrap());
        let threads = [cut, asked, world.caller([10, 11]), world.sender([30, 31, 32])];
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        world.log.cut(0);
        let told: Vec<_> = {
            let mut answers = lock(&world.answers);
            let is_told = |answer: &Answered| matches!(answer.1, Err(CommitError::Unavailable(_)));
            let told = answers.iter().filter(|answer| is_told(answer)).map(|(sent, _)| *sent);
            let told = told.collect::<Vec<_>>();
            answers.retain(|answer| !is_told(answer));
            told
        };
        TOLD.fetch_add(told.len(), Ordering::Relaxed);
        for operation in told {
            assert_eq!(world.store.view().operation(operation.id).unwrap(), None, "told, and done");
            // Who has filled a block before the outage may have taken this into it.
            let again = loop {
                match world.store.submit(batch(&[operation])) {
                    Err(CommitError::Unavailable(_)) => (),
                    again => break again.unwrap(),
                }
            };
            lock(&world.answers).push((operation, Ok(again.outcomes.into_own()[0])));
        }
        let (answers, disk) = world.end([]);
        check_order(&answers, &[&[10], &[11], &[30], &[31], &[32]]);
        check_durable(&answers, &disk);
    });
    assert!(TOLD.load(Ordering::Relaxed) > 0, "no interleaving has met the outage");
}

/// Symptom: what was judged on top of a block that a log panicked over was shown and answered, and
/// that block was not. Cause: the slot of the block ended before the store was poisoned.
#[test]
fn nothing_is_shown_without_what_it_stands_on() {
    explore("path: a panic", || {
        let world = World::new(MANY_BYTES);
        let panics = world.spawn(|world| world.log.panic_once());
        let threads = [panics, world.caller([10, 11]), world.sender([30, 31, 32])];
        let (answers, disk) = world.end(threads);
        let mut done: Vec<_> =
            answers.iter().filter_map(|(_, answer)| answer.as_ref().ok()).collect();
        done.sort_by_key(|outcome| outcome.timestamp);
        for (paid, outcome) in (1..).zip(done) {
            assert_eq!(outcome.debit.debits_posted, Amount::from(paid.min(FUNDS)));
        }
        check_durable(&answers, &disk);
    });
}
