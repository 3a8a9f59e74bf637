//! `head`: the last block, and the hash that stands for all history up to it.

use crate::cli::arguments::OneStore;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_existing;
use crate::cli::json;
use std::io::Write;

/// Shows the head, as `verify --head` takes it.
pub(crate) fn run(arguments: &OneStore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let head = open_existing(&arguments.store)?.head();
    if arguments.json {
        json::document(out, &serde_json::to_value(head).map_err(Failure::work)?)?;
    } else {
        writeln!(out, "{head}")?;
    }
    Ok(Ending::Done)
}
