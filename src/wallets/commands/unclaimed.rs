//! Unclaimed money: setting aside what is left in a wallet, giving it back, paying it out.

use super::Wallets;
use super::transaction::ReadTransaction;
use super::words::AWAITS_SECOND;
use crate::model::{AccountFlags as Flags, Amount, Id, Operation, Status, Timestamp};
use crate::store::Result;
use crate::wallets::rules::closing::Agreement;
use crate::wallets::rules::payment::Payer;
use crate::wallets::rules::purchase_account::is_purchase_account;
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{
    AccountRow, Agenda, AgendaKey, AgendaList, RowKey, WalletRow, WalletState,
};
use crate::wallets::rules::unclaimed::{
    UnclaimedOfKey, UnclaimedOfRow, UnclaimedRow, is_unclaimed_account, new_account,
    unclaimed_account,
};
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, LetterKind, Refusal, UnclaimedReason, WalletStatus,
    WriteSet,
};

/// Unclaimed money of one person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct UnclaimedItem {
    /// The transfer that brought it there.
    pub id: Id,
    /// Whose it is.
    pub person: Id,
    /// The wallet that it came from.
    pub wallet: Id,
    /// How much.
    pub amount: Amount,
    /// Of which ledger.
    pub ledger: u32,
    /// Why it is there.
    pub reason: UnclaimedReason,
    /// Since when.
    pub came_at: Timestamp,
    /// The transfer by which it left; zero while it waits.
    pub resolved_by: Id,
    /// The account that it went to; zero while it waits.
    pub resolved_to: Id,
    /// When it left; [`Timestamp::NONE`] while it waits.
    pub resolved_at: Timestamp,
}

impl Wallets {
    /// The account in which a ledger's unclaimed money lies, with the code
    /// [`UNCLAIMED_CODE`](crate::wallet::UNCLAIMED_CODE). It is opened when it is needed first, and
    /// `managed`: no operation of the host debits or credits it.
    #[must_use]
    pub fn unclaimed_account(ledger: u32) -> Id {
        unclaimed_account(ledger)
    }

    /// Sets aside all that lies in a frozen wallet, so that it can be closed: by a transfer of this
    /// id to the account of unclaimed money. It stays its owner's, who is told by every channel;
    /// money in escrow is not touched. Sent again, it changes nothing.
    ///
    /// Refused: `wallet_not_found`, `wallet_is_not_frozen`, `wallet_already_closed`,
    /// `wallet_is_empty`, `id_must_be_valid`, `actor_must_be_named`, `reason_must_be_given`;
    /// `refused_by_ledger`, also if the id stands for something else.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn set_aside(
        &self,
        item: Id,
        wallet: Id,
        actor: &Actor,
    ) -> Result<Result<UnclaimedItem, Refusal>> {
        let judge = |reading: &mut ReadTransaction| {
            self.judge_setting_aside(reading, (item, wallet), actor)
        };
        let judged = self.transact_with_unclaimed_account(wallet, judge)?;
        self.attempted((wallet, Command::SET_ASIDE, item), actor, judged)
    }

    fn judge_setting_aside(
        &self,
        reading: &mut ReadTransaction,
        (item, wallet): (Id, Id),
        actor: &Actor,
    ) -> Result<Decision<UnclaimedItem>> {
        if let Err(refusal) = self.admit_staff(reading, Command::SET_ASIDE, actor)? {
            return Ok(refusal.into());
        }
        if item.is_zero() || item.is_max() {
            return Ok(Refusal::of(WalletStatus::ID_MUST_BE_VALID).into());
        }
        if let Some(made) = reading.get::<UnclaimedRow>(&item)? {
            let is_same = made.wallet == wallet && made.reason() == UnclaimedReason::LEFT;
            return Ok(match is_same {
                true => Decision::done(WriteSet::default(), made.item(item)),
                false => Refusal::by_ledger(Status::EXISTS).into(),
            });
        }
        let Some(row) = reading.get::<WalletRow>(&wallet)? else {
            return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
        };
        match row.state {
            WalletState::Frozen => (),
            WalletState::Active => {
                return Ok(Refusal::of(WalletStatus::WALLET_IS_NOT_FROZEN).into());
            }
            WalletState::Closed => {
                return Ok(Refusal::of(WalletStatus::WALLET_ALREADY_CLOSED).into());
            }
        }
        let mut changes = WriteSet::default();
        let made = self.put_aside(
            reading,
            &mut changes,
            (item, wallet, &row),
            (UnclaimedReason::LEFT, actor),
        )?;
        Ok(made.map(|made| Decision::done(changes, made.item(item))).into())
    }

    /// The changes by which all that lies in a wallet becomes unclaimed money.
    pub(super) fn put_aside(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (item, wallet, row): (Id, Id, &WalletRow),
        (reason, actor): (UnclaimedReason, &Actor),
    ) -> Result<Result<UnclaimedRow, Refusal>> {
        let now = reading.now();
        let account = reading.snapshot().account(row.account)?;
        let amount = account.map_or(Amount::ZERO, |account| account.balances.available());
        if amount.is_zero() {
            return Ok(Err(Refusal::of(WalletStatus::WALLET_IS_EMPTY)));
        }
        let made = UnclaimedRow::new((wallet, row), amount, reason, now);
        let to = unclaimed_account(row.ledger);
        let detail = format!("{} to account {to}: {reason}", reading.money(row.ledger, amount)?);
        let entry = AuditEntry::new(wallet, Command::SET_ASIDE, actor, now);
        changes.audit.push(entry.about(item).detail(detail));
        let told = (LetterKind::BALANCE_SET_ASIDE, wallet);
        self.tell_with_or_without_key(reading, changes, row.person, told)?;
        changes.put(&item, &made);
        changes.put(&UnclaimedOfKey { person: row.person, item }, &UnclaimedOfRow {});
        changes.put(&made.place(item), &Agenda::of(row.person));
        let moved = Operation::transfer(item, row.account, to, row.ledger, amount);
        let is_frozen = account.is_some_and(|account| account.has(Flags::FROZEN));
        if is_frozen {
            changes.operation(Operation::unfreeze(Id::new(), row.account));
        }
        changes.operation(moved);
        if is_frozen {
            changes.operation(Operation::freeze(Id::new(), row.account));
        }
        Ok(Ok(made))
    }

    /// Gives unclaimed money back, all of the item, by a transfer of this id: into a wallet of the
    /// person whose it is, in the same ledger. By the customer, whom the host has authenticated as
    /// the owner of the wallet, or by staff. No limit of the tier stops it, for it was hers before.
    /// Sent again, it changes nothing.
    ///
    /// Refused: `unclaimed_money_not_found`, `unclaimed_money_is_resolved`,
    /// `unclaimed_money_is_of_another`, `wallet_not_found`, `wallet_must_be_active`,
    /// `wallet_has_another_ledger`, `reason_must_be_given`; `refused_by_ledger`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn claim_unclaimed(
        &self,
        item: Id,
        (transfer, wallet): (Id, Id),
        actor: &Actor,
    ) -> Result<Result<UnclaimedItem, Refusal>> {
        let judged = self.transact(item, |reading| {
            if let Err(refusal) = self.admit(reading, Command::CLAIM_UNCLAIMED, actor)? {
                return Ok(refusal.into());
            }
            let Some(row) = reading.get::<UnclaimedRow>(&item)? else {
                return Ok(Refusal::of(WalletStatus::UNCLAIMED_MONEY_NOT_FOUND).into());
            };
            let Some(owner) = reading.get::<WalletRow>(&wallet)? else {
                return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
            };
            let judged = row.check_claim(&owner).and_then(|()| row.went(transfer, owner.account));
            match judged {
                Ok(false) => (),
                Ok(true) => return Ok(Decision::done(WriteSet::default(), row.item(item))),
                Err(refusal) => return Ok(refusal.into()),
            }
            if let Err(refusal) = (Payer { wallet: &owner, now: reading.now() }).check_active() {
                return Ok(refusal.into());
            }
            let by = (Command::CLAIM_UNCLAIMED, actor);
            self.resolve(reading, (item, &row), (transfer, owner.account), by)
        })?;
        self.attempted((wallet, Command::CLAIM_UNCLAIMED, item), actor, judged)
    }

    /// Pays unclaimed money out, all of the item, by a transfer of this id to an account that the
    /// host pays out from: to its owner, or to the state where the law has it so. As with
    /// [`Wallets::redeem`] the policy must allow redemption, and the account is neither external
    /// nor a wallet's.
    ///
    /// It takes two members of staff: the first is refused `second_person_must_agree`, which is
    /// remembered for a week. When another one orders the same account, it is done; a name that
    /// only looks like another one is refused with `reviewer_must_be_another`. Sent again, it
    /// changes nothing.
    ///
    /// Refused: `redemption_is_off`, `unclaimed_money_not_found`, `unclaimed_money_is_resolved`,
    /// `payee_must_not_be_a_wallet`, `actor_must_be_named`, `reason_must_be_given`;
    /// `refused_by_ledger`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn pay_out_unclaimed(
        &self,
        item: Id,
        (transfer, account): (Id, Id),
        actor: &Actor,
    ) -> Result<Result<UnclaimedItem, Refusal>> {
        let to = (transfer, account);
        let judged = self.transact(item, |reading| self.judge_payout(reading, item, to, actor))?;
        let wallet = self.read()?.peek::<UnclaimedRow>(&item)?.map_or(item, |row| row.wallet);
        self.attempted((wallet, Command::PAY_OUT_UNCLAIMED, item), actor, judged)
    }

    fn judge_payout(
        &self,
        reading: &mut ReadTransaction,
        item: Id,
        (transfer, account): (Id, Id),
        actor: &Actor,
    ) -> Result<Decision<UnclaimedItem>> {
        let command = Command::PAY_OUT_UNCLAIMED;
        if let Err(refusal) = self.admit_staff(reading, command, actor)? {
            return Ok(refusal.into());
        }
        if !self.policy().redemption.allowed {
            return Ok(Refusal::of(WalletStatus::REDEMPTION_IS_OFF).into());
        }
        let Some(mut row) = reading.get::<UnclaimedRow>(&item)? else {
            return Ok(Refusal::of(WalletStatus::UNCLAIMED_MONEY_NOT_FOUND).into());
        };
        match row.went(transfer, account) {
            Ok(false) => (),
            Ok(true) => return Ok(Decision::done(WriteSet::default(), row.item(item))),
            Err(refusal) => return Ok(refusal.into()),
        }
        if let Err(refusal) = check_paid_out_to(reading, account)? {
            return Ok(refusal.into());
        }
        let now = reading.now();
        match row.agree(account, actor, now) {
            Ok(Agreement::Agreed) => {
                self.resolve(reading, (item, &row), (transfer, account), (command, actor))
            }
            Ok(Agreement::Proposed) => {
                let money = reading.money(row.ledger, row.amount())?;
                let detail = format!("{AWAITS_SECOND}: {money} to account {account}");
                let entry = AuditEntry::new(row.wallet, Command::PROPOSE_PAYOUT, actor, now);
                let mut changes = WriteSet::of(entry.about(item).detail(detail));
                changes.put(&item, &row);
                Ok(Decision::refused(changes, WalletStatus::SECOND_PERSON_MUST_AGREE))
            }
            Ok(Agreement::Repeated) => {
                Ok(Refusal::of(WalletStatus::SECOND_PERSON_MUST_AGREE).into())
            }
            Err(refusal) => Ok(refusal.into()),
        }
    }

    /// The changes by which an item leaves for an account.
    fn resolve(
        &self,
        reading: &mut ReadTransaction,
        (item, row): (Id, &UnclaimedRow),
        (transfer, to): (Id, Id),
        (command, actor): (Command, &Actor),
    ) -> Result<Decision<UnclaimedItem>> {
        let (now, from, amount) = (reading.now(), unclaimed_account(row.ledger), row.amount());
        let detail = format!("{} to account {to}", reading.money(row.ledger, amount)?);
        let entry = AuditEntry::new(row.wallet, command, actor, now);
        let mut changes = WriteSet::of(entry.about(item).detail(detail));
        let told = (LetterKind::UNCLAIMED_RESOLVED, row.wallet);
        self.tell_with_or_without_key(reading, &mut changes, row.person, told)?;
        let gone = row.gone(transfer, to, now);
        changes.put(&item, &gone);
        reading.get::<Agenda>(&row.place(item))?;
        changes.delete::<Agenda>(&row.place(item));
        changes.operation(Operation::transfer(transfer, from, to, row.ledger, amount));
        Ok(Decision::done(changes, gone.item(item)))
    }

    /// Carries out a command whose chain credits the account of unclaimed money of the ledger of a
    /// wallet: opens it, if the command would be carried out with it.
    pub(super) fn transact_with_unclaimed_account<A>(
        &self,
        wallet: Id,
        mut judge: impl FnMut(&mut ReadTransaction) -> Result<Decision<A>>,
    ) -> Result<Result<A, Refusal>> {
        let mut reading = self.read()?;
        if let Some(row) = reading.peek::<WalletRow>(&wallet)? {
            let known = reading.snapshot().account(unclaimed_account(row.ledger))?;
            if known.is_none() && !judge(&mut reading)?.changes.operations.is_empty() {
                let outcomes = self.shared.store.create_accounts(&[new_account(row.ledger)])?;
                let status = outcomes.first().map_or(Status::APPLIED, |outcome| outcome.status);
                if status != Status::APPLIED && !status.is_repeat() {
                    return Ok(Err(Refusal::by_ledger(status)));
                }
            }
            // Somebody may have another account under its id, from which the host can take.
            let known = self.read()?.snapshot().account(unclaimed_account(row.ledger))?;
            if known.is_some_and(|account| !is_unclaimed_account(&account)) {
                return Ok(Err(WalletStatus::ACCOUNT_MUST_FIT.into()));
            }
        }
        drop(reading);
        self.transact(wallet, judge)
    }

    /// Whether unclaimed money of a person waits. The command relies on what it finds.
    pub(super) fn has_unclaimed(&self, reading: &mut ReadTransaction, person: Id) -> Result<bool> {
        for item in self.items_of(reading, person)? {
            if reading.get::<UnclaimedRow>(&item)?.is_some_and(|row| row.is_open()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The items of a person, open or resolved, oldest first.
    pub(super) fn items_of(&self, reading: &ReadTransaction, person: Id) -> Result<Vec<Id>> {
        let items = reading.scan::<UnclaimedOfRow>(&person.bytes(), None);
        items.map(|entry| Ok(entry?.0.item)).collect()
    }

    /// Unclaimed money that waits for its owners, oldest first: the items after `after`, at most
    /// `limit`.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt), [`Error::Io`](crate::Error::Io).
    pub fn open_unclaimed(
        &self,
        after: Option<&UnclaimedItem>,
        limit: usize,
    ) -> Result<Vec<UnclaimedItem>> {
        let (reading, list) = (self.read()?, AgendaList::UNCLAIMED);
        let after = after.map(|item| AgendaKey { list, due: item.came_at, about: item.id }.bytes());
        let mut found = Vec::new();
        for entry in reading.scan::<Agenda>(&[list.number()], after.as_deref()).take(limit) {
            let id = entry?.0.about;
            found.extend(reading.peek::<UnclaimedRow>(&id)?.map(|row| row.item(id)));
        }
        Ok(found)
    }

    /// All that was ever set aside of a person's wallets, oldest first.
    ///
    /// # Errors
    /// As [`Wallets::open_unclaimed`].
    pub fn unclaimed_of(&self, person: Id) -> Result<Vec<UnclaimedItem>> {
        let reading = self.read()?;
        let mut found = Vec::new();
        for id in self.items_of(&reading, person)? {
            found.extend(reading.peek::<UnclaimedRow>(&id)?.map(|row| row.item(id)));
        }
        Ok(found)
    }

    /// Unclaimed money, open or resolved; `None` if there is no such item.
    ///
    /// # Errors
    /// As [`Wallets::open_unclaimed`].
    pub fn unclaimed_item(&self, item: Id) -> Result<Option<UnclaimedItem>> {
        Ok(self.read()?.peek::<UnclaimedRow>(&item)?.map(|row| row.item(item)))
    }
}

/// Refuses what nobody pays out from: accounts of wallets, of card payments, and those that the
/// library keeps.
fn check_paid_out_to(reading: &ReadTransaction, account: Id) -> Result<Result<(), Refusal>> {
    let found = reading.snapshot().account(account)?;
    if found.is_some_and(|account| account.has(Flags::MANAGED)) {
        return Ok(Err(Refusal::by_ledger(Status::ACCOUNT_IS_MANAGED)));
    }
    let is_wallets = reading.peek::<AccountRow>(&account)?.is_some()
        || found.is_some_and(|account| is_purchase_account(&account));
    Ok(refuse_if(is_wallets, WalletStatus::PAYEE_MUST_NOT_BE_A_WALLET))
}

impl UnclaimedRow {
    fn place(&self, item: Id) -> AgendaKey {
        AgendaKey { list: AgendaList::UNCLAIMED, due: self.came_at, about: item }
    }

    fn item(&self, id: Id) -> UnclaimedItem {
        UnclaimedItem {
            id,
            person: self.person,
            wallet: self.wallet,
            amount: self.amount(),
            ledger: self.ledger,
            reason: self.reason(),
            came_at: self.came_at,
            resolved_by: self.resolved_by,
            resolved_to: self.resolved_to,
            resolved_at: self.resolved_at,
        }
    }
}
