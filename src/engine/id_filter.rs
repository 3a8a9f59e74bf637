//! Which ids were certainly never used: a filter over all that were, for ids that do not rise.
//!
//! A blocked Bloom filter: an id sets eight bits within one cache line, so that asking costs one
//! cache miss for each generation. A generation that is full is followed by one four times as
//! large; once the memory allowed is used up, the last takes all that comes, and errs more often.
//!
//! Guarantees that an id which was inserted is never taken for new. An id that was not inserted is
//! taken for used once in a thousand times or so, as long as there is memory: then somebody looks
//! closer. It does not know what an id was used for.
#![expect(clippy::arithmetic_side_effects, reason = "places in a table, no money")]

use crate::model::Id;
use foldhash::quality::RandomState;
use std::fmt;
use std::hash::BuildHasher;

/// Words of 64 bits in a line of cache; an id sets a bit in each.
const LINE_WORDS: usize = 8;
const LINE_BYTES: usize = LINE_WORDS * size_of::<u64>();
/// Ids for each line: 16 bits an id.
const LINE_IDS: usize = 32;
/// Lines of the first generation: room for two million ids in four megabytes, which are taken as
/// they are touched.
const FIRST_LINES: usize = 1 << 16;
/// How much larger the next generation is.
const GROWTH: usize = 4;
/// Odd numbers without a pattern, which spread a hash over the words of its line (those of the
/// split block filter that Parquet and Impala use).
const SPREAD: [u32; LINE_WORDS] = [
    0x47b6_137b,
    0x4497_4d91,
    0x8824_ad5b,
    0xa2b7_289d,
    0x7054_95c7,
    0x2df1_424b,
    0x9efc_4947,
    0x5c6b_fb31,
];

/// Ids that were used, as far as a filter can tell.
pub(crate) struct IdFilter {
    hasher: RandomState,
    /// The last takes what is inserted.
    generations: Vec<Generation>,
    /// Lines that may still be allocated.
    lines_left: usize,
}

/// Some lines, and how many ids they have room for.
struct Generation {
    /// Lines begin at `start`, so that none lies in two lines of cache.
    words: Vec<u64>,
    start: usize,
    lines: usize,
    room: usize,
}

impl fmt::Debug for IdFilter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("IdFilter").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl IdFilter {
    /// An empty filter that takes up to `bytes_max` bytes, of which the first few are taken in any
    /// case.
    pub(crate) fn new(bytes_max: usize) -> Self {
        let lines_left = (bytes_max / LINE_BYTES).max(1);
        let mut filter =
            Self { hasher: RandomState::default(), generations: Vec::new(), lines_left };
        filter.grow();
        filter
    }

    /// An empty filter that can be joined to this one, of up to `bytes_max` bytes.
    pub(crate) fn sibling(&self, bytes_max: usize) -> Self {
        Self { hasher: self.hasher.clone(), ..Self::new(bytes_max) }
    }

    /// Adds an id.
    pub(crate) fn insert(&mut self, id: Id) {
        let hash = self.hash(id);
        if self.generations.last().is_none_or(|last| last.room == 0) {
            self.grow();
        }
        if let Some(last) = self.generations.last_mut() {
            last.insert(hash);
        }
    }

    /// Whether the id was certainly never inserted.
    pub(crate) fn lacks(&self, id: Id) -> bool {
        let hash = self.hash(id);
        // The last is the largest, and has most of them.
        !self.generations.iter().rev().any(|generation| generation.has(hash))
    }

    /// Takes over what a sibling has, and goes on growing from the larger of both.
    pub(crate) fn join(&mut self, sibling: Self) {
        for theirs in sibling.generations {
            let unites = |mine: &&mut Generation| mine.has_room_for(&theirs);
            match self.generations.iter_mut().find(unites) {
                Some(mine) => mine.unite(&theirs),
                None => self.generations.push(theirs),
            }
        }
        self.generations.sort_by_key(|generation| generation.lines);
        self.lines_left = self.lines_left.saturating_add(sibling.lines_left);
    }

    /// The memory that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.generations.iter().map(|generation| generation.words.len() * size_of::<u64>()).sum()
    }

    fn hash(&self, id: Id) -> u64 {
        self.hasher.hash_one(id.as_u128())
    }

    fn grow(&mut self) {
        let wanted = self.generations.last().map_or(FIRST_LINES, |last| last.lines * GROWTH);
        let lines = wanted.min(self.lines_left);
        // A small rest would only have to be looked at as well.
        let worth_it = self.generations.is_empty() || lines * 2 >= wanted / GROWTH;
        self.lines_left -= lines;
        if worth_it {
            self.generations.push(Generation::new(lines));
        } else if let Some(last) = self.generations.last_mut() {
            last.room = usize::MAX;
        }
    }
}

impl Generation {
    fn new(lines: usize) -> Self {
        // Zeros from the system cost nothing until they are touched.
        let words = vec![0; (lines + 1) * LINE_WORDS];
        let start = words.as_ptr().align_offset(LINE_BYTES).min(LINE_WORDS);
        Self { words, start, lines, room: lines * LINE_IDS }
    }

    /// Whether both together are no fuller than one may be. Bits lie in the same places then.
    fn has_room_for(&self, other: &Self) -> bool {
        let capacity = self.lines * LINE_IDS;
        let whole = self.room <= capacity && other.room <= capacity;
        self.lines == other.lines && whole && self.room + other.room >= capacity
    }

    /// Adds what another of the same length has.
    fn unite(&mut self, other: &Self) {
        let theirs = &other.words[other.start..];
        for (word, theirs) in self.words[self.start..].iter_mut().zip(theirs) {
            *word |= theirs;
        }
        self.room = self.room + other.room - self.lines * LINE_IDS;
    }

    /// The line of a hash, by its upper half.
    fn line(&self, hash: u64) -> usize {
        let line = (u128::from(hash) * self.lines as u128) >> u64::BITS;
        self.start + line as usize * LINE_WORDS
    }

    fn insert(&mut self, hash: u64) {
        self.room = self.room.saturating_sub(1);
        let line = self.line(hash);
        for (word, bit) in self.words[line..line + LINE_WORDS].iter_mut().zip(bits(hash)) {
            *word |= bit;
        }
    }

    fn has(&self, hash: u64) -> bool {
        let line = self.line(hash);
        let words = self.words[line..line + LINE_WORDS].iter();
        words.zip(bits(hash)).fold(true, |all, (word, bit)| all & (word & bit != 0))
    }
}

/// A bit for each word of a line, by the lower half of a hash.
fn bits(hash: u64) -> impl Iterator<Item = u64> {
    let low = hash as u32;
    SPREAD.into_iter().map(move |odd| 1 << (low.wrapping_mul(odd) >> (u32::BITS - 6)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn random(number: u64) -> Id {
        // A generator as good as any: the filter hashes it once more.
        let high = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Id::from_u128(u128::from(high) << 64 | u128::from(number))
    }

    /// How many of a million ids that were not inserted are taken for used.
    fn false_positives(filter: &IdFilter) -> usize {
        let others = (0..1_000_000).map(|number| random(u64::MAX - number));
        others.filter(|id| !filter.lacks(*id)).count()
    }

    proptest! {
        #[test]
        fn what_was_inserted_is_never_new(
            mine: BTreeSet<u128>,
            theirs: BTreeSet<u128>,
            later: BTreeSet<u128>,
            bytes in prop::sample::select(vec![0, 1 << 6, 1 << 8, 1 << 12]),
        ) {
            let mut filter = IdFilter::new(bytes);
            let mut sibling = filter.sibling(bytes);
            let mut all = Vec::new();
            for (into, ids) in [(&mut filter, &mine), (&mut sibling, &theirs)] {
                for id in ids {
                    into.insert(Id::from_u128(*id));
                    all.push(*id);
                }
            }
            filter.join(sibling);
            for id in later {
                filter.insert(Id::from_u128(id));
                all.push(id);
            }
            for id in all {
                prop_assert!(!filter.lacks(Id::from_u128(id)));
            }
        }
    }

    #[test]
    fn few_new_ids_are_taken_for_used() {
        let mut filter = IdFilter::new(usize::MAX / 2);
        let mut inserted = 0;
        for (ids, most) in [(2_000_000, 2_000), (6_000_000, 3_000)] {
            while inserted < ids {
                filter.insert(random(inserted));
                inserted += 1;
            }
            let wrong = false_positives(&filter);
            assert!(wrong <= most, "{wrong} of a million with {ids} ids");
        }
    }

    #[test]
    fn what_was_gathered_in_two_places_becomes_one() {
        let mut filter = IdFilter::new(1 << 12);
        let mut sibling = filter.sibling(1 << 12);
        (0..1_000).for_each(|number| filter.insert(random(number)));
        (1_000..2_000).for_each(|number| sibling.insert(random(number)));
        filter.join(sibling);
        assert_eq!(filter.generations.len(), 1, "one look for each id");
        let mut sibling = filter.sibling(1 << 12);
        (2_000..3_000).for_each(|number| sibling.insert(random(number)));
        filter.join(sibling);
        assert_eq!(filter.generations.len(), 2, "no room for so many in one");
        assert!((0..3_000).all(|number| !filter.lacks(random(number))));
    }

    #[test]
    fn beyond_its_memory_it_errs_more_often_and_takes_no_more() {
        let most = 6 << 20;
        let mut filter = IdFilter::new(most);
        for number in 0..4_000_000 {
            filter.insert(random(number));
        }
        assert!(filter.bytes() <= most + 4 * LINE_BYTES, "{} bytes", filter.bytes());
        let wrong = false_positives(&filter);
        assert!((10_000..100_000).contains(&wrong), "{wrong} of a million");
        assert!((0..4_000_000).all(|number| !filter.lacks(random(number))));
    }
}
