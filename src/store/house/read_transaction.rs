//! What a command sees: the library's own documents as of one snapshot, and the time.

use super::super::{Result, Snapshot, StoredDocument};
use crate::model::{DocumentKey, Timestamp};
use std::collections::BTreeMap;

/// What a command sees. Remembers which documents it relies on.
pub(crate) struct ReadTransaction {
    snapshot: Snapshot,
    now: Timestamp,
    /// Of the keys that it is judged by.
    generation: u64,
    relied_on: BTreeMap<DocumentKey, Relied>,
}

/// A document that the command relies on.
pub(super) struct Relied {
    found: Option<StoredDocument>,
    is_claimed: bool,
}

impl ReadTransaction {
    pub(super) fn new(snapshot: Snapshot, now: Timestamp, generation: u64) -> Self {
        Self { snapshot, now, generation, relied_on: BTreeMap::new() }
    }

    /// The same moment, for another command.
    pub(super) fn again(&self) -> Self {
        Self::new(self.snapshot.clone(), self.now, self.generation)
    }

    /// That of the house's keys when it began.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// What the store's clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The ledger's records as of the same moment. Not guarded: the ledger judges by its own.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Reads a document that the command relies on: the chain falls if it changes, or comes to be
    /// where there was none.
    pub(crate) fn rely_on(&mut self, key: DocumentKey) -> Result<Option<StoredDocument>> {
        self.rely(key, false)
    }

    /// The same, of a document that stands for others: it is written back, so that each other
    /// command falls that relies on it. Who adds documents and who looks for all of them, say, then
    /// see each other, though neither reads what the other one writes.
    pub(crate) fn claim(&mut self, key: DocumentKey) -> Result<Option<StoredDocument>> {
        self.rely(key, true)
    }

    fn rely(&mut self, key: DocumentKey, claims: bool) -> Result<Option<StoredDocument>> {
        if let Some(relied) = self.relied_on.get_mut(&key) {
            relied.is_claimed |= claims;
            return Ok(relied.found.clone());
        }
        let found = self.snapshot.row(&key)?;
        self.relied_on.insert(key, Relied { found: found.clone(), is_claimed: claims });
        Ok(found)
    }

    /// The documents that were relied on.
    pub(super) fn relied_on(&self) -> impl Iterator<Item = (&DocumentKey, &Relied)> {
        self.relied_on.iter()
    }

    /// The version of a document that was relied on; 0 if there was none.
    pub(super) fn version(&self, key: &DocumentKey) -> Option<u64> {
        self.relied_on.get(key).map(Relied::version)
    }
}

impl Relied {
    /// That was found; 0 for none.
    pub(super) fn version(&self) -> u64 {
        self.found.as_ref().map_or(0, |found| found.version)
    }

    /// What is to be written back.
    pub(super) fn claimed(&self) -> Option<&[u8]> {
        self.found.as_ref().filter(|_| self.is_claimed).map(|found| &*found.value)
    }
}
