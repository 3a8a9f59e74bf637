//! What comes between the judgement of a command and its chain, where both rely on a row that
//! neither changes.
//!
//! What could go wrong where such a row is only expected to be as it was: a code is sent to a
//! person whose erasure was judged just before, and the row of the code outlives her. So the rows
//! of persons and wallets, which stand for others, are written back; payments, which add nothing
//! that anybody looks for, leave the row of their wallet alone.

use super::super::transaction::ReadTransaction;
use super::*;
use crate::wallets::rules::rows::{CodeRow, PersonRow, WalletRow, row_key};
use crate::wallets::rules::{Channel, Decision, WriteSet};

const DONE: &str = "a command";

/// The version of a row.
fn version<R: Row>(wallets: &Wallets, key: &R::Key) -> u64 {
    let reading = wallets.read().expect("a look");
    let key = row_key::<R>(key).expect("a key");
    reading.snapshot().row(&key).expect("a look").map_or(0, |found| found.version)
}

/// Judges an erasure, and has `meanwhile` happen before its chain; gives how often it was judged.
fn erase(wallets: &Wallets, of: Customer, meanwhile: impl Fn()) -> u32 {
    let mut judgements = 0;
    let done = wallets.transact_many(&[[of.person; 2]], |_, reading| {
        let row = reading.get::<PersonRow>(&of.person)?.expect("a person");
        let mut changes = WriteSet::default();
        wallets.begin_erasure(reading, &mut changes, of.person, row)?;
        judgements += 1;
        if judgements == 1 {
            meanwhile();
        }
        Ok(Decision::done(changes, ()))
    });
    assert!(matches!(done.expect(DONE).pop(), Some(Ok(Ok(_)))));
    judgements
}

#[test]
fn nothing_that_is_added_to_a_person_outlives_the_erasure() {
    run(|| {
        let wallets = open();
        let anna = register(&wallets, 1);
        let send = || wallets.send_code(anna.person, 7, Channel::EMAIL).expect(DONE).expect(DONE);
        assert_eq!(erase(&wallets, anna, send), 2);
        let reading = wallets.read().expect("a look");
        assert_eq!(reading.scan::<CodeRow>(&anna.person.to_bytes(), None).count(), 0);
    });
}

#[test]
fn a_payment_expects_its_wallet_and_does_not_write_it() {
    run(|| {
        let wallets = open();
        let anna = register(&wallets, 1);
        let (payment, before) =
            (authorised(&wallets, anna, false), version::<WalletRow>(&wallets, &anna.wallet));
        wallets.pay(&payment).expect(DONE).expect(DONE);
        assert_eq!(version::<WalletRow>(&wallets, &anna.wallet), before);
        // A card that is being charged is looked for by who closes the wallet.
        let by_card = authorised(&wallets, anna, true);
        wallets.begin_card_payment(&by_card, anna.card).expect(DONE).expect(DONE);
        assert_ne!(version::<WalletRow>(&wallets, &anna.wallet), before);
    });
}

#[test]
fn a_payment_whose_wallet_changed_is_judged_again() {
    run(|| {
        let wallets = open();
        let anna = register(&wallets, 1);
        let payment = authorised(&wallets, anna, false);
        let mut judgements = 0;
        let done =
            wallets.transact_many(&[[anna.wallet; 2]], |_, reading: &mut ReadTransaction| {
                let decision = wallets.judge_payment(reading, &payment)?;
                judgements += 1;
                if judgements == 1 {
                    let adam = Actor::staff("adam", "she called");
                    wallets.freeze_wallet(anna.wallet, &adam).expect(DONE).expect(DONE);
                }
                Ok(decision)
            });
        let refused = done.expect(DONE).pop().expect("an answer").expect(DONE).map(drop);
        let status = refused.map_err(|refusal| refusal.status);
        assert_eq!(status, Err(crate::wallets::rules::WalletStatus::WALLET_MUST_BE_ACTIVE));
        assert_eq!(judgements, 2);
    });
}
