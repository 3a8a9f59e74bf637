//! The movements of a period, read in pages.
//!
//! A page of events is completed by few look-ups of many ids each, so that a guest asks its host a
//! handful of times for a thousand events.

use super::movement::{About, Movement};
use crate::model::{Decision, Event, Hold, Id, Kind, KnownKind, Operation, Record, Timestamp};
use crate::store::{Error, Events, Result, Snapshot};
use std::collections::HashMap;
use std::collections::VecDeque;

/// Events that are completed together.
const PAGE_EVENTS: usize = 1_024;

/// The movements from `from` to `to`, both included and [`Timestamp::NONE`] for no bound, oldest
/// first. Refused operations and those that move nothing have none.
///
/// Gives [`Error::Archived`] first if events from `from` on were archived, and where something is
/// reversed that was archived itself.
#[must_use]
pub fn movements(snapshot: &Snapshot, from: Timestamp, to: Timestamp) -> Movements<'_> {
    let to = if to.is_none() { Timestamp::MAX } else { to };
    // The feed begins behind a time.
    let after = Timestamp::from_nanoseconds(from.nanoseconds().saturating_sub(1));
    let events = snapshot.events(after);
    Movements { snapshot, events: Some(events), to, ready: VecDeque::new() }
}

/// Movements in order: see [`movements`]. Ends after an error.
#[derive(Debug)]
pub struct Movements<'s> {
    snapshot: &'s Snapshot,
    /// Until the last one is read.
    events: Option<Events>,
    to: Timestamp,
    ready: VecDeque<Movement>,
}

impl Iterator for Movements<'_> {
    type Item = Result<Movement>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(movement) = self.ready.pop_front() {
                return Some(Ok(movement));
            }
            let events = self.events.take()?;
            if let Err(error) = self.read_page(events) {
                return Some(Err(error));
            }
        }
    }
}

impl Movements<'_> {
    /// Reads a page, and keeps the events if there may be more.
    fn read_page(&mut self, mut events: Events) -> Result<()> {
        let mut page = Vec::with_capacity(PAGE_EVENTS);
        let mut is_last = true;
        for event in events.by_ref() {
            let Event { timestamp, record } = event?;
            if timestamp > self.to {
                break;
            }
            if let Record::Operation(decision) = record
                && decision.status.is_applied()
                && moves(decision.operation.kind)
            {
                page.push((timestamp, decision));
            }
            if page.len() == PAGE_EVENTS {
                is_last = false;
                break;
            }
        }
        let found = Found::of(self.snapshot, &page)?;
        for (timestamp, decision) in page {
            let about = found.about(&decision.operation)?;
            self.ready.extend(Movement::of(timestamp, &decision, about));
        }
        self.complete_postings()?;
        self.events = (!is_last).then_some(events);
        Ok(())
    }

    /// Fills in what postings say of their accounts.
    fn complete_postings(&mut self) -> Result<()> {
        let postings = self.ready.iter().flat_map(|movement| &movement.postings);
        let ids = distinct(postings.map(|posting| posting.account));
        let accounts = self.snapshot.accounts(&ids)?.into_iter().flatten();
        let accounts: HashMap<_, _> =
            accounts.map(|account| (account.id, (account.code, account.flags))).collect();
        for posting in self.ready.iter_mut().flat_map(|movement| &mut movement.postings) {
            let found = accounts.get(&posting.account).copied();
            (posting.account_code, posting.account_flags) =
                found.ok_or_else(|| missing("account", posting.account))?;
        }
        Ok(())
    }
}

/// Whether an operation of this kind can move money, at once or into or out of escrow.
fn moves(kind: Kind) -> bool {
    match KnownKind::of(kind) {
        Some(
            KnownKind::Transfer
            | KnownKind::Hold
            | KnownKind::TopUp
            | KnownKind::Release
            | KnownKind::Refund
            | KnownKind::Expire
            | KnownKind::Reverse,
        ) => true,
        Some(
            KnownKind::Ship
            | KnownKind::Deliver
            | KnownKind::Extend
            | KnownKind::Dispute
            | KnownKind::WithdrawDispute
            | KnownKind::Freeze
            | KnownKind::Unfreeze
            | KnownKind::Close
            | KnownKind::Reopen
            | KnownKind::Put
            | KnownKind::Delete
            | KnownKind::Divide,
        )
        | None => false,
    }
}

/// What the operations of a page are about.
#[derive(Default)]
struct Found {
    holds: HashMap<Id, Hold>,
    originals: HashMap<Id, Operation>,
}

impl Found {
    fn of(snapshot: &Snapshot, page: &[(Timestamp, Decision)]) -> Result<Self> {
        let mut found = Self::default();
        let operations = || page.iter().map(|(_, decision)| &decision.operation);
        found.look_up_holds(snapshot, operations().filter_map(hold_of))?;
        // The reversal of a transfer or of a release names that.
        let others = operations().filter(|operation| operation.kind == Kind::REVERSE);
        let others = others.map(|reversal| reversal.target);
        let others = distinct(others.filter(|target| !found.holds.contains_key(target)));
        let originals = snapshot.operations(&others)?;
        for original in originals.into_iter().flatten() {
            found.originals.insert(original.operation.id, original.operation);
        }
        let releases = found.originals.values().filter(|first| first.kind == Kind::RELEASE);
        let holds: Vec<_> = releases.map(|release| release.target).collect();
        found.look_up_holds(snapshot, holds.into_iter())?;
        Ok(found)
    }

    fn look_up_holds(&mut self, snapshot: &Snapshot, ids: impl Iterator<Item = Id>) -> Result<()> {
        let ids = distinct(ids.filter(|id| !self.holds.contains_key(id)));
        let holds = snapshot.holds(&ids)?.into_iter().flatten();
        self.holds.extend(holds.map(|hold| (hold.id, hold)));
        Ok(())
    }

    fn about(&self, operation: &Operation) -> Result<About> {
        let Some(id) = hold_of(operation) else { return Ok(About::Itself) };
        if let Some(hold) = self.holds.get(&id) {
            return Ok(About::Hold(*hold));
        }
        let first = self.originals.get(&id).ok_or_else(|| missing("hold or operation", id))?;
        if first.kind == Kind::TRANSFER {
            return Ok(About::Transfer(*first));
        }
        let hold = self.holds.get(&first.target);
        let hold = *hold.ok_or_else(|| missing("hold", first.target))?;
        let receiver = first.credit_account;
        match receiver.is_zero() || receiver == hold.payee {
            true => Ok(About::Hold(hold)),
            false => Ok(About::Split { hold, receiver }),
        }
    }
}

/// The hold that an operation is about; of a reversal, what may be one.
fn hold_of(operation: &Operation) -> Option<Id> {
    match operation.kind {
        Kind::TRANSFER => None,
        Kind::HOLD => Some(operation.id),
        _ => Some(operation.target),
    }
}

fn distinct(ids: impl Iterator<Item = Id>) -> Vec<Id> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What the feed names is in the snapshot that it ends with, or the store is damaged.
fn missing(what: &str, id: Id) -> Error {
    Error::Corrupt(format!("the feed names the {what} {id}, which is not in the snapshot"))
}
