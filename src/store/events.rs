//! The event feed: everything that happened, in order.
//!
//! Acknowledgements of consumers lie between the events in the journal, and are none: a consumer that
//! was told of them would acknowledge them, and never come to an end.

use super::{Error, Result, Store};
use crate::commit::CommitError;
use crate::journal::{JournalReader, Position};
use crate::model::{Event, Timestamp};
use crate::record;
use crate::state::View;
use std::collections::VecDeque;
use std::sync::Arc;

/// Events in order, read block by block. Ends at the last event of its snapshot, or after an error.
#[derive(Debug)]
pub struct Events {
    view: Arc<View>,
    reader: JournalReader,
    after: Timestamp,
    place: Place,
    read: VecDeque<Event>,
    // Behind the others, which are of its files.
    _store: Store,
}

#[derive(Debug)]
enum Place {
    /// To be looked up.
    Unknown,
    At(Position),
    End,
}

impl Events {
    pub(super) fn new(
        view: Arc<View>,
        reader: JournalReader,
        store: Store,
        after: Timestamp,
    ) -> Self {
        let read = VecDeque::new();
        Self { view, reader, after, place: Place::Unknown, read, _store: store }
    }

    fn newest(&self) -> Timestamp {
        self.view.tip().timestamp
    }

    /// A block at or before the first event that is asked for.
    fn find_first(&self) -> Result<Option<Position>> {
        let archived = self.reader.archived();
        let until = Timestamp::from_nanoseconds(archived.timestamp);
        let is_present = self.after >= until;
        match self.view.place(self.after)? {
            // The last archived event may be the one after which to go on.
            Some(place) if place.segment <= archived.number && is_present => {
                Ok(self.reader.first()?)
            }
            Some(place) => Ok(Some(Position { segment: place.segment, offset: place.offset })),
            None if is_present => Ok(self.reader.first()?),
            None => Err(Error::Archived { segment: 1, until }),
        }
    }

    fn read_block(&mut self) -> Result<()> {
        let position = match self.place {
            Place::At(position) => Some(position),
            Place::End => None,
            Place::Unknown if self.after >= self.newest() => None,
            Place::Unknown => self.find_first()?,
        };
        let Some(position) = position else {
            self.place = Place::End;
            return Ok(());
        };
        let header = self.reader.header(position)?;
        let next = self.reader.next(position, &header)?;
        let is_last = header.last_timestamp >= self.newest().nanoseconds();
        self.place = next.filter(|_| !is_last).map_or(Place::End, Place::At);
        if header.last_timestamp <= self.after.nanoseconds() {
            return Ok(());
        }
        let block = self.reader.block(position)?;
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

impl Iterator for Events {
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
