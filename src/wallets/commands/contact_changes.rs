//! Changing an e-mail address or a telephone number.

use super::Wallets;
use super::hashing::random;
use super::letters::Draft;
use super::persons::PersonKey;
use super::telling::seal_profile;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::contact::Email;
use crate::wallets::rules::contact_change::{self, Contact, ContactChange};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::registration;
use crate::wallets::rules::rows::{
    Agenda, AgendaList, ContactChangeKey, ContactChangeRow, ContactChangeState, CredentialKey,
    CredentialRow, PersonRow, PersonState, TokenKey, TokenPurpose, TokenRow, WalletRow,
    WalletState,
};
use crate::wallets::rules::secrets::{BlindIndex, Code, Field, Token};
use crate::wallets::rules::{
    Actor, AuditEntry, Channel, Command, Decision, LetterKind, Refusal, WalletStatus, WriteSet,
};
use zeroize::Zeroizing;

/// A person with their row and key.
pub(super) type Whom<'w> = (Id, &'w PersonRow, &'w PersonKey);

impl Wallets {
    /// Begins to change the e-mail address or the telephone number of a customer whom the host has
    /// authenticated: a letter goes to the new one, with a link for
    /// [`Wallets::confirm_email_change`], or a code for [`Wallets::confirm_phone_change`]. Until
    /// it is confirmed all stays as it is. A new letter ends the one before.
    ///
    /// The answer is the same whether or not the address belongs to another person; its owner is
    /// told by the letter then. A customer with a new telephone needs nobody of the staff: she logs
    /// in and gives its number. Who cannot log in any more has it changed by a correction, with
    /// evidence: see [`Wallets::open_correction`].
    ///
    /// Refused: `address_must_be_valid`; `text_must_be_valid` for a number or channel;
    /// `text_must_not_hold_a_card_number`, `person_not_found`, `person_must_be_active`,
    /// `data_is_damaged`; `address_already_confirmed` if it is the present one;
    /// `change_is_under_way` while the last one cools down; `too_soon`, `too_many_today`,
    /// `too_many`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn begin_contact_change(
        &self,
        person: Id,
        channel: Channel,
        new: &str,
    ) -> Result<Result<(), Refusal>> {
        let new = match Contact::new(channel, new) {
            Ok(new) => new,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.transact(person, |reading| {
            let (row, key) = match self.person_with_whole_key(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            let (whom, mut changes) = ((person, &row, &key), WriteSet::default());
            let by = (Id::ZERO, &Actor::Customer);
            let begun = self.begin_change(reading, &mut changes, whom, &new, by)?;
            Ok(begun.map(|()| Decision::done(changes, ())).into())
        })
    }

    /// The same for whoever wants it, as part of a case or of none.
    pub(super) fn begin_change(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (person, row, key): Whom<'_>,
        new: &Contact,
        (case, actor): (Id, &Actor),
    ) -> Result<Result<(), Refusal>> {
        let (now, policy) = (reading.now(), &self.identity().contact);
        let at = ContactChangeKey { person, channel: new.channel() };
        let present = reading.get::<ContactChangeRow>(&at)?;
        let is_active = row.state == PersonState::Active;
        let may = refuse_if(!is_active, WalletStatus::PERSON_MUST_BE_ACTIVE)
            .and_then(|()| contact_change::may_begin(present.as_ref(), now, policy));
        let letters = match may {
            Ok(letters) => letters,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if self.is_present(new, (person, row, key))? {
            return Ok(Err(WalletStatus::ADDRESS_ALREADY_CONFIRMED.into()));
        }
        if let Err(refusal) = self.make_outbox_room(reading, changes, person)? {
            return Ok(Err(refusal));
        }
        if let Some(present) = &present {
            self.end_change(reading, changes, (person, row), (at, present))?;
        }
        let sealed = key.seal(at.record(), Field::NEW_CONTACT, new.text().as_bytes())?;
        let begun = match new {
            Contact::Email(email) => {
                let mut address = self.address(reading, email)?;
                let registration = &self.identity().registration;
                let may = registration::may_write_to(&address.row, now, registration);
                if let Err(refusal) = may {
                    return Ok(Err(refusal));
                }
                let (owner, token) = (address.row.owner, Token::new(random()?));
                let is_decoy = !owner.is_zero() && owner != person;
                // It was hers before, and is let go as above.
                if owner == person {
                    address.row.owner = Id::ZERO;
                }
                address.row.letters = address.row.letters.and_now(now);
                address.put(changes, now);
                let due = now.plus_seconds(policy.link_seconds);
                // A stand-in has a token too, of which nobody is told: the same rows, the same
                // work.
                let mac = key.mac(person, Field::ADDRESS, email.normal.as_bytes());
                put_token(changes, TokenPurpose::CONFIRM_NEW_ADDRESS, &token, (person, mac, due));
                let text = token.to_text();
                let (kind, secret) = match is_decoy {
                    true => (LetterKind::NEW_ADDRESS_IS_TAKEN, ""),
                    false => (LetterKind::CONFIRM_NEW_ADDRESS, text.as_str()),
                };
                let stored = self.letters_to(reading, if is_decoy { owner } else { Id::ZERO })?;
                let address = stored.as_ref().unwrap_or(&email.letters_to);
                let (channel, about) = (Channel::EMAIL, case);
                let draft = Draft { kind, channel, about, address, secret };
                self.write_letter(changes, (person, key), &draft, now)?;
                let of = (case, is_decoy);
                ContactChangeRow::begin((sealed, token.hash()), of, letters, (now, due), 0)
            }
            Contact::Phone(number) => {
                let code = Code::new(random()?);
                let mac = key.mac(at.record(), Field::CONTACT_CODE, code.expose().as_bytes());
                let codes = &self.identity().credentials.codes;
                let (due, tries) = contact_change::code_limits(now, codes);
                let (kind, channel) = (LetterKind::CONFIRM_NEW_PHONE, Channel::PHONE);
                let (about, secret) = (case, code.expose());
                let draft = Draft { kind, channel, about, address: number, secret };
                self.write_letter(changes, (person, key), &draft, now)?;
                let of = (case, false);
                ContactChangeRow::begin((sealed, mac), of, letters, (now, due), tries)
            }
        };
        contact_change::replace(changes, at, present.as_ref(), &begun);
        let entry = entry((person, Command::BEGIN_CONTACT_CHANGE), at, (None, &begun), actor, now);
        changes.audit.push(entry.about(case));
        Ok(Ok(()))
    }

    /// Whether letters go there already.
    fn is_present(&self, new: &Contact, (person, row, key): Whom<'_>) -> Result<bool> {
        Ok(match new {
            Contact::Email(email) => self.email_of(person, row, key)?.normal == email.normal,
            Contact::Phone(number) => {
                let profile = self.profile_of(person, row, key)?;
                profile.is_some_and(|profile| profile.phone == *number)
            }
        })
    }

    /// Confirms a new e-mail address by the token of the link, and gives the person. From now on
    /// letters go there; links for a new password, however, to nobody before the cool-down is over
    /// ([`ContactChanges::cooldown_seconds`]), and limits are lower until then. A notice with a
    /// link that stops the change ([`Wallets::stop_contact_change_by_link`]) goes to the former
    /// address and to the telephone.
    ///
    /// Refused: `token_must_be_valid`; `person_exists` if somebody else has confirmed the address
    /// meanwhile.
    ///
    /// [`ContactChanges::cooldown_seconds`]:
    /// crate::wallet::policy::ContactChanges::cooldown_seconds
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn confirm_email_change(&self, token: &str) -> Result<Result<Id, Refusal>> {
        let invalid = || Refusal::of(WalletStatus::TOKEN_MUST_BE_VALID);
        let Some(token) = Token::from_text(token) else { return Ok(Err(invalid())) };
        let (purpose, hash) = (TokenPurpose::CONFIRM_NEW_ADDRESS, token.hash());
        let place = TokenKey { purpose, hash };
        let lock = self.read()?.peek::<TokenRow>(&place)?.map_or(Id::ZERO, |row| row.person);
        self.transact(lock, |reading| {
            let now = reading.now();
            let token = match registration::token(reading.get::<TokenRow>(&place)?, now) {
                Ok(token) => token,
                Err(refusal) => return Ok(refusal.into()),
            };
            let person = token.person;
            let Ok((row, key)) = self.person(reading, person)? else {
                return Ok(invalid().into());
            };
            let at = ContactChangeKey { person, channel: Channel::EMAIL };
            let found = reading.get::<ContactChangeRow>(&at)?;
            let change = match contact_change::confirmed_by_link(found.clone(), &hash, now) {
                Ok(change) => change,
                Err(refusal) => return Ok(refusal.into()),
            };
            let new = key.open_text(at.record(), Field::NEW_CONTACT, &change.new)?;
            let Ok(email) = Email::stored(&new) else { return Ok(invalid().into()) };
            let mut address = self.address(reading, &email)?;
            let taken = !address.row.owner.is_zero() && address.row.owner != person;
            if let Err(refusal) = refuse_if(taken, WalletStatus::PERSON_EXISTS) {
                return Ok(refusal.into());
            }
            let mut changes = WriteSet::default();
            changes.delete::<TokenRow>(&place);
            address.row.owner = person;
            address.put(&mut changes, now);
            let former = self.email_of(person, &row, &key)?.letters_to;
            let change = ContactChangeRow { former_index: Some(row.address_index), ..change };
            let whom = (person, &row, &key);
            self.put_in_force(reading, &mut changes, whom, (at, change, &former))?;
            self.end_login_reset(reading, &mut changes, person)?;
            let sealed = key.seal(person, Field::ADDRESS, email.letters_to.as_bytes())?;
            let (address, address_index) = (Some(sealed), address.index);
            changes.put(&person, &PersonRow { address, address_index, ..row });
            Ok(Decision::done(changes, person))
        })
    }

    /// Confirms a new telephone number by the code that was sent there; it takes the tries of
    /// [`CodePolicy`](crate::wallet::policy::CodePolicy). Limits are lower until the cool-down is
    /// over. A notice with a link that stops the change goes to the former number and to the
    /// e-mail address.
    ///
    /// Refused: `code_must_match`, whatever is wrong with it.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn confirm_phone_change(&self, person: Id, code: &str) -> Result<Result<(), Refusal>> {
        let code = Code::from_text(code);
        let at = ContactChangeKey { person, channel: Channel::PHONE };
        self.transact(person, |reading| {
            let now = reading.now();
            let wrong = || Ok(Refusal::of(WalletStatus::CODE_MUST_MATCH).into());
            let Ok((row, key)) = self.person(reading, person)? else { return wrong() };
            let Some(found) = reading.get::<ContactChangeRow>(&at)? else { return wrong() };
            let typed = code
                .as_ref()
                .map(|code| key.mac(at.record(), Field::CONTACT_CODE, code.expose().as_bytes()));
            let (change, is_right) = contact_change::judge_code(found.clone(), typed, now);
            if change == found {
                return wrong();
            }
            if !is_right {
                let command = Command::CODE_FAILED;
                let entry = AuditEntry::new(person, command, &Actor::Customer, now);
                let mut changes = WriteSet::of(entry);
                changes.put(&at, &change);
                return Ok(Decision::refused(changes, WalletStatus::CODE_MUST_MATCH));
            }
            let Some(mut profile) = self.profile_of(person, &row, &key)? else { return wrong() };
            let new = key.open_text(at.record(), Field::NEW_CONTACT, &change.new)?;
            let former = Zeroizing::new(std::mem::replace(&mut profile.phone, new.to_string()));
            let mut changes = WriteSet::default();
            let whom = (person, &row, &key);
            self.put_in_force(reading, &mut changes, whom, (at, change, &former))?;
            let profile = Some(seal_profile(&key, person, &profile)?);
            changes.put(&person, &PersonRow { profile, ..row });
            Ok(Decision::done(changes, ()))
        })
    }

    /// What is the same for both: cool-down, notices, the link by which it is stopped.
    fn put_in_force(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (person, row, key): Whom<'_>,
        (at, change, former): (ContactChangeKey, ContactChangeRow, &str),
    ) -> Result<()> {
        let (now, token) = (reading.now(), Token::new(random()?));
        let due = now.plus_seconds(self.identity().contact.cooldown_seconds);
        let sealed = key.seal(at.record(), Field::FORMER_CONTACT, former.as_bytes())?;
        let purpose = TokenPurpose::STOP_CONTACT_CHANGE;
        put_token(changes, purpose, &token, (person, [0; 32], due));
        self.cool_down(reading, changes, row, due)?;
        let (kind, about, secret) = (LetterKind::CONTACT_CHANGED, change.case, token.to_text());
        // To where the customer was reached until now, by each channel.
        let phone = self.profile_of(person, row, key)?.map(|profile| profile.phone.clone());
        let email = self.email_of(person, row, key)?.letters_to;
        let reached = [(Channel::EMAIL, Some(email)), (Channel::PHONE, phone)];
        for (channel, address) in reached {
            let Some(address) = address.map(Zeroizing::new) else { continue };
            let draft = Draft { kind, channel, about, address: &address, secret: &secret };
            self.write_letter(changes, (person, key), &draft, now)?;
        }
        let before = change.clone();
        let after = contact_change::in_force(change, sealed, token.hash(), due);
        contact_change::replace(changes, at, Some(&before), &after);
        let of = (person, Command::CONFIRM_CONTACT_CHANGE);
        let entry = entry(of, at, (Some(&before), &after), &Actor::Customer, now);
        changes.audit.push(entry.about(before.case));
        Ok(())
    }

    /// Lower limits for the wallets of a person.
    fn cool_down(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        row: &PersonRow,
        until: Timestamp,
    ) -> Result<()> {
        for id in &row.wallets {
            let wallet = reading.get::<WalletRow>(id)?;
            if let Some(wallet) = wallet.filter(|wallet| wallet.state != WalletState::Closed) {
                let cooldown_until = wallet.cooldown_until.max(until);
                changes.put(id, &WalletRow { cooldown_until, ..wallet });
            }
        }
        Ok(())
    }

    /// Stops the change of an address or number, for the customer whom the host has authenticated
    /// or for a member of staff: one that is not confirmed is dropped, and one that cools down is
    /// taken back. The customer is told by every channel; lower limits last as long as they would
    /// have.
    ///
    /// Refused: `person_not_found`, `change_not_found` if there is none, or it stands already;
    /// `data_is_damaged`, `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn stop_contact_change(
        &self,
        person: Id,
        channel: Channel,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let at = ContactChangeKey { person, channel };
        let stopped = self.transact(person, |reading| {
            if let Err(refusal) = self.admit(reading, Command::STOP_CONTACT_CHANGE, actor)? {
                return Ok(refusal.into());
            }
            let (row, key) = match self.person_with_whole_key(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            let now = reading.now();
            let found = reading.get::<ContactChangeRow>(&at)?;
            let Some(change) = found.filter(|change| change.view(at, now).is_some()) else {
                return Ok(Refusal::of(WalletStatus::CHANGE_NOT_FOUND).into());
            };
            let whom = (person, &row, &key);
            let changes = self.stopped(reading, whom, (at, &change), actor)?;
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted((person, Command::STOP_CONTACT_CHANGE, Id::ZERO), actor, stopped)
    }

    /// The same by the link of the notice, for whoever is reached where the customer was; gives the
    /// person, whose sessions the host ends.
    ///
    /// Refused: `token_must_be_valid`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn stop_contact_change_by_link(&self, token: &str) -> Result<Result<Id, Refusal>> {
        let invalid = || Refusal::of(WalletStatus::TOKEN_MUST_BE_VALID);
        let Some(token) = Token::from_text(token) else { return Ok(Err(invalid())) };
        let (purpose, hash) = (TokenPurpose::STOP_CONTACT_CHANGE, token.hash());
        let place = TokenKey { purpose, hash };
        let lock = self.read()?.peek::<TokenRow>(&place)?.map_or(Id::ZERO, |row| row.person);
        self.transact(lock, |reading| {
            let now = reading.now();
            let token = match registration::token(reading.get::<TokenRow>(&place)?, now) {
                Ok(token) => token,
                Err(refusal) => return Ok(refusal.into()),
            };
            let person = token.person;
            let Ok((row, key)) = self.person(reading, person)? else {
                return Ok(invalid().into());
            };
            for channel in [Channel::EMAIL, Channel::PHONE] {
                let at = ContactChangeKey { person, channel };
                let Some(change) = reading.get::<ContactChangeRow>(&at)? else { continue };
                if change.is_cooling_down(now) && change.stop_token == hash {
                    let (whom, by) = ((person, &row, &key), Actor::Customer);
                    let changes = self.stopped(reading, whom, (at, &change), &by)?;
                    return Ok(Decision::done(changes, person));
                }
            }
            Ok(invalid().into())
        })
    }

    /// The changes that stop a change which is not over.
    fn stopped(
        &self,
        reading: &mut ReadTransaction,
        (person, row, key): Whom<'_>,
        (at, change): (ContactChangeKey, &ContactChangeRow),
        actor: &Actor,
    ) -> Result<WriteSet> {
        let now = reading.now();
        let mut changes = WriteSet::default();
        let mut after = row.clone();
        if let Some(former) = &change.former {
            let former = key.open_text(at.record(), Field::FORMER_CONTACT, former)?;
            if at.channel == Channel::PHONE {
                if let Some(mut profile) = self.profile_of(person, row, key)? {
                    former.as_str().clone_into(&mut profile.phone);
                    after.profile = Some(seal_profile(key, person, &profile)?);
                }
            } else {
                self.let_go(reading, &mut changes, person, row.address_index)?;
                after.address = Some(key.seal(person, Field::ADDRESS, former.as_bytes())?);
                after.address_index = change.former_index.unwrap_or(row.address_index);
                self.end_login_reset(reading, &mut changes, person)?;
            }
        }
        self.end_change(reading, &mut changes, (person, &after), (at, change))?;
        let ended = change.clone().ended(now);
        contact_change::replace(&mut changes, at, Some(change), &ended);
        let of = (person, Command::STOP_CONTACT_CHANGE);
        let entry = entry(of, at, (Some(change), &ended), actor, now);
        changes.audit.push(entry.about(change.case));
        let kind = LetterKind::CONTACT_CHANGE_STOPPED;
        self.tell(&mut changes, (person, &after, key), kind, change.case, now)?;
        changes.put(&person, &after);
        Ok(changes)
    }

    /// Ends what a change still holds: its links, and the address that it replaced.
    fn end_change(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (person, row): (Id, &PersonRow),
        (at, change): (ContactChangeKey, &ContactChangeRow),
    ) -> Result<()> {
        for (purpose, hash) in [
            (TokenPurpose::CONFIRM_NEW_ADDRESS, change.secret),
            (TokenPurpose::STOP_CONTACT_CHANGE, change.stop_token),
        ] {
            let place = TokenKey { purpose, hash };
            if reading.get::<TokenRow>(&place)?.is_some() {
                changes.delete::<TokenRow>(&place);
            }
        }
        match change.former_index {
            Some(former) if at.channel == Channel::EMAIL && former != row.address_index => {
                self.let_go(reading, changes, person, former)
            }
            _ => Ok(()),
        }
    }

    /// Lets an address go that belonged to a person.
    fn let_go(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
        index: BlindIndex,
    ) -> Result<()> {
        let mut address = self.address_at(reading, index)?;
        if address.row.owner == person {
            address.row.owner = Id::ZERO;
            address.row.forget_at = reading.now();
            address.put(changes, reading.now());
            super::addresses::put_on_agenda(changes, &address.index, reading.now());
        }
        Ok(())
    }

    /// Ends a link for a new login password that is on its way.
    fn end_login_reset(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
    ) -> Result<()> {
        let at = CredentialKey::login(person);
        if let Some(row) = reading.get::<CredentialRow>(&at)? {
            let (purpose, hash) = (TokenPurpose::RESET_LOGIN_PASSWORD, row.reset_token);
            changes.delete::<TokenRow>(&TokenKey { purpose, hash });
            changes.put(&at, &CredentialRow { reset_token: [0; 32], ..row });
        }
        Ok(())
    }

    /// Until when no link for a new password goes to a person, because the address was changed;
    /// `None` if it can.
    pub(super) fn address_cools_down(
        &self,
        reading: &mut ReadTransaction,
        person: Id,
    ) -> Result<Option<Timestamp>> {
        let at = ContactChangeKey { person, channel: Channel::EMAIL };
        let change = reading.get::<ContactChangeRow>(&at)?;
        let now = reading.now();
        Ok(change.filter(|change| change.is_cooling_down(now)).map(|change| change.due))
    }

    /// The changes of addresses and numbers of a person that wait for their confirmation, or cool
    /// down.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn contact_changes(&self, person: Id) -> Result<Vec<ContactChange>> {
        let reading = self.read()?;
        let mut found = Vec::new();
        for channel in [Channel::EMAIL, Channel::PHONE] {
            let at = ContactChangeKey { person, channel };
            let change = reading.peek::<ContactChangeRow>(&at)?;
            found.extend(change.and_then(|change| change.view(at, reading.now())));
        }
        Ok(found)
    }

    /// Ends changes whose time is over: of those that were confirmed the former address is free
    /// now. Gives how many were looked at.
    pub(super) fn end_contact_changes(&self, limit: usize) -> Result<usize> {
        let mut count = 0_usize;
        for (list, channel) in [
            (AgendaList::EMAIL_CHANGES, Channel::EMAIL),
            (AgendaList::PHONE_CHANGES, Channel::PHONE),
        ] {
            for (agenda, person) in self.due(&mut self.read()?, list, limit)? {
                let at = ContactChangeKey { person, channel };
                let ended = self.transact(person, |reading| {
                    let mut changes = WriteSet::default();
                    let found = reading.get::<ContactChangeRow>(&at)?;
                    let person_row = reading.get::<PersonRow>(&person)?;
                    let is_due = found.as_ref().is_some_and(|row| row.agenda_key(at) == agenda);
                    let (Some(change), Some(row), true) = (found, person_row, is_due) else {
                        changes.delete::<Agenda>(&agenda);
                        return Ok(Decision::done(changes, ()));
                    };
                    if change.state() == ContactChangeState::ENDED {
                        changes.delete::<ContactChangeRow>(&at);
                        changes.delete::<Agenda>(&agenda);
                        return Ok(Decision::done(changes, ()));
                    }
                    let now = reading.now();
                    self.end_change(reading, &mut changes, (person, &row), (at, &change))?;
                    let ended = change.clone().ended(now);
                    contact_change::replace(&mut changes, at, Some(&change), &ended);
                    let of = (person, Command::END_CONTACT_CHANGE);
                    let entry = entry(of, at, (Some(&change), &ended), &Actor::System, now);
                    changes.audit.push(entry.about(change.case));
                    Ok(Decision::done(changes, ()))
                })?;
                ended.map_err(|refusal| Error::Corrupt(refusal.to_string()))?;
                count = count.saturating_add(1);
            }
        }
        Ok(count)
    }

    /// For a person who is erased: forgets the changes, and lets go what they hold.
    pub(super) fn forget_contact_changes(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (person, row): (Id, &PersonRow),
    ) -> Result<()> {
        for channel in [Channel::EMAIL, Channel::PHONE] {
            let at = ContactChangeKey { person, channel };
            let Some(change) = reading.get::<ContactChangeRow>(&at)? else { continue };
            self.end_change(reading, changes, (person, row), (at, &change))?;
            changes.delete::<Agenda>(&change.agenda_key(at));
            changes.delete::<ContactChangeRow>(&at);
        }
        Ok(())
    }
}

fn put_token(
    changes: &mut WriteSet,
    purpose: TokenPurpose,
    token: &Token,
    (person, address, expires_at): (Id, [u8; 32], Timestamp),
) {
    let row = TokenRow { person, wallet: Id::ZERO, case: Id::ZERO, address, expires_at };
    changes.put(&TokenKey { purpose, hash: token.hash() }, &row);
}

/// What the trail says: which channel, and from where to where; of the addresses nothing.
fn entry(
    (person, command): (Id, Command),
    at: ContactChangeKey,
    (before, after): (Option<&ContactChangeRow>, &ContactChangeRow),
    actor: &Actor,
    now: Timestamp,
) -> AuditEntry {
    let before = before.map_or("none", |row| row.state().name());
    let what = format!("{} change", at.channel);
    AuditEntry::new(person, command, actor, now).detail(from_to(&what, before, after.state()))
}
