//! What `bench` tells: two tables, or one JSON document.
#![expect(clippy::float_arithmetic, reason = "figures for people, no money")]

use super::measure::{Figures, Machine, Workload};
use crate::cli::failure::Failure;
use crate::cli::json;
use crate::cli::output::{Left, Right, count, section, table};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Everything that was measured. Its numbers are counts and figures: of time in the unit that the
/// name says, or else milliseconds.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Report {
    pub(super) version: &'static str,
    pub(super) machine: Machine,
    pub(super) options: &'static str,
    pub(super) rows: Vec<Row>,
}

/// One workload.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Row {
    pub(super) workload: Workload,
    pub(super) words: String,
    pub(super) figures: Figures,
}

impl Report {
    /// For programs.
    pub(super) fn document(&self, out: &mut dyn Write) -> Result<(), Failure> {
        json::document(out, self)
    }

    /// For people.
    pub(super) fn tables(&self, out: &mut dyn Write) -> Result<(), Failure> {
        writeln!(out, "escrowdb {}, {}", self.version, self.options)?;
        writeln!(out, "{}\n", self.machine.words())?;
        let mut speed = table(&[
            ("workload", Left),
            ("a second", Right),
            ("p50 ms", Right),
            ("p99 ms", Right),
            ("max ms", Right),
            ("syncs", Right),
            ("of a bare loop", Right),
        ]);
        for Row { words, figures, .. } in &self.rows {
            speed.add_row([
                words.clone(),
                whole(figures.per_second),
                format!("{:.2}", figures.latency.p50),
                format!("{:.2}", figures.latency.p99),
                format!("{:.2}", figures.latency.max),
                count(figures.syncs),
                share(figures.share_of_bare()),
            ]);
        }
        section(out, "Durable operations", &speed)?;
        let mut disk = table(&[
            ("bytes in a write", Right),
            ("a second", Right),
            ("MB a second", Right),
            ("p50 ms", Right),
            ("p99 ms", Right),
        ]);
        for bare in self.rows.iter().filter_map(|row| row.figures.bare.as_ref()) {
            disk.add_row([
                count(bare.bytes),
                whole(bare.per_second),
                format!("{:.0}", bare.per_second * bare.bytes as f64 / 1e6),
                format!("{:.3}", bare.latency.p50),
                format!("{:.3}", bare.latency.p99),
            ]);
        }
        section(out, "The disk alone: the same bytes, written and synced in a loop", &disk)?;
        let Some(first) = self.rows.first() else { return Ok(()) };
        let mut rest = table(&[("figure", Left), ("value", Right)]);
        for (name, value) in first.figures.rest() {
            rest.add_row([name.to_owned(), value]);
        }
        section(out, &format!("After {}", first.words), &rest)
    }
}

impl Figures {
    /// What is not speed, in words.
    fn rest(&self) -> Vec<(&'static str, String)> {
        let mut rest = Vec::new();
        if let Some(reads) = &self.reads {
            rest.extend([
                ("accounts read a second, one thread", whole(reads.accounts_per_second)),
                ("one account, p99 µs", format!("{:.1}", reads.account.p99 * 1e3)),
                ("last 100 lines of a statement, p50 ms", format!("{:.3}", reads.statement.p50)),
                ("last 100 lines of a statement, p99 ms", format!("{:.3}", reads.statement.p99)),
            ]);
        }
        if let Some(seconds) = self.open_seconds {
            rest.push(("seconds to open it without its last checkpoint", format!("{seconds:.3}")));
        }
        rest.extend([
            ("journal bytes an operation", format!("{:.1}", self.journal_bytes_each)),
            ("bytes on disk an operation", format!("{:.1}", self.disk_bytes_each)),
            ("bytes on disk of an empty store", count(self.empty_bytes)),
            ("most memory, bytes", count(self.memory_peak_bytes)),
        ]);
        rest
    }
}

/// The nearest whole number, grouped.
fn whole(number: f64) -> String {
    count(number.round() as u64)
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(String::new, |share| format!("{share:.2}"))
}
