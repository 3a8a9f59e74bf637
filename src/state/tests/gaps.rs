//! What readers know of deleted rows: never wrong, and worth it.

use super::super::delta::Documents;
use super::super::gaps::GapsOf;
use super::super::table::Table as _;
use super::*;
use crate::engine::Stored;
use crate::model::DocumentKey;
use std::collections::BTreeMap;
use std::ops::Bound;

const SPACE: &str = "queue";

/// A state with documents, and what should be in it.
struct Queue {
    state: State,
    block: u64,
    expected: BTreeMap<Vec<u8>, u64>,
    _folder: tempfile::TempDir,
}

impl Queue {
    fn new(gap_rows_min: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let options = Options { tuning: Tuning { gap_rows_min, ..TUNING }, ..OPTIONS };
        let state = try_open(folder.path(), options).expect("the state opens");
        Self { state, block: 0, expected: BTreeMap::new(), _folder: folder }
    }

    /// Publishes a block that puts (`true`) and deletes documents with these keys.
    fn change(&mut self, changes: impl IntoIterator<Item = (u64, bool)>) {
        self.block += 1;
        let mut documents = Vec::new();
        let changes: BTreeMap<_, _> = changes.into_iter().collect();
        for (key, is_put) in changes {
            let key = key.to_be_bytes();
            if is_put {
                self.expected.insert(key.to_vec(), self.block);
            } else {
                self.expected.remove(&key[..]);
            }
            let stored = is_put.then(|| Stored { version: self.block, value: [].into() });
            documents.push((DocumentKey::new(SPACE.as_bytes(), &key).expect("a key"), stored));
        }
        let timestamp = Timestamp::from_nanoseconds(self.block);
        let changes = Changes { timestamp, documents, ..Changes::default() };
        let place = BlockPlace { first_timestamp: timestamp, number: self.block, hint: 0 };
        let tip = Tip { timestamp, block: self.block, ..Tip::default() };
        self.state.publish(changes, Published { place, bytes: 1, tip });
    }

    fn first(&self) -> Option<u64> {
        let view = self.state.view();
        read(&view, Bound::Unbounded).next().map(|(key, _)| number(&key))
    }

    fn stepped_over(&self) -> usize {
        let view = self.state.view();
        Documents::gaps(view.gaps()).map_or(0, GapsOf::stepped_over)
    }
}

fn number(key: &[u8]) -> u64 {
    u64::from_be_bytes(key.try_into().expect("eight bytes"))
}

/// The keys and versions of a view, from this key on.
fn read<'v>(view: &'v View, lower: Bound<&[u8]>) -> impl Iterator<Item = (Vec<u8>, u64)> + use<'v> {
    view.documents(SPACE, lower, Bound::Unbounded).map(|row| {
        let (key, stored) = row.expect("the state is whole");
        (key.key().to_vec(), stored.version)
    })
}

#[test]
fn a_queue_is_emptied_without_stepping_over_anything_twice() {
    const DOCUMENTS: u64 = 1 << 13;
    for others in [0, 3] {
        let mut queue = Queue::new(Tuning::new().gap_rows_min);
        // Some at the front stay, and are stepped to each time.
        queue.change((0..DOCUMENTS).map(|key| (key, true)));
        let mut next = others;
        while next < DOCUMENTS {
            let view = queue.state.view();
            let found = read(&view, Bound::Unbounded).nth(others as usize);
            assert_eq!(found.map(|row| number(&row.0)), Some(next));
            drop(view);
            let end = (next + 64).min(DOCUMENTS);
            queue.change((next..end).map(|key| (key, false)));
            next = end;
        }
        assert_eq!(queue.first(), (others > 0).then_some(0));
        let view = queue.state.view();
        assert_eq!(read(&view, Bound::Unbounded).count() as u64, others);
        // Each deleted row once, and one at each look, by which the gap is found.
        let (deleted, looks) = (DOCUMENTS - others, DOCUMENTS / 64 + 2);
        let stepped_over = queue.stepped_over() as u64;
        assert!(stepped_over >= deleted, "{stepped_over} with {others} that stay");
        assert!(stepped_over <= deleted + looks, "{stepped_over} with {others} that stay");
    }
}

#[test]
fn who_reads_an_older_view_spares_those_who_read_later_ones_the_way() {
    let mut queue = Queue::new(8);
    queue.change((0..1_000).map(|key| (key, true)));
    queue.change((0..1_000).map(|key| (key, false)));
    let older = queue.state.view();
    // Blocks go on while it reads; one puts something into the middle.
    queue.change([(2_000, true)]);
    queue.change([(500, true)]);
    assert_eq!(read(&older, Bound::Unbounded).next(), None);
    assert_eq!(queue.stepped_over(), 1_000);
    assert_eq!(queue.first(), Some(500));
    let view = queue.state.view();
    assert_eq!(read(&view, Bound::Unbounded).count(), 2);
    assert_eq!(queue.stepped_over(), 1_000, "the way was known on both sides of it");
    assert_eq!(read(&older, Bound::Unbounded).next(), None, "and is still, to the older view");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Puts, deletes, checkpoints and reads of any of the last views from any key on.
    #[test]
    fn views_are_what_they_were_whatever_others_have_learned(seed: u64) {
        let mut dice = Dice(seed);
        let mut queue = Queue::new(1 + dice.below(3));
        let mut kept = Vec::new();
        for _ in 0..150 {
            match dice.below(10) {
                0 => queue.state.checkpoint().expect("the checkpoint is written"),
                1 => queue.state.compact_deltas(&|| ()),
                2..6 => {
                    let from = dice.below(60) as u64;
                    let rows = 1 + dice.below(30) as u64;
                    let is_put = dice.below(3) == 0;
                    queue.change((from..from + rows).map(|key| (key, is_put)));
                }
                _ => (),
            }
            if dice.below(4) == 0 {
                kept.push((queue.state.view(), queue.expected.clone()));
            }
            let late = dice.below(6);
            if let Some((view, expected)) = kept.iter().rev().nth(late) {
                let lower = (dice.below(60) as u64).to_be_bytes();
                let found: Vec<_> = read(view, Bound::Included(&lower)).collect();
                let expected: Vec<_> = expected
                    .range(lower.to_vec()..)
                    .map(|(key, version)| (key.clone(), *version))
                    .collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
