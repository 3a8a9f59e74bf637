//! A command about some items of a part: they become a part of their own first, in the same chain.

use super::Orders;
use super::policies::Policies;
use super::transaction::{Changes, Stop, answered, part, terms};
use crate::model::{Amount, Hold, Id, Operation, Timestamp};
use crate::orders::rules::items::check_items;
use crate::orders::rules::part::Seen;
use crate::orders::rules::refusal::refuse_if;
use crate::orders::rules::rows::{ListedKey, ListedRow, OfSellerRow, PartKey, PartRow, TermsRow};
use crate::orders::rules::shares::{spread, take};
use crate::orders::rules::terms::amount;
use crate::orders::rules::{Action, Item, OrderStatus, PARTS_MAX, Party, Policy, Refusal};
use crate::store::house::ReadTransaction;
use crate::store::{Error, Result};

/// The part that a command is about.
pub(super) struct Concerned {
    pub(super) key: PartKey,
    pub(super) row: PartRow,
    pub(super) hold: Hold,
}

/// What a command is about some items for.
pub(super) struct Purpose<'p> {
    pub(super) policy: &'p Policy,
    pub(super) party: Party,
    pub(super) action: Action,
}

impl Orders {
    /// What some items of a part would come to, in escrow, if this were done about them alone: with
    /// their taxes, and of the shipping what the policy says of it. Who claims all of it, or asks
    /// to cancel, names just that.
    ///
    /// Refused: `items_must_be_valid`, `order_not_found`, `part_not_found`, `order_must_be_paid`,
    /// `part_has_complaint`, `not_in_this_stage`, `leg_has_no_lines`, `item_not_in_part`,
    /// `quantity_exceeds_part`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn amount_of_items(
        &self,
        order: Id,
        part_number: u16,
        items: &[Item],
        action: Action,
    ) -> Result<Result<Amount, Refusal>> {
        let mut reading = self.shared.chains.read()?;
        let key = PartKey { order, part: part_number };
        let about = (items, action);
        answered(amount_of(&mut reading, &self.shared.policies, key, about))
    }
}

fn amount_of(
    reading: &mut ReadTransaction,
    policies: &Policies,
    key: PartKey,
    (items, action): (&[Item], Action),
) -> Result<Amount, Stop> {
    check_items(items)?;
    let terms = terms(reading, key.order)?;
    let (row, hold) = part(reading, &terms, key)?;
    let policy = policies.of(reading, terms.policy)?;
    refuse_if(row.case.is_some(), OrderStatus::PART_HAS_COMPLAINT)?;
    let now = reading.now();
    let seen = Seen { policy: &policy, row: &row, hold: &hold, terms: &terms, now };
    seen.check_stage(action)?;
    let leg = terms.leg_of(&row).ok_or_else(|| no_leg(key))?;
    let division = leg.divide(&row, items, (&policy, action))?;
    let (all, shipping) = match division {
        Some(division) => (division.amount, division.shipping),
        None => (hold.held.minor_units(), row.shipping),
    };
    let kept = if action == Action::Claim { seen.never_claimed(shipping) } else { 0 };
    Ok(amount(all.saturating_sub(kept)))
}

fn no_leg(PartKey { order, part }: PartKey) -> Error {
    Error::Corrupt(format!("part {part} of order {order} has no leg"))
}

/// Divides some items off a part, for a command that this party can give about it now. The part
/// that has them, which is the same one if they are all that it has.
pub(super) fn divide(
    changes: &mut Changes,
    reading: &mut ReadTransaction,
    terms: &TermsRow,
    of: Concerned,
    items: &[Item],
    purpose: &Purpose<'_>,
) -> Result<Concerned, Stop> {
    let Concerned { key, row, hold } = of;
    let &Purpose { policy, party, action } = purpose;
    refuse_if(row.case.is_some(), OrderStatus::PART_HAS_COMPLAINT)?;
    let now = reading.now();
    let seen = Seen { policy, row: &row, hold: &hold, terms, now };
    seen.check_table(party, action)?;
    let damaged = |what| Error::Corrupt(format!("part {} of order {} {what}", key.part, key.order));
    let leg = terms.leg_of(&row).ok_or_else(|| no_leg(key))?;
    let Some(division) = leg.divide(&row, items, (policy, action))? else {
        return Ok(Concerned { key, row, hold });
    };
    let parts = reading.scan::<PartRow>(&key.order.to_bytes(), None).count();
    let part = u16::try_from(parts).ok().filter(|_| parts < PARTS_MAX);
    refuse_if(part.is_none(), OrderStatus::TOO_MANY_PARTS)?;
    let new = PartKey { order: key.order, part: part.unwrap_or(u16::MAX) };
    // Nobody else gives this number to another part.
    if reading.get_alone::<PartRow>(&new)?.is_some() {
        return Err(damaged("has no number that follows").into());
    }
    let shares = || damaged("has shares that are not its amount");
    let share = spread(division.amount, &row.left).ok_or_else(shares)?;
    let left = take(&row.left, &share).ok_or_else(shares)?;
    let (id, sum) = (Id::new(), amount(division.amount));
    changes.operations([Operation {
        user_data_128: key.order,
        user_data_64: new.part.into(),
        ..Operation::divide(id, hold.id, sum)
    }]);
    let rest = PartRow { left, items: division.rest, shipping: division.rest_shipping, ..row };
    changes.put(&key, &rest)?;
    let at = ListedKey { of: leg.seller, at: terms.placed_at, order: key.order, part: new.part };
    changes.put::<OfSellerRow>(&at, &ListedRow)?;
    let row = PartRow {
        hold: id,
        leg: rest.leg,
        items: division.items,
        shipping: division.shipping,
        left: share,
        owed: Vec::new(),
        kept: Vec::new(),
        // Whatever is done about it gives it its time.
        due: Timestamp::NONE,
        shipped_at: rest.shipped_at,
        case: None,
    };
    Ok(Concerned { key: new, row, hold: Hold { id, amount: sum, held: sum, ..hold } })
}
