//! Sealing and opening with a person's key.

use super::Wallets;
use super::hashing::random;
use super::transaction::ReadTransaction;
use crate::model::Id;
use crate::store::{Error, Result};
use crate::wallets::keys::VaultError;
use crate::wallets::rules::rows::{PersonRow, PersonState};
use crate::wallets::rules::secrets::{CipherError, DataKey, Field, Place, Sealed};
use crate::wallets::rules::{Refusal, WalletStatus};
use zeroize::Zeroizing;

/// The key of one person of this store.
#[derive(Clone, Debug)]
pub(super) struct PersonKey {
    key: DataKey,
    store: [u8; 16],
    person: Id,
}

impl PersonKey {
    /// Seals a field of a record: the id of the row that it stands in.
    pub(super) fn seal(&self, record: Id, field: Field, clear: &[u8]) -> Result<Sealed> {
        Ok(self.key.seal(&self.place(record, field), &random()?, clear))
    }

    /// Opens a field of a record.
    pub(super) fn open(
        &self,
        record: Id,
        field: Field,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let opened = self.key.open(&self.place(record, field), sealed);
        opened.map_err(|error| self.damaged(error))
    }

    /// Opens a field that is text.
    pub(super) fn open_text(
        &self,
        record: Id,
        field: Field,
        sealed: &Sealed,
    ) -> Result<Zeroizing<String>> {
        let bytes = self.open(record, field, sealed)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| self.damaged(CipherError(field)))?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// A keyed hash of something short, bound to its place.
    pub(super) fn mac(&self, record: Id, field: Field, bytes: &[u8]) -> [u8; 32] {
        self.key.mac(&self.place(record, field), bytes)
    }

    fn place(&self, record: Id, field: Field) -> Place {
        Place { store: self.store, person: self.person, record, field }
    }

    fn damaged(&self, error: CipherError) -> Error {
        Error::Corrupt(format!("person {}: {error}", self.person))
    }
}

impl Wallets {
    /// Makes a key for a person; gives its number too. Durable on return.
    pub(super) fn create_person_key(&self, person: Id) -> Result<(u64, PersonKey)> {
        let (slot, key) = self.shared.vault.create(person)?;
        Ok((slot, PersonKey { key, store: self.store_id(), person }))
    }

    /// Makes keys for many persons at once.
    #[cfg(feature = "bench-internals")]
    pub(super) fn create_person_keys(&self, persons: &[Id]) -> Result<Vec<(u64, PersonKey)>> {
        let made = self.shared.vault.create_many(persons)?;
        let keys = made.into_iter().zip(persons);
        let store = self.store_id();
        Ok(keys.map(|((slot, key), &person)| (slot, PersonKey { key, store, person })).collect())
    }

    /// The key of a person; `None` if it was destroyed.
    pub(super) fn person_key(&self, person: Id, row: &PersonRow) -> Result<Option<PersonKey>> {
        let key = self.shared.vault.key(row.slot, person).map_err(|error| match error {
            VaultError::Corrupt(what) => {
                Error::Corrupt(format!("{what}; person {person} needs it"))
            }
            error => error.into(),
        })?;
        Ok(key.map(|key| PersonKey { key, store: self.store_id(), person }))
    }

    /// The key of a person; `None` also if it is damaged. For commands on which others wait, and
    /// those that can do without the key.
    pub(super) fn key_if_whole(&self, person: Id, row: &PersonRow) -> Result<Option<PersonKey>> {
        match self.person_key(person, row) {
            Err(Error::Corrupt(_)) => Ok(None),
            key => key,
        }
    }

    /// Whether the key of a person who was not erased is damaged or gone.
    pub(super) fn is_key_damaged(&self, reading: &ReadTransaction, person: Id) -> Result<bool> {
        let Some(row) = reading.peek::<PersonRow>(&person)? else { return Ok(false) };
        Ok(is_there(&row) && self.key_if_whole(person, &row)?.is_none())
    }

    /// The key of a person whose key must be there.
    pub(super) fn living_person_key(&self, person: Id, row: &PersonRow) -> Result<PersonKey> {
        let missing = || Error::Corrupt(format!("file KEYS: the key of person {person} is gone"));
        self.person_key(person, row)?.ok_or_else(missing)
    }

    /// A person who is not erased, registering or active, whatever has become of the key.
    pub(super) fn person_row(
        &self,
        reading: &mut ReadTransaction,
        person: Id,
    ) -> Result<Result<PersonRow, Refusal>> {
        let row = reading.get::<PersonRow>(&person)?;
        Ok(row.filter(is_there).ok_or(Refusal::of(WalletStatus::PERSON_NOT_FOUND)))
    }

    /// A person who is not erased, registering or active, with their key.
    pub(super) fn person(
        &self,
        reading: &mut ReadTransaction,
        person: Id,
    ) -> Result<Result<(PersonRow, PersonKey), Refusal>> {
        let row = match self.person_row(reading, person)? {
            Ok(row) => row,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let key = self.living_person_key(person, &row)?;
        Ok(Ok((row, key)))
    }

    /// The same for commands of staff about one person: a damaged key is a refusal, so that they
    /// learn why the command cannot be carried out.
    pub(super) fn person_with_whole_key(
        &self,
        reading: &mut ReadTransaction,
        person: Id,
    ) -> Result<Result<(PersonRow, PersonKey), Refusal>> {
        let row = match self.person_row(reading, person)? {
            Ok(row) => row,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let key = self.key_if_whole(person, &row)?;
        Ok(key.map(|key| (row, key)).ok_or(Refusal::of(WalletStatus::DATA_IS_DAMAGED)))
    }

    fn store_id(&self) -> [u8; 16] {
        self.shared.store.id()
    }
}

/// Whether a person is neither erased nor about to be.
fn is_there(row: &PersonRow) -> bool {
    !matches!(row.state, PersonState::Erasing | PersonState::Erased)
}
