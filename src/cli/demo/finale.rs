//! How the story ends: statements, the trial balance, and a check of everything.

use super::stage::{Stage, wrong};
use super::story::{ANNA, DORA, EUR, PLATFORM};
use crate::cli::failure::Failure;
use crate::cli::output::{count, section};
use crate::cli::tables;
use escrowdb::{StatementLine, StatementQuery, verify};
use std::io::Write;
use std::path::Path;

/// Shows statements and the trial balance.
pub(super) fn accounts(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let snapshot = stage.snapshot()?;
    stage.say("")?;
    for (name, id) in [("Anna", ANNA), ("Dora", DORA), ("The platform", PLATFORM)] {
        let account = snapshot.account(id)?.ok_or_else(|| wrong("an account is gone"))?;
        let lines = snapshot.statement(id, &StatementQuery::default())?;
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        let about = |line: &StatementLine| stage.name_of(tables::about(line));
        let table = tables::statement(&account, &lines, stage.currency(), &about, &[])?;
        section(stage.out(), &format!("{name}'s account"), &table)?;
    }
    let trial = snapshot.trial_balance(EUR)?;
    if !trial.is_balanced() {
        return Err(wrong("the books do not balance"));
    }
    let name = |code| {
        let known = [(100, "bank"), (200, "buyers"), (300, "sellers"), (400, "platform")];
        let name = known.iter().find(|(known, _)| *known == code);
        name.map(|(_, name)| (*name).to_owned())
    };
    tables::trial_balance(stage.out(), &trial, &name)
}

/// Re-reads the closed store, and says that all is well.
pub(super) fn verified(path: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    let report = verify(path, |_, _| ())?;
    if let Some(fault) = &report.fault {
        return Err(wrong(fault));
    }
    let events = count(report.events);
    writeln!(out, "Verified: {events} events replayed to the same state, no law broken.")?;
    Ok(())
}
