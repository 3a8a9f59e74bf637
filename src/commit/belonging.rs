//! Whether a state, and what else was noted, is of the journal that stands beside it.
//!
//! A state goes on from its tip, so the block there must be the journal's own: of a state of a
//! diverged copy, or of a later one, the first write would break the chain. Guarantees that nothing
//! is written before this is known. Looks at a few headers before the tip; only to say what is
//! wrong are blocks read whole.

use super::CommitError;
use crate::journal::{
    BlockHeader, BlockRef, ChainHead, JournalError, JournalReader, Log, Opening, StoreId,
};
use crate::model::Timestamp;
use crate::state::{BlockPlace, View};

/// What was noted of a journal beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noted {
    /// The last block that was ever archived, or the origin of the chain.
    pub(crate) archived: ChainHead,
    /// The last block when the store was copied: the journal reaches at least as far.
    pub(crate) copied: Option<ChainHead>,
}

impl Noted {
    /// Holds the archived block against the journal that goes on after it.
    pub(super) fn check_archived(&self, reader: &JournalReader) -> Result<(), CommitError> {
        let next = self.archived.next_number();
        let is_there = reader.segments()?.binary_search(&next).is_ok();
        if self.archived.number == 0 || !is_there || reader.head_before(next)? == self.archived {
            return Ok(());
        }
        Err(CommitError::ArchiveIsAnother { block: self.archived.number })
    }

    /// Holds a block of the journal against the one that was there when the store was copied.
    pub(crate) fn check_block(&self, found: ChainHead) -> Result<(), CommitError> {
        match self.copied {
            Some(copied) if copied.number == found.number && copied != found => {
                Err(CommitError::CopyIsAnother { block: copied.number })
            }
            _ => Ok(()),
        }
    }

    /// Whether the journal ends where the copy did, or later.
    pub(crate) fn check_end(&self, last: ChainHead) -> Result<(), CommitError> {
        match self.copied {
            Some(copied) if copied.number > last.number => {
                Err(CommitError::CopyIsCut { journal: last.number, copied: copied.number })
            }
            _ => Ok(()),
        }
    }
}

/// Opens the log behind the last block that the state includes.
///
/// # Errors
/// [`CommitError::StateIsAnother`] if another block is there in its place,
/// [`CommitError::JournalTooShort`] if none is; what the journal gives that cannot be read.
pub(super) fn open(
    view: &View,
    store_id: StoreId,
    log: &dyn Log,
) -> Result<Box<dyn Opening>, CommitError> {
    let (tip, near) = (view.tip(), near(view, view.tip().timestamp)?);
    if tip.block == 0 {
        return Ok(log.open(ChainHead::origin(&store_id), near)?);
    }
    match log.header(tip.block, near) {
        Ok(Some(header)) if header.hash == tip.hash => Ok(log.open(ChainHead::of(&header), near)?),
        found => Err(what_is_wrong(view, log, found)),
    }
}

/// Sees that the log has the last block of the state, without opening it, which would fence its
/// leader.
///
/// # Errors
/// As [`open`].
pub(super) fn check(view: &View, log: &dyn Log) -> Result<(), CommitError> {
    let tip = view.tip();
    if tip.block == 0 {
        return Ok(());
    }
    match log.header(tip.block, near(view, tip.timestamp)?)? {
        Some(header) if header.hash == tip.hash => Ok(()),
        Some(_) => Err(CommitError::StateIsAnother { block: tip.block }),
        None => {
            let last = log.follow(None, 0)?.last().transpose()?;
            let journal = last.map_or(log.archived().number, |block| block.header().number);
            Err(CommitError::JournalTooShort { journal, state: tip.block })
        }
    }
}

/// A block from which it is not far to the one that this time is in.
pub(super) fn near(view: &View, time: Timestamp) -> Result<BlockRef, CommitError> {
    Ok(view.place(time)?.map_or(BlockRef::default(), BlockRef::from))
}

impl From<BlockPlace> for BlockRef {
    fn from(BlockPlace { number, hint, .. }: BlockPlace) -> Self {
        Self { number, hint }
    }
}

/// Reads the log from not far before the block on that should be the state's last one, and where
/// something else was `found`.
fn what_is_wrong(
    view: &View,
    log: &dyn Log,
    found: Result<Option<BlockHeader>, JournalError>,
) -> CommitError {
    let tip = view.tip();
    let read = || {
        let archived = log.archived();
        let too_short =
            |last: u64| Ok(Some(CommitError::JournalTooShort { journal: last, state: tip.block }));
        if tip.block <= archived.number {
            return too_short(archived.number);
        }
        let before = log.trusted_before(tip.block)?;
        let mut blocks = log.open(before, BlockRef::default())?;
        for block in &mut blocks {
            let header = *block?.header();
            if header.number == tip.block {
                let is_same = header.hash == tip.hash;
                let block = tip.block;
                return Ok((!is_same).then_some(CommitError::StateIsAnother { block }));
            }
        }
        too_short(blocks.end()?.number)
    };
    match (read(), found) {
        (Ok(Some(wrong)) | Err(wrong), _) => wrong,
        // It is all right now, so that the disk has failed for once.
        (Ok(None), Err(error)) => error.into(),
        (Ok(None), Ok(_)) => CommitError::StateIsMisplaced(tip.timestamp),
    }
}
