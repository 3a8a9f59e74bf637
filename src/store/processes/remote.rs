//! A snapshot that the host keeps for a guest.

use super::super::query::{Page, Query, RemoteSnapshot};
use super::super::{Error, Result};
use super::answers::Taken;
use super::connection::{Connection, nonsense};
use super::kinds::{DROP_SNAPSHOT, QUERY};
use crate::model::Timestamp;
use crate::wire::codec::{Reader, Writer};
use std::sync::Arc;

/// Is let go of when it is dropped.
#[derive(Debug)]
pub(super) struct Remote {
    connection: Arc<Connection>,
    taken: Taken,
    process: u32,
}

impl Remote {
    pub(super) fn new(connection: Arc<Connection>, taken: Taken) -> Self {
        Self { connection, taken, process: std::process::id() }
    }
}

impl RemoteSnapshot for Remote {
    fn timestamp(&self) -> Timestamp {
        self.taken.timestamp
    }

    fn ask(&self, query: &Query) -> Result<Page> {
        if std::process::id() != self.process {
            return Err(Error::Forked);
        }
        let mut writer = Writer::default();
        writer.put(&self.taken.snapshot);
        query.write(&mut writer);
        let answer = self.connection.call(QUERY, 0, &[&writer.into_bytes()]);
        let payload = answer.map_err(|failure| failure.at_last(&self.connection))?;
        let mut reader = Reader::new(&payload);
        let page = Page::read(&mut reader).and_then(|page| reader.end().map(|()| page));
        page.map_err(nonsense)
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        // A forked child has the parent's connection, which is not its own to write to.
        if std::process::id() != self.process {
            std::mem::forget(Arc::clone(&self.connection));
        } else {
            self.connection.tell(DROP_SNAPSHOT, &self.taken.snapshot.to_le_bytes());
        }
    }
}
