//! `order`: what staff do with orders: looking at them, deciding complaints, policies, and what is
//! due.
//!
//! A refusal is the caller's mistake: one line that names the law and what is possible instead,
//! exit code 2, nothing written.

pub(crate) mod arguments;
pub(crate) mod list;
pub(crate) mod part;
pub(crate) mod policy;
pub(crate) mod refunds;
mod schema;
pub(crate) mod show;
pub(crate) mod staff;
pub(crate) mod timeline;
pub(crate) mod work;

pub(crate) use schema::SCHEMAS;

use super::failure::{Ending, Failure};
use super::input::open_to_read;
use super::output::Books;
use arguments::{Order, OrderCommand};
use escrowdb::Orders;
use escrowdb::order::Refusal;
use std::fmt::Display;
use std::io::Write;
use std::path::Path;

/// Carries out a command of staff.
pub(crate) fn run(arguments: &Order, out: &mut dyn Write) -> Result<Ending, Failure> {
    match &arguments.command {
        OrderCommand::Show(arguments) => show::show(arguments, out),
        OrderCommand::List(arguments) => list::run(arguments, out),
        OrderCommand::Options(arguments) => part::options(arguments, out),
        OrderCommand::Timeline(arguments) => timeline::run(arguments, out),
        OrderCommand::Events(arguments) => timeline::events(arguments, out),
        OrderCommand::Decide(arguments) => part::decide(arguments, out),
        OrderCommand::Refunds(arguments) => refunds::list(arguments, out),
        OrderCommand::Refund(arguments) => refunds::end(arguments, out),
        OrderCommand::AskEvidence(arguments) => staff::ask(arguments, out),
        OrderCommand::Goodwill(arguments) => staff::give(arguments, out),
        OrderCommand::Work(arguments) => work::run(arguments, out),
        OrderCommand::Policy(arguments) => policy::run(arguments, out),
    }
}

/// The orders of a store, to look at them: nothing is written, and no deadline is settled.
fn to_read(store: &Path) -> Result<(Orders, Books), Failure> {
    let store = open_to_read(store)?;
    let books = Books::of(&store.snapshot()?)?;
    Ok((Orders::of(&store), books))
}

/// The answer, or the refusal in one line; `id` is what was asked for.
fn answer<T>(judged: Result<T, Refusal>, id: impl Display) -> Result<T, Failure> {
    judged.map_err(|refusal| {
        Failure::input(match refusal.status.name().ends_with("_not_found") {
            true => format!("refused: {refusal}: {id}"),
            false => format!("refused: {refusal}"),
        })
    })
}
