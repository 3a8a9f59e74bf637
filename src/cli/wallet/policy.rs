//! `wallet policy`: which policy is in force, since when, and what it was before; and the policies
//! of files and of the library.

use super::access::{Opened, to_adopt_policy, to_read};
use super::arguments::{Access, PolicyOf, PolicyStep};
use super::audit::{EntryFacts, actor};
use super::{check_policy, listed};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, TimeText};
use crate::cli::output::{Left, counted, second, section, table};
use escrowdb::wallet::{AuditEntry, Command};
use escrowdb::{Id, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// The policy in force.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct PolicyFacts {
    /// What it is called, for people.
    name: String,
    /// 64 hexadecimal digits.
    hash: String,
    /// When it took the place of another one; null for the first one of the store.
    since: Option<TimeText>,
    /// The changes of policy, the oldest first.
    changes: Vec<EntryFacts>,
}

/// Shows the policy in force, has another one be that, or looks at one that is in no store.
pub(super) fn run(
    arguments: &PolicyOf,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let opened = match (&arguments.store, &arguments.step) {
        (Some(store), None) => to_read(store, access)?,
        (Some(store), Some(PolicyStep::Adopt(staff))) => {
            to_adopt_policy(store, access, staff.actor())?
        }
        (None, Some(PolicyStep::Check(policy))) => {
            return check_policy::check(&policy.named, access.json, out);
        }
        (None, Some(PolicyStep::Show(policy))) => return check_policy::show(&policy.preset, out),
        (None, _) => return Err(Failure::input("name the store: wallet policy STORE")),
        (Some(_), Some(_)) => {
            return Err(Failure::input("check and show take no store: wallet policy check FILE"));
        }
    };
    in_force(&opened, access.json, out)
}

/// Says which policy is in force, and which were before.
fn in_force(opened: &Opened, is_json: bool, out: &mut dyn Write) -> Result<Ending, Failure> {
    let wallets = &opened.wallets;
    let (trail, _) = listed(0, |after: Option<&(Id, AuditEntry)>, limit| {
        wallets.audit_trail(AuditEntry::STORE, after.map(|(id, _)| *id), limit)
    })?;
    let entries = trail.iter().map(|(_, entry)| entry);
    let changes: Vec<_> = entries.filter(|entry| entry.command == Command::CHANGE_POLICY).collect();
    let policy = wallets.policy();
    let (name, hash) = (&policy.name, policy.hash().map_err(Failure::input)?);
    let since = changes.last().map_or(Timestamp::NONE, |entry| entry.at);
    if is_json {
        let changes = changes.into_iter().map(EntryFacts::of).collect();
        let (name, hash, since) = (name.clone(), hash.to_string(), TimeText::of(since));
        json::document(out, &PolicyFacts { name, hash, since, changes })?;
        return Ok(Ending::Done);
    }
    writeln!(out, "policy  {name}")?;
    writeln!(out, "hash    {hash}")?;
    writeln!(out, "since   {}", second(since))?;
    writeln!(out)?;
    let mut table = table(&[("time (UTC)", Left), ("who", Left), ("why", Left), ("what", Left)]);
    for entry in &changes {
        let (who, staff, why) = actor(&entry.actor);
        let who = if staff.is_empty() { who } else { staff };
        let row = [second(entry.at), who.to_owned(), why.to_owned(), entry.detail.clone()];
        table.add_row(row);
    }
    section(out, &counted(changes.len() as u64, "change", "changes"), &table)?;
    Ok(Ending::Done)
}
