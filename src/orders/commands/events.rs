//! What happened to orders, out of the feed of everything that happened.

use super::Orders;
use super::steps::{OrderStep, StepKind, of_time, placing, step};
use crate::model::{AtDeadline, Decision, Event, Id, Kind, Record, Timestamp};
use crate::orders::rules::Stage;
use crate::orders::rules::parties::LEG_CODE;
use crate::orders::rules::rows::{PartRow, StepKey, StepRow, TermsRow};
use crate::store::house::ReadTransaction;
use crate::store::{Error, Result};
use crate::wallets::rules::rows::{Row, RowKey};

/// A page of what happened to orders.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct OrderEvents {
    /// Steps, and what deadlines have ended, in the order of the feed.
    pub steps: Vec<OrderStep>,
    /// How far the feed was looked at: where the next page begins, and what a consumer
    /// acknowledges when it has dealt with these.
    pub until: Timestamp,
}

/// So many events of the feed are looked at in one call, whatever they are about.
const LOOKED_AT_MAX: usize = 65_536;

impl Orders {
    /// What happened to orders after a time of the feed, in at most `limit` steps: each with its
    /// order, part and stage, and each part that a deadline has ended, which is a step of no
    /// timeline. So a shop sends letters and keeps its pages: acknowledge
    /// [`until`](OrderEvents::until) by [`Store::acknowledge`](crate::Store::acknowledge) when they
    /// are dealt with, and begin there. All is seen when `until` stays where it was; a page without
    /// steps may be followed by others. With a limit of 0 nothing is looked at.
    ///
    /// # Errors
    /// As [`Orders`] says, and [`Error::Archived`] if the feed does not reach back so far any more.
    pub fn events(&self, after: Timestamp, limit: usize) -> Result<OrderEvents> {
        let reading = self.shared.chains.read()?;
        let (mut steps, mut until) = (Vec::new(), after);
        if limit == 0 {
            return Ok(OrderEvents { steps, until });
        }
        for event in reading.snapshot().events(after).take(LOOKED_AT_MAX) {
            let event = event?;
            until = event.timestamp;
            steps.extend(step_of(&reading, &event)?);
            if steps.len() == limit {
                break;
            }
        }
        Ok(OrderEvents { steps, until })
    }
}

/// The step that an event is, if it is one.
fn step_of(reading: &ReadTransaction, event: &Event) -> Result<Option<OrderStep>> {
    let Record::Operation(decision) = &event.record else { return Ok(None) };
    if !decision.status.is_applied() {
        return Ok(None);
    }
    match decision.operation.kind {
        Kind::PUT => written(decision, event.timestamp),
        Kind::EXPIRE => ended(reading, decision, event.timestamp),
        _ => Ok(None),
    }
}

/// A step that was written, or the terms of an order that was placed.
fn written(decision: &Decision, position: Timestamp) -> Result<Option<OrderStep>> {
    let Some(document) = &decision.document else { return Ok(None) };
    let (space, key) = (document.key.space(), document.key.key());
    let damaged = || Error::Corrupt(format!("{space:?} of orders at {}", position.nanoseconds()));
    let step = if space == StepRow::TABLE.space {
        let key = StepKey::from_bytes(key).ok_or_else(damaged)?;
        step(key, &StepRow::from_bytes(&document.value)?).ok_or_else(damaged)?
    } else if space == TermsRow::TABLE.space {
        let order = <Id as RowKey>::from_bytes(key).ok_or_else(damaged)?;
        placing(order, &TermsRow::from_bytes(&document.value)?)
    } else {
        return Ok(None);
    };
    Ok(Some(OrderStep { position, ..step }))
}

/// A part that its hold's deadline has ended.
fn ended(
    reading: &ReadTransaction,
    decision: &Decision,
    position: Timestamp,
) -> Result<Option<OrderStep>> {
    let hold = reading.snapshot().hold(decision.operation.target)?;
    let Some(hold) = hold.filter(|hold| hold.code == LEG_CODE) else { return Ok(None) };
    // A part that was divided off has what its hold had; and a host may have used the code, too.
    let order = hold.user_data_128;
    let mut parts = reading.scan::<PartRow>(&order.to_bytes(), None);
    let part = loop {
        match parts.next().transpose()? {
            Some((key, row)) if row.hold == hold.id => break key.part,
            Some(_) => (),
            None => return Ok(None),
        }
    };
    let refunds = decision.operation.at_deadline == AtDeadline::REFUND;
    let kind = match refunds {
        true => StepKind::RefundedByDeadline,
        false => StepKind::ReleasedByDeadline,
    };
    Ok(Some(OrderStep {
        position,
        command: Id::ZERO,
        at: position,
        part: Some(part),
        amount: Some(decision.moved.amount),
        stage: Some(Stage::Done),
        ..of_time(order, kind)
    }))
}
