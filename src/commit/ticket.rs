//! Tickets and completions: what a caller waits on, and what resolves it.
//!
//! Callers whose work is taken together wait together, as a group: one call wakes them all, and a
//! group is allocated once. Who submits without waiting is a group of its own. What is waited for
//! is always found under the lock; [spinning](WaitStrategy::Spin) only puts off being parked.
//!
//! Guarantees one answer for each completion, even if it is dropped, and that a group which is
//! asked to lead has one member that does. Knows no queue.

use super::sync::{AtomicBool, Condvar, Mutex, MutexGuard, Ordering, yield_now};
use super::under_way::Weight;
use super::wait_strategy::WaitStrategy;
use super::{Answer, CommitError, lock};
use std::mem;
use std::sync::{Arc, PoisonError};

/// An answer to come.
#[derive(Debug)]
pub(crate) struct Ticket {
    group: Arc<Group>,
    place: usize,
}

/// Those who wait together.
#[derive(Debug, Default)]
pub(super) struct Group {
    state: Mutex<GroupState>,
    changed: Condvar,
    wait_strategy: WaitStrategy,
    /// How often a spinning member yields its processor before it is parked.
    yields: u32,
    /// Something changed that ends the wait of one or all: for those who spin.
    is_called: Apart<AtomicBool>,
}

/// In cache lines of its own, so that those who look at it do not slow down who writes beside it.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart<T>(T);

impl Group {
    /// A group whose members wait like this.
    pub(super) fn new(wait_strategy: WaitStrategy, yields: u32) -> Self {
        Self { wait_strategy, yields, ..Self::default() }
    }

    /// Whether its members spin for a while.
    pub(super) fn is_spinning(&self) -> bool {
        self.wait_strategy == WaitStrategy::Spin
    }

    /// Gives the processor away until called, but not for ever.
    fn stay_awake(&self) {
        for _ in 0..self.yields {
            if self.is_called.0.load(Ordering::Relaxed) {
                return;
            }
            yield_now();
        }
    }

    /// Wakes all who sleep, for a reason that was put into `state`.
    fn call_all(&self, state: MutexGuard<'_, GroupState>) {
        let sleepers = state.sleepers;
        // Woken when the lock is free, or they would wait for it.
        drop(state);
        self.is_called.0.store(true, Ordering::Relaxed);
        if sleepers > 0 {
            self.changed.notify_all();
        }
    }
}

#[derive(Debug, Default)]
struct GroupState {
    /// By place. Who has a place beyond waits as well.
    answers: Vec<Given>,
    /// Whoever waits here first is to lead.
    wants_leader: bool,
    /// How many sleep: to wake nobody costs a call of the system, too.
    sleepers: usize,
}

#[derive(Debug)]
enum Given {
    Nothing,
    Answer(Result<Answer, CommitError>),
    Taken,
}

impl Ticket {
    /// The ticket of a place in a group, and the completion for it. `is_awaited` says that whoever
    /// holds the ticket waits by [`Ticket::wait_or_lead`].
    pub(super) fn new(
        group: Arc<Group>,
        place: usize,
        is_awaited: bool,
        weight: Option<Weight>,
    ) -> (Self, Completion) {
        let comes_back = is_awaited;
        let group_of = Some(Arc::clone(&group));
        let completion = Completion { group: group_of, place, is_awaited, comes_back, weight };
        (Self { group, place }, completion)
    }

    /// Waits for the answer, or for being asked to lead: then `true`.
    pub(super) fn wait_or_lead(&self) -> bool {
        if self.group.is_spinning() {
            self.group.stay_awake();
        }
        let mut state = lock(&self.group.state);
        loop {
            if state.has_answered(self.place) {
                return false;
            }
            if mem::take(&mut state.wants_leader) {
                return true;
            }
            state.sleepers += 1;
            state = self.group.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.sleepers -= 1;
        }
    }

    /// The answer, which must have come; it is given once.
    pub(super) fn take(&self) -> Result<Answer, CommitError> {
        let mut state = lock(&self.group.state);
        let given =
            state.answers.get_mut(self.place).map(|given| mem::replace(given, Given::Taken));
        match given {
            Some(Given::Answer(answer)) => answer,
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
        lock(&self.group.state).has_answered(self.place)
    }
}

impl GroupState {
    fn has_answered(&self, place: usize) -> bool {
        self.answers.get(place).is_some_and(|given| !matches!(given, Given::Nothing))
    }

    fn answer(&mut self, place: usize, answer: Result<Answer, CommitError>) {
        if self.answers.len() <= place {
            self.answers.resize_with(place + 1, || Given::Nothing);
        }
        if let Some(given @ Given::Nothing) = self.answers.get_mut(place) {
            *given = Given::Answer(answer);
        }
    }
}

/// The other end of a ticket. Dropped without an answer, by a panic, it tells that there is none.
#[derive(Debug)]
pub(super) struct Completion {
    /// `None` once it is kept.
    group: Option<Arc<Group>>,
    place: usize,
    is_awaited: bool,
    /// Whoever waits submits again when it is answered, here or elsewhere.
    comes_back: bool,
    /// What is under way until it is kept.
    weight: Option<Weight>,
}

impl Completion {
    /// Whether a thread waits that can be asked to lead.
    pub(super) fn is_awaited(&self) -> bool {
        self.is_awaited
    }

    /// Says whether whoever waits for the answer submits again.
    pub(super) fn of_a_caller(mut self, comes_back: bool) -> Self {
        self.comes_back = comes_back;
        self
    }

    /// Whether whoever waits for the answer submits again.
    pub(super) fn comes_back(&self) -> bool {
        self.comes_back
    }

    pub(super) fn resolve(self, answer: Result<Answer, CommitError>) {
        Self::resolve_all([(self, answer)]);
    }

    /// Keeps promises; those of a group that follow each other are answered at once.
    pub(super) fn resolve_all(
        answers: impl IntoIterator<Item = (Self, Result<Answer, CommitError>)>,
    ) {
        let mut answers = answers.into_iter().peekable();
        while let Some((mut completion, answer)) = answers.next() {
            let Some(group) = completion.group.take() else { continue };
            // Before the answer: who gets it may submit as much again at once.
            completion.weight = None;
            let mut state = lock(&group.state);
            // Of a group of many, most are here.
            let members = if completion.is_awaited { answers.size_hint().0 + 1 } else { 1 };
            state.answers.reserve_exact(members);
            state.answer(completion.place, answer);
            let is_of_group = |next: &(Self, _)| {
                next.0.group.as_ref().is_some_and(|other| Arc::ptr_eq(other, &group))
            };
            while let Some((mut completion, answer)) = answers.next_if(is_of_group) {
                // The group outlives it: the lock is held, and there is no drop to be told.
                completion.group = None;
                state.answer(completion.place, answer);
            }
            group.call_all(state);
        }
    }

    /// Asks one of those who wait in this group to lead.
    pub(super) fn ask_to_lead(&self) {
        if let Some(group) = &self.group {
            lock(&group.state).wants_leader = true;
            group.is_called.0.store(true, Ordering::Relaxed);
            group.changed.notify_one();
        }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if let Some(group) = self.group.take() {
            self.weight = None;
            let error = CommitError::Poisoned("the commit path failed".into());
            let mut state = lock(&group.state);
            state.answer(self.place, Err(error));
            group.call_all(state);
        }
    }
}
