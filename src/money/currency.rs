//! Currencies by their ISO 4217 codes, and the ledgers that keep them.

use super::iso_4217::{CURRENCIES, Currency};
use crate::model::{Ledger, LedgerCode};

/// The currency of this ISO 4217 code in capital letters, if it is current.
///
/// ```
/// use escrowdb::money;
/// assert_eq!(money::currency("KWD").and_then(|dinar| dinar.exponent), Some(3));
/// assert_eq!(money::currency("XAU").map(|gold| gold.exponent), Some(None));
/// assert_eq!(money::currency("POINTS"), None);
/// ```
#[must_use]
pub fn currency(code: &str) -> Option<Currency> {
    let position = CURRENCIES.binary_search_by(|currency| currency.code.cmp(code));
    CURRENCIES.get(position.ok()?).copied()
}

/// The ledger `number` of a currency, to be registered: its scale is the currency's exponent.
///
/// For a currency of your own, a precious metal, or another scale, use [`Ledger::new`].
///
/// ```
/// use escrowdb::money;
/// let yen = money::iso_ledger(1, "JPY")?;
/// assert_eq!((yen.code.as_str(), yen.scale()), ("JPY", 0));
/// # Ok::<(), money::CurrencyError>(())
/// ```
///
/// # Errors
/// [`CurrencyError`] if the code is not a current one, or its currency has no minor unit.
pub fn iso_ledger(number: u32, code: &str) -> Result<Ledger, CurrencyError> {
    let currency = currency(code).ok_or(CurrencyError::Unknown)?;
    let scale = currency.exponent.ok_or(CurrencyError::NoMinorUnit)?;
    let code = LedgerCode::new(currency.code).map_err(|_| CurrencyError::Unknown)?;
    Ok(Ledger::new(number, code, scale))
}

/// Why a code makes no ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CurrencyError {
    /// It is not a current code of ISO 4217.
    #[error("not a current currency code of ISO 4217")]
    Unknown,
    /// The standard gives it no minor unit, so that the scale is the caller's to choose.
    #[error("this currency has no minor unit: the ledger needs a scale")]
    NoMinorUnit,
}
