//! A row that has no room for more.
//!
//! What went wrong: the chain with it reached the ledger, which refused the row, and of many
//! payments the one with it was answered "data is damaged". Nothing is damaged: it is a limit,
//! which is named before anything is written.

use super::*;
use crate::model::limits::DOCUMENT_VALUE_BYTES_MAX;
use crate::wallets::commands::payments::refusal_for;
use crate::wallets::rules::rows::Consent;
use crate::wallets::rules::{Decision, WalletStatus, WriteSet};

#[test]
fn a_row_that_grows_too_long_is_refused_by_name() {
    run(too_long);
}

fn too_long() {
    let wallets = open();
    let anna = register(&wallets, 1);
    let grow = |bytes: usize| {
        wallets.transact(anna.person, |reading| {
            let mut row = reading.get::<PersonRow>(&anna.person)?.expect("a person");
            row.consents = vec![Consent {
                kind: "k".repeat(bytes),
                version: "1".into(),
                is_given: true,
                at: crate::model::Timestamp::NONE,
            }];
            let mut changes = WriteSet::default();
            changes.put(&anna.person, &row);
            Ok(Decision::done(changes, ()))
        })
    };
    let (store, head) = (&wallets.shared.store, wallets.shared.store.head().expect("it is open"));
    let error = grow(DOCUMENT_VALUE_BYTES_MAX).expect_err("a limit");
    assert!(matches!(error, Error::LimitExceeded(_)), "{error:?}");
    let said =
        "a row of the table person would be longer than 65536 bytes, and nothing was written";
    assert!(error.to_string().starts_with(said), "{error}");
    assert!(error.to_string().contains("removed"), "it says what to do: {error}");
    assert_eq!(refusal_for(&error), WalletStatus::TOO_MANY);
    assert_eq!(store.head().expect("it is open"), head, "nothing was written");
    grow(DOCUMENT_VALUE_BYTES_MAX / 2).expect("room").expect("room");
    assert_ne!(store.head().expect("it is open"), head);
}
