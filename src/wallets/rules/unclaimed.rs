//! Unclaimed money: what was left in a wallet that was closed, or that nobody used for long.
//!
//! It lies in one account for each ledger, which the library keeps (`managed`), so that no
//! operation of the host takes it: it is owed to whoever owned the wallet, and is nobody's income.
//! Each item remembers whose it is and how much, and leaves once: into a wallet of the same person,
//! or by a redemption that two members of staff order. `verify` checks that just what the open
//! items say lies there.

use super::WalletStatus;
use super::audit::{Actor, is_name_of, is_same_person};
use super::closing::{Agreement, PROPOSAL_SECONDS};
use super::refusal::{Refusal, refuse_if};
use super::rows::{Row, RowKey, RowTable, Space, WalletRow};
use crate::model::{Account, AccountFlags, Amount, Id, Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The code of the accounts of unclaimed money, by which a chart of accounts tells them from all
/// others.
pub const UNCLAIMED_CODE: u16 = 65_002;

/// The account of a ledger's unclaimed money.
pub(crate) fn unclaimed_account(ledger: u32) -> Id {
    Id::named_by_bytes(b"escrowdb unclaimed account", &ledger.to_be_bytes())
}

/// That account, to be opened: spend-only like a wallet's, never below zero, and kept by the
/// library.
pub(crate) fn new_account(ledger: u32) -> Account {
    let limited = AccountFlags::SPEND_ONLY | AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let flags = limited | AccountFlags::MANAGED;
    Account::new(unclaimed_account(ledger), ledger, UNCLAIMED_CODE, flags)
}

/// Whether an account is that of a ledger's unclaimed money, and the host cannot take any.
pub(crate) fn is_unclaimed_account(account: &Account) -> bool {
    account.id == unclaimed_account(account.ledger) && account.has(AccountFlags::MANAGED)
}

named_values! {
    /// Why money is unclaimed. Numbers and names are never changed or used again.
    UnclaimedReason(u8) {
        /// Staff took it out of a wallet that is to be closed.
        LEFT = 1, "left";
        /// The owner did nothing for as long as the policy says, nor after a notice.
        INACTIVE = 2, "inactive";
    }
}

/// Unclaimed money of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct UnclaimedRow {
    pub(crate) person: Id,
    /// The wallet that it came from.
    pub(crate) wallet: Id,
    pub(crate) ledger: u32,
    pub(crate) amount: u128,
    pub(crate) reason: u8,
    pub(crate) came_at: Timestamp,
    /// The transfer by which it left; zero while it is open.
    pub(crate) resolved_by: Id,
    /// The account that it went to.
    pub(crate) resolved_to: Id,
    pub(crate) resolved_at: Timestamp,
    /// The account to which one member of staff wants to pay it out.
    pub(crate) proposed: Option<PayoutProposal>,
}

/// What one member of staff wants, until another one wants just the same.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PayoutProposal {
    pub(crate) account: Id,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
}

impl Row for UnclaimedRow {
    const TABLE: RowTable = RowTable::new(Space::Unclaimed);
    /// The transfer that brought the money there.
    type Key = Id;
}

/// That an item is of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct UnclaimedOfRow {}

impl Row for UnclaimedOfRow {
    const TABLE: RowTable = RowTable::new(Space::UnclaimedOf);
    type Key = UnclaimedOfKey;
}

/// A person, and an item of theirs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct UnclaimedOfKey {
    pub(crate) person: Id,
    pub(crate) item: Id,
}

impl RowKey for UnclaimedOfKey {
    fn bytes(&self) -> Vec<u8> {
        [self.person.to_bytes(), self.item.to_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (person, item) = bytes.split_at_checked(16)?;
        Some(Self { person: Id::from_row_key(person)?, item: Id::from_row_key(item)? })
    }
}

impl UnclaimedRow {
    /// Money that is taken out of a wallet now.
    pub(crate) fn new(
        (wallet, row): (Id, &WalletRow),
        amount: Amount,
        reason: UnclaimedReason,
        now: Timestamp,
    ) -> Self {
        Self {
            person: row.person,
            wallet,
            ledger: row.ledger,
            amount: amount.minor_units(),
            reason: reason.number(),
            came_at: now,
            resolved_by: Id::ZERO,
            resolved_to: Id::ZERO,
            resolved_at: Timestamp::NONE,
            proposed: None,
        }
    }

    pub(crate) fn reason(&self) -> UnclaimedReason {
        UnclaimedReason::from_number(self.reason)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.resolved_by.is_zero()
    }

    pub(crate) fn amount(&self) -> Amount {
        Amount::new(self.amount).unwrap_or(Amount::MAX)
    }

    /// Whether it went to this account by this transfer before; refused if it went elsewhere.
    pub(crate) fn went(&self, by: Id, to: Id) -> Result<bool, Refusal> {
        if self.is_open() {
            return Ok(false);
        }
        let is_elsewhere = (self.resolved_by, self.resolved_to) != (by, to);
        refuse_if(is_elsewhere, WalletStatus::UNCLAIMED_MONEY_IS_RESOLVED)?;
        Ok(true)
    }

    /// Whether it can be claimed into this wallet.
    pub(crate) fn check_claim(&self, wallet: &WalletRow) -> Result<(), Refusal> {
        let is_anothers = wallet.person != self.person;
        refuse_if(is_anothers, WalletStatus::UNCLAIMED_MONEY_IS_OF_ANOTHER)?;
        let is_elsewhere = wallet.ledger != self.ledger;
        refuse_if(is_elsewhere, WalletStatus::WALLET_HAS_ANOTHER_LEDGER)
    }

    /// The same, gone to an account.
    pub(crate) fn gone(&self, by: Id, to: Id, now: Timestamp) -> Self {
        let (resolved_by, resolved_to, resolved_at) = (by, to, now);
        Self { resolved_by, resolved_to, resolved_at, proposed: None, ..self.clone() }
    }

    /// Has two members of staff agree on an account to which it is paid out. The first of them is
    /// remembered, and the row is to be written.
    pub(crate) fn agree(
        &mut self,
        account: Id,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Agreement, Refusal> {
        let by = actor.staff_name().ok_or(WalletStatus::ACTOR_MUST_BE_NAMED)?;
        let wanted = self.proposed.as_ref().filter(|proposed| {
            now < proposed.at.plus_seconds(PROPOSAL_SECONDS) && proposed.account == account
        });
        if let Some(proposed) = wanted {
            if is_name_of(by, &proposed.by) {
                return Ok(Agreement::Repeated);
            }
            refuse_if(is_same_person(&proposed.by, by), WalletStatus::REVIEWER_MUST_BE_ANOTHER)?;
            return Ok(Agreement::Agreed);
        }
        self.proposed = Some(PayoutProposal { account, by: by.to_owned(), at: now });
        Ok(Agreement::Proposed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use WalletStatus as W;

    fn id(number: u128) -> Id {
        Id::from_u128(number)
    }

    fn row() -> UnclaimedRow {
        UnclaimedRow {
            person: id(1),
            wallet: id(2),
            ledger: 1,
            amount: 100,
            reason: UnclaimedReason::LEFT.number(),
            came_at: Timestamp::from_nanoseconds(5),
            resolved_by: Id::ZERO,
            resolved_to: Id::ZERO,
            resolved_at: Timestamp::NONE,
            proposed: None,
        }
    }

    #[test]
    fn each_ledger_has_an_account_that_the_host_cannot_touch() {
        let (first, second) = (new_account(1), new_account(2));
        assert!(first.id != second.id && is_unclaimed_account(&first));
        let plain = Account { flags: first.flags.without(AccountFlags::MANAGED), ..first };
        assert!(!is_unclaimed_account(&plain));
        assert!(!is_unclaimed_account(&Account { ledger: 2, ..first }));
    }

    #[test]
    fn an_item_leaves_once() {
        let (open, now) = (row(), Timestamp::from_nanoseconds(9));
        assert_eq!(open.went(id(7), id(8)), Ok(false));
        let gone = open.gone(id(7), id(8), now);
        assert_eq!(gone.went(id(7), id(8)), Ok(true));
        for (by, to) in [(7, 9), (6, 8)] {
            let refused = gone.went(id(by), id(to)).map_err(|refusal| refusal.status);
            assert_eq!(refused, Err(W::UNCLAIMED_MONEY_IS_RESOLVED));
        }
    }

    /// As with money in suspense: one clerk alone pays nothing out, by whatever names.
    #[test]
    fn two_members_of_staff_agree_on_one_account() {
        let (mut row, start) = (row(), Timestamp::from_nanoseconds(9));
        let [eve, alias, bob] = ["eve", "e.v.e", "bob"].map(|name| Actor::staff(name, "why"));
        let mut ask = |account: u128, by: &Actor, after: u32| {
            let asked = row.agree(id(account), by, start.plus_seconds(after));
            asked.map_err(|refusal| refusal.status)
        };
        assert_eq!(ask(8, &Actor::Customer, 0), Err(W::ACTOR_MUST_BE_NAMED));
        assert_eq!(ask(8, &eve, 0), Ok(Agreement::Proposed));
        assert_eq!(ask(8, &eve, 1), Ok(Agreement::Repeated));
        assert_eq!(ask(8, &alias, 1), Err(W::REVIEWER_MUST_BE_ANOTHER));
        assert_eq!(ask(9, &bob, 2), Ok(Agreement::Proposed), "another account");
        assert_eq!(ask(8, &eve, 3), Ok(Agreement::Proposed));
        assert_eq!(ask(8, &bob, 3 + PROPOSAL_SECONDS), Ok(Agreement::Proposed), "forgotten");
        assert_eq!(ask(8, &eve, 4 + PROPOSAL_SECONDS), Ok(Agreement::Agreed));
    }
}
