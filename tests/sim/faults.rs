//! Each call to the disk fails in turn, in each way in which it can.

use crate::disk::{Fault, Plan, SimulatedDisk};
use crate::life::{End, Life};
use crate::story::{Step, opening};
use escrowdb::disk::Disk;
use escrowdb::{Amount, ClockSource, Id, Operation, Options, Status, Store, journal};
use std::env;
use std::sync::Arc;

/// The story: its journal has tiny segments, and it creates, checkpoints, reopens, rolls on, sends
/// without waiting, goes on beside a checkpoint, and reads.
const SEED: u64 = 3;
const STEPS: usize = 12;

/// Plays the story with one fault at one call, and goes on after it. `false` if the story has fewer
/// calls.
fn play(mut life: Life, fault: Fault, call: u64) -> bool {
    life.disk.plan(Plan { call, fault });
    let mut opening = opening().into_iter().peekable();
    let mut failed = false;
    for number in 0..STEPS {
        while life.store.is_none() {
            failed |= life.disk.has_failed();
            reopen(&mut life, call);
        }
        let step = match number {
            5 => life.author().sent(),
            7 => life.author().beside(),
            10 if life.log.is_none() => Step::Backup,
            _ => opening.peek().cloned().unwrap_or_else(|| life.next_step()),
        };
        if life.step(&step) == End::Answered && !matches!(number, 5 | 7 | 10) {
            opening.next();
        }
        match number {
            4 | 9 => drop(life.step(&Step::Checkpoint)),
            6 => life.shut(),
            3 | 8 | 11 => life.look(),
            _ => {}
        }
    }
    failed |= life.disk.heal();
    life.shut();
    life.disk.cut_power();
    life.open().unwrap();
    life.look();
    if call.is_multiple_of(8) {
        life.rebuild();
    }
    failed
}

/// Opens the store; a call that fails while it is opened gives a clean error, and the next opening
/// finds a disk that is well.
fn reopen(life: &mut Life, call: u64) {
    if life.disk.has_failed() {
        life.disk.heal();
        // The machine goes on, or is started again.
        if call.is_multiple_of(2) {
            life.disk.cut_power();
        }
        return life.open().unwrap();
    }
    if let Err(error) = life.open() {
        crate::life::check_error(&error);
        assert!(life.disk.has_failed(), "a sound disk, and yet: {error}");
    }
}

/// Lets each `step`-th call fail in turn; `FAULT_STEP=1` makes it each call.
fn check(fault: Fault, step: u64) {
    let step = env::var("FAULT_STEP").map_or(step, |step| step.parse().unwrap());
    let mut call = 1;
    while play(Life::new(SEED), fault, call) {
        call += step;
    }
    assert!(call > 30, "the story has hardly any calls that can fail: {call}");
    println!("{fault:?}: {call} calls");
}

#[test]
fn every_call_may_fail() {
    // Most of them are reads.
    check(Fault::Io, 7);
}

#[test]
fn every_sync_may_fail() {
    check(Fault::Sync, 1);
}

#[test]
fn the_disk_may_be_full_at_every_call() {
    check(Fault::NoSpace, 1);
}

#[test]
fn every_write_may_be_cut_short() {
    check(Fault::ShortWrite, 1);
}

/// With the journal in a log that is no file: what fails is the state's.
#[test]
fn every_call_may_fail_beside_a_second_log() {
    for (fault, step) in [(Fault::Io, 9), (Fault::Sync, 1), (Fault::NoSpace, 3)] {
        let mut call = 1;
        while play(Life::on_second_log(SEED), fault, call) {
            call += step;
        }
        assert!(call > 10, "the story has hardly any calls that can fail: {call}");
    }
}

/// Symptom: operations that were answered after a reopening were gone after a power cut. Cause: the
/// sync of the journal's folder had failed when a segment was begun. The reopening found the file,
/// wrote its header again and synced the folder again, which had nothing new to write by then; so
/// the blocks in it were durable, and its name was not. Now an unfinished segment is removed and
/// created anew: a folder that has changed is written with all its names.
#[test]
fn a_sync_that_failed_is_not_believed_later() {
    for (seed, call) in (0..60).flat_map(|call| [(3, call), (5, call), (6, call)]) {
        let mut life = Life::new(seed);
        life.options = Options::new()
            .clock(ClockSource::Manual)
            .journal(journal::Options { segment_bytes: 1_024, preallocate_bytes: 512 });
        life.disk.plan(Plan { call: call + 1, fault: Fault::Sync });
        let mut opening = opening().into_iter().peekable();
        let mut steps_left = 12;
        while steps_left > 0 {
            if life.store.is_none() && life.open().is_err() {
                life.disk.heal();
                steps_left = 1;
                continue;
            }
            steps_left -= 1;
            let step = opening.peek().cloned().unwrap_or_else(|| life.next_step());
            if life.step(&step) == End::Answered {
                opening.next();
            } else {
                life.disk.heal();
                steps_left = 2;
            }
        }
        life.shut();
        life.disk.cut_power();
        life.open().unwrap();
    }
}

/// Symptom: after a second crash the state included a block that was torn in the journal; the store
/// went on behind it, and the journal could not be read through any more. Cause: opening carries
/// out the blocks after the checkpoint again, and writes a checkpoint when many rows have come
/// together; the last block may be there in memory only, for its sync failed or was never made, and
/// is made durable when all are carried out. Now a block is checkpointed only when another one
/// follows it, which says that it is durable.
#[test]
fn a_checkpoint_while_opening_has_no_block_that_may_be_lost() {
    let options = Options::new().clock(ClockSource::Manual);
    let disk = SimulatedDisk::new(4);
    let open = |disk: &SimulatedDisk, cache_bytes| {
        Store::open_on(Arc::new(disk.clone()), options.clone().cache_bytes(cache_bytes))
    };
    let store = open(&disk, 256 << 20).unwrap();
    for step in opening() {
        step.on_store(&store).unwrap();
    }
    disk.plan(Plan { call: 1, fault: Fault::Sync });
    let (from, to) = (Id::from(2_u128), Id::from(3_u128));
    let hold = |id: u128| Operation::hold(id.into(), from, to, 1, Amount::from(1_u32));
    let last = Operation::transfer(1_u128.into(), to, from, 1, Amount::from(1_u32));
    store.submit(&(10_000..20_000).map(hold).collect::<Vec<_>>()).unwrap_err();
    drop(store);
    disk.heal();
    // It is enough for a checkpoint as soon as another block follows it.
    let followed = disk.fork();
    let store = open(&followed, 256 << 20).unwrap();
    store.submit(&[last]).unwrap();
    let [least, much] = [0, 256 << 20].map(|cache_bytes| {
        open(&followed.fork(), cache_bytes).unwrap().stats().unwrap().checkpoint_block
    });
    assert!(least > much, "the least cache has room for the last block: {least}, {much}");
    drop(store);
    for call in 1.. {
        let disk = disk.fork();
        disk.plan(Plan { call, fault: Fault::PowerLoss });
        let is_open = open(&disk, 0).is_ok();
        disk.cut_power();
        // The journal alone says whether all is there.
        open(&disk, 256 << 20).unwrap().submit(&[last]).unwrap();
        disk.remove("state.redb").unwrap();
        let outcomes = open(&disk, 256 << 20).unwrap().submit(&[last]).unwrap();
        assert_eq!(outcomes[0].status, Status::EXISTS);
        if is_open {
            break;
        }
    }
}
