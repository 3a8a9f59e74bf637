//! The timeline of an order: its steps, in words and as data.

use super::Orders;
use super::transaction::{answered, terms};
use crate::model::{Amount, Id, Timestamp};
use crate::orders::rules::rows::{
    CANCELLED, GOODWILL, LAPSED, PAID, PAYMENT_REOPENED, REFUND_CONFIRMED, REFUND_FAILED,
    REFUNDS_PASSED_ON, StepKey, StepRow, TENDER_CAME, TENDER_RETURNED, TermsRow, WHOLE,
    WINDOW_ENDED,
};
use crate::orders::rules::terms::amount;
use crate::orders::rules::{Action, ClaimReason, Party, Refusal, Remedy, Stage};
use crate::store::{Error, Result};
use std::fmt;

/// A step of an order: a command that was carried out, or what time has done.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct OrderStep {
    /// The order that it is of.
    pub order: Id,
    /// Its place in the feed of events, if it was found there ([`Orders::events`]); none in a
    /// timeline.
    pub position: Timestamp,
    /// The command's id; for what time has done, an id of the library's own; zero for what a
    /// deadline has ended.
    pub command: Id,
    /// When.
    pub at: Timestamp,
    /// Which part it was about; `None` for the whole order.
    pub part: Option<u16>,
    /// Of which part it was divided off for it, if it was.
    pub divided_from: Option<u16>,
    /// What.
    pub kind: StepKind,
    /// The amount that was named: claimed, proposed, accepted, granted, decided or given; of a
    /// refund that was carried out or has failed, its own; what a deadline paid out, commission
    /// included, or gave back.
    pub amount: Option<Amount>,
    /// The host's reference that came with it: evidence, or the tracking of what is sent back.
    pub reference: Option<Id>,
    /// What a claim was about.
    pub reason: Option<ClaimReason>,
    /// What a claim asked for.
    pub remedy: Option<Remedy>,
    /// Who.
    pub by: Party,
    /// The name of a member of staff.
    pub staff: String,
    /// The stage of the part after it.
    pub stage: Option<Stage>,
    /// What went back to the sources of tenders by it. For a card, this is what the host has the
    /// acquirer carry out. Of a refund that was carried out or has failed: which one it was.
    pub refunds: Vec<TenderRefund>,
    /// What went to the buyer's own account instead.
    pub kept: Amount,
}

/// What a step was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum StepKind {
    /// The order was placed.
    Placed,
    /// A tender came.
    TenderCame,
    /// The last one came, and the legs were paid.
    Paid,
    /// Somebody did this.
    Acted(Action),
    /// A window of a complaint ran out.
    WindowEnded,
    /// What a deadline gave back went to the sources.
    RefundsPassedOn,
    /// A tender came too late, or a second time, and went back.
    TenderReturned,
    /// The order was not paid in time: what had come went back.
    Lapsed,
    /// The buyer cancelled the order before it was paid.
    Cancelled,
    /// The buyer pays again; what had come before went back.
    PaymentReopened,
    /// The host has carried a refund out.
    RefundConfirmed,
    /// A refund could not be carried out, and its money came in again.
    RefundFailed,
    /// The platform gave the buyer of its own money.
    Goodwill,
    /// The deadline of its hold paid the seller: only among events.
    ReleasedByDeadline,
    /// The deadline of its hold gave the buyer all back: only among events. That it goes on to the
    /// sources is a step of its own.
    RefundedByDeadline,
}

/// What went back to the source of a tender.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct TenderRefund {
    /// The place of the tender in the terms.
    pub tender: u16,
    /// How much.
    pub amount: Amount,
    /// The operation in the ledger that took it there: a reversal of the tender's hold, or, of a
    /// tender that was not taken for the order, its refund; the hold itself if its deadline did it.
    pub reversal: Id,
}

impl StepKind {
    /// One of each, in order; the first one stands for whatever somebody did.
    pub const ALL: &'static [Self] = &[
        Self::Acted(Action::Ship),
        Self::Placed,
        Self::TenderCame,
        Self::Paid,
        Self::WindowEnded,
        Self::RefundsPassedOn,
        Self::TenderReturned,
        Self::Lapsed,
        Self::Cancelled,
        Self::PaymentReopened,
        Self::RefundConfirmed,
        Self::RefundFailed,
        Self::Goodwill,
        Self::ReleasedByDeadline,
        Self::RefundedByDeadline,
    ];

    /// The number that stands for it in the C ABI, whatever was done if somebody did something;
    /// never changed or used again.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Acted(_) => 100,
            Self::Placed => 101,
            Self::TenderCame => TENDER_CAME,
            Self::Paid => PAID,
            Self::WindowEnded => WINDOW_ENDED,
            Self::RefundsPassedOn => REFUNDS_PASSED_ON,
            Self::TenderReturned => TENDER_RETURNED,
            Self::Lapsed => LAPSED,
            Self::Cancelled => CANCELLED,
            Self::PaymentReopened => PAYMENT_REOPENED,
            Self::RefundConfirmed => REFUND_CONFIRMED,
            Self::RefundFailed => REFUND_FAILED,
            Self::Goodwill => GOODWILL,
            Self::ReleasedByDeadline => 118,
            Self::RefundedByDeadline => 119,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::TenderCame => "tender_came",
            Self::Paid => "paid",
            Self::Acted(action) => action.name(),
            Self::WindowEnded => "window_ended",
            Self::RefundsPassedOn => "refunds_passed_on",
            Self::TenderReturned => "tender_returned",
            Self::Lapsed => "lapsed",
            Self::Cancelled => "cancelled",
            Self::PaymentReopened => "payment_reopened",
            Self::RefundConfirmed => "refund_confirmed",
            Self::RefundFailed => "refund_failed",
            Self::Goodwill => "goodwill",
            Self::ReleasedByDeadline => "released_by_deadline",
            Self::RefundedByDeadline => "refunded_by_deadline",
        }
    }

    fn of(number: u8) -> Option<Self> {
        Some(match number {
            TENDER_CAME => Self::TenderCame,
            PAID => Self::Paid,
            WINDOW_ENDED => Self::WindowEnded,
            REFUNDS_PASSED_ON => Self::RefundsPassedOn,
            TENDER_RETURNED => Self::TenderReturned,
            LAPSED => Self::Lapsed,
            CANCELLED => Self::Cancelled,
            PAYMENT_REOPENED => Self::PaymentReopened,
            REFUND_CONFIRMED => Self::RefundConfirmed,
            REFUND_FAILED => Self::RefundFailed,
            GOODWILL => Self::Goodwill,
            action => Self::Acted(Action::from_number(action)?),
        })
    }
}

impl fmt::Display for OrderStep {
    /// In words, with amounts in minor units: see [`OrderStep::in_words`].
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(formatter, &|amount| amount.minor_units().to_string())
    }
}

impl OrderStep {
    /// In words, with amounts as `amount` writes them, as in `2026-05-01T10:00:00Z part 0: claim
    /// 5.00 by buyer, then claimed`; of a part that was divided off for it, `part 2 of part 0`.
    #[must_use]
    pub fn in_words(&self, amount: impl Fn(Amount) -> String) -> String {
        let mut words = String::new();
        // A text takes all that is written.
        let _ = self.write(&mut words, &amount);
        words
    }

    fn write(&self, out: &mut impl fmt::Write, words: &dyn Fn(Amount) -> String) -> fmt::Result {
        write!(out, "{} ", crate::store::house::rfc3339(self.at))?;
        match self.part {
            Some(part) => write!(out, "part {part}")?,
            None => write!(out, "order")?,
        }
        if let Some(part) = self.divided_from {
            write!(out, " of part {part}")?;
        }
        write!(out, ": {}", self.kind.name())?;
        if let Some(amount) = self.amount {
            write!(out, " {}", words(amount))?;
        }
        if let (Some(reason), Some(remedy)) = (self.reason, self.remedy) {
            write!(out, " ({}, {})", reason.name(), remedy.name())?;
        }
        write!(out, " by {}", self.by.name())?;
        if !self.staff.is_empty() {
            write!(out, " {}", self.staff)?;
        }
        if let Some(stage) = self.stage {
            write!(out, ", then {}", stage.name())?;
        }
        let is_about_one = matches!(self.kind, StepKind::RefundConfirmed | StepKind::RefundFailed);
        for refund in &self.refunds {
            match is_about_one {
                true => write!(out, ", of tender {}", refund.tender)?,
                false => {
                    write!(out, ", {} back to tender {}", words(refund.amount), refund.tender)?
                }
            }
        }
        if !self.kept.is_zero() {
            write!(out, ", {} to the buyer's own account", words(self.kept))?;
        }
        Ok(())
    }
}

impl Orders {
    /// All steps of an order, in the order in which they were taken.
    ///
    /// Refused: `order_not_found`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn timeline(&self, order: Id) -> Result<Result<Vec<OrderStep>, Refusal>> {
        let reading = self.shared.chains.read()?;
        let terms = match answered(terms(&reading, order))? {
            Ok(terms) => terms,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut steps = vec![placing(order, &terms)];
        for row in reading.scan::<StepRow>(&order.to_bytes(), None) {
            let (key, row) = row?;
            let unknown = || Error::Corrupt(format!("step {} of order {order}", key.command));
            steps.push(step(key, &row).ok_or_else(unknown)?);
        }
        steps.sort_by_key(|step| (step.at, step.command));
        Ok(Ok(steps))
    }
}

pub(super) fn step(key: StepKey, row: &StepRow) -> Option<OrderStep> {
    let refund = |back: &crate::orders::rules::rows::Back| TenderRefund {
        tender: back.tender,
        amount: amount(back.amount),
        reversal: back.reversal,
    };
    Some(OrderStep {
        order: key.order,
        position: Timestamp::NONE,
        command: key.command,
        at: row.at,
        part: (row.part != WHOLE).then_some(row.part),
        divided_from: row.divided_from,
        kind: StepKind::of(row.what)?,
        amount: row.amount.map(amount),
        reference: row.reference,
        reason: row.complaint.map(|(reason, _)| reason),
        remedy: row.complaint.map(|(_, remedy)| remedy),
        by: Party::from_number(row.by)?,
        staff: row.staff.clone(),
        stage: Stage::from_number(row.stage),
        refunds: row.refunds.iter().map(refund).collect(),
        kept: amount(row.kept.map_or(0, |kept| kept.amount)),
    })
}

/// The first step of an order, which no row tells but that of its terms.
pub(super) fn placing(order: Id, terms: &TermsRow) -> OrderStep {
    OrderStep { by: Party::Buyer, at: terms.placed_at, ..of_time(order, StepKind::Placed) }
}

/// What time does to an order, as it begins to be told.
pub(super) fn of_time(order: Id, kind: StepKind) -> OrderStep {
    OrderStep {
        order,
        position: Timestamp::NONE,
        command: order,
        at: Timestamp::NONE,
        part: None,
        divided_from: None,
        kind,
        amount: None,
        reference: None,
        reason: None,
        remedy: None,
        by: Party::System,
        staff: String::new(),
        stage: None,
        refunds: Vec::new(),
        kept: Amount::ZERO,
    }
}

/// What went back by a step, to all tenders or to the buyer's own account.
pub(super) fn refunded(step: &StepRow) -> Amount {
    let kept = step.kept.map_or(0, |kept| kept.amount);
    amount(step.refunds.iter().fold(kept, |sum, back| sum.saturating_add(back.amount)))
}
