//! What a house reads through: if the host ends, the next one is asked.
//!
//! So a command goes on across a take-over. What it relied on is guarded by versions, whichever
//! host it was read from; a list may go on as of a later moment.

use super::query::{Page, Query, RemoteSnapshot};
use super::snapshot::Source;
use super::{Error, Result, Snapshot, Store};
use crate::model::Timestamp;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

struct OfAnyHost {
    store: Store,
    timestamp: Timestamp,
    current: Mutex<Snapshot>,
}

impl fmt::Debug for OfAnyHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OfAnyHost").field("timestamp", &self.timestamp).finish()
    }
}

/// The same snapshot, which is that of the next host if its own ends. What is read in this process
/// outlives every host.
pub(super) fn of_any_host(snapshot: Snapshot, store: &Store) -> Snapshot {
    if matches!(snapshot.source, Source::Local(_)) {
        return snapshot;
    }
    let timestamp = snapshot.timestamp();
    let (store, current) = (store.clone(), Mutex::new(snapshot));
    Snapshot::remote(Arc::new(OfAnyHost { store, timestamp, current }))
}

impl RemoteSnapshot for OfAnyHost {
    fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    fn ask(&self, query: &Query) -> Result<Page> {
        loop {
            let current = self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let answer = match &current.source {
                Source::Local(local) => local.answer(query),
                Source::Remote(remote) => remote.ask(query),
            };
            let Err(Error::HostEnded { .. }) = answer else { return answer };
            let (next, _) = self.store.snapshot_and_time()?;
            *self.current.lock().unwrap_or_else(PoisonError::into_inner) = next;
        }
    }
}
