//! Where in a run a key of many bytes lies, by its hash.
//!
//! Rows of ids are searched by order: their keys lie side by side. The keys of documents lie
//! elsewhere, each by itself, so that a search by order goes to memory a dozen times in each delta,
//! nearly always to learn that the key is not there. Here that is one look.
//!
//! Knows neither redb nor what lies below.

use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock};

/// The same for all indexes of the process, and unknown to who chooses keys.
static HASHER: LazyLock<foldhash::fast::RandomState> = LazyLock::new(Default::default);

/// The hash of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyHash(u64);

impl KeyHash {
    pub(super) fn of(key: &[u8]) -> Self {
        Self(HASHER.hash_one(key))
    }

    /// What stands in a slot beside the row, so that other keys are told apart without their bytes.
    const fn tag(self) -> u64 {
        self.0 & !ROW
    }
}

/// The bits of a slot that are the row and one more: 0 is an empty slot.
const ROW: u64 = u32::MAX as u64;
/// A pause is possible each time that so many keys were added: in a microsecond or two.
const PAUSE_KEYS: usize = 32;

/// The rows of a run by the hashes of their keys: a table in which a key that finds its slot taken
/// stands in the next one that is free. At least half of the slots are.
#[derive(Debug)]
pub(super) struct KeyIndex {
    slots: Box<[u64]>,
}

impl KeyIndex {
    /// Of the keys of a run, each once. Calls `pause` now and then.
    pub(super) fn of(keys: &[Arc<[u8]>], pause: &dyn Fn()) -> Self {
        let mut index = Self { slots: vec![0; (2 * keys.len()).next_power_of_two()].into() };
        for (at, key) in (1..).zip(keys) {
            let hash = KeyHash::of(key);
            let free = index.slots_for(hash).find(|&slot| index.slots[slot] == 0);
            // There is one, as there are twice as many as keys.
            if let Some(slot) = free {
                index.slots[slot] = hash.tag() | at;
            }
            if at % PAUSE_KEYS as u64 == 0 {
                pause();
            }
        }
        index
    }

    /// The row of a key.
    pub(super) fn find(&self, keys: &[Arc<[u8]>], key: &[u8], hash: KeyHash) -> Option<usize> {
        for slot in self.slots_for(hash) {
            let found = self.slots[slot];
            if found == 0 {
                return None;
            }
            let row = (found & ROW) as usize - 1;
            if found & !ROW == hash.tag() && *keys[row] == *key {
                return Some(row);
            }
        }
        None
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.slots)
    }

    /// All slots, from the first that a hash may have.
    fn slots_for(&self, hash: KeyHash) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len() - 1;
        // The upper half is the tag.
        let first = (hash.0 & ROW) as usize;
        (0..=mask).map(move |step| (first + step) & mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn what_is_there_is_found_and_nothing_else(
            keys: BTreeSet<Vec<u8>>,
            others: Vec<Vec<u8>>,
        ) {
            let sorted: Vec<Arc<[u8]>> = keys.iter().map(|key| key[..].into()).collect();
            let index = KeyIndex::of(&sorted, &|| ());
            for key in keys.iter().chain(&others) {
                let found = index.find(&sorted, key, KeyHash::of(key));
                prop_assert_eq!(found, sorted.binary_search_by(|one| (**one).cmp(key)).ok());
            }
        }
    }

    /// As if all of them had the same hash.
    #[test]
    fn keys_are_told_apart_by_their_bytes() {
        let keys: Vec<Arc<[u8]>> = ["a", "b", "c"].map(|key| key.as_bytes().into()).into();
        let hash = KeyHash(u64::MAX);
        let mut index = KeyIndex { slots: vec![0; 8].into() };
        for (at, slot) in (1..).zip([7, 0, 1]) {
            index.slots[slot] = hash.tag() | at;
        }
        for (row, key) in keys.iter().enumerate() {
            assert_eq!(index.find(&keys, key, hash), Some(row));
        }
        assert_eq!(index.find(&keys, b"d", hash), None);
    }
}
