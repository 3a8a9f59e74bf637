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
    relied_on: BTreeMap<DocumentKey, Option<StoredDocument>>,
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

    /// Reads a document that the command relies on: the chain falls if it changes.
    pub(crate) fn rely_on(&mut self, key: DocumentKey) -> Result<Option<StoredDocument>> {
        if let Some(found) = self.relied_on.get(&key) {
            return Ok(found.clone());
        }
        let found = self.snapshot.row(&key)?;
        self.relied_on.insert(key, found.clone());
        Ok(found)
    }

    /// The documents that were relied on, as they were found.
    pub(super) fn relied_on(
        &self,
    ) -> impl Iterator<Item = (&DocumentKey, &Option<StoredDocument>)> {
        self.relied_on.iter()
    }
}
