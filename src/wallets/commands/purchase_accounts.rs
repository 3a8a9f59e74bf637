//! Opening purchase accounts: no chain can hold that, so it is done before the first payment.

use super::Wallets;
use super::transaction::ReadTransaction;
use crate::model::{AccountFlags, Id, Status};
use crate::store::Result;
use crate::wallets::rules::purchase_account::{is_purchase_account, new_account, purchase_account};
use crate::wallets::rules::{Decision, Refusal, WalletStatus};

impl Wallets {
    /// The account through which the money of all card payments of a buyer passes in a ledger: see
    /// [`PURCHASE_CODE`](crate::wallet::PURCHASE_CODE). `buyer` is the person. It is opened by the
    /// first payment by card. What is available in it is owed to the buyer: leave its money to the
    /// commands of wallets, although the ledger does not keep the host from it.
    #[must_use]
    pub fn purchase_account(buyer: Id, ledger: u32) -> Id {
        purchase_account(buyer, ledger)
    }

    /// Carries out a command whose chain passes through a buyer's purchase account: opens it, if
    /// the command would be carried out with it. A zero buyer has none.
    pub(super) fn transact_from_purchase_account<A>(
        &self,
        lock: Id,
        (buyer, ledger): (Id, u32),
        mut judge: impl FnMut(&mut ReadTransaction) -> Result<Decision<A>>,
    ) -> Result<Result<A, Refusal>> {
        let mut reading = self.read()?;
        let known = reading.snapshot().account(purchase_account(buyer, ledger))?;
        if known.is_none() && !buyer.is_zero() {
            let found = judge(&mut reading)?;
            if !found.changes.operations.is_empty() || found.answer.is_ok() {
                let opened = self.open_purchase_account(buyer, ledger)?;
                if let Err(refusal) = opened {
                    return Ok(Err(refusal));
                }
            }
        }
        drop(reading);
        self.transact(lock, judge)
    }

    fn open_purchase_account(&self, buyer: Id, ledger: u32) -> Result<Result<(), Refusal>> {
        let account = new_account(buyer, ledger);
        let outcomes = self.shared.store.create_accounts(&[account])?;
        let status = outcomes.first().map_or(Status::APPLIED, |outcome| outcome.status);
        Ok(match status {
            Status::APPLIED | Status::EXISTS => Ok(()),
            // A later version may have opened it with more flags.
            status if status.is_repeat() => {
                let known = self.read()?.snapshot().account(account.id)?;
                let is_fit = known.is_some_and(|known| {
                    is_purchase_account(&known) && known.has(AccountFlags::SPEND_ONLY)
                });
                if is_fit { Ok(()) } else { Err(WalletStatus::ACCOUNT_MUST_FIT.into()) }
            }
            status => Err(Refusal::by_ledger(status)),
        })
    }
}
