//! Checkpoints: the layers of a view, written into redb in one transaction.
//!
//! Guarantees all or nothing, in the order of keys, for a B-tree is quickest so. Writing the same
//! layers twice gives the same file contents as writing them once, so that a checkpoint whose
//! success was not learned can be repeated. Knows neither who reads nor who publishes meanwhile.

use super::bytes::{seal, unseal};
use super::chunk::ByAccount;
use super::codec::{KeyBytes, ValueBytes};
use super::entries::{RowWriter, Shown};
use super::error::{StateError, guarded};
use super::layer::{
    Accounts, Attention, Consumers, Deadlines, Documents, Holds, HoldsByAccount, Ledgers,
    OpenHolds, Operations, Places, Reversals, UserData,
};
use super::meta;
use super::pages::{self, PAGE_ROWS_MAX, Row};
use super::table::{Name, Table, Writable};
use super::view::View;
use crate::model::Id;
use redb::{Database, Durability, ReadableTable, WriteTransaction};
use std::ops::Bound;

/// Operations that are taken up at a time while pages are filled.
const BATCH_ROWS_MAX: usize = 16 * PAGE_ROWS_MAX;

/// Writes what `view` has above its base.
pub(super) fn write(database: &Database, view: &View) -> Result<(), StateError> {
    guarded(|| {
        let transaction = begin(database)?;
        rows::<Ledgers>(&transaction, view)?;
        rows::<Accounts>(&transaction, view)?;
        rows::<Holds>(&transaction, view)?;
        rows::<Reversals>(&transaction, view)?;
        rows::<Documents>(&transaction, view)?;
        rows::<Consumers>(&transaction, view)?;
        rows::<Deadlines>(&transaction, view)?;
        rows::<OpenHolds>(&transaction, view)?;
        rows::<HoldsByAccount>(&transaction, view)?;
        rows::<Attention>(&transaction, view)?;
        rows::<UserData>(&transaction, view)?;
        rows::<Places>(&transaction, view)?;
        operations(&transaction, view)?;
        entries(&transaction, view)?;
        meta::put_tip(&mut transaction.open_table(Name::Meta.definition())?, view.tip())?;
        transaction.commit()?;
        Ok(())
    })
}

/// Creates all tables, empty.
pub(super) fn create(database: &Database, index_user_data: bool) -> Result<(), StateError> {
    let transaction = begin(database)?;
    for name in Name::ALL {
        let mut table = transaction.open_table(name.definition())?;
        if name == Name::Meta {
            meta::create(&mut table, index_user_data)?;
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

/// Writes a table with a row for each row of the layers.
fn rows<T: Table>(transaction: &WriteTransaction, view: &View) -> Result<(), StateError> {
    let changes = view.changes::<T>(&Bound::Unbounded, &Bound::Unbounded);
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

/// Writes the decided operations into their pages.
fn operations(transaction: &WriteTransaction, view: &View) -> Result<(), StateError> {
    let changes = view.changes::<Operations>(&Bound::Unbounded, &Bound::Unbounded);
    let mut new = changes.filter_map(|(id, time)| Some((*id, *time?))).peekable();
    let mut table = transaction.open_table(Name::Operations.definition())?;
    let mut added = Vec::new();
    while let Some(&(first, _)) = new.peek() {
        let page = page_for(&table, first)?;
        // Ids up to the next page belong to this one.
        let end = next_page(&table, page.first().map_or(first, |row| row.0.max(first)))?;
        added.clear();
        while added.len() < BATCH_ROWS_MAX
            && let Some(row) = new.next_if(|row| end.is_none_or(|end| row.0 < end))
        {
            added.push(row);
        }
        let appended = page.last().is_none_or(|last| last.0 < first);
        let all = merge_rows(&page, &added);
        // The lowest page gets a new key when lower ids come in.
        if let Some((old, _)) = page.first()
            && all.first().is_some_and(|row| row.0 != *old)
        {
            table.remove(&old.to_vec()[..])?;
        }
        for rows in all.chunks(pages::page_rows(all.len(), appended)) {
            let mut body = Vec::new();
            pages::encode(rows, &mut body);
            let key = rows.first().map_or(Id::ZERO, |row| row.0).to_vec();
            put(&mut table, &key, &mut body)?;
        }
    }
    Ok(())
}

/// The page that `id` belongs into: the last that starts at or before it, or else the first.
fn page_for(table: &Writable<'_>, id: Id) -> Result<Vec<Row>, StateError> {
    let name = Name::Operations.text();
    let key = id.to_vec();
    let before = table.range::<&[u8]>(..=&key[..])?.next_back();
    let page = match before {
        Some(page) => Some(page),
        None => table.range::<&[u8]>(..)?.next(),
    };
    let Some((key, value)) = page.transpose()? else {
        return Ok(Vec::new());
    };
    let body = unseal(name, key.value(), value.value())?;
    Id::take(key.value())
        .and_then(|first| pages::Rows::new(first, body).collect())
        .ok_or_else(|| StateError::corrupt(name, key.value()))
}

/// The key of the first page behind `id`.
fn next_page(table: &Writable<'_>, id: Id) -> Result<Option<Id>, StateError> {
    let key = id.to_vec();
    let behind = (Bound::Excluded(&key[..]), Bound::Unbounded);
    let Some((key, _)) = table.range::<&[u8]>(behind)?.next().transpose()? else {
        return Ok(None);
    };
    let id = Id::take(key.value());
    id.map(Some).ok_or_else(|| StateError::corrupt(Name::Operations.text(), key.value()))
}

/// Both lists as one; of equal ids the new row counts.
fn merge_rows(old: &[Row], new: &[Row]) -> Vec<Row> {
    let mut all = Vec::with_capacity(old.len() + new.len());
    let mut old = old.iter().copied().peekable();
    for &row in new {
        while let Some(before) = old.next_if(|before| before.0 < row.0) {
            all.push(before);
        }
        old.next_if(|same| same.0 == row.0);
        all.push(row);
    }
    all.extend(old);
    all
}

/// Writes the entries, some rows for each account.
fn entries(transaction: &WriteTransaction, view: &View) -> Result<(), StateError> {
    let mut table = transaction.open_table(Name::Entries.definition())?;
    let chunks = view.layers().iter().flat_map(|layer| &layer.chunks);
    let mut by_account = ByAccount::new(chunks.map(AsRef::as_ref).collect());
    let mut entries = Vec::new();
    while let Some(account) = by_account.next_account(&mut entries) {
        let corrupt = || StateError::corrupt(Name::Entries.text(), &account.to_vec());
        let record = view.account(account)?.ok_or_else(corrupt)?;
        let before = view.base_account(account)?;
        let shown = Shown::of(before.as_ref(), Shown::history(&record));
        let mut writer = RowWriter::new(account, shown);
        for entry in &entries {
            if let Some((key, mut body)) = writer.push(entry).ok_or_else(corrupt)? {
                put(&mut table, &key, &mut body)?;
            }
        }
        if let Some((key, mut body)) = writer.finish() {
            put(&mut table, &key, &mut body)?;
        }
    }
    Ok(())
}
