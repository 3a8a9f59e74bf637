//! Random histories against a naive state, damaged files, and the size of the file.

pub(crate) mod forge;
mod gaps;
mod oracle;
mod world;

use super::*;
use crate::disk::LocalDisk;
use crate::engine::{Changes, Entry};
use crate::model::{Account, AccountFlags, Amount, Id, Side};
use codec::KeyBytes;
use file::FILE;
use oracle::Oracle;
use proptest::prelude::*;
use run_pages::PageKey;
use std::cell::Cell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use table::Name;
use world::{Block, Dice, World};

/// The store whose state it is.
const STORE: [u8; 16] = 77_u128.to_be_bytes();
/// Sorted runs are merged in small pieces, so that a merge goes on at the next checkpoint.
const TUNING: Tuning = Tuning { merged_bytes: 2_000, gap_rows_min: 1, ..Tuning::new() };
const OPTIONS: Options = Options { cache_bytes: 1 << 20, index_user_data: true, tuning: TUNING };

const ACCOUNTS_MAX: usize = 200;

fn open(folder: &Path) -> State {
    try_open(folder, OPTIONS).expect("the state opens")
}

fn try_open(folder: &Path, options: Options) -> Result<State, StateError> {
    State::open(Arc::new(LocalDisk::new(folder.to_path_buf())), STORE, options)
}

fn publish(state: &State, block: &Block) {
    state.publish(block.changes.clone(), block.published);
}

fn hash(state: &State) -> [u8; 32] {
    state_hash(&state.view()).expect("the state is whole")
}

/// A history of `steps` steps: blocks, checkpoints and reopenings, with views kept on the way.
fn check_history(seed: u64, steps: usize, index_user_data: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { index_user_data, ..OPTIONS };
    let mut state = try_open(folder.path(), options).expect("the state opens");
    let (mut world, mut dice) = (World::new(ACCOUNTS_MAX), Dice(seed));
    let mut unflushed: Vec<Block> = Vec::new();
    let mut kept: Vec<(Arc<View>, Oracle)> = Vec::new();
    for _ in 0..steps {
        match dice.below(12) {
            0 => {
                let before = hash(&state);
                state.checkpoint().expect("the checkpoint is written");
                assert_eq!(hash(&state), before, "a checkpoint changes nothing");
                assert_eq!(state.unflushed(), Unflushed::default());
                assert_eq!(*state.view().checkpoint_tip(), world.oracle.tip);
                unflushed.clear();
            }
            1 => {
                // Views are transactions of a database that ends here.
                kept.clear();
                let before = hash(&state);
                drop(state);
                let other = Options { index_user_data: !index_user_data, ..options };
                state = try_open(folder.path(), other).expect("the state opens");
                assert_eq!(state.index_user_data(), index_user_data, "as created");
                unflushed.iter().for_each(|block| publish(&state, block));
                assert_eq!(hash(&state), before, "replay gives the same state");
            }
            2 => kept.push((state.view(), world.oracle.clone())),
            3 => {
                let before = (hash(&state), state.unflushed());
                state.compact_deltas(&|| ());
                let after =
                    (hash(&state), Unflushed { bytes: before.1.bytes, ..state.unflushed() });
                assert_eq!(after, before, "tidying changes nothing");
            }
            _ => {
                let events = 1 + dice.below(40);
                let block = world.block(&mut dice, events);
                publish(&state, &block);
                unflushed.push(block);
                assert_eq!(state.unflushed().blocks, unflushed.len() as u64);
            }
        }
    }
    kept.push((state.view(), world.oracle));
    for (view, oracle) in &kept {
        oracle.check(view, index_user_data, |end| dice.below(end));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn random_histories_are_those_of_the_oracle(seed: u64, index_user_data: bool) {
        check_history(seed, 60, index_user_data);
    }
}

#[test]
fn a_long_history_is_that_of_the_oracle() {
    check_history(1, 600, true);
}

#[test]
fn small_deltas_are_merged_now_and_then_and_never_become_many() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = open(folder.path());
    let (mut world, mut dice) = (World::new(ACCOUNTS_MAX), Dice(3));
    let deltas = |state: &State| state.view().deltas().len();
    let mut times_to_tidy = 0;
    for number in 1..=4 * TUNING.small_deltas_max {
        let block = world.block(&mut dice, 1);
        times_to_tidy += usize::from(state.publish(block.changes, block.published));
        assert!(
            deltas(&state) <= TUNING.small_deltas_max + number.ilog2() as usize,
            "after {number}"
        );
    }
    assert!(times_to_tidy >= 4, "{times_to_tidy}");
    let block = world.block(&mut dice, 1);
    state.publish(block.changes, block.published);
    state.compact_deltas(&|| ());
    assert!(
        deltas(&state) <= (4 * TUNING.small_deltas_max).ilog2() as usize + 1,
        "{}",
        deltas(&state)
    );
}

/// Counts what a checkpoint calls.
#[derive(Default)]
struct Counting {
    told: Cell<usize>,
    pauses: Cell<usize>,
}

impl CheckpointObserver for Counting {
    fn told(&self) {
        self.told.update(|count| count + 1);
    }

    fn pause(&self) {
        self.pauses.update(|count| count + 1);
    }
}

#[test]
fn long_work_is_done_in_pieces() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = open(folder.path());
    let (mut world, mut dice) = (World::new(ACCOUNTS_MAX), Dice(5));
    for _ in 0..TUNING.small_deltas_max - 1 {
        let block = world.block(&mut dice, 20);
        state.publish(block.changes, block.published);
    }
    let rows = |state: &State| {
        state.view().deltas().iter().map(|delta| delta.rows() + delta.entries()).sum::<usize>()
    };
    let (before, pauses) = (rows(&state), Cell::new(0));
    state.compact_deltas(&|| pauses.update(|count| count + 1));
    assert!(pauses.get() > before / 100, "{} pauses to merge {before} rows", pauses.get());

    let (before, observer) = (rows(&state), Counting::default());
    state.checkpoint_before(&observer).expect("the checkpoint is written");
    let (told, pauses) = (observer.told.get(), observer.pauses.get());
    assert!(told > 10, "told {told} times");
    assert!(pauses > before / 100, "{pauses} pauses to write {before} rows");
}

#[test]
fn blocks_are_published_and_read_while_a_checkpoint_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = open(folder.path());
    let (mut world, mut dice) = (World::new(ACCOUNTS_MAX), Dice(7));
    let mut kept = Vec::new();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Acquire) {
                state.compact_deltas(&|| ());
            }
        });
        let checkpoints = scope.spawn(|| {
            let mut written = 0;
            while !done.load(Ordering::Acquire) {
                state.checkpoint().expect("the checkpoint is written");
                written += 1;
            }
            written
        });
        for number in 0..300 {
            let block = world.block(&mut dice, 30);
            publish(&state, &block);
            if number % 30 == 0 {
                kept.push((state.view(), world.oracle.clone()));
            }
        }
        done.store(true, Ordering::Release);
        let written = checkpoints.join().expect("no panic");
        assert!(written > 0);
    });
    kept.push((state.view(), world.oracle));
    for (view, oracle) in &kept {
        oracle.check(view, true, |end| dice.below(end));
    }
    let before = hash(&state);
    state.checkpoint().expect("the checkpoint is written");
    assert_eq!(hash(&state), before);
}

/// A small state, checkpointed twice: what is in it, and the hashes of all states that were ever in
/// its file.
fn small_state(folder: &Path) -> (World, Vec<[u8; 32]>) {
    let state = open(folder);
    let (mut world, mut dice) = (World::new(ACCOUNTS_MAX), Dice(3));
    let mut hashes = vec![hash(&state)];
    for _ in 0..2 {
        for _ in 0..3 {
            publish(&state, &world.block(&mut dice, 60));
        }
        state.checkpoint().expect("the checkpoint is written");
        hashes.push(hash(&state));
    }
    (world, hashes)
}

#[test]
fn a_damaged_file_is_an_error_and_never_a_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut world, hashes) = small_state(folder.path());
    let oracle = world.oracle.clone();
    let block = world.block(&mut Dice(4), 60);
    let file = folder.path().join(FILE);
    let whole = fs::read(&file).expect("the file");
    let mut dice = Dice(11);
    for _ in 0..600 {
        let mut damaged = whole.clone();
        let used = damaged.iter().rposition(|&byte| byte != 0).unwrap_or(0);
        let at = dice.below(used + 1);
        damaged[at] ^= 1 << dice.below(8);
        fs::write(&file, &damaged).expect("written");
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let state = try_open(folder.path(), OPTIONS)?;
            oracle.touch(&state.view());
            let hash = state_hash(&state.view());
            publish(&state, &block);
            let _ = state.checkpoint();
            hash
        }));
        match outcome.unwrap_or_else(|_| panic!("byte {at} made it panic")) {
            Ok(hash) => assert!(hashes.contains(&hash), "byte {at} changed what is read"),
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        }
    }
}

#[test]
fn statements_of_many_rows_are_those_of_the_oracle() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = open(folder.path());
    let (mut world, mut dice) = (World::new(4), Dice(5));
    for number in 0..6 {
        publish(&state, &world.block(&mut dice, 4_000));
        if number % 2 == 0 {
            state.checkpoint().expect("the checkpoint is written");
        }
    }
    let view = state.view();
    world.oracle.check(&view, true, |end| dice.below(end));
    // Where rows were cut, one operation with two lines must not be torn.
    for key in entry_keys(&view) {
        let (_, (account, time)) = PageKey::take(&key).expect("a key");
        world.oracle.check_lines(&view, account, time, time);
    }
}

fn entry_keys(view: &View) -> Vec<Vec<u8>> {
    let all = std::ops::Bound::Unbounded;
    let mut rows = view.base().raw_rows(Name::Entries, &all, &all);
    let keys = std::iter::from_fn(|| rows.next(|key, _| Some(key.to_vec())));
    keys.map(|key| key.expect("readable")).collect()
}

#[test]
fn a_statement_that_lost_a_row_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = open(folder.path());
    let (mut world, mut dice) = (World::new(1), Dice(5));
    for _ in 0..3 {
        publish(&state, &world.block(&mut dice, 40));
        state.checkpoint().expect("the checkpoint is written");
    }
    let (&account, lines) = world.oracle.lines.iter().next().expect("a statement");
    let keys = entry_keys(&state.view());
    assert_eq!(keys.len(), 3, "a row for each checkpoint");
    for key in keys {
        let transaction = state.file.begin_write().expect("a transaction");
        let mut table = transaction.open_table(Name::Entries.definition()).expect("the table");
        let value = table.remove(&key[..]).expect("removed");
        let value = value.expect("the row").value().to_vec();
        drop(table);
        transaction.commit().expect("committed");
        let damaged = Base::load(&state.file).expect("readable");
        let view = View::new(
            Arc::new(damaged),
            Vec::new(),
            *state.view().tip(),
            state.view().gaps().clone(),
        );
        for direction in [Direction::Ascending, Direction::Descending] {
            let read = view.entries(account, .., direction).expect("an account");
            let read: Vec<_> = read.collect();
            let (last, before) = read.split_last().expect("an error at least");
            assert!(matches!(last, Err(StateError::Corrupt { .. })), "{last:?}");
            assert!(before.len() < lines.len() && before.iter().all(Result::is_ok));
        }
        let transaction = state.file.begin_write().expect("a transaction");
        let mut table = transaction.open_table(Name::Entries.definition()).expect("the table");
        table.insert(&key[..], &value[..]).expect("inserted");
        drop(table);
        transaction.commit().expect("committed");
    }
}

/// A file of the first format is one until the first checkpoint: before, an earlier version opens
/// it.
#[test]
fn the_format_rises_with_the_first_checkpoint() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut world, hashes) = small_state(folder.path());
    let state = open(folder.path());
    let transaction = state.file.begin_write().expect("a transaction");
    let mut table = transaction.open_table(Name::Meta.definition()).expect("the table");
    meta::put_format(&mut table, 1).expect("written");
    drop(table);
    transaction.commit().expect("committed");
    drop(state);

    let state = open(folder.path());
    let format = |state: &State| {
        use redb::ReadableDatabase;
        let transaction = state.file.begin_read().expect("a transaction");
        let table = transaction.open_table(Name::Meta.definition()).expect("the table");
        let value = table.get(&b"format"[..]).expect("read").expect("a format");
        value.value()[..4].to_vec()
    };
    assert_eq!(Some(hash(&state)), hashes.last().copied());
    publish(&state, &world.block(&mut Dice(7), 20));
    let published = hash(&state);
    assert_eq!(format(&state), [1, 0, 0, 0]);
    state.checkpoint().expect("the checkpoint is written");
    assert_eq!(format(&state), [2, 0, 0, 0]);
    assert_eq!(hash(&state), published);
}

#[test]
fn other_files_are_told_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |expected: &str| {
        let error = try_open(folder.path(), OPTIONS).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    };
    let file = folder.path().join(FILE);
    fs::write(&file, []).expect("written");
    check("state.redb is corrupt: it is empty");
    fs::write(&file, [7; 9_000]).expect("written");
    check("state.redb is corrupt: not a redb database: magic number mismatch");
    fs::remove_file(&file).expect("removed");

    // A crash while it was created left half a file.
    fs::write(folder.path().join("state.redb.new"), [7; 9_000]).expect("written");
    let state = open(folder.path());
    assert!(!folder.path().join("state.redb.new").exists());

    let transaction = state.file.begin_write().expect("a transaction");
    let mut table = transaction.open_table(Name::Meta.definition()).expect("the table");
    meta::put_format(&mut table, meta::FORMAT + 1).expect("written");
    drop(table);
    transaction.commit().expect("committed");
    drop(state);
    check("state.redb has format 3, this version reads up to 2: update it");
}

/// A block of `count` transfers with rising ids among `accounts`.
fn transfers(accounts: &mut [Account], number: u64, count: u64) -> Block {
    let mut changes = Changes::default();
    for position in number * count..(number + 1) * count {
        let time = Timestamp::from_nanoseconds(1_700_000_000_000_000_000 + position * 1_000);
        let id = Id::from_u128(u128::from(position) + 1);
        changes.operations.push((id, time));
        let amount = Amount::from(position % 50_000 + 1);
        for (side, step) in [(Side::Debit, 7), (Side::Credit, 11)] {
            let at = (position * step + u64::from(side == Side::Credit)) % accounts.len() as u64;
            let account = &mut accounts[at as usize];
            let posted = match side {
                Side::Debit => &mut account.balances.debits_posted,
                Side::Credit => &mut account.balances.credits_posted,
            };
            *posted = posted.checked_add(amount).expect("a small sum");
            changes.entries.push(Entry {
                account: at as u32,
                timestamp: time,
                side,
                pending: 0,
                posted: amount.minor_units() as i128,
            });
        }
        changes.timestamp = time;
    }
    changes.accounts = accounts.to_vec();
    let tip = Tip { timestamp: changes.timestamp, block: number + 1, ..Tip::default() };
    let first_timestamp = changes.operations[0].1;
    let place = BlockPlace { first_timestamp, number: number + 1, hint: number << 20 };
    Block { changes, published: Published { place, bytes: 1 << 20, tip } }
}

#[test]
fn operations_and_entries_are_small() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = open(folder.path());
    let account = |number| Account::new(Id::from_u128(number), 1, 1, AccountFlags::NONE);
    let mut accounts: Vec<_> = (1..=1_000).map(account).collect();
    const OPERATIONS: u64 = 100_000;
    for number in 0..50 {
        publish(&state, &transfers(&mut accounts, number, OPERATIONS / 50));
        if number % 10 == 9 {
            state.checkpoint().expect("the checkpoint is written");
        }
    }
    let view = state.view();
    let bytes = |name| view.base().stored_bytes(name);
    // In thousandths of a byte. Measured: 3,276 and 23,961.
    let operation = bytes(Name::Operations) * 1_000 / OPERATIONS;
    let entries = bytes(Name::Entries) * 1_000 / OPERATIONS;
    assert!(operation < 6_000, "{operation} for an operation");
    assert!(entries < 30_000, "{entries} for its two entries");
}
