//! Registration: from an address to an active wallet.

use super::outcome::{command, escrow_wallet_outcome};
use crate::arguments::{flag, output, record, text};
use crate::boundary::call;
use crate::opaque::escrow_wallets;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::Id;
use escrow::wallet::NewWallet;
use std::ffi::c_char;

/// A wallet to be opened. The ids are the host's, so that a retry opens no second one.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_new_wallet {
    /// The wallet's id.
    pub wallet: Id,
    /// The id of its account in the ledger, which is opened too: spend-only.
    pub account: Id,
    /// The ledger: its currency.
    pub ledger: u32,
    /// The account's code in the host's chart of accounts; not 0.
    pub code: u16,
    /// Must be zero.
    pub reserved: u16,
}

/// Begins the registration of a person at an e-mail address: a letter with a link goes into the
/// outbox. The answer is the same whether or not the address has a wallet already; if so, its owner
/// is told by the letter. Sent again with the same id and address, it changes nothing. `captcha_ok`
/// is 1 if the host had a captcha solved.
/// Refused: `id_must_be_valid`, `captcha_must_be_solved`, `address_must_be_valid`,
/// `person_id_exists`, `too_many_today`.
///
/// Ownership: `email` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_registration_begin(
    wallets: *mut escrow_wallets,
    person: Id,
    email: *const c_char,
    email_length: usize,
    captcha_ok: u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let email = text(email, email_length, "email")?;
        let captcha_ok = flag(captcha_ok, "captcha_ok")?;
        wallets.begin_registration(person, email, captcha_ok)?
    })
}

/// Sends the letter again, with a new link that ends the old one: after a minute at the earliest,
/// five times a day, unless the policy says otherwise.
/// Refused: `registration_not_found`, `address_already_confirmed`, `too_soon` and `too_many_today`
/// with the time until which to wait.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_registration_resend(
    wallets: *mut escrow_wallets,
    person: Id,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| wallets.resend_confirmation(person)?)
}

/// Corrects the address before it is confirmed, and sends the letter there; within the same limits
/// as sending it again.
/// Refused: `address_must_be_valid`; as `escrow_registration_resend`.
///
/// Ownership: `email` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_registration_correct_address(
    wallets: *mut escrow_wallets,
    person: Id,
    email: *const c_char,
    email_length: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let email = text(email, email_length, "email")?;
        wallets.correct_address(person, email)?
    })
}

/// Confirms an address by the token of the link; gives the person whose registration goes on.
/// Refused: `token_must_be_valid`, `person_exists`.
///
/// Ownership: `token` is only read. `person` gets the id.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_registration_confirm(
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
        wallets.confirm_address(token)?.map(|found| person.set(found))
    })
}

/// Submits a registration: the person becomes active and the wallet is opened, in tier 0, with its
/// account in the ledger. Sent again, it answers as before; `account_must_fit` with another code or
/// ledger.
/// Refused: `registration_not_found`, `address_must_be_confirmed`, `profile_must_be_set`,
/// `birth_date_must_be_given` and `person_is_underage` by a policy with a minimum age,
/// `password_must_be_set`, `security_answers_must_be_set`, `consent_must_be_given`,
/// `person_exists`, `wallet_exists`, `account_must_fit`, `refused_by_ledger`.
///
/// Ownership: `wallet` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_registration_submit(
    wallets: *mut escrow_wallets,
    person: Id,
    wallet: *const escrow_new_wallet,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let new = new_wallet(record(wallet, "wallet")?)?;
        wallets.submit_registration(person, &new)?
    })
}

/// Opens a further wallet for a person who has one, in another ledger; nothing is registered anew.
/// It begins in tier 0, has a payment password and cards of its own, and the lower limits that hold
/// in the person's other wallets, if any. The customer is told. Sent again, it answers as before.
/// Refused: `id_must_be_valid`, `person_not_found`, `person_must_be_active`,
/// `wallet_must_be_active` while another wallet of the person is frozen, or if all are closed,
/// `consent_must_be_given`, `wallet_exists_in_ledger`, `wallet_exists`, `account_must_fit`,
/// `exchange_rate_is_missing` if the policy counts all wallets of a person and has no rate for the
/// currency of one of them, `birth_date_must_be_given` and `person_is_underage` by a policy with a
/// minimum age, `refused_by_ledger`.
///
/// Ownership: `wallet` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_open_wallet(
    wallets: *mut escrow_wallets,
    person: Id,
    wallet: *const escrow_new_wallet,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let new = new_wallet(record(wallet, "wallet")?)?;
        wallets.open_wallet(person, &new)?
    })
}

fn new_wallet(given: escrow_new_wallet) -> Result<NewWallet> {
    if given.reserved != 0 {
        return Err(Failure::invalid("wallet: reserved must be zero"));
    }
    let escrow_new_wallet { wallet, account, ledger, code, .. } = given;
    Ok(NewWallet { wallet, account, ledger, code })
}
