//! Some items of a part: what is done about them alone, and what they come to.

use super::outcome::{escrow_order_outcome, judged_command, written};
use super::part::{action_of, actor_of, escrow_acted, escrow_part_command};
use super::terms::place;
use crate::arguments::{array, output, sized_input, sized_room, text};
use crate::boundary::call;
use crate::opaque::escrow_orders;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::order::{Item, PARTS_MAX};
use escrow::{Amount, Id};
use std::ffi::c_char;

/// Parts of one order, those of its legs among them.
pub const ESCROW_PARTS_MAX: u32 = 128;

const _: () = assert!(ESCROW_PARTS_MAX as usize == PARTS_MAX);

/// So many of an item of a part.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_item {
    /// The place of its line among the lines of its leg.
    pub line: u32,
    /// How many, at least 1.
    pub quantity: u32,
}

impl From<&escrow_item> for Item {
    fn from(item: &escrow_item) -> Self {
        Self { line: place(item.line), quantity: item.quantity }
    }
}

/// # Safety
/// As the header says of it.
unsafe fn items(pointer: *const escrow_item, count: usize) -> Result<Vec<Item>> {
    // SAFETY: the caller's promise is the same.
    let items = unsafe { array(pointer, count, "items") }?;
    Ok(items.iter().map(Item::from).collect())
}

/// Does something about some items of a part that has no complaint: they become a part of their own,
/// which `acted` names, in the same chain, and the rest of the part stays as it is. If they are all
/// of the part, it is done about the part itself. An amount, of a claim say, is one of the new part.
/// All else is as of `escrow_orders_act`.
///
/// A part that was divided off has the part's seller, stage and time; the tax of its items, by their
/// price; of the shipping what the policy says; and of each tender its share.
/// Refused: as `escrow_orders_act`; `items_must_be_valid`, `leg_has_no_lines`, `item_not_in_part`,
/// `quantity_exceeds_part`, `part_has_complaint`, `too_many_parts`.
///
/// Ownership: `items`, `what` and `staff` are only read. `acted` is the caller's struct, which is
/// filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: as `escrow_orders_act`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_act_on_items(
    orders: *mut escrow_orders,
    order: Id,
    part: u32,
    items: *const escrow_item,
    items_count: usize,
    party: u32,
    staff: *const c_char,
    staff_length: usize,
    what: *const escrow_part_command,
    command: Id,
    acted: *mut escrow_acted,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let items = self::items(items, items_count)?;
        let actor = actor_of(party, text(staff, staff_length, "staff")?)?;
        let what = sized_input(what, "what")?.parse()?;
        sized_room(acted, "acted")?;
        let done = orders.act_on_items(order, place(part), &items, actor, &what, command)?;
        written(acted, done, "acted")?
    })
}

/// Gives what some items of a part would come to, in escrow, if this (`ESCROW_ACTION_*`) were done
/// about them alone: with their taxes, and of the shipping what the policy says of it. Who claims all
/// of it, or asks to cancel, names just that.
/// Refused: `items_must_be_valid`, `order_not_found`, `part_not_found`, `order_must_be_paid`,
/// `part_has_complaint`, `not_in_this_stage`, `leg_has_no_lines`, `item_not_in_part`,
/// `quantity_exceeds_part`.
///
/// Ownership: `items` are only read. `amount` gets it.
/// Threads: any.
/// Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if the action is unknown.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_amount_of_items(
    orders: *mut escrow_orders,
    order: Id,
    part: u32,
    items: *const escrow_item,
    items_count: usize,
    action: u32,
    amount: *mut Amount,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let items = self::items(items, items_count)?;
        let unknown = || Failure::invalid("action is not one of ESCROW_ACTION_*");
        let (action, amount) = (action_of(action).ok_or_else(unknown)?, output(amount, "amount")?);
        let found = orders.amount_of_items(order, place(part), &items, action)?;
        found.map(|found| amount.set(found))
    })
}
