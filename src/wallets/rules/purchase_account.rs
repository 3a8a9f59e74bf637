//! Purchase accounts: what the money of a buyer's card payments passes through.
//!
//! Money of a card comes from an external account into the purchase account and from there into
//! escrow; what is refunded comes back there, and goes on to the wallet or to the card. So no
//! deadline puts money of a card into a wallet whose owner did not agree to that, and what lies
//! there is owed. A buyer has one for each ledger, whose id is derived from both, so that whoever
//! needs it finds it without a row.

use super::WalletStatus;
use super::refusal::{Refusal, refuse_if};
use crate::model::{Account, AccountFlags, Id, Operation};

/// The code of purchase accounts, by which a chart of accounts tells them from all others.
pub const PURCHASE_CODE: u16 = 65_001;

/// The purchase account of a buyer in a ledger.
pub(crate) fn purchase_account(buyer: Id, ledger: u32) -> Id {
    let name = [&buyer.to_bytes()[..], &ledger.to_be_bytes()].concat();
    Id::named_by_bytes(b"escrowdb purchase account", &name)
}

/// That account, to be opened: spend-only like a wallet's, and never below zero.
pub(crate) fn new_account(buyer: Id, ledger: u32) -> Account {
    let flags = AccountFlags::SPEND_ONLY | AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let id = purchase_account(buyer, ledger);
    Account { user_data_128: buyer, ..Account::new(id, ledger, PURCHASE_CODE, flags) }
}

/// Whether an account is somebody's purchase account, which nobody pays.
pub(crate) fn is_purchase_account(account: &Account) -> bool {
    account.code == PURCHASE_CODE
        && account.id == purchase_account(account.user_data_128, account.ledger)
}

/// The operation of a card payment as the ledger carries it out: from the purchase account. The
/// host leaves the account that it debits zero, or names the wallet's, as for its money.
pub(crate) fn from_purchase_account(
    operation: &Operation,
    wallet_account: Id,
    purchase_account: Id,
) -> Result<Operation, Refusal> {
    let given = operation.debit_account;
    let is_fit = given.is_zero() || given == wallet_account || given == purchase_account;
    refuse_if(!is_fit, WalletStatus::AUTHORISATION_MUST_MATCH)?;
    Ok(Operation { debit_account: purchase_account, ..*operation })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buyer_has_one_for_each_ledger_and_it_is_recognised() {
        let (anna, ben) = (Id::from_u128(7), Id::from_u128(8));
        let all = [(anna, 1), (anna, 2), (ben, 1)].map(|(of, ledger)| purchase_account(of, ledger));
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
        let account = new_account(anna, 1);
        assert!(account.id == all[0] && is_purchase_account(&account));
        for other in [
            Account { user_data_128: ben, ..account },
            Account { ledger: 2, ..account },
            Account { code: 1, ..account },
        ] {
            assert!(!is_purchase_account(&other));
        }
    }

    #[test]
    fn a_card_payment_names_no_other_account() {
        let (wallet, purchase, payee) = (Id::from_u128(1), Id::from_u128(2), Id::from_u128(3));
        let amount = crate::model::Amount::from(5u32);
        for (given, is_fit) in
            [(Id::ZERO, true), (wallet, true), (purchase, true), (payee, false), (Id::MAX, false)]
        {
            let operation = Operation::hold(Id::from_u128(9), given, payee, 1, amount);
            let found = from_purchase_account(&operation, wallet, purchase);
            let expected = Operation { debit_account: purchase, ..operation };
            assert_eq!(found.ok(), is_fit.then_some(expected), "{given}");
        }
    }
}
