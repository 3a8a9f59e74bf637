//! Members of staff: who they are, what they may do, and what they did.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use super::rows::{query, show};
use super::text::escrow_text;
use crate::arguments::{Plain, flag, text};
use crate::boundary::call;
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{escrow_error, escrow_status};
use escrow::wallet::{AuditEntry, StaffRoles};
use escrow::{Id, StaffMember, Timestamp};
use std::ffi::c_char;

/// Helps customers: freezes, unfreezes and closes wallets, leaves notes, sends letters again, suspends
/// cards, opens cases and adds evidence to them, looks personal data up.
pub const ESCROW_STAFF_ROLE_SUPPORT: u32 = 1;
/// Takes cases into review, refuses them, approves first where two must approve, takes a tier back.
pub const ESCROW_STAFF_ROLE_REVIEWER: u32 = 2;
/// Approves cases: alone, or as the second of two.
pub const ESCROW_STAFF_ROLE_APPROVER: u32 = 4;
/// Runs the wallets: staff, keys, the policy, legal holds and erasure, money in suspense.
pub const ESCROW_STAFF_ROLE_OPERATOR: u32 = 8;

/// A member of staff. Begin with `ESCROW_STAFF_MEMBER_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_staff_member {
    /// `sizeof(escrow_staff_member)`.
    pub struct_size: u32,
    /// Where they stand: `ESCROW_STAFF_STATE_*`.
    pub state: u32,
    /// What they may do now: `ESCROW_STAFF_ROLE_*`. Nothing unless they are active.
    pub roles: u32,
    /// What one operator wants, and another one must want, too, within a week, to register them or
    /// to grant roles: `ESCROW_AUDIT_*`; 0 for nothing.
    pub proposed_command: u32,
    /// The roles that are wanted: `ESCROW_STAFF_ROLE_*`.
    pub proposed_roles: u32,
    /// Zero.
    pub reserved: u32,
    /// Since when they are registered, for the last time; while they are proposed, since when.
    pub registered_at: Timestamp,
    /// When state or roles last changed.
    pub changed_at: Timestamp,
    /// Since when it is wanted; 0 if nothing is.
    pub proposed_at: Timestamp,
    /// The name, in lower case.
    pub name: escrow_text,
    /// The operator who wants it; empty if nothing is.
    pub proposed_by: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_staff_member {}

/// Registers a member of staff under a name, with `roles`, several of `ESCROW_STAFF_ROLE_*`. For an
/// operator; it takes two: the first is refused `second_person_must_agree`, which is remembered for a
/// week, and when another operator orders just the same, it is done. Who was deactivated is registered
/// again in the same way, under the same name. The only active operator there is registers a second
/// one, with that role alone, without anybody else.
/// Refused: `text_must_be_valid` and `text_must_not_hold_a_card_number` for a name that
/// no actor can have, or without letter and digit; `staff_name_is_taken` if it, or one that looks
/// like it, is registered; `roles_must_be_given`; `second_person_must_agree` to the first of two
/// operators; `sole_operator_must_wait` to the only operator within a week after another one was
/// deactivated or lost the role;
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `name` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_staff_register(
    wallets: *mut escrow_wallets,
    name: *const c_char,
    name_length: usize,
    roles: u32,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let (name, actor) = (text(name, name_length, "name")?, acting(actor)?);
        wallets.register_staff(name, StaffRoles::from_bits(roles), &actor)?
    })
}

/// Grants roles to a member of staff, who keeps those that they have. Takes two operators as
/// `escrow_staff_register` does, with the same exception. Who has them already has them.
/// Refused: `staff_not_found`, also for who is deactivated; `roles_must_be_given`,
/// `second_person_must_agree`, `sole_operator_must_wait`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_operator_role`, `reason_must_be_given`.
///
/// Ownership: `name` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_staff_grant(
    wallets: *mut escrow_wallets,
    name: *const c_char,
    name_length: usize,
    roles: u32,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let (name, actor) = (text(name, name_length, "name")?, acting(actor)?);
        wallets.grant_roles(name, StaffRoles::from_bits(roles), &actor)?
    })
}

/// Takes roles from a member of staff at once, and what one operator wanted for them. For one operator,
/// who may be the same. Who has none of them has none of them.
/// Refused: `an_operator_must_remain` of the last active operator; `staff_not_found`,
/// `roles_must_be_given`; `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_operator_role`, `reason_must_be_given`.
///
/// Ownership: `name` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_staff_revoke(
    wallets: *mut escrow_wallets,
    name: *const c_char,
    name_length: usize,
    roles: u32,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let (name, actor) = (text(name, name_length, "name")?, acting(actor)?);
        wallets.revoke_roles(name, StaffRoles::from_bits(roles), &actor)?
    })
}

/// Deactivates a member of staff at once: every command of theirs is refused from then on, one that is
/// under way either took effect before or is refused. What they did can be listed as before, and nobody
/// else gets the name. For one operator. Who is deactivated already stays so.
/// Refused: `an_operator_must_remain` of the last active operator; `staff_not_found`;
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `name` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_staff_deactivate(
    wallets: *mut escrow_wallets,
    name: *const c_char,
    name_length: usize,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let (name, actor) = (text(name, name_length, "name")?, acting(actor)?);
        wallets.deactivate_staff(name, &actor)?
    })
}

/// Gives the members of staff, also those who were deactivated or are proposed, by the letters and
/// digits of their names, at most `limit`; behind the one of the name `after`, empty to begin. Read
/// them with `escrow_staff_member_at`.
///
/// Ownership: `after` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_staff_list(
    wallets: *mut escrow_wallets,
    after: *const c_char,
    after_length: usize,
    limit: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| {
        let after = Some(text(after, after_length, "after")?).filter(|name| !name.is_empty());
        wallets.staff(after, limit)?
    })
}

/// Gives the member of staff of a name, or no row if nobody is registered or proposed under it. Read it
/// with `escrow_staff_member_at`.
///
/// Ownership: `name` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_staff_find(
    wallets: *mut escrow_wallets,
    name: *const c_char,
    name_length: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| {
        let name = text(name, name_length, "name")?;
        wallets.staff_member(name)?.into_iter().collect()
    })
}

/// Reads a member of staff.
///
/// Ownership: `member` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_staff_member_at(
    rows: *mut escrow_rows,
    index: usize,
    member: *mut escrow_staff_member,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, member, "member", error), |row: &StaffMember| member_of(row))
}

/// Gives what a member of staff did, in all trails, at most `limit` entries: oldest first, or newest
/// first if `newest_first` is 1. To go on, give the `at` and `id` of the last one; 0 and zero to begin.
/// Also what they were refused, and what somebody tried who is not registered under that name. What an
/// earlier version of the library wrote stands in the trails alone. Read them with
/// `escrow_audit_entry_at`.
///
/// Ownership: `name` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_staff_acts(
    wallets: *mut escrow_wallets,
    name: *const c_char,
    name_length: usize,
    newest_first: u32,
    from_at: Timestamp,
    from_entry: Id,
    limit: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| {
        let name = text(name, name_length, "name")?;
        let is_begun = !from_at.is_none() || !from_entry.is_zero();
        let from = is_begun.then_some((from_at, from_entry));
        let acts = match flag(newest_first, "newest_first")? {
            true => wallets.latest_staff_acts(name, from, limit)?,
            false => wallets.staff_acts(name, from, limit)?,
        };
        acts.into_iter().map(|act| (act.id, act.entry)).collect::<Vec<(Id, AuditEntry)>>()
    })
}

fn member_of(row: &StaffMember) -> escrow_staff_member {
    let proposed = row.proposed.as_ref();
    escrow_staff_member {
        struct_size: 0,
        state: row.state.number().into(),
        roles: row.roles.bits(),
        proposed_command: proposed.map_or(0, |one| one.command.number().into()),
        proposed_roles: proposed.map_or(0, |one| one.roles.bits()),
        reserved: 0,
        registered_at: row.registered_at,
        changed_at: row.changed_at,
        proposed_at: proposed.map_or(Timestamp::NONE, |one| one.at),
        name: escrow_text::of(&row.name),
        proposed_by: escrow_text::of(proposed.map_or("", |one| &one.by)),
    }
}
