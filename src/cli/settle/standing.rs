//! What there is in the store when the file is settled, and who earned most.

use super::tally::{Sum, Tally};
use crate::cli::failure::Failure;
use crate::cli::naming::Role;
use crate::cli::output::{Books, Currency};
use escrowdb::{Balances, Id, Snapshot, TrialBalance};
use std::collections::{BTreeMap, HashMap};

/// The standing of one ledger.
pub(crate) struct Standing {
    pub(crate) ledger: u32,
    pub(crate) currency: Currency,
    pub(crate) trial_balance: TrialBalance,
    /// What was held after the last row.
    pub(crate) open_at_end: Sum,
    /// The sellers that were paid by the file's orders, best first.
    pub(crate) sellers: Vec<(String, Sum)>,
    /// The methods by which money came in, the greatest sum first.
    pub(crate) methods: Vec<(String, Sum)>,
}

impl Standing {
    /// The standing of every ledger that the file or the holds before it concern.
    pub(crate) fn of(
        snapshot: &Snapshot,
        tally: &Tally,
        open_at_end: &BTreeMap<u32, Sum>,
        names: &HashMap<Id, String>,
    ) -> Result<Vec<Self>, Failure> {
        let books = Books::of(snapshot)?;
        let standing = |(number, book): (&u32, &super::tally::Book)| {
            Ok(Self {
                ledger: *number,
                currency: books.currency(*number),
                trial_balance: snapshot.trial_balance(*number)?,
                open_at_end: open_at_end.get(number).copied().unwrap_or_default(),
                sellers: ranked(&book.sellers, names),
                methods: ranked(&book.methods, names),
            })
        };
        tally.books.iter().filter(|(_, book)| !book.is_empty()).map(standing).collect()
    }

    /// The balances of all accounts of a role together.
    pub(crate) fn balances(&self, role: Role) -> Balances {
        let mut rows = self.trial_balance.rows.iter();
        let found = rows.find(|row| row.code == role.code());
        found.map_or_else(Balances::default, |row| row.balances)
    }
}

/// Accounts by their names and sums, the greatest sum first.
fn ranked(sums: &HashMap<Id, Sum>, names: &HashMap<Id, String>) -> Vec<(String, Sum)> {
    let named = sums.iter().map(|(id, sum)| {
        let name = names.get(id).cloned();
        (name.unwrap_or_else(|| id.to_string()), *sum)
    });
    let mut ranked: Vec<_> = named.collect();
    ranked.sort_by(|a, b| b.1.amount.cmp(&a.1.amount).then_with(|| a.0.cmp(&b.0)));
    ranked
}
