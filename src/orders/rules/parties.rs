//! The accounts of buyers and sellers, whose ids follow from who they are and the ledger.

use crate::model::{Account, AccountFlags, Id};

/// The code of a buyer's purchase account for orders: what it has available is owed back to the
/// sources of the buyer's orders.
pub const BUYER_CODE: u16 = 65_010;
/// The code of a seller's account for orders.
pub const SELLER_CODE: u16 = 65_011;
/// The code of holds by which tenders come in.
pub const TENDER_CODE: u16 = 65_012;
/// The code of holds in which legs are in escrow. `user_data_128` is the order, `user_data_64` the
/// part.
pub const LEG_CODE: u16 = 65_013;

/// The code of transfers by which refunds stay with a buyer. `user_data_128` is the order,
/// `user_data_64` the part.
pub const KEPT_CODE: u16 = 65_014;

/// The code of transfers by which a refund that failed comes in again. `user_data_128` is the
/// order, `user_data_64` the tender.
pub const FAILED_REFUND_CODE: u16 = 65_015;
/// The code of transfers by which the platform gives a buyer of its own money. `user_data_128` is
/// the order.
pub const GOODWILL_CODE: u16 = 65_016;

/// The purchase account of a buyer in a ledger.
pub(crate) fn buyer_account(buyer: Id, ledger: u32) -> Id {
    derived(b"escrowdb orders of a buyer", buyer, ledger)
}

/// The account of a seller in a ledger.
pub(crate) fn seller_account(seller: Id, ledger: u32) -> Id {
    derived(b"escrowdb orders of a seller", seller, ledger)
}

fn derived(space: &[u8], of: Id, ledger: u32) -> Id {
    Id::named_by_bytes(space, &[&of.to_bytes()[..], &ledger.to_be_bytes()].concat())
}

/// That account, to be opened: the host has no access, and its money goes back where it came from
/// alone.
pub(crate) fn new_buyer_account(buyer: Id, ledger: u32) -> Account {
    let flags = AccountFlags::MANAGED
        | AccountFlags::SPEND_ONLY
        | AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let id = buyer_account(buyer, ledger);
    Account { user_data_128: buyer, ..Account::new(id, ledger, BUYER_CODE, flags) }
}

/// That account, to be opened: a liability of the platform, which the host pays out.
pub(crate) fn new_seller_account(seller: Id, ledger: u32) -> Account {
    let flags = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let id = seller_account(seller, ledger);
    Account { user_data_128: seller, ..Account::new(id, ledger, SELLER_CODE, flags) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_for_each_ledger() {
        let (anna, ben) = (Id::from_u128(7), Id::from_u128(8));
        let mut all = Vec::new();
        for (of, ledger) in [(anna, 1), (anna, 2), (ben, 1)] {
            all.extend([new_buyer_account(of, ledger).id, new_seller_account(of, ledger).id]);
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 6);
    }
}
