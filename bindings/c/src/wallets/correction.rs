//! Corrections of what is known of a person, by staff with evidence.

use super::actor::{acting, escrow_actor};
use super::evidence::{KeptEvidence, escrow_evidence, given};
use super::outcome::{command, escrow_wallet_outcome};
use super::person::{ESCROW_DOCUMENT_KIND_DRIVER_LICENCE, ESCROW_DOCUMENT_KIND_PASSPORT};
use super::person_view::number_of;
use super::rows::{judged_query, query, show};
use super::text::escrow_text;
use super::wallet::place;
use crate::arguments::{Plain, output, record, sized_input};
use crate::boundary::{call, on};
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use escrow::wallet::{Correction, CorrectionCase, DocumentKind};
use escrow::{CaseEvidence, Evidence, Id, StoredEvidence, Timestamp};

/// What is to be changed of a person; what is zero or empty stays. Begin with
/// `ESCROW_CORRECTION_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_correction {
    /// `sizeof(escrow_correction)`.
    pub struct_size: u32,
    /// What the customer is identified by, if the document changes, with its country and number:
    /// `ESCROW_DOCUMENT_KIND_*`; 0 otherwise.
    pub document_kind: u32,
    /// Of a correction that is read: how many pieces of evidence it has, see
    /// `escrow_correction_evidence_at`. Otherwise zero.
    pub evidence: u64,
    /// The full name.
    pub name: escrow_text,
    /// The country of which the customer is a citizen: two letters A to Z.
    pub citizenship: escrow_text,
    /// The country that issued the document: two letters A to Z.
    pub document_country: escrow_text,
    /// Its number.
    pub document_number: escrow_text,
    /// The postal address, of one line or several.
    pub postal_address: escrow_text,
    /// A new e-mail address, which is to be confirmed.
    pub email: escrow_text,
    /// A new telephone number, which is to be confirmed.
    pub phone: escrow_text,
    /// The birth date, as in `1990-02-28`.
    pub birth_date: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_correction {}

/// A correction as staff see it in a list: which fields it changes, not to what. Begin with
/// `ESCROW_CORRECTION_CASE_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_correction_case {
    /// `sizeof(escrow_correction_case)`.
    pub struct_size: u32,
    /// Where it is: `ESCROW_CORRECTION_STATE_*`.
    pub state: u32,
    /// Its id.
    pub id: Id,
    /// Whose.
    pub person: Id,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// How many pieces of evidence it has.
    pub evidence: u64,
    /// What it changes, such as `name, document`.
    pub changes: escrow_text,
    /// Who opened it.
    pub opened_by: escrow_text,
    /// Who decided it; empty before.
    pub reviewer: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_correction_case {}

/// A correction whose evidence is wiped; it wipes itself.
struct Shown {
    correction: Correction,
    evidence: Vec<KeptEvidence>,
}

impl Shown {
    fn new((correction, evidence): (Correction, Vec<StoredEvidence>)) -> Self {
        Self { correction, evidence: evidence.into_iter().map(KeptEvidence::from).collect() }
    }
}

impl escrow_correction {
    /// # Safety
    /// The texts are the caller's, as the header says.
    unsafe fn parse(self) -> Result<Correction> {
        let document_kind = match self.document_kind {
            0 => None,
            ESCROW_DOCUMENT_KIND_PASSPORT => Some(DocumentKind::Passport),
            ESCROW_DOCUMENT_KIND_DRIVER_LICENCE => Some(DocumentKind::DriverLicence),
            _ => {
                return Err(Failure::invalid(
                    "correction: document_kind is not one of ESCROW_DOCUMENT_KIND_*",
                ));
            }
        };
        if self.evidence != 0 {
            return Err(Failure::invalid("correction: evidence must be zero"));
        }
        // SAFETY: the caller's promise is the same.
        let text = |text: escrow_text, name| unsafe { text.read(name) }.map(str::to_owned);
        Ok(Correction {
            name: text(self.name, "name")?,
            citizenship: text(self.citizenship, "citizenship")?,
            document_kind,
            document_country: text(self.document_country, "document_country")?,
            document_number: text(self.document_number, "document_number")?,
            postal_address: text(self.postal_address, "postal_address")?,
            email: text(self.email, "email")?,
            phone: text(self.phone, "phone")?,
            birth_date: text(self.birth_date, "birth_date")?,
        })
    }
}

/// Opens the correction of a person's name, document, citizenship, address, birth date, e-mail
/// address or telephone number, for a member of staff. It takes evidence, and unless it is the
/// postal address alone another member of staff who approves it. So who lost her mailbox and her
/// telephone has a way back: approved, it has letters go to the new ones, which count once she has
/// confirmed them. Sent again with the same id, it answers as before.
/// Refused: `id_must_be_valid`, `case_exists`, `correction_must_change_something`,
/// `person_not_found`, `person_must_be_active`, `data_is_damaged`, `country_must_be_valid`,
/// `text_must_be_valid`, `text_must_not_hold_a_card_number`, `birth_date_must_be_valid`,
/// `address_must_be_valid`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `wanted` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_correction_open(
    wallets: *mut escrow_wallets,
    correction: Id,
    person: Id,
    wanted: *const escrow_correction,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let wanted = sized_input(wanted, "wanted")?.parse()?;
        let actor = acting(actor)?;
        wallets.open_correction(correction, person, &wanted, &actor)?
    })
}

/// Adds a piece of evidence to a correction, for a member of staff.
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
pub unsafe extern "C" fn escrow_correction_add_evidence(
    wallets: *mut escrow_wallets,
    correction: Id,
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
        wallets.add_correction_evidence(correction, &evidence, &actor)?
    })
}

/// Approves a correction: the profile is changed at once, and the customer told by every channel; to a
/// new e-mail address or telephone number a letter goes, as by `escrow_contact_begin`. Unless it is the
/// postal address alone, by another member of staff than who opened it; also for an address whose scans
/// were shown for another person.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `evidence_must_be_given`,
/// `evidence_has_expired`, `reviewer_must_be_another`, `person_exists` if the document is another
/// person's, `data_is_damaged`, `person_not_found`, and as `escrow_contact_begin`;
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_approver_role`,
/// `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_correction_approve(
    wallets: *mut escrow_wallets,
    correction: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.approve_correction(correction, &actor)?
    })
}

/// Refuses a correction, or gives it up; for any member of staff.
/// Refused: `case_not_found`, `case_must_be_at_this_step`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_correction_refuse(
    wallets: *mut escrow_wallets,
    correction: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.refuse_correction(correction, &actor)?
    })
}

/// Shows what a correction is to change, with its evidence, to a member of staff who decides it, in one
/// row. The trail remembers it before it is shown. Read it with `escrow_correction_at` and
/// `escrow_correction_evidence_at`.
/// Refused: `case_not_found`, `person_not_found`, `data_is_damaged`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_correction_show(
    wallets: *mut escrow_wallets,
    correction: Id,
    actor: *const escrow_actor,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.show_correction(correction, &actor)?.map(|shown| vec![Shown::new(shown)])
    })
}

/// Reads what a correction is to change.
///
/// Ownership: `correction` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_correction_at(
    rows: *mut escrow_rows,
    index: usize,
    correction: *mut escrow_correction,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, correction, "correction", error), |row: &Shown| shown(row))
}

/// Reads a piece of evidence of a correction: the one of this number, from 0 on.
///
/// Ownership: `evidence` is the caller's record.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or evidence, or the rows are of
/// another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_correction_evidence_at(
    rows: *mut escrow_rows,
    index: usize,
    number: usize,
    evidence: *mut escrow_evidence,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(rows, error), |this| {
        let evidence = output(evidence, "evidence")?;
        let found = this.row::<Shown>(index)?.evidence.get(number);
        let none = || Failure::invalid(format!("this correction has no evidence {number}"));
        evidence.set(found.ok_or_else(none)?.show());
    })
}

/// Gives a correction in one row, in none if there is no such case: what it changes, not to what. Read
/// it with `escrow_correction_case_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_correction_find(
    wallets: *mut escrow_wallets,
    correction: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets
        .correction_case(correction)?
        .into_iter()
        .collect())
}

/// Gives the corrections that wait for staff, oldest first, at most `limit`; behind the case `after`,
/// zero to begin. Read them with `escrow_correction_case_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no case `after`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_correction_waiting(
    wallets: *mut escrow_wallets,
    after: Id,
    limit: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| {
        let after = place(after, |id| wallets.correction_case(id))?;
        wallets.open_corrections(after.as_ref(), limit)?
    })
}

/// Reads a correction as it is listed.
///
/// Ownership: `found` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_correction_case_at(
    rows: *mut escrow_rows,
    index: usize,
    found: *mut escrow_correction_case,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, found, "found", error), |row: &CorrectionCase| case_of(row))
}

fn shown(Shown { correction, evidence }: &Shown) -> escrow_correction {
    escrow_correction {
        struct_size: 0,
        document_kind: correction.document_kind.map_or(0, number_of),
        evidence: evidence.len() as u64,
        name: escrow_text::of(&correction.name),
        citizenship: escrow_text::of(&correction.citizenship),
        document_country: escrow_text::of(&correction.document_country),
        document_number: escrow_text::of(&correction.document_number),
        postal_address: escrow_text::of(&correction.postal_address),
        email: escrow_text::of(&correction.email),
        phone: escrow_text::of(&correction.phone),
        birth_date: escrow_text::of(&correction.birth_date),
    }
}

fn case_of(case: &CorrectionCase) -> escrow_correction_case {
    escrow_correction_case {
        struct_size: 0,
        state: case.state.number().into(),
        id: case.case,
        person: case.person,
        opened_at: case.opened_at,
        changed_at: case.changed_at,
        evidence: case.evidence as u64,
        changes: escrow_text::of(&case.fields),
        opened_by: escrow_text::of(&case.opened_by),
        reviewer: escrow_text::of(&case.reviewer),
    }
}
