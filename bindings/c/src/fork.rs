//! Which process this is, as far as handles are concerned: told without asking the system, which
//! would cost each call more than all else at the boundary.

use crate::handle::{self, Held};
use std::cell::RefCell;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

/// The generation of this process: 1 where the first handle was made, one more with each fork since.
static GENERATION: AtomicU32 = AtomicU32::new(1);

/// The generation of this process; never 0.
pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

/// Sees to it that forks are noticed. To be called before the first handle is given.
pub(crate) fn watch() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        #[cfg(unix)]
        // SAFETY: what is called in the child touches nothing but atomic numbers, descriptors and a lock
        // that its thread has, which is allowed where the other threads are gone. The functions live as long
        // as the library, with which they are forgotten.
        let result = unsafe { pthread_atfork(Some(before), Some(after), Some(in_child)) };
        #[cfg(unix)]
        assert_eq!(result, 0, "there is memory to remember a function");
    });
}

#[cfg(unix)]
unsafe extern "C" {
    fn pthread_atfork(
        prepare: Option<unsafe extern "C" fn()>,
        parent: Option<unsafe extern "C" fn()>,
        child: Option<unsafe extern "C" fn()>,
    ) -> std::ffi::c_int;

    fn close(descriptor: std::ffi::c_int) -> std::ffi::c_int;
}

#[cfg(unix)]
thread_local! {
    /// The table of handles, held by the thread that forks.
    static TABLE: RefCell<Option<Held>> = const { RefCell::new(None) };
}

#[cfg(unix)]
unsafe extern "C" fn before() {
    // A thread that is ending has no such place any more: it forks without.
    drop(TABLE.try_with(|table| table.replace(Some(handle::hold()))));
}

#[cfg(unix)]
unsafe extern "C" fn after() {
    drop(TABLE.try_with(RefCell::take));
}

#[cfg(unix)]
unsafe extern "C" fn in_child() {
    drop(TABLE.try_with(RefCell::take));
    GENERATION.fetch_add(1, Ordering::Relaxed);
    // The locks of stores are the parent's: a child that outlives it must not have copies of them. They
    // are closed and not unlocked, which would end the parent's lock too.
    escrow::take_inherited_descriptors(|descriptor| {
        // SAFETY: the descriptor is open, and whoever it belongs to has just lost it: it is closed by
        // nobody else. `close` may be called in a child whose other threads are gone.
        unsafe { close(descriptor) };
    });
}
