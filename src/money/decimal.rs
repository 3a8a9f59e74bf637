//! Amounts as `rust_decimal::Decimal`.

use crate::model::{Amount, limits};
use rust_decimal::Decimal;
use std::fmt;

/// `amount` as a decimal with exactly `scale` decimals.
///
/// `None` for what no ledger holds: an amount above [`Amount::MAX`], a scale above 18.
///
/// ```
/// use escrowdb::{Amount, money};
/// let price = money::to_decimal(Amount::from(3_560_u32), 2).ok_or("not of a ledger")?;
/// assert_eq!(price.to_string(), "35.60");
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn to_decimal(amount: Amount, scale: u8) -> Option<Decimal> {
    if scale > limits::LEDGER_SCALE_MAX {
        return None;
    }
    let minor_units = i128::try_from(amount.minor_units()).ok()?;
    Decimal::try_from_i128_with_scale(minor_units, u32::from(scale)).ok()
}

/// The amount that is exactly `decimal`, at `scale` digits behind the decimal point.
///
/// Zeros at the end count for nothing, nor does the sign of zero.
///
/// ```
/// use escrowdb::{Amount, money};
/// use rust_decimal::Decimal;
/// assert_eq!(money::from_decimal(Decimal::new(35_610, 3), 2), Ok(Amount::from(3_561_u32)));
/// assert!(money::from_decimal(Decimal::new(35_615, 3), 2).is_err());
/// ```
///
/// # Errors
/// [`FromDecimalError`] if it is negative, too large, or not a whole number of minor units.
pub fn from_decimal(decimal: Decimal, scale: u8) -> Result<Amount, FromDecimalError> {
    let decimal = decimal.normalize();
    let mantissa = u128::try_from(decimal.mantissa()).map_err(|_| FromDecimalError::Negative)?;
    let missing = u32::from(scale)
        .checked_sub(decimal.scale())
        .ok_or(FromDecimalError::TooManyDecimals { scale })?;
    if mantissa == 0 {
        return Ok(Amount::ZERO);
    }
    10_u128
        .checked_pow(missing)
        .and_then(|power| mantissa.checked_mul(power))
        .and_then(Amount::new)
        .ok_or(FromDecimalError::TooLarge)
}

/// Why a decimal is no amount of a ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FromDecimalError {
    /// It is below zero.
    Negative,
    /// It has a digit, not zero, that the ledger has no place for.
    TooManyDecimals {
        /// Digits behind the decimal point of the ledger.
        scale: u8,
    },
    /// It is above [`Amount::MAX`].
    TooLarge,
}

// By hand: the words are those of another error.
impl fmt::Display for FromDecimalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The same laws as those of text, in the same words.
        let same = match *self {
            Self::Negative => super::ParseAmountError::Negative,
            Self::TooManyDecimals { scale } => super::ParseAmountError::TooManyDecimals { scale },
            Self::TooLarge => super::ParseAmountError::TooLarge,
        };
        same.fmt(formatter)
    }
}

impl std::error::Error for FromDecimalError {}
