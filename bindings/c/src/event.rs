//! The event feed.

use crate::arguments::{Room, output, room};
use crate::boundary::{call, on};
use crate::cursor::{CursorHandle, Kept, Rows, rows};
use crate::opaque::{escrow_cursor, escrow_snapshot};
use crate::status::{Failure, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{Account, Amount, Decision, Event, Ledger, Operation, Record, Status, Timestamp};
use std::cell::Cell;
use std::ffi::c_void;

/// A ledger was registered: see `ledger`.
pub const ESCROW_EVENT_LEDGER: u32 = 1;
/// An account was opened: see `account`.
pub const ESCROW_EVENT_ACCOUNT: u32 = 2;
/// An operation was applied, or refused with its id used up: see `operation`.
pub const ESCROW_EVENT_OPERATION: u32 = 3;

/// Something that happened. What its kind does not concern is zero.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_event {
    /// Unique and strictly rising: also the sequence number of the event.
    pub timestamp: Timestamp,
    /// What it is about: `ESCROW_EVENT_*`.
    pub kind: u32,
    /// Of an operation: `ESCROW_OUTCOME_APPLIED`, or the refusal that used up its id.
    pub status: Status,
    /// The operation as it was asked for; its `timestamp` is the assigned one, and its
    /// `data_offset` counts from the beginning of the data buffer.
    pub operation: Operation,
    /// What the operation moved.
    pub amount: Amount,
    /// The commission out of `amount`.
    pub fee: Amount,
    /// A final release: what went back to the payer beside `amount`.
    pub rest: Amount,
    /// The account as it was opened.
    pub account: Account,
    /// The ledger as it was registered.
    pub ledger: Ledger,
    /// Where its bytes start in the data buffer: space, key and value of a document, one after the
    /// other.
    pub data_offset: u64,
    /// How many bytes they are.
    pub data_length: u64,
    /// Zero.
    pub reserved: [u64; 3],
}

/// Follows everything that happened later than the timestamp `after`, oldest first, up to the
/// snapshot; 0 for all. Read it with `escrow_cursor_events`. To go on, take a new snapshot and start
/// after the last event's timestamp: `escrow_store_acknowledge` remembers it, and is no event.
///
/// Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_events(
    snapshot: *mut escrow_snapshot,
    after: Timestamp,
    cursor: *mut *mut escrow_cursor,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let cursor = output(cursor, "cursor")?;
        let kept =
            Kept::new(&this.snapshot, (), |snapshot, ()| Ok(Box::new(snapshot.events(after))))?;
        cursor.set(CursorHandle::make(this, Rows::Events(kept))?);
    })
}

/// Reads the next events of a cursor, as many as fit both buffers.
///
/// Ownership: `events` is the caller's room for `capacity` records, `data` for `data_capacity` bytes
/// of documents; NULL and 0 in a store that has neither. `count` gets how many were
/// written: 0 when there are no more. `data_needed` gets how many bytes of `data` were written; with
/// `ESCROW_BUFFER_TOO_SMALL` how many the next event needs alone.
/// Threads: one at a time.
/// Errors: `ESCROW_BUFFER_TOO_SMALL` if not even one event fits; `ESCROW_INVALID_ARGUMENT` if the
/// cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_cursor_events(
    cursor: *mut escrow_cursor,
    events: *mut escrow_event,
    capacity: usize,
    data: *mut c_void,
    data_capacity: usize,
    count: *mut usize,
    data_needed: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(cursor, error), |this| {
        let (count, needed) = (output(count, "count")?, output(data_needed, "data_needed")?);
        let rows = room(events, capacity, "events")?;
        let data = room(data.cast::<u8>(), data_capacity, "data")?;
        this.with(rows!(Events), |kept| {
            let used = Cell::new(0);
            let fits = |event: &Event| size(event) <= data_capacity - used.get();
            let written = kept.fill_while(rows, fits, |event| flatten(event, data, &used))?;
            if let (0, 1.., Some(event)) = (written, capacity, kept.peek()) {
                needed.set(size(event));
                return Err(Failure::too_small("data", size(event)));
            }
            count.set(written);
            needed.set(used.get());
            Ok(())
        })?
    })
}

/// The parts of an event that have no fixed size, in their order.
fn parts(event: &Event) -> [&[u8]; 3] {
    match &event.record {
        Record::Operation(Decision { document: Some(document), .. }) => {
            [document.key.space().as_bytes(), document.key.key(), &document.value]
        }
        _ => [&[], &[], &[]],
    }
}

fn size(event: &Event) -> usize {
    parts(event).iter().map(|part| part.len()).sum()
}

/// The event as a record, after its bytes went to the data buffer.
fn flatten(event: Event, data: Room<u8>, used: &Cell<usize>) -> escrow_event {
    let offset = used.get();
    for part in parts(&event) {
        data.put_all(used.get(), part);
        used.set(used.get() + part.len());
    }
    let mut row = escrow_event {
        timestamp: event.timestamp,
        data_offset: offset as u64,
        data_length: (used.get() - offset) as u64,
        ..escrow_event::zeroed()
    };
    match event.record {
        Record::Ledger(ledger) => {
            (row.kind, row.ledger) = (ESCROW_EVENT_LEDGER, ledger);
        }
        Record::Account(account) => {
            (row.kind, row.account) = (ESCROW_EVENT_ACCOUNT, account);
        }
        Record::Operation(decision) => {
            (row.kind, row.status) = (ESCROW_EVENT_OPERATION, decision.status);
            (row.amount, row.fee, row.rest) =
                (decision.moved.amount, decision.moved.fee, decision.moved.rest);
            row.operation = decision.operation;
            if decision.document.is_some() {
                row.operation.data_offset = u32::try_from(offset).unwrap_or(u32::MAX);
            }
        }
        // No other record is an event.
        _ => {}
    }
    row
}
