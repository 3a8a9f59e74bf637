//! What was measured, told three ways: a table in Markdown, JSON, and plots.

mod svg;
mod table;

use crate::measure::{Machine, Measured};
use crate::orders;
use crate::rivals::Contestant;
use crate::rounds::{Plan, RowReport};
use crate::wallets::Town;
use serde::Serialize;
use std::fs;
use std::path::Path;

/// Everything that is told.
#[derive(Serialize)]
pub(crate) struct Report {
    escrowdb: &'static str,
    machine: Machine,
    /// How the program was started.
    arguments: Vec<String>,
    rounds: usize,
    contestants: Vec<Entrant>,
    /// Why others were not measured.
    obstacles: Vec<&'static str>,
    pub(crate) rows: Vec<RowReport>,
    pub(crate) wallets: Vec<Town>,
    pub(crate) orders: Vec<orders::Line>,
}

/// Who was measured.
#[derive(Serialize)]
struct Entrant {
    contestant: Contestant,
    version: String,
}

impl Report {
    /// Nothing measured yet.
    pub(crate) fn new(machine: Machine, plan: &Plan<'_>, obstacles: &[&'static str]) -> Self {
        let entrant =
            |&contestant: &Contestant| Entrant { contestant, version: contestant.version() };
        Self {
            escrowdb: env!("CARGO_PKG_VERSION"),
            machine,
            arguments: std::env::args().skip(1).collect(),
            rounds: plan.rounds,
            contestants: plan.contestants.iter().map(entrant).collect(),
            obstacles: obstacles.to_vec(),
            rows: Vec::new(),
            wallets: Vec::new(),
            orders: Vec::new(),
        }
    }

    /// The tables.
    pub(crate) fn markdown(&self) -> String {
        table::markdown(self)
    }

    /// Writes all of it into a folder.
    pub(crate) fn write(&self, folder: &Path) -> Measured<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("report.md"), self.markdown())?;
        fs::write(folder.join("report.json"), serde_json::to_vec_pretty(self)?)?;
        svg::by_batch_size(&self.rows, &folder.join("by-batch-size.svg"))?;
        svg::by_store_size(&self.rows, &folder.join("by-store-size.svg"))?;
        svg::latencies(&self.rows, &folder.join("latency.svg"))
    }
}
