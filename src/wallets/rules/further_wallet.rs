//! A further wallet of a person who has one, in another ledger.
//!
//! It has a payment password, a tier and cards of its own. What was agreed to once holds for it
//! too, if it still counts.

use super::WalletStatus;
use super::policy::Registration;
use super::refusal::{Refusal, refuse_if};
use super::registration::{NewWallet, missing_consents};
use super::rows::{AccountRow, PersonRow, PersonState, WalletRow, WalletState};
use crate::model::Timestamp;

/// What opening a further wallet depends on.
pub(crate) struct Further<'rows> {
    pub(crate) person: &'rows PersonRow,
    /// The wallets that the person has, closed ones too.
    pub(crate) others: &'rows [WalletRow],
    /// What has the ids already.
    pub(crate) wallet: Option<WalletRow>,
    pub(crate) account: Option<AccountRow>,
}

impl Further<'_> {
    /// Whether the wallet may be opened. Nobody gets round a frozen wallet by another one.
    pub(crate) fn check(&self, new: &NewWallet, policy: &Registration) -> Result<(), Refusal> {
        let is_active = self.person.state == PersonState::Active;
        refuse_if(!is_active, WalletStatus::PERSON_MUST_BE_ACTIVE)?;
        let any = |state| self.others.iter().any(|wallet| wallet.state == state);
        let is_held = any(WalletState::Frozen) || !any(WalletState::Active);
        refuse_if(is_held, WalletStatus::WALLET_MUST_BE_ACTIVE)?;
        let is_missing = missing_consents(self.person, policy).next().is_some();
        refuse_if(is_missing, WalletStatus::CONSENT_MUST_BE_GIVEN)?;
        let is_second = self.others.iter().any(|wallet| wallet.ledger == new.ledger);
        refuse_if(is_second, WalletStatus::WALLET_EXISTS_IN_LEDGER)?;
        refuse_if(self.wallet.is_some(), WalletStatus::WALLET_EXISTS)?;
        refuse_if(self.account.is_some(), WalletStatus::ACCOUNT_MUST_FIT)
    }

    /// Lower limits last as long as in any other wallet: a thief would open a fresh one.
    pub(crate) fn cooldown_until(&self) -> Timestamp {
        let until = self.others.iter().map(|wallet| wallet.cooldown_until);
        until.max().unwrap_or(Timestamp::NONE)
    }
}
