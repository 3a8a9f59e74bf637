//! Lists of entries in memory: the lines of statements that are not yet checkpointed.
//!
//! Guarantees to find the entries of one account without looking at the others, in the order of
//! their times. They lie in memory account by account, because whoever writes them to a checkpoint
//! reads many lists at once, and a cache miss for each entry would cost more than all the rest.
//! Knows no balances.

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
    /// By account, then by time.
    entries: Vec<Entry>,
}

impl Chunk {
    /// The entries of one block, by time, as a list of chunks: of none or one.
    pub(super) fn list(entries: Vec<Entry>) -> Vec<Arc<Self>> {
        if entries.is_empty() {
            return Vec::new();
        }
        // Small pairs are sorted, not entries; the position keeps the order of time.
        let mut order: Vec<(Id, u32)> =
            entries.iter().map(|entry| entry.account).zip(0..).collect();
        order.sort_unstable();
        let entries = order.into_iter().map(|(_, position)| entries[position as usize]).collect();
        vec![Arc::new(Self { entries })]
    }

    /// The entries of a chunk and of a later one.
    fn merged(older: &Self, newer: &Self) -> Self {
        let mut entries = [&older.entries[..], &newer.entries[..]].concat();
        // Stable: within an account the older ones stay first.
        entries.sort_by_key(|entry| entry.account);
        Self { entries }
    }

    /// The lists of `older` and then those of `newer`; where they meet, small ones become one.
    pub(super) fn joined(older: &[Arc<Self>], newer: &[Arc<Self>]) -> Vec<Arc<Self>> {
        let mut chunks = older.to_vec();
        let mut newer = newer.iter();
        if let (Some(last), Some(next)) = (older.last(), newer.as_slice().first())
            && last.len() + next.len() <= JOINED_ENTRIES_MAX
        {
            chunks.pop();
            chunks.push(Arc::new(Self::merged(last, next)));
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
        let from = self.entries.partition_point(|entry| entry.account < account);
        let rest = &self.entries[from..];
        let length = rest.partition_point(|entry| entry.account == account);
        rest[..length].iter()
    }

    /// The account of the first entry at or behind this place in the order of accounts.
    fn account_at(&self, place: usize) -> Option<Id> {
        self.entries.get(place).map(|entry| entry.account)
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
                entries.push(&chunk.entries[*place]);
                *place += 1;
            }
            let after = chunk.account_at(*place);
            self.next.extend(after.map(|after| Reverse((after, number))));
        }
        Some(account)
    }
}
