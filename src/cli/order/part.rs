//! `order options` and `order decide`: what can be done about a part, and what staff decide.

use super::arguments::{Decide, OptionsOf};
use super::{answer, to_read};
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::existing;
use crate::cli::json::{self, AmountText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Books, second};
use escrowdb::order::{Actor, PartCommand, Stage};
use escrowdb::{Orders, Store, money};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// What a side can do about a part.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct OptionsFacts {
    order: IdText,
    part: Numeral,
    /// Whose options they are.
    party: Name,
    stage: Name,
    possible: Vec<Name>,
    /// Until when; null if it is done.
    until: Option<TimeText>,
    /// What happens then; null if it is done.
    if_nobody_acts: Option<Name>,
    /// From when on it can be claimed that it did not come, where that is not yet possible.
    not_received_from: Option<TimeText>,
    currency: String,
    /// What staff decided, while it can be appealed against or was; null otherwise.
    decided: Option<AmountText>,
    /// What a first member of staff decided, for a second one to decide, too; null otherwise.
    first_decision: Option<AmountText>,
    /// Until when staff await evidence of this side; null if they do not.
    asked_until: Option<TimeText>,
}

/// What was decided.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct DecidedFacts {
    order: IdText,
    part: Numeral,
    /// The command's id, with which it can be given again.
    command: IdText,
    /// The stage of the part after it: `decided` while somebody can appeal, and `escalated` while a
    /// second member of staff has to decide the same.
    stage: Name,
    /// Whether a second member of staff has to decide the same.
    awaits_second: bool,
    currency: String,
    /// What goes back to the buyer.
    amount: AmountText,
    /// What went back to the sources of tenders by it.
    refunded: AmountText,
}

/// Shows what a side can do about a part.
pub(super) fn options(arguments: &OptionsOf, out: &mut dyn Write) -> Result<Ending, Failure> {
    let (orders, books) = to_read(&arguments.about.store)?;
    let (order, part, party) = (arguments.about.order, arguments.part, arguments.party.into());
    let options = answer(orders.options(order, part, party)?, order)?;
    let currency = books.currency(answer(orders.order(order)?, order)?.ledger);
    let silence = options.if_nobody_acts.map(|silence| Name(silence.name()));
    if arguments.json {
        let facts = OptionsFacts {
            order: IdText::known(order),
            part: part.into(),
            party: Name(party.name()),
            stage: Name(options.stage.name()),
            possible: options.possible.iter().map(|action| Name(action.name())).collect(),
            until: TimeText::of(options.until),
            if_nobody_acts: silence,
            not_received_from: options.not_received_from.and_then(TimeText::of),
            decided: options.decided.map(|amount| AmountText::of(amount, &currency)),
            first_decision: options.first_decision.map(|one| AmountText::of(one, &currency)),
            asked_until: options.asked_until.and_then(TimeText::of),
            currency: currency.code,
        };
        json::document(out, &facts)?;
        return Ok(Ending::Done);
    }
    let names: Vec<_> = options.possible.iter().map(|action| action.name()).collect();
    writeln!(out, "stage           {}", options.stage.name())?;
    writeln!(out, "possible        {}", dash_unless(&names.join(", ")))?;
    writeln!(out, "until           {}", second(options.until))?;
    writeln!(out, "if nobody acts  {}", dash_unless(silence.map_or("", |name| name.0)))?;
    if let Some(from) = options.not_received_from {
        writeln!(out, "not received    can be claimed from {}", second(from))?;
    }
    if let Some(decided) = options.decided {
        writeln!(out, "decided         {}", currency.words(decided))?;
    }
    if let Some(first) = options.first_decision {
        writeln!(out, "decided         {}, by one of two", currency.words(first))?;
    }
    if let Some(until) = options.asked_until {
        writeln!(out, "evidence        is awaited until {}", second(until))?;
    }
    Ok(Ending::Done)
}

fn dash_unless(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

/// Has a member of staff decide.
pub(super) fn decide(arguments: &Decide, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = Store::open(&arguments.about.store, existing(&arguments.about.store))?;
    let (orders, books) = (Orders::of(&store), Books::of(&store.snapshot()?)?);
    let (order, part) = (arguments.about.order, arguments.part);
    let currency = books.currency(answer(orders.order(order)?, order)?.ledger);
    let amount = money::parse(&arguments.amount, currency.scale)
        .map_err(|error| Failure::input(format!("{:?}: {error}", arguments.amount)))?;
    let command = arguments.given.id();
    let what = PartCommand::Decide { minor_units: amount.minor_units() };
    let acted = orders.act(order, part, Actor::Staff(&arguments.actor), &what, command)?;
    let acted = answer(acted, order)?;
    let ending = match acted.stage {
        Stage::Escalated => Ending::AwaitsSecond,
        _ => Ending::Done,
    };
    if arguments.given.json {
        let facts = DecidedFacts {
            order: IdText::known(order),
            part: part.into(),
            command: IdText::known(command),
            stage: Name(acted.stage.name()),
            awaits_second: ending == Ending::AwaitsSecond,
            amount: AmountText::of(amount, &currency),
            refunded: AmountText::of(acted.refunded, &currency),
            currency: currency.code,
        };
        json::document(out, &facts)?;
        return Ok(ending);
    }
    let (stage, amount) = (acted.stage.name(), currency.words(amount));
    write!(out, "Part {part} of order {order} is {stage}: {amount} to the buyer, ")?;
    if ending == Ending::AwaitsSecond {
        write!(out, "once a second member of staff decides the same, ")?;
    }
    writeln!(out, "by command {command}.")?;
    Ok(ending)
}
