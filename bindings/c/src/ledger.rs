//! Ledgers of ISO 4217.

use crate::arguments::{output, text};
use crate::boundary::{boundary, call};
use crate::status::{Failure, escrow_error, escrow_status};
use escrow::{Ledger, money};
use std::ffi::c_char;

/// Fills a ledger for a currency of ISO 4217, to be registered: `USD` has a scale of 2, `JPY` one
/// of 0. For a currency of your own, fill `number`, `scale` and `code` yourself.
///
/// Ownership: `code` is only read; it need not be zero-terminated.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the code is not a current one, or has no minor unit.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_ledger_iso(
    number: u32,
    code: *const c_char,
    code_length: usize,
    ledger: *mut Ledger,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let ledger = output(ledger, "ledger")?;
        let made = money::iso_ledger(number, text(code, code_length, "code")?);
        ledger.set(made.map_err(|error| Failure::invalid(error.to_string()))?);
    })
}
