//! `consumers` and `remove-consumer`: who follows the event feed, and how far each has come.

use crate::cli::arguments::{OneStore, RemoveConsumer};
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::{open_existing, open_to_read};
use crate::cli::json::{self, TimeText};
use crate::cli::output;
use escrowdb::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Who follows the feed.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ConsumersFacts {
    /// By name.
    consumers: Vec<ConsumerFacts>,
}

/// A consumer of events.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ConsumerFacts {
    name: String,
    /// The last event that it has acknowledged.
    position: Option<TimeText>,
}

impl ConsumerFacts {
    fn of(name: String, position: Timestamp) -> Self {
        Self { name, position: TimeText::of(position) }
    }
}

/// Lists all consumers.
pub(crate) fn list(arguments: &OneStore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let consumers = open_to_read(&arguments.store)?.snapshot()?.consumers()?;
    if arguments.json {
        let facts = consumers.into_iter().map(|(name, at)| ConsumerFacts::of(name, at));
        json::document(out, &ConsumersFacts { consumers: facts.collect() })?;
        return Ok(Ending::Done);
    }
    for (name, position) in consumers {
        // In one line, whatever the name is.
        writeln!(out, "{}  {}", output::second(position), name.escape_debug())?;
    }
    Ok(Ending::Done)
}

/// Forgets one, which must be there: a name that was mistyped goes on holding back the archive.
pub(crate) fn remove(arguments: &RemoveConsumer, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_existing(&arguments.store)?;
    let name = &arguments.name;
    let Some(position) = store.snapshot()?.consumer(name)? else {
        let known = store.snapshot()?.consumers()?;
        let known: Vec<_> = known.iter().map(|(name, _)| format!("{name:?}")).collect();
        let there = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Failure::input(format!("there is no consumer {name:?}; there is {there}")));
    };
    store.remove_consumer(name)?;
    store.close()?;
    if arguments.json {
        json::document(out, &ConsumerFacts::of(name.clone(), position))?;
    } else {
        let second = output::second(position);
        writeln!(out, "The consumer {name:?}, which had come to {second}, is removed.")?;
    }
    Ok(Ending::Done)
}
