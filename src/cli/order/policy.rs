//! `order policy`: whether a policy makes sense, what one consists of, and keeping one.

use super::arguments::{PolicyOf, PolicyStep};
use crate::cli::failure::{Ending, Failure};
use crate::cli::file;
use crate::cli::input::existing;
use crate::cli::json::{self, HashText};
use escrowdb::order::Policy;
use escrowdb::{Orders, Store};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// The greatest number of bytes of a policy's file.
const FILE_BYTES_MAX: usize = 1 << 16;

/// A policy that makes sense.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct PolicyFacts {
    name: String,
    /// By which a store keeps it, and the terms of orders name it.
    hash: HashText,
}

/// Checks a policy, keeps one, or prints the schema of all.
pub(super) fn run(arguments: &PolicyOf, out: &mut dyn Write) -> Result<Ending, Failure> {
    match &arguments.step {
        PolicyStep::Check(of) => {
            let policy = read(&of.file)?;
            tell(&policy, "makes sense", of.json, out)
        }
        PolicyStep::Schema => {
            writeln!(out, "{}", Policy::SCHEMA.trim_end())?;
            Ok(Ending::Done)
        }
        PolicyStep::Preset(of) => {
            match of.name.as_deref().and_then(Policy::preset) {
                Some(preset) => writeln!(out, "{}", preset.to_json())?,
                None => writeln!(out, "{}", Policy::PRESETS.join("\n"))?,
            }
            Ok(Ending::Done)
        }
        PolicyStep::Keep(kept) => {
            // Looked at before the store is touched.
            let policy = read(&kept.file)?;
            let store = Store::open(&kept.store, existing(&kept.store))?;
            Orders::of(&store).keep_policy(&policy)?;
            tell(&policy, "is kept", kept.json, out)
        }
    }
}

fn tell(
    policy: &Policy,
    what: &str,
    is_json: bool,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let hash = policy.hash();
    if is_json {
        let (name, hash) = (policy.name.clone(), HashText::of(&hash.to_bytes()));
        json::document(out, &PolicyFacts { name, hash })?;
        return Ok(Ending::Done);
    }
    writeln!(out, "The policy {} {what}. Its hash is {hash}.", policy.name)?;
    Ok(Ending::Done)
}

fn read(path: &Path) -> Result<Policy, Failure> {
    let wrong = |reason: String| Failure::input(format!("the policy {}: {reason}", path.display()));
    let text = file::read_text(path, FILE_BYTES_MAX).map_err(wrong)?;
    Policy::from_json(&text).map_err(|error| wrong(error.to_string()))
}
