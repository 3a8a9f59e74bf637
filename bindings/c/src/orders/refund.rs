//! Refunds that the host carries out: listed until they are confirmed, or have failed.

use super::outcome::{escrow_order_outcome, judged_command};
use crate::arguments::{output, room};
use crate::boundary::{call, on};
use crate::opaque::escrow_orders;
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{Amount, Id, OpenRefund, Timestamp};

/// A refund to a tender from outside that the host has to carry out, such as to a card. In the
/// ledger it is with the source of the tender already.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_order_refund {
    /// Its number: the operation in the ledger that took it there. A processor that is told twice
    /// knows it again by this.
    pub reversal: Id,
    /// Of which order.
    pub order: Id,
    /// The account that the tender came from.
    pub source: Id,
    /// How much.
    pub amount: Amount,
    /// Since when.
    pub at: Timestamp,
    /// The ledger of the amount.
    pub ledger: u32,
    /// The place of the tender in the terms of the order.
    pub tender: u32,
}

impl From<OpenRefund> for escrow_order_refund {
    fn from(refund: OpenRefund) -> Self {
        let OpenRefund { reversal, order, tender, source, ledger, amount, at, .. } = refund;
        Self { reversal, order, source, amount, at, ledger, tender: tender.into() }
    }
}

/// Gives refunds that the host has to carry out, and has neither confirmed nor said to have failed, by
/// their numbers; those after the number `after`, zero to begin. Look through all of them each time: a
/// new one may stand before those that were seen.
///
/// Ownership: `refunds` is the caller's room for `capacity` records; `count` gets how many were
/// written.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_open_refunds(
    orders: *mut escrow_orders,
    after: Id,
    refunds: *mut escrow_order_refund,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(orders, error), |this| {
        let (refunds, count) = (room(refunds, capacity, "refunds")?, output(count, "count")?);
        let after = Some(after).filter(|id| !id.is_zero());
        let found = this.orders.open_refunds(after, capacity)?;
        count.set(found.len());
        refunds.put_each(found.into_iter().map(escrow_order_refund::from));
    })
}

/// The host has carried a refund out: it is no longer open. `command` is an id of its own: sent again
/// with it, it changes nothing.
/// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `refund_not_found`.
///
/// Ownership: nothing changes hands.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_refund_confirmed(
    orders: *mut escrow_orders,
    order: Id,
    reversal: Id,
    command: Id,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        orders.refund_confirmed(order, reversal, command)?
    })
}

/// A refund could not be carried out: the card is closed, say, and its money is with the platform
/// again. It goes to the account in which the buyer keeps what comes back, if the terms have one that
/// can take it, and else to `suspense`, until the host has found the buyer. `command` is an id of its
/// own: sent again with it, it changes nothing, and is answered as the first time.
/// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `refund_not_found`;
/// `account_must_fit` if that account is none of the order's ledger, is external, managed,
/// spend-only or has a limit of what comes in; `refused_by_ledger` if it is closed, say.
///
/// Ownership: `account` gets the account that has it now.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_refund_failed(
    orders: *mut escrow_orders,
    order: Id,
    reversal: Id,
    suspense: Id,
    command: Id,
    account: *mut Id,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let account = output(account, "account")?;
        orders.refund_failed(order, reversal, suspense, command)?.map(|to| account.set(to))
    })
}
