//! The rules of the ledger and of escrow, pure: state, operations and a time in, outcomes out.
//!
//! The same state, batch and time always give the same result. Everything an operation may need is
//! loaded into the [`WorkingSet`] first ([`Footprint`] says what); [`apply()`] then cannot fail but
//! by finding the state in contradiction with itself. Each kind of operation has three parts: find
//! its records, judge it by guards in a fixed order, carry it out. A journal is replayed by the
//! first and the last alone.
//!
//! This floor knows no storage, no clock and no randomness.

#![warn(clippy::arithmetic_side_effects, clippy::wildcard_enum_match_arm)]

mod accounts;
mod apply;
mod asked;
mod changes;
mod check;
mod consumers;
mod deadlines;
mod decide;
mod divide;
mod documents;
mod expect;
mod footprint;
mod fund;
mod guards;
mod id_filter;
mod look_up;
mod outcomes;
mod parties;
mod progress;
mod recent;
mod record_cache;
mod repeat;
mod reverse;
mod set;
mod settle;
#[cfg(test)]
mod tests;
mod time;
mod transfer;

pub(crate) use accounts::{create_accounts, create_ledgers};
pub(crate) use apply::{Pause, apply, settle_up_to};
pub(crate) use changes::{Changes, Entry, Stored};
pub(crate) use consumers::{Acknowledged, acknowledge, remove_consumer};
pub(crate) use decide::replay;
pub(crate) use footprint::Footprint;
pub(crate) use id_filter::IdFilter;
pub use outcomes::OutcomeRoom;
pub(crate) use outcomes::Outcomes;
pub(crate) use record_cache::{FETCHED_AT_ONCE, WORTH_FETCHING_BYTES};
pub(crate) use set::{Block, Inconsistent, WorkingSet};
pub(crate) use time::Clock;

use crate::model::{Operation, OperationFlags};

/// Who submits a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    /// The host: reserved spaces of documents and `managed` accounts are closed to it.
    Host,
    /// The library itself.
    Library,
}

/// Operations to be applied together, and the side buffer with their documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Batch<'call> {
    operations: &'call [Operation],
    data: &'call [u8],
    origin: Origin,
    /// Some operation says that it is imported.
    any_imported: bool,
    /// Some operation does not.
    any_new: bool,
}

impl<'call> Batch<'call> {
    pub(crate) fn new(operations: &'call [Operation], data: &'call [u8], origin: Origin) -> Self {
        let imported = |operation: &Operation| operation.flags.contains(OperationFlags::IMPORTED);
        let any_imported = operations.iter().any(imported);
        let any_new = !any_imported || !operations.iter().all(imported);
        Self { operations, data, origin, any_imported, any_new }
    }

    /// Whether the batch moves a history in, all of it.
    fn is_imported(&self) -> bool {
        self.any_imported && !self.any_new
    }

    /// Space, key and value of an operation's document, if they lie within the side buffer.
    fn document_parts(
        &self,
        operation: &Operation,
    ) -> Option<(&'call [u8], &'call [u8], &'call [u8])> {
        let rest = self.data.get(usize::try_from(operation.data_offset).ok()?..)?;
        let (space, rest) = rest.split_at_checked(operation.space_length.into())?;
        let (key, rest) = rest.split_at_checked(operation.key_length.into())?;
        let value = rest.get(..usize::try_from(operation.value_length).ok()?)?;
        Some((space, key, value))
    }
}
