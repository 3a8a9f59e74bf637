//! `order timeline` and `order events`: who did what about an order, or about all of them, and what
//! time has done.

use super::arguments::{EventsOf, OneOrder};
use super::{answer, to_read};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, AmountText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Currency, more};
use escrowdb::{OrderStep, TenderRefund, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Write;

/// The steps of an order.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct TimelineFacts {
    order: IdText,
    currency: String,
    /// In the order in which they were taken.
    steps: Vec<StepFacts>,
}

/// A step of an order.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct StepFacts {
    /// The command's id; for what time has done, one of the library's own; null for what a deadline
    /// has ended.
    command: Option<IdText>,
    at: Option<TimeText>,
    /// The place of the part; null for the whole order.
    part: Option<Numeral>,
    /// Of which part it was divided off by this step; null if it was not.
    divided_from: Option<Numeral>,
    /// What was done, or what time did.
    what: Name,
    /// The amount that was named: claimed, proposed, accepted, granted or decided.
    amount: Option<AmountText>,
    /// `buyer`, `seller`, `staff` or `system`.
    by: Name,
    /// The name of a member of staff; null for others.
    staff: Option<String>,
    /// The stage of the part after it; null for the whole order.
    stage: Option<Name>,
    /// The host's reference that came with it; null if none did.
    reference: Option<IdText>,
    /// What a claim was about; null of anything else.
    reason: Option<Name>,
    /// What a claim asked for; null of anything else.
    remedy: Option<Name>,
    /// What went back to the sources of tenders; of a refund that was carried out or has failed,
    /// which one it was.
    refunds: Vec<RefundFacts>,
    /// What went to the buyer's own account instead.
    kept: AmountText,
}

/// What went back to the source of a tender.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RefundFacts {
    /// The place of the tender.
    tender: Numeral,
    amount: AmountText,
    /// The operation that took it there.
    operation: IdText,
}

/// Something that happened to an order.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct HappenedFacts {
    /// Its place in the feed of events, for `--after`.
    timestamp: Option<TimeText>,
    order: IdText,
    currency: String,
    #[serde(flatten)]
    step: StepFacts,
}

/// Shows all steps of an order.
pub(super) fn run(arguments: &OneOrder, out: &mut dyn Write) -> Result<Ending, Failure> {
    let (orders, books) = to_read(&arguments.about.store)?;
    let id = arguments.about.order;
    let view = answer(orders.order(id)?, id)?;
    let steps = answer(orders.timeline(id)?, id)?;
    let currency = books.currency(view.ledger);
    if arguments.json {
        let steps = steps.iter().map(|step| StepFacts::of(step, &currency)).collect();
        let order = IdText::known(id);
        json::document(out, &TimelineFacts { order, currency: currency.code, steps })?;
        return Ok(Ending::Done);
    }
    for step in steps {
        writeln!(out, "{}", step.in_words(|amount| currency.words(amount)))?;
    }
    Ok(Ending::Done)
}

/// So many are read at a time.
const PAGE: usize = 1_000;

/// Shows what happened to all orders.
pub(super) fn events(arguments: &EventsOf, out: &mut dyn Write) -> Result<Ending, Failure> {
    let (orders, books) = to_read(&arguments.store)?;
    let mut after = arguments.after.unwrap_or(Timestamp::NONE);
    let mut left = if arguments.limit == 0 { usize::MAX } else { arguments.limit };
    loop {
        let page = orders.events(after, left.clamp(1, PAGE))?;
        if page.until == after {
            return Ok(Ending::Done);
        }
        if left == 0 && !page.steps.is_empty() {
            break;
        }
        (after, left) = (page.until, left.saturating_sub(page.steps.len()));
        // Of each order once a page, however much happened to it.
        let mut ledgers = HashMap::new();
        for step in page.steps {
            let ledger = match ledgers.entry(step.order) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    *new.insert(answer(orders.order(step.order)?, step.order)?.ledger)
                }
            };
            let currency = books.currency(ledger);
            if arguments.json {
                json::line(out, &HappenedFacts::of(&step, currency))?;
            } else {
                let words = step.in_words(|amount| currency.words(amount));
                writeln!(out, "{}: {words}", step.order)?;
            }
        }
    }
    if !arguments.json {
        more(out, arguments.limit)?;
        writeln!(out, "Go on with --after {}", after.nanoseconds())?;
    }
    Ok(Ending::Done)
}

impl HappenedFacts {
    fn of(step: &OrderStep, currency: Currency) -> Self {
        Self {
            timestamp: TimeText::of(step.position),
            order: IdText::known(step.order),
            step: StepFacts::of(step, &currency),
            currency: currency.code,
        }
    }
}

impl StepFacts {
    fn of(step: &OrderStep, currency: &Currency) -> Self {
        let refund = |refund: &TenderRefund| RefundFacts {
            tender: refund.tender.into(),
            amount: AmountText::of(refund.amount, currency),
            operation: IdText::known(refund.reversal),
        };
        Self {
            command: IdText::of(step.command),
            at: TimeText::of(step.at),
            part: step.part.map(Numeral::from),
            divided_from: step.divided_from.map(Numeral::from),
            what: Name(step.kind.name()),
            amount: step.amount.map(|amount| AmountText::of(amount, currency)),
            by: Name(step.by.name()),
            staff: (!step.staff.is_empty()).then(|| step.staff.clone()),
            stage: step.stage.map(|stage| Name(stage.name())),
            reference: step.reference.map(IdText::known),
            reason: step.reason.map(|reason| Name(reason.name())),
            remedy: step.remedy.map(|remedy| Name(remedy.name())),
            refunds: step.refunds.iter().map(refund).collect(),
            kept: AmountText::of(step.kept, currency),
        }
    }
}
