//! `wallet person`: finding persons, reading who they are, and all that is known of one.
//!
//! What is personal is shown to whoever gives name and reason, which the trail remembers first.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, Person, PersonStep, WhichPerson};
use super::{answer, done};
use crate::cli::failure::{Ending, Failure};
use crate::cli::file;
use crate::cli::json::{self, IdText, Name, TimeText};
use crate::cli::output::{Left, counted, second, section, table};
use escrowdb::wallet::{Channel, ContactChange};
use escrowdb::{FoundPerson, Id, PersonExport, PersonView};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use zeroize::Zeroizing;

/// Persons who were found.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct FoundFacts {
    /// Whose address it is first, then registrations under way, oldest first.
    persons: Vec<FoundPersonFacts>,
}

/// Somebody who was found.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FoundPersonFacts {
    person: IdText,
    is_registering: bool,
    address_is_confirmed: bool,
}

/// Who a person is.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct PersonFacts {
    person: IdText,
    is_registering: bool,
    created_at: Option<TimeText>,
    email: String,
    /// Null until it is filled in.
    profile: Option<ProfileFacts>,
    wallets: Vec<IdText>,
    legal_hold: bool,
    retain_until: Option<TimeText>,
}

/// A profile.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ProfileFacts {
    name: String,
    citizenship: String,
    document_kind: Name,
    document_country: String,
    document_number: String,
    postal_address: String,
    phone: String,
    /// As in `1990-02-28`; null if it is not known.
    birth_date: Option<String>,
}

/// Changes of the address or the number.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ContactChangesFacts {
    changes: Vec<ContactChangeFacts>,
}

/// A change that is under way.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ContactChangeFacts {
    channel: Name,
    state: Name,
    /// The correction that it is part of.
    correction: Option<IdText>,
    begun_at: Option<TimeText>,
    /// When the link or code ends, or the cool-down.
    until: Option<TimeText>,
}

/// That a change was stopped.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct StoppedChangeFacts {
    person: IdText,
    channel: Name,
    stopped: bool,
}

/// More than an address can have: the store says what is too long.
const TEXT_BYTES_MAX: usize = 1_024;

/// Carries out a command about persons.
pub(super) fn run(
    arguments: &Person,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let store = &arguments.store;
    match &arguments.step {
        PersonStep::Find { file, staff } => {
            let address = read(file)?;
            let Opened { wallets, .. } = to_write(store, access)?;
            let found = wallets.find_persons(address.trim_end(), &staff.actor())?;
            found_persons(&answer(found, "the address")?, access.json, out)
        }
        PersonStep::Show { of: WhichPerson { person, staff }, case } => {
            let Opened { wallets, .. } = to_write(store, access)?;
            let case = case.unwrap_or(Id::ZERO);
            let shown = wallets.show_person(*person, case, &staff.actor())?;
            show(&answer(shown, person)?, access.json, out)
        }
        PersonStep::Export(WhichPerson { person, staff }) => {
            let Opened { wallets, .. } = to_write(store, access)?;
            let export = answer(wallets.export_person(*person, &staff.actor())?, person)?;
            writeln!(out, "{}", export.as_json())?;
            Ok(Ending::Done)
        }
        PersonStep::Changes { person } => changes((store, *person), access, out),
        PersonStep::StopChange { of: WhichPerson { person, staff }, channel } => {
            let Opened { wallets, .. } = to_write(store, access)?;
            let stopped = wallets.stop_contact_change(*person, *channel, &staff.actor())?;
            answer(stopped, person)?;
            let facts = StoppedChangeFacts {
                person: IdText::known(*person),
                channel: Name(channel.name()),
                stopped: true,
            };
            let what = if *channel == Channel::PHONE { "number" } else { "address" };
            let words = format!("The {what} of person {person} is the former one.");
            done(out, access.json, &words, &facts)
        }
    }
}

/// What `export` prints.
pub(super) fn export_schema() -> Value {
    // The library's own tests read it.
    serde_json::from_str(PersonExport::SCHEMA).unwrap_or_default()
}

fn read(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let wrong = |reason| Failure::input(format!("the address {}: {reason}", path.display()));
    file::read_text(path, TEXT_BYTES_MAX).map_err(wrong)
}

fn found_persons(
    found: &[FoundPerson],
    is_json: bool,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    if is_json {
        let persons = found.iter().map(|one| FoundPersonFacts {
            person: IdText::known(one.person),
            is_registering: one.is_registering,
            address_is_confirmed: one.address_is_confirmed,
        });
        json::document(out, &FoundFacts { persons: persons.collect() })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[("person", Left), ("state", Left), ("address", Left)]);
    for one in found {
        let state = if one.is_registering { "registering" } else { "active" };
        let address = if one.address_is_confirmed { "confirmed" } else { "not confirmed" };
        table.add_row([one.person.to_string(), state.to_owned(), address.to_owned()]);
    }
    section(out, &counted(found.len() as u64, "person", "persons"), &table)?;
    Ok(Ending::Done)
}

fn show(view: &PersonView, is_json: bool, out: &mut dyn Write) -> Result<Ending, Failure> {
    if is_json {
        json::document(out, &PersonFacts::of(view))?;
        return Ok(Ending::Done);
    }
    writeln!(out, "person       {}", view.person)?;
    let state = if view.is_registering { "registering" } else { "active" };
    writeln!(out, "state        {state}")?;
    writeln!(out, "created      {}", second(view.created_at))?;
    writeln!(out, "email        {}", view.email)?;
    if let Some(profile) = &view.profile {
        let document = (profile.document_kind.name(), &profile.document_country);
        writeln!(out, "name         {}", profile.name)?;
        writeln!(out, "citizenship  {}", profile.citizenship)?;
        writeln!(out, "document     {} {} {}", document.0, document.1, profile.document_number)?;
        writeln!(out, "address      {}", profile.postal_address.replace('\n', ", "))?;
        writeln!(out, "phone        {}", profile.phone)?;
        if !profile.birth_date.is_empty() {
            writeln!(out, "born         {}", profile.birth_date)?;
        }
    }
    for wallet in &view.wallets {
        writeln!(out, "wallet       {wallet}")?;
    }
    let hold = if view.legal_hold { "on" } else { "off" };
    writeln!(out, "legal hold   {hold}")?;
    writeln!(out, "kept until   {}", second(view.retain_until))?;
    Ok(Ending::Done)
}

fn changes(
    (store, person): (&Path, Id),
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_read(store, access)?;
    let found = wallets.contact_changes(person)?;
    if access.json {
        let changes = found.iter().map(ContactChangeFacts::of).collect();
        json::document(out, &ContactChangesFacts { changes })?;
        return Ok(Ending::Done);
    }
    let columns = [("of", Left), ("state", Left), ("begun (UTC)", Left), ("until (UTC)", Left)];
    let mut table = table(&columns);
    for one in &found {
        table.add_row([
            one.channel.to_string(),
            one.state.to_string(),
            second(one.begun_at),
            second(one.until),
        ]);
    }
    section(out, &counted(found.len() as u64, "change", "changes"), &table)?;
    Ok(Ending::Done)
}

impl PersonFacts {
    fn of(view: &PersonView) -> Self {
        Self {
            person: IdText::known(view.person),
            is_registering: view.is_registering,
            created_at: TimeText::of(view.created_at),
            email: view.email.clone(),
            profile: view.profile.as_ref().map(|profile| ProfileFacts {
                name: profile.name.clone(),
                citizenship: profile.citizenship.clone(),
                document_kind: Name(profile.document_kind.name()),
                document_country: profile.document_country.clone(),
                document_number: profile.document_number.clone(),
                postal_address: profile.postal_address.clone(),
                phone: profile.phone.clone(),
                birth_date: Some(profile.birth_date.clone()).filter(|text| !text.is_empty()),
            }),
            wallets: view.wallets.iter().map(|wallet| IdText::known(*wallet)).collect(),
            legal_hold: view.legal_hold,
            retain_until: TimeText::of(view.retain_until),
        }
    }
}

impl ContactChangeFacts {
    fn of(change: &ContactChange) -> Self {
        Self {
            channel: Name(change.channel.name()),
            state: Name(change.state.name()),
            correction: IdText::of(change.case),
            begun_at: TimeText::of(change.begun_at),
            until: TimeText::of(change.until),
        }
    }
}
