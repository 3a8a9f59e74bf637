//! Random histories against a naive state, damaged files, and the size of the file.

mod oracle;
mod world;

use super::*;
use crate::disk::LocalDisk;
use crate::model::{Account, AccountFlags, Amount, Entry, Id, Side};
use file::FILE;
use oracle::Oracle;
use proptest::prelude::*;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use world::{Block, Dice, World};

const OPTIONS: Options = Options { cache_bytes: 1 << 20, index_user_data: true };

fn open(folder: &Path) -> State {
    try_open(folder, OPTIONS).expect("the state opens")
}

fn try_open(folder: &Path, options: Options) -> Result<State, StateError> {
    State::open(Arc::new(LocalDisk::new(folder.to_path_buf())), options)
}

fn publish(state: &State, block: &Block) {
    state.publish(block.changes.clone(), block.place, block.tip);
}

fn hash(state: &State) -> [u8; 32] {
    state_hash(&state.view()).expect("the state is whole")
}

/// A history of `steps` steps: blocks, checkpoints and reopenings, with views kept on the way.
fn check_history(seed: u64, steps: usize, index_user_data: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { index_user_data, ..OPTIONS };
    let mut state = try_open(folder.path(), options).expect("the state opens");
    let (mut world, mut dice) = (World::default(), Dice(seed));
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
fn blocks_are_published_and_read_while_a_checkpoint_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = open(folder.path());
    let (mut world, mut dice) = (World::default(), Dice(7));
    let mut kept = Vec::new();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
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

/// A small state, checkpointed twice, and the hashes of all states that were ever in its file.
fn small_state(folder: &Path) -> Vec<[u8; 32]> {
    let state = open(folder);
    let (mut world, mut dice) = (World::default(), Dice(3));
    let mut hashes = vec![hash(&state)];
    for _ in 0..2 {
        for _ in 0..3 {
            publish(&state, &world.block(&mut dice, 60));
        }
        state.checkpoint().expect("the checkpoint is written");
        hashes.push(hash(&state));
    }
    hashes
}

#[test]
fn a_damaged_file_is_an_error_and_never_a_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let hashes = small_state(folder.path());
    let file = folder.path().join(FILE);
    let whole = fs::read(&file).expect("the file");
    let mut dice = Dice(11);
    let mut counts = [0; 3];
    for _ in 0..1_500 {
        let mut damaged = whole.clone();
        let used = damaged.iter().rposition(|&byte| byte != 0).unwrap_or(0);
        let at = dice.below(used + 1);
        damaged[at] ^= 1 << dice.below(8);
        fs::write(&file, &damaged).expect("written");
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let state = try_open(folder.path(), OPTIONS)?;
            let hash = state_hash(&state.view());
            drop(state);
            hash
        }));
        let outcome = outcome.unwrap_or_else(|_| panic!("byte {at} made it panic"));
        match outcome {
            Ok(hash) if hashes.contains(&hash) => counts[0] += 1,
            Ok(_) => counts[1] += 1,
            Err(error) => {
                assert!(!error.to_string().contains('\n'), "{error}");
                counts[2] += 1;
            }
        }
    }
    eprintln!("{counts:?}");
}
