//! Changing keys while everything goes on.

use super::actor::{acting, escrow_actor};
use super::options::escrow_master_key;
use super::outcome::{command, escrow_wallet_outcome};
use crate::arguments::{output, record};
use crate::boundary::call;
use crate::opaque::escrow_wallets;
use crate::status::{escrow_error, escrow_status};
use escrow::Id;

/// Lets a new master key open the store beside the present one. Once the host has put the new one
/// in place everywhere, `escrow_key_keep_master` ends the present one. For a member of staff, or
/// `ESCROW_ACTOR_SYSTEM`; it stands in the store's own trail before it is carried out. To add one of
/// two again changes nothing.
/// Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `master_key`, its bytes and `actor` are only read; functions of the host's are not
/// called after the call.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if two other keys open the store already:
/// keep one of them first; also if another one changes the keys at the same time. `ESCROW_IO` also
/// if the host's own wrapping fails, or does not unwrap to the same what it wrapped. Nothing has
/// changed then.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_key_add_master(
    wallets: *mut escrow_wallets,
    master_key: *const escrow_master_key,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let master = record(master_key, "master_key")?.parse()?;
        let actor = acting(actor)?;
        wallets.add_master_key(&master, &actor)?
    })
}

/// Lets this master key alone open the store from now on. It must open it already: the present one,
/// or one that was added. For a member of staff, or `ESCROW_ACTOR_SYSTEM`; it stands in the store's
/// own trail before it is carried out.
/// Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: as `escrow_key_add_master`.
/// Threads: any.
/// Errors: as `escrow_key_add_master`; `ESCROW_WRONG_MASTER_KEY` if it does not open the store.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_key_keep_master(
    wallets: *mut escrow_wallets,
    master_key: *const escrow_master_key,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let master = record(master_key, "master_key")?.parse()?;
        let actor = acting(actor)?;
        wallets.keep_master_key(&master, &actor)?
    })
}

/// Wraps the keys of all persons by a new key-encryption key, while others use them. A rotation
/// that was interrupted goes on. For a member of staff, or `ESCROW_ACTOR_SYSTEM`; it stands in the
/// store's own trail before it is carried out.
/// Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `count` gets how many were wrapped anew; `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_key_rotate(
    wallets: *mut escrow_wallets,
    actor: *const escrow_actor,
    count: *mut u64,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let count = output(count, "count")?;
        let actor = acting(actor)?;
        wallets.rotate_key_encryption_key(&actor)?.map(|wrapped| count.set(wrapped))
    })
}

/// Begins to index addresses and documents by a new key. What was indexed before is found as long
/// as `escrow_key_end_index_rotation` was not called; `escrow_key_reindex` moves it. For a member
/// of staff, or `ESCROW_ACTOR_SYSTEM`; it stands in the store's own trail before it is carried out.
/// Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_key_begin_index_rotation(
    wallets: *mut escrow_wallets,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.begin_index_rotation(&actor)?
    })
}

/// Moves the next persons behind `after`, up to `limit`, to the present key of indexes; zero to
/// begin. `last` gets the one to go on behind; zero when all are done. Who was moved has it in
/// their trail.
/// Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `last` gets the id; `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_key_reindex(
    wallets: *mut escrow_wallets,
    after: Id,
    limit: usize,
    actor: *const escrow_actor,
    last: *mut Id,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let last = output(last, "last")?;
        let actor = acting(actor)?;
        let after = Some(after).filter(|id| !id.is_zero());
        let judged = wallets.reindex(after, limit, &actor)?;
        judged.map(|found| last.set(found.unwrap_or(Id::ZERO)))
    })
}

/// Forgets the former key of indexes. Addresses of nobody that it indexed are forgotten with it.
/// For a member of staff, or `ESCROW_ACTOR_SYSTEM`; it stands in the store's own trail before it is
/// carried out.
/// Refused: `actor_must_be_named`, `staff_must_be_registered`, `staff_must_have_operator_role`,
/// `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets; `ESCROW_INVALID_ARGUMENT` if somebody is still indexed by it:
/// `escrow_key_reindex` first.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_key_end_index_rotation(
    wallets: *mut escrow_wallets,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.end_index_rotation(&actor)?
    })
}
