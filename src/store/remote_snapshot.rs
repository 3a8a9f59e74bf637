//! The snapshot of a store that another process has open: its answers as values.
//!
//! Has the methods of a local one, and no rule of its own.

use super::Result;
use super::holds::HoldQuery;
use super::local_snapshot::{OperationRecord, StoredDocument};
use super::query::{PAGE_ROWS_MAX, Page, Query, RemoteSnapshot};
use super::statement::{StatementLine, StatementQuery};
use super::trial_balance::TrialBalance;
use super::walk::{RemoteWalk, another_answer};
use crate::model::{Account, Amount, Balances, DocumentKey, Event, Hold, Id, Ledger, Timestamp};
use std::ops::Bound;
use std::sync::Arc;

/// What a page of one kind holds.
macro_rules! ask {
    ($remote:expr, $query:expr, $page:path) => {
        match $remote.ask(&$query)? {
            $page(found) => Ok(found),
            _ => Err(another_answer()),
        }
    };
}

/// So many ids are asked for at once that the answer stays below a megabyte.
const IDS_MAX: usize = 2_048;
const _: () = assert!(IDS_MAX <= PAGE_ROWS_MAX);
const _: () = assert!(IDS_MAX * size_of::<Option<OperationRecord>>() <= 1 << 20);
const _: () = assert!(IDS_MAX * size_of::<Option<Account>>() <= 1 << 20);
const _: () = assert!(IDS_MAX * size_of::<Option<Hold>>() <= 1 << 20);

/// Asks for the things of these ids, and gives them in their order.
fn find<T>(ids: &[Id], ask: impl Fn(Vec<Id>) -> Result<Vec<Option<T>>>) -> Result<Vec<Option<T>>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(IDS_MAX) {
        let answers = ask(some.to_vec())?;
        if answers.len() != some.len() {
            return Err(another_answer());
        }
        found.extend(answers);
    }
    Ok(found)
}

fn only<T>(found: Vec<Option<T>>) -> Option<T> {
    found.into_iter().next().flatten()
}

impl dyn RemoteSnapshot {
    pub(super) fn ledger(&self, number: u32) -> Result<Option<Ledger>> {
        ask!(self, Query::Ledger(number), Page::Ledger)
    }

    pub(super) fn ledgers(&self) -> Result<Vec<Ledger>> {
        ask!(self, Query::Ledgers, Page::Ledgers)
    }

    pub(super) fn account(&self, id: Id) -> Result<Option<Account>> {
        self.accounts(&[id]).map(only)
    }

    pub(super) fn accounts(&self, ids: &[Id]) -> Result<Vec<Option<Account>>> {
        find(ids, |ids| ask!(self, Query::Accounts(ids), Page::FoundAccounts))
    }

    pub(super) fn hold(&self, id: Id) -> Result<Option<Hold>> {
        self.holds(&[id]).map(only)
    }

    pub(super) fn holds(&self, ids: &[Id]) -> Result<Vec<Option<Hold>>> {
        find(ids, |ids| ask!(self, Query::Holds(ids), Page::FoundHolds))
    }

    pub(super) fn operation(&self, id: Id) -> Result<Option<OperationRecord>> {
        self.operations(&[id]).map(only)
    }

    pub(super) fn operations(&self, ids: &[Id]) -> Result<Vec<Option<OperationRecord>>> {
        find(ids, |ids| ask!(self, Query::Operations(ids), Page::FoundOperations))
    }

    pub(super) fn balances_at(&self, account: Id, at: Timestamp) -> Result<Balances> {
        ask!(self, Query::BalancesAt { account, at }, Page::Balances)
    }

    pub(super) fn trial_balance(&self, ledger: u32) -> Result<TrialBalance> {
        let (mut drawn, mut has_more) = self.trial_balance_after(ledger, None)?;
        while let Some(last) = drawn.rows.last().filter(|_| has_more) {
            let more;
            (more, has_more) = self.trial_balance_after(ledger, Some(last.code))?;
            has_more &= !more.rows.is_empty();
            drawn.rows.extend(more.rows);
        }
        Ok(drawn)
    }

    fn trial_balance_after(&self, ledger: u32, after: Option<u16>) -> Result<(TrialBalance, bool)> {
        match self.ask(&Query::TrialBalance { ledger, after })? {
            Page::TrialBalance(drawn, has_more) => Ok((drawn, has_more)),
            _ => Err(another_answer()),
        }
    }

    pub(super) fn row(&self, key: &DocumentKey) -> Result<Option<StoredDocument>> {
        ask!(self, Query::Document(key.clone()), Page::Document)
    }

    pub(super) fn consumer(&self, name: &str) -> Result<Option<Timestamp>> {
        ask!(self, Query::Consumer(name.to_owned()), Page::Consumer)
    }

    pub(super) fn consumers(&self) -> Result<Vec<(String, Timestamp)>> {
        ask!(self, Query::Consumers, Page::Consumers)
    }

    pub(super) fn taken_and_reversed(&self, id: Id, account: Id) -> Result<(Amount, Amount)> {
        match self.ask(&Query::TakenAndReversed { id, account })? {
            Page::Amounts(taken, reversed) => Ok((taken, reversed)),
            _ => Err(another_answer()),
        }
    }
}

/// Walks, which keep the snapshot.
impl dyn RemoteSnapshot {
    pub(super) fn all_accounts(self: &Arc<Self>, after: Option<Id>) -> RemoteWalk<Account> {
        RemoteWalk::new(self, Query::AllAccounts { after, rows: 0 })
    }

    pub(super) fn all_holds(self: &Arc<Self>, after: Option<Id>) -> RemoteWalk<Hold> {
        RemoteWalk::new(self, Query::AllHolds { after, rows: 0 })
    }

    pub(super) fn operations_by_user_data(
        self: &Arc<Self>,
        user_data: Id,
        after: Timestamp,
    ) -> Result<RemoteWalk<OperationRecord>> {
        RemoteWalk::checked(self, Query::OperationsByUserData { user_data, after, rows: 0 })
    }

    pub(super) fn open_holds(
        self: &Arc<Self>,
        query: &HoldQuery,
        after: Option<(Timestamp, Id)>,
    ) -> Result<RemoteWalk<Hold>> {
        RemoteWalk::checked(self, Query::OpenHolds { query: *query, after, rows: 0 })
    }

    pub(super) fn holds_needing_attention(
        self: &Arc<Self>,
        disputed_before: Timestamp,
        after: Option<(Timestamp, Id)>,
    ) -> RemoteWalk<Hold> {
        RemoteWalk::new(self, Query::HoldsNeedingAttention { disputed_before, after, rows: 0 })
    }

    pub(super) fn events(self: &Arc<Self>, after: Timestamp) -> RemoteWalk<Event> {
        RemoteWalk::new(self, Query::Events { after, rows: 0 })
    }

    pub(super) fn documents(
        self: &Arc<Self>,
        space: &str,
        lower: Bound<&[u8]>,
        upper: Bound<&[u8]>,
    ) -> RemoteWalk<(DocumentKey, StoredDocument)> {
        let (lower, upper) = (lower.map(<[u8]>::to_vec), upper.map(<[u8]>::to_vec));
        RemoteWalk::new(self, Query::Documents { space: space.to_owned(), lower, upper, rows: 0 })
    }

    pub(super) fn rows_with_prefix(
        self: &Arc<Self>,
        space: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> RemoteWalk<(DocumentKey, StoredDocument)> {
        let query = Query::DocumentsWithPrefix {
            space: space.to_owned(),
            prefix: prefix.to_vec(),
            after: after.map(<[u8]>::to_vec),
            rows: 0,
        };
        RemoteWalk::new(self, query)
    }

    pub(super) fn statement(
        self: &Arc<Self>,
        account: Id,
        query: &StatementQuery,
    ) -> Result<RemoteWalk<StatementLine>> {
        RemoteWalk::checked(self, Query::Statement { account, query: *query, rows: 0 })
    }
}
