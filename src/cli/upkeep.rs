//! `backup`, `restore`, `archive` and `recover`: a store as files.

use super::arguments::{Archive, Backup, OneStore, Restore};
use super::failure::{Ending, Failure};
use super::input::{existing, open_existing, to_read};
use super::json::{self, Count};
use super::output::{count, counted};
use super::query::head::HeadFacts;
use super::query::verify::{self, VerifyFacts};
use escrowdb::{ArchiveOptions, ClockSource, Role, Store, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// What was backed up.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct BackupFacts {
    /// The last block in the backup.
    head: HeadFacts,
    /// Segments of the journal that were copied.
    segments: Count,
    /// Their bytes.
    journal_bytes: Count,
}

/// What was archived.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ArchiveFacts {
    /// Segments that were moved.
    segments: Count,
    bytes: Count,
    /// The last block that is archived.
    archived: HeadFacts,
    /// The consumer of events that keeps the next segment in the store.
    held_back_by: Option<String>,
}

/// Copies a store.
pub(crate) fn backup(arguments: &Backup, out: &mut dyn Write) -> Result<Ending, Failure> {
    let access = arguments.files.access_beside(&arguments.store);
    let options = to_read().file_access(access);
    let report = Store::open(&arguments.store, options)?.backup(&arguments.destination)?;
    if arguments.json {
        let (head, segments) = (HeadFacts::of(&report.head), report.segments.into());
        let journal_bytes = report.journal_bytes.into();
        return document(&BackupFacts { head, segments, journal_bytes }, out);
    }
    let blocks = counted(report.head.block, "block", "blocks");
    writeln!(out, "{blocks} in {}.", counted(report.segments, "segment", "segments"))?;
    writeln!(out, "head  {}", report.head)?;
    Ok(Ending::Done)
}

/// Copies a backup, and verifies the copy.
pub(crate) fn restore(arguments: &Restore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let access = arguments.files.access_beside(&arguments.backup);
    let options = verify::options(&arguments.against).file_access(access);
    let (backup, destination) = (&arguments.backup, &arguments.destination);
    let report = verify::with_progress(|progress| {
        escrowdb::restore(backup, destination, &options, progress)
    })?;
    if arguments.json {
        return document(&VerifyFacts::of(&report, &arguments.against), out);
    }
    verify::summary(&report, &arguments.against, out)?;
    Ok(Ending::Done)
}

/// Writes into the state file what the journal has more, and the file if it is gone.
pub(crate) fn recover(arguments: &OneStore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_existing(&arguments.store)?;
    if store.role() == Role::Guest {
        // Closing writes no checkpoint then.
        store.checkpoint()?;
    }
    let head = store.head()?;
    store.close()?;
    if arguments.json {
        return document(&HeadFacts::of(&head), out);
    }
    writeln!(out, "head  {head}")?;
    Ok(Ending::Done)
}

/// Moves old segments out of a store.
pub(crate) fn archive(arguments: &Archive, out: &mut dyn Write) -> Result<Ending, Failure> {
    let access = arguments.files.access_beside(&arguments.store);
    let options = existing(&arguments.store).clock(ClockSource::Manual).file_access(access);
    let store = Store::open(&arguments.store, options)?;
    let last = store.snapshot()?.timestamp();
    let days = arguments.keep_days.map(|days| {
        let kept = u64::from(days).saturating_mul(86_400 * Timestamp::SECOND);
        Timestamp::from_nanoseconds(last.nanoseconds().saturating_sub(kept))
    });
    let before = arguments.before.or(days).unwrap_or(Timestamp::NONE);
    let report = store.archive(&arguments.destination, &ArchiveOptions::before(before))?;
    if arguments.json {
        let facts = ArchiveFacts {
            segments: report.segments.into(),
            bytes: report.bytes.into(),
            archived: HeadFacts::of(&report.archived),
            held_back_by: report.held_back_by,
        };
        return document(&facts, out);
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

fn document(facts: &impl Serialize, out: &mut dyn Write) -> Result<Ending, Failure> {
    json::document(out, facts)?;
    Ok(Ending::Done)
}
