//! What the trail says of money and of times: as people write them.

use super::transaction::Reading;
use crate::model::{Amount, Timestamp};
use crate::store::Result;
use crate::store::error::rfc3339;

impl Reading {
    /// The amount in the currency of its ledger, as in `EUR 50.00`.
    pub(super) fn money(&self, ledger: u32, amount: Amount) -> Result<String> {
        let units = amount.minor_units();
        let Some(ledger) = self.snapshot().ledger(ledger)? else {
            return Ok(format!("{units} of ledger {ledger}"));
        };
        let (code, scale) = (ledger.code, usize::from(ledger.scale()));
        let one = 10_u128.pow(u32::from(ledger.scale()));
        Ok(match scale {
            0 => format!("{code} {units}"),
            _ => format!("{code} {}.{:0scale$}", units / one, units % one),
        })
    }
}

/// The time as RFC 3339 in UTC; `none` for none.
pub(super) fn time(time: Timestamp) -> String {
    if time.is_none() { "none".to_owned() } else { rfc3339(time) }
}
