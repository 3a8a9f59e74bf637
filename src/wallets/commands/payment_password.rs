//! The payment password: each wallet has its own, besides the person's login password.

use super::Wallets;
use super::transaction::ReadTransaction;
use crate::model::Id;
use crate::store::Result;
use crate::wallets::rules::credentials::{self, Attempt};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{CredentialKey, CredentialRow, PersonRow, WalletRow};
use crate::wallets::rules::secrets::{Field, PasswordText};
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, LetterKind, Refusal, WalletStatus, WriteSet,
};

impl Wallets {
    /// Creates the payment password of a wallet that has none: six digits or more, or a phrase. It
    /// must differ from the login password.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn create_payment_password(
        &self,
        wallet: Id,
        password: &str,
    ) -> Result<Result<(), Refusal>> {
        let password = PasswordText::new(password);
        let compared = match self.may_set_payment_password(wallet, &password, false)? {
            Ok(compared) => compared,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let hash = self.hashing()?.hash(&password)?;
        let lock = wallet;
        self.transact(lock, |reading| {
            let row = match self.active_wallet(reading, wallet)? {
                Ok(row) => row,
                Err(refusal) => return Ok(refusal.into()),
            };
            let set = reading.get::<CredentialRow>(&CredentialKey::payment(wallet))?.is_some();
            if let Err(refusal) = refuse_if(set, WalletStatus::PASSWORD_ALREADY_SET) {
                return Ok(refusal.into());
            }
            let mut changes = WriteSet::default();
            // That they differ is learned once and never again, so it is no guess to be counted.
            let (of, equal) = (row.person, compared.filter(|equal| *equal));
            let judged = self.judge_compared_login(reading, &mut changes, of, equal)?;
            if let Err(refusal) = judged {
                return Ok(Decision::refused(changes, refusal));
            }
            let set = (Command::CREATE_PAYMENT_PASSWORD, hash.as_str());
            self.put_payment_password(reading, &mut changes, (wallet, &row), set)?;
            Ok(Decision::done(changes, ()))
        })
    }

    /// Whether the form of this password is good enough for payments; and whether it equals the
    /// login password, for [`Wallets::judge_compared_login`] to count and refuse.
    pub(super) fn may_set_payment_password(
        &self,
        wallet: Id,
        password: &PasswordText,
        is_set: bool,
    ) -> Result<Result<Option<bool>, Refusal>> {
        let policy = &self.identity().credentials.payment;
        let checked = credentials::check_payment_password(password, policy)
            .and_then(|()| self.check_block_list(password));
        if let Err(refusal) = checked {
            return Ok(Err(refusal));
        }
        let mut reading = self.read()?;
        let Some(row) = reading.get::<WalletRow>(&wallet)? else {
            return Ok(Err(WalletStatus::WALLET_NOT_FOUND.into()));
        };
        let present = reading.get::<CredentialRow>(&CredentialKey::payment(wallet))?;
        if let Err(refusal) =
            refuse_if(present.is_some() && !is_set, WalletStatus::PASSWORD_ALREADY_SET)
        {
            return Ok(Err(refusal));
        }
        Ok(Ok(self.compare_with_login(row.person, password)?))
    }

    /// Writes a new payment password: failures are forgotten, its number rises, every channel is
    /// told, and a link that was sent to recover the former one is no longer good.
    pub(super) fn put_payment_password(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (wallet, row): (Id, &WalletRow),
        (command, hash): (Command, &str),
    ) -> Result<()> {
        let now = reading.now();
        let at = CredentialKey::payment(wallet);
        let former = reading.get::<CredentialRow>(&at)?;
        let person = row.person;
        let (owner, key) = match self.person(reading, person)? {
            Ok(found) => found,
            Err(_) => {
                let what = format!("wallet {wallet} has no owner");
                return Err(crate::store::Error::Corrupt(what));
            }
        };
        // Put back at least: a payment that was judged by an authorisation of the former password
        // relies on this row too, so it comes before this, or is judged again by the new number.
        reading.get::<WalletRow>(&wallet)?;
        let hash = key.seal(wallet, Field::PAYMENT_HASH, hash.as_bytes())?;
        let times_set = former.map_or(0, |row| row.times_set).saturating_add(1);
        changes.put(&at, &CredentialRow::new(person, hash, times_set, now));
        changes.audit.push(AuditEntry::new(wallet, command, &Actor::Customer, now));
        self.end_recovery(reading, changes, row.recovery, (wallet, row), &Actor::Customer)?;
        let kind = LetterKind::PAYMENT_PASSWORD_CHANGED;
        self.tell(changes, (person, &owner, &key), kind, wallet, now)
    }

    /// Compares a payment password with the wallet's, or does the same work if there is none. To be
    /// called before the command is judged: it takes long. While the credential is locked nothing
    /// is computed, and nothing matches.
    pub(super) fn try_payment_password(&self, wallet: Id, password: &str) -> Result<Attempt> {
        let mut reading = self.read()?;
        let credential = reading.get::<CredentialRow>(&CredentialKey::payment(wallet))?;
        let now = reading.now();
        if credential.as_ref().is_some_and(|row| row.check(self.device, now).is_err()) {
            return Ok(Attempt { matches: false, times_set: 0, rehashed: None });
        }
        let person = match &credential {
            Some(row) => reading.get::<PersonRow>(&row.person)?.map(|found| (row.person, found)),
            None => None,
        };
        let key = match person {
            Some((id, row)) => self.person_key(id, &row)?,
            None => None,
        };
        let stored = key.as_ref().zip(credential.as_ref());
        self.attempt(stored, (wallet, Field::PAYMENT_HASH), &PasswordText::new(password))
    }

    /// Judges an attempt within a command: counts a failure into `changes`, which are to be applied
    /// whatever the answer. A failure that locks is told to the customer: somebody may be guessing,
    /// and after more of them it is locked for good.
    pub(super) fn judge_payment_password(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        wallet: Id,
        attempt: &Attempt,
    ) -> Result<Result<(), Refusal>> {
        let now = reading.now();
        let at = CredentialKey::payment(wallet);
        let Some(mut row) = reading.get::<CredentialRow>(&at)? else {
            return Ok(Err(WalletStatus::CREDENTIALS_MUST_MATCH.into()));
        };
        let before = row.clone();
        let policy = &self.identity().credentials.payment.throttle;
        let judged = credentials::judge_payment(&mut row, self.device, attempt, now, policy);
        let locked = before.check(self.device, now).is_err();
        if !locked {
            changes.put(&at, &row);
            let command = match judged {
                Ok(()) => Command::PAYMENT_PASSWORD_MATCHED,
                Err(_) => Command::PAYMENT_PASSWORD_FAILED,
            };
            changes.audit.push(AuditEntry::new(wallet, command, &Actor::Customer, now));
        }
        if !locked {
            self.tell_if_locked(reading, changes, wallet, &row)?;
        }
        Ok(judged)
    }

    /// Tells the customer that failures have locked the password, by every channel.
    fn tell_if_locked(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        wallet: Id,
        row: &CredentialRow,
    ) -> Result<()> {
        let now = reading.now();
        if row.check(self.device, now).is_err()
            && let Ok((owner, key)) = self.person(reading, row.person)?
        {
            let (to, kind) = ((row.person, &owner, &key), LetterKind::PAYMENT_PASSWORD_LOCKED);
            self.tell(changes, to, kind, wallet, now)?;
        }
        Ok(())
    }

    /// Counts as a failure of the payment password that a login password which is to be set was
    /// compared with it, into `changes`, which are to be applied whatever the answer.
    pub(super) fn judge_compared_payment(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        wallet: Id,
        matches: bool,
    ) -> Result<Result<(), Refusal>> {
        let at = CredentialKey::payment(wallet);
        let Some(mut row) = reading.get::<CredentialRow>(&at)? else { return Ok(Ok(())) };
        let (now, policy) = (reading.now(), &self.identity().credentials.payment.throttle);
        let throttle = row.throttle(self.device);
        let (after, judged) = credentials::judge_comparison(throttle, matches, now, policy);
        if let Some(after) = after {
            *throttle = after;
            changes.put(&at, &row);
            let command = Command::COMPARE_PASSWORDS;
            changes.audit.push(AuditEntry::new(wallet, command, &Actor::Customer, now));
            self.tell_if_locked(reading, changes, wallet, &row)?;
        }
        Ok(judged)
    }

    /// Checks a payment password. Failures are counted before the answer is given; five lock it for
    /// 15 minutes, each further one for twice as long, twenty until recovery, unless the policy
    /// says otherwise.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn check_payment_password(
        &self,
        wallet: Id,
        password: &str,
    ) -> Result<Result<(), Refusal>> {
        let attempt = self.try_payment_password(wallet, password)?;
        self.transact(wallet, |reading| {
            let mut changes = WriteSet::default();
            Ok(match self.judge_payment_password(reading, &mut changes, wallet, &attempt)? {
                Ok(()) => Decision::done(changes, ()),
                Err(refusal) => Decision::refused(changes, refusal),
            })
        })
    }

    /// Changes the payment password of a wallet whose present one is known. Failures count.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn change_payment_password(
        &self,
        wallet: Id,
        present: &str,
        new: &str,
    ) -> Result<Result<(), Refusal>> {
        let new = PasswordText::new(new);
        let attempt = self.try_payment_password(wallet, present)?;
        // A guess at the present one is counted whatever the new one is like.
        let (may, hash) = match attempt.matches {
            true => (
                self.may_set_payment_password(wallet, &new, true)?,
                Some(self.hashing()?.hash(&new)?),
            ),
            false => (Ok(None), None),
        };
        self.transact(wallet, |reading| {
            let mut changes = WriteSet::default();
            let judged = self.judge_payment_password(reading, &mut changes, wallet, &attempt)?;
            let compared = match judged.and(may) {
                Ok(compared) => compared,
                Err(refusal) => return Ok(Decision::refused(changes, refusal)),
            };
            let row = match self.active_wallet(reading, wallet)? {
                Ok(row) => row,
                Err(refusal) => return Ok(Decision::refused(changes, refusal)),
            };
            let of = row.person;
            let judged = self.judge_compared_login(reading, &mut changes, of, compared)?;
            if let Err(refusal) = judged {
                return Ok(Decision::refused(changes, refusal));
            }
            let Some(hash) = &hash else {
                let wrong = Refusal::of(WalletStatus::CREDENTIALS_MUST_MATCH);
                return Ok(Decision::refused(changes, wrong));
            };
            let set = (Command::CHANGE_PAYMENT_PASSWORD, hash.as_str());
            self.put_payment_password(reading, &mut changes, (wallet, &row), set)?;
            Ok(Decision::done(changes, ()))
        })
    }
}
