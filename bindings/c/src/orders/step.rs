//! The timeline of an order: its steps, in words and as data.

use super::outcome::{escrow_order_outcome, judged_query, number_of_stage};
use super::view::numbered;
use crate::arguments::{Plain, output};
use crate::boundary::{call, on};
use crate::opaque::{escrow_orders, escrow_rows};
use crate::status::{escrow_error, escrow_status};
use crate::wallets::rows::{RowsHandle, show};
use crate::wallets::text::escrow_text;
use bytemuck::{Pod, Zeroable};
use escrow::{Amount, Id, OrderStep, StepKind, TenderRefund, Timestamp};

/// A step of an order: a command that was carried out, or what time has done. Begin with
/// `ESCROW_ORDER_STEP_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_order_step {
    /// `sizeof(escrow_order_step)`.
    pub struct_size: u32,
    /// What it was: `ESCROW_STEP_*`.
    pub kind: u32,
    /// The command's id; for what time has done, an id of the library's own; zero for what a
    /// deadline has ended.
    pub command: Id,
    /// When.
    pub at: Timestamp,
    /// 1 if it was about a part, 0 if about the whole order.
    pub is_of_part: u32,
    /// Which part it was about; 0 if it was about the whole order.
    pub part: u32,
    /// What somebody did: `ESCROW_ACTION_*`; 0 if it was another kind of step.
    pub action: u32,
    /// Who: `ESCROW_PARTY_*`.
    pub by: u32,
    /// The stage of the part after it: `ESCROW_STAGE_*`; 0 if it was about the whole order.
    pub stage: u32,
    /// 1 if the part was divided off another one by it, else 0.
    pub is_divided: u32,
    /// How much went back to how many sources of tenders by it, or, of a refund that was carried out or
    /// has failed, which one it was: see `escrow_tender_refund_at`.
    pub refunds: u64,
    /// The name of a member of staff; empty for others.
    pub staff: escrow_text,
    /// The same in words, for people: when, about which part, what, by whom, and the stage after it.
    /// Amounts are in minor units.
    pub words: escrow_text,
    /// What went to the buyer's own account instead of back.
    pub kept: Amount,
    /// Of which part it was divided off; 0 if it was not.
    pub divided_from: u32,
    /// 1 if an amount was named.
    pub has_amount: u32,
    /// What a claim was about: `ESCROW_CLAIM_REASON_*`; 0 of anything else.
    pub reason: u32,
    /// What a claim asked for: `ESCROW_REMEDY_*`; 0 of anything else.
    pub remedy: u32,
    /// The amount that was named: claimed, proposed, accepted, granted, decided or given; of a
    /// refund that was carried out or has failed, its own; what a deadline paid out,
    /// commission included, or gave back; 0 if none was.
    pub amount: Amount,
    /// The host's reference that came with it: evidence, or the tracking of what is sent back; zero if
    /// none did.
    pub reference: Id,
    /// The order that it is of.
    pub order: Id,
    /// Its place in the feed of events, if it was found there (`escrow_orders_events`); 0 in a
    /// timeline.
    pub position: Timestamp,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_order_step {}

/// What went back to the source of a tender. For a card, this is what the host has the acquirer
/// carry out.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_tender_refund {
    /// The operation in the ledger that took it there.
    pub reversal: Id,
    /// How much.
    pub amount: Amount,
    /// The place of the tender in the terms.
    pub tender: u32,
    /// Zero.
    pub reserved: [u32; 7],
}

/// A step with its words.
struct KeptStep {
    step: OrderStep,
    words: String,
}

impl KeptStep {
    fn of(step: OrderStep) -> Self {
        Self { words: step.to_string(), step }
    }
}

fn step_of(kept: &KeptStep) -> escrow_order_step {
    let step = &kept.step;
    escrow_order_step {
        struct_size: 0,
        kind: step.kind.number().into(),
        command: step.command,
        at: step.at,
        is_of_part: step.part.is_some().into(),
        part: step.part.unwrap_or_default().into(),
        action: match step.kind {
            StepKind::Acted(action) => action.number().into(),
            _ => 0,
        },
        by: step.by.number().into(),
        stage: step.stage.map_or(0, number_of_stage),
        is_divided: step.divided_from.is_some().into(),
        refunds: step.refunds.len() as u64,
        staff: escrow_text::of(&step.staff),
        words: escrow_text::of(&kept.words),
        kept: step.kept,
        divided_from: step.divided_from.unwrap_or_default().into(),
        has_amount: step.amount.is_some().into(),
        reason: step.reason.map_or(0, |reason| reason.number().into()),
        remedy: step.remedy.map_or(0, |remedy| remedy.number().into()),
        amount: step.amount.unwrap_or_default(),
        reference: step.reference.unwrap_or(Id::ZERO),
        order: step.order,
        position: step.position,
    }
}

impl From<&TenderRefund> for escrow_tender_refund {
    fn from(refund: &TenderRefund) -> Self {
        let TenderRefund { tender, amount, reversal, .. } = *refund;
        Self { reversal, amount, tender: tender.into(), reserved: [0; 7] }
    }
}

/// Gives all steps of an order, in the order in which they were taken. Read them with
/// `escrow_order_step_at`.
/// Refused: `order_not_found`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_timeline(
    orders: *mut escrow_orders,
    order: Id,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(orders, rows, outcome, error), |orders| {
        orders.timeline(order)?.map(|steps| steps.into_iter().map(KeptStep::of).collect())
    })
}

/// Gives what happened to orders after a time of the feed of events, in at most `limit` steps: each
/// with its order, part and stage, and each part that a deadline has ended, which is a step of no
/// timeline. Read them with `escrow_order_step_at`. So a shop sends letters and keeps its pages:
/// acknowledge `*until` by `escrow_acknowledge` when they are dealt with, and begin there. All is
/// seen when `*until` is `after`; a page without steps may be followed by others. With a limit of 0
/// nothing is looked at.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`. `until` is the caller's
/// number.
/// Threads: any.
/// Errors: those of orders; `ESCROW_ARCHIVED` if the feed does not reach back so far any more.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_events(
    orders: *mut escrow_orders,
    after: Timestamp,
    limit: usize,
    until: *mut Timestamp,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(orders, error), |this| {
        let (rows, until) = (output(rows, "rows")?, output(until, "until")?);
        let found = this.orders.events(after, limit)?;
        until.set(found.until);
        let steps: Vec<_> = found.steps.into_iter().map(KeptStep::of).collect();
        rows.set(RowsHandle::make(&this.parent, steps)?);
    })
}

/// Reads a step of a timeline.
///
/// Ownership: `step` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_step_at(
    rows: *mut escrow_rows,
    index: usize,
    step: *mut escrow_order_step,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, step, "step", error), |kept: &KeptStep| step_of(kept))
}

/// Reads what went back to the source of a tender by a step: the refund of this number, from 0 on.
///
/// Ownership: `refund` is the caller's record.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or refund, or the rows are of another
/// kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_tender_refund_at(
    rows: *mut escrow_rows,
    index: usize,
    number: usize,
    refund: *mut escrow_tender_refund,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(rows, error), |this| {
        let refund = output(refund, "refund")?;
        let refunds = &this.row::<KeptStep>(index)?.step.refunds;
        refund.set(numbered(refunds, number, "refund")?.into());
    })
}
