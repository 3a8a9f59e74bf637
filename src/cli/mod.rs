//! The command line.
//!
//! Each subcommand is one module with one `run`, which writes what it found to standard output and
//! gives back how it ended. Whatever goes wrong is one line on standard error, `escrowdb: …`, and
//! an exit code of [`failure`]. Progress is shown on standard error, and only to people.

pub(crate) mod arguments;
mod bench;
mod columns;
mod demo;
mod digits;
mod escape;
mod export;
pub(crate) mod failure;
mod file;
mod file_access;
mod input;
mod json;
mod ledgers;
mod manual;
mod names;
mod naming;
#[cfg(feature = "orders")]
mod order;
mod output;
mod query;
#[cfg(feature = "postgres")]
mod replicate;
mod schema;
mod serve;
mod settle;
mod tables;
mod upkeep;
#[cfg(feature = "wallets")]
mod wallet;

use arguments::{Arguments, Command};
use clap::Parser;
use escape::{Escaping, escaped};
use failure::{Ending, Failure};
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the command that the process was started with.
pub(crate) fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    // A file that may not grow (`ulimit -f`) is an error to be told, not the end of the process.
    let _ = signal_hook::flag::register(rustix::process::Signal::XFSZ.as_raw(), Arc::default());
    let command = &arguments.command;
    let mut out = Told::to(Escaping::new(io::BufWriter::new(io::stdout().lock())));
    let ended = loop {
        match carry_out(command, &mut out) {
            // Whoever hosts the store next has all that it had.
            Err(Failure::HostEnded(_)) if command.only_reads() && !out.has_told => (),
            ended => break ended,
        }
    };
    let ended = ended.and_then(|ending| out.flush().map(|()| ending).map_err(Failure::from));
    match ended {
        Ok(ending) => ending.code(),
        Err(failure) => {
            // What was found before the failure is worth having; that nobody reads it is no news.
            let _ = out.flush();
            if let Some(line) = failure.line() {
                eprintln!("escrowdb: {}", escaped(&line));
            }
            failure.code()
        }
    }
}

/// Carries out what the arguments say.
pub(crate) fn carry_out(command: &Command, out: &mut dyn Write) -> Result<Ending, Failure> {
    match command {
        Command::Settle(arguments) => settle::run(arguments, out),
        Command::Bench(arguments) => bench::run(arguments, out),
        Command::Demo(arguments) => demo::run(arguments, out),
        Command::Accounts(arguments) => query::accounts::run(arguments, out),
        Command::Holds(arguments) => query::holds::run(arguments, out),
        Command::Statement(arguments) => query::statement::run(arguments, out),
        Command::TrialBalance(arguments) => query::trial_balance::run(arguments, out),
        Command::Export(arguments) => export::run(arguments, out),
        Command::Events(arguments) => query::events::run(arguments, out),
        Command::Consumers(arguments) => query::consumers::list(arguments, out),
        Command::RemoveConsumer(arguments) => query::consumers::remove(arguments, out),
        Command::Stats(arguments) => query::stats::run(arguments, out),
        Command::Status(arguments) => query::status::run(arguments, out),
        Command::Serve(arguments) => serve::run(arguments, out),
        Command::Head(arguments) => query::head::run(arguments, out),
        Command::ConfirmClock(arguments) => query::confirm_clock::run(arguments, out),
        Command::Verify(arguments) => query::verify::run(arguments, out),
        Command::Backup(arguments) => upkeep::backup(arguments, out),
        Command::Restore(arguments) => upkeep::restore(arguments, out),
        Command::Archive(arguments) => upkeep::archive(arguments, out),
        Command::Completions(arguments) => manual::completions(arguments, out),
        Command::Man(arguments) => manual::pages(arguments),
        Command::Schema(arguments) => schema::run(arguments, out),
        Command::Recover(arguments) => upkeep::recover(arguments, out),
        #[cfg(feature = "postgres")]
        Command::Replicate(arguments) => replicate::run(arguments, out),
        #[cfg(feature = "orders")]
        Command::Order(arguments) => order::run(arguments, out),
        #[cfg(feature = "wallets")]
        Command::Wallet(arguments) => wallet::run(arguments, out),
    }
}

/// Remembers whether anything was written.
struct Told<W: Write> {
    inner: W,
    has_told: bool,
}

impl<W: Write> Told<W> {
    fn to(inner: W) -> Self {
        Self { inner, has_told: false }
    }
}

impl<W: Write> Write for Told<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.has_told |= !bytes.is_empty();
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Answers arguments that make no sense with one line, and a request for help with help.
fn refuse(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let Some(reason) = text.strip_prefix("error: ") else {
        // Called without a subcommand: the help is the answer.
        eprint!("{text}");
        return Failure::usage().code();
    };
    let words = reason.lines().take_while(|line| !line.trim().is_empty());
    let tips = text.lines().filter_map(|line| line.trim().strip_prefix("tip: "));
    let tips = tips.map(|tip| format!("({tip})"));
    let line = words.map(|words| words.trim().to_owned()).chain(tips).collect::<Vec<_>>().join(" ");
    eprintln!("escrowdb: {}", escaped(&line));
    Failure::usage().code()
}
