//! What programs read. Ids, amounts, times, positions and every other name are text, because JSON
//! numbers are often read as floats; only what is counted is a number. An empty list is a list.
//!
//! Every document is a type that serde writes and from which `escrowdb schema` derives its JSON
//! Schema: so the two cannot drift apart.

mod event;
mod ledger;
mod text;

pub(crate) use event::{EventLine, OperationFacts};
pub(crate) use ledger::{AccountFacts, BalanceFacts, HoldFacts, LedgerFacts, TrialBalanceFacts};
pub(crate) use text::{AmountText, Count, HashText, IdText, Name, Numeral, SignedText, TimeText};

use super::failure::Failure;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;
use std::io::Write;

/// Writes one indented document.
pub(crate) fn document(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}

/// Writes one document on one line.
pub(crate) fn line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}

/// The words of a command, and what makes its schema.
pub(crate) type Known = (&'static str, fn() -> Value);

/// The JSON Schema of what is written of this type.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<T>().to_value()
}
