//! Recovery of a payment password through support.

use super::actor::{acting, escrow_actor};
use super::evidence::{KeptEvidence, escrow_evidence, given};
use super::outcome::{command, escrow_wallet_outcome};
use super::rows::{judged_query, query, show};
use super::text::escrow_text;
use super::wallet::place;
use crate::arguments::{Plain, record};
use crate::boundary::call;
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use escrow::wallet::{RecoveryCase, RecoveryDecision};
use escrow::{CaseEvidence, Evidence, Id, Timestamp};

/// The customer is who they say: a link is sent.
pub const ESCROW_RECOVERY_APPROVE: u32 = 1;
/// Not so, or not shown.
pub const ESCROW_RECOVERY_REFUSE: u32 = 2;

/// A recovery case as staff see it. Begin with `ESCROW_RECOVERY_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_recovery {
    /// `sizeof(escrow_recovery)`.
    pub struct_size: u32,
    /// Where it is: `ESCROW_RECOVERY_STATE_*`.
    pub state: u32,
    /// Its id.
    pub id: Id,
    /// The wallet that is recovered.
    pub wallet: Id,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// How many pieces of evidence it has: see `escrow_recovery_evidence`.
    pub evidence: u64,
    /// Who opened it.
    pub opened_by: escrow_text,
    /// Who reviews it, or decided it; empty for nobody yet.
    pub reviewer: escrow_text,
    /// Who approved it first, where another one must too; empty for nobody.
    pub first_approver: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_recovery {}

/// Opens the recovery of a wallet's payment password, for a member of staff. It locks nothing; the
/// customer is told by every channel. Sent again with the same id, it answers as before. While the
/// customer's key is damaged, a case can be opened, reviewed, refused and stopped; to add evidence, to
/// approve it and to use its link takes the key.
/// Refused: `case_exists`, `wallet_not_found`, `wallet_must_be_active`, `case_is_open`,
/// `id_must_be_valid`, `person_not_found`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_open(
    wallets: *mut escrow_wallets,
    recovery: Id,
    wallet: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.open_recovery(recovery, wallet, &actor)?
    })
}

/// Adds a piece of evidence to a case.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `evidence_kind_must_be_known`,
/// `evidence_has_expired`, `text_must_be_valid`, `text_must_not_hold_a_card_number`, `too_many`,
/// `data_is_damaged`, `person_not_found`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `evidence` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_add_evidence(
    wallets: *mut escrow_wallets,
    recovery: Id,
    evidence: *const escrow_evidence,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let given = given(&[record(evidence, "evidence")?])?;
        let actor = acting(actor)?;
        let CaseEvidence { kind, hash, ref reference, expires_at } = given.0[0];
        let evidence = Evidence { kind, hash, reference, expires_at };
        wallets.add_recovery_evidence(recovery, &evidence, &actor)?
    })
}

/// Takes a case into review, by another member of staff than who opened it.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `reviewer_must_be_another`,
/// `evidence_must_be_given`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_reviewer_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_review(
    wallets: *mut escrow_wallets,
    recovery: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.review_recovery(recovery, &actor)?
    })
}

/// Decides a case, by the member of staff who reviews it: `ESCROW_RECOVERY_APPROVE` or
/// `ESCROW_RECOVERY_REFUSE`. If it is approved, a link to set a new payment password goes to the
/// customer's address; staff never see it. Where scans of it were shown for another person too it takes
/// two: the reviewer is refused `second_person_must_agree`, which is remembered
/// (`ESCROW_RECOVERY_STATE_AWAITS_SECOND`), and so whenever that one approves again; when a third one
/// approves, who did not open it, it is done.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `reviewer_must_be_another`,
/// `second_person_must_agree`, `evidence_has_expired`, `person_not_found`, `data_is_damaged` if it
/// is to be approved, `change_is_under_way` while a new e-mail address cools down,
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_reviewer_role`,
/// `staff_must_have_approver_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_decide(
    wallets: *mut escrow_wallets,
    recovery: Id,
    decision: u32,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let decision = decision_of(decision)?;
        let actor = acting(actor)?;
        wallets.decide_recovery(recovery, decision, &actor)?
    })
}

/// Stops a recovery that is under way, for the customer whom the host has authenticated, or for a
/// member of staff: the link of an approved one is good no more. The customer is told by every
/// channel. Sent again, it changes nothing.
/// Refused: `case_not_found`, `case_must_be_at_this_step` if it was refused or is done,
/// `person_not_found`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_stop(
    wallets: *mut escrow_wallets,
    id: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.stop_recovery(id, &actor)?
    })
}

/// Gives a recovery case in one row, in none if there is no such case. Read it with
/// `escrow_recovery_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_find(
    wallets: *mut escrow_wallets,
    recovery: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets
        .recovery_case(recovery)?
        .into_iter()
        .collect())
}

/// Gives the last recovery case of a wallet, unless it ended in a new password or was stopped, in
/// one row, in none if there is no such case. Read it with `escrow_recovery_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_of_wallet(
    wallets: *mut escrow_wallets,
    wallet: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets.recovery_of(wallet)?.into_iter().collect())
}

/// Gives the cases that wait for staff, oldest first, at most `limit`; behind the case `after`,
/// zero to begin. Read them with `escrow_recovery_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no case `after`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_waiting(
    wallets: *mut escrow_wallets,
    after: Id,
    limit: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| {
        let after = place(after, |id| wallets.recovery_case(id))?;
        wallets.open_recoveries_after(after.as_ref(), limit)?
    })
}

/// Reads a recovery case.
///
/// Ownership: `recovery` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_at(
    rows: *mut escrow_rows,
    index: usize,
    recovery: *mut escrow_recovery,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, recovery, "recovery", error), |row: &RecoveryCase| case_of(row))
}

/// Gives the evidence of a case, with the host's references, for a member of staff. Read it with
/// `escrow_evidence_at`.
/// Refused: `case_not_found`, `person_not_found`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_recovery_evidence(
    wallets: *mut escrow_wallets,
    recovery: Id,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| wallets
        .recovery_evidence(recovery)?
        .map(|all| all.into_iter().map(KeptEvidence::from).collect()))
}

fn decision_of(number: u32) -> Result<RecoveryDecision> {
    match number {
        ESCROW_RECOVERY_APPROVE => Ok(RecoveryDecision::Approve),
        ESCROW_RECOVERY_REFUSE => Ok(RecoveryDecision::Refuse),
        _ => Err(Failure::invalid("decision is ESCROW_RECOVERY_APPROVE or ESCROW_RECOVERY_REFUSE")),
    }
}

fn case_of(case: &RecoveryCase) -> escrow_recovery {
    escrow_recovery {
        struct_size: 0,
        state: case.state.number().into(),
        id: case.case,
        wallet: case.wallet,
        opened_at: case.opened_at,
        changed_at: case.changed_at,
        evidence: case.evidence as u64,
        opened_by: escrow_text::of(&case.opened_by),
        reviewer: escrow_text::of(&case.reviewer),
        first_approver: escrow_text::of(&case.first_approver),
    }
}
