//! Paying from a wallet, putting money in, taking it out.

use super::outcome::{command, escrow_wallet_outcome};
use crate::arguments::{array, flag, output, record, room, text};
use crate::boundary::{call, on};
use crate::opaque::escrow_wallets;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::{Needs, Purchase};
use escrow::{Amount, Id, Operation, Outcome, Payment, Timestamp};
use std::ffi::c_char;

/// It is small: nothing.
pub const ESCROW_NEEDS_NOTHING: u32 = 0;
/// The payment password.
pub const ESCROW_NEEDS_PASSWORD: u32 = 1;
/// The payment password, and a second factor.
pub const ESCROW_NEEDS_SECOND_FACTOR: u32 = 2;

/// Payments of one call of `escrow_wallet_pay_many`.
pub const ESCROW_PAYMENTS_MAX: u32 = 4096;

/// What is to be paid: the values that an authorisation is bound to.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_purchase {
    /// Who pays.
    pub wallet: Id,
    /// What for: the host's order.
    pub order: Id,
    /// The account that is paid.
    pub payee: Id,
    /// How much.
    pub amount: Amount,
    /// The ledger of both accounts.
    pub ledger: u32,
    /// Must be zero.
    pub reserved: u32,
}

/// A payment from a wallet.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_payment {
    /// Who pays.
    pub wallet: Id,
    /// What for: the host's order.
    pub order: Id,
    /// What allows it; zero for a small payment, which the policy exempts.
    pub authorisation: Id,
    /// A `hold` or a `transfer` from the wallet's account, without flags. Its id makes the payment
    /// idempotent; fee, deadline, code and user data are up to the host.
    pub operation: Operation,
}

impl escrow_purchase {
    pub(crate) fn parse(self) -> Result<Purchase> {
        if self.reserved != 0 {
            return Err(Failure::invalid("purchase: reserved must be zero"));
        }
        let Self { wallet, order, payee, amount, ledger, .. } = self;
        Ok(Purchase { wallet, order, payee, amount, ledger })
    }
}

impl escrow_payment {
    pub(crate) fn parse(self) -> Payment {
        let Self { wallet, order, authorisation, operation } = self;
        let authorisation = Some(authorisation).filter(|id| !id.is_zero());
        Payment { wallet, order, authorisation, operation }
    }
}

/// Says what a purchase needs beside the customer's order: one of `ESCROW_NEEDS_*`.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `wallet_has_another_ledger`, `needs_tier`
/// with the tier that would allow it, `operation_is_not_allowed`, `exceeds_limit_per_payment` and
/// the like, `exceeds_cooldown_limit`, `ledger_has_no_limits`, `exchange_rate_is_missing` where the
/// policy counts all wallets of a person and has no rate for one; for a payee that could not be paid
/// `refused_by_ledger`, with what the ledger would say of one that is not there, of another ledger,
/// frozen or closed, `payee_must_not_be_a_wallet`, and `payee_cannot_receive` for a wallet that is not
/// active.
///
/// Ownership: `purchase` is only read. `needs` gets the number.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_needs(
    wallets: *mut escrow_wallets,
    purchase: *const escrow_purchase,
    needs: *mut u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let purchase = record(purchase, "purchase")?.parse()?;
        let needs = output(needs, "needs")?;
        wallets.needs(&purchase)?.map(|found| needs.set(number_of(found)))
    })
}

/// Authorises one payment from the money in the wallet: the customer showed the payment password
/// for just this order, payee, amount and ledger. Good for the time that the policy says (five
/// minutes), for one payment, and until the password changes; gives when it ends. `second_factor`
/// is 1 if the host checked one. Failed passwords are counted before the answer is given, and lock
/// the password after a few.
/// Refused: as `escrow_wallet_check_payment_password` and `escrow_wallet_needs`;
/// `id_must_be_valid`, `amount_must_be_valid`, `authorisation_exists`, `second_factor_is_needed`,
/// `too_many`.
///
/// Ownership: `purchase` and `password` are only read. `until` gets the time.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_authorise(
    wallets: *mut escrow_wallets,
    authorisation: Id,
    purchase: *const escrow_purchase,
    password: *const c_char,
    password_length: usize,
    second_factor: u32,
    until: *mut Timestamp,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let purchase = record(purchase, "purchase")?.parse()?;
        let password = text(password, password_length, "password")?;
        let second_factor = flag(second_factor, "second_factor")?;
        let until = output(until, "until")?;
        let judged = wallets.authorise(authorisation, &purchase, password, second_factor)?;
        judged.map(|end| until.set(end))
    })
}

/// Pays: uses the authorisation up, counts the payment and places the hold or transfer, all or
/// nothing. Sent again with the same operation, for the same wallet and order, a payment that was
/// made is answered `ESCROW_OUTCOME_EXISTS` in `paid`, and nothing is charged. The hold is one like
/// any other then: it is shipped, released, refunded and disputed by `escrow_store_submit`. What the
/// ledger refused, such as for want of money, has used up the operation's id and not the
/// authorisation: for another attempt it takes a new id.
/// Refused: `authorisation_not_found`, `authorisation_has_expired`, `authorisation_must_match` if
/// it is for anything else, `payment_password_is_needed` without an authorisation,
/// `second_factor_is_needed`, `payment_must_be_plain`, `needs_tier` with the tier that would allow
/// it, `operation_is_not_allowed`, `exceeds_limit_per_payment` and the like,
/// `exceeds_cooldown_limit`, `ledger_has_no_limits`, `exchange_rate_is_missing` where the policy
/// counts all wallets of a person and has no rate for one; for a small payment, which needs no
/// authorisation, `credential_is_locked` while the payment password is, and
/// `payment_password_must_be_set` if there is none yet; `payee_must_not_be_a_wallet` unless the policy
/// lets wallets pay each other (its payments.to_wallets), and then `payee_cannot_receive` if the limits
/// of that wallet do not allow the top-up that it is; `refused_by_ledger`, also for a payment that
/// is archived.
///
/// An operation that exists is refused for another order with `authorisation_must_match`, and by the
/// ledger for another wallet (`exists_with_different_debit_account`) and if no payment made it
/// (`exists`).
///
/// A payment that is refunded, by a deadline, the shop or staff, goes on counting against every
/// limit of its periods, against the number of payments and for the lifetime; what comes back
/// counts no longer in its day, month and year if the policy says so (its
/// payments.refunds_give_back).
///
/// Ownership: `payment` is only read. `paid` gets what the ledger said.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_pay(
    wallets: *mut escrow_wallets,
    payment: *const escrow_payment,
    paid: *mut Outcome,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let payment = record(payment, "payment")?.parse();
        let paid = output(paid, "paid")?;
        wallets.pay(&payment)?.map(|outcome| paid.set(outcome))
    })
}

/// Makes many payments in one batch, of as many wallets as you like: what the disk takes longest
/// for is done once. Each stands and falls for itself. If the call itself fails, send all of them
/// again: what was paid is not paid twice.
/// Refused: as `escrow_wallet_pay`; where that would fail, `contended` if others changed the same
/// wallet again and again, and `data_is_damaged` if its rows cannot be read: others are paid all the
/// same.
///
/// Ownership: `payments` is only read. `paid` is the caller's room for `count` outcomes of the
/// ledger, of which those are written whose payment was done; `outcomes` is the caller's room for
/// `count` outcomes, all of which are written.
/// Threads: any.
/// Errors: `ESCROW_LIMIT_EXCEEDED` above `ESCROW_PAYMENTS_MAX` payments; those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_pay_many(
    wallets: *mut escrow_wallets,
    payments: *const escrow_payment,
    count: usize,
    paid: *mut Outcome,
    outcomes: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let payments = array(payments, count, "payments")?;
        let (paid, outcomes) = (room(paid, count, "paid")?, room(outcomes, count, "outcomes")?);
        let payments: Vec<_> = payments.iter().map(|payment| payment.parse()).collect();
        for (index, judged) in this.wallets.pay_many(&payments)?.into_iter().enumerate() {
            let judged = judged.map(|outcome| paid.put(index, outcome));
            outcomes.put(index, judged.into());
        }
    })
}

/// Puts money into a wallet by a `transfer` without flags from an external account to the wallet's,
/// within the limits of its tier. Sent again, it is answered `ESCROW_OUTCOME_EXISTS` in `paid`.
/// Money that comes in by other operations of the store is not limited.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `payment_must_be_plain`,
/// `exceeds_balance_limit`, `needs_tier` with the tier that would allow it,
/// `operation_is_not_allowed`, `exceeds_limit_per_payment` and the like, `exceeds_cooldown_limit`,
/// `ledger_has_no_limits`, `exchange_rate_is_missing`, `refused_by_ledger`.
///
/// A transfer that exists is refused by the ledger, with `exists_with_different_credit_account` if it
/// topped up another wallet, with `exists` if it was no top-up.
///
/// With a bound card too: the host charges it and reports the money here, from the account that
/// card money comes from. `escrow_card_payment_begin` is for orders alone, asks for the password
/// and counts as a payment; a top-up is none, takes no authorisation, and is no card payment that
/// `escrow_card_payment_refund` could give back to its card.
///
/// Ownership: `operation` is only read. `paid` gets what the ledger said.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_top_up(
    wallets: *mut escrow_wallets,
    wallet: Id,
    operation: *const Operation,
    paid: *mut Outcome,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let operation = record(operation, "operation")?;
        let paid = output(paid, "paid")?;
        wallets.top_up(wallet, operation)?.map(|outcome| paid.set(outcome))
    })
}

/// Takes money out of a wallet, where the policy allows it: a `transfer` without flags from its
/// account to one that the host pays out from, authorised like any payment with the wallet itself
/// as the order: an authorisation for an order is refused with `authorisation_must_match`, and so is
/// `escrow_wallet_pay` by one for a redemption. The account must neither be external nor another
/// wallet's: wallet money leaves through the host's books.
/// Refused: `redemption_is_off`, `operation_is_not_allowed`, `payee_must_not_be_a_wallet`; as
/// `escrow_wallet_pay`.
///
/// Ownership: `payment` is only read. `paid` gets what the ledger said.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_redeem(
    wallets: *mut escrow_wallets,
    payment: *const escrow_payment,
    paid: *mut Outcome,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let payment = record(payment, "payment")?.parse();
        let paid = output(paid, "paid")?;
        wallets.redeem(&payment)?.map(|outcome| paid.set(outcome))
    })
}

pub(crate) fn number_of(needs: Needs) -> u32 {
    match needs {
        Needs::Nothing => ESCROW_NEEDS_NOTHING,
        Needs::Password => ESCROW_NEEDS_PASSWORD,
        // What this crate does not know yet is not less.
        _ => ESCROW_NEEDS_SECOND_FACTOR,
    }
}
