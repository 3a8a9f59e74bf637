//! What it costs to use a store through another process: each row is measured in the process that hosts
//! the store and through its guests, in turn, so that the ratios count.
//!
//! ```sh
//! cargo run --release --manifest-path benches/Cargo.toml --bin processes -- --dir .
//! ```
//!
//! A message to another thread and back is measured beside it, as no call of a guest is quicker. Last, a
//! host that others work with is killed, on a store of `--operations` transfers (a million).

use escrowdb::*;
use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const LEDGER: u32 = 1;
const ACCOUNTS: u128 = 10_000;
const BATCH: usize = 8_192;
const BATCHES: usize = 60;
const CALLS: u32 = 3_000;
const READS: u32 = 50_000;
const THREADS: usize = 64;
const PROCESSES: usize = 4;
const SECONDS: u64 = 3;
const ROUNDS: usize = 5;

/// Says to a child what it is to do.
const WORK: &str = "ESCROWDB_BENCH_WORK";

fn id(number: u128) -> Id {
    Id::from_u128(number)
}

fn pay(id: Id, number: u128) -> Operation {
    let (from, to) = (number % ACCOUNTS, (number * 7 + 1) % ACCOUNTS);
    let to = if to == from { (to + 1) % ACCOUNTS } else { to };
    Operation::transfer(
        id,
        self::id(1_000 + from),
        self::id(1_000 + to),
        LEDGER,
        Amount::from(1u32),
    )
}

fn batch(first: u128) -> Vec<Operation> {
    (0..BATCH as u128).map(|number| pay(Id::new(), first + number)).collect()
}

fn settle_in(store: &Store) -> Result<()> {
    store.create_ledgers(&[money::iso_ledger(LEDGER, "EUR").expect("a currency")])?;
    let account = |number| Account::new(id(1_000 + number), LEDGER, 1, AccountFlags::NONE);
    let accounts: Vec<_> = (0..ACCOUNTS).map(account).collect();
    for piece in accounts.chunks(BATCH) {
        store.create_accounts(piece)?;
    }
    Ok(())
}

/// Batches a second, four in flight.
fn batches(store: &Store) -> Result<f64> {
    let work: Vec<_> = (0..BATCHES as u128).map(|number| batch(number * 8_192)).collect();
    let began = Instant::now();
    let mut tickets = std::collections::VecDeque::new();
    for operations in work {
        if tickets.len() == 4 {
            check(tickets.pop_front().map(Ticket::wait).expect("one is in flight")?);
        }
        tickets.push_back(store.submit_async(operations, Vec::new())?);
    }
    for ticket in tickets {
        check(ticket.wait()?);
    }
    Ok((BATCHES * BATCH) as f64 / began.elapsed().as_secs_f64())
}

fn check(outcomes: Vec<Outcome>) {
    assert!(outcomes.iter().all(|outcome| outcome.status == Status::APPLIED));
}

/// Microseconds of one operation a call, by one thread: the median.
fn calls(store: &Store) -> Result<f64> {
    let mut times = Vec::new();
    for number in 0..u128::from(CALLS) {
        let operation = [pay(Id::new(), number)];
        let began = Instant::now();
        check(store.submit(&operation)?);
        times.push(began.elapsed());
    }
    Ok(median(times))
}

/// Microseconds of reading an account from a snapshot: the median.
fn reads(store: &Store) -> Result<f64> {
    let snapshot = store.snapshot()?;
    let mut times = Vec::new();
    for number in 0..u128::from(READS) {
        let began = Instant::now();
        assert!(snapshot.account(id(1_000 + number % ACCOUNTS))?.is_some());
        times.push(began.elapsed());
    }
    Ok(median(times))
}

/// Microseconds of a message of 256 bytes to another thread, and of 384 back: the median.
fn bare_ping() -> Result<f64> {
    let (mut here, mut there) = UnixStream::pair()?;
    let echo = thread::spawn(move || {
        let mut message = [0; 256];
        while there.read_exact(&mut message).is_ok() && there.write_all(&[0; 384]).is_ok() {}
    });
    let mut times = Vec::new();
    for _ in 0..READS {
        let began = Instant::now();
        here.write_all(&[0; 256])?;
        here.read_exact(&mut [0; 384])?;
        times.push(began.elapsed());
    }
    drop(here);
    echo.join().expect("no panic");
    Ok(median(times))
}

/// Seconds from the end of a host that four threads of another process work with, until the first of
/// them is answered.
fn take_over(path: &Path) -> Result<f64> {
    let mut host = Guest::start(path);
    let store = Store::open(path, Options::new())?;
    assert_eq!(store.role(), Role::Guest);
    let is_over = AtomicBool::new(false);
    let took = thread::scope(|scope| {
        for thread in 0..4 {
            let (store, is_over) = (&store, &is_over);
            scope.spawn(move || {
                for count in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let outcomes = store.submit(&[pay(Id::new(), count * 64 + thread)]);
                    outcomes.expect("it outlives its host");
                }
            });
        }
        thread::sleep(Duration::from_secs(1));
        let began = Instant::now();
        host.child.kill()?;
        // Answered by the next host, whatever was under way.
        let outcomes = store.submit(&[pay(Id::new(), 0)]);
        let took = began.elapsed();
        is_over.store(true, Ordering::Relaxed);
        check(outcomes?);
        Ok::<_, Error>(took)
    })?;
    assert_eq!(store.role(), Role::Host);
    store.close()?;
    Ok(took.as_secs_f64())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

/// Operations a second, one a call, by so many threads.
fn threads(store: &Store, threads: usize) -> Result<f64> {
    let began = Instant::now();
    let end = began + Duration::from_secs(SECONDS);
    let counts: Vec<_> = thread::scope(|scope| {
        let run = |thread: usize| {
            let mut count = 0_u128;
            while Instant::now() < end {
                check(store.submit(&[pay(Id::new(), count * 64 + thread as u128)])?);
                count += 1;
            }
            Ok(count as f64)
        };
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let total = counts.into_iter().sum::<Result<f64>>()?;
    Ok(total / began.elapsed().as_secs_f64())
}

fn measure(store: &Store, row: &str) -> Result<f64> {
    match row {
        "batches" => batches(store),
        "calls" => calls(store),
        "reads" => reads(store),
        "threads" => threads(store, THREADS / PROCESSES),
        other => panic!("no row {other}"),
    }
}

/// Another process, which measures what it is told to.
struct Guest {
    child: Child,
    input: ChildStdin,
    output: BufReader<std::process::ChildStdout>,
}

impl Guest {
    fn start(path: &Path) -> Self {
        let mut child = Command::new(env::current_exe().expect("this program"))
            .env(WORK, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let input = child.stdin.take().expect("an input");
        let output = BufReader::new(child.stdout.take().expect("an output"));
        let mut guest = Self { child, input, output };
        guest.hear();
        guest
    }

    fn tell(&mut self, row: &str) {
        writeln!(self.input, "{row}").expect("told");
    }

    fn hear(&mut self) -> f64 {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("heard");
        line.trim().parse().expect("a number")
    }

    fn measure(&mut self, row: &str) -> f64 {
        self.tell(row);
        self.hear()
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The life of a guest.
fn be_guest(path: PathBuf) -> Result<()> {
    let store = Store::open(path, Options::new())?;
    println!("0");
    for row in std::io::stdin().lines() {
        println!("{}", measure(&store, &row.expect("a line"))?);
    }
    Ok(())
}

fn of(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() -> Result<()> {
    if let Some(path) = env::var_os(WORK) {
        return be_guest(path.into());
    }
    let option = |name: &str| env::args().skip_while(|argument| argument != name).nth(1);
    let dir = option("--dir").unwrap_or_else(|| ".".into());
    let wanted: usize =
        option("--operations").map_or(1_000_000, |count| count.parse().expect("a number"));
    let folder = tempfile::tempdir_in(dir).expect("a folder");
    let path = folder.path().join("bench.escrow");
    let store = Store::open(&path, Options::new())?;
    settle_in(&store)?;
    let mut guests: Vec<_> = (1..PROCESSES).map(|_| Guest::start(&path)).collect();
    println!("| | in the host | through a guest | ratio |\n| --- | --- | --- | --- |");
    for (row, name) in [
        ("batches", "transfers a second, batches of 8,192"),
        ("calls", "one transfer a call, one thread: median, µs"),
        ("reads", "an account from a snapshot: median, µs"),
    ] {
        let (mut here, mut there, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (host, guest) = (measure(&store, row)?, guests[0].measure(row));
            here.push(host);
            there.push(guest);
            ratios.push(guest / host);
        }
        println!(
            "| {name} | {:.1} | {:.1} | {:.2} |",
            of(&mut here),
            of(&mut there),
            of(&mut ratios)
        );
    }
    let (mut one, mut many, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let alone = threads(&store, THREADS)?;
        guests.iter_mut().for_each(|guest| guest.tell("threads"));
        let mut together = threads(&store, THREADS / PROCESSES)?;
        together += guests.iter_mut().map(Guest::hear).sum::<f64>();
        one.push(alone);
        many.push(together);
        ratios.push(together / alone);
    }
    println!(
        "| one transfer a call, 64 threads: one process, or 4 with 16 each | {:.0} | {:.0} | {:.2} |",
        of(&mut one),
        of(&mut many),
        of(&mut ratios)
    );
    drop(guests);
    println!("| a message to another thread and back, µs | {:.1} | | |", bare_ping()?);
    let made = store.stats()?.events as usize;
    for number in 0..wanted.saturating_sub(made).div_ceil(BATCH) as u128 {
        check(store.submit(&batch(number * 8_192))?);
    }
    let operations = store.stats()?.events;
    store.close()?;
    let mut times = (0..ROUNDS).map(|_| take_over(&path)).collect::<Result<Vec<_>>>()?;
    let longest = times.iter().copied().fold(0.0, f64::max);
    println!(
        "| a host is killed, {operations} operations: seconds until an answer, and at most | | {:.2} | {longest:.2} |",
        of(&mut times)
    );
    Ok(())
}
