//! Limits over all wallets of a person: what the money of different ledgers is worth together.

use super::CURRENCIES_MAX;
use crate::model::{Ledger, LedgerCode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

/// Digits of a worth behind the point.
const WORTH_DIGITS: usize = 9;
/// What a worth of 1 counts.
const UNIT: u64 = 1_000_000_000;

/// Limits over all wallets of a person: what was paid from any of them, and what lies in them,
/// counts against the limits of each, at these rates. Numbers of payments count too. Small payments
/// without a password are counted for each wallet alone.
///
/// While a person has several wallets, a payment or top-up of a wallet is refused with
/// `exchange_rate_is_missing` if the currency of any of them has no rate here. What was paid is
/// kept in the currency in which it was paid: under new rates it is worth what these say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OverAllWallets {
    /// The day that the rates are of, as in `2026-12-01`: for people, and in the hash.
    pub rates_of: String,
    /// What each currency is worth.
    pub rates: Vec<ExchangeRate>,
}

/// What one currency is worth.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExchangeRate {
    /// The code of its ledgers, of whatever scale: `EUR`.
    pub code: String,
    /// What one whole unit of it is worth, in whichever currency all rates are in: digits as text,
    /// up to nine of them behind the point, as in `1.0842`. It is greater than 0.
    pub worth: Worth,
}

/// A rate, exact to nine digits behind the point, and at most 10^9.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Worth(u64);

impl Worth {
    /// The greatest, in parts of 10^-9.
    const MOST: u64 = UNIT * UNIT;

    /// The worth that a text writes: digits, and if there are decimals a point and more digits.
    ///
    /// ```
    /// use escrowdb::wallet::policy::Worth;
    /// assert_eq!(Worth::parse("1.0842").map(|worth| worth.to_string()), Some("1.0842".into()));
    /// assert_eq!(Worth::parse("0"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = match text.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (text, ""),
        };
        let decimals = decimals.trim_end_matches('0');
        let missing = WORTH_DIGITS.checked_sub(decimals.len())?;
        let zeros = std::iter::repeat_n(b'0', missing);
        let mut digits = whole.bytes().chain(decimals.bytes()).chain(zeros);
        let parts = digits.try_fold(0_u64, |parts, digit| {
            let digit = u64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
            parts.checked_mul(10)?.checked_add(digit)
        })?;
        ((1..=Self::MOST).contains(&parts) && !whole.is_empty()).then_some(Self(parts))
    }
}

impl fmt::Display for Worth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.0 / UNIT, self.0 % UNIT);
        let text = format!("{whole}.{decimals:09}");
        formatter.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for Worth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Worth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wanted = "digits as text, greater than 0, with at most nine behind the point";
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("expected {wanted}")))
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Worth {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Worth".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A number greater than 0, as text.",
            "type": "string",
            "pattern": "^[0-9]{1,10}(\\.[0-9]{1,9})?$",
        })
    }
}

impl OverAllWallets {
    /// What an amount of one ledger is worth in another, in minor units, rounded up; more than any
    /// ledger holds for sums beyond all measure. `None` if one of them has no rate.
    pub(crate) fn convert(&self, minor_units: u128, from: &Ledger, to: &Ledger) -> Option<u128> {
        let (from_worth, to_worth) = (self.worth(from)?, self.worth(to)?);
        let common = greatest_common_divisor(from_worth, to_worth);
        let (mut times, mut by) = (from_worth.checked_div(common)?, to_worth.checked_div(common)?);
        let digits = u32::from(to.scale().abs_diff(from.scale()));
        let power = 10_u128.saturating_pow(digits);
        match to.scale() > from.scale() {
            true => times = times.saturating_mul(power),
            false => by = by.saturating_mul(power),
        }
        let common = greatest_common_divisor(times, by);
        let (times, by) = (times.checked_div(common)?, by.checked_div(common)?);
        match minor_units.checked_mul(times) {
            Some(product) => Some(product.div_ceil(by)),
            None => Some(u128::MAX),
        }
    }

    fn worth(&self, ledger: &Ledger) -> Option<u128> {
        let found = self.rates.iter().find(|rate| rate.code == ledger.code.as_str());
        found.map(|rate| rate.worth.0.into())
    }

    /// Whether the rates make sense, and those of these currencies are there; or what is wrong.
    pub(super) fn check<'c>(&self, codes: impl Iterator<Item = &'c str>) -> Result<(), String> {
        let is_day =
            self.rates_of.len() == 10 && self.rates_of.parse::<jiff::civil::Date>().is_ok();
        if !is_day {
            return Err("rates_of must be a day, as in 2026-12-01".into());
        }
        if self.rates.len() > CURRENCIES_MAX {
            return Err(format!("there are at most {CURRENCIES_MAX} rates"));
        }
        let mut known = BTreeSet::new();
        for ExchangeRate { code, .. } in &self.rates {
            if LedgerCode::new(code).is_err() {
                return Err("a currency's code is 1 to 16 of A-Z, 0-9, _ and -".into());
            }
            if !known.insert(code.as_str()) {
                return Err(format!("{code} stands there twice"));
            }
        }
        let mut missing = codes.filter(|code| !known.contains(code));
        missing.next().map_or(Ok(()), |code| Err(format!("{code} has limits, and no rate")))
    }
}

fn greatest_common_divisor(mut one: u128, mut other: u128) -> u128 {
    while let Some(rest) = one.checked_rem(other) {
        (one, other) = (other, rest);
    }
    one.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Amount;

    fn over_all(rates: &[(&str, &str)]) -> OverAllWallets {
        let rate = |(code, worth): &(&str, &str)| ExchangeRate {
            code: (*code).into(),
            worth: Worth::parse(worth).expect(worth),
        };
        OverAllWallets { rates_of: "2026-12-01".into(), rates: rates.iter().map(rate).collect() }
    }

    fn ledger(code: &str, scale: u8) -> Ledger {
        Ledger::new(1, LedgerCode::new(code).expect("a code"), scale)
    }

    #[test]
    fn amounts_are_converted_exactly_and_rounded_up() {
        let rates = over_all(&[("EUR", "1.25"), ("JPY", "0.008"), ("USD", "1"), ("ETH", "3000.5")]);
        let (euros, yen, dollars) = (ledger("EUR", 2), ledger("JPY", 0), ledger("USD", 2));
        let (ether, mills) = (ledger("ETH", 18), ledger("EUR", 3));
        let most = u128::MAX;
        for (units, from, to, expected) in [
            (100, &euros, &dollars, 125),
            (101, &euros, &dollars, 127),
            (100, &dollars, &euros, 80),
            (1, &dollars, &euros, 1),
            (0, &dollars, &euros, 0),
            (1, &yen, &dollars, 1),
            (1_000, &yen, &dollars, 800),
            (1, &dollars, &yen, 2),
            (100, &euros, &mills, 1_000),
            (1_001, &mills, &euros, 101),
            (10_u128.pow(18), &ether, &dollars, 300_050),
            (300_050, &dollars, &ether, 10_u128.pow(18)),
            (Amount::MAX.minor_units(), &euros, &euros, Amount::MAX.minor_units()),
            (most, &dollars, &ether, most),
        ] {
            let found = rates.convert(units, from, to);
            assert_eq!(found, Some(expected), "{units} {} in {}", from.code, to.code);
        }
        assert_eq!(rates.convert(1, &ledger("GBP", 2), &euros), None);
        assert_eq!(rates.convert(0, &euros, &ledger("GBP", 2)), None);
    }

    #[test]
    fn a_worth_is_a_number_above_nothing() {
        for (text, shown) in [
            ("1", "1"),
            ("1.50", "1.5"),
            ("0.000000001", "0.000000001"),
            ("1000000000", "1000000000"),
        ] {
            assert_eq!(Worth::parse(text).map(|worth| worth.to_string()), Some(shown.into()));
        }
        for text in [
            "",
            ".5",
            "1.",
            "1.2.3",
            "0",
            "0.0",
            "-1",
            "1,5",
            "1e3",
            "0.0000000001",
            "1000000001",
            " 1",
        ] {
            assert_eq!(Worth::parse(text), None, "{text}");
        }
    }
}
