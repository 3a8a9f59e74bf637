//! Tenders as they come, and attempts to pay an order.

use super::outcome::{escrow_order_outcome, judged_command};
use super::terms::place;
use crate::arguments::{output, sized_room, write_sized};
use crate::boundary::call;
use crate::opaque::escrow_orders;
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{Amount, Id, TenderCame, Timestamp};

/// What became of a tender that came. Begin with `ESCROW_TENDER_CAME_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_tender_came {
    /// `sizeof(escrow_tender_came)`.
    pub struct_size: u32,
    /// 1 if it was taken for the order. Otherwise it came too late, or a second time, and all of it
    /// went back to its source.
    pub is_taken: u32,
    /// 1 if it was the last one, and the legs are paid.
    pub has_paid: u32,
    /// Zero.
    pub reserved: u32,
    /// What went back to sources by it, of all tenders if it paid the order: see
    /// `escrow_orders_timeline`.
    pub back: Amount,
    /// What the buyer keeps, of all tenders, if it paid the order.
    pub kept: Amount,
}

impl From<TenderCame> for escrow_tender_came {
    fn from(came: TenderCame) -> Self {
        let TenderCame { is_taken, has_paid, back, kept, .. } = came;
        let (is_taken, has_paid) = (is_taken.into(), has_paid.into());
        Self { struct_size: 0, is_taken, has_paid, reserved: 0, back, kept }
    }
}

/// Reports that so much money of a tender is there, as `escrow_orders_tender_came` does of what was
/// asked for. What is above that goes back to its source when the order is paid, or to the buyer's
/// own account if the terms say so. What comes too late, for a cancelled order, or a second time is
/// taken in and goes back to its source at once: the host has the acquirer carry out what the
/// timeline shows.
/// Refused: `id_must_be_valid`, `amount_must_be_valid`, `command_id_is_taken`, `order_not_found`,
/// `tender_not_found`, `tender_falls_short`, with how much more is asked for;
/// `refused_by_ledger` if the source has not got it, say.
///
/// Ownership: `came` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_tender_came_with(
    orders: *mut escrow_orders,
    order: Id,
    tender: u32,
    amount: Amount,
    command: Id,
    came: *mut escrow_tender_came,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        sized_room(came, "came")?;
        match orders.tender_came_with(order, place(tender), amount, command)? {
            Ok(done) => {
                write_sized(came, done.into(), "came")?;
                Ok(())
            }
            Err(refusal) => Err(refusal),
        }
    })
}

/// The buyer cancels an order that is not paid. What has come goes back, and the order can never be
/// paid. `command` is an id of its own: sent again with it, it changes nothing.
/// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `order_is_paid`,
/// `order_is_cancelled`; `refused_by_ledger` if a source is closed, say: it gets its money back when
/// the window ends.
///
/// Ownership: `back` gets what went back by it.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_cancel_unpaid(
    orders: *mut escrow_orders,
    order: Id,
    command: Id,
    back: *mut Amount,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let back = output(back, "back")?;
        orders.cancel_unpaid(order, command)?.map(|amount| back.set(amount))
    })
}

/// The buyer pays an order again whose window for it is over: it begins anew, and all tenders are
/// awaited. What came before is back at its source. `command` is an id of its own: sent again with
/// it, it changes nothing.
/// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `order_is_paid`,
/// `order_is_cancelled`, `payment_window_is_open`.
///
/// Ownership: `pay_until` gets until when the order can be paid.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_pay_again(
    orders: *mut escrow_orders,
    order: Id,
    command: Id,
    pay_until: *mut Timestamp,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let pay_until = output(pay_until, "pay_until")?;
        orders.pay_again(order, command)?.map(|until| pay_until.set(until))
    })
}
