//! Operations as they were decided.

use crate::arguments::Room;
use bytemuck::{Pod, Zeroable};
use escrow::{Amount, Moved, Operation, OperationRecord, Status, Timestamp};

/// An operation as it was decided, and what became of it since. All zero if there is none.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_operation_record {
    /// The operation as it was asked for; its `timestamp` is the assigned one.
    pub operation: Operation,
    /// When it was decided.
    pub timestamp: Timestamp,
    /// `ESCROW_OUTCOME_APPLIED`, or the refusal that used up its id.
    pub status: Status,
    /// Zero.
    pub reserved: [u32; 3],
    /// What it moved.
    pub amount: Amount,
    /// The commission out of `amount`.
    pub fee: Amount,
    /// A final release: what went back to the payer beside `amount`.
    pub rest: Amount,
    /// What was reversed of it until now.
    pub reversed: Amount,
}

impl From<OperationRecord> for escrow_operation_record {
    fn from(record: OperationRecord) -> Self {
        let Moved { amount, fee, rest } = record.moved;
        Self {
            operation: record.operation,
            timestamp: record.timestamp,
            status: record.status,
            reserved: [0; 3],
            amount,
            fee,
            rest,
            reversed: record.reversed,
        }
    }
}

/// Writes what was found, zeros where nothing was, and counts it.
pub(crate) fn put_found<T: Copy>(rows: Room<T>, found: Vec<Option<T>>, nothing: T) -> usize {
    let count = found.iter().flatten().count();
    rows.put_each(found.into_iter().map(|row| row.unwrap_or(nothing)));
    count
}
