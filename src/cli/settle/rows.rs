//! The file of orders, row by row: what is read is either a row that means something, or a line
//! number and a reason.

use crate::cli::failure::Failure;
use crate::cli::settle::parse::{self, Columns};
use csv::{ErrorKind, StringRecord};
use escrowdb::{Amount, Ledger, Timestamp};
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// One row of the file.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line that it begins on; the header is line 1.
    pub(crate) line: u64,
    pub(crate) at: Timestamp,
    pub(crate) order: String,
    pub(crate) deed: Deed,
}

/// What happened.
#[derive(Debug)]
pub(crate) enum Deed {
    /// Money came in.
    Payment { buyer: String, method: String, money: Money },
    /// One leg of the order is paid for.
    Paid { buyer: String, seller: String, money: Money },
    /// Every open leg of the order is on its way.
    Shipped,
    /// The buyer has the goods.
    Delivered,
    /// The order is off.
    Canceled,
}

/// An amount, not zero, and the ledger of its currency.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Money {
    pub(crate) amount: Amount,
    pub(crate) ledger: Ledger,
}

impl Deed {
    /// As the file calls it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Payment { .. } => "payment",
            Self::Paid { .. } => "paid",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Canceled => "canceled",
        }
    }
}

/// A row that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct BadRow {
    pub(crate) line: u64,
    pub(crate) reason: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.reason)
    }
}

/// Reads the rows of a file.
pub(crate) struct Rows {
    reader: csv::Reader<File>,
    columns: Columns,
    record: StringRecord,
    length: u64,
    /// The file does not end with a line break: its last row may be half of one.
    is_cut_off: bool,
    last_at: Timestamp,
}

impl Rows {
    /// Opens the file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let unreadable = |error| Failure::input(format!("cannot read {}: {error}", path.display()));
        let mut file = File::open(path).map_err(unreadable)?;
        let (length, is_cut_off) = ending(&mut file).map_err(unreadable)?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let header = reader.headers().map_err(|error| {
            Failure::input(format!("{}: line 1: {}", path.display(), in_words(&error)))
        })?;
        let columns = Columns::of(header)
            .map_err(|reason| Failure::input(format!("{}: line 1: {reason}", path.display())))?;
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

/// The length of the file, and whether its last line does not end.
fn ending(file: &mut File) -> std::io::Result<(u64, bool)> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut last = [b'\n'];
    if length > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    file.seek(SeekFrom::Start(0))?;
    Ok((length, last != [b'\n']))
}
