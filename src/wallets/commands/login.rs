//! The login password.

use super::Wallets;
use super::hashing::random;
use super::letters::Draft;
use super::persons::PersonKey;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::contact::Email;
use crate::wallets::rules::credentials::{self, Attempt};
use crate::wallets::rules::device::Device;
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::registration;
use crate::wallets::rules::rows::{
    Agenda, AgendaKey, AgendaList, CredentialKey, CredentialRow, PersonRow, PersonState,
    RequesterRow, TokenKey, TokenPurpose, TokenRow,
};
use crate::wallets::rules::secrets::{BlindIndex, Field, IndexKind, PasswordText, Sealed, Token};
use crate::wallets::rules::throttle::Throttle;
use crate::wallets::rules::{
    Actor, AuditEntry, Channel, Command, Decision, LetterKind, Refusal, WalletStatus, WriteSet,
};

/// Bytes of the host's name for the requester of a letter.
const REQUESTER_BYTES_MAX: usize = 255;
/// Links that are written at a time.
const RESETS_AT_A_TIME: usize = 4_096;

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
    ) -> Result<Result<(), Refusal>> {
        let password = PasswordText::new(password);
        if let Err(refusal) = self.check_login_password(&password, has_second_factor) {
            return Ok(Err(refusal));
        }
        // Looked at before it is hashed: who is refused costs nothing.
        if let Err(refusal) = self.registering(&mut self.read()?, person)? {
            return Ok(Err(refusal));
        }
        let hash = self.hashing()?.hash(&password)?;
        self.transact(person, |reading| {
            let (_, key) = match self.registering(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            let sealed = key.seal(person, Field::LOGIN_HASH, hash.as_bytes())?;
            let mut changes = WriteSet::default();
            let set = (Command::SET_LOGIN_PASSWORD, sealed);
            self.put_login_password(reading, &mut changes, person, set)?;
            Ok(Decision::done(changes, ()))
        })
    }

    fn check_login_password(
        &self,
        password: &PasswordText,
        has_second_factor: bool,
    ) -> Result<(), Refusal> {
        let policy = &self.identity().credentials.login;
        credentials::check_login_password(password, has_second_factor, policy)?;
        self.check_block_list(password)
    }

    /// Refuses a password that the host knows to be too common.
    pub(super) fn check_block_list(&self, password: &PasswordText) -> Result<(), Refusal> {
        let blocked =
            self.shared.block_list.as_ref().is_some_and(|blocked| blocked(password.expose()));
        refuse_if(blocked, WalletStatus::PASSWORD_TOO_COMMON)
    }

    fn put_login_password(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
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
        let row = CredentialRow::new(person, hash, times_set, now);
        changes.put(&at, &row);
        changes.audit.push(AuditEntry::new(person, command, &Actor::Customer, now));
        Ok(())
    }

    /// Checks a login; gives the person. The answer does not tell whether the address or the
    /// password was wrong, and takes the same work: as many hashes, rows and bytes. Failures are
    /// counted by address, before the answer is given, and apart for unknown devices: see
    /// [`Wallets::known_device`]. They count until a login succeeds, a new password is set, or 30
    /// days pass without another one, whether or not the address belongs to a customer. A lock for
    /// good stays.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn log_in(&self, email: &str, password: &str) -> Result<Result<Id, Refusal>> {
        let Ok(email) = Email::known(email) else {
            // No such address can be known; the work is the same.
            self.hashing()?.matches(&PasswordText::new(password), None)?;
            return Ok(Err(WalletStatus::CREDENTIALS_MUST_MATCH.into()));
        };
        let mut reading = self.read()?;
        let address = self.address(&mut reading, &email)?;
        if let Err(locked) = address.row.login(self.device).check(reading.now()) {
            return Ok(Err(locked));
        }
        let attempt = self.try_login_password(&mut reading, address.owner(), password)?;
        let lock = locked_by(&address.index);
        self.transact(lock, |reading| self.judge_login(reading, &email, &attempt))
    }

    fn judge_login(
        &self,
        reading: &mut ReadTransaction,
        email: &Email,
        attempt: &Attempt,
    ) -> Result<Decision<Id>> {
        let now = reading.now();
        let mut address = self.address(reading, email)?;
        let person = address.owner();
        let at = CredentialKey::login(person);
        // A wrong guess hangs on the address alone: rows of a person that were put back with it
        // would tell a stranger that there is one.
        let (mut credential, mut present) = (None, 0);
        if attempt.matches {
            credential = reading.get::<CredentialRow>(&at)?;
            let active = reading.get::<PersonRow>(&person)?;
            let active = active.is_some_and(|row| row.state == PersonState::Active);
            present = credential.as_ref().filter(|_| active).map_or(0, |row| row.times_set);
        }
        let attempt = Attempt { matches: attempt.matches && present > 0, ..attempt.clone() };
        let policy = self.identity().credentials.login.throttle(self.device);
        let throttle = *address.row.login(self.device);
        let (after, judged) = credentials::judge(&throttle, present, &attempt, now, &policy);
        let Some(after) = after else {
            return Ok(Decision::from(
                judged.map(|()| Decision::done(WriteSet::default(), person)),
            ));
        };
        address.row.set_login(self.device, after, now);
        let mut changes = WriteSet::default();
        address.put(&mut changes, now);
        let guesses_at = address.guesses_at();
        let ok = judged.is_ok();
        let command = if ok { Command::LOG_IN } else { Command::LOG_IN_FAILED };
        changes.audit.push(AuditEntry::new(guesses_at, command, &Actor::Customer, now));
        Ok(match judged {
            Err(refusal) => Decision::refused(changes, refusal),
            Ok(()) => {
                if let (Some(row), Some(hash)) = (credential, attempt.rehashed) {
                    changes.put(&at, &CredentialRow { hash, ..row });
                }
                Decision::done(changes, person)
            }
        })
    }

    /// Compares a new payment password with the person's login password; `None` while that is
    /// locked: then nothing is compared.
    pub(super) fn compare_with_login(
        &self,
        person: Id,
        password: &PasswordText,
    ) -> Result<Option<bool>> {
        let mut reading = self.read()?;
        if let Ok((row, key)) = self.person(&mut reading, person)? {
            let email = self.email_of(person, &row, &key)?;
            let address = self.address(&mut reading, &email)?;
            if address.row.login(self.device).check(reading.now()).is_err() {
                return Ok(None);
            }
        }
        Ok(Some(self.try_login_password(&mut reading, person, password.expose())?.matches))
    }

    /// Counts that comparison as a failed login into `changes`, which are to be applied whatever
    /// the answer.
    pub(super) fn judge_compared_login(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
        compared: Option<bool>,
    ) -> Result<Result<(), Refusal>> {
        let Some(matches) = compared else { return Ok(Ok(())) };
        let (row, key) = match self.person(reading, person)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (now, email) = (reading.now(), self.email_of(person, &row, &key)?);
        let mut address = self.address(reading, &email)?;
        let policy = self.identity().credentials.login.throttle(self.device);
        let throttle = *address.row.login(self.device);
        let (after, judged) = credentials::judge_comparison(&throttle, matches, now, &policy);
        if let Some(after) = after {
            address.row.set_login(self.device, after, now);
            address.put(changes, now);
            let command = Command::COMPARE_PASSWORDS;
            changes.audit.push(AuditEntry::new(person, command, &Actor::Customer, now));
        }
        Ok(judged)
    }

    /// Compares a login password with the stored one, or does the same work.
    pub(super) fn try_login_password(
        &self,
        reading: &mut ReadTransaction,
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
        let hashing = self.hashing()?;
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
    ) -> Result<Result<(), Refusal>> {
        let new = PasswordText::new(new);
        if let Err(refusal) = self.check_login_password(&new, has_second_factor) {
            return Ok(Err(refusal));
        }
        let mut reading = self.read()?;
        let email = match self.person(&mut reading, person)? {
            Ok((row, key)) => self.email_of(person, &row, &key)?,
            Err(_) => {
                self.hashing()?.matches(&PasswordText::new(present), None)?;
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

    /// Sets a new login password: by a token, which is used up, or because the present one was
    /// given.
    fn replace_login_password(
        &self,
        person: Id,
        new: &PasswordText,
        token: Option<TokenKey>,
    ) -> Result<Result<(), Refusal>> {
        // What was asked for before is over with the password that it was asked for.
        self.write_login_resets()?;
        let compared = self.compare_with_payment_passwords(person, new)?;
        let hash = self.hashing()?.hash(new)?;
        let command = match token {
            Some(_) => Command::RESET_LOGIN_PASSWORD,
            None => Command::CHANGE_LOGIN_PASSWORD,
        };
        self.transact(person, |reading| {
            let now = reading.now();
            let mut changes = WriteSet::default();
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
            }
            for (wallet, matches) in &compared {
                let (wallet, matches) = (*wallet, *matches);
                let judged = self.judge_compared_payment(reading, &mut changes, wallet, matches)?;
                if let Err(refusal) = judged {
                    return Ok(Decision::refused(changes, refusal));
                }
            }
            // Guesses at the former password count no more.
            let mut address = self.address(reading, &self.email_of(person, &row, &key)?)?;
            for device in [Device::Unknown, Device::Known] {
                address.row.set_login(device, Throttle::default(), now);
            }
            address.put(&mut changes, now);
            let sealed = key.seal(person, Field::LOGIN_HASH, hash.as_bytes())?;
            self.put_login_password(reading, &mut changes, person, (command, sealed))?;
            let kind = LetterKind::LOGIN_PASSWORD_CHANGED;
            self.tell(&mut changes, (person, &row, &key), kind, Id::ZERO, now)?;
            Ok(Decision::done(changes, ()))
        })
    }

    /// Compares a new login password with those payment passwords of the person's wallets that are
    /// not locked.
    fn compare_with_payment_passwords(
        &self,
        person: Id,
        new: &PasswordText,
    ) -> Result<Vec<(Id, bool)>> {
        let mut reading = self.read()?;
        let Ok((row, key)) = self.person(&mut reading, person)? else { return Ok(Vec::new()) };
        let (now, mut compared) = (reading.now(), Vec::new());
        for wallet in row.wallets {
            let credential = reading.get::<CredentialRow>(&CredentialKey::payment(wallet))?;
            let open = credential.filter(|row| row.check(self.device, now).is_ok());
            if let Some(credential) = open {
                let stored = Some((&key, &credential));
                let attempt = self.attempt(stored, (wallet, Field::PAYMENT_HASH), new)?;
                compared.push((wallet, attempt.matches));
            }
        }
        Ok(compared)
    }

    /// Asks for a link to set a new login password. Answer and work are the same whether or not the
    /// address has a wallet; nothing is locked by asking. The letter is written the next time that
    /// letters are taken, to the address as it is stored, if it belongs to somebody; none while a
    /// new address cools down ([`Wallets::confirm_email_change`]).
    ///
    /// `requester` is the host's name for whoever asks, 1 to 255 bytes: a network address, say. It
    /// is remembered as a keyed hash for two days. One requester can have a few letters a day sent
    /// ([`LoginPasswords::resets_per_requester`]), to whatever addresses; an address gets
    /// [`Registration::letters_per_day`] of them. Letters that are asked for from a known device
    /// ([`Wallets::known_device`]) are counted apart, so that nobody else uses them up.
    ///
    /// Refused: `address_must_be_valid`, `text_must_be_valid` for a requester whose name is empty
    /// or too long, `too_many_today`.
    ///
    /// [`LoginPasswords::resets_per_requester`]:
    /// crate::wallet::policy::LoginPasswords::resets_per_requester
    /// [`Registration::letters_per_day`]: crate::wallet::policy::Registration::letters_per_day
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn send_login_reset(&self, email: &str, requester: &str) -> Result<Result<(), Refusal>> {
        let named = (1..=REQUESTER_BYTES_MAX).contains(&requester.len());
        let checked = refuse_if(!named, WalletStatus::TEXT_MUST_BE_VALID);
        let email = match checked.and_then(|()| Email::known(email)) {
            Ok(email) => email,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let lock = locked_by(&self.address(&mut self.read()?, &email)?.index);
        self.transact(lock, |reading| {
            let now = reading.now();
            let mut changes = WriteSet::default();
            if let Err(refusal) = self.count_request(reading, &mut changes, requester)? {
                return Ok(refusal.into());
            }
            let mut address = self.address(reading, &email)?;
            let resets = address.row.resets(self.device);
            let per_day = self.identity().registration.letters_per_day;
            if let Err(refusal) = resets.check(now, 0, per_day) {
                return Ok(refusal.into());
            }
            *resets = resets.and_now(now);
            address.put(&mut changes, now);
            // A stranger who asks meets the same rows whoever it is for, and the rest is not done
            // before the stranger has the answer.
            let list = AgendaList::LOGIN_RESETS;
            let entry = AgendaKey { list, due: now, about: Id::new() };
            changes.put(&entry, &Agenda::of(address.owner()));
            Ok(Decision::done(changes, ()))
        })
    }

    /// Counts a letter against its requester.
    fn count_request(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        requester: &str,
    ) -> Result<Result<(), Refusal>> {
        let now = reading.now();
        let index = self.shared.vault.index_keys()?.current.of(IndexKind::REQUESTER, requester);
        let mut row = reading.get::<RequesterRow>(&index)?.unwrap_or_default();
        let per_day = self.identity().credentials.login.resets_per_requester;
        if let Err(refusal) = row.resets.check(now, 0, per_day) {
            return Ok(Err(refusal));
        }
        row.resets = row.resets.and_now(now);
        changes.put(&index, &row);
        super::addresses::put_requester_on_agenda(changes, &index, &row);
        Ok(Ok(()))
    }

    /// Writes the letters that were asked for by [`Wallets::send_login_reset`], if their addresses
    /// belong to somebody. One person's damaged key does not stop the others: support sees that the
    /// letter could not be written, and its link would have ended before the key is mended.
    pub(super) fn write_login_resets(&self) -> Result<()> {
        let list = AgendaList::LOGIN_RESETS;
        for (entry, person) in self.due(&mut self.read()?, list, RESETS_AT_A_TIME)? {
            let written = self.transact(person, |reading| {
                let mut changes = WriteSet::default();
                if reading.get::<Agenda>(&entry)?.is_some() {
                    changes.delete::<Agenda>(&entry);
                    self.write_login_reset(reading, &mut changes, person)?;
                }
                Ok(Decision::done(changes, ()))
            });
            match written {
                Err(Error::Corrupt(_)) => self.give_up_login_reset(&entry, person)?,
                written => written?.map_err(|refusal| Error::Corrupt(refusal.to_string()))?,
            }
        }
        Ok(())
    }

    fn give_up_login_reset(&self, entry: &AgendaKey, person: Id) -> Result<()> {
        let given_up = self.transact(person, |reading| {
            let (mut changes, now) = (WriteSet::default(), reading.now());
            if reading.get::<Agenda>(entry)?.is_some() {
                changes.delete::<Agenda>(entry);
                let is_there = match self.person_row(reading, person) {
                    Err(Error::Corrupt(_)) => false,
                    row => row?.is_ok(),
                };
                if is_there {
                    let letter = (LetterKind::RESET_LOGIN_PASSWORD, Channel::EMAIL);
                    self.give_up_unwritten(&mut changes, person, letter, now);
                }
            }
            Ok(Decision::done(changes, ()))
        })?;
        given_up.map_err(|refusal| Error::Corrupt(refusal.to_string()))
    }

    fn write_login_reset(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
    ) -> Result<()> {
        let now = reading.now();
        let Ok((row, key)) = self.person(reading, person)? else { return Ok(()) };
        if row.state != PersonState::Active {
            return Ok(());
        }
        if self.address_cools_down(reading, person)?.is_some() {
            let letter = (LetterKind::RESET_LOGIN_PASSWORD, Channel::EMAIL);
            self.give_up_unwritten(changes, person, letter, now);
            return Ok(());
        }
        let (token, email) = (Token::new(random()?), self.email_of(person, &row, &key)?);
        let to = (person, &key, &email);
        self.put_login_reset(reading, changes, to, token.hash())?;
        let (kind, channel) = (LetterKind::RESET_LOGIN_PASSWORD, Channel::EMAIL);
        let (about, secret) = (Id::ZERO, token.to_text());
        let address = &*email.letters_to;
        let draft = Draft { kind, channel, about, address, secret: &secret };
        self.write_letter(changes, (person, &key), &draft, now)?;
        let command = Command::SEND_LOGIN_RESET;
        changes.audit.push(AuditEntry::new(person, command, &Actor::Customer, now));
        Ok(())
    }

    /// Writes the rows of a link that ends the one before.
    fn put_login_reset(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
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
    ) -> Result<Result<(), Refusal>> {
        let new = PasswordText::new(new);
        if let Err(refusal) = self.check_login_password(&new, has_second_factor) {
            return Ok(Err(refusal));
        }
        let invalid = Ok(Err(Refusal::of(WalletStatus::TOKEN_MUST_BE_VALID)));
        let Some(token) = Token::from_text(token) else { return invalid };
        // A link that was asked for since ends this one.
        self.write_login_resets()?;
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

/// Logins of one address are judged one after the other, whether or not it belongs to somebody.
fn locked_by(index: &BlindIndex) -> Id {
    super::addresses::agenda_key(index, Timestamp::NONE).about
}
