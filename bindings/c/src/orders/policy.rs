//! Policies of orders: how long each side may take, and what happens if it does nothing.

use crate::arguments::{array, output, room, text};
use crate::boundary::{boundary, call, on};
use crate::opaque::escrow_orders;
use crate::status::{ESCROW_NOT_FOUND, Failure, Result, escrow_error, escrow_status};
use escrow::order::{Policy, PolicyHash};
use std::ffi::c_char;

/// Bytes of the hash of a policy.
pub(crate) const HASH_BYTES: usize = 32;

fn policy(text: &str) -> Result<Policy> {
    Policy::from_json(text).map_err(|error| Failure::invalid(format!("policy: {error}")))
}

/// Says whether a policy of orders makes sense, without keeping it. What does not is refused with a
/// message that names the field and the fault.
///
/// Ownership: `policy` is only read: JSON, of at most 64 KiB.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the policy makes no sense; `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_policy_check(
    policy: *const c_char,
    policy_length: usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || self::policy(text(policy, policy_length, "policy")?).map(drop)?)
}

/// Gives the JSON Schema (draft 2020-12) of policies of orders, by which editors and other programs
/// complete and check one: every field with what it means.
///
/// Ownership: `text` is the caller's room for `capacity` bytes; `length` gets how many there are,
/// also with `ESCROW_BUFFER_TOO_SMALL`.
/// Threads: any.
/// Errors: `ESCROW_BUFFER_TOO_SMALL`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_policy_schema(
    text: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let text = room(text.cast::<u8>(), capacity, "text")?;
        text.fill(output(length, "length")?, Policy::SCHEMA.as_bytes())?
    })
}

/// Gives a policy of orders that comes with the library as JSON, as a start for one of your own:
/// `aliexpress`, `taobao`, `vinted`, `escrow_com` or `digital_goods`. It says itself where its
/// figures come from.
///
/// Ownership: `name` is only read. `text` is the caller's room for `capacity` bytes; `length` gets
/// how many there are, also with `ESCROW_BUFFER_TOO_SMALL`.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if none has this name, with the names of all;
/// `ESCROW_BUFFER_TOO_SMALL`, `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_policy_preset(
    name: *const c_char,
    name_length: usize,
    text: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let text = room(text.cast::<u8>(), capacity, "text")?;
        let length = output(length, "length")?;
        let preset = Policy::preset(self::text(name, name_length, "name")?);
        let unknown =
            || Failure::invalid(format!("a preset is one of {}", Policy::PRESETS.join(", ")));
        text.fill(length, preset.ok_or_else(unknown)?.to_json().as_bytes())?
    })
}

/// Keeps a policy for ever, under its hash, which the terms of orders name: BLAKE3 of it in JSON
/// without white space, its fields in the order in which `escrow_orders_policy` gives them, and one
/// that is absent left out. Kept again, it changes nothing.
///
/// Ownership: `policy` is only read: JSON, of at most 64 KiB. `hash` is the caller's room for 32
/// bytes.
/// Threads: any.
/// Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if the policy makes no sense, as
/// `escrow_order_policy_check` says it; `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_keep_policy(
    orders: *mut escrow_orders,
    policy: *const c_char,
    policy_length: usize,
    hash: *mut u8,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(orders, error), |this| {
        let hash = room(hash, HASH_BYTES, "hash")?;
        let policy = self::policy(text(policy, policy_length, "policy")?)?;
        hash.put_all(0, &this.orders.keep_policy(&policy)?.to_bytes());
    })
}

/// Gives the policy that the store keeps under this hash, as JSON.
///
/// Ownership: `hash` is only read: 32 bytes. `text` is the caller's room for `capacity` bytes;
/// `length` gets how many there are, also with `ESCROW_BUFFER_TOO_SMALL`.
/// Threads: any.
/// Errors: those of orders; `ESCROW_NOT_FOUND` if the store keeps none under it;
/// `ESCROW_BUFFER_TOO_SMALL`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_policy(
    orders: *mut escrow_orders,
    hash: *const u8,
    text: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(orders, error), |this| {
        let text = room(text.cast::<u8>(), capacity, "text")?;
        let length = output(length, "length")?;
        let mut bytes = [0; HASH_BYTES];
        bytes.copy_from_slice(array(hash, HASH_BYTES, "hash")?);
        let kept = this.orders.policy(PolicyHash::new(bytes))?;
        let none = || Failure::new(ESCROW_NOT_FOUND, "the store keeps no policy with this hash");
        text.fill(length, kept.ok_or_else(none)?.to_json().as_bytes())?
    })
}
