//! `wallet staff`: who works with the wallets, what each may do, and what they did.

use super::access::{Opened, to_name_first_operator, to_read, to_write};
use super::arguments::{Access, ActsOf, OnRoles, StaffOf, StaffStep};
use super::audit::EntryFacts;
use super::{answer, listed, name_or_dash, ordered};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, IdText, Name, TimeText};
use crate::cli::output::{Left, counted, more, second, section, table};
use escrowdb::wallet::{AuditEntry, Refusal, StaffRoles, WalletStatus};
use escrowdb::{StaffAct, StaffMember, Wallets};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Members of staff, by the letters and digits of their names.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct StaffFacts {
    staff: Vec<MemberFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// A member of staff.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct MemberFacts {
    name: String,
    /// `proposed`, `active` or `deactivated`.
    state: Name,
    /// `support`, `reviewer`, `approver`, `operator`; what they may do now.
    roles: Vec<Name>,
    registered_at: Option<TimeText>,
    changed_at: Option<TimeText>,
    /// What one operator wants, and another one must want, too, within a week.
    proposed: Option<ProposedFacts>,
}

/// What one operator wants for a member of staff.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ProposedFacts {
    /// `register_staff` or `grant_roles`.
    command: Name,
    roles: Vec<Name>,
    /// The operator.
    by: String,
    at: Option<TimeText>,
}

/// What became of an order.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct OrderFacts {
    /// The member of staff as they are now.
    staff: MemberFacts,
    /// Whether another operator must order the same.
    awaits_second: bool,
}

/// What a member of staff did.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ActsFacts {
    acts: Vec<ActFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// Something that a member of staff did, or was refused.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ActFacts {
    /// The person or the wallet whose trail it is in; null for the store's own.
    subject: Option<IdText>,
    entry: EntryFacts,
}

/// Shows staff, changes them, or lists what one of them did.
pub(super) fn run(
    arguments: &StaffOf,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let store = &arguments.store;
    match &arguments.step {
        StaffStep::List { limit } => list(&to_read(store, access)?, *limit, access, out),
        StaffStep::Show { name } => {
            let member = found(&to_read(store, access)?.wallets, name)?;
            show(&member, access, out)
        }
        StaffStep::First { name } => {
            let Opened { wallets, .. } = to_name_first_operator(store, access, name)?;
            show(&found(&wallets, name)?, access, out)
        }
        StaffStep::Register(order) => {
            let Opened { wallets, .. } = to_write(store, access)?;
            let judged =
                wallets.register_staff(&order.name, order.roles(), &order.staff.actor())?;
            said(&wallets, &order.name, judged, access, out)
        }
        StaffStep::Grant(order) => {
            let Opened { wallets, .. } = to_write(store, access)?;
            let judged = wallets.grant_roles(&order.name, order.roles(), &order.staff.actor())?;
            said(&wallets, &order.name, judged, access, out)
        }
        StaffStep::Revoke(order) => {
            let Opened { wallets, .. } = to_write(store, access)?;
            let judged = wallets.revoke_roles(&order.name, order.roles(), &order.staff.actor())?;
            said(&wallets, &order.name, judged, access, out)
        }
        StaffStep::Deactivate { name, staff } => {
            let Opened { wallets, .. } = to_write(store, access)?;
            let judged = wallets.deactivate_staff(name, &staff.actor())?;
            said(&wallets, name, judged, access, out)
        }
        StaffStep::Acts(of) => acts(&to_read(store, access)?.wallets, of, access, out),
    }
}

fn found(wallets: &Wallets, name: &str) -> Result<StaffMember, Failure> {
    let missing = || Failure::input(format!("{}: {name}", WalletStatus::STAFF_NOT_FOUND));
    wallets.staff_member(name)?.ok_or_else(missing)
}

/// Says what became of an order, and how its subject stands now.
fn said(
    wallets: &Wallets,
    name: &str,
    judged: Result<(), Refusal>,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let awaits_second = match judged {
        Err(refusal) if refusal.status.awaits_second() => true,
        judged => answer(judged, name).map(|()| false)?,
    };
    let member = found(wallets, name)?;
    let words = format!("{} is {}: {}.", member.name, member.state, member.roles);
    let facts = OrderFacts { staff: MemberFacts::of(&member), awaits_second };
    ordered(out, access.json, awaits_second, (&words, &facts))
}

fn show(member: &StaffMember, access: &Access, out: &mut dyn Write) -> Result<Ending, Failure> {
    if access.json {
        json::document(out, &MemberFacts::of(member))?;
        return Ok(Ending::Done);
    }
    writeln!(out, "name        {}", member.name)?;
    writeln!(out, "state       {}", member.state)?;
    writeln!(out, "roles       {}", member.roles)?;
    writeln!(out, "registered  {}", second(member.registered_at))?;
    writeln!(out, "changed     {}", second(member.changed_at))?;
    if let Some(proposed) = &member.proposed {
        let (command, roles, by) = (proposed.command, proposed.roles, &proposed.by);
        writeln!(out, "proposed    {command}: {roles}, by {by} at {}", second(proposed.at))?;
    }
    Ok(Ending::Done)
}

fn list(
    opened: &Opened,
    limit: usize,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let (staff, is_more) = listed(limit, |after: Option<&StaffMember>, limit| {
        opened.wallets.staff(after.map(|member| &*member.name), limit)
    })?;
    if access.json {
        let staff = staff.iter().map(MemberFacts::of).collect();
        json::document(out, &StaffFacts { staff, more: is_more })?;
        return Ok(Ending::Done);
    }
    let columns = ["name", "state", "roles", "changed (UTC)", "proposed", "by"];
    let mut table = table(&columns.map(|column| (column, Left)));
    for member in &staff {
        let proposed = member.proposed.as_ref();
        table.add_row([
            member.name.clone(),
            member.state.to_string(),
            member.roles.to_string(),
            second(member.changed_at),
            name_or_dash(&proposed.map_or(String::new(), |one| one.roles.to_string())),
            name_or_dash(proposed.map_or("", |one| &one.by)),
        ]);
    }
    section(out, &counted(staff.len() as u64, "member of staff", "members of staff"), &table)?;
    if is_more {
        more(out, limit)?;
    }
    Ok(Ending::Done)
}

fn acts(
    wallets: &Wallets,
    of: &ActsOf,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let (acts, is_more) = listed(of.limit, |last: Option<&StaffAct>, limit| {
        let from = last.map(StaffAct::place);
        match of.oldest_first {
            true => wallets.staff_acts(&of.name, from, limit),
            false => wallets.latest_staff_acts(&of.name, from, limit),
        }
    })?;
    if access.json {
        let acts = acts.iter().map(|act| ActFacts::of(&act.entry)).collect();
        json::document(out, &ActsFacts { acts, more: is_more })?;
        return Ok(Ending::Done);
    }
    let columns = ["time (UTC)", "what", "with", "about", "why", "detail"];
    let mut table = table(&columns.map(|column| (column, Left)));
    for StaffAct { entry, .. } in &acts {
        let (_, _, why) = super::audit::actor(&entry.actor);
        let id = |id: escrowdb::Id| if id.is_zero() { "-".to_owned() } else { id.to_string() };
        table.add_row([
            second(entry.at),
            entry.command.to_string(),
            id(entry.subject),
            id(entry.about),
            why.to_owned(),
            entry.detail.clone(),
        ]);
    }
    section(out, &counted(acts.len() as u64, "act", "acts"), &table)?;
    if is_more {
        more(out, of.limit)?;
    }
    Ok(Ending::Done)
}

impl OnRoles {
    fn roles(&self) -> StaffRoles {
        self.role.iter().fold(StaffRoles::NONE, |all, role| all | *role)
    }
}

fn names(roles: StaffRoles) -> Vec<Name> {
    roles.names().map(Name).collect()
}

impl MemberFacts {
    fn of(member: &StaffMember) -> Self {
        let proposed = member.proposed.as_ref().map(|one| ProposedFacts {
            command: Name(one.command.name()),
            roles: names(one.roles),
            by: one.by.clone(),
            at: TimeText::of(one.at),
        });
        Self {
            name: member.name.clone(),
            state: Name(member.state.name()),
            roles: names(member.roles),
            registered_at: TimeText::of(member.registered_at),
            changed_at: TimeText::of(member.changed_at),
            proposed,
        }
    }
}

impl ActFacts {
    fn of(entry: &AuditEntry) -> Self {
        Self { subject: IdText::of(entry.subject), entry: EntryFacts::of(entry) }
    }
}
