//! Backups: a running store, copied as of one block.
//!
//! Guaranteed: a backup is a store of its own, with all that was answered before it was begun, and
//! is answered for only when the copy was read to its end; what is there of a backup that was
//! interrupted is no store. A copy says itself how far it must reach, so that one that was cut is
//! found.

use super::copying::{build_directory, copy_file, segment_name};
use super::files::{Format, write_format};
use super::host::Host;
use super::house::{KEYS_FILE, Kept};
use super::marks::{write_archived, write_copied};
use super::{By, Error, Head, Result, Store};
use crate::disk::{Disk, LocalDisk};
use crate::journal::{ChainHead, JOURNAL_FOLDER, JournalReader, Start, scan, write_out};
use crate::state::{self, View};
use std::path::Path;
use std::sync::Arc;

/// Memory for writing the copy of the state.
const CACHE_BYTES: usize = 16 << 20;

/// What was backed up.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct BackupReport {
    /// The last block in the backup. Keep it elsewhere: it shows later whether the backup, or the
    /// store itself, still has this history.
    pub head: Head,
    /// Segments of the journal that were copied.
    pub segments: u64,
    /// Bytes of the journal that were copied.
    pub journal_bytes: u64,
}

impl Store {
    /// Copies the store into a directory of its own while it goes on: all that was answered before
    /// this call, as of one block. To restore it is to open it, or see [`restore`].
    ///
    /// The destination must not be there, or be an empty directory. It is written under its name
    /// with `.partial` behind it, and renamed when all of it is durable. Writers and checkpoints go
    /// on meanwhile; [`Store::archive`] waits. Nothing else than the store itself may have it open.
    ///
    /// The copy is read again, block by block, before this returns: it reaches the head that is
    /// reported, or this fails. The copy remembers that head in a file `COPY`, so that [`verify`],
    /// [`restore`] and opening find one that was cut later, without being given the head.
    ///
    /// [`verify`]: crate::verify()
    /// [`restore`]: crate::restore()
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use escrowdb::*;
    /// # let directory = tempfile::tempdir()?;
    /// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
    /// store.create_ledgers(&[money::iso_ledger(1, "USD")?])?;
    /// let path = directory.path().join("monday.escrow");
    /// let backup = store.backup(&path)?;
    /// assert_eq!(backup.head, store.head()?);
    ///
    /// // It is a store. That it is in order, and this one, is shown by its head.
    /// let report = verify_with(&path, &VerifyOptions::new().expect(backup.head), |_, _| ())?;
    /// assert_eq!(report.fault, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InTheWay`] if something is there, or the rest of an earlier backup with
    /// `.partial` behind its name, which you may remove; [`Error::Corrupt`] if rot is found while
    /// copying, or if files of the store are missing, so that the copy is not whole; [`Error::Io`];
    /// [`Error::Forked`].
    pub fn backup(&self, destination: impl AsRef<Path>) -> Result<BackupReport> {
        self.check_process()?;
        match self.by()? {
            By::Host(host) => host.backup(destination.as_ref()),
            By::Guest(guest) => guest.backup(destination.as_ref()),
        }
    }

    /// As [`Store::backup`], onto an empty disk of the caller's own. Until all of it is durable
    /// there is no file `FORMAT`, and so no store.
    ///
    /// # Errors
    /// As [`Store::backup`].
    pub fn backup_to(&self, to: Arc<dyn Disk>) -> Result<BackupReport> {
        self.check_process()?;
        self.host("a backup onto a disk of one's own")?.backup_to(to)
    }
}

impl Host {
    pub(super) fn backup(&self, destination: &Path) -> Result<BackupReport> {
        let access = self.access;
        build_directory(destination, access, |path| {
            self.backup_to(Arc::new(LocalDisk::new(path.to_path_buf()).with_access(access)))
        })
    }

    fn backup_to(&self, to: Arc<dyn Disk>) -> Result<BackupReport> {
        let disk = &*to;
        if !disk.list("")?.is_empty() || !disk.list(JOURNAL_FOLDER)?.is_empty() {
            return Err(Error::InTheWay("the destination is not empty".into()));
        }
        let _no_archive_meanwhile = self.maintain();
        let committer = &self.committer;
        if committer.log().files().is_none() && !self.is_read_only {
            // Whoever follows from the copy may not find in the log what is before the checkpoint.
            committer.checkpoint()?;
        }
        let view = committer.view();
        state::copy(&view, &self.store_id, disk, CACHE_BYTES)?;

        disk.create_folder(JOURNAL_FOLDER)?;
        let tip = view.tip();
        let mut report =
            BackupReport { head: Head::of(&view, &self.store_id), segments: 0, journal_bytes: 0 };
        let archived = committer.log().archived();
        (report.segments, report.journal_bytes) = match committer.log().files() {
            Some(files) => self.copy_segments_up_to(&view, files, disk)?,
            None => {
                let blocks = committer.log().follow(None, archived.timestamp)?;
                let is_wanted = |block: &ChainHead| block.number <= tip.block;
                let id = self.store_id;
                let written = write_out(archived, blocks, is_wanted, &to, id)?;
                (written.segments, written.bytes)
            }
        };
        disk.sync_folder(JOURNAL_FOLDER)?;
        if archived.number > 0 {
            write_archived(disk, &archived.into())?;
        }
        self.copy_keys(disk)?;
        self.check_copy(&to, &view, archived, report.head)?;
        write_copied(disk, &report.head)?;
        let (store_id, index) = (self.store_id, self.index_user_data);
        // The copy has its journal in its own files, wherever the store's is.
        let format = Format { store_id, index_user_data: Some(index), log_is_elsewhere: false };
        write_format(disk, &format)?;
        Ok(report)
    }

    /// Copies the state and the keys into an empty directory, as of the head that is given back:
    /// for who verifies the journal that lies here.
    pub(super) fn copy_state(&self, destination: &Path) -> Result<Head> {
        let to = LocalDisk::new(destination.to_path_buf()).with_access(self.access);
        to.open_root()?;
        if !to.list("")?.is_empty() {
            return Err(Error::InTheWay("the destination is not empty".into()));
        }
        let _no_archive_meanwhile = self.maintain();
        let view = self.committer.view();
        state::copy(&view, &self.store_id, &to, CACHE_BYTES)?;
        self.copy_keys(&to)?;
        Ok(Head::of(&view, &self.store_id))
    }

    /// Copies the files of the journal up to the last block of the view, and gives how many and how
    /// large they are.
    fn copy_segments_up_to(
        &self,
        view: &View,
        files: &JournalReader,
        to: &dyn Disk,
    ) -> Result<(u64, u64)> {
        let archived = files.archived();
        let is_present = |segment: &u64| *segment > archived.number && *segment <= view.tip().block;
        // Up to the end of the last block nothing changes any more.
        let end = self.committer.end_of(view)?;
        let (mut count, mut bytes) = (0, 0);
        for segment in files.segments()?.into_iter().filter(is_present) {
            let name = segment_name(segment);
            let length = end.filter(|end| end.segment == segment).map(|end| end.offset);
            bytes += copy_file(&*self.disk, &name, to, &name, length)?;
            count += 1;
        }
        Ok((count, bytes))
    }

    /// Reads the copy to its end: what was copied need not be what the store has, if its files were
    /// moved or removed meanwhile.
    fn check_copy(
        &self,
        copy: &Arc<dyn Disk>,
        view: &View,
        archived: ChainHead,
        head: Head,
    ) -> Result<()> {
        let store_id = self.store_id;
        let mut blocks = scan(Arc::clone(copy), store_id, Start::following(archived))?;
        for block in &mut blocks {
            block?;
        }
        let last = blocks.finish()?.head;
        if (last.number, last.hash) != (head.block, head.hash) {
            let (last, head) = (last.number, head.block);
            let what = format!("the copy ends with block {last}, but the store with block {head}");
            return Err(Error::Corrupt(what));
        }
        Kept { disk: copy, store_id, view }.check_copy().map(drop)
    }

    /// Copies the file of keys, after the rows that need them: it has them all, and may lack that
    /// of a person who was erased meanwhile.
    fn copy_keys(&self, disk: &dyn Disk) -> Result<()> {
        self.keys.paused(|| copy_keys(&*self.disk, disk))
    }
}

pub(super) fn copy_keys(from: &dyn Disk, to: &dyn Disk) -> Result<()> {
    if from.exists(KEYS_FILE)? {
        copy_file(from, KEYS_FILE, to, KEYS_FILE, None)?;
    }
    Ok(())
}
