//! What a wallet command came to.

use super::handle::WalletsHandle;
use crate::arguments::output;
use crate::boundary::on;
use crate::opaque::escrow_wallets;
use crate::status::{Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::Refusal;
use escrow::{Status, Timestamp, Wallets};
use std::sync::Arc;

/// The command was carried out, and is durable.
pub const ESCROW_WALLET_DONE: u32 = 0;

/// What a wallet command came to. The caller's own; written whenever the call answers `ESCROW_OK`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_wallet_outcome {
    /// `ESCROW_WALLET_DONE`, or which law the command would have broken: `ESCROW_WALLET_*`.
    pub status: u32,
    /// For `ESCROW_WALLET_REFUSED_BY_LEDGER`: what the ledger said, `ESCROW_OUTCOME_*`.
    pub ledger_outcome: Status,
    /// When it can be tried again; 0 where time does not help.
    pub until: Timestamp,
    /// The tier of verification that would allow it; 0 where none would.
    pub tier: u32,
    /// Where `ledger_outcome` is about an operation that was sent before, such as
    /// `ESCROW_OUTCOME_ID_ALREADY_FAILED`: what became of it the first time. Otherwise as
    /// `ledger_outcome`.
    pub ledger_first_outcome: Status,
}

impl From<Result<(), Refusal>> for escrow_wallet_outcome {
    fn from(judged: Result<(), Refusal>) -> Self {
        let Err(refusal) = judged else { return Self::zeroed() };
        Self {
            status: refusal.status.number(),
            ledger_outcome: refusal.ledger,
            until: refusal.until,
            tier: refusal.tier.into(),
            ledger_first_outcome: refusal.ledger_first,
        }
    }
}

/// Carries out a command and says what it came to. `call` writes the outputs of a command that was
/// done, and of no other.
///
/// # Safety
/// As [`on`]; `outcome` is NULL or leads to room for one.
pub(crate) unsafe fn command(
    wallets: *mut escrow_wallets,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
    call: impl FnOnce(&Wallets) -> Result<Result<(), Refusal>>,
) -> escrow_status {
    // SAFETY: the caller's promise is the same.
    unsafe {
        on(wallets, error, |this: &Arc<WalletsHandle>| {
            let outcome = output(outcome, "outcome")?;
            outcome.set(call(&this.wallets)?.into());
            Ok(())
        })
    }
}
