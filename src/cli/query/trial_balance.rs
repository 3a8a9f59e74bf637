//! `trial-balance`: what all accounts of a code have together, and that debits equal credits.

use crate::cli::arguments::TrialBalance;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_to_read;
use crate::cli::json::{self, TrialBalanceFacts};
use crate::cli::output::Books;
use crate::cli::tables;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Trial balances, in the order of their ledgers.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct TrialBalancesFacts {
    trial_balances: Vec<TrialBalanceFacts>,
}

/// Shows the trial balance of one ledger or all.
pub(crate) fn run(arguments: &TrialBalance, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_to_read(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let books = Books::of(&snapshot)?;
    let ledgers = match &arguments.ledger {
        Some(text) => vec![*books.asked_for(text)?],
        None => books.all().to_vec(),
    };
    let mut trials = Vec::with_capacity(ledgers.len());
    for ledger in ledgers {
        trials.push(snapshot.trial_balance(ledger.number)?);
    }
    if arguments.json {
        let trial_balances = trials.iter().map(TrialBalanceFacts::of).collect();
        json::document(out, &TrialBalancesFacts { trial_balances })?;
    } else if trials.is_empty() {
        writeln!(out, "The store has no ledgers.")?;
    } else {
        for trial in &trials {
            if books.is_ambiguous(trial.ledger.number) {
                writeln!(out, "Ledger {}", trial.ledger.number)?;
            }
            tables::trial_balance(out, trial, &|_| None)?;
        }
    }
    Ok(Ending::Done)
}
