//! A command from its rows to its answer: read, judge, submit one chain, answer.
//!
//! The chain guards rows, see `store/house`; here rows get their types, and a refusal of the ledger
//! becomes a refusal of the command. A row that is read with `peek` is not guarded itself: a
//! command that changes it also writes another row that this one relies on, see `times_set`.

pub(super) use crate::store::house::ReadTransaction;

use super::Wallets;
use super::admission::act_of;
use crate::model::{Id, Outcome};
use crate::store::house::{Carried, Words, Writes};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::AuditKey;
use crate::wallets::rules::rows::{Contents, Row, RowError, RowKey, Unread, row_key, table_of};
use crate::wallets::rules::{AuditEntry, Decision, Refusal, WriteSet};
use std::fmt;

/// How errors speak of rows.
pub(super) const WORDS: Words =
    Words { document: "a row of a wallet", lists: "cards, authorisations, consents, evidence" };

/// The result of a command.
pub(super) struct Done<A> {
    pub(super) answer: A,
    /// What the ledger said to the operations of the decision, in their order.
    pub(super) outcomes: Vec<Outcome>,
}

/// One of several commands: carried out, refused, or failed.
pub(super) type Transacted<A> = Result<Result<Done<A>, Refusal>>;

impl<A> Done<A> {
    fn of((answer, carried): (Result<A, Refusal>, Carried)) -> Result<Self, Refusal> {
        match carried {
            Carried::Out(outcomes) => answer.map(|answer| Self { answer, outcomes }),
            Carried::Refused(outcome) => Err(Refusal::by_outcome(&outcome)),
        }
    }
}

impl ReadTransaction {
    /// Reads a row that the command relies on: if it changes, the chain fails and the command is
    /// judged again. One that [stands for others](Row::STANDS_FOR_OTHERS) is written back.
    pub(super) fn get<R: Row>(&mut self, key: &R::Key) -> Result<Option<R>> {
        let key = row_key::<R>(key)?;
        let found = if R::STANDS_FOR_OTHERS { self.claim(key) } else { self.rely_on(key) }?;
        Ok(found.map(|found| R::from_bytes(&found.value)).transpose()?)
    }

    /// The same for a command that neither looks for all rows of a person or wallet nor adds any
    /// that others look for: nothing is written back.
    pub(crate) fn get_alone<R: Row>(&mut self, key: &R::Key) -> Result<Option<R>> {
        let found = self.rely_on(row_key::<R>(key)?)?;
        Ok(found.map(|found| R::from_bytes(&found.value)).transpose()?)
    }

    /// Reads a row that may change before the command is carried out.
    pub(crate) fn peek<R: Row>(&self, key: &R::Key) -> Result<Option<R>> {
        let found = self.snapshot().row(&row_key::<R>(key)?)?;
        Ok(found.map(|found| R::from_bytes(&found.value)).transpose()?)
    }

    /// Rows whose keys begin with `prefix` and follow the key `after`, in order. They may change
    /// before the command is carried out.
    pub(crate) fn scan<R: Row>(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> impl Iterator<Item = Result<(R::Key, R)>> + '_ {
        self.snapshot().rows_with_prefix(R::TABLE.space, prefix, after).map(|row| {
            let (key, found) = row?;
            let unreadable = RowError::damaged(R::TABLE.space, "has no valid key");
            let key = R::Key::from_bytes(key.key()).ok_or(unreadable)?;
            Ok((key, R::from_bytes(&found.value)?))
        })
    }
}

impl From<RowError> for Error {
    fn from(error: RowError) -> Self {
        Self::unread(format!("a row of the table {}", table_of(error.space)), error.why)
    }
}

impl Error {
    /// Of contents that belong to somebody or something.
    pub(super) fn unread_contents<C: Contents>(of: impl fmt::Display, why: Unread) -> Self {
        Self::unread(format!("the {} of {of}", C::KIND.name()), why)
    }

    /// Of something that was not read: it is damaged, or a later version wrote it.
    pub(super) fn unread(what: String, why: Unread) -> Self {
        match why {
            Unread::Damaged(how) => Self::Corrupt(format!("{what} {how}")),
            Unread::Newer { found, known } => {
                Self::NewerFormat { what, found: found.into(), supported: known.into() }
            }
        }
    }
}

impl Wallets {
    /// What is durable now.
    pub(super) fn read(&self) -> Result<ReadTransaction> {
        self.shared.chains.read()
    }

    /// Carries out a command: `judge` is called again whenever a row that it relied on has changed.
    /// Commands under one lock are carried out one after the other. What a member of staff does who
    /// may not is refused.
    pub(super) fn transact<A>(
        &self,
        lock: Id,
        judge: impl FnMut(&mut ReadTransaction) -> Result<Decision<A>>,
    ) -> Result<Result<A, Refusal>> {
        Ok(self.transact_with_outcomes(lock, judge)?.map(|done| done.answer))
    }

    /// The same, with what the ledger said to the operations.
    pub(super) fn transact_with_outcomes<A>(
        &self,
        lock: Id,
        mut judge: impl FnMut(&mut ReadTransaction) -> Result<Decision<A>>,
    ) -> Result<Result<Done<A>, Refusal>> {
        let judge = |reading: &mut ReadTransaction| {
            self.check_policy(reading)?;
            let decision = judge(reading)?;
            self.in_bytes(reading, decision)
        };
        self.shared.chains.transact(lock, judge).map(Done::of)
    }

    /// Carries out what needs nobody's leave: an attempt goes into the trail, whoever made it, and
    /// the first operator is named before there is one.
    pub(super) fn transact_for_anybody<A>(
        &self,
        lock: Id,
        mut judge: impl FnMut(&mut ReadTransaction) -> Result<Decision<A>>,
    ) -> Result<Result<A, Refusal>> {
        let judge = |reading: &mut ReadTransaction| {
            self.check_policy(reading)?;
            in_bytes(judge(reading)?)
        };
        Ok(self.shared.chains.transact(lock, judge).map(Done::of)?.map(|done| done.answer))
    }

    /// Carries out many commands that have nothing to do with each other, each with an answer of
    /// its own: see [`Chains::transact_many`](crate::store::house::Chains::transact_many).
    pub(super) fn transact_many<A>(
        &self,
        locks: &[[Id; 2]],
        mut judge: impl FnMut(usize, &mut ReadTransaction) -> Result<Decision<A>>,
    ) -> Result<Vec<Transacted<A>>> {
        let judge = |place, reading: &mut ReadTransaction| {
            self.check_policy(reading)?;
            let decision = judge(place, reading)?;
            self.in_bytes(reading, decision)
        };
        let done = self.shared.chains.transact_many(locks, judge)?;
        Ok(done.into_iter().map(|one| one.map(Done::of)).collect())
    }

    /// What a decision changes, as a chain has it; nothing if its actor may not.
    pub(super) fn in_bytes<A>(
        &self,
        reading: &mut ReadTransaction,
        decision: Decision<A>,
    ) -> Result<(Writes, Result<A, Refusal>)> {
        match self.admit_changes(reading, &decision.changes)? {
            Ok(()) => in_bytes(decision),
            Err(refusal) => in_bytes(refusal.into()),
        }
    }
}

/// What a decision changes, as a chain has it.
fn in_bytes<A>(decision: Decision<A>) -> Result<(Writes, Result<A, Refusal>)> {
    let Decision { changes: WriteSet { rows, operations, audit, alongside }, answer } = decision;
    let documents = rows.into_iter().map(|change| Ok((change.key?, change.value.transpose()?)));
    let mut added = Vec::with_capacity(audit.len());
    for entry in &audit {
        let key = AuditKey { subject: entry.subject, entry: Id::new() };
        added.push((row_key::<AuditEntry>(&key)?, entry.to_bytes()?));
        added.extend(act_of(entry, key.entry)?);
    }
    let writes =
        Writes { documents: documents.collect::<Result<_>>()?, added, operations, alongside };
    Ok((writes, answer))
}
