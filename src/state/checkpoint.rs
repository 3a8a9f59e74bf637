//! Checkpoints: the deltas of a view, written into redb in one transaction.
//!
//! Guarantees all or nothing, in the order of keys, for a B-tree is quickest so. Knows neither who
//! reads nor who publishes meanwhile.

use super::base::Base;
use super::bytes::seal;
use super::codec::{KeyBytes, RunNumber, ValueBytes};
use super::compaction;
use super::delta::{
    Accounts, Attention, Consumers, Deadlines, Documents, Holds, HoldsByAccount, Ledgers,
    OpenHolds, Operations, Places, Reversals, UserData,
};
use super::entries::Shown;
use super::entry_delta::ByAccount;
use super::error::{StateError, guarded};
use super::meta;
use super::packed::update;
use super::pages::OperationRows;
use super::progress::Progress;
use super::records::{Record, Records};
use super::run_pages::PageWriter;
use super::table::{Name, Table, Writable};
use super::view::View;
use redb::{Database, Durability, WriteTransaction};
use std::ops::Bound;

/// For each so many sorted runs that there are so many bytes more are merged at a time, so that
/// merging keeps up.
const RUNS_FEW: usize = 12;

/// Writes what `view` has above its base.
pub(super) fn write(
    database: &Database,
    view: &View,
    store_id: &[u8; 16],
    progress: &Progress<'_>,
) -> Result<(), StateError> {
    guarded(|| {
        let transaction = begin(database)?;
        rows::<Ledgers>(&transaction, view, progress)?;
        packed::<Accounts>(&transaction, view, progress)?;
        packed::<Holds>(&transaction, view, progress)?;
        rows::<Reversals>(&transaction, view, progress)?;
        rows::<Documents>(&transaction, view, progress)?;
        rows::<Consumers>(&transaction, view, progress)?;
        rows::<Deadlines>(&transaction, view, progress)?;
        rows::<OpenHolds>(&transaction, view, progress)?;
        rows::<HoldsByAccount>(&transaction, view, progress)?;
        rows::<Attention>(&transaction, view, progress)?;
        rows::<UserData>(&transaction, view, progress)?;
        rows::<Places>(&transaction, view, progress)?;
        operations(&transaction, view, progress)?;
        entries(&transaction, view, progress)?;
        let mut meta_table = transaction.open_table(Name::Meta.definition())?;
        meta::put_tip(&mut meta_table, view.tip())?;
        // From here on there is what an earlier version would not understand.
        meta::put_format(&mut meta_table, meta::FORMAT)?;
        if view.base().store_id.is_none() {
            meta::put_store_id(&mut meta_table, store_id)?;
        }
        drop(meta_table);
        transaction.commit()?;
        Ok(())
    })
}

/// Merges some of the sorted runs of entries in `base`, about so many bytes, and says whether it
/// did. In a transaction of its own: one that changes more than half of the cache is written twice.
pub(super) fn merge(
    database: &Database,
    base: &Base,
    merged_bytes: usize,
) -> Result<bool, StateError> {
    let mut sorted_runs = base.sorted_runs.clone();
    if sorted_runs.merging().is_none() {
        return Ok(false);
    }
    guarded(|| {
        let transaction = begin(database)?;
        let mut table = transaction.open_table(Name::Entries.definition())?;
        let bytes = merged_bytes * (sorted_runs.count() / RUNS_FEW).max(1);
        compaction::merge(&mut table, base, &mut sorted_runs, bytes)?;
        drop(table);
        meta::put_sorted_runs(&mut transaction.open_table(Name::Meta.definition())?, &sorted_runs)?;
        transaction.commit()?;
        Ok(true)
    })
}

/// Creates all tables, empty.
pub(super) fn create(
    database: &Database,
    store_id: &[u8; 16],
    index_user_data: bool,
) -> Result<(), StateError> {
    let transaction = begin(database)?;
    for name in Name::ALL {
        let mut table = transaction.open_table(name.definition())?;
        if name == Name::Meta {
            meta::create(&mut table, store_id, index_user_data)?;
        }
    }
    transaction.commit()?;
    Ok(())
}

pub(super) fn begin(database: &Database) -> Result<WriteTransaction, StateError> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate).map_err(StateError::corrupt_file)?;
    transaction.set_two_phase_commit(true);
    // Opening after a crash must not walk the file.
    transaction.set_quick_repair(true);
    Ok(transaction)
}

/// Writes a table with a row for each row of the deltas.
fn rows<T: Table>(
    transaction: &WriteTransaction,
    view: &View,
    progress: &Progress<'_>,
) -> Result<(), StateError> {
    let changes = view.changes::<T>(&Bound::Unbounded, &Bound::Unbounded);
    let changes = changes.inspect(|_| progress.step(1));
    let mut table = transaction.open_table(T::NAME.definition())?;
    let (mut key_bytes, mut body) = (Vec::new(), Vec::new());
    for (key, value) in changes {
        key_bytes.clear();
        key.put(&mut key_bytes);
        if let Some(value) = value {
            body.clear();
            value.put(&mut body);
            put(&mut table, &key_bytes, &mut body)?;
        } else {
            table.remove(&key_bytes[..])?;
        }
    }
    Ok(())
}

/// Inserts a row; `body` becomes its sealed value.
pub(super) fn put(
    table: &mut Writable<'_>,
    key: &[u8],
    body: &mut Vec<u8>,
) -> Result<(), StateError> {
    seal(key, body);
    table.insert(key, &body[..])?;
    Ok(())
}

/// Writes a table whose rows lie in pages.
fn packed<T>(
    transaction: &WriteTransaction,
    view: &View,
    progress: &Progress<'_>,
) -> Result<(), StateError>
where
    T: Table<Value: Record>,
{
    let changes = view.changes::<T>(&Bound::Unbounded, &Bound::Unbounded);
    let changes = changes.inspect(|_| progress.step(1));
    let mut table = transaction.open_table(T::NAME.definition())?;
    update::<Records<T::Value>>(&mut table, view.base(), changes.filter_map(|(_, row)| row))
}

/// Writes the decided operations into their pages.
fn operations(
    transaction: &WriteTransaction,
    view: &View,
    progress: &Progress<'_>,
) -> Result<(), StateError> {
    let changes = view.changes::<Operations>(&Bound::Unbounded, &Bound::Unbounded);
    let changes = changes.inspect(|_| progress.step(1));
    let mut table = transaction.open_table(Name::Operations.definition())?;
    let new = changes.filter_map(|(id, time)| Some((*id, time?)));
    update::<OperationRows>(&mut table, view.base(), new)
}

/// Writes the entries as a sorted run.
fn entries(
    transaction: &WriteTransaction,
    view: &View,
    progress: &Progress<'_>,
) -> Result<(), StateError> {
    if view.deltas().iter().all(|delta| delta.entries() == 0) {
        return Ok(());
    }
    let mut table = transaction.open_table(Name::Entries.definition())?;
    let mut sorted_runs = view.base().sorted_runs.clone();
    let number = sorted_runs.take_number();
    sorted_run(&mut table, view, number, progress)?;
    sorted_runs.add(number, view.tip().timestamp);
    meta::put_sorted_runs(&mut transaction.open_table(Name::Meta.definition())?, &sorted_runs)
}

/// Writes the entries of the deltas as the sorted run of this number.
fn sorted_run(
    table: &mut Writable<'_>,
    view: &View,
    number: RunNumber,
    progress: &Progress<'_>,
) -> Result<(), StateError> {
    let entries = view.deltas().iter().flat_map(|delta| &delta.entries);
    let mut by_account = ByAccount::new(entries.map(AsRef::as_ref).collect());
    let mut accounts = view.changes::<Accounts>(&Bound::Unbounded, &Bound::Unbounded);
    let mut entries = Vec::new();
    let mut writer = PageWriter::new(number);
    while let Some(account) = by_account.next_account(&mut entries) {
        let corrupt = || StateError::corrupt(Name::Entries.text(), &account.to_vec());
        // Whoever has entries has changed.
        let record = accounts.find(|(id, _)| **id == account).and_then(|(_, record)| record);
        let mut shown = Shown::of(&record.ok_or_else(corrupt)?);
        for entry in entries.iter().rev() {
            shown.backward(entry).ok_or_else(corrupt)?;
        }
        progress.step(entries.len());
        writer.begin(account, shown.balances);
        for entry in &entries {
            if let Some(page) = writer.push(entry).ok_or_else(corrupt)? {
                compaction::put(table, page)?;
            }
        }
    }
    writer.finish().map_or(Ok(0), |page| compaction::put(table, page)).map(drop)
}
