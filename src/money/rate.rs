//! Rates as text; the store counts parts per million.

use super::{Formatted, ParseAmountError, format_signed, parse};
use crate::model::{Amount, limits};
use std::fmt;

/// Digits behind the point of a rate: parts per million.
const RATE_SCALE: u8 = 6;
/// Digits behind the point of the same rate as a percentage.
const PERCENT_SCALE: u8 = 4;

/// The rate that `text` writes, in parts per million: a fraction from 0 to 1 such as `0.029`, or a
/// percentage from 0% to 100% such as `2.9%`.
///
/// ```
/// use escrowdb::money;
/// assert_eq!(money::parse_rate("0.10"), Ok(100_000));
/// assert_eq!(money::parse_rate("2.9%"), Ok(29_000));
/// assert!(money::parse_rate("10").is_err(), "a percentage needs its sign");
/// ```
///
/// # Errors
/// [`ParseRateError`] if it is neither, above 1, or not a whole number of parts per million.
pub fn parse_rate(text: &str) -> Result<u32, ParseRateError> {
    let parsed = match text.strip_suffix('%') {
        Some(percentage) => parse(percentage, PERCENT_SCALE),
        None => parse(text, RATE_SCALE),
    };
    let ppm = parsed.map(Amount::minor_units).map_err(|error| match error {
        ParseAmountError::NotANumber => ParseRateError::NotARate,
        ParseAmountError::Negative => ParseRateError::Negative,
        ParseAmountError::TooManyDecimals { .. } => ParseRateError::TooManyDecimals,
        ParseAmountError::TooLarge => ParseRateError::TooLarge,
    })?;
    u32::try_from(ppm)
        .ok()
        .filter(|&ppm| ppm <= limits::RATE_PPM_MAX)
        .ok_or(ParseRateError::TooLarge)
}

/// Why a text is no rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseRateError {
    /// It is neither a number nor a percentage.
    #[error("not a rate: a number such as 0.1, or a percentage such as 10%")]
    NotARate,
    /// It has a minus sign.
    #[error("a rate is never negative")]
    Negative,
    /// It is not a whole number of parts per million.
    #[error("a rate has at most 6 decimals, or 4 as a percentage")]
    TooManyDecimals,
    /// It is above one.
    #[error("a rate is at most 1, which is 100%")]
    TooLarge,
}

/// A rate of `ppm` parts per million as a percentage, without zeros at the end.
///
/// ```
/// use escrowdb::money;
/// assert_eq!(money::format_rate(100_000).to_string(), "10%");
/// assert_eq!(money::format_rate(29_000).to_string(), "2.9%");
/// ```
#[must_use]
pub const fn format_rate(ppm: u32) -> FormattedRate {
    FormattedRate { ppm }
}

/// A rate that is displayed as a percentage, without allocation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FormattedRate {
    ppm: u32,
}

impl fmt::Display for FormattedRate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}%", shortest(self.ppm))
    }
}

/// The percentage with as few decimals as it needs.
fn shortest(ppm: u32) -> Formatted {
    let (mut units, mut scale) = (ppm, PERCENT_SCALE);
    while scale > 0 && units % 10 == 0 {
        units /= 10;
        scale = scale.saturating_sub(1);
    }
    format_signed(i128::from(units), scale)
}
