//! Refusals: values that say which law stood in the way, and what would help.

use super::WalletStatus;
use crate::model::{Outcome, Status, Timestamp};
use std::fmt;

/// Why a command was not carried out. Nothing of it was done, apart from counting failures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The law.
    pub status: WalletStatus,
    /// When it can be tried again; [`Timestamp::NONE`] where time does not help.
    pub until: Timestamp,
    /// The tier of verification that would allow it; 0 where none would.
    pub tier: u8,
    /// For [`WalletStatus::REFUSED_BY_LEDGER`]: what the ledger said. Otherwise applied.
    pub ledger: Status,
    /// Where `ledger` is about an operation that was sent before, such as
    /// [`Status::ID_ALREADY_FAILED`]: what became of it the first time. Otherwise as `ledger`.
    pub ledger_first: Status,
    /// The limit that stood in the way of a payment, a top-up or a refund, and what counted against
    /// it, where that is why.
    pub exceeded: Option<ExceededLimit>,
}

/// A limit that stood in the way, and what counted against it: in minor units of the wallet's
/// ledger, or as a number of payments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ExceededLimit {
    /// Which one, as the refusal would say if no tier lifted it: `exceeds_limit_per_day`, say.
    pub limit: WalletStatus,
    /// The limit: of the wallet's tier; of the highest tier, if none allows it; or the lower one
    /// that holds after a recovery.
    pub most: u128,
    /// What counted before, of other wallets too where the policy counts them all.
    pub counted: u128,
    /// The part of `counted` that the owner's other wallets paid or hold.
    pub elsewhere: u128,
}

impl Refusal {
    /// Refused by this law.
    #[must_use]
    pub const fn of(status: WalletStatus) -> Self {
        let applied = Status::APPLIED;
        let (until, tier, exceeded) = (Timestamp::NONE, 0, None);
        Self { status, until, tier, ledger: applied, ledger_first: applied, exceeded }
    }

    /// Refused by this law until a time.
    #[must_use]
    pub const fn until(status: WalletStatus, until: Timestamp) -> Self {
        Self { until, ..Self::of(status) }
    }

    /// Refused by the ledger.
    #[must_use]
    pub const fn by_ledger(ledger: Status) -> Self {
        Self { ledger, ledger_first: ledger, ..Self::of(WalletStatus::REFUSED_BY_LEDGER) }
    }

    /// Refused by the ledger, which said this.
    pub(crate) const fn by_outcome(outcome: &Outcome) -> Self {
        Self { ledger_first: outcome.first_status, ..Self::by_ledger(outcome.status) }
    }
}

impl From<WalletStatus> for Refusal {
    fn from(status: WalletStatus) -> Self {
        Self::of(status)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.status)?;
        if let Some(advice) = self.status.advice() {
            write!(formatter, ": {advice}")?;
        }
        if self.status == WalletStatus::REFUSED_BY_LEDGER {
            write!(formatter, ": {}", self.ledger)?;
        }
        if self.ledger_first != self.ledger {
            write!(formatter, ": the first time it was {}", self.ledger_first)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// Refuses with this status if the law is broken.
pub(crate) fn refuse_if(broken: bool, status: WalletStatus) -> Result<(), Refusal> {
    if broken { Err(Refusal::of(status)) } else { Ok(()) }
}
