//! `stats`: how large a store is.

use crate::cli::arguments::OneStore;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_existing;
use crate::cli::json;
use crate::cli::output::{Books, Currency, Left, Right, count, second, section, table};
use escrowdb::Timestamp;
use serde_json::{Value, json};
use std::io::Write;

/// Shows the store's own numbers and its ledgers.
pub(crate) fn run(arguments: &OneStore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_existing(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let books = Books::of(&snapshot)?;
    let numbers = serde_json::to_value(store.stats()).map_err(Failure::work)?;
    if arguments.json {
        let ledgers = books.all().iter().map(json::ledger).collect::<Vec<_>>();
        let time = json::time(snapshot.timestamp());
        let document = json!({ "stats": numbers, "ledgers": ledgers, "time": time });
        json::document(out, &document)?;
    } else {
        show(&numbers, out)?;
        show_ledgers(&books, out)?;
    }
    Ok(Ending::Done)
}

/// What a store has done since it was opened: nothing, for it was opened just now.
const SINCE_OPENING: [&str; 6] =
    ["blocks", "events", "syncs", "journal_bytes_written", "checkpoints", "records_in_memory"];

/// Shows every other number that there is, in words made of its name.
fn show(numbers: &Value, out: &mut dyn Write) -> Result<(), Failure> {
    let mut table = table(&[("figure", Left), ("value", Right)]);
    let all = numbers.as_object().into_iter().flatten();
    for (name, value) in all.filter(|(name, _)| !SINCE_OPENING.contains(&name.as_str())) {
        let text = match value.as_u64() {
            Some(time) if name == "last_timestamp" => second(Timestamp::from_nanoseconds(time)),
            Some(number) => count(number),
            None => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        };
        table.add_row([name.replace('_', " "), text]);
    }
    section(out, "Store", &table)
}

fn show_ledgers(books: &Books, out: &mut dyn Write) -> Result<(), Failure> {
    let mut table = table(&[
        ("ledger", Right),
        ("currency", Left),
        ("scale", Right),
        ("posted", Right),
        ("held", Right),
    ]);
    for ledger in books.all() {
        let currency = Currency::of(ledger);
        table.add_row([
            ledger.number.to_string(),
            currency.code.clone(),
            ledger.scale.to_string(),
            currency.cell(ledger.posted),
            currency.cell(ledger.pending),
        ]);
    }
    section(out, "Ledgers", &table)
}
