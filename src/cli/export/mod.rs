//! `export`: the books of a store, for the programs that keep books; and tables of all it has.
//!
//! All of it is as of one moment, also of a store that a shop has open, and is read in pages. The
//! last entry of books says which balances the store has, so that the program finds out by itself
//! whether it has understood the books as they were meant.

mod chart;
mod destination;
mod plain_text;
mod tables;

use super::arguments::{Dialect, Encoding, Export, Form};
use super::failure::{Ending, Failure};
use super::input::{file_mode_of, open_to_read};
use super::names::Names;
use super::output::{Books, counted, progress};
use chart::Chart;
use destination::Destination;
use escrowdb::books::movements;
use escrowdb::{Snapshot, Timestamp};
use plain_text::Book;
use std::collections::BTreeSet;
use std::io::Write;

/// What was written of books.
#[derive(Default)]
struct Written {
    accounts: u64,
    movements: u64,
    /// Names of accounts and codes that the store does not have.
    unknown_names: u64,
}

/// Writes what was asked for.
pub(crate) fn run(arguments: &Export, out: &mut dyn Write) -> Result<Ending, Failure> {
    match arguments.format.form() {
        Form::Books(dialect) => run_books(arguments, dialect, out),
        Form::Tables(encoding) => run_tables(arguments, encoding, out),
    }
}

/// Writes the books into a new file, or to `out`.
fn run_books(arguments: &Export, dialect: Dialect, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_to_read(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let Some(place) = &arguments.out else {
        write_books(arguments, dialect, &snapshot, out)?;
        return Ok(Ending::Done);
    };
    let mut destination = Destination::new(place, file_mode_of(&arguments.store))?;
    let mut file = destination.file()?;
    let written = write_books(arguments, dialect, &snapshot, &mut file)?;
    destination.finish(file)?;
    destination.put()?;
    writeln!(
        out,
        "Wrote {} of {} to {}.",
        counted(written.movements, "movement", "movements"),
        counted(written.accounts, "account", "accounts"),
        place.display()
    )?;
    if let Some(unknown) = unknown(written.unknown_names) {
        writeln!(out, "{unknown}")?;
    }
    Ok(Ending::Done)
}

/// Writes all tables into a new directory.
fn run_tables(
    arguments: &Export,
    encoding: Encoding,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Some(place) = &arguments.out else {
        return Err(Failure::input("tables are several files: name a new directory with --out"));
    };
    let store = open_to_read(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let books = Books::of(&snapshot)?;
    let names = Names::read(arguments.names.as_deref(), &books)?;
    let mut destination = Destination::new(place, file_mode_of(&arguments.store))?;
    destination.make_directory()?;
    let written = tables::write(&destination, encoding, &snapshot, &books, &names)?;
    destination.finish_directory()?;
    destination.put()?;
    let rows = counted(written.rows, "row", "rows");
    writeln!(out, "Wrote {rows} into the tables in {}.", place.display())?;
    if let Some(unknown) = unknown(written.unknown_names) {
        writeln!(out, "{unknown}")?;
    }
    Ok(Ending::Done)
}

/// What is said of names that stand for nothing.
fn unknown(names: u64) -> Option<String> {
    let words = || counted(names, "name is", "names are");
    (names > 0).then(|| format!("{} of accounts or codes that the store does not have.", words()))
}

fn write_books(
    arguments: &Export,
    dialect: Dialect,
    snapshot: &Snapshot,
    out: &mut dyn Write,
) -> Result<Written, Failure> {
    let books = Books::of(snapshot)?;
    let names = Names::read(arguments.names.as_deref(), &books)?;
    let (chart, unknown_names) = Chart::of(dialect, &names, snapshot, &books)?;
    let (mut written, mut codes) = (Written::default(), BTreeSet::new());
    let until = snapshot.timestamp();
    let mut book = Book::begin(out, dialect, chart, &books, until)?;
    for account in snapshot.all_accounts(None) {
        let account = account?;
        book.account(&account)?;
        codes.insert(account.code);
        written.accounts += 1;
    }
    let unknown_codes = names.codes().filter(|(code, _)| !codes.contains(code)).count();
    written.unknown_names = unknown_names.saturating_add(unknown_codes as u64);
    if let Some(unknown) = unknown(written.unknown_names) {
        book.comment(&unknown)?;
    }
    let bar = progress(0, "exporting");
    let mut first = None;
    for movement in movements(snapshot, Timestamp::NONE, until) {
        let movement = movement?;
        book.movement(&movement)?;
        written.movements += 1;
        let first = *first.get_or_insert(movement.timestamp.nanoseconds());
        bar.set_length(until.nanoseconds().saturating_sub(first));
        bar.set_position(movement.timestamp.nanoseconds().saturating_sub(first));
    }
    bar.finish_and_clear();
    if written.accounts > 0 {
        book.begin_assertions(until)?;
    }
    for account in snapshot.all_accounts(None) {
        book.assertion(&account?, until)?;
    }
    Ok(written)
}
