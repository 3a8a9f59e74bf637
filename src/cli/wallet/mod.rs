//! `wallet`: what support does with wallets: looking, deciding cases, letters, money in suspense.
//!
//! Nothing that a customer or a processor keeps secret is printed, and no personal data unless
//! `--reveal` asks for it, which the trail remembers. A refusal is the caller's mistake: one line
//! that names the law, exit code 2, nothing written. What takes two members of staff is remembered
//! when the first one orders it: exit code 6.

mod access;
pub(crate) mod arguments;
pub(crate) mod audit;
pub(crate) mod card_refunds;
pub(crate) mod cases;
pub(crate) mod change;
pub(crate) mod chargebacks;
pub(crate) mod check_policy;
pub(crate) mod corrections;
pub(crate) mod notes;
pub(crate) mod outbox;
mod parsing;
pub(crate) mod person;
pub(crate) mod persons;
pub(crate) mod policy;
pub(crate) mod recovery;
mod schema;
pub(crate) mod show;
pub(crate) mod staff;
pub(crate) mod suspense;
mod terms;
pub(crate) mod unclaimed;

pub(crate) use schema::SCHEMAS;

use super::failure::{Ending, Failure};
use super::json;
use super::output::second;
use arguments::{Wallet, WalletCommand};
use escrowdb::Id;
use escrowdb::wallet::{Refusal, WalletStatus};
use serde::Serialize;
use std::fmt::Display;
use std::io::Write;

/// Rows that are read at a time.
const ROWS_AT_A_TIME: usize = 1_024;

/// Carries out a command of support.
pub(crate) fn run(arguments: &Wallet, out: &mut dyn Write) -> Result<Ending, Failure> {
    let access = &arguments.access;
    match &arguments.command {
        WalletCommand::Show(arguments) => show::run(arguments, access, out),
        WalletCommand::Audit(arguments) => audit::run(arguments, access, out),
        WalletCommand::Policy(arguments) => policy::run(arguments, access, out),
        WalletCommand::Cases(arguments) => cases::list(arguments, access, out),
        WalletCommand::VerifyCase(arguments) => cases::run(arguments, access, out),
        WalletCommand::SameScans(arguments) => cases::same_scans(arguments, access, out),
        WalletCommand::RevokeTier(arguments) => change::revoke_tier(arguments, access, out),
        WalletCommand::Staff(arguments) => staff::run(arguments, access, out),
        WalletCommand::Recovery(arguments) => recovery::run(arguments, access, out),
        WalletCommand::Outbox(arguments) => outbox::run(arguments, access, out),
        WalletCommand::Freeze(arguments) => change::freeze(arguments, access, out),
        WalletCommand::Unfreeze(arguments) => change::unfreeze(arguments, access, out),
        WalletCommand::Close(arguments) => change::close(arguments, access, out),
        WalletCommand::Person(arguments) => persons::run(arguments, access, out),
        WalletCommand::Correction(arguments) => corrections::run(arguments, access, out),
        WalletCommand::Notes(arguments) => notes::run(arguments, access, out),
        WalletCommand::LegalHold(arguments) => person::legal_hold(arguments, access, out),
        WalletCommand::Retention(arguments) => person::retention(arguments, access, out),
        WalletCommand::Erase(arguments) => person::erase(arguments, access, out),
        WalletCommand::Suspense(arguments) => suspense::run(arguments, access, out),
        WalletCommand::Unclaimed(arguments) => unclaimed::run(arguments, access, out),
        WalletCommand::CardRefunds(arguments) => card_refunds::run(arguments, access, out),
        WalletCommand::Chargebacks(arguments) => chargebacks::run(arguments, access, out),
    }
}

/// The answer, or the refusal in one line; `id` is what was asked for.
fn answer<T>(judged: Result<T, Refusal>, id: impl Display) -> Result<T, Failure> {
    judged.map_err(|refusal| {
        let mut line = refused(refusal, id);
        if !refusal.until.is_none() {
            line.push_str(&format!(" until {}", second(refusal.until)));
        }
        Failure::input(line)
    })
}

/// A refusal in words, which names what was not found.
fn refused(refusal: Refusal, id: impl Display) -> String {
    match refusal.status.name().ends_with("_not_found") {
        true => format!("refused: {refusal}: {id}"),
        false => format!("refused: {refusal}"),
    }
}

/// Whether what two members of staff must order awaits the second one now; or the refusal.
fn awaits_second(judged: Result<(), Refusal>, id: Id) -> Result<bool, Failure> {
    match judged {
        Err(refusal) if refusal.status.awaits_second() => Ok(true),
        judged => answer(judged, id).map(|()| false),
    }
}

/// Says what was done, or that it awaits a second member of staff.
fn ordered(
    out: &mut dyn Write,
    is_json: bool,
    awaits_second: bool,
    (words, facts): (&str, &impl Serialize),
) -> Result<Ending, Failure> {
    if !awaits_second {
        return done(out, is_json, words, facts);
    }
    done(
        out,
        is_json,
        "Remembered: it awaits a second member of staff, who orders the same.",
        facts,
    )?;
    Ok(Ending::AwaitsSecond)
}

/// What was asked for by its id and is not there.
fn missing(status: WalletStatus, id: Id) -> Failure {
    Failure::input(format!("{}: {id}", Refusal::from(status)))
}

/// Says what was done, to people or to programs.
fn done(
    out: &mut dyn Write,
    is_json: bool,
    words: &str,
    facts: &impl Serialize,
) -> Result<Ending, Failure> {
    match is_json {
        true => json::document(out, facts)?,
        false => writeln!(out, "{words}")?,
    }
    Ok(Ending::Done)
}

/// The first `limit` of a listing, or all for 0; and whether there is more. `page` gives so many
/// behind the one that it was given.
fn listed<T>(
    limit: usize,
    page: impl Fn(Option<&T>, usize) -> escrowdb::Result<Vec<T>>,
) -> Result<(Vec<T>, bool), Failure> {
    let wanted = if limit == 0 { usize::MAX } else { limit.saturating_add(1) };
    let mut found = Vec::new();
    while found.len() < wanted {
        let rows = page(found.last(), ROWS_AT_A_TIME.min(wanted - found.len()))?;
        if rows.is_empty() {
            break;
        }
        found.extend(rows);
    }
    let is_more = limit > 0 && found.len() > limit;
    if is_more {
        found.truncate(limit);
    }
    Ok((found, is_more))
}

/// A name, or null for nobody.
fn name(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

/// A name, or a dash for nobody.
fn name_or_dash(name: &str) -> String {
    if name.is_empty() { "-".to_owned() } else { name.to_owned() }
}

/// 64 hexadecimal digits.
fn digits(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
