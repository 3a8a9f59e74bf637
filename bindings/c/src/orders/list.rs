//! Lists of orders: those of a buyer, parts of a seller, and parts that are open.

use super::outcome::number_of_stage;
use super::terms::place;
use crate::arguments::{array, output, room};
use crate::boundary::{call, on};
use crate::opaque::escrow_orders;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::order::Stage;
use escrow::{Id, ListedOrder, OpenPart, Timestamp};

/// An order in a list.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_listed_order {
    /// Its id.
    pub order: Id,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// In a list of a seller's: which part of it; otherwise 0.
    pub part: u32,
    /// Zero.
    pub reserved: u32,
}

impl From<ListedOrder> for escrow_listed_order {
    fn from(listed: ListedOrder) -> Self {
        let ListedOrder { order, placed_at, part, .. } = listed;
        Self { order, placed_at, part: part.unwrap_or_default().into(), reserved: 0 }
    }
}

/// The row after which a list goes on; none where the caller gives none.
///
/// # Safety
/// `pointer` is NULL or leads to a row.
unsafe fn after(
    pointer: *const escrow_listed_order,
    has_parts: bool,
) -> Result<Option<ListedOrder>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise is the same.
    let given = unsafe { array(pointer, 1, "after") }?[0];
    if given.reserved != 0 || (!has_parts && given.part != 0) {
        return Err(Failure::invalid("after is not a row of this list"));
    }
    let part = has_parts.then(|| place(given.part));
    Ok(Some(ListedOrder::new(given.order, given.placed_at, part)))
}

/// Writes what `found` finds after a row, where rows `have_parts` or not.
///
/// # Safety
/// As [`after`]; `listed` is NULL or leads to room for so many rows, `count` is NULL or leads to room
/// for one number.
unsafe fn list(
    (row, have_parts): (*const escrow_listed_order, bool),
    (listed, capacity, count): (*mut escrow_listed_order, usize, *mut usize),
    found: impl FnOnce(Option<&ListedOrder>) -> escrow::Result<Vec<ListedOrder>>,
) -> Result<()> {
    // SAFETY: the caller's promises are the same.
    let (listed, count, after) = unsafe {
        (room(listed, capacity, "listed")?, output(count, "count")?, after(row, have_parts)?)
    };
    let found = found(after.as_ref())?;
    count.set(found.len());
    listed.put_each(found.into_iter().map(escrow_listed_order::from));
    Ok(())
}

/// Gives the orders of a buyer, the oldest first; those after the row `after`, which is the last one
/// that was listed, NULL to begin.
///
/// Ownership: `after` is only read. `listed` is the caller's room for `capacity` rows; `count` gets
/// how many were written.
/// Threads: any.
/// Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if `after` is of a part, as rows of sellers
/// are.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_of_buyer(
    orders: *mut escrow_orders,
    buyer: Id,
    after: *const escrow_listed_order,
    listed: *mut escrow_listed_order,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(orders, error), |this| {
        list((after, false), (listed, capacity, count), |after| {
            this.orders.orders_of_buyer(buyer, after, capacity)
        })?
    })
}

/// Gives the parts of orders of a seller, the oldest first; those after the row `after`, which is
/// the last one that was listed, NULL to begin.
///
/// Ownership: `after` is only read. `listed` is the caller's room for `capacity` rows; `count` gets
/// how many were written.
/// Threads: any.
/// Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if `after` is no row of a list: what is
/// reserved in it is not zero.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_of_seller(
    orders: *mut escrow_orders,
    seller: Id,
    after: *const escrow_listed_order,
    listed: *mut escrow_listed_order,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(orders, error), |this| {
        list((after, true), (listed, capacity, count), |after| {
            this.orders.orders_of_seller(seller, after, capacity)
        })?
    })
}

/// A part in a list of those that are open.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_open_part {
    /// Its order.
    pub order: Id,
    /// By which the list is ordered: when its window ends, or, of what was to be done already, when
    /// that was, or is tried again.
    pub due_at: Timestamp,
    /// Its number in the order.
    pub part: u32,
    /// How far it has come: `ESCROW_STAGE_*`; done while what a deadline gave back is on its way.
    pub stage: u32,
}

impl From<OpenPart> for escrow_open_part {
    fn from(open: OpenPart) -> Self {
        let OpenPart { order, part, stage, due_at, .. } = open;
        Self { order, due_at, part: part.into(), stage: number_of_stage(stage) }
    }
}

fn stage_of(number: u32, what: &str) -> Result<Stage> {
    let stage = u8::try_from(number).ok().and_then(Stage::from_number);
    stage.ok_or_else(|| Failure::invalid(format!("{what} is not one of ESCROW_STAGE_*")))
}

/// Gives the parts of all orders that are open, those first that are due next; those after the row
/// `after`, which is the last one that was listed, NULL to begin. In the stage `stage`
/// (`ESCROW_STAGE_*`) alone, 0 for all; those alone that are due before `due_before`, 0 for all. So
/// staff find what is escalated, and what will end soon. Each call looks at the orders as they are
/// then: what was done meanwhile may stand elsewhere.
///
/// Ownership: `after` is only read. `listed` is the caller's room for `capacity` rows; `count` gets
/// how many were written.
/// Threads: any.
/// Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if a stage is unknown.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_open_parts(
    orders: *mut escrow_orders,
    stage: u32,
    due_before: Timestamp,
    after: *const escrow_open_part,
    listed: *mut escrow_open_part,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(orders, error), |this| {
        let (listed, count) = (room(listed, capacity, "listed")?, output(count, "count")?);
        let given = if after.is_null() { None } else { array(after, 1, "after")?.first() };
        let row = |row: &escrow_open_part| {
            let stage = stage_of(row.stage, "the stage of after")?;
            Ok::<_, Failure>(OpenPart::new(row.order, place(row.part), stage, row.due_at))
        };
        let after = given.map(row).transpose()?;
        let stage = if stage == 0 { None } else { Some(stage_of(stage, "stage")?) };
        let before = (!due_before.is_none()).then_some(due_before);
        let found = this.orders.open_parts(stage, before, after.as_ref(), capacity)?;
        count.set(found.len());
        listed.put_each(found.into_iter().map(escrow_open_part::from));
    })
}
