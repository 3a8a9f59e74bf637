//! What a store has done, and how large it is.

use crate::arguments::write_sized;
use crate::boundary::{call, on};
use crate::opaque::escrow_store;
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{Stats, Timestamp};
use std::ffi::c_char;

/// What a store has done since it was opened, and how large it is. Begin with `ESCROW_STATS_INIT`;
/// what is beyond `struct_size` is not written.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_stats {
    /// `sizeof(escrow_stats)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Blocks made durable since the store was opened.
    pub blocks: u64,
    /// Events in them: operations, settled deadlines, new accounts and ledgers.
    pub events: u64,
    /// Calls of `fdatasync` since the store was opened, of all files.
    pub syncs: u64,
    /// Bytes of blocks since the store was opened.
    pub journal_bytes_written: u64,
    /// Checkpoints since the store was opened.
    pub checkpoints: u64,
    /// Bytes of the journal's files, with the room made ahead.
    pub journal_bytes: u64,
    /// Bytes of the state file.
    pub state_bytes: u64,
    /// Records in memory that operations are judged by.
    pub records_in_memory: u64,
    /// The timestamp of the last durable event, in nanoseconds since the Unix epoch.
    pub last_timestamp: Timestamp,
    /// The number of the last durable block.
    pub last_block: u64,
    /// The number of the last block that the state file includes: those after it are carried out
    /// again when the store is opened after a crash.
    pub checkpoint_block: u64,
    /// The hash that the journal's chain has come to, in hexadecimal digits, zero-terminated.
    pub chain_hash: [c_char; 72],
}

/// Tells what the store has done since it was opened, and how large it is.
///
/// Ownership: `stats` is the caller's, with its `struct_size`.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if `struct_size` makes no sense.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_stats(
    store: *mut escrow_store,
    stats: *mut escrow_stats,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| write_sized(stats, this.store()?.stats()?.into(), "stats")?)
}

impl From<Stats> for escrow_stats {
    fn from(stats: Stats) -> Self {
        let mut chain_hash = [0; 72];
        crate::status::fill_text(&mut chain_hash, &stats.chain_hash);
        Self {
            struct_size: 0,
            reserved: 0,
            blocks: stats.blocks,
            events: stats.events,
            syncs: stats.syncs,
            journal_bytes_written: stats.journal_bytes_written,
            checkpoints: stats.checkpoints,
            journal_bytes: stats.journal_bytes,
            state_bytes: stats.state_bytes,
            records_in_memory: stats.records_in_memory,
            last_timestamp: Timestamp::from_nanoseconds(stats.last_timestamp),
            last_block: stats.last_block,
            checkpoint_block: stats.checkpoint_block,
            chain_hash,
        }
    }
}
