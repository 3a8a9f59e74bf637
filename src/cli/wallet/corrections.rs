//! `wallet correction`: what is known of a person, changed by evidence and a second one of staff.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, AddEvidence, CorrectionOf, CorrectionStep, Decide};
use super::cases::CaseStepFacts;
use super::{answer, digits, done, listed, missing, name, name_or_dash};
use crate::cli::failure::{Ending, Failure};
use crate::cli::file;
use crate::cli::json::{self, Count, HashText, IdText, Name, TimeText};
use crate::cli::output::{Left, counted, more, second, section, table};
use escrowdb::wallet::{Correction, CorrectionCase, CorrectionState, DocumentKind, WalletStatus};
use escrowdb::{Evidence, Id, StoredEvidence, Timestamp, Wallets};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

/// Corrections that wait for staff.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct CorrectionsFacts {
    cases: Vec<CorrectionFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// A correction: which fields it changes, not to what.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CorrectionFacts {
    case: IdText,
    person: IdText,
    state: Name,
    /// Such as `name, document`.
    changes: String,
    pieces_of_evidence: Count,
    opened_by: Option<String>,
    /// Who decided it.
    reviewer: Option<String>,
    opened_at: Option<TimeText>,
    changed_at: Option<TimeText>,
}

/// A correction with what it changes; what is null stays.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ShownCorrectionFacts {
    case: IdText,
    person: IdText,
    state: Name,
    opened_by: Option<String>,
    name: Option<String>,
    citizenship: Option<String>,
    document_kind: Option<Name>,
    document_country: Option<String>,
    document_number: Option<String>,
    postal_address: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    birth_date: Option<String>,
    evidence: Vec<CorrectionPieceFacts>,
}

/// A piece of evidence.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CorrectionPieceFacts {
    kind: Name,
    hash: HashText,
    expires_at: Option<TimeText>,
    added_at: Option<TimeText>,
    /// Where it lies.
    reference: String,
}

/// What is to be changed, as a file has it.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    name: String,
    citizenship: String,
    document_kind: Option<String>,
    document_country: String,
    document_number: String,
    postal_address: String,
    email: String,
    phone: String,
    birth_date: String,
}

/// More than any correction needs.
const TEXT_BYTES_MAX: usize = 16_384;

/// Lists or shows corrections, or carries one on by a step.
pub(super) fn run(
    arguments: &CorrectionOf,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let store = &arguments.store;
    let (case, wallets) = match &arguments.step {
        CorrectionStep::List { limit } => return list((store, *limit), access, out),
        CorrectionStep::Show(decide) => return show((store, decide), access, out),
        CorrectionStep::Open { person, file, case, staff } => {
            let correction = read(file)?;
            let case = case.unwrap_or_else(Id::new);
            let Opened { wallets, .. } = to_write(store, access)?;
            let opened = wallets.open_correction(case, *person, &correction, &staff.actor())?;
            answer(opened, person)?;
            (case, wallets)
        }
        CorrectionStep::Evidence(added) => {
            let AddEvidence { case, kind, hash, reference, expires_at, staff } = added;
            let expires_at = expires_at.unwrap_or(Timestamp::NONE);
            let evidence = Evidence { kind: *kind, hash: hash.0, reference, expires_at };
            let Opened { wallets, .. } = to_write(store, access)?;
            let added = wallets.add_correction_evidence(*case, &evidence, &staff.actor())?;
            answer(added, case)?;
            (*case, wallets)
        }
        CorrectionStep::Approve(Decide { case, staff }) => {
            let Opened { wallets, .. } = to_write(store, access)?;
            answer(wallets.approve_correction(*case, &staff.actor())?, case)?;
            (*case, wallets)
        }
        CorrectionStep::Refuse(Decide { case, staff }) => {
            let Opened { wallets, .. } = to_write(store, access)?;
            answer(wallets.refuse_correction(*case, &staff.actor())?, case)?;
            (*case, wallets)
        }
    };
    let state = state_of(&wallets, case)?;
    let words = format!("Case {case} is {state}.");
    let state = Name(state.name());
    let facts = CaseStepFacts { case: IdText::known(case), state, awaits_second: false };
    done(out, access.json, &words, &facts)
}

fn state_of(wallets: &Wallets, case: Id) -> Result<CorrectionState, Failure> {
    let found = wallets.correction_case(case)?;
    found.map(|found| found.state).ok_or_else(|| missing(WalletStatus::CASE_NOT_FOUND, case))
}

/// What a file wants to be changed. Of what is wrong with it no more is said than where: it is
/// personal.
fn read(path: &Path) -> Result<Correction, Failure> {
    let wrong = |reason| Failure::input(format!("the correction {}: {reason}", path.display()));
    let text = file::read_text(path, TEXT_BYTES_MAX).map_err(&wrong)?;
    let wanted: Wanted = serde_json::from_str(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        wrong(format!("not as a correction is written, at line {line}, column {column}"))
    })?;
    let known = [DocumentKind::Passport, DocumentKind::DriverLicence];
    let document_kind = match &wanted.document_kind {
        None => None,
        Some(named) => {
            let found = known.into_iter().find(|kind| kind.name() == named);
            let unknown = || wrong("document_kind is passport or driver_licence".to_owned());
            Some(found.ok_or_else(unknown)?)
        }
    };
    Ok(Correction {
        name: wanted.name,
        citizenship: wanted.citizenship,
        document_kind,
        document_country: wanted.document_country,
        document_number: wanted.document_number,
        postal_address: wanted.postal_address,
        email: wanted.email,
        phone: wanted.phone,
        birth_date: wanted.birth_date,
    })
}

fn list(
    (store, limit): (&Path, usize),
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_read(store, access)?;
    let (found, is_more) = listed(limit, |after, limit| wallets.open_corrections(after, limit))?;
    if access.json {
        let cases = found.iter().map(CorrectionFacts::of).collect();
        json::document(out, &CorrectionsFacts { cases, more: is_more })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[
        ("case", Left),
        ("person", Left),
        ("state", Left),
        ("changes", Left),
        ("opened by", Left),
        ("opened (UTC)", Left),
    ]);
    for one in &found {
        table.add_row([
            one.case.to_string(),
            one.person.to_string(),
            one.state.to_string(),
            one.fields.clone(),
            name_or_dash(&one.opened_by),
            second(one.opened_at),
        ]);
    }
    section(out, &counted(found.len() as u64, "correction", "corrections"), &table)?;
    if is_more {
        more(out, limit)?;
    }
    Ok(Ending::Done)
}

fn show(
    (store, Decide { case, staff }): (&Path, &Decide),
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    // Who looks at personal data is written down.
    let Opened { wallets, .. } = to_write(store, access)?;
    let (wanted, evidence) = answer(wallets.show_correction(*case, &staff.actor())?, case)?;
    let found = wallets.correction_case(*case)?;
    let found = found.ok_or_else(|| missing(WalletStatus::CASE_NOT_FOUND, *case))?;
    if access.json {
        json::document(out, &ShownCorrectionFacts::of(&found, &wanted, &evidence))?;
        return Ok(Ending::Done);
    }
    writeln!(out, "case         {case}")?;
    writeln!(out, "person       {}", found.person)?;
    writeln!(out, "state        {}", found.state)?;
    writeln!(out, "opened by    {}", name_or_dash(&found.opened_by))?;
    let kind = wanted.document_kind.map_or("", DocumentKind::name);
    for (what, text) in [
        ("name         ", &*wanted.name),
        ("citizenship  ", &wanted.citizenship),
        ("document     ", kind),
        ("country      ", &wanted.document_country),
        ("number       ", &wanted.document_number),
        ("address      ", &wanted.postal_address.replace('\n', ", ")),
        ("email        ", &wanted.email),
        ("phone        ", &wanted.phone),
        ("born         ", &wanted.birth_date),
    ] {
        if !text.is_empty() {
            writeln!(out, "{what}{text}")?;
        }
    }
    writeln!(out)?;
    let columns = [("evidence", Left), ("expires (UTC)", Left), ("hash", Left), ("lies at", Left)];
    let mut table = table(&columns);
    for one in &evidence {
        let (kind, reference) = (one.kind.to_string(), one.reference.clone());
        table.add_row([kind, second(one.expires_at), digits(&one.hash), reference]);
    }
    section(out, &counted(evidence.len() as u64, "piece", "pieces"), &table)?;
    Ok(Ending::Done)
}

impl CorrectionFacts {
    fn of(one: &CorrectionCase) -> Self {
        Self {
            case: IdText::known(one.case),
            person: IdText::known(one.person),
            state: Name(one.state.name()),
            changes: one.fields.clone(),
            pieces_of_evidence: one.evidence.into(),
            opened_by: name(&one.opened_by),
            reviewer: name(&one.reviewer),
            opened_at: TimeText::of(one.opened_at),
            changed_at: TimeText::of(one.changed_at),
        }
    }
}

impl ShownCorrectionFacts {
    fn of(found: &CorrectionCase, wanted: &Correction, evidence: &[StoredEvidence]) -> Self {
        let evidence = evidence.iter().map(|one| CorrectionPieceFacts {
            kind: Name(one.kind.name()),
            hash: HashText::of(&one.hash),
            expires_at: TimeText::of(one.expires_at),
            added_at: TimeText::of(one.added_at),
            reference: one.reference.clone(),
        });
        Self {
            case: IdText::known(found.case),
            person: IdText::known(found.person),
            state: Name(found.state.name()),
            opened_by: name(&found.opened_by),
            name: name(&wanted.name),
            citizenship: name(&wanted.citizenship),
            document_kind: wanted.document_kind.map(|kind| Name(kind.name())),
            document_country: name(&wanted.document_country),
            document_number: name(&wanted.document_number),
            postal_address: name(&wanted.postal_address),
            email: name(&wanted.email),
            phone: name(&wanted.phone),
            birth_date: name(&wanted.birth_date),
            evidence: evidence.collect(),
        }
    }
}
