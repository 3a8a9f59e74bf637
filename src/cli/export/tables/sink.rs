//! How rows are written down: CSV as in RFC 4180, or JSON lines.
//!
//! Both write the same text of a cell. What is none is an empty field of CSV and `null` in JSON,
//! where only counts are numbers. Which tables there are is not known here.

use super::column::Cell;
use crate::cli::arguments::Encoding;
use serde::{Serialize, Serializer};
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Takes the rows of one table.
pub(super) trait Sink {
    /// Takes a row, with a cell for each column.
    fn row(&mut self, cells: &[Cell]) -> io::Result<()>;

    /// Gives the file back when all rows are written.
    fn finish(self: Box<Self>) -> io::Result<BufWriter<File>>;
}

/// Begins a table with these columns in a file.
pub(super) fn begin(
    encoding: Encoding,
    file: BufWriter<File>,
    columns: Vec<&'static str>,
) -> io::Result<Box<dyn Sink>> {
    match encoding {
        Encoding::Csv => {
            let mut builder = csv::WriterBuilder::new();
            let mut writer = builder.terminator(csv::Terminator::CRLF).from_writer(file);
            writer.write_record(columns)?;
            Ok(Box::new(Csv(writer)))
        }
        Encoding::JsonLines => Ok(Box::new(JsonLines { file, columns })),
    }
}

/// What the name of a file ends in.
pub(super) fn ending(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Csv => "csv",
        Encoding::JsonLines => "jsonl",
    }
}

struct Csv(csv::Writer<BufWriter<File>>);

impl Sink for Csv {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let fields = cells.iter().map(|cell| cell.written().unwrap_or_default());
        Ok(self.0.write_record(fields)?)
    }

    fn finish(self: Box<Self>) -> io::Result<BufWriter<File>> {
        self.0.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

struct JsonLines {
    file: BufWriter<File>,
    columns: Vec<&'static str>,
}

impl Sink for JsonLines {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, &Line { columns: &self.columns, cells })?;
        self.file.write_all(b"\n")
    }

    fn finish(self: Box<Self>) -> io::Result<BufWriter<File>> {
        Ok(self.file)
    }
}

/// A row with the names of its columns, in their order.
struct Line<'a> {
    columns: &'a [&'static str],
    cells: &'a [Cell],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().zip(self.cells))
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(number) => serializer.serialize_u64(*number),
            other => other.written().serialize(serializer),
        }
    }
}
