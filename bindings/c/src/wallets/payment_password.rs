//! The payment password: a wallet's own, beside the one to log in.

use super::outcome::{command, escrow_wallet_outcome};
use super::wallet::found;
use crate::arguments::{output, text};
use crate::boundary::{call, on};
use crate::opaque::escrow_wallets;
use crate::status::{escrow_error, escrow_status};
use escrow::{Id, Timestamp};
use std::ffi::c_char;

/// Creates the payment password of a wallet that has none: six digits or more, or a phrase, unless
/// the policy says otherwise. It must differ from the login password.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `password_already_set`,
/// `password_too_short`, `password_too_long`, `password_too_common`, `passwords_must_differ`.
///
/// Ownership: `password` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_create_payment_password(
    wallets: *mut escrow_wallets,
    wallet: Id,
    password: *const c_char,
    password_length: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let password = text(password, password_length, "password")?;
        wallets.create_payment_password(wallet, password)?
    })
}

/// Checks a payment password. Failures are counted before the answer is given; five lock it for 15
/// minutes, each further one for twice as long, twenty until recovery, unless the policy says
/// otherwise.
/// Refused: `credentials_must_match`, `credential_is_locked`, `credential_is_locked_for_good`.
///
/// Ownership: `password` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_check_payment_password(
    wallets: *mut escrow_wallets,
    wallet: Id,
    password: *const c_char,
    password_length: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let password = text(password, password_length, "password")?;
        wallets.check_payment_password(wallet, password)?
    })
}

/// Changes the payment password of a wallet whose present one is known. Failures count.
/// Refused: as `escrow_wallet_check_payment_password`; `password_too_short`, `password_too_long`,
/// `password_too_common`, `passwords_must_differ`, `wallet_must_be_active`.
///
/// Ownership: `present` and `replacement` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_change_payment_password(
    wallets: *mut escrow_wallets,
    wallet: Id,
    present: *const c_char,
    present_length: usize,
    replacement: *const c_char,
    replacement_length: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let present = text(present, present_length, "present")?;
        let replacement = text(replacement, replacement_length, "replacement")?;
        wallets.change_payment_password(wallet, present, replacement)?
    })
}

/// Sets a new payment password by the token of the link that an approved recovery sent. Failures
/// are forgotten and locks end; for a while lower limits apply; every channel of the customer is
/// told.
/// Refused: `token_must_be_valid`, `password_too_short`, `password_too_long`,
/// `password_too_common`, `passwords_must_differ`, `data_is_damaged`.
///
/// Ownership: `token` and `replacement` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_reset_payment_password(
    wallets: *mut escrow_wallets,
    token: *const c_char,
    token_length: usize,
    replacement: *const c_char,
    replacement_length: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let token = text(token, token_length, "token")?;
        let replacement = text(replacement, replacement_length, "replacement")?;
        wallets.reset_payment_password(token, replacement)?
    })
}

/// Gives how often the payment password of a wallet was wrong since it last matched, and when its
/// lock ends; for support. From unknown devices, or from known ones with a handle of
/// `escrow_wallets_known_device`.
///
/// Ownership: `failures` gets how often; `locked_until` gets the time, 0 for no lock, the greatest
/// number for one that ends by recovery alone.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such password.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_payment_password_failures(
    wallets: *mut escrow_wallets,
    wallet: Id,
    failures: *mut u32,
    locked_until: *mut Timestamp,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        let failures = output(failures, "failures")?;
        let locked_until = output(locked_until, "locked_until")?;
        let (count, until) = found(wallets.payment_password_failures(wallet)?, "payment password")?;
        failures.set(count);
        locked_until.set(until);
    })
}
