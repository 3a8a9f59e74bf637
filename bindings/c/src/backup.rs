//! Stores as files: backup, restore, archive.

use crate::arguments::{path, sized_room, write_sized};
use crate::boundary::{boundary, call, on};
use crate::head::escrow_head;
use crate::opaque::escrow_store;
use crate::options;
use crate::status::{escrow_error, escrow_status, fill_text};
use crate::verify::{against, escrow_progress, escrow_verify_report, telling};
use bytemuck::{Pod, Zeroable};
use escrow::{ArchiveOptions, ArchiveReport, BackupReport, Timestamp};
use std::ffi::{c_char, c_void};

/// What was backed up. Begin with `ESCROW_BACKUP_REPORT_INIT`; what is beyond `struct_size` is not
/// written.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_backup_report {
    /// `sizeof(escrow_backup_report)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The last block in the backup. Keep it elsewhere, for `escrow_store_verify_against`.
    pub head: escrow_head,
    /// Segments of the journal that were copied.
    pub segments: u64,
    /// Bytes of the journal that were copied.
    pub journal_bytes: u64,
}

/// What was archived. Begin with `ESCROW_ARCHIVE_REPORT_INIT`; what is beyond `struct_size` is not
/// written.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_archive_report {
    /// `sizeof(escrow_archive_report)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Segments of the journal that this call moved.
    pub segments: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The last block that is archived by now; block 0 if none is. Events later than its
    /// timestamp can be read from the store.
    pub archived: escrow_head,
    /// The consumer of events that has not acknowledged the next segment, which was held back for
    /// it although it is old enough; zero-terminated, empty if there is none.
    pub held_back_by: [c_char; 64],
}

/// Copies the store into a directory of its own while it goes on: all that was answered before
/// this call, as of one block. To restore it is to open it, or see `escrow_store_restore`.
///
/// The destination must not be there, or be an empty directory. It is written under its name with
/// `.partial` behind it, and renamed when all of it is durable. Writers and checkpoints go on
/// meanwhile; `escrow_store_archive` waits. The copy is read again before this returns: it reaches
/// the head that is reported, or this fails. It remembers that head in a file `COPY`, by which
/// `escrow_store_verify` and `escrow_store_restore` find a copy that was cut later.
///
/// Ownership: `destination` is only read, a path as in `escrow_store_open`. `report` is the
/// caller's, with its `struct_size`.
/// Threads: any.
/// Errors: `ESCROW_IN_THE_WAY` if something is there, or the rest of an earlier backup, which may
/// be removed; `ESCROW_CORRUPT` if rot is found, or files of the store are missing; `ESCROW_IO`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_backup(
    store: *mut escrow_store,
    destination: *const c_char,
    destination_length: usize,
    report: *mut escrow_backup_report,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        sized_room(report, "report")?;
        let done = this.store()?.backup(path(destination, destination_length)?)?;
        write_sized(report, (&done).into(), "report")?
    })
}

/// Restores a backup into a directory of its own: copies it, verifies the copy completely, and
/// gives it its name only if it is in order. The store that was backed up must not be used any
/// more: both would be the same store with two histories.
///
/// Ownership: `backup` and `destination` are only read, paths as in `escrow_store_open`. `head`,
/// `archive`, `progress`, `context` and `report` as in `escrow_store_verify_against`. `file_access` says
/// who may use the files of the copy: `ESCROW_FILES_*`, whoever may use those of the backup.
/// Threads: any. The backup must not be open.
/// Errors: `ESCROW_CORRUPT` with the first fault; `ESCROW_IN_THE_WAY` if the destination is there
/// and no empty directory, or the rest of an earlier attempt; as `escrow_store_verify_against`,
/// of the backup.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_restore(
    backup: *const c_char,
    backup_length: usize,
    destination: *const c_char,
    destination_length: usize,
    head: *const escrow_head,
    archive: *const c_char,
    archive_length: usize,
    file_access: u32,
    progress: escrow_progress,
    context: *mut c_void,
    report: *mut escrow_verify_report,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        sized_room(report, "report")?;
        let access = options::file_access(file_access)?;
        let options = against(head, archive, archive_length)?.file_access(access);
        let from = path(backup, backup_length)?;
        let to = path(destination, destination_length)?;
        let seen = escrow::restore(from, to, &options, telling(progress, context))?;
        write_sized(report, (&seen).into(), "report")?
    })
}

/// Moves whole segments of the journal into the folder `journal` of the directory `destination`,
/// oldest first: those all whose events are before the time `before`, but for what recovery needs
/// and for what some consumer of events has not acknowledged. The store goes on meanwhile. What
/// was moved is copied, read again and made durable before anything is removed from the store.
///
/// Balances now and in the past, holds, documents and deadlines remain. What is read out of the
/// journal is answered `ESCROW_ARCHIVED` from then on: operations as they were asked for, the
/// lines of statements and the events of that time. An id that was used there is answered
/// `ESCROW_OUTCOME_ORIGINAL_IS_ARCHIVED` and never applied again; a transfer or release cannot be
/// reversed any more (`ESCROW_OUTCOME_OPERATION_IS_ARCHIVED`), a hold can. Segments that are
/// copied back into the folder `journal` of the closed store, without a gap, can be read again
/// once it is opened.
///
/// Ownership: `destination` is only read, a path as in `escrow_store_open`; it may hold earlier
/// archives of this store. `report` is the caller's, with its `struct_size`.
/// Threads: any.
/// Errors: `ESCROW_IN_THE_WAY` if the destination has another segment of that name, or is a store;
/// `ESCROW_CORRUPT` if a segment to be moved does not hold together: nothing is moved then;
/// `ESCROW_IO`, `ESCROW_POISONED`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_archive(
    store: *mut escrow_store,
    destination: *const c_char,
    destination_length: usize,
    before: Timestamp,
    report: *mut escrow_archive_report,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        sized_room(report, "report")?;
        let to = path(destination, destination_length)?;
        let done = this.store()?.archive(to, &ArchiveOptions::before(before))?;
        write_sized(report, (&done).into(), "report")?
    })
}

impl From<&BackupReport> for escrow_backup_report {
    fn from(done: &BackupReport) -> Self {
        Self {
            struct_size: 0,
            reserved: 0,
            head: done.head.into(),
            segments: done.segments,
            journal_bytes: done.journal_bytes,
        }
    }
}

impl From<&ArchiveReport> for escrow_archive_report {
    fn from(done: &ArchiveReport) -> Self {
        let mut report = Self {
            segments: done.segments,
            bytes: done.bytes,
            archived: done.archived.into(),
            ..Self::zeroed()
        };
        fill_text(&mut report.held_back_by, done.held_back_by.as_deref().unwrap_or(""));
        report
    }
}
