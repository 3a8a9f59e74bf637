//! Tenders as they come, and attempts to pay an order.

use super::outcome::{escrow_order_outcome, judged_command, written};
use super::terms::place;
use crate::arguments::{output, sized_room};
use crate::boundary::call;
use crate::handle::{self, HandleType};
use crate::opaque::{escrow_orders, escrow_wallets};
use crate::status::{escrow_error, escrow_status};
use crate::wallets::handle::WalletsHandle;
use crate::wallets::order::{escrow_order, escrow_order_part};
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
/// `tender_not_found`, `tender_kind_must_fit` if it comes from a wallet, `tender_falls_short`, with
/// how much more is asked for; `refused_by_ledger` if the source has not got it, say.
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
        written(came, orders.tender_came_with(order, place(tender), amount, command)?, "came")?
    })
}

/// Gives what the owner of a wallet authorises to pay a tender of an order from it, by
/// `escrow_order_authorise`: its `order` stands for this tender and all terms of the order, so that
/// for any other ones it is void. `escrow_order_needs` says what it takes.
/// Refused: `order_not_found`, `tender_not_found`, `tender_kind_must_fit` if it does not come from a
/// wallet.
///
/// Ownership: `terms` and `part` get the terms, which have this one part.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_wallet_terms(
    orders: *mut escrow_orders,
    order: Id,
    tender: u32,
    terms: *mut escrow_order,
    part: *mut escrow_order_part,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let (room, part) = (output(terms, "terms")?, output(part, "part")?);
        orders.wallet_terms(order, place(tender))?.map(|terms| {
            let (wallet, order, ledger) = (terms.wallet, terms.order, terms.ledger);
            room.set(escrow_order { wallet, order, ledger, ..escrow_order::zeroed() });
            let first = terms.parts.first();
            part.set(first.map_or_else(escrow_order_part::zeroed, escrow_order_part::from));
        })
    })
}

/// Pays a tender of an order from the wallet that it is to come from, as its owner authorised for
/// `escrow_orders_wallet_terms`: using the authorisation up, counting the payment against the
/// wallet's limits, and taking the tender are one chain; with the last tender all legs are paid in
/// it, too. `authorisation` is zero for a small payment, which the policy of the wallets exempts.
/// What is refunded goes back to the wallet. `command` is an id of its own: sent again with it, it
/// changes nothing.
/// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `tender_not_found`,
/// `tender_kind_must_fit`, `order_is_paid`, `order_is_cancelled`, `payment_window_is_over`,
/// `tender_has_come`; `refused_by_wallet`, and why in the outcome, as of `escrow_order_pay`;
/// `refused_by_ledger` for want of money, say.
///
/// Ownership: `wallets` are opened of the same `escrow_store` handle. `came` is the caller's struct,
/// which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: those of orders and wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_pay_from_wallet(
    orders: *mut escrow_orders,
    wallets: *mut escrow_wallets,
    order: Id,
    tender: u32,
    authorisation: Id,
    command: Id,
    came: *mut escrow_tender_came,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        sized_room(came, "came")?;
        let wallets = handle::find::<WalletsHandle>(wallets)?;
        wallets.check()?;
        let by = Some(authorisation).filter(|id| !id.is_zero());
        let wallets = &wallets.wallets;
        let done = orders.pay_from_wallet(wallets, order, place(tender), by, command)?;
        written(came, done, "came")?
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
