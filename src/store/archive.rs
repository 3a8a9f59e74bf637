//! Archiving: old segments of the journal are moved out of the store.
//!
//! Guaranteed, at whatever point it is interrupted: each event is in the store or durable in the
//! archive, and the store opens. Idempotency stays for ever: an id whose decision was archived is
//! known, and is not applied again.

use super::copying::{copy_file, create_directory, is_same, segment_name};
use super::files::is_store;
use super::host::Host;
use super::marks::{self, write_archived};
use super::{By, Error, Head, Result, Store};
use crate::disk::{Disk, LocalDisk, OpenMode};
use crate::journal::{
    ChainHead, JOURNAL_FOLDER, JournalError, JournalReader, Position, Start, scan, write_out,
};
use crate::model::Timestamp;
use crate::state::View;
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

/// A file that shows whether two folders are one. It is there for a moment.
const PROBE: &str = "archive.probe";

/// What may be archived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveOptions {
    before: Timestamp,
}

impl ArchiveOptions {
    /// Segments may be archived all whose events are before this time.
    #[must_use]
    pub const fn before(time: Timestamp) -> Self {
        Self { before: time }
    }

    /// That time.
    pub(super) const fn time(&self) -> Timestamp {
        self.before
    }
}

/// What was archived.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ArchiveReport {
    /// Segments that this call moved.
    pub segments: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The last block that is archived by now; block 0 if none is. Events later than its time can
    /// be read from the store.
    pub archived: Head,
    /// The consumer of events that has not acknowledged the next segment, which was held back for
    /// it although it is old enough.
    pub held_back_by: Option<String>,
}

/// What is to be moved.
struct Plan {
    /// The last block that goes.
    last: ChainHead,
    /// The segments up to it that are there, rising.
    segments: Vec<u64>,
    held_back_by: Option<String>,
}

impl Store {
    /// Moves whole segments of the journal into the folder `journal` of the directory
    /// `destination`, oldest first: those with nothing that recovery needs, that some consumer of
    /// events has not acknowledged, or that `options` keep. The store goes on meanwhile.
    ///
    /// The destination may hold earlier archives of the same store, and no other's. What was moved
    /// is copied, read again and made durable before anything is removed from the store.
    ///
    /// # What remains, and what does not
    ///
    /// The state remains whole: balances now and in the past, statements' amounts, holds,
    /// documents, deadlines, consumers. What is read out of the journal is [`Error::Archived`] once
    /// its segment is: an operation as it was asked for
    /// ([`Snapshot::operation`](crate::Snapshot::operation),
    /// [`Snapshot::operations_by_user_data`](crate::Snapshot::operations_by_user_data)), the lines
    /// of a statement and the events of that time; ask from [`ArchiveReport::archived`] on.
    ///
    /// An id that was used in an archived segment is answered
    /// [`Status::ORIGINAL_IS_ARCHIVED`](crate::Status::ORIGINAL_IS_ARCHIVED) with the first
    /// timestamp, whatever its content: it is never applied again. A transfer or release that was
    /// archived cannot be reversed
    /// ([`Status::OPERATION_IS_ARCHIVED`](crate::Status::OPERATION_IS_ARCHIVED)); a hold still can,
    /// by its own id. Keep what may yet be retried or reversed.
    ///
    /// Copy the segments back into the store's folder `journal` while it is closed, without a gap,
    /// and all of this can be read again from the next opening on.
    /// [`verify_with`](crate::verify_with) reads an archive where it is.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use escrowdb::*;
    /// # let directory = tempfile::tempdir()?;
    /// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
    /// // Everything older than 90 days.
    /// let day = 86_400 * Timestamp::SECOND;
    /// let now = store.snapshot()?.timestamp().nanoseconds();
    /// let before = Timestamp::from_nanoseconds(now.saturating_sub(90 * day));
    /// let archive = directory.path().join("shop.archive");
    /// let report = store.archive(&archive, &ArchiveOptions::before(before))?;
    /// assert_eq!((report.segments, report.archived.block), (0, 0));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InTheWay`] if the destination has another segment of that name, or is a store, or
    /// if its folder `journal` is the store's own by another path; [`Error::Corrupt`] if one to be
    /// moved does not hold together: nothing is moved then; [`Error::Io`], [`Error::Poisoned`],
    /// [`Error::ReadOnly`], [`Error::Forked`].
    pub fn archive(
        &self,
        destination: impl AsRef<Path>,
        options: &ArchiveOptions,
    ) -> Result<ArchiveReport> {
        self.check_writable()?;
        match self.by()? {
            By::Host(host) => host.archive(destination.as_ref(), options),
            By::Guest(guest) => guest.archive(destination.as_ref(), options),
        }
    }

    /// As [`Store::archive`], onto a disk of the caller's own.
    ///
    /// # Errors
    /// As [`Store::archive`].
    pub fn archive_to(
        &self,
        disk: Arc<dyn Disk>,
        options: &ArchiveOptions,
    ) -> Result<ArchiveReport> {
        self.check_writable()?;
        self.host("to archive onto a disk of one's own")?.archive_to(disk, options)
    }
}

impl Host {
    pub(super) fn archive(
        &self,
        destination: &Path,
        options: &ArchiveOptions,
    ) -> Result<ArchiveReport> {
        create_directory(destination, self.access)?;
        let disk = LocalDisk::new(destination.to_path_buf()).with_access(self.access);
        self.archive_to(Arc::new(disk), options)
    }

    fn archive_to(&self, disk: Arc<dyn Disk>, options: &ArchiveOptions) -> Result<ArchiveReport> {
        // What is moved into the store that it comes from would be removed there.
        if is_store(&*disk)? {
            return Err(Error::InTheWay("the destination is a store: name another one".into()));
        }
        let _one_at_a_time = self.maintain();
        // What recovery needs begins at the checkpoint.
        self.checkpoint()?;
        if self.committer.log().files().is_none() {
            return self.archive_blocks(&disk, options);
        }
        let plan = self.plan(options)?;
        let mut report = ArchiveReport {
            segments: plan.segments.len() as u64,
            bytes: 0,
            archived: plan.last.into(),
            held_back_by: plan.held_back_by.clone(),
        };
        if !plan.segments.is_empty() {
            report.bytes = self.copy_segments(&disk, &plan)?;
            self.remove_segments(&plan)?;
        }
        Ok(report)
    }

    /// What is old enough, and needed by nobody.
    fn plan(&self, options: &ArchiveOptions) -> Result<Plan> {
        let reader = self.committer.files()?;
        let view = self.committer.view();
        let slowest = slowest_consumer(&view)?;
        let checkpoint = view.checkpoint_tip();

        let mut last = reader.archived();
        let mut held_back_by = None;
        let all = reader.segments()?;
        // What ends a segment stands in the header of the next.
        let ends = all.iter().filter(|&&next| next > last.next_number()).copied();
        for next in ends.take_while(|&next| next <= checkpoint.block).collect::<Vec<_>>() {
            let end = reader.head_before(next)?;
            let time = Timestamp::from_nanoseconds(end.timestamp);
            if time >= options.before {
                break;
            }
            if let Some((name, _)) = slowest.as_ref().filter(|(_, position)| *position < time) {
                held_back_by = Some(name.clone());
                break;
            }
            last = end;
        }
        // Also those that an earlier call was interrupted in removing.
        let segments = all.into_iter().filter(|segment| *segment <= last.number).collect();
        Ok(Plan { last, segments, held_back_by })
    }

    /// Makes copies that are durable and hold together.
    fn copy_segments(&self, to: &Arc<dyn Disk>, plan: &Plan) -> Result<u64> {
        to.create_folder(JOURNAL_FOLDER)?;
        check_apart(&*self.disk, &**to)?;
        let (mut bytes, mut copied) = (0, Vec::new());
        for name in plan.segments.iter().map(|segment| segment_name(*segment)) {
            let (length, is_new) = self.copy_segment(&**to, &name)?;
            bytes += length;
            copied.extend(is_new.then_some(name));
        }
        to.sync_folder(JOURNAL_FOLDER)?;
        let checked = self.check_copies(to, plan);
        if checked.is_err() {
            // What does not hold together must not stand in the way of the next attempt.
            for name in copied {
                drop(to.remove(&name));
            }
        }
        // For people, and for the name of the folder: see `copy_segment`.
        checked.and_then(|()| write_archived(&**to, &plan.last.into())).map(|()| bytes)
    }

    /// Copies one segment. Gives its length, and whether it is new.
    ///
    /// One that is there already is copied too: the sync of its name may have failed, and another
    /// sync would not find out. A folder that has changed is written with all its names.
    fn copy_segment(&self, to: &dyn Disk, name: &str) -> Result<(u64, bool)> {
        let from = &*self.disk;
        let mut is_new = true;
        if to.exists(name)? {
            is_new = false;
            if !is_same(from, to, name)? {
                return Err(Error::InTheWay(format!("the archive has another {name}")));
            }
        }
        let new = format!("{name}.new");
        if to.exists(&new)? {
            to.remove(&new)?;
        }
        let length = copy_file(from, name, to, &new, None)?;
        to.rename(&new, name)?;
        Ok((length, is_new))
    }

    /// Reads what was copied: all blocks, and that they are those of this store's chain.
    fn check_copies(&self, copies: &Arc<dyn Disk>, plan: &Plan) -> Result<()> {
        let before = self.committer.log().archived();
        if plan.last == before {
            return Ok(());
        }
        let end = Position::first_of(before.next_number());
        let start = Start::After { end, head: before };
        let mut blocks = scan(Arc::clone(copies), self.store_id, start)?;
        while blocks.head().number < plan.last.number
            && let Some(block) = blocks.next()
        {
            block?;
        }
        if blocks.head() == plan.last {
            return Ok(());
        }
        let what = format!("block {} is not the one that its successor names", plan.last.number);
        Err(Error::Corrupt(what))
    }

    /// As the rest of [`Store::archive_to`] where the log has no files: blocks are written into
    /// segments, and the log lets them go.
    fn archive_blocks(
        &self,
        to: &Arc<dyn Disk>,
        options: &ArchiveOptions,
    ) -> Result<ArchiveReport> {
        let (committer, id) = (&self.committer, self.store_id);
        let (log, view) = (committer.log(), committer.view());
        let before = log.archived();
        let slowest = slowest_consumer(&view)?;
        // Recovery looks at the last block of the checkpoint.
        let checkpoint = view.checkpoint_tip().block;
        let held_back = Cell::new(false);
        let is_wanted = |block: &ChainHead| {
            let time = Timestamp::from_nanoseconds(block.timestamp);
            let is_old = block.number < checkpoint && time < options.before;
            let is_seen = slowest.as_ref().is_none_or(|(_, position)| *position >= time);
            held_back.set(is_old && !is_seen);
            is_old && is_seen
        };
        to.create_folder(JOURNAL_FOLDER)?;
        self.remove_unfinished(to, before)?;
        let blocks = log.follow(None, before.timestamp)?;
        let written = write_out(before, blocks, is_wanted, to, id)?;
        let plan = Plan { last: written.last, segments: Vec::new(), held_back_by: None };
        self.check_copies(to, &plan)?;
        let report = ArchiveReport {
            segments: written.segments,
            bytes: written.bytes,
            archived: written.last.into(),
            held_back_by: slowest.filter(|_| held_back.get()).map(|(name, _)| name),
        };
        if written.last != before {
            write_archived(&**to, &report.archived)?;
            self.let_go(written.last)?;
        }
        Ok(report)
    }

    /// Removes what an archiving that did not come to its end wrote after the last block that is
    /// archived. The log has those blocks still, or they are in the way.
    fn remove_unfinished(&self, archive: &Arc<dyn Disk>, last: ChainHead) -> Result<()> {
        let (log, id) = (self.committer.log(), self.store_id);
        let finished = marks::read(&**archive, &id)?.archived;
        if finished.number > last.number {
            let found = log.header(finished.number, finished.number.into())?;
            if found.is_none_or(|header| header.hash != finished.hash) {
                let what = format!(
                    "the archive goes up to a block {} that is not in the log: \
                     name another directory",
                    finished.number
                );
                return Err(Error::InTheWay(what));
            }
        }
        let reader = JournalReader::new(Arc::clone(archive), id);
        for number in reader.segments()?.into_iter().filter(|number| *number > last.number) {
            let name = segment_name(number);
            match reader.head_before(number) {
                // A header that was not finished is damaged.
                Ok(_) | Err(JournalError::Corrupt { .. }) => archive.remove(&name)?,
                Err(JournalError::ForeignStore { .. } | JournalError::NewerFormat { .. }) => {
                    return Err(Error::InTheWay(format!("the archive has another {name}")));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Does without the blocks up to this one, and remembers that they may be missing, in this
    /// order.
    fn let_go(&self, last: ChainHead) -> Result<()> {
        let (committer, disk) = (&self.committer, &*self.disk);
        let until = |head: ChainHead| Timestamp::from_nanoseconds(head.timestamp);
        let done = committer.archive(until(last)).map_err(Error::from);
        let done = done.and_then(|()| write_archived(disk, &last.into()));
        if let Err(error) = done {
            // They are all still there to be judged by. If that fails, the store is poisoned.
            drop(committer.archive(until(committer.log().archived())));
            return Err(error);
        }
        committer.log().retain_from(last.number + 1)?;
        Ok(())
    }

    /// Does without the segments, and removes them.
    fn remove_segments(&self, plan: &Plan) -> Result<()> {
        self.let_go(plan.last)?;
        let disk = &*self.disk;
        for segment in &plan.segments {
            disk.remove(&segment_name(*segment))?;
        }
        Ok(disk.sync_folder(JOURNAL_FOLDER)?)
    }
}

/// The consumer of events that has acknowledged the least.
fn slowest_consumer(view: &View) -> Result<Option<(String, Timestamp)>> {
    let consumers = view.consumers().collect::<Result<Vec<_>, _>>()?;
    let slowest = consumers.into_iter().min_by_key(|(_, position)| *position);
    Ok(slowest.map(|(name, position)| (name.to_string(), position)))
}

/// Refuses an archive whose folder of segments is the store's own, by a link or a mount: what is
/// there already would be taken for a copy, and removed. A file that is created in the one must not
/// show in the other, which holds on every kind of disk.
fn check_apart(store: &dyn Disk, archive: &dyn Disk) -> Result<()> {
    let probe = format!("{JOURNAL_FOLDER}/{PROBE}");
    if archive.exists(&probe)? {
        archive.remove(&probe)?;
    }
    // Not the archive's, or it would be gone.
    if store.exists(&probe)? {
        store.remove(&probe)?;
    }
    archive.open(&probe, OpenMode::CreateNew)?;
    let is_own = store.exists(&probe);
    archive.remove(&probe)?;
    if is_own? {
        let what = "the archive's folder journal is the store's own: name another directory";
        return Err(Error::InTheWay(what.into()));
    }
    Ok(())
}
