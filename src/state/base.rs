//! What redb holds as of one checkpoint, to be read.
//!
//! Guarantees one unchanging state for as long as it is kept, and that every row which is read
//! matches its checksum. Knows no deltas.

use super::Tip;
use super::bytes::unseal;
use super::codec::{KeyBytes, Place, RunNumber, ValueBytes};
use super::error::{StateError, guarded};
use super::meta;
use super::pages::{self, Row};
use super::sorted_runs::SortedRuns;
use super::table::{Name, Readable, Table};
use crate::model::{Id, Timestamp};
use redb::{Database, ReadableDatabase};
use std::ops::{Bound, RangeBounds};
use std::vec;

/// A read transaction with all tables open: opening a table costs more than reading a row.
pub(super) struct Base {
    tables: Vec<Readable>,
    pub(super) tip: Tip,
    /// Which store this is of, if the file says so.
    pub(super) store_id: Option<[u8; 16]>,
    pub(super) index_user_data: bool,
    /// The sorted runs of entries.
    pub(super) sorted_runs: SortedRuns,
    /// The greatest id of an operation: rising ids are new without a look at a page.
    last_operation: Option<Id>,
}

impl Base {
    /// The state of the last checkpoint.
    pub(super) fn load(database: &Database) -> Result<Self, StateError> {
        guarded(|| {
            let transaction = database.begin_read()?;
            // Before the other tables are opened: a later format may have others.
            let meta_table = transaction.open_table(Name::Meta.definition())?;
            let index_user_data = meta::check(&meta_table)?;
            let store_id = meta::store_id(&meta_table)?;
            let tip = meta::tip(&meta_table)?;
            let sorted_runs = meta::sorted_runs(&meta_table)?;
            let tables: Result<Vec<_>, _> =
                Name::ALL.iter().map(|name| transaction.open_table(name.definition())).collect();
            let tables = tables?;
            let last_operation = None;
            let mut base =
                Self { tables, tip, store_id, index_user_data, sorted_runs, last_operation };
            base.last_operation = base.find_last_operation()?;
            Ok(base)
        })
    }

    fn table(&self, name: Name) -> &Readable {
        &self.tables[name as usize]
    }

    /// The value of `key`.
    pub(super) fn get<T: Table>(&self, key: &T::Key) -> Result<Option<T::Value>, StateError> {
        let (table, wanted, key) = (T::NAME.text(), key, key.to_vec());
        if T::IS_PACKED {
            let upper = Bound::Included(key);
            let mut pages = self.raw_rows(T::NAME, &Bound::Unbounded, &upper);
            let found = pages.next_back(|key, body| T::find(key, body, wanted));
            return found.transpose().map(Option::flatten);
        }
        guarded(|| {
            let Some(value) = self.table(T::NAME).get(&key[..])? else {
                return Ok(None);
            };
            let value = T::Value::take(unseal(table, &key, value.value())?);
            value.map(Some).ok_or_else(|| StateError::corrupt(table, &key))
        })
    }

    /// The rows within these bounds.
    pub(super) fn rows<T: Table>(&self, lower: &Bound<T::Key>, upper: &Bound<T::Key>) -> Rows<T> {
        let bytes = |bound: &Bound<T::Key>| bound.as_ref().map(KeyBytes::to_vec);
        let rows = if T::IS_PACKED {
            self.covering(T::NAME, &Bound::Unbounded, &bytes(lower), &bytes(upper))
        } else {
            self.raw_rows(T::NAME, &bytes(lower), &bytes(upper))
        };
        let bounds = (lower.clone(), upper.clone());
        Rows { rows, page: Vec::new().into_iter(), bounds }
    }

    /// The pages of a sorted run of entries that may have what lies between two accounts and times,
    /// both included.
    pub(super) fn pages_of(
        &self,
        sorted_run: RunNumber,
        first: (Id, Timestamp),
        last: (Id, Timestamp),
    ) -> RawRows {
        let key = |at: (Id, Timestamp)| Bound::Included((sorted_run, at).to_vec());
        let start = key((Id::ZERO, Timestamp::NONE));
        self.covering(Name::Entries, &start, &key(first), &key(last))
    }

    /// The pages of a packed table from the one on that covers `id`, or from the first.
    pub(super) fn pages_from(&self, name: Name, id: Id) -> RawRows {
        let (all, id) = (Bound::Unbounded, Bound::Included(id.to_vec()));
        self.covering(name, &all, &id, &all)
    }

    /// As [`Base::raw_rows`], but from the last row on that begins, behind `start`, at or before
    /// the lower bound.
    fn covering(
        &self,
        name: Name,
        start: &Bound<Vec<u8>>,
        lower: &Bound<Vec<u8>>,
        upper: &Bound<Vec<u8>>,
    ) -> RawRows {
        let (Bound::Included(first) | Bound::Excluded(first)) = lower else {
            return self.raw_rows(name, lower, upper);
        };
        let mut before = self.raw_rows(name, start, &Bound::Included(first.clone()));
        match before.next_back(|key, _| Some(key.to_vec())) {
            Some(Ok(key)) => self.raw_rows(name, &Bound::Included(key), upper),
            Some(Err(error)) => RawRows { name, range: Some(Err(error)) },
            None => self.raw_rows(name, lower, upper),
        }
    }

    /// The rows of any table within these bounds, as bytes.
    pub(super) fn raw_rows(
        &self,
        name: Name,
        lower: &Bound<Vec<u8>>,
        upper: &Bound<Vec<u8>>,
    ) -> RawRows {
        let bounds = (slice(lower), slice(upper));
        let range = guarded(|| Ok(self.table(name).range::<&[u8]>(bounds)?));
        RawRows { name, range: Some(range) }
    }

    /// The last block that is found by time and starts at or before this one.
    pub(super) fn last_place(
        &self,
        time: Timestamp,
    ) -> Result<Option<(Timestamp, Place)>, StateError> {
        let upper = Bound::Included(time.to_vec());
        let mut places = self.raw_rows(Name::Places, &Bound::Unbounded, &upper);
        places
            .next_back(|key, body| Some((KeyBytes::take(key)?, ValueBytes::take(body)?)))
            .transpose()
    }

    /// When the operation `id` was decided.
    pub(super) fn operation(&self, id: Id) -> Result<Option<Timestamp>, StateError> {
        if self.last_operation.is_none_or(|last| id > last) {
            return Ok(None);
        }
        let upper = Bound::Included(id.to_vec());
        let mut pages = self.raw_rows(Name::Operations, &Bound::Unbounded, &upper);
        let found = pages.next_back(|key, body| pages::find(Id::take(key)?, body, id));
        found.transpose().map(Option::flatten)
    }

    /// All operations by id.
    pub(super) fn operations(&self) -> Operations {
        Operations {
            pages: self.raw_rows(Name::Operations, &Bound::Unbounded, &Bound::Unbounded),
            page: Vec::new().into_iter(),
        }
    }

    /// The greatest id of an operation.
    pub(super) const fn last_operation(&self) -> Option<Id> {
        self.last_operation
    }

    /// Bytes of the pages that a table takes.
    #[cfg(test)]
    pub(super) fn stored_bytes(&self, name: Name) -> u64 {
        use redb::ReadableTableMetadata;
        let stats = self.table(name).stats().expect("a whole table");
        stats.stored_bytes() + stats.metadata_bytes() + stats.fragmented_bytes()
    }

    fn find_last_operation(&self) -> Result<Option<Id>, StateError> {
        let mut pages = self.raw_rows(Name::Operations, &Bound::Unbounded, &Bound::Unbounded);
        let last = pages.next_back(|key, body| {
            let rows = pages::Rows::new(Id::take(key)?, body);
            rows.last().flatten().map(|row| row.0)
        });
        last.transpose()
    }
}

fn slice(bound: &Bound<Vec<u8>>) -> Bound<&[u8]> {
    bound.as_ref().map(Vec::as_slice)
}

type RawRange = redb::Range<'static, &'static [u8], &'static [u8]>;

/// Rows of a table as bytes, from either end. Ends after an error.
pub(super) struct RawRows {
    name: Name,
    range: Option<Result<RawRange, StateError>>,
}

impl RawRows {
    /// The next row by key, as `decode` makes it of key and body: `None` if they are no row.
    pub(super) fn next<R>(
        &mut self,
        decode: impl FnOnce(&[u8], &[u8]) -> Option<R>,
    ) -> Option<Result<R, StateError>> {
        self.step(Iterator::next, decode)
    }

    /// As [`RawRows::next`], from the other end.
    pub(super) fn next_back<R>(
        &mut self,
        decode: impl FnOnce(&[u8], &[u8]) -> Option<R>,
    ) -> Option<Result<R, StateError>> {
        self.step(DoubleEndedIterator::next_back, decode)
    }

    fn step<R>(
        &mut self,
        advance: impl FnOnce(&mut RawRange) -> Option<<RawRange as Iterator>::Item>,
        decode: impl FnOnce(&[u8], &[u8]) -> Option<R>,
    ) -> Option<Result<R, StateError>> {
        let mut range = match self.range.take()? {
            Ok(range) => range,
            Err(error) => return Some(Err(error)),
        };
        let table = self.name.text();
        let row = guarded(|| {
            let Some(row) = advance(&mut range).transpose()? else {
                return Ok(None);
            };
            let (key, value) = (row.0.value(), row.1.value());
            let body = unseal(table, key, value)?;
            let decoded = decode(key, body);
            decoded.map(Some).ok_or_else(|| StateError::corrupt(table, key))
        });
        if row.is_ok() {
            self.range = Some(Ok(range));
        }
        row.transpose()
    }
}

/// Rows of a table.
pub(super) struct Rows<T: Table> {
    rows: RawRows,
    /// What is left of a page, if rows are packed.
    page: vec::IntoIter<(T::Key, T::Value)>,
    bounds: (Bound<T::Key>, Bound<T::Key>),
}

impl<T: Table> Iterator for Rows<T> {
    type Item = Result<(T::Key, T::Value), StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        if !T::IS_PACKED {
            return self.rows.next(|key, body| Some((T::Key::take(key)?, T::Value::take(body)?)));
        }
        loop {
            if let Some(row) = self.page.find(|row| self.bounds.contains(&row.0)) {
                return Some(Ok(row));
            }
            match self.rows.next(T::page)? {
                Ok(page) => self.page = page.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// All operations, page by page.
pub(super) struct Operations {
    pages: RawRows,
    page: vec::IntoIter<Row>,
}

impl Iterator for Operations {
    type Item = Result<Row, StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.page.next() {
                return Some(Ok(row));
            }
            let page = self.pages.next(|key, body| {
                let rows = pages::Rows::new(Id::take(key)?, body);
                rows.collect::<Option<Vec<Row>>>()
            })?;
            match page {
                Ok(page) => self.page = page.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
