//! Where some of the blocks begin, so that the others are found by their numbers from there.
//!
//! Guaranteed: bounded memory. The more blocks there are, the further apart are those that are
//! known. Whoever remembers a block says where it is: nothing here is read from a file.

use std::collections::BTreeMap;

use super::segment::FIRST_OFFSET;

/// Bytes of a segment between two blocks that are known, as long as there are few.
pub(super) const DISTANCE_BYTES: u64 = 16 << 10;
/// Blocks that are known at most.
const BLOCKS_MAX: usize = 1 << 16;

/// The offsets of some blocks by their numbers.
#[derive(Debug)]
pub(super) struct Whereabouts {
    offsets: BTreeMap<u64, u64>,
    distance_bytes: u64,
    blocks_max: usize,
}

impl Default for Whereabouts {
    fn default() -> Self {
        Self::with(DISTANCE_BYTES, BLOCKS_MAX)
    }
}

impl Whereabouts {
    fn with(distance_bytes: u64, blocks_max: usize) -> Self {
        Self { offsets: BTreeMap::new(), distance_bytes, blocks_max }
    }

    /// The last block of a segment that is known and not behind this one: number and offset.
    pub(super) fn before(&self, segment: u64, number: u64) -> Option<(u64, u64)> {
        if segment > number {
            return None;
        }
        self.offsets.range(segment..=number).next_back().map(|(known, at)| (*known, *at))
    }

    /// Remembers where a block of a segment begins, if it is far from the one before it that is
    /// known.
    pub(super) fn remember(&mut self, segment: u64, number: u64, offset: u64) {
        let known = self.before(segment, number).map_or(FIRST_OFFSET, |(_, at)| at);
        if offset.saturating_sub(known) < self.distance_bytes {
            return;
        }
        self.offsets.insert(number, offset);
        if self.offsets.len() > self.blocks_max {
            self.thin_out();
        }
    }

    /// Forgets the blocks up to and including this number.
    pub(super) fn forget(&mut self, number: u64) {
        self.offsets = self.offsets.split_off(&number.saturating_add(1));
    }

    /// Forgets every second block, and remembers fewer from now on.
    fn thin_out(&mut self) {
        self.distance_bytes = self.distance_bytes.saturating_mul(2);
        let mut stays = false;
        self.offsets.retain(|_, _| {
            stays = !stays;
            stays
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against all blocks: what is known is right, is of the segment that is asked for, is not
        /// far away, and is never more than may be.
        #[test]
        fn some_of_all_blocks_are_known(
            sizes in prop::collection::vec((1..400_u64, prop::bool::weighted(0.02)), 1..600),
            forgotten in 0..300_u64,
        ) {
            let (distance, most) = (1_000, 16);
            let mut known = Whereabouts::with(distance, most);
            let mut all = Vec::new();
            let (mut segment, mut offset) = (1, FIRST_OFFSET);
            for (number, (size, begins_segment)) in (1..).zip(sizes) {
                if begins_segment {
                    (segment, offset) = (number, FIRST_OFFSET);
                }
                all.push((segment, number, offset));
                known.remember(segment, number, offset);
                prop_assert!(known.offsets.len() <= most);
                offset += size;
            }
            known.forget(forgotten);
            let reach = 2 * known.distance_bytes + 400;
            for &(segment, number, offset) in &all {
                let Some(found) = known.before(segment, number) else {
                    prop_assert!(offset < FIRST_OFFSET + reach || segment <= forgotten);
                    continue;
                };
                prop_assert!(all.contains(&(segment, found.0, found.1)));
                prop_assert!(found.0 > forgotten && found.0 <= number);
                prop_assert!(offset - found.1 < reach, "{} {found:?}", offset);
            }
        }
    }
}
