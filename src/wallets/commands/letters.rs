//! The outbox: writing letters, handing them to the host, hearing what became of them.

use super::Wallets;
use super::persons::PersonKey;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::outbox;
use crate::wallets::rules::rows::{
    Agenda, AgendaList, Contents, LetterBody, LetterKey, LetterRow, PersonRow, PersonState, RowKey,
};
use crate::wallets::rules::secrets::{Field, Sealed};
use crate::wallets::rules::{
    Actor, AuditEntry, Channel, Command, Decision, Letter, LetterFate, LetterId, LetterKind,
    LetterState, LetterStatus, Refusal, WalletStatus, WriteSet,
};
use zeroize::Zeroizing;

/// Letters that are handed over at a time.
const LETTERS_AT_A_TIME: usize = 256;
/// Letters of the agenda that are forgotten at a time.
const PURGES_AT_A_TIME: usize = 1_024;

/// Bytes of the letter that a registration waits for, or of the one in its place: an address of 254
/// bytes and a token at most.
const CONFIRMATION_BYTES: usize = 320;

/// A letter to be written.
pub(super) struct Draft<'d> {
    pub(super) kind: LetterKind,
    pub(super) channel: Channel,
    /// The wallet or case that it is about; zero for none.
    pub(super) about: Id,
    pub(super) address: &'d str,
    /// The token or code; empty for none.
    pub(super) secret: &'d str,
}

impl Wallets {
    /// Puts a letter into the outbox of a person.
    pub(super) fn write_letter(
        &self,
        changes: &mut WriteSet,
        (person, key): (Id, &PersonKey),
        draft: &Draft<'_>,
        now: Timestamp,
    ) -> Result<()> {
        let letter = LetterKey { person, letter: Id::new() };
        let body = LetterBody { address: draft.address.into(), secret: draft.secret.into() };
        let row = LetterRow {
            kind: draft.kind.number(),
            channel: draft.channel.number(),
            state: LetterState::QUEUED.number(),
            about: draft.about,
            body: seal_body(key, letter, draft.kind, &body)?,
            created_at: now,
            attempts: 0,
            due: now,
        };
        outbox::enqueue(changes, &letter, &row);
        Ok(())
    }

    /// Makes room for one more letter that somebody asked for: a full outbox forgets the oldest
    /// letter whose fate is known, codes first. Refused if all of them wait. Letters that tell of a
    /// change of the wallet are always written.
    pub(super) fn make_outbox_room(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
    ) -> Result<Result<(), Refusal>> {
        let most = self.identity().outbox.letters_per_person_max as usize;
        let letters = reading.scan::<LetterRow>(&person.to_bytes(), None).take(most);
        let letters: Vec<_> = letters.collect::<Result<_>>()?;
        if letters.len() < most {
            return Ok(Ok(()));
        }
        let settled = letters.into_iter().filter(|(_, row)| row.is_settled());
        let oldest = settled.min_by_key(|(_, row)| row.kind != LetterKind::CODE.number());
        let Some((key, row)) = oldest else {
            return Ok(Err(Refusal::of(WalletStatus::TOO_MANY)));
        };
        let agenda = row.agenda_key(key.letter);
        reading.get::<LetterRow>(&key)?;
        reading.get::<Agenda>(&agenda)?;
        changes.delete::<LetterRow>(&key);
        changes.delete::<Agenda>(&agenda);
        Ok(Ok(()))
    }

    /// Gives the letters that wait, oldest first, up to `limit`, and at most 256. Each is given
    /// again after a while, unless the host says what became of it; after too many times it counts
    /// as bounced. Letters of a person whose key is damaged wait in the state
    /// [`LetterState::AWAITS_KEY`] until the key is mended or the person erased, and so do notices
    /// that are written meanwhile. Links and codes that are asked for meanwhile are not sent later.
    ///
    /// # Errors
    /// [`Error`]: so do all commands.
    pub fn take_letters(&self, limit: usize) -> Result<Vec<Letter>> {
        let limit = limit.min(LETTERS_AT_A_TIME);
        self.write_login_resets()?;
        // Letters that wait for a damaged key to be mended are no reason to look no further.
        loop {
            let taken = self.transact(Id::ZERO, |reading| self.judge_taking(reading, limit))?;
            let (letters, looked_at) =
                taken.map_err(|refusal| Error::Corrupt(refusal.to_string()))?;
            if !letters.is_empty() || looked_at == 0 {
                return Ok(letters);
            }
        }
    }

    /// The next letters, and how many were looked at.
    fn judge_taking(
        &self,
        reading: &mut ReadTransaction,
        limit: usize,
    ) -> Result<Decision<(Vec<Letter>, usize)>> {
        let (now, policy) = (reading.now(), &self.identity().outbox);
        let due = self.due(reading, AgendaList::LETTERS, limit)?;
        let (mut changes, mut letters, looked_at) = (WriteSet::default(), Vec::new(), due.len());
        for (agenda, person) in due {
            let key = LetterKey { person, letter: agenda.about };
            let Some(row) = reading.get::<LetterRow>(&key)? else {
                changes.delete::<Agenda>(&agenda);
                continue;
            };
            match self.open_letter(reading, &key, &row) {
                Ok(None) => {
                    outbox::settle(&mut changes, &key, &row, LetterState::BOUNCED, now, policy);
                }
                Ok(Some((letter, written))) => {
                    if outbox::hand_over(&mut changes, &key, &written, now, policy) {
                        letters.push(letter);
                    }
                }
                // One person's trouble: others have their letters.
                Err(Error::Corrupt(_)) => {
                    outbox::postpone(&mut changes, &key, &row, now, policy);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Decision::done(changes, (letters, looked_at)))
    }

    /// The due entries of a list, oldest first, each with the person or wallet that it concerns.
    /// The command relies on them.
    pub(super) fn due(
        &self,
        reading: &mut ReadTransaction,
        list: AgendaList,
        limit: usize,
    ) -> Result<Vec<(crate::wallets::rules::rows::AgendaKey, Id)>> {
        let now = reading.now();
        let entries = reading.scan::<Agenda>(&[list.number()], None);
        let due = entries.take_while(|entry| match entry {
            Ok((key, _)) => key.due <= now,
            Err(_) => true,
        });
        let due: Vec<_> = due.take(limit).collect::<Result<_>>()?;
        for (key, _) in &due {
            reading.get::<Agenda>(key)?;
        }
        Ok(due.into_iter().map(|(key, entry)| (key, entry.subject)).collect())
    }

    /// A letter in clear, and as it is written; `None` if the person was erased, or what it should
    /// carry would be over by now.
    fn open_letter(
        &self,
        reading: &ReadTransaction,
        key: &LetterKey,
        row: &LetterRow,
    ) -> Result<Option<(Letter, LetterRow)>> {
        let Some(person) = reading.peek::<PersonRow>(&key.person)? else { return Ok(None) };
        if matches!(person.state, PersonState::Erasing | PersonState::Erased) {
            return Ok(None);
        }
        let person_key = self.living_person_key(key.person, &person)?;
        let written = match row.body.is_nothing() {
            true => self.fill_in(key, row, (&person, &person_key))?,
            false => Some(row.clone()),
        };
        let Some(written) = written else { return Ok(None) };
        let body = person_key.open(key.letter, Field::LETTER, &written.body)?;
        let of = format!("person {}, of id {},", key.person, key.letter);
        let unread = |why| Error::unread_contents::<LetterBody>(of, why);
        let mut body = LetterBody::from_clear(&body).map_err(unread)?;
        let letter = Letter {
            id: (*key).into(),
            kind: LetterKind::from_number(row.kind),
            channel: Channel::from_number(row.channel),
            about: row.about,
            address: std::mem::take(&mut body.address),
            secret: std::mem::take(&mut body.secret),
            created_at: row.created_at,
            attempts: row.attempts.saturating_add(1),
        };
        Ok(Some((letter, written)))
    }

    /// Says what became of a letter that was handed over.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn report_letter(&self, letter: LetterId, fate: LetterFate) -> Result<Result<(), Refusal>> {
        self.report_letter_by(letter, fate, &Actor::System)
    }

    /// The same, said by a member of staff: the trail records who said it and why.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn report_letter_by(
        &self,
        letter: LetterId,
        fate: LetterFate,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let key = LetterKey::from(letter);
        let reported = self.transact(letter.person, |reading| {
            if let Err(refusal) = self.admit(reading, Command::LETTER, actor)? {
                return Ok(refusal.into());
            }
            let Some(row) = reading.get::<LetterRow>(&key)? else {
                return Ok(Decision::refused(WriteSet::default(), WalletStatus::LETTER_NOT_FOUND));
            };
            reading.get::<Agenda>(&row.agenda_key(key.letter))?;
            let now = reading.now();
            let entry = AuditEntry::new(letter.person, Command::LETTER, actor, now);
            let (mut changes, policy) = (WriteSet::default(), &self.identity().outbox);
            Ok(match outbox::report(&mut changes, &key, &row, fate, now, policy) {
                Ok(state) => {
                    let detail = from_to("letter", row.state(), state);
                    changes.audit.push(entry.about(letter.letter).detail(detail));
                    Decision::done(changes, ())
                }
                Err(refusal) => refusal.into(),
            })
        })?;
        self.attempted((letter.person, Command::LETTER, letter.letter), actor, reported)
    }

    /// What support sees of a person's letters, oldest first: not their contents.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn letters_of(&self, person: Id) -> Result<Vec<LetterStatus>> {
        let reading = self.read()?;
        let letters = reading.scan::<LetterRow>(&person.to_bytes(), None);
        letters.map(|letter| letter.map(|(key, row)| row.status(key))).collect()
    }

    /// Forgets letters whose fate has been known for long enough; gives how many.
    pub(super) fn purge_letters(&self) -> Result<usize> {
        let purged = self.transact(Id::ZERO, |reading| {
            let due = self.due(reading, AgendaList::OLD_LETTERS, PURGES_AT_A_TIME)?;
            let mut changes = WriteSet::default();
            for (agenda, person) in &due {
                let key = LetterKey { person: *person, letter: agenda.about };
                reading.get::<LetterRow>(&key)?;
                changes.delete::<LetterRow>(&key);
                changes.delete::<Agenda>(agenda);
            }
            Ok(Decision::done(changes, due.len()))
        })?;
        purged.map_err(|refusal| Error::Corrupt(refusal.to_string()))
    }

    /// Deletes all letters of a person.
    pub(super) fn delete_letters(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        person: Id,
    ) -> Result<()> {
        let letters: Vec<_> =
            reading.scan::<LetterRow>(&person.bytes(), None).collect::<Result<_>>()?;
        for (key, row) in letters {
            reading.get::<LetterRow>(&key)?;
            let agenda = row.agenda_key(key.letter);
            reading.get::<Agenda>(&agenda)?;
            changes.delete::<Agenda>(&agenda);
            changes.delete::<LetterRow>(&key);
        }
        Ok(())
    }
}

/// Seals what a letter carries.
pub(super) fn seal_body(
    key: &PersonKey,
    letter: LetterKey,
    kind: LetterKind,
    body: &LetterBody,
) -> Result<Sealed> {
    let mut body =
        body.to_clear().map_err(|why| Error::unread_contents::<LetterBody>("a person", why))?;
    let tells_whose = matches!(
        kind,
        LetterKind::CONFIRM_ADDRESS
            | LetterKind::ADDRESS_IS_KNOWN
            | LetterKind::CONFIRM_NEW_ADDRESS
            | LetterKind::NEW_ADDRESS_IS_TAKEN
    );
    if tells_whose {
        // A stranger who registers with an address must not see by its size which one it is. What
        // stands behind a body is passed over when it is read.
        let mut padded = Zeroizing::new(vec![0; body.len().max(CONFIRMATION_BYTES)]);
        padded[..body.len()].copy_from_slice(&body);
        body = padded;
    }
    key.seal(letter.letter, Field::LETTER, &body)
}
