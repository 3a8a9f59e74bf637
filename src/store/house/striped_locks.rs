//! Striped locks: commands about one thing go one after the other, so that they do not undo each
//! other's work.
//!
//! Right answers do not depend on them: each document that a command relied on is guarded by its
//! version.

use crate::model::Id;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Commands about as many things can be on their way at a time.
const STRIPES: usize = 256;

#[derive(Debug)]
pub(super) struct StripedLocks {
    locks: Vec<Mutex<()>>,
}

impl StripedLocks {
    pub(super) fn new() -> Self {
        Self { locks: (0..STRIPES).map(|_| Mutex::default()).collect() }
    }

    /// Waits until the lock of what has this id is free. A thread holds one at a time.
    pub(super) fn enter(&self, id: Id) -> MutexGuard<'_, ()> {
        let hash = blake3::hash(&id.to_bytes());
        let place = usize::from(hash.as_bytes()[0]) % STRIPES;
        self.locks[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
