//! Deltas: what one block, or some in a row, changed in each table.
//!
//! Guarantees that a delta never changes once it is built, and that the rows of the indexes follow
//! from the records before and after. Knows neither redb nor files.

use super::codec::Place;
use super::column::Value;
use super::entry_delta::EntryDelta;
use super::key_index::{KeyHash, KeyIndex};
use super::run::{self, Run};
use crate::engine::{Changes, Stored};
use crate::model::{Account, Amount, Hold, Id, Ledger, Timestamp};
use std::sync::Arc;

/// A table whose rows lie in deltas above redb.
pub(super) trait DeltaTable: 'static {
    type Key: Ord + Clone + Send + Sync + 'static;
    type Value: Value;

    /// The changes of this table in `delta`, if there are any.
    fn run(delta: &Delta) -> Option<&Run<Self::Key, Self::Value>>;

    /// How many rows it changes in `delta`.
    fn rows(delta: &Delta) -> usize {
        Self::run(delta).map_or(0, Run::len)
    }
}

/// The tables, each with its run in a [`Delta`].
macro_rules! delta_tables {
    ($($(#[$doc:meta])* $table:ident($field:ident): $key:ty => $value:ty;)*) => {
        /// What some blocks in a row changed.
        #[derive(Debug, Default)]
        pub(super) struct Delta {
            /// How many blocks.
            pub(super) blocks: u64,
            /// Entries, oldest first.
            pub(super) entries: Vec<Arc<EntryDelta>>,
            /// Bytes of memory that it takes.
            pub(super) bytes: usize,
            /// Those that rows own beside themselves: of documents.
            owned_bytes: usize,
            /// The rows of documents by hash; `None` if there are none.
            document_index: Option<Arc<KeyIndex>>,
            $($field: Shared<$key, $value>,)*
        }

        $($(#[$doc])*
        pub(super) enum $table {}

        impl DeltaTable for $table {
            type Key = $key;
            type Value = $value;

            fn run(delta: &Delta) -> Option<&Run<Self::Key, Self::Value>> {
                delta.$field.as_deref()
            }
        })*

        impl Delta {
            /// How many rows the runs hold.
            pub(super) fn rows(&self) -> usize {
                [$($table::rows(self)),*].into_iter().sum()
            }

            /// The delta of the blocks of `older` and those of `newer`, which follow. Calls `pause`
            /// now and then.
            pub(super) fn merged(older: &Self, newer: &Self, pause: &dyn Fn()) -> Self {
                let merged = Self {
                    blocks: older.blocks + newer.blocks,
                    entries: EntryDelta::joined(&older.entries, &newer.entries, pause),
                    // What the newer rows replace is counted still.
                    owned_bytes: older.owned_bytes + newer.owned_bytes,
                    bytes: 0,
                    document_index: None,
                    $($field: join(&older.$field, &newer.$field, pause),)*
                };
                let known = match (&older.document_index, &newer.document_index) {
                    (Some(_), Some(_)) => None,
                    (older, newer) => older.clone().or_else(|| newer.clone()),
                };
                merged.indexed(known, pause).weighed()
            }

            /// This delta with its bytes counted.
            fn weighed(mut self) -> Self {
                let runs: usize = [$($table::run(&self).map_or(0, Run::bytes)),*].into_iter().sum();
                let entries: usize = self.entries.iter().map(|delta| delta.bytes()).sum();
                let index = self.document_index.as_ref().map_or(0, |index| index.bytes());
                self.bytes = size_of::<Self>() + runs + entries + index + self.owned_bytes;
                self
            }
        }
    };
}

delta_tables! {
    /// By number.
    Ledgers(ledgers): u32 => Ledger;
    /// By id.
    Accounts(accounts): Id => Account;
    /// By id.
    Holds(holds): Id => Hold;
    /// What was reversed of the operation of this time.
    Reversals(reversals): Timestamp => Amount;
    /// By space, a zero byte and key.
    Documents(documents): Arc<[u8]> => Stored;
    /// The position of each, by name.
    Consumers(consumers): Arc<str> => Timestamp;
    /// Open holds whose clock runs, by deadline.
    Deadlines(deadlines): (Timestamp, Id) => ();
    /// Ids of open holds.
    OpenHolds(open_holds): Id => ();
    /// Ids of open holds by each account that takes part.
    HoldsByAccount(holds_by_account): (Id, Id) => ();
    /// Open holds that wait for somebody, by the time since when.
    Attention(attention): (Timestamp, Id) => ();
    /// Operations by user data.
    UserData(user_data): (Id, Timestamp) => ();
    /// Where blocks start, by the first time in them.
    Places(places): Timestamp => Place;
    /// The time of each decided operation.
    Operations(operations): Id => Timestamp;
}

impl Delta {
    /// The delta of one block. `place` is given if the block is to be found by time; the user data
    /// are left out unless `index_user_data`.
    pub(super) fn build(
        changes: &Changes,
        place: Option<(Timestamp, Place)>,
        index_user_data: bool,
    ) -> Self {
        let rows = HoldRows::of(changes);
        let user_data: &[(Id, Timestamp)] = if index_user_data { &changes.user_data } else { &[] };
        let places: &[(Timestamp, Place)] = place.as_slice();
        let accounts = run::order(&changes.accounts, |row| row.id);
        let documents = changes.documents.iter().map(|(key, stored)| {
            key.as_bytes().len() + stored.as_ref().map_or(0, |stored| stored.value.len())
        });
        let delta = Self {
            blocks: 1,
            bytes: 0,
            owned_bytes: documents.sum(),
            document_index: None,
            entries: EntryDelta::list(&changes.entries, &changes.accounts, &accounts),
            ledgers: run(&changes.ledgers, |row| row.number, |row| Some(*row)),
            accounts: share(Run::in_order(
                &changes.accounts,
                &accounts,
                |row| row.id,
                |row| Some(*row),
            )),
            holds: run(&changes.holds, |row| row.id, |row| Some(*row)),
            reversals: run(&changes.reversals, |row| row.0, |row| Some(row.1)),
            documents: run(&changes.documents, |row| row.0.as_bytes().into(), |row| row.1.clone()),
            consumers: run(&changes.consumers, |row| row.0.as_str().into(), |row| row.1),
            deadlines: run(&rows.deadlines, |row| row.0, |row| row.1),
            open_holds: run(&rows.open_holds, |row| row.0, |row| row.1),
            holds_by_account: run(&rows.by_account, |row| row.0, |row| row.1),
            attention: run(&rows.attention, |row| row.0, |row| row.1),
            user_data: run(user_data, |row| *row, |_| Some(())),
            places: run(places, |row| row.0, |row| Some(row.1)),
            operations: run(&changes.operations, |row| row.0, |row| Some(row.1)),
        };
        delta.indexed(None, &|| ()).weighed()
    }

    /// With the index of its documents, if that is not known.
    fn indexed(mut self, known: Option<Arc<KeyIndex>>, pause: &dyn Fn()) -> Self {
        let made = || Some(Arc::new(KeyIndex::of(self.documents.as_ref()?.keys(), pause)));
        self.document_index = known.or_else(made);
        self
    }

    /// What these blocks made of a document: as [`Run::get`].
    #[expect(clippy::option_option, reason = "not there, deleted, and a value are three answers")]
    pub(super) fn document(&self, key: &[u8], hash: KeyHash) -> Option<Option<Stored>> {
        let (run, index) = (self.documents.as_ref()?, self.document_index.as_ref()?);
        index.find(run.keys(), key, hash).map(|row| run.value(row))
    }

    /// How many entries there are to be written.
    pub(super) fn entries(&self) -> usize {
        self.entries.iter().map(|entry_delta| entry_delta.len()).sum()
    }
}

/// A run to be shared; `None` if it is empty, as most are.
type Shared<K, V> = Option<Arc<Run<K, V>>>;

fn share<K: Ord + Clone, V: Value>(run: Run<K, V>) -> Shared<K, V> {
    (!run.is_empty()).then(|| Arc::new(run))
}

/// As [`Run::gather`], to be shared.
fn run<T, K: Ord + Clone, V: Value>(
    items: &[T],
    key: impl Fn(&T) -> K,
    value: impl Fn(&T) -> Option<V>,
) -> Shared<K, V> {
    share(Run::gather(items, key, value))
}

/// As [`Run::merged`], without a copy where one of them is empty.
fn join<K: Ord + Clone, V: Value>(
    older: &Shared<K, V>,
    newer: &Shared<K, V>,
    pause: &dyn Fn(),
) -> Shared<K, V> {
    match (older, newer) {
        (Some(older), Some(newer)) => share(Run::merged(older, newer, pause)),
        _ => older.clone().or_else(|| newer.clone()),
    }
}

/// Rows that come into an index (`Some`) or leave it (`None`).
type IndexRows<K> = Vec<(K, Option<()>)>;

/// What the changes of holds do to their indexes.
#[derive(Default)]
struct HoldRows {
    deadlines: IndexRows<(Timestamp, Id)>,
    open_holds: IndexRows<Id>,
    by_account: IndexRows<(Id, Id)>,
    attention: IndexRows<(Timestamp, Id)>,
}

impl HoldRows {
    fn of(changes: &Changes) -> Self {
        let mut rows = Self::default();
        let mut known = changes.holds_before.iter().peekable();
        for (place, after) in (0..).zip(&changes.holds) {
            let id = after.id;
            let before = known.next_if(|(at, _)| *at == place).map(|(_, before)| before);
            let old = before.and_then(deadline);
            change(&mut rows.deadlines, old, deadline(after), |at| (at, id));
            let old = before.and_then(attention);
            change(&mut rows.attention, old, attention(after), |at| (at, id));

            let was_open = before.is_some_and(Hold::is_open).then_some(());
            let is_open = after.is_open().then_some(());
            change(&mut rows.open_holds, was_open, is_open, |()| id);
            for account in [after.payer, after.payee, after.fee_account] {
                if !account.is_zero() {
                    change(&mut rows.by_account, was_open, is_open, |()| (account, id));
                }
            }
        }
        rows
    }
}

/// Moves a row of an index from the old place to the new one.
fn change<P: PartialEq, K>(
    rows: &mut IndexRows<K>,
    old: Option<P>,
    new: Option<P>,
    key: impl Fn(P) -> K,
) {
    if old != new {
        rows.extend(old.map(|old| (key(old), None)));
        rows.extend(new.map(|new| (key(new), Some(()))));
    }
}

/// The deadline of an open hold whose clock runs.
fn deadline(hold: &Hold) -> Option<Timestamp> {
    let runs = hold.is_open() && !hold.deadline.is_none();
    runs.then_some(hold.deadline)
}

/// Since when an open hold waits for somebody: no deadline will settle it.
fn attention(hold: &Hold) -> Option<Timestamp> {
    (hold.is_open() && deadline(hold).is_none()).then(|| hold.waiting_since())
}
