//! Gathering all ids that were ever used, for a store whose ids do not rise.
//!
//! The sequencer remembers ids from some block on, and asks for those before. The maintenance
//! thread reads them out of the first view that includes that block, does its other work in
//! between, and hands them over. Until then ids are looked up, as before.

use super::cooperative_yield::CooperativeYield;
use super::{Shared, lock};
use crate::engine::{IdFilter, WorkingSet};
use crate::state::StateError;
use std::mem;

/// Ids that are read between two looks at what else is to be done.
const IDS_AT_A_TIME: usize = 1 << 14;
/// Ids that are read between two possible pauses.
const IDS_A_PIECE: usize = 8;

/// How far the gathering is. Each step is made once in the life of a working set, which has a
/// generation in the life of an open store.
#[derive(Debug, Default)]
pub(super) enum IdScan {
    #[default]
    Idle,
    /// To be filled with the ids of all blocks up to this one.
    Wanted { filter: IdFilter, block: u64, generation: u64 },
    /// Filled; `None` if that failed.
    Done { filter: Option<IdFilter>, generation: u64 },
}

impl Shared {
    /// Sees to the filter of a working set between two blocks, the last of which was `block`.
    pub(super) fn maintain_id_filter(&self, set: &mut WorkingSet, block: u64, generation: u64) {
        let mut scan = lock(&self.id_scan);
        match mem::take(&mut *scan) {
            IdScan::Done { filter, generation: of } if of == generation => {
                set.complete_id_filter(filter);
                return;
            }
            // What was asked for by a working set that is no more.
            IdScan::Done { .. } | IdScan::Idle => (),
            IdScan::Wanted { generation: of, .. } if of != generation => (),
            wanted @ IdScan::Wanted { .. } => *scan = wanted,
        }
        if set.wants_id_filter() {
            let filter = set.begin_id_filter(self.id_filter_bytes);
            *scan = IdScan::Wanted { filter, block, generation };
            drop(scan);
            self.maintenance.wake();
        }
    }

    /// Gathers the ids if they are asked for.
    pub(super) fn scan_ids(&self, cooperative_yield: &CooperativeYield) {
        let (mut filter, block, generation) = {
            let mut scan = lock(&self.id_scan);
            match mem::take(&mut *scan) {
                IdScan::Wanted { filter, block, generation } => (filter, block, generation),
                other => {
                    *scan = other;
                    return;
                }
            }
        };
        let is_over = || {
            let is_stale = self.queue.outages() != generation;
            is_stale || self.poison.get().is_some() || self.maintenance.is_stopping()
        };
        self.commit_order.wait(is_over, |_| self.state.view().tip().block >= block);
        // A page that cannot be read is told to whoever looks up an id in it.
        let filled = self
            .fill_filter(&mut filter, is_over, cooperative_yield)
            .is_ok_and(|is_whole| is_whole);
        let mut scan = lock(&self.id_scan);
        // Unless another one was asked for meanwhile.
        if matches!(*scan, IdScan::Idle) {
            *scan = IdScan::Done { filter: filled.then_some(filter), generation };
        }
    }

    /// Fills a filter with the ids of all published blocks; `false` if the store ends before.
    fn fill_filter(
        &self,
        filter: &mut IdFilter,
        is_over: impl Fn() -> bool,
        cooperative_yield: &CooperativeYield,
    ) -> Result<bool, StateError> {
        let view = self.state.view();
        for (count, id) in view.operation_ids().enumerate() {
            if count % IDS_AT_A_TIME == 0 {
                if is_over() {
                    return Ok(false);
                }
                self.maintain(cooperative_yield);
            }
            if count % IDS_A_PIECE == 0 {
                self.pause(cooperative_yield);
            }
            filter.insert(id?);
        }
        Ok(true)
    }
}
