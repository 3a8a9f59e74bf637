//! Wallets: looking at one, freezing and closing it.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use crate::arguments::{sized_room, write_sized};
use crate::boundary::{call, on};
use crate::number::escrow_u128;
use crate::opaque::escrow_wallets;
use crate::status::{ESCROW_NOT_FOUND, Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::WalletState;
use escrow::{Id, Spending, Timestamp, WalletView};

/// Everything that its tier allows.
pub const ESCROW_STATE_ACTIVE: u32 = 1;
/// No new business; what is in escrow is still settled.
pub const ESCROW_STATE_FROZEN: u32 = 2;
/// Nothing more, ever.
pub const ESCROW_STATE_CLOSED: u32 = 3;

/// What the host sees of a wallet. Begin with `ESCROW_WALLET_VIEW_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_wallet_view {
    /// `sizeof(escrow_wallet_view)`.
    pub struct_size: u32,
    /// What may be done with it: `ESCROW_STATE_*`.
    pub state: u32,
    /// The wallet.
    pub wallet: Id,
    /// Whose it is.
    pub person: Id,
    /// Its account in the ledger, which is spend-only.
    pub account: Id,
    /// The ledger: its currency.
    pub ledger: u32,
    /// How far its owner is verified, as it was written: see `tier_until`.
    pub tier: u32,
    /// When the tier ends; 0 for never.
    pub tier_until: Timestamp,
    /// After a recovery lower limits apply until then.
    pub cooldown_until: Timestamp,
    /// 1 if refunds of card payments are credited to it.
    pub refunds_to_wallet: u32,
    /// 1 if it has a payment password.
    pub has_payment_password: u32,
    /// 1 if the key of its owner is damaged or gone: until it is mended, what is sealed under it
    /// cannot be read. All that stands here needs no key. Not so of an owner who was erased.
    pub key_is_damaged: u32,
    /// Zero.
    pub reserved: u32,
}

/// What a wallet paid so far, in minor units, and where it stands. Begin with
/// `ESCROW_SPENDING_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_spending {
    /// `sizeof(escrow_spending)`.
    pub struct_size: u32,
    /// The tier that holds now.
    pub tier: u32,
    /// What was paid today.
    pub day: escrow_u128,
    /// What was paid this month.
    pub month: escrow_u128,
    /// What was paid this year.
    pub year: escrow_u128,
    /// What was ever paid.
    pub lifetime: escrow_u128,
    /// Authorisations that wait to be used.
    pub authorisations: u64,
}

/// Looks up a wallet.
///
/// Ownership: `view` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such wallet.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_find(
    wallets: *mut escrow_wallets,
    wallet: Id,
    view: *mut escrow_wallet_view,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        sized_room(view, "view")?;
        write_sized(view, found(wallets.wallet(wallet)?, "wallet")?.into(), "view")?
    })
}

/// Gives what a wallet paid in its ledger, and the tier that holds now.
///
/// Ownership: `spending` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such wallet.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_spending(
    wallets: *mut escrow_wallets,
    wallet: Id,
    spending: *mut escrow_spending,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        sized_room(spending, "spending")?;
        write_sized(spending, found(wallets.spending(wallet)?, "wallet")?.into(), "spending")?
    })
}

/// Freezes a wallet and its account: no new business; what is in escrow is still settled. The
/// customer is told. For a member of staff.
/// Refused: `wallet_not_found`, `wallet_already_frozen`, `wallet_already_closed`,
/// `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_support_role`,
/// `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_freeze(
    wallets: *mut escrow_wallets,
    wallet: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.freeze_wallet(wallet, &actor)?
    })
}

/// Makes a frozen wallet and its account usable again. For a member of staff.
/// Refused: `wallet_not_found`, `wallet_is_not_frozen`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_unfreeze(
    wallets: *mut escrow_wallets,
    wallet: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.unfreeze_wallet(wallet, &actor)?
    })
}

/// Closes a frozen, empty wallet and its account for good, once all its business is over. Its
/// owner's data is kept for as long as the policy says. What is left in it is spent, redeemed or
/// given up (`escrow_wallet_waive`) before it is frozen, or set aside for its owner
/// (`escrow_unclaimed_set_aside`). For a member of staff.
/// Refused: `wallet_not_found`, `wallet_is_not_frozen`, `wallet_already_closed`,
/// `wallet_must_be_empty`, `wallet_has_open_orders` until the time given if a payment is authorised,
/// `wallet_has_open_payments`, `wallet_has_open_chargebacks`, `wallet_has_money_in_suspense`,
/// `wallet_has_open_refunds`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_close(
    wallets: *mut escrow_wallets,
    wallet: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.close_wallet(wallet, &actor)?
    })
}

/// What was asked for by its id, which nobody may have.
pub(crate) fn found<T>(found: Option<T>, what: &str) -> Result<T> {
    found.ok_or_else(|| Failure::new(ESCROW_NOT_FOUND, format!("there is no such {what}")))
}

/// The row behind which a query goes on; zero is the beginning.
pub(crate) fn place<T>(
    after: Id,
    find: impl FnOnce(Id) -> escrow::Result<Option<T>>,
) -> Result<Option<T>> {
    if after.is_zero() {
        return Ok(None);
    }
    let none = || Failure::invalid("nothing has the id `after`: give one that was listed");
    find(after)?.ok_or_else(none).map(Some)
}

impl From<WalletView> for escrow_wallet_view {
    fn from(view: WalletView) -> Self {
        Self {
            struct_size: 0,
            state: match view.state {
                WalletState::Active => ESCROW_STATE_ACTIVE,
                WalletState::Frozen => ESCROW_STATE_FROZEN,
                // A state that this crate does not know yet allows nothing.
                _ => ESCROW_STATE_CLOSED,
            },
            wallet: view.wallet,
            person: view.person,
            account: view.account,
            ledger: view.ledger,
            tier: view.tier.into(),
            tier_until: view.tier_until,
            cooldown_until: view.cooldown_until,
            refunds_to_wallet: view.refunds_to_wallet.into(),
            has_payment_password: view.has_payment_password.into(),
            key_is_damaged: view.key_is_damaged.into(),
            reserved: 0,
        }
    }
}

impl From<Spending> for escrow_spending {
    fn from(spending: Spending) -> Self {
        Self {
            struct_size: 0,
            tier: spending.tier.into(),
            day: spending.day.into(),
            month: spending.month.into(),
            year: spending.year.into(),
            lifetime: spending.lifetime.into(),
            authorisations: spending.authorisations as u64,
        }
    }
}
