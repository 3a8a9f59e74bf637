//! `confirm-clock`: somebody who knows the time says that the system clock is right.

use crate::cli::arguments::ConfirmClock;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::existing;
use crate::cli::json::{self, TimeText};
use crate::cli::output;
use escrowdb::Store;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// What was confirmed.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ConfirmedFacts {
    /// What the system clock shows, which is believed from now on.
    confirmed: Option<TimeText>,
    /// When the last event was before.
    last_event: Option<TimeText>,
}

/// Confirms the time of a store, whoever has it open.
pub(crate) fn run(arguments: &ConfirmClock, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = Store::open(&arguments.store, existing(&arguments.store))?;
    let last_event = store.clock()?.last_event;
    let confirmed = store.confirm_clock(arguments.now)?;
    if arguments.json {
        let (confirmed, last_event) = (TimeText::of(confirmed), TimeText::of(last_event));
        json::document(out, &ConfirmedFacts { confirmed, last_event })?;
    } else {
        writeln!(out, "confirmed   {}", output::second(confirmed))?;
        writeln!(out, "last event  {}", output::second(last_event))?;
    }
    Ok(Ending::Done)
}
