//! What the store asks of the orders when it is verified or copied: the law of the purse.

use super::rules::parties::buyer_account;
use super::rules::rows::{PartKey, PartRow, PaymentRow, TermsRow};
use crate::model::Id;
use crate::store::house::{House, Kept};
use crate::store::{Error, Result};
use crate::wallets::rules::rows::{Row, RowKey};
use std::collections::BTreeMap;

/// The orders, as the store knows them.
pub(crate) struct OrdersHouse;

impl House for OrdersHouse {
    /// What was refunded of each part is what went back and what is due; and what is due to all
    /// orders of a buyer is what lies in the buyer's purchase account.
    fn check(&self, kept: &Kept<'_>) -> Result<()> {
        let mut due: BTreeMap<Id, u128> = BTreeMap::new();
        for row in kept.rows(TermsRow::TABLE.space, &[]) {
            let (key, document) = row?;
            let terms = TermsRow::from_bytes(&document.value)?;
            let order = key_of::<Id>(key.key())?;
            let of_order = due_of_order(kept, order, &terms)?;
            let all = due.entry(buyer_account(terms.buyer, terms.ledger)).or_default();
            *all = all.saturating_add(of_order);
        }
        for (account, due) in due {
            let found = kept.account(account)?.map(|account| account.balances.available());
            if found.is_none_or(|found| found.minor_units() != due) {
                let what =
                    format!("purchase account {account} has not just the {due} that are due");
                return Err(Error::Corrupt(what));
            }
        }
        Ok(())
    }
}

/// What deadlines gave back of an order and is not on its way to the sources yet. All parts of a
/// leg are the leg, to the minor unit and to the last item.
fn due_of_order(kept: &Kept<'_>, order: Id, terms: &TermsRow) -> Result<u128> {
    let mut due = 0_u128;
    let mut legs = vec![(0_u128, Vec::new()); terms.legs.len()];
    let mut parts = 0_u16;
    for row in kept.rows(PartRow::TABLE.space, &order.to_bytes()) {
        let (key, document) = row?;
        let (key, part) = (key_of::<PartKey>(key.key())?, PartRow::from_bytes(&document.value)?);
        let damaged = |what| Error::Corrupt(format!("part {} of order {order} {what}", key.part));
        let leg = terms.leg_of(&part).ok_or(damaged("has no leg"))?;
        let hold = kept.hold(part.hold)?.ok_or(damaged("has no hold"))?;
        let of_part = part.due_of(&hold);
        if leg.amount_of_part(&part) != Some(hold.amount.minor_units()) {
            return Err(damaged("has a hold of another amount"));
        }
        if key.part != parts {
            return Err(damaged("is not the one that follows"));
        }
        due = due.saturating_add(of_part.ok_or(damaged("gave back more than was refunded"))?);
        if let Some((amount, items)) = legs.get_mut(usize::from(part.leg)) {
            *amount = amount.saturating_add(hold.amount.minor_units());
            items.extend(leg.items_of(&part));
        }
        parts = parts.saturating_add(1);
    }
    let payment = kept.rows(PaymentRow::TABLE.space, &order.to_bytes()).next();
    let is_paid = match payment {
        Some(row) => !PaymentRow::from_bytes(&row?.1.value)?.paid_at.is_none(),
        None => false,
    };
    if !is_paid {
        let damaged = || Error::Corrupt(format!("order {order} has parts, and is not paid"));
        return (parts == 0).then_some(due).ok_or_else(damaged);
    }
    for (number, (leg, (amount, items))) in terms.legs.iter().zip(&legs).enumerate() {
        if *amount != leg.amount || !leg.are_all(items) {
            let what = format!("all parts of leg {number} of order {order} are not the leg");
            return Err(Error::Corrupt(what));
        }
    }
    Ok(due)
}

fn key_of<K: RowKey>(bytes: &[u8]) -> Result<K> {
    K::from_bytes(bytes).ok_or_else(|| Error::Corrupt("a row of an order has no valid key".into()))
}
