//! Paying by card: what to charge, and the processor's report.

use super::card::KeptReference;
use super::outcome::{command, escrow_wallet_outcome};
use super::payment::{escrow_payment, escrow_purchase};
use super::rows::{judged_query, show};
use super::text::escrow_text;
use super::wallet::found;
use crate::arguments::{Plain, flag, output, record, sized_input, text};
use crate::boundary::{call, on};
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{Amount, CardCharge, ChargeInstruction, ChargeResult, Id, Timestamp};
use std::ffi::c_char;

/// It paid the order: the hold or transfer is placed.
pub const ESCROW_CHARGE_PAID: u32 = 1;
/// It lies in suspense.
pub const ESCROW_CHARGE_IN_SUSPENSE: u32 = 2;

/// What the host asks the processor for: charge this card. Begin with
/// `ESCROW_CHARGE_INSTRUCTION_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_charge_instruction {
    /// `sizeof(escrow_charge_instruction)`.
    pub struct_size: u32,
    /// Of which ledger the amount is.
    pub ledger: u32,
    /// The payment: use it as the processor's idempotency key.
    pub payment: Id,
    /// How much.
    pub amount: Amount,
    /// The year to the end of which month the card is valid.
    pub expiry_year: u32,
    /// That month.
    pub expiry_month: u32,
    /// The processor's token of the card.
    pub token: escrow_text,
    /// Its brand.
    pub brand: escrow_text,
    /// Its last four digits.
    pub last_four: escrow_text,
    /// The processor's fingerprint.
    pub fingerprint: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_charge_instruction {}

/// A processor's report that a card was charged. Begin with `ESCROW_CARD_CHARGE_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_card_charge {
    /// `sizeof(escrow_card_charge)`.
    pub struct_size: u32,
    /// Must be zero.
    pub reserved: u32,
    /// The payment that it was charged for.
    pub payment: Id,
    /// What was charged.
    pub amount: Amount,
    /// The external account that card money comes from.
    pub external: Id,
    /// The account for money that cannot be booked: neither external nor a wallet's.
    pub suspense: Id,
    /// The processor's own name for this charge: 1 to 255 bytes. The same twice is one charge.
    pub reference: escrow_text,
}

// SAFETY: numbers and a pointer, without padding.
unsafe impl Plain for escrow_card_charge {}

/// What became of the money of a card.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_charge_result {
    /// The item in suspense; zero if the order was paid.
    pub item: Id,
    /// Whether it paid the order or lies in suspense: `ESCROW_CHARGE_*`.
    pub kind: u32,
    /// Why it lies in suspense: `ESCROW_SUSPENSE_REASON_*`; 0 if the order was paid.
    pub reason: u32,
    /// Zero.
    pub reserved: u64,
}

pub(crate) struct KeptInstruction {
    payment: Id,
    amount: Amount,
    ledger: u32,
    card: KeptReference,
}

impl KeptInstruction {
    pub(crate) fn new(instruction: ChargeInstruction) -> Self {
        let ChargeInstruction { payment, card, amount, ledger, .. } = instruction;
        Self { payment, amount, ledger, card: KeptReference(card) }
    }
}

impl escrow_card_charge {
    /// # Safety
    /// The text is the caller's, as the header says.
    unsafe fn parse(self) -> Result<CardCharge> {
        if self.reserved != 0 {
            return Err(Failure::invalid("charge: reserved must be zero"));
        }
        let Self { payment, amount, external, suspense, .. } = self;
        // SAFETY: the caller's promise is the same.
        let reference = unsafe { self.reference.read("reference") }?.to_owned();
        Ok(CardCharge { payment, reference, amount, external, suspense })
    }
}

/// As `escrow_wallet_authorise`, for a payment with a bound card: see `escrow_card_payment_begin`.
/// `card` zero is the default one.
/// Refused: as `escrow_wallet_authorise`; `card_not_found`, `card_must_be_active`,
/// `card_has_expired`.
///
/// Ownership: `purchase` and `password` are only read. `until` gets when it ends.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_authorise(
    wallets: *mut escrow_wallets,
    authorisation: Id,
    purchase: *const escrow_purchase,
    card: Id,
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
        let judged =
            wallets.authorise_card(authorisation, &purchase, card, password, second_factor)?;
        judged.map(|end| until.set(end))
    })
}

/// Begins a payment by bound card: uses up an authorisation that was made for the card, counts the
/// payment, and tells the host what to charge, in one row that `escrow_charge_instruction_at`
/// reads. No money moves until `escrow_card_payment_charged`. Sent again while the card is being
/// charged, it gives the same instruction, if wallet and card may still pay. `card` zero is the
/// default one. The payee is never a wallet. The operation debits the wallet's account or none: in
/// its place stands the purchase account of the wallet's owner (`escrow_purchase_account`), through
/// which the money of all cards passes, and which the first payment opens.
/// Refused: as `escrow_wallet_pay`; `card_not_found`, `card_must_be_active`, `card_has_expired`,
/// `card_payment_exists`; `card_payment_must_be_at_this_step` if it was charged or has failed;
/// `order_is_paid` if money in suspense has paid its order since it began.
///
/// Ownership: `payment` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_payment_begin(
    wallets: *mut escrow_wallets,
    payment: *const escrow_payment,
    card: Id,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let payment = record(payment, "payment")?.parse();
        wallets.begin_card_payment(&payment, card)?.map(|found| vec![KeptInstruction::new(found)])
    })
}

/// Reads what is to be charged.
///
/// Ownership: `instruction` is the caller's struct, which is filled as far as its `struct_size`
/// says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_charge_instruction_at(
    rows: *mut escrow_rows,
    index: usize,
    instruction: *mut escrow_charge_instruction,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, instruction, "instruction", error), |row: &KeptInstruction| {
        instruction_of(row)
    })
}

/// Books the money of a card: it pays the order, or lands in suspense if it came late, twice, with
/// another amount, if money in suspense paid the order since the payment began, or if the ledger
/// refuses the payment. The same report again is answered alike, and books nothing.
/// Refused: `card_payment_not_found`, `text_must_be_valid`, `text_must_not_hold_a_card_number`,
/// `amount_must_be_valid`, `external_account_must_fit`, `suspense_account_must_fit`;
/// `charge_is_of_another_payment` and `charge_has_another_amount` if the reference was reported so
/// before, which stands in the trail then: a reference belongs to one payment for ever;
/// `refused_by_ledger` if not even the suspense account takes it: report it again.
///
/// Ownership: `charge` is only read. `result` gets what became of the money.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_payment_charged(
    wallets: *mut escrow_wallets,
    charge: *const escrow_card_charge,
    result: *mut escrow_charge_result,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let charge = sized_input(charge, "charge")?.parse()?;
        let result = output(result, "result")?;
        wallets.card_charged(&charge)?.map(|found| result.set(result_of(found)))
    })
}

/// The processor did not charge the card: the payment is over, and no longer counts against the
/// limits. If the money comes after all it lands in suspense. Sent again, it changes nothing.
/// Refused: `card_payment_not_found`, `card_payment_must_be_at_this_step`.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_payment_failed(
    wallets: *mut escrow_wallets,
    payment: Id,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| wallets.card_payment_failed(payment)?)
}

/// Says where a card payment is.
///
/// Ownership: `state` gets one of `ESCROW_CARD_PAYMENT_STATE_*`.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such card payment.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_payment_find(
    wallets: *mut escrow_wallets,
    payment: Id,
    state: *mut u32,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        let state = output(state, "state")?;
        let found = found(wallets.card_payment(payment)?, "card payment")?;
        state.set(found.number().into());
    })
}

fn instruction_of(row: &KeptInstruction) -> escrow_charge_instruction {
    let card = &row.card.0;
    escrow_charge_instruction {
        struct_size: 0,
        ledger: row.ledger,
        payment: row.payment,
        amount: row.amount,
        expiry_year: card.expiry_year.into(),
        expiry_month: card.expiry_month.into(),
        token: escrow_text::of(&card.token),
        brand: escrow_text::of(&card.brand),
        last_four: escrow_text::of(&card.last_four),
        fingerprint: escrow_text::of(&card.fingerprint),
    }
}

fn result_of(result: ChargeResult) -> escrow_charge_result {
    match result {
        ChargeResult::InSuspense(item, reason) => escrow_charge_result {
            item,
            kind: ESCROW_CHARGE_IN_SUSPENSE,
            reason: reason.number().into(),
            reserved: 0,
        },
        _ => escrow_charge_result { kind: ESCROW_CHARGE_PAID, ..escrow_charge_result::zeroed() },
    }
}
