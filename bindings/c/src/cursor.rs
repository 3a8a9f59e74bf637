//! Cursors: rows that are read as they are asked for, into arrays of the caller's.

use crate::arguments::{Room, output, room};
use crate::boundary::{call, free, on};
use crate::handle::{self, Handle, HandleType};
use crate::opaque::{escrow_cursor, escrow_snapshot};
use crate::operation::escrow_operation_record;
use crate::snapshot::SnapshotHandle;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use escrow::{
    Account, DocumentKey, Event, Hold, Id, OperationRecord, Snapshot, StatementLine, StoredDocument,
};
use std::iter::Peekable;
use std::sync::{Arc, Mutex, PoisonError};

/// What an `escrow_cursor` stands for.
pub(crate) struct CursorHandle {
    rows: Mutex<Rows>,
    parent: Arc<SnapshotHandle>,
}

/// The rows of a cursor, each kind of which has its function.
pub(crate) enum Rows {
    Accounts(Kept<Account>),
    Holds(Kept<Hold>),
    Operations(Kept<OperationRecord>),
    Lines(Kept<StatementLine>),
    Events(Kept<Event>),
    Documents(Kept<(DocumentKey, StoredDocument)>),
}

impl Handle for escrow_cursor {
    type HandleType = CursorHandle;
}

impl HandleType for CursorHandle {
    type Handle = escrow_cursor;
    const NAME: &'static str = "cursor";

    fn check(&self) -> Result<()> {
        self.parent.check()
    }

    fn poison(&self) {
        self.parent.poison();
    }
}

pub(crate) type Row<T> = escrow::Result<T>;
pub(crate) type Iter<'s, T> = Box<dyn Iterator<Item = Row<T>> + Send + 's>;

/// An iterator over a snapshot, together with the snapshot that it borrows.
pub(crate) struct Kept<T> {
    // Before what it borrows, so that it is dropped first.
    rows: Peekable<Iter<'static, T>>,
    _owner: Arc<dyn Send + Sync>,
}

impl<T> Kept<T> {
    /// Keeps the iterator that `make` makes of the snapshot and its query.
    pub(crate) fn new<Q: Send + Sync + 'static>(
        snapshot: &Snapshot,
        query: Q,
        make: impl for<'s> FnOnce(&'s Snapshot, &'s Q) -> escrow::Result<Iter<'s, T>>,
    ) -> Result<Self> {
        let owner = Arc::new((snapshot.clone(), query));
        // SAFETY: what an `Arc` holds stays where it is, and nobody writes it. `Kept` drops it after
        // the iterator, and `make`, which must do with any lifetime, can keep its borrow nowhere but
        // in the iterator.
        let (snapshot, query) = unsafe { &*Arc::as_ptr(&owner) };
        Ok(Self { rows: make(snapshot, query)?.peekable(), _owner: owner })
    }

    /// The next row, if `fits` says so. An error is given only as the first row of a call, so that
    /// no row before it is lost.
    fn take(&mut self, is_first: bool, fits: impl FnOnce(&T) -> bool) -> Result<Option<T>> {
        match self.rows.peek() {
            Some(Ok(row)) if fits(row) => (),
            Some(Err(_)) if is_first => (),
            _ => return Ok(None),
        }
        Ok(self.rows.next().transpose()?)
    }

    /// Fills `room` with rows until it is full or there are no more.
    pub(crate) fn fill<R: Copy + From<T>>(&mut self, room: Room<R>) -> Result<usize> {
        self.fill_while(room, |_| true, R::from)
    }

    /// Fills `room` with rows as long as they fit.
    pub(crate) fn fill_while<R: Copy>(
        &mut self,
        room: Room<R>,
        mut fits: impl FnMut(&T) -> bool,
        mut convert: impl FnMut(T) -> R,
    ) -> Result<usize> {
        for index in 0..room.capacity() {
            match self.take(index == 0, &mut fits)? {
                Some(row) => room.put(index, convert(row)),
                None => return Ok(index),
            }
        }
        Ok(room.capacity())
    }

    /// The next row, if there is one.
    pub(crate) fn peek(&mut self) -> Option<&T> {
        self.rows.peek().and_then(|row| row.as_ref().ok())
    }
}

impl CursorHandle {
    /// Makes a handle for rows of a snapshot.
    pub(crate) fn make(parent: &Arc<SnapshotHandle>, rows: Rows) -> Result<*mut escrow_cursor> {
        let parent = Arc::clone(parent);
        handle::make(Arc::new(Self { rows: Mutex::new(rows), parent }))
    }

    /// Does something with the rows, if they are of the kind that `select` finds.
    pub(crate) fn with<T, R>(
        &self,
        select: impl FnOnce(&mut Rows) -> Option<&mut Kept<T>>,
        action: impl FnOnce(&mut Kept<T>) -> Result<R>,
    ) -> Result<R> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let other = || Failure::invalid("this cursor has rows of another kind");
        action(select(&mut rows).ok_or_else(other)?)
    }
}

/// Picks one kind of [`Rows`].
macro_rules! rows {
    ($kind:ident) => {
        |rows| match rows {
            $crate::cursor::Rows::$kind(kept) => Some(kept),
            _ => None,
        }
    };
}
pub(crate) use rows;

/// Frees a cursor.
///
/// Ownership: `cursor` is no handle any more. NULL is let be, and so is what was freed before.
/// Threads: any.
/// Errors: none. In a forked child nothing is done.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_cursor_free(cursor: *mut escrow_cursor) {
    free::<CursorHandle>(cursor);
}

/// Walks through all accounts by id, behind the id `after`; 0 for all. Read them with
/// `escrow_cursor_accounts`.
///
/// Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. It keeps the snapshot
/// alive.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_all_accounts(
    snapshot: *mut escrow_snapshot,
    after: Id,
    cursor: *mut *mut escrow_cursor,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let cursor = output(cursor, "cursor")?;
        let kept = Kept::new(&this.snapshot, (), |snapshot, ()| {
            Ok(Box::new(snapshot.all_accounts(behind(after))))
        })?;
        cursor.set(CursorHandle::make(this, Rows::Accounts(kept))?);
    })
}

/// Walks through all holds by id, open and closed, behind the id `after`; 0 for all. Read them with
/// `escrow_cursor_holds`.
///
/// Ownership: as `escrow_snapshot_all_accounts`.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_all_holds(
    snapshot: *mut escrow_snapshot,
    after: Id,
    cursor: *mut *mut escrow_cursor,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let cursor = output(cursor, "cursor")?;
        let kept = Kept::new(&this.snapshot, (), |snapshot, ()| {
            Ok(Box::new(snapshot.all_holds(behind(after))))
        })?;
        cursor.set(CursorHandle::make(this, Rows::Holds(kept))?);
    })
}

/// Walks through the applied operations with this `user_data_128`, oldest first. Read them with
/// `escrow_cursor_operations`.
///
/// Ownership: as `escrow_snapshot_all_accounts`.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the store is without the index: see
/// `escrow_open_options.index_user_data`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_operations_by_user_data(
    snapshot: *mut escrow_snapshot,
    user_data_128: Id,
    cursor: *mut *mut escrow_cursor,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let cursor = output(cursor, "cursor")?;
        let kept = Kept::new(&this.snapshot, (), |snapshot, ()| {
            Ok(Box::new(snapshot.operations_by_user_data(user_data_128)?))
        })?;
        cursor.set(CursorHandle::make(this, Rows::Operations(kept))?);
    })
}

/// Reads the next accounts of a cursor.
///
/// Ownership: `accounts` is the caller's room for `capacity` records; `count` gets how many were
/// written: 0 when there are no more.
/// Threads: one at a time.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_cursor_accounts(
    cursor: *mut escrow_cursor,
    accounts: *mut Account,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(cursor, error), |this| {
        let (room, count) = (room(accounts, capacity, "accounts")?, output(count, "count")?);
        count.set(this.with(rows!(Accounts), |kept| kept.fill(room))?);
    })
}

/// Reads the next holds of a cursor.
///
/// Ownership: `holds` is the caller's room for `capacity` records; `count` gets how many were
/// written: 0 when there are no more.
/// Threads: one at a time.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_cursor_holds(
    cursor: *mut escrow_cursor,
    holds: *mut Hold,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(cursor, error), |this| {
        let (room, count) = (room(holds, capacity, "holds")?, output(count, "count")?);
        count.set(this.with(rows!(Holds), |kept| kept.fill(room))?);
    })
}

/// Reads the next operations of a cursor.
///
/// Ownership: `operations` is the caller's room for `capacity` records; `count` gets how many were
/// written: 0 when there are no more.
/// Threads: one at a time.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_cursor_operations(
    cursor: *mut escrow_cursor,
    operations: *mut escrow_operation_record,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(cursor, error), |this| {
        let room = room(operations, capacity, "operations")?;
        let count = output(count, "count")?;
        count.set(this.with(rows!(Operations), |kept| kept.fill(room))?);
    })
}

fn behind(id: Id) -> Option<Id> {
    Some(id).filter(|id| !id.is_zero())
}
