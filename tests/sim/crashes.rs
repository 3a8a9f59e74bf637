//! Power cuts at any call, failing disks, and crashes while recovering from crashes.

use crate::disk::{Fault, Plan};
use crate::folder;
use crate::life::{End, Life};
use crate::story::opening;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Seeds of the everyday run.
const SEEDS: u64 = 200;
/// Each so-manieth life ends with a verification, which costs as much as ten crashes.
const VERIFIED: u64 = 5;
/// Steps of one story.
const STEPS: u64 = 30;

pub(crate) fn variable(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

/// How often a seed crashed the store and reopened it, and how many segments it archived.
#[derive(Default)]
struct Count {
    crashes: u64,
    reopened: u64,
    archived: u64,
}

fn live(mut life: Life, seed: u64) -> Count {
    let mut count = Count::default();
    // Creation is crashed as everything else is.
    plan(&mut life);
    let mut opening = opening().into_iter().peekable();
    let mut left = STEPS;
    while left > 0 {
        if life.store.is_none() {
            recover(&mut life, &mut count);
        }
        let step = opening.peek().cloned().unwrap_or_else(|| life.next_step());
        left -= 1;
        let answered = life.step(&step) == End::Answered;
        // An opening that was not answered is sent again: whether it is there or not.
        if answered {
            opening.next();
        }
        match life.random.below(8) {
            0 => drop(life.send_again()),
            1 => life.look(),
            2 if life.random.one_in(3) => life.shut(),
            _ => {}
        }
    }
    life.disk.heal();
    life.shut();
    life.disk.cut_power();
    life.open().unwrap();
    life.look();
    life.rebuild();
    if seed.is_multiple_of(VERIFIED) && life.log.is_none() {
        let head = life.store.as_ref().unwrap().head().unwrap();
        life.shut();
        folder::verify(&life.disk.duplicate(), head);
    }
    count.reopened += life.reopened;
    count.archived += life.archived;
    count
}

/// Decides what goes wrong next.
fn plan(life: &mut Life) {
    let (fault, calls) = match life.random.below(12) {
        0..=7 => (Fault::PowerLoss, 60),
        8 => (Fault::Io, 400),
        9..=10 => (Fault::Sync, 20),
        _ => *life.random.pick(&[(Fault::NoSpace, 60), (Fault::ShortWrite, 40)]).unwrap(),
    };
    let call = 1 + life.random.below(calls);
    life.disk.plan(Plan { call, fault });
}

/// Opens the store again. Before, the power fails mostly; else the system goes on, and believes
/// what it has in memory.
fn recover(life: &mut Life, count: &mut Count) {
    if life.disk.heal() {
        count.crashes += 1;
    }
    if !life.random.one_in(4) {
        life.disk.cut_power();
    }
    life.open_at_last();
    if life.random.one_in(10) {
        life.rebuild();
    }
    plan(life);
}

#[test]
fn nothing_answered_is_lost_in_a_crash() {
    let (first, seeds) = (variable("SIM_FIRST", 1), variable("SIM_SEEDS", SEEDS));
    let mut total = Count::default();
    for seed in first..first + seeds {
        let lived = catch_unwind(AssertUnwindSafe(|| live(Life::new(seed), seed)));
        match lived {
            Ok(count) => {
                total.crashes += count.crashes;
                total.reopened += count.reopened;
                total.archived += count.archived;
            }
            Err(_) => panic!("to see it again: SIM_FIRST={seed} SIM_SEEDS=1"),
        }
        if (seed + 1 - first).is_multiple_of(1_000) {
            println!("{} seeds, {} crashes", seed + 1 - first, total.crashes);
        }
    }
    let Count { crashes, reopened, archived } = total;
    println!(
        "{seeds} seeds, {crashes} crashes, {reopened} times reopened, {archived} segments archived"
    );
    assert!(seeds < 100 || crashes > seeds, "the disk hardly ever failed");
    assert!(seeds < 100 || archived > seeds / 10, "hardly anything was archived");
}

/// As above, with the journal in a log that is no file: the disk, and what it loses, is the
/// state's.
#[test]
fn nothing_answered_is_lost_on_a_second_log() {
    let (first, seeds) = (variable("SIM_FIRST", 1), variable("SIM_SEEDS", SEEDS / 3));
    let mut crashes = 0;
    for seed in first..first + seeds {
        let lived = catch_unwind(AssertUnwindSafe(|| live(Life::on_second_log(seed), seed)));
        let count = lived.unwrap_or_else(|_| {
            panic!("to see it again: SIM_FIRST={seed} SIM_SEEDS=1");
        });
        crashes += count.crashes;
    }
    println!("{seeds} seeds, {crashes} crashes");
    assert!(seeds < 100 || crashes > seeds / 3, "the disk hardly ever failed: {crashes}");
}
