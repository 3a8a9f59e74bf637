//! Erasing persons: their key is destroyed, and what they left is unreadable.
//!
//! The row says so first, durably; then the key is overwritten; then the row says that it is done. A
//! crash in between is finished when the wallets are opened again.

use super::Wallets;
use super::transaction::Reading;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallet::closing;
use crate::wallet::registration;
use crate::wallet::rows::{
    AddressRow, Agenda, AgendaKey, AgendaList, AnswersRow, CodeRow, CredentialKey, CredentialRow,
    DocumentRow, NoteRow, PersonRow, PersonState, RegistrationRow, WalletRow, WalletState,
};
use crate::wallet::secrets::IndexKind;
use crate::wallet::{Actor, AuditEntry, Changes, Command, Decision, Judged, Refusal, WalletStatus};

impl Wallets {
    /// Erases a person whose wallets are closed: the key is destroyed, so that profile, evidence,
    /// letters and password hashes are unreadable, in the journal too. The ledger's history stays:
    /// it knows ids alone. Backups of the file `KEYS` that the host keeps are for the host to destroy.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn erase_person(&self, person: Id, actor: &Actor) -> Result<Judged<()>> {
        let ordered = self.transact(person, |reading| {
            let now = reading.now();
            let Some(row) = reading.get::<PersonRow>(&person)? else {
                return Ok(Refusal::of(WalletStatus::PERSON_NOT_FOUND).into());
            };
            let mut all_closed = true;
            for wallet in &row.wallets {
                let wallet = reading.get::<WalletRow>(wallet)?;
                all_closed &= wallet.is_none_or(|wallet| wallet.state == WalletState::Closed);
            }
            if let Err(refusal) = closing::may_erase(&row, all_closed, actor, now) {
                return Ok(refusal.into());
            }
            let entry = AuditEntry::new(person, Command::ERASE_PERSON, actor, now);
            let mut changes = Changes::of(entry);
            self.begin_erasure(reading, &mut changes, person, row)?;
            Ok(Decision::done(changes, ()))
        })?;
        if ordered.is_ok() {
            self.finish_erasure(person)?;
        }
        Ok(ordered)
    }

    /// Removes what is known of a person, and puts the destruction of the key on the agenda.
    pub(super) fn begin_erasure(
        &self,
        reading: &mut Reading,
        changes: &mut Changes,
        person: Id,
        row: PersonRow,
    ) -> Result<()> {
        let key = self.living_person_key(person, &row)?;
        let email = self.email_of(person, &row, &key)?;
        let mut address = self.address(reading, &email)?;
        if address.row.owner == person {
            address.row.owner = Id::ZERO;
            address.row.forget_at = reading.now();
            address.put(changes, reading.now());
            super::addresses::put_on_agenda(changes, &address.index, reading.now());
        }
        if let Some(profile) = self.profile_of(person, &row, &key)? {
            for place in self.places(IndexKind::DOCUMENT, &profile.document())? {
                let found = reading.get::<DocumentRow>(&place)?;
                if found.is_some_and(|found| found.owner == person) {
                    changes.delete::<DocumentRow>(&place);
                }
            }
        }
        self.delete_letters(reading, changes, person)?;
        changes.delete::<CredentialRow>(&CredentialKey::login(person));
        changes.delete::<AnswersRow>(&person);
        for wallet in &row.wallets {
            changes.delete::<CredentialRow>(&CredentialKey::payment(*wallet));
            self.forget_recovery(reading, changes, *wallet)?;
        }
        let prefix = person.to_bytes();
        let codes: Vec<_> = reading.scan::<CodeRow>(&prefix, None).collect::<Result<_>>()?;
        codes.iter().for_each(|(key, _)| changes.delete::<CodeRow>(key));
        let notes: Vec<_> = reading.scan::<NoteRow>(&prefix, None).collect::<Result<_>>()?;
        notes.iter().for_each(|(key, _)| changes.delete::<NoteRow>(key));
        let row = PersonRow {
            state: PersonState::Erasing,
            address: None,
            profile: None,
            document_index: None,
            ..row
        };
        changes.put(&person, &row);
        changes.put(&agenda_key(person), &Agenda::of(person));
        Ok(())
    }

    /// Destroys the key of a person whose erasure was ordered, and says that it is done.
    pub(super) fn finish_erasure(&self, person: Id) -> Result<()> {
        let Some(row) = self.read()?.peek::<PersonRow>(&person)? else { return Ok(()) };
        if row.state != PersonState::Erasing {
            return Ok(());
        }
        self.shared.vault.destroy(row.slot, person)?;
        let finished = self.transact(person, |reading| {
            let now = reading.now();
            let mut changes =
                Changes::of(AuditEntry::new(person, Command::PERSON_ERASED, &Actor::System, now));
            changes.delete::<Agenda>(&agenda_key(person));
            match reading.get::<PersonRow>(&person)? {
                // Who never had a wallet leaves nothing but the trail.
                Some(row) if row.wallets.is_empty() => changes.delete::<PersonRow>(&person),
                Some(row) => {
                    changes.put(&person, &PersonRow { state: PersonState::Erased, ..row });
                }
                None => (),
            }
            Ok(Decision::done(changes, ()))
        })?;
        finished.map_err(|refusal| crate::store::Error::Corrupt(refusal.to_string()))
    }

    /// Finishes the erasures that a crash interrupted.
    pub(super) fn finish_erasures(&self) -> Result<()> {
        let reading = self.read()?;
        let list = [AgendaList::ERASURES.number()];
        let persons = reading.scan::<Agenda>(&list, None).map(|entry| Ok(entry?.0.about));
        let persons: Vec<Id> = persons.collect::<Result<_>>()?;
        persons.into_iter().try_for_each(|person| self.finish_erasure(person))
    }

    /// Removes registrations that were never submitted in time; gives how many. One that must be kept
    /// is looked at again later.
    pub(super) fn purge_registrations(&self, limit: usize) -> Result<usize> {
        let due = self.due(&mut self.read()?, AgendaList::REGISTRATIONS, limit)?;
        let mut count = 0;
        for (agenda, person) in &due {
            let purged = self.transact(*person, |reading| {
                let (found, row) =
                    (reading.get::<RegistrationRow>(person)?, reading.get::<PersonRow>(person)?);
                let now = reading.now();
                let mut changes = Changes::default();
                changes.delete::<Agenda>(agenda);
                let (Some(found), Some(row)) = (found, row) else {
                    return Ok(Decision::done(changes, false));
                };
                if closing::must_be_kept(&row, now) {
                    // When a hold is lifted nobody can say.
                    let later = now.plus_seconds(self.identity().registration.purge_after_seconds);
                    let kept = RegistrationRow { purge_at: later.max(row.retain_until), ..found };
                    changes.put(&registration::agenda_key(*person, &kept), &Agenda::of(*person));
                    changes.put(person, &kept);
                    return Ok(Decision::done(changes, false));
                }
                let (command, actor) = (Command::PURGE_REGISTRATION, Actor::System);
                changes.audit.push(AuditEntry::new(*person, command, &actor, now));
                changes.delete::<RegistrationRow>(person);
                self.delete_token(reading, &mut changes, found.token)?;
                self.begin_erasure(reading, &mut changes, *person, row)?;
                Ok(Decision::done(changes, true))
            })?;
            if purged == Ok(true) {
                self.finish_erasure(*person)?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Forgets addresses of nobody that have been quiet for long enough; gives how many were looked at.
    pub(super) fn purge_addresses(&self, limit: usize) -> Result<usize> {
        let purged = self.transact(Id::ZERO, |reading| {
            let now = reading.now();
            let due = self.due(reading, AgendaList::ADDRESSES, limit)?;
            let mut changes = Changes::default();
            for (key, _) in &due {
                changes.delete::<Agenda>(key);
                let index = reading.get::<Agenda>(key)?.and_then(|entry| entry.address);
                let Some(index) = index else { continue };
                let Some(row) = reading.get::<AddressRow>(&index)? else { continue };
                if !row.owner.is_zero() {
                    continue;
                }
                // A lock outlives the entry only if somebody went on trying.
                let busy = row.busy_until();
                if now < busy {
                    super::addresses::put_on_agenda(&mut changes, &index, busy);
                } else {
                    changes.delete::<AddressRow>(&index);
                }
            }
            Ok(Decision::done(changes, due.len()))
        })?;
        purged.map_err(|refusal| crate::store::Error::Corrupt(refusal.to_string()))
    }

    /// Sets or lifts a legal hold: a person under one cannot be erased.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn set_legal_hold(&self, person: Id, is_held: bool, actor: &Actor) -> Result<Judged<()>> {
        self.change_person(person, Command::SET_LEGAL_HOLD, actor, |row| row.legal_hold = is_held)
    }

    /// Sets until when the data of a person must be kept.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn set_retention(&self, person: Id, until: Timestamp, actor: &Actor) -> Result<Judged<()>> {
        self.change_person(person, Command::SET_RETENTION, actor, |row| row.retain_until = until)
    }

    fn change_person(
        &self,
        person: Id,
        command: Command,
        actor: &Actor,
        change: impl Fn(&mut PersonRow),
    ) -> Result<Judged<()>> {
        if let Err(refusal) = actor.check_staff() {
            return Ok(Err(refusal));
        }
        self.transact(person, |reading| {
            let (mut row, _) = match self.person(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            change(&mut row);
            let mut changes = Changes::of(AuditEntry::new(person, command, actor, reading.now()));
            changes.put(&person, &row);
            Ok(Decision::done(changes, ()))
        })
    }
}

fn agenda_key(person: Id) -> AgendaKey {
    AgendaKey { list: AgendaList::ERASURES, due: Timestamp::NONE, about: person }
}
