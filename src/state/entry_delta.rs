//! Entry deltas: the entries of some blocks in memory, which are not yet checkpointed.
//!
//! They lie account by account, as bytes: a few for each, where a record would take dozens. Whoever
//! writes a checkpoint reads many entry deltas at once, and memory is what bounds how much a
//! checkpoint can gather.
//!
//! Guarantees to find the entries of one account without looking at the others, in the order of
//! their times. Knows no balances.

use super::bytes::{put_varint, take_varint_64};
use super::entries::Entry;
use crate::engine;
use crate::model::{Account, Id, Timestamp};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::sync::Arc;

/// Up to this number of entries neighbours are joined, so that a thousand tiny blocks are not a
/// thousand entry deltas; larger ones are not worth the copying.
const JOINED_ENTRIES_MAX: usize = 8_192;
/// A pause is possible each time that the entries of so many accounts were joined: in a microsecond
/// or two.
const PAUSE_ACCOUNTS: usize = 32;

/// Entries of some blocks in a row.
#[derive(Debug)]
pub(super) struct EntryDelta {
    /// Where the first entry of each account counts its time from.
    start: Timestamp,
    /// By rising id.
    accounts: Vec<Part>,
    lines: Vec<u8>,
    entries: usize,
}

/// The part of one account.
#[derive(Clone, Copy, Debug)]
struct Part {
    account: Id,
    /// The time of its last entry.
    last: Timestamp,
    /// Where its lines end; they start where those of the account before end.
    end: u32,
}

impl EntryDelta {
    /// The `entries` of one block, by time, as a list of entry deltas: of none or one. `order` are
    /// the places of `accounts` by rising id.
    pub(super) fn list(
        entries: &[engine::Entry],
        accounts: &[Account],
        order: &[u32],
    ) -> Vec<Arc<Self>> {
        let Some(first) = entries.first() else {
            return Vec::new();
        };
        let by_account = ByPlace::sort(entries, accounts.len());
        let mut entry_delta = Self {
            start: first.timestamp,
            accounts: Vec::with_capacity(order.len()),
            lines: Vec::with_capacity(entries.len() * 8),
            entries: entries.len(),
        };
        for &place in order {
            let account = &accounts[place as usize];
            let mut last = entry_delta.start;
            let changes = by_account.of(place);
            for &change in changes {
                let entry = Entry::of(&entries[change as usize], account);
                entry.put(last, &mut entry_delta.lines);
                last = entry.timestamp;
            }
            if !changes.is_empty() {
                entry_delta.end_part(account.id, last);
            }
        }
        vec![Arc::new(entry_delta)]
    }

    fn end_part(&mut self, account: Id, last: Timestamp) {
        let end = u32::try_from(self.lines.len()).expect("an entry delta has less than 4 GiB");
        self.accounts.push(Part { account, last, end });
    }

    /// The entries of an entry delta and of a later one. Calls `pause` after some accounts each.
    fn merged(older: &Self, newer: &Self, pause: &dyn Fn()) -> Self {
        let mut merged = Self {
            start: older.start,
            accounts: Vec::with_capacity(older.accounts.len() + newer.accounts.len()),
            lines: Vec::with_capacity(older.lines.len() + newer.lines.len()),
            entries: older.entries + newer.entries,
        };
        let (mut left, mut right) = (0, 0);
        loop {
            let (old, new) = (older.accounts.get(left), newer.accounts.get(right));
            let account = match (old, new) {
                (Some(old), Some(new)) => old.account.min(new.account),
                (Some(part), None) | (None, Some(part)) => part.account,
                (None, None) => return merged,
            };
            let mut last = merged.start;
            if let Some(part) = old.filter(|part| part.account == account) {
                merged.lines.extend_from_slice(older.lines(left));
                last = part.last;
                left += 1;
            }
            if let Some(part) = new.filter(|part| part.account == account) {
                // Only the first line counts from somewhere else now.
                let mut rest = newer.lines(right);
                let later = take_varint_64(&mut rest).expect(WHOLE);
                let first = newer.start.plus_nanoseconds(later);
                put_varint(u128::from(first.nanoseconds_since(last)), &mut merged.lines);
                merged.lines.extend_from_slice(rest);
                last = part.last;
                right += 1;
            }
            merged.end_part(account, last);
            if merged.accounts.len().is_multiple_of(PAUSE_ACCOUNTS) {
                pause();
            }
        }
    }

    /// The lists of `older` and then those of `newer`; where they meet, small ones become one.
    /// Calls `pause` now and then.
    pub(super) fn joined(
        older: &[Arc<Self>],
        newer: &[Arc<Self>],
        pause: &dyn Fn(),
    ) -> Vec<Arc<Self>> {
        let mut entries = older.to_vec();
        let mut newer = newer.iter();
        if let (Some(last), Some(next)) = (older.last(), newer.as_slice().first())
            && last.entries + next.entries <= JOINED_ENTRIES_MAX
        {
            entries.pop();
            entries.push(Arc::new(Self::merged(last, next, pause)));
            newer.next();
        }
        entries.extend(newer.cloned());
        entries
    }

    /// The number of entries.
    pub(super) fn len(&self) -> usize {
        self.entries
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.accounts.capacity() * size_of::<Part>() + self.lines.capacity()
    }

    /// The entries of `account` by time.
    pub(super) fn of(&self, account: Id) -> Vec<Entry> {
        let mut entries = Vec::new();
        if let Ok(place) = self.accounts.binary_search_by_key(&account, |part| part.account) {
            self.read(place, &mut entries);
        }
        entries
    }

    /// Appends the entries of the account at this place.
    fn read(&self, place: usize, entries: &mut Vec<Entry>) {
        let (mut last, mut rest) = (self.start, self.lines(place));
        while !rest.is_empty() {
            let entry = Entry::take(last, &mut rest).expect(WHOLE);
            last = entry.timestamp;
            entries.push(entry);
        }
    }

    fn lines(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.accounts[before].end);
        let lines: Range<usize> = start as usize..self.accounts[place].end as usize;
        &self.lines[lines]
    }

    fn account_at(&self, place: usize) -> Option<Id> {
        self.accounts.get(place).map(|part| part.account)
    }
}

/// Why lines can be read.
const WHOLE: &str = "lines in memory are as they were written";

/// Entries by the place of their account, in the order of time.
struct ByPlace {
    /// Where those of each place start.
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl ByPlace {
    /// Sorts by counting: there are few places.
    fn sort(entries: &[engine::Entry], places: usize) -> Self {
        let mut starts = vec![0_u32; places + 1];
        for entry in entries {
            starts[entry.account as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut sorted = vec![0_u32; entries.len()];
        for (number, entry) in (0..).zip(entries) {
            let next = &mut next[entry.account as usize];
            sorted[*next as usize] = number;
            *next += 1;
        }
        Self { starts, entries: sorted }
    }

    fn of(&self, place: u32) -> &[u32] {
        let place = place as usize;
        &self.entries[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

/// The entries of some entry deltas, account by account.
pub(super) struct ByAccount<'v> {
    entries: Vec<&'v EntryDelta>,
    /// The next account of each entry delta, and its number: they are in the order of time.
    next: BinaryHeap<Reverse<(Id, usize)>>,
    /// How far each entry delta is read.
    places: Vec<usize>,
}

impl<'v> ByAccount<'v> {
    /// Of these, oldest first.
    pub(super) fn new(entries: Vec<&'v EntryDelta>) -> Self {
        let first = |entry_delta: &&EntryDelta| entry_delta.account_at(0);
        let next = entries
            .iter()
            .zip(0..)
            .filter_map(|(entry_delta, number)| Some(Reverse((first(entry_delta)?, number))))
            .collect();
        let places = vec![0; entries.len()];
        Self { entries, next, places }
    }

    /// The next account, whose entries replace those in `entries`, by time.
    pub(super) fn next_account(&mut self, entries: &mut Vec<Entry>) -> Option<Id> {
        entries.clear();
        let Reverse((account, _)) = *self.next.peek()?;
        while let Some(mut top) = self.next.peek_mut()
            && top.0.0 == account
        {
            let number = top.0.1;
            let (entry_delta, place) = (self.entries[number], &mut self.places[number]);
            entry_delta.read(*place, entries);
            *place += 1;
            match entry_delta.account_at(*place) {
                // Sinks to its new place when `top` goes.
                Some(after) => top.0.0 = after,
                None => drop(std::collections::binary_heap::PeekMut::pop(top)),
            }
        }
        Some(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountFlags, Side};
    use proptest::prelude::*;

    /// A block of entries `(account, later, posted)` among accounts whose ids fall with their
    /// place.
    fn entry_delta(
        start: u64,
        changes: &[(u8, u8, i64)],
    ) -> (Vec<Arc<EntryDelta>>, Vec<(Id, Entry)>) {
        let account = |place: u32| {
            Account::new(Id::from_u128(1_000 - u128::from(place)), 1, 1, AccountFlags::NONE)
        };
        let accounts: Vec<_> = (0..256).map(account).collect();
        let order: Vec<u32> = (0..256).rev().collect();
        let mut time = Timestamp::from_nanoseconds(start);
        let entry = |&(account, later, posted): &(u8, u8, i64)| {
            time = time.plus_nanoseconds(u64::from(later));
            engine::Entry {
                account: account.into(),
                side: Side::Credit,
                timestamp: time,
                pending: 1,
                posted: posted.into(),
            }
        };
        let entries: Vec<_> = changes.iter().map(entry).collect();
        let seen = entries.iter().map(|entry| {
            let account = &accounts[entry.account as usize];
            (account.id, Entry::of(entry, account))
        });
        (EntryDelta::list(&entries, &accounts, &order), seen.collect())
    }

    proptest! {
        #[test]
        fn every_entry_is_found_under_its_account(
            blocks in prop::collection::vec(
                prop::collection::vec((0..9_u8, 0..3_u8, any::<i64>()), 0..20),
                1..6,
            ),
        ) {
            let (mut joined, mut apart, mut all) = (Vec::new(), Vec::new(), Vec::new());
            for (block, start) in blocks.iter().zip((0..).step_by(1_000)) {
                let (made, entries) = entry_delta(start, block);
                joined = EntryDelta::joined(&joined, &made, &|| ());
                apart.extend(made);
                all.extend(entries);
            }
            prop_assert_eq!(joined.len(), usize::from(!all.is_empty()), "small ones become one");
            all.sort_by_key(|(account, _)| *account);
            for deltas in [&joined, &apart] {
                let mut read = Vec::new();
                let mut entries = Vec::new();
                let mut by_account = ByAccount::new(deltas.iter().map(AsRef::as_ref).collect());
                while let Some(account) = by_account.next_account(&mut entries) {
                    let found: Vec<_> =
                        deltas.iter().flat_map(|delta| delta.of(account)).collect();
                    prop_assert_eq!(&found, &entries);
                    read.extend(entries.iter().map(|entry| (account, *entry)));
                }
                prop_assert_eq!(&read, &all);
            }
        }
    }
}
