//! Driving a store through a workload.

use super::workload::LEDGER;
use super::{Figures, Generator, Measured, Progress, Seen, Workload, folder_bytes, prepare, ratio};
use escrowdb::{Operation, Options, Outcome, Status, Store, Ticket};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Creates a store, opens the accounts of the workload, and carries it out. The store is given back
/// as the last answer left it, not checkpointed.
pub(crate) fn run(
    path: &Path,
    options: Options,
    workload: &Workload,
    progress: Progress<'_>,
) -> Measured<(Store, Figures)> {
    let store = Store::open(path, options)?;
    let empty_bytes = folder_bytes(path);
    prepare(&store, workload)?;
    let before = store.stats()?;
    let seen = match workload.threads {
        0 => run_batches(&store, workload, progress)?,
        _ => run_threads(&store, workload, progress)?,
    };
    let after = store.stats()?;
    let operations = workload.operations as f64;
    let journal_bytes = after.journal_bytes_written - before.journal_bytes_written;
    let figures = Figures {
        blocks: after.blocks - before.blocks,
        syncs: after.syncs - before.syncs,
        checkpoints: after.checkpoints - before.checkpoints,
        journal_bytes_each: ratio(journal_bytes as f64, operations),
        memory_peak_bytes: super::memory_peak_bytes(),
        empty_bytes,
        ..Figures::of(workload.operations, seen)
    };
    Ok((store, figures))
}

/// Fails unless debits equal credits.
pub(crate) fn check_books(store: &Store) -> Measured<()> {
    let balanced = store.snapshot()?.trial_balance(LEDGER)?.is_balanced();
    if balanced { Ok(()) } else { Err("the books do not balance".into()) }
}

/// Opens a store that was not closed, and tells how many seconds that took. The books are checked
/// after that.
pub(crate) fn open_again(path: &Path, options: Options) -> Measured<(Store, f64)> {
    let start = Instant::now();
    let store = Store::open(path, options)?;
    let seconds = start.elapsed().as_secs_f64();
    check_books(&store)?;
    Ok((store, seconds))
}

/// One thread that submits batches.
fn run_batches(store: &Store, workload: &Workload, progress: Progress<'_>) -> Measured<Seen> {
    let mut generator = Generator::new(workload);
    let mut left = workload.operations;
    let mut batches = std::iter::from_fn(|| {
        let count = left.min(workload.batch);
        left -= count;
        (count > 0).then(|| generator.batch(count))
    });
    if workload.is_made_before {
        let made: Vec<_> = batches.collect();
        return submit_each(store, &made, progress);
    }
    keep_on_their_way(store, &mut batches, workload.in_flight, progress)
}

/// Waits for each batch before the next one.
fn submit_each(
    store: &Store,
    batches: &[Vec<Operation>],
    progress: Progress<'_>,
) -> Measured<Seen> {
    let mut seen = Seen::default();
    let mut done = 0;
    let start = Instant::now();
    for batch in batches {
        let submitted = Instant::now();
        let outcomes = store.submit(batch)?;
        done += batch.len() as u64;
        seen.answered(start, submitted, done);
        progress(done);
        check_applied(&outcomes)?;
    }
    seen.elapsed = start.elapsed();
    Ok(seen)
}

/// Keeps so many batches on their way at a time.
fn keep_on_their_way(
    store: &Store,
    batches: &mut dyn Iterator<Item = Vec<Operation>>,
    in_flight: usize,
    progress: Progress<'_>,
) -> Measured<Seen> {
    let mut seen = Seen::default();
    let mut tickets: VecDeque<(Instant, Ticket)> = VecDeque::new();
    let mut done = 0;
    let start = Instant::now();
    loop {
        let next = if tickets.len() < in_flight { batches.next() } else { None };
        if let Some(batch) = next {
            let submitted = Instant::now();
            tickets.push_back((submitted, store.submit_async(batch, Vec::new())?));
            continue;
        }
        let Some((submitted, ticket)) = tickets.pop_front() else { break };
        let outcomes = ticket.wait()?;
        done += outcomes.len() as u64;
        seen.answered(start, submitted, done);
        progress(done);
        check_applied(&outcomes)?;
    }
    seen.elapsed = start.elapsed();
    Ok(seen)
}

/// Many threads, each of which submits one operation and waits for it. They share the workload as
/// evenly as can be; a hold and its release stay with one of them.
fn run_threads(store: &Store, workload: &Workload, progress: Progress<'_>) -> Measured<Seen> {
    let mut generator = Generator::new(workload);
    let pairs = workload.operations.div_ceil(2);
    let mut shares = Vec::new();
    let mut left = workload.operations;
    for thread in 0..workload.threads {
        let upto = |thread: u64| pairs * thread / workload.threads;
        let count = left.min(2 * (upto(thread + 1) - upto(thread)));
        left -= count;
        shares.push(generator.batch(count));
    }
    let done = AtomicU64::new(0);
    let start = Instant::now();
    let submit_all = |operations: Vec<Operation>| -> Measured<Seen> {
        let mut seen = Seen::default();
        for operation in operations {
            let submitted = Instant::now();
            let outcomes = store.submit(&[operation])?;
            let done = 1 + done.fetch_add(1, Ordering::Relaxed);
            seen.answered(start, submitted, done);
            check_applied(&outcomes)?;
            if done.is_multiple_of(256) {
                progress(done);
            }
        }
        Ok(seen)
    };
    let all: Vec<Measured<Seen>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(|| submit_all(share))).collect();
        let joined = threads.into_iter().map(|thread| {
            thread.join().unwrap_or_else(|_| Err("a thread that submits has panicked".into()))
        });
        joined.collect()
    });
    let mut seen = Seen { elapsed: start.elapsed(), ..Seen::default() };
    for thread in all {
        let thread = thread?;
        seen.latencies.extend(thread.latencies);
        seen.marks.extend(thread.marks);
    }
    seen.marks.sort_unstable();
    Ok(seen)
}

/// Every operation of a workload is one that must be applied.
fn check_applied(outcomes: &[Outcome]) -> Measured<()> {
    match outcomes.iter().find(|outcome| outcome.status != Status::APPLIED) {
        Some(outcome) => Err(format!("refused: {}", outcome.status).into()),
        None => Ok(()),
    }
}
