//! What comes with the command: completions for shells, and pages of the manual.

use super::arguments::{Arguments, Completions, Man};
use super::failure::{Ending, Failure};
use super::input::is_in_store;
use clap::CommandFactory;
use std::fs;
use std::io::Write;

/// Prints the completions for a shell.
pub(crate) fn completions(arguments: &Completions, out: &mut dyn Write) -> Result<Ending, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "escrowdb", &mut script);
    out.write_all(&script)?;
    Ok(Ending::Done)
}

/// Writes one page for the command and one for each sub-command, as `escrowdb-settle.1`.
pub(crate) fn pages(arguments: &Man) -> Result<Ending, Failure> {
    let folder = &arguments.out;
    let failed = |error| Failure::work(format!("cannot write into {}: {error}", folder.display()));
    if is_in_store(&folder.join("escrowdb.1")) {
        let what = "is in an escrow store: name a folder elsewhere";
        return Err(Failure::input(format!("{} {what}", folder.display())));
    }
    fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
    Ok(Ending::Done)
}
