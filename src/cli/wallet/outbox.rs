//! `wallet outbox`: letters that wait, and what became of them. Never what they say, nor to whom.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, OneLetter, Outbox, OutboxStep};
use super::{answer, done, listed};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json;
use crate::cli::output::{Left, Right, counted, more, second, section, table};
use escrowdb::wallet::{LetterFate, LetterId, LetterStatus};
use serde_json::{Value, json};
use std::io::Write;

/// Lists letters, or says what became of one.
pub(super) fn run(
    arguments: &Outbox,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let report = |letter: &OneLetter, fate, state: &str, out: &mut dyn Write| {
        let Opened { wallets, .. } = to_write(&arguments.store, access)?;
        let actor = letter.staff.actor();
        answer(match fate {
            Some(fate) => wallets.report_letter_by(letter.letter, fate, &actor)?,
            None => wallets.retry_letter(letter.letter, &actor)?,
        })?;
        let name = letter_name(letter.letter);
        let facts = json!({ "letter": name, "state": state });
        done(out, access.json, &format!("Letter {name} is {state}."), facts)
    };
    match &arguments.step {
        None => list(arguments, access, out),
        Some(OutboxStep::Delivered(one)) => {
            report(one, Some(LetterFate::Delivered), "delivered", out)
        }
        Some(OutboxStep::Bounced(one)) => report(one, Some(LetterFate::Bounced), "bounced", out),
        Some(OutboxStep::Failed(one)) => report(one, Some(LetterFate::Failed), "queued", out),
        Some(OutboxStep::Retry(one)) => report(one, None, "queued", out),
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
        let letters: Vec<_> = letters.iter().map(written).collect();
        json::document(out, &json!({ "letters": letters, "more": is_more }))?;
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

fn written(letter: &LetterStatus) -> Value {
    json!({
        "letter": letter_name(letter.id),
        "person": json::id(letter.id.person),
        "kind": letter.kind.name(),
        "channel": letter.channel.name(),
        "state": letter.state.name(),
        "tries": letter.attempts,
        "due": json::time(letter.due),
        "created_at": json::time(letter.created_at),
    })
}
