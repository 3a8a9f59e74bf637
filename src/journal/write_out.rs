//! Writing blocks of another log into segment files, as a store on one machine has them.

use super::builder::SealedBlock;
use super::error::JournalError;
use super::local::{LocalJournal, Options};
use super::log::Blocks;
use super::segment::{Segment, io_error, list_segments};
use super::{ChainHead, JOURNAL_FOLDER, StoreId};
use crate::disk::{Disk, RelaxedDisk};
use std::sync::Arc;

/// What was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WrittenOut {
    /// The last block.
    pub(crate) last: ChainHead,
    /// How many segments.
    pub(crate) segments: u64,
    /// Their bytes, without the room behind the last block.
    pub(crate) bytes: u64,
}

/// Writes the blocks after `after` into segments of their own, as long as they are `wanted`. All
/// are durable when this returns; after an error some may be there.
///
/// # Errors
/// [`JournalError`], also if there is such a segment.
pub(crate) fn write_out(
    after: ChainHead,
    blocks: Blocks,
    wanted: impl Fn(&ChainHead) -> bool,
    disk: &Arc<dyn Disk>,
    store_id: StoreId,
) -> Result<WrittenOut, JournalError> {
    // One sync for each file at the end, instead of one for each block.
    let relaxed = Arc::new(RelaxedDisk::new(Arc::new(Arc::clone(disk))));
    let options = Options::default();
    let mut journal = None;
    let mut bytes = 0;
    for block in blocks {
        let block = block?;
        if !wanted(&ChainHead::of(block.header())) {
            break;
        }
        let journal = match &mut journal {
            Some(journal) => journal,
            none => {
                let disk = Arc::clone(&relaxed) as Arc<dyn Disk>;
                none.insert(LocalJournal::begin_after(after, disk, store_id, options)?)
            }
        };
        let sealed = SealedBlock::again(&block);
        bytes += sealed.bytes().len() as u64;
        journal.append(&sealed)?;
    }
    let last = journal.map_or(after, |journal| journal.head());
    let mut segments = 0;
    let written = after.number + 1..=last.number;
    for number in list_segments(&**disk)?.into_iter().filter(|number| written.contains(number)) {
        Segment::open(&**disk, &store_id, number)?.sync(0)?;
        segments += 1;
    }
    let failed = |source| io_error("sync the folder", after.number + 1, 0, source);
    if segments > 0 {
        disk.sync_folder(JOURNAL_FOLDER).map_err(failed)?;
    }
    Ok(WrittenOut { last, segments, bytes })
}
