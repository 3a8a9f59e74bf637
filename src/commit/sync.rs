//! The locks and threads of the commit path: the standard library's, and in the unit tests of this
//! crate the model checker's, under which `tests` runs every interleaving that it has time for.
//!
//! So a unit test of this crate that opens a store must run under the model checker too; one that
//! wants real threads belongs in the folder `tests`.

#[cfg(test)]
pub(super) use shuttle::{
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Builder, JoinHandle, yield_now},
};
use std::time::Duration;
#[cfg(not(test))]
pub(super) use std::{
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Builder, JoinHandle, yield_now},
};

/// Waits on `changed` while `condition` says so of what `mutex` guards, but no longer than this.
#[cfg(not(test))]
pub(super) fn wait_a_while<'m, T>(
    changed: &Condvar,
    _: &'m Mutex<T>,
    guard: MutexGuard<'m, T>,
    limit: Duration,
    condition: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'m, T> {
    let waited = changed.wait_timeout_while(guard, limit, condition);
    waited.unwrap_or_else(std::sync::PoisonError::into_inner).0
}

/// As above. The model checker knows no time: the wait ends when a few others have had their turns,
/// which can be any.
#[cfg(test)]
pub(super) fn wait_a_while<'m, T>(
    _: &Condvar,
    mutex: &'m Mutex<T>,
    mut guard: MutexGuard<'m, T>,
    _: Duration,
    mut condition: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'m, T> {
    for _ in 0..3 {
        if !condition(&mut guard) {
            break;
        }
        drop(guard);
        yield_now();
        guard = super::lock(mutex);
    }
    guard
}
