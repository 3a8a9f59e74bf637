//! `wallet card-refunds`: what the processor is to refund to cards.

use super::access::{Opened, to_read};
use super::arguments::{Access, List};
use super::listed;
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, AmountText, IdText, Numeral, TimeText};
use crate::cli::output::{Books, Left, Right, counted, more, second, section, table};
use escrowdb::CardRefund;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Refunds to cards that wait for the processor.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct CardRefundsFacts {
    refunds: Vec<CardRefundFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// A refund to a card.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CardRefundFacts {
    /// Its id: the processor's idempotency key.
    refund: IdText,
    payment: IdText,
    ledger: Numeral,
    currency: String,
    amount: AmountText,
    since: Option<TimeText>,
}

/// Lists them, the oldest first.
pub(super) fn run(
    arguments: &List,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { store, wallets } = to_read(&arguments.store, access)?;
    let books = Books::of(&store.snapshot()?)?;
    let (found, is_more) =
        listed(arguments.limit, |after, limit| wallets.open_card_refunds(after, limit))?;
    if access.json {
        let refunds = found.iter().map(|one| CardRefundFacts::of(one, &books)).collect();
        json::document(out, &CardRefundsFacts { refunds, more: is_more })?;
        return Ok(Ending::Done);
    }
    let headings = [("refund", Left), ("payment", Left), ("", Left), ("amount", Right)];
    let mut table = table(&[&headings[..], &[("since (UTC)", Left)]].concat());
    for one in &found {
        let currency = books.currency(one.ledger);
        table.add_row([
            one.id.to_string(),
            one.payment.to_string(),
            currency.code.clone(),
            currency.cell(one.amount),
            second(one.since),
        ]);
    }
    section(out, &counted(found.len() as u64, "refund", "refunds"), &table)?;
    if is_more {
        more(out, arguments.limit)?;
    }
    Ok(Ending::Done)
}

impl CardRefundFacts {
    fn of(one: &CardRefund, books: &Books) -> Self {
        let currency = books.currency(one.ledger);
        Self {
            refund: IdText::known(one.id),
            payment: IdText::known(one.payment),
            ledger: one.ledger.into(),
            amount: AmountText::of(one.amount, &currency),
            currency: currency.code,
            since: TimeText::of(one.since),
        }
    }
}
