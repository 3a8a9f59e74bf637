//! `wallet cases` and `verify-case`: verifications that wait for staff, and deciding them.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, List, Reveal, VerifyCase, VerifyStep};
use super::{answer, digits, done, listed, missing, name, name_or_dash};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json;
use crate::cli::output::{Left, Right, counted, more, second, section, table};
use escrowdb::wallet::{Actor, VerificationState, WalletStatus};
use escrowdb::{Timestamp, VerificationCase};
use serde_json::{Value, json};
use std::io::Write;

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
        let cases: Vec<_> = cases.iter().map(|case| written(case, false)).collect();
        json::document(out, &json!({ "cases": cases, "more": is_more }))?;
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
            answer(wallets.review_verification(case, &staff.actor())?)?;
            VerificationState::IN_REVIEW
        }
        VerifyStep::Approve { until, staff } => {
            let until = until.unwrap_or(Timestamp::NONE);
            answer(wallets.approve_verification(case, until, &staff.actor())?)?
        }
        VerifyStep::Refuse { fault, staff } => {
            answer(wallets.refuse_verification(case, *fault, &staff.actor())?)?;
            VerificationState::REFUSED
        }
    };
    let facts = json!({ "case": json::id(case), "state": state.name() });
    done(out, access.json, &format!("Case {case} is {}.", state.name().replace('_', " ")), facts)
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
    let case = case.ok_or_else(|| missing(WalletStatus::CASE_NOT_FOUND))?;
    if let Some(actor) = &asked_by {
        answer(wallets.record_disclosure(case.wallet, case.id, actor)?)?;
    }
    let is_revealed = asked_by.is_some();
    if access.json {
        json::document(out, &written(&case, is_revealed))?;
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

fn written(case: &VerificationCase, is_revealed: bool) -> Value {
    let evidence = case.evidence.iter().map(|one| {
        let mut value = json!({
            "kind": one.kind.name(),
            "hash": digits(&one.hash),
            "expires_at": json::time(one.expires_at),
        });
        if is_revealed {
            value["reference"] = json!(one.reference);
        }
        value
    });
    json!({
        "case": json::id(case.id),
        "wallet": json::id(case.wallet),
        "tier": case.tier,
        "state": case.state.name(),
        "fault": case.reason.map(|reason| reason.name()),
        "evidence": evidence.collect::<Vec<_>>(),
        "reviewer": name(&case.reviewer),
        "first_approver": name(&case.first_approver),
        "until": json::time(case.until),
        "opened_at": json::time(case.opened_at),
        "changed_at": json::time(case.changed_at),
    })
}
