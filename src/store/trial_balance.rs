//! The trial balance: do the books balance?

use super::Result;
use crate::model::{Account, Amount, Balances, Ledger};
use std::collections::BTreeMap;

/// The sums over the accounts of one ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct TrialBalance {
    /// Which ledger.
    pub ledger: Ledger,
    /// One row for each code of the caller's chart of accounts, by code.
    pub rows: Vec<TrialBalanceRow>,
    /// The sums over all accounts.
    pub totals: Balances,
}

/// The sums over the accounts of one code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct TrialBalanceRow {
    /// The code of the accounts.
    pub code: u16,
    /// How many they are.
    pub accounts: u64,
    /// The sums of their balances.
    pub balances: Balances,
}

impl TrialBalance {
    /// Whether debits equal credits, posted and pending, and agree with the sums that the ledger
    /// itself keeps.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        let totals = &self.totals;
        totals.debits_posted == totals.credits_posted
            && totals.debits_pending == totals.credits_pending
            && totals.debits_posted == self.ledger.posted
            && totals.debits_pending == self.ledger.pending
    }

    /// One without rows, of a ledger in which nothing has happened yet.
    pub(crate) fn empty(ledger: Ledger) -> Self {
        let ledger = Ledger { posted: Amount::ZERO, pending: Amount::ZERO, ..ledger };
        Self { ledger, rows: Vec::new(), totals: Balances::default() }
    }

    /// The same with these rows of codes, numbers of accounts and balances, by code.
    pub(crate) fn with_rows(self, rows: impl Iterator<Item = (u16, u64, Balances)>) -> Self {
        let row = |(code, accounts, balances)| TrialBalanceRow { code, accounts, balances };
        Self { rows: rows.map(row).collect(), ..self }
    }
}

pub(super) fn draw(
    ledger: Ledger,
    accounts: impl Iterator<Item = Result<Account>>,
) -> Result<TrialBalance> {
    let mut rows = BTreeMap::new();
    let mut totals = Balances::default();
    for account in accounts {
        let account = account?;
        if account.ledger != ledger.number {
            continue;
        }
        let row = rows.entry(account.code).or_insert(TrialBalanceRow {
            code: account.code,
            accounts: 0,
            balances: Balances::default(),
        });
        row.accounts += 1;
        add(&mut row.balances, &account.balances);
        add(&mut totals, &account.balances);
    }
    Ok(TrialBalance { ledger, rows: rows.into_values().collect(), totals })
}

/// Adds balances. The sum over a ledger is bounded (see [`Status::OVERFLOWS_LEDGER`]); in a store
/// that is not in order it stops at the greatest amount, which does not balance.
///
/// [`Status::OVERFLOWS_LEDGER`]: crate::Status::OVERFLOWS_LEDGER
pub(super) fn add(sum: &mut Balances, more: &Balances) {
    let add = |a: Amount, b: Amount| a.checked_add(b).unwrap_or(Amount::MAX);
    sum.debits_pending = add(sum.debits_pending, more.debits_pending);
    sum.debits_posted = add(sum.debits_posted, more.debits_posted);
    sum.credits_pending = add(sum.credits_pending, more.credits_pending);
    sum.credits_posted = add(sum.credits_posted, more.credits_posted);
}
