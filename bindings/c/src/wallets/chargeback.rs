//! Chargebacks of payments by card, as the processor reports them.

use super::actor::{acting, escrow_actor};
use super::outcome::escrow_wallet_outcome;
use super::rows::{judged_query, query, show};
use super::text::escrow_text;
use super::wallet::place;
use crate::arguments::{Plain, sized_input, text};
use crate::boundary::call;
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use escrow::{Amount, Chargeback, ChargebackNotice, Id, Timestamp};
use std::ffi::c_char;

/// Chargebacks of one payment.
pub const ESCROW_CHARGEBACKS_MAX: u32 = 64;

/// A processor's report that a cardholder contests a payment. Begin with
/// `ESCROW_CHARGEBACK_NOTICE_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_chargeback_notice {
    /// `sizeof(escrow_chargeback_notice)`.
    pub struct_size: u32,
    /// Must be zero.
    pub reserved: u32,
    /// The host's id of it, which makes the report idempotent.
    pub id: Id,
    /// The payment that is contested. If its money lies in suspense, or lay there, the item.
    pub payment: Id,
    /// What is contested, which may be more than the payment.
    pub amount: Amount,
    /// The external account by which the money leaves.
    pub external: Id,
    /// Until when it must be answered; 0 if the processor does not say.
    pub answer_by: Timestamp,
    /// The processor's own name for it: 1 to 255 bytes. The same twice is one chargeback.
    pub reference: escrow_text,
    /// The reason code of the card network: 1 to 32 letters, digits, `.`, `_` and `-`.
    pub reason: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_chargeback_notice {}

/// A chargeback. Begin with `ESCROW_CHARGEBACK_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_chargeback {
    /// `sizeof(escrow_chargeback)`.
    pub struct_size: u32,
    /// Where it is: `ESCROW_CHARGEBACK_STATE_*`.
    pub state: u32,
    /// The host's id of it.
    pub id: Id,
    /// The payment that is contested, or the item in suspense, as it was reported.
    pub payment: Id,
    /// The wallet that paid, or the buyer who has none.
    pub wallet: Id,
    /// What is contested.
    pub amount: Amount,
    /// What of that the payment had left when it was reported: what is above falls on the loss
    /// account.
    pub of_payment: Amount,
    /// What is gone for good; zero before it is decided.
    pub lost: Amount,
    /// What the processor took while no loss account could bear it: it is not in the books.
    pub due: Amount,
    /// Until when it must be answered; 0 if the processor does not say.
    pub answer_by: Timestamp,
    /// When it was reported.
    pub notified_at: Timestamp,
    /// When the processor took the money; 0 before.
    pub taken_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Of which ledger.
    pub ledger: u32,
    /// Zero.
    pub reserved: u32,
    /// The processor's name for it.
    pub reference: escrow_text,
    /// The reason code of the card network.
    pub reason: escrow_text,
    /// The host's name for the evidence that it was answered with; empty before.
    pub evidence: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_chargeback {}

impl escrow_chargeback_notice {
    /// # Safety
    /// The texts are the caller's, as the header says.
    unsafe fn parse(self) -> Result<ChargebackNotice> {
        if self.reserved != 0 {
            return Err(Failure::invalid("notice: reserved must be zero"));
        }
        // SAFETY: the caller's promise is the same.
        let text = |text: escrow_text, name| unsafe { text.read(name) }.map(str::to_owned);
        let Self { id, payment, amount, external, answer_by, .. } = self;
        let (reference, reason) =
            (text(self.reference, "reference")?, text(self.reason, "reason")?);
        Ok(ChargebackNotice { id, payment, reference, amount, reason, answer_by, external })
    }
}

/// A cardholder contests a payment. From now on none of it is refunded, by name, and
/// its hold is disputed: no time releases or refunds it. Gives the chargeback in one row, which
/// `escrow_chargeback_at` reads. Sent again, with the same id or the same reference, it changes
/// nothing and gives what is known by now. At most what the payment has left counts against it;
/// what is contested above that falls on the loss account alone. Nothing of it ever comes out of a
/// wallet.
/// Refused: `card_payment_not_found`; `charge_must_be_reported` if the payment is not paid: report
/// the charge, and if that lies in suspense, name the item; `chargeback_exists` if the id is that
/// of another one; `chargeback_is_of_another_payment` and `chargeback_has_another_amount` if the
/// reference was reported so before, which stands in the trail then; `external_account_must_fit`,
/// `id_must_be_valid`, `amount_must_be_valid`, `text_must_be_valid`,
/// `text_must_not_hold_a_card_number`, `too_many`, `chargeback_not_found`, `refused_by_ledger`,
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `notice` and `actor` are only read. `*rows` is the caller's, to be freed by
/// `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_chargeback_notified(
    wallets: *mut escrow_wallets,
    notice: *const escrow_chargeback_notice,
    actor: *const escrow_actor,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let notice = sized_input(notice, "notice")?.parse()?;
        let actor = acting(actor)?;
        wallets.chargeback_notified(&notice, &actor)?.map(|found| vec![found])
    })
}

/// The processor has taken the money of a chargeback: it leaves by the external account. The loss
/// account of the ledger bears it until the chargeback is decided; where there is none, or it
/// cannot pay, the money is `due`, which `escrow_wallets_upkeep` books when one can. Gives the
/// chargeback in one row. Sent again, it changes nothing.
/// Refused: `chargeback_not_found`, `chargeback_is_decided`; `refused_by_ledger` if the external
/// account is frozen or closed; `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_operator_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_chargeback_taken(
    wallets: *mut escrow_wallets,
    chargeback: Id,
    actor: *const escrow_actor,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.chargeback_taken(chargeback, &actor)?.map(|found| vec![found])
    })
}

/// A chargeback was answered with evidence, which the host keeps under this name: 1 to 255 bytes.
/// Another name adds to what was sent before; the same one again changes nothing. Gives the
/// chargeback in one row.
/// Refused: `chargeback_not_found`, `chargeback_is_decided`, `text_must_be_valid`,
/// `text_must_not_hold_a_card_number`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_operator_role`, `reason_must_be_given`.
///
/// Ownership: `evidence` and `actor` are only read. `*rows` is the caller's, to be freed by
/// `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_chargeback_represented(
    wallets: *mut escrow_wallets,
    chargeback: Id,
    evidence: *const c_char,
    evidence_length: usize,
    actor: *const escrow_actor,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let evidence = text(evidence, evidence_length, "evidence")?;
        let actor = acting(actor)?;
        wallets.chargeback_represented(chargeback, evidence, &actor)?.map(|found| vec![found])
    })
}

/// A chargeback is decided: `lost` is gone for good, nothing of it if it is won, all of it if it
/// is lost. What the processor had taken beyond that comes back to the loss account; what is gone
/// comes out of what a deadline refunded and nobody has passed on, then out of escrow, as far as
/// the payment bears it; the loss account bears the rest. When none of the payment's chargebacks
/// is open any more, what is left in escrow goes on as before. Without a loss account the money
/// leaves the payment by the external account at once, and what the payment cannot bear is `due`.
/// Gives the chargeback in one row. Sent again, it changes nothing.
/// Refused: `chargeback_not_found`, `exceeds_chargeback`; `chargeback_is_decided` if it was decided
/// otherwise; `refused_by_ledger` while an account that is concerned is frozen, or if there is no
/// loss account and the charge is archived; `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_operator_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read. `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_chargeback_decided(
    wallets: *mut escrow_wallets,
    chargeback: Id,
    lost: Amount,
    actor: *const escrow_actor,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(wallets, rows, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.chargeback_decided(chargeback, lost, &actor)?.map(|found| vec![found])
    })
}

/// Gives a chargeback in one row, open or decided, in none if there is no such chargeback.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_chargeback_find(
    wallets: *mut escrow_wallets,
    chargeback: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets
        .chargeback(chargeback)?
        .into_iter()
        .collect())
}

/// Gives the chargebacks that are open, or whose money is due, at most `limit`; behind the
/// chargeback `after`, zero to begin. The one that must be answered first comes first; one that
/// the processor set no deadline stands where it was reported.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no chargeback `after`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_chargeback_waiting(
    wallets: *mut escrow_wallets,
    after: Id,
    limit: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| {
        let after = place(after, |id| wallets.chargeback(id))?;
        wallets.open_chargebacks(after.as_ref(), limit)?
    })
}

/// Gives all chargebacks of a payment, or of an item in suspense, oldest first.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_chargeback_of_payment(
    wallets: *mut escrow_wallets,
    payment: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets.chargebacks_of(payment)?)
}

/// Reads a chargeback.
///
/// Ownership: `chargeback` is the caller's struct, which is filled as far as its `struct_size`
/// says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_chargeback_at(
    rows: *mut escrow_rows,
    index: usize,
    chargeback: *mut escrow_chargeback,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, chargeback, "chargeback", error), |row: &Chargeback| shown(row))
}

fn shown(row: &Chargeback) -> escrow_chargeback {
    escrow_chargeback {
        struct_size: 0,
        state: row.state.number().into(),
        id: row.id,
        payment: row.payment,
        wallet: row.wallet,
        amount: row.amount,
        of_payment: row.of_payment,
        lost: row.lost,
        due: row.due,
        answer_by: row.answer_by,
        notified_at: row.notified_at,
        taken_at: row.taken_at,
        changed_at: row.changed_at,
        ledger: row.ledger,
        reserved: 0,
        reference: escrow_text::of(&row.reference),
        reason: escrow_text::of(&row.reason),
        evidence: escrow_text::of(&row.evidence),
    }
}
