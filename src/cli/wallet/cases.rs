//! `wallet cases`, `verify-case` and `same-scans`: verifications that wait for staff, and deciding
//! them.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, List, OneCase, Reveal, VerifyCase, VerifyStep};
use super::{answer, digits, listed, missing, name, name_or_dash, ordered};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, HashText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Left, Right, counted, more, second, section, table};
use escrowdb::wallet::{Actor, VerificationState, WalletStatus};
use escrowdb::{Timestamp, VerificationCase};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Verifications that wait for staff.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct CasesFacts {
    cases: Vec<CaseFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// A verification.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct CaseFacts {
    case: IdText,
    wallet: IdText,
    /// The tier that it is for.
    tier: Numeral,
    state: Name,
    /// What it was refused for.
    fault: Option<Name>,
    evidence: Vec<PieceFacts>,
    reviewer: Option<String>,
    first_approver: Option<String>,
    /// When the approval ends.
    until: Option<TimeText>,
    opened_at: Option<TimeText>,
    changed_at: Option<TimeText>,
}

/// A piece of evidence.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PieceFacts {
    kind: Name,
    hash: HashText,
    expires_at: Option<TimeText>,
    /// Where it lies; only with `--reveal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// What a step has made of a case.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct CaseStepFacts {
    pub(super) case: IdText,
    pub(super) state: Name,
    /// Whether one member of staff has approved it, and another one must too.
    pub(super) awaits_second: bool,
}

/// Cases of other persons with the same scans.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct SameScansFacts {
    case: IdText,
    /// At most 64.
    cases: Vec<IdText>,
}

/// Lists the cases of other persons that the scans of a case were shown in.
pub(super) fn same_scans(
    arguments: &OneCase,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_read(&arguments.store, access)?;
    let case = arguments.case;
    let cases = wallets.same_scans(case)?;
    let cases = cases.ok_or_else(|| missing(WalletStatus::CASE_NOT_FOUND, case))?;
    if access.json {
        let cases = cases.into_iter().map(IdText::known).collect();
        json::document(out, &SameScansFacts { case: IdText::known(case), cases })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[("case", Left)]);
    for case in &cases {
        table.add_row([case.to_string()]);
    }
    section(out, &counted(cases.len() as u64, "case", "cases"), &table)?;
    Ok(Ending::Done)
}

/// Lists the cases that wait for staff, the oldest first.
pub(super) fn list(
    arguments: &List,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_read(&arguments.store, access)?;
    let (cases, is_more) =
        listed(arguments.limit, |after, limit| wallets.open_verifications(after, limit))?;
    if access.json {
        let cases = cases.iter().map(|case| CaseFacts::of(case, false)).collect();
        json::document(out, &CasesFacts { cases, more: is_more })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[
        ("case", Left),
        ("wallet", Left),
        ("tier", Right),
        ("state", Left),
        ("evidence", Right),
        ("reviewer", Left),
        ("opened (UTC)", Left),
    ]);
    for case in &cases {
        table.add_row([
            case.id.to_string(),
            case.wallet.to_string(),
            case.tier.to_string(),
            case.state.to_string(),
            case.evidence.len().to_string(),
            name_or_dash(&case.reviewer),
            second(case.opened_at),
        ]);
    }
    section(out, &counted(cases.len() as u64, "case", "cases"), &table)?;
    if is_more {
        more(out, arguments.limit)?;
    }
    Ok(Ending::Done)
}

/// Shows a case, or carries it on by a step.
pub(super) fn run(
    arguments: &VerifyCase,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let case = arguments.case;
    if let VerifyStep::Show(reveal) = &arguments.step {
        return show(arguments, reveal, access, out);
    }
    let Opened { wallets, .. } = to_write(&arguments.store, access)?;
    let state = match &arguments.step {
        VerifyStep::Show(_) => VerificationState::default(),
        VerifyStep::Review(staff) => {
            answer(wallets.review_verification(case, &staff.actor())?, case)?;
            VerificationState::IN_REVIEW
        }
        VerifyStep::Approve { until, staff } => {
            let until = until.unwrap_or(Timestamp::NONE);
            answer(wallets.approve_verification(case, until, &staff.actor())?, case)?
        }
        VerifyStep::Refuse { fault, staff } => {
            answer(wallets.refuse_verification(case, *fault, &staff.actor())?, case)?;
            VerificationState::REFUSED
        }
    };
    let awaits_second = state == VerificationState::AWAITS_SECOND;
    let facts =
        CaseStepFacts { case: IdText::known(case), state: Name(state.name()), awaits_second };
    let words = format!("Case {case} is {}.", state.name().replace('_', " "));
    ordered(out, access.json, awaits_second, (&words, &facts))
}

fn show(
    arguments: &VerifyCase,
    reveal: &Reveal,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let asked_by: Option<Actor> = reveal.actor();
    // Who looks at personal data is written down.
    let open = if asked_by.is_some() { to_write } else { to_read };
    let Opened { wallets, .. } = open(&arguments.store, access)?;
    let case = wallets.verification(arguments.case)?;
    let case = case.ok_or_else(|| missing(WalletStatus::CASE_NOT_FOUND, arguments.case))?;
    if let Some(actor) = &asked_by {
        answer(wallets.record_disclosure(case.wallet, case.id, actor)?, case.wallet)?;
    }
    let is_revealed = asked_by.is_some();
    if access.json {
        json::document(out, &CaseFacts::of(&case, is_revealed))?;
        return Ok(Ending::Done);
    }
    writeln!(out, "case      {}", case.id)?;
    writeln!(out, "wallet    {}", case.wallet)?;
    writeln!(out, "tier      {}", case.tier)?;
    writeln!(out, "state     {}", case.state)?;
    if let Some(reason) = case.reason {
        writeln!(out, "fault     {reason}")?;
    }
    writeln!(out, "reviewer  {}", name_or_dash(&case.reviewer))?;
    writeln!(out, "first     {}", name_or_dash(&case.first_approver))?;
    writeln!(out, "until     {}", second(case.until))?;
    writeln!(out, "opened    {}", second(case.opened_at))?;
    writeln!(out, "changed   {}", second(case.changed_at))?;
    writeln!(out)?;
    let mut table =
        table(&[("evidence", Left), ("expires (UTC)", Left), ("hash", Left), ("lies at", Left)]);
    for one in &case.evidence {
        table.add_row([
            one.kind.to_string(),
            second(one.expires_at),
            digits(&one.hash),
            if is_revealed { one.reference.clone() } else { "(--reveal)".to_owned() },
        ]);
    }
    section(out, &counted(case.evidence.len() as u64, "piece", "pieces"), &table)?;
    Ok(Ending::Done)
}

impl CaseFacts {
    fn of(case: &VerificationCase, is_revealed: bool) -> Self {
        let evidence = case.evidence.iter().map(|one| PieceFacts {
            kind: Name(one.kind.name()),
            hash: HashText::of(&one.hash),
            expires_at: TimeText::of(one.expires_at),
            reference: is_revealed.then(|| one.reference.clone()),
        });
        Self {
            case: IdText::known(case.id),
            wallet: IdText::known(case.wallet),
            tier: case.tier.into(),
            state: Name(case.state.name()),
            fault: case.reason.map(|reason| Name(reason.name())),
            evidence: evidence.collect(),
            reviewer: name(&case.reviewer),
            first_approver: name(&case.first_approver),
            until: TimeText::of(case.until),
            opened_at: TimeText::of(case.opened_at),
            changed_at: TimeText::of(case.changed_at),
        }
    }
}
