//! What is measured: every workload that has a target, and the target.

use crate::measure::Workload;

/// One workload, with what it is to reach.
pub(crate) struct Row {
    /// By which it is asked for; several rows may share one.
    pub(crate) name: &'static str,
    pub(crate) workload: Workload,
    pub(crate) target: Target,
    /// Afterwards the store is read, killed, opened again and weighed.
    pub(crate) aftermath: bool,
}

/// What a row is to reach.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    PerSecond(f64),
    /// So much of a bare loop of writes and syncs of the same size.
    OfBare(f64),
    /// Milliseconds that a batch takes at most: 99 of 100, and all.
    Milliseconds {
        p99: f64,
        max: f64,
    },
    None,
}

/// What is to be reached beside speed, with 10 million transfers in the store.
pub(crate) mod aftermath {
    pub(crate) const ACCOUNTS_PER_SECOND: f64 = 3_000_000.0;
    pub(crate) const ACCOUNT_P99_MICROSECONDS: f64 = 2.0;
    pub(crate) const STATEMENT_P99_MILLISECONDS: f64 = 0.5;
    pub(crate) const OPEN_SECONDS: f64 = 0.5;
    pub(crate) const MEMORY_BYTES: u64 = 512 << 20;
    pub(crate) const DISK_BYTES_EACH: f64 = 180.0;
    pub(crate) const EMPTY_BYTES: u64 = 32 << 20;
}

/// The names of the rows, each once.
pub(crate) const NAMES: [&str; 8] =
    ["transfers", "latency", "holds", "random", "accounts", "batches", "single", "store"];

/// With `--quick`, a row has so many operations at most.
const QUICK_OPERATIONS: u64 = 20_000;
/// And so many submissions.
const QUICK_CALLS: u64 = 64;
const QUICK_ACCOUNTS: u64 = 1_000;

/// All rows.
pub(crate) fn all(quick: bool) -> Vec<Row> {
    const MILLION: u64 = 1_000_000;
    let transfers = Workload::transfers;
    let row = |name, workload, target| Row { name, workload, target, aftermath: false };
    let per_second = Target::PerSecond;
    let batches =
        |batch, operations, in_flight| Workload { batch, in_flight, ..transfers(operations) };
    let single = |threads, operations| Workload { batch: 1, threads, ..transfers(operations) };
    let random = |operations| Workload { random_ids: true, ..transfers(operations) };
    let mut rows = vec![
        row("transfers", transfers(MILLION), per_second(2_000_000.0)),
        row("transfers", transfers(10 * MILLION), per_second(1_500_000.0)),
        // With more in flight a batch also waits for those before it. One is what a client of a
        // ledger server has, and what the figures of others were measured with.
        row(
            "latency",
            batches(8_192, 10 * MILLION, 1),
            Target::Milliseconds { p99: 15.0, max: 60.0 },
        ),
        row("latency", batches(8_192, 10 * MILLION, 2), Target::None),
        row("holds", Workload { holds: true, ..transfers(10 * MILLION) }, per_second(1_000_000.0)),
        row("random", random(MILLION), per_second(1_000_000.0)),
        row("random", random(10 * MILLION), per_second(400_000.0)),
        row(
            "accounts",
            Workload { accounts: MILLION, ..transfers(10 * MILLION) },
            per_second(600_000.0),
        ),
        row("batches", batches(1_000, MILLION, 4), per_second(900_000.0)),
        row("batches", batches(100, MILLION, 64), per_second(250_000.0)),
        row("batches", batches(10, MILLION / 5, 64), Target::None),
        row("single", single(1, MILLION / 50), Target::OfBare(0.9)),
        row("single", single(64, MILLION / 4), per_second(150_000.0)),
        Row { aftermath: true, ..row("store", transfers(10 * MILLION), Target::None) },
    ];
    if quick {
        for row in &mut rows {
            shrink(&mut row.workload);
            // Nothing is to be reached with sizes that mean nothing.
            row.target = Target::None;
        }
    }
    rows
}

/// The rows of a curve over the size of the store: each is read, killed and opened again.
pub(crate) fn curve(sizes: &[u64]) -> Vec<Row> {
    let row = |&size: &u64| Row {
        name: "store",
        workload: Workload::transfers(size),
        target: Target::None,
        aftermath: true,
    };
    sizes.iter().map(row).collect()
}

fn shrink(workload: &mut Workload) {
    let batch = if workload.threads > 0 { 1 } else { workload.batch };
    let most = QUICK_OPERATIONS.min(QUICK_CALLS * batch);
    // Two sizes of a row stay two.
    let large = workload.operations > 1_000_000;
    workload.operations = workload.operations.min(if large { 2 * most } else { most });
    workload.accounts = workload.accounts.min(QUICK_ACCOUNTS * if large { 2 } else { 1 });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_rows_and_every_row_a_name() {
        for quick in [false, true] {
            for row in all(quick) {
                assert!(NAMES.contains(&row.name), "{}", row.name);
            }
            for name in NAMES {
                assert!(all(quick).iter().any(|row| row.name == name), "{name}");
            }
        }
    }
}
