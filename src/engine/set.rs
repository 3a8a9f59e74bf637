//! The working set: the records that the rules judge by, and the only way to change them.
//!
//! Whatever an operation needs must have been loaded before it is judged (see `footprint`); what is
//! not here then does not exist. The rules find it by `look_up`, which knows what was asked for. A
//! change made here is visible to the next operation at once, is undone with its chain, and is
//! reported with its block.

use super::asked::{Asked, Key};
use super::changes::{Changes, Entry, Stored};
use super::deadlines::{Deadlines, Next};
use super::id_filter::IdFilter;
use super::recent::Recent;
use super::record_cache::{FETCHED_AT_ONCE, Hint, RecordCache, Slot};
use crate::model::{
    Account, AccountFlags, Amount, Balances, DocumentKey, Event, Hold, Id, Ledger, Record, Side,
    Timestamp, limits,
};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The state as far as it is in memory, and the block that is being filled.
pub(crate) struct WorkingSet {
    pub(super) ledgers: RecordCache<u32, Ledger>,
    pub(super) accounts: RecordCache<Id, Account>,
    pub(super) holds: RecordCache<Id, Hold>,
    pub(super) documents: RecordCache<DocumentKey, Option<Stored>>,
    pub(super) reversals: RecordCache<Timestamp, Amount>,
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
    /// `user_data_128` of what the block applied.
    user_data: Vec<(Id, Timestamp)>,
    /// How far all consumers of the event feed have come, by name.
    pub(super) consumers: BTreeMap<String, Timestamp>,
    /// Those that the block changed; `None` if it removed them.
    changed_consumers: Vec<(String, Option<Timestamp>)>,
    /// Where the footprint of the batch at hand found the records of each operation: the account
    /// that is debited or the hold, and the account that is credited.
    pub(super) hints: Vec<[Hint; 2]>,
    /// Those of the operation at hand.
    pub(super) hint: [Hint; 2],
    ledger_hint: Hint,
    pub(super) asked: Asked,
}

/// The state contradicts itself: a decision cannot be carried out although every guard let it pass,
/// or a journal holds what no engine would have decided.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the state contradicts itself: {0}")]
pub(crate) struct Inconsistent(pub(crate) &'static str);

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
            ledgers: RecordCache::new(),
            accounts: RecordCache::new().touching(|account| {
                let far = account.balances.credits_posted.minor_units() as u64;
                u64::from(account.code) ^ far
            }),
            holds: RecordCache::new().keeping_before(),
            documents: RecordCache::weighing(|key, stored| {
                let value = stored.as_ref().map_or(0, |stored| stored.value.len());
                value.saturating_add(key.as_bytes().len())
            }),
            reversals: RecordCache::new(),
            deadlines: Deadlines::new(limits::DUE_HOLDS_PER_BLOCK_MAX),
            recent: Recent::new(greatest),
            originals: HashMap::default(),
            archived: HashMap::default(),
            archived_until: Timestamp::NONE,
            last,
            entries: Vec::new(),
            user_data: Vec::new(),
            consumers: BTreeMap::new(),
            changed_consumers: Vec::new(),
            hints: Vec::new(),
            hint: [Hint::NONE; 2],
            ledger_hint: Hint::NONE,
            asked: Asked::default(),
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

    /// Goes on to the operation at this place of the batch.
    pub(super) fn take_hint(&mut self, place: usize) {
        if place.is_multiple_of(FETCHED_AT_ONCE) {
            let coming = self.hints.len().min(place.saturating_add(FETCHED_AT_ONCE));
            self.accounts.fetch_near(self.hints.get(place..coming).unwrap_or_default());
        }
        self.hint = self.hints.get(place).copied().unwrap_or([Hint::NONE; 2]);
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

    /// Keeps about so many of the deadlines that come next in memory.
    pub(crate) fn with_deadline_window(mut self, capacity: usize) -> Self {
        self.deadlines = Deadlines::new(capacity.max(1));
        self
    }

    /// From how many bytes of accounts on the processor fetches many at a time.
    pub(crate) fn fetching_above(mut self, bytes: usize) -> Self {
        self.accounts = self.accounts.fetching_above(bytes);
        self
    }

    /// Nothing need be asked for: all there is was loaded, and stays in memory.
    #[cfg(feature = "bench-internals")]
    pub(crate) fn knowing_all(mut self) -> Self {
        self.asked = Asked::all();
        self
    }

    /// Takes in how far the consumers of the event feed have come: all of them.
    pub(crate) fn load_consumers(&mut self, consumers: impl Iterator<Item = (String, Timestamp)>) {
        self.consumers.extend(consumers);
    }

    /// Notes that the block changed this consumer.
    pub(super) fn change_consumer(&mut self, name: &str, position: Option<Timestamp>) {
        self.changed_consumers.retain(|(known, _)| known != name);
        self.changed_consumers.push((name.to_owned(), position));
    }

    /// Ends the block and says what it changed.
    pub(crate) fn end_block(&mut self) -> Block {
        self.deadlines.shrink();
        let number = self.accounts.block();
        let events = self.recent.end_block(self.last);
        let operations = replace(&mut self.recent.operations);
        let changes = Changes {
            timestamp: self.last,
            ledgers: self.ledgers.end_block().map(|(_, ledger)| ledger).collect(),
            accounts: self.accounts.end_block().map(|(_, account)| account).collect(),
            holds_before: self.holds.take_before(),
            holds: self.holds.end_block().map(|(_, hold)| hold).collect(),
            operations,
            user_data: std::mem::take(&mut self.user_data),
            entries: replace(&mut self.entries),
            documents: self.documents.end_block().collect(),
            reversals: self.reversals.end_block().collect(),
            consumers: std::mem::take(&mut self.changed_consumers),
        };
        Block { events, changes, number }
    }

    /// The blocks up to `number`, which ends at `timestamp`, are durable: their decisions and
    /// records can be found elsewhere, and stay in memory as far as `bytes` suffice.
    pub(crate) fn forget(&mut self, number: u64, timestamp: Timestamp, bytes: usize) {
        self.recent.forget(timestamp);
        self.originals.clear();
        self.archived.clear();
        self.asked.clear();
        let used = self.records_bytes();
        if used <= bytes {
            return;
        }
        // Every kind gives up the same part.
        let share = |used_by_kind: usize| {
            let share = (used_by_kind as u128).saturating_mul(bytes as u128);
            usize::try_from(share.checked_div(used as u128).unwrap_or(0)).unwrap_or(usize::MAX)
        };
        self.accounts.evict(share(self.accounts.bytes()), number);
        self.holds.evict(share(self.holds.bytes()), number);
        self.documents.evict(share(self.documents.bytes()), number);
        self.reversals.evict(share(self.reversals.bytes()), number);
    }

    /// Bytes of memory that records take.
    fn records_bytes(&self) -> usize {
        let money = self.accounts.bytes().saturating_add(self.holds.bytes());
        money.saturating_add(self.documents.bytes()).saturating_add(self.reversals.bytes())
    }

    /// Whether so many ids do not rise that a filter of all used ones is worth it.
    pub(crate) fn wants_id_filter(&self) -> bool {
        self.recent.wants_filter()
    }

    /// Remembers ids from here on, between two blocks, and gives the filter for those of all blocks
    /// before. Both together take about `bytes_max` bytes.
    pub(crate) fn begin_id_filter(&mut self, bytes_max: usize) -> IdFilter {
        self.recent.begin_filter(bytes_max)
    }

    /// Takes the filter back with the ids of all blocks before it was given; `None` if they cannot
    /// be had.
    pub(crate) fn complete_id_filter(&mut self, before: Option<IdFilter>) {
        self.recent.complete_filter(before);
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
        ChainMark {
            last: self.last,
            entries: self.entries.len(),
            user_data: self.user_data.len(),
            events: self.recent.events.len(),
        }
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
        self.user_data.truncate(mark.user_data);
        self.recent.truncate(mark.events);
        self.last = mark.last;
    }

    /// Writes an event down.
    pub(super) fn record(&mut self, event: Event) {
        let timestamp = event.timestamp;
        self.last = timestamp;
        if let Record::Operation(decision) = &event.record
            && decision.status.is_applied()
            && !decision.operation.user_data_128.is_zero()
        {
            self.user_data.push((decision.operation.user_data_128, timestamp));
        }
        self.recent.push(event);
    }

    /// Replaces a document, whatever stands there: who replays a journal does not ask for that.
    pub(super) fn replace_document(&mut self, key: &DocumentKey, stored: Option<Stored>) {
        match self.documents.find(key) {
            Some(slot) => *self.documents.edit(slot) = stored,
            None => drop(self.documents.create(key.clone(), stored)),
        }
    }

    pub(super) fn create_hold(&mut self, hold: Hold) -> Slot<Hold> {
        self.deadlines.change(None, Deadlines::of(&hold));
        self.asked.add(Key::Hold(hold.id));
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
                account: self.accounts.place_in_block(slot),
                timestamp,
                side,
                pending: change.pending_up.signed().wrapping_sub(change.pending_down.signed()),
                posted: change.posted_up.signed(),
            };
            self.entries.push(entry);
        }
        Ok(())
    }

    /// The ledger of this number. Most operations are about the same one.
    pub(super) fn find_ledger(&self, number: u32) -> Option<Slot<Ledger>> {
        self.ledgers.find_near(&number, self.ledger_hint)
    }

    /// Changes the sums over a ledger.
    pub(super) fn change_ledger(
        &mut self,
        number: u32,
        change: Change,
    ) -> Result<(), Inconsistent> {
        let slot = self.find_ledger(number).ok_or(Inconsistent("an unknown ledger"))?;
        self.ledger_hint = slot.into();
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
    user_data: usize,
    events: usize,
}

/// Takes a list of this block; the next one is likely to be as long.
fn replace<T>(list: &mut Vec<T>) -> Vec<T> {
    let room = Vec::with_capacity(list.len());
    std::mem::replace(list, room)
}

pub(super) fn add(sum: &mut Amount, amount: Amount) -> Result<(), Inconsistent> {
    *sum = sum.checked_add(amount).ok_or(Inconsistent("a sum exceeds 2^96 - 1"))?;
    Ok(())
}

pub(super) fn subtract(sum: &mut Amount, amount: Amount) -> Result<(), Inconsistent> {
    *sum = sum.checked_sub(amount).ok_or(Inconsistent("a sum falls below zero"))?;
    Ok(())
}
