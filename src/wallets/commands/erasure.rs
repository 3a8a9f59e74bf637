//! Erasing persons: their key is destroyed, and what they left is unreadable.
//!
//! The row says so first, durably; then the key is overwritten; then the row says that it is done.
//! A crash in between is finished when the wallets are opened again.

use super::Wallets;
use super::transaction::ReadTransaction;
use super::words::{AWAITS_SECOND, time};
use crate::model::{Id, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::closing::{self, Agreement};
use crate::wallets::rules::contact::Email;
use crate::wallets::rules::registration;
use crate::wallets::rules::rows::{
    AddressRow, Agenda, AgendaKey, AgendaList, AnswersRow, CodeRow, CredentialKey, CredentialRow,
    DocumentRow, NoteRow, PersonRow, PersonState, RegistrationRow, ScanOfRow, ScanRow, WalletRow,
    WalletState,
};
use crate::wallets::rules::secrets::IndexKind;
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, Profile, Refusal, WalletStatus, WriteSet,
};

impl Wallets {
    /// Erases a person whose wallets are closed: the key is destroyed, so that profile, evidence,
    /// letters and password hashes are unreadable, in the journal too; open cases end, and the
    /// hashes of scans are forgotten by the present state. A damaged key is no obstacle. The
    /// ledger's history stays: it knows ids alone. Backups of the file `KEYS` that the host keeps
    /// are for the host to destroy. While unclaimed money waits for the person, it is refused with
    /// `person_has_unclaimed_money`: nobody could claim it any more.
    ///
    /// Before the term that the policy set when the last wallet was closed, though staff have
    /// shortened the retention since, it takes two members of staff: the first is refused
    /// `second_person_must_agree`, however often, and `reviewer_must_be_another` by a name that
    /// looks like that one's. A legal hold or a date that is set in between ends what the first one
    /// wanted.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn erase_person(&self, person: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        let command = Command::ERASE_PERSON;
        let ordered = self.transact(person, |reading| {
            if let Err(refusal) = self.admit_staff(reading, command, actor)? {
                return Ok(refusal.into());
            }
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
            if self.has_unclaimed(reading, person)? {
                return Ok(Refusal::of(WalletStatus::PERSON_HAS_UNCLAIMED_MONEY).into());
            }
            let mut row = row;
            if now < row.term {
                // Who wanted it before the term that is there now did not want just this.
                let wanted = (command, row.term.nanoseconds());
                match closing::agree(&mut row, wanted, actor, now) {
                    Ok(Agreement::Agreed) => (),
                    Ok(Agreement::Proposed) => {
                        let entry = AuditEntry::new(person, command, actor, now);
                        return Ok(proposed(person, &row, entry));
                    }
                    Ok(Agreement::Repeated) => return Ok(awaits_second()),
                    Err(refusal) => return Ok(refusal.into()),
                }
            }
            let entry = AuditEntry::new(person, command, actor, now);
            let mut changes = WriteSet::of(entry);
            self.begin_erasure(reading, &mut changes, person, row)?;
            Ok(Decision::done(changes, ()))
        })?;
        if ordered.is_ok() {
            self.finish_erasure(person)?;
        }
        self.attempted((person, command, Id::ZERO), actor, ordered)
    }

    /// Removes what is known of a person, and puts the destruction of the key on the agenda.
    pub(super) fn begin_erasure(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
        row: PersonRow,
    ) -> Result<()> {
        let found = self.indexes_of(person, &row)?;
        let mut address = match &found {
            Some((email, _)) => self.address(reading, email)?,
            None => self.address_at(reading, row.address_index)?,
        };
        if address.row.owner == person {
            address.row.owner = Id::ZERO;
            address.row.forget_at = reading.now();
            address.put(changes, reading.now());
            super::addresses::put_on_agenda(changes, &address.index, reading.now());
        }
        let documents = match found {
            Some((_, Some(profile))) => self.places(IndexKind::DOCUMENT, &profile.document())?,
            _ => row.document_index.into_iter().collect(),
        };
        for place in documents {
            let found = reading.get::<DocumentRow>(&place)?;
            if found.is_some_and(|found| found.owner == person) {
                changes.delete::<DocumentRow>(&place);
            }
        }
        self.forget_contact_changes(reading, changes, (person, &row))?;
        self.forget_corrections(reading, changes, person)?;
        self.delete_letters(reading, changes, person)?;
        changes.delete::<CredentialRow>(&CredentialKey::login(person));
        changes.delete::<AnswersRow>(&person);
        for wallet in &row.wallets {
            changes.delete::<CredentialRow>(&CredentialKey::payment(*wallet));
            // The cases first: a row that is written twice counts as it was written last.
            self.forget_cases(reading, changes, *wallet)?;
            self.forget_recovery(reading, changes, *wallet)?;
        }
        let prefix = person.to_bytes();
        let scans: Vec<_> = reading.scan::<ScanOfRow>(&prefix, None).collect::<Result<_>>()?;
        for (key, _) in &scans {
            changes.delete::<ScanRow>(&key.0);
            changes.delete::<ScanOfRow>(key);
        }
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

    /// Address and profile, by which a person is found under whatever key of indexes; `None` if the
    /// person's key is damaged: then there is what the row says.
    fn indexes_of(&self, person: Id, row: &PersonRow) -> Result<Option<(Email, Option<Profile>)>> {
        let Some(key) = self.key_if_whole(person, row)? else { return Ok(None) };
        let found = self
            .email_of(person, row, &key)
            .and_then(|email| Ok((email, self.profile_of(person, row, &key)?)));
        match found {
            Err(Error::Corrupt(_)) => Ok(None),
            found => found.map(Some),
        }
    }

    /// Destroys the key of a person whose erasure was ordered, and says that it is done.
    pub(super) fn finish_erasure(&self, person: Id) -> Result<()> {
        let Some(row) = self.read()?.peek::<PersonRow>(&person)? else { return Ok(()) };
        if row.state != PersonState::Erasing {
            return Ok(());
        }
        let slot = row.slot;
        self.shared.vault.destroy(slot, person)?;
        let finished = self.transact(person, |reading| {
            let now = reading.now();
            let found = reading.get::<PersonRow>(&person)?;
            let is_erasing =
                |row: &PersonRow| row.state == PersonState::Erasing && row.slot == slot;
            // Somebody else may have finished it, and somebody may register by this id again.
            let Some(row) = found.filter(is_erasing) else {
                return Ok(Decision::done(WriteSet::default(), ()));
            };
            let mut changes =
                WriteSet::of(AuditEntry::new(person, Command::PERSON_ERASED, &Actor::System, now));
            changes.delete::<Agenda>(&agenda_key(person));
            if row.wallets.is_empty() {
                // Who never had a wallet leaves nothing but the trail.
                changes.delete::<PersonRow>(&person);
            } else {
                changes.put(&person, &PersonRow { state: PersonState::Erased, ..row });
            }
            Ok(Decision::done(changes, ()))
        })?;
        finished.map_err(|refusal| Error::Corrupt(refusal.to_string()))
    }

    /// Finishes the erasures that a crash interrupted.
    pub(super) fn finish_erasures(&self) -> Result<()> {
        let reading = self.read()?;
        let list = [AgendaList::ERASURES.number()];
        let persons = reading.scan::<Agenda>(&list, None).map(|entry| Ok(entry?.0.about));
        let persons: Vec<Id> = persons.collect::<Result<_>>()?;
        persons.into_iter().try_for_each(|person| self.finish_erasure(person))
    }

    /// Destroys the keys of erased persons that an older file of keys brought back, and gives no
    /// number again that is beyond the end of such a file. Once, as nobody exchanges a file that is
    /// in use.
    ///
    /// Others may be at work, and more than one may do this. A row names its key as long as it is
    /// there, and the key of an erased one was destroyed before the row said so. Of persons without
    /// a row only keys are looked at that were there before anybody could be at work: one that was
    /// made since may be of somebody who registers again, and whose row is not yet put.
    pub(super) fn align_keys(&self) -> Result<()> {
        let Some(made_before) = self.shared.vault.unaligned()? else { return Ok(()) };
        let (reading, mut known) = (self.read()?, self.shared.vault.no_numbers()?);
        let (mut end, mut erased) = (0, Vec::new());
        for row in reading.scan::<PersonRow>(&[], None) {
            let (person, row) = row?;
            known.insert(row.slot);
            end = row.slot.saturating_add(1).max(end);
            if row.state == PersonState::Erased {
                erased.push((row.slot, person));
            }
        }
        // Who never had a wallet left nothing but the trail.
        for (number, person) in self.shared.vault.beside(&known, made_before)? {
            for entry in reading.scan::<AuditEntry>(&person.to_bytes(), None) {
                if entry?.1.command == Command::PERSON_ERASED {
                    erased.push((number, person));
                    break;
                }
            }
        }
        Ok(self.shared.vault.align(end, &erased)?)
    }

    /// Removes registrations that were never submitted in time; gives how many. One that must be
    /// kept is looked at again later.
    pub(super) fn purge_registrations(&self, limit: usize) -> Result<usize> {
        let due = self.due(&mut self.read()?, AgendaList::REGISTRATIONS, limit)?;
        let mut count = 0;
        for (agenda, person) in &due {
            let purged = self.transact(*person, |reading| {
                let (found, row) =
                    (reading.get::<RegistrationRow>(person)?, reading.get::<PersonRow>(person)?);
                let now = reading.now();
                let mut changes = WriteSet::default();
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

    /// Forgets addresses of nobody that have been quiet for long enough; gives how many were looked
    /// at.
    pub(super) fn purge_addresses(&self, limit: usize) -> Result<usize> {
        let purged = self.transact(Id::ZERO, |reading| {
            let now = reading.now();
            let due = self.due(reading, AgendaList::ADDRESSES, limit)?;
            let mut changes = WriteSet::default();
            for (key, _) in &due {
                changes.delete::<Agenda>(key);
                let index = reading.get::<Agenda>(key)?.and_then(|entry| entry.address);
                let Some(index) = index else { continue };
                if !self.forget_guesses(reading, &mut changes, &index)? {
                    super::addresses::put_on_agenda(&mut changes, &index, now);
                    continue;
                }
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
        purged.map_err(|refusal| Error::Corrupt(refusal.to_string()))
    }

    /// Sets or lifts a legal hold: a person under one cannot be erased. To lift one takes two
    /// members of staff: the first is refused `second_person_must_agree`, which is remembered for a
    /// week; ordered again by the same one, it changes nothing, and is answered alike, or
    /// `reviewer_must_be_another` by a name that only looks like another one's; when another one
    /// orders it, it is done. Whoever sets the hold, or the date of [`Wallets::set_retention`], in
    /// between ends what the first one wanted: also a hold that was there already.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn set_legal_hold(
        &self,
        person: Id,
        is_held: bool,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let command = Command::SET_LEGAL_HOLD;
        self.change_person((person, command, is_held.into()), actor, |row| {
            let word = |is_held| if is_held { "on" } else { "off" };
            let detail = from_to("legal hold", word(row.legal_hold), word(is_held));
            let needs_two = row.legal_hold && !is_held;
            row.legal_hold = is_held;
            (detail, needs_two)
        })
    }

    /// Sets until when the data of a person must be kept. To set an earlier time than before takes
    /// two members of staff, as [`Wallets::set_legal_hold`] does.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn set_retention(
        &self,
        person: Id,
        until: Timestamp,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let command = Command::SET_RETENTION;
        self.change_person((person, command, until.nanoseconds()), actor, |row| {
            let detail = from_to("retention", time(row.retain_until), time(until));
            let needs_two = until < row.retain_until;
            row.retain_until = until;
            (detail, needs_two)
        })
    }

    /// Changes a person, by `change`, which says what and whether that takes two.
    fn change_person(
        &self,
        (person, command, value): (Id, Command, u64),
        actor: &Actor,
        change: impl Fn(&mut PersonRow) -> (String, bool),
    ) -> Result<Result<(), Refusal>> {
        let changed = self.transact(person, |reading| {
            if let Err(refusal) = self.admit_staff(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let now = reading.now();
            // Of a person whose key is damaged too: what is to be kept is not sealed.
            let found = reading.get::<PersonRow>(&person)?;
            let is_there =
                |row: &PersonRow| !matches!(row.state, PersonState::Erasing | PersonState::Erased);
            let Some(before) = found.filter(is_there) else {
                return Ok(Refusal::of(WalletStatus::PERSON_NOT_FOUND).into());
            };
            let mut after = before.clone();
            let (detail, needs_two) = change(&mut after);
            if needs_two {
                match closing::agree(&mut after, (command, value), actor, now) {
                    Ok(Agreement::Agreed) => (),
                    Ok(Agreement::Proposed) => {
                        let row = PersonRow { proposed: after.proposed, ..before };
                        let entry = AuditEntry::new(person, command, actor, now).detail(detail);
                        return Ok(proposed(person, &row, entry));
                    }
                    Ok(Agreement::Repeated) => return Ok(awaits_second()),
                    Err(refusal) => return Ok(refusal.into()),
                }
            }
            let entry = AuditEntry::new(person, command, actor, now).detail(detail);
            let mut changes = WriteSet::of(entry);
            // What somebody wanted before was for the hold and the date as they were.
            changes.put(&person, &PersonRow { proposed: None, ..after });
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted((person, command, Id::ZERO), actor, changed)
    }
}

/// Remembers what one member of staff wants, and says that another one must want it too. The trail
/// has it as the first of two.
fn proposed(person: Id, row: &PersonRow, entry: AuditEntry) -> Decision<()> {
    let detail = match &*entry.detail {
        "" => AWAITS_SECOND.to_owned(),
        detail => format!("{AWAITS_SECOND}: {detail}"),
    };
    let mut changes = WriteSet::of(entry.detail(detail));
    changes.put(&person, row);
    Decision::refused(changes, WalletStatus::SECOND_PERSON_MUST_AGREE)
}

/// The same, where it is remembered already.
fn awaits_second() -> Decision<()> {
    Refusal::of(WalletStatus::SECOND_PERSON_MUST_AGREE).into()
}

fn agenda_key(person: Id) -> AgendaKey {
    AgendaKey { list: AgendaList::ERASURES, due: Timestamp::NONE, about: person }
}
