//! What support notes on a person, sealed.

use super::Wallets;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::contact::{LONG_BYTES_MAX, check_text};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{NoteKey, NoteRow};
use crate::wallets::rules::secrets::Field;
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, Refusal, WalletStatus, WriteSet,
};
use std::fmt;
use zeroize::Zeroizing;

/// Notes that support can leave on one person.
const NOTES_MAX: u32 = 1_000;

/// A note of support. Does not print its text.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// When it was left.
    pub at: Timestamp,
    /// The name of the member of staff who left it.
    pub author: String,
    /// What it says; empty while the person's key is damaged.
    pub text: String,
}

impl fmt::Debug for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Note").field("author", &self.author).finish_non_exhaustive()
    }
}

impl Wallets {
    /// Leaves a note of support on a person: sealed, up to 2,000 bytes.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn leave_note(&self, person: Id, text: &str, actor: &Actor) -> Result<Result<(), Refusal>> {
        let flat = Zeroizing::new(text.replace('\n', " "));
        let attempt = (person, Command::NOTE, Id::ZERO);
        let left = self.transact(person, |reading| {
            let admitted = self.admit_staff(reading, Command::NOTE, actor)?;
            if let Err(refusal) = admitted.and_then(|()| check_text(&flat, LONG_BYTES_MAX)) {
                return Ok(refusal.into());
            }
            let (mut row, key) = match self.person(reading, person)? {
                Ok(found) => found,
                Err(refusal) => return Ok(refusal.into()),
            };
            if let Err(refusal) = refuse_if(row.notes >= NOTES_MAX, WalletStatus::TOO_MANY) {
                return Ok(refusal.into());
            }
            row.notes += 1;
            let now = reading.now();
            let note = NoteKey { person, note: Id::new() };
            let author = actor.staff_name().unwrap_or_default().to_owned();
            let text = key.seal(note.note, Field::NOTE, text.as_bytes())?;
            let mut changes = WriteSet::of(AuditEntry::new(person, Command::NOTE, actor, now));
            changes.put(&note, &NoteRow { text, author, at: now });
            changes.put(&person, &row);
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted(attempt, actor, left)
    }

    /// The notes of support on a person, oldest first. While the person's key is damaged, only
    /// their authors and times can be read.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn notes_on(&self, person: Id) -> Result<Result<Vec<Note>, Refusal>> {
        let mut reading = self.read()?;
        let row = match self.person_row(&mut reading, person)? {
            Ok(row) => row,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let key = self.key_if_whole(person, &row)?;
        let notes = reading.scan::<NoteRow>(&person.to_bytes(), None).map(|row| {
            let (at, note) = row?;
            let text = match &key {
                Some(key) => key.open_text(at.note, Field::NOTE, &note.text)?.to_string(),
                None => String::new(),
            };
            Ok(Note { at: note.at, author: note.author, text })
        });
        notes.collect::<Result<_>>().map(Ok)
    }
}
