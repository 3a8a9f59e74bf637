//! `stats`: how large a store is.

use crate::cli::arguments::OneStore;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_to_read;
use crate::cli::json::{self, Count, HashText, LedgerFacts, Numeral, TimeText};
use crate::cli::output::{Books, Currency, Left, Right, count, second, section, table};
use escrowdb::{Role, Stats, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::io::Write;

/// How large a store is.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct StoreFacts {
    stats: StatsFacts,
    ledgers: Vec<LedgerFacts>,
    /// The time of the last event.
    time: Option<TimeText>,
}

/// What the store has done since it was opened, by the process that has it open or else by the
/// command, and how large it is.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct StatsFacts {
    /// Blocks since the store was opened.
    blocks: Count,
    /// Events in them.
    events: Count,
    syncs: Count,
    journal_bytes_written: Count,
    checkpoints: Count,
    /// Bytes of the journal's files.
    journal_bytes: Count,
    /// Bytes of the state file.
    state_bytes: Count,
    records_in_memory: Count,
    /// The time of the last event.
    last_timestamp: Option<TimeText>,
    /// The number of the last block.
    last_block: Numeral,
    /// The number of the last block that the state file includes.
    checkpoint_block: Numeral,
    /// The hash that the journal's chain has come to.
    chain_hash: Option<HashText>,
}

impl StatsFacts {
    fn of(stats: &Stats) -> Self {
        Self {
            blocks: stats.blocks.into(),
            events: stats.events.into(),
            syncs: stats.syncs.into(),
            journal_bytes_written: stats.journal_bytes_written.into(),
            checkpoints: stats.checkpoints.into(),
            journal_bytes: stats.journal_bytes.into(),
            state_bytes: stats.state_bytes.into(),
            records_in_memory: stats.records_in_memory.into(),
            last_timestamp: TimeText::of(Timestamp::from_nanoseconds(stats.last_timestamp)),
            last_block: stats.last_block.into(),
            checkpoint_block: stats.checkpoint_block.into(),
            chain_hash: HashText::written(&stats.chain_hash),
        }
    }
}

/// Shows the store's own numbers and its ledgers.
pub(crate) fn run(arguments: &OneStore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_to_read(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let books = Books::of(&snapshot)?;
    let stats = store.stats()?;
    if arguments.json {
        let ledgers = books.all().iter().map(LedgerFacts::of).collect();
        let time = TimeText::of(snapshot.timestamp());
        json::document(out, &StoreFacts { stats: StatsFacts::of(&stats), ledgers, time })?;
    } else {
        let is_live = store.role() == Role::Guest;
        show(&serde_json::to_value(stats).map_err(Failure::work)?, is_live, out)?;
        show_ledgers(&books, out)?;
    }
    Ok(Ending::Done)
}

/// What a store has done since it was opened: nothing, unless somebody else has it open.
const SINCE_OPENING: [&str; 6] =
    ["blocks", "events", "syncs", "journal_bytes_written", "checkpoints", "records_in_memory"];

/// Shows every number that says something, in words made of its name.
fn show(numbers: &Value, is_live: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let mut table = table(&[("figure", Left), ("value", Right)]);
    let all = numbers.as_object().into_iter().flatten();
    for (name, value) in all.filter(|(name, _)| is_live || !SINCE_OPENING.contains(&name.as_str()))
    {
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
