//! Buyers and sellers, and the accounts that their ids and a ledger give them.

use super::outcome::{escrow_order_outcome, judged_command};
use crate::arguments::output;
use crate::boundary::{boundary, call};
use crate::opaque::escrow_orders;
use crate::status::{escrow_error, escrow_status};
use escrow::{Id, Orders};

/// Opens the account of a buyer in a ledger. Again, it changes nothing. The id is the host's own for
/// who buys.
/// Refused: `id_must_be_valid`; `refused_by_ledger` if there is no such ledger; `account_must_fit`
/// if the host has opened an account with that id.
///
/// Ownership: nothing is kept.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_register_buyer(
    orders: *mut escrow_orders,
    buyer: Id,
    ledger: u32,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| orders.register_buyer(buyer, ledger)?)
}

/// Opens the account of a seller in a ledger. Again, it changes nothing. The id is the host's own
/// for who sells.
/// Refused: as `escrow_orders_register_buyer`.
///
/// Ownership: nothing is kept.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_register_seller(
    orders: *mut escrow_orders,
    seller: Id,
    ledger: u32,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| orders
        .register_seller(seller, ledger)?)
}

/// Gives the account through which the money of a buyer's orders passes in a ledger, registered or
/// not. What it has available is due to the sources of that money. Its code is 65010, and it is
/// managed: no operation of the host debits or credits it.
///
/// Ownership: `account` gets its id.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_buyer_account(
    buyer: Id,
    ledger: u32,
    account: *mut Id,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        output(account, "account")?.set(Orders::buyer_account(buyer, ledger));
    })
}

/// Gives the account that the earnings of a seller come to in a ledger, registered or not. Its money
/// is the host's to pay out. Its code is 65011.
///
/// Ownership: `account` gets its id.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_seller_account(
    seller: Id,
    ledger: u32,
    account: *mut Id,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        output(account, "account")?.set(Orders::seller_account(seller, ledger));
    })
}
