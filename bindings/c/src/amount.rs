//! Amounts and rates: as text, and the arithmetic that money needs.

use crate::arguments::{Room, array, output, record, room, text};
use crate::boundary::{boundary, call};
use crate::number::escrow_i128;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use escrow::{Amount, Balances, money};
use std::ffi::c_char;

/// Reads an amount from text such as `35.61`, as minor units of a ledger whose `scale` is its
/// digits behind the point. Exact: no sign, no spaces, no exponent, no grouping; a digit that the
/// scale has no room for is refused unless it is zero.
///
/// Ownership: `text` is only read; it need not be zero-terminated.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if it is no amount of this scale; `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_amount_parse(
    text: *const c_char,
    text_length: usize,
    scale: u32,
    amount: *mut Amount,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let amount = output(amount, "amount")?;
        let text = self::text(text, text_length, "text")?;
        let parsed = money::parse(text, digits(scale)?);
        amount.set(parsed.map_err(|error| Failure::invalid(error.to_string()))?);
    })
}

/// Writes an amount as text with exactly `scale` decimals, zero-terminated: `35.61`.
///
/// Ownership: `buffer` is the caller's room for `capacity` bytes; 64 are always enough. `length`
/// gets the length of the text without its final zero; with `ESCROW_BUFFER_TOO_SMALL` the capacity
/// that is needed.
/// Threads: any.
/// Errors: `ESCROW_BUFFER_TOO_SMALL`; `ESCROW_INVALID_ARGUMENT` if the scale is above
/// `ESCROW_LEDGER_SCALE_MAX`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_amount_format(
    amount: Amount,
    scale: u32,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let (buffer, length) = (room(buffer, capacity, "buffer")?, output(length, "length")?);
        write_text(&money::format(amount, digits(scale)?).to_string(), buffer, length)?
    })
}

/// Writes a signed number of minor units as text with exactly `scale` decimals, zero-terminated:
/// `-0.05`. For net balances and changes of balances.
///
/// Ownership: as `escrow_amount_format`.
/// Threads: any.
/// Errors: as `escrow_amount_format`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_amount_format_signed(
    amount: escrow_i128,
    scale: u32,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let (buffer, length) = (room(buffer, capacity, "buffer")?, output(length, "length")?);
        let text = money::format_signed(amount.into(), digits(scale)?).to_string();
        write_text(&text, buffer, length)?
    })
}

/// Computes the commission on an amount at a rate in parts per million, rounded half to even to the
/// minor unit, as a hold does.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the amount is above 2^96 − 1 or the rate above one.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_amount_fee(
    amount: Amount,
    rate_ppm: u32,
    fee: *mut Amount,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let fee = output(fee, "fee")?;
        check_amount(amount)?;
        if rate_ppm > escrow::limits::RATE_PPM_MAX {
            return Err(Failure::invalid("a rate is at most 1,000,000 parts per million"));
        }
        fee.set(amount.fee(rate_ppm));
    })
}

/// Splits an amount over weights, exactly: the parts add up to the whole. The minor units that are
/// left after rounding down go to the largest remainders, ties to the earlier position.
///
/// Ownership: `parts` is the caller's room for `count` amounts, one for each weight.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if no weight is above zero, or the amount is above 2^96 − 1.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_amount_split(
    amount: Amount,
    weights: *const u32,
    count: usize,
    parts: *mut Amount,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let (weights, parts) = (array(weights, count, "weights")?, room(parts, count, "parts")?);
        check_amount(amount)?;
        let none = || Failure::invalid("a split needs a weight above zero");
        parts.put_all(0, &amount.split(weights).ok_or_else(none)?);
    })
}

/// Reads a rate in parts per million from text: a fraction such as `0.029`, or a percentage such as
/// `2.9%`.
///
/// Ownership: `text` is only read; it need not be zero-terminated.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if it is no whole number of parts per million from 0 to one;
/// `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_rate_parse(
    text: *const c_char,
    text_length: usize,
    rate_ppm: *mut u32,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let rate = output(rate_ppm, "rate_ppm")?;
        let parsed = money::parse_rate(self::text(text, text_length, "text")?);
        rate.set(parsed.map_err(|error| Failure::invalid(error.to_string()))?);
    })
}

/// Writes a rate in parts per million as a percentage, zero-terminated: `2.9%`.
///
/// Ownership: as `escrow_amount_format`.
/// Threads: any.
/// Errors: `ESCROW_BUFFER_TOO_SMALL`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_rate_format(
    rate_ppm: u32,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let (buffer, length) = (room(buffer, capacity, "buffer")?, output(length, "length")?);
        write_text(&money::format_rate(rate_ppm).to_string(), buffer, length)?
    })
}

/// Computes what a credit-normal account (a wallet, a merchant) can spend: `credits_posted` −
/// `debits_posted` − `debits_pending`, zero where that is negative.
///
/// Ownership: `balances` is only read.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_balances_available(
    balances: *const Balances,
    available: *mut Amount,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        output(available, "available")?.set(record(balances, "balances")?.available());
    })
}

/// Computes what a debit-normal account (cash, a receivable) can give: `debits_posted` −
/// `credits_posted` − `credits_pending`, zero where that is negative.
///
/// Ownership: `balances` is only read.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_balances_available_debit(
    balances: *const Balances,
    available: *mut Amount,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        output(available, "available")?.set(record(balances, "balances")?.available_debit());
    })
}

/// Computes the posted balance as a credit-normal account reads it: `credits_posted` −
/// `debits_posted`. Negative for an external account that money came from.
///
/// Ownership: `balances` is only read.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_balances_net(
    balances: *const Balances,
    net: *mut escrow_i128,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        output(net, "net")?.set(record(balances, "balances")?.net().into());
    })
}

fn digits(scale: u32) -> Result<u8> {
    let most = escrow::limits::LEDGER_SCALE_MAX;
    let fits = u8::try_from(scale).ok().filter(|scale| *scale <= most);
    fits.ok_or_else(|| Failure::invalid(format!("a scale is 0 to {most}")))
}

fn check_amount(amount: Amount) -> Result<()> {
    if amount.is_valid() {
        return Ok(());
    }
    Err(Failure::invalid("an amount is at most 2^96 - 1 minor units"))
}

fn write_text(text: &str, buffer: Room<c_char>, length: Room<usize>) -> Result<()> {
    if buffer.capacity() <= text.len() {
        length.set(text.len() + 1);
        return Err(Failure::too_small("buffer", text.len() + 1));
    }
    length.set(text.len());
    let bytes = text.bytes().chain([0]);
    buffer.put_each(bytes.map(|byte| byte.cast_signed() as c_char));
    Ok(())
}
