//! `order refunds` and `order refund`: what goes back to tenders from outside, for the host to
//! carry out, and what has become of one.

use super::arguments::{Refund, Refunds};
use super::{answer, to_read};
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::existing;
use crate::cli::json::{self, AmountText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Books, Left, Right, counted, more, second, section, table};
use escrowdb::order::{OrderStatus, Refusal};
use escrowdb::{Id, OpenRefund, Orders, Store};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Refunds that the host has to carry out, by number.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RefundsFacts {
    refunds: Vec<RefundFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// One of them.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RefundFacts {
    /// Its number: the operation in the ledger that took it to the source of the tender.
    reversal: IdText,
    order: IdText,
    /// The place of the tender in the terms of the order.
    tender: Numeral,
    source: IdText,
    currency: String,
    amount: AmountText,
    at: Option<TimeText>,
}

/// What has become of a refund.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RefundEndFacts {
    order: IdText,
    reversal: IdText,
    command: IdText,
    /// `confirmed` or `failed`.
    end: Name,
    /// The account that has the money of a refund that failed.
    account: Option<IdText>,
}

/// Lists what is to be carried out.
pub(super) fn list(arguments: &Refunds, out: &mut dyn Write) -> Result<Ending, Failure> {
    let (orders, books) = to_read(&arguments.store)?;
    let limit = arguments.limit;
    let wanted = if limit == 0 { usize::MAX } else { limit.saturating_add(1) };
    let mut found = orders.open_refunds(arguments.after, wanted)?;
    let is_more = limit > 0 && found.len() > limit;
    if is_more {
        found.truncate(limit);
    }
    if arguments.json {
        let refunds = found.iter().map(|refund| RefundFacts::of(refund, &books)).collect();
        json::document(out, &RefundsFacts { refunds, more: is_more })?;
        return Ok(Ending::Done);
    }
    let mut rows = table(&[
        ("refund", Left),
        ("order", Left),
        ("tender", Right),
        ("source", Left),
        ("amount", Right),
        ("since (UTC)", Left),
    ]);
    for refund in &found {
        let currency = books.currency(refund.ledger);
        rows.add_row([
            refund.reversal.to_string(),
            refund.order.to_string(),
            refund.tender.to_string(),
            refund.source.to_string(),
            format!("{} {}", currency.code, currency.cell(refund.amount)),
            second(refund.at),
        ]);
    }
    section(out, &counted(found.len() as u64, "refund", "refunds"), &rows)?;
    if is_more {
        more(out, limit)?;
    }
    Ok(Ending::Done)
}

impl RefundFacts {
    fn of(refund: &OpenRefund, books: &Books) -> Self {
        let currency = books.currency(refund.ledger);
        Self {
            reversal: IdText::known(refund.reversal),
            order: IdText::known(refund.order),
            tender: u32::from(refund.tender).into(),
            source: IdText::known(refund.source),
            amount: AmountText::of(refund.amount, &currency),
            currency: currency.code,
            at: TimeText::of(refund.at),
        }
    }
}

/// The answer, or the refusal, which names what is not there.
fn answer_of<T>(judged: Result<T, Refusal>, order: Id, refund: Id) -> Result<T, Failure> {
    let is_refund = |refusal: &Refusal| refusal.status == OrderStatus::REFUND_NOT_FOUND;
    let missing = if judged.as_ref().is_err_and(is_refund) { refund } else { order };
    answer(judged, missing)
}

/// Says what has become of one.
pub(super) fn end(arguments: &Refund, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = Store::open(&arguments.about.store, existing(&arguments.about.store))?;
    let orders = Orders::of(&store);
    let (order, reversal) = (arguments.about.order, arguments.refund);
    let command = arguments.given.id();
    let account = match arguments.failed {
        Some(suspense) => {
            let failed = orders.refund_failed(order, reversal, suspense, command)?;
            Some(answer_of(failed, order, reversal)?)
        }
        None => {
            answer_of(orders.refund_confirmed(order, reversal, command)?, order, reversal)?;
            None
        }
    };
    if arguments.given.json {
        let facts = RefundEndFacts {
            order: IdText::known(order),
            reversal: IdText::known(reversal),
            command: IdText::known(command),
            end: Name(if account.is_some() { "failed" } else { "confirmed" }),
            account: account.map(IdText::known),
        };
        json::document(out, &facts)?;
        return Ok(Ending::Done);
    }
    match account {
        Some(account) => writeln!(out, "Refund {reversal} failed: account {account} has it.")?,
        None => writeln!(out, "Refund {reversal} is confirmed.")?,
    }
    Ok(Ending::Done)
}
