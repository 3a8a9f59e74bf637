//! The event feed: everything that happened, in order.
//!
//! Acknowledgements of consumers lie between the events in the journal, and are none: a consumer
//! that was told of them would acknowledge them, and never come to an end.

use super::local_snapshot::LocalSnapshot;
use super::walk::RemoteWalk;
use super::{Error, Result, Store};
use crate::commit::CommitError;
use crate::journal::{Blocks, Log};
use crate::model::{Event, Timestamp};
use crate::record;
use crate::state::View;
use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::sync::Arc;

/// Events in order, read block by block. Ends at the last event of its snapshot, or after an error.
pub struct Events {
    after: Timestamp,
    source: Source,
}

enum Source {
    Local(LocalEvents),
    Remote(RemoteWalk<Event>),
}

/// Events of a journal that this process reads.
pub(super) struct LocalEvents {
    view: Arc<View>,
    log: Arc<dyn Log>,
    after: Timestamp,
    place: Place,
    read: VecDeque<Event>,
    // Behind the others, which are of its files.
    _store: Option<Store>,
}

enum Place {
    /// To be looked up.
    Unknown,
    At(Blocks),
    End,
}

impl fmt::Debug for Events {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Events").field("after", &self.after).finish_non_exhaustive()
    }
}

impl Events {
    /// The store is kept open, if it is given.
    pub(super) fn local(snapshot: &LocalSnapshot, store: Option<Store>, after: Timestamp) -> Self {
        Self { after, source: Source::Local(LocalEvents::new(snapshot, store, after)) }
    }

    pub(super) fn remote(events: RemoteWalk<Event>, after: Timestamp) -> Self {
        Self { after, source: Source::Remote(events) }
    }
}

impl Iterator for Events {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Source::Local(events) => events.next(),
            Source::Remote(events) => events.next(),
        }
    }
}

impl LocalEvents {
    pub(super) fn new(snapshot: &LocalSnapshot, store: Option<Store>, after: Timestamp) -> Self {
        let (view, log) = (Arc::clone(&snapshot.view), Arc::clone(&snapshot.log));
        let read = VecDeque::new();
        Self { view, log, after, place: Place::Unknown, read, _store: store }
    }

    fn newest(&self) -> Timestamp {
        self.view.tip().timestamp
    }

    /// The blocks from the first on that has something of what is asked for.
    fn blocks(&self) -> Result<Blocks> {
        let archived = self.log.archived();
        let until = Timestamp::from_nanoseconds(archived.timestamp);
        let is_present = self.after >= until;
        let near = match self.view.place(self.after)? {
            // The last archived event may be the one after which to go on.
            Some(place) if place.number <= archived.number && is_present => None,
            Some(place) => Some(place.into()),
            None if is_present => None,
            None => return Err(Error::Archived { block: 1, until }),
        };
        Ok(self.log.follow(near, self.after.nanoseconds())?)
    }

    fn read_block(&mut self) -> Result<()> {
        let mut blocks = match mem::replace(&mut self.place, Place::End) {
            Place::At(blocks) => blocks,
            Place::Unknown if self.after < self.newest() => self.blocks()?,
            Place::Unknown | Place::End => return Ok(()),
        };
        let Some(block) = blocks.next().transpose()? else { return Ok(()) };
        let header = block.header();
        if header.last_timestamp < self.newest().nanoseconds() {
            self.place = Place::At(blocks);
        }
        for (timestamp, body) in block.records() {
            let timestamp = Timestamp::from_nanoseconds(timestamp);
            if timestamp <= self.after {
                continue;
            }
            let event = record::decode(timestamp, body)
                .map_err(|error| CommitError::Record { block: header.number, error })?;
            if event.record.is_event() {
                self.read.push_back(event);
            }
        }
        Ok(())
    }
}

impl Iterator for LocalEvents {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(event) = self.read.pop_front() {
                return Some(Ok(event));
            }
            if matches!(self.place, Place::End) {
                return None;
            }
            if let Err(error) = self.read_block() {
                self.place = Place::End;
                return Some(Err::<Event, Error>(error));
            }
        }
    }
}
