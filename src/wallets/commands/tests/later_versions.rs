//! What a later version of the library wrote, and this one comes across: after a downgrade.
//!
//! What could go wrong: a store that is whole is called corrupt, and somebody mends it; or a row is
//! read as something that it is not, and money moves by it.

use super::*;
use crate::model::DocumentKey;
use crate::wallets::rules::rows::{RowTable, Space, Step, Upgrade, UpgradeRow, WalletRow, row_key};
use crate::wallets::rules::{Decision, WriteSet};
use serde::{Deserialize, Serialize};

/// A wallet as some later version has it.
#[derive(Clone, Serialize, Deserialize)]
struct LaterRow {
    today: WalletRow,
    colour: u8,
}

impl Row for LaterRow {
    const TABLE: RowTable = RowTable::new(Space::Wallet).after(&[Step::Appended(&[0])]);
    type Key = <WalletRow as Row>::Key;
}

fn put<R: Row>(wallets: &Wallets, key: &R::Key, row: &R) {
    let put = wallets.transact(Id::ZERO, |_| {
        let mut changes = WriteSet::default();
        changes.put(key, row);
        Ok(Decision::done(changes, ()))
    });
    put.expect("a chain").expect("a chain");
}

fn stored(wallets: &Wallets, key: &DocumentKey) -> Vec<u8> {
    let found = wallets.read().expect("a look").snapshot().row(key).expect("a look");
    found.expect("a row").value.to_vec()
}

/// Each command that reads it says what to do, others go on, and it stays as it was written.
#[test]
fn a_row_of_a_later_version_is_left_as_it_is() {
    run(later_row);
}

fn later_row() {
    let wallets = open();
    let (anna, boris) = (register(&wallets, 1), register(&wallets, 2));
    let today = wallets.read().expect("a look").peek::<WalletRow>(&anna.wallet).expect("a look");
    put(&wallets, &anna.wallet, &LaterRow { today: today.expect("a wallet"), colour: 7 });
    let key = row_key::<WalletRow>(&anna.wallet).expect("a key");
    let before = stored(&wallets, &key);
    let payment = authorised_later(anna);
    let asked = wallets.pay(&payment).expect_err("a row of tomorrow");
    let expected = "a row of the table wallet has format 2, this version reads up to 1: update it";
    assert_eq!(asked.to_string(), expected);
    assert!(matches!(asked, Error::NewerFormat { found: 2, supported: 1, .. }));
    // Among many it is no damage that others could be paid in spite of.
    let his = authorised(&wallets, boris, false);
    let many = wallets.pay_many(&[his, payment]).expect_err("a row of tomorrow");
    assert!(matches!(many, Error::NewerFormat { .. }), "{many:?}");
    wallets.pay(&his).expect("a payment").expect("a payment");
    assert_eq!(stored(&wallets, &key), before);
}

fn authorised_later(by: Customer) -> Payment {
    let hold = Operation::hold(Id::new(), by.account, SHOP, LEDGER, Amount::from(100u32));
    let (order, authorisation) = (Id::new(), Some(Id::new()));
    Payment { wallet: by.wallet, order, authorisation, operation: hold }
}

/// A later version keeps a table up to date that this one does not know of: if this one went on,
/// the later one would find it with holes, and trust it. The wallets stay shut, and nothing is
/// written.
#[test]
fn wallets_that_a_later_version_has_upgraded_stay_shut() {
    run(later_upgrade);
}

fn later_upgrade() {
    let wallets = open();
    let known = Upgrade::ALL.last().expect("an upgrade").number();
    let now = wallets.read().expect("a look").now();
    put(&wallets, &Upgrade::from_number(known + 1), &UpgradeRow { at: now });
    let (store, policy) = (wallets.shared.store.clone(), wallets.policy().clone());
    drop(wallets);
    let head = store.head().expect("it is open");
    let mut other = policy;
    other.identity.outbox.keep_seconds += 1;
    let options = WalletOptions::new(MasterKey::from_bytes([1; 32]), other);
    let error = store.wallets(options).expect_err("a store of tomorrow");
    let (found, supported) = (u32::from(known) + 1, u32::from(known));
    assert_eq!(
        error.to_string(),
        format!(
            "what the wallets keep has format {found}, \
             this version reads up to {supported}: update it"
        )
    );
    assert_eq!(store.head().expect("it is open"), head, "no change of the policy is remembered");
}
