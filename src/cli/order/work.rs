//! `order work`: what time alone leaves to be done.

use super::arguments::Work;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::existing;
use crate::cli::json::{self, Count};
use crate::cli::output::counted;
use escrowdb::{Orders, Store};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// What was due.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct WorkFacts {
    /// Parts that were due, and are carried out.
    parts: Count,
    /// Parts of which something stays due: each is tried again an hour later.
    refused: Count,
}

/// Carries out what is due by now.
pub(super) fn run(arguments: &Work, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = Store::open(&arguments.store, existing(&arguments.store))?;
    let done = Orders::of(&store).work(arguments.limit)?;
    if arguments.json {
        let (parts, refused) = (done.parts.into(), done.refused.into());
        json::document(out, &WorkFacts { parts, refused })?;
        return Ok(Ending::Done);
    }
    let parts = counted(done.parts as u64, "part was", "parts were");
    writeln!(out, "{parts} due, and carried out; of {} something stays due.", done.refused)?;
    Ok(Ending::Done)
}
