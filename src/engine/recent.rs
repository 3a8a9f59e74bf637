//! The decisions of blocks that are not durable yet: what idempotency must remember until the
//! stored index knows it. And which ids are new for sure, so that nobody has to look.

use super::id_filter::IdFilter;
use crate::model::{Event, Id, Record, Timestamp};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// Ids and the places of their decisions, in the order in which they were used.
///
/// Ids that rise, as time-ordered ones do, are found by binary search and need no hashing; the
/// first one that does not rise turns the list into a map.
#[derive(Default)]
struct Ids {
    rising: Vec<(Id, u32)>,
    hashed: HashMap<Id, u32, RandomState>,
    is_hashed: bool,
}

impl Ids {
    fn insert(&mut self, id: Id, place: u32) {
        let rises = !self.is_hashed && self.rising.last().is_none_or(|last| last.0 < id);
        if rises {
            self.rising.push((id, place));
            return;
        }
        if !self.is_hashed {
            self.hashed.extend(self.rising.drain(..));
            self.is_hashed = true;
        }
        self.hashed.insert(id, place);
    }

    fn find(&self, id: Id) -> Option<u32> {
        if self.is_hashed {
            return self.hashed.get(&id).copied();
        }
        let found = self.rising.binary_search_by(|probe| probe.0.cmp(&id)).ok()?;
        Some(self.rising[found].1)
    }

    /// Forgets an id that was inserted last of those that are left.
    fn remove(&mut self, id: Id) {
        if self.is_hashed {
            self.hashed.remove(&id);
        } else {
            self.rising.pop();
        }
    }

    fn clear(&mut self) {
        self.rising.clear();
        self.hashed.clear();
        self.is_hashed = false;
    }
}

/// How many ids must come behind a greater one before a filter is worth its memory.
const UNORDERED_IDS_ENOUGH: u32 = 1_024;

/// What is remembered of ids because they do not rise.
enum Unordered {
    /// Nothing yet: so many came behind a greater one.
    Counted(u32),
    /// The ids since some block; those before are being gathered elsewhere.
    Since(IdFilter),
    /// All ids ever used.
    All(IdFilter),
    /// Nothing any more: those before could not be gathered.
    Nothing,
}

struct Block {
    ids: Ids,
    events: Arc<Vec<Event>>,
    timestamp: Timestamp,
}

/// The decisions of the block that is being filled and of those that are on their way to disk.
pub(crate) struct Recent {
    /// The block that is being filled.
    pub(crate) events: Vec<Event>,
    /// The ids that it used up, in the order of time.
    pub(crate) operations: Vec<(Id, Timestamp)>,
    ids: Ids,
    blocks: VecDeque<Block>,
    /// The greatest id ever used: what is greater is new without looking.
    greatest: Id,
    unordered: Unordered,
}

impl Recent {
    pub(crate) fn new(greatest: Id) -> Self {
        Self {
            events: Vec::new(),
            operations: Vec::new(),
            ids: Ids::default(),
            blocks: VecDeque::new(),
            greatest,
            unordered: Unordered::Counted(0),
        }
    }

    /// Whether this id was certainly not used before: it is greater than all that were, or a filter
    /// of all that were lacks it.
    pub(crate) fn is_new_for_sure(&self, id: Id) -> bool {
        id > self.greatest || matches!(&self.unordered, Unordered::All(ids) if ids.lacks(id))
    }

    /// Whether so many ids do not rise that a filter of all is worth it.
    pub(crate) fn wants_filter(&self) -> bool {
        matches!(self.unordered, Unordered::Counted(UNORDERED_IDS_ENOUGH..))
    }

    /// Remembers ids from here on, between two blocks, and gives the filter for all ids before.
    /// Both together take about `bytes_max` bytes.
    pub(crate) fn begin_filter(&mut self, bytes_max: usize) -> IdFilter {
        // Few come while those before are gathered, and both grow as one afterwards.
        let since = IdFilter::new(bytes_max / 8);
        let before = since.sibling(bytes_max.saturating_sub(bytes_max / 8));
        self.unordered = Unordered::Since(since);
        before
    }

    /// Takes the filter back, with all ids before it was given; `None` if they cannot be had.
    pub(crate) fn complete_filter(&mut self, before: Option<IdFilter>) {
        let unordered = std::mem::replace(&mut self.unordered, Unordered::Nothing);
        if let (Unordered::Since(mut ids), Some(before)) = (unordered, before) {
            ids.join(before);
            self.unordered = Unordered::All(ids);
        }
    }

    /// The decision on this id, if it is recent.
    pub(crate) fn find(&self, id: Id) -> Option<&Event> {
        if let Some(place) = self.ids.find(id) {
            return self.events.get(place as usize);
        }
        self.blocks.iter().rev().find_map(|block| {
            let place = block.ids.find(id)?;
            block.events.get(place as usize)
        })
    }

    /// Adds an event to the block that is being filled.
    pub(crate) fn push(&mut self, event: Event) {
        if let Record::Operation(decision) = &event.record
            && !decision.operation.id.is_zero()
        {
            let id = decision.operation.id;
            let place =
                u32::try_from(self.events.len()).expect("a block has fewer than 2^32 events");
            self.ids.insert(id, place);
            self.operations.push((id, event.timestamp));
            self.remember(id);
        }
        self.events.push(event);
    }

    fn remember(&mut self, id: Id) {
        match &mut self.unordered {
            Unordered::Counted(count) if id < self.greatest => *count = count.saturating_add(1),
            Unordered::Since(ids) | Unordered::All(ids) => ids.insert(id),
            Unordered::Counted(_) | Unordered::Nothing => (),
        }
        self.greatest = self.greatest.max(id);
    }

    /// Takes the events from `mark` on back. What is remembered of their ids stays: it may err on
    /// the safe side.
    pub(crate) fn truncate(&mut self, mark: usize) {
        while self.events.len() > mark {
            if let Some(Event { record: Record::Operation(decision), .. }) = self.events.pop()
                && !decision.operation.id.is_zero()
            {
                self.ids.remove(decision.operation.id);
                self.operations.pop();
            }
        }
    }

    /// Ends the block that is being filled and returns its events.
    pub(crate) fn end_block(&mut self, timestamp: Timestamp) -> Arc<Vec<Event>> {
        let events = Arc::new(std::mem::take(&mut self.events));
        let ids = std::mem::take(&mut self.ids);
        self.blocks.push_back(Block { ids, events: Arc::clone(&events), timestamp });
        events
    }

    /// Forgets the blocks that the stored index knows now, up to this timestamp.
    pub(crate) fn forget(&mut self, durable: Timestamp) {
        while self.blocks.front().is_some_and(|block| block.timestamp <= durable) {
            if let Some(mut block) = self.blocks.pop_front()
                && self.events.is_empty()
            {
                // Its memory serves the next block.
                block.ids.clear();
                self.ids = block.ids;
                if let Ok(mut events) = Arc::try_unwrap(block.events) {
                    events.clear();
                    self.events = events;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// A step in the life of a store, and an id for it.
    type Step = (u8, u8);

    proptest! {
        #[test]
        fn no_used_id_is_new_for_sure(steps: Vec<Step>, bytes in 0_usize..1 << 10) {
            let mut recent = Recent::new(Id::ZERO);
            let (mut used, mut wanted) = (BTreeSet::new(), None);
            for (what, id) in steps {
                let id = Id::from_u128(id.into());
                match (what % 16, wanted.take()) {
                    (0, None) if matches!(recent.unordered, Unordered::Counted(_)) => {
                        wanted = Some((recent.begin_filter(bytes), used.clone()));
                    }
                    (1, Some((mut filter, before))) => {
                        before.into_iter().for_each(|id| filter.insert(id));
                        recent.complete_filter(Some(filter));
                    }
                    (2, Some(_)) => recent.complete_filter(None),
                    (_, same) => {
                        wanted = same;
                        recent.remember(id);
                        used.insert(id);
                    }
                }
                for id in &used {
                    prop_assert!(!recent.is_new_for_sure(*id), "{id:?}");
                }
            }
        }
    }

    #[test]
    fn a_filter_is_wanted_when_ids_do_not_rise_and_then_tells_new_ones() {
        let mut recent = Recent::new(Id::ZERO);
        let even = |number: u128| Id::from_u128(2 * number);
        (1..5_000).for_each(|number| recent.remember(even(number)));
        assert!(!recent.wants_filter(), "ids that rise need none");
        (5_000..8_000).rev().for_each(|number| recent.remember(even(number)));
        assert!(recent.wants_filter());
        let mut before = recent.begin_filter(1 << 20);
        assert!(!recent.wants_filter());
        (1..8_000).for_each(|number| before.insert(even(number)));
        recent.complete_filter(Some(before));
        let is_new = |number: &u128| recent.is_new_for_sure(Id::from_u128(2 * number + 1));
        assert!((1..8_000).filter(is_new).count() > 7_900);
    }
}
