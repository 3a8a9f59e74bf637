//! `order list`: the orders of a buyer or a seller, and the parts of all that are open.

use super::arguments::{After, ListOf};
use super::to_read;
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Left, Right, counted, more, second, section, table};
use escrowdb::order::Stage;
use escrowdb::{Id, ListedOrder, OpenPart, Orders, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Orders of a buyer or a seller, or parts that are open.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct OrdersFacts {
    orders: Vec<ListedFacts>,
    /// Whether there are more than were asked for.
    more: bool,
    /// What `--after` goes on with; null if there are no more.
    next: Option<String>,
}

/// An order in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ListedFacts {
    order: IdText,
    /// Null in a list of open parts.
    placed_at: Option<TimeText>,
    /// The seller's part of it, or the one that is open; null in a list of a buyer's.
    part: Option<Numeral>,
    /// In a list of open parts: how far it has come.
    stage: Option<Name>,
    /// In a list of open parts: when something has to be done about it.
    due_at: Option<TimeText>,
}

/// A row of any of the lists.
#[derive(Clone, Copy)]
struct Listed {
    order: Id,
    part: Option<u16>,
    /// Of a part that is open.
    stage: Option<Stage>,
    /// When it was placed; of a part that is open, when it is due.
    at: Timestamp,
}

/// Lists orders.
pub(super) fn run(arguments: &ListOf, out: &mut dyn Write) -> Result<Ending, Failure> {
    let (orders, _) = to_read(&arguments.store)?;
    let limit = arguments.limit;
    let wanted = if limit == 0 { usize::MAX } else { limit.saturating_add(1) };
    let mut found = found(&orders, arguments, wanted)?;
    let is_more = limit > 0 && found.len() > limit;
    if is_more {
        found.truncate(limit);
    }
    let next = found.last().filter(|_| is_more);
    let next = next.map(|last| After { at: last.at, order: last.order, part: last.part });
    let next = next.map(|after| after.to_string());
    if arguments.json {
        let orders = found.iter().map(ListedFacts::of).collect();
        json::document(out, &OrdersFacts { orders, more: is_more, next })?;
        return Ok(Ending::Done);
    }
    let is_open = arguments.buyer.is_none() && arguments.seller.is_none();
    let mut columns = vec![("order", Left), ("part", Right)];
    columns.extend(if is_open { vec![("stage", Left)] } else { Vec::new() });
    columns.push((if is_open { "due (UTC)" } else { "placed (UTC)" }, Left));
    let mut rows = table(&columns);
    for listed in &found {
        let part = listed.part.map_or_else(|| "-".to_owned(), |part| part.to_string());
        let mut row = vec![listed.order.to_string(), part];
        row.extend(listed.stage.map(|stage| stage.name().to_owned()));
        row.push(second(listed.at));
        rows.add_row(row);
    }
    let count = found.len() as u64;
    let count = if is_open {
        counted(count, "open part", "open parts")
    } else {
        counted(count, "order", "orders")
    };
    section(out, &count, &rows)?;
    if let Some(next) = next {
        more(out, limit)?;
        writeln!(out, "Go on with --after {next}")?;
    }
    Ok(Ending::Done)
}

fn found(orders: &Orders, arguments: &ListOf, wanted: usize) -> Result<Vec<Listed>, Failure> {
    let after = arguments.after;
    let row = |after: After| ListedOrder::new(after.order, after.at, after.part);
    let of_order = |listed: ListedOrder| Listed {
        order: listed.order,
        part: listed.part,
        stage: None,
        at: listed.placed_at,
    };
    let found = match (arguments.buyer, arguments.seller) {
        (Some(buyer), _) => orders.orders_of_buyer(buyer, after.map(row).as_ref(), wanted)?,
        (None, Some(seller)) => orders.orders_of_seller(seller, after.map(row).as_ref(), wanted)?,
        (None, None) => {
            // A row is found again by its place alone.
            let row = |after: After| {
                OpenPart::new(after.order, after.part.unwrap_or_default(), Stage::Paid, after.at)
            };
            let (stage, before) = (arguments.stage, arguments.due_before);
            let found = orders.open_parts(stage, before, after.map(row).as_ref(), wanted)?;
            let of_part = |open: OpenPart| Listed {
                order: open.order,
                part: Some(open.part),
                stage: Some(open.stage),
                at: open.due_at,
            };
            return Ok(found.into_iter().map(of_part).collect());
        }
    };
    Ok(found.into_iter().map(of_order).collect())
}

impl ListedFacts {
    fn of(listed: &Listed) -> Self {
        let at = TimeText::of(listed.at);
        let (placed_at, due_at) = if listed.stage.is_none() { (at, None) } else { (None, at) };
        Self {
            order: IdText::known(listed.order),
            placed_at,
            part: listed.part.map(Numeral::from),
            stage: listed.stage.map(|stage| Name(stage.name())),
            due_at,
        }
    }
}
