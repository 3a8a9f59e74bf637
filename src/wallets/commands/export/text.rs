//! Values as text, as in the documents of the `escrowdb` command: JSON numbers are often read as
//! floats.

use crate::model::{Amount, Id, Ledger, Timestamp};
use crate::money;
use serde::Serialize;

/// An id: a decimal number below 2^64, and all others as a UUID.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("pattern" =
    "^([0-9]{1,20}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"
)))]
pub(super) struct IdText(String);

impl IdText {
    /// The id; `None` for none.
    pub(super) fn of(id: Id) -> Option<Self> {
        (!id.is_zero()).then(|| Self(id.to_string()))
    }

    /// The id of something that has one.
    pub(super) fn known(id: Id) -> Self {
        Self(id.to_string())
    }
}

/// A time: RFC 3339 in UTC, with all nine decimals.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend(
    "format" = "date-time",
    "pattern" = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}Z$"
)))]
pub(super) struct TimeText(String);

impl TimeText {
    /// The time; `None` for none.
    pub(super) fn of(time: Timestamp) -> Option<Self> {
        let known = jiff::Timestamp::from_nanosecond(i128::from(time.nanoseconds())).ok()?;
        (!time.is_none()).then(|| Self(format!("{known:.9}")))
    }
}

/// An amount in the currency that stands beside it, with all its decimals; below zero where more
/// left than came.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("pattern" = "^-?[0-9]+(\\.[0-9]+)?$")))]
pub(super) struct AmountText(String);

/// How many: the only kind of number in the document.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Count(pub(super) u64);

/// A number that names something and counts nothing: a ledger, a tier, a question.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("pattern" = "^[0-9]+$")))]
pub(super) struct Numeral(String);

impl<N: Into<u64>> From<N> for Numeral {
    fn from(number: N) -> Self {
        Self(number.into().to_string())
    }
}

/// A hash of 256 bits in hexadecimal digits.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("pattern" = "^[0-9a-f]{64}$")))]
pub(super) struct HashText(String);

impl HashText {
    pub(super) fn of(hash: &[u8; 32]) -> Self {
        Self(hash.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// The name of a kind, state or command, as all languages call it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("pattern" = "^[a-z0-9_]+$")))]
pub(super) struct Name(pub(super) &'static str);

/// The currency of a ledger, in which amounts are written.
pub(super) struct Currency {
    code: String,
    scale: u8,
}

impl Currency {
    /// That of a ledger; of one that is gone, whole minor units without a name.
    pub(super) fn of(ledger: Option<&Ledger>) -> Self {
        let code = ledger.map(|ledger| ledger.code.to_string()).unwrap_or_default();
        Self { code, scale: ledger.map_or(0, Ledger::scale) }
    }

    pub(super) fn code(&self) -> String {
        self.code.clone()
    }

    pub(super) fn plain(&self, amount: Amount) -> AmountText {
        AmountText(money::format(amount, self.scale).to_string())
    }

    /// So many minor units.
    pub(super) fn units(&self, minor_units: u128) -> AmountText {
        self.plain(Amount::new(minor_units).unwrap_or(Amount::MAX))
    }

    pub(super) fn signed(&self, minor_units: i128) -> AmountText {
        AmountText(money::format_signed(minor_units, self.scale).to_string())
    }
}
