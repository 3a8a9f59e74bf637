//! `schema`: what a command writes with `--json`, as JSON Schema, derived from the types that are
//! written.

use super::arguments::Schema;
use super::failure::{Ending, Failure};
use super::json::{self, EventLine, Known, schema_of};
use super::query::accounts::AccountsFacts;
use super::query::confirm_clock::ConfirmedFacts;
use super::query::consumers::{ConsumerFacts, ConsumersFacts};
use super::query::head::HeadFacts;
use super::query::holds::HoldsFacts;
use super::query::statement::StatementFacts;
use super::query::stats::StoreFacts;
use super::query::status::StatusFacts;
use super::query::trial_balance::TrialBalancesFacts;
use super::query::verify::VerifyFacts;
use super::upkeep::{ArchiveFacts, BackupFacts};
use super::{bench, settle};
use std::io::Write;

/// The commands with `--json`, and the schema of what each writes; of `events`, of each line. Those
/// of orders and of the wallets stand beside them.
const OF_LEDGERS: [Known; 18] = [
    ("settle", schema_of::<settle::SettleFacts>),
    ("bench", schema_of::<bench::Report>),
    ("accounts", schema_of::<AccountsFacts>),
    ("holds", schema_of::<HoldsFacts>),
    ("statement", schema_of::<StatementFacts>),
    ("trial-balance", schema_of::<TrialBalancesFacts>),
    ("events", schema_of::<EventLine>),
    ("consumers", schema_of::<ConsumersFacts>),
    ("remove-consumer", schema_of::<ConsumerFacts>),
    ("stats", schema_of::<StoreFacts>),
    ("status", schema_of::<StatusFacts>),
    ("head", schema_of::<HeadFacts>),
    ("confirm-clock", schema_of::<ConfirmedFacts>),
    ("verify", schema_of::<VerifyFacts>),
    ("backup", schema_of::<BackupFacts>),
    ("restore", schema_of::<VerifyFacts>),
    ("archive", schema_of::<ArchiveFacts>),
    ("recover", schema_of::<HeadFacts>),
];

/// Every command with `--json`.
fn schemas() -> impl Iterator<Item = &'static Known> {
    let all = OF_LEDGERS.iter();
    #[cfg(feature = "orders")]
    let all = all.chain(&super::order::SCHEMAS);
    #[cfg(feature = "wallets")]
    let all = all.chain(&super::wallet::SCHEMAS);
    all
}

/// Prints a schema, or the names of all.
pub(crate) fn run(arguments: &Schema, out: &mut dyn Write) -> Result<Ending, Failure> {
    if arguments.command.is_empty() {
        for (name, _) in schemas() {
            writeln!(out, "{name}")?;
        }
        return Ok(Ending::Done);
    }
    let asked = arguments.command.join(" ");
    let found = schemas().find(|(name, _)| *name == asked);
    let (_, schema) = found.ok_or_else(|| {
        Failure::input(format!("no command {asked:?} has --json: escrowdb schema lists those"))
    })?;
    json::document(out, &schema())?;
    Ok(Ending::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::arguments::Arguments;
    use clap::{Command, CommandFactory};
    use serde_json::Value;
    use std::collections::BTreeSet;

    fn commands_with_json(command: &Command, name: &str, found: &mut BTreeSet<String>) {
        let has_json = command.get_arguments().any(|argument| argument.get_id() == "json");
        if has_json && !command.is_subcommand_required_set() {
            found.insert(name.to_owned());
        }
        for inner in command.get_subcommands() {
            commands_with_json(inner, format!("{name} {}", inner.get_name()).trim(), found);
        }
    }

    #[test]
    fn every_command_with_json_has_a_schema() {
        let mut arguments = Arguments::command();
        arguments.build();
        let mut commands = BTreeSet::new();
        commands_with_json(&arguments, "", &mut commands);
        let schemas = schemas().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(commands, schemas);
    }

    /// Numbers are read as floats by many: only what is counted is one.
    fn check_numbers(name: &str, schema: &Value) {
        match schema {
            Value::Object(map) => {
                let is_number = map.get("type").is_some_and(|kind| {
                    let kind = kind.to_string();
                    kind.contains("integer") || kind.contains("number")
                });
                let is_count = map.get("description").is_some_and(|words| {
                    words.as_str().is_some_and(|words| words.starts_with("How many: the only"))
                });
                assert!(!is_number || is_count, "{name}: {schema}");
                map.values().for_each(|inner| check_numbers(name, inner));
            }
            Value::Array(all) => all.iter().for_each(|inner| check_numbers(name, inner)),
            _ => (),
        }
    }

    #[test]
    fn only_counts_are_numbers() {
        // What a benchmark measures is neither money nor a name, and a policy is what its file is.
        let others = ["bench", "wallet policy show"];
        for (name, schema) in schemas().filter(|(name, _)| !others.contains(name)) {
            check_numbers(name, &schema());
        }
    }
}
