//! What callers asked for, and who takes care of it.

use super::CommitError;
use super::lock;
use super::sync::{Condvar, Mutex};
use crate::model::{Account, Ledger, Operation, Outcome, Timestamp};
use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, PoisonError};

/// What a caller asks for.
#[derive(Debug)]
pub(crate) enum Work {
    Ledgers(Vec<Ledger>),
    Accounts(Vec<Account>),
    Operations {
        operations: Vec<Operation>,
        data: Vec<u8>,
    },
    /// Settle what is due up to this time; a manual clock moves there.
    Advance(Timestamp),
    Acknowledge {
        consumer: String,
        position: Timestamp,
    },
    /// Judge by no decision up to this time any more: it is archived.
    Archive(Timestamp),
}

impl Work {
    /// Roughly how much of a block it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Ledgers(ledgers) => ledgers.len(),
            Self::Accounts(accounts) => accounts.len(),
            Self::Operations { operations, .. } => operations.len(),
            Self::Advance(_) | Self::Acknowledge { .. } | Self::Archive(_) => 1,
        }
    }
}

/// What became of it.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) outcomes: Vec<Outcome>,
    /// `Advance`: how many holds their deadlines settled.
    pub(crate) settled: u64,
}

/// The promise of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    slot: Arc<Slot>,
}

#[derive(Debug)]
struct Slot {
    state: Mutex<SlotState>,
    changed: Condvar,
}

#[derive(Debug)]
enum SlotState {
    Waiting,
    /// Whoever waits here is to lead.
    Lead,
    Done(Result<Answer, CommitError>),
    Taken,
}

impl Ticket {
    fn new() -> Self {
        let state = Mutex::new(SlotState::Waiting);
        Self { slot: Arc::new(Slot { state, changed: Condvar::new() }) }
    }

    /// Waits for the answer, or for being asked to lead: then `true`.
    pub(super) fn wait_or_lead(&self) -> bool {
        let mut state = lock(&self.slot.state);
        loop {
            match *state {
                SlotState::Waiting => {
                    state = self.slot.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                SlotState::Lead => {
                    *state = SlotState::Waiting;
                    return true;
                }
                SlotState::Done(_) | SlotState::Taken => return false,
            }
        }
    }

    /// The answer, which must have come; it is given once.
    pub(super) fn take(&self) -> Result<Answer, CommitError> {
        let mut state = lock(&self.slot.state);
        match mem::replace(&mut *state, SlotState::Taken) {
            SlotState::Done(answer) => answer,
            _ => Err(CommitError::Invalid("the answer was taken before".into())),
        }
    }

    /// Waits for the answer.
    pub(crate) fn wait(&self) -> Result<Answer, CommitError> {
        while self.wait_or_lead() {}
        self.take()
    }

    /// Whether the answer has come.
    pub(crate) fn is_done(&self) -> bool {
        matches!(*lock(&self.slot.state), SlotState::Done(_) | SlotState::Taken)
    }

    fn set(&self, new: SlotState) {
        let mut state = lock(&self.slot.state);
        if matches!(*state, SlotState::Waiting | SlotState::Lead) {
            *state = new;
            self.slot.changed.notify_all();
        }
    }
}

/// The other end of a ticket. Dropped without an answer, by a panic, it tells that there is none.
#[derive(Debug)]
pub(super) struct Promise(Ticket);

impl Promise {
    pub(super) fn keep(self, answer: Result<Answer, CommitError>) {
        self.0.set(SlotState::Done(answer));
    }

    fn ask_to_lead(&self) {
        self.0.set(SlotState::Lead);
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        // Changes nothing if there was an answer.
        let error = CommitError::Poisoned("the commit path failed".into());
        self.0.set(SlotState::Done(Err(error)));
    }
}

/// Work and the promise that was made for it.
#[derive(Debug)]
pub(super) struct Submission {
    pub(super) work: Work,
    pub(super) promise: Promise,
    /// Whether a thread waits that can be asked to lead.
    is_awaited: bool,
}

/// The submissions that wait, and whether somebody leads.
pub(super) struct Queue {
    inner: Mutex<Inner>,
    /// For the threads that lead when nobody else does.
    wanted: Condvar,
}

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Submission>,
    size: usize,
    /// Somebody leads, or was asked to.
    has_leader: bool,
    /// The threads in reserve are asked to lead.
    wants_leader: bool,
    closed: bool,
    poison: Option<Arc<str>>,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self { inner: Mutex::default(), wanted: Condvar::new() }
    }

    /// Queues work. The caller is to lead if the second value says so.
    pub(super) fn push(&self, work: Work, is_awaited: bool) -> Result<(Ticket, bool), CommitError> {
        let ticket = Ticket::new();
        let mut inner = lock(&self.inner);
        inner.check()?;
        inner.size += work.size();
        let promise = Promise(ticket.clone());
        inner.waiting.push_back(Submission { work, promise, is_awaited });
        if inner.has_leader {
            return Ok((ticket, false));
        }
        inner.has_leader = true;
        if !is_awaited {
            inner.wants_leader = true;
            self.wanted.notify_one();
        }
        Ok((ticket, is_awaited))
    }

    /// How much waits.
    pub(super) fn size(&self) -> usize {
        lock(&self.inner).size
    }

    /// Takes what waits, in order, up to about `limit`.
    pub(super) fn take(&self, limit: usize) -> Vec<Submission> {
        let mut inner = lock(&self.inner);
        let (mut taken, mut size) = (Vec::new(), 0);
        while size < limit
            && let Some(submission) = inner.waiting.pop_front()
        {
            size += submission.work.size();
            taken.push(submission);
        }
        inner.size = inner.size.saturating_sub(size);
        taken
    }

    /// Passes the lead on to somebody whose work waits; to the threads in reserve if nobody does.
    pub(super) fn pass_lead(&self) {
        let mut inner = lock(&self.inner);
        inner.has_leader = !inner.waiting.is_empty();
        if !inner.has_leader {
            return;
        }
        match inner.waiting.iter().find(|submission| submission.is_awaited) {
            Some(submission) => submission.promise.ask_to_lead(),
            None => {
                inner.wants_leader = true;
                self.wanted.notify_one();
            }
        }
    }

    /// Waits in reserve until asked to lead: then `true`. `false` when the queue was closed.
    pub(super) fn wait_in_reserve(&self) -> bool {
        let mut inner = lock(&self.inner);
        loop {
            if mem::take(&mut inner.wants_leader) {
                return true;
            }
            if inner.closed {
                return false;
            }
            inner = self.wanted.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Fails what waits, and everything to come.
    pub(super) fn poison(&self, reason: &Arc<str>) {
        self.refuse(|inner| inner.poison = Some(Arc::clone(reason)));
    }

    /// Takes no more. What waits without a leader is failed.
    pub(super) fn close(&self) {
        self.refuse(|inner| inner.closed = true);
    }

    fn refuse(&self, mark: impl FnOnce(&mut Inner)) {
        let mut inner = lock(&self.inner);
        mark(&mut inner);
        inner.size = 0;
        for submission in mem::take(&mut inner.waiting) {
            if let Err(error) = inner.check() {
                submission.promise.keep(Err(error));
            }
        }
        self.wanted.notify_all();
    }
}

impl Inner {
    fn check(&self) -> Result<(), CommitError> {
        match &self.poison {
            Some(reason) => Err(CommitError::Poisoned(Arc::clone(reason))),
            None if self.closed => Err(CommitError::Closed),
            None => Ok(()),
        }
    }
}
