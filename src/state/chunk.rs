//! Lists of entries in memory: the lines of statements that are not yet checkpointed.
//!
//! Guarantees to find the entries of one account without looking at the others, in the order of
//! their times. Entries are many and never change, so that they are neither moved nor copied on
//! the way in: only positions are sorted. Knows no balances.

use crate::model::{Entry, Id};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Up to this length neighbours are joined, so that a thousand tiny blocks are not a thousand
/// lists; longer ones are not worth the copying.
const JOINED_ENTRIES_MAX: usize = 8_192;

/// Entries of some blocks in a row.
#[derive(Debug)]
pub(super) struct Chunk {
    /// By time.
    entries: Vec<Entry>,
    /// Positions of all of them by account, then by time.
    order: Vec<u32>,
}

impl Chunk {
    /// The entries of one block, by time, as a list of chunks: of none or one.
    pub(super) fn list(entries: Vec<Entry>) -> Vec<Arc<Self>> {
        if entries.is_empty() {
            return Vec::new();
        }
        vec![Arc::new(Self::new(entries))]
    }

    fn new(entries: Vec<Entry>) -> Self {
        // Small pairs are sorted, not entries; the position keeps the order of time.
        let mut order: Vec<(Id, u32)> =
            entries.iter().map(|entry| entry.account).zip(0..).collect();
        order.sort_unstable();
        let order = order.into_iter().map(|(_, position)| position).collect();
        Self { entries, order }
    }

    /// The lists of `older` and then those of `newer`; where they meet, small ones become one.
    pub(super) fn joined(older: &[Arc<Self>], newer: &[Arc<Self>]) -> Vec<Arc<Self>> {
        let mut chunks = older.to_vec();
        let mut newer = newer.iter();
        if let (Some(last), Some(next)) = (older.last(), newer.as_slice().first())
            && last.len() + next.len() <= JOINED_ENTRIES_MAX
        {
            chunks.pop();
            chunks.push(Arc::new(Self::new([&last.entries[..], &next.entries[..]].concat())));
            newer.next();
        }
        chunks.extend(newer.cloned());
        chunks
    }

    /// The number of entries.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entries of `account` by time.
    pub(super) fn of(&self, account: Id) -> impl DoubleEndedIterator<Item = &Entry> {
        let from = self.order.partition_point(|&at| self.account(at) < account);
        let rest = &self.order[from..];
        let length = rest.partition_point(|&at| self.account(at) == account);
        rest[..length].iter().map(|&at| &self.entries[at as usize])
    }

    fn account(&self, position: u32) -> Id {
        self.entries[position as usize].account
    }

    /// The account of the first entry at or behind this place in the order of accounts.
    fn account_at(&self, place: usize) -> Option<Id> {
        self.order.get(place).map(|&at| self.account(at))
    }
}

/// The entries of some chunks, account by account.
pub(super) struct ByAccount<'v> {
    chunks: Vec<&'v Chunk>,
    /// The next account of each chunk, and the chunk's number: chunks are in the order of time.
    next: BinaryHeap<Reverse<(Id, usize)>>,
    /// How far each chunk is read.
    places: Vec<usize>,
}

impl<'v> ByAccount<'v> {
    /// Of `chunks`, oldest first.
    pub(super) fn new(chunks: Vec<&'v Chunk>) -> Self {
        let first = |chunk: &&Chunk| chunk.account_at(0);
        let next = chunks
            .iter()
            .zip(0..)
            .filter_map(|(chunk, number)| Some(Reverse((first(chunk)?, number))))
            .collect();
        let places = vec![0; chunks.len()];
        Self { chunks, next, places }
    }

    /// The next account, whose entries replace those in `entries`, by time.
    pub(super) fn next_account(&mut self, entries: &mut Vec<&'v Entry>) -> Option<Id> {
        entries.clear();
        let Reverse((account, _)) = *self.next.peek()?;
        while let Some(&Reverse((next, number))) = self.next.peek()
            && next == account
        {
            self.next.pop();
            let (chunk, place) = (self.chunks[number], &mut self.places[number]);
            while chunk.account_at(*place) == Some(account) {
                entries.push(&chunk.entries[chunk.order[*place] as usize]);
                *place += 1;
            }
            let after = chunk.account_at(*place);
            self.next.extend(after.map(|after| Reverse((after, number))));
        }
        Some(account)
    }
}
