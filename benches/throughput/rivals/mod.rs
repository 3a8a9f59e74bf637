//! Rivals: other ways to keep the same books, durable too, driven through the same workloads.
//!
//! Each answers a batch when it is durable, and refuses what would overdraw an account that must
//! not be. None of them has outcomes, a frozen fee, timers or a checked chain of hashes: what they
//! do is less.

#[cfg(feature = "doubleentry")]
mod doubleentry;
mod naive_redb;
mod postgres;
mod sqlite;

use crate::measure::{Figures, Generator, Measured, Progress, Seen, Workload};
use escrowdb::{Id, Operation};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Who is measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(clap::ValueEnum)]
pub(crate) enum Contestant {
    Escrowdb,
    /// A loop of one write and one sync, of as many bytes as escrowdb writes into a block.
    BareLoop,
    Sqlite,
    NaiveRedb,
    Doubleentry,
    Postgres,
}

/// All but escrowdb.
pub(crate) const RIVALS: [Contestant; 5] = [
    Contestant::BareLoop,
    Contestant::Sqlite,
    Contestant::NaiveRedb,
    Contestant::Doubleentry,
    Contestant::Postgres,
];

impl Contestant {
    /// What it is called in a table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Escrowdb => "escrowdb",
            Self::BareLoop => "bare loop",
            Self::Sqlite => "SQLite",
            Self::NaiveRedb => "naive redb",
            Self::Doubleentry => "doubleentry",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// Which version, and how it is set up.
    pub(crate) fn version(self) -> String {
        match self {
            Self::Escrowdb => "durable, default options".into(),
            Self::BareLoop => "pwrite and fdatasync into a file that has its room".into(),
            Self::Sqlite => sqlite::version(),
            Self::NaiveRedb => "redb 4.6.0, a row per transfer, a commit per batch".into(),
            Self::Doubleentry => "0.8 over SQLite (WAL, synchronous=FULL), record_batch".into(),
            Self::Postgres => postgres::version(),
        }
    }

    /// Why it cannot be measured here, in one line.
    pub(crate) fn obstacle(self) -> Option<&'static str> {
        match self {
            Self::Postgres if !postgres::is_installed() => Some("PostgreSQL is not installed"),
            Self::Doubleentry if cfg!(not(feature = "doubleentry")) => {
                Some("doubleentry is not compiled in: add --features doubleentry")
            }
            _ => None,
        }
    }

    /// Whether it can do the workload. Holds that freeze a fee are in no other store: SQLite has
    /// them made by hand.
    pub(crate) fn can(self, workload: &Workload) -> bool {
        let has_holds = matches!(self, Self::Escrowdb | Self::BareLoop | Self::Sqlite);
        has_holds || !workload.holds
    }

    /// Operations that it is measured with at most, so that it takes seconds. Speed is told per
    /// second; it falls with the size, so that this is in the rival's favour.
    pub(crate) fn operations_max(self, workload: &Workload) -> u64 {
        let (operations, submissions) = match self {
            Self::Escrowdb | Self::BareLoop => return u64::MAX,
            Self::Sqlite => (1_000_000, 10_000),
            Self::NaiveRedb => (200_000, 5_000),
            Self::Doubleentry => (16_384, 1_000),
            Self::Postgres => (200_000, 5_000),
        };
        let batch = if workload.threads > 0 { 1 } else { workload.batch };
        batch.saturating_mul(submissions).min(operations)
    }

    /// Whether it lives in its process, which can be killed, and leaves files to be opened again.
    pub(crate) fn is_embedded(self) -> bool {
        matches!(self, Self::Escrowdb | Self::Sqlite | Self::NaiveRedb)
    }
}

/// Another way to keep the books.
pub(crate) trait Rival: Send {
    /// Opens the accounts.
    fn prepare(&mut self, workload: &Workload) -> Measured<()>;
    /// Carries out a batch, all of it in one transaction; durable when it returns.
    fn submit(&mut self, operations: &[Operation]) -> Measured<()>;
    /// Looks an account up.
    fn find(&mut self, account: Id) -> Measured<bool>;
    /// Reads the last hundred lines of an account, and counts them.
    fn lines(&mut self, account: Id) -> Measured<usize>;
    /// Fails unless debits equal credits.
    fn check(&mut self) -> Measured<()>;
}

/// Opens a rival's files below `path`, or creates them.
pub(crate) fn open(contestant: Contestant, path: &Path) -> Measured<Box<dyn Rival>> {
    Ok(match contestant {
        Contestant::Sqlite => Box::new(sqlite::Sqlite::open(path)?),
        Contestant::NaiveRedb => Box::new(naive_redb::NaiveRedb::open(path)?),
        Contestant::Postgres => Box::new(postgres::Postgres::start(path)?),
        #[cfg(feature = "doubleentry")]
        Contestant::Doubleentry => Box::new(doubleentry::Books::open(path)?),
        _ => return Err(format!("{} is no rival with books", contestant.name()).into()),
    })
}

/// Drives a rival through a workload. Threads share the one writer that each of them has.
pub(crate) fn run(
    rival: &mut dyn Rival,
    workload: &Workload,
    progress: Progress<'_>,
) -> Measured<Figures> {
    rival.prepare(workload)?;
    let threads = workload.threads.max(1);
    let batch = if workload.threads > 0 { 1 } else { workload.batch };
    let state = Mutex::new((rival, Generator::new(workload), 0_u64));
    let done = AtomicU64::new(0);
    let start = Instant::now();
    let work = || -> Measured<Seen> {
        let mut seen = Seen::default();
        loop {
            let waiting = Instant::now();
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let (rival, generator, made) = &mut *state;
            let count = batch.min(workload.operations - *made);
            if count == 0 {
                return Ok(seen);
            }
            let operations = generator.batch(count);
            *made += count;
            // Alone, one has not waited for anybody.
            let submitted = if threads == 1 { Instant::now() } else { waiting };
            rival.submit(&operations)?;
            drop(state);
            let done = count + done.fetch_add(count, Ordering::Relaxed);
            seen.answered(start, submitted, done);
            progress(done);
        }
    };
    let all: Vec<Measured<Seen>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Measured<Seen>>| {
            thread.join().unwrap_or_else(|_| Err("a thread has panicked".into()))
        };
        threads.into_iter().map(join).collect()
    });
    let mut seen = Seen { elapsed: start.elapsed(), ..Seen::default() };
    for thread in all {
        let thread = thread?;
        seen.latencies.extend(thread.latencies);
        seen.marks.extend(thread.marks);
    }
    seen.marks.sort_unstable();
    Ok(Figures::of(workload.operations, seen))
}

/// An account of a workload as a number that every database has a type for.
fn account_number(account: Id) -> Measured<i64> {
    Ok(i64::try_from(account.as_u128())?)
}

/// The amount as such a number.
fn minor_units(operation: &Operation) -> Measured<i64> {
    Ok(i64::try_from(operation.amount.minor_units())?)
}
