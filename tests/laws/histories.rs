//! Random histories: whatever happens, the store does as the model does, and the laws hold.

use crate::laws;
use crate::model::Model;
use crate::play::{Pair, Sent};
use crate::store::{ShortSighted, Store};
use crate::strategies::{Base, Jump, Step, history};
use crate::system::{Dump, Known, System, Time, chains, same_dumps, same_outcomes};
use crate::table::play_in_world;
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Id, Kind, Ledger, LedgerCode, Operation, Outcome,
    Status, Timestamp, limits,
};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};

/// As many cases as `PROPTEST_CASES` says, or a number that takes seconds.
fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: cases.unwrap_or(256), failure_persistence: None, ..Default::default() }
}

/// Plays histories against a store. What was seen on the way.
fn play<S: System>(
    runner: &mut TestRunner,
    then: impl Fn(&mut Pair<S>, Index, u64) -> Result<(), String>,
) -> Result<BTreeMap<(Kind, Status), usize>, String> {
    let seen = std::cell::RefCell::new(BTreeMap::new());
    let histories = (history(), any::<Index>(), any::<u64>());
    let result = runner.run(&histories, |(history, index, seed)| {
        let mut pair = Pair::<S>::open();
        for (position, step) in history.iter().enumerate() {
            pair.step(step).map_err(|difference| {
                TestCaseError::fail(format!("step {position}, {step:?}: {difference}"))
            })?;
        }
        then(&mut pair, index, seed).map_err(TestCaseError::fail)?;
        for (what, times) in pair.seen {
            *seen.borrow_mut().entry(what).or_default() += times;
        }
        Ok(())
    });
    result.map(|()| seen.into_inner()).map_err(|failure| failure.to_string())
}

#[test]
fn the_store_does_as_the_model_does() {
    play::<Store>(&mut TestRunner::new(cases()), |_, _, _| Ok(()))
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// Symptom: the same history had another answer after the store was opened again: an imported chain
/// was refused for a deadline that does not exist, once the deadlines in memory were released.
/// Cause: what the window of deadlines did not know was taken for a deadline. It is loaded before a
/// chain is judged. Here nothing is judged by what happens to be in memory: two deadlines are, and
/// all else is loaded.
#[test]
fn what_is_in_memory_decides_nothing() {
    let config = ProptestConfig { cases: (cases().cases / 64).max(2), ..cases() };
    play::<ShortSighted<true>>(&mut TestRunner::new(config.clone()), |_, _, _| Ok(()))
        .unwrap_or_else(|failure| panic!("{failure}"));
    play::<ShortSighted<false>>(&mut TestRunner::new(config), |_, _, _| Ok(()))
        .unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_chain_is_not_refused_for_a_deadline_that_is_not_known() {
    for (from, member, expected) in
        [(3, 40, "applied"), (3, 1_500, "chain_must_not_span_a_deadline")]
    {
        let mut table = String::from(
            "
            hold 1 A>M 1 timeout=10 default=refund          => applied
            hold 2 A>M 1 timeout=20 default=refund          => applied
            hold 3 A>M 1 timeout=500 default=refund         => applied
            reopen
            release 4 #1 rest                               => applied
            release 5 #2 rest                               => applied
        ",
        );
        let first = if expected == "applied" { "applied" } else { "linked_event_failed" };
        let (from, member) = (1_000 + from, 1_000 + member);
        table += &format!("transfer 6 A>B 1 imported at={from} linked => {first}\n");
        table += &format!("transfer 7 A>B 1 imported at={member} => {expected}\n");
        play_in_world(&mut Model::open(Time::Manual), &table);
        play_in_world(&mut Store::open(Time::Manual), &table);
        play_in_world(&mut ShortSighted::<true>::open(Time::Manual), &table);
        play_in_world(&mut ShortSighted::<false>::open(Time::Manual), &table);
    }
}

/// The comparison compares, and the laws hold on the model too, whatever the store is.
#[test]
fn the_model_does_as_the_model_does() {
    play::<Model>(&mut TestRunner::new(cases()), |_, _, _| Ok(()))
        .unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn what_was_sent_before_changes_nothing_when_it_is_sent_again() {
    play::<Store>(&mut TestRunner::new(cases()), retry_storm)
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// Sends any of the batches again, in any order.
///
/// A chain that was refused may be refused for another reason now, and so use up another id; that
/// is a trace, but nothing moves.
fn retry_storm<S: System>(pair: &mut Pair<S>, prefix: Index, seed: u64) -> Result<(), String> {
    pair.step(&Step::Advance(Jump::By(0)))?;
    let before = pair.store.dump(&pair.known);
    let mut batches: Vec<Sent> = pair.sent[..=prefix.index(pair.sent.len())].to_vec();
    batches.sort_by_key(|(operations, _)| {
        operations[0].id.as_u128() as u64 ^ seed.rotate_left(operations.len() as u32)
    });
    let deadline = pair.model.next_deadline();
    for (operations, data) in batches {
        let outcomes = pair.store.submit(&operations, &data);
        same_outcomes(&operations, &pair.model.submit(&operations, &data), &outcomes)?;
        for chain in chains(&operations) {
            let outcomes = &outcomes[chain.clone()];
            retried(&operations[chain], outcomes, &before)?;
        }
    }
    let after = pair.store.dump(&pair.known);
    same_dumps(&pair.model.dump(&pair.known), &after)?;
    if pair.model.next_deadline() != deadline {
        // So many traces that a deadline was reached.
        return Ok(());
    }
    let operations = before.operations.keys();
    let kept = operations.map(|id| (*id, after.operations[id])).collect();
    same_dumps(&before, &Dump { operations: kept, ..after })
}

fn retried(chain: &[Operation], outcomes: &[Outcome], before: &Dump) -> Result<(), String> {
    for (operation, outcome) in chain.iter().zip(outcomes) {
        let wrong = || Err(format!("{operation:#?} is answered {outcome:#?}"));
        let Some(first) = before.operations.get(&operation.id) else {
            if outcome.status.is_applied() {
                return wrong();
            }
            continue;
        };
        let repeated = match outcome.status {
            Status::EXISTS => first.status.is_applied() && outcome.timestamp == first.timestamp,
            Status::ID_ALREADY_FAILED => outcome.first_status == first.status,
            // Another operation under this id, a malformed one, or a chain that is not whole.
            other => !other.uses_up_id() && other != Status::APPLIED,
        };
        if !repeated {
            return wrong();
        }
    }
    Ok(())
}

/// The histories are worth something only if they come everywhere.
#[test]
fn histories_reach_every_kind_and_most_refusals() {
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() };
    let rng = proptest::test_runner::TestRng::deterministic_rng(
        proptest::test_runner::RngAlgorithm::ChaCha,
    );
    let seen = play::<Model>(&mut TestRunner::new_with_rng(config, rng), |_, _, _| Ok(()))
        .unwrap_or_else(|failure| panic!("{failure}"));
    println!("{seen:?}");
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::EXPIRE) {
        let applied = seen.get(&(*kind, Status::APPLIED)).copied().unwrap_or(0);
        assert!(applied >= 10, "{kind} was applied {applied} times only");
    }
    let statuses: BTreeSet<Status> = seen.keys().map(|(_, status)| *status).collect();
    let missing: Vec<_> = Status::ALL.iter().filter(|status| !statuses.contains(status)).collect();
    assert!(statuses.len() >= 90, "histories do not reach {missing:?}");
}

/// A comparison that cannot fail proves nothing.
#[test]
fn a_difference_is_noticed() {
    let mut runner = TestRunner::new(ProptestConfig { cases: 40, ..cases() });
    play::<Model>(&mut runner, |pair, index, seed| {
        let (operations, data) = index.get(&pair.sent).clone();
        let outcomes = pair.model.submit(&operations, &data);
        let position = index.index(outcomes.len());
        let changes: [fn(&mut Outcome); 4] = [
            |outcome| outcome.timestamp = outcome.timestamp.plus_nanoseconds(1),
            |outcome| outcome.status = Status::from_number(outcome.status.number() + 1),
            |outcome| outcome.first_status = Status::from_number(9),
            |outcome| outcome.timestamp = Timestamp::MAX,
        ];
        let mut changed = outcomes.clone();
        changes[seed as usize % changes.len()](&mut changed[position]);
        same_outcomes(&operations, &outcomes, &changed).expect_err("an outcome was changed");
        let dump = pair.model.dump(&pair.known);
        let changed = spoiled(&dump, seed);
        same_dumps(&dump, &changed).expect_err("a dump was changed");
        laws::check(&changed).expect_err("money appeared");
        Ok(())
    })
    .unwrap_or_else(|failure| panic!("{failure}"));
}

/// A store that settles nothing by itself.
struct Asleep(Model);

impl System for Asleep {
    fn open(time: Time) -> Self {
        Self(Model::open(time))
    }
    fn create_ledgers(&mut self, ledgers: &[Ledger]) -> Vec<Outcome> {
        self.0.create_ledgers(ledgers)
    }
    fn create_accounts(&mut self, accounts: &[Account]) -> Vec<Outcome> {
        self.0.create_accounts(accounts)
    }
    fn submit(&mut self, operations: &[Operation], data: &[u8]) -> Vec<Outcome> {
        self.0.submit(operations, data)
    }
    fn advance(&mut self, _: Timestamp) {}
    fn reopen(&mut self) {}
    fn dump(&self, known: &Known) -> Dump {
        self.0.dump(known)
    }
}

#[test]
fn a_store_that_sleeps_is_noticed() {
    play::<Asleep>(&mut TestRunner::new(cases()), |_, _, _| Ok(()))
        .expect_err("time passed, and nothing happened");
}

/// More deadlines at once than one block settles, before an advance and before an import.
#[test]
fn a_storm_of_deadlines_is_settled_before_anything_else() {
    let mut pair = Pair::<Store>::open();
    let ledger = Ledger::new(1, LedgerCode::new("USD").expect("a code"), 2);
    let account = |id: u128| Account::new(id.into(), 1, 1, AccountFlags::HISTORY);
    let count = limits::DUE_HOLDS_PER_BLOCK_MAX as u128 + 100;
    let holds = |first: u128, default| {
        let holds = (first..first + count).map(|id| {
            let hold = Operation::hold(id.into(), 1.into(), 2.into(), 1, Amount::from(3_u32));
            hold.with_deadline(1, default).linked()
        });
        let last = Operation::freeze((first + count).into(), 4.into());
        Step::Batch(holds.chain([last]).collect(), Vec::new(), Base::Last)
    };
    let late = Timestamp::from_nanoseconds(30 * Timestamp::SECOND);
    let import = Operation::release(99_999.into(), 20_001.into(), Amount::from(1_u32));
    for step in [
        Step::Ledgers(vec![ledger]),
        Step::Accounts((1..=5).map(account).collect()),
        holds(1_000, AtDeadline::RELEASE),
        Step::Advance(Jump::By(5 * Timestamp::SECOND)),
        Step::Batch(vec![Operation::unfreeze(1.into(), 4.into())], Vec::new(), Base::Last),
        holds(20_000, AtDeadline::REFUND),
        Step::Batch(vec![import.imported(late)], Vec::new(), Base::Last),
    ] {
        pair.step(&step).unwrap_or_else(|difference| panic!("{difference}"));
    }
    let refused = pair.seen.get(&(Kind::RELEASE, Status::HOLD_ALREADY_REFUNDED));
    assert_eq!(refused, Some(&1), "the import sees no overdue hold as open");
}

/// An import may lie so far behind the clock that its deadline has passed already. Nothing settles
/// it before the next event; to open a store anew and set its clock is one.
#[test]
fn an_imported_hold_that_is_overdue_is_settled_when_the_store_opens_again() {
    let mut pair = Pair::<Store>::open();
    let ledger = Ledger::new(1, LedgerCode::new("USD").expect("a code"), 2);
    let account = |id: u128| Account::new(id.into(), 1, 1, AccountFlags::HISTORY);
    let hold = Operation::hold(10.into(), 1.into(), 2.into(), 1, Amount::from(1_u32))
        .with_deadline(1, AtDeadline::RELEASE)
        .imported(Timestamp::from_nanoseconds(2));
    for step in [
        Step::Ledgers(vec![ledger]),
        Step::Accounts((1..=2).map(account).collect()),
        Step::Advance(Jump::By(5 * Timestamp::SECOND)),
        Step::Batch(vec![hold], Vec::new(), Base::Last),
    ] {
        pair.step(&step).unwrap_or_else(|difference| panic!("{difference}"));
    }
    assert!(pair.store.dump(&pair.known).holds[&Id::from_u128(10)].is_open(), "nothing came after");
    pair.step(&Step::Reopen).unwrap_or_else(|difference| panic!("{difference}"));
    assert!(!pair.store.dump(&pair.known).holds[&Id::from_u128(10)].is_open(), "it was overdue");
}

/// The dump with one unit too much somewhere.
fn spoiled(dump: &Dump, seed: u64) -> Dump {
    let mut dump = dump.clone();
    let more = |amount: &mut Amount| {
        let one = Amount::from(1_u32);
        *amount = amount.checked_add(one).unwrap_or_default();
    };
    let account = dump.accounts.values_mut().next().expect("an account");
    match (seed / 4 % 3, dump.holds.values_mut().next()) {
        (0, Some(hold)) => more(&mut hold.held),
        (1, _) => more(&mut account.balances.credits_posted),
        _ => more(&mut account.balances.debits_pending),
    }
    dump
}
