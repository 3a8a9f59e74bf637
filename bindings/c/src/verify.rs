//! Verification.

use crate::arguments::{path, write_sized};
use crate::boundary::boundary;
use crate::status::{escrow_error, escrow_status, fill_text};
use bytemuck::{Pod, Zeroable};
use escrow::VerifyReport;
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
}

/// Is told how a verification goes on, on the thread that called it. It must return; a C++ exception
/// must not leave it.
pub type escrow_progress =
    Option<unsafe extern "C" fn(context: *mut c_void, blocks_done: u64, blocks: u64)>;

/// Reads a store completely: every checksum, the chain of the journal, the state against a replay
/// of the journal from its beginning, and all laws of the ledger. Nothing of the store is changed.
/// A fault that is found is in the report; the call succeeds.
///
/// Ownership: `path` is only read; as in `escrow_store_open`. `progress` may be NULL; `context` is
/// handed to it. `report` is the caller's, with its `struct_size`.
/// Threads: any. The store must not be open.
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
    // SAFETY: the caller keeps to the header, and so does its function.
    unsafe {
        boundary(error, || {
            // What is wrong with the report is better said before an hour's work.
            write_sized(report, escrow_verify_report::zeroed(), "report")?;
            let seen = escrow::verify(self::path(path, path_length)?, |done, blocks| {
                if let Some(progress) = progress {
                    progress(context, done, blocks);
                }
            })?;
            write_sized(report, (&seen).into(), "report")
        })
    }
}

impl From<&VerifyReport> for escrow_verify_report {
    fn from(seen: &VerifyReport) -> Self {
        let mut report = Self {
            is_sound: seen.fault.is_none().into(),
            blocks: seen.blocks,
            events: seen.events,
            accounts: seen.accounts,
            holds: seen.holds,
            ..Self::zeroed()
        };
        fill_text(&mut report.chain_hash, &seen.chain_hash);
        fill_text(&mut report.state_hash, &seen.state_hash);
        fill_text(&mut report.fault, seen.fault.as_deref().unwrap_or(""));
        report
    }
}
