//! Persons as support reads them: found by an address, and seen beside the evidence of a case. Each
//! look is written down, with who it was and why.

use super::Wallets;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::contact::Email;
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{
    Agenda, AgendaList, CorrectionRow, PersonRow, PersonState, RecoveryRow,
};
use crate::wallets::rules::secrets::IndexKind;
use crate::wallets::rules::verification::VerificationRow;
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, Profile, Refusal, WalletStatus, WriteSet,
};
use std::fmt;
use zeroize::Zeroize;

/// Persons that are given for one address.
const FOUND_MAX: usize = 100;

/// Somebody who was looked for by an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FoundPerson {
    /// Who.
    pub person: Id,
    /// Whether the registration is not submitted yet.
    pub is_registering: bool,
    /// Whether the address is confirmed, and so nobody else's.
    pub address_is_confirmed: bool,
}

/// Who a person is. Does not print what is personal, and is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PersonView {
    /// Who.
    pub person: Id,
    /// Whether the registration is not submitted yet.
    pub is_registering: bool,
    /// When the registration was begun.
    pub created_at: Timestamp,
    /// Where letters go.
    pub email: String,
    /// Who the person is; `None` until it is filled in.
    pub profile: Option<Profile>,
    /// The person's wallets, in the order in which they were opened.
    pub wallets: Vec<Id>,
    /// Whether a legal hold forbids erasure.
    pub legal_hold: bool,
    /// Until when the data must be kept; [`Timestamp::NONE`] for no date.
    pub retain_until: Timestamp,
}

impl Drop for PersonView {
    fn drop(&mut self) {
        self.email.zeroize();
    }
}

impl fmt::Debug for PersonView {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PersonView").field("person", &self.person).finish_non_exhaustive()
    }
}

impl Wallets {
    /// Looks for persons by an e-mail address, for a member of staff: first whose address it is,
    /// then registrations under way that were begun with it, oldest first. Their trails say who
    /// looked and why; that nobody was found stands in the store's own, without the address.
    ///
    /// Refused: `person_not_found`, also for another spelling in compatibility forms;
    /// `address_must_be_valid`, `text_must_not_hold_a_card_number`, `actor_must_be_named`,
    /// `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn find_persons(
        &self,
        email: &str,
        actor: &Actor,
    ) -> Result<Result<Vec<FoundPerson>, Refusal>> {
        let attempt = (AuditEntry::STORE, Command::FIND_PERSON, Id::ZERO);
        let admitted = self.admit_staff(&mut self.read()?, Command::FIND_PERSON, actor)?;
        let email = match admitted.and_then(|()| Email::known(email)) {
            Ok(email) => email,
            Err(refusal) => return self.attempted(attempt, actor, Err(refusal)),
        };
        let found = self.transact(Id::ZERO, |reading| {
            if let Err(refusal) = self.admit_staff(reading, Command::FIND_PERSON, actor)? {
                return Ok(refusal.into());
            }
            let found = self.persons_at(reading, &email)?;
            if found.is_empty() {
                return Ok(Refusal::of(WalletStatus::PERSON_NOT_FOUND).into());
            }
            let mut changes = WriteSet::default();
            for FoundPerson { person, .. } in &found {
                let entry = AuditEntry::new(*person, Command::FIND_PERSON, actor, reading.now());
                changes.audit.push(entry);
            }
            Ok(Decision::done(changes, found))
        })?;
        self.attempted(attempt, actor, found)
    }

    fn persons_at(&self, reading: &mut ReadTransaction, email: &Email) -> Result<Vec<FoundPerson>> {
        let mut found = Vec::new();
        if email.is_variant {
            return Ok(found);
        }
        let owner = self.address(reading, email)?.owner();
        if let Some(row) = reading.peek::<PersonRow>(&owner)? {
            let is_registering = row.state == PersonState::Registering;
            found.push(FoundPerson { person: owner, is_registering, address_is_confirmed: true });
        }
        let places = self.places(IndexKind::ADDRESS, &email.normal)?;
        let registrations = [AgendaList::REGISTRATIONS.number()];
        for entry in reading.scan::<Agenda>(&registrations, None) {
            let person = entry?.0.about;
            let row = reading.peek::<PersonRow>(&person)?;
            let is_here = row.is_some_and(|row| places.contains(&row.address_index));
            if is_here && person != owner && found.len() < FOUND_MAX {
                let (is_registering, address_is_confirmed) = (true, false);
                found.push(FoundPerson { person, is_registering, address_is_confirmed });
            }
        }
        Ok(found)
    }

    /// Shows who a person is to a member of staff, beside the evidence of `case`, a verification,
    /// recovery or correction of hers; zero for none. The trail remembers it before it is shown.
    ///
    /// Refused: `person_not_found`, `case_not_found` if the case is not the person's,
    /// `data_is_damaged` while the person's key is damaged, `actor_must_be_named`,
    /// `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn show_person(
        &self,
        person: Id,
        case: Id,
        actor: &Actor,
    ) -> Result<Result<PersonView, Refusal>> {
        let shown = self.transact(person, |reading| {
            if let Err(refusal) = self.admit_staff(reading, Command::DISCLOSE, actor)? {
                return Ok(refusal.into());
            }
            let (row, key) = match self.person_with_whole_key(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            if !case.is_zero()
                && let Err(refusal) = is_case_of(reading, case, person)?
            {
                return Ok(refusal.into());
            }
            let view = PersonView {
                person,
                is_registering: row.state == PersonState::Registering,
                created_at: row.created_at,
                email: self.email_of(person, &row, &key)?.letters_to,
                profile: self.profile_of(person, &row, &key)?,
                wallets: row.wallets,
                legal_hold: row.legal_hold,
                retain_until: row.retain_until,
            };
            let entry = AuditEntry::new(person, Command::DISCLOSE, actor, reading.now());
            Ok(Decision::done(WriteSet::of(entry.about(case)), view))
        })?;
        self.attempted((person, Command::DISCLOSE, case), actor, shown)
    }
}

/// Whether a case, a verification, a recovery or a correction, is about this person.
fn is_case_of(reading: &ReadTransaction, case: Id, person: Id) -> Result<Result<(), Refusal>> {
    let recovery = reading.peek::<RecoveryRow>(&case)?.map(|row| row.person);
    let verification = reading.peek::<VerificationRow>(&case)?.map(|row| row.person);
    let correction = reading.peek::<CorrectionRow>(&case)?.map(|row| row.person);
    let is_hers = [recovery, verification, correction].contains(&Some(person));
    Ok(refuse_if(!is_hers, WalletStatus::CASE_NOT_FOUND))
}
