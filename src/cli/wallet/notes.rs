//! `wallet notes`: what support noted on a person; what it says only on demand.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, Notes, NotesStep, Reveal};
use super::{answer, done};
use crate::cli::failure::{Ending, Failure};
use crate::cli::file;
use crate::cli::json::{self, IdText, TimeText};
use crate::cli::output::{Left, counted, second, section, table};
use escrowdb::{Id, Note};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use zeroize::Zeroizing;

/// Notes on a person.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct NotesFacts {
    notes: Vec<NoteFacts>,
}

/// A note.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NoteFacts {
    at: Option<TimeText>,
    author: String,
    /// Only with `--reveal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// That a note was left.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct LeftFacts {
    person: IdText,
    left: bool,
}

/// More than a note can have: the store says what is too long.
const TEXT_BYTES_MAX: usize = 4_096;

/// Shows the notes, or leaves one.
pub(super) fn run(
    arguments: &Notes,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let store = &arguments.store;
    match &arguments.step {
        NotesStep::List { person, reveal } => list((store, *person), reveal, access, out),
        NotesStep::Leave { person, file, staff } => {
            let text = read(file)?;
            let Opened { wallets, .. } = to_write(store, access)?;
            answer(wallets.leave_note(*person, text.trim_end(), &staff.actor())?, person)?;
            let facts = LeftFacts { person: IdText::known(*person), left: true };
            done(out, access.json, &format!("The note on person {person} is left."), &facts)
        }
    }
}

fn read(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let wrong = |reason| Failure::input(format!("the note {}: {reason}", path.display()));
    file::read_text(path, TEXT_BYTES_MAX).map_err(wrong)
}

fn list(
    (store, person): (&Path, Id),
    reveal: &Reveal,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let asked_by = reveal.actor();
    let opened =
        if asked_by.is_some() { to_write(store, access)? } else { to_read(store, access)? };
    let notes = answer(opened.wallets.notes_on(person)?, person)?;
    if let Some(actor) = &asked_by {
        answer(opened.wallets.record_disclosure(person, Id::ZERO, actor)?, person)?;
    }
    let is_revealed = asked_by.is_some();
    if access.json {
        let notes = notes.iter().map(|note| NoteFacts::of(note, is_revealed)).collect();
        json::document(out, &NotesFacts { notes })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[("time (UTC)", Left), ("by", Left), ("note", Left)]);
    for note in &notes {
        let text = match (is_revealed, note.text.as_str()) {
            (false, _) => "(--reveal)",
            (true, "") => "(cannot be read: the key of the person is damaged)",
            (true, text) => text,
        };
        table.add_row([second(note.at), note.author.clone(), text.to_owned()]);
    }
    section(out, &counted(notes.len() as u64, "note", "notes"), &table)?;
    Ok(Ending::Done)
}

impl NoteFacts {
    fn of(note: &Note, is_revealed: bool) -> Self {
        Self {
            at: TimeText::of(note.at),
            author: note.author.clone(),
            text: Some(note.text.clone()).filter(|text| is_revealed && !text.is_empty()),
        }
    }
}
