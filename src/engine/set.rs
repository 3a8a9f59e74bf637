//! The working set: the records that the rules judge by, and the only way to change them.
//!
//! Whatever an operation needs must have been loaded before it is judged (see `footprint`); what is
//! not here then does not exist. A change made here is visible to the next operation at once, is
//! undone with its chain, and is reported with its block.

use super::changes::{Changes, Stored};
use super::deadlines::{Deadlines, Next};
use super::recent::Recent;
use super::slots::{Slot, Slots};
use crate::model::{
    Account, AccountFlags, Amount, Balances, DocumentKey, Entry, Event, Hold, Id, Ledger, Record,
    Side, Timestamp, limits,
};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use std::fmt;
use std::sync::Arc;

/// The state as far as it is in memory, and the block that is being filled.
pub(crate) struct WorkingSet {
    pub(super) ledgers: Slots<u32, Ledger>,
    pub(super) accounts: Slots<Id, Account>,
    pub(super) holds: Slots<Id, Hold>,
    pub(super) documents: Slots<DocumentKey, Option<Stored>>,
    pub(super) reversals: Slots<Timestamp, Amount>,
    pub(super) deadlines: Deadlines,
    pub(super) recent: Recent,
    /// Decisions of older blocks that the batch at hand repeats or reverses.
    pub(super) originals: HashMap<Id, Event, RandomState>,
    /// Ids that the batch at hand repeats or reverses, with the time of their archived decisions.
    pub(super) archived: HashMap<Id, Timestamp, RandomState>,
    /// Decisions up to this time are archived: nothing but their time is known.
    archived_until: Timestamp,
    /// The timestamp of the last event.
    pub(super) last: Timestamp,
    pub(super) entries: Vec<Entry>,
    pub(super) consumers: Vec<(String, Timestamp)>,
}

/// The state contradicts itself: a decision cannot be carried out although every guard let it pass,
/// or a journal holds what no engine would have decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Inconsistent(pub(crate) &'static str);

impl fmt::Display for Inconsistent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the state contradicts itself: {}", self.0)
    }
}

/// What came of a block.
pub(crate) struct Block {
    /// Everything that happened, in order: what the journal is to remember.
    pub(crate) events: Arc<Vec<Event>>,
    pub(crate) changes: Changes,
    /// The number by which [`WorkingSet::forget`] knows it.
    pub(crate) number: u64,
}

/// How one side of an account changes, in minor units.
#[derive(Clone, Copy, Default)]
pub(super) struct Change {
    pub(super) pending_up: Amount,
    pub(super) pending_down: Amount,
    pub(super) posted_up: Amount,
}

impl Change {
    pub(super) fn posted(amount: Amount) -> Self {
        Self { posted_up: amount, ..Self::default() }
    }

    pub(super) fn pending(amount: Amount) -> Self {
        Self { pending_up: amount, ..Self::default() }
    }

    pub(super) fn released(amount: Amount) -> Self {
        Self { pending_down: amount, ..Self::default() }
    }
}

impl WorkingSet {
    /// An empty working set over a store whose last event is at `last`, whose ledgers are
    /// `ledgers` and whose greatest operation id is `greatest`.
    pub(crate) fn new(last: Timestamp, ledgers: Vec<Ledger>, greatest: Id) -> Self {
        let mut set = Self {
            ledgers: Slots::new(),
            accounts: Slots::new(),
            holds: Slots::new(),
            documents: Slots::new(),
            reversals: Slots::new(),
            deadlines: Deadlines::new(limits::DUE_HOLDS_PER_BLOCK_MAX),
            recent: Recent::new(greatest),
            originals: HashMap::default(),
            archived: HashMap::default(),
            archived_until: Timestamp::NONE,
            last,
            entries: Vec::new(),
            consumers: Vec::new(),
        };
        for ledger in ledgers {
            set.ledgers.load(ledger.number, ledger);
        }
        set
    }

    /// The timestamp of the last event.
    pub(crate) fn last(&self) -> Timestamp {
        self.last
    }

    /// Whether anything happened in the block that is being filled.
    pub(crate) fn block_is_empty(&self) -> bool {
        self.recent.events.is_empty()
    }

    /// Records that are in memory, of all kinds.
    pub(crate) fn records_in_memory(&self) -> usize {
        let money = self.accounts.len().saturating_add(self.holds.len());
        money.saturating_add(self.documents.len()).saturating_add(self.reversals.len())
    }

    /// Whether a deadline is known to have come at `time`.
    pub(crate) fn has_due(&self, time: Timestamp) -> bool {
        self.deadlines.next(time) != Next::Nothing
    }

    /// Ends the block and says what it changed.
    pub(crate) fn end_block(&mut self) -> Block {
        let number = self.accounts.block();
        let events = self.recent.end_block(self.last);
        let mut operations = Vec::with_capacity(events.len());
        let mut user_data = Vec::new();
        for event in events.iter() {
            if let Record::Operation(decision) = &event.record
                && !decision.operation.id.is_zero()
            {
                operations.push((decision.operation.id, event.timestamp));
                if decision.status.is_applied() && !decision.operation.user_data_128.is_zero() {
                    user_data.push((decision.operation.user_data_128, event.timestamp));
                }
            }
        }
        let changes = Changes {
            timestamp: self.last,
            ledgers: self.ledgers.end_block().map(|(_, _, ledger)| ledger).collect(),
            accounts: self.accounts.end_block().map(|(_, _, account)| account).collect(),
            holds: self.holds.end_block().map(|(_, before, hold)| (before, hold)).collect(),
            operations,
            user_data,
            entries: std::mem::take(&mut self.entries),
            documents: self.documents.end_block().map(|(key, _, stored)| (key, stored)).collect(),
            reversals: self.reversals.end_block().map(|(at, _, amount)| (at, amount)).collect(),
            consumers: std::mem::take(&mut self.consumers),
        };
        Block { events, changes, number }
    }

    /// The blocks up to `number`, which ends at `timestamp`, are durable: their decisions and
    /// records can be found elsewhere, and at most `keep` records of a kind stay in memory.
    pub(crate) fn forget(&mut self, number: u64, timestamp: Timestamp, keep: usize) {
        self.recent.forget(timestamp);
        self.accounts.evict(keep, number);
        self.holds.evict(keep, number);
        self.documents.evict(keep, number);
        self.reversals.evict(keep, number);
        self.originals.clear();
        self.archived.clear();
    }

    /// Decisions up to this time are archived from now on.
    pub(crate) fn archive(&mut self, until: Timestamp) {
        self.archived_until = until;
        self.originals.retain(|_, event| event.timestamp > until);
        self.archived.clear();
    }

    /// Whether the decisions of this time are archived.
    pub(crate) fn is_archived(&self, timestamp: Timestamp) -> bool {
        timestamp <= self.archived_until
    }

    /// From here on changes can be undone.
    pub(super) fn begin_chain(&mut self) -> ChainMark {
        self.ledgers.begin_chain();
        self.accounts.begin_chain();
        self.holds.begin_chain();
        self.documents.begin_chain();
        self.reversals.begin_chain();
        ChainMark { last: self.last, entries: self.entries.len(), events: self.recent.events.len() }
    }

    /// Keeps what the chain changed.
    pub(super) fn keep_chain(&mut self) {
        self.ledgers.keep_chain();
        self.accounts.keep_chain();
        self.holds.keep_chain();
        self.documents.keep_chain();
        self.reversals.keep_chain();
    }

    /// Undoes what the chain changed.
    pub(super) fn undo_chain(&mut self, mark: &ChainMark) {
        let deadlines = &mut self.deadlines;
        self.ledgers.undo_chain(|_, _| ());
        self.accounts.undo_chain(|_, _| ());
        self.holds.undo_chain(|between, before| {
            deadlines.change(Deadlines::of(between), before.and_then(Deadlines::of));
        });
        self.documents.undo_chain(|_, _| ());
        self.reversals.undo_chain(|_, _| ());
        self.entries.truncate(mark.entries);
        self.recent.truncate(mark.events);
        self.last = mark.last;
    }

    pub(super) fn create_hold(&mut self, hold: Hold) -> Slot<Hold> {
        self.deadlines.change(None, Deadlines::of(&hold));
        self.holds.create(hold.id, hold)
    }

    /// Changes a hold, and with it the deadlines that come.
    pub(super) fn edit_hold(
        &mut self,
        slot: Slot<Hold>,
        timestamp: Timestamp,
        edit: impl FnOnce(&mut Hold) -> Result<(), Inconsistent>,
    ) -> Result<(), Inconsistent> {
        let hold = self.holds.edit(slot);
        let before = Deadlines::of(hold);
        edit(hold)?;
        hold.changed_at = timestamp;
        let after = Deadlines::of(hold);
        self.deadlines.change(before, after);
        Ok(())
    }

    /// Changes one side of an account and writes the line of its statement.
    pub(super) fn change(
        &mut self,
        slot: Slot<Account>,
        side: Side,
        timestamp: Timestamp,
        change: Change,
    ) -> Result<(), Inconsistent> {
        let account = self.accounts.edit(slot);
        let Balances { debits_pending, debits_posted, credits_pending, credits_posted } =
            &mut account.balances;
        let (pending, posted) = match side {
            Side::Debit => (debits_pending, debits_posted),
            Side::Credit => (credits_pending, credits_posted),
        };
        add(pending, change.pending_up)?;
        subtract(pending, change.pending_down)?;
        add(posted, change.posted_up)?;
        let shown = !change.pending_up.is_zero() || !change.pending_down.is_zero();
        let shown = shown && account.has(AccountFlags::HISTORY);
        if !change.posted_up.is_zero() || shown {
            let entry = Entry {
                account: account.id,
                timestamp,
                side,
                pending: signed(change.pending_up).wrapping_sub(signed(change.pending_down)),
                posted: signed(change.posted_up),
            };
            self.entries.push(entry);
        }
        Ok(())
    }

    /// Changes the sums over a ledger.
    pub(super) fn change_ledger(
        &mut self,
        number: u32,
        change: Change,
    ) -> Result<(), Inconsistent> {
        let slot = self.ledgers.find(&number).ok_or(Inconsistent("an unknown ledger"))?;
        let ledger = self.ledgers.edit(slot);
        add(&mut ledger.pending, change.pending_up)?;
        subtract(&mut ledger.pending, change.pending_down)?;
        add(&mut ledger.posted, change.posted_up)
    }

    /// Counts an account's part in open holds up or down.
    pub(super) fn count_hold(
        &mut self,
        slot: Slot<Account>,
        opened: bool,
    ) -> Result<(), Inconsistent> {
        let count = &mut self.accounts.edit(slot).open_holds;
        let counted = if opened { count.checked_add(1) } else { count.checked_sub(1) };
        *count = counted.ok_or(Inconsistent("a count of open holds leaves its range"))?;
        Ok(())
    }
}

impl ChainMark {
    /// The last event before the chain.
    pub(super) fn last(&self) -> Timestamp {
        self.last
    }
}

/// Where a chain began.
pub(super) struct ChainMark {
    last: Timestamp,
    entries: usize,
    events: usize,
}

pub(super) fn add(sum: &mut Amount, amount: Amount) -> Result<(), Inconsistent> {
    *sum = sum.checked_add(amount).ok_or(Inconsistent("a sum exceeds 2^96 - 1"))?;
    Ok(())
}

pub(super) fn subtract(sum: &mut Amount, amount: Amount) -> Result<(), Inconsistent> {
    *sum = sum.checked_sub(amount).ok_or(Inconsistent("a sum falls below zero"))?;
    Ok(())
}

fn signed(amount: Amount) -> i128 {
    // At most 96 bits.
    i128::try_from(amount.minor_units()).unwrap_or(i128::MAX)
}
