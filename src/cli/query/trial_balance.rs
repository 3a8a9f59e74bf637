//! `trial-balance`: what all accounts of a code have together, and that debits equal credits.

use crate::cli::arguments::TrialBalance;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_to_read;
use crate::cli::json::{self, TimeText, TrialBalanceFacts};
use crate::cli::names::Names;
use crate::cli::output::Books;
use crate::cli::tables;
use escrowdb::books::trial_balances_at;
use escrowdb::{Ledger, Result};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Trial balances, in the order of their ledgers.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct TrialBalancesFacts {
    /// As of when, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<TimeText>,
    trial_balances: Vec<TrialBalanceFacts>,
}

/// Shows the trial balance of one ledger or all, as it is or as it was.
pub(crate) fn run(arguments: &TrialBalance, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_to_read(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let books = Books::of(&snapshot)?;
    let names = Names::read(arguments.naming.names.as_deref(), &books)?;
    let wanted = match &arguments.ledger {
        Some(text) => Some(*books.asked_for(text)?),
        None => None,
    };
    let is_wanted = |ledger: &Ledger| wanted.is_none_or(|wanted| wanted.number == ledger.number);
    let trials = match arguments.at {
        Some(at) => {
            let all = trial_balances_at(&snapshot, at)?.into_iter();
            all.filter(|trial| is_wanted(&trial.ledger)).collect()
        }
        None => {
            let ledgers = books.all().iter().filter(|ledger| is_wanted(ledger));
            ledgers
                .map(|ledger| snapshot.trial_balance(ledger.number))
                .collect::<Result<Vec<_>>>()?
        }
    };
    if arguments.json {
        let trial_balances = trials.iter().map(TrialBalanceFacts::of).collect();
        let at = arguments.at.and_then(TimeText::of);
        json::document(out, &TrialBalancesFacts { at, trial_balances })?;
    } else if trials.is_empty() {
        let when =
            if arguments.at.is_some() { "had no such ledgers then" } else { "has no ledgers" };
        writeln!(out, "The store {when}.")?;
    } else {
        for trial in &trials {
            if books.is_ambiguous(trial.ledger.number) {
                writeln!(out, "Ledger {}", trial.ledger.number)?;
            }
            tables::trial_balance(out, trial, &|code| names.code(code).map(str::to_owned))?;
        }
    }
    Ok(Ending::Done)
}
