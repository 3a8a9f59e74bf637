//! A command from its rows to its answer: read, judge, submit one chain, answer.
//!
//! Rows are guarded by their versions. Holds are judged by the ledger itself: what a snapshot shows
//! of one may have changed before the chain comes there, by a deadline say, and then the ledger
//! refuses and the command is judged anew. So only what stands then is its answer.

use super::Orders;
use crate::model::{AccountFlags, Hold, Id, Operation};
use crate::orders::rules::rows::{Back, PartKey, PartRow, RefundRow, StepKey, StepRow, TermsRow};
use crate::orders::rules::{OrderStatus, Refusal, TenderKind};
use crate::store::house::{Carried, ReadTransaction, Words, Writes};
use crate::store::{Error, Result};
use crate::wallets::rules::rows::{Row, row_key};

/// How errors speak of rows.
pub(super) const WORDS: Words = Words { document: "a row of an order", lists: "legs, tenders" };

/// How often a command is judged anew after the ledger refused it.
const ATTEMPTS_MAX: usize = 4;

/// Why a judgement ended before its answer.
#[derive(Debug)]
pub(super) enum Stop {
    Refused(Refusal),
    Failed(Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What a command changes.
#[derive(Debug, Default)]
pub(super) struct Changes(Writes);

impl Changes {
    /// Writes a row.
    pub(super) fn put<R: Row>(&mut self, key: &R::Key, row: &R) -> Result<()> {
        self.0.documents.push((row_key::<R>(key)?, Some(row.to_bytes()?)));
        Ok(())
    }

    /// Deletes a row; it is no error if there is none.
    pub(super) fn delete<R: Row>(&mut self, key: &R::Key) -> Result<()> {
        self.0.documents.push((row_key::<R>(key)?, None));
        Ok(())
    }

    /// Has the ledger carry this out after the rows.
    pub(super) fn operations(&mut self, operations: impl IntoIterator<Item = Operation>) {
        self.0.operations.extend(operations);
    }

    /// Has the ledger carry out what takes money back to these accounts, or through them. One that
    /// is frozen is thawed for it and frozen again: nobody's refund waits for that.
    pub(super) fn thawed(
        &mut self,
        reading: &ReadTransaction,
        accounts: impl IntoIterator<Item = Id>,
        operations: impl IntoIterator<Item = Operation>,
    ) -> Result<()> {
        let mut frozen = Vec::new();
        for id in accounts {
            let account = reading.snapshot().account(id)?;
            let is_frozen = account.is_some_and(|account| account.has(AccountFlags::FROZEN));
            if is_frozen && !frozen.contains(&id) {
                frozen.push(id);
            }
        }
        self.operations(frozen.iter().map(|id| Operation::unfreeze(Id::new(), *id)));
        self.operations(operations);
        self.operations(frozen.iter().map(|id| Operation::freeze(Id::new(), *id)));
        Ok(())
    }

    /// Writes a step of an order, and has the host carry out what went back by it to tenders from
    /// outside.
    pub(super) fn put_step(
        &mut self,
        key: &StepKey,
        terms: &TermsRow,
        step: &StepRow,
    ) -> Result<()> {
        for &Back { tender, amount, reversal } in &step.refunds {
            let source = terms.tenders.get(usize::from(tender));
            if source.is_some_and(|source| source.kind == TenderKind::External) {
                let row = RefundRow { order: key.order, tender, amount, at: step.at };
                self.put(&reversal, &row)?;
            }
        }
        self.put(key, step)
    }

    /// As a chain has it.
    pub(super) fn into_writes(self) -> Writes {
        self.0
    }
}

impl Orders {
    /// Carries out a command that has money go on to where it comes from or the buyer keeps it. If
    /// the ledger refuses that, because one of them is closed, say, it is judged without: nobody
    /// else waits for it.
    pub(super) fn passing_on<A>(
        &self,
        order: Id,
        mut judge: impl FnMut(&mut ReadTransaction, bool) -> Result<(Changes, A), Stop>,
    ) -> Result<Result<A, Refusal>> {
        with_or_without(|passes_on| self.transact(order, |reading| judge(reading, passes_on)))
    }

    /// Carries out a command about an order.
    pub(super) fn transact<A>(
        &self,
        order: Id,
        mut judge: impl FnMut(&mut ReadTransaction) -> Result<(Changes, A), Stop>,
    ) -> Result<Result<A, Refusal>> {
        until_judged(|| {
            self.shared.chains.transact(order, |reading| match judge(reading) {
                Ok((Changes(writes), answer)) => Ok((writes, Ok(answer))),
                Err(Stop::Refused(refusal)) => Ok((Writes::default(), Err(refusal))),
                Err(Stop::Failed(error)) => Err(error),
            })
        })
    }
}

/// A command with money passed on, and without if the ledger refuses that.
pub(super) fn with_or_without<A>(
    mut carry_out: impl FnMut(bool) -> Result<Result<A, Refusal>>,
) -> Result<Result<A, Refusal>> {
    match carry_out(true)? {
        Err(refusal) if refusal.status == OrderStatus::REFUSED_BY_LEDGER => carry_out(false),
        judged => Ok(judged),
    }
}

/// A command that is judged anew when the ledger refuses it: what it saw may have changed.
pub(super) fn until_judged<A>(
    mut carry_out: impl FnMut() -> Result<(Result<A, Refusal>, Carried)>,
) -> Result<Result<A, Refusal>> {
    let mut attempts = 0;
    loop {
        match carry_out()? {
            (answer, Carried::Out(_)) => return Ok(answer),
            (_, Carried::Refused(outcome)) => {
                attempts += 1;
                if attempts == ATTEMPTS_MAX {
                    return Ok(Err(Refusal::by_ledger(outcome.status)));
                }
            }
        }
    }
}

/// What was judged: refused, or failed.
pub(super) fn answered<A>(judged: Result<A, Stop>) -> Result<Result<A, Refusal>> {
    match judged {
        Ok(answer) => Ok(Ok(answer)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// What was agreed.
pub(super) fn terms(reading: &ReadTransaction, order: Id) -> Result<TermsRow, Stop> {
    let found = reading.peek::<TermsRow>(&order)?;
    found.ok_or(Refusal::of(OrderStatus::ORDER_NOT_FOUND).into())
}

/// A part of an order, relied on, and its hold.
pub(super) fn part(
    reading: &mut ReadTransaction,
    terms: &TermsRow,
    key: PartKey,
) -> Result<(PartRow, Hold), Stop> {
    let none = || {
        let is_of_leg = usize::from(key.part) < terms.legs.len();
        Refusal::of(match is_of_leg {
            true => OrderStatus::ORDER_MUST_BE_PAID,
            false => OrderStatus::PART_NOT_FOUND,
        })
    };
    let row = reading.get_alone::<PartRow>(&key)?.ok_or_else(none)?;
    let hold = part_hold(reading, key, &row)?;
    Ok((row, hold))
}

/// The hold of a part.
pub(super) fn part_hold(reading: &ReadTransaction, key: PartKey, row: &PartRow) -> Result<Hold> {
    let hold = reading.snapshot().hold(row.hold)?;
    let lost = || Error::Corrupt(format!("part {} of order {} has no hold", key.part, key.order));
    hold.ok_or_else(lost)
}

/// The step of a command that was carried out before; refused if that was another one.
pub(super) fn former_step(
    reading: &mut ReadTransaction,
    key: StepKey,
    content: [u8; 16],
) -> Result<Option<StepRow>, Stop> {
    if key.command.is_zero() || key.command.is_max() || key.order.is_zero() {
        return Err(Refusal::of(OrderStatus::ID_MUST_BE_VALID).into());
    }
    // The order's own id is that of its placing, which its terms tell.
    let is_placing = key.command == key.order;
    let found = reading.get_alone::<StepRow>(&key)?;
    if is_placing || found.as_ref().is_some_and(|step| step.content != content) {
        return Err(Refusal::of(OrderStatus::COMMAND_ID_IS_TAKEN).into());
    }
    Ok(found)
}

/// By which a command is known again.
pub(super) fn content_of(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    let mut content = [0; 16];
    hasher.finalize_xof().fill(&mut content);
    content
}
