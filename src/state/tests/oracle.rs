//! A naive state: ordered maps, and every answer by looking at everything.

use crate::engine::{Changes, Stored};
use crate::model::{
    Account, AccountFlags, Amount, Balances, DocumentKey, Hold, Id, Ledger, Side, Timestamp,
};
use crate::state::{BlockPlace, Direction, Line, Published, StateError, Tip, View};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::ops::Bound;

#[derive(Clone, Default)]
pub(super) struct Oracle {
    pub(super) tip: Tip,
    pub(super) ledgers: BTreeMap<u32, Ledger>,
    pub(super) accounts: BTreeMap<Id, Account>,
    pub(super) holds: BTreeMap<Id, Hold>,
    pub(super) operations: BTreeMap<Id, Timestamp>,
    pub(super) user_data: BTreeSet<(Id, Timestamp)>,
    pub(super) lines: BTreeMap<Id, Vec<Line>>,
    pub(super) documents: BTreeMap<DocumentKey, Stored>,
    pub(super) reversals: BTreeMap<Timestamp, Amount>,
    pub(super) consumers: BTreeMap<String, Timestamp>,
    /// All blocks, with the bytes of the journal before each.
    pub(super) places: Vec<(BlockPlace, u64)>,
    pub(super) journal_bytes: u64,
}

impl Oracle {
    pub(super) fn publish(&mut self, changes: &Changes, published: Published) {
        self.places.push((published.place, self.journal_bytes));
        self.journal_bytes += published.bytes;
        self.tip = published.tip;
        let changes = changes.clone();
        self.ledgers.extend(changes.ledgers.iter().map(|row| (row.number, *row)));
        let account = |place: u32| changes.accounts[place as usize].id;
        let entries: Vec<_> =
            changes.entries.iter().map(|entry| (account(entry.account), *entry)).collect();
        self.accounts.extend(changes.accounts.iter().map(|row| (row.id, *row)));
        self.holds.extend(changes.holds.iter().map(|row| (row.id, *row)));
        self.operations.extend(changes.operations);
        self.user_data.extend(changes.user_data);
        self.reversals.extend(changes.reversals);
        for (name, position) in changes.consumers {
            self.consumers.remove(&name);
            self.consumers.extend(position.map(|position| (name, position)));
        }
        for (key, stored) in changes.documents {
            self.documents.remove(&key);
            self.documents.extend(stored.map(|stored| (key, stored)));
        }
        for (account, entry) in entries {
            let lines = self.lines.entry(account).or_default();
            let last = lines.last().map(|line| line.balances_after);
            let has_history = self.accounts[&account].has(AccountFlags::HISTORY);
            let pending = if has_history { entry.pending } else { 0 };
            lines.push(Line {
                timestamp: entry.timestamp,
                side: entry.side,
                pending,
                posted: entry.posted,
                balances_after: after(last.unwrap_or_default(), entry.side, pending, entry.posted),
            });
        }
    }

    /// Holds the whole view, and reads of it that start somewhere, against this.
    pub(super) fn check(&self, view: &View, indexed: bool, mut pick: impl FnMut(usize) -> usize) {
        assert_eq!(*view.tip(), self.tip);
        self.check_records(view);
        self.check_holds(view, &mut pick);
        self.check_documents(view, &mut pick);
        self.check_times(view, indexed, &mut pick);
        for id in self.accounts.keys() {
            self.check_statement(view, *id, &mut pick);
        }
    }

    /// Reads one by one what a damaged file may have lost, whatever comes out.
    pub(super) fn touch(&self, view: &View) {
        for id in self.operations.keys() {
            let _ = view.operation(*id);
        }
        for id in self.accounts.keys() {
            let _ = view.account(*id);
            let _ = view.open_holds_of(*id, None).count();
            let lines = view.entries(*id, .., Direction::Descending);
            let _ = lines.map(Iterator::count);
        }
        for key in self.documents.keys() {
            let _ = view.document(key);
        }
        for time in self.reversals.keys() {
            let _ = (view.reversed(*time), view.place(*time));
        }
    }

    fn check_records(&self, view: &View) {
        let ledgers = view.ledgers().expect("readable");
        assert_eq!(ledgers, copied(self.ledgers.values()));
        assert_eq!(read(view.accounts(None)), copied(self.accounts.values()));
        assert_eq!(read(view.holds(None)), copied(self.holds.values()));
        check_get(&self.ledgers, |key| view.ledger(*key), &[0, u32::MAX]);
        check_get(&self.accounts, |key| view.account(*key), &[Id::ZERO, Id::MAX]);
        check_get(&self.holds, |key| view.hold(*key), &[Id::ZERO, Id::MAX]);
        check_get(&self.operations, |key| view.operation(*key), &[Id::ZERO, Id::MAX]);
        for id in self.operations.keys().map(|id| Id::from_u128(id.as_u128() + 1)) {
            let expected = self.operations.get(&id).copied();
            assert_eq!(view.operation(id).expect("readable"), expected);
        }
        assert_eq!(
            read(view.operations()),
            copied(&self.operations.iter().map(|(id, time)| (*id, *time)).collect::<Vec<_>>())
        );
        check_get(&self.documents, |key| view.document(key), &[]);
        for (operation, amount) in &self.reversals {
            assert_eq!(view.reversed(*operation).expect("readable"), *amount);
        }
        assert_eq!(view.reversed(Timestamp::MAX).expect("readable"), Amount::ZERO);
        for (name, position) in &self.consumers {
            assert_eq!(view.consumer(name).expect("readable"), Some(*position));
        }
        let consumers: Vec<_> = read(view.consumers());
        let expected = self.consumers.iter().map(|(name, at)| (name.as_str().into(), *at));
        assert_eq!(consumers, expected.collect::<Vec<_>>());
    }

    fn check_holds(&self, view: &View, pick: &mut impl FnMut(usize) -> usize) {
        let open = || self.holds.values().filter(|hold| hold.is_open());
        let runs = |hold: &&Hold| !hold.deadline.is_none();
        let ids: Vec<Id> = open().map(|hold| hold.id).collect();
        check_after(&ids, |after| read(view.open_holds(after)), pick);

        let mut deadlines: Vec<_> =
            open().filter(runs).map(|hold| (hold.deadline, hold.id)).collect();
        deadlines.sort();
        let none = (Timestamp::NONE, Id::ZERO);
        assert_eq!(read(view.deadlines(none)), deadlines);
        if !deadlines.is_empty() {
            let at = pick(deadlines.len());
            assert_eq!(read(view.deadlines(deadlines[at])), deadlines[at..]);
        }

        let waiting = open().filter(|hold| !runs(hold));
        let mut waiting: Vec<_> = waiting
            .map(|hold| match hold.is_disputed() {
                true => (hold.disputed_at, hold.id),
                false => (hold.created_at, hold.id),
            })
            .collect();
        waiting.sort();
        check_after(&waiting, |after| read(view.attention(after)), pick);

        for account in self.accounts.keys().chain([&Id::MAX]) {
            let part = |hold: &&Hold| [hold.payer, hold.payee, hold.fee_account].contains(account);
            let ids: Vec<Id> = open().filter(part).map(|hold| hold.id).collect();
            check_after(&ids, |after| read(view.open_holds_of(*account, after)), pick);
        }
    }

    fn check_documents(&self, view: &View, pick: &mut impl FnMut(usize) -> usize) {
        for space in ["a", "b", "ab", "none"] {
            let all: Vec<_> = self
                .documents
                .iter()
                .filter(|(key, _)| key.space() == space)
                .map(|(key, stored)| (key.clone(), stored.clone()))
                .collect();
            let unbounded = Bound::Unbounded;
            assert_eq!(read(view.documents(space, unbounded, unbounded)), all);
            let Some((some, _)) = all.get(pick(all.len().max(1))) else {
                continue;
            };
            let key = some.key();
            let within = |test: &dyn Fn(&[u8]) -> bool| {
                let rows = all.iter().filter(|row| test(row.0.key()));
                rows.cloned().collect::<Vec<_>>()
            };
            let found = read(view.documents(space, Bound::Excluded(key), unbounded));
            assert_eq!(found, within(&|other| other > key));
            let found = read(view.documents(space, unbounded, Bound::Included(key)));
            assert_eq!(found, within(&|other| other <= key));
            let prefix = &key[..pick(key.len() + 1)];
            let found = read(view.documents_with_prefix(space, prefix, None));
            assert_eq!(found, within(&|other| other.starts_with(prefix)));
            let found = read(view.documents_with_prefix(space, prefix, Some(key)));
            assert_eq!(found, within(&|other| other.starts_with(prefix) && other > key));
        }
    }

    fn check_times(&self, view: &View, indexed: bool, pick: &mut impl FnMut(usize) -> usize) {
        let ids: BTreeSet<Id> = self.user_data.iter().map(|row| row.0).collect();
        for id in ids {
            let times = self.user_data.iter().filter(|row| indexed && row.0 == id);
            let times: Vec<_> = times.map(|row| row.1).collect();
            let after =
                |after: Option<_>| read(view.user_data(id, after.unwrap_or(Timestamp::NONE)));
            check_after(&times, after, pick);
        }
        let time = |nanoseconds| Timestamp::from_nanoseconds(nanoseconds);
        let last = self.tip.timestamp.nanoseconds();
        for time in [time(0), time(pick(last as usize + 1) as u64), time(last), Timestamp::MAX] {
            let before = self.places.iter().filter(|(place, _)| place.first_timestamp <= time);
            let before: Vec<_> = before.collect();
            let found = view.place(time).expect("readable");
            let found = found.map(|found| before.iter().find(|(place, _)| *place == found));
            // One of them, and never far from the last.
            assert_eq!(found.is_some(), !before.is_empty());
            if let (Some(found), Some((_, last))) = (found, before.last()) {
                let (_, start) = found.expect("a block that was published");
                assert!(last - start < 16_384, "{start} {last}");
            }
        }
    }

    fn check_statement(&self, view: &View, account: Id, pick: &mut impl FnMut(usize) -> usize) {
        let check = |first, last| self.check_lines(view, account, first, last);
        check(Timestamp::NONE, Timestamp::MAX);
        let all = self.lines.get(&account).map_or(&[][..], Vec::as_slice);
        if !all.is_empty() {
            let (a, b) = (all[pick(all.len())].timestamp, all[pick(all.len())].timestamp);
            check(a, b.plus_nanoseconds(pick(2) as u64));
            check(a.plus_nanoseconds(pick(2) as u64), Timestamp::MAX);
        }
    }

    /// Holds a part of a statement, read from both ends, against this.
    pub(super) fn check_lines(&self, view: &View, account: Id, first: Timestamp, last: Timestamp) {
        let all = self.lines.get(&account).map_or(&[][..], Vec::as_slice);
        let within = all.iter().filter(|line| first <= line.timestamp && line.timestamp <= last);
        let mut expected = copied(within);
        for direction in [Direction::Ascending, Direction::Descending] {
            let lines = view.entries(account, first..=last, direction);
            assert_eq!(read(lines.expect("readable")), expected, "{direction:?}");
            expected.reverse();
        }
    }
}

/// The balances after a change.
pub(super) fn after(mut balances: Balances, side: Side, pending: i128, posted: i128) -> Balances {
    let add = |amount: &mut Amount, change: i128| {
        let sum = amount.minor_units() as i128 + change;
        *amount = Amount::new(sum as u128).expect("the changes of a test fit");
    };
    match side {
        Side::Debit => {
            add(&mut balances.debits_pending, pending);
            add(&mut balances.debits_posted, posted);
        }
        Side::Credit => {
            add(&mut balances.credits_pending, pending);
            add(&mut balances.credits_posted, posted);
        }
    }
    balances
}

fn read<T>(rows: impl Iterator<Item = Result<T, StateError>>) -> Vec<T> {
    rows.map(|row| row.expect("the file is whole")).collect()
}

fn copied<'a, T: Copy + 'a>(rows: impl IntoIterator<Item = &'a T>) -> Vec<T> {
    rows.into_iter().copied().collect()
}

fn check_get<K: Ord, V: Clone + PartialEq + Debug>(
    map: &BTreeMap<K, V>,
    get: impl Fn(&K) -> Result<Option<V>, StateError>,
    absent: &[K],
) {
    for (key, value) in map {
        assert_eq!(get(key).expect("readable").as_ref(), Some(value));
    }
    for key in absent {
        assert_eq!(get(key).expect("readable"), None);
    }
}

fn check_after<K: Copy + PartialEq + Debug>(
    all: &[K],
    read: impl Fn(Option<K>) -> Vec<K>,
    pick: &mut impl FnMut(usize) -> usize,
) {
    assert_eq!(read(None), all);
    if !all.is_empty() {
        let at = pick(all.len());
        assert_eq!(read(Some(all[at])), all[at + 1..]);
    }
}
