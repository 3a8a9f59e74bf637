//! Unclaimed money that is not all there: whoever verifies or copies the store is told.

use super::*;
use crate::wallets::rules::unclaimed::unclaimed_account;
use crate::wallets::rules::{Decision, WriteSet};

fn fault(wallets: &Wallets) -> Option<String> {
    let copied = wallets.shared.store.backup_to(Arc::new(MemoryDisk::new()));
    copied.err().map(|error| error.to_string())
}

/// A chain of the library takes a cent that no item tells of. The host could not.
#[test]
fn unclaimed_money_is_all_there() {
    run(|| {
        let wallets = open();
        let (anna, adam) = (register(&wallets, 1), Actor::staff("adam", "she left"));
        wallets.freeze_wallet(anna.wallet, &adam).expect("frozen").expect("frozen");
        let set_aside = wallets.set_aside(Id::new(), anna.wallet, &adam);
        set_aside.expect("set aside").expect("set aside");
        assert_eq!(fault(&wallets), None);
        let from = unclaimed_account(LEDGER);
        let cent = Operation::transfer(Id::new(), from, SHOP, LEDGER, Amount::from(1u32));
        let outcomes = wallets.shared.store.submit(&[cent]).expect("an outcome");
        assert_eq!(outcomes[0].status, crate::model::Status::ACCOUNT_IS_MANAGED);
        let taken = wallets.transact(Id::ZERO, |_| {
            let mut changes = WriteSet::default();
            changes.operation(Operation { id: Id::new(), ..cent });
            Ok(Decision::done(changes, ()))
        });
        taken.expect("taken").expect("taken");
        let expected = "unclaimed money of ledger 1: 99999 is not 100000";
        assert!(fault(&wallets).is_some_and(|fault| fault.contains(expected)));
    });
}
