//! The record cache: records in memory, found by key and evicted by CLOCK, with undo of a chain and
//! a list of what a block changed.
//!
//! A slot keeps its place until it is evicted, so that a guard looks a record up once and then
//! names it by its slot.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

/// Where a record of type `R` lies in its [`RecordCache`].
pub(crate) struct Slot<R>(u32, PhantomData<fn() -> R>);

impl<R> Clone for Slot<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Slot<R> {}

impl<R> PartialEq for Slot<R> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<R> Slot<R> {
    fn at(place: usize) -> Self {
        Self(index(place), PhantomData)
    }

    fn place(self) -> usize {
        self.0 as usize
    }
}

/// Saturates: what owns more than 4 GiB is counted as that.
fn narrow(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn index(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2^32 records are in memory")
}

/// Where a record was when it was last looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Hint(u32);

impl Hint {
    /// Nowhere.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

impl<R> From<Slot<R>> for Hint {
    fn from(slot: Slot<R>) -> Self {
        Self(slot.0)
    }
}

/// What a record was before a change; `None` if it was not there.
type Before<R> = Option<R>;

/// In this order, so that what a look-up compares lies together.
#[repr(C)]
struct Place<K, R> {
    key: K,
    /// The block that changed it last; what is newer than the durable state must not be evicted.
    changed_in: u64,
    /// Its place among what that block changed.
    changed_at: u32,
    /// Bytes that it owns beside this place.
    owned_bytes: u32,
    /// Used since the evicting hand last came by.
    used: bool,
    record: Option<R>,
}

/// Bytes of memory that a record with this key owns beside its place.
type Weigh<K, R> = fn(&K, &R) -> usize;

/// Reads a little of a record, all over it.
type Touch<R> = fn(&R) -> u64;

/// Records of which so many are fetched at once: as many as a processor waits for at a time.
pub(crate) const FETCHED_AT_ONCE: usize = 16;
/// Below this all records are likely to be in the processor's own cache.
pub(crate) const WORTH_FETCHING_BYTES: usize = 2 << 20;

/// Room in the table for a record, at its usual load.
const TABLE_BYTES: usize = 8;

/// Records of one kind, by key.
pub(crate) struct RecordCache<K, R> {
    table: HashTable<u32>,
    hasher: RandomState,
    places: Vec<Place<K, R>>,
    free: Vec<u32>,
    /// What the current block changed, in the order of the first changes.
    touched: Vec<Slot<R>>,
    /// What of that was there before the block: with its place in `touched`.
    before: Vec<(u32, R)>,
    keeps_before: bool,
    /// What the current chain changed, in order, and what that was before each change.
    undo: Vec<(Slot<R>, Before<R>)>,
    chained: bool,
    touched_mark: usize,
    block: u64,
    hand: usize,
    weigh: Weigh<K, R>,
    owned_bytes: usize,
    touch: Touch<R>,
    worth_fetching_bytes: usize,
}

impl<K: Hash + Eq + Clone, R: Clone> RecordCache<K, R> {
    /// Of records that own nothing beside their places.
    pub(crate) fn new() -> Self {
        Self::weighing(|_, _| 0)
    }

    /// Of records of which `weigh` tells what they own.
    pub(crate) fn weighing(weigh: Weigh<K, R>) -> Self {
        Self {
            table: HashTable::new(),
            hasher: RandomState::default(),
            places: Vec::new(),
            free: Vec::new(),
            touched: Vec::new(),
            before: Vec::new(),
            keeps_before: false,
            undo: Vec::new(),
            chained: false,
            touched_mark: 0,
            block: 1,
            hand: 0,
            weigh,
            owned_bytes: 0,
            touch: |_| 0,
            worth_fetching_bytes: WORTH_FETCHING_BYTES,
        }
    }

    /// Whose records are fetched by `touch`.
    pub(crate) fn touching(mut self, touch: Touch<R>) -> Self {
        self.touch = touch;
        self
    }

    /// From how many bytes of records on they are worth fetching; usually [`WORTH_FETCHING_BYTES`].
    pub(crate) fn fetching_above(mut self, bytes: usize) -> Self {
        self.worth_fetching_bytes = bytes;
        self
    }

    /// So that [`RecordCache::take_before`] tells what records were before a block changed them.
    pub(crate) fn keeping_before(mut self) -> Self {
        self.keeps_before = true;
        self
    }

    /// How many records are in memory.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// Bytes of memory that they take.
    pub(crate) fn bytes(&self) -> usize {
        let each = size_of::<Place<K, R>>().saturating_add(TABLE_BYTES);
        self.len().saturating_mul(each).saturating_add(self.owned_bytes)
    }

    pub(crate) fn find(&self, key: &K) -> Option<Slot<R>> {
        let hash = self.hasher.hash_one(key);
        let found = self.table.find(hash, |&place| self.places[place as usize].key == *key)?;
        Some(Slot(*found, PhantomData))
    }

    /// As [`RecordCache::find`], and quicker if the record is where `hint` says.
    pub(crate) fn find_near(&self, key: &K, hint: Hint) -> Option<Slot<R>> {
        let place = self.places.get(hint.0 as usize);
        if place.is_some_and(|place| place.record.is_some() && place.key == *key) {
            return Some(Slot(hint.0, PhantomData));
        }
        self.find(key)
    }

    /// Has the processor fetch the records of these keys, which are about to be looked up: many at
    /// a time, where each look-up by itself would wait for memory.
    pub(super) fn fetch<'k>(&self, keys: impl Iterator<Item = &'k K>)
    where
        K: 'k,
    {
        let mut near = [Hint::NONE; 2 * FETCHED_AT_ONCE];
        for (hint, key) in near.iter_mut().zip(keys) {
            // The first whose hash may be the same: its key is what there is to wait for.
            let found = self.table.find(self.hasher.hash_one(key), |_| true);
            *hint = found.map_or(Hint::NONE, |place| Hint(*place));
        }
        self.touch_all(&near);
    }

    /// As [`RecordCache::fetch`], where it is known where the records are.
    pub(super) fn fetch_near(&self, hints: &[[Hint; 2]]) {
        if self.is_worth_fetching() {
            self.touch_all(hints.as_flattened());
        }
    }

    /// Whether they are so many that whoever looks up one after the other waits for memory.
    pub(super) fn is_worth_fetching(&self) -> bool {
        self.places.len().saturating_mul(size_of::<Place<K, R>>()) > self.worth_fetching_bytes
    }

    fn touch_all(&self, hints: &[Hint]) {
        let places = hints.iter().filter_map(|hint| self.places.get(hint.0 as usize));
        let touched = places.map(|place| {
            place.changed_in ^ place.record.as_ref().map_or(0, |record| (self.touch)(record))
        });
        std::hint::black_box(touched.fold(0, |all, one| all ^ one));
    }

    pub(crate) fn get(&self, slot: Slot<R>) -> &R {
        self.places[slot.place()].record.as_ref().expect("a slot in use has its record")
    }

    /// The record to be changed. Remembers what it was for the block and the chain.
    pub(crate) fn edit(&mut self, slot: Slot<R>) -> &mut R {
        let place = &mut self.places[slot.place()];
        let record = place.record.as_mut().expect("a slot in use has its record");
        if place.changed_in != self.block {
            place.changed_in = self.block;
            place.changed_at = index(self.touched.len());
            if self.keeps_before {
                self.before.push((place.changed_at, record.clone()));
            }
            self.touched.push(slot);
        }
        if self.chained {
            self.undo.push((slot, Some(record.clone())));
        }
        place.used = true;
        record
    }

    /// The place that a record which this block changed has among all that it changed.
    pub(crate) fn place_in_block(&self, slot: Slot<R>) -> u32 {
        self.places[slot.place()].changed_at
    }

    /// Adds a record that is new with this block. The key must not be there.
    pub(crate) fn create(&mut self, key: K, record: R) -> Slot<R> {
        let slot = self.place_new(key, record, self.block);
        self.places[slot.place()].changed_at = index(self.touched.len());
        self.touched.push(slot);
        if self.chained {
            self.undo.push((slot, None));
        }
        slot
    }

    /// Adds a record as the durable state has it. The key must not be there.
    pub(crate) fn load(&mut self, key: K, record: R) -> Slot<R> {
        self.place_new(key, record, 0)
    }

    fn place_new(&mut self, key: K, record: R, changed_in: u64) -> Slot<R> {
        debug_assert!(self.find(&key).is_none(), "a key has one slot");
        let hash = self.hasher.hash_one(&key);
        let owned_bytes = narrow((self.weigh)(&key, &record));
        self.owned_bytes = self.owned_bytes.saturating_add(owned_bytes as usize);
        let record = Some(record);
        let new = Place { key, record, changed_in, changed_at: 0, owned_bytes, used: true };
        let slot = match self.free.pop() {
            Some(place) => {
                self.places[place as usize] = new;
                Slot(place, PhantomData)
            }
            None => {
                let slot = Slot::at(self.places.len());
                self.places.push(new);
                slot
            }
        };
        let (places, hasher) = (&self.places, &self.hasher);
        self.table
            .insert_unique(hash, slot.0, |&place| hasher.hash_one(&places[place as usize].key));
        slot
    }

    fn remove(&mut self, slot: Slot<R>) {
        let hash = self.hasher.hash_one(&self.places[slot.place()].key);
        if let Ok(entry) = self.table.find_entry(hash, |&place| place == slot.0) {
            entry.remove();
        }
        let place = &mut self.places[slot.place()];
        place.record = None;
        self.owned_bytes = self.owned_bytes.saturating_sub(place.owned_bytes as usize);
        self.free.push(slot.0);
    }

    /// From here on changes can be undone.
    pub(crate) fn begin_chain(&mut self) {
        self.chained = true;
        self.touched_mark = self.touched.len();
    }

    /// Keeps what the chain changed.
    pub(crate) fn keep_chain(&mut self) {
        self.chained = false;
        self.undo.clear();
    }

    /// Undoes what the chain changed. `restored` sees each record that is put back, with what
    /// it was in between.
    pub(crate) fn undo_chain(&mut self, mut restored: impl FnMut(&R, Option<&R>)) {
        self.chained = false;
        for slot in &self.touched[self.touched_mark..] {
            // Not of this block: the next change counts as the first again. The block before may
            // have changed it, and may not be durable.
            self.places[slot.place()].changed_in = self.block.saturating_sub(1);
        }
        self.touched.truncate(self.touched_mark);
        let mark = index(self.touched_mark);
        self.before.truncate(self.before.partition_point(|(place, _)| *place < mark));
        while let Some((slot, before)) = self.undo.pop() {
            let between = self.places[slot.place()].record.clone();
            let between = between.as_ref().expect("a slot in use has its record");
            restored(between, before.as_ref());
            match before {
                Some(record) => self.places[slot.place()].record = Some(record),
                None => self.remove(slot),
            }
        }
    }

    /// What records were before the block that is about to end, with their places among all that it
    /// changed, which rise. Only those that were there.
    pub(crate) fn take_before(&mut self) -> Vec<(u32, R)> {
        std::mem::take(&mut self.before)
    }

    /// Ends the block: everything that it changed.
    pub(crate) fn end_block(&mut self) -> impl Iterator<Item = (K, R)> {
        self.block = self.block.saturating_add(1);
        self.before.clear();
        for slot in &self.touched {
            let place = &mut self.places[slot.place()];
            let owned = place.record.as_ref().map_or(0, |record| (self.weigh)(&place.key, record));
            self.owned_bytes = self.owned_bytes.saturating_sub(place.owned_bytes as usize);
            self.owned_bytes = self.owned_bytes.saturating_add(owned);
            place.owned_bytes = narrow(owned);
        }
        let places = &self.places;
        self.touched.drain(..).map(move |slot| {
            let place = &places[slot.place()];
            let record = place.record.clone().expect("a slot in use has its record");
            (place.key.clone(), record)
        })
    }

    /// The number of the block that is being filled, as the slots count them.
    pub(crate) fn block(&self) -> u64 {
        self.block
    }

    /// Drops records until they take at most `bytes`: first what was not used lately, and never
    /// what a block after `durable` changed.
    pub(crate) fn evict(&mut self, bytes: usize, durable: u64) {
        // Twice around: once to take the marks of use away, once to evict.
        let steps = self.places.len().saturating_mul(2);
        for _ in 0..steps {
            if self.bytes() <= bytes {
                return;
            }
            let next = self.hand.saturating_add(1);
            self.hand = if next < self.places.len() { next } else { 0 };
            let place = &mut self.places[self.hand];
            if place.record.is_none() || place.changed_in > durable {
                continue;
            }
            if std::mem::take(&mut place.used) {
                continue;
            }
            self.remove(Slot::at(self.hand));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_undone_and_the_block_forgets_it() {
        let mut slots = RecordCache::new().keeping_before();
        slots.load(1, "one");
        let one = slots.find(&1).expect("loaded");
        slots.begin_chain();
        *slots.edit(one) = "uno";
        slots.create(2, "two");
        *slots.edit(one) = "eins";
        let mut seen = Vec::new();
        slots.undo_chain(|between, before| seen.push((*between, before.copied())));
        assert_eq!(seen, [("eins", Some("uno")), ("two", None), ("uno", Some("one"))]);
        assert_eq!((slots.get(one), slots.find(&2).is_none()), (&"one", true));
        assert_eq!(slots.end_block().count(), 0);

        *slots.edit(one) = "un";
        slots.create(2, "deux");
        assert_eq!(slots.take_before(), [(0, "one")]);
        let changes: Vec<_> = slots.end_block().collect();
        assert_eq!(changes, [(1, "un"), (2, "deux")]);
    }

    #[test]
    fn to_fetch_changes_nothing_and_needs_nothing_to_be_there() {
        let mut slots = RecordCache::new().touching(|record: &u64| *record).fetching_above(0);
        slots.fetch([1, 2].iter());
        for key in 0..40 {
            slots.load(key, key);
        }
        let first = slots.find(&0).expect("loaded");
        slots.begin_chain();
        slots.create(40, 40);
        slots.undo_chain(|_, _| ());
        slots.fetch((0..100).collect::<Vec<_>>().iter());
        slots.fetch_near(&[[first.into(), Hint::NONE], [Hint(40), Hint(41)]]);
        assert_eq!((slots.len(), slots.find(&7).map(|slot| *slots.get(slot))), (40, Some(7)));
    }

    #[test]
    fn many_bytes_are_worth_fetching() {
        let place = size_of::<Place<u64, u64>>();
        let mut slots = RecordCache::new().fetching_above(2 * place);
        let mut is_worth = Vec::new();
        for key in 0..3 {
            slots.load(key, key);
            is_worth.push(slots.is_worth_fetching());
        }
        assert_eq!(is_worth, [false, false, true]);
    }

    #[test]
    fn eviction_spares_what_is_not_durable_yet() {
        let mut slots = RecordCache::new();
        for key in 0..10 {
            slots.load(key, key);
        }
        let three = slots.find(&3).expect("loaded");
        *slots.edit(three) = 33;
        let block = slots.block();
        slots.end_block().for_each(drop);
        slots.evict(0, block - 1);
        assert_eq!((slots.len(), slots.find(&3).is_some()), (1, true));
        slots.evict(0, block);
        assert_eq!(slots.len(), 0);
        slots.load(7, 7);
        assert_eq!(slots.find(&7).map(|slot| *slots.get(slot)), Some(7));
    }
}
