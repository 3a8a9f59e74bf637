//! Changing keys while everything goes on.

use super::Wallets;
use super::persons::PersonKey;
use super::transaction::ReadTransaction;
use crate::model::Id;
use crate::store::{Error, Result};
use crate::wallets::keys::{MasterChange, MasterKey, Vault, VaultError, zeroed};
use crate::wallets::rules::contact::Email;
use crate::wallets::rules::rows::{
    AddressRow, ContactChangeKey, ContactChangeRow, DocumentRow, PersonRow, PersonState, RowKey,
};
use crate::wallets::rules::secrets::{BlindIndex, Field, IndexKind};
use crate::wallets::rules::{Actor, AuditEntry, Channel, Command, Decision, Refusal, WriteSet};
use std::collections::HashSet;

impl Wallets {
    /// Lets a new master key open the store beside the present one. Once the host has put the new
    /// one in place everywhere, [`Wallets::keep_master_key`] ends the present one. To add one of
    /// two again changes nothing.
    ///
    /// All commands on keys are for staff or for [`Actor::System`], and stand in the store's own
    /// trail ([`AuditEntry::STORE`](crate::wallet::AuditEntry::STORE)) before they are carried out.
    /// Refused: `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if two other keys open the store already: keep one of them first,
    /// so that no key that is in use is shut out unnoticed; also if another one changes the keys at
    /// the same time. [`Error::Io`] if the disk or the host's own wrapping fails, or does not
    /// unwrap to the same what it wrapped; as [`Store::submit`](crate::Store::submit). Nothing has
    /// changed then.
    pub fn add_master_key(&self, master: &MasterKey, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.change_master(Command::ADD_MASTER_KEY, actor, |vault| vault.add_master(master))
    }

    /// Lets this master key alone open the store from now on. It must open it already: the present
    /// one, or one that was added.
    ///
    /// # Errors
    /// [`Error::WrongMasterKey`] if it does not open the store; as [`Wallets::add_master_key`].
    pub fn keep_master_key(
        &self,
        master: &MasterKey,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        self.change_master(Command::KEEP_MASTER_KEY, actor, |vault| vault.keep_master(master))
    }

    /// What cannot be done is found before the trail says that it is.
    fn change_master(
        &self,
        command: Command,
        actor: &Actor,
        prepare: impl FnOnce(&Vault) -> std::result::Result<MasterChange, VaultError>,
    ) -> Result<Result<(), Refusal>> {
        if let Err(refusal) = self.admit_host(&mut self.read()?, command, actor)? {
            return self.attempted_on_keys(command, actor, refusal);
        }
        let change = prepare(&self.shared.vault)?;
        self.on_keys(command, actor, |vault| vault.change_masters(change))
    }

    /// Wraps the keys of all persons by a new key-encryption key, while others use them. A rotation
    /// that was interrupted goes on. Gives how many were wrapped anew.
    ///
    /// # Errors
    /// As [`Wallets::add_master_key`]; [`Error::Corrupt`] if a key is damaged.
    pub fn rotate_key_encryption_key(&self, actor: &Actor) -> Result<Result<u64, Refusal>> {
        self.on_keys(Command::ROTATE_KEY_ENCRYPTION_KEY, actor, |vault| {
            vault.rotate(|zeros| self.check_zeros(zeros))
        })
    }

    /// Begins to index addresses and documents by a new key. What was indexed before is found as
    /// long as [`Wallets::end_index_rotation`] was not called; [`Wallets::reindex`] moves it.
    ///
    /// # Errors
    /// As [`Wallets::add_master_key`].
    pub fn begin_index_rotation(&self, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.on_keys(Command::BEGIN_INDEX_ROTATION, actor, Vault::begin_index_rotation)
    }

    /// Refuses zeros in the place of the key of anybody who was not erased: a copy of it is wrapped
    /// by the key that a rotation would forget.
    fn check_zeros(&self, zeros: &[u64]) -> Result<()> {
        let zeros: HashSet<u64> = zeros.iter().copied().collect();
        for row in self.read()?.scan::<PersonRow>(&[], None) {
            let (person, row) = row?;
            let is_there = !matches!(row.state, PersonState::Erasing | PersonState::Erased);
            if is_there && zeros.contains(&row.slot) {
                let what = format!("{}; person {person} needs it", zeroed(row.slot));
                return Err(Error::Corrupt(what));
            }
        }
        Ok(())
    }

    fn on_keys<A, E>(
        &self,
        command: Command,
        actor: &Actor,
        change: impl FnOnce(&Vault) -> std::result::Result<A, E>,
    ) -> Result<Result<A, Refusal>>
    where
        Error: From<E>,
    {
        Ok(match self.record_key_command(command, actor)? {
            Ok(()) => Ok(change(&self.shared.vault)?),
            Err(refusal) => Err(refusal),
        })
    }

    /// Moves the next persons behind `after`, up to `limit`, to the present key of indexes. Gives
    /// the last one to go on behind; `None` when all are done. Who was moved has it in their trail;
    /// who has a damaged key stays where they are.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn reindex(
        &self,
        after: Option<Id>,
        limit: usize,
        actor: &Actor,
    ) -> Result<Result<Option<Id>, Refusal>> {
        if let Err(refusal) = self.admit_host(&mut self.read()?, Command::REINDEX, actor)? {
            return self.attempted_on_keys(Command::REINDEX, actor, refusal);
        }
        let reading = self.read()?;
        let after = after.map(|id| id.bytes());
        let persons = reading.scan::<PersonRow>(&[], after.as_deref()).take(limit.max(1));
        let persons: Vec<Id> = persons.map(|row| Ok(row?.0)).collect::<Result<_>>()?;
        drop(reading);
        for person in &persons {
            match self.reindex_person(*person, actor) {
                // One person's trouble: `end_index_rotation` says whose, and others are moved.
                Err(Error::Corrupt(_)) | Ok(Ok(())) => (),
                Ok(Err(refusal)) => return Ok(Err(refusal)),
                Err(error) => return Err(error),
            }
        }
        Ok(Ok(if persons.len() < limit.max(1) { None } else { persons.last().copied() }))
    }

    fn reindex_person(&self, person: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.transact(person, |reading| {
            let Some(mut row) = reading.get::<PersonRow>(&person)? else {
                return Ok(Decision::done(WriteSet::default(), ()));
            };
            if matches!(row.state, PersonState::Erasing | PersonState::Erased) {
                return Ok(Decision::done(WriteSet::default(), ()));
            }
            let key = self.living_person_key(person, &row)?;
            let before = row.clone();
            let mut changes = WriteSet::default();
            let email: Email = self.email_of(person, &row, &key)?;
            let places = self.places(IndexKind::ADDRESS, &email.normal)?;
            let found = self.address(reading, &email)?;
            if found.index != places[0] {
                changes.delete::<AddressRow>(&found.index);
                changes.put(&places[0], &found.row);
                if found.row.owner.is_zero() {
                    let due = found.row.forget_at;
                    super::addresses::put_on_agenda(&mut changes, &places[0], due);
                }
            }
            row.address_index = places[0];
            self.reindex_former_address(reading, &mut changes, (person, &key))?;
            if let Some(profile) = self.profile_of(person, &row, &key)? {
                let places = self.places(IndexKind::DOCUMENT, &profile.document())?;
                for former in &places[1..] {
                    if let Some(document) = reading.get::<DocumentRow>(former)?
                        && document.owner == person
                    {
                        changes.delete::<DocumentRow>(former);
                        changes.put(&places[0], &document);
                    }
                }
                row.document_index = Some(places[0]);
            }
            if row == before && changes.is_empty() {
                return Ok(Decision::done(WriteSet::default(), ()));
            }
            changes.put(&person, &row);
            changes.audit.push(AuditEntry::new(person, Command::REINDEX, actor, reading.now()));
            Ok(Decision::done(changes, ()))
        })
    }

    /// Moves the address that a person had before a change, while it is kept free.
    fn reindex_former_address(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (person, key): (Id, &PersonKey),
    ) -> Result<()> {
        let at = ContactChangeKey { person, channel: Channel::EMAIL };
        let Some(change) = reading.get::<ContactChangeRow>(&at)? else { return Ok(()) };
        let (Some(former), Some(index)) = (&change.former, change.former_index) else {
            return Ok(());
        };
        let former = key.open_text(at.record(), Field::FORMER_CONTACT, former)?;
        let unread = |_| Error::Corrupt(format!("the former address of person {person}"));
        let place =
            self.places(IndexKind::ADDRESS, &Email::stored(&former).map_err(unread)?.normal)?[0];
        if place != index {
            let found = self.address_at(reading, index)?;
            changes.delete::<AddressRow>(&index);
            changes.put(&place, &found.row);
            changes.put(&at, &ContactChangeRow { former_index: Some(place), ..change });
        }
        Ok(())
    }

    /// Forgets the former key of indexes. Addresses of nobody that it indexed are forgotten with
    /// it.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if somebody is still indexed by it: [`Wallets::reindex`] first;
    /// as [`Wallets::add_master_key`].
    pub fn end_index_rotation(&self, actor: &Actor) -> Result<Result<(), Refusal>> {
        if let Err(refusal) =
            self.admit_host(&mut self.read()?, Command::END_INDEX_ROTATION, actor)?
        {
            return self.attempted_on_keys(Command::END_INDEX_ROTATION, actor, refusal);
        }
        let Some(former) = self.shared.vault.index_keys()?.previous else { return Ok(Ok(())) };
        let prefix = former.generation.to_be_bytes();
        let in_use = |person: Id| {
            let what =
                "is still indexed by the former key: reindex first, or mend the key or erase";
            Error::InvalidArgument(format!("person {person} {what}"))
        };
        // Until there is none: whoever is at work may have taken an address of nobody meanwhile.
        loop {
            let reading = self.read()?;
            if let Some(found) = reading.scan::<DocumentRow>(&prefix, None).next() {
                return Err(in_use(found?.1.owner));
            }
            let addresses: Vec<(BlindIndex, AddressRow)> =
                reading.scan::<AddressRow>(&prefix, None).collect::<Result<_>>()?;
            if let Some((_, row)) = addresses.iter().find(|(_, row)| !row.owner.is_zero()) {
                return Err(in_use(row.owner));
            }
            if addresses.is_empty() {
                break;
            }
            drop(reading);
            for (index, _) in addresses {
                self.forget_address_of_nobody(&index)?;
            }
        }
        self.on_keys(Command::END_INDEX_ROTATION, actor, |vault| {
            vault.end_index_rotation(former.generation)
        })
    }

    fn forget_address_of_nobody(&self, index: &BlindIndex) -> Result<()> {
        let forgotten = self.transact(Id::ZERO, |reading| {
            let mut changes = WriteSet::default();
            match reading.get::<AddressRow>(index)? {
                Some(row) if row.owner.is_zero() => changes.delete::<AddressRow>(index),
                _ => (),
            }
            Ok(Decision::done(changes, ()))
        })?;
        forgotten.map_err(|refusal| Error::Corrupt(refusal.to_string()))
    }
}
