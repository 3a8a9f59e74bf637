//! The audit trail: who did what to whom, when and why.

use super::actor::{
    ESCROW_ACTOR_CUSTOMER, ESCROW_ACTOR_STAFF, ESCROW_ACTOR_SYSTEM, acting, escrow_actor,
};
use super::outcome::{command, escrow_wallet_outcome};
use super::rows::{query, show};
use super::text::escrow_text;
use crate::arguments::Plain;
use crate::boundary::call;
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{escrow_error, escrow_status};
use escrow::wallet::{Actor, AuditEntry};
use escrow::{Id, Timestamp};

/// An entry of the audit trail. Begin with `ESCROW_AUDIT_ENTRY_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_audit_entry {
    /// `sizeof(escrow_audit_entry)`.
    pub struct_size: u32,
    /// What was done: `ESCROW_AUDIT_*`.
    pub command: u32,
    /// The entry's own id, to go on behind.
    pub id: Id,
    /// The person or wallet whose trail it is in; zero for the store's own.
    pub subject: Id,
    /// The case, letter or wallet that it was about; zero for none.
    pub about: Id,
    /// When, by the store's clock.
    pub at: Timestamp,
    /// Who did it: `ESCROW_ACTOR_*`.
    pub actor: u32,
    /// Zero.
    pub reserved: u32,
    /// The name of the member of staff; empty for others.
    pub name: escrow_text,
    /// Why they did it.
    pub reason: escrow_text,
    /// What exactly, in words, where the command does not say it: amounts in minor units, ids, times.
    /// Empty where there is no more to say.
    pub detail: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_audit_entry {}

/// Gives what was done with a person or a wallet, oldest first, at most `limit` entries; behind the
/// entry `after`, zero to begin. What was done with the keys of the store is in the trail of the
/// subject zero, and so is each change of the policy that its wallets were opened under
/// (`ESCROW_AUDIT_CHANGE_POLICY`), with both hashes. Read it with `escrow_audit_entry_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_audit_trail(
    wallets: *mut escrow_wallets,
    subject: Id,
    after: Id,
    limit: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| {
        let after = Some(after).filter(|id| !id.is_zero());
        wallets.audit_trail(subject, after, limit)?
    })
}

/// Reads an entry of the audit trail.
///
/// Ownership: `entry` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_audit_entry_at(
    rows: *mut escrow_rows,
    index: usize,
    entry: *mut escrow_audit_entry,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, entry, "entry", error), |row: &(Id, AuditEntry)| entry_of(
        row.0, &row.1
    ))
}

/// Writes into the trail of a person or wallet that personal data, of a case or (zero) of none, was
/// shown to a member of staff: to be called before it is shown.
/// Refused: `wallet_not_found` if there is neither, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_audit_disclosure(
    wallets: *mut escrow_wallets,
    subject: Id,
    about: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.record_disclosure(subject, about, &actor)?
    })
}

fn entry_of(id: Id, entry: &AuditEntry) -> escrow_audit_entry {
    let (actor, name, reason) = match &entry.actor {
        Actor::Customer => (ESCROW_ACTOR_CUSTOMER, "", ""),
        Actor::Staff { name, reason, .. } => (ESCROW_ACTOR_STAFF, &**name, &**reason),
        // Whoever else it is, it was nobody by name.
        _ => (ESCROW_ACTOR_SYSTEM, "", ""),
    };
    escrow_audit_entry {
        struct_size: 0,
        command: entry.command.number().into(),
        id,
        subject: entry.subject,
        about: entry.about,
        at: entry.at,
        actor,
        reserved: 0,
        name: escrow_text::of(name),
        reason: escrow_text::of(reason),
        detail: escrow_text::of(&entry.detail),
    }
}
