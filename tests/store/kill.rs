//! Killed for real: a child writes from several threads, and is killed at any time. Every answer
//! that it reported is in the store.
//!
//! `KILL_ROUNDS=500` makes a long run of it.

use crate::world::*;
use escrowdb::*;
use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

const ROUNDS: u64 = 15;
const THREADS: u128 = 4;
/// Says where a child finds its store, and which round it is.
const CHILD: &str = "ESCROWDB_KILLED_STORE";

fn options() -> Options {
    let journal = journal::Options { segment_bytes: 100_000, preallocate_bytes: 20_000 };
    Options::new().cache_bytes(4 << 20).journal(journal)
}

/// The batch that a thread sends as its so-manieth in a round: payments, a chain, a document.
fn batch(round: u64, thread: u128, number: u128) -> (Vec<Operation>, Vec<u8>) {
    let first = u128::from(round) << 64 | thread << 48 | number << 8;
    let (from, to) = (id(WALLET + thread), id(WALLET + (thread + 1) % THREADS));
    let hold = Operation::hold(id(first + 2), from, to, LEDGER, amount(3));
    let data = [&b"notes"[..], &[b'0' + thread as u8], &number.to_le_bytes()].concat();
    let put = Operation {
        kind: Kind::PUT,
        space_length: 5,
        key_length: 1,
        value_length: 16,
        ..Operation::freeze(id(first + 5), Id::ZERO)
    };
    let operations = vec![
        Operation::transfer(id(first + 1), id(BANK), from, LEDGER, amount(5)),
        hold.linked(),
        Operation::release(id(first + 3), hold.id, amount(1)).linked(),
        Operation::refund_rest(id(first + 4), hold.id),
        put,
    ];
    (operations, data)
}

/// The child. Does nothing unless it was started as one.
#[test]
fn child() {
    let Ok(child) = env::var(CHILD) else { return };
    let (round, path) = child.split_once(' ').unwrap();
    let round: u64 = round.parse().unwrap();
    let store = Store::open(path, options()).unwrap();
    settle_in(&store, THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = &store;
            scope.spawn(move || {
                for number in 0.. {
                    let (operations, data) = batch(round, thread, number);
                    let outcomes = store.submit_with_data(&operations, &data).unwrap();
                    let times: Vec<_> = outcomes
                        .iter()
                        .map(|outcome| {
                            assert_eq!(outcome.status, Status::APPLIED);
                            outcome.timestamp.nanoseconds().to_string()
                        })
                        .collect();
                    let line = format!("answered {thread} {number} {}\n", times.join(" "));
                    // One write, so that a line is whole, and there before the next batch is sent.
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            });
        }
        if round.is_multiple_of(2) {
            loop {
                store.checkpoint().unwrap();
            }
        }
    });
}

/// The answers by thread and number: the times of the operations.
type Answers = BTreeMap<(u128, u128), Vec<u64>>;

/// Lets a child write for a while, kills it, and gives what it said.
fn kill_one(path: &Path, round: u64) -> Answers {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture"])
        .env(CHILD, format!("{round} {}", path.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = thread::spawn(move || {
        // What libtest says stands on lines of its own, or before an answer; a last line may be
        // cut.
        let mut answers = Answers::new();
        for line in lines.map_while(|line| line.ok()) {
            let Some((_, answer)) = line.split_once("answered ") else { continue };
            let numbers: Vec<u128> = answer.split(' ').map_while(|n| n.parse().ok()).collect();
            if let [thread, number, times @ ..] = &numbers[..]
                && times.len() == 5
            {
                let times = times.iter().map(|&time| time as u64).collect();
                answers.insert((*thread, *number), times);
            }
        }
        answers
    });
    // Mostly while it writes, now and then while it opens.
    thread::sleep(Duration::from_millis(5 + round * 37 % 250));
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// Holds a store against what a child said about a round. Gives how many batches were answered.
fn check(store: &Store, round: u64, answers: &Answers) -> usize {
    let snapshot = store.snapshot().unwrap();
    let mut next = [0; THREADS as usize];
    for (&(thread, number), times) in answers {
        let (operations, data) = batch(round, thread, number);
        let outcomes = store.submit_with_data(&operations, &data).unwrap();
        for (outcome, time) in outcomes.iter().zip(times) {
            assert_eq!(outcome.status, Status::EXISTS, "round {round}, {thread}, {number}");
            // The last line may have been cut within its last number.
            let same = outcome.timestamp.nanoseconds() == *time;
            assert!(same || outcome == &outcomes[4], "round {round}, {thread}, {number}");
        }
        next[thread as usize] = number + 1;
    }
    for (thread, &number) in (0..).zip(&next) {
        // The batch after the last answer is there whole or not at all, and none is after it.
        let (operations, _) = batch(round, thread, number);
        let there = operations.iter().map(|o| snapshot.operation(o.id).unwrap().is_some());
        let there: Vec<_> = there.collect();
        assert!(there.iter().all(|found| *found == there[0]), "{there:?}");
        let (later, _) = batch(round, thread, number + 1);
        // A line that was not written in time hides one answer.
        let hidden = usize::from(snapshot.operation(later[0].id).unwrap().is_some());
        assert!(hidden == 0, "round {round}: thread {thread} went on without an answer");
    }
    let trial = snapshot.trial_balance(LEDGER).unwrap();
    assert!(trial.is_balanced());
    assert!(trial.totals.debits_pending.is_zero(), "chains are whole, so nothing is held");
    answers.len()
}

#[test]
fn kill_9_loses_nothing_that_was_answered() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let rounds = env::var("KILL_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let mut answered = 0;
    for round in 1..=rounds {
        let answers = kill_one(&path, round);
        let store = Store::open(&path, options()).unwrap();
        settle_in(&store, THREADS);
        answered += check(&store, round, &answers);
        drop(store);
        if round.is_multiple_of(8) || round == rounds {
            assert_eq!(verify(&path, |_, _| ()).unwrap().fault, None);
        }
    }
    println!("{rounds} rounds, {answered} answers checked");
    assert!(answered as u64 > rounds, "the children hardly ever wrote");
}
