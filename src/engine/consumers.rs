//! Consumers of the event feed: how far each of them has come.
//!
//! All of them are in memory, so that what is asked for is judged in the order of the journal, and
//! never by a view that others are ahead of. An acknowledgement is journalled, and is no event.

use super::apply::{Pause, settle_due};
use super::set::{Inconsistent, WorkingSet};
use super::time::Clock;
use crate::model::{Event, Record, Timestamp, limits};

/// What became of an acknowledgement or a removal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Acknowledged {
    /// It is written down.
    Done,
    /// There was nothing to do, and nothing is written down.
    #[default]
    Nothing,
    /// The consumer has come further already: this far.
    Regresses(Timestamp),
    /// Nothing has happened yet at that position; this was the last event.
    InFuture(Timestamp),
    /// The store has as many consumers as it can have.
    TooMany,
}

/// Remembers how far a consumer has come. Positions only rise, and are never later than the last
/// event, so that no consumer can miss what it has not seen.
pub(crate) fn acknowledge(
    set: &mut WorkingSet,
    name: &str,
    position: Timestamp,
    clock: Clock,
    settled: &mut usize,
    answer: &mut Acknowledged,
) -> Result<Pause, Inconsistent> {
    *answer = judge(set, name, position);
    if *answer != Acknowledged::Done {
        return Ok(Pause::Done);
    }
    let record = Record::Consumer { name: name.to_owned(), position };
    write_down(set, record, clock, settled)
}

/// Forgets a consumer: nothing is kept for it any more.
pub(crate) fn remove_consumer(
    set: &mut WorkingSet,
    name: &str,
    clock: Clock,
    settled: &mut usize,
    answer: &mut Acknowledged,
) -> Result<Pause, Inconsistent> {
    *answer = Acknowledged::Nothing;
    if !set.consumers.contains_key(name) {
        return Ok(Pause::Done);
    }
    *answer = Acknowledged::Done;
    write_down(set, Record::ConsumerRemoved { name: name.to_owned() }, clock, settled)
}

fn judge(set: &WorkingSet, name: &str, position: Timestamp) -> Acknowledged {
    if position > set.last {
        return Acknowledged::InFuture(set.last);
    }
    match set.consumers.get(name) {
        Some(&known) if known > position => Acknowledged::Regresses(known),
        Some(&known) if known == position => Acknowledged::Nothing,
        None if set.consumers.len() >= limits::CONSUMERS_MAX => Acknowledged::TooMany,
        _ => Acknowledged::Done,
    }
}

/// Writes down what was judged, after everything that is due.
fn write_down(
    set: &mut WorkingSet,
    record: Record,
    clock: Clock,
    settled: &mut usize,
) -> Result<Pause, Inconsistent> {
    let pause = settle_due(set, clock, settled)?;
    if pause != Pause::Done {
        return Ok(pause);
    }
    carry_out(set, &record)?;
    let timestamp = clock.next(set.last);
    set.record(Event { timestamp, record });
    Ok(Pause::Done)
}

/// Carries out the record of a consumer, decided on now or when its journal was written: earlier
/// versions let positions go back.
pub(super) fn carry_out(set: &mut WorkingSet, record: &Record) -> Result<(), Inconsistent> {
    match record {
        Record::Consumer { name, position } => {
            set.consumers.insert(name.clone(), *position);
            set.change_consumer(name, Some(*position));
        }
        Record::ConsumerRemoved { name } => {
            set.consumers
                .remove(name)
                .ok_or(Inconsistent("a consumer was removed that is not there"))?;
            set.change_consumer(name, None);
        }
        Record::Ledger(_) | Record::Account(_) | Record::Operation(_) => {
            return Err(Inconsistent("a record of a consumer is something else"));
        }
    }
    Ok(())
}
