//! `expect`, in chains of puts and transfers: against a model, and case by case.

use super::{Submission, id, set, submit};
use crate::engine::{Origin, WorkingSet};
use crate::model::{Account, AccountFlags, Amount, Event, Kind, Operation, Outcome, Status};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A batch in the making, with its side buffer.
#[derive(Clone, Default, Debug)]
struct Batch {
    operations: Vec<Operation>,
    data: Vec<u8>,
}

impl Batch {
    fn expect(self, key: &str, version: u64) -> Self {
        let expect = Operation::expect(1, key.len() as u16, version);
        self.document(key, "", expect)
    }

    fn put(self, number: u128, key: &str, value: &str) -> Self {
        let put = Operation::put(id(number), 1, key.len() as u16, value.len() as u32);
        self.document(key, value, put)
    }

    fn document(mut self, key: &str, value: &str, operation: Operation) -> Self {
        let data_offset = self.data.len() as u32;
        self.data.extend(["\u{1}", key, value].concat().into_bytes());
        self.operation(Operation { data_offset, ..operation })
    }

    fn operation(mut self, operation: Operation) -> Self {
        self.operations.push(operation);
        self
    }

    fn transfer(self, number: u128, units: u32) -> Self {
        let amount = Amount::from(units);
        self.operation(Operation::transfer(id(number), id(1), id(2), 1, amount))
    }

    /// All of it as one chain.
    fn chained(mut self) -> Self {
        if let Some((_, linked)) = self.operations.split_last_mut() {
            linked.iter_mut().for_each(|operation| *operation = operation.linked());
        }
        self
    }

    fn submit(&self, set: &mut WorkingSet, origin: Origin) -> (Vec<Outcome>, Vec<Event>) {
        let Self { operations, data } = self;
        submit(set, &Submission { operations, data, origin }, 2)
    }

    fn statuses(&self, set: &mut WorkingSet) -> (Vec<Status>, usize) {
        let (outcomes, events) = self.submit(set, Origin::Library);
        (outcomes.iter().map(|outcome| outcome.status).collect(), events.len())
    }
}

fn new() -> WorkingSet {
    set(&[1, 2].map(|number| Account::new(id(number), 1, 1, AccountFlags::NONE)))
}

/// The version of a document.
fn version(set: &mut WorkingSet, key: &str) -> u64 {
    Batch::default().expect(key, u64::MAX).submit(set, Origin::Library).0[0].version
}

const APPLIED: Status = Status::APPLIED;
const FAILED: Status = Status::LINKED_EVENT_FAILED;
const MISMATCH: Status = Status::VERSION_MUST_MATCH;
const EXISTS: Status = Status::EXISTS;

#[test]
fn one_that_holds_leaves_nothing_and_one_that_does_not_breaks_its_chain() {
    let set = &mut new();
    assert_eq!(Batch::default().put(10, "a", "x").statuses(set), (vec![APPLIED], 1));
    let (a, last) = (version(set, "a"), set.last());
    let guarded = |first: u128, a, b| {
        let batch = Batch::default().expect("a", a).expect("b", b);
        batch.transfer(first, 5).put(first + 1, "c", "y").chained()
    };
    assert_eq!(guarded(20, a + 1, 0).statuses(set), (vec![MISMATCH, FAILED, FAILED, FAILED], 0));
    assert_eq!(guarded(20, a, 7).statuses(set), (vec![FAILED, MISMATCH, FAILED, FAILED], 0));
    assert_eq!(set.last(), last, "what leaves no trace takes no time");
    // No id was used up by that.
    assert_eq!(guarded(20, a, 0).statuses(set), (vec![APPLIED; 4], 2));
    assert_eq!(version(set, "a"), a, "it was not written");
}

#[test]
fn a_chain_that_is_sent_again_exists_whatever_its_documents_are_by_now() {
    let set = &mut new();
    let first = Batch::default().expect("a", 0).put(10, "b", "x").transfer(11, 5).chained();
    assert_eq!(first.statuses(set), (vec![APPLIED; 3], 2));
    assert_eq!(first.statuses(set), (vec![EXISTS; 3], 0));
    assert_eq!(Batch::default().put(20, "a", "y").statuses(set), (vec![APPLIED], 1));
    assert_eq!(first.statuses(set), (vec![EXISTS; 3], 0));
    // With other content, or without one of its members, it is another one.
    let other = Batch::default().expect("a", 0).put(10, "b", "x").transfer(11, 6).chained();
    assert_eq!(other.statuses(set), (vec![MISMATCH, FAILED, FAILED], 0));
    let a = version(set, "a");
    let part = Batch::default().expect("a", a).put(10, "b", "x").transfer(12, 5).chained();
    assert_eq!(part.statuses(set), (vec![FAILED, EXISTS, FAILED], 0));
    // Nothing of it can be a repeat.
    let alone = Batch::default().expect("a", 0).expect("a", a).chained();
    assert_eq!(alone.statuses(set), (vec![MISMATCH, FAILED], 0));
}

#[test]
fn it_sees_what_its_own_chain_has_done() {
    let set = &mut new();
    let late = Batch::default().put(10, "a", "x").expect("a", 0).chained();
    assert_eq!(late.statuses(set), (vec![FAILED, MISMATCH], 0));
    assert_eq!(version(set, "a"), 0, "it was undone");
    let open = Batch::default().expect("a", 0);
    let open = Batch { operations: vec![open.operations[0].linked()], ..open };
    assert_eq!(open.statuses(set), (vec![Status::LINKED_EVENT_CHAIN_OPEN], 0));
}

#[test]
fn it_is_the_librarys_alone_and_must_be_well_formed() {
    let set = &mut new();
    let good = Batch::default().expect("a", 0);
    let (outcomes, events) = good.submit(set, Origin::Host);
    assert_eq!((outcomes[0].status, events.len()), (Status::KIND_MUST_BE_KNOWN, 0));
    assert!(!Kind::EXPECT.is_known() && Kind::EXPECT.name() == "unknown");
    let amount = Amount::from(1_u32);
    for (change, status) in [
        (Operation { id: id(5), ..good.operations[0] }, Status::UNUSED_FIELD_MUST_BE_ZERO),
        (Operation { amount, ..good.operations[0] }, Status::UNUSED_FIELD_MUST_BE_ZERO),
        (Operation { value_length: 1, ..good.operations[0] }, Status::UNUSED_FIELD_MUST_BE_ZERO),
        (good.operations[0].if_version(0), Status::FLAG_NOT_ALLOWED_FOR_KIND),
        (Operation { data_offset: 9, ..good.operations[0] }, Status::DATA_OUT_OF_BOUNDS),
        (Operation { space_length: 0, ..good.operations[0] }, Status::SPACE_MUST_BE_VALID),
        (Operation { key_length: 0, ..good.operations[0] }, Status::KEY_MUST_BE_VALID),
    ] {
        let batch = Batch { operations: vec![change], ..good.clone() };
        assert_eq!(batch.statuses(set), (vec![status], 0), "{change:#?}");
    }
}

/// What stands in the model.
#[derive(Default)]
struct Model {
    versions: BTreeMap<usize, u64>,
}

const KEYS: [&str; 3] = ["a", "b", "cc"];

/// A member of a chain: about which document, and what is expected of its version: as it is, none,
/// or something else. `None` puts it.
type Member = (usize, Option<u8>);

fn chain() -> impl Strategy<Value = Vec<Member>> {
    let expected = prop_oneof![2 => Just(None), 6 => Just(Some(0)), 1 => Just(Some(1)),
        1 => Just(Some(2))];
    prop::collection::vec((0..KEYS.len(), expected), 1..6)
}

proptest! {
    #[test]
    fn chains_come_whole_or_not_at_all(chains in prop::collection::vec(chain(), 1..20)) {
        let (set, mut model, mut next) = (&mut new(), Model::default(), 100);
        for chain in chains {
            let (mut batch, mut written, mut holds) = (Batch::default(), Vec::new(), true);
            for (key, expected) in &chain {
                let now = model.versions.get(key).copied().unwrap_or(0);
                // What the chain itself has put has a version that nobody can know before.
                let is_new = written.contains(key);
                batch = match expected {
                    Some(kind) => {
                        let version = [now, 0, 7][usize::from(*kind)];
                        holds &= version == now && !is_new;
                        batch.expect(KEYS[*key], version)
                    }
                    None => {
                        written.push(*key);
                        next += 1;
                        batch.put(next, KEYS[*key], "x")
                    }
                };
            }
            let batch = batch.chained();
            let (outcomes, events) = batch.submit(set, Origin::Library);
            let applied = outcomes.iter().all(|outcome| outcome.status == APPLIED);
            prop_assert_eq!(applied, holds);
            prop_assert_eq!(events.len(), if holds { written.len() } else { 0 });
            if holds {
                let all = outcomes.iter().zip(&chain);
                for (outcome, (key, _)) in all.filter(|(_, (_, expected))| expected.is_none()) {
                    model.versions.insert(*key, outcome.version);
                }
                let again = batch.submit(set, Origin::Library).0;
                let status = if written.is_empty() { APPLIED } else { EXISTS };
                prop_assert!(again.iter().all(|outcome| outcome.status == status));
            }
            for (key, name) in KEYS.iter().enumerate() {
                let expected = model.versions.get(&key).copied().unwrap_or(0);
                prop_assert_eq!(version(set, name), expected);
            }
        }
    }
}
