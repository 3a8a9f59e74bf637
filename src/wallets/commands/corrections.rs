//! Corrections of what is known of a person, by staff with evidence.

use super::Wallets;
use super::recovery::{Evidence, StoredEvidence};
use super::telling::seal_profile;
use super::transaction::ReadTransaction;
use crate::model::Id;
use crate::store::{Error, Result};
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::contact::check_text;
use crate::wallets::rules::contact_change::Contact;
use crate::wallets::rules::correction::{self, Correction, CorrectionCase};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{
    Agenda, AgendaKey, AgendaList, Channel, Contents, CorrectionRow, DocumentRow, EvidenceRow,
    PersonRow, PersonState, RowKey, ScanKey,
};
use crate::wallets::rules::secrets::{Field, IndexKind};
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, LetterKind, Refusal, WalletStatus, WriteSet,
};

/// Bytes of the host's reference of a piece of evidence.
const REFERENCE_BYTES_MAX: usize = 500;

impl Wallets {
    /// Opens the correction of a person's name, document, citizenship, address, birth date, e-mail
    /// address or telephone number, for a member of staff. It takes evidence, and unless it is the
    /// postal address alone another member of staff who approves it. So who lost her mailbox and
    /// her telephone has a way back: approved, it has letters go to the new ones, which count once
    /// she has confirmed them. Sent again with the same id, it answers as before.
    ///
    /// Refused: `id_must_be_valid`, `case_exists`, `correction_must_change_something`,
    /// `person_not_found`, `person_must_be_active`, `data_is_damaged`, `country_must_be_valid`,
    /// `text_must_be_valid`, `text_must_not_hold_a_card_number`, `birth_date_must_be_valid`,
    /// `address_must_be_valid`, `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn open_correction(
        &self,
        case: Id,
        person: Id,
        correction: &Correction,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let is_bad = case.is_zero() || case.is_max();
        let admitted = self.admit_staff(&mut self.read()?, Command::OPEN_CORRECTION, actor)?;
        let checked = admitted
            .and_then(|()| refuse_if(is_bad, WalletStatus::ID_MUST_BE_VALID))
            .and_then(|()| correction.check());
        let attempt = (person, Command::OPEN_CORRECTION, case);
        if let Err(refusal) = checked {
            return self.attempted(attempt, actor, Err(refusal));
        }
        let opened = self.transact(person, |reading| {
            if let Err(refusal) = self.admit_staff(reading, Command::OPEN_CORRECTION, actor)? {
                return Ok(refusal.into());
            }
            let (row, key) = match self.person_with_whole_key(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            let unread = |why| Error::unread_contents::<Correction>(format!("case {case}"), why);
            if let Some(found) = reading.get::<CorrectionRow>(&case)? {
                let exists = || Ok(Refusal::of(WalletStatus::CASE_EXISTS).into());
                if found.person != person {
                    return exists();
                }
                let clear = key.open(case, Field::CORRECTION, &found.body)?;
                return match Correction::from_clear(&clear).map_err(unread)? == *correction {
                    true => Ok(Decision::done(WriteSet::default(), ())),
                    false => exists(),
                };
            }
            let is_active = row.state == PersonState::Active;
            let Some(profile) = self.profile_of(person, &row, &key)?.filter(|_| is_active) else {
                return Ok(Refusal::of(WalletStatus::PERSON_MUST_BE_ACTIVE).into());
            };
            if let Err(refusal) = correction.applied(profile).check(reading.now()) {
                return Ok(refusal.into());
            }
            let clear = correction.to_clear();
            let body = key.seal(case, Field::CORRECTION, &clear.map_err(unread)?)?;
            let now = reading.now();
            let opened = correction::open(person, (correction.fields(), body), actor, now);
            let entry = AuditEntry::new(person, Command::OPEN_CORRECTION, actor, now).about(case);
            let state = from_to("case", "none", opened.state());
            let mut changes = WriteSet::of(entry.detail(format!("{state}; {}", opened.words())));
            changes.put(&case, &opened);
            changes.put(&agenda_key(case, &opened), &Agenda::of(person));
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted(attempt, actor, opened)
    }

    /// Adds a piece of evidence to a correction, for a member of staff.
    ///
    /// Refused: `case_not_found`, `case_must_be_at_this_step`, `evidence_kind_must_be_known`,
    /// `evidence_has_expired`, `text_must_be_valid`, `text_must_not_hold_a_card_number`,
    /// `too_many`, `data_is_damaged`, `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn add_correction_evidence(
        &self,
        case: Id,
        evidence: &Evidence<'_>,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let text = check_text(evidence.reference, REFERENCE_BYTES_MAX);
        let policy = &self.identity().recovery;
        let command = Command::ADD_CORRECTION_EVIDENCE;
        self.change_correction((case, command, actor), text, |reading, changes, row| {
            let (person, now) = (row.person, reading.now());
            let (_, key) = match self.person_with_whole_key(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let Evidence { kind, hash, reference, expires_at } = *evidence;
            let record = EvidenceRow::record(case, kind, &hash);
            let reference = key.seal(record, Field::EVIDENCE, reference.as_bytes())?;
            let kind = kind.number();
            let piece = EvidenceRow { kind, hash, reference, expires_at, added_at: now };
            Self::put_scan(changes, ScanKey { hash, person }, case);
            Ok(correction::add_evidence(row, piece, now, policy))
        })
    }

    /// Approves a correction: the profile is changed at once, and the customer told by every
    /// channel; to a new e-mail address or telephone number a letter goes, as by
    /// [`Wallets::begin_contact_change`]. Unless it is the postal address alone, by another member
    /// of staff than who opened it; also for an address whose scans were shown for another person.
    ///
    /// Refused: `case_not_found`, `case_must_be_at_this_step`, `evidence_must_be_given`,
    /// `evidence_has_expired`, `reviewer_must_be_another`, `person_exists` if the document is
    /// another person's, `data_is_damaged`, `person_not_found`, and as
    /// [`Wallets::begin_contact_change`]; `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn approve_correction(&self, case: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        let of = (case, Command::APPROVE_CORRECTION, actor);
        self.change_correction(of, Ok(()), |reading, changes, row| {
            let (person, now) = (row.person, reading.now());
            let has_same_scans = !self.same_scans_of(reading, &row.evidence, person)?.is_empty();
            let before = row.clone();
            let approved = match correction::approve(row, has_same_scans, actor, now) {
                Ok(approved) => approved,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let applied = self.apply_correction(reading, changes, (case, &before), actor)?;
            Ok(applied.map(|()| approved))
        })
    }

    /// What an approved correction changes.
    fn apply_correction(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (case, found): (Id, &CorrectionRow),
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let (person, now) = (found.person, reading.now());
        let (row, key) = match self.person_with_whole_key(reading, person)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(former) = self.profile_of(person, &row, &key)? else {
            return Ok(Err(WalletStatus::PROFILE_MUST_BE_SET.into()));
        };
        let clear = key.open(case, Field::CORRECTION, &found.body)?;
        let unread = |why| Error::unread_contents::<Correction>(format!("case {case}"), why);
        let correction = Correction::from_clear(&clear).map_err(unread)?;
        let profile = correction.applied(former.clone());
        if let Err(refusal) = profile.check(reading.now()) {
            return Ok(Err(refusal));
        }
        let mut after = row.clone();
        if profile.document() != former.document() {
            let moved = self.move_document(
                reading,
                changes,
                (person, &mut after),
                [&former.document(), &profile.document()],
            )?;
            if let Err(refusal) = moved {
                return Ok(Err(refusal));
            }
        }
        for (channel, new) in
            [(Channel::EMAIL, &correction.email), (Channel::PHONE, &correction.phone)]
        {
            if new.is_empty() {
                continue;
            }
            let begun = match Contact::new(channel, new) {
                Ok(new) => {
                    self.begin_change(reading, changes, (person, &row, &key), &new, (case, actor))?
                }
                Err(refusal) => Err(refusal),
            };
            if let Err(refusal) = begun {
                return Ok(Err(refusal));
            }
        }
        if profile != former {
            after.profile = Some(seal_profile(&key, person, &profile)?);
            let kind = LetterKind::PROFILE_CORRECTED;
            self.tell(changes, (person, &after, &key), kind, case, now)?;
        }
        changes.put(&person, &after);
        Ok(Ok(()))
    }

    /// Finds a person by another document from now on; refused if that is another person's.
    fn move_document(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (person, row): (Id, &mut PersonRow),
        [former, document]: [&str; 2],
    ) -> Result<Result<(), Refusal>> {
        let places = self.places(IndexKind::DOCUMENT, document)?;
        for place in &places {
            let owner = reading.get::<DocumentRow>(place)?.map(|found| found.owner);
            if owner.is_some_and(|owner| owner != person) {
                return Ok(Err(WalletStatus::PERSON_EXISTS.into()));
            }
        }
        for place in self.places(IndexKind::DOCUMENT, former)? {
            let found = reading.get::<DocumentRow>(&place)?;
            if found.is_some_and(|found| found.owner == person) {
                changes.delete::<DocumentRow>(&place);
            }
        }
        row.document_index = places.first().copied();
        if let Some(place) = &row.document_index {
            changes.put(place, &DocumentRow { owner: person });
        }
        Ok(Ok(()))
    }

    /// Refuses a correction, or gives it up; for any member of staff.
    ///
    /// Refused: `case_not_found`, `case_must_be_at_this_step`, `actor_must_be_named`,
    /// `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn refuse_correction(&self, case: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        let of = (case, Command::REFUSE_CORRECTION, actor);
        self.change_correction(of, Ok(()), |reading, _, row| {
            Ok(correction::refuse(row, actor, reading.now()))
        })
    }

    /// Changes a correction by staff.
    fn change_correction(
        &self,
        (case, command, actor): (Id, Command, &Actor),
        checked: Result<(), Refusal>,
        change: impl Fn(
            &mut ReadTransaction,
            &mut WriteSet,
            CorrectionRow,
        ) -> Result<Result<CorrectionRow, Refusal>>,
    ) -> Result<Result<(), Refusal>> {
        let found = self.read()?.peek::<CorrectionRow>(&case)?;
        let person = found.map_or(Id::ZERO, |row| row.person);
        let attempt = (person, command, case);
        if let Err(refusal) = self.admit_staff(&mut self.read()?, command, actor)?.and(checked) {
            return self.attempted(attempt, actor, Err(refusal));
        }
        let changed = self.transact(person, |reading| {
            if let Err(refusal) = self.admit_staff(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let Some(row) = reading.get::<CorrectionRow>(&case)? else {
                return Ok(Refusal::of(WalletStatus::CASE_NOT_FOUND).into());
            };
            let (before, place) = (row.state(), agenda_key(case, &row));
            let mut changes = WriteSet::default();
            let changed = match change(reading, &mut changes, row)? {
                Ok(changed) => changed,
                Err(refusal) => return Ok(refusal.into()),
            };
            if !changed.is_open() {
                changes.delete::<Agenda>(&place);
            }
            let entry = AuditEntry::new(changed.person, command, actor, reading.now());
            let state = from_to("case", before, changed.state());
            let detail = format!("{state}; {}", changed.words());
            changes.audit.push(entry.about(case).detail(detail));
            changes.put(&case, &changed);
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted(attempt, actor, changed)
    }

    /// What a correction is to change, for a member of staff who decides it. The trail remembers
    /// it before it is shown.
    ///
    /// Refused: `case_not_found`, `person_not_found`, `data_is_damaged`, `actor_must_be_named`,
    /// `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn show_correction(
        &self,
        case: Id,
        actor: &Actor,
    ) -> Result<Result<(Correction, Vec<StoredEvidence>), Refusal>> {
        let found = self.read()?.peek::<CorrectionRow>(&case)?;
        let person = found.map_or(Id::ZERO, |row| row.person);
        let shown = self.transact(person, |reading| {
            if let Err(refusal) = self.admit_staff(reading, Command::DISCLOSE, actor)? {
                return Ok(refusal.into());
            }
            let Some(row) = reading.get::<CorrectionRow>(&case)? else {
                return Ok(Refusal::of(WalletStatus::CASE_NOT_FOUND).into());
            };
            let (_, key) = match self.person_with_whole_key(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            let clear = key.open(case, Field::CORRECTION, &row.body)?;
            let unread = |why| Error::unread_contents::<Correction>(format!("case {case}"), why);
            let correction = Correction::from_clear(&clear).map_err(unread)?;
            let mut evidence = Vec::with_capacity(row.evidence.len());
            for piece in &row.evidence {
                evidence.push(StoredEvidence::open(case, piece, Some(&key))?);
            }
            let entry = AuditEntry::new(person, Command::DISCLOSE, actor, reading.now());
            Ok(Decision::done(WriteSet::of(entry.about(case)), (correction, evidence)))
        })?;
        self.attempted((person, Command::DISCLOSE, case), actor, shown)
    }

    /// A correction as staff see it: what it changes, not to what; `None` if there is none.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn correction_case(&self, case: Id) -> Result<Option<CorrectionCase>> {
        let row = self.read()?.peek::<CorrectionRow>(&case)?;
        Ok(row.map(|row| row.case(case)))
    }

    /// The corrections that wait for staff, oldest first, up to `limit`, from after one that was
    /// given before.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn open_corrections(
        &self,
        after: Option<&CorrectionCase>,
        limit: usize,
    ) -> Result<Vec<CorrectionCase>> {
        let reading = self.read()?;
        let list = AgendaList::CORRECTIONS;
        let after =
            after.map(|case| AgendaKey { list, due: case.opened_at, about: case.case }.bytes());
        let mut cases = Vec::new();
        for entry in reading.scan::<Agenda>(&[list.number()], after.as_deref()).take(limit) {
            let case = entry?.0.about;
            cases.extend(reading.peek::<CorrectionRow>(&case)?.map(|row| row.case(case)));
        }
        Ok(cases)
    }

    /// For a person who is erased: takes the corrections off the agenda.
    pub(super) fn forget_corrections(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
    ) -> Result<()> {
        for case in corrections_of(reading, person)? {
            let Some(row) = reading.get::<CorrectionRow>(&case)? else { continue };
            if row.is_open() {
                changes.delete::<Agenda>(&agenda_key(case, &row));
            }
        }
        Ok(())
    }
}

/// The corrections of a person, oldest first, found by the trail.
pub(super) fn corrections_of(reading: &ReadTransaction, person: Id) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for entry in reading.scan::<AuditEntry>(&person.bytes(), None) {
        let (_, entry) = entry?;
        if entry.command == Command::OPEN_CORRECTION && !entry.is_refused() {
            found.push(entry.about);
        }
    }
    Ok(found)
}

fn agenda_key(case: Id, row: &CorrectionRow) -> AgendaKey {
    AgendaKey { list: AgendaList::CORRECTIONS, due: row.opened_at, about: case }
}
