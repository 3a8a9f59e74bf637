//! Which keys were asked for: what the rules look up must have been in a footprint.
//!
//! A key that a footprint forgets is taken for one that does not exist, but only where it happens
//! not to be in memory. So a build with debug assertions remembers what was asked for, and panics
//! when anything else is looked up. Any other build remembers nothing.

use crate::model::{DocumentKey, Id};
use foldhash::fast::RandomState;
use hashbrown::HashSet;
use std::cell::RefCell;
use std::hash::BuildHasher;

/// What can be asked for.
#[derive(Clone, Copy, Hash, Debug)]
pub(super) enum Key<'k> {
    Account(Id),
    Hold(Id),
    /// The decision on this id.
    Operation(Id),
    Document(&'k DocumentKey),
}

/// The keys that were asked for since records last left the memory.
#[derive(Default)]
pub(super) struct Asked {
    hasher: RandomState,
    /// Hashes, lest each document's key be copied.
    keys: RefCell<HashSet<u64, RandomState>>,
    all: bool,
}

impl Asked {
    /// As if everything had been asked for.
    #[cfg(feature = "bench-internals")]
    pub(super) fn all() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// Remembers that the key was asked for, and is in memory from now on if it exists.
    pub(super) fn add(&self, key: Key<'_>) {
        if cfg!(debug_assertions) {
            self.keys.borrow_mut().insert(self.hasher.hash_one(key));
        }
    }

    /// Panics if the key was not asked for.
    #[track_caller]
    pub(super) fn expect(&self, key: Key<'_>) {
        debug_assert!(
            self.all || self.keys.borrow().contains(&self.hasher.hash_one(key)),
            "{key:?} is in no footprint"
        );
    }

    /// Forgets what was asked for: records may leave the memory.
    pub(super) fn clear(&mut self) {
        self.keys.get_mut().clear();
    }
}
