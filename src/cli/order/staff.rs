//! `order ask-evidence` and `order goodwill`: what staff do beside deciding.

use super::answer;
use super::arguments::{AskEvidence, GiveGoodwill};
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::existing;
use crate::cli::json::{self, AmountText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Books, second};
use escrowdb::order::{Actor, PartCommand};
use escrowdb::{Goodwill, Orders, Store, money};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// What evidence was asked for.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct AskedFacts {
    order: IdText,
    part: Numeral,
    /// The command's id, with which it can be given again.
    command: IdText,
    /// Of whom.
    of: Name,
    /// Until when.
    until: Option<TimeText>,
}

/// What was given.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct GoodwillFacts {
    order: IdText,
    /// The command's id, with which it can be given again.
    command: IdText,
    currency: String,
    amount: AmountText,
    from: IdText,
    to: IdText,
}

/// Has a member of staff ask a side for evidence.
pub(super) fn ask(arguments: &AskEvidence, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = Store::open(&arguments.about.store, existing(&arguments.about.store))?;
    let orders = Orders::of(&store);
    let (order, part, of) = (arguments.about.order, arguments.part, arguments.of.into());
    let command = arguments.given.id();
    let what = PartCommand::AskEvidence { of, seconds: arguments.seconds };
    let acted = orders.act(order, part, Actor::Staff(&arguments.actor), &what, command)?;
    let until = answer(acted, order)?.at.plus_seconds(arguments.seconds);
    if arguments.given.json {
        let facts = AskedFacts {
            order: IdText::known(order),
            part: part.into(),
            command: IdText::known(command),
            of: Name(of.name()),
            until: TimeText::of(until),
        };
        json::document(out, &facts)?;
        return Ok(Ending::Done);
    }
    let (of, until) = (of.name(), second(until));
    writeln!(out, "The {of} is asked for evidence until {until}, by command {command}.")?;
    Ok(Ending::Done)
}

/// Has a member of staff give a buyer of the platform's own money.
pub(super) fn give(arguments: &GiveGoodwill, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = Store::open(&arguments.about.store, existing(&arguments.about.store))?;
    let (orders, books) = (Orders::of(&store), Books::of(&store.snapshot()?)?);
    let order = arguments.about.order;
    let currency = books.currency(answer(orders.order(order)?, order)?.ledger);
    let amount = money::parse(&arguments.amount, currency.scale)
        .map_err(|error| Failure::input(format!("{:?}: {error}", arguments.amount)))?;
    let command = arguments.given.id();
    let goodwill = Goodwill { from: arguments.from, to: arguments.to, amount };
    answer(orders.give_goodwill(order, &goodwill, &arguments.actor, command)?, order)?;
    if arguments.given.json {
        let facts = GoodwillFacts {
            order: IdText::known(order),
            command: IdText::known(command),
            amount: AmountText::of(amount, &currency),
            currency: currency.code,
            from: IdText::known(arguments.from),
            to: IdText::known(arguments.to),
        };
        json::document(out, &facts)?;
        return Ok(Ending::Done);
    }
    let (amount, to) = (currency.words(amount), arguments.to);
    writeln!(out, "{amount} are given to {to} for order {order}, by command {command}.")?;
    Ok(Ending::Done)
}
