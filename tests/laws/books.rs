//! Books, held against what the store itself said at the time: whatever a history does, its
//! movements add up to the balances and trial balances of every moment in it.

use crate::play::Pair;
use crate::store::Store;
use crate::strategies::{Step, history};
use escrowdb::{
    AccountFlags, Balances, Id, Kind, Side, Snapshot, StatementQuery, Timestamp, TrialBalance,
    books,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::Cell;
use std::collections::BTreeMap;

/// What a store said of a moment, when that was the present.
struct Moment {
    at: Timestamp,
    trials: Vec<TrialBalance>,
    balances: BTreeMap<Id, Balances>,
}

impl Moment {
    fn of(snapshot: &Snapshot) -> Self {
        let ledgers = snapshot.ledgers().expect("ledgers");
        let trial = |number| snapshot.trial_balance(number).expect("a trial balance");
        let mut trials: Vec<_> = ledgers.iter().map(|ledger| trial(ledger.number)).collect();
        trials.sort_by_key(|trial| trial.ledger.number);
        let accounts = snapshot.all_accounts(None).map(|account| account.expect("an account"));
        let balances = accounts.map(|account| (account.id, account.balances)).collect();
        Self { at: snapshot.timestamp(), trials, balances }
    }
}

/// The changes of an account's side at a time, posted and pending.
type Changes = BTreeMap<(Id, Timestamp, Side), (i128, i128)>;

/// What the statements say that happened to accounts with a history.
fn stated(snapshot: &Snapshot) -> Changes {
    let mut changes = Changes::new();
    for account in snapshot.all_accounts(None) {
        let account = account.expect("an account");
        if !account.has(AccountFlags::HISTORY) {
            continue;
        }
        let lines = snapshot.statement(account.id, &StatementQuery::default());
        for line in lines.expect("a statement") {
            let line = line.expect("a line");
            let change = changes.entry((account.id, line.timestamp, line.side)).or_default();
            *change = (change.0 + line.posted, change.1 + line.pending);
        }
    }
    changes
}

#[test]
fn movements_add_up_to_what_was_true_at_any_time() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = ProptestConfig {
        cases: cases.unwrap_or(64),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let kinds = [Kind::TRANSFER, Kind::RELEASE, Kind::EXPIRE, Kind::REVERSE];
    let seen = kinds.map(|_| Cell::new(0));
    TestRunner::new(config)
        .run(&history(), |history| {
            let mut pair = Pair::<Store>::open();
            let mut moments = Vec::new();
            for step in &history {
                pair.step(step).map_err(TestCaseError::fail)?;
                moments.push(Moment::of(&pair.store.snapshot()));
            }
            pair.step(&Step::Reopen).map_err(TestCaseError::fail)?;
            let snapshot = pair.store.snapshot();
            for moment in &moments {
                let trials = books::trial_balances_at(&snapshot, moment.at).expect("books");
                prop_assert_eq!(&trials, &moment.trials);
                prop_assert!(trials.iter().all(TrialBalance::is_balanced));
                let balances = books::balances_at(&snapshot, moment.at).expect("books");
                prop_assert_eq!(&balances, &moment.balances);
            }
            let middle = moments.get(moments.len() / 2).map_or(Timestamp::NONE, |moment| moment.at);
            let read = |from, to| {
                let movements = books::movements(&snapshot, from, to);
                movements.collect::<Result<Vec<_>, _>>().expect("movements")
            };
            let all = read(Timestamp::NONE, Timestamp::NONE);
            if !middle.is_none() {
                let halves = [
                    read(Timestamp::NONE, middle),
                    read(middle.plus_nanoseconds(1), Timestamp::NONE),
                ];
                prop_assert_eq!(&halves.concat(), &all);
            }
            let mut changes = stated(&snapshot);
            for movement in &all {
                let mut sums = [(0, 0), (0, 0)];
                for posting in &movement.postings {
                    let posted = posting.posted.minor_units() as i128;
                    let sum = &mut sums[usize::from(posting.side == Side::Credit)];
                    *sum = (sum.0 + posted, sum.1 + posting.pending);
                    let account = snapshot.account(posting.account).expect("a look-up");
                    let account = account.expect("an account");
                    prop_assert_eq!(account.code, posting.account_code);
                    prop_assert_eq!(account.ledger, movement.ledger);
                    if account.has(AccountFlags::HISTORY) {
                        let key = (account.id, movement.timestamp, posting.side);
                        prop_assert_eq!(changes.remove(&key), Some((posted, posting.pending)));
                    }
                }
                prop_assert_eq!(sums[0], sums[1], "{:?}", movement);
                if let Some(place) = kinds.iter().position(|kind| *kind == movement.kind) {
                    seen[place].set(seen[place].get() + 1);
                }
            }
            prop_assert!(changes.is_empty(), "of these no movement tells: {:?}", changes);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    assert!(seen.iter().all(|count| count.get() > 0), "{kinds:?}: {seen:?}");
}
