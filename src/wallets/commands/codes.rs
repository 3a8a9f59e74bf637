//! Short codes: eight digits that the host sends and the customer types.

use super::Wallets;
use super::hashing::random;
use super::letters::Draft;
use crate::model::Id;
use crate::store::Result;
use crate::wallets::rules::credentials;
use crate::wallets::rules::rows::{CodeKey, CodeRow};
use crate::wallets::rules::secrets::{Code, Field};
use crate::wallets::rules::{
    Actor, AuditEntry, Channel, Command, Decision, LetterKind, Refusal, WalletStatus, WriteSet,
};

impl Wallets {
    /// Sends a person a short code by this channel. `purpose` is the host's own number for what the
    /// code is for: a code for one purpose is not good for another, and a new code ends the one
    /// before. Two codes for the same purpose are at least [`CodePolicy::resend_after_seconds`]
    /// apart; a person gets at most [`CodePolicy::codes_per_day`] for all purposes together.
    ///
    /// Refused: `person_not_found`, `too_soon`, `too_many_today`; `too_many` while
    /// [`Outbox::letters_per_person_max`] letters wait for the host; `profile_must_be_set`,
    /// `text_must_be_valid` for a channel that is not known.
    ///
    /// [`CodePolicy::resend_after_seconds`]:
    /// crate::wallet::policy::CodePolicy::resend_after_seconds
    /// [`CodePolicy::codes_per_day`]: crate::wallet::policy::CodePolicy::codes_per_day
    /// [`Outbox::letters_per_person_max`]: crate::wallet::policy::Outbox::letters_per_person_max
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn send_code(
        &self,
        person: Id,
        purpose: u16,
        channel: Channel,
    ) -> Result<Result<(), Refusal>> {
        let code = Code::new(random()?);
        let at = CodeKey { person, purpose };
        self.transact(person, |reading| {
            let now = reading.now();
            let (row, key) = match self.person(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            let mut changes = WriteSet::default();
            if let Err(refusal) = self.make_outbox_room(reading, &mut changes, person)? {
                return Ok(refusal.into());
            }
            let address = match channel {
                Channel::EMAIL => self.email_of(person, &row, &key)?.letters_to,
                Channel::PHONE => match self.profile_of(person, &row, &key)? {
                    Some(profile) => profile.phone.clone(),
                    None => return Ok(Refusal::of(WalletStatus::PROFILE_MUST_BE_SET).into()),
                },
                _ => return Ok(Refusal::of(WalletStatus::TEXT_MUST_BE_VALID).into()),
            };
            let former = reading.get::<CodeRow>(&at)?;
            let codes = reading.scan::<CodeRow>(&person.to_bytes(), None);
            let codes: Vec<_> = codes.collect::<Result<_>>()?;
            let mut sent = Vec::with_capacity(codes.len());
            for (key, _) in codes {
                sent.extend(reading.get::<CodeRow>(&key)?.map(|row| row.sent));
            }
            let mac = key.mac(purpose_record(purpose), Field::CODE, code.expose().as_bytes());
            let policy = &self.identity().credentials.codes;
            let row = match credentials::new_code(former.as_ref(), &sent, mac, now, policy) {
                Ok(row) => row,
                Err(refusal) => return Ok(refusal.into()),
            };
            let command = Command::SEND_CODE;
            changes.audit.push(AuditEntry::new(person, command, &Actor::System, now));
            changes.put(&at, &row);
            let (kind, about, secret) = (LetterKind::CODE, Id::ZERO, code.expose());
            let draft = Draft { kind, channel, about, address: &address, secret };
            self.write_letter(&mut changes, (person, &key), &draft, now)?;
            Ok(Decision::done(changes, ()))
        })
    }

    /// Checks a short code; a right one is used up by it. A code allows five tries and lasts ten
    /// minutes, unless the policy says otherwise. The answer does not tell why a code is not good.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn check_code(&self, person: Id, purpose: u16, code: &str) -> Result<Result<(), Refusal>> {
        let code = Code::from_text(code);
        let at = CodeKey { person, purpose };
        self.transact(person, |reading| {
            let now = reading.now();
            let wrong = || Ok(Refusal::of(WalletStatus::CODE_MUST_MATCH).into());
            let Ok((_, key)) = self.person(reading, person)? else { return wrong() };
            let Some(row) = reading.get::<CodeRow>(&at)? else { return wrong() };
            let record = purpose_record(purpose);
            let typed =
                code.as_ref().map(|code| key.mac(record, Field::CODE, code.expose().as_bytes()));
            let (after, judged) = credentials::judge_code(&row, typed, now);
            if after == row {
                return wrong();
            }
            let right = judged.is_ok();
            let command = if right { Command::CODE_MATCHED } else { Command::CODE_FAILED };
            let mut changes = WriteSet::of(AuditEntry::new(person, command, &Actor::Customer, now));
            changes.put(&at, &after);
            Ok(match judged {
                Ok(()) => Decision::done(changes, ()),
                Err(refusal) => Decision::refused(changes, refusal),
            })
        })
    }
}

/// The record that a code belongs to.
fn purpose_record(purpose: u16) -> Id {
    Id::from_u128(purpose.into())
}
