//! Where the outcomes of a batch go: memory of our own, or the caller's.

use crate::model::Outcome;
use std::fmt;
use std::mem::MaybeUninit;

/// Memory for the outcomes of a batch that somebody else owns: for bindings, whose callers bring it
/// along. Dropped when nothing will be written to it any more.
#[doc(hidden)]
pub trait OutcomeRoom: Send {
    /// The room: as long each time.
    fn slots(&mut self) -> &mut [MaybeUninit<Outcome>];
}

/// The outcomes of a batch so far, in the order of its operations.
pub(crate) enum Outcomes {
    Own(Vec<Outcome>),
    Lent { room: Box<dyn OutcomeRoom>, filled: usize },
}

impl Outcomes {
    pub(crate) fn lent(room: Box<dyn OutcomeRoom>) -> Self {
        Self::Lent { room, filled: 0 }
    }

    pub(crate) fn with_capacity(count: usize) -> Self {
        Self::Own(Vec::with_capacity(count))
    }

    /// Those in memory of our own.
    pub(crate) fn into_own(self) -> Vec<Outcome> {
        match self {
            Self::Own(outcomes) => outcomes,
            Self::Lent { .. } => Vec::new(),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Own(outcomes) => outcomes.len(),
            Self::Lent { filled, .. } => *filled,
        }
    }

    pub(super) fn push(&mut self, outcome: Outcome) {
        match self {
            Self::Own(outcomes) => outcomes.push(outcome),
            Self::Lent { room, filled } => {
                room.slots()[*filled].write(outcome);
                *filled = filled.saturating_add(1);
            }
        }
    }

    /// Takes back all but the first `count`.
    pub(super) fn truncate(&mut self, count: usize) {
        match self {
            Self::Own(outcomes) => outcomes.truncate(count),
            Self::Lent { filled, .. } => *filled = count.min(*filled),
        }
    }
}

impl Default for Outcomes {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl fmt::Debug for Outcomes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Outcomes").field("len", &self.len()).finish_non_exhaustive()
    }
}
