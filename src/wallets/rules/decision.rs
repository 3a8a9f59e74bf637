//! Decisions: what a command changes, and what it answers.

use super::audit::AuditEntry;
use super::refusal::Refusal;
use super::rows::{Row, RowError, row_key};
use crate::model::{DocumentKey, Operation};

/// What was decided about a command.
///
/// A refusal may change rows too: a wrong password is counted before it is answered.
#[derive(Debug)]
pub(crate) struct Decision<A> {
    /// The changes to apply, all or nothing, before the answer is given.
    pub(crate) changes: WriteSet,
    /// The answer.
    pub(crate) answer: Result<A, Refusal>,
}

impl<A> Decision<A> {
    /// Carried out by these changes.
    pub(crate) fn done(changes: WriteSet, answer: A) -> Self {
        Self { changes, answer: Ok(answer) }
    }

    /// The same, with further rows that are written first; none of them if nothing else changes.
    pub(crate) fn after(mut self, mut before: WriteSet) -> Self {
        if !self.changes.is_empty() {
            before.rows.append(&mut self.changes.rows);
            self.changes.rows = before.rows;
        }
        self
    }

    /// Refused, and these changes remember it.
    pub(crate) fn refused(changes: WriteSet, refusal: impl Into<Refusal>) -> Self {
        Self { changes, answer: Err(refusal.into()) }
    }
}

impl<A> From<Refusal> for Decision<A> {
    /// Refused, and nothing remembers it.
    fn from(refusal: Refusal) -> Self {
        Self { changes: WriteSet::default(), answer: Err(refusal) }
    }
}

/// A guard that fails ends the judgement, so that `judge` reads as a ladder of `?`.
impl<A> From<Result<Decision<A>, Refusal>> for Decision<A> {
    fn from(judged: Result<Self, Refusal>) -> Self {
        judged.unwrap_or_else(Self::from)
    }
}

/// Rows to be written and deleted, operations of the ledger, and what the audit trail says of them.
///
/// Rows that were read and relied on are guarded by the caller that applies this.
#[derive(Debug, Default)]
pub(crate) struct WriteSet {
    pub(crate) rows: Vec<RowChange>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) audit: Vec<AuditEntry>,
    /// What the host has in the same chain, and the side buffer of its documents.
    pub(crate) alongside: (Vec<Operation>, Vec<u8>),
}

/// A row to be written, or deleted.
#[derive(Debug)]
pub(crate) struct RowChange {
    pub(crate) key: Result<DocumentKey, RowError>,
    /// Its new bytes; `None` to delete it.
    pub(crate) value: Option<Result<Vec<u8>, RowError>>,
}

impl WriteSet {
    /// Changes that the audit trail knows as `entry`.
    pub(crate) fn of(entry: AuditEntry) -> Self {
        Self { audit: vec![entry], ..Self::default() }
    }

    /// Whether there is nothing to apply.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.operations.is_empty() && self.audit.is_empty()
    }

    /// Writes a row. The last change of a row counts.
    pub(crate) fn put<R: Row>(&mut self, key: &R::Key, row: &R) {
        self.rows.push(RowChange { key: row_key::<R>(key), value: Some(row.to_bytes()) });
    }

    /// Deletes a row; it is no error if there is none.
    pub(crate) fn delete<R: Row>(&mut self, key: &R::Key) {
        self.rows.push(RowChange { key: row_key::<R>(key), value: None });
    }

    /// Has the ledger carry out an operation after the rows. It must not be linked.
    pub(crate) fn operation(&mut self, operation: Operation) {
        self.operations.push(operation);
    }
}
