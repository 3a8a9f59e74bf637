//! Copying a checkpoint to another disk while the store goes on.
//!
//! Guarantees the rows of one checkpoint: they are read in the read transaction that a view stands
//! on, which neither stops checkpoints nor sees them, and each is held against its checksum. Knows
//! nothing of the journal that continues it.

use super::checkpoint::{begin, create, put};
use super::error::{StateError, guarded};
use super::file::{self, File};
use super::meta;
use super::table::Name;
use super::view::View;
use super::{Options, base::Base};
use crate::disk::Disk;
use redb::{Database, WriteTransaction};
use std::ops::Bound;

/// Writes the checkpoint that `view` stands on, of the store `store_id`, into a new file on `disk`,
/// all of it or nothing. `cache_bytes` is the memory for it.
pub(crate) fn copy(
    view: &View,
    store_id: &[u8; 16],
    disk: &dyn Disk,
    cache_bytes: usize,
) -> Result<(), StateError> {
    let base = view.base();
    let index_user_data = base.index_user_data;
    let options = Options { cache_bytes, index_user_data, tuning: super::Tuning::new() };
    let fill = |file: &File| {
        create(file, store_id, options.index_user_data)?;
        guarded(|| rows(file, base))
    };
    file::create_with(disk, options, fill)
}

fn rows(database: &Database, base: &Base) -> Result<(), StateError> {
    let transaction = begin(database)?;
    for name in Name::ALL.into_iter().filter(|name| *name != Name::Meta) {
        table(&transaction, base, name)?;
    }
    let mut meta_table = transaction.open_table(Name::Meta.definition())?;
    meta::put_sorted_runs(&mut meta_table, &base.sorted_runs)?;
    meta::put_tip(&mut meta_table, &base.tip)?;
    drop(meta_table);
    transaction.commit()?;
    Ok(())
}

fn table(transaction: &WriteTransaction, base: &Base, name: Name) -> Result<(), StateError> {
    let mut table = transaction.open_table(name.definition())?;
    let mut rows = base.raw_rows(name, &Bound::Unbounded, &Bound::Unbounded);
    let whole = |key: &[u8], body: &[u8]| Some((key.to_vec(), body.to_vec()));
    while let Some(row) = rows.next(whole) {
        let (key, mut body) = row?;
        put(&mut table, &key, &mut body)?;
    }
    Ok(())
}
