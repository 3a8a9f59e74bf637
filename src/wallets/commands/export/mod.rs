//! All that is known of a person, as one document: for her right of access (GDPR, Article 15).

mod accounts;
mod cases;
mod document;
mod identity;
mod leaving;
mod money;
#[cfg(test)]
mod schema;
mod tables;
mod text;
mod trail;

#[cfg(test)]
pub(super) use tables::{Share, share};

use super::Wallets;
use super::persons::PersonKey;
use super::transaction::ReadTransaction;
use crate::model::Id;
use crate::store::{Error, Result};
use crate::wallets::rules::rows::PersonRow;
use crate::wallets::rules::{Actor, AuditEntry, Command, Decision, Refusal, WriteSet};
use document::PersonDocument;
use std::fmt;
use text::{IdText, Name, TimeText};
use zeroize::Zeroizing;

/// All that is known of a person, as JSON. Does not print itself, and is wiped when it is dropped.
pub struct PersonExport {
    json: Zeroizing<String>,
}

impl fmt::Debug for PersonExport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PersonExport(..)")
    }
}

impl PersonExport {
    /// The JSON Schema (draft 2020-12) of the document, with what each field means. Fields may be
    /// added to it; none is taken away, or given another meaning.
    pub const SCHEMA: &'static str = include_str!("schema.json");

    /// One JSON document. Ids, amounts, times and names are text, and only what is counted is a
    /// number.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }
}

/// What the parts of an export are gathered from: rows as of one time, and the key to them.
struct Gathering<'g> {
    wallets: &'g Wallets,
    reading: &'g ReadTransaction,
    person: Id,
    row: &'g PersonRow,
    key: &'g PersonKey,
}

impl Wallets {
    /// All that is known of a person, as one JSON document whose schema is
    /// [`PersonExport::SCHEMA`]: who she is, consents, letters and their fates, notes, wallets,
    /// cards by what she knows them by, cases with their evidence, payments, statements of her
    /// accounts, and the trail. Never passwords, answers, codes, links, tokens of processors or
    /// hashes of these, and no names of staff. What is not in it is listed with the reason.
    ///
    /// Ordered by the customer, whom the host has authenticated, or by staff: the trail remembers
    /// it. Registrations that are under way can be exported too. It is gathered in memory.
    ///
    /// Refused: `person_not_found`, `data_is_damaged` while the person's key is damaged,
    /// `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn export_person(
        &self,
        person: Id,
        actor: &Actor,
    ) -> Result<Result<PersonExport, Refusal>> {
        let exported = self.transact(person, |reading| {
            if let Err(refusal) = self.admit(reading, Command::EXPORT_PERSON, actor)? {
                return Ok(refusal.into());
            }
            let (row, key) = match self.person_with_whole_key(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            let gathering = Gathering { wallets: self, reading, person, row: &row, key: &key };
            let json = serde_json::to_string_pretty(&gathering.document()?);
            let unwritten = |_| Error::Corrupt(format!("person {person} cannot be written"));
            let json = Zeroizing::new(json.map_err(unwritten)?);
            let entry = AuditEntry::new(person, Command::EXPORT_PERSON, actor, reading.now());
            Ok(Decision::done(WriteSet::of(entry), PersonExport { json }))
        })?;
        self.attempted((person, Command::EXPORT_PERSON, Id::ZERO), actor, exported)
    }
}

impl Gathering<'_> {
    fn document(&self) -> Result<PersonDocument> {
        let snapshot = self.reading.snapshot();
        let row = self.row;
        Ok(PersonDocument {
            store: IdText::known(self.wallets.shared.store.store_id()),
            as_of: TimeText::of(snapshot.timestamp()),
            person: IdText::known(self.person),
            state: Name(row.state.word()),
            created_at: TimeText::of(row.created_at),
            email: self.email()?,
            profile: self.profile()?,
            consents: self.consents(),
            legal_hold: row.legal_hold,
            retain_until: TimeText::of(row.retain_until),
            proposed: self.proposed(),
            contact_changes: self.contact_changes()?,
            corrections: self.corrections()?,
            registration: self.registration()?,
            addresses: self.addresses()?,
            passwords: self.passwords()?,
            security_questions: self.security_questions()?,
            codes: self.codes()?,
            letters: self.letters()?,
            notes: self.notes()?,
            scans: self.scans()?,
            wallets: self.wallets()?,
            accounts: self.accounts()?,
            unclaimed: self.unclaimed()?,
            trail: self.trail()?,
            left_out: tables::left_out(),
        })
    }
}
