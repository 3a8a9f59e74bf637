//! Paying by a card that is not bound, and the account that the money of cards passes through.

use super::outcome::{command, escrow_wallet_outcome};
use crate::arguments::{output, record};
use crate::boundary::{boundary, call};
use crate::opaque::escrow_wallets;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::CardAuthentication;
use escrow::{Id, NewCardPayment, Operation, Wallets};

/// A payment by a card that is not bound.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_new_card_payment {
    /// The wallet of the customer who pays, which need not have a payment password.
    pub wallet: Id,
    /// What for: the host's order.
    pub order: Id,
    /// A `hold` or a `transfer` without flags. It debits the wallet's account or none: in its place
    /// stands the buyer's purchase account. Its id makes the payment idempotent; fee, deadline, code
    /// and user data are up to the host.
    pub operation: Operation,
    /// What 3-D Secure said of the card, by the host's word: `ESCROW_CARD_AUTHENTICATION_*`.
    pub authentication: u32,
    /// Must be zero.
    pub reserved: u32,
}

impl escrow_new_card_payment {
    fn parse(self) -> Result<NewCardPayment> {
        if self.reserved != 0 {
            return Err(Failure::invalid("payment: reserved must be zero"));
        }
        let Self { wallet, order, operation, authentication, .. } = self;
        // A number that there is none of is refused by its law.
        let authentication = u8::try_from(authentication).unwrap_or(u8::MAX);
        let authentication = CardAuthentication::from_number(authentication);
        Ok(NewCardPayment { wallet, order, authentication, operation })
    }
}

/// Begins a payment by a card that is not bound, the first one say: counts it against the limits of the
/// wallet's tier; after that the host has the processor charge the card, with the operation's id as its
/// idempotency key. It takes no payment password. No money moves until `escrow_card_payment_charged`;
/// from there on it is a payment by card like any other, and the card can be bound. Sent again while the
/// card is being charged, it changes nothing, if the wallet may still pay.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `wallet_has_another_ledger`;
/// `card_authentication_must_succeed` if 3-D Secure failed; `second_factor_is_needed` where the policy
/// wants one and the cardholder was not authenticated; `needs_tier` with the tier that would allow it,
/// `operation_is_not_allowed`, `exceeds_limit_per_payment` and the like, `exceeds_cooldown_limit`,
/// `ledger_has_no_limits`; `amount_must_be_valid`, `payment_must_be_plain`, `authorisation_must_match`
/// if the operation debits another account; `card_payment_exists`, `card_payment_must_be_at_this_step`
/// if it was charged or has failed, `order_is_paid` if money in suspense has paid its order since it
/// began; `payee_must_not_be_a_wallet`, also of a purchase account; `refused_by_ledger`.
///
/// Ownership: `payment` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_payment_begin_new(
    wallets: *mut escrow_wallets,
    payment: *const escrow_new_card_payment,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let payment = record(payment, "payment")?.parse()?;
        wallets.begin_new_card_payment(&payment)?
    })
}

/// Gives the account through which the money of all card payments of a buyer, a person, passes in a
/// ledger; the first payment opens it, with the code 65001. What is available in it is owed to the
/// buyer: leave its money to the functions of wallets, although the ledger does not keep the host
/// from it.
///
/// Ownership: `account` gets its id.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_purchase_account(
    buyer: Id,
    ledger: u32,
    account: *mut Id,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        output(account, "account")?.set(Wallets::purchase_account(buyer, ledger));
    })
}
