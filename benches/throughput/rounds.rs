//! Rounds: every contestant of a row in turn, again and again, so that what the machine does
//! besides falls on all of them.

use crate::child::{Step, Task, have_done};
use crate::measure::{Figures, Measured, Workload};
use crate::rivals::Contestant;
use crate::rows::Row;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

/// How to measure.
pub(crate) struct Plan<'p> {
    pub(crate) contestants: &'p [Contestant],
    pub(crate) rounds: usize,
    /// How long reading and the bare loop are measured.
    pub(crate) aside: Duration,
    /// At most so many operations of a rival; `None` for its own limit.
    pub(crate) rival_operations: Option<u64>,
    pub(crate) folder: &'p Path,
}

/// What became of a row.
#[derive(Debug, Serialize)]
pub(crate) struct RowReport {
    pub(crate) name: &'static str,
    pub(crate) words: String,
    pub(crate) workload: Workload,
    /// Operations a second, and the share of a bare loop, that are to be reached.
    pub(crate) target_per_second: Option<f64>,
    pub(crate) target_of_bare: Option<f64>,
    /// Of a batch: the 99th percentile and the longest.
    pub(crate) target_milliseconds: Option<[f64; 2]>,
    pub(crate) aftermath: bool,
    pub(crate) results: Vec<Results>,
}

/// All rounds of one contestant.
#[derive(Debug, Serialize)]
pub(crate) struct Results {
    pub(crate) contestant: Contestant,
    /// As many as there were rounds, unless it failed.
    pub(crate) rounds: Vec<Figures>,
    /// Why it was not measured to the end.
    pub(crate) failure: Option<String>,
}

impl Results {
    /// The median over the rounds.
    pub(crate) fn median(&self, of: impl Fn(&Figures) -> f64) -> f64 {
        let mut values: Vec<_> = self.rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        match values.len() {
            0 => 0.0,
            count if count % 2 == 1 => values[count / 2],
            count => f64::midpoint(values[count / 2 - 1], values[count / 2]),
        }
    }

    /// The least and the greatest over the rounds.
    pub(crate) fn spread(&self, of: impl Fn(&Figures) -> f64) -> (f64, f64) {
        let values = || self.rounds.iter().map(&of);
        let least = values().min_by(f64::total_cmp).unwrap_or(0.0);
        (least, values().max_by(f64::total_cmp).unwrap_or(0.0))
    }
}

impl RowReport {
    pub(crate) fn of(&self, contestant: Contestant) -> Option<&Results> {
        let mut found = self.results.iter();
        found.find(|results| results.contestant == contestant && !results.rounds.is_empty())
    }

    /// How many times as fast as a rival escrowdb is: the median over the rounds, each against the
    /// rival of the same round. Against the bare loop, by syncs for blocks of the same size.
    pub(crate) fn ratio(&self, rival: Contestant) -> Option<f64> {
        let (ours, theirs) = (self.of(Contestant::Escrowdb)?, self.of(rival)?);
        let pairs = ours.rounds.iter().zip(&theirs.rounds);
        let rounds = pairs.map(|(ours, theirs)| match &theirs.bare {
            Some(bare) => {
                let ours = Figures { bare: Some(bare.clone()), ..ours.clone() };
                Figures { per_second: ours.share_of_bare().unwrap_or(0.0), ..Figures::default() }
            }
            None => Figures {
                per_second: ours.per_second / theirs.per_second.max(f64::MIN_POSITIVE),
                ..Figures::default()
            },
        });
        let ratios = Results { contestant: rival, rounds: rounds.collect(), failure: None };
        Some(ratios.median(|figures| figures.per_second))
    }
}

/// Measures a row. A contestant that fails is left out of later rounds and says why; escrowdb must
/// not.
pub(crate) fn measure(row: &Row, plan: &Plan<'_>) -> Measured<RowReport> {
    use crate::rows::Target;
    let able = |contestant: &&Contestant| contestant.can(&row.workload);
    let mut results: Vec<_> = plan
        .contestants
        .iter()
        .filter(able)
        .map(|&contestant| Results { contestant, rounds: Vec::new(), failure: None })
        .collect();
    let mut block_bytes = 4_096;
    for round in 0..plan.rounds {
        for results in results.iter_mut().filter(|results| results.failure.is_none()) {
            let label =
                format!("{} · round {} · {}", row.name, round + 1, results.contestant.name());
            match measure_once(row, plan, results.contestant, block_bytes, &label) {
                Ok(figures) => {
                    if results.contestant == Contestant::Escrowdb {
                        block_bytes = figures.block_bytes();
                    }
                    results.rounds.push(figures);
                }
                Err(error) if results.contestant == Contestant::Escrowdb => return Err(error),
                Err(error) => results.failure = Some(error.to_string()),
            }
        }
    }
    let mut report = RowReport {
        name: row.name,
        words: row.workload.words(),
        workload: row.workload.clone(),
        target_per_second: None,
        target_of_bare: None,
        target_milliseconds: None,
        aftermath: row.aftermath,
        results,
    };
    match row.target {
        Target::PerSecond(target) => report.target_per_second = Some(target),
        Target::OfBare(target) => report.target_of_bare = Some(target),
        Target::Milliseconds { p99, max } => report.target_milliseconds = Some([p99, max]),
        Target::None => (),
    }
    Ok(report)
}

fn measure_once(
    row: &Row,
    plan: &Plan<'_>,
    contestant: Contestant,
    block_bytes: u64,
    label: &str,
) -> Measured<Figures> {
    let folder = tempfile::tempdir_in(plan.folder)?;
    let mut workload = row.workload.clone();
    if contestant != Contestant::Escrowdb {
        let limit = plan.rival_operations.unwrap_or(contestant.operations_max(&workload));
        workload.operations = workload.operations.min(limit);
    }
    let bar = progress(workload.operations, label);
    let have_done = |step: Step| {
        let task = Task { contestant, folder: folder.path().to_path_buf(), step };
        have_done(&task, |done| bar.set_position(done))
    };
    if contestant == Contestant::BareLoop {
        return have_done(Step::Bare { bytes: block_bytes, duration: plan.aside });
    }
    let embedded = contestant.is_embedded();
    let stays = row.aftermath && embedded;
    let reading = if stays { plan.aside } else { Duration::ZERO };
    let mut figures = have_done(Step::Run { workload, reading, stays })?;
    if stays {
        let opened = have_done(Step::OpenAgain)?;
        figures.open_seconds = opened.open_seconds;
        figures.weigh(opened.disk_bytes_each as u64);
    }
    bar.finish_and_clear();
    Ok(figures)
}

/// A bar on standard error; a line there if that is no terminal.
fn progress(length: u64, label: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if bar.is_hidden() {
        eprintln!("{label}");
    }
    let template = format!("{label:<36} {{bar:30}} {{human_pos:>12}} {{per_sec:>16}} {{eta}}");
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
