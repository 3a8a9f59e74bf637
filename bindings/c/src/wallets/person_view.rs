//! Persons as support reads them, and all that is known of one.

use super::actor::{acting, escrow_actor};
use super::outcome::escrow_wallet_outcome;
use super::person::{ESCROW_DOCUMENT_KIND_DRIVER_LICENCE, ESCROW_DOCUMENT_KIND_PASSPORT};
use super::rows::{judged_query, show};
use super::text::escrow_text;
use crate::arguments::{Plain, output, room, text};
use crate::boundary::{boundary, call};
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::DocumentKind;
use escrow::{FoundPerson, Id, PersonExport, PersonView, Timestamp};
use std::ffi::c_char;

/// Somebody who was looked for by an address. Begin with `ESCROW_FOUND_PERSON_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_found_person {
    /// `sizeof(escrow_found_person)`.
    pub struct_size: u32,
    /// 1 if the registration is not submitted yet.
    pub is_registering: u32,
    /// Who.
    pub person: Id,
    /// 1 if the address is confirmed, and so nobody else's.
    pub address_is_confirmed: u32,
    /// Zero.
    pub reserved: u32,
}

/// Who a person is. Begin with `ESCROW_PERSON_VIEW_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_person_view {
    /// `sizeof(escrow_person_view)`.
    pub struct_size: u32,
    /// 1 if the registration is not submitted yet.
    pub is_registering: u32,
    /// Who.
    pub person: Id,
    /// When the registration was begun.
    pub created_at: Timestamp,
    /// Until when the data must be kept; 0 for no date.
    pub retain_until: Timestamp,
    /// 1 if a legal hold forbids erasure.
    pub legal_hold: u32,
    /// What the customer is identified by: `ESCROW_DOCUMENT_KIND_*`, or 0 until the profile is
    /// filled in: all its texts are empty then.
    pub document_kind: u32,
    /// Where letters go.
    pub email: escrow_text,
    /// The full name.
    pub name: escrow_text,
    /// The country of which the customer is a citizen.
    pub citizenship: escrow_text,
    /// The country that issued the document.
    pub document_country: escrow_text,
    /// Its number.
    pub document_number: escrow_text,
    /// The postal address.
    pub postal_address: escrow_text,
    /// The telephone number.
    pub phone: escrow_text,
    /// The birth date, as in `1990-02-28`; empty if it is not known.
    pub birth_date: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_person_view {}

/// All that is known of a person. Begin with `ESCROW_PERSON_EXPORT_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_person_export {
    /// `sizeof(escrow_person_export)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// One JSON document.
    pub json: escrow_text,
}

// SAFETY: numbers and a pointer, without padding.
unsafe impl Plain for escrow_person_export {}

/// Looks for persons by an e-mail address, for a member of staff: first whose address it is, then
/// registrations under way that were begun with it, oldest first. Their trails say who looked and why;
/// that nobody was found stands in the store's own. Read them with `escrow_found_person_at`.
/// Refused: `person_not_found`, `address_must_be_valid`, `text_must_not_hold_a_card_number`,
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
/// `reason_must_be_given`.
///
/// Ownership: `email` and `actor` are only read. `*rows` is the caller's, to be freed by
/// `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_find(
    wallets: *mut escrow_wallets,
    email: *const c_char,
    email_length: usize,
    actor: *const escrow_actor,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let email = text(email, email_length, "email")?;
        let actor = acting(actor)?;
        wallets.find_persons(email, &actor)?
    })
}

/// Reads somebody who was found.
///
/// Ownership: `found` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_found_person_at(
    rows: *mut escrow_rows,
    index: usize,
    found: *mut escrow_found_person,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, found, "found", error), |row: &FoundPerson| escrow_found_person {
        struct_size: 0,
        is_registering: row.is_registering.into(),
        person: row.person,
        address_is_confirmed: row.address_is_confirmed.into(),
        reserved: 0,
    })
}

/// Shows who a person is to a member of staff, beside the evidence of a case of hers, or (zero) of
/// none, in one row. The trail remembers it before it is shown. Read it with `escrow_person_view_at`.
/// Refused: `person_not_found`, `case_not_found` if the case is not the person's, `data_is_damaged`
/// while the person's key is damaged, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_show(
    wallets: *mut escrow_wallets,
    person: Id,
    about: Id,
    actor: *const escrow_actor,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.show_person(person, about, &actor)?.map(|view| vec![view])
    })
}

/// Reads who a person is.
///
/// Ownership: `view` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_view_at(
    rows: *mut escrow_rows,
    index: usize,
    view: *mut escrow_person_view,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, view, "view", error), |row: &PersonView| view_of(row))
}

fn view_of(row: &PersonView) -> escrow_person_view {
    let profile = row.profile.as_ref();
    let text = |of: fn(&escrow::wallet::Profile) -> &str| escrow_text::of(profile.map_or("", of));
    escrow_person_view {
        struct_size: 0,
        is_registering: row.is_registering.into(),
        person: row.person,
        created_at: row.created_at,
        retain_until: row.retain_until,
        legal_hold: row.legal_hold.into(),
        document_kind: profile.map_or(0, |profile| number_of(profile.document_kind)),
        email: escrow_text::of(&row.email),
        name: text(|profile| &profile.name),
        citizenship: text(|profile| &profile.citizenship),
        document_country: text(|profile| &profile.document_country),
        document_number: text(|profile| &profile.document_number),
        postal_address: text(|profile| &profile.postal_address),
        phone: text(|profile| &profile.phone),
        birth_date: text(|profile| &profile.birth_date),
    }
}

/// `ESCROW_DOCUMENT_KIND_*`; 0 for one that this version of the header does not know.
pub(crate) fn number_of(kind: DocumentKind) -> u32 {
    match kind {
        DocumentKind::Passport => ESCROW_DOCUMENT_KIND_PASSPORT,
        DocumentKind::DriverLicence => ESCROW_DOCUMENT_KIND_DRIVER_LICENCE,
        _ => 0,
    }
}

/// Gives all that is known of a person as one JSON document, in one row: for her right of access
/// (GDPR, Article 15). It is ordered by the customer, whom the host has authenticated, or by staff; the
/// trail remembers it. Its schema is what `escrow_person_export_schema` gives. Never in it are
/// passwords, answers, codes, links, tokens of processors or hashes of these, and no names of staff.
/// Read it with `escrow_person_export_at`.
/// Refused: `person_not_found`, `data_is_damaged` while the person's key is damaged,
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
/// `reason_must_be_given`.
///
/// Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_export_all(
    wallets: *mut escrow_wallets,
    person: Id,
    actor: *const escrow_actor,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.export_person(person, &actor)?.map(|export| vec![export])
    })
}

/// Reads an export.
///
/// Ownership: `document` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_export_at(
    rows: *mut escrow_rows,
    index: usize,
    document: *mut escrow_person_export,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, document, "document", error), |row: &PersonExport| {
        let json = escrow_text::of(row.as_json());
        escrow_person_export { struct_size: 0, reserved: 0, json }
    })
}

/// Writes the JSON Schema (draft 2020-12) of what `escrow_person_export_all` gives, with what each
/// field means.
///
/// Ownership: `text` is the caller's room for `capacity` bytes; `length` gets how many there are, also
/// with `ESCROW_BUFFER_TOO_SMALL`. No zero is added.
/// Threads: any.
/// Errors: `ESCROW_BUFFER_TOO_SMALL`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_export_schema(
    text: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let text = room(text.cast::<u8>(), capacity, "text")?;
        text.fill(output(length, "length")?, PersonExport::SCHEMA.as_bytes())?
    })
}
