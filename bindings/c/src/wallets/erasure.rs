//! Erasing a person, and what forbids it.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use crate::arguments::flag;
use crate::boundary::call;
use crate::opaque::escrow_wallets;
use crate::status::{escrow_error, escrow_status};
use escrow::{Id, Timestamp};

/// Erases a person whose wallets are closed: the key is destroyed, so that profile, evidence,
/// letters and password hashes are unreadable, in the journal too. The ledger's history stays: it
/// knows ids alone. Backups of the file `KEYS` that the host keeps are for the host to destroy. For
/// a member of staff; for two of them before the term is over that the policy set when the last wallet
/// was closed: see `escrow_person_set_legal_hold`.
/// Refused: `person_not_found`, `person_must_be_active`, `wallets_must_be_closed`,
/// `person_has_unclaimed_money`, `legal_hold_forbids`, `retention_forbids` until the time given,
/// `second_person_must_agree` and `reviewer_must_be_another` where it takes two, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_operator_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_erase(
    wallets: *mut escrow_wallets,
    person: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.erase_person(person, &actor)?
    })
}

/// Sets (`is_held` 1) or lifts (0) a legal hold: a person under one cannot be erased. For a member
/// of staff. To lift one takes two of them: the first is refused `second_person_must_agree`, which is
/// remembered for a week, and so whenever that one orders it again; `reviewer_must_be_another` by a name
/// that only looks like another one's (see `escrow_actor`); when another one orders it, it is done.
/// Whoever sets the hold or the date of retention in between, to what it is
/// already too, ends what the first one wanted.
/// Refused: `second_person_must_agree`, `reviewer_must_be_another`, `person_not_found`,
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_set_legal_hold(
    wallets: *mut escrow_wallets,
    person: Id,
    is_held: u32,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let is_held = flag(is_held, "is_held")?;
        let actor = acting(actor)?;
        wallets.set_legal_hold(person, is_held, &actor)?
    })
}

/// Sets until when the data of a person must be kept. For a member of staff; to set an earlier time
/// takes two of them, as `escrow_person_set_legal_hold` says.
/// Refused: `second_person_must_agree`, `reviewer_must_be_another`, `person_not_found`,
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_set_retention(
    wallets: *mut escrow_wallets,
    person: Id,
    until: Timestamp,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.set_retention(person, until, &actor)?
    })
}
