//! `order show`: an order as it is now.

use super::arguments::OneOrder;
use super::{answer, to_read};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, AmountText, HashText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Currency, Left, Right, counted, second, section, table};
use escrowdb::{Amount, ItemView, OrderView, PartView, TenderView};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// An order.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct OrderFacts {
    order: IdText,
    buyer: IdText,
    ledger: Numeral,
    currency: String,
    /// The policy that it was placed under.
    policy: HashText,
    /// How far it has come.
    state: Name,
    placed_at: Option<TimeText>,
    pay_until: Option<TimeText>,
    /// What the platform gave the buyer of its own money, beside that of the order.
    goodwill: AmountText,
    tenders: Vec<TenderFacts>,
    /// None before it is paid.
    parts: Vec<PartFacts>,
}

/// Where money of an order comes from.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TenderFacts {
    kind: Name,
    source: IdText,
    amount: AmountText,
    /// The hold by which it came; null if it did not.
    hold: Option<IdText>,
    /// What went back to its source.
    back: AmountText,
}

/// Items of a part.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ItemFacts {
    /// The place of their line in the leg.
    line: Numeral,
    /// The host's reference.
    reference: IdText,
    quantity: Numeral,
    /// Without tax and shipping.
    amount: AmountText,
}

/// A part: what one seller sold, or some items of it.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PartFacts {
    /// The place of its leg in the terms.
    leg: Numeral,
    /// Which items are in it; none if its leg has no lines.
    items: Vec<ItemFacts>,
    /// What of the leg's shipping is in it.
    shipping: AmountText,
    /// The taxes of its items.
    tax: AmountText,
    seller: IdText,
    hold: IdText,
    stage: Name,
    /// Until when it is in this stage if nobody acts; null if it is done.
    until: Option<TimeText>,
    /// What is claimed, while that is open.
    claimed: Option<AmountText>,
    /// What is wrong, as the buyer says; null while nothing is claimed.
    reason: Option<Name>,
    /// What the buyer asks for; null while nothing is claimed.
    remedy: Option<Name>,
    /// The host's reference that was given last; null while nothing is claimed.
    evidence: Option<IdText>,
    buyer_proposal: Option<AmountText>,
    seller_proposal: Option<AmountText>,
    held: AmountText,
    /// What the seller got, without the commission.
    paid: AmountText,
    commission: AmountText,
    refunded: AmountText,
    /// What of it is not with the sources yet.
    due: AmountText,
    /// What staff decided to give back, while it can be appealed against or was.
    decided: Option<AmountText>,
    /// What a first member of staff decided, for a second one to decide, too.
    first_decision: Option<AmountText>,
    /// Until when staff await evidence of the buyer.
    buyer_asked_until: Option<TimeText>,
    /// The same, of the seller.
    seller_asked_until: Option<TimeText>,
}

/// Shows an order.
pub(super) fn show(arguments: &OneOrder, out: &mut dyn Write) -> Result<Ending, Failure> {
    let (orders, books) = to_read(&arguments.about.store)?;
    let view = answer(orders.order(arguments.about.order)?, arguments.about.order)?;
    let currency = books.currency(view.ledger);
    if arguments.json {
        json::document(out, &OrderFacts::of(arguments, &view, &currency))?;
        return Ok(Ending::Done);
    }
    writeln!(out, "order      {}", arguments.about.order)?;
    writeln!(out, "state      {}", view.state.name())?;
    writeln!(out, "buyer      {}", view.buyer)?;
    writeln!(out, "currency   {}", currency.code)?;
    writeln!(out, "placed     {}", second(view.placed_at))?;
    writeln!(out, "pay until  {}", second(view.pay_until))?;
    if !view.goodwill.is_zero() {
        writeln!(out, "goodwill   {}", currency.cell(view.goodwill))?;
    }
    writeln!(out, "policy     {}\n", view.policy)?;
    let mut rows = table(&[("tender", Left), ("source", Left), ("amount", Right), ("back", Right)]);
    for tender in &view.tenders {
        rows.add_row([
            tender.tender.kind.name().to_owned(),
            tender.tender.source.to_string(),
            currency.cell(tender.tender.amount),
            currency.cell(tender.back),
        ]);
    }
    section(out, &counted(view.tenders.len() as u64, "tender", "tenders"), &rows)?;
    let mut rows = table(&[
        ("part", Right),
        ("leg", Right),
        ("seller", Left),
        ("stage", Left),
        ("until (UTC)", Left),
        ("held", Right),
        ("paid", Right),
        ("commission", Right),
        ("refunded", Right),
        ("due", Right),
        ("decided", Right),
    ]);
    for (place, part) in view.parts.iter().enumerate() {
        let amounts = [part.held, part.paid, part.commission, part.refunded, part.due];
        let [held, paid, commission, refunded, due] = amounts.map(|one| currency.cell(one));
        rows.add_row([
            place.to_string(),
            part.leg.to_string(),
            part.seller.to_string(),
            part.stage.name().to_owned(),
            second(part.until),
            held,
            paid,
            commission,
            refunded,
            due,
            match (part.decided, part.first_decision) {
                (_, Some(first)) => format!("{}, by one of two", currency.cell(first)),
                (Some(decided), None) => currency.cell(decided),
                (None, None) => dash(),
            },
        ]);
    }
    section(out, &counted(view.parts.len() as u64, "part", "parts"), &rows)?;
    complaints(&view, &currency, out)?;
    items(&view, &currency, out)
}

/// What is claimed of all parts.
fn complaints(view: &OrderView, currency: &Currency, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = table(&[
        ("part", Right),
        ("reason", Left),
        ("remedy", Left),
        ("claimed", Right),
        ("buyer would", Right),
        ("seller would", Right),
        ("evidence", Left),
    ]);
    let cell = |amount: Option<Amount>| amount.map_or_else(dash, |amount| currency.cell(amount));
    let mut count = 0;
    for (place, part) in view.parts.iter().enumerate() {
        let (Some(reason), Some(remedy)) = (part.reason, part.remedy) else { continue };
        rows.add_row([
            place.to_string(),
            reason.name().to_owned(),
            remedy.name().to_owned(),
            cell(part.claimed),
            cell(part.buyer_proposal),
            cell(part.seller_proposal),
            part.evidence.map_or_else(dash, |evidence| evidence.to_string()),
        ]);
        count += 1;
    }
    if count > 0 {
        section(out, &counted(count, "complaint", "complaints"), &rows)?;
    }
    Ok(())
}

fn dash() -> String {
    "-".to_owned()
}

/// The items of all parts.
fn items(view: &OrderView, currency: &Currency, out: &mut dyn Write) -> Result<Ending, Failure> {
    let columns = [("part", Right), ("item", Left), ("quantity", Right), ("amount", Right)];
    let mut rows = table(&columns);
    let mut lines = 0;
    for (place, part) in view.parts.iter().enumerate() {
        let amounts = [("shipping", part.shipping), ("tax", part.tax)];
        for item in &part.items {
            let amount = item.amount;
            let (item, quantity) = (item.reference.to_string(), item.quantity.to_string());
            rows.add_row([place.to_string(), item, quantity, currency.cell(amount)]);
        }
        for (name, amount) in amounts.into_iter().filter(|(_, amount)| !amount.is_zero()) {
            rows.add_row([
                place.to_string(),
                name.to_owned(),
                String::new(),
                currency.cell(amount),
            ]);
        }
        lines += part.items.len();
    }
    if lines > 0 {
        section(out, "items", &rows)?;
    }
    Ok(Ending::Done)
}

impl OrderFacts {
    fn of(arguments: &OneOrder, view: &OrderView, currency: &Currency) -> Self {
        Self {
            order: IdText::known(arguments.about.order),
            buyer: IdText::known(view.buyer),
            ledger: view.ledger.into(),
            currency: currency.code.clone(),
            policy: HashText::of(&view.policy.to_bytes()),
            state: Name(view.state.name()),
            placed_at: TimeText::of(view.placed_at),
            pay_until: TimeText::of(view.pay_until),
            goodwill: AmountText::of(view.goodwill, currency),
            tenders: view.tenders.iter().map(|tender| TenderFacts::of(tender, currency)).collect(),
            parts: view.parts.iter().map(|part| PartFacts::of(part, currency)).collect(),
        }
    }
}

impl TenderFacts {
    fn of(view: &TenderView, currency: &Currency) -> Self {
        Self {
            kind: Name(view.tender.kind.name()),
            source: IdText::known(view.tender.source),
            amount: AmountText::of(view.tender.amount, currency),
            hold: IdText::of(view.hold),
            back: AmountText::of(view.back, currency),
        }
    }
}

impl PartFacts {
    fn of(view: &PartView, currency: &Currency) -> Self {
        let text = |amount| AmountText::of(amount, currency);
        let item = |item: &ItemView| ItemFacts {
            line: item.line.into(),
            reference: IdText::known(item.reference),
            quantity: item.quantity.into(),
            amount: text(item.amount),
        };
        Self {
            leg: view.leg.into(),
            items: view.items.iter().map(item).collect(),
            shipping: text(view.shipping),
            tax: text(view.tax),
            seller: IdText::known(view.seller),
            hold: IdText::known(view.hold),
            stage: Name(view.stage.name()),
            until: TimeText::of(view.until),
            claimed: view.claimed.map(text),
            reason: view.reason.map(|reason| Name(reason.name())),
            remedy: view.remedy.map(|remedy| Name(remedy.name())),
            evidence: view.evidence.map(IdText::known),
            buyer_proposal: view.buyer_proposal.map(text),
            seller_proposal: view.seller_proposal.map(text),
            held: text(view.held),
            paid: text(view.paid),
            commission: text(view.commission),
            refunded: text(view.refunded),
            due: text(view.due),
            decided: view.decided.map(text),
            first_decision: view.first_decision.map(text),
            buyer_asked_until: view.buyer_asked_until.and_then(TimeText::of),
            seller_asked_until: view.seller_asked_until.and_then(TimeText::of),
        }
    }
}
