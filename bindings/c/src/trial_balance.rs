//! The trial balance.

use crate::arguments::{output, room};
use crate::boundary::{call, on};
use crate::opaque::escrow_snapshot;
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{Balances, Ledger, TrialBalanceRow};

/// The sums over the accounts of one ledger.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_trial_balance {
    /// Which ledger.
    pub ledger: Ledger,
    /// The sums over all its accounts.
    pub totals: Balances,
    /// 1 if debits equal credits, posted and pending, and agree with the sums that the ledger itself
    /// keeps.
    pub is_balanced: u32,
    /// Zero.
    pub reserved: u32,
}

/// The sums over the accounts of one code.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_trial_balance_row {
    /// The sums of their balances.
    pub balances: Balances,
    /// How many accounts they are.
    pub accounts: u64,
    /// The code of the accounts.
    pub code: u32,
    /// Zero.
    pub reserved: u32,
}

/// Draws the trial balance of a ledger: do the books balance? One row for each code of the caller's
/// chart of accounts, by code. Reads every account.
///
/// Ownership: `rows` is the caller's room for `capacity` records; `count` gets how many there are,
/// also with `ESCROW_BUFFER_TOO_SMALL`. `balance` gets the totals.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such ledger; `ESCROW_BUFFER_TOO_SMALL`,
/// `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_trial_balance(
    snapshot: *mut escrow_snapshot,
    ledger: u32,
    balance: *mut escrow_trial_balance,
    rows: *mut escrow_trial_balance_row,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let (balance, count) = (output(balance, "balance")?, output(count, "count")?);
        let rows = room(rows, capacity, "rows")?;
        let drawn = this.snapshot.trial_balance(ledger)?;
        let drawn_rows: Vec<_> = drawn.rows.iter().map(Into::into).collect();
        rows.fill(count, &drawn_rows)?;
        balance.set(escrow_trial_balance {
            ledger: drawn.ledger,
            totals: drawn.totals,
            is_balanced: drawn.is_balanced().into(),
            reserved: 0,
        });
    })
}

impl From<&TrialBalanceRow> for escrow_trial_balance_row {
    fn from(row: &TrialBalanceRow) -> Self {
        let TrialBalanceRow { code, accounts, balances, .. } = *row;
        Self { balances, accounts, code: code.into(), reserved: 0 }
    }
}
