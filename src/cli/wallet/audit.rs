//! `wallet audit`: who did what with a person or a wallet, when and why.

use super::access::to_read;
use super::arguments::{Access, Audit};
use super::{listed, name};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json;
use crate::cli::output::{Left, counted, more, second, section, table};
use escrowdb::Id;
use escrowdb::wallet::{Actor, AuditEntry};
use serde_json::{Value, json};
use std::io::Write;

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
    if entries.is_empty() {
        let what = match subject {
            AuditEntry::STORE => "nothing was done with the keys of this store".to_owned(),
            _ => format!("no trail of {subject}: neither a person nor a wallet of this store"),
        };
        return Err(Failure::input(what));
    }
    if access.json {
        let entries: Vec<_> = entries.iter().map(|(_, entry)| written(entry)).collect();
        json::document(out, &json!({ "entries": entries, "more": is_more }))?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[
        ("time (UTC)", Left),
        ("what", Left),
        ("who", Left),
        ("about", Left),
        ("why", Left),
    ]);
    for (_, entry) in &entries {
        let (who, staff, why) = actor(&entry.actor);
        table.add_row([
            second(entry.at),
            entry.command.to_string(),
            if staff.is_empty() { who.to_owned() } else { staff.to_owned() },
            if entry.about.is_zero() { "-".to_owned() } else { entry.about.to_string() },
            why.to_owned(),
        ]);
    }
    section(out, &counted(entries.len() as u64, "entry", "entries"), &table)?;
    if is_more {
        more(out, arguments.limit)?;
    }
    Ok(Ending::Done)
}

/// What kind of actor, the name of a member of staff, and the reason.
fn actor(actor: &Actor) -> (&str, &str, &str) {
    match actor {
        Actor::Customer => ("customer", "", ""),
        Actor::System => ("system", "", ""),
        Actor::Staff { name, reason, .. } => ("staff", name, reason),
        _ => ("unknown", "", ""),
    }
}

fn written(entry: &AuditEntry) -> Value {
    let (who, staff, why) = actor(&entry.actor);
    json!({
        "at": json::time(entry.at),
        "command": entry.command.name(),
        "actor": who,
        "name": name(staff),
        "reason": name(why),
        "about": json::id(entry.about),
    })
}
