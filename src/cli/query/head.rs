//! `head`: the last block, and the hash that stands for all history up to it.

use crate::cli::arguments::OneStore;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_to_read;
use crate::cli::json::{self, HashText, Numeral, TimeText};
use escrowdb::Head;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// How far the journal has come, as `verify --head` takes it.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct HeadFacts {
    /// The number of the last block; 0 if there is none.
    block: Numeral,
    /// The time of the last event in it.
    timestamp: Option<TimeText>,
    /// The hash that stands for everything up to it.
    hash: HashText,
}

impl HeadFacts {
    pub(crate) fn of(head: &Head) -> Self {
        Self {
            block: head.block.into(),
            timestamp: TimeText::of(head.timestamp),
            hash: HashText::of(&head.hash),
        }
    }
}

/// Shows the head, as `verify --head` takes it.
pub(crate) fn run(arguments: &OneStore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let head = open_to_read(&arguments.store)?.head()?;
    if arguments.json {
        json::document(out, &HeadFacts::of(&head))?;
    } else {
        writeln!(out, "{head}")?;
    }
    Ok(Ending::Done)
}
