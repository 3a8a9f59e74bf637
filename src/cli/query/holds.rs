//! `holds`: what is in escrow, for whom and until when.

use super::first;
use crate::cli::arguments::Holds;
use crate::cli::columns::Columns;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_to_read;
use crate::cli::json::{self, HoldFacts};
use crate::cli::names::Names;
use crate::cli::output::{Books, Left, Right, counted, more, second, section};
use escrowdb::{Hold, HoldQuery, Snapshot, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Holds.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct HoldsFacts {
    holds: Vec<HoldFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// Lists open holds.
pub(crate) fn run(arguments: &Holds, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_to_read(&arguments.store)?;
    let snapshot = store.snapshot()?;
    let books = Books::of(&snapshot)?;
    let names = Names::read(arguments.shape.naming.names.as_deref(), &books)?;
    let mut columns = columns(&arguments.shape.columns)?;
    let (holds, is_more) = find(arguments, &snapshot, &books)?;
    if arguments.shape.json {
        let holds = holds.iter().map(|hold| HoldFacts::of(hold, &books.currency(hold.ledger)));
        json::document(out, &HoldsFacts { holds: holds.collect(), more: is_more })?;
    } else {
        for hold in &holds {
            columns.row(&row(hold, &books, &names));
        }
        let heading = counted(holds.len() as u64, "hold", "holds");
        section(out, &heading, &columns.into_table())?;
        if is_more {
            more(out, arguments.shape.limit)?;
        }
    }
    Ok(Ending::Done)
}

fn find(
    arguments: &Holds,
    snapshot: &Snapshot,
    books: &Books,
) -> Result<(Vec<Hold>, bool), Failure> {
    let limit = arguments.shape.limit;
    if let Some(id) = arguments.id {
        let hold = snapshot.hold(id)?;
        let hold = hold.ok_or_else(|| Failure::input(format!("no hold {id} in this store")))?;
        return Ok((vec![hold], false));
    }
    if arguments.attention {
        let holds = snapshot.holds_needing_attention(Timestamp::MAX);
        return first(holds.map(|hold| hold.map_err(Failure::from)), limit);
    }
    let account = match &arguments.account {
        Some(name) => {
            let id = name.id(books)?;
            if snapshot.account(id)?.is_none() {
                return Err(Failure::input(format!("no account {id} in this store")));
            }
            Some(id)
        }
        None => None,
    };
    let query = HoldQuery {
        account,
        phase: arguments.phase,
        disputed: arguments.disputed.then_some(true),
        due_to: arguments.due_before,
        ..HoldQuery::default()
    };
    let holds = snapshot.open_holds(&query)?;
    first(holds.map(|hold| hold.map_err(Failure::from)), limit)
}

fn columns(asked_for: &[String]) -> Result<Columns, Failure> {
    let headings = [
        ("hold", Left),
        ("payer", Left),
        ("payee", Left),
        ("ledger", Left),
        ("held", Right),
        ("of", Right),
        ("phase", Left),
        ("deadline (UTC)", Left),
        ("then", Left),
    ];
    Columns::of(&headings, asked_for)
}

fn row(hold: &Hold, books: &Books, names: &Names) -> [String; 9] {
    let currency = books.currency(hold.ledger);
    let phase = match hold.is_disputed() {
        true => format!("{}, disputed", hold.phase),
        false => hold.phase.to_string(),
    };
    [
        hold.id.to_string(),
        names.account(hold.payer),
        names.account(hold.payee),
        currency.code.clone(),
        currency.cell(hold.held),
        currency.cell(hold.amount),
        phase,
        second(hold.deadline),
        hold.at_deadline.to_string(),
    ]
}
