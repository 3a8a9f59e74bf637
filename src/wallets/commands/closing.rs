//! Freezing, unfreezing and closing a wallet together with its account.

use super::Wallets;
use super::transaction::ReadTransaction;
use super::words::time;
use crate::model::{Account, AccountFlags as Flags, Id, Operation, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::card_payment::CardPaymentRow;
use crate::wallets::rules::closing;
use crate::wallets::rules::purchase_account::purchase_account;
use crate::wallets::rules::rows::{Agenda, AgendaList, PersonRow, WalletRow};
use crate::wallets::rules::{
    Actor, AuditEntry, CardPaymentState, Command, Decision, LetterKind, Refusal, WalletStatus,
    WriteSet,
};

impl Wallets {
    /// Freezes a wallet and its account: nothing new can be paid, but money in escrow is still
    /// settled. The customer is told.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn freeze_wallet(&self, wallet: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.change_wallet(wallet, Command::FREEZE_WALLET, actor, |_, changes, row, account| {
            let frozen = closing::freeze(row, actor)?;
            if !account.has(Flags::FROZEN) {
                changes.operation(Operation::freeze(Id::new(), account.id));
            }
            Ok(frozen)
        })
    }

    /// Makes a frozen wallet and its account usable again.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn unfreeze_wallet(&self, wallet: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.change_wallet(wallet, Command::UNFREEZE_WALLET, actor, |_, changes, row, account| {
            let active = closing::unfreeze(row, actor)?;
            if account.has(Flags::FROZEN) {
                changes.operation(Operation::unfreeze(Id::new(), account.id));
            }
            Ok(active)
        })
    }

    /// Closes a frozen, empty wallet and its account for good: nothing of it is in escrow, no card
    /// is being charged, and no money of its cards lies in escrow, in suspense, or waits to be
    /// refunded. Its owner's data is kept for
    /// as long as the policy says.
    ///
    /// Refused: `wallet_is_not_frozen`, `wallet_already_closed`, `wallet_must_be_empty`,
    /// `wallet_has_open_payments`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn close_wallet(&self, wallet: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.change_wallet(wallet, Command::CLOSE_WALLET, actor, |_, changes, row, account| {
            let closed = closing::close(row, account, actor)?;
            if !account.has(Flags::CLOSED) {
                changes.operation(Operation::close(Id::new(), account.id));
            }
            Ok(closed)
        })
    }

    /// Changes a wallet by a rule, which may give the ledger something to do.
    fn change_wallet(
        &self,
        wallet: Id,
        command: Command,
        actor: &Actor,
        rule: impl Fn(Timestamp, &mut WriteSet, WalletRow, &Account) -> Result<WalletRow, Refusal>,
    ) -> Result<Result<(), Refusal>> {
        let changed = self.transact(wallet, |reading| {
            if let Err(refusal) = self.admit_staff(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let now = reading.now();
            let Some(row) = reading.get::<WalletRow>(&wallet)? else {
                return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
            };
            let account = self.account_of(reading, wallet, &row)?;
            let (mut changes, before) = (WriteSet::default(), row.state);
            let changed = match rule(now, &mut changes, row, &account) {
                Ok(changed) => changed,
                Err(refusal) => return Ok(refusal.into()),
            };
            let detail = from_to("wallet", before.word(), changed.state.word());
            changes.audit.push(AuditEntry::new(wallet, command, actor, now).detail(detail));
            if command == Command::FREEZE_WALLET {
                let told = (LetterKind::WALLET_FROZEN, wallet);
                self.tell_with_or_without_key(reading, &mut changes, changed.person, told)?;
            }
            if command == Command::CLOSE_WALLET
                && self.has_open_payments(reading, wallet, &changed)?
            {
                return Ok(Refusal::of(WalletStatus::WALLET_HAS_OPEN_PAYMENTS).into());
            }
            if command == Command::CLOSE_WALLET
                && let Some(owner) = reading.get::<PersonRow>(&changed.person)?
            {
                let keep = self.identity().retention.after_closing_seconds;
                let term = owner.term.max(now.plus_seconds(keep));
                let retain_until = owner.retain_until.max(term);
                let detail = from_to("retention", time(owner.retain_until), time(retain_until));
                let entry = AuditEntry::new(changed.person, Command::SET_RETENTION, actor, now);
                changes.audit.push(entry.about(wallet).detail(detail));
                changes.put(
                    &changed.person,
                    &PersonRow { retain_until, term, proposed: None, ..owner },
                );
            }
            changes.put(&wallet, &changed);
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted((wallet, command, Id::ZERO), actor, changed)
    }

    /// Whether money is on its way that may come back to the wallet: a card is being charged, or
    /// its money lies in escrow, in suspense, or waits to be refunded. The wallet's account itself
    /// knows what of its own money is in escrow.
    fn has_open_payments(
        &self,
        reading: &ReadTransaction,
        wallet: Id,
        row: &WalletRow,
    ) -> Result<bool> {
        let through = purchase_account(row.person, row.ledger);
        let by_card = reading.snapshot().account(through)?;
        if by_card.is_some_and(|one| one.balances.net() != 0 || one.open_holds != 0) {
            return Ok(true);
        }
        for entry in reading.scan::<AuditEntry>(&wallet.to_bytes(), None) {
            let (_, entry) = entry?;
            let begins = [Command::BEGIN_CARD_PAYMENT, Command::BEGIN_NEW_CARD_PAYMENT];
            if begins.contains(&entry.command)
                && let Some(payment) = reading.peek::<CardPaymentRow>(&entry.about)?
                && payment.state() == CardPaymentState::CHARGING
            {
                return Ok(true);
            }
        }
        for list in [AgendaList::SUSPENSE, AgendaList::CHARGEBACKS] {
            for entry in reading.scan::<Agenda>(&[list.number()], None) {
                if entry?.1.subject == wallet {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn account_of(
        &self,
        reading: &ReadTransaction,
        wallet: Id,
        row: &WalletRow,
    ) -> Result<Account> {
        let missing = || Error::Corrupt(format!("the account of wallet {wallet} is gone"));
        reading.snapshot().account(row.account)?.ok_or_else(missing)
    }
}
