//! `wallet recovery`: from a forgotten payment password to the link, which only the customer sees.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, AddEvidence, Recovery, RecoveryStep, Reveal};
use super::cases::CaseStepFacts;
use super::{answer, awaits_second, digits, listed, missing, name, name_or_dash, ordered};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, Count, HashText, IdText, Name, TimeText};
use crate::cli::output::{Left, Right, counted, more, second, section, table};
use escrowdb::wallet::{RecoveryCase, RecoveryDecision, RecoveryState, WalletStatus};
use escrowdb::{Evidence, Id, StoredEvidence, Timestamp, Wallets};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Recoveries that wait for staff.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RecoveriesFacts {
    cases: Vec<RecoveryFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// A recovery of a payment password.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RecoveryFacts {
    case: IdText,
    wallet: IdText,
    state: Name,
    pieces_of_evidence: Count,
    /// Where one case is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Vec<PieceFacts>>,
    opened_by: Option<String>,
    reviewer: Option<String>,
    /// Who approved it first, where another one must too.
    first_approver: Option<String>,
    opened_at: Option<TimeText>,
    changed_at: Option<TimeText>,
}

/// A piece of evidence.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(rename = "RecoveryPieceFacts")]
struct PieceFacts {
    kind: Name,
    hash: HashText,
    expires_at: Option<TimeText>,
    added_at: Option<TimeText>,
    /// Where it lies; only with `--reveal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// Lists or shows cases, or carries one on by a step.
pub(super) fn run(
    arguments: &Recovery,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    match &arguments.step {
        RecoveryStep::List { limit } => return list(arguments, *limit, access, out),
        RecoveryStep::Show { case, reveal } => {
            return show(arguments, (*case, reveal), access, out);
        }
        _ => (),
    }
    let Opened { wallets, .. } = to_write(&arguments.store, access)?;
    let (case, awaits_second) = step(&wallets, &arguments.step)?;
    let state = wallets.recovery_case(case)?.map_or(RecoveryState::default(), |case| case.state);
    let facts =
        CaseStepFacts { case: IdText::known(case), state: Name(state.name()), awaits_second };
    let words = format!("Case {case} is {}.", state.name().replace('_', " "));
    ordered(out, access.json, awaits_second, (&words, &facts))
}

/// Carries out a step of a case, and says whether another member of staff must want it too.
fn step(wallets: &Wallets, step: &RecoveryStep) -> Result<(Id, bool), Failure> {
    let case = match step {
        // Only listed and shown, which is done already.
        RecoveryStep::List { .. } => Id::ZERO,
        RecoveryStep::Show { case, .. } => *case,
        RecoveryStep::Open { wallet, case, staff } => {
            let case = case.unwrap_or_else(Id::new);
            answer(wallets.open_recovery(case, *wallet, &staff.actor())?, *wallet)?;
            case
        }
        RecoveryStep::Evidence(added) => {
            add(wallets, added)?;
            added.case
        }
        RecoveryStep::Review(decide) => {
            answer(wallets.review_recovery(decide.case, &decide.staff.actor())?, decide.case)?;
            decide.case
        }
        RecoveryStep::Approve(decide) => {
            let (case, actor) = (decide.case, decide.staff.actor());
            let judged = wallets.decide_recovery(case, RecoveryDecision::Approve, &actor)?;
            return Ok((case, awaits_second(judged, case)?));
        }
        RecoveryStep::Refuse(decide) => {
            let (case, actor) = (decide.case, decide.staff.actor());
            answer(wallets.decide_recovery(case, RecoveryDecision::Refuse, &actor)?, case)?;
            case
        }
        RecoveryStep::Stop(decide) => {
            answer(wallets.stop_recovery(decide.case, &decide.staff.actor())?, decide.case)?;
            decide.case
        }
    };
    Ok((case, false))
}

fn add(wallets: &Wallets, added: &AddEvidence) -> Result<(), Failure> {
    let evidence = Evidence {
        kind: added.kind,
        hash: added.hash.0,
        reference: &added.reference,
        expires_at: added.expires_at.unwrap_or(Timestamp::NONE),
    };
    answer(wallets.add_recovery_evidence(added.case, &evidence, &added.staff.actor())?, added.case)
}

fn list(
    arguments: &Recovery,
    limit: usize,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_read(&arguments.store, access)?;
    let (cases, is_more) =
        listed(limit, |after, limit| wallets.open_recoveries_after(after, limit))?;
    if access.json {
        let cases = cases.iter().map(|case| RecoveryFacts::of(case, None)).collect();
        json::document(out, &RecoveriesFacts { cases, more: is_more })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[
        ("case", Left),
        ("wallet", Left),
        ("state", Left),
        ("evidence", Right),
        ("opened by", Left),
        ("reviewer", Left),
        ("opened (UTC)", Left),
    ]);
    for case in &cases {
        table.add_row([
            case.case.to_string(),
            case.wallet.to_string(),
            case.state.to_string(),
            case.evidence.to_string(),
            name_or_dash(&case.opened_by),
            name_or_dash(&case.reviewer),
            second(case.opened_at),
        ]);
    }
    section(out, &counted(cases.len() as u64, "case", "cases"), &table)?;
    if is_more {
        more(out, limit)?;
    }
    Ok(Ending::Done)
}

fn show(
    arguments: &Recovery,
    (case, reveal): (Id, &Reveal),
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let asked_by = reveal.actor();
    // Who looks at personal data is written down.
    let open = if asked_by.is_some() { to_write } else { to_read };
    let Opened { wallets, .. } = open(&arguments.store, access)?;
    let found = wallets.recovery_case(case)?;
    let found = found.ok_or_else(|| missing(WalletStatus::CASE_NOT_FOUND, case))?;
    if let Some(actor) = &asked_by {
        answer(wallets.record_disclosure(found.wallet, case, actor)?, found.wallet)?;
    }
    let evidence = wallets.recovery_evidence(case)?;
    // The evidence of a person who was erased is gone.
    let evidence = evidence.unwrap_or_default();
    let is_revealed = asked_by.is_some();
    if access.json {
        let pieces = evidence.iter().map(|one| PieceFacts::of(one, is_revealed)).collect();
        json::document(out, &RecoveryFacts::of(&found, Some(pieces)))?;
        return Ok(Ending::Done);
    }
    writeln!(out, "case       {}", found.case)?;
    writeln!(out, "wallet     {}", found.wallet)?;
    writeln!(out, "state      {}", found.state)?;
    writeln!(out, "opened by  {}", name_or_dash(&found.opened_by))?;
    writeln!(out, "reviewer   {}", name_or_dash(&found.reviewer))?;
    writeln!(out, "first      {}", name_or_dash(&found.first_approver))?;
    writeln!(out, "opened     {}", second(found.opened_at))?;
    writeln!(out, "changed    {}", second(found.changed_at))?;
    writeln!(out)?;
    let mut table =
        table(&[("evidence", Left), ("expires (UTC)", Left), ("hash", Left), ("lies at", Left)]);
    for one in &evidence {
        table.add_row([
            one.kind.to_string(),
            second(one.expires_at),
            digits(&one.hash),
            if is_revealed { one.reference.clone() } else { "(--reveal)".to_owned() },
        ]);
    }
    section(out, &counted(evidence.len() as u64, "piece", "pieces"), &table)?;
    Ok(Ending::Done)
}

impl RecoveryFacts {
    fn of(case: &RecoveryCase, evidence: Option<Vec<PieceFacts>>) -> Self {
        Self {
            case: IdText::known(case.case),
            wallet: IdText::known(case.wallet),
            state: Name(case.state.name()),
            pieces_of_evidence: case.evidence.into(),
            evidence,
            opened_by: name(&case.opened_by),
            reviewer: name(&case.reviewer),
            first_approver: name(&case.first_approver),
            opened_at: TimeText::of(case.opened_at),
            changed_at: TimeText::of(case.changed_at),
        }
    }
}

impl PieceFacts {
    fn of(one: &StoredEvidence, is_revealed: bool) -> Self {
        Self {
            kind: Name(one.kind.name()),
            hash: HashText::of(&one.hash),
            expires_at: TimeText::of(one.expires_at),
            added_at: TimeText::of(one.added_at),
            reference: is_revealed.then(|| one.reference.clone()),
        }
    }
}
