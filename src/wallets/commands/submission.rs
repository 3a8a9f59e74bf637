//! The end of a registration: the wallet and its account.

use super::Wallets;
use super::transaction::ReadTransaction;
use crate::model::Timestamp;
use crate::model::{Account, AccountFlags as Flags, Id, Status};
use crate::store::Result;
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::registration::{self, Submission};
use crate::wallets::rules::rows::{
    AccountRow, AnswersRow, CredentialKey, CredentialRow, DocumentRow, PersonRow, RegistrationRow,
    WalletRow,
};
use crate::wallets::rules::secrets::IndexKind;
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, LetterKind, NewWallet, Refusal, WalletState,
    WalletStatus, WriteSet,
};

/// What the host sees of a wallet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct WalletView {
    /// The wallet.
    pub wallet: Id,
    /// The person who owns it.
    pub person: Id,
    /// Its account in the ledger, which is spend-only.
    pub account: Id,
    /// The ledger: its currency.
    pub ledger: u32,
    /// What may be done with it.
    pub state: WalletState,
    /// The tier of verification of its owner, as it was written: see `tier_until`.
    pub tier: u8,
    /// When the tier ends; [`Timestamp::NONE`] for never.
    pub tier_until: Timestamp,
    /// Whether refunds are credited to it.
    pub refunds_to_wallet: bool,
    /// Until when lower limits apply after a recovery.
    pub cooldown_until: Timestamp,
    /// Whether it has a payment password.
    pub has_payment_password: bool,
    /// Whether the key of its owner is damaged or gone, although the owner was not erased. Until it
    /// is mended, what is sealed under it cannot be read, and commands that need it fail. Nothing
    /// in this struct needs the key.
    pub key_is_damaged: bool,
}

impl Wallets {
    /// Submits a registration: the person becomes active and the wallet is opened, tier 0, with its
    /// account in the ledger. Sent again, it answers as before; with another code or ledger of the
    /// account, it is refused with `account_must_fit`. A policy with a minimum age refuses with
    /// `birth_date_must_be_given` and `person_is_underage`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn submit_registration(&self, person: Id, new: &NewWallet) -> Result<Result<(), Refusal>> {
        let bad = |id: Id| id.is_zero() || id.is_max();
        if bad(new.wallet) || bad(new.account) {
            return Ok(Err(WalletStatus::ID_MUST_BE_VALID.into()));
        }
        // Judged before the account is opened, which no chain can hold; and again with the rows.
        let found = self.judge_submission(&mut self.read()?, person, new)?;
        match found.answer {
            // What remembers a refusal is written by judging once more.
            _ if found.changes.is_empty() => return Ok(found.answer),
            Err(_) => {
                return self
                    .transact(person, |reading| self.judge_submission(reading, person, new));
            }
            Ok(()) => (),
        }
        if let Err(refusal) = self.open_account(new)? {
            return Ok(Err(refusal));
        }
        self.transact(person, |reading| self.judge_submission(reading, person, new))
    }

    fn judge_submission(
        &self,
        reading: &mut ReadTransaction,
        of: Id,
        new: &NewWallet,
    ) -> Result<Decision<()>> {
        let now = reading.now();
        let wallet = reading.get::<WalletRow>(&new.wallet)?;
        if let Some(again) = opened_before(reading, of, wallet.as_ref(), new)? {
            return Ok(again.map(|()| Decision::done(WriteSet::default(), ())).into());
        }
        let registration = reading.get::<RegistrationRow>(&of)?;
        let (Some(person), Some(_)) = (reading.get::<PersonRow>(&of)?, &registration) else {
            return Ok(Refusal::of(WalletStatus::REGISTRATION_NOT_FOUND).into());
        };
        let key = self.living_person_key(of, &person)?;
        let profile = self.profile_of(of, &person, &key)?;
        let mut document = None;
        if let Some(profile) = &profile {
            for place in self.places(IndexKind::DOCUMENT, &profile.document())? {
                document = document.or(reading.get::<DocumentRow>(&place)?);
            }
        }
        let found = Submission {
            registration,
            person,
            login: reading.get::<CredentialRow>(&CredentialKey::login(of))?,
            answers: reading.get::<AnswersRow>(&of)?.unwrap_or_default().answers.len(),
            document,
            wallet,
            account: reading.get::<AccountRow>(&new.account)?,
        };
        let policy = self.identity();
        if let Err(refusal) = registration::may_submit(of, &found, profile.as_ref(), (policy, now))
        {
            let mut changes = WriteSet::default();
            if refusal.status == WalletStatus::PERSON_EXISTS
                && let Some(row) = found.registration
            {
                changes.put(&of, &RegistrationRow { is_over: true, ..row });
            }
            return Ok(Decision::refused(changes, refusal));
        }
        let entry = AuditEntry::new(of, Command::SUBMIT_REGISTRATION, &Actor::Customer, now);
        let mut changes = WriteSet::of(entry.about(new.wallet));
        self.tell(&mut changes, (of, &found.person, &key), LetterKind::WELCOME, new.wallet, now)?;
        registration::submit(&mut changes, of, found, (new, &policy.registration), now);
        Ok(Decision::done(changes, ()))
    }

    /// Opens the account of a wallet, or finds it as a retry does.
    pub(super) fn open_account(&self, new: &NewWallet) -> Result<Result<(), Refusal>> {
        let flags = Flags::SPEND_ONLY | Flags::DEBITS_MUST_NOT_EXCEED_CREDITS | Flags::HISTORY;
        let mut account = Account::new(new.account, new.ledger, new.code, flags);
        account.user_data_128 = new.wallet;
        let outcomes = self.shared.store.create_accounts(&[account])?;
        let status = outcomes.first().map_or(Status::APPLIED, |outcome| outcome.status);
        Ok(match status {
            Status::APPLIED | Status::EXISTS => Ok(()),
            status if status.is_repeat() => Err(WalletStatus::ACCOUNT_MUST_FIT.into()),
            status => Err(Refusal::by_ledger(status)),
        })
    }

    /// What the host sees of a wallet; `None` if there is none.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn wallet(&self, wallet: Id) -> Result<Option<WalletView>> {
        let reading = self.read()?;
        let Some(row) = reading.peek::<WalletRow>(&wallet)? else { return Ok(None) };
        let credential = reading.peek::<CredentialRow>(&CredentialKey::payment(wallet))?;
        Ok(Some(WalletView {
            wallet,
            person: row.person,
            account: row.account,
            ledger: row.ledger,
            state: row.state,
            tier: row.tier,
            tier_until: row.tier_until,
            refunds_to_wallet: row.refunds_to_wallet,
            cooldown_until: row.cooldown_until,
            has_payment_password: credential.is_some(),
            key_is_damaged: self.is_key_damaged(&reading, row.person)?,
        }))
    }

    /// The wallets of a person, in the order in which they were opened.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn wallets_of(&self, person: Id) -> Result<Vec<Id>> {
        let row = self.read()?.peek::<PersonRow>(&person)?;
        Ok(row.map(|row| row.wallets).unwrap_or_default())
    }

    /// A wallet that may be used, with its row. The command relies on it.
    pub(super) fn active_wallet(
        &self,
        reading: &mut ReadTransaction,
        wallet: Id,
    ) -> Result<Result<WalletRow, Refusal>> {
        let Some(row) = reading.get::<WalletRow>(&wallet)? else {
            return Ok(Err(WalletStatus::WALLET_NOT_FOUND.into()));
        };
        let active = row.state == WalletState::Active;
        Ok(refuse_if(!active, WalletStatus::WALLET_MUST_BE_ACTIVE).map(|()| row))
    }
}

/// What a command that opens a wallet is answered if this person's wallet was opened before, with
/// this account; `None` if it was not.
pub(super) fn opened_before(
    reading: &ReadTransaction,
    of: Id,
    wallet: Option<&WalletRow>,
    new: &NewWallet,
) -> Result<Option<Result<(), Refusal>>> {
    let Some(row) = wallet.filter(|row| row.person == of && row.account == new.account) else {
        return Ok(None);
    };
    let account = reading.snapshot().account(row.account)?;
    let is_same =
        account.is_some_and(|account| (account.ledger, account.code) == (new.ledger, new.code));
    Ok(Some(refuse_if(!is_same, WalletStatus::ACCOUNT_MUST_FIT)))
}
