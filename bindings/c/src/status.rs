//! What a call answers: statuses, and the caller's error struct.

use std::borrow::Cow;
use std::ffi::c_char;
use std::io;

/// What a call answers: `ESCROW_OK` or why it could not be carried out. An operation that is
/// refused is no failed call: see `escrow_outcome`.
pub type escrow_status = u32;

/// The call was carried out.
pub const ESCROW_OK: u32 = 0;

/// A pointer that must not be NULL is.
pub const ESCROW_NULL_ARGUMENT: u32 = 1;
/// An argument makes no sense: misaligned, out of range, an unknown option, a reserved field that
/// is not zero.
pub const ESCROW_INVALID_ARGUMENT: u32 = 2;
/// No handle of this kind: it was freed, or never came from this library.
pub const ESCROW_INVALID_HANDLE: u32 = 3;
/// A text is not UTF-8.
pub const ESCROW_INVALID_TEXT: u32 = 4;
/// The caller's buffer is too small; the length output says how large it must be. Nothing else was
/// written, and the call can be repeated.
pub const ESCROW_BUFFER_TOO_SMALL: u32 = 5;
/// More than one of the `ESCROW_*_MAX` limits allows.
pub const ESCROW_LIMIT_EXCEEDED: u32 = 6;
/// Nothing came within the time that the caller was ready to wait.
pub const ESCROW_TIMED_OUT: u32 = 7;
/// Others changed the same wallet again and again while a command was judged. Nothing was done:
/// send it again.
pub const ESCROW_CONTENDED: u32 = 8;
/// A consumer of events cannot acknowledge this position: it has acknowledged more already, or nothing
/// has happened there yet.
pub const ESCROW_INVALID_POSITION: u32 = 9;

/// There is no store at the path; or nothing that has the id that was asked for.
pub const ESCROW_NOT_FOUND: u32 = 100;
/// There is a store where one was to be created.
pub const ESCROW_ALREADY_EXISTS: u32 = 101;
/// The directory is not empty and is no escrow store.
pub const ESCROW_NOT_A_STORE: u32 = 102;
/// The store is open elsewhere, and nobody can be its guest: there or here it is `exclusive` or opened
/// to be read, or what is asked for needs the store for itself, as to verify does.
pub const ESCROW_LOCKED: u32 = 103;
/// A later version of escrowdb wrote the store, a file of it, or a row of its wallets.
pub const ESCROW_NEWER_FORMAT: u32 = 104;
/// Something stands where something is to be written: a destination that is not empty, the rest of
/// an interrupted copy, a segment of another store.
pub const ESCROW_IN_THE_WAY: u32 = 105;
/// The master key is not the one by which the keys of this store's wallets are wrapped.
pub const ESCROW_WRONG_MASTER_KEY: u32 = 106;
/// The store was opened by `ESCROW_OPEN_READ_ONLY`, and this would write.
pub const ESCROW_READ_ONLY: u32 = 107;
/// The system clock is further from the store's last event than `clock_gap_max_seconds`. Nothing was
/// done, and nothing is settled or written until `escrow_store_confirm_clock`.
pub const ESCROW_CLOCK_MUST_BE_CONFIRMED: u32 = 108;
/// The pepper, or the lack of one, is not what the passwords of this store were hashed with: by it none
/// would match, and each that is tried would count as wrong.
pub const ESCROW_WRONG_PEPPER: u32 = 109;
/// The process that hosts the store has another version of escrowdb, which speaks otherwise with its
/// guests. Let it close the store, so that a process of the new version takes its place.
pub const ESCROW_VERSION_MISMATCH: u32 = 110;

/// The store was closed.
pub const ESCROW_CLOSED: u32 = 200;
/// What the handle stands for was its parent's, and this process was forked since: take another one
/// from the store, which goes on in the child by itself, as do wallets.
pub const ESCROW_FORKED: u32 = 201;
/// A write or sync failed, or a bug was met: the store takes no more. Free its handles and open it
/// again: everything that was answered is there.
pub const ESCROW_POISONED: u32 = 202;
/// A bug in the library was met and contained. The store is poisoned.
pub const ESCROW_PANIC: u32 = 203;
/// The process that hosted the store has ended, and with it what it kept for this one: a snapshot, a
/// cursor, a backup that was under way. Take a new one. What was submitted is sent again by itself.
pub const ESCROW_HOST_ENDED: u32 = 204;
/// The process that hosts the store has not answered for `takeover_wait_seconds`: it is stopped, or its
/// disk hangs. Whether what was asked for was done is not known: send it again under the same ids.
pub const ESCROW_HOST_UNRESPONSIVE: u32 = 205;

/// The disk failed or refused.
pub const ESCROW_IO: u32 = 300;
/// The files hold something that no crash explains: rot, a lost file, or tampering.
pub const ESCROW_CORRUPT: u32 = 301;
/// What is asked for is in a part of the journal that was archived. The message names the segment
/// and the time up to which all is.
pub const ESCROW_ARCHIVED: u32 = 302;
/// The file `state.redb` is that of another store, of a copy that went on otherwise, or of a later time
/// than the journal. Move it away and open the store, which builds it again.
pub const ESCROW_MISMATCHED_STATE: u32 = 303;

/// Every status with its name, in order.
pub(crate) const NAMES: [(escrow_status, &std::ffi::CStr); 31] = [
    (ESCROW_OK, c"ok"),
    (ESCROW_NULL_ARGUMENT, c"null_argument"),
    (ESCROW_INVALID_ARGUMENT, c"invalid_argument"),
    (ESCROW_INVALID_HANDLE, c"invalid_handle"),
    (ESCROW_INVALID_TEXT, c"invalid_text"),
    (ESCROW_BUFFER_TOO_SMALL, c"buffer_too_small"),
    (ESCROW_LIMIT_EXCEEDED, c"limit_exceeded"),
    (ESCROW_TIMED_OUT, c"timed_out"),
    (ESCROW_CONTENDED, c"contended"),
    (ESCROW_INVALID_POSITION, c"invalid_position"),
    (ESCROW_NOT_FOUND, c"not_found"),
    (ESCROW_ALREADY_EXISTS, c"already_exists"),
    (ESCROW_NOT_A_STORE, c"not_a_store"),
    (ESCROW_LOCKED, c"locked"),
    (ESCROW_NEWER_FORMAT, c"newer_format"),
    (ESCROW_IN_THE_WAY, c"in_the_way"),
    (ESCROW_WRONG_MASTER_KEY, c"wrong_master_key"),
    (ESCROW_READ_ONLY, c"read_only"),
    (ESCROW_CLOCK_MUST_BE_CONFIRMED, c"clock_must_be_confirmed"),
    (ESCROW_WRONG_PEPPER, c"wrong_pepper"),
    (ESCROW_VERSION_MISMATCH, c"version_mismatch"),
    (ESCROW_CLOSED, c"closed"),
    (ESCROW_FORKED, c"forked"),
    (ESCROW_POISONED, c"poisoned"),
    (ESCROW_PANIC, c"panic"),
    (ESCROW_HOST_ENDED, c"host_ended"),
    (ESCROW_HOST_UNRESPONSIVE, c"host_unresponsive"),
    (ESCROW_IO, c"io"),
    (ESCROW_CORRUPT, c"corrupt"),
    (ESCROW_ARCHIVED, c"archived"),
    (ESCROW_MISMATCHED_STATE, c"mismatched_state"),
];

/// What went wrong, for people. The caller's own: give the address of one that was initialised with
/// `ESCROW_ERROR_INIT`, or NULL. It is overwritten by each call that it is given to.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_error {
    /// `sizeof(escrow_error)`; what is beyond it is never written.
    pub struct_size: u32,
    /// What the call answered.
    pub status: escrow_status,
    /// One line of UTF-8 in lower case, zero-terminated; empty after `ESCROW_OK`.
    pub message: [c_char; 248],
}

/// A call that could not be carried out.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: escrow_status,
    pub(crate) message: Cow<'static, str>,
}

/// The result of what stands behind an export.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn new(status: escrow_status, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into() }
    }

    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ESCROW_INVALID_ARGUMENT, message)
    }

    pub(crate) fn null(name: &str) -> Self {
        Self::new(ESCROW_NULL_ARGUMENT, format!("{name} must not be NULL"))
    }

    pub(crate) fn too_small(name: &str, needed: usize) -> Self {
        let message = format!("{name} is too small: {needed} are needed");
        Self::new(ESCROW_BUFFER_TOO_SMALL, message)
    }
}

impl From<escrow::Error> for Failure {
    fn from(error: escrow::Error) -> Self {
        use escrow::Error;
        let status = match error {
            Error::NewerFormat { .. } => ESCROW_NEWER_FORMAT,
            Error::NotAStore(_) => ESCROW_NOT_A_STORE,
            Error::NotFound(_) => ESCROW_NOT_FOUND,
            Error::AlreadyExists(_) => ESCROW_ALREADY_EXISTS,
            Error::InTheWay(_) => ESCROW_IN_THE_WAY,
            Error::Archived { .. } => ESCROW_ARCHIVED,
            Error::WrongMasterKey => ESCROW_WRONG_MASTER_KEY,
            Error::WrongPepper => ESCROW_WRONG_PEPPER,
            Error::ReadOnly => ESCROW_READ_ONLY,
            Error::MismatchedState(_) => ESCROW_MISMATCHED_STATE,
            Error::Contended => ESCROW_CONTENDED,
            Error::ClockMustBeConfirmed { .. } => ESCROW_CLOCK_MUST_BE_CONFIRMED,
            Error::Locked(_) => ESCROW_LOCKED,
            Error::VersionMismatch { .. } => ESCROW_VERSION_MISMATCH,
            Error::HostEnded { .. } => ESCROW_HOST_ENDED,
            Error::HostUnresponsive { .. } => ESCROW_HOST_UNRESPONSIVE,
            Error::Forked => ESCROW_FORKED,
            Error::Poisoned(_) => ESCROW_POISONED,
            Error::Closed => ESCROW_CLOSED,
            Error::InvalidArgument(_) | Error::WrongPolicy { .. } => ESCROW_INVALID_ARGUMENT,
            Error::InvalidPosition(_) => ESCROW_INVALID_POSITION,
            Error::LimitExceeded(_) => ESCROW_LIMIT_EXCEEDED,
            Error::Corrupt(_) => ESCROW_CORRUPT,
            // An error that this crate does not know yet is nothing that the caller did.
            _ => ESCROW_IO,
        };
        Self::new(status, error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        escrow::Error::from(error).into()
    }
}

/// Fills `room` with `text`, on one line, cut where it must be, and zero-terminated.
pub(crate) fn fill_text(room: &mut [c_char], text: &str) {
    let Some(most) = room.len().checked_sub(1) else { return };
    let mut ends = (0..=most.min(text.len())).rev();
    let end = ends.find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    room.fill(0);
    for (place, byte) in room.iter_mut().zip(text[..end].bytes()) {
        *place = if byte.is_ascii_control() { b'?' } else { byte }.cast_signed() as c_char;
    }
}
