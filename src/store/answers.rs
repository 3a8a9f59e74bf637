//! What the process that has the store open answers to those that have not.
//!
//! Guarantees that no page is much larger than [`PAGE_BYTES`], and none without rows has more after
//! it. Keeps nothing from one question to the next.

use super::Result;
use super::events::LocalEvents;
use super::local_snapshot::LocalSnapshot;
use super::query::{PAGE_ROWS_MAX, Page, Query, Rows};
use super::walk::Row;
use std::ops::Bound;

/// A page ends with the row that brings it to so many bytes.
const PAGE_BYTES: usize = 256 << 10;

impl LocalSnapshot {
    /// Answers a question of another process.
    pub(super) fn answer(&self, query: &Query) -> Result<Page> {
        Ok(match query {
            Query::Ledger(number) => Page::Ledger(self.ledger(*number)?),
            Query::Ledgers => Page::Ledgers(self.ledgers()?),
            Query::Accounts(ids) => Page::FoundAccounts(self.accounts(ids)?),
            Query::Holds(ids) => Page::FoundHolds(self.holds(ids)?),
            Query::Operations(ids) => Page::FoundOperations(self.operations(ids)?),
            Query::BalancesAt { account, at } => Page::Balances(self.balances_at(*account, *at)?),
            Query::TrialBalance { ledger, after } => self.trial_balance_after(*ledger, *after)?,
            Query::Document(key) => Page::Document(self.row(key)?),
            Query::Consumer(name) => Page::Consumer(self.consumer(name)?),
            Query::Consumers => Page::Consumers(self.consumers()?),
            Query::TakenAndReversed { id, account } => {
                let (taken, reversed) = self.taken_and_reversed(*id, *account)?;
                Page::Amounts(taken, reversed)
            }
            Query::AllAccounts { after, rows } => {
                Page::Accounts(page(*rows, self.all_accounts(*after))?)
            }
            Query::AllHolds { after, rows } => Page::Holds(page(*rows, self.all_holds(*after))?),
            Query::OperationsByUserData { user_data, after, rows } => {
                let operations = self.operations_by_user_data(*user_data, *after)?;
                Page::Operations(page(*rows, operations)?)
            }
            Query::OpenHolds { query, after, rows } => {
                Page::Holds(page(*rows, self.open_holds(query, *after)?)?)
            }
            Query::HoldsNeedingAttention { disputed_before, after, rows } => {
                Page::Holds(page(*rows, self.holds_needing_attention(*disputed_before, *after))?)
            }
            Query::Events { after, rows } => {
                Page::Events(page(*rows, LocalEvents::new(self, None, *after))?)
            }
            Query::Documents { space, lower, upper, rows } => {
                let (lower, upper) = (bytes_of(lower), bytes_of(upper));
                Page::Documents(page(*rows, self.documents(space, lower, upper))?)
            }
            Query::DocumentsWithPrefix { space, prefix, after, rows } => {
                let found = self.rows_with_prefix(space, prefix, after.as_deref());
                Page::Documents(page(*rows, found)?)
            }
            Query::Statement { account, query, rows } => {
                Page::Statement(page(*rows, self.statement(*account, query)?)?)
            }
        })
    }

    fn trial_balance_after(&self, ledger: u32, after: Option<u16>) -> Result<Page> {
        let mut drawn = self.trial_balance(ledger)?;
        drawn.rows.retain(|row| after.is_none_or(|after| row.code > after));
        let has_more = drawn.rows.len() > PAGE_ROWS_MAX;
        drawn.rows.truncate(PAGE_ROWS_MAX);
        Ok(Page::TrialBalance(drawn, has_more))
    }
}

fn bytes_of(bound: &Bound<Vec<u8>>) -> Bound<&[u8]> {
    bound.as_ref().map(Vec::as_slice)
}

/// The first rows of a walk, at most so many.
fn page<T: Row>(rows: u32, walk: impl Iterator<Item = Result<T>>) -> Result<Rows<T>> {
    let most = usize::try_from(rows).unwrap_or(PAGE_ROWS_MAX).clamp(1, PAGE_ROWS_MAX);
    let (mut rows, mut bytes) = (Vec::new(), 0);
    for row in walk {
        let row = match row {
            Ok(row) => row,
            Err(error) if rows.is_empty() => return Err(error),
            // The next page is asked for from here on, and begins with it.
            Err(_) => return Ok(Rows { rows, has_more: true }),
        };
        bytes += row.bytes();
        rows.push(row);
        if rows.len() == most || bytes >= PAGE_BYTES {
            return Ok(Rows { rows, has_more: true });
        }
    }
    Ok(Rows { rows, has_more: false })
}
