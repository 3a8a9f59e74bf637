//! What a wallet command came to.

use super::handle::WalletsHandle;
use crate::arguments::output;
use crate::boundary::on;
use crate::number::escrow_u128;
use crate::opaque::escrow_wallets;
use crate::status::{Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::{ExceededLimit, Refusal};
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
    /// The limit that stood in the way of a payment, a top-up or a refund, where that is why: as a
    /// refusal that no tier lifts, `ESCROW_WALLET_EXCEEDS_LIMIT_PER_DAY` say; 0 for none.
    pub limit: u32,
    /// Zero.
    pub reserved: u32,
    /// That limit, in minor units of the wallet's ledger or as a number of payments: of the
    /// wallet's tier; of the highest tier, if none allows it; or the lower one that holds after a
    /// recovery.
    pub limit_most: escrow_u128,
    /// What counted against it before, of the owner's other wallets too where the policy counts
    /// them all.
    pub limit_counted: escrow_u128,
    /// The part of that which the owner's other wallets paid or hold.
    pub limit_elsewhere: escrow_u128,
}

impl From<Result<(), Refusal>> for escrow_wallet_outcome {
    fn from(judged: Result<(), Refusal>) -> Self {
        let Err(refusal) = judged else { return Self::zeroed() };
        let exceeded = refusal.exceeded;
        let units = |of: fn(ExceededLimit) -> u128| exceeded.map_or(0, of).into();
        Self {
            status: refusal.status.number(),
            ledger_outcome: refusal.ledger,
            until: refusal.until,
            tier: refusal.tier.into(),
            ledger_first_outcome: refusal.ledger_first,
            limit: exceeded.map_or(0, |one| one.limit.number()),
            reserved: 0,
            limit_most: units(|one| one.most),
            limit_counted: units(|one| one.counted),
            limit_elsewhere: units(|one| one.elsewhere),
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
