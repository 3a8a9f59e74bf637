//! Carrying a file out: chunk by chunk, each durable before the next.
//!
//! Nothing is remembered of a run but what is in the store: a run that was killed is taken up by
//! running the file again.

use super::plan::{Chunk, Planner};
use super::rows::Rows;
use super::tally::Tally;
use super::timeline;
use crate::cli::failure::Failure;
use escrowdb::{Id, Outcome, Snapshot, Status, Store, Timestamp, limits};
use indicatif::ProgressBar;
use std::collections::HashSet;

/// Rows of one chunk.
const CHUNK_ROWS: usize = 2_048;
/// A row opens two accounts at most, a payer's and a payee's; and the platform's and a ledger.
const _: () = assert!(4 * CHUNK_ROWS as u64 <= timeline::OPENED_PER_CHUNK_MAX + 1);
const _: () = assert!(4 * CHUNK_ROWS <= limits::BATCH_OPERATIONS_MAX);

/// A file on its way into a store.
pub(crate) struct Work<'store> {
    store: &'store Store,
    planner: Planner,
    tally: Tally,
    chunk: Chunk,
    /// What the store knew when the run began; let go of when the file gets beyond it, because a
    /// snapshot costs memory as the store moves on.
    before: Option<Snapshot>,
    ids: HashSet<Id>,
    last: Timestamp,
    bar: ProgressBar,
}

/// What a run has done.
pub(crate) struct Worked {
    pub(crate) tally: Tally,
    pub(crate) planner: Planner,
    /// The operations of the file.
    pub(crate) ids: HashSet<Id>,
    /// When the last of them happened.
    pub(crate) last: Timestamp,
}

impl<'store> Work<'store> {
    /// Begins with a file whose first row is of `first_at`, in a store that was as it is `before`.
    pub(crate) fn begin(
        store: &'store Store,
        planner: Planner,
        before: Option<Snapshot>,
        first_at: Timestamp,
        bar: ProgressBar,
    ) -> Result<Self, Failure> {
        if store.snapshot()?.timestamp().is_none() && !first_at.is_none() {
            // A new store has no time yet: it begins a second before its first row.
            let second = first_at.nanoseconds().saturating_sub(Timestamp::SECOND);
            store.advance(Timestamp::from_nanoseconds(second))?;
        }
        let (tally, chunk, ids) = (Tally::default(), Chunk::default(), HashSet::new());
        Ok(Self { store, planner, tally, chunk, before, ids, last: Timestamp::NONE, bar })
    }

    /// Settles all rows of the file but those of the lines that are left `out`.
    pub(crate) fn settle(mut self, rows: &mut Rows, out: &HashSet<u64>) -> Result<Worked, Failure> {
        while let Some(row) = rows.next()? {
            let (line, planned) = match row {
                Ok(row) => {
                    let is_later = row.at > self.planner.booked_until();
                    self.before = self.before.filter(|_| !is_later);
                    let before = self.before.as_ref();
                    (row.line, self.planner.plan(row, before, &mut self.chunk)?)
                }
                Err(bad) => (bad.line, Err(bad.reason)),
            };
            if let Err(reason) = planned
                && !out.contains(&line)
            {
                let what = "the file changed while it was being settled";
                return Err(Failure::work(format!("line {line}: {reason}: {what}")));
            }
            if self.chunk.rows.len() >= CHUNK_ROWS {
                self.carry_out()?;
            }
        }
        self.carry_out()?;
        self.bar.finish_and_clear();
        let Self { tally, planner, ids, last, .. } = self;
        Ok(Worked { tally, planner, ids, last })
    }

    /// Carries out the chunk, and begins a new one.
    fn carry_out(&mut self) -> Result<(), Failure> {
        let chunk = std::mem::take(&mut self.chunk);
        self.open_accounts(&chunk)?;
        let mut outcomes = Vec::with_capacity(chunk.operations.len());
        for batch in chunk.operations.chunks(limits::BATCH_OPERATIONS_MAX) {
            outcomes.append(&mut self.store.submit(batch)?);
        }
        for operation in &chunk.operations {
            self.ids.insert(operation.id);
            self.last = self.last.max(operation.timestamp);
        }
        for planned in &chunk.rows {
            let outcomes = outcomes
                .get(planned.operations.clone())
                .ok_or_else(|| Failure::work("the store answered fewer operations than asked"))?;
            self.tally.answer(planned, outcomes)?;
        }
        self.bar.inc(chunk.rows.len() as u64);
        Ok(())
    }

    fn open_accounts(&self, chunk: &Chunk) -> Result<(), Failure> {
        if !chunk.ledgers.is_empty() {
            let outcomes = self.store.create_ledgers(&chunk.ledgers)?;
            all_done(&outcomes, "a currency of the file")?;
        }
        for accounts in chunk.accounts.chunks(limits::BATCH_OPERATIONS_MAX) {
            let outcomes = self.store.create_accounts(accounts)?;
            all_done(&outcomes, "an account of the file")?;
        }
        Ok(())
    }
}

fn all_done(outcomes: &[Outcome], what: &str) -> Result<(), Failure> {
    match outcomes.iter().find(|outcome| !outcome.is_done()) {
        None => Ok(()),
        Some(Outcome { status, .. }) if status.number() < Status::LEDGER_NOT_FOUND.number() => Err(
            Failure::input(format!("the store has {what} in a way that does not fit: {status}")),
        ),
        Some(Outcome { status, .. }) => Err(Failure::work(format!("{what}: {status}"))),
    }
}
