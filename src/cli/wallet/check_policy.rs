//! `wallet policy check` and `wallet policy show`: whether a policy makes sense, before a shop
//! opens its wallets with it; and those that come with the library.

use super::done;
use crate::cli::failure::{Ending, Failure};
use crate::cli::file;
use crate::cli::json::Count;
use crate::cli::output::counted;
use escrowdb::wallet::Policy;
use escrowdb::wallet::policy::TEXT_BYTES_MAX;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::io::Write;
use std::path::Path;

/// A policy that makes sense.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct CheckedPolicyFacts {
    name: String,
    /// By which a store remembers it: 64 hexadecimal digits.
    hash: String,
    tiers: Count,
    /// Those that payments are limited in; in others nobody pays.
    currencies: Vec<String>,
}

/// Reads a policy and says that it makes sense; what does not is the caller's mistake.
pub(super) fn check(named: &Path, is_json: bool, out: &mut dyn Write) -> Result<Ending, Failure> {
    let policy = read(named)?;
    let hash = policy.hash().map_err(|error| Failure::input(error.to_string()))?.to_string();
    let currencies = policy.currencies.iter().map(|currency| currency.code.clone()).collect();
    let words = format!(
        "The policy {} makes sense: {}, {}. Its hash is {hash}.",
        policy.name,
        counted(policy.tiers.len() as u64, "tier", "tiers"),
        counted(policy.currencies.len() as u64, "currency", "currencies")
    );
    let tiers = policy.tiers.len().into();
    let facts = CheckedPolicyFacts { name: policy.name, hash, tiers, currencies };
    done(out, is_json, &words, &facts)
}

/// Prints a policy that comes with the library. It is JSON, with and without `--json`.
pub(super) fn show(preset: &str, out: &mut dyn Write) -> Result<Ending, Failure> {
    let unknown = || Failure::input("the library has no policy of this name");
    let policy = Policy::preset(preset).ok_or_else(unknown)?;
    writeln!(out, "{}", policy.to_json())?;
    Ok(Ending::Done)
}

/// What `show` prints, and what `check` reads of a file.
pub(super) fn schema() -> Value {
    // The library's own tests read it.
    serde_json::from_str(Policy::SCHEMA).unwrap_or_default()
}

/// One that comes with the library, or that of a file.
pub(super) fn read(named: &Path) -> Result<Policy, Failure> {
    if let Some(preset) = named.to_str().and_then(Policy::preset) {
        return Ok(preset);
    }
    let wrong =
        |reason: String| Failure::input(format!("the policy {}: {reason}", named.display()));
    let unread =
        |reason| wrong(format!("neither a known name nor a file that can be read: {reason}"));
    let text = file::read_text(named, TEXT_BYTES_MAX).map_err(unread)?;
    Policy::from_json(&text).map_err(|error| wrong(error.to_string()))
}
