//! Tables: all that a store has, as one file a table, for spreadsheets, databases and scripts.
//!
//! Each table is a list of columns and a source of rows, read one by one from one snapshot; how a
//! row is written is a [`sink`] that knows no table. All files appear together, in a directory of
//! their own, or none does.
#![doc = include_str!("columns.md")]

mod accounts;
mod column;
mod entries;
mod events;
mod holds;
mod ledgers;
#[cfg(test)]
mod page;
mod sink;

use super::destination::Destination;
use crate::cli::arguments::Encoding;
use crate::cli::failure::Failure;
use crate::cli::names::Names;
use crate::cli::output::{Books, progress};
use column::Column;
use escrowdb::{Snapshot, Timestamp};
use std::collections::BTreeSet;

/// What was written.
pub(super) struct Written {
    /// In all tables.
    pub(super) rows: u64,
    /// Names of accounts and codes that the store does not have.
    pub(super) unknown_names: u64,
}

/// Writes all tables into the directory that `destination` becomes.
pub(super) fn write(
    destination: &Destination,
    encoding: Encoding,
    snapshot: &Snapshot,
    books: &Books,
    names: &Names,
) -> Result<Written, Failure> {
    let files = Files { destination, encoding };
    let until = snapshot.timestamp();
    let mut written = files.write("ledgers", ledgers::COLUMNS, ledgers::rows(books))?;
    let mut codes = BTreeSet::new();
    let accounts = accounts::rows(snapshot, books, names).inspect(|row| {
        codes.extend(row.as_ref().map(|row| row.account.code));
    });
    written += files.write("accounts", accounts::COLUMNS, accounts)?;
    written += files.write("holds", holds::COLUMNS, holds::rows(snapshot, books))?;
    let entries = entries::rows(snapshot, books, until);
    let entries = shown(entries, "entries", until, |row| row.movement.timestamp);
    written += files.write("entries", entries::COLUMNS, entries)?;
    let events = shown(events::rows(snapshot)?, "events", until, |row| row.event.timestamp);
    written += files.write("events", events::COLUMNS, events)?;
    let mut unknown_names = names.codes().filter(|(code, _)| !codes.contains(code)).count() as u64;
    for (id, _) in names.accounts() {
        unknown_names += u64::from(snapshot.account(id)?.is_none());
    }
    Ok(Written { rows: written, unknown_names })
}

/// Where the files of the tables go.
struct Files<'d> {
    destination: &'d Destination,
    encoding: Encoding,
}

impl Files<'_> {
    /// Writes a table into a file of its own, and says how many rows it has.
    fn write<R>(
        &self,
        table: &str,
        columns: &[Column<R>],
        rows: impl Iterator<Item = Result<R, Failure>>,
    ) -> Result<u64, Failure> {
        let failed = |error| self.destination.failed(&error);
        let file = self.destination.member(&format!("{table}.{}", sink::ending(self.encoding)))?;
        let names = columns.iter().map(|column| column.name).collect();
        let mut sink = sink::begin(self.encoding, file, names).map_err(failed)?;
        let mut cells = Vec::with_capacity(columns.len());
        let mut written = 0;
        for row in rows {
            let row = row?;
            cells.clear();
            cells.extend(columns.iter().map(|column| column.cell(&row)));
            sink.row(&cells).map_err(failed)?;
            written += 1;
        }
        self.destination.finish(sink.finish().map_err(failed)?)?;
        Ok(written)
    }
}

/// The same rows, and people see how far they have come.
fn shown<R>(
    rows: impl Iterator<Item = Result<R, Failure>>,
    what: &str,
    until: Timestamp,
    time: impl Fn(&R) -> Timestamp,
) -> impl Iterator<Item = Result<R, Failure>> {
    let bar = progress(0, what);
    let mut first = None;
    rows.inspect(move |row| {
        let Ok(row) = row else { return };
        let time = time(row).nanoseconds();
        let first = *first.get_or_insert(time);
        bar.set_length(until.nanoseconds().saturating_sub(first));
        bar.set_position(time.saturating_sub(first));
    })
}
