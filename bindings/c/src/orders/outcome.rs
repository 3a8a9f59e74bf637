//! What an order command came to, and queries that may be refused.

use super::handle::OrdersHandle;
use crate::arguments::{Plain, output, write_sized};
use crate::boundary::on;
use crate::opaque::{escrow_orders, escrow_rows};
use crate::status::{Result, escrow_error, escrow_status};
use crate::wallets::rows::RowsHandle;
use bytemuck::{Pod, Zeroable};
use escrow::order::{Action, Refusal, Stage};
use escrow::{Amount, Orders, Status};
use std::sync::Arc;

/// The command was carried out, and is durable.
pub const ESCROW_ORDER_DONE: u32 = 0;

/// What an order command came to. The caller's own; written whenever the call answers `ESCROW_OK`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_order_outcome {
    /// `ESCROW_ORDER_DONE`, or which law the command would have broken: `ESCROW_ORDER_*`.
    pub status: u32,
    /// For `ESCROW_ORDER_REFUSED_BY_LEDGER`: what the ledger said, `ESCROW_OUTCOME_*`.
    pub ledger_outcome: Status,
    /// The stage of the part, where that is why: `ESCROW_STAGE_*`; 0 otherwise.
    pub stage: u32,
    /// For `ESCROW_ORDER_REFUSED_BY_WALLET`: which law of wallets, `ESCROW_WALLET_*`; 0 otherwise.
    pub wallet_status: u32,
    /// What this actor can do in that stage: for each action the bit `1 << ESCROW_ACTION_*`, so that
    /// `possible >> ESCROW_ACTION_CLAIM & 1` is 1 if a claim is possible.
    pub possible: u64,
    /// For `ESCROW_ORDER_TENDER_FALLS_SHORT`: how much more was asked for; 0 otherwise.
    pub missing: Amount,
    /// Zero.
    pub reserved_more: [u64; 3],
}

impl From<Result<(), Refusal>> for escrow_order_outcome {
    fn from(judged: Result<(), Refusal>) -> Self {
        let Err(refusal) = judged else { return Self::zeroed() };
        Self {
            status: refusal.status.number(),
            ledger_outcome: refusal.ledger,
            stage: refusal.stage.map_or(0, number_of_stage),
            possible: bits_of(&refusal.possible),
            missing: refusal.missing,
            wallet_status: refusal.wallet.map_or(0, |wallet| wallet.status.number()),
            ..Self::zeroed()
        }
    }
}

const _: () = {
    let mut place = 0;
    while place < Action::ALL.len() {
        assert!(Action::ALL[place].number() < 64, "each action is a bit of 64");
        place += 1;
    }
};

/// Actions as bits.
pub(crate) fn bits_of(actions: &[Action]) -> u64 {
    actions.iter().fold(0, |bits, action| bits | 1 << action.number())
}

/// The number of a stage, for maps.
pub(crate) fn number_of_stage(stage: Stage) -> u32 {
    stage.number().into()
}

/// Carries out a command and says what it came to. `call` writes the outputs of a command that was
/// done, and of no other.
///
/// # Safety
/// As [`on`]; `outcome` is NULL or leads to room for one.
pub(crate) unsafe fn judged_command(
    orders: *mut escrow_orders,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
    call: impl FnOnce(&Orders) -> Result<Result<(), Refusal>>,
) -> escrow_status {
    // SAFETY: the caller's promise is the same.
    unsafe {
        on(orders, error, |this: &Arc<OrdersHandle>| {
            let outcome = output(outcome, "outcome")?;
            outcome.set(call(&this.orders)?.into());
            Ok(())
        })
    }
}

/// Writes what a command came to into the caller's struct, if it was done.
///
/// # Safety
/// As [`write_sized`].
pub(crate) unsafe fn written<T: Plain>(
    room: *mut T,
    judged: Result<impl Into<T>, Refusal>,
    name: &str,
) -> Result<Result<(), Refusal>> {
    match judged {
        // SAFETY: the caller's promise is the same.
        Ok(done) => unsafe { write_sized(room, done.into(), name) }.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Answers a query that may be refused: the outcome says so, and there are no rows then.
///
/// # Safety
/// As [`judged_command`]; `rows` is NULL or leads to room for a handle.
pub(crate) unsafe fn judged_query<T: Send + Sync + 'static>(
    orders: *mut escrow_orders,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
    call: impl FnOnce(&Orders) -> Result<Result<Vec<T>, Refusal>>,
) -> escrow_status {
    // SAFETY: the caller's promise is the same.
    unsafe {
        on(orders, error, |this: &Arc<OrdersHandle>| {
            let (rows, outcome) = (output(rows, "rows")?, output(outcome, "outcome")?);
            let judged = match call(&this.orders)? {
                Ok(found) => {
                    rows.set(RowsHandle::make(&this.parent, found)?);
                    Ok(())
                }
                Err(refusal) => Err(refusal),
            };
            outcome.set(judged.into());
            Ok(())
        })
    }
}
