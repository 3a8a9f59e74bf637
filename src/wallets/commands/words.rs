//! Money and times in the trail, as people write them.

use super::transaction::ReadTransaction;
use crate::model::{Amount, Timestamp};
use crate::money;
use crate::store::Result;
use crate::store::house::rfc3339;

/// What the trail says of an order that another member of staff must give, too.
pub(super) const AWAITS_SECOND: &str = "awaits a second member of staff";

impl ReadTransaction {
    /// The amount in the currency of its ledger, as in `EUR 50.00`.
    pub(super) fn money(&self, ledger: u32, amount: Amount) -> Result<String> {
        Ok(match self.snapshot().ledger(ledger)? {
            Some(ledger) => format!("{} {}", ledger.code, money::format(amount, ledger.scale())),
            None => format!("{} of ledger {ledger}", amount.minor_units()),
        })
    }
}

/// The time as RFC 3339 in UTC; `none` for none.
pub(super) fn time(time: Timestamp) -> String {
    if time.is_none() { "none".to_owned() } else { rfc3339(time) }
}
