//! Changing an e-mail address or a telephone number.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use super::rows::{query, show};
use crate::arguments::{output, text};
use crate::boundary::call;
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::{Channel, ContactChange};
use escrow::{Id, Timestamp};
use std::ffi::c_char;

/// The change of an address or number that waits for its confirmation, or can still be stopped. Begin
/// with `ESCROW_CONTACT_CHANGE_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_contact_change {
    /// `sizeof(escrow_contact_change)`.
    pub struct_size: u32,
    /// Where it is: `ESCROW_CONTACT_CHANGE_STATE_*`.
    pub state: u32,
    /// Whose.
    pub person: Id,
    /// The correction that it is part of; zero if the customer wanted it.
    pub correction: Id,
    /// When the letter was sent.
    pub begun_at: Timestamp,
    /// When the link or code ends, or the cool-down.
    pub until: Timestamp,
    /// An e-mail address or a telephone number: `ESCROW_CHANNEL_*`.
    pub channel: u32,
    /// Zero.
    pub reserved: u32,
}

/// Begins to change the e-mail address or the telephone number of a customer whom the host has
/// authenticated: a letter goes to the new one, with a link for `escrow_contact_confirm_email`, or a
/// code for `escrow_contact_confirm_phone`. Until it is confirmed all stays as it is. A new letter ends
/// the one before. The answer is the same whether or not the address belongs to another person, who is
/// told by the letter then. `channel` is `ESCROW_CHANNEL_*`.
/// Refused: `address_must_be_valid`, `text_must_be_valid`, `text_must_not_hold_a_card_number`,
/// `person_not_found`, `person_must_be_active`, `data_is_damaged`, `address_already_confirmed` if it is
/// the present one, `change_is_under_way` while the last one cools down, `too_soon`, `too_many_today`,
/// `too_many`.
///
/// Ownership: `contact` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_contact_begin(
    wallets: *mut escrow_wallets,
    person: Id,
    channel: u32,
    contact: *const c_char,
    contact_length: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let contact = text(contact, contact_length, "contact")?;
        wallets.begin_contact_change(person, channel_of(channel)?, contact)?
    })
}

/// Confirms a new e-mail address by the token of the link, and gives the person. From now on letters
/// go there; links for a new password to nobody before the cool-down is over, and limits are lower until
/// then. A notice with a link for `escrow_contact_stop_by_link` goes to the former address and to the
/// telephone.
/// Refused: `token_must_be_valid`, `person_exists` if somebody else has confirmed the address
/// meanwhile.
///
/// Ownership: `token` is only read. `person` gets the id.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_contact_confirm_email(
    wallets: *mut escrow_wallets,
    token: *const c_char,
    token_length: usize,
    person: *mut Id,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let token = text(token, token_length, "token")?;
        let person = output(person, "person")?;
        wallets.confirm_email_change(token)?.map(|found| person.set(found))
    })
}

/// Confirms a new telephone number by the code that was sent there. Limits are lower until the
/// cool-down is over; a notice with a link for `escrow_contact_stop_by_link` goes to the former number
/// and to the e-mail address.
/// Refused: `code_must_match`, whatever is wrong with it.
///
/// Ownership: `code` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_contact_confirm_phone(
    wallets: *mut escrow_wallets,
    person: Id,
    code: *const c_char,
    code_length: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let code = text(code, code_length, "code")?;
        wallets.confirm_phone_change(person, code)?
    })
}

/// Stops the change of an address or number, for the customer whom the host has authenticated or for
/// a member of staff: one that is not confirmed is dropped, and one that cools down is taken back. The
/// customer is told by every channel. `channel` is `ESCROW_CHANNEL_*`.
/// Refused: `person_not_found`, `change_not_found` if there is none, or it stands already,
/// `data_is_damaged`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_contact_stop(
    wallets: *mut escrow_wallets,
    person: Id,
    channel: u32,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.stop_contact_change(person, channel_of(channel)?, &actor)?
    })
}

/// The same by the link of the notice, for whoever is reached where the customer was; gives the
/// person, whose sessions the host ends.
/// Refused: `token_must_be_valid`.
///
/// Ownership: `token` is only read. `person` gets the id.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_contact_stop_by_link(
    wallets: *mut escrow_wallets,
    token: *const c_char,
    token_length: usize,
    person: *mut Id,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let token = text(token, token_length, "token")?;
        let person = output(person, "person")?;
        wallets.stop_contact_change_by_link(token)?.map(|found| person.set(found))
    })
}

/// Gives the changes of addresses and numbers of a person that wait for their confirmation, or can
/// still be stopped. Read them with `escrow_contact_change_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_contact_changes(
    wallets: *mut escrow_wallets,
    person: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets.contact_changes(person)?)
}

/// Reads the change of an address or number.
///
/// Ownership: `change` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_contact_change_at(
    rows: *mut escrow_rows,
    index: usize,
    change: *mut escrow_contact_change,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, change, "change", error), |row: &ContactChange| {
        escrow_contact_change {
            struct_size: 0,
            state: row.state.number().into(),
            person: row.person,
            correction: row.case,
            begun_at: row.begun_at,
            until: row.until,
            channel: row.channel.number().into(),
            reserved: 0,
        }
    })
}

fn channel_of(number: u32) -> Result<Channel> {
    let unknown = |_| Failure::invalid("channel is not one of ESCROW_CHANNEL_*");
    u8::try_from(number).map(Channel::from_number).map_err(unknown)
}
