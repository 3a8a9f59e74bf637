//! `wallet outbox`: letters that wait, and what became of them. Never what they say, nor to whom.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, OneLetter, Outbox, OutboxStep};
use super::{answer, done, listed};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, Count, IdText, Name, TimeText};
use crate::cli::output::{Left, Right, counted, more, second, section, table};
use escrowdb::wallet::{LetterFate, LetterId, LetterState, LetterStatus};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Letters.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct LettersFacts {
    letters: Vec<LetterFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// A letter, never what it says.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct LetterFacts {
    /// PERSON:LETTER, as the commands take it.
    letter: String,
    person: IdText,
    kind: Name,
    channel: Name,
    state: Name,
    tries: Count,
    due: Option<TimeText>,
    created_at: Option<TimeText>,
}

/// What became of a letter.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct LetterStateFacts {
    letter: String,
    state: Name,
}

/// Lists letters, or says what became of one.
pub(super) fn run(
    arguments: &Outbox,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    if arguments.step.is_some() && arguments.person.is_some() {
        return Err(Failure::input("--person lists letters: a step names its own"));
    }
    let report = |letter: &OneLetter, fate, out: &mut dyn Write| {
        let Opened { wallets, .. } = to_write(&arguments.store, access)?;
        let actor = letter.staff.actor();
        let judged = match fate {
            Some(fate) => wallets.report_letter_by(letter.letter, fate, &actor)?,
            None => wallets.retry_letter(letter.letter, &actor)?,
        };
        let name = letter_name(letter.letter);
        answer(judged, &name)?;
        // What waits may wait for more than the host.
        let letters = wallets.letters_of(letter.letter.person)?;
        let found = letters.iter().find(|one| one.id == letter.letter);
        let state = found.map_or(LetterState::default(), |one| one.state);
        let words = match state {
            LetterState::AWAITS_KEY => {
                format!("Letter {name} waits: its customer's key is damaged.")
            }
            state => format!("Letter {name} is {state}."),
        };
        let facts = LetterStateFacts { letter: name, state: Name(state.name()) };
        done(out, access.json, &words, &facts)
    };
    match &arguments.step {
        None => list(arguments, access, out),
        Some(OutboxStep::Delivered(one)) => report(one, Some(LetterFate::Delivered), out),
        Some(OutboxStep::Bounced(one)) => report(one, Some(LetterFate::Bounced), out),
        Some(OutboxStep::Failed(one)) => report(one, Some(LetterFate::Failed), out),
        Some(OutboxStep::Retry(one)) => report(one, None, out),
    }
}

fn list(arguments: &Outbox, access: &Access, out: &mut dyn Write) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_read(&arguments.store, access)?;
    let limit = arguments.limit;
    let (letters, is_more) = match arguments.person {
        None => listed(limit, |after, limit| wallets.waiting_letters(after, limit))?,
        Some(person) => {
            // A policy bounds how many a person has.
            let mut letters = wallets.letters_of(person)?;
            let is_more = limit > 0 && letters.len() > limit;
            letters.truncate(if limit > 0 { limit } else { usize::MAX });
            (letters, is_more)
        }
    };
    if access.json {
        let letters = letters.iter().map(LetterFacts::of).collect();
        json::document(out, &LettersFacts { letters, more: is_more })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[
        ("letter", Left),
        ("kind", Left),
        ("by", Left),
        ("state", Left),
        ("tries", Right),
        ("due (UTC)", Left),
        ("written (UTC)", Left),
    ]);
    for letter in &letters {
        table.add_row([
            letter_name(letter.id),
            letter.kind.to_string(),
            letter.channel.to_string(),
            letter.state.to_string(),
            letter.attempts.to_string(),
            second(letter.due),
            second(letter.created_at),
        ]);
    }
    section(out, &counted(letters.len() as u64, "letter", "letters"), &table)?;
    if is_more {
        more(out, limit)?;
    }
    Ok(Ending::Done)
}

/// As the commands take it.
fn letter_name(letter: LetterId) -> String {
    format!("{}:{}", letter.person, letter.letter)
}

impl LetterFacts {
    fn of(letter: &LetterStatus) -> Self {
        Self {
            letter: letter_name(letter.id),
            person: IdText::known(letter.id.person),
            kind: Name(letter.kind.name()),
            channel: Name(letter.channel.name()),
            state: Name(letter.state.name()),
            tries: letter.attempts.into(),
            due: TimeText::of(letter.due),
            created_at: TimeText::of(letter.created_at),
        }
    }
}
