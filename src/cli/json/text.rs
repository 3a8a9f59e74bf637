//! Values of one kind: what is text, and how it is written.

use crate::cli::output::Currency;
use escrowdb::{Amount, Id, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// How many: the only kind of number in documents of stores.
#[derive(Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct Count(u64);

impl From<u64> for Count {
    fn from(count: u64) -> Self {
        Self(count)
    }
}

impl From<u32> for Count {
    fn from(count: u32) -> Self {
        Self(u64::from(count))
    }
}

impl From<usize> for Count {
    fn from(count: usize) -> Self {
        Self(count as u64)
    }
}

/// An id: a decimal number below 2^64, and all others as a UUID.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(extend(
    "pattern" = "^([0-9]{1,20}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"
))]
pub(crate) struct IdText(String);

impl IdText {
    /// The id; `None` for none.
    pub(crate) fn of(id: Id) -> Option<Self> {
        (!id.is_zero()).then(|| Self(id.to_string()))
    }

    /// The id of something that has one.
    pub(crate) fn known(id: Id) -> Self {
        Self(id.to_string())
    }
}

/// An amount in the currency that the document names, with all its decimals; in the report of
/// `settle` nothing is `0`.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("pattern" = "^[0-9]+(\\.[0-9]+)?$"))]
pub(crate) struct AmountText(String);

impl AmountText {
    pub(crate) fn of(amount: Amount, currency: &Currency) -> Self {
        Self(currency.plain(amount))
    }

    /// The amount; `None` for nothing.
    pub(crate) fn unless_zero(amount: Amount, currency: &Currency) -> Option<Self> {
        (!amount.is_zero()).then(|| Self::of(amount, currency))
    }

    /// The amount; nothing is `0`, whatever decimals the currency has.
    pub(crate) fn short(amount: Amount, currency: &Currency) -> Self {
        if amount.is_zero() { Self("0".to_owned()) } else { Self::of(amount, currency) }
    }
}

/// A sum or a change that can be negative, in the currency that the document names.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(extend("pattern" = "^-?[0-9]+(\\.[0-9]+)?$"))]
pub(crate) struct SignedText(String);

impl SignedText {
    pub(crate) fn of(minor_units: i128, currency: &Currency) -> Self {
        Self(currency.plain_signed(minor_units))
    }

    /// The sum; nothing is `0`, whatever decimals the currency has.
    pub(crate) fn short(minor_units: i128, currency: &Currency) -> Self {
        if minor_units == 0 { Self("0".to_owned()) } else { Self::of(minor_units, currency) }
    }
}

/// A time, or a position in the feed of events: RFC 3339 in UTC, with all nine decimals.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(extend(
    "format" = "date-time",
    "pattern" = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}Z$"
))]
pub(crate) struct TimeText(String);

impl TimeText {
    /// The time; `None` for none.
    pub(crate) fn of(time: Timestamp) -> Option<Self> {
        let known = jiff::Timestamp::from_nanosecond(i128::from(time.nanoseconds())).ok()?;
        (!time.is_none()).then(|| Self(format!("{known:.9}")))
    }
}

/// A number that names something and counts nothing: a ledger, a code, a block, a tier, a line,
/// your own 64 bits.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("pattern" = "^[0-9]+$"))]
pub(crate) struct Numeral(String);

impl<N: Into<u64>> From<N> for Numeral {
    fn from(number: N) -> Self {
        Self(number.into().to_string())
    }
}

impl Numeral {
    /// The number; `None` for 0.
    pub(crate) fn unless_zero(number: impl Into<u64>) -> Option<Self> {
        let number = number.into();
        (number > 0).then(|| Self::from(number))
    }
}

/// A hash of 256 bits in hexadecimal digits.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
pub(crate) struct HashText(String);

impl HashText {
    pub(crate) fn of(hash: &[u8; 32]) -> Self {
        Self(hash.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// A hash that is text already; `None` if it is not known.
    pub(crate) fn written(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }
}

/// The name of a kind, state, flag, status or reason, as the header and all languages call it.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(extend("pattern" = "^[a-z0-9_]+$"))]
pub(crate) struct Name(pub(crate) &'static str);
