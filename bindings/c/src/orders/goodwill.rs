//! What the platform gives a buyer of its own money.

use super::outcome::{escrow_order_outcome, judged_command};
use crate::arguments::text;
use crate::boundary::call;
use crate::opaque::escrow_orders;
use crate::status::{escrow_error, escrow_status};
use escrow::{Amount, Goodwill, Id};
use std::ffi::c_char;

/// A member of staff gives the buyer of an order a sum from an account of the platform to a
/// `spend_only` account of the buyer's, at once: a transfer of its own, whose `user_data_128` is the
/// order. It stands beside the money of the order, and is no refund of it: in any state of the order,
/// and as often as it is given. Sent again with the same `command`, it changes nothing.
/// Refused: `id_must_be_valid`, `staff_must_be_named`, `amount_must_be_valid`, `command_id_is_taken`,
/// `order_not_found`; `account_must_fit` if the first account is none of the platform in this ledger,
/// being external, managed, spend-only or a seller's, or the second none of a buyer's;
/// `refused_by_ledger` if the platform's account has not got it, say.
///
/// Ownership: `staff` is only read.
/// Threads: any.
/// Errors: those of orders; `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_give_goodwill(
    orders: *mut escrow_orders,
    order: Id,
    staff: *const c_char,
    staff_length: usize,
    from: Id,
    to: Id,
    amount: Amount,
    command: Id,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let staff = text(staff, staff_length, "staff")?;
        orders.give_goodwill(order, &Goodwill { from, to, amount }, staff, command)?
    })
}
