//! Rows: what a query about wallets or orders found, with all texts that are pointed to.

use super::handle::WalletsHandle;
use super::outcome::escrow_wallet_outcome;
use crate::arguments::{Plain, output, write_sized};
use crate::boundary::{call, free, on};
use crate::handle::{self, Handle, HandleType};
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use crate::store::StoreHandle;
use escrow::Wallets;
use escrow::wallet::Refusal;
use std::any::Any;
use std::sync::Arc;

/// What an `escrow_rows` stands for.
pub(crate) struct RowsHandle {
    /// A `Vec` of one kind of row.
    rows: Box<dyn Any + Send + Sync>,
    count: usize,
    /// The store, and not what was asked: that may be freed and opened again while rows are read.
    parent: Arc<StoreHandle>,
}

impl Handle for escrow_rows {
    type HandleType = RowsHandle;
}

impl HandleType for RowsHandle {
    type Handle = escrow_rows;
    const NAME: &'static str = "rows";

    fn check(&self) -> Result<()> {
        self.parent.check()
    }

    fn poison(&self) {
        self.parent.poison();
    }
}

impl RowsHandle {
    /// Rows of what came from this store.
    pub(crate) fn make<T: Send + Sync + 'static>(
        parent: &Arc<StoreHandle>,
        rows: Vec<T>,
    ) -> Result<*mut escrow_rows> {
        let (count, parent) = (rows.len(), Arc::clone(parent));
        handle::make(Arc::new(Self { rows: Box::new(rows), count, parent }))
    }

    /// One row, if it is of this kind.
    pub(crate) fn row<T: 'static>(&self, index: usize) -> Result<&T> {
        let rows = self.rows.downcast_ref::<Vec<T>>();
        let rows = rows.ok_or_else(|| Failure::invalid("these rows are of another kind"))?;
        rows.get(index).ok_or_else(|| {
            Failure::invalid(format!("there is no row {index}: there are {}", rows.len()))
        })
    }
}

/// Answers a query by rows.
///
/// # Safety
/// As [`on`]; `rows` is NULL or leads to room for a handle.
pub(crate) unsafe fn query<T: Send + Sync + 'static>(
    wallets: *mut escrow_wallets,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
    call: impl FnOnce(&Wallets) -> Result<Vec<T>>,
) -> escrow_status {
    // SAFETY: the caller's promise is the same.
    unsafe {
        on(wallets, error, |this: &Arc<WalletsHandle>| {
            let rows = output(rows, "rows")?;
            rows.set(RowsHandle::make(&this.parent, call(&this.wallets)?)?);
            Ok(())
        })
    }
}

/// Answers a query that may be refused: the outcome says so, and there are no rows then.
///
/// # Safety
/// As [`query`] and [`command`](super::outcome::command).
pub(crate) unsafe fn judged_query<T: Send + Sync + 'static>(
    wallets: *mut escrow_wallets,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
    call: impl FnOnce(&Wallets) -> Result<Result<Vec<T>, Refusal>>,
) -> escrow_status {
    // SAFETY: the caller's promise is the same.
    unsafe {
        on(wallets, error, |this: &Arc<WalletsHandle>| {
            let (rows, outcome) = (output(rows, "rows")?, output(outcome, "outcome")?);
            let judged = call(&this.wallets)?;
            outcome.set(judged.as_ref().map(drop).map_err(|refusal| *refusal).into());
            if let Ok(found) = judged {
                rows.set(RowsHandle::make(&this.parent, found)?);
            }
            Ok(())
        })
    }
}

/// Shows one row in a struct of the caller's that begins with its size.
///
/// # Safety
/// As [`on`] and [`write_sized`].
pub(crate) unsafe fn show<T: 'static, C: Plain>(
    rows: *mut escrow_rows,
    index: usize,
    target: *mut C,
    name: &'static str,
    error: *mut escrow_error,
    show: impl FnOnce(&T) -> Result<C>,
) -> escrow_status {
    // SAFETY: the caller's promise is the same.
    unsafe {
        on(rows, error, |this: &Arc<RowsHandle>| write_sized(target, show(this.row(index)?)?, name))
    }
}

/// Gives how many rows there are.
///
/// Ownership: `count` gets their number.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_rows_count(
    rows: *mut escrow_rows,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(rows, error), |this| {
        output(count, "count")?.set(this.count);
    })
}

/// Frees rows, and wipes what is personal or secret in them.
///
/// Ownership: `rows` is no handle any more, and no text of its rows may be read. NULL is let be,
/// and so is what was freed before.
/// Threads: any, when no thread reads the texts.
/// Errors: none. In a forked child nothing is done.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_rows_free(rows: *mut escrow_rows) {
    free::<RowsHandle>(rows);
}
