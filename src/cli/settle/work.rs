//! Carrying a file out: chunk by chunk, each durable before the next.
//!
//! Nothing is remembered of a run but what is in the store: a run that was killed is taken up by
//! running the file again. Rows up to the store's time must be in the store, exactly as the file
//! has them; otherwise the run ends before anything is written.

use super::plan::{Chunk, Planner};
use super::rows::{Row, Rows};
use super::tally::Tally;
use super::timeline;
use crate::cli::failure::Failure;
use escrowdb::{
    Kind, Operation, OperationRecord, Outcome, Record, Snapshot, Status, Store, Timestamp, limits,
};
use indicatif::ProgressBar;

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
    /// When the last operation of the file happened.
    last: Timestamp,
    /// When the last operation before the file happened.
    since: Timestamp,
    bar: ProgressBar,
}

/// What a run has done.
pub(crate) struct Worked {
    pub(crate) tally: Tally,
    pub(crate) planner: Planner,
    /// When the last operation before the file happened.
    pub(crate) since: Timestamp,
    /// When the last operation of the file happened.
    pub(crate) last: Timestamp,
}

impl<'store> Work<'store> {
    /// Begins with a file whose first row is of `first_at`.
    pub(crate) fn begin(
        store: &'store Store,
        planner: Planner,
        first_at: Timestamp,
        bar: ProgressBar,
    ) -> Result<Self, Failure> {
        let mut work = Self {
            store,
            planner,
            tally: Tally::default(),
            chunk: Chunk::default(),
            before: None,
            last: Timestamp::NONE,
            since: Timestamp::NONE,
            bar,
        };
        let before = store.snapshot()?;
        if before.timestamp().is_none() {
            // A new store has no time yet: it begins a second before its first row.
            let second = first_at.nanoseconds().saturating_sub(Timestamp::SECOND);
            store.advance(Timestamp::from_nanoseconds(second))?;
        } else {
            work.remember(&before, first_at)?;
            work.before = Some(before);
        }
        Ok(work)
    }

    /// Takes in the store's history before the file.
    fn remember(&mut self, before: &Snapshot, first_at: Timestamp) -> Result<(), Failure> {
        // Deadlines behind the last thing that was done belong to the time that the file moves on.
        let mut waiting = Vec::new();
        for event in before.events(Timestamp::NONE) {
            let event = event?;
            if event.timestamp >= first_at {
                break;
            }
            let Record::Operation(decision) = &event.record else {
                continue;
            };
            if decision.operation.kind == Kind::EXPIRE {
                waiting.push(event);
                continue;
            }
            self.since = event.timestamp;
            for expiry in waiting.drain(..) {
                self.tally.remember(&expiry);
            }
            self.planner.remember(&event);
            self.tally.remember(&event);
        }
        self.tally.begin();
        Ok(())
    }

    /// Settles all rows of the file; bad ones are left out if that is `tolerant`.
    pub(crate) fn settle(mut self, rows: &mut Rows, tolerant: bool) -> Result<Worked, Failure> {
        while let Some(row) = rows.next()? {
            match row {
                Ok(row) => self.take(row)?,
                Err(_) if tolerant => (),
                Err(bad) => {
                    let reason = format!("{bad}: the file changed while it was being settled");
                    return Err(Failure::work(reason));
                }
            }
        }
        self.carry_out()?;
        self.bar.finish_and_clear();
        Ok(Worked { tally: self.tally, planner: self.planner, since: self.since, last: self.last })
    }

    fn take(&mut self, row: Row) -> Result<(), Failure> {
        self.planner.plan(row, &mut self.chunk);
        if self.chunk.rows.len() >= CHUNK_ROWS {
            self.carry_out()?;
        }
        Ok(())
    }

    /// Carries out the chunk, and begins a new one.
    fn carry_out(&mut self) -> Result<(), Failure> {
        let chunk = std::mem::take(&mut self.chunk);
        let Some(last) = chunk.operations.last() else {
            return Ok(());
        };
        self.last = last.timestamp;
        self.check_known(&chunk)?;
        self.open_accounts(&chunk)?;
        let mut outcomes = Vec::with_capacity(chunk.operations.len());
        for batch in chunk.operations.chunks(limits::BATCH_OPERATIONS_MAX) {
            outcomes.append(&mut self.store.submit(batch)?);
        }
        for planned in &chunk.rows {
            let (operations, outcomes) = (
                chunk.operations.get(planned.operations.clone()),
                outcomes.get(planned.operations.clone()),
            );
            let (Some(operations), Some(outcomes)) = (operations, outcomes) else {
                return Err(Failure::work("the store answered fewer operations than asked"));
            };
            self.tally.answer(planned, operations, outcomes)?;
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

    /// Rows that are not later than what the store has seen must be what it has seen.
    fn check_known(&mut self, chunk: &Chunk) -> Result<(), Failure> {
        let Some(before) = &self.before else {
            return Ok(());
        };
        let time = before.timestamp();
        let past = chunk.operations.partition_point(|operation| operation.timestamp <= time);
        let past = chunk.operations.get(..past).unwrap_or_default();
        let ids: Vec<_> = past.iter().map(|operation| operation.id).collect();
        let known = before.operations(&ids)?;
        for (place, (operation, known)) in past.iter().zip(known).enumerate() {
            let Some(reason) = contradiction(operation, known) else {
                continue;
            };
            let row = chunk.rows.iter().find(|planned| planned.operations.contains(&place));
            let line = row.map_or(0, |planned| planned.row.line);
            return Err(Failure::input(format!("line {line}: {reason}")));
        }
        if past.len() < chunk.operations.len() {
            self.before = None;
        }
        Ok(())
    }
}

/// Why the store's past is not that of the file.
fn contradiction(operation: &Operation, known: Option<OperationRecord>) -> Option<&'static str> {
    let Some(OperationRecord { operation: known, .. }) = known else {
        return Some(
            "the store is past this time and does not have this row: \
            rows can only be added after those that were settled",
        );
    };
    if known == *operation {
        None
    } else if known.fee_ppm != operation.fee_ppm {
        Some("this row was settled with another --commission")
    } else if known.timeout_seconds != operation.timeout_seconds {
        Some("this row was settled with other --ship-days or --protect-days")
    } else {
        Some("this row was settled in another place: rows before it have changed")
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
