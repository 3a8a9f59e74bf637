//! How far a registration has come, for the host's page of it.

use super::Wallets;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::policy::ConsentNeeded;
use crate::wallets::rules::registration::missing_consents;
use crate::wallets::rules::rows::{
    AnswersRow, CredentialKey, CredentialRow, PersonRow, RegistrationRow,
};

/// A registration that is under way: what is there, what is missing, and until when it can be
/// completed.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RegistrationView {
    /// Whose it is.
    pub person: Id,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// Whether the address is confirmed: nothing else can be filled in before.
    pub address_is_confirmed: bool,
    /// Whether the profile is filled in.
    pub has_profile: bool,
    /// Whether the login password is set.
    pub has_login_password: bool,
    /// How many more security answers the policy asks for.
    pub answers_missing: u32,
    /// Consents that the policy asks for and that are not given in this version.
    pub consents_missing: Vec<ConsentNeeded>,
    /// Whether it is over, because it was refused with `person_exists`: only a new one can succeed.
    pub is_over: bool,
    /// From when on the confirmation can be sent again ([`Wallets::resend_confirmation`]);
    /// [`Timestamp::NONE`] for now.
    pub resend_from: Timestamp,
    /// When it is removed unless it is submitted.
    pub until: Timestamp,
}

impl RegistrationView {
    /// Whether nothing is missing: [`Wallets::submit_registration`] may be called. Whether the
    /// customer is old enough is judged there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_filled_in = self.address_is_confirmed && self.has_profile && self.has_login_password;
        let is_agreed = self.answers_missing == 0 && self.consents_missing.is_empty();
        is_filled_in && is_agreed && !self.is_over
    }
}

impl Wallets {
    /// How far a registration has come; `None` if there is none, or it was submitted. It does not
    /// tell whether the address or the document belongs to somebody already, and can be asked
    /// while the person's key is damaged.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn registration(&self, person: Id) -> Result<Option<RegistrationView>> {
        let reading = self.read()?;
        let (Some(row), Some(found)) =
            (reading.peek::<PersonRow>(&person)?, reading.peek::<RegistrationRow>(&person)?)
        else {
            return Ok(None);
        };
        let (identity, letters) = (self.identity(), found.letters);
        let policy = &identity.registration;
        let answers = reading.peek::<AnswersRow>(&person)?.unwrap_or_default().answers.len();
        let answers = u32::try_from(answers).unwrap_or(u32::MAX);
        let login = reading.peek::<CredentialRow>(&CredentialKey::login(person))?;
        let limits = (policy.resend_after_seconds, policy.letters_per_day);
        let next = letters.check(reading.now(), limits.0, limits.1);
        Ok(Some(RegistrationView {
            person,
            begun_at: row.created_at,
            address_is_confirmed: !found.confirmed_at.is_none(),
            has_profile: row.profile.is_some(),
            has_login_password: login.is_some(),
            answers_missing: identity.credentials.security_answers.needed.saturating_sub(answers),
            consents_missing: missing_consents(&row, policy).cloned().collect(),
            is_over: found.is_over,
            resend_from: next.map_or_else(|refusal| refusal.until, |()| Timestamp::NONE),
            until: found.purge_at,
        }))
    }
}
