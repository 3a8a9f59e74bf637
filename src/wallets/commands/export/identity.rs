//! Who a person is, what she agreed to, and what was written to her and about her.

use super::Gathering;
use super::document::{
    AddressPart, CodePart, ConsentPart, ContactChangePart, LetterPart, NotePart, PasswordPart,
    ProfilePart, ProposedPart, QuestionsPart, RegistrationPart, ScanPart,
};
use super::text::{Count, HashText, IdText, Name, TimeText};
use crate::store::Result;
use crate::wallets::rules::rows::{
    AddressRow, AnswersRow, CodeRow, ContactChangeRow, CredentialKey, CredentialRow, LetterRow,
    NoteRow, RegistrationRow, RowKey, ScanOfRow, ScanRow,
};
use crate::wallets::rules::secrets::{Field, IndexKind, Sealed};
use crate::wallets::rules::{Command, ContactChangeState, LetterKind};

impl Gathering<'_> {
    pub(super) fn email(&self) -> Result<Option<String>> {
        if self.row.address.is_none() {
            return Ok(None);
        }
        Ok(Some(self.wallets.email_of(self.person, self.row, self.key)?.letters_to))
    }

    pub(super) fn profile(&self) -> Result<Option<ProfilePart>> {
        let profile = self.wallets.profile_of(self.person, self.row, self.key)?;
        Ok(profile.map(|profile| ProfilePart {
            name: profile.name.clone(),
            citizenship: profile.citizenship.clone(),
            document_kind: Name(profile.document_kind.name()),
            document_country: profile.document_country.clone(),
            document_number: profile.document_number.clone(),
            postal_address: profile.postal_address.clone(),
            phone: profile.phone.clone(),
            birth_date: Some(profile.birth_date.clone()).filter(|text| !text.is_empty()),
        }))
    }

    pub(super) fn consents(&self) -> Vec<ConsentPart> {
        let consents = self.row.consents.iter().map(|consent| ConsentPart {
            kind: consent.kind.clone(),
            version: consent.version.clone(),
            is_given: consent.is_given,
            at: TimeText::of(consent.at),
        });
        consents.collect()
    }

    pub(super) fn proposed(&self) -> Option<ProposedPart> {
        let proposed = self.row.proposed.as_ref()?;
        let command = Name(Command::from_number(proposed.command).name());
        Some(ProposedPart { command, at: TimeText::of(proposed.at) })
    }

    pub(super) fn contact_changes(&self) -> Result<Vec<ContactChangePart>> {
        let changes = self.reading.scan::<ContactChangeRow>(&self.person.bytes(), None);
        let changes = changes.map(|change| {
            let (key, row) = change?;
            let open = |field, sealed: &Sealed| -> Result<String> {
                Ok(self.key.open_text(key.record(), field, sealed)?.to_string())
            };
            let is_over = row.state() == ContactChangeState::ENDED;
            let new = (!is_over).then(|| open(Field::NEW_CONTACT, &row.new));
            let former = row.former.as_ref().map(|former| open(Field::FORMER_CONTACT, former));
            Ok(ContactChangePart {
                channel: Name(key.channel.name()),
                state: Name(row.state().name()),
                new: new.transpose()?,
                former: former.transpose()?,
                case: IdText::of(row.case),
                begun_at: TimeText::of(row.begun_at),
                until: TimeText::of(row.due),
            })
        });
        changes.collect()
    }

    pub(super) fn registration(&self) -> Result<Option<RegistrationPart>> {
        let row = self.reading.peek::<RegistrationRow>(&self.person)?;
        Ok(row.map(|row| RegistrationPart {
            address_confirmed_at: TimeText::of(row.confirmed_at),
            letters: Count(row.letters.count.into()),
            removed_at: TimeText::of(row.purge_at),
        }))
    }

    /// What is counted for an address that is another person's, or nobody's, is not told.
    pub(super) fn addresses(&self) -> Result<Vec<AddressPart>> {
        if self.row.address.is_none() {
            return Ok(Vec::new());
        }
        let email = self.wallets.email_of(self.person, self.row, self.key)?;
        let mut found = Vec::new();
        for place in self.wallets.places(IndexKind::ADDRESS, &email.normal)? {
            let row = self.reading.peek::<AddressRow>(&place)?;
            found.extend(row.filter(|row| row.owner == self.person).map(|row| AddressPart {
                failed_logins: Count(row.login.failures.into()),
                failed_logins_from_known_devices: Count(row.known_login.failures.into()),
                last_failed_at: TimeText::of(row.login_failed_at),
                last_failed_from_known_device_at: TimeText::of(row.known_login_failed_at),
                registrations: Count(row.letters.count.into()),
                resets: Count(row.resets.count.into()),
                resets_from_known_devices: Count(row.known_resets.count.into()),
            }));
        }
        Ok(found)
    }

    pub(super) fn passwords(&self) -> Result<Vec<PasswordPart>> {
        let wallets = self.row.wallets.iter().map(|wallet| CredentialKey::payment(*wallet));
        let mut found = Vec::new();
        for key in std::iter::once(CredentialKey::login(self.person)).chain(wallets) {
            let row = self.reading.peek::<CredentialRow>(&key)?;
            found.extend(row.map(|row| PasswordPart {
                kind: Name(key.kind.name()),
                of: IdText::known(key.owner),
                set_at: TimeText::of(row.set_at),
                times_set: Count(row.times_set.into()),
                failures: Count(row.throttle.failures.into()),
                failures_from_known_devices: Count(row.known_throttle.failures.into()),
            }));
        }
        Ok(found)
    }

    pub(super) fn security_questions(&self) -> Result<Option<QuestionsPart>> {
        let row = self.reading.peek::<AnswersRow>(&self.person)?;
        Ok(row.map(|row| QuestionsPart {
            questions: row.answers.iter().map(|answer| answer.question.into()).collect(),
            failures: Count(row.throttle.failures.into()),
        }))
    }

    pub(super) fn codes(&self) -> Result<Vec<CodePart>> {
        let codes = self.reading.scan::<CodeRow>(&self.person.bytes(), None).map(|code| {
            let (key, row) = code?;
            Ok(CodePart {
                purpose: key.purpose.into(),
                sent_at: TimeText::of(row.sent.last_at),
                expires_at: TimeText::of(row.expires_at),
            })
        });
        codes.collect()
    }

    pub(super) fn letters(&self) -> Result<Vec<LetterPart>> {
        let letters = self.reading.scan::<LetterRow>(&self.person.bytes(), None).map(|letter| {
            let (key, row) = letter?;
            let status = row.status(key);
            Ok(LetterPart {
                letter: IdText::known(key.letter),
                kind: Name(told(status.kind).name()),
                channel: Name(status.channel.name()),
                state: Name(status.state.name()),
                about: IdText::of(row.about),
                created_at: TimeText::of(row.created_at),
                attempts: Count(row.attempts.into()),
            })
        });
        letters.collect()
    }

    pub(super) fn notes(&self) -> Result<Vec<NotePart>> {
        let notes = self.reading.scan::<NoteRow>(&self.person.bytes(), None).map(|note| {
            let (key, row) = note?;
            let text = self.key.open_text(key.note, Field::NOTE, &row.text)?.to_string();
            Ok(NotePart { at: TimeText::of(row.at), text })
        });
        notes.collect()
    }

    pub(super) fn scans(&self) -> Result<Vec<ScanPart>> {
        let scans = self.reading.scan::<ScanOfRow>(&self.person.bytes(), None).map(|scan| {
            let (key, _) = scan?;
            let case = self.reading.peek::<ScanRow>(&key.0)?.and_then(|row| IdText::of(row.case));
            Ok(ScanPart { hash: HashText::of(&key.0.hash), case })
        });
        scans.collect()
    }
}

/// What she may know of a letter: that in its place another person was told of her attempt is not
/// hers to know.
fn told(kind: LetterKind) -> LetterKind {
    match kind {
        LetterKind::ADDRESS_IS_KNOWN => LetterKind::CONFIRM_ADDRESS,
        LetterKind::NEW_ADDRESS_IS_TAKEN => LetterKind::CONFIRM_NEW_ADDRESS,
        kind => kind,
    }
}
