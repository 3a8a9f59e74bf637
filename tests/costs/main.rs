//! What things cost that no clock has to be asked for: bytes, allocations, reads and writes.
//!
//! The bounds are today's figures with little room above them: whoever makes something dearer is
//! told, and whoever makes it cheaper lowers the bound.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod allocations;
mod bytes;
mod growth;
#[cfg(feature = "orders")]
mod orders;
#[cfg(feature = "wallets")]
mod wallets;
mod work;
#[cfg(feature = "wallets")]
#[path = "../wallet/world.rs"]
#[expect(dead_code, reason = "the tests of wallets have more to do in it")]
mod world;

use std::alloc::System;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts what every thread of this program allocates.
#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<System> = &stats_alloc::INSTRUMENTED_SYSTEM;

/// The tests of this program run one at a time: they count what the whole process does.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}
