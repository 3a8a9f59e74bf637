//! `wallet recovery`: from a forgotten payment password to the link, which only the customer sees.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, AddEvidence, Recovery, RecoveryStep, Reveal};
use super::{answer, digits, done, listed, missing, name, name_or_dash};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json;
use crate::cli::output::{Left, Right, counted, more, second, section, table};
use escrowdb::wallet::{RecoveryCase, RecoveryDecision, RecoveryState, WalletStatus};
use escrowdb::{Evidence, Id, StoredEvidence, Timestamp, Wallets};
use serde_json::{Value, json};
use std::io::Write;

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
    let case = step(&wallets, &arguments.step)?;
    let state = wallets.recovery_case(case)?.map_or(RecoveryState::default(), |case| case.state);
    let facts = json!({ "case": json::id(case), "state": state.name() });
    done(out, access.json, &format!("Case {case} is {}.", state.name().replace('_', " ")), facts)
}

fn step(wallets: &Wallets, step: &RecoveryStep) -> Result<Id, Failure> {
    Ok(match step {
        // Only listed and shown, which is done already.
        RecoveryStep::List { .. } => Id::ZERO,
        RecoveryStep::Show { case, .. } => *case,
        RecoveryStep::Open { wallet, case, staff } => {
            let case = case.unwrap_or_else(Id::new);
            answer(wallets.open_recovery(case, *wallet, &staff.actor())?)?;
            case
        }
        RecoveryStep::Evidence(added) => {
            add(wallets, added)?;
            added.case
        }
        RecoveryStep::Review(decide) => {
            answer(wallets.review_recovery(decide.case, &decide.staff.actor())?)?;
            decide.case
        }
        RecoveryStep::Approve(decide) => {
            let (case, actor) = (decide.case, decide.staff.actor());
            answer(wallets.decide_recovery(case, RecoveryDecision::Approve, &actor)?)?;
            case
        }
        RecoveryStep::Refuse(decide) => {
            let (case, actor) = (decide.case, decide.staff.actor());
            answer(wallets.decide_recovery(case, RecoveryDecision::Refuse, &actor)?)?;
            case
        }
    })
}

fn add(wallets: &Wallets, added: &AddEvidence) -> Result<(), Failure> {
    let evidence = Evidence {
        kind: added.kind,
        hash: added.hash.0,
        reference: &added.reference,
        expires_at: added.expires_at.unwrap_or(Timestamp::NONE),
    };
    answer(wallets.add_recovery_evidence(added.case, &evidence, &added.staff.actor())?)
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
        let cases: Vec<_> = cases.iter().map(written).collect();
        json::document(out, &json!({ "cases": cases, "more": is_more }))?;
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
    let found = found.ok_or_else(|| missing(WalletStatus::CASE_NOT_FOUND))?;
    if let Some(actor) = &asked_by {
        answer(wallets.record_disclosure(found.wallet, case, actor)?)?;
    }
    let evidence = wallets.recovery_evidence(case)?;
    // The evidence of a person who was erased is gone.
    let evidence = evidence.unwrap_or_default();
    let is_revealed = asked_by.is_some();
    if access.json {
        let mut value = written(&found);
        value["evidence"] = evidence.iter().map(|one| piece(one, is_revealed)).collect();
        json::document(out, &value)?;
        return Ok(Ending::Done);
    }
    writeln!(out, "case       {}", found.case)?;
    writeln!(out, "wallet     {}", found.wallet)?;
    writeln!(out, "state      {}", found.state)?;
    writeln!(out, "opened by  {}", name_or_dash(&found.opened_by))?;
    writeln!(out, "reviewer   {}", name_or_dash(&found.reviewer))?;
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

fn written(case: &RecoveryCase) -> Value {
    json!({
        "case": json::id(case.case),
        "wallet": json::id(case.wallet),
        "state": case.state.name(),
        "pieces_of_evidence": case.evidence,
        "opened_by": name(&case.opened_by),
        "reviewer": name(&case.reviewer),
        "opened_at": json::time(case.opened_at),
        "changed_at": json::time(case.changed_at),
    })
}

fn piece(one: &StoredEvidence, is_revealed: bool) -> Value {
    let mut value = json!({
        "kind": one.kind.name(),
        "hash": digits(&one.hash),
        "expires_at": json::time(one.expires_at),
        "added_at": json::time(one.added_at),
    });
    if is_revealed {
        value["reference"] = json!(one.reference);
    }
    value
}
