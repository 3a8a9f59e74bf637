//! Documents: the key-value side of the store.

use crate::arguments::{bytes, output, room, text};
use crate::boundary::{call, on};
use crate::cursor::{CursorHandle, Kept, Rows, rows};
use crate::opaque::{escrow_cursor, escrow_snapshot};
use crate::status::{Failure, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{DocumentKey, StoredDocument};
use std::ffi::{c_char, c_void};
use std::ops::Bound;

/// A document of a scan. Its key and then its value lie in the caller's data buffer.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_document {
    /// The timestamp of the operation that wrote it: no version ever comes back.
    pub version: u64,
    /// Where its key starts in the data buffer. Its value follows at once.
    pub data_offset: u64,
    /// Bytes of the key.
    pub key_length: u32,
    /// Bytes of the value.
    pub value_length: u32,
    /// Zero.
    pub reserved: u64,
}

/// Reads the document `key` of `space`. Written by operations of the kinds `ESCROW_KIND_PUT` and
/// `ESCROW_KIND_DELETE`.
///
/// Ownership: `space` and `key` are only read. `value` is the caller's room for `capacity` bytes,
/// `ESCROW_DOCUMENT_VALUE_BYTES_MAX` are always enough; `length` gets the length of the value, also
/// with `ESCROW_BUFFER_TOO_SMALL`; `version` gets its version, 0 if there is no such document.
/// Threads: any.
/// Errors: `ESCROW_BUFFER_TOO_SMALL`; `ESCROW_INVALID_ARGUMENT` if space and key can name no
/// document; `ESCROW_INVALID_TEXT`, `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_document(
    snapshot: *mut escrow_snapshot,
    space: *const c_char,
    space_length: usize,
    key: *const c_void,
    key_length: usize,
    value: *mut c_void,
    capacity: usize,
    length: *mut usize,
    version: *mut u64,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let room = room(value.cast::<u8>(), capacity, "value")?;
        let (length, version) = (output(length, "length")?, output(version, "version")?);
        let (space, key) = (text(space, space_length, "space")?, bytes(key, key_length, "key")?);
        match this.snapshot.document(space, key)? {
            Some(found) => {
                room.fill(length, &found.value)?;
                version.set(found.version);
            }
            None => {
                length.set(0);
                version.set(0);
            }
        }
    })
}

/// Scans the documents of `space` whose keys are at or above `lower` and below `upper`, by key
/// bytes. A bound of length 0 is no bound. Read them with `escrow_cursor_documents`.
///
/// Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. The rest is only read
/// during the call.
/// Threads: any.
/// Errors: `ESCROW_INVALID_TEXT`; `ESCROW_INVALID_ARGUMENT` if no document can be in a space of that
/// name: it is empty, too long, or has a zero byte.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_documents(
    snapshot: *mut escrow_snapshot,
    space: *const c_char,
    space_length: usize,
    lower: *const c_void,
    lower_length: usize,
    upper: *const c_void,
    upper_length: usize,
    cursor: *mut *mut escrow_cursor,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let cursor = output(cursor, "cursor")?;
        let space = text(space, space_length, "space")?.to_owned();
        let lower = bytes(lower, lower_length, "lower")?.to_vec();
        let upper = bytes(upper, upper_length, "upper")?.to_vec();
        let query = (space, lower, upper);
        let kept = Kept::new(&this.snapshot, query, |snapshot, (space, lower, upper)| {
            let bound = |key: &[u8]| !key.is_empty();
            let lower = if bound(lower) { Bound::Included(&**lower) } else { Bound::Unbounded };
            let upper = if bound(upper) { Bound::Excluded(&**upper) } else { Bound::Unbounded };
            Ok(Box::new(snapshot.documents(space, lower, upper)?))
        })?;
        cursor.set(CursorHandle::make(this, Rows::Documents(kept))?);
    })
}

/// Scans the documents of `space` whose keys begin with `prefix`, by key bytes; length 0 for all.
/// Read them with `escrow_cursor_documents`.
///
/// Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. The rest is only read
/// during the call.
/// Threads: any.
/// Errors: as `escrow_snapshot_documents`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_documents_with_prefix(
    snapshot: *mut escrow_snapshot,
    space: *const c_char,
    space_length: usize,
    prefix: *const c_void,
    prefix_length: usize,
    cursor: *mut *mut escrow_cursor,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let cursor = output(cursor, "cursor")?;
        let space = text(space, space_length, "space")?.to_owned();
        let prefix = bytes(prefix, prefix_length, "prefix")?.to_vec();
        let kept = Kept::new(&this.snapshot, (space, prefix), |snapshot, (space, prefix)| {
            Ok(Box::new(snapshot.documents_with_prefix(space, prefix)?))
        })?;
        cursor.set(CursorHandle::make(this, Rows::Documents(kept))?);
    })
}

/// Reads the next documents of a cursor, as many as fit both buffers.
///
/// Ownership: `documents` is the caller's room for `capacity` records, `data` for `data_capacity`
/// bytes of keys and values. `count` gets how many were written: 0 when there are no more.
/// `data_needed` gets how many bytes of `data` were written; with `ESCROW_BUFFER_TOO_SMALL` how many
/// the next document needs alone.
/// Threads: one at a time.
/// Errors: `ESCROW_BUFFER_TOO_SMALL` if not even one document fits; `ESCROW_INVALID_ARGUMENT` if the
/// cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_cursor_documents(
    cursor: *mut escrow_cursor,
    documents: *mut escrow_document,
    capacity: usize,
    data: *mut c_void,
    data_capacity: usize,
    count: *mut usize,
    data_needed: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(cursor, error), |this| {
        let (count, needed) = (output(count, "count")?, output(data_needed, "data_needed")?);
        let rows = room(documents, capacity, "documents")?;
        let data = room(data.cast::<u8>(), data_capacity, "data")?;
        this.with(rows!(Documents), |kept| {
            let used = std::cell::Cell::new(0);
            let fits =
                |row: &(DocumentKey, StoredDocument)| size(row) <= data_capacity - used.get();
            let written = kept.fill_while(rows, fits, |(key, stored)| {
                let offset = used.get();
                data.put_all(offset, key.key());
                data.put_all(offset + key.key().len(), &stored.value);
                used.set(offset + key.key().len() + stored.value.len());
                escrow_document {
                    version: stored.version,
                    data_offset: offset as u64,
                    key_length: key.key().len() as u32,
                    value_length: stored.value.len() as u32,
                    reserved: 0,
                }
            })?;
            if let (0, 1.., Some(row)) = (written, capacity, kept.peek()) {
                needed.set(size(row));
                return Err(Failure::too_small("data", size(row)));
            }
            count.set(written);
            needed.set(used.get());
            Ok(())
        })?
    })
}

fn size((key, stored): &(DocumentKey, StoredDocument)) -> usize {
    key.key().len() + stored.value.len()
}
