//! Amounts as text with a decimal point.

use crate::model::Amount;
use std::fmt;

/// The amount that `text` writes, at `scale` digits behind the decimal point.
///
/// Digits, and if there are decimals a point and more digits: `35`, `35.6`, `35.61`. No sign, no
/// spaces, no exponent, no grouping. Zeros at the end that the scale has no room for are taken,
/// since `35.610` is `35.61` exactly; any other digit there is refused, never rounded away.
///
/// ```
/// use escrowdb::{Amount, money};
/// assert_eq!(money::parse("35.6", 2), Ok(Amount::from(3_560_u32)));
/// assert_eq!(money::parse("35.610", 2), Ok(Amount::from(3_561_u32)));
/// let refused = money::parse("35.615", 2).unwrap_err();
/// assert_eq!(refused.to_string(), "more decimals than the ledger's scale of 2");
/// ```
///
/// # Errors
/// [`ParseAmountError`] if the text is none of these, or the amount does not fit.
pub fn parse(text: &str, scale: u8) -> Result<Amount, ParseAmountError> {
    if let Some(unsigned) = text.strip_prefix('-') {
        split(unsigned)?;
        return Err(ParseAmountError::Negative);
    }
    let (whole, decimals) = split(text)?;
    let decimals = decimals.trim_end_matches('0');
    let missing = usize::from(scale)
        .checked_sub(decimals.len())
        .ok_or(ParseAmountError::TooManyDecimals { scale })?;
    let zeros = std::iter::repeat_n(b'0', missing);
    whole
        .bytes()
        .chain(decimals.bytes())
        .chain(zeros)
        .try_fold(0_u128, |units, digit| {
            let digit = u128::from(digit.checked_sub(b'0')?);
            units.checked_mul(10)?.checked_add(digit)
        })
        .and_then(Amount::new)
        .ok_or(ParseAmountError::TooLarge)
}

/// The digits before the point and those behind it.
fn split(text: &str) -> Result<(&str, &str), ParseAmountError> {
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = match text.split_once('.') {
        Some((_, "")) => return Err(ParseAmountError::NotANumber),
        Some(parts) => parts,
        None => (text, ""),
    };
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) {
        return Err(ParseAmountError::NotANumber);
    }
    Ok((whole, decimals))
}

/// Why a text is no amount of a ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseAmountError {
    /// It is not digits with at most one point between them.
    #[error("not a number: only digits, and a point if decimals follow it")]
    NotANumber,
    /// It has a minus sign.
    #[error("an amount is never negative")]
    Negative,
    /// It has a digit, not zero, that the ledger has no place for.
    #[error("more decimals than the ledger's scale of {scale}")]
    TooManyDecimals {
        /// Digits behind the decimal point of the ledger.
        scale: u8,
    },
    /// It is above [`Amount::MAX`].
    #[error("an amount is at most 2^96 - 1 minor units")]
    TooLarge,
}

/// `amount` as text, always with exactly `scale` decimals.
///
/// ```
/// use escrowdb::{Amount, money};
/// assert_eq!(money::format(Amount::from(5_u32), 2).to_string(), "0.05");
/// assert_eq!(format!("{:>8}", money::format(Amount::from(500_u32), 2)), "    5.00");
/// ```
#[must_use]
pub const fn format(amount: Amount, scale: u8) -> Formatted {
    Formatted { negative: false, minor_units: amount.minor_units(), scale }
}

/// A signed number of minor units as text: a net balance, or a change of one.
///
/// ```
/// use escrowdb::money;
/// assert_eq!(money::format_signed(-5, 2).to_string(), "-0.05");
/// assert_eq!(format!("{:+}", money::format_signed(500, 2)), "+5.00");
/// ```
#[must_use]
pub const fn format_signed(minor_units: i128, scale: u8) -> Formatted {
    Formatted { negative: minor_units < 0, minor_units: minor_units.unsigned_abs(), scale }
}

/// Minor units that are displayed with their decimal point. Takes width, alignment, `+` and `0` as
/// integers do, and allocates nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Formatted {
    negative: bool,
    minor_units: u128,
    scale: u8,
}

impl fmt::Display for Formatted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The digits that any scale can ask for, and a point.
        let mut room = [b'0'; 300];
        let mut start = room.len();
        let mut rest = self.minor_units;
        let mut put = |byte: u8| {
            start = start.saturating_sub(1);
            room[start] = byte;
        };
        for _ in 0..self.scale {
            put(last_digit(&mut rest));
        }
        if self.scale > 0 {
            put(b'.');
        }
        put(last_digit(&mut rest));
        while rest > 0 {
            put(last_digit(&mut rest));
        }
        let text = std::str::from_utf8(&room[start..]).map_err(|_| fmt::Error)?;
        formatter.pad_integral(!self.negative, "", text)
    }
}

/// Takes the last digit off `number`.
fn last_digit(number: &mut u128) -> u8 {
    let digit = *number % 10;
    *number /= 10;
    b'0' | digit as u8
}
