//! Giving up what is left in a wallet: the owner states it, with her payment password.

use super::Wallets;
use super::transaction::ReadTransaction;
use crate::model::{Amount, Id, Operation};
use crate::store::{Error, Result};
use crate::wallets::rules::chargeback::is_loss_account;
use crate::wallets::rules::payment::Payer;
use crate::wallets::rules::rows::WalletRow;
use crate::wallets::rules::waiver::{Waiver, WaiverRow};
use crate::wallets::rules::{
    Actor, AuditEntry, Command, LetterKind, Refusal, WalletStatus, WriteSet,
};

impl Wallets {
    /// Gives up what is left in a wallet: its owner states by her payment password that she does,
    /// up to an amount. What lies there, or that much if it is more, goes to the account that was
    /// named when the wallets were opened
    /// ([`WalletOptions::waiver_account`](super::WalletOptions::waiver_account)); money in escrow
    /// is not touched. Gives how much it was. The trail and her export remember the amount and the
    /// version of the text that she was shown; she is told by every channel. Sent again, it changes
    /// nothing.
    ///
    /// Nobody can be made to: whether a waiver is good, and whether it is taxed, is for the law of
    /// the country.
    ///
    /// Refused: `credentials_must_match`, `credential_is_locked`, `waiver_is_off`,
    /// `wallet_must_be_active`, `wallet_is_empty`, `amount_must_be_valid`, `text_must_be_valid`,
    /// `id_must_be_valid`; `refused_by_ledger`, also if the id stands for something else.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn waive(&self, waiver: &Waiver<'_>, password: &str) -> Result<Result<Amount, Refusal>> {
        if let Err(refusal) = waiver.check() {
            return Ok(Err(refusal));
        }
        self.authorise_by_password(waiver.wallet, password, |reading, _| {
            self.waived(reading, waiver)
        })
    }

    /// The changes by which money is given up, and how much. The password was right.
    fn waived(
        &self,
        reading: &mut ReadTransaction,
        waiver: &Waiver<'_>,
    ) -> Result<Result<(WriteSet, Amount), Refusal>> {
        let refused = |status: WalletStatus| Ok(Err(Refusal::of(status)));
        if let Some(made) = reading.get::<WaiverRow>(&waiver.id)? {
            return Ok(waiver.repeated(&made).map(|amount| (WriteSet::default(), amount)));
        }
        let Some(row) = reading.get::<WalletRow>(&waiver.wallet)? else {
            return refused(WalletStatus::WALLET_NOT_FOUND);
        };
        let now = reading.now();
        if let Err(refusal) = (Payer { wallet: &row, now }).check_active() {
            return Ok(Err(refusal));
        }
        let Some(&account) = self.shared.waiver_accounts.get(&row.ledger) else {
            return refused(WalletStatus::WAIVER_IS_OFF);
        };
        let amount = self.available(reading, &row)?.min(waiver.amount_max);
        if amount.is_zero() {
            return refused(WalletStatus::WALLET_IS_EMPTY);
        }
        let (money, most) =
            (reading.money(row.ledger, amount)?, reading.money(row.ledger, waiver.amount_max)?);
        let version = waiver.version;
        let detail = format!("{money} of {most} at most to account {account}; text {version}");
        let (command, actor) = (Command::WAIVE_BALANCE, Actor::Customer);
        let entry = AuditEntry::new(waiver.wallet, command, &actor, now);
        let mut changes = WriteSet::of(entry.about(waiver.id).detail(detail));
        let told = (LetterKind::BALANCE_WAIVED, waiver.wallet);
        self.tell_with_or_without_key(reading, &mut changes, row.person, told)?;
        let made = WaiverRow {
            wallet: waiver.wallet,
            ledger: row.ledger,
            amount: amount.minor_units(),
            amount_max: waiver.amount_max.minor_units(),
            version: version.to_owned(),
            account,
            at: now,
        };
        changes.put(&waiver.id, &made);
        let moved = Operation::transfer(waiver.id, row.account, account, row.ledger, amount);
        changes.operation(moved);
        Ok(Ok((changes, amount)))
    }

    /// What can be taken out of a wallet now.
    pub(super) fn available(&self, reading: &ReadTransaction, row: &WalletRow) -> Result<Amount> {
        let account = reading.snapshot().account(row.account)?;
        Ok(account.map_or(Amount::ZERO, |account| account.balances.available()))
    }

    /// Refuses waiver accounts that do not exist, or are none.
    pub(super) fn check_waiver_accounts(&self) -> Result<()> {
        let reading = self.read()?;
        for (&ledger, &id) in &self.shared.waiver_accounts {
            let account = reading.snapshot().account(id)?;
            if !account.is_some_and(|account| is_loss_account(&account, ledger)) {
                return Err(Error::InvalidArgument(no_waiver_account(ledger, id)));
            }
        }
        Ok(())
    }
}

fn no_waiver_account(ledger: u32, id: Id) -> String {
    format!(
        "account {id} cannot take what owners of ledger {ledger} give up: it must exist there, and \
         be neither external nor spend_only nor managed"
    )
}
