//! Leaving a wallet: what is left in it is given up, or waits unclaimed for its owner.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use super::wallet;
use super::wallet::place;
use crate::arguments::{output, room, text};
use crate::boundary::{boundary, call, on};
use crate::opaque::escrow_wallets;
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use core::ffi::c_char;
use escrow::wallet::Waiver;
use escrow::{Amount, Id, Timestamp, UnclaimedItem, Wallets};

/// Money that was set aside for its owner.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_unclaimed_item {
    /// The transfer that brought it there.
    pub id: Id,
    /// Whose it is.
    pub person: Id,
    /// The wallet that it came from.
    pub wallet: Id,
    /// How much.
    pub amount: Amount,
    /// The transfer by which it left; zero while it waits.
    pub resolved_by: Id,
    /// The account that it went to; zero while it waits.
    pub resolved_to: Id,
    /// Since when it is there.
    pub came_at: Timestamp,
    /// When it left; 0 while it waits.
    pub resolved_at: Timestamp,
    /// Of which ledger.
    pub ledger: u32,
    /// Why it is there: `ESCROW_UNCLAIMED_REASON_*`.
    pub reason: u32,
    /// Zero.
    pub reserved: [u32; 2],
}

impl From<UnclaimedItem> for escrow_unclaimed_item {
    fn from(item: UnclaimedItem) -> Self {
        Self {
            id: item.id,
            person: item.person,
            wallet: item.wallet,
            amount: item.amount,
            resolved_by: item.resolved_by,
            resolved_to: item.resolved_to,
            came_at: item.came_at,
            resolved_at: item.resolved_at,
            ledger: item.ledger,
            reason: item.reason.number().into(),
            reserved: [0; 2],
        }
    }
}

/// Gives up what is left in a wallet: its owner states by her payment password that she does, up to
/// `amount_max`. What lies there, or that much if it is more, goes by a transfer of the id
/// `transfer` to the account that was named when the wallets were opened
/// (`escrow_wallet_options.waiver_accounts`); money in escrow is not touched. `version` is that of
/// the text that she was shown, 1 to 64 of A-Z, a-z, 0-9, `.`, `_` and `-`. She is told by every
/// channel. Sent again, it changes nothing.
/// Refused: `credentials_must_match`, `credential_is_locked`, `credential_is_locked_for_good`,
/// `waiver_is_off`, `wallet_must_be_active`, `wallet_is_empty`, `amount_must_be_valid`,
/// `text_must_be_valid`, `text_must_not_hold_a_card_number`, `id_must_be_valid`;
/// `refused_by_ledger`, also if the id stands for something else.
///
/// Ownership: `version` and `password` are only read. `waived` gets how much it was.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallet_waive(
    wallets: *mut escrow_wallets,
    transfer: Id,
    wallet: Id,
    amount_max: Amount,
    version: *const c_char,
    version_length: usize,
    password: *const c_char,
    password_length: usize,
    waived: *mut Amount,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let version = text(version, version_length, "version")?;
        let password = text(password, password_length, "password")?;
        let waived = output(waived, "waived")?;
        let waiver = Waiver { id: transfer, wallet, amount_max, version };
        wallets.waive(&waiver, password)?.map(|amount| waived.set(amount))
    })
}

/// Gives the account in which a ledger's unclaimed money lies; it is opened when it is needed
/// first, with the code 65002, and managed: no operation of the host debits or credits it.
///
/// Ownership: `account` gets its id.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_unclaimed_account(
    ledger: u32,
    account: *mut Id,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        output(account, "account")?.set(Wallets::unclaimed_account(ledger));
    })
}

/// Sets aside all that lies in a frozen wallet, so that it can be closed, by a transfer of the id
/// `item`: it becomes unclaimed money of its owner, who is told by every channel. Money in escrow is
/// not touched. Sent again, it changes nothing. For a member of staff.
/// Refused: `wallet_not_found`, `wallet_is_not_frozen`, `wallet_already_closed`, `wallet_is_empty`,
/// `account_must_fit`, `id_must_be_valid`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`; `refused_by_ledger`, also if the id
/// stands for something else.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_unclaimed_set_aside(
    wallets: *mut escrow_wallets,
    item: Id,
    wallet: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.set_aside(item, wallet, &actor)?.map(drop)
    })
}

/// Gives unclaimed money back, all of the item, by a transfer of the id `transfer`: into an active
/// wallet of the person whose it is, in the same ledger. By the customer, whom the host has
/// authenticated as the owner of the wallet, or by a member of staff. No limit of the tier stops it.
/// Its owner is told. Sent again, it changes nothing.
/// Refused: `unclaimed_money_not_found`, `unclaimed_money_is_resolved`,
/// `unclaimed_money_is_of_another`, `wallet_not_found`, `wallet_must_be_active`,
/// `wallet_has_another_ledger`, `refused_by_ledger`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_unclaimed_claim(
    wallets: *mut escrow_wallets,
    item: Id,
    transfer: Id,
    wallet: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.claim_unclaimed(item, (transfer, wallet), &actor)?.map(drop)
    })
}

/// Pays unclaimed money out, all of the item, by a transfer of the id `transfer` to an account that
/// the host pays out from, where the policy allows redemption: to its owner, or to the state where
/// the law has it so. The account is neither external nor a wallet's. Its owner is told. It takes
/// two members of staff who order the same account within a week. Sent again, it changes nothing.
/// Refused: `second_person_must_agree` for the first of them, which is remembered;
/// `reviewer_must_be_another` by a name that only looks like another one's; `redemption_is_off`,
/// `unclaimed_money_not_found`, `unclaimed_money_is_resolved`, `payee_must_not_be_a_wallet`,
/// `refused_by_ledger`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_operator_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_unclaimed_pay_out(
    wallets: *mut escrow_wallets,
    item: Id,
    transfer: Id,
    account: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.pay_out_unclaimed(item, (transfer, account), &actor)?.map(drop)
    })
}

/// Looks up unclaimed money, waiting or gone.
///
/// Ownership: `found` gets the item.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_NOT_FOUND` if there is no such item.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_unclaimed_find(
    wallets: *mut escrow_wallets,
    item: Id,
    found: *mut escrow_unclaimed_item,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let found = output(found, "found")?;
        let item = this.wallets.unclaimed_item(item)?;
        found.set(wallet::found(item, "item of unclaimed money")?.into());
    })
}

/// Gives the unclaimed money that waits for its owners, the oldest first; behind the item `after`,
/// zero to begin.
///
/// Ownership: `items` is the caller's room for `capacity` items; `count` gets how many were
/// written.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if there is no item `after`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_unclaimed_waiting(
    wallets: *mut escrow_wallets,
    after: Id,
    items: *mut escrow_unclaimed_item,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let wallets = &this.wallets;
        let items = room(items, capacity, "items")?;
        let count = output(count, "count")?;
        let after = place(after, |id| wallets.unclaimed_item(id))?;
        let found = wallets.open_unclaimed(after.as_ref(), capacity)?;
        count.set(found.len());
        items.put_each(found.into_iter().map(escrow_unclaimed_item::from));
    })
}

/// Gives all that was ever set aside of a person's wallets, the oldest first: none if there is no
/// such person.
///
/// Ownership: `items` is the caller's room for `capacity` items; `count` gets how many there are,
/// also with `ESCROW_BUFFER_TOO_SMALL`.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_BUFFER_TOO_SMALL`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_unclaimed_of_person(
    wallets: *mut escrow_wallets,
    person: Id,
    items: *mut escrow_unclaimed_item,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let items = room(items, capacity, "items")?;
        let count = output(count, "count")?;
        let found = this.wallets.unclaimed_of(person)?;
        let found: Vec<_> = found.into_iter().map(escrow_unclaimed_item::from).collect();
        items.fill(count, &found)?
    })
}
