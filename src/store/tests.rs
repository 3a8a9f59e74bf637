//! What `verify` alone can find: states that were forged with all their checksums right, each in
//! one way, of which exactly that fault must be named.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod pages;
mod remote;

use super::*;
use crate::disk::LocalDisk;
use crate::engine::Changes;
use crate::model::{AccountFlags as Flags, Amount, AtDeadline, Hold, Id, LedgerCode, Phase};
use crate::state::{self, BlockPlace, Published, State, View, forge};
use shuttle::scheduler::RandomScheduler;
use shuttle::{Config, Runner};
use std::path::PathBuf;
use tempfile::TempDir;

const BANK: Id = Id::from_u128(1);
const WALLET: Id = Id::from_u128(2);
const OPEN_HOLD: Id = Id::from_u128(1_000);
const PAID_OUT: Id = Id::from_u128(1_001);
/// The store that is forged.
const STORE: Id = Id::from_u128(77);
const STATE: state::Options =
    state::Options { cache_bytes: 1 << 20, index_user_data: true, tuning: state::Tuning::new() };

fn one() -> Amount {
    Amount::from(1_u32)
}

/// Money comes in, is held, released, reversed and paid out; somebody consumes the events.
fn fill(path: &Path) {
    let journal = crate::journal::Options { segment_bytes: 2_000, preallocate_bytes: 512 };
    let options = Options::new()
        .clock(ClockSource::Manual)
        .index_user_data(true)
        .store_id(STORE)
        .journal(journal);
    let store = Store::open(path, options).unwrap();
    store.create_ledgers(&[Ledger::new(1, LedgerCode::new("USD").unwrap(), 2)]).unwrap();
    let wallet = Flags::DEBITS_MUST_NOT_EXCEED_CREDITS | Flags::HISTORY;
    let bank = Account::new(BANK, 1, 100, Flags::EXTERNAL);
    store.create_accounts(&[bank, Account::new(WALLET, 1, 200, wallet)]).unwrap();
    let pay_in = |number: u128| Operation {
        user_data_128: Id::from_u128(7),
        ..Operation::transfer(Id::from_u128(number), BANK, WALLET, 1, Amount::from(10_u32))
    };
    let others = [
        Operation::hold(OPEN_HOLD, WALLET, BANK, 1, one()),
        Operation::transfer(PAID_OUT, WALLET, BANK, 1, one()),
        Operation::hold(Id::from_u128(1_002), WALLET, BANK, 1, one()),
        Operation::release_rest(Id::from_u128(1_003), Id::from_u128(1_002)),
        Operation::reverse(Id::from_u128(1_004), Id::from_u128(10), one()),
    ];
    for operation in (10..30).map(pay_in).chain(others) {
        assert!(store.submit(&[operation]).unwrap()[0].status.is_applied());
    }
    let due = Operation::hold(Id::from_u128(1_005), WALLET, BANK, 1, one());
    let due = due.with_deadline(3_600, AtDeadline::REFUND);
    let put = Operation::put(Id::from_u128(1_006), 6, 4, 4);
    let outcomes = store.submit_with_data(&[due, put], b"orders4711paid").unwrap();
    assert!(outcomes.iter().all(|outcome| outcome.status.is_applied()));
    store.acknowledge("mailer", Timestamp::from_nanoseconds(1)).unwrap();
    store.close().unwrap();
}

/// Runs what opens a store: see `commit::sync`.
fn run(story: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    config.stack_size = 1 << 20;
    Runner::new(RandomScheduler::new_from_seed(1, 1), config).run(story);
}

fn filled() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let filled = path.clone();
    run(move || fill(&filled));
    assert_eq!(fault(&path), None);
    (directory, path)
}

fn fault(path: &Path) -> Option<String> {
    verify(path, |_, _| ()).unwrap().fault
}

fn disk(path: &Path) -> LocalDisk {
    LocalDisk::new(path.to_path_buf())
}

/// Publishes changes that no block made, and checkpoints them.
fn publish(path: &Path, change: fn(&View) -> (Changes, Option<BlockPlace>)) {
    let state = State::open(Arc::new(disk(path)), STORE.to_bytes(), STATE).unwrap();
    let view = state.view();
    let (changes, place) = change(&view);
    let tip = *view.tip();
    let last = view.place(Timestamp::MAX).unwrap().unwrap();
    let block = Published { place: place.unwrap_or(last), bytes: 0, tip };
    state.publish(Changes { timestamp: tip.timestamp, ..changes }, block);
    drop(view);
    state.checkpoint().unwrap();
}

fn account(view: &View, change: impl Fn(&mut Account)) -> (Changes, Option<BlockPlace>) {
    let mut account = view.account(WALLET).unwrap().unwrap();
    change(&mut account);
    (Changes { accounts: vec![account], ..Changes::default() }, None)
}

fn hold(view: &View, change: impl Fn(&mut Hold)) -> (Changes, Option<BlockPlace>) {
    let before = view.hold(OPEN_HOLD).unwrap().unwrap();
    let mut hold = before;
    change(&mut hold);
    (Changes { holds: vec![hold], holds_before: vec![(0, before)], ..Changes::default() }, None)
}

type Forgery = fn(&View) -> (Changes, Option<BlockPlace>);

#[test]
fn each_forgery_is_named() {
    let cases: [(&str, Forgery); 12] = [
        ("the state differs from a replay of the journal", |_| {
            let consumers = vec![("mailer".to_owned(), Some(Timestamp::from_nanoseconds(2)))];
            (Changes { consumers, ..Changes::default() }, None)
        }),
        ("the state differs from a replay of the journal", |view| {
            account(view, |account| account.user_data_64 += 1)
        }),
        ("took spend-only money out", |view| {
            account(view, |a| a.flags = a.flags | Flags::SPEND_ONLY)
        }),
        ("state.redb has a wrong place for the block of time", |view| {
            let first_timestamp = view.tip().timestamp;
            (Changes::default(), Some(BlockPlace { first_timestamp, number: 99, hint: 4_096 }))
        }),
        ("pending balances differ from its open holds", |view| {
            account(view, |a| a.balances.debits_pending = plus(a.balances.debits_pending))
        }),
        // The lines of a statement are counted back from the account's balances.
        ("of table entries", |view| {
            account(view, |a| a.balances.credits_posted = plus(a.balances.credits_posted))
        }),
        ("the number of its open holds is wrong", |view| account(view, |a| a.open_holds += 1)),
        ("its limit is broken", |view| {
            account(view, |a| a.flags = a.flags | Flags::CREDITS_MUST_NOT_EXCEED_DEBITS)
        }),
        ("held, released and refunded do not add up to its amount", |view| {
            hold(view, |hold| hold.amount = plus(hold.amount))
        }),
        ("does not fit what is held", |view| hold(view, |hold| hold.phase = Phase::SETTLED)),
        ("more was paid or reversed than released", |view| hold(view, |hold| hold.paid = one())),
        ("its sums differ from those of its accounts", |view| {
            let mut ledger = view.ledger(1).unwrap().unwrap();
            ledger.posted = plus(ledger.posted);
            (Changes { ledgers: vec![ledger], ..Changes::default() }, None)
        }),
    ];
    for (expected, forgery) in cases {
        let (_directory, path) = filled();
        publish(&path, forgery);
        let fault = fault(&path);
        assert!(
            fault.as_ref().is_some_and(|fault| fault.contains(expected)),
            "{expected}: {fault:?}"
        );
    }
}

fn plus(amount: Amount) -> Amount {
    amount.checked_add(one()).unwrap()
}

#[test]
fn each_row_is_held_against_its_checksum() {
    let tables = [
        "ledgers",
        "accounts",
        "holds",
        "reversals",
        "documents",
        "consumers",
        "deadlines",
        "open_holds",
        "holds_by_account",
        "attention",
        "user_data",
        "places",
        "operations",
        "entries",
    ];
    for table in tables {
        let (_directory, path) = filled();
        let rows = forge::rows(&disk(&path), table, |value| {
            *value.last_mut().unwrap() ^= 1;
            true
        });
        assert!(rows > 0, "{table} has no rows");
        let words = format!("of table {table}");
        let fault = fault(&path);
        assert!(fault.as_ref().is_some_and(|fault| fault.contains(&words)), "{table}: {fault:?}");
    }
}

/// Where the beginning of the journal is archived, the state cannot be held against a replay.
#[test]
fn an_id_that_is_not_found_is_named_without_a_replay() {
    let (directory, path) = filled();
    let (store, archive) = (path.clone(), directory.path().join("archive"));
    run(move || {
        let store = Store::open(&store, Options::new().clock(ClockSource::Manual)).unwrap();
        let last = store.snapshot().unwrap().timestamp();
        store.acknowledge("mailer", last).unwrap();
        let half =
            store.host("this").unwrap().committer.view().operation(Id::from_u128(20)).unwrap();
        let before = ArchiveOptions::before(half.unwrap());
        assert!(store.archive(&archive, &before).unwrap().segments > 0);
        store.close().unwrap();
    });
    assert_eq!(fault(&path), None);
    assert!(forge::rows(&disk(&path), "operations", |_| false) > 0);
    let fault = fault(&path).unwrap();
    assert!(fault.ends_with("is not found by its id"), "{fault}");
}
