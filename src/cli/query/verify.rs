//! `verify`: re-reads everything and says whether it holds together.

use crate::cli::arguments::{Against, Verify};
use crate::cli::escape::escaped;
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, Count, HashText};
use crate::cli::output::{count, progress};
use escrowdb::{Error, VerifyOptions, VerifyReport, verify_with};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// What a verification has seen. Where the store could not even be read, there is only the fault.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct VerifyFacts {
    #[serde(flatten)]
    seen: Option<SeenFacts>,
    /// The head that was given by `--head`, as BLOCK:HASH, and that the history was compared with
    /// and has; null if none was given, or if a fault was found.
    head: Option<String>,
    /// The first fault in words; null if the store is in order.
    fault: Option<String>,
}

/// What was read.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SeenFacts {
    blocks: Count,
    /// Blocks that are archived and were not looked at.
    blocks_archived: Count,
    events: Count,
    accounts: Count,
    holds: Count,
    /// The hash that the journal's chain has come to; null if a fault was found before.
    chain_hash: Option<HashText>,
    /// The hash over all records of the state; null if a fault was found before.
    state_hash: Option<HashText>,
    /// What the store holds that this build cannot check; not there if that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    unchecked: Option<String>,
}

impl VerifyFacts {
    pub(crate) fn of(report: &VerifyReport, against: &Against) -> Self {
        let seen = SeenFacts {
            blocks: report.blocks.into(),
            blocks_archived: report.blocks_archived.into(),
            events: report.events.into(),
            accounts: report.accounts.into(),
            holds: report.holds.into(),
            chain_hash: HashText::written(&report.chain_hash),
            state_hash: HashText::written(&report.state_hash),
            unchecked: report.unchecked.clone(),
        };
        let fault = report.fault.clone();
        let head = against.head.filter(|_| fault.is_none()).map(|head| head.to_string());
        Self { seen: Some(seen), head, fault }
    }
}

/// Checks a store: laws, checksums, hash chain, state against a replay.
pub(crate) fn run(arguments: &Verify, out: &mut dyn Write) -> Result<Ending, Failure> {
    let options = options(&arguments.against);
    match with_progress(|progress| verify_with(&arguments.store, &options, progress)) {
        Ok(report) => tell(arguments, &report, out),
        // What cannot even be read is a fault, too.
        Err(Error::Corrupt(fault)) => {
            if arguments.json {
                let fault = Some(fault.to_string());
                json::document(out, &VerifyFacts { fault, ..VerifyFacts::default() })?;
            }
            fault_found(&fault, out)
        }
        Err(error) => Err(error.into()),
    }
}

/// What to hold a store against.
pub(crate) fn options(against: &Against) -> VerifyOptions {
    let mut options = VerifyOptions::new();
    if let Some(head) = against.head {
        options = options.expect(head);
    }
    match &against.archive {
        Some(archive) => options.archive(archive),
        None => options,
    }
}

/// Shows to people how far a verification is.
pub(crate) fn with_progress<R>(verify: impl FnOnce(&mut dyn FnMut(u64, u64)) -> R) -> R {
    let bar = progress(0, "verifying");
    let verified = verify(&mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    verified
}

fn tell(arguments: &Verify, report: &VerifyReport, out: &mut dyn Write) -> Result<Ending, Failure> {
    if arguments.json {
        json::document(out, &VerifyFacts::of(report, &arguments.against))?;
    }
    if let Some(fault) = &report.fault {
        return fault_found(fault, out);
    }
    if !arguments.json {
        summary(report, &arguments.against, out)?;
    }
    Ok(Ending::Done)
}

/// What a store in order has, for people.
pub(crate) fn summary(
    report: &VerifyReport,
    against: &Against,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    writeln!(
        out,
        "{} blocks, {} events, {} accounts, {} holds: no fault.",
        count(report.blocks),
        count(report.events),
        count(report.accounts),
        count(report.holds)
    )?;
    if report.blocks_archived > 0 {
        writeln!(
            out,
            "{} blocks before are archived and were not looked at: --archive DIR reads them.",
            count(report.blocks_archived)
        )?;
    }
    if let Some(what) = &report.unchecked {
        writeln!(out, "Not checked: {what}.")?;
    }
    if let Some(head) = &against.head {
        writeln!(
            out,
            "The head of block {} is in the history, which was not changed up to it.",
            head.block
        )?;
    }
    writeln!(out, "hash of the chain  {}", report.chain_hash)?;
    writeln!(out, "hash of the state  {}", report.state_hash)?;
    Ok(())
}

fn fault_found(fault: &str, out: &mut dyn Write) -> Result<Ending, Failure> {
    out.flush()?;
    eprintln!("escrowdb: fault: {}", escaped(fault));
    Ok(Ending::FaultFound)
}
