//! The suspense account: money of cards that could not be booked.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use super::wallet;
use super::wallet::place;
use crate::arguments::{output, record, room};
use crate::boundary::{call, on};
use crate::opaque::escrow_wallets;
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{Amount, Id, Operation, Resolution, SuspenseItem, Timestamp};

/// Money of a card in suspense, until staff say where it belongs.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_suspense_item {
    /// The transfer that brought it in.
    pub id: Id,
    /// The payment that it was charged for.
    pub payment: Id,
    /// The wallet whose card it came from.
    pub wallet: Id,
    /// The order that the payment was for.
    pub order: Id,
    /// The account that the payment was to pay.
    pub payee: Id,
    /// How much came, less what chargebacks took; if they took all of it, how much came.
    pub amount: Amount,
    /// How much the payment was to be.
    pub expected: Amount,
    /// The operation that resolved it; zero while it is open.
    pub resolved_by: Id,
    /// When it came.
    pub came_at: Timestamp,
    /// Of which ledger.
    pub ledger: u32,
    /// Why it lies there: `ESCROW_SUSPENSE_REASON_*`.
    pub reason: u32,
    /// 1 if the order is paid, by this payment or another of the wallet, and not given back: no money
    /// in suspense pays it then. 0 if not.
    pub order_is_paid: u32,
    /// Zero.
    pub reserved: [u32; 3],
}

impl From<SuspenseItem> for escrow_suspense_item {
    fn from(item: SuspenseItem) -> Self {
        Self {
            id: item.id,
            payment: item.payment,
            wallet: item.wallet,
            order: item.order,
            payee: item.payee,
            amount: item.amount,
            expected: item.expected,
            resolved_by: item.resolved_by,
            came_at: item.came_at,
            ledger: item.ledger,
            reason: item.reason.number().into(),
            order_is_paid: item.order_is_paid.into(),
            reserved: [0; 3],
        }
    }
}

/// Looks up money in suspense, open or resolved.
///
/// Ownership: `found` gets the item.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such item.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_suspense_find(
    wallets: *mut escrow_wallets,
    item: Id,
    found: *mut escrow_suspense_item,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        let found = output(found, "found")?;
        found.set(wallet::found(wallets.suspense_item(item)?, "item in suspense")?.into());
    })
}

/// Gives the money in suspense that waits for staff, the oldest first; behind the item `after`,
/// zero to begin.
///
/// Ownership: `items` is the caller's room for `capacity` items; `count` gets how many were
/// written.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no item `after`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_suspense_waiting(
    wallets: *mut escrow_wallets,
    after: Id,
    items: *mut escrow_suspense_item,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        let items = room(items, capacity, "items")?;
        let count = output(count, "count")?;
        let after = place(after, |id| wallets.suspense_item(id))?;
        let found = wallets.open_suspense(after.as_ref(), capacity)?;
        count.set(found.len());
        items.put_each(found.into_iter().map(escrow_suspense_item::from));
    })
}

/// Gives the operation of the id `id` by which money in suspense pays its order as the payment was
/// to, for `escrow_suspense_to_order`: with payee, fee, kind, deadline, code and user data of the
/// payment's, of the whole amount.
///
/// Ownership: `operation` gets the operation.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such item.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_suspense_order(
    wallets: *mut escrow_wallets,
    item: Id,
    id: Id,
    operation: *mut Operation,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let operation = output(operation, "operation")?;
        let found = this.wallets.order_from_suspense(item, id)?;
        operation.set(wallet::found(found, "item in suspense")?);
    })
}

/// Gives money in suspense to the wallet, by a transfer of the id `id`, within the limits of its
/// tier: what does not fit goes back to the card. Its owner is told. Sent again with the same id, it
/// changes nothing. For a member of staff.
/// Refused: `suspense_item_not_found`, `suspense_item_is_resolved`, `chargeback_is_open`,
/// `refused_by_ledger`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_operator_role`, `reason_must_be_given`; `needs_tier` with the tier that would
/// allow it, `exceeds_balance_limit`, `operation_is_not_allowed`, `ledger_has_no_limits`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_suspense_to_wallet(
    wallets: *mut escrow_wallets,
    item: Id,
    id: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.resolve_suspense(item, &Resolution::ToWallet(id), &actor)?
    })
}

/// Gives money in suspense back to the card, by a reversal of the id `id`: the host has the
/// processor refund it. Its owner is told. Sent again with the same id, it changes nothing. For a
/// member of staff.
/// Refused: `suspense_item_not_found`, `suspense_item_is_resolved`, `chargeback_is_open`,
/// `refused_by_ledger`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_operator_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_suspense_to_card(
    wallets: *mut escrow_wallets,
    item: Id,
    id: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.resolve_suspense(item, &Resolution::BackToCard(id), &actor)?
    })
}

/// Gives money in suspense to the order: through the wallet, and on by this `hold` or `transfer`
/// from its account, of the whole amount and without flags: see `escrow_suspense_order`. No limit
/// stops it, and it counts. Its owner is told. While a card is being charged for the same order,
/// what comes of that lies in suspense. The operation's id is that of a card payment then, which
/// can be refunded to its card. Sent again with the same operation, it changes nothing. For a
/// member of staff.
/// Refused: `order_is_paid` if the order is paid, by this payment or another of the wallet, and was
/// not given back in full: no number of staff pays it twice; `resolution_needs_a_second_person` if
/// anything but id and amount is not as the payment has it, which is remembered for a week: another
/// member of staff orders just the same, and then it is done; the same one is answered as before,
/// and `reviewer_must_be_another` by a name that only looks like another one's;
/// `payee_must_not_be_a_wallet`, `card_payment_exists`, `suspense_item_not_found`,
/// `suspense_item_is_resolved`, `chargeback_is_open`, `refused_by_ledger`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_operator_role`, `reason_must_be_given`,
/// `authorisation_must_match` if the order is paid another amount or from another account,
/// `payment_must_be_plain`.
///
/// Ownership: `operation` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_suspense_to_order(
    wallets: *mut escrow_wallets,
    item: Id,
    operation: *const Operation,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let operation = record(operation, "operation")?;
        let actor = acting(actor)?;
        wallets.resolve_suspense(item, &Resolution::ToOrder(operation), &actor)?
    })
}
