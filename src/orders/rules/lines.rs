//! What a leg consists of: items, shipping and tax, as lines that add up to it.

use super::OrderStatus;
use super::names::names;
use super::refusal::{Refusal, refuse_if};
use crate::model::{Amount, Id};
use serde::{Deserialize, Serialize};

/// Lines of one leg.
pub const LINES_MAX: usize = 64;

/// A line of a leg. The number of a line is its place among those of its leg.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// The host's reference to what is sold; it may be zero of shipping and tax.
    pub reference: Id,
    /// How many of an item, at least 1; of shipping and tax 1.
    pub quantity: u32,
    /// For all of them together: at least 1 minor unit for each.
    pub amount: Amount,
}

/// What a line of a leg is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LineKind {
    /// Something that is sold, so many times.
    Item,
    /// What sending it costs the buyer.
    Shipping,
    /// A tax on the items, which goes with each of them.
    Tax,
}

names! { LineKind {
    Item = 1, "item";
    Shipping = 2, "shipping";
    Tax = 3, "tax";
} }

/// Refuses lines that are not just a leg of this amount; a leg may have none.
pub(super) fn check_lines(lines: &[Line], amount: Amount) -> Result<(), Refusal> {
    if lines.is_empty() {
        return Ok(());
    }
    let has_item = lines.iter().any(|line| line.kind == LineKind::Item);
    refuse_if(!has_item || lines.len() > LINES_MAX, OrderStatus::COUNT_MUST_BE_VALID)?;
    let total = sum(lines.iter().map(|line| line.amount))?;
    refuse_if(!lines.iter().all(is_fit), OrderStatus::LINE_MUST_BE_VALID)?;
    refuse_if(total != amount, OrderStatus::LINES_MUST_EQUAL_LEG)
}

fn is_fit(line: &Line) -> bool {
    let is_item = line.kind == LineKind::Item;
    let has_quantity = if is_item { line.quantity > 0 } else { line.quantity == 1 };
    // So that each of them is a part that can be in escrow.
    let is_worth_it = line.amount.minor_units() >= line.quantity.into();
    has_quantity
        && is_worth_it
        && !line.reference.is_max()
        && (!is_item || !line.reference.is_zero())
}

/// The sum of amounts that are valid, and above 0.
pub(super) fn sum(amounts: impl Iterator<Item = Amount>) -> Result<Amount, Refusal> {
    let mut total = Some(Amount::ZERO);
    for amount in amounts {
        let is_fit = amount.is_valid() && !amount.is_zero();
        refuse_if(!is_fit, OrderStatus::AMOUNT_MUST_BE_VALID)?;
        total = total.and_then(|total| total.checked_add(amount));
    }
    total.ok_or(Refusal::of(OrderStatus::AMOUNT_MUST_BE_VALID))
}
