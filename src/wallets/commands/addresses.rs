//! E-mail addresses: looking up what is known of one, whether or not it belongs to a customer.

use super::Wallets;
use super::persons::PersonKey;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::contact::Email;
use crate::wallets::rules::rows::{
    AddressRow, Agenda, AgendaKey, AgendaList, PersonRow, RequesterRow, RowKey,
};
use crate::wallets::rules::secrets::{BlindIndex, Field, IndexKind};
use crate::wallets::rules::{AuditEntry, Decision, WriteSet};

/// How long an address that belongs to nobody is remembered at least. It is kept longer while
/// failed logins or letters count for it, as they would for a customer's.
const FORGET_AFTER_SECONDS: u32 = 2 * 24 * 60 * 60;
/// How many guesses at an address that belongs to nobody are forgotten in one chain.
const GUESSES_AT_A_TIME: usize = 32;

/// What is known of an address, and where it lies.
pub(super) struct Address {
    pub(super) index: BlindIndex,
    pub(super) row: AddressRow,
    is_variant: bool,
}

impl Address {
    /// Writes what is known now, and puts the address on the agenda, to be forgotten if it belongs
    /// to nobody by then. These are the same two rows for every address, so that the work reveals
    /// nothing.
    pub(super) fn put(&self, changes: &mut WriteSet, now: Timestamp) {
        let mut row = self.row.clone();
        if row.forget_at <= now {
            row.forget_at = now.plus_seconds(FORGET_AFTER_SECONDS);
        }
        put_on_agenda(changes, &self.index, row.forget_at);
        changes.put(&self.index, &row);
    }

    /// The person whom the address finds as it was typed; zero for none.
    pub(super) fn owner(&self) -> Id {
        if self.is_variant { Id::ZERO } else { self.row.owner }
    }

    /// The subject whose trail records a wrong guess: the owner, or the address alone, whose trail
    /// is forgotten with the guesses. So guessing at an address writes the same rows, whether or
    /// not it belongs to a customer.
    pub(super) fn guesses_at(&self) -> Id {
        let owner = self.owner();
        if owner.is_zero() { trail_of_nobody(&self.index) } else { owner }
    }
}

/// The trail of guesses at an address that turns out to belong to nobody. No person has such an id:
/// it is part of a keyed hash.
fn trail_of_nobody(index: &BlindIndex) -> Id {
    agenda_key(index, Timestamp::NONE).about
}

pub(super) fn agenda_key(index: &BlindIndex, due: Timestamp) -> AgendaKey {
    let mut about = [0; 16];
    let bytes = index.bytes();
    about.copy_from_slice(&bytes[bytes.len() - 16..]);
    AgendaKey { list: AgendaList::ADDRESSES, due, about: Id::from_bytes(about) }
}

pub(super) fn put_on_agenda(changes: &mut WriteSet, index: &BlindIndex, due: Timestamp) {
    let entry = Agenda { address: Some(*index), ..Agenda::of(Id::ZERO) };
    changes.put(&agenda_key(index, due), &entry);
}

/// Puts a requester on the agenda, to be forgotten once the day in which its letters count is over.
pub(super) fn put_requester_on_agenda(
    changes: &mut WriteSet,
    index: &BlindIndex,
    row: &RequesterRow,
) {
    let due = row.resets.began_at.plus_seconds(FORGET_AFTER_SECONDS);
    let place = AgendaKey { list: AgendaList::REQUESTERS, ..agenda_key(index, due) };
    let entry = Agenda { address: Some(*index), ..Agenda::of(Id::ZERO) };
    changes.put(&place, &entry);
}

impl Wallets {
    /// Forgets guesses at an address that belongs to nobody; says whether none are left.
    pub(super) fn forget_guesses(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        index: &BlindIndex,
    ) -> Result<bool> {
        let trail = trail_of_nobody(index).to_bytes();
        let guesses = reading.scan::<AuditEntry>(&trail, None).take(GUESSES_AT_A_TIME);
        let guesses: Vec<_> = guesses.map(|row| Ok(row?.0)).collect::<Result<_>>()?;
        guesses.iter().for_each(|key| changes.delete::<AuditEntry>(key));
        Ok(guesses.len() < GUESSES_AT_A_TIME)
    }

    /// Forgets requesters whose day is over.
    pub(super) fn purge_requesters(&self, limit: usize) -> Result<()> {
        let purged = self.transact(Id::ZERO, |reading| {
            let now = reading.now();
            let due = self.due(reading, AgendaList::REQUESTERS, limit)?;
            let mut changes = WriteSet::default();
            for (key, _) in &due {
                changes.delete::<Agenda>(key);
                let index = reading.get::<Agenda>(key)?.and_then(|entry| entry.address);
                let Some(index) = index else { continue };
                let row = reading.get::<RequesterRow>(&index)?;
                // Who has asked again since has another entry.
                let is_over = |row: RequesterRow| {
                    row.resets.began_at.plus_seconds(FORGET_AFTER_SECONDS) <= now
                };
                if row.is_some_and(is_over) {
                    changes.delete::<RequesterRow>(&index);
                }
            }
            Ok(Decision::done(changes, ()))
        })?;
        purged.map_err(|refusal| crate::store::Error::Corrupt(refusal.to_string()))
    }

    /// What is known of an address. The command relies on it.
    pub(super) fn address(&self, reading: &mut ReadTransaction, email: &Email) -> Result<Address> {
        let places = self.places(IndexKind::ADDRESS, &email.normal)?;
        for index in &places {
            if let Some(row) = reading.get::<AddressRow>(index)? {
                let row = row.at(reading.now());
                return Ok(Address { index: *index, row, is_variant: email.is_variant });
            }
        }
        // The present key comes first, and there is always one.
        let (index, row) = (places[0], AddressRow::default());
        Ok(Address { index, row, is_variant: email.is_variant })
    }

    /// What is known of the address with this index. The command relies on it.
    pub(super) fn address_at(
        &self,
        reading: &mut ReadTransaction,
        index: BlindIndex,
    ) -> Result<Address> {
        let row = reading.get::<AddressRow>(&index)?.unwrap_or_default();
        Ok(Address { index, row: row.at(reading.now()), is_variant: false })
    }

    /// Where a value may be found by its blind index, the present place first.
    pub(super) fn places(&self, kind: IndexKind, value: &str) -> Result<Vec<BlindIndex>> {
        Ok(self.shared.vault.index_keys()?.places(kind, value))
    }

    /// Where letters to a person go; `None` for nobody. The command does not rely on it.
    pub(super) fn letters_to(
        &self,
        reading: &ReadTransaction,
        person: Id,
    ) -> Result<Option<String>> {
        let Some(row) = reading.peek::<PersonRow>(&person)? else { return Ok(None) };
        let Ok(Some(key)) = self.person_key(person, &row) else { return Ok(None) };
        let email = row.address.is_some().then(|| self.email_of(person, &row, &key));
        Ok(email.transpose()?.map(|email| email.letters_to))
    }

    /// A person's address.
    pub(super) fn email_of(&self, person: Id, row: &PersonRow, key: &PersonKey) -> Result<Email> {
        let Some(sealed) = &row.address else {
            let what = format!("person {person} has no address");
            return Err(crate::store::Error::Corrupt(what));
        };
        let text = key.open_text(person, Field::ADDRESS, sealed)?;
        let unreadable = |_| crate::store::Error::Corrupt(format!("the address of {person}"));
        Email::stored(&text).map_err(unreadable)
    }
}
