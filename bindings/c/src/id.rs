//! Ids: new ones, and as bytes.

use crate::arguments::{array, output, room};
use crate::boundary::{boundary, call};
use crate::status::{escrow_error, escrow_status};
use escrow::Id;
use std::ffi::c_char;

/// Makes `count` new ids. They are UUIDs of version 7: unique, ordered by time, and rising strictly
/// within the process, which makes them the fast ones.
///
/// Ownership: `ids` is the caller's room for `count` ids.
/// Threads: any.
/// Errors: `ESCROW_PANIC` if the operating system has no random bytes.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_id_new(
    ids: *mut Id,
    count: usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        room(ids, count, "ids")?.put_each((0..count).map(|_| Id::new()));
    })
}

/// Reads an id from 16 bytes in the order of a UUID's, most significant first.
///
/// Ownership: `bytes` is only read.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_id_from_bytes(
    bytes: *const u8,
    id: *mut Id,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let mut copy = [0; 16];
        copy.copy_from_slice(array(bytes, 16, "bytes")?);
        output(id, "id")?.set(Id::from_bytes(copy));
    })
}

/// Writes an id as 16 bytes in the order of a UUID's, most significant first.
///
/// Ownership: `bytes` is the caller's room for 16 bytes.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_id_to_bytes(
    id: Id,
    bytes: *mut u8,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        room(bytes, 16, "bytes")?.put_all(0, &id.to_bytes());
    })
}

/// Makes the id of a name that the host has already, such as an order's number `A-1001`, in a space of
/// names of its own, such as `orders`: the same wherever and in whatever language it is made. Two
/// spaces share no ids. It is no secret.
///
/// The id is the first 16 bytes, most significant first, of a BLAKE3 hash in key derivation mode
/// (context `escrowdb 2025-01-01 id of a name in a space, version 1`) over the length of the space
/// (8 bytes, little-endian), the space and the text. Such ids are in no order: accounts and
/// `user_data_128` may well have one; as ids of operations and holds they are slower than those of
/// `escrow_id_new`.
///
/// Ownership: `space` and `text` are only read; they need not be zero-terminated, and are taken as the
/// bytes that they are: UTF-8 if the other languages are to find the same.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_id_named(
    space: *const c_char,
    space_length: usize,
    text: *const c_char,
    text_length: usize,
    id: *mut Id,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let space = array(space.cast::<u8>(), space_length, "space")?;
        let text = array(text.cast::<u8>(), text_length, "text")?;
        output(id, "id")?.set(Id::named_by_bytes(space, text));
    })
}
