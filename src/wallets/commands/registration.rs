//! Registration, as a shopper goes through it.

use super::Wallets;
use super::addresses::Address;
use super::hashing::random;
use super::letters::Draft;
use super::persons::PersonKey;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::contact::Email;
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::registration::{self, agenda_key};
use crate::wallets::rules::rows::{
    Agenda, PersonRow, PersonState, RegistrationRow, TokenKey, TokenPurpose, TokenRow,
};
use crate::wallets::rules::secrets::{Field, Token};
use crate::wallets::rules::{
    Actor, AuditEntry, Channel, Command, Decision, LetterKind, Refusal, WalletStatus, WriteSet,
};

/// What goes on with the guards' `?` and ends with a refusal.
pub(super) fn decide<A>(judged: Result<Decision<A>, Refusal>) -> Decision<A> {
    judged.into()
}

impl Wallets {
    /// Begins the registration of a person at an e-mail address: a letter with a link goes into the
    /// outbox. The answer is the same whether or not the address has a wallet already; if so, its
    /// owner is told by the letter. Sent again with the same id and address, it changes nothing.
    ///
    /// `captcha_ok` is the host's word that a captcha was solved.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn begin_registration(
        &self,
        person: Id,
        email: &str,
        captcha_ok: bool,
    ) -> Result<Result<(), Refusal>> {
        let policy = &self.identity().registration;
        let valid = refuse_if(person.is_zero() || person.is_max(), WalletStatus::ID_MUST_BE_VALID);
        let solved = captcha_ok || !policy.captcha;
        let captcha = || refuse_if(!solved, WalletStatus::CAPTCHA_MUST_BE_SOLVED);
        let email = match valid.and_then(|()| captcha()).and_then(|()| Email::new(email)) {
            Ok(email) => email,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // Looked at before a key is made: who is refused costs nothing.
        match self.may_begin(&mut self.read()?, person, &email)? {
            Ok(None) => (),
            Ok(Some(())) => return Ok(Ok(())),
            Err(refusal) => return Ok(Err(refusal)),
        }
        let (slot, key) = self.create_person_key(person)?;
        let begun = self.transact(person, |reading| {
            let now = reading.now();
            match self.may_begin(reading, person, &email)? {
                Ok(None) => (),
                Ok(Some(())) => return Ok(Decision::done(WriteSet::default(), ())),
                Err(refusal) => return Ok(refusal.into()),
            }
            reading.get::<PersonRow>(&person)?;
            let address = self.address(reading, &email)?;
            let entry = AuditEntry::new(person, Command::BEGIN_REGISTRATION, &Actor::Customer, now);
            let mut changes = WriteSet::of(entry);
            let row = PersonRow {
                state: PersonState::Registering,
                slot,
                created_at: now,
                address: Some(key.seal(person, Field::ADDRESS, email.letters_to.as_bytes())?),
                address_index: address.index,
                profile: None,
                document_index: None,
                consents: Vec::new(),
                wallets: Vec::new(),
                legal_hold: false,
                retain_until: Timestamp::NONE,
                notes: 0,
                proposed: None,
                term: Timestamp::NONE,
            };
            changes.put(&person, &row);
            let mut registration = RegistrationRow {
                is_decoy: false,
                token: [0; 32],
                confirmed_at: Timestamp::NONE,
                letters: Default::default(),
                purge_at: now.plus_seconds(policy.purge_after_seconds),
                is_over: false,
            };
            changes.put(&agenda_key(person, &registration), &Agenda::of(person));
            let to = (person, &key, &email);
            self.send_confirmation(reading, &mut changes, &mut registration, (address, to))?;
            Ok(Decision::done(changes, ()))
        })?;
        if self.read()?.peek::<PersonRow>(&person)?.is_none_or(|row| row.slot != slot) {
            // Another call was faster, and this key is nobody's: left there, it would be one of a
            // person who was erased some day.
            self.shared.vault.destroy(slot, person)?;
        }
        Ok(begun)
    }

    /// Whether a registration may begin; `Some` if this very one has begun already.
    fn may_begin(
        &self,
        reading: &mut ReadTransaction,
        person: Id,
        email: &Email,
    ) -> Result<Result<Option<()>, Refusal>> {
        if let Some(row) = reading.peek::<PersonRow>(&person)? {
            let taken = Ok(Err(Refusal::of(WalletStatus::PERSON_ID_EXISTS)));
            if row.state != PersonState::Registering {
                return taken;
            }
            let known = self.email_of(person, &row, &self.living_person_key(person, &row)?)?;
            return if known.normal == email.normal { Ok(Ok(Some(()))) } else { taken };
        }
        let address = self.address(reading, email)?;
        let policy = &self.identity().registration;
        let may = registration::may_write_to(&address.row, reading.now(), policy);
        Ok(may.map(|()| None))
    }

    /// Writes the letter that a registration waits for, with a new token, and the rows that count
    /// it.
    fn send_confirmation(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        registration: &mut RegistrationRow,
        (mut address, (person, key, email)): (Address, (Id, &PersonKey, &Email)),
    ) -> Result<()> {
        let (now, token) = (reading.now(), Token::new(random()?));
        let owner = address.row.owner;
        registration.is_decoy = !owner.is_zero();
        registration.letters = registration.letters.and_now(now);
        address.row.letters = address.row.letters.and_now(now);
        address.put(changes, now);
        // A stand-in has a token too, of which nobody is told: the same rows, the same work.
        registration.token = token.hash();
        let purpose = TokenPurpose::CONFIRM_ADDRESS;
        let row = TokenRow {
            person,
            wallet: Id::ZERO,
            case: Id::ZERO,
            address: key.mac(person, Field::ADDRESS, email.normal.as_bytes()),
            expires_at: now.plus_seconds(self.identity().registration.link_seconds),
        };
        changes.put(&TokenKey { purpose, hash: registration.token }, &row);
        changes.put(&person, &*registration);
        let text = token.to_text();
        let (kind, secret) = match registration.is_decoy {
            true => (LetterKind::ADDRESS_IS_KNOWN, ""),
            false => (LetterKind::CONFIRM_ADDRESS, text.as_str()),
        };
        // That an address is known is told to its owner, where the owner is written to, and to
        // nobody whose mailbox has another spelling.
        let stored = self.letters_to(reading, owner)?;
        let address = stored.as_ref().unwrap_or(&email.letters_to);
        let draft = Draft { kind, channel: Channel::EMAIL, about: Id::ZERO, address, secret };
        self.write_letter(changes, (person, key), &draft, now)
    }

    /// Sends the letter again, with a new link that ends the old one: after a minute at the
    /// earliest, five times a day.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn resend_confirmation(&self, person: Id) -> Result<Result<(), Refusal>> {
        self.write_again(person, None, Command::RESEND_LETTER)
    }

    /// Corrects the address before it is confirmed, and sends the letter there; within the same
    /// limits as sending it again.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn correct_address(&self, person: Id, email: &str) -> Result<Result<(), Refusal>> {
        match Email::new(email) {
            Ok(email) => self.write_again(person, Some(&email), Command::CORRECT_ADDRESS),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    fn write_again(
        &self,
        person: Id,
        corrected: Option<&Email>,
        command: Command,
    ) -> Result<Result<(), Refusal>> {
        let policy = &self.identity().registration;
        self.transact(person, |reading| {
            let now = reading.now();
            let found = registration::unconfirmed(reading.get::<RegistrationRow>(&person)?);
            let limited = found.and_then(|row| {
                let limits = (policy.resend_after_seconds, policy.letters_per_day);
                row.letters.check(now, limits.0, limits.1).map(|()| row)
            });
            let mut registration = match limited {
                Ok(row) => row,
                Err(refusal) => return Ok(refusal.into()),
            };
            let Some(mut row) = reading.get::<PersonRow>(&person)? else {
                return Ok(Refusal::of(WalletStatus::REGISTRATION_NOT_FOUND).into());
            };
            let key = self.living_person_key(person, &row)?;
            let email = match corrected {
                Some(email) => email.clone(),
                None => self.email_of(person, &row, &key)?,
            };
            let address = self.address(reading, &email)?;
            if let Err(refusal) = registration::may_write_to(&address.row, now, policy) {
                return Ok(refusal.into());
            }
            let mut changes = WriteSet::of(AuditEntry::new(person, command, &Actor::Customer, now));
            self.delete_token(reading, &mut changes, registration.token)?;
            if corrected.is_some() {
                row.address =
                    Some(key.seal(person, Field::ADDRESS, email.letters_to.as_bytes())?);
                row.address_index = address.index;
                changes.put(&person, &row);
            }
            let to = (person, &key, &email);
            self.send_confirmation(reading, &mut changes, &mut registration, (address, to))?;
            Ok(Decision::done(changes, ()))
        })
    }

    pub(super) fn delete_token(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        hash: [u8; 32],
    ) -> Result<()> {
        let key = TokenKey { purpose: TokenPurpose::CONFIRM_ADDRESS, hash };
        if reading.get::<TokenRow>(&key)?.is_some() {
            changes.delete::<TokenRow>(&key);
        }
        Ok(())
    }

    /// Confirms an address by the token of the link; gives the person whose registration goes on.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn confirm_address(&self, token: &str) -> Result<Result<Id, Refusal>> {
        let Some(token) = Token::from_text(token) else {
            return Ok(Err(WalletStatus::TOKEN_MUST_BE_VALID.into()));
        };
        let hash = token.hash();
        let key = TokenKey { purpose: TokenPurpose::CONFIRM_ADDRESS, hash };
        let lock = self.read()?.peek::<TokenRow>(&key)?.map_or(Id::ZERO, |row| row.person);
        self.transact(lock, |reading| {
            let now = reading.now();
            let token = match registration::token(reading.get::<TokenRow>(&key)?, now) {
                Ok(token) => token,
                Err(refusal) => return Ok(refusal.into()),
            };
            let person = token.person;
            let found = reading.get::<RegistrationRow>(&person)?;
            let Some(row) = reading.get::<PersonRow>(&person)? else {
                return Ok(Refusal::of(WalletStatus::TOKEN_MUST_BE_VALID).into());
            };
            let person_key = self.living_person_key(person, &row)?;
            let email = self.email_of(person, &row, &person_key)?;
            let mac = person_key.mac(person, Field::ADDRESS, email.normal.as_bytes());
            let mut address = self.address(reading, &email)?;
            Ok(decide((|| {
                let confirmed = registration::confirm(found, &token, &hash, &mac, now)?;
                let taken = !address.row.owner.is_zero() && address.row.owner != person;
                refuse_if(taken, WalletStatus::PERSON_EXISTS)?;
                let entry =
                    AuditEntry::new(person, Command::CONFIRM_ADDRESS, &Actor::Customer, now);
                let mut changes = WriteSet::of(entry);
                changes.delete::<TokenRow>(&key);
                changes.put(&person, &confirmed);
                changes.put(&person, &PersonRow { address_index: address.index, ..row });
                address.row.owner = person;
                address.put(&mut changes, now);
                Ok(Decision::done(changes, person))
            })()))
        })
    }

    /// A person with a confirmed address whose registration is under way.
    pub(super) fn registering(
        &self,
        reading: &mut ReadTransaction,
        person: Id,
    ) -> Result<Result<(PersonRow, PersonKey), Refusal>> {
        let registration = reading.get::<RegistrationRow>(&person)?;
        if let Err(refusal) = registration::confirmed(registration) {
            return Ok(Err(refusal));
        }
        let Some(row) = reading.get::<PersonRow>(&person)? else {
            return Ok(Err(WalletStatus::REGISTRATION_NOT_FOUND.into()));
        };
        let key = self.living_person_key(person, &row)?;
        Ok(Ok((row, key)))
    }
}
