//! `verify`: re-reads everything and says whether it holds together.

use crate::cli::arguments::{Against, Verify};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json;
use crate::cli::output::{count, progress};
use escrowdb::{Error, VerifyOptions, VerifyReport, verify_with};
use serde_json::json;
use std::io::Write;

/// Checks a store: laws, checksums, hash chain, state against a replay.
pub(crate) fn run(arguments: &Verify, out: &mut dyn Write) -> Result<Ending, Failure> {
    let options = options(&arguments.against);
    match with_progress(|progress| verify_with(&arguments.store, &options, progress)) {
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
        let document = serde_json::to_value(report).map_err(Failure::work)?;
        json::document(out, &document)?;
    }
    if let Some(fault) = &report.fault {
        return fault_found(fault, out);
    }
    if !arguments.json {
        summary(report, out)?;
    }
    Ok(Ending::Done)
}

/// What a store in order has, for people.
pub(crate) fn summary(report: &VerifyReport, out: &mut dyn Write) -> Result<(), Failure> {
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
    writeln!(out, "hash of the chain  {}", report.chain_hash)?;
    writeln!(out, "hash of the state  {}", report.state_hash)?;
    Ok(())
}

fn fault_found(fault: &str, out: &mut dyn Write) -> Result<Ending, Failure> {
    out.flush()?;
    eprintln!("escrowdb: fault: {}", fault.replace('\n', " "));
    Ok(Ending::FaultFound)
}
