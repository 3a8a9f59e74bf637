//! Lists for support, in the order of the agenda, so that nobody scans all wallets to find what
//! waits.
//!
//! They give no secrets and no contents of letters. Looking at personal data leaves an entry in the
//! trail, if the tool that shows it asks for one.

use super::Wallets;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::outbox;
use crate::wallets::rules::rows::{
    Agenda, AgendaKey, AgendaList, LetterKey, LetterRow, PersonRow, RecoveryRow, RowKey, WalletRow,
};
use crate::wallets::rules::verification::OpenCaseRow;
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, LetterId, LetterState, LetterStatus, RecoveryCase,
    WriteSet,
};
use crate::wallets::rules::{Refusal, WalletStatus};

impl Wallets {
    /// Letters whose fate is not known yet, in the order in which they are due: those after
    /// `after`, at most `limit`, without their contents.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn waiting_letters(
        &self,
        after: Option<&LetterStatus>,
        limit: usize,
    ) -> Result<Vec<LetterStatus>> {
        let (due, letter) =
            after.map_or((Timestamp::NONE, Id::ZERO), |status| (status.due, status.id.letter));
        self.waiting_letters_behind(due, letter, limit)
    }

    /// The same, from after a letter of which the caller remembers only when it was due and its id.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn waiting_letters_behind(
        &self,
        due: Timestamp,
        letter: Id,
        limit: usize,
    ) -> Result<Vec<LetterStatus>> {
        let reading = self.read()?;
        let list = AgendaList::LETTERS;
        let after = Some(AgendaKey { list, due, about: letter }.bytes());
        let mut found = Vec::new();
        for entry in reading.scan::<Agenda>(&[list.number()], after.as_deref()).take(limit) {
            let (place, entry) = entry?;
            let key = LetterKey { person: entry.subject, letter: place.about };
            found.extend(reading.peek::<LetterRow>(&key)?.map(|row| row.status(key)));
        }
        Ok(found)
    }

    /// Has a letter handed over once more, whatever became of it: it waits again, is due at once,
    /// and its hand-overs are counted anew. While its recipient's key is damaged, it becomes
    /// [`LetterState::AWAITS_KEY`]. A link or code in it is as old as before. For a member of
    /// staff; refused: `letter_not_found`, `actor_must_be_named`, `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn retry_letter(&self, letter: LetterId, actor: &Actor) -> Result<Result<(), Refusal>> {
        let key = LetterKey::from(letter);
        let retried = self.transact(letter.person, |reading| {
            if let Err(refusal) = self.admit_staff(reading, Command::LETTER, actor)? {
                return Ok(refusal.into());
            }
            let Some(row) = reading.get::<LetterRow>(&key)? else {
                return Ok(Refusal::of(WalletStatus::LETTER_NOT_FOUND).into());
            };
            reading.get::<Agenda>(&row.agenda_key(key.letter))?;
            let now = reading.now();
            let entry = AuditEntry::new(letter.person, Command::LETTER, actor, now);
            let state = match self.is_key_damaged(reading, letter.person)? {
                true => LetterState::AWAITS_KEY,
                false => LetterState::QUEUED,
            };
            let detail = from_to("letter", row.state(), state);
            let mut changes = WriteSet::of(entry.about(letter.letter).detail(detail));
            outbox::retry(&mut changes, &key, &row, state, now);
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted((letter.person, Command::LETTER, letter.letter), actor, retried)
    }

    /// The open verification case of a wallet; `None` if there is none.
    ///
    /// # Errors
    /// As [`Wallets::verification`].
    pub fn open_verification_of(&self, wallet: Id) -> Result<Option<Id>> {
        Ok(self.read()?.peek::<OpenCaseRow>(&wallet)?.map(|row| row.case))
    }

    /// The last recovery case of a wallet, unless it ended in a new password or was stopped; `None`
    /// if there is none.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn recovery_of(&self, wallet: Id) -> Result<Option<RecoveryCase>> {
        let reading = self.read()?;
        let Some(row) = reading.peek::<WalletRow>(&wallet)? else { return Ok(None) };
        let case = row.recovery;
        Ok(reading.peek::<RecoveryRow>(&case)?.map(|row| row.case(case)))
    }

    /// Records in the trail of a person or wallet that personal data was shown to a member of
    /// staff: call it before you show them. `case` is the case that they belong to; zero for none.
    /// Refused: `wallet_not_found` if there is neither, `actor_must_be_named`,
    /// `reason_must_be_given`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn record_disclosure(
        &self,
        subject: Id,
        case: Id,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let recorded = self.transact(subject, |reading| {
            if let Err(refusal) = self.admit_staff(reading, Command::DISCLOSE, actor)? {
                return Ok(refusal.into());
            }
            let is_known = reading.peek::<WalletRow>(&subject)?.is_some()
                || reading.peek::<PersonRow>(&subject)?.is_some();
            if !is_known {
                return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
            }
            let entry = AuditEntry::new(subject, Command::DISCLOSE, actor, reading.now());
            Ok(Decision::done(WriteSet::of(entry.about(case)), ()))
        })?;
        self.attempted((subject, Command::DISCLOSE, case), actor, recorded)
    }
}
