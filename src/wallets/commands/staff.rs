//! Members of staff: registering them, what they may do, and the end of that.

use super::Wallets;
use super::transaction::ReadTransaction;
use super::words::AWAITS_SECOND;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::rows::{RowKey, TheOne};
use crate::wallets::rules::staff::{
    OperatorsRow, Ordered, StaffKey, StaffOrder, StaffRow, StaffState, check_name, roles_of,
};
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, Refusal, StaffRoles, WalletStatus, WriteSet,
};

/// A member of staff.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct StaffMember {
    /// The name, in lower case.
    pub name: String,
    /// Where they stand.
    pub state: StaffState,
    /// What they may do now; none unless they are active.
    pub roles: StaffRoles,
    /// Since when they are registered, for the last time; while they are proposed, since when.
    pub registered_at: Timestamp,
    /// When state or roles last changed.
    pub changed_at: Timestamp,
    /// What one operator wants, and another one must want, too, within a week.
    pub proposed: Option<ProposedRoles>,
}

/// What one operator wants for a member of staff.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ProposedRoles {
    /// [`Command::REGISTER_STAFF`] or [`Command::GRANT_ROLES`].
    pub command: Command,
    /// The roles.
    pub roles: StaffRoles,
    /// The operator's name.
    pub by: String,
    /// Since when.
    pub at: Timestamp,
}

impl Wallets {
    /// Registers a member of staff under a name, with roles. For an operator; it takes two: the
    /// first is refused `second_person_must_agree`, which is remembered for a week, and when
    /// another operator orders just the same, it is done. Who was deactivated is registered again
    /// in the same way, under the same name.
    ///
    /// The only active operator there is registers a second one, with that role alone, without
    /// anybody else; the trail says so. Within a week after another operator was deactivated or
    /// lost the role, that is refused with `sole_operator_must_wait`.
    ///
    /// Refused: `text_must_be_valid` and `text_must_not_hold_a_card_number` for a name that
    /// [`Actor::staff`] would not take, or without letter and digit; `staff_name_is_taken` if it,
    /// or one that looks like it, is registered: `eve.` beside `eve`; `roles_must_be_given`.
    /// Refused to who is no operator: `staff_must_be_registered`, `staff_must_have_operator_role`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn register_staff(
        &self,
        name: &str,
        roles: StaffRoles,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        self.order(Command::REGISTER_STAFF, name, roles, actor)
    }

    /// Grants roles to a member of staff, who keeps those that they have. Takes two operators as
    /// [`Wallets::register_staff`] does, with the same exception. Who has them already has them.
    ///
    /// Refused: `staff_not_found`, also for who is deactivated; `roles_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn grant_roles(
        &self,
        name: &str,
        roles: StaffRoles,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        self.order(Command::GRANT_ROLES, name, roles, actor)
    }

    /// Takes roles from a member of staff at once, and what one operator wanted for them. For one
    /// operator, who may be the same. Who has none of them has none of them.
    ///
    /// Refused: `an_operator_must_remain` of the last active operator; `staff_not_found`,
    /// `roles_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn revoke_roles(
        &self,
        name: &str,
        roles: StaffRoles,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        self.order(Command::REVOKE_ROLES, name, roles, actor)
    }

    /// Deactivates a member of staff at once: every command of theirs is refused from then on, one
    /// that is under way either took effect before or is refused. What they did can be listed as
    /// before, and nobody else gets the name. For one operator. Who is deactivated already stays
    /// so.
    ///
    /// Refused: `an_operator_must_remain` of the last active operator; `staff_not_found`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn deactivate_staff(&self, name: &str, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.order(Command::DEACTIVATE_STAFF, name, StaffRoles::NONE, actor)
    }

    fn order(
        &self,
        command: Command,
        name: &str,
        roles: StaffRoles,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let name = name.to_ascii_lowercase();
        let ordered = self.transact(AuditEntry::STORE, |reading| {
            if let Err(refusal) = self.admit_staff(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let by = actor.staff_name().unwrap_or_default();
            let order = StaffOrder { command, name: &name, roles, by, now: reading.now() };
            judge(reading, &order, actor)
        })?;
        self.attempted((AuditEntry::STORE, command, Id::ZERO), actor, ordered)
    }

    /// The members of staff, also those who were deactivated or are proposed, by the letters and
    /// digits of their names: those after `after`, at most `limit`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn staff(&self, after: Option<&str>, limit: usize) -> Result<Vec<StaffMember>> {
        let reading = self.read()?;
        let after = after.and_then(|name| StaffKey::of(&name.to_ascii_lowercase()));
        let after = after.map(|key| key.bytes());
        let rows = reading.scan::<StaffRow>(&[], after.as_deref()).take(limit);
        rows.map(|row| row.map(|(_, row)| member(row))).collect()
    }

    /// The member of staff of a name; `None` if nobody is registered or proposed under it.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn staff_member(&self, name: &str) -> Result<Option<StaffMember>> {
        let name = name.to_ascii_lowercase();
        let Some(key) = StaffKey::of(&name) else { return Ok(None) };
        let found = self.read()?.peek::<StaffRow>(&key)?;
        Ok(found.filter(|row| row.name == name).map(member))
    }

    /// Whether two may agree of whom this one came first: an operator still.
    fn is_operator(reading: &mut ReadTransaction, name: &str) -> Result<bool> {
        let Some(key) = StaffKey::of(name) else { return Ok(false) };
        let found = reading.get::<StaffRow>(&key)?;
        let roles = roles_of(found.as_ref(), name);
        Ok(roles.is_ok_and(|roles| roles.contains(StaffRoles::OPERATOR)))
    }
}

/// What an order of an operator, who may give it, changes.
fn judge(
    reading: &mut ReadTransaction,
    order: &StaffOrder<'_>,
    actor: &Actor,
) -> Result<Decision<()>> {
    let key = match check_name(order.name) {
        Ok(key) => key,
        Err(refusal) => return Ok(refusal.into()),
    };
    let found = reading.get::<StaffRow>(&key)?;
    let Some(operators) = reading.get::<OperatorsRow>(&TheOne)? else {
        return Ok(Refusal::of(WalletStatus::STAFF_MUST_BE_REGISTERED).into());
    };
    let is_proposer_there = match found.as_ref().and_then(|row| row.proposed.as_ref()) {
        Some(proposed) => Wallets::is_operator(reading, &proposed.by)?,
        None => false,
    };
    let had = found.as_ref().map_or(StaffRoles::NONE, StaffRow::roles);
    let entry = AuditEntry::new(AuditEntry::STORE, order.command, actor, order.now);
    let detail = |to: StaffRoles| format!("{}: {}", order.name, from_to("roles", had, to));
    let ordered = match order.judge(found, &operators, is_proposer_there) {
        Ok(ordered) => ordered,
        Err(refusal) => return Ok(refusal.into()),
    };
    Ok(match ordered {
        Ordered::Nothing => Decision::done(WriteSet::default(), ()),
        Ordered::Repeated => Refusal::of(WalletStatus::SECOND_PERSON_MUST_AGREE).into(),
        Ordered::Proposed(row) => {
            let wanted = detail(had.with(order.roles));
            let mut changes = WriteSet::of(entry.detail(format!("{AWAITS_SECOND}: {wanted}")));
            changes.put(&key, &row);
            Decision::refused(changes, WalletStatus::SECOND_PERSON_MUST_AGREE)
        }
        Ordered::Done { row, operators: after, is_alone } => {
            let what = match row.is_active() {
                true => detail(row.roles()),
                false => format!("{}; deactivated", detail(row.roles())),
            };
            let how = if is_alone { "; alone: there is no second operator" } else { "" };
            let mut changes = WriteSet::of(entry.detail(what + how));
            changes.put(&key, &row);
            if after != operators {
                changes.put(&TheOne, &after);
            }
            Decision::done(changes, ())
        }
    })
}

fn member(row: StaffRow) -> StaffMember {
    let proposed = row.proposed.as_ref().map(|proposed| ProposedRoles {
        command: Command::from_number(proposed.command),
        roles: StaffRoles::from_bits(proposed.roles),
        by: proposed.by.clone(),
        at: proposed.at,
    });
    StaffMember {
        state: row.state(),
        roles: row.roles(),
        registered_at: row.registered_at,
        changed_at: row.changed_at,
        proposed,
        name: row.name,
    }
}
