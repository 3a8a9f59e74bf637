//! A door for measuring: the rules and the codec of records alone, without disk, threads or state.
//!
//! Not an API: it is there with the feature `bench-internals` only, which the benchmarks switch on,
//! and changes from one version to the next as the parts do. Nothing in the library uses it.

use crate::engine::{self, Batch, Block, Clock, Origin, Outcomes, Pause, WorkingSet};
use crate::model::{Account, Id, Ledger, Operation, Outcome};
use crate::record;
use std::fmt;

/// The rules over accounts in memory.
pub struct Rules {
    set: WorkingSet,
}

/// What came of a block.
pub struct Judged {
    block: Block,
}

impl fmt::Debug for Rules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Rules").field("last", &self.set.last()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Judged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Judged").field("number", &self.block.number).finish_non_exhaustive()
    }
}

impl Rules {
    /// Nothing but these accounts in these ledgers.
    pub fn new(ledgers: &[Ledger], accounts: &[Account]) -> Self {
        let set = WorkingSet::new(Default::default(), ledgers.to_vec(), Id::ZERO);
        let mut set = set.knowing_all();
        for account in accounts {
            set.load_account(*account);
        }
        Self { set }
    }

    /// Judges and carries out a batch as one block. `None` if the state contradicts itself, or if
    /// something would have to be loaded.
    pub fn apply(&mut self, operations: &[Operation]) -> Option<(Vec<Outcome>, Judged)> {
        let clock = Clock { now: self.set.last().plus_nanoseconds(1), is_manual: true };
        let batch = Batch::new(operations, &[], Origin::Host);
        let mut outcomes = Outcomes::with_capacity(operations.len());
        let mut settled = 0;
        loop {
            match engine::apply(&mut self.set, &batch, clock, &mut outcomes, &mut settled).ok()? {
                Pause::Done => break,
                Pause::LoadDeadlines => self.set.load_deadlines(Vec::new(), true),
                Pause::BlockIsFull | Pause::LoadDueHolds(_) => return None,
            }
        }
        Some((outcomes.into_own(), Judged { block: self.set.end_block() }))
    }

    /// The block is durable: what is kept for its sake is let go. Records stay, as there is nowhere
    /// to load them from.
    pub fn forget(&mut self, judged: Judged) {
        let Block { number, changes, .. } = judged.block;
        self.set.forget(number, changes.timestamp, usize::MAX);
    }
}

impl Judged {
    /// Gives each event's timestamp, and what appends the bytes of its record to a buffer.
    pub fn encode(&self, mut each: impl FnMut(u64, &dyn Fn(&mut Vec<u8>))) {
        for event in self.block.events.iter() {
            let timestamp = event.timestamp.nanoseconds();
            each(timestamp, &|bytes| record::encode(bytes, &event.record));
        }
    }
}
