//! Wallets and the accounts of the ledger that hold their money.

use super::{Row, RowTable, Space};
use crate::model::{Id, Timestamp};
use serde::{Deserialize, Serialize};

/// A wallet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct WalletRow {
    pub(crate) person: Id,
    /// Its account, `spend_only`.
    pub(crate) account: Id,
    pub(crate) ledger: u32,
    pub(crate) state: WalletState,
    /// How far its owner is verified; 0 for not at all.
    pub(crate) tier: u8,
    /// When the tier ends; [`Timestamp::NONE`] for never.
    pub(crate) tier_until: Timestamp,
    pub(crate) created_at: Timestamp,
    /// Refunds go to the wallet.
    pub(crate) refunds_to_wallet: bool,
    /// After a recovery lower limits apply until then.
    pub(crate) cooldown_until: Timestamp,
    /// The recovery case that is under way; zero for none.
    pub(crate) recovery: Id,
}

impl Row for WalletRow {
    const TABLE: RowTable = RowTable::new(Space::Wallet);
    type Key = Id;
    const STANDS_FOR_OTHERS: bool = true;
}

/// What may be done with a wallet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WalletState {
    /// Everything that its tier allows.
    Active,
    /// No new business; what is in escrow is still settled.
    Frozen,
    /// Nothing more, ever.
    Closed,
}

impl WalletState {
    /// As the trail says it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Frozen => "frozen",
            Self::Closed => "closed",
        }
    }
}

/// Which wallet an account of the ledger belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct AccountRow {
    pub(crate) wallet: Id,
}

impl Row for AccountRow {
    const TABLE: RowTable = RowTable::new(Space::Account);
    type Key = Id;
}
