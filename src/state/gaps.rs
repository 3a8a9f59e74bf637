//! Gaps: stretches of a table in which everything was deleted, as readers have found out.
//!
//! A deleted row stays in its delta until the next checkpoint, and who reads steps over it. A queue
//! is read at its front and emptied there, so that each look would step over all that were ever
//! taken. The first who steps over a stretch notes it here, and who comes later passes it at once.
//!
//! Guarantees that a stretch which is passed has no row in the view of who passes it: a stretch is
//! known to have been empty in every block from the one that its reader saw to the last, because
//! each block cuts out of it what it puts there. What a reader of an older view notes is cut by the
//! blocks since, or forgotten if they are not known any more. Nothing is lost when a gap is
//! forgotten.

use super::delta::{Attention, Deadlines, Delta, DeltaTable, Documents, HoldsByAccount, OpenHolds};
use std::collections::VecDeque;
use std::fmt;
use std::ops::Bound;
use std::slice;
use std::sync::{Mutex, MutexGuard};

/// So many are known at a time, so that a block is held against few. The shortest is forgotten.
const GAPS_MAX: usize = 64;
/// The last blocks that what is noted late is held against: as many of them, and rows in each.
const RECENT_BLOCKS_MAX: usize = 64;
const RECENT_ROWS_MAX: usize = 1 << 10;

/// The gaps of those tables from which rows are deleted all the time.
#[derive(Debug)]
pub(super) struct Gaps {
    pub(super) documents: GapsOf<Documents>,
    pub(super) deadlines: GapsOf<Deadlines>,
    pub(super) open_holds: GapsOf<OpenHolds>,
    pub(super) holds_by_account: GapsOf<HoldsByAccount>,
    pub(super) attention: GapsOf<Attention>,
}

impl Gaps {
    /// None are known. Shorter ones than `rows_min` are not worth knowing.
    pub(super) fn new(rows_min: usize) -> Self {
        Self {
            documents: GapsOf::new(rows_min),
            deadlines: GapsOf::new(rows_min),
            open_holds: GapsOf::new(rows_min),
            holds_by_account: GapsOf::new(rows_min),
            attention: GapsOf::new(rows_min),
        }
    }

    /// Takes note of what `block` put where. Before anybody can see that block.
    pub(super) fn publish(&self, block: u64, delta: &Delta) {
        self.documents.publish(block, delta);
        self.deadlines.publish(block, delta);
        self.open_holds.publish(block, delta);
        self.holds_by_account.publish(block, delta);
        self.attention.publish(block, delta);
    }
}

/// The gaps of one table.
pub(super) struct GapsOf<T: DeltaTable> {
    rows_min: usize,
    known: Mutex<Known<T>>,
}

struct Known<T: DeltaTable> {
    /// By rising keys, apart from each other.
    gaps: Vec<KnownGap<T::Key>>,
    /// The last blocks, oldest first, and the keys of rows that they put, in order. Not the rows:
    /// those of documents can be large.
    recent: VecDeque<(u64, Vec<T::Key>)>,
    /// All blocks behind this one are among them, or put nothing.
    recent_since: u64,
    /// Rows that readers have stepped over, of gaps that are worth knowing.
    #[cfg(test)]
    stepped_over: usize,
}

/// A place between the rows of a table: before the row of this key, or behind it.
pub(super) type Edge<K> = (K, bool);

/// A stretch without rows.
#[derive(Clone, Debug)]
pub(super) struct Gap<K> {
    pub(super) from: Edge<K>,
    pub(super) to: Edge<K>,
    /// About so many deleted rows lie in it.
    pub(super) rows: usize,
}

/// A gap that was empty in all blocks since this one.
#[derive(Clone, Debug)]
struct KnownGap<K> {
    gap: Gap<K>,
    since: u64,
}

impl<T: DeltaTable> fmt::Debug for GapsOf<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gaps = self.lock().gaps.len();
        formatter.debug_struct("GapsOf").field("gaps", &gaps).finish_non_exhaustive()
    }
}

impl<T: DeltaTable> GapsOf<T> {
    fn new(rows_min: usize) -> Self {
        let known = Known {
            gaps: Vec::new(),
            recent: VecDeque::new(),
            recent_since: 0,
            #[cfg(test)]
            stepped_over: 0,
        };
        Self { rows_min, known: Mutex::new(known) }
    }

    fn lock(&self) -> MutexGuard<'_, Known<T>> {
        super::lock(&self.known)
    }

    /// The gap around `key` in the view of `block`, if one is known.
    pub(super) fn around(&self, key: &T::Key, block: u64) -> Option<Gap<T::Key>> {
        let known = self.lock();
        let at = known.gaps.partition_point(|known| known.gap.to <= (key.clone(), false));
        let KnownGap { gap, since } = known.gaps.get(at)?;
        let reaches = !gap.of(slice::from_ref(key)).is_empty();
        (reaches && *since <= block).then(|| gap.clone())
    }

    /// Notes a gap in the view of `block`, in which so many rows were stepped over. A few more than
    /// are known are no news.
    pub(super) fn note(&self, gap: Gap<T::Key>, stepped_over: usize, block: u64) {
        if stepped_over < self.rows_min {
            return;
        }
        let mut known = self.lock();
        #[cfg(test)]
        {
            known.stepped_over += stepped_over;
        }
        if block < known.recent_since {
            return;
        }
        let mut pieces = vec![gap];
        for (_, put) in known.recent.iter().filter(|(at, _)| *at > block) {
            pieces = pieces.iter().flat_map(|gap| gap.cut(put)).collect();
        }
        for gap in pieces {
            known.insert(KnownGap { gap, since: block });
        }
        known.forget_the_short(self.rows_min);
    }

    /// Takes note of what `block` put where.
    fn publish(&self, block: u64, delta: &Delta) {
        let Some(run) = T::run(delta) else { return };
        let mut known = self.lock();
        let is_kept = run.len() <= RECENT_ROWS_MAX;
        if !is_kept {
            known.recent.clear();
            known.recent_since = block;
        }
        if !is_kept && known.gaps.is_empty() {
            return;
        }
        let rows = run.keys().iter().enumerate();
        let put: Vec<T::Key> =
            rows.filter(|(row, _)| run.value(*row).is_some()).map(|(_, key)| key.clone()).collect();
        if put.is_empty() {
            return;
        }
        if known.gaps.iter().any(|known| !known.gap.of(&put).is_empty()) {
            let cut = |known: &KnownGap<T::Key>| {
                let since = known.since;
                known.gap.cut(&put).into_iter().map(move |gap| KnownGap { gap, since })
            };
            known.gaps = known.gaps.iter().flat_map(cut).collect();
            known.forget_the_short(self.rows_min);
        }
        if is_kept {
            known.recent.push_back((block, put));
        }
        if known.recent.len() > RECENT_BLOCKS_MAX
            && let Some((block, _)) = known.recent.pop_front()
        {
            known.recent_since = block;
        }
    }

    /// How many rows readers have stepped over, as far as they noted it.
    #[cfg(test)]
    pub(super) fn stepped_over(&self) -> usize {
        self.lock().stepped_over
    }
}

impl<T: DeltaTable> Known<T> {
    /// Puts a gap in the place of those that it meets.
    fn insert(&mut self, mut new: KnownGap<T::Key>) {
        let from = self.gaps.partition_point(|known| known.gap.to < new.gap.from);
        let met = self.gaps[from..].partition_point(|known| known.gap.from <= new.gap.to);
        for known in self.gaps.drain(from..from + met) {
            new.since = new.since.max(known.since);
            new.gap.rows = new.gap.rows.max(known.gap.rows);
            new.gap.from = new.gap.from.min(known.gap.from);
            new.gap.to = new.gap.to.max(known.gap.to);
        }
        self.gaps.insert(from, new);
    }

    fn forget_the_short(&mut self, rows_min: usize) {
        self.gaps.retain(|known| known.gap.rows >= rows_min);
        while self.gaps.len() > GAPS_MAX {
            let shortest = (0..self.gaps.len()).min_by_key(|&at| self.gaps[at].gap.rows);
            shortest.map(|at| self.gaps.remove(at));
        }
    }
}

impl<K: Ord + Clone> Gap<K> {
    /// The rows behind it.
    pub(super) fn rest(&self) -> Bound<K> {
        let (key, is_behind) = &self.to;
        if *is_behind { Bound::Excluded(key.clone()) } else { Bound::Included(key.clone()) }
    }

    /// Those of `keys`, which rise, that lie in it.
    fn of<'k>(&self, keys: &'k [K]) -> &'k [K] {
        let is_before = |key: &K, (at, is_behind): &Edge<K>| key < at || (key == at && *is_behind);
        let from = keys.partition_point(|key| is_before(key, &self.from));
        let to = keys.partition_point(|key| is_before(key, &self.to));
        &keys[from..to.max(from)]
    }

    /// What is left of it when rows are put there, by rising keys. The deleted ones are taken to
    /// lie evenly.
    fn cut(&self, put: &[K]) -> Vec<Self> {
        let put = self.of(put);
        let rows = self.rows / (put.len() + 1);
        if rows == 0 {
            // As many rows as were deleted: not worth knowing any more.
            return Vec::new();
        }
        let mut pieces = Vec::with_capacity(put.len() + 1);
        let mut from = self.from.clone();
        for key in put {
            pieces.push(Self { from, to: (key.clone(), false), rows });
            from = (key.clone(), true);
        }
        pieces.push(Self { from, to: self.to.clone(), rows });
        pieces
    }
}
