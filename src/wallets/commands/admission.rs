//! Who may give a command: members of staff are registered, and have the role that it takes.
//!
//! Commands ask first of all, so that nobody else learns anything by them. `transaction` asks again
//! of all that stands in the trail, so that no command can forget it. The row of the member of
//! staff is relied on: who is deactivated at the same time is either too late or before.

use super::Wallets;
use crate::model::{DocumentKey, Id};
use crate::store::Result;
use crate::store::house::ReadTransaction;
use crate::wallets::rules::rows::{Row, row_key};
use crate::wallets::rules::staff::{StaffActKey, StaffActRow, StaffKey, StaffRow, roles_of};
use crate::wallets::rules::{Actor, AuditEntry, Command, Refusal, StaffRoles, WriteSet};

impl Wallets {
    /// Whether the actor may give the command: staff with a name and a reason, who are registered
    /// and have the role, and anybody who is no staff.
    pub(super) fn admit(
        &self,
        reading: &mut ReadTransaction,
        command: Command,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        self.admit_with(reading, StaffRoles::for_command(command), actor)
    }

    /// The same of a command that staff alone give.
    pub(super) fn admit_staff(
        &self,
        reading: &mut ReadTransaction,
        command: Command,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        match actor.check_staff() {
            Ok(()) => self.admit(reading, command, actor),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// The same of a command that customers never give.
    pub(super) fn admit_host(
        &self,
        reading: &mut ReadTransaction,
        command: Command,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        match actor.check_host() {
            Ok(()) => self.admit(reading, command, actor),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// The same, by any one of these roles: where the command alone does not say which.
    pub(super) fn admit_with(
        &self,
        reading: &mut ReadTransaction,
        needed: StaffRoles,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let checked = actor.check();
        let (Some(name), Ok(())) = (actor.staff_name(), checked) else { return Ok(checked) };
        let found = match StaffKey::of(name) {
            Some(key) => reading.get::<StaffRow>(&key)?,
            None => None,
        };
        Ok(roles_of(found.as_ref(), name).and_then(|roles| roles.check(needed)))
    }

    /// The same of what a command is about to write into the trail: its first entry by a member of
    /// staff is its own, and what follows from it needs no role.
    pub(super) fn admit_changes(
        &self,
        reading: &mut ReadTransaction,
        changes: &WriteSet,
    ) -> Result<Result<(), Refusal>> {
        let by_staff = |entry: &&AuditEntry| entry.actor.staff_name().is_some();
        match changes.audit.iter().find(by_staff) {
            Some(entry) => self.admit(reading, entry.command, &entry.actor),
            None => Ok(Ok(())),
        }
    }
}

/// The row by which an entry of the trail is found among all that a member of staff did; `None` for
/// what others did.
pub(super) fn act_of(entry: &AuditEntry, id: Id) -> Result<Option<(DocumentKey, Vec<u8>)>> {
    let Some(name) = entry.actor.listed_name() else { return Ok(None) };
    let key = StaffActKey { name: name.to_owned(), at: entry.at, entry: id };
    let row = StaffActRow { subject: entry.subject };
    Ok(Some((row_key::<StaffActRow>(&key)?, row.to_bytes()?)))
}
