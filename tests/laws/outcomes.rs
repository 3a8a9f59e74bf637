//! The tables, played against the model and the store, until every status was there.

use crate::model::Model;
use crate::store::Store;
use crate::system::{System, Time};
use crate::table::{check, check_by_machine_time, statuses};
use crate::tables::{MACHINE_TIME, TABLES};
use escrowdb::{Ledger, LedgerCode, Status, limits};
use std::collections::BTreeSet;

#[test]
fn the_model_answers_as_the_tables_say() {
    TABLES.iter().for_each(|(_, table)| check::<Model>(table));
    check_by_machine_time::<Model>(MACHINE_TIME);
    check_too_many_ledgers::<Model>();
}

#[test]
fn the_store_answers_as_the_tables_say() {
    TABLES.iter().for_each(|(_, table)| check::<Store>(table));
    check_by_machine_time::<Store>(MACHINE_TIME);
    check_too_many_ledgers::<Store>();
}

fn check_too_many_ledgers<S: System>() {
    let mut store = S::open(Time::Manual);
    let code = LedgerCode::new("X").expect("a code");
    let count = limits::LEDGERS_MAX as u32 + 1;
    let ledgers: Vec<_> = (1..=count).map(|number| Ledger::new(number, code, 0)).collect();
    let outcomes = store.create_ledgers(&ledgers);
    let (last, others) = outcomes.split_last().expect("outcomes");
    assert!(others.iter().all(|outcome| outcome.status == Status::APPLIED));
    assert_eq!(last.status, Status::TOO_MANY_LEDGERS);
}

/// Beside the tables: `too_many_ledgers` has a test of its own, and so have the archived ones in
/// the tests of the store, and reserved spaces in those of wallets; nobody opens 2^32 holds.
const NOT_IN_TABLES: [Status; 5] = [
    Status::SPACE_IS_RESERVED,
    Status::ORIGINAL_IS_ARCHIVED,
    Status::TOO_MANY_LEDGERS,
    Status::OPERATION_IS_ARCHIVED,
    Status::OVERFLOWS_OPEN_HOLDS,
];

#[test]
fn the_tables_know_every_status() {
    let tables = TABLES.iter().map(|(_, table)| table).chain([&MACHINE_TIME]);
    let known: BTreeSet<Status> = tables.flat_map(|table| statuses(table)).collect();
    let missing: Vec<_> = Status::ALL.iter().filter(|status| !known.contains(status)).collect();
    assert_eq!(missing, NOT_IN_TABLES.iter().collect::<Vec<_>>());
}
