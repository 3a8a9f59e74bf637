//! The commit path under a model checker: threads take their turns by a plan, and many plans are
//! tried. A wait that nobody ends is a failure, in whichever turn it comes.
//!
//! `queue` holds the queue and the turns by themselves, `path` the whole commit path over a disk in
//! memory. Each test has a second; `INTERLEAVINGS_SECONDS` gives it longer. A failure prints its
//! plan, and `shuttle::replay` runs it again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod outage;
mod path;
mod queue;

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, MaxSteps, Runner};
use std::env;
use std::time::{Duration, Instant};

/// CommitOrder of one run: no story is that long, so that whoever takes more goes round in a
/// circle.
const TURNS_MAX: usize = 50_000;
/// redb and the sequencer run on these stacks.
const STACK_BYTES: usize = 1 << 20;
/// Plans before the clock is looked at.
const PLANS_AT_A_TIME: usize = 10;

fn run(scheduler: impl Scheduler + 'static, story: fn()) -> usize {
    let mut config = Config::new();
    config.stack_size = STACK_BYTES;
    config.max_steps = MaxSteps::FailAfter(TURNS_MAX);
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(story)
}

/// Runs a story by as many plans as there is time for: half of them at random, half with few
/// preemptions at arbitrary turns, which finds what needs an unlikely one.
fn explore(name: &str, story: fn()) {
    let seconds = env::var("INTERLEAVINGS_SECONDS").map_or(1, |text| text.parse().unwrap());
    let (began, limit) = (Instant::now(), Duration::from_secs(seconds));
    let mut plans = 0;
    while began.elapsed() < limit {
        plans += run(RandomScheduler::new(PLANS_AT_A_TIME), story);
        plans += run(PctScheduler::new(3, PLANS_AT_A_TIME), story);
    }
    println!("{name}: {plans} plans");
}
