//! Notifying a customer by every channel, even while the key is damaged.
//!
//! A letter is sealed under its recipient's key. While that is damaged, a notice is written without
//! contents, and filled in when the letter can be handed over.

use super::Wallets;
use super::letters::{Draft, seal_body};
use super::persons::PersonKey;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::rows::{Contents, LetterBody, LetterKey, LetterRow, PersonRow};
use crate::wallets::rules::secrets::{Field, Sealed};
use crate::wallets::rules::{Channel, LetterKind, LetterState, Profile, WriteSet, outbox};
use zeroize::Zeroizing;

impl Wallets {
    /// Notifies the customer by every channel.
    pub(super) fn tell(
        &self,
        changes: &mut WriteSet,
        (person, row, key): (Id, &PersonRow, &PersonKey),
        kind: LetterKind,
        about: Id,
        now: Timestamp,
    ) -> Result<()> {
        for channel in channels_of(row) {
            let address = self.address_by(channel, (person, row, key))?;
            let draft = Draft { kind, channel, about, address: &address, secret: "" };
            self.write_letter(changes, (person, key), &draft, now)?;
        }
        Ok(())
    }

    /// The same, where a command must not depend on one person's damaged key: the letters wait
    /// until it is mended, and are filled in then.
    pub(super) fn tell_with_or_without_key(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
        (kind, about): (LetterKind, Id),
    ) -> Result<()> {
        let now = reading.now();
        let Ok(row) = self.person_row(reading, person)? else { return Ok(()) };
        let mut told = WriteSet::default();
        let written = self
            .living_person_key(person, &row)
            .and_then(|key| self.tell(&mut told, (person, &row, &key), kind, about, now));
        match written {
            Ok(()) => changes.rows.append(&mut told.rows),
            Err(Error::Corrupt(_)) => {
                for channel in channels_of(&row) {
                    let blank = blank(kind, channel, about, now);
                    outbox::enqueue(changes, &LetterKey { person, letter: Id::new() }, &blank);
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// A letter that was written without contents, filled in; `None` if it should carry a token or
    /// code, which would have expired by now.
    pub(super) fn fill_in(
        &self,
        letter: &LetterKey,
        row: &LetterRow,
        (person, key): (&PersonRow, &PersonKey),
    ) -> Result<Option<LetterRow>> {
        let (kind, channel) =
            (LetterKind::from_number(row.kind), Channel::from_number(row.channel));
        if kind.carries_secret() {
            return Ok(None);
        }
        let address = self.address_by(channel, (letter.person, person, key))?;
        let body = LetterBody { address: address.to_string(), secret: String::new() };
        let body = seal_body(key, *letter, kind, &body)?;
        Ok(Some(LetterRow { body, ..row.clone() }))
    }

    /// Remembers for support that a letter with a link was asked for, and could not be written.
    pub(super) fn give_up_unwritten(
        &self,
        changes: &mut WriteSet,
        person: Id,
        (kind, channel): (LetterKind, Channel),
        now: Timestamp,
    ) {
        let due = now.plus_seconds(self.identity().outbox.keep_seconds);
        let state = LetterState::BOUNCED.number();
        let row = LetterRow { state, due, ..blank(kind, channel, Id::ZERO, now) };
        outbox::enqueue(changes, &LetterKey { person, letter: Id::new() }, &row);
    }

    /// The address or number by which a channel reaches a person.
    fn address_by(
        &self,
        channel: Channel,
        (person, row, key): (Id, &PersonRow, &PersonKey),
    ) -> Result<Zeroizing<String>> {
        if channel != Channel::PHONE {
            return Ok(self.email_of(person, row, key)?.letters_to.into());
        }
        let none = || Error::Corrupt(format!("person {person} has no profile"));
        let profile = self.profile_of(person, row, key)?.ok_or_else(none)?;
        Ok(profile.phone.clone().into())
    }

    /// A person's profile.
    pub(super) fn profile_of(
        &self,
        person: Id,
        row: &PersonRow,
        key: &PersonKey,
    ) -> Result<Option<Profile>> {
        let Some(sealed) = &row.profile else { return Ok(None) };
        let profile = Profile::from_clear(&key.open(person, Field::PROFILE, sealed)?);
        let unread = |why| Error::unread_contents::<Profile>(format!("person {person}"), why);
        profile.map(Some).map_err(unread)
    }
}

/// A profile as it is stored.
pub(super) fn seal_profile(key: &PersonKey, person: Id, profile: &Profile) -> Result<Sealed> {
    let clear = profile.to_clear();
    let unread = |why| Error::unread_contents::<Profile>(format!("person {person}"), why);
    key.seal(person, Field::PROFILE, &clear.map_err(unread)?)
}

/// The channels by which a customer can be reached: the telephone number is in the profile.
fn channels_of(row: &PersonRow) -> impl Iterator<Item = Channel> {
    let phone = row.profile.as_ref().map(|_| Channel::PHONE);
    std::iter::once(Channel::EMAIL).chain(phone)
}

/// A letter without contents, due at once.
fn blank(kind: LetterKind, channel: Channel, about: Id, now: Timestamp) -> LetterRow {
    LetterRow {
        kind: kind.number(),
        channel: channel.number(),
        state: LetterState::AWAITS_KEY.number(),
        about,
        body: Sealed::NOTHING,
        created_at: now,
        attempts: 0,
        due: now,
    }
}
