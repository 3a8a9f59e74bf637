//! Verification cases: asking for a tier, showing evidence, reviewing it.

use super::actor::{acting, escrow_actor};
use super::evidence::{KeptEvidence, escrow_evidence, given};
use super::outcome::{command, escrow_wallet_outcome};
use super::rows::{query, show};
use super::text::escrow_text;
use super::wallet::{found, place};
use crate::arguments::{Plain, array, output, room};
use crate::boundary::{call, on};
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use escrow::wallet::VerificationReason;
use escrow::{Id, Timestamp, VerificationCase};

/// A verification case. Begin with `ESCROW_VERIFICATION_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_verification {
    /// `sizeof(escrow_verification)`.
    pub struct_size: u32,
    /// Where it is: `ESCROW_VERIFICATION_STATE_*`.
    pub state: u32,
    /// Its id.
    pub id: Id,
    /// Whose wallet it is about.
    pub wallet: Id,
    /// The tier that is asked for.
    pub tier: u32,
    /// Why it was refused: `ESCROW_VERIFICATION_REASON_*`; 0 otherwise.
    pub reason: u32,
    /// Until when the approval lasts; 0 for ever.
    pub until: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last moved.
    pub changed_at: Timestamp,
    /// How many pieces of evidence it has: see `escrow_verification_evidence_at`.
    pub evidence: u64,
    /// The member of staff who reviews it; empty for nobody yet.
    pub reviewer: escrow_text,
    /// Who approved first, where two must.
    pub first_approver: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_verification {}

/// A case whose evidence is wiped.
struct KeptCase {
    case: VerificationCase,
    evidence: Vec<KeptEvidence>,
}

impl KeptCase {
    fn new(mut case: VerificationCase) -> Self {
        let evidence = std::mem::take(&mut case.evidence);
        Self { case, evidence: evidence.into_iter().map(KeptEvidence::from).collect() }
    }
}

/// Opens a case: the wallet asks for `tier`, which is its own (to renew it) or a higher one. A
/// wallet has one open case at a time. Sent again with the same id, it changes nothing.
/// Refused: `case_exists`, `wallet_not_found`, `case_is_open`, `id_must_be_valid`,
/// `wallet_must_be_active`, `tier_must_exist`, `tier_already_reached`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_open(
    wallets: *mut escrow_wallets,
    verification: Id,
    wallet: Id,
    tier: u32,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let tier = u8::try_from(tier).map_err(|_| Failure::invalid("tier is above 255"))?;
        let actor = acting(actor)?;
        wallets.open_verification(verification, wallet, tier, &actor)?
    })
}

/// Adds evidence to a case that is not reviewed yet. Staff find the case by
/// `escrow_verification_waiting` from now on. One scan, by its hash, counts once for the tier, however
/// often it is shown. Evidence of kind `ESCROW_EVIDENCE_KIND_IN_PERSON` is taken from staff alone,
/// who saw the customer.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `evidence_must_be_given`,
/// `evidence_kind_must_be_known`, `evidence_has_expired`, `person_not_found`, `text_must_be_valid`,
/// `text_must_not_hold_a_card_number`, `too_many`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `evidence`, of which there are `count` pieces, and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_submit(
    wallets: *mut escrow_wallets,
    verification: Id,
    evidence: *const escrow_evidence,
    count: usize,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let evidence = given(array(evidence, count, "evidence")?)?;
        let actor = acting(actor)?;
        wallets.submit_evidence(verification, &evidence.0, &actor)?
    })
}

/// Takes a submitted case into review. For a member of staff.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_reviewer_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_review(
    wallets: *mut escrow_wallets,
    verification: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.review_verification(verification, &actor)?
    })
}

/// Approves a case, until a time or for as long as the policy allows (0). `state` gets
/// `ESCROW_VERIFICATION_STATE_APPROVED`, or `ESCROW_VERIFICATION_STATE_AWAITS_SECOND` where the
/// policy wants another member of staff to approve too, and so whenever the first one approves again.
/// The wallet is in its new tier at once, and its owner is told.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `tier_must_exist`,
/// `evidence_must_suffice`, `evidence_has_expired`, `approval_must_end_later`,
/// `reviewer_must_be_another`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_reviewer_role`, `staff_must_have_approver_role`, `reason_must_be_given`.
///
/// Ownership: `state` gets the number; `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_approve(
    wallets: *mut escrow_wallets,
    verification: Id,
    until: Timestamp,
    actor: *const escrow_actor,
    state: *mut u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let state = output(state, "state")?;
        let actor = acting(actor)?;
        let judged = wallets.approve_verification(verification, until, &actor)?;
        judged.map(|found| state.set(found.number().into()))
    })
}

/// Refuses a case, for one of `ESCROW_VERIFICATION_REASON_*`; the customer is told. For a member of
/// staff.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_reviewer_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_refuse(
    wallets: *mut escrow_wallets,
    verification: Id,
    reason: u32,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let reason = reason_of(reason)?;
        let actor = acting(actor)?;
        wallets.refuse_verification(verification, reason, &actor)?
    })
}

/// The customer withdraws an open case.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_withdraw(
    wallets: *mut escrow_wallets,
    verification: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.withdraw_verification(verification, &actor)?
    })
}

/// Gives the cases of other persons that the scans of a case were shown in too, at most 64. To be
/// shown to whoever reviews it: to approve it takes two members of staff then, whatever the tier.
///
/// Ownership: `ids` is the caller's room for `capacity` ids; `count` gets how many there are, also
/// with `ESCROW_BUFFER_TOO_SMALL`.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_BUFFER_TOO_SMALL`; `ESCROW_NOT_FOUND` if there is no such
/// case.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_same_scans(
    wallets: *mut escrow_wallets,
    verification: Id,
    ids: *mut Id,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let ids = room(ids, capacity, "ids")?;
        let count = output(count, "count")?;
        let cases = found(this.wallets.same_scans(verification)?, "case")?;
        ids.fill(count, &cases)?
    })
}

/// Takes the tier of a wallet back, for a member of staff: the evidence that it stands on turned out
/// false, say. The wallet is in tier 0 at once, and its owner is told. Cases of the same person that
/// await their second approval are in review again.
/// Refused: `wallet_not_found`, `tier_must_be_reached`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_reviewer_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_revoke_tier(
    wallets: *mut escrow_wallets,
    wallet: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.revoke_tier(wallet, &actor)?
    })
}

/// Gives a verification case in one row, in none if there is no such case. Read it with
/// `escrow_verification_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_find(
    wallets: *mut escrow_wallets,
    verification: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets
        .verification(verification)?
        .into_iter()
        .map(KeptCase::new)
        .collect())
}

/// Gives the cases that wait for staff, the one that was opened first before all others, at most
/// `limit`; behind the case `after`, zero to begin. Read them with `escrow_verification_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no case `after`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_waiting(
    wallets: *mut escrow_wallets,
    after: Id,
    limit: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| {
        let after = place(after, |id| wallets.verification(id))?;
        let found = wallets.open_verifications(after.as_ref(), limit)?;
        found.into_iter().map(KeptCase::new).collect()
    })
}

/// Gives the verification case of a wallet that is open.
///
/// Ownership: `verification` gets its id.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_NOT_FOUND` if the wallet has no open case.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_of_wallet(
    wallets: *mut escrow_wallets,
    wallet: Id,
    verification: *mut Id,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        let verification = output(verification, "verification")?;
        verification.set(found(wallets.open_verification_of(wallet)?, "open verification case")?);
    })
}

/// Reads a verification case.
///
/// Ownership: `verification` is the caller's struct, which is filled as far as its `struct_size`
/// says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_at(
    rows: *mut escrow_rows,
    index: usize,
    verification: *mut escrow_verification,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, verification, "verification", error), |row: &KeptCase| case_of(row))
}

/// Reads a piece of evidence of a verification case: the one of this number, from 0 on.
///
/// Ownership: `evidence` is the caller's record.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or evidence, or the rows are of
/// another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_verification_evidence_at(
    rows: *mut escrow_rows,
    index: usize,
    number: usize,
    evidence: *mut escrow_evidence,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(rows, error), |this| {
        let evidence = output(evidence, "evidence")?;
        let found = this.row::<KeptCase>(index)?.evidence.get(number);
        let none = || Failure::invalid(format!("this case has no evidence {number}"));
        evidence.set(found.ok_or_else(none)?.show());
    })
}

fn reason_of(number: u32) -> Result<VerificationReason> {
    let reason = u8::try_from(number).map(VerificationReason::from_number);
    let unknown = || Failure::invalid("reason is not one of ESCROW_VERIFICATION_REASON_*");
    reason.ok().filter(|reason| reason.is_known()).ok_or_else(unknown)
}

fn case_of(row: &KeptCase) -> escrow_verification {
    let case = &row.case;
    escrow_verification {
        struct_size: 0,
        state: case.state.number().into(),
        id: case.id,
        wallet: case.wallet,
        tier: case.tier.into(),
        reason: case.reason.map_or(0, |reason| reason.number().into()),
        until: case.until,
        opened_at: case.opened_at,
        changed_at: case.changed_at,
        evidence: row.evidence.len() as u64,
        reviewer: escrow_text::of(&case.reviewer),
        first_approver: escrow_text::of(&case.first_approver),
    }
}
