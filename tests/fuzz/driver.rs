//! Everyday fuzzing: the corpus once, and then mutations of it for a moment.
//!
//! It needs nothing but a stable compiler. The same targets run guided by coverage in `coverage/`,
//! and what that finds comes into the corpus. `FUZZ_SECONDS` makes the moment longer.

#[allow(dead_code, reason = "more numbers than are needed here")]
#[path = "../sim/random.rs"]
mod random;

use random::Random;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// What an input may cost while other targets run beside it, in hundredths of a second.
const COMPUTED_MAX: u64 = 60 * 100;
/// Longer inputs say nothing new.
const INPUT_BYTES_MAX: usize = 4_096;

/// Numbers at which code changes its mind.
const EDGES: [u64; 10] =
    [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX];

/// Runs a target over its corpus, and over mutations of it.
pub(crate) fn run(name: &str, target: impl Fn(&[u8])) {
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "{name} has no corpus");
    for input in &corpus {
        check(name, &target, input);
    }
    let seconds = env::var("FUZZ_SECONDS").map_or(2, |text| text.parse().expect("a number"));
    let now = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos() as u64);
    let (mut random, began) = (Random::new(now), Instant::now());
    let mut runs = 0;
    while began.elapsed() < Duration::from_secs(seconds) {
        check(name, &target, &mutation(&corpus, &mut random));
        runs += 1;
    }
    println!("{name}: {} inputs of the corpus, {runs} mutations", corpus.len());
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    let files = fs::read_dir(folder).expect("the corpus");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("an input")).collect()
}

/// Runs a target once. An input that it fails on is kept, to be looked at and put into the corpus.
fn check(name: &str, target: impl Fn(&[u8]), input: &[u8]) {
    let began = computed();
    let ended = catch_unwind(AssertUnwindSafe(|| target(input)));
    let is_fast = computed() - began < COMPUTED_MAX;
    if ended.is_ok() && is_fast {
        return;
    }
    let path = env::temp_dir().join(format!("escrowdb-fuzz-{name}-{}", std::process::id()));
    fs::write(&path, input).expect("room for the input");
    panic!("{name} fails on the input in {}", path.display());
}

/// Hundredths of a second that the process has computed in all its threads: a clock would go on
/// while the machine stands still. 0 where the system does not say.
fn computed() -> u64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    // In the user's and in the system's code.
    behind_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|text| text.parse::<u64>().ok())
        .sum()
}

fn mutation(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = random.pick(corpus).cloned().unwrap_or_default();
    for _ in 0..1 + random.below(6) {
        mutate(&mut input, corpus, random);
    }
    input.truncate(INPUT_BYTES_MAX);
    input
}

fn mutate(input: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let length = input.len();
    let at = random.below(length as u64 + 1) as usize;
    let end = (at + 1 + random.below(16) as usize).min(length);
    match random.below(8) {
        0 if at < length => input[at] ^= 1 << random.below(8),
        1 if at < length => input[at] = random.next() as u8,
        2 => {
            let edge = random.pick(&EDGES).map_or([0; 8], |edge| edge.to_le_bytes());
            let width = 1 << random.below(4);
            let room = (length - at).min(width);
            input[at..at + room].copy_from_slice(&edge[..room]);
        }
        3 if at < end => drop(input.drain(at..end)),
        4 if at < end => {
            let piece = input[at..end].to_vec();
            input.splice(at..at, piece);
        }
        5 => input.truncate(at),
        6 => {
            let other = random.pick(corpus).map_or(&[][..], |other| &other[..]);
            let from = random.below(other.len() as u64 + 1) as usize;
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        _ => input.insert(at, random.next() as u8),
    }
}
