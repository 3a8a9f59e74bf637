//! Tickets: outcomes of batches that nobody waits for yet.

use super::processes::BatchTicket;
use super::{Result, Store};
use crate::commit;
use crate::model::Outcome;

/// The promise of outcomes: see [`Store::submit_async`].
#[derive(Debug)]
pub struct Ticket(Promise);

#[derive(Debug)]
enum Promise {
    Host(commit::Ticket),
    Guest(Store, BatchTicket),
}

impl Ticket {
    pub(super) fn of_host(ticket: commit::Ticket) -> Self {
        Self(Promise::Host(ticket))
    }

    /// Of a handle that is a guest, or began as one.
    pub(super) fn of_guest(store: Store, ticket: BatchTicket) -> Self {
        Self(Promise::Guest(store, ticket))
    }

    /// Waits until the batch is durable, and gives its outcomes.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub fn wait(self) -> Result<Vec<Outcome>> {
        match self.0 {
            Promise::Host(ticket) => Ok(ticket.wait()?.outcomes.into_own()),
            Promise::Guest(store, ticket) => store.guest()?.wait(&ticket),
        }
    }

    /// Whether [`Ticket::wait`] would return at once.
    #[must_use]
    pub fn is_done(&self) -> bool {
        match &self.0 {
            Promise::Host(ticket) => ticket.is_done(),
            Promise::Guest(_, ticket) => ticket.is_done(),
        }
    }
}
