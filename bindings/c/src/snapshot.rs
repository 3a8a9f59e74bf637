//! Snapshots: lookups.

use crate::arguments::{array, output, room, text};
use crate::boundary::{call, free, on};
use crate::handle::{Handle, HandleType};
use crate::opaque::escrow_snapshot;
use crate::operation::{escrow_operation_record, put_found};
use crate::status::{Result, escrow_error, escrow_status};
use crate::store::StoreHandle;
use bytemuck::{Pod, Zeroable};
use escrow::{Account, Balances, Hold, Id, Ledger, OperationRecord, Snapshot, Timestamp};
use std::ffi::c_char;
use std::sync::Arc;

/// What an `escrow_snapshot` stands for.
pub(crate) struct SnapshotHandle {
    pub(crate) snapshot: Snapshot,
    pub(crate) parent: Arc<StoreHandle>,
}

impl Handle for escrow_snapshot {
    type HandleType = SnapshotHandle;
}

impl HandleType for SnapshotHandle {
    type Handle = escrow_snapshot;
    const NAME: &'static str = "snapshot";

    fn check(&self) -> Result<()> {
        self.parent.check()
    }

    fn poison(&self) {
        self.parent.poison();
    }
}

/// Frees a snapshot. Its cursors live on.
///
/// Ownership: `snapshot` is no handle any more. NULL is let be, and so is what was freed before.
/// Threads: any. A call on the snapshot that another thread is in goes on to its end.
/// Errors: none. In a forked child nothing is done.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_snapshot_free(snapshot: *mut escrow_snapshot) {
    free::<SnapshotHandle>(snapshot);
}

/// Gives the timestamp of the last event or acknowledgement that the snapshot includes, in
/// nanoseconds since the Unix epoch.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_timestamp(
    snapshot: *mut escrow_snapshot,
    timestamp: *mut Timestamp,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        output(timestamp, "timestamp")?.set(this.snapshot.timestamp());
    })
}

/// Looks up the ledgers of these numbers. A number without a ledger leaves its record all zero.
///
/// Ownership: `numbers` is only read; `ledgers` is the caller's room for `count` records, in the
/// order of the numbers; `found` gets how many there are.
/// Threads: any.
/// Errors: `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_ledgers(
    snapshot: *mut escrow_snapshot,
    numbers: *const u32,
    count: usize,
    ledgers: *mut Ledger,
    found: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let (rows, found) = (room(ledgers, count, "ledgers")?, output(found, "found")?);
        let numbers = array(numbers, count, "numbers")?;
        let look_up = |&number| this.snapshot.ledger(number);
        let ledgers = numbers.iter().map(look_up).collect::<escrow::Result<_>>()?;
        found.set(put_found(rows, ledgers, Ledger::zeroed()));
    })
}

/// Lists all ledgers by number.
///
/// Ownership: `ledgers` is the caller's room for `capacity` records; `count` gets how many there
/// are, also with `ESCROW_BUFFER_TOO_SMALL`. `ESCROW_LEDGERS_MAX` is always enough.
/// Threads: any.
/// Errors: `ESCROW_BUFFER_TOO_SMALL`, `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_all_ledgers(
    snapshot: *mut escrow_snapshot,
    ledgers: *mut Ledger,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let (rows, count) = (room(ledgers, capacity, "ledgers")?, output(count, "count")?);
        rows.fill(count, &this.snapshot.ledgers()?)?
    })
}

/// Looks up the accounts of these ids. An id without an account leaves its record all zero.
///
/// Ownership: `ids` is only read; `accounts` is the caller's room for `count` records, in the order
/// of the ids; `found` gets how many there are.
/// Threads: any.
/// Errors: `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_accounts(
    snapshot: *mut escrow_snapshot,
    ids: *const Id,
    count: usize,
    accounts: *mut Account,
    found: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let (rows, found) = (room(accounts, count, "accounts")?, output(found, "found")?);
        let accounts = this.snapshot.accounts(array(ids, count, "ids")?)?;
        found.set(put_found(rows, accounts, Account::zeroed()));
    })
}

/// Looks up the holds of these ids, open or closed. An id without a hold leaves its record all
/// zero.
///
/// Ownership: `ids` is only read; `holds` is the caller's room for `count` records, in the order of
/// the ids; `found` gets how many there are.
/// Threads: any.
/// Errors: `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_holds(
    snapshot: *mut escrow_snapshot,
    ids: *const Id,
    count: usize,
    holds: *mut Hold,
    found: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let (rows, found) = (room(holds, count, "holds")?, output(found, "found")?);
        let holds = this.snapshot.holds(array(ids, count, "ids")?)?;
        found.set(put_found(rows, holds, Hold::zeroed()));
    })
}

/// Looks up the operations of these ids, applied or refused with their id used up. An id without an
/// operation leaves its record all zero.
///
/// Ownership: `ids` is only read; `operations` is the caller's room for `count` records, in the
/// order of the ids; `found` gets how many there are.
/// Threads: any.
/// Errors: `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_operations(
    snapshot: *mut escrow_snapshot,
    ids: *const Id,
    count: usize,
    operations: *mut escrow_operation_record,
    found: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let (rows, found) = (room(operations, count, "operations")?, output(found, "found")?);
        let records = this.snapshot.operations(array(ids, count, "ids")?)?;
        let as_row = |record: Option<OperationRecord>| record.map(Into::into);
        let records = records.into_iter().map(as_row).collect();
        found.set(put_found(rows, records, escrow_operation_record::zeroed()));
    })
}

/// Gives the balances of an account after everything up to and including the timestamp `at`; all
/// zero before it was opened.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such account, or it was opened without
/// `ESCROW_ACCOUNT_HISTORY`; `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_balances_at(
    snapshot: *mut escrow_snapshot,
    account: Id,
    at: Timestamp,
    balances: *mut Balances,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let balances = output(balances, "balances")?;
        balances.set(this.snapshot.balances_at(account, at)?);
    })
}

/// Looks up how far a consumer of the event feed has come: the timestamp that it acknowledged last.
///
/// Ownership: `consumer` is only read; it need not be zero-terminated. `found` gets 1, or 0 if there is
/// no such consumer, and `position` is 0 then.
/// Threads: any.
/// Errors: `ESCROW_INVALID_TEXT`, `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_consumer(
    snapshot: *mut escrow_snapshot,
    consumer: *const c_char,
    consumer_length: usize,
    position: *mut Timestamp,
    found: *mut u32,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let (position, found) = (output(position, "position")?, output(found, "found")?);
        let consumer = text(consumer, consumer_length, "consumer")?;
        let known = this.snapshot.consumer(consumer)?;
        position.set(known.unwrap_or(Timestamp::NONE));
        found.set(known.is_some().into());
    })
}

/// A consumer of the event feed.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_consumer {
    /// The timestamp that it acknowledged last.
    pub position: Timestamp,
    /// Bytes of its name.
    pub name_length: u32,
    /// Zero.
    pub reserved: u32,
    /// Its name, and zeros behind it.
    pub name: [c_char; 64],
}

/// Lists all consumers of the event feed by name.
///
/// Ownership: `consumers` is the caller's room for `capacity` records; `count` gets how many there
/// are, also with `ESCROW_BUFFER_TOO_SMALL`. `ESCROW_CONSUMERS_MAX` is always enough.
/// Threads: any.
/// Errors: `ESCROW_BUFFER_TOO_SMALL`, `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_consumers(
    snapshot: *mut escrow_snapshot,
    consumers: *mut escrow_consumer,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let (rows, count) = (room(consumers, capacity, "consumers")?, output(count, "count")?);
        let as_row = |(name, position): (String, Timestamp)| {
            let (name_length, mut room) = (name.len() as u32, [0; 64]);
            for (place, byte) in room.iter_mut().zip(name.bytes()) {
                *place = byte.cast_signed() as c_char;
            }
            escrow_consumer { position, name_length, reserved: 0, name: room }
        };
        let all: Vec<_> = this.snapshot.consumers()?.into_iter().map(as_row).collect();
        rows.fill(count, &all)?
    })
}
