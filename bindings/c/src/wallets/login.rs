//! The login password.

use super::outcome::{command, escrow_wallet_outcome};
use crate::arguments::{flag, output, text};
use crate::boundary::call;
use crate::opaque::escrow_wallets;
use crate::status::{escrow_error, escrow_status};
use escrow::Id;
use std::ffi::c_char;

/// Sets the login password of a person who is registering, once the address is confirmed; again
/// until the registration is submitted. It may be shorter if the host checks a second factor at
/// each login (`has_second_factor` 1).
/// Refused: `password_too_short`, `password_too_long`, `password_too_common`,
/// `registration_not_found`, `address_must_be_confirmed`.
///
/// Ownership: `password` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_set_login_password(
    wallets: *mut escrow_wallets,
    person: Id,
    password: *const c_char,
    password_length: usize,
    has_second_factor: u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let password = text(password, password_length, "password")?;
        let has_second_factor = flag(has_second_factor, "has_second_factor")?;
        wallets.set_login_password(person, password, has_second_factor)?
    })
}

/// Checks a login; gives the person. The answer does not tell whether the address or the password
/// was wrong, and takes the same work. Failures are counted by address, before the answer is given,
/// those from unknown devices apart: see `escrow_wallets_known_device`. They count until a login
/// succeeds, a new password is set, or 30 days pass without another one; what they have locked for
/// good stays so.
/// Refused: `credentials_must_match`; `credential_is_locked` until the time given;
/// `credential_is_locked_for_good`, for unknown devices alone, until a new password is set.
///
/// Ownership: `email` and `password` are only read. `person` gets the id.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_log_in(
    wallets: *mut escrow_wallets,
    email: *const c_char,
    email_length: usize,
    password: *const c_char,
    password_length: usize,
    person: *mut Id,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let email = text(email, email_length, "email")?;
        let password = text(password, password_length, "password")?;
        let person = output(person, "person")?;
        wallets.log_in(email, password)?.map(|found| person.set(found))
    })
}

/// Changes the login password of a person who knows the present one. Failures count as failed
/// logins; that the new one was compared with the payment passwords counts as a failure of those.
/// Refused: `credentials_must_match`, `credential_is_locked`, `password_too_short`,
/// `password_too_long`, `password_too_common`, `passwords_must_differ`.
///
/// Ownership: `present` and `replacement` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_change_login_password(
    wallets: *mut escrow_wallets,
    person: Id,
    present: *const c_char,
    present_length: usize,
    replacement: *const c_char,
    replacement_length: usize,
    has_second_factor: u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let present = text(present, present_length, "present")?;
        let replacement = text(replacement, replacement_length, "replacement")?;
        let has_second_factor = flag(has_second_factor, "has_second_factor")?;
        wallets.change_login_password(person, present, replacement, has_second_factor)?
    })
}

/// Asks for a link to set a new login password. Answer and work are the same whether or not the
/// address has a wallet; nothing is locked by asking. The letter is written when letters are taken
/// the next time, to the address as it is stored. `requester` is the host's name for who asks, 1 to
/// 255 bytes: the network address, say; only a keyed hash of it is remembered. A requester and an
/// address have a few letters a day; those from known devices are counted apart.
/// Refused: `address_must_be_valid`, `text_must_be_valid`, `too_many_today`.
///
/// Ownership: `email` and `requester` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_send_login_reset(
    wallets: *mut escrow_wallets,
    email: *const c_char,
    email_length: usize,
    requester: *const c_char,
    requester_length: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let email = text(email, email_length, "email")?;
        let requester = text(requester, requester_length, "requester")?;
        wallets.send_login_reset(email, requester)?
    })
}

/// Sets a new login password by the token of a link.
/// Refused: `token_must_be_valid`, `password_too_short`, `password_too_long`,
/// `password_too_common`, `passwords_must_differ`.
///
/// Ownership: `token` and `replacement` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_reset_login_password(
    wallets: *mut escrow_wallets,
    token: *const c_char,
    token_length: usize,
    replacement: *const c_char,
    replacement_length: usize,
    has_second_factor: u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let token = text(token, token_length, "token")?;
        let replacement = text(replacement, replacement_length, "replacement")?;
        let has_second_factor = flag(has_second_factor, "has_second_factor")?;
        wallets.reset_login_password(token, replacement, has_second_factor)?
    })
}
