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
#[cfg(not(test))]
pub(super) use std::{
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Builder, JoinHandle, yield_now},
};
