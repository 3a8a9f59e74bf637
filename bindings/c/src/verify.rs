//! Verification.

use crate::arguments::{path, record, sized_room, write_sized};
use crate::boundary::{boundary, call};
use crate::head::escrow_head;
use crate::status::{Result, escrow_error, escrow_status, fill_text};
use bytemuck::{Pod, Zeroable};
use escrow::{Head, VerifyOptions, VerifyReport};
use std::ffi::{c_char, c_void};

/// What a verification has seen. Begin with `ESCROW_VERIFY_REPORT_INIT`; what is beyond
/// `struct_size` is not written.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_verify_report {
    /// `sizeof(escrow_verify_report)`.
    pub struct_size: u32,
    /// 1 if the store is in order.
    pub is_sound: u32,
    /// Blocks of the journal, all with their checksums, hashes and links in the chain.
    pub blocks: u64,
    /// Events in them.
    pub events: u64,
    /// Accounts whose balances were added up from their entries and holds.
    pub accounts: u64,
    /// Holds that were looked at.
    pub holds: u64,
    /// The hash that the journal's chain has come to, in hexadecimal digits, zero-terminated.
    pub chain_hash: [c_char; 72],
    /// The hash over all records of the state, in hexadecimal digits, zero-terminated.
    pub state_hash: [c_char; 72],
    /// The first fault, on one line, zero-terminated; empty if the store is in order.
    pub fault: [c_char; 248],
    /// Blocks that were archived and not looked at. Unless it is 0, the state was not compared
    /// with a replay of the whole journal.
    pub blocks_archived: u64,
}

/// Is told how a verification goes on, on the thread that called it. It must return; a C++ exception
/// must not leave it.
pub type escrow_progress =
    Option<unsafe extern "C" fn(context: *mut c_void, blocks_done: u64, blocks: u64)>;

/// What tells the caller's function how it goes on, if there is one.
///
/// # Safety
/// `progress` can be called with `context`, as the header says, as long as what is given is used.
pub(crate) unsafe fn telling(
    progress: escrow_progress,
    context: *mut c_void,
) -> impl FnMut(u64, u64) {
    move |done, blocks| {
        if let Some(progress) = progress {
            // SAFETY: the caller's promise; it is the thread of the call that gets here.
            unsafe { progress(context, done, blocks) };
        }
    }
}

/// Reads a store completely: every checksum, the chain of the journal, the state against a replay
/// of the journal from its beginning, and all laws of the ledger. Nothing of the store is changed.
/// A fault that is found is in the report; the call succeeds.
///
/// Ownership: `path` is only read; as in `escrow_store_open`. `progress` may be NULL; `context` is
/// handed to it. `report` is the caller's, with its `struct_size`.
/// Threads: any. The store may be open: its host copies the state as of one block, and goes on.
/// Errors: `ESCROW_LOCKED`, `ESCROW_NOT_FOUND`, `ESCROW_NOT_A_STORE`, `ESCROW_NEWER_FORMAT`,
/// `ESCROW_IO`; `ESCROW_INVALID_ARGUMENT` if `struct_size` makes no sense.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_verify(
    path: *const c_char,
    path_length: usize,
    progress: escrow_progress,
    context: *mut c_void,
    report: *mut escrow_verify_report,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        // What is wrong with the report is better said before an hour's work.
        sized_room(report, "report")?;
        let seen = escrow::verify(self::path(path, path_length)?, telling(progress, context))?;
        write_sized(report, (&seen).into(), "report")?
    })
}

/// As `escrow_store_verify`, against what was noted or moved elsewhere. The store must have
/// `head` or have gone on from it, which proves that nothing up to it was changed and nothing of
/// it lost; and the segments in `archive`, the directory into which `escrow_store_archive` moved
/// them, are read as if they were in the store.
///
/// Ownership: as `escrow_store_verify`. `head` is only read, and may be NULL; a `timestamp` of 0
/// in it is any. `archive` is only read, a path as in `escrow_store_open`; NULL with the length 0
/// for none.
/// Threads: any. The store may be open: its host copies the state as of one block, and goes on.
/// Errors: as `escrow_store_verify`; `ESCROW_INVALID_ARGUMENT` if `head` is in a part that is
/// archived and no archive is given.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_verify_against(
    path: *const c_char,
    path_length: usize,
    head: *const escrow_head,
    archive: *const c_char,
    archive_length: usize,
    progress: escrow_progress,
    context: *mut c_void,
    report: *mut escrow_verify_report,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        sized_room(report, "report")?;
        let options = against(head, archive, archive_length)?;
        let path = self::path(path, path_length)?;
        let seen = escrow::verify_with(path, &options, telling(progress, context))?;
        write_sized(report, (&seen).into(), "report")?
    })
}

/// What a verification is to look at beside the store.
///
/// # Safety
/// The pointers are as the header says.
pub(crate) unsafe fn against(
    head: *const escrow_head,
    archive: *const c_char,
    archive_length: usize,
) -> Result<VerifyOptions> {
    let mut options = VerifyOptions::new();
    if !head.is_null() {
        // SAFETY: the caller's promise is the same.
        let noted = unsafe { record(head, "head") }?;
        let mut expected = Head::new(noted.block, noted.hash);
        expected.timestamp = noted.timestamp;
        options = options.expect(expected);
    }
    if archive_length > 0 || !archive.is_null() {
        // SAFETY: the caller's promise is the same.
        options = options.archive(unsafe { path(archive, archive_length) }?);
    }
    Ok(options)
}

impl From<&VerifyReport> for escrow_verify_report {
    fn from(seen: &VerifyReport) -> Self {
        let mut report = Self {
            is_sound: seen.fault.is_none().into(),
            blocks: seen.blocks,
            events: seen.events,
            accounts: seen.accounts,
            holds: seen.holds,
            blocks_archived: seen.blocks_archived,
            ..Self::zeroed()
        };
        fill_text(&mut report.chain_hash, &seen.chain_hash);
        fill_text(&mut report.state_hash, &seen.state_hash);
        fill_text(&mut report.fault, seen.fault.as_deref().unwrap_or(""));
        report
    }
}
