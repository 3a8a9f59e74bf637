//! Bound cards: references to cards that a processor keeps.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use super::rows::{query, show};
use super::text::escrow_text;
use crate::arguments::{Plain, sized_input};
use crate::boundary::call;
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Result, escrow_error, escrow_status};
use escrow::wallet::CardReference;
use escrow::{BoundCard, Id, Timestamp};
use zeroize::Zeroize;

/// Cards of one wallet, with those that were removed and are not forgotten yet.
pub const ESCROW_CARDS_MAX: u32 = 16;

/// What the host knows of a card that is to be bound: a reference, never its number. Begin with
/// `ESCROW_CARD_REFERENCE_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_card_reference {
    /// `sizeof(escrow_card_reference)`.
    pub struct_size: u32,
    /// The year to the end of which month it is valid, of four digits.
    pub expiry_year: u16,
    /// That month, 1 to 12.
    pub expiry_month: u16,
    /// The processor's token: what the host charges. 1 to 255 bytes.
    pub token: escrow_text,
    /// Visa, UnionPay: 1 to 32 bytes.
    pub brand: escrow_text,
    /// The last four digits, for the customer to recognise it.
    pub last_four: escrow_text,
    /// The processor's fingerprint: the same for the same card. 1 to 255 bytes.
    pub fingerprint: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_card_reference {}

/// A card that is bound to a wallet, or was. Begin with `ESCROW_CARD_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_card {
    /// `sizeof(escrow_card)`.
    pub struct_size: u32,
    /// Whether it can be paid with: `ESCROW_CARD_STATE_*`.
    pub state: u32,
    /// Its id.
    pub id: Id,
    /// The first moment at which it is no longer valid.
    pub valid_until: Timestamp,
    /// 1 if it is paid with unless another is named.
    pub is_default: u32,
    /// 1 if the rest is there: not once the card is removed, or the person was erased, and not while
    /// the person's key is damaged.
    pub has_reference: u32,
    /// The year to the end of which month it is valid.
    pub expiry_year: u32,
    /// That month.
    pub expiry_month: u32,
    /// The processor's token.
    pub token: escrow_text,
    /// Its brand.
    pub brand: escrow_text,
    /// The last four digits.
    pub last_four: escrow_text,
    /// The processor's fingerprint.
    pub fingerprint: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_card {}

/// A reference that is wiped.
pub(crate) struct KeptReference(pub(crate) CardReference);

impl Drop for KeptReference {
    fn drop(&mut self) {
        self.0.token.zeroize();
        self.0.fingerprint.zeroize();
        self.0.last_four.zeroize();
    }
}

struct KeptCard {
    card: BoundCard,
    reference: Option<KeptReference>,
}

impl KeptCard {
    fn new(mut card: BoundCard) -> Self {
        let reference = card.reference.take().map(KeptReference);
        Self { card, reference }
    }
}

impl escrow_card_reference {
    /// # Safety
    /// The texts are the caller's, as the header says.
    unsafe fn parse(self) -> Result<KeptReference> {
        // SAFETY: the caller's promise is the same.
        let text = |text: escrow_text, name| unsafe { text.read(name) }.map(str::to_owned);
        Ok(KeptReference(CardReference {
            token: text(self.token, "token")?,
            brand: text(self.brand, "brand")?,
            last_four: text(self.last_four, "last_four")?,
            expiry_year: self.expiry_year,
            // No month is above 12: it is refused as a month.
            expiry_month: u8::try_from(self.expiry_month).unwrap_or(u8::MAX),
            fingerprint: text(self.fingerprint, "fingerprint")?,
        }))
    }
}

/// Proposes to bind a card, after a payment with it. The customer has it confirmed by
/// `escrow_card_confirm`. The same card is bound to a wallet once.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `id_must_be_valid`, `card_must_be_valid`,
/// `card_has_expired`, `person_not_found`, `text_must_not_hold_a_card_number`, `card_exists`,
/// `too_many`, `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
/// `reason_must_be_given`.
///
/// Ownership: `reference` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_propose(
    wallets: *mut escrow_wallets,
    wallet: Id,
    card: Id,
    reference: *const escrow_card_reference,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let reference = sized_input(reference, "reference")?.parse()?;
        let actor = acting(actor)?;
        wallets.propose_card(wallet, card, &reference.0, &actor)?
    })
}

/// The customer confirms a proposed card. Without a payment password it is refused: create one, and
/// confirm again.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `payment_password_must_be_set`,
/// `card_not_found`, `card_must_be_at_this_state`, `card_has_expired`.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_confirm(
    wallets: *mut escrow_wallets,
    wallet: Id,
    card: Id,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| wallets.confirm_card(wallet, card)?)
}

/// Stops payments with a card for now.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `card_not_found`,
/// `card_must_be_at_this_state`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_suspend(
    wallets: *mut escrow_wallets,
    wallet: Id,
    card: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.suspend_card(wallet, card, &actor)?
    })
}

/// Allows payments with a suspended card again.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `card_not_found`,
/// `card_must_be_at_this_state`, `card_is_held_by_staff` for others if staff suspended it,
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
/// `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_resume(
    wallets: *mut escrow_wallets,
    wallet: Id,
    card: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.resume_card(wallet, card, &actor)?
    })
}

/// Removes a card: its token is forgotten by the present state of the store.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `card_not_found`,
/// `card_must_be_at_this_state`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_remove(
    wallets: *mut escrow_wallets,
    wallet: Id,
    card: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.remove_card(wallet, card, &actor)?
    })
}

/// Makes an active card the one that is paid with unless another is named.
/// Refused: `wallet_not_found`, `wallet_must_be_active`, `card_not_found`, `card_must_be_active`,
/// `card_has_expired`.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_set_default(
    wallets: *mut escrow_wallets,
    wallet: Id,
    card: Id,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| wallets.set_default_card(wallet, card)?)
}

/// Gives the cards of a wallet, in the order in which they were proposed. Read them with
/// `escrow_card_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_cards(
    wallets: *mut escrow_wallets,
    wallet: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets
        .cards(wallet)?
        .into_iter()
        .map(KeptCard::new)
        .collect())
}

/// Reads a card.
///
/// Ownership: `card` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_card_at(
    rows: *mut escrow_rows,
    index: usize,
    card: *mut escrow_card,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, card, "card", error), |row: &KeptCard| card_of(row))
}

fn card_of(row: &KeptCard) -> escrow_card {
    let (card, reference) = (&row.card, row.reference.as_ref().map(|kept| &kept.0));
    let text = |of: fn(&CardReference) -> &str| escrow_text::of(reference.map_or("", of));
    escrow_card {
        struct_size: 0,
        state: card.state.number().into(),
        id: card.id,
        valid_until: card.valid_until,
        is_default: card.is_default.into(),
        has_reference: reference.is_some().into(),
        expiry_year: reference.map_or(0, |reference| reference.expiry_year.into()),
        expiry_month: reference.map_or(0, |reference| reference.expiry_month.into()),
        token: text(|reference| &reference.token),
        brand: text(|reference| &reference.brand),
        last_four: text(|reference| &reference.last_four),
        fingerprint: text(|reference| &reference.fingerprint),
    }
}
