//! How far a store's journal has come.

use crate::arguments::output;
use crate::boundary::{call, on};
use crate::opaque::escrow_store;
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{Head, Timestamp};

/// How far a store's journal has come: everything up to its last durable block, in one hash. Each
/// block's hash covers the one before, so that two stores with the same head have the same history.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_head {
    /// The number of the last durable block; 0 if there is none yet.
    pub block: u64,
    /// The timestamp of the last event or acknowledgement in it, in nanoseconds since the epoch.
    pub timestamp: Timestamp,
    /// The hash that the journal's chain has come to; of a store without blocks, a hash of its id.
    pub hash: [u8; 32],
}

/// Tells which block was made durable last, and the hash that stands for all history up to it.
///
/// Ownership: `head` is the caller's.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_head(
    store: *mut escrow_store,
    head: *mut escrow_head,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let output = output(head, "head")?;
        output.set(this.store()?.head()?.into());
    })
}

impl From<Head> for escrow_head {
    fn from(head: Head) -> Self {
        Self { block: head.block, timestamp: head.timestamp, hash: head.hash }
    }
}
