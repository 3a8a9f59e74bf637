//! Samples of members of staff, and of where their acts stand.

use super::{Sampled, at, id};
use crate::wallets::rules::staff::{
    OperatorsRow, StaffActRow, StaffProposal, StaffRow, StaffState,
};
use crate::wallets::rules::{Command, StaffRoles};

impl Sampled for StaffRow {
    fn samples() -> Vec<Self> {
        let first = Self::first_operator("olga@shop", at(1));
        let proposal = |command: Command, roles: StaffRoles| StaffProposal {
            command: command.number(),
            roles: roles.bits(),
            by: "otto".into(),
            at: at(2),
        };
        let registering = proposal(Command::REGISTER_STAFF, StaffRoles::ALL);
        let granting = proposal(Command::GRANT_ROLES, StaffRoles::SUPPORT);
        let stands = |state, proposed| first.sampled(state, at(3), proposed);
        vec![
            stands(StaffState::PROPOSED, Some(registering)),
            stands(StaffState::ACTIVE, Some(granting)),
            stands(StaffState::DEACTIVATED, None),
        ]
    }
}

impl Sampled for OperatorsRow {
    fn samples() -> Vec<Self> {
        vec![Self { first: "olga".into(), active: 300, lost_at: at(1) }]
    }
}

impl Sampled for StaffActRow {
    fn samples() -> Vec<Self> {
        vec![Self { subject: id(1) }]
    }
}
