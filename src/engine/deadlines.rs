//! The deadlines that come next.
//!
//! All open deadlines of a large store do not fit in memory. This window holds every one before
//! its horizon; those at or after it lie in the stored index, and are loaded when the window has
//! run dry.

use crate::model::{Hold, Id, Timestamp};
use std::collections::BTreeSet;

/// A deadline and the hold that it is of: the order in which holds are settled.
pub(crate) type Due = (Timestamp, Id);

/// The deadlines before a horizon.
pub(crate) struct Deadlines {
    window: BTreeSet<Due>,
    /// Every deadline before this is in the window; `None` if there are none beyond it.
    horizon: Option<Due>,
    capacity: usize,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    /// No deadline up to the time asked for.
    Nothing,
    /// This one.
    Due(Due),
    /// Not known: the window must be loaded first.
    Beyond,
}

impl Deadlines {
    /// A window for about `capacity` deadlines, over a store that may have some.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { window: BTreeSet::new(), horizon: Some((Timestamp::NONE, Id::ZERO)), capacity }
    }

    /// The deadline of a hold whose clock runs.
    pub(crate) fn of(hold: &Hold) -> Option<Due> {
        (hold.is_open() && !hold.deadline.is_none()).then_some((hold.deadline, hold.id))
    }

    /// Follows a change of a hold's deadline.
    pub(crate) fn change(&mut self, before: Option<Due>, after: Option<Due>) {
        if before == after {
            return;
        }
        if let Some(due) = before {
            self.window.remove(&due);
        }
        if let Some(due) = after
            && self.horizon.is_none_or(|horizon| due < horizon)
        {
            self.window.insert(due);
        }
    }

    /// Whether what comes at or before `time` is known well enough to judge a chain of so many
    /// members, each of which changes one deadline at most: all of it, or more than they could take
    /// away.
    pub(crate) fn suffices(&self, time: Timestamp, members: usize) -> bool {
        self.horizon.is_none_or(|horizon| horizon.0 > time) || self.window.len() > members
    }

    /// The first deadline at or before `time`.
    pub(crate) fn next(&self, time: Timestamp) -> Next {
        match (self.window.first(), self.horizon) {
            (Some(&due), _) if due.0 <= time => Next::Due(due),
            (Some(_), _) | (None, None) => Next::Nothing,
            (None, Some(horizon)) if horizon.0 > time => Next::Nothing,
            (None, Some(_)) => Next::Beyond,
        }
    }

    /// All deadlines of the window at or before `time`, in order.
    pub(crate) fn due(&self, time: Timestamp) -> impl Iterator<Item = Due> {
        self.window.iter().copied().take_while(move |due| due.0 <= time)
    }

    /// Where to load from: nothing before this is missing.
    pub(crate) fn horizon(&self) -> Option<Due> {
        self.horizon
    }

    /// How many to load at a time.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Takes in what the store has from the horizon on: `found`, in order, and whether that is all.
    pub(crate) fn load(&mut self, found: impl Iterator<Item = Due>, is_all: bool) {
        let mut last = self.horizon;
        for due in found {
            last = Some(due);
            self.window.insert(due);
        }
        // Everything up to and including the last is known now.
        self.horizon = if is_all { None } else { last.map(|(time, id)| (time, after(id))) };
    }

    /// Holds memory down: what is far off is left to the stored index. Between blocks only, for
    /// what a chain is judged by must stay while it is.
    pub(crate) fn shrink(&mut self) {
        if self.window.len() <= self.capacity.saturating_mul(4) {
            return;
        }
        let split = self.window.iter().nth(self.capacity.saturating_mul(2)).copied();
        if let Some(horizon) = split {
            self.window.split_off(&horizon);
            self.horizon = Some(horizon);
        }
    }
}

fn after(id: Id) -> Id {
    Id::from_u128(id.as_u128().saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(time: u64, id: u128) -> Due {
        (Timestamp::from_nanoseconds(time), Id::from_u128(id))
    }

    fn at(time: u64) -> Timestamp {
        Timestamp::from_nanoseconds(time)
    }

    #[test]
    fn the_window_says_what_it_does_not_know() {
        let mut deadlines = Deadlines::new(2);
        assert_eq!(deadlines.next(at(5)), Next::Beyond);
        deadlines.load([due(10, 1), due(20, 2)].into_iter(), false);
        assert_eq!(deadlines.next(at(9)), Next::Nothing);
        assert_eq!(deadlines.next(at(20)), Next::Due(due(10, 1)));
        deadlines.change(Some(due(10, 1)), None);
        deadlines.change(Some(due(20, 2)), Some(due(30, 2)));
        assert_eq!(deadlines.next(at(19)), Next::Nothing);
        assert_eq!(deadlines.next(at(20)), Next::Beyond, "another hold may be due at 20 too");
        deadlines.load([due(30, 2)].into_iter(), true);
        assert_eq!(deadlines.next(at(30)), Next::Due(due(30, 2)));
        deadlines.change(Some(due(30, 2)), None);
        assert_eq!(deadlines.next(Timestamp::MAX), Next::Nothing);
    }

    #[test]
    fn the_window_stays_small() {
        let mut deadlines = Deadlines::new(2);
        deadlines.load(std::iter::empty(), true);
        for number in 1..=9 {
            deadlines.change(None, Some(due(100 - number, u128::from(number))));
        }
        deadlines.shrink();
        assert_eq!(deadlines.due(Timestamp::MAX).count(), 4);
        assert_eq!(deadlines.horizon(), Some(due(95, 5)));
        assert_eq!(deadlines.next(at(95)), Next::Due(due(91, 9)));
    }
}
