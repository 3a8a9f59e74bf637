//! `wallet audit`: who did what with a person or a wallet, when and why.

use super::access::to_read;
use super::arguments::{Access, Audit};
use super::{listed, name};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, IdText, Name, TimeText};
use crate::cli::output::{Left, counted, more, second, section, table};
use escrowdb::Id;
use escrowdb::wallet::{Actor, AuditEntry};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// A trail, oldest entry first.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct TrailFacts {
    entries: Vec<EntryFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// What was done.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct EntryFacts {
    at: Option<TimeText>,
    command: Name,
    /// `customer`, `system` or `staff`.
    actor: Name,
    /// The member of staff.
    name: Option<String>,
    reason: Option<String>,
    about: Option<IdText>,
    /// What exactly, where the command does not say it: amounts with their currency, times as RFC
    /// 3339. Entries of earlier versions have minor units and nanoseconds.
    detail: Option<String>,
}

/// Shows a trail, oldest entry first.
pub(super) fn run(
    arguments: &Audit,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let opened = to_read(&arguments.store, access)?;
    let subject = arguments.subject;
    let (entries, is_more) = listed(arguments.limit, |after: Option<&(Id, AuditEntry)>, limit| {
        opened.wallets.audit_trail(subject, after.map(|(id, _)| *id), limit)
    })?;
    // Nothing may have been done with the keys of a store; who is known to it has a trail.
    if entries.is_empty() && subject != AuditEntry::STORE {
        let what = format!("no trail of {subject}: neither a person nor a wallet of this store");
        return Err(Failure::input(what));
    }
    if access.json {
        let entries = entries.iter().map(|(_, entry)| EntryFacts::of(entry)).collect();
        json::document(out, &TrailFacts { entries, more: is_more })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[
        ("time (UTC)", Left),
        ("what", Left),
        ("who", Left),
        ("about", Left),
        ("why", Left),
        ("detail", Left),
    ]);
    for (_, entry) in &entries {
        let (who, staff, why) = actor(&entry.actor);
        table.add_row([
            second(entry.at),
            entry.command.to_string(),
            if staff.is_empty() { who.to_owned() } else { staff.to_owned() },
            if entry.about.is_zero() { "-".to_owned() } else { entry.about.to_string() },
            why.to_owned(),
            entry.detail.clone(),
        ]);
    }
    section(out, &counted(entries.len() as u64, "entry", "entries"), &table)?;
    if is_more {
        more(out, arguments.limit)?;
    }
    Ok(Ending::Done)
}

/// What kind of actor, the name of a member of staff, and the reason.
pub(super) fn actor(actor: &Actor) -> (&'static str, &str, &str) {
    match actor {
        Actor::Customer => ("customer", "", ""),
        Actor::System => ("system", "", ""),
        Actor::Staff { name, reason, .. } => ("staff", name, reason),
        _ => ("unknown", "", ""),
    }
}

impl EntryFacts {
    pub(super) fn of(entry: &AuditEntry) -> Self {
        let (who, staff, why) = actor(&entry.actor);
        Self {
            at: TimeText::of(entry.at),
            command: Name(entry.command.name()),
            actor: Name(who),
            name: name(staff),
            reason: name(why),
            about: IdText::of(entry.about),
            detail: name(&entry.detail),
        }
    }
}
