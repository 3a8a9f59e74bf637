//! The one way from C into Rust: whatever happens behind it, a status comes out.

use crate::handle::{self, Handle, HandleType};
use crate::status::{
    ESCROW_OK, ESCROW_PANIC, Failure, Result, escrow_error, escrow_status, fill_text,
};
use std::mem::offset_of;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The body of an export: one of [`boundary`], [`on`] and the ways of wallets, with the caller's
/// arguments, and what is to be done behind it, whose value is the answer. It fails with `?`.
///
/// All exports have the same contract, which the header states: a pointer is NULL, or leads to what
/// its function says, for as long as it says. The body follows pointers by [`arguments`] alone, whose
/// functions ask for no more than that; whatever else is unsafe in it has a comment of its own.
///
/// [`arguments`]: crate::arguments
macro_rules! call {
    ($way:ident($($argument:expr),*), || $answer:expr) => {
        // SAFETY: the caller keeps to the header.
        unsafe { $way($($argument),*, || Ok($answer)) }
    };
    ($way:ident($($argument:expr),*), |$found:ident $(: $kind:ty)?| $answer:expr) => {
        // SAFETY: the caller keeps to the header.
        unsafe { $way($($argument),*, |$found $(: $kind)?| Ok($answer)) }
    };
}
pub(crate) use call;

/// Carries out a call that is about no handle, and reports how it went.
///
/// # Safety
/// `error` is NULL or the caller's, as the header says.
pub(crate) unsafe fn boundary(
    error: *mut escrow_error,
    call: impl FnOnce() -> Result<()>,
) -> escrow_status {
    // What a call leaves half done when it panics is never seen again: its store is poisoned.
    let result = catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
        let message = "a bug in escrowdb was met: free the store and open it again";
        Err(Failure::new(ESCROW_PANIC, message))
    });
    // SAFETY: as above.
    unsafe { report(error, &result) }
}

/// Carries out a call that is about a handle, and reports how it went. Refuses handles that are
/// NULL, freed, of another kind, or from before a fork. A panic poisons the store.
///
/// # Safety
/// As [`boundary`]. The handle may be anything.
pub(crate) unsafe fn on<H: Handle>(
    handle: *mut H,
    error: *mut escrow_error,
    call: impl FnOnce(&Arc<H::HandleType>) -> Result<()>,
) -> escrow_status {
    let call = || {
        let this = handle::find::<H::HandleType>(handle)?;
        let _alarm = Alarm(&*this);
        this.check()?;
        call(&this)
    };
    // SAFETY: as above.
    unsafe { boundary(error, call) }
}

/// Frees a handle. NULL and what is no handle any more are let be.
pub(crate) fn free<N: HandleType>(handle: *mut N::Handle) {
    // A panic while a store is dropped has nowhere to be reported; it must not go on.
    drop(catch_unwind(AssertUnwindSafe(|| handle::free::<N>(handle))));
}

struct Alarm<'n, N: HandleType>(&'n N);

impl<N: HandleType> Drop for Alarm<'_, N> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.poison();
        }
    }
}

/// # Safety
/// `error` is NULL or points to an `escrow_error` of which `struct_size` bytes can be written.
unsafe fn report(error: *mut escrow_error, result: &Result<()>) -> escrow_status {
    const HEAD_BYTES: usize = offset_of!(escrow_error, message);
    let status = result.as_ref().err().map_or(ESCROW_OK, |failure| failure.status);
    if error.is_null() || !error.is_aligned() {
        return status;
    }
    // SAFETY: `error` is not NULL, and aligned; the caller initialised `struct_size`.
    let size = unsafe { (*error).struct_size } as usize;
    let Some(room) = size.min(size_of::<escrow_error>()).checked_sub(HEAD_BYTES) else {
        return status;
    };
    // SAFETY: `struct_size` covers the head and `room` bytes of the message. The caller gave the
    // struct to this call alone.
    let message = unsafe {
        (*error).status = status;
        std::slice::from_raw_parts_mut((&raw mut (*error).message).cast(), room)
    };
    fill_text(message, result.as_ref().err().map_or("", |failure| &failure.message));
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{escrow_snapshot_free, escrow_snapshot_timestamp};
    use crate::status::{ESCROW_INVALID_ARGUMENT, ESCROW_NULL_ARGUMENT, ESCROW_POISONED};
    use crate::store::{
        StoreHandle, escrow_store_checkpoint, escrow_store_free, escrow_store_open,
        escrow_store_snapshot,
    };
    use escrow::Timestamp;
    use std::ffi::CStr;
    use std::ptr::{null, null_mut};

    fn check(size: u32, result: Result<()>, status: u32, message: &str) {
        let mut error = escrow_error { struct_size: size, status: 77, message: [77; 248] };
        // SAFETY: the error is this function's own.
        assert_eq!(unsafe { report(&raw mut error, &result) }, status);
        if size >= 9 {
            assert_eq!(error.status, status);
            // SAFETY: `report` terminates the text.
            let text = unsafe { CStr::from_ptr(error.message.as_ptr()) };
            assert_eq!(text.to_str(), Ok(message));
        }
        let beyond = (size as usize).saturating_sub(8);
        assert!(error.message[beyond..].iter().all(|&byte| byte == 77), "nothing behind the end");
    }

    #[test]
    fn errors_are_reported_within_their_size() {
        let long = || Err(Failure::invalid("ä".repeat(200)));
        check(256, Ok(()), 0, "");
        check(256, Err(Failure::null("store")), ESCROW_NULL_ARGUMENT, "store must not be NULL");
        check(256, Err(Failure::invalid("a\nb")), ESCROW_INVALID_ARGUMENT, "a?b");
        check(256, long(), ESCROW_INVALID_ARGUMENT, &"ä".repeat(123));
        check(12, long(), ESCROW_INVALID_ARGUMENT, "ä");
        check(9, long(), ESCROW_INVALID_ARGUMENT, "");
        check(8, long(), ESCROW_INVALID_ARGUMENT, "");
        check(7, long(), ESCROW_INVALID_ARGUMENT, "");
        check(0, long(), ESCROW_INVALID_ARGUMENT, "");
    }

    #[test]
    fn panics_do_not_cross() {
        // SAFETY: no error struct is given.
        let status = unsafe { boundary(null_mut(), || panic!("a bug")) };
        assert_eq!(status, ESCROW_PANIC);
    }

    #[test]
    fn a_panic_poisons_the_store_and_what_came_from_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().as_os_str().as_encoded_bytes();
        let (mut store, mut snapshot) = (null_mut(), null_mut());
        let (mut timestamp, no_error) = (Timestamp::NONE, null_mut());
        // SAFETY: all pointers are to variables of this function, or NULL where that is allowed.
        unsafe {
            let (bytes, output) = (path.as_ptr().cast(), &raw mut store);
            assert_eq!(escrow_store_open(bytes, path.len(), null(), output, no_error), ESCROW_OK);
            assert_eq!(escrow_store_snapshot(store, &raw mut snapshot, no_error), ESCROW_OK);
            let bug = |_: &Arc<StoreHandle>| panic!("a bug");
            assert_eq!(on(store, no_error, bug), ESCROW_PANIC);
            assert_eq!(escrow_store_checkpoint(store, no_error), ESCROW_POISONED);
            let status = escrow_snapshot_timestamp(snapshot, &raw mut timestamp, no_error);
            assert_eq!(status, ESCROW_POISONED);
        }
        escrow_store_free(store);
        escrow_snapshot_free(snapshot);
    }
}
