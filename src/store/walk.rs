//! Walks through many rows of a snapshot, whoever reads them.
//!
//! Guarantees that a walk through another process's snapshot gives the rows of a local one: page by
//! page, as far as they are asked for, and after the first error no more.

use super::local_snapshot::{OperationRecord, StoredDocument};
use super::query::{Page, Query, RemoteSnapshot, Rows};
use super::statement::StatementLine;
use super::{Error, Result};
use crate::model::{Account, DocumentKey, Event, Hold, Record, Timestamp};
use std::ops::Bound;
use std::sync::Arc;
use std::vec;

/// Of the first page, as many want no more than a few rows. Later ones are larger.
const FIRST_ROWS: u32 = 64;
const ROWS_MAX: u32 = 2_048;

/// Rows that this process reads, or another one.
pub(super) enum Walk<L, T> {
    Local(L),
    Remote(Box<RemoteWalk<T>>),
}

impl<T: Row, L: Iterator<Item = Result<T>>> Iterator for Walk<L, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Local(rows) => rows.next(),
            Self::Remote(rows) => rows.next(),
        }
    }
}

/// A row that is walked through.
pub(super) trait Row: Sized {
    /// The rows of a page, if they are of this kind.
    fn of(page: Page) -> Option<Rows<Self>>;

    /// Has the question ask for what follows this row, and says whether anything can.
    fn go_on(&self, query: &mut Query) -> bool;

    /// About how many bytes it takes.
    fn bytes(&self) -> usize {
        size_of::<Self>()
    }
}

/// Rows that another process reads.
pub(super) struct RemoteWalk<T> {
    remote: Arc<dyn RemoteSnapshot>,
    /// What is to be asked when the page is read.
    next: Option<Query>,
    rows_per_page: u32,
    page: vec::IntoIter<T>,
    failure: Option<Error>,
}

impl<T: Row> RemoteWalk<T> {
    pub(super) fn new(remote: &Arc<dyn RemoteSnapshot>, query: Query) -> Self {
        Self {
            remote: Arc::clone(remote),
            next: Some(query),
            rows_per_page: FIRST_ROWS,
            page: Vec::new().into_iter(),
            failure: None,
        }
    }

    /// Reads the first page at once, so that an argument that makes no sense is refused before the
    /// walk begins. Any other failure is met where the rows would be.
    pub(super) fn checked(remote: &Arc<dyn RemoteSnapshot>, query: Query) -> Result<Self> {
        let mut walk = Self::new(remote, query);
        match walk.read_page() {
            Err(refusal @ Error::InvalidArgument(_)) => return Err(refusal),
            Err(failure) => walk.failure = Some(failure),
            Ok(()) => (),
        }
        Ok(walk)
    }

    fn read_page(&mut self) -> Result<()> {
        let Some(mut query) = self.next.take() else { return Ok(()) };
        if let Some(rows) = query.rows_mut() {
            *rows = self.rows_per_page;
        }
        self.rows_per_page = (self.rows_per_page * 4).min(ROWS_MAX);
        let page = T::of(self.remote.ask(&query)?).ok_or_else(another_answer)?;
        if page.has_more
            && let Some(last) = page.rows.last()
            && is_within_limit(&mut query, page.rows.len())
            && last.go_on(&mut query)
        {
            self.next = Some(query);
        }
        self.page = page.rows.into_iter();
        Ok(())
    }
}

impl<T: Row> Iterator for RemoteWalk<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.page.next() {
                return Some(Ok(row));
            }
            if let Some(failure) = self.failure.take() {
                return Some(Err(failure));
            }
            self.next.as_ref()?;
            self.failure = self.read_page().err();
        }
    }
}

/// The answer is to another question.
pub(super) fn another_answer() -> Error {
    let what =
        "the process that has the store open answers another question than the one it was asked";
    Error::Corrupt(what.into())
}

/// Takes so many rows off what the question asks for as a whole, and says whether any are left.
fn is_within_limit(query: &mut Query, rows: usize) -> bool {
    let limit = match query {
        Query::OpenHolds { query, .. } => &mut query.limit,
        Query::Statement { query, .. } => &mut query.limit,
        _ => return true,
    };
    if *limit == 0 {
        return true;
    }
    *limit = limit.saturating_sub(rows);
    *limit > 0
}

impl Row for Account {
    fn of(page: Page) -> Option<Rows<Self>> {
        if let Page::Accounts(rows) = page { Some(rows) } else { None }
    }

    fn go_on(&self, query: &mut Query) -> bool {
        let Query::AllAccounts { after, .. } = query else { return false };
        *after = Some(self.id);
        true
    }
}

impl Row for Hold {
    fn of(page: Page) -> Option<Rows<Self>> {
        if let Page::Holds(rows) = page { Some(rows) } else { None }
    }

    fn go_on(&self, query: &mut Query) -> bool {
        match query {
            Query::AllHolds { after, .. } => *after = Some(self.id),
            Query::OpenHolds { after, .. } => *after = Some((self.deadline, self.id)),
            Query::HoldsNeedingAttention { after, .. } => {
                *after = Some((self.waiting_since(), self.id));
            }
            _ => return false,
        }
        true
    }
}

impl Row for OperationRecord {
    fn of(page: Page) -> Option<Rows<Self>> {
        if let Page::Operations(rows) = page { Some(rows) } else { None }
    }

    fn go_on(&self, query: &mut Query) -> bool {
        let Query::OperationsByUserData { after, .. } = query else { return false };
        *after = self.timestamp;
        true
    }
}

impl Row for Event {
    fn of(page: Page) -> Option<Rows<Self>> {
        if let Page::Events(rows) = page { Some(rows) } else { None }
    }

    fn go_on(&self, query: &mut Query) -> bool {
        let Query::Events { after, .. } = query else { return false };
        *after = self.timestamp;
        true
    }

    fn bytes(&self) -> usize {
        let document = match &self.record {
            Record::Operation(decision) => decision.document.as_ref(),
            _ => None,
        };
        let document =
            document.map_or(0, |document| document.key.as_bytes().len() + document.value.len());
        size_of::<Self>() + document
    }
}

impl Row for (DocumentKey, StoredDocument) {
    fn of(page: Page) -> Option<Rows<Self>> {
        if let Page::Documents(rows) = page { Some(rows) } else { None }
    }

    fn go_on(&self, query: &mut Query) -> bool {
        let key = self.0.key().to_vec();
        match query {
            Query::Documents { lower, .. } => *lower = Bound::Excluded(key),
            Query::DocumentsWithPrefix { after, .. } => *after = Some(key),
            _ => return false,
        }
        true
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.0.as_bytes().len() + self.1.value.len()
    }
}

impl Row for StatementLine {
    fn of(page: Page) -> Option<Rows<Self>> {
        if let Page::Statement(rows) = page { Some(rows) } else { None }
    }

    fn go_on(&self, query: &mut Query) -> bool {
        let Query::Statement { query, .. } = query else { return false };
        let at = self.timestamp.nanoseconds();
        if query.newest_first {
            // Nothing happens at zero, which as a bound would be none.
            query.to = Timestamp::from_nanoseconds(at.saturating_sub(1));
            !query.to.is_none()
        } else {
            query.from = Timestamp::from_nanoseconds(at.saturating_add(1));
            at < u64::MAX
        }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.event.bytes()
    }
}
