//! A thread with a connection of its own.
//!
//! So that nobody who uses a log waits longer than they said, whatever the server does, and so that
//! a log can be used from any thread: the client has a runtime inside, which does not run within
//! another one.

use super::address::Address;
use super::database::Database;
use super::place::{self, Place};
use super::words;
use crate::journal::{JournalError, StoreId};
use std::sync::mpsc;
use std::thread::Builder;
use std::time::Duration;

/// A connection that is made when it is needed, and made again after it broke.
pub(super) struct Line {
    address: Address,
    /// The store that the log has to be of, once that is known.
    store_id: Option<StoreId>,
    open: Option<(Database, Place)>,
}

impl Line {
    pub(super) fn new(address: Address, store_id: Option<StoreId>) -> Self {
        Self { address, store_id, open: None }
    }

    /// Whether it is connected, as far as it knows.
    fn is_open(&self) -> bool {
        self.open.as_ref().is_some_and(|(database, _)| !database.client.is_closed())
    }

    /// Does something by the connection. After an outage there is a new one the next time.
    ///
    /// # Errors
    /// As [`Database::connect`] and [`place::read`]; what the work gives.
    pub(super) fn with<T>(
        &mut self,
        work: impl FnOnce(&mut Database, &mut Place) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        if !self.is_open() {
            self.open = None;
            let mut database = Database::connect(&self.address)?;
            let place = place::read(&mut database)?;
            if *self.store_id.get_or_insert(place.store_id) != place.store_id {
                return Err(JournalError::Refused("the database has another store's log".into()));
            }
            self.open = Some((database, place));
        }
        let Some((database, place)) = &mut self.open else {
            return Err(words::unavailable("the connection is gone"));
        };
        let done = work(database, place);
        if matches!(done, Err(JournalError::Unavailable { .. })) {
            self.open = None;
        }
        done
    }

    /// As [`Line::with`], of what may be done twice: if a connection that was there already has
    /// broken, it is done by a new one.
    pub(super) fn with_again<T>(
        &mut self,
        mut work: impl FnMut(&mut Database, &mut Place) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let was_open = self.is_open();
        match self.with(&mut work) {
            Err(JournalError::Unavailable { .. }) if was_open => self.with(work),
            done => done,
        }
    }
}

type Job = Box<dyn FnOnce(&mut Line) + Send>;

/// The thread. It ends after what it was given by the time that this is dropped.
#[derive(Debug)]
pub(super) struct Worker(mpsc::Sender<Job>);

impl Worker {
    /// Starts it.
    ///
    /// # Errors
    /// [`JournalError::Unavailable`] if there is no thread to be had.
    pub(super) fn start(name: &str, mut line: Line) -> Result<Self, JournalError> {
        let (sender, jobs) = mpsc::channel::<Job>();
        let run = move || jobs.into_iter().for_each(|job| job(&mut line));
        let started = Builder::new().name(name.into()).spawn(run);
        started.map_err(|error| words::unavailable(error.to_string()))?;
        Ok(Self(sender))
    }

    /// Has something done, and does not wait for it.
    ///
    /// # Errors
    /// [`JournalError::Unavailable`] if the thread is gone.
    pub(super) fn post(
        &self,
        job: impl FnOnce(&mut Line) + Send + 'static,
    ) -> Result<(), JournalError> {
        self.0.send(Box::new(job)).map_err(|_| words::unavailable("its thread is gone"))
    }

    /// Has something done and waits for it, so long at most; later it may be done all the same.
    ///
    /// # Errors
    /// What it gives; [`JournalError::Unavailable`] if it takes longer.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce(&mut Line) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (answer, answered) = mpsc::sync_channel(1);
        self.post(move |line| drop(answer.send(work(line))))?;
        let slow = |_| words::unavailable("the database does not answer in time");
        answered.recv_timeout(patience).map_err(slow)?
    }
}
