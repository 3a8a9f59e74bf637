//! Whatever is read through another process is what the process that has the store open reads
//! itself: a snapshot whose questions and pages go over the wire, in pages of a few rows, held
//! against the local one.

use super::pages::{page_bytes, query_bytes, read_page, read_query};
use super::run;
use crate::model::{
    Account, AccountFlags as Flags, Amount, AtDeadline, Id, Ledger, LedgerCode, Operation, Phase,
    Timestamp,
};
use crate::store::local_snapshot::LocalSnapshot;
use crate::store::query::{Page, Query, RemoteSnapshot, Rows};
use crate::store::snapshot::Source;
use crate::store::{
    ArchiveOptions, ClockSource, HoldQuery, Options, Result, Snapshot, StatementQuery, Store,
};
use std::fmt::Debug;
use std::ops::Bound;
use std::sync::{Arc, Mutex};

const ACCOUNTS: u64 = 7;
const OPERATIONS: u64 = 150;
const FIRST: u64 = 1_000;
const MISSING: u64 = 999_999;
const OWN: &str = "\u{1}own";

/// A small generator of numbers (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn maybe<T>(&mut self, one_in: u64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(one_in) == 0).then(|| make(self))
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

fn id(number: u64) -> Id {
    Id::from_u128(number.into())
}

/// A snapshot of another process, which is this one.
#[derive(Debug)]
struct Far {
    local: LocalSnapshot,
    rows_max: u32,
    asked: Arc<Mutex<Vec<Query>>>,
}

impl RemoteSnapshot for Far {
    fn timestamp(&self) -> Timestamp {
        self.local.timestamp()
    }

    fn ask(&self, query: &Query) -> Result<Page> {
        self.asked.lock().unwrap().push(query.clone());
        let mut query = read_query(&query_bytes(query)).unwrap();
        if let Some(rows) = query.rows_mut() {
            *rows = self.rows_max.min(*rows);
        }
        let page = self.local.answer(&query)?;
        if let Some((rows, has_more)) = size(&page) {
            assert!(rows > 0 || !has_more, "an empty page with more after it: {query:?}");
            assert!(rows <= self.rows_max as usize);
        }
        let bytes = page_bytes(&page);
        assert!(bytes.len() < 400 << 10, "{query:?}");
        Ok(read_page(&bytes).unwrap())
    }
}

fn size(page: &Page) -> Option<(usize, bool)> {
    fn of<T>(rows: &Rows<T>) -> Option<(usize, bool)> {
        Some((rows.rows.len(), rows.has_more))
    }
    match page {
        Page::Accounts(rows) => of(rows),
        Page::Holds(rows) => of(rows),
        Page::Operations(rows) => of(rows),
        Page::Events(rows) => of(rows),
        Page::Documents(rows) => of(rows),
        Page::Statement(rows) => of(rows),
        _ => None,
    }
}

fn local(snapshot: &Snapshot) -> LocalSnapshot {
    match &snapshot.source {
        Source::Local(local) => local.clone(),
        Source::Remote(_) => panic!("not local"),
    }
}

fn far(snapshot: &Snapshot, rows_max: u32) -> (Snapshot, Arc<Mutex<Vec<Query>>>) {
    let asked = Arc::default();
    let far = Far { local: local(snapshot), rows_max, asked: Arc::clone(&asked) };
    (Snapshot::remote(Arc::new(far)), asked)
}

type Told<T> = Vec<Result<T, String>>;

fn one<T>(answer: Result<T>) -> Result<T, String> {
    answer.map_err(|error| format!("{error:?}"))
}

/// The rows of a walk up to its first error.
fn all<T>(rows: impl Iterator<Item = Result<T>>) -> Told<T> {
    let mut told = Vec::new();
    for row in rows {
        let is_error = row.is_err();
        told.push(one(row));
        if is_error {
            break;
        }
    }
    told
}

fn checked<T>(rows: Result<impl Iterator<Item = Result<T>>>) -> Result<Told<T>, String> {
    one(rows).map(all)
}

struct Both {
    near: Snapshot,
    far: Snapshot,
}

impl Both {
    #[track_caller]
    fn same<T: PartialEq + Debug>(&self, what: impl Debug, ask: impl Fn(&Snapshot) -> T) {
        let (near, far) = (ask(&self.near), ask(&self.far));
        assert!(near == far, "{what:?}: near\n{near:#?}\nfar\n{far:#?}");
    }
}

fn open(path: &std::path::Path, index_user_data: bool) -> Store {
    let journal = crate::journal::Options { segment_bytes: 20_000, preallocate_bytes: 512 };
    let options = Options::new().clock(ClockSource::Manual).store_id(id(77)).journal(journal);
    Store::open(path, options.index_user_data(index_user_data)).unwrap()
}

fn settle_in(store: &Store) {
    let ledger = |number| Ledger::new(number, LedgerCode::new("USD").unwrap(), 2);
    store.create_ledgers(&[ledger(1), ledger(2)]).unwrap();
    let mut accounts = vec![Account::new(id(1), 1, 100, Flags::EXTERNAL | Flags::HISTORY)];
    accounts.extend((2..ACCOUNTS).map(|number| {
        let flags = if number % 3 == 0 { Flags::NONE } else { Flags::HISTORY };
        Account::new(id(number), 1, 100 + number as u16 % 3, flags)
    }));
    accounts.push(Account::new(id(ACCOUNTS), 2, 100, Flags::HISTORY));
    assert!(store.create_accounts(&accounts).unwrap().iter().all(|outcome| outcome.is_done()));
}

/// Any operation, and its document.
fn operation(dice: &mut Dice, number: u64) -> (Operation, Vec<u8>) {
    let earlier = id(FIRST + dice.below(number - FIRST + 1));
    let (payer, payee) = (id(1 + dice.below(3)), id(4 + dice.below(2)));
    let amount = Amount::from(1 + dice.below(100));
    let number = id(number);
    let deadline = dice.below(3) * 100 * (1 + dice.below(3));
    let mut operation = match dice.below(12) {
        0..=2 => Operation::transfer(number, payer, payee, 1, amount),
        3..=5 if deadline > 0 => Operation::hold(number, payer, payee, 1, amount)
            .with_deadline(deadline as u32, AtDeadline::REFUND),
        3..=5 => Operation::hold(number, payer, payee, 1, amount),
        6 => Operation::release_rest(number, earlier),
        7 => Operation::release(number, earlier, Amount::from(1_u32)),
        8 => Operation::dispute(number, earlier),
        9 => Operation::reverse_rest(number, earlier),
        _ => {
            let space = dice.pick(&["orders", "a", "ab", OWN]);
            let key = vec![dice.pick(b"kkl\xff"); 1 + dice.below(3) as usize];
            let length = dice.pick(&[0, 3, 5_000]);
            let data = [space.as_bytes(), &key, &vec![7; length]].concat();
            let (space, key) = (space.len() as u16, key.len() as u16);
            return (Operation::put(number, space, key, length as u32), data);
        }
    };
    if dice.below(2) == 0 && operation.kind.moves_money() {
        operation.user_data_128 = id(50 + dice.below(2));
        operation.user_data_64 = 60;
    }
    (operation, Vec::new())
}

fn live(store: &Store, dice: &mut Dice) {
    settle_in(store);
    for number in FIRST..FIRST + OPERATIONS {
        let (operation, data) = operation(dice, number);
        store.submit_own(vec![operation], data).unwrap();
        let now = store.snapshot().unwrap().timestamp();
        match dice.below(15) {
            0 => drop(store.advance(now.plus_nanoseconds(Timestamp::SECOND * 40)).unwrap()),
            1 => store.acknowledge("mailer", now).unwrap(),
            2 => store.acknowledge("books", now).unwrap(),
            3 => store.checkpoint().unwrap(),
            _ => (),
        }
    }
}

fn time(dice: &mut Dice, times: &[Timestamp]) -> Timestamp {
    let at = dice.pick(times).nanoseconds();
    let around = [at.saturating_sub(1), at, at.saturating_add(1)];
    dice.pick(&[
        Timestamp::NONE,
        Timestamp::MAX,
        Timestamp::from_nanoseconds(around[0]),
        Timestamp::from_nanoseconds(around[1]),
        Timestamp::from_nanoseconds(around[2]),
    ])
}

/// An account, an operation or hold, or neither.
fn any_id(dice: &mut Dice) -> Id {
    match dice.below(12) {
        0 => dice.pick(&[Id::ZERO, Id::MAX, id(MISSING)]),
        1..=4 => id(1 + dice.below(ACCOUNTS)),
        _ => id(FIRST + dice.below(OPERATIONS)),
    }
}

fn hold_query(dice: &mut Dice, times: &[Timestamp]) -> HoldQuery {
    let account = |dice: &mut Dice| match dice.below(8) {
        0 => id(MISSING),
        _ => id(1 + dice.below(ACCOUNTS)),
    };
    // Deadlines lie beyond the last event.
    let due = |dice: &mut Dice| {
        let last = times[times.len() - 1].plus_nanoseconds(dice.below(600) * Timestamp::SECOND);
        let near = time(dice, times);
        dice.pick(&[near, last, last])
    };
    HoldQuery {
        account: dice.maybe(2, account),
        phase: dice.maybe(4, |dice| dice.pick(&[Phase::FUNDED, Phase::SETTLED])),
        disputed: dice.maybe(3, |dice| dice.below(2) == 0),
        due_from: dice.maybe(3, due),
        due_to: dice.maybe(3, due),
        user_data_128: dice.maybe(4, |dice| id(50 + dice.below(3))),
        user_data_64: dice.maybe(6, |dice| 60 + dice.below(2)),
        limit: dice.pick(&[0, 0, 1, 2, 3, 4, 5, 6, 100]),
    }
}

fn ask_of_ids(both: &Both, dice: &mut Dice, times: &[Timestamp]) {
    let (asked, at) = (any_id(dice), time(dice, times));
    let after = dice.maybe(2, any_id);
    let ids: Vec<_> = (0..dice.below(20)).map(|_| any_id(dice)).collect();
    both.same(asked, |s| one(s.account(asked)));
    both.same(asked, |s| one(s.hold(asked)));
    both.same(asked, |s| one(s.operation(asked)));
    both.same(&ids, |s| one(s.accounts(&ids)));
    both.same(&ids, |s| one(s.holds(&ids)));
    both.same(&ids, |s| one(s.operations(&ids)));
    both.same(after, |s| all(s.all_accounts(after)));
    both.same(after, |s| all(s.all_holds(after)));
    both.same((asked, at), |s| one(s.balances_at(asked, at)));
    let account = id(1 + dice.below(ACCOUNTS + 1));
    both.same((account, at), |s| one(s.balances_at(account, at)));
    both.same((asked, account), |s| one(s.taken_and_reversed(asked, account)));
    let number = dice.below(4) as u32;
    both.same(number, |s| one(s.ledger(number)));
    both.same(number, |s| one(s.trial_balance(number)));
    let query = hold_query(dice, times);
    both.same(query, |s| checked(s.open_holds(&query)));
    let (from, to) = (time(dice, times), time(dice, times));
    let query = StatementQuery {
        from: dice.pick(&[Timestamp::NONE, from]),
        to: dice.pick(&[Timestamp::NONE, Timestamp::MAX, to]),
        newest_first: dice.below(2) == 0,
        limit: dice.pick(&[0, 0, 1, 2, 3, 4, 5, 6, 1_000]),
    };
    both.same((account, query), |s| checked(s.statement(account, &query)));
    let user_data = id(50 + dice.below(3));
    both.same(user_data, |s| checked(s.operations_by_user_data(user_data)));
    both.same(at, |s| all(s.holds_needing_attention(at)));
    both.same(at, |s| all(s.events(at)));
}

fn ask_for_documents(both: &Both, dice: &mut Dice) {
    const KEYS: [&[u8]; 9] =
        [b"", b"k", b"kk", b"kkk", b"l", b"\xff", b"\xff\xff", b"m", &[1; 600]];
    let space = dice.pick(&["orders", "a", "ab", "abc", "", "a\0b", OWN, "\u{1}", "\u{2}"]);
    let (first, last) = (dice.pick(&KEYS), dice.pick(&KEYS));
    let bound = |dice: &mut Dice, key| {
        dice.pick(&[Bound::Unbounded, Bound::Included(key), Bound::Excluded(key)])
    };
    let (lower, upper) = (bound(dice, first), bound(dice, last));
    both.same((space, first), |s| one(s.document(space, first)));
    both.same((space, lower, upper), |s| checked(s.documents(space, lower, upper)));
    both.same((space, first), |s| checked(s.documents_with_prefix(space, first)));
    let after = dice.maybe(2, |_| last);
    if !space.is_empty() && !space.contains('\0') {
        both.same((space, first, after), |s| all(s.rows_with_prefix(space, first, after)));
    }
    if let Ok(key) = crate::model::DocumentKey::new(space.as_bytes(), first) {
        both.same(&key, |s| one(s.row(&key)));
    }
    let name = dice.pick(&["mailer", "books", "nobody", ""]);
    both.same(name, |s| one(s.consumer(name)));
}

fn ask_all(near: &Snapshot, dice: &mut Dice) {
    let mut times: Vec<_> =
        near.view().places().map(|place| place.unwrap().first_timestamp).collect();
    times.extend([Timestamp::NONE, near.timestamp()]);
    for rows_max in [1, 2, 3, 4, 5, u32::MAX] {
        let both = Both { near: near.clone(), far: far(near, rows_max).0 };
        both.same("timestamp", Snapshot::timestamp);
        both.same("ledgers", |s| one(s.ledgers()));
        both.same("consumers", |s| one(s.consumers()));
        let ids: Vec<_> = (0..5_000).map(|number| id(number % 1_200)).collect();
        both.same("many", |s| one(s.operations(&ids)));
        both.same("many", |s| one(s.accounts(&ids)));
        both.same("none", |s| one(s.holds(&[])));
        for _ in 0..60 {
            ask_of_ids(&both, dice, &times);
            ask_for_documents(&both, dice);
        }
    }
}

impl Snapshot {
    fn view(&self) -> Arc<crate::state::View> {
        local(self).view
    }
}

#[test]
fn what_is_far_reads_as_what_is_near() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_path_buf();
    run(move || {
        for seed in 0..3 {
            let dice = &mut Dice(seed);
            let store = open(&path.join(seed.to_string()), seed != 2);
            live(&store, dice);
            let snapshot = store.snapshot().unwrap();
            // Both are as of their block, however the store goes on.
            store.submit(&[Operation::transfer(id(9_000), id(1), id(4), 1, 1_u32.into())]).unwrap();
            ask_all(&snapshot, dice);
            drop(snapshot);

            let now = store.snapshot().unwrap().timestamp();
            store.acknowledge("mailer", now).unwrap();
            store.acknowledge("books", now).unwrap();
            store.checkpoint().unwrap();
            let before = ArchiveOptions::before(now);
            let archived = store.archive(path.join(format!("{seed}.archive")), &before).unwrap();
            assert!(archived.segments > 0);
            ask_all(&store.snapshot().unwrap(), dice);
        }
    });
}

/// A walk asks for no more than is read of it, for more at once as it goes on, and for nothing
/// again.
#[test]
fn walks_ask_as_far_as_they_are_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_path_buf();
    run(move || {
        let store = open(&path.join("store"), true);
        settle_in(&store);
        let holds = |from: u64| {
            (from..from + 500).map(|n| Operation::hold(id(n), id(1), id(4), 1, 1_u32.into()))
        };
        for from in [1_000, 1_500, 2_000, 2_500, 3_000, 3_500] {
            assert!(store.submit(&holds(from).collect::<Vec<_>>()).unwrap()[0].status.is_applied());
        }
        let (far, asked) = far(&store.snapshot().unwrap(), u32::MAX);
        let asked = || std::mem::take(&mut *asked.lock().unwrap());
        let rows = |query: &mut Query| *query.rows_mut().unwrap();

        let mut walk = far.all_holds(None);
        assert_eq!(asked(), []);
        assert_eq!(walk.by_ref().take(64).count(), 64);
        assert_eq!(asked().iter_mut().map(rows).collect::<Vec<_>>(), [64]);
        assert_eq!(walk.count(), 3_000 - 64);
        // Some of them end before that, as they have become large.
        let later: Vec<_> = asked().iter_mut().map(rows).collect();
        assert_eq!(later[..3], [256, 1_024, 2_048]);
        assert!(later.len() < 8 && later[3..].iter().all(|&rows| rows == 2_048), "{later:?}");

        let query = HoldQuery { limit: 64, ..HoldQuery::default() };
        assert_eq!(far.open_holds(&query).unwrap().count(), 64);
        assert_eq!(asked().len(), 1);
        let query = HoldQuery { disputed: Some(true), ..HoldQuery::default() };
        assert_eq!(far.open_holds(&query).unwrap().count(), 0);
        assert_eq!(asked().len(), 1);
    });
}
