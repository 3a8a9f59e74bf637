//! Hosts that end in every way, while all work: each answer that a process was given is there.

use crate::world::*;
use escrowdb::*;
use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::{Duration, Instant};

const THREADS: u128 = 4;
const WORKERS: usize = 3;
/// `KILL_ROUNDS=300` makes a long run of it.
const ROUNDS: u64 = 12;

/// A worker of a shop. Does nothing unless it was started as one.
#[test]
fn worker() {
    let Some((number, path)) = task("worker") else { return };
    let worker: u128 = number.parse().unwrap();
    let store = Store::open(path, options()).unwrap();
    settle_in(&store, THREADS);
    say(&format!("begins as {:?}", store.role()));
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = store.clone();
            scope.spawn(move || {
                for number in 0_u128.. {
                    let outcomes = match store.submit(&batch(worker, thread, number)) {
                        Ok(outcomes) => outcomes,
                        Err(Error::Closed) => return,
                        Err(error) => panic!("{error}"),
                    };
                    // Sent again, what was applied exists.
                    let is_done = |status| matches!(status, Status::APPLIED | Status::EXISTS);
                    assert!(outcomes.iter().all(|outcome| is_done(outcome.status)), "{outcomes:?}");
                    let times = outcomes.iter().map(|outcome| outcome.timestamp.nanoseconds());
                    let times: Vec<_> = times.map(|time| time.to_string()).collect();
                    say(&format!("answered {worker} {thread} {number} {}", times.join(" ")));
                }
            });
        }
        // The parent ends it in order by closing its input.
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).unwrap();
        store.close().unwrap();
        say("closed");
    });
}

fn batch(worker: u128, thread: u128, number: u128) -> [Operation; 2] {
    let first = worker << 96 | thread << 80 | number << 8;
    let (from, to) = (id(WALLET + thread), id(WALLET + (thread + 1) % THREADS));
    [
        Operation::transfer(id(first + 1), id(BANK), from, LEDGER, amount(5)),
        Operation::transfer(id(first + 2), from, to, LEDGER, amount(3)),
    ]
}

/// The times that were answered, by worker, thread and number.
type Answers = BTreeMap<(u128, u128, u128), [u64; 2]>;

/// Adds what a worker was answered.
fn gather(answers: &mut Answers, lines: Vec<String>) -> usize {
    let before = answers.len();
    for line in lines {
        let Some((_, answer)) = line.split_once("answered ") else { continue };
        let numbers: Vec<u128> = answer.split(' ').map_while(|n| n.parse().ok()).collect();
        if let [worker, thread, number, one, two] = numbers[..] {
            answers.insert((worker, thread, number), [one as u64, two as u64]);
        }
    }
    answers.len() - before
}

pub(crate) fn start(number: u64, path: &Path) -> Other {
    let worker = Other::run("kill::worker", &format!("worker {number}"), path);
    worker.hear("begins as ");
    worker
}

/// The store is asked, by this process as a guest, who hosts it. That process ends: killed, or in
/// order. The others go on, and a new worker comes.
#[test]
fn hosts_end_and_nothing_that_was_answered_is_lost() {
    let rounds = env::var("KILL_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let mut next = WORKERS as u64;
    let mut workers: Vec<_> = (0..next).map(|number| start(number, &path)).collect();
    let mut answers = Answers::new();
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        // Half of them within 100 ms of the last one.
        let pause = if round % 2 == 0 { 300 + round * 37 % 200 } else { round * 13 % 100 };
        thread::sleep(Duration::from_millis(pause));
        let guest = Store::open(&path, options()).unwrap();
        let host = guest.processes().unwrap().host;
        let place = workers.iter().position(|worker| worker.id() == host);
        let Some(place) = place else {
            // Whoever hosted ended before this process came, which took its place: it goes, too.
            guest.close().unwrap();
            continue;
        };
        let mut worker = workers.remove(place);
        let is_killed = round % 3 != 2;
        if is_killed {
            worker.kill();
        } else {
            worker.dismiss();
        }
        // Somebody answers again soon.
        let began = Instant::now();
        assert!(
            guest
                .submit(&[Operation::transfer(Id::new(), id(BANK), id(WALLET), LEDGER, amount(1))])
                .unwrap()[0]
                .status
                == Status::APPLIED
        );
        slowest = slowest.max(began.elapsed());
        if !is_killed {
            assert!(worker.wait().success(), "round {round}");
        }
        gather(&mut answers, worker.rest());
        guest.close().unwrap();
        workers.push(start(next, &path));
        next += 1;
    }
    for mut worker in workers {
        worker.dismiss();
        assert!(worker.wait().success());
        gather(&mut answers, worker.rest());
    }
    let store = Store::open(&path, options()).unwrap();
    assert_eq!(store.role(), Role::Host);
    let snapshot = store.snapshot().unwrap();
    for ((worker, thread, number), times) in &answers {
        let ids = batch(*worker, *thread, *number).map(|operation| operation.id);
        let found = snapshot.operations(&ids).unwrap();
        let found = found.into_iter().map(|found| found.map(|found| found.timestamp.nanoseconds()));
        assert!(found.eq(times.map(Some)), "{worker} {thread} {number}: {times:?}");
    }
    drop(snapshot);
    store.close().unwrap();
    let report = verify(&path, |_, _| ()).unwrap();
    assert_eq!(report.fault, None);
    println!(
        "{rounds} hosts ended, {} answers checked, at most {slowest:?} without a host",
        answers.len()
    );
    assert!(answers.len() > rounds as usize);
}

/// A host that is stopped is not overtaken: it still has the lock. Whoever calls is told which
/// process does not answer, and all goes on when it does.
#[test]
fn a_stopped_host_is_named_and_not_overtaken() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let worker = start(0, &path);
    let guest = Store::open(&path, options().takeover_wait(Duration::from_secs(2))).unwrap();
    let pay =
        || guest.submit(&[Operation::transfer(Id::new(), id(BANK), id(WALLET), LEDGER, amount(1))]);
    assert_eq!(pay().unwrap()[0].status, Status::APPLIED);
    worker.stop();
    let began = Instant::now();
    let error = pay().unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let is_named =
        matches!(error, Error::HostUnresponsive { process, seconds: 2 } if process == worker.id());
    assert!(is_named, "{error:?}");
    // Whoever comes anew is told the same.
    let other = Store::open(&path, options().takeover_wait(Duration::from_millis(300)));
    assert!(matches!(other, Err(Error::HostUnresponsive { .. })), "{other:?}");
    worker.go_on();
    assert_eq!(pay().unwrap()[0].status, Status::APPLIED);
    assert_eq!(guest.processes().unwrap().host, worker.id());
    let host = Pid::from_raw(worker.id() as i32).unwrap();
    kill_process(host, Signal::KILL).unwrap();
    assert_eq!(pay().unwrap()[0].status, Status::APPLIED);
    assert_eq!(guest.role(), Role::Host);
    assert_eq!(guest.processes().unwrap().host, process::id());
}

/// Symptom: a guest that nobody called did not take the place of a host that was killed, and kept
/// a processor busy. Cause: whoever watched the connection saw its end, and waited for somebody
/// else to read it.
#[test]
fn a_guest_that_nobody_calls_takes_over() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let mut worker = start(0, &path);
    let guest = Store::open(&path, options()).unwrap();
    worker.kill();
    let began = Instant::now();
    let own = process::id().to_string();
    while fs::read_to_string(path.join("LOCK")).unwrap().lines().next() != Some(&own) {
        assert!(began.elapsed() < Duration::from_secs(20), "nobody hosts the store");
        thread::sleep(Duration::from_millis(5));
    }
    guest.head().unwrap();
    assert_eq!(guest.role(), Role::Host);
}

/// Symptom: a guest went on in another store that stood in the directory when it came back, and
/// said that its payments were applied. Cause: nobody asked which store it was again.
#[test]
fn a_guest_goes_on_in_no_other_store() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let mut host = start(0, &path);
    let mut guest = start(1, &path);
    guest.stop();
    host.kill();
    for entry in fs::read_dir(&path).unwrap() {
        let entry = entry.unwrap();
        let is_folder = entry.file_type().unwrap().is_dir();
        let remove = if is_folder { fs::remove_dir_all } else { fs::remove_file::<PathBuf> };
        remove(entry.path()).unwrap();
    }
    let other = Store::open(&path, options()).unwrap();
    settle_in(&other, 8);
    let before = other.stats().unwrap().events;
    guest.go_on();
    // It has paid by then, if anybody lets it; closing its input ends it.
    thread::sleep(Duration::from_secs(2));
    assert!(!guest.wait().success());
    assert_eq!(other.stats().unwrap().events, before);
    // Nor does it take the place of that store's host.
    assert_eq!(other.role(), Role::Host);
}

/// Symptom: with a stopped host, calls of many threads waited for `takeover_wait` one after the
/// other. Cause: each looked for the host while it kept the others waiting.
#[test]
fn nobody_waits_longer_than_it_said() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let worker = start(0, &path);
    let wait = Duration::from_secs(1);
    let guest = Store::open(&path, options().takeover_wait(wait)).unwrap();
    worker.stop();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..3 {
                    let began = Instant::now();
                    let error = guest.head().unwrap_err();
                    assert!(matches!(error, Error::HostUnresponsive { .. }), "{error:?}");
                    assert!(began.elapsed() < wait * 4, "{:?}", began.elapsed());
                }
            });
        }
    });
    worker.go_on();
    guest.head().unwrap();
}
