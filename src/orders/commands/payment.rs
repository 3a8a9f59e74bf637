//! The payment of an order, which has a row as soon as something has come of it.

use super::policies::Policies;
use super::transaction::Stop;
use crate::model::Id;
use crate::orders::rules::rows::{PaymentRow, TermsRow};
use crate::store::house::ReadTransaction;

/// The payment of an order, relied on. Until something has come of it, it has no row.
pub(super) fn payment(
    reading: &mut ReadTransaction,
    policies: &Policies,
    (order, terms): (Id, &TermsRow),
) -> Result<PaymentRow, Stop> {
    match reading.get_alone::<PaymentRow>(&order)? {
        Some(row) => Ok(row),
        None => begun(reading, policies, terms),
    }
}

/// The payment of an order as it begins, at its placing.
pub(super) fn begun(
    reading: &ReadTransaction,
    policies: &Policies,
    terms: &TermsRow,
) -> Result<PaymentRow, Stop> {
    let policy = policies.of(reading, terms.policy)?;
    Ok(PaymentRow::begin(terms.tenders.len(), &policy, terms.placed_at))
}
