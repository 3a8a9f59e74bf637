//! Members of staff: under which names they are registered, what they may do, and how operators
//! agree on that.
//!
//! What lets somebody do more takes two operators: registering and granting. What lets somebody do
//! less takes one: revoking and deactivating. The only operator there is registers a second one
//! alone, for nobody else could; not within a week after another one ceased, or whoever shut all
//! others out could put anybody in their place.

use super::WalletStatus;
use super::audit::{Actor, Command, is_name, is_name_of, looks_of};
use super::closing::PROPOSAL_SECONDS;
use super::refusal::{Refusal, refuse_if};
use super::rows::{Row, RowKey, RowTable, Space, TheOne};
use super::staff_roles::StaffRoles;
use super::text_guard::holds_card_number;
use crate::model::{Id, Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

named_values! {
    /// Where a member of staff stands. Numbers and names are never changed or used again.
    StaffState(u8) {
        /// An operator wants to have them registered, and another one must, too.
        PROPOSED = 1, "proposed";
        /// Registered.
        ACTIVE = 2, "active";
        /// Was registered, and does nothing any more.
        DEACTIVATED = 3, "deactivated";
    }
}

/// A member of staff. Found by what the name looks like, so that nobody else is registered under
/// one that could be taken for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct StaffRow {
    /// In lower case.
    pub(crate) name: String,
    state: u8,
    roles: u32,
    pub(crate) registered_at: Timestamp,
    pub(crate) changed_at: Timestamp,
    pub(crate) proposed: Option<StaffProposal>,
}

/// What one operator wants, until another one wants just the same.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct StaffProposal {
    /// The number of the command.
    pub(crate) command: u16,
    pub(crate) roles: u32,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
}

impl Row for StaffRow {
    const TABLE: RowTable = RowTable::new(Space::Staff);
    type Key = StaffKey;
}

impl StaffRow {
    fn new(name: &str, state: StaffState, now: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            state: state.number(),
            roles: StaffRoles::NONE.bits(),
            registered_at: now,
            changed_at: now,
            proposed: None,
        }
    }

    /// The first operator, whom the host names.
    pub(crate) fn first_operator(name: &str, now: Timestamp) -> Self {
        let roles = StaffRoles::OPERATOR.bits();
        Self { roles, ..Self::new(name, StaffState::ACTIVE, now) }
    }

    pub(crate) fn state(&self) -> StaffState {
        StaffState::from_number(self.state)
    }

    /// What they may do now: nothing, once they are deactivated.
    pub(crate) fn roles(&self) -> StaffRoles {
        match self.is_active() {
            true => StaffRoles::from_bits(self.roles),
            false => StaffRoles::NONE,
        }
    }

    pub(crate) fn is_active(&self) -> bool {
        self.state() == StaffState::ACTIVE
    }

    /// The same in another state, for the samples of rows.
    #[cfg(test)]
    pub(crate) fn sampled(
        &self,
        state: StaffState,
        changed_at: Timestamp,
        proposed: Option<StaffProposal>,
    ) -> Self {
        Self { state: state.number(), changed_at, proposed, ..self.clone() }
    }

    fn is_registered(&self) -> bool {
        self.state() != StaffState::PROPOSED
    }

    fn is_operator(&self) -> bool {
        self.roles().contains(StaffRoles::OPERATOR)
    }

    fn with(mut self, roles: StaffRoles, now: Timestamp) -> Self {
        self.roles = roles.bits();
        self.changed_at = now;
        self.proposed = None;
        self
    }
}

/// What a name looks like: its letters and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct StaffKey(String);

impl StaffKey {
    /// Where a name is registered; `None` for one that nobody can be registered under.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let looks = looks_of(name);
        (is_name(name) && !looks.is_empty()).then_some(Self(looks))
    }
}

impl RowKey for StaffKey {
    fn bytes(&self) -> Vec<u8> {
        self.0.clone().into_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        String::from_utf8(bytes.to_vec()).ok().map(Self)
    }
}

/// The operators, counted: who changes their number writes this row, so that no two at a time do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct OperatorsRow {
    /// The name of the one that the host named.
    pub(crate) first: String,
    /// Active ones.
    pub(crate) active: u32,
    /// When one of them was last deactivated, or lost the role.
    pub(crate) lost_at: Timestamp,
}

impl Row for OperatorsRow {
    const TABLE: RowTable = RowTable::new(Space::Operators);
    type Key = TheOne;
}

impl OperatorsRow {
    /// With the first one, whom the host names.
    pub(crate) fn first(name: &str) -> Self {
        Self { first: name.to_owned(), active: 1, lost_at: Timestamp::NONE }
    }

    /// After a member of staff has become one, or is one no more; `None` if nobody would be left.
    fn after(&self, (was, is): (bool, bool), now: Timestamp) -> Option<Self> {
        let (active, lost_at) = match (was, is) {
            (false, true) => (self.active.saturating_add(1), self.lost_at),
            (true, false) => (self.active.saturating_sub(1), now),
            _ => (self.active, self.lost_at),
        };
        (active > 0).then(|| Self { active, lost_at, ..self.clone() })
    }
}

/// What a member of staff did: where the trail has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct StaffActRow {
    /// Whose trail.
    pub(crate) subject: Id,
}

impl Row for StaffActRow {
    const TABLE: RowTable = RowTable::new(Space::StaffAct);
    type Key = StaffActKey;
}

/// Name, then time, then the id of the entry in the trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct StaffActKey {
    pub(crate) name: String,
    pub(crate) at: Timestamp,
    pub(crate) entry: Id,
}

impl StaffActKey {
    /// What the keys of all acts under a name begin with. No name has a byte 0.
    pub(crate) fn prefix(name: &str) -> Vec<u8> {
        [name.as_bytes(), &[0]].concat()
    }
}

impl RowKey for StaffActKey {
    fn bytes(&self) -> Vec<u8> {
        let at = self.at.nanoseconds().to_be_bytes();
        [&Self::prefix(&self.name)[..], &at, &self.entry.to_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == 0)?;
        let (name, rest) = bytes.split_at_checked(end)?;
        let (at, entry) = rest.strip_prefix(&[0])?.split_at_checked(8)?;
        Some(Self {
            name: String::from_utf8(name.to_vec()).ok()?,
            at: Timestamp::from_nanoseconds(u64::from_be_bytes(at.try_into().ok()?)),
            entry: Id::from_row_key(entry)?,
        })
    }
}

/// Refuses a name that nobody can be registered under.
pub(crate) fn check_name(name: &str) -> Result<StaffKey, Refusal> {
    refuse_if(holds_card_number(name), WalletStatus::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)?;
    StaffKey::of(name).ok_or(WalletStatus::TEXT_MUST_BE_VALID.into())
}

/// The roles of who is registered under this very name.
pub(crate) fn roles_of(found: Option<&StaffRow>, name: &str) -> Result<StaffRoles, Refusal> {
    let found = found.filter(|row| row.is_active() && is_name_of(name, &row.name));
    Ok(found.ok_or(WalletStatus::STAFF_MUST_BE_REGISTERED)?.roles())
}

/// What an operator orders about a member of staff.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StaffOrder<'a> {
    pub(crate) command: Command,
    /// Whom it is about, in lower case.
    pub(crate) name: &'a str,
    /// None to deactivate.
    pub(crate) roles: StaffRoles,
    /// The operator.
    pub(crate) by: &'a str,
    pub(crate) now: Timestamp,
}

/// What becomes of such an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Ordered {
    /// It is so already.
    Nothing,
    /// The row remembers that this operator wants it.
    Proposed(StaffRow),
    /// The row remembered that already.
    Repeated,
    /// It is done.
    Done {
        row: StaffRow,
        operators: OperatorsRow,
        /// By the only operator there is, although it takes two.
        is_alone: bool,
    },
}

impl StaffOrder<'_> {
    /// Judges the order. `is_proposer_there` says whether who wanted it first is an operator still.
    pub(crate) fn judge(
        &self,
        found: Option<StaffRow>,
        operators: &OperatorsRow,
        is_proposer_there: bool,
    ) -> Result<Ordered, Refusal> {
        let before = self.subject(found)?;
        let (had, now) = (before.roles(), self.now);
        let mut after = before.clone().with(self.roles_after(had), now);
        if self.command == Command::DEACTIVATE_STAFF {
            after.state = StaffState::DEACTIVATED.number();
        }
        if self.command == Command::REGISTER_STAFF {
            after = StaffRow { registered_at: now, ..after };
            after.state = StaffState::ACTIVE.number();
        } else if (after.state, after.roles) == (before.state, before.roles) {
            return Ok(Ordered::Nothing);
        }
        let counted = operators.after((before.is_operator(), after.is_operator()), now);
        let operators_after = counted.ok_or(WalletStatus::AN_OPERATOR_MUST_REMAIN)?;
        let done = |row, is_alone| Ok(Ordered::Done { row, operators: operators_after, is_alone });
        if !self.needs_two() {
            return done(after, false);
        }
        if operators.active == 1 && self.roles == StaffRoles::OPERATOR {
            let until = match operators.lost_at {
                Timestamp::NONE => Timestamp::NONE,
                lost_at => lost_at.plus_seconds(PROPOSAL_SECONDS),
            };
            if now < until {
                return Err(Refusal::until(WalletStatus::SOLE_OPERATOR_MUST_WAIT, until));
            }
            return done(after, true);
        }
        let (command, roles) = (self.command.number(), self.roles.bits());
        let wanted = before.proposed.as_ref().filter(|proposed| {
            let is_fresh = now < proposed.at.plus_seconds(PROPOSAL_SECONDS);
            let is_same = (proposed.command, proposed.roles) == (command, roles);
            is_fresh && is_same && is_name_of(self.name, &before.name) && is_proposer_there
        });
        match wanted {
            Some(proposed) if is_name_of(self.by, &proposed.by) => Ok(Ordered::Repeated),
            Some(_) => done(after, false),
            None => {
                let by = self.by.to_owned();
                let proposed = Some(StaffProposal { command, roles, by, at: now });
                Ok(Ordered::Proposed(StaffRow { proposed, ..before }))
            }
        }
    }

    /// Whether a second operator must want it, too.
    fn needs_two(&self) -> bool {
        matches!(self.command, Command::REGISTER_STAFF | Command::GRANT_ROLES)
    }

    /// The one whom it is about, as before.
    fn subject(&self, found: Option<StaffRow>) -> Result<StaffRow, Refusal> {
        if self.command != Command::DEACTIVATE_STAFF {
            let unknown = !StaffRoles::ALL.contains(self.roles);
            let none = self.roles == StaffRoles::NONE;
            refuse_if(unknown || none, WalletStatus::ROLES_MUST_BE_GIVEN)?;
        }
        let is_same = |row: &StaffRow| is_name_of(self.name, &row.name);
        if self.command != Command::REGISTER_STAFF {
            let found = found.filter(|row| row.is_registered() && is_same(row));
            let found = found.ok_or(WalletStatus::STAFF_NOT_FOUND)?;
            let is_wanted = found.is_active() || self.command == Command::DEACTIVATE_STAFF;
            refuse_if(!is_wanted, WalletStatus::STAFF_NOT_FOUND)?;
            return Ok(found);
        }
        let proposed = || StaffRow::new(self.name, StaffState::PROPOSED, self.now);
        let Some(found) = found else { return Ok(proposed()) };
        let is_taken = found.is_active() || (found.is_registered() && !is_same(&found));
        refuse_if(is_taken, WalletStatus::STAFF_NAME_IS_TAKEN)?;
        // Of who was proposed under another name that looks the same nothing is left.
        Ok(if is_same(&found) { found } else { proposed() })
    }

    fn roles_after(&self, had: StaffRoles) -> StaffRoles {
        match self.command {
            Command::REVOKE_ROLES => had.without(self.roles),
            Command::DEACTIVATE_STAFF => StaffRoles::NONE,
            _ => had.with(self.roles),
        }
    }
}

impl Actor {
    /// The name as acts are listed by; `None` for anybody but staff, or a name that is none.
    pub(crate) fn listed_name(&self) -> Option<&str> {
        self.staff_name().filter(|name| is_name(name))
    }
}
