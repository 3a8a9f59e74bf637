//! Registering buyers and sellers, and keeping policies: what no chain can hold, done before the
//! first order.

use super::Orders;
use super::transaction::Changes;
use crate::model::policy_hash::PolicyHash;
use crate::model::{Account, Id, Status};
use crate::orders::rules::parties::{
    buyer_account, new_buyer_account, new_seller_account, seller_account,
};
use crate::orders::rules::rows::{PolicyRow, RULES};
use crate::orders::rules::{OrderStatus, Policy, Refusal};
use crate::store::{Error, Result};

impl Orders {
    /// The account through which the money of a buyer's orders passes in a ledger. What it has
    /// available is due to the sources of that money. The host has no access to it.
    #[must_use]
    pub fn buyer_account(buyer: Id, ledger: u32) -> Id {
        buyer_account(buyer, ledger)
    }

    /// The account that the earnings of a seller come to in a ledger. Its money is the host's to
    /// pay out.
    #[must_use]
    pub fn seller_account(seller: Id, ledger: u32) -> Id {
        seller_account(seller, ledger)
    }

    /// Opens the account of a buyer in a ledger. Again, it changes nothing.
    ///
    /// Refused: `id_must_be_valid`; `refused_by_ledger` if there is no such ledger;
    /// `account_must_fit` if the host has opened an account with that id.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn register_buyer(&self, buyer: Id, ledger: u32) -> Result<Result<(), Refusal>> {
        self.register(buyer, new_buyer_account(buyer, ledger))
    }

    /// Opens the account of a seller in a ledger. Again, it changes nothing.
    ///
    /// Refused as [`Orders::register_buyer`].
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn register_seller(&self, seller: Id, ledger: u32) -> Result<Result<(), Refusal>> {
        self.register(seller, new_seller_account(seller, ledger))
    }

    fn register(&self, who: Id, account: Account) -> Result<Result<(), Refusal>> {
        if who.is_zero() || who.is_max() {
            return Ok(Err(Refusal::of(OrderStatus::ID_MUST_BE_VALID)));
        }
        let outcomes = self.shared.store.create_accounts(&[account])?;
        let status = outcomes.first().map_or(Status::APPLIED, |outcome| outcome.status);
        Ok(match status {
            Status::APPLIED | Status::EXISTS => Ok(()),
            status if status.is_repeat() => Err(Refusal::of(OrderStatus::ACCOUNT_MUST_FIT)),
            status => Err(Refusal::by_ledger(status)),
        })
    }

    /// Keeps a policy for ever, under its hash, which the terms of orders name.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if [`Policy::check`] refuses it; as [`Orders`] says.
    pub fn keep_policy(&self, policy: &Policy) -> Result<PolicyHash> {
        policy.check().map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let unwritten = |error: serde_json::Error| Error::InvalidArgument(error.to_string());
        let (hash, json) = (policy.hash(), serde_json::to_string(policy).map_err(unwritten)?);
        let row = PolicyRow { rules: RULES, json };
        let kept = self.transact(Id::from_u128(1), |reading| {
            let mut changes = Changes::default();
            if reading.get_alone::<PolicyRow>(&hash)?.is_none() {
                changes.put(&hash, &row)?;
            }
            Ok((changes, hash))
        })?;
        kept.map_err(|refusal| Error::Corrupt(format!("a policy was refused: {refusal}")))
    }

    /// The policy that the store keeps under this hash.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn policy(&self, hash: PolicyHash) -> Result<Option<Policy>> {
        let reading = self.shared.chains.read()?;
        let found = self.shared.policies.find(&reading, hash)?;
        Ok(found.map(|policy| Policy::clone(&policy)))
    }
}
