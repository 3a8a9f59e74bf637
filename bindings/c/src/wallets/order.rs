//! Whole orders: one authorisation for all parts, and what comes from the wallet paid in one chain,
//! together with the host's own operations.

use super::card_payment::KeptInstruction;
use super::outcome::{command, escrow_wallet_outcome};
use super::payment::number_of;
use super::rows::judged_query;
use crate::arguments::{array, bytes, flag, output, record, room, text};
use crate::boundary::{boundary, call};
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::{ORDER_PARTS_MAX, OrderPart, OrderTerms};
use escrow::{Alongside, Amount, Id, Operation, OrderPayment, Outcome, Timestamp};
use std::ffi::{c_char, c_void};

/// Parts of one order.
pub const ESCROW_ORDER_PARTS_MAX: u32 = 32;

const _: () = assert!(ESCROW_ORDER_PARTS_MAX as usize == ORDER_PARTS_MAX);

/// What an order is: together with its parts the terms that an authorisation is bound to.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_order {
    /// The buyer's wallet.
    pub wallet: Id,
    /// The host's order.
    pub order: Id,
    /// The ledger of all accounts.
    pub ledger: u32,
    /// Must be zero.
    pub reserved: [u32; 3],
}

/// What one payee of an order gets from one source.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_order_part {
    /// The account that is paid.
    pub payee: Id,
    /// How much.
    pub amount: Amount,
    /// The bound card that it comes from; zero for the money in the wallet.
    pub card: Id,
}

impl From<&OrderPart> for escrow_order_part {
    fn from(part: &OrderPart) -> Self {
        Self { payee: part.payee, amount: part.amount, card: part.card.unwrap_or(Id::ZERO) }
    }
}

/// # Safety As the header says of both.
unsafe fn terms(
    order: *const escrow_order,
    parts: *const escrow_order_part,
    count: usize,
) -> Result<OrderTerms> {
    // SAFETY: the caller's promise is the same.
    let (order, parts) = unsafe { (record(order, "order")?, array(parts, count, "parts")?) };
    if order.reserved != [0; 3] {
        return Err(Failure::invalid("order: reserved must be zero"));
    }
    let part = |part: &escrow_order_part| OrderPart {
        payee: part.payee,
        amount: part.amount,
        card: Some(part.card).filter(|card| !card.is_zero()),
    };
    let parts = parts.iter().map(part).collect();
    Ok(OrderTerms { wallet: order.wallet, order: order.order, ledger: order.ledger, parts })
}

/// Gives the hash of an order's terms, by which the trail knows them: BLAKE3 of the buyer, the
/// order, the ledger, and each part's payee, amount and source, in their order.
///
/// Ownership: `order` and `parts` are only read. `hash` is the caller's room for 32 bytes.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_terms_hash(
    order: *const escrow_order,
    parts: *const escrow_order_part,
    part_count: usize,
    hash: *mut u8,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let hash = room(hash, 32, "hash")?;
        hash.put_all(0, &terms(order, parts, part_count)?.hash())
    })
}

/// Says what paying an order needs beside the customer's order: one of `ESCROW_NEEDS_*`. What comes
/// from the wallet is one payment of its sum.
/// Refused: as `escrow_wallet_needs`; `order_must_be_valid`, `too_many`,
/// `payee_must_not_be_a_wallet`.
///
/// Ownership: `order` and `parts` are only read. `needs` gets the number.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_needs(
    wallets: *mut escrow_wallets,
    order: *const escrow_order,
    parts: *const escrow_order_part,
    part_count: usize,
    needs: *mut u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let terms = terms(order, parts, part_count)?;
        let needs = output(needs, "needs")?;
        wallets.needs_for_order(&terms)?.map(|found| needs.set(number_of(found)))
    })
}

/// Authorises a whole order: the customer showed the payment password for just these terms: the
/// buyer, the ledger, each payee and amount, each source and amount. Good for each part once, for
/// the time that the policy says (five minutes), and until the password changes; void for any other
/// terms; gives when it ends. `second_factor` is 1 if the host checked one. The trail knows the
/// terms by their hash.
/// Refused: as `escrow_wallet_authorise`; `order_must_be_valid`, `too_many` parts,
/// `payee_must_not_be_a_wallet`; for a card `card_not_found`, `card_must_be_active`,
/// `card_has_expired`.
///
/// Ownership: `order`, `parts` and `password` are only read. `until` gets the time.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_authorise(
    wallets: *mut escrow_wallets,
    authorisation: Id,
    order: *const escrow_order,
    parts: *const escrow_order_part,
    part_count: usize,
    password: *const c_char,
    password_length: usize,
    second_factor: u32,
    until: *mut Timestamp,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let terms = terms(order, parts, part_count)?;
        let password = text(password, password_length, "password")?;
        let second_factor = flag(second_factor, "second_factor")?;
        let until = output(until, "until")?;
        let judged = wallets.authorise_order(authorisation, &terms, password, second_factor)?;
        judged.map(|end| until.set(end))
    })
}

/// Pays all parts of an order that come from the wallet, and does what the host has alongside, in
/// one chain: all of it is done, or nothing. The first `payment_count` operations are a `hold` or a
/// `transfer` for each part from the wallet, in their order, each as in `escrow_payment.operation`;
/// those after them are the host's own, as for `escrow_store_submit`, with their documents in
/// `data`. They need no flag `linked`. The parts are one payment for the limits, of their sum. Sent
/// again with the same operations, each is answered `ESCROW_OUTCOME_EXISTS`, and nothing is charged
/// or done. `authorisation` is zero for a small payment, which the policy exempts.
///
/// With one part and something alongside, it is how a payment from the wallet stands in one chain
/// with the host's own documents and transfers.
/// Refused: as `escrow_wallet_pay`; `authorisation_must_match` if the authorisation is for other
/// terms, or the operations are not one for each part from the wallet; `payment_must_be_plain` if
/// something of the host's own is neither a transfer, a hold nor a document;
/// `payee_must_not_be_a_wallet`, whatever the policy says; `order_must_be_valid`. What the ledger
/// refuses of the operations alongside is `refused_by_ledger` too, with what it said:
/// `version_must_match`, say.
///
/// Ownership: `order`, `parts`, `operations` and `data` are only read. `paid` is the caller's room
/// for `count` outcomes of the ledger, which are written if it is done.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if `payment_count` is above `count`; those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_pay(
    wallets: *mut escrow_wallets,
    order: *const escrow_order,
    parts: *const escrow_order_part,
    part_count: usize,
    authorisation: Id,
    operations: *const Operation,
    count: usize,
    payment_count: usize,
    data: *const c_void,
    data_length: usize,
    paid: *mut Outcome,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let terms = terms(order, parts, part_count)?;
        let operations = array(operations, count, "operations")?;
        let data = bytes(data, data_length, "data")?;
        let paid = room(paid, count, "paid")?;
        let Some((operations, own)) = operations.split_at_checked(payment_count) else {
            return Err(Failure::invalid("payment_count: there are fewer operations"));
        };
        let payment = OrderPayment {
            terms: &terms,
            authorisation: Some(authorisation).filter(|id| !id.is_zero()),
            operations,
            alongside: Alongside { operations: own, data },
        };
        wallets.pay_order(&payment)?.map(|outcomes| paid.put_all(0, &outcomes))
    })
}

/// Begins the payment of one part of an order that comes from a card, by the authorisation of the
/// order: as `escrow_card_payment_begin`. `part` is the place of the part among the parts, and
/// `operation` its hold or transfer.
/// Refused: as `escrow_card_payment_begin`; `authorisation_must_match` if the authorisation is for
/// other terms, or the part does not come from a card.
///
/// Ownership: `order`, `parts` and `operation` are only read. `*rows` is the caller's, to be freed
/// by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_begin_card_payment(
    wallets: *mut escrow_wallets,
    order: *const escrow_order,
    parts: *const escrow_order_part,
    part_count: usize,
    authorisation: Id,
    part: usize,
    operation: *const Operation,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let terms = terms(order, parts, part_count)?;
        let operation = record(operation, "operation")?;
        let begun = wallets.begin_order_card_payment(&terms, authorisation, part, operation)?;
        begun.map(|found| vec![KeptInstruction::new(found)])
    })
}
