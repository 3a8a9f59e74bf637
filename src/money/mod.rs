//! Money as people and other programs write it: text, decimals, rates and currency codes.
//!
//! The store counts minor units; this is where they get their decimal point. Everything here is
//! exact: what does not fit a ledger's scale is refused, nothing is rounded, and there are no
//! floats.
//!
//! ```
//! use escrowdb::{Amount, money};
//! let scale = money::currency("USD").and_then(|usd| usd.exponent).unwrap_or(0);
//! let price = money::parse("35.61", scale)?;
//! assert_eq!(price, Amount::from(3_561_u32));
//! let rate = money::parse_rate("10%")?;
//! assert_eq!(money::format(price.fee(rate), scale).to_string(), "3.56");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Does not know the store, nor how a country groups digits or where it puts a currency's sign.
#![warn(clippy::arithmetic_side_effects)]

mod currency;
mod decimal;
mod iso_4217;
mod rate;
#[cfg(test)]
mod tests;
mod text;

pub use currency::{CurrencyError, currency, iso_ledger};
pub use decimal::{FromDecimalError, from_decimal, to_decimal};
pub use iso_4217::Currency;
pub use rate::{FormattedRate, ParseRateError, format_rate, parse_rate};
pub use text::{Formatted, ParseAmountError, format, format_signed, parse};
