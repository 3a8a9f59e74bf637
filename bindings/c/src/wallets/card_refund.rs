//! Refunds of payments by card, and what the processor is to refund.

use super::outcome::{command, escrow_wallet_outcome};
use super::wallet::place;
use crate::arguments::{output, record, room};
use crate::boundary::{call, on};
use crate::opaque::escrow_wallets;
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{
    Amount, CardRefund, FailedCardRefund, Id, Operation, RefundReturned, Refunded, Timestamp,
};

/// Into the wallet, as its owner agreed and its tier allows.
pub const ESCROW_REFUNDED_TO_WALLET: u32 = 1;
/// Out again to the card: the host has the processor refund it.
pub const ESCROW_REFUNDED_TO_CARD: u32 = 2;
/// Into the wallet as much as there was room for, and the rest out again to the card.
pub const ESCROW_REFUNDED_SPLIT: u32 = 3;

/// Into the wallet, as its owner agreed and its tier allows.
pub const ESCROW_REFUND_RETURNED_TO_WALLET: u32 = 1;
/// In suspense, until staff resolve it.
pub const ESCROW_REFUND_RETURNED_IN_SUSPENSE: u32 = 2;

/// A refund to a card that the processor is to carry out.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_card_refund {
    /// The reversal by which the money left: use it as the processor's idempotency key.
    pub id: Id,
    /// The payment that it is of, by the id under which the card was charged.
    pub payment: Id,
    /// How much.
    pub amount: Amount,
    /// Since when it is to be carried out.
    pub since: Timestamp,
    /// Of which ledger.
    pub ledger: u32,
    /// Zero.
    pub reserved: u32,
}

/// What became of the money of a refund that the processor could not carry out.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_refund_returned {
    /// The item in suspense; zero if it went into the wallet.
    pub item: Id,
    /// Where it went: `ESCROW_REFUND_RETURNED_*`.
    pub kind: u32,
    /// Zero.
    pub reserved: [u32; 3],
}

impl From<RefundReturned> for escrow_refund_returned {
    fn from(returned: RefundReturned) -> Self {
        let (item, kind) = match returned {
            RefundReturned::InSuspense(item) => (item, ESCROW_REFUND_RETURNED_IN_SUSPENSE),
            _ => (Id::ZERO, ESCROW_REFUND_RETURNED_TO_WALLET),
        };
        Self { item, kind, reserved: [0; 3] }
    }
}

impl From<CardRefund> for escrow_card_refund {
    fn from(refund: CardRefund) -> Self {
        let CardRefund { id, payment, amount, ledger, since, .. } = refund;
        Self { id, payment, amount, since, ledger, reserved: 0 }
    }
}

/// Refunds a payment by card, all or part of it: into the wallet as much as its limits have room
/// for, if its owner agrees to that, it is active and its tier allows it, and the rest out to the
/// card it came from, in the same chain; `escrow_card_refund_waiting` tells how much goes to the
/// card. `operation` names the payment as its `target`. While the money is in escrow it
/// is a `refund`, without flags but `arbitrated` and `rest`; what the payee was paid, by releases, a
/// deadline or a transfer, a `reverse` takes back, without flags but `rest`. With `rest` and no
/// amount it is all that there is of it. Sent again, it changes nothing. What a deadline refunds is
/// passed on by `escrow_wallets_upkeep`. What was paid out of suspense is refunded by the id of the
/// hold or transfer that paid then.
/// Refused: `card_payment_not_found`, `card_payment_must_be_at_this_step`, `payment_must_be_plain`,
/// `exceeds_card_payment` if nothing is left, `chargeback_is_open`, `too_many`, `refused_by_ledger`.
///
/// The ledger says `exists_with_different_amount` or `exists_with_different_kind` if another refund
/// has this id.
///
/// The money of a payment that an older version began passes through the wallet's account, and goes
/// one of the two ways as a whole. While that is frozen or closed, what would go to the card is
/// refused by the ledger, with `debit_account_frozen`, as is what the payee gives back, with
/// `credit_account_frozen` (`credit_account_closed`): unfreeze the wallet for it. The refund goes on
/// counting as paid.
///
/// Ownership: `operation` is only read. `refunded` gets one of `ESCROW_REFUNDED_*`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_payment_refund(
    wallets: *mut escrow_wallets,
    payment: Id,
    operation: *const Operation,
    refunded: *mut u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let operation = record(operation, "operation")?;
        let refunded = output(refunded, "refunded")?;
        wallets.refund_card_payment(payment, operation)?.map(|way| refunded.set(way_of(way)))
    })
}

/// Takes money of a card payment that its owner has back to the card: what a deadline refunded and
/// nobody has passed on yet, and what lies in the wallet, which must still have it. At most what
/// came back and is not at the card yet; `id` is that of the reversal. Sent again, it changes
/// nothing.
/// Refused: `card_payment_not_found`, `card_payment_must_be_at_this_step`, `exceeds_card_payment`,
/// `wallet_not_found` if the owner has none any more, `chargeback_is_open`, `too_many`,
/// `refused_by_ledger`.
///
/// The ledger says `exists_with_different_amount` or `exists_with_different_kind` if another refund
/// has this id.
///
/// Ownership: `refunded` gets one of `ESCROW_REFUNDED_*`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_payment_return(
    wallets: *mut escrow_wallets,
    payment: Id,
    id: Id,
    amount: Amount,
    refunded: *mut u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let refunded = output(refunded, "refunded")?;
        wallets.return_to_card(payment, id, amount)?.map(|way| refunded.set(way_of(way)))
    })
}

/// Gives the refunds to cards that the processor is to carry out, the oldest first; behind the refund
/// `after`, zero to begin. Every refund to a card stands here, whoever ordered it, until the host says
/// that it is done: `escrow_card_refund_done`.
///
/// Ownership: `refunds` is the caller's room for `capacity` of them; `count` gets how many were
/// written.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no refund `after`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_refund_waiting(
    wallets: *mut escrow_wallets,
    after: Id,
    refunds: *mut escrow_card_refund,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        let refunds = room(refunds, capacity, "refunds")?;
        let count = output(count, "count")?;
        let after = place(after, |id| wallets.card_refund(id))?;
        let found = wallets.open_card_refunds(after.as_ref(), capacity)?;
        count.set(found.len());
        refunds.put_each(found.into_iter().map(escrow_card_refund::from));
    })
}

/// The processor has refunded a card: the refund is waited for no more. Sent again, it changes
/// nothing.
/// Refused: `card_refund_not_found`; `card_refund_has_failed` after `escrow_card_refund_failed`.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_refund_done(
    wallets: *mut escrow_wallets,
    refund: Id,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| wallets.card_refunded(refund)?)
}

/// The processor could not refund a card: the money came back from the account `external`. It goes
/// into the wallet as a whole, if its owner agrees to refunds there and there is room for it;
/// otherwise it lies in suspense, due to the customer until staff resolve it. There it goes too if
/// the payment is or was charged back. The refund is waited for no more, also if it was said to be
/// carried out before. Sent again, it changes nothing.
/// Refused: `card_refund_not_found`, `external_account_must_fit`, `suspense_account_must_fit`,
/// `card_payment_not_found`, `refused_by_ledger`.
///
/// Ownership: `returned` gets what became of the money.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_refund_failed(
    wallets: *mut escrow_wallets,
    refund: Id,
    external: Id,
    suspense: Id,
    returned: *mut escrow_refund_returned,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let returned = output(returned, "returned")?;
        let failed = FailedCardRefund { refund, external, suspense };
        wallets.card_refund_failed(&failed)?.map(|answer| returned.set(answer.into()))
    })
}

fn way_of(refunded: Refunded) -> u32 {
    match refunded {
        Refunded::ToWallet => ESCROW_REFUNDED_TO_WALLET,
        Refunded::Split { .. } => ESCROW_REFUNDED_SPLIT,
        _ => ESCROW_REFUNDED_TO_CARD,
    }
}
