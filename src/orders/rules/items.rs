//! Items of a part: which there are, what they come to, and how some of them are divided off.
//!
//! Each unit of an item has its place in the line, from 0 on, and its price by that: the difference
//! of the line's amount, rounded, up to behind it and up to before it. A part has units that stand
//! beside each other, and gives up the last of them. So whatever is divided, and in whatever order,
//! all units together are the line, and the same units always have the same price.

use super::lines::{LINES_MAX, LineKind};
use super::policy::{Policy, Shipping};
use super::refusal::{Refusal, refuse_if};
use super::rows::{LegTerms, LineTerms, PartItem, PartRow};
use super::shares::rounded;
use super::{Action, OrderStatus};

/// Parts of one order, those of its legs among them.
pub const PARTS_MAX: usize = 128;

/// So many of an item of a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Item {
    /// The place of its line among the lines of its leg.
    pub line: u16,
    /// How many, at least 1.
    pub quantity: u32,
}

/// A part whose items were divided: what goes, and what stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Division {
    pub(crate) items: Vec<PartItem>,
    pub(crate) shipping: u128,
    /// Of the items with their taxes and shipping.
    pub(crate) amount: u128,
    pub(crate) rest: Vec<PartItem>,
    pub(crate) rest_shipping: u128,
}

impl PartItem {
    /// The place behind the last one.
    fn end(&self) -> Option<u32> {
        self.first.checked_add(self.quantity)
    }
}

impl LegTerms {
    fn total_of(&self, kind: LineKind) -> Option<u128> {
        let mut all = self.lines.iter().filter(|line| line.kind == kind);
        all.try_fold(0_u128, |sum, line| sum.checked_add(line.amount))
    }

    /// What all shipping of it comes to; `None` if that is no amount.
    pub(crate) fn shipping(&self) -> Option<u128> {
        self.total_of(LineKind::Shipping)
    }

    /// All items of the leg.
    pub(crate) fn items(&self) -> Vec<PartItem> {
        let items = (0..).zip(&self.lines).filter(|(_, line)| line.kind == LineKind::Item);
        items.map(|(line, of)| PartItem { line, first: 0, quantity: of.quantity }).collect()
    }

    /// Those of a part of it.
    pub(crate) fn items_of(&self, row: &PartRow) -> Vec<PartItem> {
        if row.items.is_empty() { self.items() } else { row.items.clone() }
    }

    /// What the units of an item come to without tax; `None` if there are no such units.
    pub(crate) fn price(&self, item: PartItem) -> Option<u128> {
        let (line, end) = (self.item_line(item.line)?, item.end()?);
        up_to(line, end)?.checked_sub(up_to(line, item.first)?)
    }

    fn item_line(&self, line: u16) -> Option<&LineTerms> {
        self.lines.get(usize::from(line)).filter(|line| line.kind == LineKind::Item)
    }

    /// The share of these items in an amount that goes with all items of the leg by their prices.
    fn share(&self, items: &[PartItem], amount: u128) -> Option<u128> {
        let all = self.total_of(LineKind::Item)?;
        let mut share = 0_u128;
        for &item in items {
            let before = self.lines.get(..usize::from(item.line))?;
            let mut before = before.iter().filter(|line| line.kind == LineKind::Item);
            let before = before.try_fold(0_u128, |sum, line| sum.checked_add(line.amount))?;
            let begin = before.checked_add(up_to(self.item_line(item.line)?, item.first)?)?;
            let end = begin.checked_add(self.price(item)?)?;
            let of_item = rounded(amount, end, all)?.checked_sub(rounded(amount, begin, all)?)?;
            share = share.checked_add(of_item)?;
        }
        Some(share)
    }

    /// The taxes of these items, of each tax on its own.
    pub(crate) fn tax(&self, items: &[PartItem]) -> Option<u128> {
        let mut taxes = self.lines.iter().filter(|line| line.kind == LineKind::Tax);
        taxes.try_fold(0_u128, |sum, tax| sum.checked_add(self.share(items, tax.amount)?))
    }

    /// What a part with these items comes to, and so much shipping.
    fn amount_of(&self, items: &[PartItem], shipping: u128) -> Option<u128> {
        let with_tax = self.tax(items)?.checked_add(shipping)?;
        items.iter().try_fold(with_tax, |sum, &item| sum.checked_add(self.price(item)?))
    }

    /// What a part of it was opened with, less what was divided off; `None` if the row has items
    /// that the leg has not.
    pub(crate) fn amount_of_part(&self, row: &PartRow) -> Option<u128> {
        match self.lines.is_empty() {
            true => (row.items.is_empty() && row.shipping == 0).then_some(self.amount),
            false => self.amount_of(&self.items_of(row), row.shipping),
        }
    }

    /// Whether these are all units of the leg, each once.
    pub(crate) fn are_all(&self, units: &[PartItem]) -> bool {
        let mut units = units.to_vec();
        units.sort_unstable();
        let mut joined: Vec<PartItem> = Vec::new();
        for unit in units {
            match joined.last_mut() {
                Some(last) if last.line == unit.line && last.end() == Some(unit.first) => {
                    last.quantity = last.quantity.saturating_add(unit.quantity);
                }
                _ => joined.push(unit),
            }
        }
        joined == self.items()
    }

    /// Divides some items off a part, for this to be done about them; `None` if they are all that
    /// the part has.
    pub(crate) fn divide(
        &self,
        row: &PartRow,
        wanted: &[Item],
        (policy, action): (&Policy, Action),
    ) -> Result<Option<Division>, Refusal> {
        refuse_if(self.lines.is_empty(), OrderStatus::LEG_HAS_NO_LINES)?;
        let (mut items, mut rest) = (Vec::new(), self.items_of(row));
        for item in wanted {
            let place = rest.iter().position(|held| held.line == item.line);
            let held = place.and_then(|place| rest.get_mut(place));
            let held = held.ok_or(Refusal::of(OrderStatus::ITEM_NOT_IN_PART))?;
            let left = held.quantity.checked_sub(item.quantity);
            held.quantity = left.ok_or(Refusal::of(OrderStatus::QUANTITY_EXCEEDS_PART))?;
            let first = held.first.saturating_add(held.quantity);
            items.push(PartItem { line: item.line, first, quantity: item.quantity });
        }
        rest.retain(|held| held.quantity > 0);
        if rest.is_empty() {
            return Ok(None);
        }
        items.sort_unstable();
        let goes_to_seller = matches!(action, Action::Ship | Action::Deliver | Action::Confirm);
        let shipping = match policy.shipping {
            Shipping::ProRata => self.shipping().and_then(|all| self.share(&items, all)),
            Shipping::WithLastItem | Shipping::Never if goes_to_seller => Some(row.shipping),
            Shipping::WithLastItem | Shipping::Never => Some(0),
        };
        let rest_shipping = shipping.and_then(|shipping| row.shipping.checked_sub(shipping));
        let amount = shipping.and_then(|shipping| self.amount_of(&items, shipping));
        // Terms that were checked when they were placed add up.
        let invalid = || Refusal::of(OrderStatus::AMOUNT_MUST_BE_VALID);
        let shipping = shipping.ok_or_else(invalid)?;
        let (amount, rest_shipping) =
            (amount.ok_or_else(invalid)?, rest_shipping.ok_or_else(invalid)?);
        Ok(Some(Division { items, shipping, amount, rest, rest_shipping }))
    }
}

/// What so many first units of a line come to.
fn up_to(line: &LineTerms, quantity: u32) -> Option<u128> {
    match quantity <= line.quantity {
        true => rounded(line.amount, quantity.into(), line.quantity.into()),
        false => None,
    }
}

/// Refuses what is no list of items, whatever part they are of.
pub(crate) fn check_items(items: &[Item]) -> Result<(), Refusal> {
    let is_once = |(place, item): (usize, &Item)| {
        item.quantity > 0
            && items.iter().skip(place).filter(|one| one.line == item.line).count() == 1
    };
    let is_fit = (1..=LINES_MAX).contains(&items.len()) && items.iter().enumerate().all(is_once);
    refuse_if(!is_fit, OrderStatus::ITEMS_MUST_BE_VALID)
}

#[cfg(test)]
mod tests;
