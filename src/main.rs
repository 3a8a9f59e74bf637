//! The `escrowdb` command: settles files of orders, tells the story of escrow, and reads stores.
//!
//! It is a client of the library like any other, and names only its public face.
#![doc = include_str!("cli/commands.md")]

#[cfg_attr(
    not(feature = "wallets"),
    allow(dead_code, reason = "words and endings that commands of the wallets alone have")
)]
mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
