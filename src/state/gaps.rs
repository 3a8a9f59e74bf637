//! Gaps: stretches of a table in which everything was deleted, as readers have found out.
//!
//! A deleted row stays in its layer until the next checkpoint, and who reads steps over it. A queue
//! is read at its front and emptied there, so that each look would step over all that were ever
//! taken. The first who steps over a stretch notes it here, and who comes later passes it at once.
//!
//! Guarantees that a stretch which is passed has no row in the view of who passes it: a stretch is
//! known to have been empty in every block from the one that its reader saw to the last, because
//! each block cuts out of it what it puts there. What a reader of an older view notes is cut by the
//! blocks since, or forgotten if they are not known any more. Nothing is lost when a gap is forgotten.

use super::column::Value;
use super::layer::{Attention, Deadlines, Documents, HoldsByAccount, Layer, Layered, OpenHolds};
use super::run::Run;
use std::collections::VecDeque;
use std::fmt;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard};

/// So many are known at a time, so that a block is held against few. The shortest is forgotten.
const GAPS_MAX: usize = 64;
/// The last blocks that what is noted late is held against: as many of them, and rows in them.
const RECENT_BLOCKS_MAX: usize = 64;
const RECENT_ROWS_MAX: usize = 1 << 14;

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
    pub(super) fn publish(&self, block: u64, layer: &Layer) {
        self.documents.publish(block, layer);
        self.deadlines.publish(block, layer);
        self.open_holds.publish(block, layer);
        self.holds_by_account.publish(block, layer);
        self.attention.publish(block, layer);
    }
}

/// The gaps of one table.
pub(super) struct GapsOf<T: Layered> {
    rows_min: usize,
    known: Mutex<Known<T>>,
}

struct Known<T: Layered> {
    /// By rising keys, apart from each other.
    gaps: Vec<KnownGap<T::Key>>,
    /// What the last blocks changed, oldest first.
    recent: VecDeque<(u64, Arc<Run<T::Key, T::Value>>)>,
    /// Rows in those.
    recent_rows: usize,
    /// All blocks behind this one are among them, or changed nothing.
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

impl<T: Layered> fmt::Debug for GapsOf<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gaps = self.lock().gaps.len();
        formatter.debug_struct("GapsOf").field("gaps", &gaps).finish_non_exhaustive()
    }
}

impl<T: Layered> GapsOf<T> {
    fn new(rows_min: usize) -> Self {
        let known = Known {
            gaps: Vec::new(),
            recent: VecDeque::new(),
            recent_rows: 0,
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
        let begun = known.gaps.partition_point(|known| {
            let (from, is_behind) = &known.gap.from;
            from < key || (from == key && !is_behind)
        });
        let KnownGap { gap, since } = &known.gaps[begun.checked_sub(1)?];
        let (to, is_behind) = &gap.to;
        let reaches = to > key || (to == key && *is_behind);
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
        for (_, run) in known.recent.iter().filter(|(at, _)| *at > block) {
            pieces = pieces.iter().flat_map(|gap| gap.cut(run)).collect();
        }
        for gap in pieces {
            known.insert(KnownGap { gap, since: block });
        }
        known.forget_the_short(self.rows_min);
    }

    /// Takes note of what `block` put where.
    fn publish(&self, block: u64, layer: &Layer) {
        let Some(run) = T::shared_run(layer) else { return };
        let mut known = self.lock();
        if known.gaps.iter().any(|known| known.gap.rows_of(run).next().is_some()) {
            let cut = |known: &KnownGap<T::Key>| {
                let since = known.since;
                known.gap.cut(run).into_iter().map(move |gap| KnownGap { gap, since })
            };
            known.gaps = known.gaps.iter().flat_map(cut).collect();
            known.forget_the_short(self.rows_min);
        }
        known.recent_rows += run.len();
        known.recent.push_back((block, Arc::clone(run)));
        while known.recent.len() > RECENT_BLOCKS_MAX || known.recent_rows > RECENT_ROWS_MAX {
            let Some((block, run)) = known.recent.pop_front() else { break };
            known.recent_rows -= run.len();
            known.recent_since = block;
        }
    }

    /// How many rows readers have stepped over, as far as they noted it.
    #[cfg(test)]
    pub(super) fn stepped_over(&self) -> usize {
        self.lock().stepped_over
    }
}

impl<T: Layered> Known<T> {
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
    pub(super) fn end(&self) -> Bound<K> {
        behind(&self.to)
    }

    /// The rows of `run` that are put into it.
    fn rows_of<V: Value>(&self, run: &Run<K, V>) -> impl Iterator<Item = usize> {
        let rows = run.range(&behind(&self.from), &before(&self.to));
        rows.filter(|&row| run.value(row).is_some())
    }

    /// What is left of it, with the rows of `run` put into it. The deleted ones are taken to lie
    /// evenly.
    fn cut<V: Value>(&self, run: &Run<K, V>) -> Vec<Self> {
        let rows = self.rows / (self.rows_of(run).count() + 1);
        if rows == 0 {
            // More rows than were deleted: not worth knowing any more.
            return Vec::new();
        }
        let mut pieces = Vec::new();
        let mut from = self.from.clone();
        for row in self.rows_of(run) {
            let key = &run.keys()[row];
            pieces.push(Self { from, to: (key.clone(), false), rows });
            from = (key.clone(), true);
        }
        pieces.push(Self { from, to: self.to.clone(), rows });
        pieces
    }
}

/// Rows behind this place.
fn behind<K: Clone>((key, is_behind): &Edge<K>) -> Bound<K> {
    if *is_behind { Bound::Excluded(key.clone()) } else { Bound::Included(key.clone()) }
}

/// Rows before this place.
fn before<K: Clone>((key, is_behind): &Edge<K>) -> Bound<K> {
    if *is_behind { Bound::Included(key.clone()) } else { Bound::Excluded(key.clone()) }
}
