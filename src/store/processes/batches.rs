//! Batches of a guest that nobody waits for: kept until they are answered, so that they can be sent
//! again in their order when the host has ended.

use super::super::host::Host;
use super::super::{Error, Result};
use super::answers::outcomes_of;
use super::connection::{Connection, Failure};
use super::kinds::SUBMIT;
use crate::commit::{self, Work};
use crate::engine::Origin;
use crate::model::{Operation, Outcome};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many batches are submitted until those that nobody waits for are looked at.
const LOOKS_EACH: u64 = 64;

/// The batches of one handle that are not answered yet, in order.
#[derive(Debug)]
pub(super) struct Batches {
    inner: Arc<Mutex<Unanswered>>,
    bytes_max: usize,
}

#[derive(Debug, Default)]
struct Unanswered {
    next: u64,
    batches: BTreeMap<u64, Arc<Batch>>,
    bytes: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Batch {
    number: u64,
    operations: Vec<Operation>,
    data: Vec<u8>,
    sent: Mutex<Sent>,
    bytes: usize,
    all_bytes: Arc<AtomicUsize>,
}

/// Where a batch is.
#[derive(Debug)]
enum Sent {
    To(Arc<Connection>, u64),
    /// This process hosts the store by now.
    Here(Option<commit::Ticket>),
}

/// The promise of the outcomes of a batch.
#[derive(Debug)]
pub(in super::super) struct BatchTicket {
    batch: Arc<Batch>,
    all: Arc<Mutex<Unanswered>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Batch {
    fn send(&self, connection: &Connection) -> Result<u64, Failure> {
        let count = (self.operations.len() as u32).to_le_bytes();
        let parts: [&[u8]; 3] = [&count, bytemuck::cast_slice(&self.operations), &self.data];
        connection.send(SUBMIT, 0, &parts)
    }

    fn submit(&self, host: &Host) -> Result<Sent> {
        let work = Work::Operations {
            operations: self.operations.clone(),
            data: self.data.clone(),
            origin: Origin::Host,
        };
        // Its memory is counted here.
        Ok(Sent::Here(Some(host.submit_served(work, false)?)))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.all_bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Unanswered {
    /// Lets go of those that are answered and whose tickets were dropped. Looks now and then.
    fn forget_abandoned(&mut self) {
        if !self.next.is_multiple_of(LOOKS_EACH) {
            return;
        }
        self.batches.retain(|_, batch| {
            if Arc::strong_count(batch) > 1 {
                return true;
            }
            match &*lock(&batch.sent) {
                Sent::To(connection, number) if connection.has_answer(*number) => {
                    connection.forget(*number);
                    false
                }
                Sent::To(..) => true,
                // Carried out, whoever waits.
                Sent::Here(_) => false,
            }
        });
    }
}

impl Batches {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { inner: Arc::default(), bytes_max }
    }

    fn keep(
        &self,
        operations: Vec<Operation>,
        data: Vec<u8>,
        send: impl FnOnce(&Batch) -> Result<Sent>,
    ) -> Result<BatchTicket> {
        let mut inner = lock(&self.inner);
        inner.forget_abandoned();
        let bytes = operations.len() * (size_of::<Operation>() + size_of::<Outcome>()) + data.len();
        let before = inner.bytes.load(Ordering::Relaxed);
        if before > 0 && before.saturating_add(bytes) > self.bytes_max {
            return Err(commit::CommitError::TooManyUnderWay { bytes_max: self.bytes_max }.into());
        }
        inner.bytes.fetch_add(bytes, Ordering::Relaxed);
        inner.next += 1;
        let batch = Arc::new(Batch {
            number: inner.next,
            operations,
            data,
            sent: Mutex::new(Sent::Here(None)),
            bytes,
            all_bytes: Arc::clone(&inner.bytes),
        });
        inner.batches.insert(batch.number, Arc::clone(&batch));
        drop(inner);
        let ticket = BatchTicket { batch, all: Arc::clone(&self.inner) };
        match send(&ticket.batch) {
            Ok(sent) => *lock(&ticket.batch.sent) = sent,
            Err(error) => {
                ticket.is_over();
                return Err(error);
            }
        }
        Ok(ticket)
    }

    /// Sends a batch. Whoever calls this sees to it that nobody else sends one meanwhile.
    pub(super) fn submit(
        &self,
        connection: &Arc<Connection>,
        operations: Vec<Operation>,
        data: Vec<u8>,
    ) -> Result<BatchTicket> {
        Connection::read_apart(connection)?;
        self.keep(operations, data, |batch| match batch.send(connection) {
            Ok(number) => Ok(Sent::To(Arc::clone(connection), number)),
            // It will be found to be lost, and sent again.
            Err(Failure::Lost) => Ok(Sent::To(Arc::clone(connection), u64::MAX)),
            Err(Failure::Error(error)) => Err(error),
        })
    }

    /// The same, where this process is the host by now.
    pub(super) fn submit_here(
        &self,
        host: &Host,
        operations: Vec<Operation>,
        data: Vec<u8>,
    ) -> Result<BatchTicket> {
        self.keep(operations, data, |batch| batch.submit(host))
    }

    fn unanswered(&self) -> Vec<Arc<Batch>> {
        let all: Vec<_> = lock(&self.inner).batches.values().cloned().collect();
        let is_answered = |batch: &Arc<Batch>| match &*lock(&batch.sent) {
            Sent::To(connection, number) => connection.has_answer(*number),
            Sent::Here(_) => true,
        };
        all.into_iter().filter(|batch| !is_answered(batch)).collect()
    }

    /// Sends what the former host did not answer to the new one.
    pub(super) fn send_again(&self, connection: &Arc<Connection>) -> Result<()> {
        let batches = self.unanswered();
        if !batches.is_empty() {
            Connection::read_apart(connection)?;
        }
        for batch in batches {
            let number = match batch.send(connection) {
                Ok(number) => number,
                Err(Failure::Lost) => u64::MAX,
                Err(Failure::Error(error)) => return Err(error),
            };
            *lock(&batch.sent) = Sent::To(Arc::clone(connection), number);
        }
        Ok(())
    }

    /// Carries it out here, as this process is the new host.
    pub(super) fn carry_out(&self, host: &Host) -> Result<()> {
        for batch in self.unanswered() {
            let sent = batch.submit(host)?;
            *lock(&batch.sent) = sent;
        }
        Ok(())
    }
}

impl BatchTicket {
    /// Waits for the answer of wherever the batch is now.
    pub(super) fn wait(&self) -> Result<Vec<Outcome>, Failure> {
        let answer = self.answer();
        if !matches!(answer, Err(Failure::Lost)) {
            self.is_over();
        }
        answer
    }

    /// It need not be sent again.
    fn is_over(&self) {
        lock(&self.all).batches.remove(&self.batch.number);
    }

    fn answer(&self) -> Result<Vec<Outcome>, Failure> {
        let (connection, number) = {
            let mut sent = lock(&self.batch.sent);
            match &mut *sent {
                Sent::To(connection, number) => (Arc::clone(connection), *number),
                Sent::Here(ticket) => {
                    let ticket = ticket.take();
                    drop(sent);
                    let ticket = ticket.ok_or(Error::Closed)?;
                    let answer = ticket.wait().map_err(Error::from)?;
                    return Ok(answer.outcomes.into_own());
                }
            }
        };
        let answer = connection.wait(number)?;
        Ok(outcomes_of(&answer)?)
    }

    /// Whether to wait for it would take no time.
    pub(in super::super) fn is_done(&self) -> bool {
        match &*lock(&self.batch.sent) {
            Sent::To(connection, number) => connection.has_answer(*number),
            Sent::Here(ticket) => ticket.as_ref().is_none_or(commit::Ticket::is_done),
        }
    }
}
