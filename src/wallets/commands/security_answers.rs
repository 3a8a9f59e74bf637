//! Security questions: off unless the policy asks for them, and never enough on their own.

use super::Wallets;
use super::registration::decide;
use crate::model::Id;
use crate::store::Result;
use crate::wallets::rules::credentials::{self, Attempt};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{AnswerRow, AnswersRow};
use crate::wallets::rules::secrets::{Field, PasswordText};
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, Refusal, WalletStatus, WriteSet,
};

/// Questions that one person can answer.
const ANSWERS_MAX: usize = 16;

impl Wallets {
    /// Sets the answers to security questions, which the host numbers, while the person is
    /// registering. Compared exactly, unless the policy folds case.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn set_security_answers(
        &self,
        person: Id,
        answers: &[(u16, &str)],
    ) -> Result<Result<(), Refusal>> {
        if let Err(refusal) = self.check_answers(answers) {
            return Ok(Err(refusal));
        }
        if let Err(refusal) = self.registering(&mut self.read()?, person)? {
            return Ok(Err(refusal));
        }
        let mut hashes = Vec::with_capacity(answers.len());
        for (question, answer) in answers {
            hashes.push((*question, self.hashing()?.hash(&self.answer_text(answer))?));
        }
        self.transact(person, |reading| {
            let (_, key) = match self.registering(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            reading.get::<AnswersRow>(&person)?;
            let mut row = AnswersRow::default();
            for (question, hash) in &hashes {
                let hash =
                    key.seal(question_record(*question), Field::ANSWER_HASH, hash.as_bytes())?;
                row.answers.push(AnswerRow { question: *question, hash });
            }
            let now = reading.now();
            let entry =
                AuditEntry::new(person, Command::SET_SECURITY_ANSWERS, &Actor::Customer, now);
            let mut changes = WriteSet::of(entry);
            changes.put(&person, &row);
            Ok(Decision::done(changes, ()))
        })
    }

    fn check_answers(&self, answers: &[(u16, &str)]) -> Result<(), Refusal> {
        let needed = self.identity().credentials.security_answers.needed as usize;
        refuse_if(needed == 0, WalletStatus::SECURITY_ANSWERS_ARE_OFF)?;
        refuse_if(answers.len() < needed, WalletStatus::SECURITY_ANSWERS_MUST_BE_SET)?;
        refuse_if(answers.len() > ANSWERS_MAX, WalletStatus::TOO_MANY)?;
        let mut questions: Vec<_> = answers.iter().map(|(question, _)| question).collect();
        questions.sort_unstable();
        questions.dedup();
        refuse_if(questions.len() < answers.len(), WalletStatus::SECURITY_ANSWERS_MUST_BE_SET)?;
        answers.iter().try_for_each(|(_, answer)| {
            crate::wallets::rules::contact::check_text(
                answer,
                crate::wallets::rules::secrets::PASSWORD_BYTES_MAX,
            )
        })
    }

    fn answer_text(&self, answer: &str) -> PasswordText {
        if self.identity().credentials.security_answers.fold_case {
            let folded = zeroize::Zeroizing::new(answer.to_lowercase());
            return PasswordText::new(&folded);
        }
        PasswordText::new(answer)
    }

    /// Checks the answer to one security question for a member of staff: one input among others.
    /// After a wrong answer no other question is taken until this one is answered.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn check_security_answer(
        &self,
        person: Id,
        question: u16,
        answer: &str,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let policy = &self.identity().credentials.security_answers;
        let on = refuse_if(policy.needed == 0, WalletStatus::SECURITY_ANSWERS_ARE_OFF);
        let asked = (person, Command::CHECK_SECURITY_ANSWERS, Id::ZERO);
        let (_, command, _) = asked;
        // Who may not ask hears nothing, and nothing is hashed for them.
        let admitted = self.admit_staff(&mut self.read()?, command, actor)?;
        if let Err(refusal) = admitted.and(on) {
            return self.attempted(asked, actor, Err(refusal));
        }
        let attempt = self.try_answer(person, question, answer)?;
        let checked = self.transact(person, |reading| {
            if let Err(refusal) = self.admit_staff(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let now = reading.now();
            let found = reading.get::<AnswersRow>(&person)?;
            Ok(decide((|| {
                let mut row = found.ok_or(Refusal::of(WalletStatus::CREDENTIALS_MUST_MATCH))?;
                let is_asked = row.failed_question.is_none_or(|failed| failed == question);
                let attempt = Attempt { matches: attempt.matches && is_asked, ..attempt.clone() };
                let (after, judged) =
                    credentials::judge(&row.throttle, 1, &attempt, now, &policy.throttle);
                let Some(after) = after else {
                    return judged.map(|()| Decision::done(WriteSet::default(), ()));
                };
                row.throttle = after;
                row.failed_question = match judged {
                    Ok(()) => None,
                    Err(_) => row.failed_question.or(Some(question)),
                };
                let mut changes = WriteSet::default();
                changes.put(&person, &row);
                if let Err(refusal) = judged {
                    return Ok(Decision::refused(changes, refusal));
                }
                changes.audit.push(AuditEntry::new(person, command, actor, now));
                Ok(Decision::done(changes, ()))
            })()))
        })?;
        self.attempted(asked, actor, checked)
    }

    fn try_answer(&self, person: Id, question: u16, answer: &str) -> Result<Attempt> {
        let mut reading = self.read()?;
        let key = self.person(&mut reading, person)?.ok().map(|(_, key)| key);
        let row = reading.get::<AnswersRow>(&person)?;
        let stored = row
            .as_ref()
            .and_then(|row| row.answers.iter().find(|answer| answer.question == question));
        let text = self.answer_text(answer);
        let matches = match key.zip(stored) {
            None => self.hashing()?.matches(&text, None)?,
            Some((key, stored)) => {
                let record = question_record(question);
                let hash = key.open_text(record, Field::ANSWER_HASH, &stored.hash)?;
                self.hashing()?.matches(&text, Some(&hash))?
            }
        };
        Ok(Attempt { matches, times_set: 1, rehashed: None })
    }
}

/// The record that an answer belongs to.
fn question_record(question: u16) -> Id {
    Id::from_u128(question.into())
}
