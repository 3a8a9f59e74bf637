//! Outcomes: what the store answers to an operation.

use super::{Amount, Balances, Status, Timestamp};
use bytemuck::{Pod, Zeroable};

/// The answer to one operation. 208 bytes, no padding.
///
/// Carries the balances after the operation, so that no second call is needed to learn them. For
/// an operation that was refused they are the balances that it met, where its accounts exist.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Pod, Zeroable)]
pub struct Outcome {
    /// When it was decided: unique, and its sequence number in the event feed. For `exists` and
    /// `id_already_failed` the first time. Zero if the operation left no trace.
    pub timestamp: Timestamp,
    /// What became of it; [`Status::APPLIED`] or the law that it would have broken.
    pub status: Status,
    /// For `exists` and `id_already_failed`: what became of it the first time. Otherwise `status`.
    pub first_status: Status,
    /// What really moved; for `final` releases without the part that went back to the payer.
    pub amount: Amount,
    /// The commission that was taken out of `amount`, or given back by a reversal.
    pub fee: Amount,
    /// What is left in the hold.
    pub held: Amount,
    /// `put`, `delete`: the version that the document now has, or the one that stood in the way;
    /// zero if there is no document.
    pub version: u64,
    /// Zero.
    pub reserved: u64,
    /// The debit account or payer. For operations on an account: that account.
    pub debit: Balances,
    /// The credit account, payee or other receiver.
    pub credit: Balances,
}

const _: () = assert!(size_of::<Outcome>() == 208 && align_of::<Outcome>() == 8);

impl Outcome {
    /// An outcome of this status, all else zero.
    #[must_use]
    pub fn of(status: Status) -> Self {
        Self { status, first_status: status, ..Self::zeroed() }
    }

    /// Whether the operation is done: now, or by an earlier submission of the same id.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self.status, Status::APPLIED | Status::EXISTS)
    }
}
