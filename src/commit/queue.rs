//! What callers asked for, and who takes care of it.

use super::error::Stop;
use super::sync::{Condvar, Mutex, wait_a_while};
use super::ticket::{Completion, Group, Ticket};
use super::under_way::{UnderWay, Weight};
use super::wait_strategy::WaitStrategies;
use super::work::{Answer, Work};
use super::{CommitError, lock};
use crate::engine::Outcomes;
use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Work, the completion that was made for it, and what it has come to so far.
#[derive(Debug)]
pub(super) struct Submission {
    pub(super) work: Work,
    pub(super) completion: Completion,
    pub(super) answer: Answer,
    /// How many outages there had been when it was sent.
    pub(super) outages: u64,
}

/// The submissions that wait, and whether somebody leads.
pub(super) struct Queue {
    inner: Mutex<Inner>,
    /// For the threads that lead when nobody else does.
    wanted: Condvar,
    /// For the leader that waits for callers to come back.
    gathered: Condvar,
    /// For those who wait for a closed queue to be done with.
    ended: Condvar,
    /// What of the memory for submissions that nobody waits for is taken.
    under_way: UnderWay,
    /// Callers were in what was taken last, and spin. A hint, which orders nothing.
    has_spinning: AtomicBool,
    /// How often the log could not be reached for so long that its callers were told.
    outages: AtomicU64,
}

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Submission>,
    size: usize,
    /// Bytes that they take of a block at most.
    block_bytes: usize,
    /// The callers who will be taken together, so far, and how many they are.
    group: Arc<Group>,
    group_length: usize,
    /// How they wait, and when the last group was taken.
    wait_strategies: WaitStrategies,
    yields: u32,
    taken_at: Option<Instant>,
    /// Callers who were answered and have not submitted again.
    away: usize,
    /// The leader waits for so many submissions; 0 if it does not.
    awaits: usize,
    /// Somebody leads, or was asked to.
    has_leader: bool,
    /// The threads in reserve are asked to lead.
    wants_leader: bool,
    closed: bool,
    poison: Option<Stop>,
}

impl Queue {
    /// A queue whose callers wait like this, and give their processor away so often if they
    /// spin. So many bytes of submissions that nobody waits for may be under way.
    pub(super) fn with(wait_strategies: WaitStrategies, yields: u32, bytes_max: usize) -> Self {
        let group = Arc::new(Group::new(wait_strategies.now(), yields));
        let inner = Inner { group, wait_strategies, yields, ..Inner::default() };
        Self {
            inner: Mutex::new(inner),
            wanted: Condvar::new(),
            gathered: Condvar::new(),
            ended: Condvar::new(),
            under_way: UnderWay::new(bytes_max),
            has_spinning: AtomicBool::new(false),
            outages: AtomicU64::new(0),
        }
    }

    /// Queues work, whose outcomes go into this room. The caller is to lead if the second value
    /// says so.
    pub(super) fn push(
        &self,
        work: Work,
        room: Outcomes,
        is_awaited: bool,
    ) -> Result<(Ticket, bool), CommitError> {
        let bytes = if is_awaited { 0 } else { work.memory_bytes() };
        self.push_weighed(work, room, is_awaited, is_awaited, bytes)
    }

    /// Queues work that nobody here waits for, and whose memory is counted elsewhere. `comes_back`
    /// says that whoever waits for it there submits again when it is answered.
    pub(super) fn push_served(
        &self,
        work: Work,
        room: Outcomes,
        comes_back: bool,
    ) -> Result<(Ticket, bool), CommitError> {
        self.push_weighed(work, room, false, comes_back, 0)
    }

    fn push_weighed(
        &self,
        work: Work,
        room: Outcomes,
        is_awaited: bool,
        comes_back: bool,
        bytes: usize,
    ) -> Result<(Ticket, bool), CommitError> {
        let answer = Answer { outcomes: room, ..Answer::default() };
        let block_bytes = work.block_bytes();
        let mut inner = lock(&self.inner);
        inner.check()?;
        let weight = self.under_way.add(bytes)?;
        let (ticket, completion) = inner.ticket(is_awaited, weight);
        let completion = completion.of_a_caller(comes_back);
        inner.size += work.size();
        inner.block_bytes += block_bytes;
        let outages = self.outages();
        inner.waiting.push_back(Submission { work, completion, answer, outages });
        if comes_back {
            inner.away = inner.away.saturating_sub(1);
        }
        if inner.has_leader {
            let gathered = inner.waiting.len() == inner.awaits;
            drop(inner);
            if gathered {
                self.gathered.notify_one();
            }
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

    /// Takes what waits, in order, into an empty queue, until that is as large as one of the
    /// limits: in [size](Work::size) or in [bytes of a block](Work::block_bytes).
    pub(super) fn take(
        &self,
        (size_max, bytes_max): (usize, usize),
        taken: &mut VecDeque<Submission>,
    ) {
        let mut inner = lock(&self.inner);
        if inner.size <= size_max && inner.block_bytes <= bytes_max {
            // Nothing is moved but the queue itself.
            mem::swap(&mut inner.waiting, taken);
            (inner.size, inner.block_bytes) = (0, 0);
        } else {
            let (mut size, mut bytes) = (0, 0);
            while size < size_max
                && bytes < bytes_max
                && let Some(submission) = inner.waiting.pop_front()
            {
                size += submission.work.size();
                bytes += submission.work.block_bytes();
                taken.push_back(submission);
            }
            inner.size = inner.size.saturating_sub(size);
            inner.block_bytes = inner.block_bytes.saturating_sub(bytes);
        }
        let is_group = inner.group_length > 0;
        if is_group {
            inner.begin_group();
        }
        self.has_spinning.store(is_group && inner.group.is_spinning(), Ordering::Relaxed);
    }

    /// Whether many callers spin while they wait, so that it matters to them who has a
    /// processor for long.
    pub(super) fn has_spinning(&self) -> bool {
        self.has_spinning.load(Ordering::Relaxed)
    }

    /// So many callers are about to be answered, and may come back.
    pub(super) fn expect_back(&self, callers: usize) {
        if callers > 0 {
            lock(&self.inner).away += callers;
        }
    }

    /// Waits for the callers who are away, but no longer than `patience` says for so many, and says
    /// whether they all came; `None` if it did not wait. Who is not here then is expected no more.
    pub(super) fn gather(&self, patience: impl FnOnce(usize) -> Duration) -> Option<bool> {
        let mut inner = lock(&self.inner);
        let away = mem::take(&mut inner.away);
        if away == 0 {
            return None;
        }
        let patience = patience(away);
        if patience.is_zero() {
            return None;
        }
        let awaits = inner.waiting.len() + away;
        inner.awaits = awaits;
        let is_short = |inner: &mut Inner| inner.check().is_ok() && inner.waiting.len() < awaits;
        let mut inner = wait_a_while(&self.gathered, &self.inner, inner, patience, is_short);
        inner.awaits = 0;
        Some(inner.waiting.len() >= awaits)
    }

    /// Passes the lead on to somebody whose work waits; to the threads in reserve if nobody does.
    pub(super) fn pass_lead(&self) {
        let mut inner = lock(&self.inner);
        inner.has_leader = !inner.waiting.is_empty();
        if !inner.has_leader {
            if inner.closed {
                // All that was taken before is with somebody who sees it to its end.
                self.wanted.notify_all();
                self.ended.notify_all();
            }
            return;
        }
        match inner.waiting.iter().find(|submission| submission.completion.is_awaited()) {
            Some(submission) => submission.completion.ask_to_lead(),
            None => {
                inner.wants_leader = true;
                self.wanted.notify_one();
            }
        }
    }

    /// Waits in reserve until asked to lead: then `true`. `false` when the queue was closed and
    /// nothing waits any more.
    pub(super) fn wait_in_reserve(&self) -> bool {
        let mut inner = lock(&self.inner);
        loop {
            if mem::take(&mut inner.wants_leader) {
                return true;
            }
            if inner.is_over() {
                return false;
            }
            inner = self.wanted.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn check_open(&self) -> Result<(), CommitError> {
        lock(&self.inner).check()
    }

    /// Takes no more. What waits is carried out all the same.
    pub(super) fn close(&self) {
        lock(&self.inner).closed = true;
        self.wanted.notify_all();
        self.gathered.notify_all();
    }

    /// Waits until nothing waits any more in a queue that was closed.
    pub(super) fn wait_for_end(&self) {
        let mut inner = lock(&self.inner);
        while !inner.is_over() {
            inner = self.ended.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// How many outages there were.
    pub(super) fn outages(&self) -> u64 {
        self.outages.load(Ordering::Acquire)
    }

    /// What waits was sent before an outage from now on.
    pub(super) fn had_outage(&self) {
        let _nobody_pushes = lock(&self.inner);
        self.outages.fetch_add(1, Ordering::Release);
    }

    /// Fails what waits, and everything to come.
    pub(super) fn poison(&self, why: &Stop) {
        let mut inner = lock(&self.inner);
        inner.poison = Some(why.clone());
        (inner.size, inner.block_bytes) = (0, 0);
        for submission in mem::take(&mut inner.waiting) {
            if let Err(error) = inner.check() {
                submission.completion.resolve(Err(error));
            }
        }
        self.wanted.notify_all();
        self.gathered.notify_all();
        self.ended.notify_all();
    }
}

impl Inner {
    /// Lets those who come now wait together, apart from those who were taken.
    fn begin_group(&mut self) {
        let callers = mem::take(&mut self.group_length);
        let now = Instant::now();
        let since = self.taken_at.replace(now).map_or(Duration::ZERO, |before| now - before);
        self.group = Arc::new(Group::new(self.wait_strategies.next(callers, since), self.yields));
    }

    fn ticket(&mut self, is_awaited: bool, weight: Option<Weight>) -> (Ticket, Completion) {
        if !is_awaited {
            return Ticket::new(Arc::default(), 0, false, weight);
        }
        let place = self.group_length;
        self.group_length += 1;
        Ticket::new(Arc::clone(&self.group), place, true, weight)
    }

    /// Whether nobody will be asked to lead any more.
    fn is_over(&self) -> bool {
        self.closed && (!self.has_leader || self.poison.is_some())
    }

    fn check(&self) -> Result<(), CommitError> {
        match &self.poison {
            Some(why) => Err(why.clone().into()),
            None if self.closed => Err(CommitError::Closed),
            None => Ok(()),
        }
    }
}
