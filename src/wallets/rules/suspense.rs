//! Money in the suspense account, and why it lies there: see `card_payment`.

use super::chargeback::Contested;
use super::rows::{Row, RowTable, Space, Step};
use crate::model::{Amount, Id, Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

named_values! {
    /// Why money lies in the suspense account. Numbers and names are never changed or used again.
    SuspenseReason(u8) {
        /// The payment had failed before.
        LATE = 1, "late";
        /// The payment was paid before, or its order was out of suspense.
        TWICE = 2, "twice";
        /// Another amount than was to be charged.
        ANOTHER_AMOUNT = 3, "another_amount";
        /// The ledger refused the payment: an account is frozen or closed, say.
        REFUSED_BY_LEDGER = 4, "refused_by_ledger";
        /// The processor could not refund it to its card.
        REFUND_FAILED = 5, "refund_failed";
    }
}

/// Money in the suspense account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct SuspenseRow {
    pub(crate) payment: Id,
    pub(crate) wallet: Id,
    pub(crate) amount: u128,
    pub(crate) ledger: u32,
    pub(crate) account: Id,
    pub(crate) reason: u8,
    /// The operation that resolved it; zero while it is open.
    pub(crate) resolved_by: Id,
    pub(crate) came_at: Timestamp,
    /// What a member of staff wants it to pay, if that differs from its payment; empty for nothing,
    /// and once it is resolved.
    pub(crate) proposed: Vec<u8>,
    /// The member of staff who wants it.
    pub(crate) proposed_by: String,
    /// Since when.
    pub(crate) proposed_at: Timestamp,
    /// Where the money went: see `Resolution`. Empty while it is open, and in rows of an older
    /// version.
    pub(crate) resolved_to: Vec<u8>,
    /// What its cardholder contests at the bank.
    pub(crate) contested: Contested,
}

impl Row for SuspenseRow {
    const TABLE: RowTable = RowTable::new(Space::Suspense).after(&[
        Step::Appended(&[0]),
        Step::Appended(&[0]),
        Step::Appended(&[0]),
        Step::Appended(&[0]),
        Step::Appended(&Contested::NONE),
    ]);
    /// The transfer that brought the money in.
    type Key = Id;
}

impl SuspenseRow {
    /// What lies there: what came less what chargebacks may take or took.
    pub(crate) fn whole(&self) -> Amount {
        Amount::new(self.left()).unwrap_or(Amount::MAX)
    }

    /// The same in minor units; 0 once it is resolved.
    pub(crate) fn left(&self) -> u128 {
        self.amount.saturating_sub(self.contested.sum)
    }
}
