//! Freezing, unfreezing and closing a wallet together with its account.

use super::Wallets;
use super::transaction::ReadTransaction;
use super::words::time;
use crate::model::{Account, AccountFlags as Flags, Id, Operation, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::card_payment::CardPaymentRow;
use crate::wallets::rules::closing;
use crate::wallets::rules::inactivity::InactivityRow;
use crate::wallets::rules::payment::{SpendingKey, SpendingRow};
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

    /// Closes a frozen, empty wallet and its account for good, once all its business is over. Its
    /// owner's data is kept for as long as the policy says.
    ///
    /// What is left in it is spent, redeemed ([`Wallets::redeem`]) or given up ([`Wallets::waive`])
    /// before it is frozen, or set aside for its owner ([`Wallets::set_aside`]).
    ///
    /// Refused: `wallet_is_not_frozen`, `wallet_already_closed`, `wallet_must_be_empty`; and by
    /// what is open: `wallet_has_open_orders` while money of the wallet or of its owner's card
    /// payments is in escrow, or a payment is authorised, which ends at the time given;
    /// `wallet_has_open_payments` while a card is being charged; `wallet_has_open_chargebacks`;
    /// `wallet_has_money_in_suspense`; `wallet_has_open_refunds` while money of card payments waits
    /// to be given back, or a refund to a card to be carried out.
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
            if command == Command::CLOSE_WALLET {
                if let Some(refusal) = self.open_business(reading, wallet, &changed)? {
                    return Ok(refusal.into());
                }
                reading.get::<InactivityRow>(&wallet)?;
                changes.delete::<InactivityRow>(&wallet);
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

    /// What is not over yet, and stands in the way of closing a wallet: the order is that in which
    /// it is settled. Of the wallet's own money in escrow its account has told.
    fn open_business(
        &self,
        reading: &mut ReadTransaction,
        wallet: Id,
        row: &WalletRow,
    ) -> Result<Option<Refusal>> {
        let refused = |status: WalletStatus| Ok(Some(Refusal::of(status)));
        let key = SpendingKey { wallet, ledger: row.ledger };
        let spending = reading.get::<SpendingRow>(&key)?.unwrap_or_default();
        let until = spending.waits_until(reading.now());
        if !until.is_none() {
            return Ok(Some(Refusal::until(WalletStatus::WALLET_HAS_OPEN_ORDERS, until)));
        }
        let through = purchase_account(row.person, row.ledger);
        let by_card = reading.snapshot().account(through)?;
        if by_card.is_some_and(|one| one.open_holds != 0) {
            return refused(WalletStatus::WALLET_HAS_OPEN_ORDERS);
        }
        for entry in reading.scan::<AuditEntry>(&wallet.to_bytes(), None) {
            let (_, entry) = entry?;
            let begins = [Command::BEGIN_CARD_PAYMENT, Command::BEGIN_NEW_CARD_PAYMENT];
            if begins.contains(&entry.command)
                && let Some(payment) = reading.peek::<CardPaymentRow>(&entry.about)?
                && payment.state() == CardPaymentState::CHARGING
            {
                return refused(WalletStatus::WALLET_HAS_OPEN_PAYMENTS);
            }
        }
        let money_of = |list: AgendaList| -> Result<bool> {
            for entry in reading.scan::<Agenda>(&[list.number()], None) {
                if entry?.1.subject == wallet {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        if money_of(AgendaList::CHARGEBACKS)? {
            return refused(WalletStatus::WALLET_HAS_OPEN_CHARGEBACKS);
        }
        if money_of(AgendaList::SUSPENSE)? {
            return refused(WalletStatus::WALLET_HAS_MONEY_IN_SUSPENSE);
        }
        if by_card.is_some_and(|one| one.balances.net() != 0) {
            return refused(WalletStatus::WALLET_HAS_OPEN_REFUNDS);
        }
        for entry in reading.scan::<Agenda>(&[AgendaList::CARD_REFUNDS.number()], None) {
            let payment = reading.peek::<CardPaymentRow>(&entry?.1.subject)?;
            if payment.is_some_and(|payment| payment.subject() == wallet) {
                return refused(WalletStatus::WALLET_HAS_OPEN_REFUNDS);
            }
        }
        Ok(None)
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
