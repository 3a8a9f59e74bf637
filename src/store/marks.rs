//! Small files that name a block of the journal: `ARCHIVE` and `COPY`.
//!
//! `ARCHIVE` says up to which block segments may be missing, because they were archived. `COPY`
//! stands in a copy of a store and says which block the store had come to: the copy reaches at
//! least as far, or it was cut.

use super::head::{Head, hex, unhex};
use super::{Error, Result, sealed};
use crate::commit::Noted;
use crate::disk::Disk;
use crate::journal::{ChainHead, StoreId};

/// The version of both files.
const VERSION: u32 = 1;
/// Not there if nothing was ever archived.
const ARCHIVE: Mark = Mark { file: "ARCHIVE", word: "archived" };
/// Not there but in a copy.
const COPY: Mark = Mark { file: "COPY", word: "copied" };

/// One of the files.
struct Mark {
    file: &'static str,
    word: &'static str,
}

impl Mark {
    fn write(&self, disk: &dyn Disk, head: &Head) -> Result<()> {
        let Head { block, timestamp, hash } = head;
        let (word, time, hash) = (self.word, timestamp.nanoseconds(), hex(hash));
        let text = format!("{word} {VERSION}\nblock {block}\ntime {time}\nhash {hash}\n");
        sealed::write(disk, self.file, &text)
    }

    fn read(&self, disk: &dyn Disk) -> Result<Option<ChainHead>> {
        if !disk.exists(self.file)? {
            return Ok(None);
        }
        let text = sealed::read(disk, self.file)?;
        let mut lines = text.lines();
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let damaged = |what| sealed::damaged(self.file, what);
        match value(self.word).and_then(|version| version.parse().ok()) {
            None => return Err(damaged("has no version")),
            Some(VERSION) => (),
            Some(found) => {
                let what = format!("file {}", self.file);
                return Err(Error::NewerFormat { what, found, supported: VERSION });
            }
        }
        let mut read = || {
            let number = value("block")?.parse().ok()?;
            let timestamp = value("time")?.parse().ok()?;
            let hash = unhex(value("hash")?)?;
            Some(ChainHead { number, hash, timestamp })
        };
        read().map(Some).ok_or_else(|| damaged("names no block"))
    }
}

/// Remembers that the journal is archived up to this block, which ends a segment: the segments up
/// to it may be missing.
pub(super) fn write_archived(disk: &dyn Disk, archived: &Head) -> Result<()> {
    ARCHIVE.write(disk, archived)
}

/// Remembers that this is a copy of a store that had come to this block.
pub(super) fn write_copied(disk: &dyn Disk, head: &Head) -> Result<()> {
    COPY.write(disk, head)
}

/// What both files say; of a file that is not there, that nothing was archived, or that this is no
/// copy.
pub(super) fn read(disk: &dyn Disk, store_id: &StoreId) -> Result<Noted> {
    let archived = ARCHIVE.read(disk)?.unwrap_or_else(|| ChainHead::origin(store_id));
    Ok(Noted { archived, copied: COPY.read(disk)? })
}

/// From now on this is a store like any other.
pub(super) fn remove_copied(disk: &dyn Disk) -> Result<()> {
    disk.remove(COPY.file)?;
    Ok(disk.sync_folder("")?)
}
