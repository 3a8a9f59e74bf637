//! The file of orders, row by row: what is read is either a row that means something, or a line
//! number and a reason.

use super::row::Row;
use super::source::{Bytes, Source};
use crate::cli::escape::escaped;
use crate::cli::failure::Failure;
use crate::cli::settle::parse::{self, Columns};
use csv::{ErrorKind, StringRecord};
use escrowdb::Timestamp;
use std::fmt;

/// A row that cannot be read, or that contradicts what the rows before it say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct BadRow {
    pub(crate) line: u64,
    pub(crate) reason: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, escaped(&self.reason))
    }
}

/// Reads the rows of a file.
pub(crate) struct Rows {
    reader: csv::Reader<Box<dyn Bytes>>,
    columns: Columns,
    record: StringRecord,
    length: u64,
    /// The file does not end with a line break: its last row may be half of one.
    is_cut_off: bool,
    last_at: Timestamp,
}

impl Rows {
    /// Opens the source and reads its header.
    pub(crate) fn open(source: &Source) -> Result<Self, Failure> {
        let (bytes, length, is_cut_off) = source.open()?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let wrong = |reason| Failure::input(format!("{}: line 1: {reason}", source.name()));
        let header = reader.headers().map_err(|error| wrong(in_words(&error)))?;
        let columns = Columns::of(header).map_err(wrong)?;
        Ok(Self {
            reader,
            columns,
            record: StringRecord::new(),
            length,
            is_cut_off,
            last_at: Timestamp::NONE,
        })
    }

    /// The next row, a bad one, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Result<Row, BadRow>>, Failure> {
        let line = match self.reader.read_record(&mut self.record) {
            Ok(false) => return Ok(None),
            Ok(true) => self.record.position().map_or(0, csv::Position::line),
            Err(error) => return self.unreadable(&error).map(Some),
        };
        let parsed = self.parse(line);
        Ok(Some(parsed.map_err(|reason| BadRow { line, reason })))
    }

    /// How far into the file the last row ends, in bytes.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The file's length in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    fn parse(&mut self, line: u64) -> Result<Row, String> {
        if self.is_cut_off && self.bytes_read() >= self.length {
            return Err("the file is cut off: its last line does not end".to_owned());
        }
        let row = parse::row(&self.columns, &self.record, line)?;
        if row.at < self.last_at {
            return Err("earlier than the row before it: rows must be in time order".to_owned());
        }
        self.last_at = row.at;
        Ok(row)
    }

    fn unreadable(&self, error: &csv::Error) -> Result<Result<Row, BadRow>, Failure> {
        match error.kind() {
            ErrorKind::Utf8 { pos, .. } => Ok(Err(BadRow {
                line: pos.as_ref().map_or(0, csv::Position::line),
                reason: "not UTF-8".to_owned(),
            })),
            _ => Err(Failure::work(format!(
                "cannot read on after byte {}: {}",
                self.bytes_read(),
                in_words(error)
            ))),
        }
    }
}

fn in_words(error: &csv::Error) -> String {
    match error.kind() {
        ErrorKind::Utf8 { .. } => "not UTF-8".to_owned(),
        ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}
