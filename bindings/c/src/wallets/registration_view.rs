//! How far a registration has come.

use super::rows::{query, show};
use super::text::escrow_text;
use crate::arguments::{Plain, sized_room, write_sized};
use crate::boundary::{call, on};
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{ESCROW_NOT_FOUND, Failure, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::policy::ConsentNeeded;
use escrow::{Id, RegistrationView, Timestamp};

/// A registration that is under way: what is there, what is missing, and until when it can be
/// completed. Begin with `ESCROW_REGISTRATION_VIEW_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_registration_view {
    /// `sizeof(escrow_registration_view)`.
    pub struct_size: u32,
    /// 1 if the address is confirmed: nothing else can be filled in before.
    pub address_is_confirmed: u32,
    /// Whose it is.
    pub person: Id,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// From when on the confirmation can be sent again (`escrow_registration_resend`); 0 for now.
    pub resend_from: Timestamp,
    /// When it is removed unless it is submitted.
    pub until: Timestamp,
    /// 1 if the profile is filled in.
    pub has_profile: u32,
    /// 1 if the login password is set.
    pub has_login_password: u32,
    /// How many more security answers the policy asks for.
    pub answers_missing: u32,
    /// How many consents are missing that the policy asks for: see
    /// `escrow_registration_missing_consents`.
    pub consents_missing: u32,
    /// 1 if it is over, because it was refused with `person_exists`: only a new one can succeed.
    pub is_over: u32,
    /// 1 if nothing is missing: it may be submitted. The age is judged then.
    pub is_complete: u32,
}

/// A consent that is missing. Begin with `ESCROW_CONSENT_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_consent {
    /// `sizeof(escrow_consent)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// What the customer is to agree to, such as `terms`.
    pub kind: escrow_text,
    /// The version of the text.
    pub version: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_consent {}

/// Says how far a registration has come, for the page of it. It does not tell whether the address or
/// the document belongs to somebody already.
///
/// Ownership: `view` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_NOT_FOUND` if there is none, or it was submitted.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_registration_find(
    wallets: *mut escrow_wallets,
    person: Id,
    view: *mut escrow_registration_view,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        sized_room(view, "view")?;
        let none = || Failure::new(ESCROW_NOT_FOUND, "there is no such registration");
        write_sized(view, view_of(&wallets.registration(person)?.ok_or_else(none)?), "view")?
    })
}

/// Gives the consents that the policy asks for and a registration lacks: none if there is no such
/// registration. Read them with `escrow_consent_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_registration_missing_consents(
    wallets: *mut escrow_wallets,
    person: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets
        .registration(person)?
        .map_or_else(Vec::new, |view| view.consents_missing))
}

/// Reads a consent that is missing.
///
/// Ownership: `consent` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_consent_at(
    rows: *mut escrow_rows,
    index: usize,
    consent: *mut escrow_consent,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, consent, "consent", error), |row: &ConsentNeeded| escrow_consent {
        struct_size: 0,
        reserved: 0,
        kind: escrow_text::of(&row.kind),
        version: escrow_text::of(&row.version),
    })
}

fn view_of(row: &RegistrationView) -> escrow_registration_view {
    let missing = row.consents_missing.len();
    escrow_registration_view {
        struct_size: 0,
        address_is_confirmed: row.address_is_confirmed.into(),
        person: row.person,
        begun_at: row.begun_at,
        resend_from: row.resend_from,
        until: row.until,
        has_profile: row.has_profile.into(),
        has_login_password: row.has_login_password.into(),
        answers_missing: row.answers_missing,
        consents_missing: u32::try_from(missing).unwrap_or(u32::MAX),
        is_over: row.is_over.into(),
        is_complete: row.is_complete().into(),
    }
}
