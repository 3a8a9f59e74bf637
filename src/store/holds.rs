//! Queries for open holds.

use super::{Error, Result};
use crate::model::{Hold, Id, Phase, Timestamp};
use crate::state::{StateError, View};

/// Which open holds. The default is all of them; each field that is set narrows them down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HoldQuery {
    /// In which this account is payer, payee or fee account.
    pub account: Option<Id>,
    /// In this phase.
    pub phase: Option<Phase>,
    /// Disputed, or not.
    pub disputed: Option<bool>,
    /// With a deadline at or after this time.
    pub due_from: Option<Timestamp>,
    /// With a deadline at or before this time.
    pub due_to: Option<Timestamp>,
    /// With this user data.
    pub user_data_128: Option<Id>,
    /// With this user data.
    pub user_data_64: Option<u64>,
    /// How many at most; 0 for no bound.
    pub limit: usize,
}

impl HoldQuery {
    fn asks_for_deadline(&self) -> bool {
        self.due_from.is_some() || self.due_to.is_some()
    }

    fn admits(&self, hold: &Hold) -> bool {
        let due = hold.deadline;
        let due_fits = !self.asks_for_deadline()
            || !due.is_none()
                && self.due_from.is_none_or(|from| due >= from)
                && self.due_to.is_none_or(|to| due <= to);
        due_fits
            && self.phase.is_none_or(|phase| hold.phase == phase)
            && self.disputed.is_none_or(|disputed| hold.is_disputed() == disputed)
            && self.user_data_128.is_none_or(|data| hold.user_data_128 == data)
            && self.user_data_64.is_none_or(|data| hold.user_data_64 == data)
    }
}

/// Open holds, read as they are asked for, by the narrowest index that the query allows.
pub(super) struct OpenHolds<'s> {
    view: &'s View,
    query: HoldQuery,
    ids: Box<dyn Iterator<Item = Result<Id, StateError>> + Send + 's>,
    left: usize,
}

impl<'s> OpenHolds<'s> {
    /// Those behind the hold with the deadline and id `after`, in the order of the index.
    pub(super) fn new(view: &'s View, query: &HoldQuery, after: Option<(Timestamp, Id)>) -> Self {
        let after_id = after.map(|(_, id)| id);
        let ids: Box<dyn Iterator<Item = _> + Send> = if let Some(account) = query.account {
            Box::new(view.open_holds_of(account, after_id))
        } else if query.asks_for_deadline() {
            let from = query.due_from.unwrap_or(Timestamp::NONE);
            let to = query.due_to.unwrap_or(Timestamp::MAX);
            let first = (from, Id::ZERO).max(after.unwrap_or_default());
            let due = view.deadlines(first);
            // The first of them is the one after which to go on, if it is there.
            let due = due.filter(move |due| !matches!(due, Ok(due) if Some(*due) == after));
            let within = due.take_while(move |due| due.as_ref().map_or(true, |due| due.0 <= to));
            Box::new(within.map(|due| due.map(|(_, id)| id)))
        } else {
            Box::new(view.open_holds(after_id))
        };
        let left = if query.limit == 0 { usize::MAX } else { query.limit };
        Self { view, query: *query, ids, left }
    }

    fn look_up(&self, id: Result<Id, StateError>) -> Result<Hold> {
        let id = id?;
        let missing = || Error::Corrupt(format!("hold {id} is indexed, but not there"));
        self.view.hold(id)?.ok_or_else(missing)
    }
}

impl Iterator for OpenHolds<'_> {
    type Item = Result<Hold>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        loop {
            let id = self.ids.next()?;
            match self.look_up(id) {
                Ok(hold) if !self.query.admits(&hold) => (),
                found => {
                    self.left -= 1;
                    return Some(found);
                }
            }
        }
    }
}
