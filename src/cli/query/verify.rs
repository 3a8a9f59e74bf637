//! `verify`: re-reads everything and says whether it holds together.

use crate::cli::arguments::OneStore;
use crate::cli::failure::{Ending, Failure};
use crate::cli::json;
use crate::cli::output::{count, progress};
use escrowdb::{Error, VerifyReport, verify};
use serde_json::json;
use std::io::Write;

/// Checks a store: laws, checksums, hash chain, state against a replay.
pub(crate) fn run(arguments: &OneStore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let bar = progress(0, "verifying");
    let verified = verify(&arguments.store, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    match verified {
        Ok(report) => tell(arguments, &report, out),
        // What cannot even be read is a fault, too.
        Err(Error::Corrupt(fault)) => {
            if arguments.json {
                json::document(out, &json!({ "fault": fault }))?;
            }
            fault_found(&fault, out)
        }
        Err(error) => Err(error.into()),
    }
}

fn tell(
    arguments: &OneStore,
    report: &VerifyReport,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    if arguments.json {
        let document = serde_json::to_value(report).map_err(Failure::work)?;
        json::document(out, &document)?;
    }
    if let Some(fault) = &report.fault {
        return fault_found(fault, out);
    }
    if !arguments.json {
        writeln!(
            out,
            "{} blocks, {} events, {} accounts, {} holds: no fault.",
            count(report.blocks),
            count(report.events),
            count(report.accounts),
            count(report.holds)
        )?;
        writeln!(out, "hash of the chain  {}", report.chain_hash)?;
        writeln!(out, "hash of the state  {}", report.state_hash)?;
    }
    Ok(Ending::Done)
}

fn fault_found(fault: &str, out: &mut dyn Write) -> Result<Ending, Failure> {
    out.flush()?;
    eprintln!("escrowdb: fault: {}", fault.replace('\n', " "));
    Ok(Ending::FaultFound)
}
