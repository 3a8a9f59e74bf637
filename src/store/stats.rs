//! What a store has done, and how large it is.

use super::head::{Head, hex};
use crate::commit::Committer;
use crate::disk::{CountingDisk, Disk, OpenMode};
use crate::journal::JOURNAL_FOLDER;
use crate::state::STATE_FILE;
use std::sync::Arc;

/// What a store has done since it was opened, and how large it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Stats {
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
    pub last_timestamp: u64,
    /// The number of the last durable block.
    pub last_block: u64,
    /// The number of the last block that the state file includes: those after it are carried out
    /// again when the store is opened after a crash.
    pub checkpoint_block: u64,
    /// The hash that the journal's chain has come to, in hexadecimal digits.
    pub chain_hash: String,
}

pub(super) fn gather(
    committer: &Committer,
    disk: &CountingDisk<Arc<dyn Disk>>,
    head: &Head,
) -> Stats {
    let counters = committer.counters();
    // Sizes are for people: a file that is just being renamed counts as empty.
    let size = |name: &str| {
        let file = disk.open(name, OpenMode::ReadOnly);
        file.and_then(|file| file.len()).unwrap_or(0)
    };
    let segments = disk.list(JOURNAL_FOLDER).unwrap_or_default();
    Stats {
        blocks: counters.blocks,
        events: counters.events,
        syncs: disk.counts().syncs,
        journal_bytes_written: counters.journal_bytes,
        checkpoints: counters.checkpoints,
        journal_bytes: segments.iter().map(|name| size(&format!("{JOURNAL_FOLDER}/{name}"))).sum(),
        state_bytes: size(STATE_FILE),
        records_in_memory: committer.records_in_memory() as u64,
        last_timestamp: head.timestamp.nanoseconds(),
        last_block: head.block,
        // A checkpoint may have passed the head since that was looked up.
        checkpoint_block: committer.view().checkpoint_tip().block.min(head.block),
        chain_hash: hex(&head.hash),
    }
}
