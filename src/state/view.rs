//! Views: the state as of one block, to be read.
//!
//! Guarantees that a view never changes, however the store goes on: it is a read transaction of a
//! checkpoint and the deltas of the blocks since, all shared. Reading waits for nobody. Iterators
//! merge both as they go, so that no table is ever gathered in memory; after an error they end.
//! Knows no rules, and does not judge what it finds.

use super::base::{self, Base};
use super::codec::Place;
use super::delta::{
    Accounts, Attention, Consumers, Deadlines, Delta, DeltaTable, Documents, Holds, HoldsByAccount,
    Ledgers, OpenHolds, Operations, Places, Reversals, UserData,
};
use super::error::StateError;
use super::gaps::{Gap, Gaps};
use super::key_index::KeyHash;
use super::merge::{Changed, Knowledge, Merge, Nobody, Passed};
use super::table::Table;
use super::{BlockPlace, Tip, Unflushed};
use crate::engine::Stored;
use crate::model::{Account, Amount, DocumentKey, Hold, Id, Ledger, Timestamp};
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

/// The state as of one block.
pub(crate) struct View {
    base: Arc<Base>,
    /// Oldest first.
    deltas: Vec<Arc<Delta>>,
    tip: Tip,
    unflushed: Unflushed,
    /// Shared by all views of a state.
    gaps: Arc<Gaps>,
}

impl fmt::Debug for View {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut view = formatter.debug_struct("View");
        view.field("tip", &self.tip).finish_non_exhaustive()
    }
}

impl View {
    pub(super) fn new(base: Arc<Base>, deltas: Vec<Arc<Delta>>, tip: Tip, gaps: Arc<Gaps>) -> Self {
        let mut unflushed = Unflushed::default();
        for delta in &deltas {
            unflushed.blocks += delta.blocks;
            unflushed.operations += Operations::rows(delta);
            unflushed.bytes += delta.bytes;
        }
        Self { base, deltas, tip, unflushed, gaps }
    }

    /// The gaps that readers know.
    pub(super) const fn gaps(&self) -> &Arc<Gaps> {
        &self.gaps
    }

    pub(super) const fn base(&self) -> &Arc<Base> {
        &self.base
    }

    pub(super) fn deltas(&self) -> &[Arc<Delta>] {
        &self.deltas
    }

    /// The last block that it includes.
    pub(crate) const fn tip(&self) -> &Tip {
        &self.tip
    }

    /// The last block of the checkpoint that it stands on.
    pub(crate) fn checkpoint_tip(&self) -> &Tip {
        &self.base.tip
    }

    /// Whether operations are found by their user data.
    pub(crate) fn index_user_data(&self) -> bool {
        self.base.index_user_data
    }

    /// What it holds in memory above the checkpoint.
    pub(super) const fn unflushed(&self) -> Unflushed {
        self.unflushed
    }

    /// All ledgers by number.
    pub(crate) fn ledgers(&self) -> Result<Vec<Ledger>, StateError> {
        self.rows::<Ledgers>(Bound::Unbounded, Bound::Unbounded)
            .map(|row| row.map(|(_, ledger)| ledger))
            .collect()
    }

    /// The ledger with this number.
    pub(crate) fn ledger(&self, number: u32) -> Result<Option<Ledger>, StateError> {
        self.get::<Ledgers>(&number)
    }

    /// The account with this id.
    pub(crate) fn account(&self, id: Id) -> Result<Option<Account>, StateError> {
        self.get::<Accounts>(&id)
    }

    /// The account with this id as of the checkpoint.
    pub(super) fn base_account(&self, id: Id) -> Result<Option<Account>, StateError> {
        self.base.get::<Accounts>(&id)
    }

    /// The hold with this id, open or closed.
    pub(crate) fn hold(&self, id: Id) -> Result<Option<Hold>, StateError> {
        self.get::<Holds>(&id)
    }

    /// When the operation with this id was decided.
    pub(crate) fn operation(&self, id: Id) -> Result<Option<Timestamp>, StateError> {
        match self.changed::<Operations>(&id) {
            Some(found) => Ok(found),
            None => self.base.operation(id),
        }
    }

    /// The ids of all decided operations, in no order.
    pub(crate) fn operation_ids(&self) -> impl Iterator<Item = Result<Id, StateError>> + '_ {
        let runs = self.deltas.iter().filter_map(|delta| Operations::run(delta));
        let stored = self.base.operations().map(|row| row.map(|(id, _)| id));
        stored.chain(runs.flat_map(|run| run.keys()).map(|id| Ok(*id)))
    }

    /// The greatest id that was ever used: what is greater is new.
    pub(crate) fn greatest_operation(&self) -> Id {
        let runs = self.deltas.iter().filter_map(|delta| Operations::run(delta));
        let since = runs.filter_map(|run| run.keys().last()).max().copied();
        self.base.last_operation().max(since).unwrap_or(Id::ZERO)
    }

    /// What was reversed so far of the operation with this timestamp.
    pub(crate) fn reversed(&self, operation: Timestamp) -> Result<Amount, StateError> {
        let reversed = self.get::<Reversals>(&operation)?;
        Ok(reversed.unwrap_or(Amount::ZERO))
    }

    /// The document with this key.
    pub(crate) fn document(&self, key: &DocumentKey) -> Result<Option<Stored>, StateError> {
        let (key, hash) = (key.as_bytes(), KeyHash::of(key.as_bytes()));
        let mut newest_first = self.deltas.iter().rev();
        match newest_first.find_map(|delta| delta.document(key, hash)) {
            Some(found) => Ok(found),
            None => self.base.get::<Documents>(&key.into()),
        }
    }

    /// How far the consumer of this name has come.
    pub(crate) fn consumer(&self, name: &str) -> Result<Option<Timestamp>, StateError> {
        self.get::<Consumers>(&name.into())
    }

    /// All consumers by name.
    pub(crate) fn consumers(
        &self,
    ) -> impl Iterator<Item = Result<(Arc<str>, Timestamp), StateError>> + Send + '_ {
        self.rows::<Consumers>(Bound::Unbounded, Bound::Unbounded)
    }

    /// The last indexed block that starts at or before this time: where a search for what happened
    /// then begins.
    pub(crate) fn place(&self, time: Timestamp) -> Result<Option<BlockPlace>, StateError> {
        let place = |first_timestamp, place: Place| BlockPlace {
            first_timestamp,
            number: place.number,
            hint: place.hint,
        };
        // Times rise from delta to delta, so that the first that is found is the last there is.
        for delta in self.deltas.iter().rev() {
            let found = Places::run(delta).and_then(|run| run.floor(&time));
            if let Some((first, Some(found))) = found {
                return Ok(Some(place(*first, found)));
            }
        }
        let last = self.base.last_place(time)?;
        Ok(last.map(|(first, found)| place(first, found)))
    }

    /// All indexed blocks by time.
    pub(crate) fn places(
        &self,
    ) -> impl Iterator<Item = Result<BlockPlace, StateError>> + Send + '_ {
        self.rows::<Places>(Bound::Unbounded, Bound::Unbounded).map(|row| {
            let (first_timestamp, Place { number, hint }) = row?;
            Ok(BlockPlace { first_timestamp, number, hint })
        })
    }

    /// All accounts by id, behind `after`.
    pub(crate) fn accounts(
        &self,
        after: Option<Id>,
    ) -> impl Iterator<Item = Result<Account, StateError>> + Send + '_ {
        self.rows::<Accounts>(behind(after), Bound::Unbounded)
            .map(|row| row.map(|(_, account)| account))
    }

    /// All holds by id, behind `after`, open and closed.
    pub(crate) fn holds(
        &self,
        after: Option<Id>,
    ) -> impl Iterator<Item = Result<Hold, StateError>> + Send + '_ {
        self.rows::<Holds>(behind(after), Bound::Unbounded).map(|row| row.map(|(_, hold)| hold))
    }

    /// Open holds whose clock runs, by deadline and id, at or behind `from`.
    pub(crate) fn deadlines(
        &self,
        from: (Timestamp, Id),
    ) -> impl Iterator<Item = Result<(Timestamp, Id), StateError>> + Send + '_ {
        self.keys::<Deadlines>(Bound::Included(from), Bound::Unbounded)
    }

    /// Open holds by id, behind `after`.
    pub(crate) fn open_holds(
        &self,
        after: Option<Id>,
    ) -> impl Iterator<Item = Result<Id, StateError>> + Send + '_ {
        self.keys::<OpenHolds>(behind(after), Bound::Unbounded)
    }

    /// Open holds in which `account` is payer, payee or fee account, by id, behind `after`.
    pub(crate) fn open_holds_of(
        &self,
        account: Id,
        after: Option<Id>,
    ) -> impl Iterator<Item = Result<Id, StateError>> + Send + '_ {
        let lower = match after {
            Some(after) => Bound::Excluded((account, after)),
            None => Bound::Included((account, Id::ZERO)),
        };
        self.keys::<HoldsByAccount>(lower, Bound::Included((account, Id::MAX)))
            .map(|key| key.map(|(_, hold)| hold))
    }

    /// Open holds that no deadline settles, because they have none or are disputed: by the time
    /// since when, and id, behind `after`.
    pub(crate) fn attention(
        &self,
        after: Option<(Timestamp, Id)>,
    ) -> impl Iterator<Item = Result<(Timestamp, Id), StateError>> + Send + '_ {
        self.keys::<Attention>(behind(after), Bound::Unbounded)
    }

    /// Operations with this user data by time, behind `after`. Empty if the store does not index
    /// them.
    pub(crate) fn user_data(
        &self,
        user_data: Id,
        after: Timestamp,
    ) -> impl Iterator<Item = Result<Timestamp, StateError>> + Send + '_ {
        let upper = Bound::Included((user_data, Timestamp::MAX));
        self.keys::<UserData>(Bound::Excluded((user_data, after)), upper)
            .map(|key| key.map(|(_, timestamp)| timestamp))
    }

    /// What the deltas made of `key`, newest first.
    #[expect(clippy::option_option, reason = "left alone, deleted, and a value are three answers")]
    fn changed<T: DeltaTable>(&self, key: &T::Key) -> Option<Option<T::Value>> {
        let mut newest_first = self.deltas.iter().rev();
        newest_first.find_map(|delta| T::run(delta)?.get(key))
    }

    fn get<T: Table>(&self, key: &T::Key) -> Result<Option<T::Value>, StateError> {
        match self.changed::<T>(key) {
            Some(value) => Ok(value),
            None => self.base.get::<T>(key),
        }
    }

    /// All that the deltas changed in this range.
    pub(super) fn changes<T: DeltaTable>(
        &self,
        lower: &Bound<T::Key>,
        upper: &Bound<T::Key>,
    ) -> Changed<'_, T::Key, T::Value> {
        let newest_first = self.deltas.iter().rev();
        Changed::new(newest_first.filter_map(|delta| T::run(delta)), lower, upper)
    }

    /// The rows of a table in this range.
    pub(super) fn rows<T: Table>(
        &self,
        lower: Bound<T::Key>,
        upper: Bound<T::Key>,
    ) -> impl Iterator<Item = Result<(T::Key, T::Value), StateError>> + Send + '_ {
        let base = self.base.rows::<T>(&lower, &upper);
        Merge::new(self.changes::<T>(&lower, &upper), base, Reader::<T> { view: self, upper })
    }

    /// All decided operations by id.
    pub(super) fn operations(
        &self,
    ) -> impl Iterator<Item = Result<(Id, Timestamp), StateError>> + Send + '_ {
        let all = (&Bound::Unbounded, &Bound::Unbounded);
        let changes = self.changes::<Operations>(all.0, all.1);
        Merge::new(changes, self.base.operations(), Nobody)
    }

    fn keys<T: Table>(
        &self,
        lower: Bound<T::Key>,
        upper: Bound<T::Key>,
    ) -> impl Iterator<Item = Result<T::Key, StateError>> + Send + '_ {
        self.rows::<T>(lower, upper).map(|row| row.map(|(key, _)| key))
    }
}

/// Who reads a table of a view up to some row.
struct Reader<'v, T: Table> {
    view: &'v View,
    upper: Bound<T::Key>,
}

impl<'v, T: Table> Knowledge<'v, T::Key, T::Value, base::Rows<T>> for Reader<'v, T> {
    fn pass(&self, key: &T::Key) -> Option<Passed<'v, T::Key, T::Value, base::Rows<T>>> {
        let (view, upper) = (self.view, &self.upper);
        let gap = T::gaps(&view.gaps)?.around(key, view.tip.block)?;
        let lower = gap.rest();
        let is_anything = match (&lower, upper) {
            (_, Bound::Unbounded) | (Bound::Unbounded, _) => true,
            (Bound::Included(lower), Bound::Included(upper)) => lower <= upper,
            (
                Bound::Included(lower) | Bound::Excluded(lower),
                Bound::Included(upper) | Bound::Excluded(upper),
            ) => lower < upper,
        };
        let rest = is_anything
            .then(|| (view.changes::<T>(&lower, upper), view.base.rows::<T>(&lower, upper)));
        Some(Passed { gap, rest })
    }

    fn note(&self, gap: Gap<T::Key>, stepped_over: usize) {
        if let Some(gaps) = T::gaps(&self.view.gaps) {
            gaps.note(gap, stepped_over, self.view.tip.block);
        }
    }
}

fn behind<K>(after: Option<K>) -> Bound<K> {
    after.map_or(Bound::Unbounded, Bound::Excluded)
}
