//! `backup`, `restore` and `archive`: a store as files.

use super::arguments::{Archive, Backup, Restore};
use super::failure::{Ending, Failure};
use super::input::open_existing;
use super::json;
use super::output::{count, counted};
use super::query::verify;
use escrowdb::{ArchiveOptions, Timestamp};
use serde::Serialize;
use std::io::Write;

/// Copies a store.
pub(crate) fn backup(arguments: &Backup, out: &mut dyn Write) -> Result<Ending, Failure> {
    let report = open_existing(&arguments.store)?.backup(&arguments.destination)?;
    if arguments.json {
        return document(&report, out);
    }
    let blocks = counted(report.head.block, "block", "blocks");
    writeln!(out, "{blocks} in {}.", counted(report.segments, "segment", "segments"))?;
    writeln!(out, "head  {}", report.head)?;
    Ok(Ending::Done)
}

/// Copies a backup, and verifies the copy.
pub(crate) fn restore(arguments: &Restore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let options = verify::options(&arguments.against);
    let (backup, destination) = (&arguments.backup, &arguments.destination);
    let report = verify::with_progress(|progress| {
        escrowdb::restore(backup, destination, &options, progress)
    })?;
    if arguments.json {
        return document(&report, out);
    }
    verify::summary(&report, out)?;
    Ok(Ending::Done)
}

/// Moves old segments out of a store.
pub(crate) fn archive(arguments: &Archive, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_existing(&arguments.store)?;
    let last = store.snapshot()?.timestamp();
    let days = arguments.keep_days.map(|days| {
        let kept = u64::from(days).saturating_mul(86_400 * Timestamp::SECOND);
        Timestamp::from_nanoseconds(last.nanoseconds().saturating_sub(kept))
    });
    let before = arguments.before.or(days).unwrap_or(Timestamp::NONE);
    let report = store.archive(&arguments.destination, &ArchiveOptions::before(before))?;
    if arguments.json {
        return document(&report, out);
    }
    let segments = counted(report.segments, "segment", "segments");
    writeln!(out, "{segments} moved, {} bytes.", count(report.bytes))?;
    if report.archived.block > 0 {
        let up_to = counted(report.archived.block, "block", "blocks");
        writeln!(
            out,
            "archived  {up_to}, events up to {}",
            report.archived.timestamp.nanoseconds()
        )?;
    }
    if let Some(consumer) = &report.held_back_by {
        writeln!(out, "The consumer {consumer:?} has not acknowledged more.")?;
    }
    Ok(Ending::Done)
}

fn document(report: &impl Serialize, out: &mut dyn Write) -> Result<Ending, Failure> {
    json::document(out, &serde_json::to_value(report).map_err(Failure::work)?)?;
    Ok(Ending::Done)
}
