//! Waivers: an owner states, with her payment password, that she gives up what is left in her
//! wallet.
//!
//! It says how much at most, and under which version of the text that she was shown. What lies in
//! the wallet up to that goes to an account that the host named when the wallets were opened.

use super::WalletStatus;
use super::contact::check_name;
use super::policy::CONSENT_BYTES_MAX;
use super::refusal::{Refusal, refuse_if};
use super::rows::{Row, RowTable, Space};
use crate::model::{Amount, Id, Status, Timestamp};
use serde::{Deserialize, Serialize};

/// What an owner gives up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiver<'call> {
    /// The id of the transfer that it becomes. It makes the waiver idempotent.
    pub id: Id,
    /// The wallet.
    pub wallet: Id,
    /// The most that she gives up: what she was shown.
    pub amount_max: Amount,
    /// The version of the text that she agreed to, in 1 to 64 of letters, digits, `.`, `_` and `-`.
    pub version: &'call str,
}

/// A waiver that was carried out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct WaiverRow {
    pub(crate) wallet: Id,
    pub(crate) ledger: u32,
    /// What she gave up.
    pub(crate) amount: u128,
    /// The most that she wanted to give up.
    pub(crate) amount_max: u128,
    pub(crate) version: String,
    /// Where it went.
    pub(crate) account: Id,
    pub(crate) at: Timestamp,
}

impl Row for WaiverRow {
    const TABLE: RowTable = RowTable::new(Space::Waiver);
    /// The transfer.
    type Key = Id;
}

impl Waiver<'_> {
    /// Refuses what no wallet can be asked.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let is_id = !self.id.is_zero() && !self.id.is_max();
        refuse_if(!is_id, WalletStatus::ID_MUST_BE_VALID)?;
        let is_amount = self.amount_max.is_valid() && !self.amount_max.is_zero();
        refuse_if(!is_amount, WalletStatus::AMOUNT_MUST_BE_VALID)?;
        check_name(self.version, CONSENT_BYTES_MAX)
    }

    /// What such a waiver gave up before; refused if it was another one.
    pub(crate) fn repeated(&self, made: &WaiverRow) -> Result<Amount, Refusal> {
        let is_same = made.wallet == self.wallet
            && made.amount_max == self.amount_max.minor_units()
            && made.version == self.version;
        match is_same {
            true => Ok(Amount::new(made.amount).unwrap_or(Amount::MAX)),
            false => Err(Refusal::by_ledger(Status::EXISTS)),
        }
    }
}
