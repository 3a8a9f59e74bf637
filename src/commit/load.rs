//! Loading records into the working set: from the published state, and from the journal.

use super::{CommitError, Shared};
use crate::engine::{Footprint, WorkingSet};
use crate::journal::Log;
use crate::model::{Event, Record, Timestamp};
use crate::record;
use crate::state::View;

/// Loads what a footprint names, and what those records name in turn.
pub(super) fn load(
    shared: &Shared,
    set: &mut WorkingSet,
    footprint: Footprint,
) -> Result<(), CommitError> {
    if footprint.is_empty() {
        return Ok(());
    }
    load_from(&shared.state.view(), &*shared.log, set, footprint)
}

/// Loads from a view and a journal. Keys that are in neither do not exist.
pub(super) fn load_from(
    view: &View,
    log: &dyn Log,
    set: &mut WorkingSet,
    mut footprint: Footprint,
) -> Result<(), CommitError> {
    while !footprint.is_empty() {
        let mut named = Footprint::default();
        for id in footprint.accounts {
            if let Some(account) = view.account(id)? {
                set.load_account(account);
            }
        }
        for id in footprint.holds {
            if let Some(hold) = view.hold(id)? {
                set.load_hold(hold);
                named.add_accounts_of(set, &hold);
            }
        }
        for id in footprint.operations {
            let Some(timestamp) = view.operation(id)? else { continue };
            if set.is_archived(timestamp) {
                set.load_archived(id, timestamp);
                named.add_archived(set, id);
                continue;
            }
            let original = read_event(view, log, timestamp)?;
            if let Record::Operation(decision) = &original.record {
                named.add_named_by(set, decision);
            }
            set.load_original(id, original, view.reversed(timestamp)?);
        }
        for key in footprint.documents {
            if let Some(stored) = view.document(&key)? {
                set.load_document(key, stored);
            }
        }
        footprint = named;
    }
    Ok(())
}

/// Loads the deadlines that come next. Everything that happened must be published.
pub(super) fn load_deadlines(shared: &Shared, set: &mut WorkingSet) -> Result<(), CommitError> {
    let Some((from, count)) = set.deadlines_wanted() else { return Ok(()) };
    let view = shared.state.view();
    let mut found = Vec::with_capacity(count);
    for due in view.deadlines(from).take(count) {
        found.push(due?);
    }
    let is_all = found.len() < count;
    set.load_deadlines(found, is_all);
    Ok(())
}

/// Reads one event out of the journal by its timestamp.
pub(crate) fn read_event(
    view: &View,
    log: &dyn Log,
    timestamp: Timestamp,
) -> Result<Event, CommitError> {
    let missing = || CommitError::NoSuchEvent(timestamp);
    let mut body = Vec::new();
    if !log.recent_record(timestamp.nanoseconds(), &mut body)? {
        let place = view.place(timestamp)?.ok_or_else(missing)?;
        if !log.record(place.into(), timestamp.nanoseconds(), &mut body)? {
            return Err(missing());
        }
    }
    record::decode(timestamp, &body).map_err(|error| CommitError::Event { timestamp, error })
}
