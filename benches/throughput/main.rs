//! Whole workloads through the public API, durable, on the disk of the temporary directory.
//!
//! `cargo bench --bench throughput -- [--transfers N] [--accounts N] [--batch N] [--in-flight N]
//! [--random-ids] [--holds] [--process] [--threads N] [--dir DIR]`
//!
//! With `--threads`, so many threads submit one operation a call and wait for it; otherwise one
//! thread keeps `--in-flight` batches on their way. A bare loop of writes and syncs of 4 KiB in the
//! same directory is timed in the same run, for the disk's share.
//!
//! Prints transfers a second over the whole run, checkpoints included, the latency of batches, and
//! what was written. The money is counted at the end: a run that loses any fails.

use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Durability, Id, Operation, Options, Stats, Status,
    Store, Ticket, Timestamp, money,
};
use std::collections::VecDeque;
use std::error::Error;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

struct Settings {
    transfers: u64,
    accounts: u64,
    batch: u64,
    in_flight: usize,
    random_ids: bool,
    holds: bool,
    /// Threads that submit one operation a call; 0 for batches.
    threads: u64,
    durability: Durability,
    directory: Option<PathBuf>,
}

fn settings() -> Result<Settings, Box<dyn Error>> {
    let mut settings = Settings {
        transfers: 1_000_000,
        accounts: 10_000,
        batch: 8_192,
        in_flight: 4,
        random_ids: false,
        holds: false,
        threads: 0,
        durability: Durability::Durable,
        directory: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--transfers" => settings.transfers = value()?.parse()?,
            "--accounts" => settings.accounts = value()?.parse()?,
            "--batch" => settings.batch = value()?.parse()?,
            "--in-flight" => settings.in_flight = value()?.parse()?,
            "--threads" => settings.threads = value()?.parse()?,
            "--dir" => settings.directory = Some(value()?.into()),
            "--random-ids" => settings.random_ids = true,
            "--holds" => settings.holds = true,
            "--process" => settings.durability = Durability::Process,
            "--bench" => (),
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    Ok(settings)
}

/// A small generator of random numbers (splitmix64): the workload is the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

struct Workload {
    settings: Settings,
    random: Random,
    number: u64,
}

impl Workload {
    fn id(&mut self) -> Id {
        self.number += 1;
        if self.settings.random_ids {
            let high = u128::from(self.random.next());
            return Id::from_u128(high << 64 | u128::from(self.number));
        }
        Id::from_u128(u128::from(self.number))
    }

    fn batch(&mut self, count: u64) -> Vec<Operation> {
        (0..count).map(|place| self.operation(place)).collect()
    }

    fn operation(&mut self, place: u64) -> Operation {
        let id = self.id();
        if self.settings.holds && place % 2 == 1 {
            let hold = Id::from_u128(id.as_u128() - 1);
            return Operation::release_rest(id, hold);
        }
        let accounts = self.settings.accounts;
        let debit = self.random.below(accounts);
        let credit = (debit + 1 + self.random.below(accounts - 1)) % accounts;
        let account = |number: u64| Id::from_u128(u128::from(number) + 1);
        let amount = Amount::from(1 + self.random.below(1_000));
        if self.settings.holds {
            let hold = Operation::hold(id, account(debit), account(credit), 1, amount);
            return Operation { fee_account: FEES, fee_ppm: 100_000, ..hold }
                .with_deadline(86_400, AtDeadline::REFUND);
        }
        Operation::transfer(id, account(debit), account(credit), 1, amount)
    }
}

const FEES: Id = Id::from_u128(u64::MAX as u128);

fn open_accounts(store: &Store, count: u64) -> Result<(), Box<dyn Error>> {
    store.create_ledgers(&[money::iso_ledger(1, "USD")?])?;
    store.create_accounts(&[Account::new(FEES, 1, 2, AccountFlags::NONE)])?;
    let numbers: Vec<_> = (1..=count).collect();
    for numbers in numbers.chunks(8_192) {
        let account = |number: &u64| {
            Account::new(Id::from_u128(u128::from(*number)), 1, 1, AccountFlags::HISTORY)
        };
        store.create_accounts(&numbers.iter().map(account).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let settings = settings()?;
    let directory = match &settings.directory {
        Some(directory) => tempfile::tempdir_in(directory)?,
        None => tempfile::tempdir()?,
    };
    let path = directory.path().join("bench.escrow");
    let options = Options::new().durability(settings.durability);
    let store = Store::open(&path, options.clone())?;
    open_accounts(&store, settings.accounts)?;
    store.checkpoint()?;
    let before = store.stats();
    let mut workload = Workload { settings, random: Random(42), number: 0 };
    let (elapsed, latencies) = match workload.settings.threads {
        0 => run(&store, &mut workload)?,
        threads => run_threads(&store, &mut workload, threads)?,
    };
    report(&workload.settings, elapsed, latencies, &before, &store.stats());

    bare_syncs(directory.path())?;
    let balanced = store.snapshot()?.trial_balance(1)?.is_balanced();
    drop(store);
    let opening = Instant::now();
    let store = Store::open(&path, options)?;
    println!("  open after a kill   {:>12.3} s", opening.elapsed().as_secs_f64());
    if balanced && store.snapshot()?.timestamp() > Timestamp::NONE {
        return Ok(());
    }
    Err("the books do not balance".into())
}

fn run(
    store: &Store,
    workload: &mut Workload,
) -> Result<(Duration, Vec<Duration>), Box<dyn Error>> {
    let (transfers, batch) = (workload.settings.transfers, workload.settings.batch);
    let in_flight = workload.settings.in_flight;
    let mut latencies = Vec::new();
    let mut tickets: VecDeque<(Instant, Ticket)> = VecDeque::new();
    let mut made = 0;
    let mut making = Duration::ZERO;
    let start = Instant::now();
    while made < transfers || !tickets.is_empty() {
        if made < transfers && tickets.len() < in_flight {
            let generating = Instant::now();
            let operations = workload.batch(batch.min(transfers - made));
            making += generating.elapsed();
            made += operations.len() as u64;
            tickets.push_back((Instant::now(), store.submit_async(operations, Vec::new())?));
            continue;
        }
        let Some((submitted, ticket)) = tickets.pop_front() else { continue };
        let outcomes = ticket.wait()?;
        latencies.push(submitted.elapsed());
        let refused = outcomes.iter().find(|outcome| outcome.status != Status::APPLIED);
        if let Some(outcome) = refused {
            return Err(format!("refused: {}", outcome.status).into());
        }
    }
    let elapsed = start.elapsed();
    println!("generating the batches took {:.3} s of it", making.as_secs_f64());
    Ok((elapsed, latencies))
}

/// One operation a call, from many threads.
fn run_threads(
    store: &Store,
    workload: &mut Workload,
    threads: u64,
) -> Result<(Duration, Vec<Duration>), Box<dyn Error>> {
    let share = workload.settings.transfers / threads;
    let batches: Vec<_> = (0..threads).map(|_| workload.batch(share)).collect();
    let start = Instant::now();
    let submit_all = |operations: Vec<Operation>| -> escrowdb::Result<Vec<Duration>> {
        let mut latencies = Vec::with_capacity(operations.len());
        for operation in operations {
            let submitted = Instant::now();
            let outcomes = store.submit(&[operation])?;
            assert_eq!(outcomes[0].status, Status::APPLIED);
            latencies.push(submitted.elapsed());
        }
        Ok(latencies)
    };
    let latencies = std::thread::scope(|scope| {
        let spawn = |operations| scope.spawn(move || submit_all(operations));
        let threads: Vec<_> = batches.into_iter().map(spawn).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
            thread.join().expect("a thread that does not panic")
        };
        threads.into_iter().map(join).collect::<escrowdb::Result<Vec<Vec<_>>>>()
    })?;
    Ok((start.elapsed(), latencies.concat()))
}

/// What the disk does without a store: 4 KiB written and synced, again and again, into a file that
/// has its room.
#[expect(clippy::float_arithmetic, reason = "figures for people, no money")]
fn bare_syncs(directory: &Path) -> Result<(), Box<dyn Error>> {
    const ROUNDS: u64 = 500;
    let file = File::create(directory.join("bare"))?;
    file.write_all_at(&vec![0; 4_096 * ROUNDS as usize], 0)?;
    file.sync_all()?;
    let start = Instant::now();
    for round in 0..ROUNDS {
        file.write_all_at(&[1; 4_096], round * 4_096)?;
        file.sync_data()?;
    }
    let each = start.elapsed().as_secs_f64() / ROUNDS as f64;
    println!("  a bare write + sync {:>12.3} ms, {:.0} a second", each * 1e3, 1.0 / each);
    Ok(())
}

#[expect(clippy::float_arithmetic, reason = "figures for people, no money")]
fn report(
    settings: &Settings,
    elapsed: Duration,
    mut latencies: Vec<Duration>,
    before: &Stats,
    after: &Stats,
) {
    latencies.sort_unstable();
    let percentile = |p: usize| latencies[(latencies.len() * p / 100).min(latencies.len() - 1)];
    let operations = settings.transfers as f64;
    println!(
        "{} operations, {}, {} accounts, {:?}{}{}",
        settings.transfers,
        match settings.threads {
            0 => format!("batches of {}, {} in flight", settings.batch, settings.in_flight),
            threads => format!("one a call from {threads} threads"),
        },
        settings.accounts,
        settings.durability,
        if settings.random_ids { ", random ids" } else { "" },
        if settings.holds { ", half holds half releases with fee" } else { "" },
    );
    println!("  operations a second {:>12.0}", operations / elapsed.as_secs_f64());
    println!(
        "  latency             {:>9.2} ms p50, {:.2} ms p99, {:.2} ms max",
        percentile(50).as_secs_f64() * 1e3,
        percentile(99).as_secs_f64() * 1e3,
        percentile(100).as_secs_f64() * 1e3,
    );
    let journal = (after.journal_bytes_written - before.journal_bytes_written) as f64;
    println!("  journal             {:>12.1} bytes an operation", journal / operations);
    println!("  state               {:>12.1} bytes an operation", {
        (after.state_bytes - before.state_bytes) as f64 / operations
    });
    println!(
        "  blocks {}, syncs {}, checkpoints {}",
        after.blocks - before.blocks,
        after.syncs - before.syncs,
        after.checkpoints - before.checkpoints
    );
}
