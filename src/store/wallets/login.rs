//! The login password.

use super::Wallets;
use super::hashing::random;
use super::letters::Draft;
use super::persons::PersonKey;
use super::transaction::Reading;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallet::contact::Email;
use crate::wallet::credentials::{self, Attempt};
use crate::wallet::refusal::refuse_if;
use crate::wallet::registration;
use crate::wallet::rows::{
    CredentialKey, CredentialRow, PersonRow, PersonState, TokenKey, TokenPurpose, TokenRow,
};
use crate::wallet::secrets::{BlindIndex, Field, PasswordText, Sealed, Token};
use crate::wallet::throttle::Throttle;
use crate::wallet::{
    Actor, AuditEntry, Changes, Channel, Command, Decision, Judged, LetterKind, Refusal,
    WalletStatus,
};

impl Wallets {
    /// Sets the login password of a person who is registering, once the address is confirmed; again
    /// until it is submitted. It may be shorter if the host attests a second factor for each login.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn set_login_password(
        &self,
        person: Id,
        password: &str,
        has_second_factor: bool,
    ) -> Result<Judged<()>> {
        let password = PasswordText::new(password);
        if let Err(refusal) = self.check_login_password(&password, has_second_factor) {
            return Ok(Err(refusal));
        }
        // Looked at before it is hashed: who is refused costs nothing.
        if let Err(refusal) = self.registering(&mut self.read()?, person)? {
            return Ok(Err(refusal));
        }
        let hash = self.shared.hashing.hash(&password)?;
        self.transact(person, |reading| {
            let (_, key) = match self.registering(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            let sealed = key.seal(person, Field::LOGIN_HASH, hash.as_bytes())?;
            let mut changes = Changes::default();
            let set = (Command::SET_LOGIN_PASSWORD, sealed);
            self.put_login_password(reading, &mut changes, person, set)?;
            Ok(Decision::done(changes, ()))
        })
    }

    fn check_login_password(&self, password: &PasswordText, has_second_factor: bool) -> Judged<()> {
        let policy = &self.identity().credentials.login;
        credentials::check_login_password(password, has_second_factor, policy)?;
        self.check_block_list(password)
    }

    /// Refuses a password that the host knows to be too common.
    pub(super) fn check_block_list(&self, password: &PasswordText) -> Judged<()> {
        let blocked =
            self.shared.block_list.as_ref().is_some_and(|blocked| blocked(password.expose()));
        refuse_if(blocked, WalletStatus::PASSWORD_TOO_COMMON)
    }

    fn put_login_password(
        &self,
        reading: &mut Reading,
        changes: &mut Changes,
        person: Id,
        (command, hash): (Command, Sealed),
    ) -> Result<()> {
        let now = reading.now();
        let at = CredentialKey::login(person);
        let former = reading.get::<CredentialRow>(&at)?;
        let times_set = former.as_ref().map_or(0, |row| row.times_set).saturating_add(1);
        if let Some(former) = former {
            changes.delete::<TokenRow>(&token_key(former.reset_token));
        }
        let (throttle, reset_token) = (Throttle::default(), [0; 32]);
        let row = CredentialRow { person, hash, times_set, throttle, set_at: now, reset_token };
        changes.put(&at, &row);
        changes.audit.push(AuditEntry::new(person, command, &Actor::Customer, now));
        Ok(())
    }

    /// Checks a login; gives the person. The answer does not tell whether the address or the password
    /// was wrong, and takes the same work. Failures are counted by address, before the answer is given.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn log_in(&self, email: &str, password: &str) -> Result<Judged<Id>> {
        let Ok(email) = Email::new(email) else {
            // No such address can be known; the work is the same.
            self.shared.hashing.matches(&PasswordText::new(password), None)?;
            return Ok(Err(WalletStatus::CREDENTIALS_MUST_MATCH.into()));
        };
        let mut reading = self.read()?;
        let address = self.address(&mut reading, &email)?;
        if let Err(locked) = address.row.login.check(reading.now()) {
            return Ok(Err(locked));
        }
        let person = address.row.owner;
        let attempt = self.try_login_password(&mut reading, person, password)?;
        let lane = lane_of(&address.index);
        self.transact(lane, |reading| {
            let now = reading.now();
            let mut address = self.address(reading, &email)?;
            let person = address.row.owner;
            let at = CredentialKey::login(person);
            let credential = reading.get::<CredentialRow>(&at)?;
            let active = reading.get::<PersonRow>(&person)?;
            let active = active.is_some_and(|row| row.state == PersonState::Active);
            let present = credential.as_ref().filter(|_| active).map_or(0, |row| row.times_set);
            let attempt = Attempt { matches: attempt.matches && present > 0, ..attempt.clone() };
            let policy = &self.identity().credentials.login.throttle;
            let (after, judged) =
                credentials::judge(&address.row.login, present, &attempt, now, policy);
            let Some(after) = after else {
                return Ok(Decision::from(
                    judged.map(|()| Decision::done(Changes::default(), person)),
                ));
            };
            let mut changes = Changes::default();
            address.row.login = after;
            address.put(&mut changes, now);
            if !person.is_zero() {
                let ok = judged.is_ok();
                let command = if ok { Command::LOG_IN } else { Command::LOG_IN_FAILED };
                changes.audit.push(AuditEntry::new(person, command, &Actor::Customer, now));
            }
            match judged {
                Err(refusal) => Ok(Decision::refused(changes, refusal)),
                Ok(()) => {
                    if let (Some(row), Some(hash)) = (credential, attempt.rehashed) {
                        changes.put(&at, &CredentialRow { hash, ..row });
                    }
                    Ok(Decision::done(changes, person))
                }
            }
        })
    }

    /// Compares a login password with the stored one, or does the same work.
    pub(super) fn try_login_password(
        &self,
        reading: &mut Reading,
        person: Id,
        password: &str,
    ) -> Result<Attempt> {
        let row = reading.get::<PersonRow>(&person)?;
        let active = row.filter(|row| row.state == PersonState::Active);
        let credential = reading.get::<CredentialRow>(&CredentialKey::login(person))?;
        let key = match &active {
            Some(row) => Some(self.living_person_key(person, row)?),
            None => None,
        };
        let stored = key.as_ref().zip(credential.as_ref());
        self.attempt(stored, (person, Field::LOGIN_HASH), &PasswordText::new(password))
    }

    /// Compares a password with a stored hash, or does the same work if there is none.
    pub(super) fn attempt(
        &self,
        stored: Option<(&PersonKey, &CredentialRow)>,
        (owner, field): (Id, Field),
        password: &PasswordText,
    ) -> Result<Attempt> {
        let hashing = &self.shared.hashing;
        let Some((key, row)) = stored else {
            let matches = hashing.matches(password, None)?;
            return Ok(Attempt { matches, times_set: 0, rehashed: None });
        };
        let hash = key.open_text(owner, field, &row.hash)?;
        let matches = hashing.matches(password, Some(&hash))?;
        let mut rehashed = None;
        if matches && hashing.is_outdated(&hash) {
            rehashed = Some(key.seal(owner, field, hashing.hash(password)?.as_bytes())?);
        }
        Ok(Attempt { matches, times_set: row.times_set, rehashed })
    }

    /// Changes the login password of a person who knows the present one.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn change_login_password(
        &self,
        person: Id,
        present: &str,
        new: &str,
        has_second_factor: bool,
    ) -> Result<Judged<()>> {
        let new = PasswordText::new(new);
        if let Err(refusal) = self.check_login_password(&new, has_second_factor) {
            return Ok(Err(refusal));
        }
        let mut reading = self.read()?;
        let email = match self.person(&mut reading, person)? {
            Ok((row, key)) => self.email_of(person, &row, &key)?,
            Err(_) => {
                self.shared.hashing.matches(&PasswordText::new(present), None)?;
                return Ok(Err(WalletStatus::CREDENTIALS_MUST_MATCH.into()));
            }
        };
        match self.log_in(&email.normal, present)? {
            Ok(found) if found == person => (),
            Ok(_) => return Ok(Err(WalletStatus::CREDENTIALS_MUST_MATCH.into())),
            Err(refusal) => return Ok(Err(refusal)),
        }
        self.replace_login_password(person, &new, None)
    }

    /// Sets a new login password, by a token that is used up, or because the present one was known.
    fn replace_login_password(
        &self,
        person: Id,
        new: &PasswordText,
        token: Option<TokenKey>,
    ) -> Result<Judged<()>> {
        if let Err(refusal) = self.differs_from_payment_passwords(person, new)? {
            return Ok(Err(refusal));
        }
        let hash = self.shared.hashing.hash(new)?;
        let command = match token {
            Some(_) => Command::RESET_LOGIN_PASSWORD,
            None => Command::CHANGE_LOGIN_PASSWORD,
        };
        self.transact(person, |reading| {
            let now = reading.now();
            let mut changes = Changes::default();
            let (row, key) = match self.person(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            if let Some(token) = &token {
                let found = registration::token(reading.get::<TokenRow>(token)?, now);
                let good = found
                    .is_ok_and(|found| found.person == person && row.state == PersonState::Active);
                if !good {
                    return Ok(Refusal::of(WalletStatus::TOKEN_MUST_BE_VALID).into());
                }
                // Whoever reads the letters of the address is its owner: guesses count no more.
                let email = self.email_of(person, &row, &key)?;
                let mut address = self.address(reading, &email)?;
                address.row.login = Throttle::default();
                address.put(&mut changes, now);
            }
            let sealed = key.seal(person, Field::LOGIN_HASH, hash.as_bytes())?;
            self.put_login_password(reading, &mut changes, person, (command, sealed))?;
            let kind = LetterKind::LOGIN_PASSWORD_CHANGED;
            self.tell(&mut changes, (person, &row, &key), kind, Id::ZERO, now)?;
            Ok(Decision::done(changes, ()))
        })
    }

    /// Whether a login password differs from the payment passwords of the person's wallets.
    fn differs_from_payment_passwords(&self, person: Id, new: &PasswordText) -> Result<Judged<()>> {
        let mut reading = self.read()?;
        let (row, key) = match self.person(&mut reading, person)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        for wallet in row.wallets {
            let Some(credential) = reading.get::<CredentialRow>(&CredentialKey::payment(wallet))?
            else {
                continue;
            };
            let stored = Some((&key, &credential));
            if self.attempt(stored, (wallet, Field::PAYMENT_HASH), new)?.matches {
                return Ok(Err(WalletStatus::PASSWORDS_MUST_DIFFER.into()));
            }
        }
        Ok(Ok(()))
    }

    /// Sends a link to set a new login password, if the address has a wallet. The answer is the same
    /// if it has none; nothing is locked by asking.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn send_login_reset(&self, email: &str) -> Result<Judged<()>> {
        let email = match Email::new(email) {
            Ok(email) => email,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let policy = self.identity();
        let lane = lane_of(&self.address(&mut self.read()?, &email)?.index);
        self.transact(lane, |reading| {
            let now = reading.now();
            let mut address = self.address(reading, &email)?;
            let may = registration::may_write_to(&address.row, now, &policy.registration);
            if let Err(refusal) = may {
                return Ok(refusal.into());
            }
            address.row.letters = address.row.letters.and_now(now);
            let mut changes = Changes::default();
            address.put(&mut changes, now);
            let person = address.row.owner;
            let known = match self.person(reading, person)? {
                Ok((row, key)) if row.state == PersonState::Active => Some(key),
                _ => None,
            };
            if let Some(key) = known {
                let token = Token::new(random()?);
                let to = (person, &key, &email);
                self.put_login_reset(reading, &mut changes, to, token.hash())?;
                let (kind, channel) = (LetterKind::RESET_LOGIN_PASSWORD, Channel::EMAIL);
                let (about, secret) = (Id::ZERO, token.to_text());
                let address = &*email.given;
                let draft = Draft { kind, channel, about, address, secret: &secret };
                self.write_letter(&mut changes, (person, &key), &draft, now)?;
                let entry =
                    AuditEntry::new(person, Command::SEND_LOGIN_RESET, &Actor::Customer, now);
                changes.audit.push(entry);
            }
            Ok(Decision::done(changes, ()))
        })
    }

    /// Writes the rows of a link that ends the one before.
    fn put_login_reset(
        &self,
        reading: &mut Reading,
        changes: &mut Changes,
        (person, key, email): (Id, &PersonKey, &Email),
        hash: [u8; 32],
    ) -> Result<()> {
        let at = CredentialKey::login(person);
        if let Some(row) = reading.get::<CredentialRow>(&at)? {
            changes.delete::<TokenRow>(&token_key(row.reset_token));
            changes.put(&at, &CredentialRow { reset_token: hash, ..row });
        }
        let link_seconds = self.identity().credentials.login.link_seconds;
        let row = TokenRow {
            person,
            wallet: Id::ZERO,
            case: Id::ZERO,
            address: key.mac(person, Field::ADDRESS, email.normal.as_bytes()),
            expires_at: reading.now().plus_seconds(link_seconds),
        };
        changes.put(&token_key(hash), &row);
        Ok(())
    }

    /// Sets a new login password by the token of a link.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn reset_login_password(
        &self,
        token: &str,
        new: &str,
        has_second_factor: bool,
    ) -> Result<Judged<()>> {
        let new = PasswordText::new(new);
        if let Err(refusal) = self.check_login_password(&new, has_second_factor) {
            return Ok(Err(refusal));
        }
        let invalid = Ok(Err(Refusal::of(WalletStatus::TOKEN_MUST_BE_VALID)));
        let Some(token) = Token::from_text(token) else { return invalid };
        let key = token_key(token.hash());
        let reading = self.read()?;
        let found = registration::token(reading.peek::<TokenRow>(&key)?, reading.now());
        let Ok(found) = found else { return invalid };
        self.replace_login_password(found.person, &new, Some(key))
    }
}

fn token_key(hash: [u8; 32]) -> TokenKey {
    TokenKey { purpose: TokenPurpose::RESET_LOGIN_PASSWORD, hash }
}

/// Logins of one address go one after the other, whether or not it belongs to somebody.
fn lane_of(index: &BlindIndex) -> Id {
    super::addresses::agenda_key(index, Timestamp::NONE).about
}
