//! Who a customer is, and what the customer agrees to.

use super::Wallets;
use super::telling::seal_profile;
use crate::model::Id;
use crate::store::Result;
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::contact::{check_name, check_text};
use crate::wallets::rules::policy::CONSENT_BYTES_MAX;
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::registration;
use crate::wallets::rules::rows::{Consent, PersonRow, PersonState, RegistrationRow, WalletRow};
use crate::wallets::rules::secrets::IndexKind;
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, Profile, Refusal, WalletStatus, WriteSet,
};
use zeroize::Zeroizing;

impl Wallets {
    /// Fills in who the customer is, once the address is confirmed; again until it is submitted.
    ///
    /// Refused: `registration_not_found`, `address_must_be_confirmed`, `country_must_be_valid`,
    /// `text_must_be_valid`, `text_must_not_hold_a_card_number`, `birth_date_must_be_valid`,
    /// `birth_date_must_be_given` by a policy with a minimum age, `person_exists` if the document
    /// was another person's when the registration was submitted.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn set_profile(&self, person: Id, profile: &Profile) -> Result<Result<(), Refusal>> {
        let asks_for_age = self.identity().registration.minimum_age.is_some();
        let is_missing = asks_for_age && profile.birth_date.is_empty();
        let given = refuse_if(is_missing, WalletStatus::BIRTH_DATE_MUST_BE_GIVEN);
        let now = self.read()?.now();
        if let Err(refusal) = given.and_then(|()| profile.check(now)) {
            return Ok(Err(refusal));
        }
        let document = Zeroizing::new(profile.document());
        self.transact(person, |reading| {
            let (mut row, key) = match self.registering(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            let is_over = reading.get::<RegistrationRow>(&person)?.is_some_and(|row| row.is_over);
            if let Err(refusal) = refuse_if(is_over, WalletStatus::PERSON_EXISTS) {
                return Ok(refusal.into());
            }
            // Whether it is another person's is told at the end: who submits first has it, and
            // nobody asks here who is a customer.
            let places = self.places(IndexKind::DOCUMENT, &document)?;
            row.profile = Some(seal_profile(&key, person, profile)?);
            row.document_index = places.first().copied();
            let entry =
                AuditEntry::new(person, Command::SET_PROFILE, &Actor::Customer, reading.now());
            let mut changes = WriteSet::of(entry);
            changes.put(&person, &row);
            Ok(Decision::done(changes, ()))
        })
    }

    /// Remembers what the customer agrees to, or no longer does. `kind` and `version` are the
    /// host's own, such as `terms`, or [`REFUNDS_TO_WALLET`](crate::wallet::REFUNDS_TO_WALLET):
    /// each is 1 to 64 of A–Z, a–z, 0–9, `.`, `_` and `-`, because they stand in the trail in
    /// clear. Others, which older versions took, can still be withdrawn.
    ///
    /// Refused: `text_must_be_valid`, `text_must_not_hold_a_card_number`, `person_not_found`,
    /// `registration_not_found`, `address_must_be_confirmed`, `too_many`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn set_consent(
        &self,
        person: Id,
        kind: &str,
        version: &str,
        is_given: bool,
    ) -> Result<Result<(), Refusal>> {
        let texts = check_text(kind, CONSENT_BYTES_MAX)
            .and_then(|()| check_text(version, CONSENT_BYTES_MAX));
        if let Err(refusal) = texts {
            return Ok(Err(refusal));
        }
        self.transact(person, |reading| {
            let now = reading.now();
            let Some(mut row) = reading.get::<PersonRow>(&person)? else {
                return Ok(Refusal::of(WalletStatus::PERSON_NOT_FOUND).into());
            };
            if row.state == PersonState::Registering
                && let Err(refusal) =
                    registration::confirmed(reading.get::<RegistrationRow>(&person)?)
            {
                return Ok(refusal.into());
            }
            let gone = matches!(row.state, PersonState::Erasing | PersonState::Erased);
            if let Err(refusal) = refuse_if(gone, WalletStatus::PERSON_NOT_FOUND) {
                return Ok(refusal.into());
            }
            let (kind, version) = (kind.to_owned(), version.to_owned());
            let known = row.consents.iter().find(|one| one.kind == kind);
            let names = check_name(&kind, CONSENT_BYTES_MAX)
                .and_then(|()| check_name(&version, CONSENT_BYTES_MAX));
            if known.is_none_or(|known| known.version != version)
                && let Err(refusal) = names
            {
                return Ok(refusal.into());
            }
            let before = known.map_or("never given".to_owned(), Consent::words);
            let consent = Consent { kind, version, is_given, at: now };
            let detail = from_to(&consent.kind, before, consent.words());
            if let Err(refusal) = registration::set_consent(&mut row, consent) {
                return Ok(refusal.into());
            }
            let entry = AuditEntry::new(person, Command::SET_CONSENT, &Actor::Customer, now);
            let entry = entry.detail(detail);
            let mut changes = WriteSet::of(entry);
            let refunds_to_wallet =
                registration::refunds_to_wallet(&row, &self.identity().registration);
            for id in &row.wallets {
                if let Some(wallet) = reading.get::<WalletRow>(id)? {
                    changes.put(id, &WalletRow { refunds_to_wallet, ..wallet });
                }
            }
            changes.put(&person, &row);
            Ok(Decision::done(changes, ()))
        })
    }
}
