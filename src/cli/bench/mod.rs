//! `bench`: how fast a store is on the reader's own disk, beside what the disk does without one.

mod measure;
mod report;

use crate::cli::arguments::Bench;
use crate::cli::failure::{Ending, Failure};
use crate::cli::output::progress;
use escrowdb::Options;
use measure::{Figures, Machine, Workload};
pub(crate) use report::Report;
use report::Row;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the disk alone, and each kind of reading, is measured.
const ASIDE: Duration = Duration::from_secs(1);
/// With fewer operations everything else is short too.
const FEW: u64 = 100_000;

/// Measures one workload after the other, each in a store of its own.
pub(crate) fn run(arguments: &Bench, out: &mut dyn Write) -> Result<Ending, Failure> {
    let folder = Folder::within(&arguments.dir)?;
    let aside = if arguments.operations < FEW { ASIDE / 20 } else { ASIDE };
    let mut rows = Vec::new();
    for workload in workloads(arguments.operations) {
        let words = workload.words();
        // The first is the largest of its kind; its store is read and opened again.
        let is_first = rows.is_empty();
        let figures = measure(&folder.0, &workload, is_first, aside)
            .map_err(|error| Failure::work(format!("{words}: {error}")))?;
        rows.push(Row { workload, words, figures });
    }
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        machine: Machine::of(&folder.0),
        options: "durable, default options",
        rows,
    };
    if arguments.json {
        report.document(out)?
    } else {
        report.tables(out)?
    }
    Ok(Ending::Done)
}

/// What is measured. Workloads that wait for a sync for each operation, or for few, are shorter.
fn workloads(operations: u64) -> [Workload; 6] {
    let transfers = Workload::transfers(operations);
    let single = |threads: u64, operations: u64| Workload {
        operations: operations.max(threads),
        batch: 1,
        threads,
        ..transfers.clone()
    };
    [
        transfers.clone(),
        Workload { holds: true, ..transfers.clone() },
        Workload { random_ids: true, ..transfers.clone() },
        Workload { batch: 100, in_flight: 64, ..transfers.clone() },
        single(64, operations / 10),
        single(1, operations / 100),
    ]
}

fn measure(
    folder: &Path,
    workload: &Workload,
    is_first: bool,
    aside: Duration,
) -> measure::Measured<Figures> {
    let path = folder.join("store");
    let bar = progress(workload.operations, &workload.words());
    let done = |done| bar.set_position(done);
    let (store, mut figures) = measure::run(&path, Options::new(), workload, &done)?;
    bar.finish_and_clear();
    if is_first {
        figures.reads = Some(measure::read_all(&store, workload, aside)?);
    }
    measure::check_books(&store)?;
    drop(store);
    if is_first {
        let (store, seconds) = measure::open_again(&path, Options::new())?;
        figures.open_seconds = Some(seconds);
        store.close()?;
        figures.weigh(measure::folder_bytes(&path));
    }
    fs::remove_dir_all(&path)?;
    let block_bytes = figures.block_bytes();
    figures.bare = Some(measure::bare_syncs(folder, block_bytes, aside)?);
    Ok(figures)
}

/// A folder of the command's own, which goes with it. A kill leaves it behind.
struct Folder(PathBuf);

impl Folder {
    fn within(parent: &Path) -> Result<Self, Failure> {
        let path = parent.join(format!("escrowdb-bench-{}", std::process::id()));
        fs::create_dir(&path).map_err(|error| {
            Failure::input(format!("cannot make a folder in {}: {error}", parent.display()))
        })?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Whoever cannot remove it will find it by its name.
        let _ = fs::remove_dir_all(&self.0);
    }
}
