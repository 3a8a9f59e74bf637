//! Persons: who they are, what they agree to, what support notes about them.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use super::rows::{judged_query, show};
use super::text::escrow_text;
use crate::arguments::{Plain, flag, output, room, sized_input, text};
use crate::boundary::{call, on};
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use escrow::wallet::{DocumentKind, Profile};
use escrow::{Id, Note, Timestamp};
use std::ffi::c_char;
use zeroize::Zeroize;

/// A passport.
pub const ESCROW_DOCUMENT_KIND_PASSPORT: u32 = 1;
/// A driver's licence.
pub const ESCROW_DOCUMENT_KIND_DRIVER_LICENCE: u32 = 2;

/// Who a customer is. Sealed before it is stored; staff read it by `escrow_person_show`. Begin with
/// `ESCROW_PROFILE_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_profile {
    /// `sizeof(escrow_profile)`.
    pub struct_size: u32,
    /// What the customer is identified by: `ESCROW_DOCUMENT_KIND_*`.
    pub document_kind: u32,
    /// The full name.
    pub name: escrow_text,
    /// The country of which the customer is a citizen: two letters A to Z.
    pub citizenship: escrow_text,
    /// The country that issued the document: two letters A to Z.
    pub document_country: escrow_text,
    /// Its number. Spaces, hyphens and case do not count. It is refused as a card number only if it
    /// begins as a network's cards do, and has their 14 to 19 digits with a right Luhn digit: no
    /// passport has, and the owner of a licence that does by chance registers with a passport.
    pub document_number: escrow_text,
    /// The postal address, of one line or several.
    pub postal_address: escrow_text,
    /// The telephone number.
    pub phone: escrow_text,
    /// The birth date, as in `1990-02-28`; empty if it is not known. A policy with a minimum age
    /// asks for it.
    pub birth_date: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_profile {}

/// A note of support. Begin with `ESCROW_NOTE_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_note {
    /// `sizeof(escrow_note)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// When it was left.
    pub at: Timestamp,
    /// By whom.
    pub author: escrow_text,
    /// What it says; empty while the person's key is damaged.
    pub text: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_note {}

/// A note that is wiped.
struct KeptNote(Note);

impl Drop for KeptNote {
    fn drop(&mut self) {
        self.0.text.zeroize();
    }
}

impl escrow_profile {
    /// # Safety
    /// The texts are the caller's, as the header says.
    unsafe fn parse(self) -> Result<Profile> {
        let document_kind = match self.document_kind {
            ESCROW_DOCUMENT_KIND_PASSPORT => DocumentKind::Passport,
            ESCROW_DOCUMENT_KIND_DRIVER_LICENCE => DocumentKind::DriverLicence,
            _ => {
                return Err(Failure::invalid(
                    "profile: document_kind is not one of ESCROW_DOCUMENT_KIND_*",
                ));
            }
        };
        // SAFETY: the caller's promise is the same.
        let text = |text: escrow_text, name| unsafe { text.read(name) }.map(str::to_owned);
        Ok(Profile {
            name: text(self.name, "name")?,
            citizenship: text(self.citizenship, "citizenship")?,
            document_kind,
            document_country: text(self.document_country, "document_country")?,
            document_number: text(self.document_number, "document_number")?,
            postal_address: text(self.postal_address, "postal_address")?,
            phone: text(self.phone, "phone")?,
            birth_date: text(self.birth_date, "birth_date")?,
        })
    }
}

/// Fills in who the customer is, once the address is confirmed; again until the registration is
/// submitted.
/// Refused: `registration_not_found`, `address_must_be_confirmed`, `country_must_be_valid`,
/// `text_must_be_valid`, `text_must_not_hold_a_card_number`, `birth_date_must_be_valid`,
/// `birth_date_must_be_given` by a policy with a minimum age, `person_exists` if the document
/// belongs to somebody else.
///
/// Ownership: `profile` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_set_profile(
    wallets: *mut escrow_wallets,
    person: Id,
    profile: *const escrow_profile,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let profile = sized_input(profile, "profile")?.parse()?;
        wallets.set_profile(person, &profile)?
    })
}

/// Remembers what the customer agrees to (`is_given` 1), or no longer does (0): `kind` and
/// `version` are the host's own, such as `terms` and `2026-01`: 1 to 64 of A-Z, a-z, 0-9, `.`, `_` and
/// `-`, for they stand in the trail in clear. The kind `refunds_to_wallet` has refunds of card payments
/// credited to the wallet.
/// Refused: `person_not_found`, `registration_not_found`, `address_must_be_confirmed`,
/// `text_must_be_valid`, `text_must_not_hold_a_card_number`, `too_many`.
///
/// Ownership: `kind` and `version` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_set_consent(
    wallets: *mut escrow_wallets,
    person: Id,
    kind: *const c_char,
    kind_length: usize,
    version: *const c_char,
    version_length: usize,
    is_given: u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let kind = text(kind, kind_length, "kind")?;
        let version = text(version, version_length, "version")?;
        let is_given = flag(is_given, "is_given")?;
        wallets.set_consent(person, kind, version, is_given)?
    })
}

/// Gives the wallets of a person, in the order in which they were opened: none if there is no such
/// person.
///
/// Ownership: `ids` is the caller's room for `capacity` ids; `count` gets how many there are, also
/// with `ESCROW_BUFFER_TOO_SMALL`.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_BUFFER_TOO_SMALL`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_wallets(
    wallets: *mut escrow_wallets,
    person: Id,
    ids: *mut Id,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        let ids = room(ids, capacity, "ids")?;
        let count = output(count, "count")?;
        ids.fill(count, &wallets.wallets_of(person)?)?
    })
}

/// Leaves a note of support on a person: sealed, up to 2,000 bytes.
/// Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
/// `reason_must_be_given`, `text_must_be_valid`, `text_must_not_hold_a_card_number`,
/// `person_not_found`, `too_many`.
///
/// Ownership: `note` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_leave_note(
    wallets: *mut escrow_wallets,
    person: Id,
    note: *const c_char,
    note_length: usize,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let note = text(note, note_length, "note")?;
        let actor = acting(actor)?;
        wallets.leave_note(person, note, &actor)?
    })
}

/// Gives the notes of support on a person, oldest first. Read them with `escrow_note_at`.
/// Refused: `person_not_found`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_notes(
    wallets: *mut escrow_wallets,
    person: Id,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| wallets
        .notes_on(person)?
        .map(|notes| notes.into_iter().map(KeptNote).collect()))
}

/// Reads a note.
///
/// Ownership: `note` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_note_at(
    rows: *mut escrow_rows,
    index: usize,
    note: *mut escrow_note,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, note, "note", error), |row: &KeptNote| escrow_note {
        struct_size: 0,
        reserved: 0,
        at: row.0.at,
        author: escrow_text::of(&row.0.author),
        text: escrow_text::of(&row.0.text),
    })
}
