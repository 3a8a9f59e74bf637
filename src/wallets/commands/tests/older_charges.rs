//! Charges that an older version booked: it knew a reference of the processor within one payment
//! alone.
//!
//! What could go wrong: the shop updated the library, and one of its webhooks was sent again with
//! the id of another order. The reference stood in no table, and the money of one charge paid
//! twice.

use super::*;
use crate::wallets::rules::card_payment::{ChargeRow, ReferenceKey, ReferenceRow};
use crate::wallets::rules::rows::{RowTable, Space, Upgrade, UpgradeRow};
use crate::wallets::rules::{CardPaymentState, Decision, Refusal, WalletStatus, WriteSet};
use serde::{Deserialize, Serialize};

const SUSPENSE: Id = Id::from_u128(3);

/// A charge as the first version wrote it.
#[derive(Serialize, Deserialize)]
struct FirstChargeRow {
    transfer: Id,
    suspense: u8,
}

impl Row for FirstChargeRow {
    const TABLE: RowTable = RowTable::new(Space::Charge);
    type Key = <ChargeRow as Row>::Key;
}

fn begin(wallets: &Wallets, by: Customer) -> Id {
    let payment = authorised(wallets, by, true);
    wallets.begin_card_payment(&payment, by.card).expect("a payment").expect("a payment");
    payment.operation.id
}

fn report(wallets: &Wallets, payment: Id, reference: &str) -> Result<ChargeResult, Refusal> {
    let (reference, amount) = (reference.to_owned(), Amount::from(100u32));
    let charge = CardCharge { payment, reference, amount, external: BANK, suspense: SUSPENSE };
    wallets.card_charged(&charge).expect("a report")
}

/// Makes what was booked look as the first version left it.
fn grow_younger(wallets: &Wallets) {
    let done = wallets.transact(Id::ZERO, |reading| {
        let mut changes = WriteSet::default();
        for charge in reading.scan::<ChargeRow>(&[], None) {
            let (key, ChargeRow { transfer, suspense, .. }) = charge?;
            changes.put(&key, &FirstChargeRow { transfer, suspense });
        }
        for row in reading.scan::<ReferenceRow>(&[], None) {
            changes.delete::<ReferenceRow>(&row?.0);
        }
        changes.delete::<UpgradeRow>(&Upgrade::CHARGE_REFERENCES);
        Ok(Decision::done(changes, ()))
    });
    done.expect("rows").expect("rows");
}

fn is_upgraded(wallets: &Wallets) -> bool {
    let row = wallets.read().expect("a look").peek::<UpgradeRow>(&Upgrade::CHARGE_REFERENCES);
    row.expect("a row").is_some()
}

#[test]
fn a_reference_of_an_older_version_pays_no_second_time() {
    run(older_references);
}

fn older_references() {
    let wallets = open();
    let store = wallets.shared.store.clone();
    let suspense = Account::new(SUSPENSE, LEDGER, 301, AccountFlags::NONE);
    store.create_accounts(&[suspense]).expect("an account");
    wallets.upgrade().expect("nothing to do");
    assert!(!is_upgraded(&wallets), "without charges nothing is written");
    let anna = register(&wallets, 1);
    let paid = [1, 2, 3, 4, 5].map(|_| begin(&wallets, anna));
    for (payment, number) in paid.iter().zip(1..) {
        let booked = report(&wallets, *payment, &format!("ch_{number}"));
        assert_eq!(booked, Ok(ChargeResult::Paid));
    }
    // At the opening, and in chains of as few rows as can be.
    let mut wallets = wallets;
    for at_a_time in [None, Some(1), Some(2), Some(5)] {
        grow_younger(&wallets);
        match at_a_time {
            None => {
                let policy = wallets.policy().clone();
                drop(wallets);
                let options = WalletOptions::new(MasterKey::from_bytes([1; 32]), policy);
                wallets = store.wallets(options).expect("wallets");
            }
            Some(rows) => wallets.index_references(rows).expect("references"),
        }
        assert!(is_upgraded(&wallets));
        let other = begin(&wallets, anna);
        for (payment, number) in paid.iter().zip(1..) {
            let reference = format!("ch_{number}");
            let stolen = report(&wallets, other, &reference).map_err(|refusal| refusal.status);
            assert_eq!(stolen, Err(WalletStatus::CHARGE_IS_OF_ANOTHER_PAYMENT));
            assert_eq!(report(&wallets, *payment, &reference), Ok(ChargeResult::Paid), "a retry");
        }
        let state = wallets.card_payment(other).expect("a look");
        assert_eq!(state, Some(CardPaymentState::CHARGING));
        wallets.card_payment_failed(other).expect("an end").expect("an end");
    }
    // Where it has been done nobody looks again, and nothing is written.
    let head = store.head().expect("it is open");
    wallets.upgrade().expect("nothing to do");
    assert_eq!(store.head().expect("it is open"), head);
}

/// The older version booked one reference for two payments: each report that is sent again is
/// answered as it was, and a third payment does not get it.
#[test]
fn a_reference_that_was_booked_twice_is_answered_alike() {
    run(booked_twice);
}

fn booked_twice() {
    let wallets = open();
    let store = wallets.shared.store.clone();
    let suspense = Account::new(SUSPENSE, LEDGER, 301, AccountFlags::NONE);
    store.create_accounts(&[suspense]).expect("an account");
    let anna = register(&wallets, 1);
    let [first, second, third] = [1, 2, 3].map(|_| begin(&wallets, anna));
    assert_eq!(report(&wallets, first, "ch"), Ok(ChargeResult::Paid));
    grow_younger(&wallets);
    assert_eq!(report(&wallets, second, "ch"), Ok(ChargeResult::Paid), "as it was");
    grow_younger(&wallets);
    wallets.upgrade().expect("references");
    let reference = ReferenceKey(*blake3::hash(b"ch").as_bytes());
    let owner = wallets.read().expect("a look").peek::<ReferenceRow>(&reference);
    assert_eq!(owner.expect("a row").expect("a row").payment, first.min(second));
    for payment in [first, second] {
        assert_eq!(report(&wallets, payment, "ch"), Ok(ChargeResult::Paid));
    }
    let stolen = report(&wallets, third, "ch").map_err(|refusal| refusal.status);
    assert_eq!(stolen, Err(WalletStatus::CHARGE_IS_OF_ANOTHER_PAYMENT));
}
