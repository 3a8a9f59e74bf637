//! The state: what is true now and the ways to find it, a cache of the journal's truth.
//!
//! redb holds the records as of a *checkpoint*, a position in the journal. What later, durable
//! blocks changed lies above it in memory as immutable *deltas*. A [`View`] is both, as of one
//! block: it never changes and waits for nobody. [`State::publish`] adds a block,
//! [`State::compact_deltas`] makes few deltas of many small ones, and [`State::checkpoint`] moves
//! what was published into redb, while all of them go on.
//!
//! Guarantees that what is read was published, all of it as of one block, and that a record whose
//! bytes were damaged is an error that names it. After a crash the state is that of the last
//! checkpoint: the blocks since are published again by whoever reads the journal.
//!
//! Knows nothing of the rules: what changes is decided above.
#![doc = include_str!("format.md")]

mod backend;
mod base;
mod bytes;
mod checkpoint;
mod codec;
mod column;
mod compaction;
mod copy;
mod delta;
mod documents;
mod entries;
mod entry_delta;
mod error;
mod file;
mod gaps;
mod hash;
mod key_index;
mod lines;
mod merge;
mod meta;
mod packed;
mod page_rows;
mod pages;
mod progress;
mod records;
mod run;
mod run_pages;
mod sorted_runs;
mod sparse;
mod table;
mod view;

#[cfg(test)]
mod tests;

pub(crate) use copy::copy;
pub(crate) use entries::Line;
pub(crate) use error::StateError;
pub(crate) use file::{FILE as STATE_FILE, is_there};
pub(crate) use hash::state_hash;
pub(crate) use lines::Direction;
pub(crate) use progress::{CheckpointObserver, Writing};
#[cfg(test)]
pub(crate) use tests::forge;
pub(crate) use view::View;

use crate::disk::Disk;
use crate::engine::Changes;
use crate::model::Timestamp;
use base::Base;
use codec::Place;
use delta::Delta;
use file::File;
use gaps::Gaps;
use progress::{CheckpointProgress, Progress};
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Journal bytes between two blocks that are found by time: a search reads about so many.
const PLACE_DISTANCE_BYTES: u64 = 16 << 10;
/// Deltas are merged up to this number of rows, so that no block pays for copying more.
const DELTA_ROWS_MAX: usize = 1 << 17;
/// Deltas of so few rows wait for [`State::compact_deltas`], so that no caller waits for it.
const SMALL_DELTA_ROWS_MAX: usize = 1 << 10;

/// The sizes by which work is put off and cut up. Tests make them small, to see with few rows what
/// happens with many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tuning {
    /// So many small deltas are worth compacting.
    pub(crate) small_deltas_enough: usize,
    /// More are not left to it, however busy it is: who reads looks into each.
    pub(crate) small_deltas_max: usize,
    /// Bytes that are written at a time to merge sorted runs: whoever waits for the next checkpoint
    /// waits for so much longer.
    pub(crate) merged_bytes: usize,
    /// So many deleted rows are stepped over each time before it is noted where they are.
    pub(crate) gap_rows_min: usize,
}

impl Tuning {
    pub(crate) const fn new() -> Self {
        Self {
            small_deltas_enough: 16,
            small_deltas_max: 128,
            merged_bytes: 4 << 20,
            gap_rows_min: 8,
        }
    }
}

/// How to open the state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Memory for pages of the file.
    pub(crate) cache_bytes: usize,
    /// Whether operations are found by user data. Decided at creation, ignored afterwards.
    pub(crate) index_user_data: bool,
    pub(crate) tuning: Tuning,
}

/// How far a state includes the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Tip {
    /// The last event.
    pub(crate) timestamp: Timestamp,
    /// The number of the last block.
    pub(crate) block: u64,
    /// The chain hash after it.
    pub(crate) hash: [u8; 32],
}

/// Which block of the journal begins at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct BlockPlace {
    /// The first event in it.
    pub(crate) first_timestamp: Timestamp,
    /// Its number. In rows of format 1 that of the first block of its segment.
    pub(crate) number: u64,
    /// By which the journal finds it sooner; means nothing here.
    pub(crate) hint: u64,
}

/// A durable block, as it is published.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Published {
    pub(crate) place: BlockPlace,
    /// Its bytes in the journal.
    pub(crate) bytes: u64,
    pub(crate) tip: Tip,
}

/// What was published and is not in redb yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Unflushed {
    /// Blocks to be applied again after a crash.
    pub(crate) blocks: u64,
    /// Ids that were used up in them: about the number of their events.
    pub(crate) operations: usize,
    /// Bytes of memory that their changes take.
    pub(crate) bytes: usize,
}

/// The state of a store. Share it: all methods may be called from many threads.
pub(crate) struct State {
    // Before the database, for it keeps a transaction of it.
    view: RwLock<Arc<View>>,
    file: File,
    store_id: [u8; 16],
    publishing: Mutex<Publishing>,
    /// Held by the one checkpoint that runs.
    checkpointing: Mutex<()>,
    /// How far that has come.
    checkpoint_progress: CheckpointProgress,
    /// Called whenever what is unflushed has become less, holding no lock.
    on_less: Box<dyn Fn() + Send + Sync>,
    tuning: Tuning,
}

/// Whether less is unflushed than before: whoever waits for that is to be told when no lock is
/// held.
#[must_use]
struct IsLess(bool);

/// What changes of the view together.
struct Publishing {
    /// How many deltas, oldest first, a running checkpoint writes: they must stay as they are.
    frozen: usize,
    /// Bytes of the journal since the last block that is found by time began, if that is known.
    since_place: Option<u64>,
    /// That of the block published last.
    last_hint: u64,
    /// How many deltas, newest last, are not merged yet because they are small.
    small: usize,
}

impl fmt::Debug for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut state = formatter.debug_struct("State");
        state.field("view", &self.view()).finish_non_exhaustive()
    }
}

impl State {
    /// Opens the state of the store `store_id` in `disk`, and creates it if there is none.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        store_id: [u8; 16],
        options: Options,
    ) -> Result<Self, StateError> {
        let file = File::open(&*disk, &store_id, options)?;
        let base = Arc::new(Base::load(&file)?);
        if base.store_id.is_some_and(|found| found != store_id) {
            return Err(StateError::Foreign);
        }
        let tip = base.tip;
        let gaps = Arc::new(Gaps::new(options.tuning.gap_rows_min));
        let view = View::new(base, Vec::new(), tip, gaps);
        Ok(Self {
            view: RwLock::new(Arc::new(view)),
            file,
            store_id,
            publishing: Mutex::new(Publishing {
                frozen: 0,
                since_place: None,
                last_hint: 0,
                small: 0,
            }),
            checkpointing: Mutex::new(()),
            checkpoint_progress: CheckpointProgress::default(),
            on_less: Box::new(|| ()),
            tuning: options.tuning,
        })
    }

    /// Has `told` called whenever what is [unflushed](State::unflushed) has become less, for
    /// whatever reason: who waits for room waits for nothing else.
    pub(crate) fn on_less(&mut self, told: impl Fn() + Send + Sync + 'static) {
        self.on_less = Box::new(told);
    }

    /// The state as of the last block that was published.
    pub(crate) fn view(&self) -> Arc<View> {
        let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
        view.clone()
    }

    /// Whether operations are found by their user data: as it was decided at creation.
    pub(crate) fn index_user_data(&self) -> bool {
        self.view().index_user_data()
    }

    /// Adds one more durable block. In memory only. Says whether it is time to
    /// [compact](State::compact_deltas).
    pub(crate) fn publish(&self, changes: Changes, block: Published) -> bool {
        let (is_less, is_time) = self.publish_delta(changes, block);
        self.tell(is_less);
        is_time
    }

    fn publish_delta(&self, changes: Changes, block: Published) -> (IsLess, bool) {
        let Published { place, bytes, tip } = block;
        let mut publishing = lock(&self.publishing);
        let begins_file = place.hint < mem::replace(&mut publishing.last_hint, place.hint);
        let is_near = |since: &u64| *since < PLACE_DISTANCE_BYTES && !begins_file;
        let since = publishing.since_place.filter(is_near);
        let place_row = since
            .is_none()
            .then_some((place.first_timestamp, Place { number: place.number, hint: place.hint }));
        publishing.since_place = Some(since.unwrap_or(0).saturating_add(bytes));
        let view = self.view();
        let delta = Delta::build(&changes, place_row, view.index_user_data());
        let is_small = delta.rows() <= SMALL_DELTA_ROWS_MAX;
        let mut deltas = Vec::with_capacity(view.deltas().len() + 1);
        deltas.extend_from_slice(view.deltas());
        // Before anybody sees the block.
        view.gaps().publish(tip.block, &delta);
        deltas.push(Arc::new(delta));
        publishing.small += 1;
        if !is_small || publishing.small >= self.tuning.small_deltas_max {
            merge_deltas(&mut deltas, publishing.frozen, &|| ());
            publishing.small = 0;
        }
        let is_less = self.swap(View::new(view.base().clone(), deltas, tip, view.gaps().clone()));
        let enough = self.tuning.small_deltas_enough;
        (is_less, publishing.small > 0 && publishing.small.is_multiple_of(enough))
    }

    /// Merges the small deltas of the last blocks. Blocks are published and views are taken
    /// meanwhile; what a checkpoint that begins meanwhile writes stays as it is. Calls `pause`
    /// between small pieces of the work, holding no lock.
    pub(crate) fn compact_deltas(&self, pause: &dyn Fn()) {
        let (view, frozen) = {
            let publishing = lock(&self.publishing);
            if publishing.small == 0 {
                return;
            }
            (self.view(), publishing.frozen)
        };
        let (before, mut deltas) = (view.deltas(), view.deltas().to_vec());
        merge_deltas(&mut deltas, frozen, pause);
        let is_less = self.put_merged(before, deltas, frozen);
        self.tell(is_less);
    }

    /// Puts `deltas` where `before` were, if they are still there.
    fn put_merged(
        &self,
        before: &[Arc<Delta>],
        mut deltas: Vec<Arc<Delta>>,
        frozen: usize,
    ) -> IsLess {
        let mut publishing = lock(&self.publishing);
        let now = self.view();
        let is_same = |pair: (&Arc<Delta>, &Arc<Delta>)| Arc::ptr_eq(pair.0, pair.1);
        let still_there = now.deltas().len() >= before.len()
            && publishing.frozen == frozen
            && now.deltas().iter().zip(before).all(is_same);
        if !still_there {
            return IsLess(false);
        }
        let since = &now.deltas()[before.len()..];
        publishing.small = since.len();
        deltas.extend_from_slice(since);
        self.swap(View::new(now.base().clone(), deltas, *now.tip(), now.gaps().clone()))
    }

    /// Writes all that is published by now into redb, in one transaction, and makes it the base of
    /// later views. Blocks are published and views are taken meanwhile; a second checkpoint waits.
    /// Merges some of what earlier ones wrote, too, so that it does not become ever more.
    ///
    /// After an error all that was published is still there to be read.
    pub(crate) fn checkpoint(&self) -> Result<(), StateError> {
        self.checkpoint_before(&())
    }

    /// As [`State::checkpoint`], before an observer.
    pub(crate) fn checkpoint_before(
        &self,
        observer: &dyn CheckpointObserver,
    ) -> Result<(), StateError> {
        let _one_at_a_time = lock(&self.checkpointing);
        let view = {
            let mut publishing = lock(&self.publishing);
            let view = self.view();
            publishing.frozen = view.deltas().len();
            view
        };
        let written = view.deltas().len();
        if written == 0 {
            return Ok(());
        }
        let progress = Progress::new(&view, &self.checkpoint_progress, observer);
        let wrote = checkpoint::write(&self.file, &view, &self.store_id, &progress);
        let based = wrote.and_then(|()| self.rebase(written));
        lock(&self.publishing).frozen = 0;
        self.checkpoint_progress.clear();
        observer.told();
        based?;
        // What was written is not needed in memory any more.
        drop(view);
        self.merge().map(drop)
    }

    /// Merges some of what checkpoints wrote, if there is enough of it, and says whether there was.
    pub(crate) fn compact_runs(&self) -> Result<bool, StateError> {
        let _one_at_a_time = lock(&self.checkpointing);
        self.merge()
    }

    /// As [`State::compact_runs`], for who is the one that writes.
    fn merge(&self) -> Result<bool, StateError> {
        let merged = checkpoint::merge(&self.file, self.view().base(), self.tuning.merged_bytes)?;
        if merged {
            self.rebase(0)?;
        }
        Ok(merged)
    }

    /// Puts what redb holds now in the place of the base and the oldest deltas, so many of them.
    fn rebase(&self, layers_written: usize) -> Result<(), StateError> {
        let base = Arc::new(Base::load(&self.file)?);
        let is_less = {
            let mut publishing = lock(&self.publishing);
            let now = self.view();
            let deltas = now.deltas()[layers_written..].to_vec();
            publishing.frozen = 0;
            publishing.small = publishing.small.min(deltas.len());
            self.swap(View::new(base, deltas, *now.tip(), now.gaps().clone()))
        };
        self.tell(is_less);
        Ok(())
    }

    /// What a running checkpoint writes.
    pub(crate) fn writing(&self) -> Writing {
        self.checkpoint_progress.writing()
    }

    /// How much the next checkpoint has to write.
    pub(crate) fn unflushed(&self) -> Unflushed {
        self.view().unflushed()
    }

    /// Tells that less is unflushed, if it is.
    fn tell(&self, is_less: IsLess) {
        if is_less.0 {
            (self.on_less)();
        }
    }

    /// Makes `view` the current one. The old one is dropped after the lock is.
    fn swap(&self, view: View) -> IsLess {
        let view = Arc::new(view);
        let bytes = view.unflushed().bytes;
        let old = {
            let mut current = self.view.write().unwrap_or_else(PoisonError::into_inner);
            mem::replace(&mut *current, view)
        };
        IsLess(bytes < old.unflushed().bytes)
    }
}

/// Locks; what a panicking thread left is whole, for nothing is changed in steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Merges neighbours as long as the newer is about as large as the older, so that there are few,
/// and each row is copied few times. The `frozen` ones stay apart. Calls `pause` now and then.
fn merge_deltas(deltas: &mut Vec<Arc<Delta>>, frozen: usize, pause: &dyn Fn()) {
    let newer = deltas.split_off(frozen);
    for delta in newer {
        deltas.push(delta);
        while deltas.len() >= frozen + 2
            && let [.., older, newer] = &deltas[..]
            && older.rows() <= 2 * newer.rows()
            && older.rows() + newer.rows() <= DELTA_ROWS_MAX
        {
            pause();
            let merged = Delta::merged(older, newer, pause);
            deltas.truncate(deltas.len() - 2);
            deltas.push(Arc::new(merged));
        }
    }
}
