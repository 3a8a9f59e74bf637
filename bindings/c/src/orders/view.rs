//! An order as it is now: its tenders and its parts.

use super::outcome::{escrow_order_outcome, judged_query, number_of_stage};
use crate::arguments::{output, write_sized};
use crate::boundary::{call, on};
use crate::opaque::{escrow_orders, escrow_rows};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use crate::wallets::rows::show;
use bytemuck::{Pod, Zeroable};
use escrow::{Amount, Id, ItemView, OrderView, PartView, TenderView, Timestamp};

/// An order as it is now. Begin with `ESCROW_ORDER_VIEW_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_order_view {
    /// `sizeof(escrow_order_view)`.
    pub struct_size: u32,
    /// How far it has come: `ESCROW_ORDER_STATE_*`.
    pub state: u32,
    /// Who buys.
    pub buyer: Id,
    /// The hash of the policy that it was placed under.
    pub policy: [u8; 32],
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Until when it can be paid.
    pub pay_until: Timestamp,
    /// The ledger of all amounts.
    pub ledger: u32,
    /// Zero.
    pub reserved: u32,
    /// How many tenders it has: see `escrow_tender_view_at`.
    pub tenders: u64,
    /// How many parts it has, one of each leg and those that were divided off others, none before it
    /// is paid: see `escrow_part_view_at`.
    pub parts: u64,
    /// What the platform gave the buyer of its own money, beside that of the order.
    pub goodwill: Amount,
}

/// A tender as it is now. Begin with `ESCROW_TENDER_VIEW_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_tender_view {
    /// `sizeof(escrow_tender_view)`.
    pub struct_size: u32,
    /// What kind of money it is: `ESCROW_TENDER_*`.
    pub kind: u32,
    /// The account that it is taken from, and goes back to.
    pub source: Id,
    /// How much.
    pub amount: Amount,
    /// The hold by which it came; zero if it did not, or if that attempt to pay has ended.
    pub hold: Id,
    /// What of the refunds of all legs went back to its source; not what was above the price. A refund
    /// that the host could not carry out went there, too: the timeline says what came of it.
    pub back: Amount,
    /// What of them went to the buyer's own account instead.
    pub kept: Amount,
}

/// A part as it is now. What is held, paid, taken as commission and refunded of all parts of a leg is
/// the leg's amount. Begin with `ESCROW_PART_VIEW_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_part_view {
    /// `sizeof(escrow_part_view)`.
    pub struct_size: u32,
    /// How far it has come: `ESCROW_STAGE_*`.
    pub stage: u32,
    /// Who sells.
    pub seller: Id,
    /// The hold that it is in escrow by.
    pub hold: Id,
    /// Until when it is in this stage if nobody acts; 0 if it is done.
    pub until: Timestamp,
    /// What is claimed, while that is open; 0 otherwise.
    pub claimed: Amount,
    /// What the buyer would settle for, while that stands; 0 otherwise.
    pub buyer_proposal: Amount,
    /// What the seller would; 0 otherwise.
    pub seller_proposal: Amount,
    /// What is in escrow.
    pub held: Amount,
    /// What the seller got, without the commission.
    pub paid: Amount,
    /// The commission.
    pub commission: Amount,
    /// What was refunded, due or not.
    pub refunded: Amount,
    /// What of it is neither with the sources nor with the buyer yet.
    pub due: Amount,
    /// What of the leg's shipping is in it.
    pub shipping: Amount,
    /// The taxes of its items.
    pub tax: Amount,
    /// How many items are in it, of different lines; 0 if its leg has no lines: see
    /// `escrow_item_view_at`.
    pub items: u64,
    /// The place of its leg in the terms.
    pub leg: u32,
    /// What is wrong, as the buyer says: `ESCROW_CLAIM_REASON_*`; 0 while nothing is claimed.
    pub reason: u32,
    /// What staff decided to give back to the buyer, while it can be appealed against or was; 0
    /// otherwise.
    pub decided: Amount,
    /// What a first member of staff decided, for a second one to decide, too; 0 otherwise.
    pub first_decision: Amount,
    /// 1 if staff have decided.
    pub is_decided: u32,
    /// 1 if a first member of staff has decided.
    pub is_half_decided: u32,
    /// Until when staff await evidence of the buyer; 0 if they do not.
    pub buyer_asked_until: Timestamp,
    /// The same, of the seller.
    pub seller_asked_until: Timestamp,
    /// The host's reference that was given last, by whichever side: evidence, or the tracking of what
    /// is sent back; zero while nothing is claimed.
    pub evidence: Id,
    /// What the buyer asks for: `ESCROW_REMEDY_*`; 0 while nothing is claimed.
    pub remedy: u32,
    /// Zero.
    pub reserved: [u32; 3],
}

/// Items of a part.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_item_view {
    /// The host's reference.
    pub reference: Id,
    /// What they come to, without tax and shipping.
    pub amount: Amount,
    /// The place of their line among the lines of the leg.
    pub line: u32,
    /// How many are in the part.
    pub quantity: u32,
    /// Zero.
    pub reserved: [u32; 6],
}

impl From<&OrderView> for escrow_order_view {
    fn from(view: &OrderView) -> Self {
        Self {
            struct_size: 0,
            state: view.state.number().into(),
            buyer: view.buyer,
            policy: view.policy.to_bytes(),
            placed_at: view.placed_at,
            pay_until: view.pay_until,
            ledger: view.ledger,
            reserved: 0,
            tenders: view.tenders.len() as u64,
            parts: view.parts.len() as u64,
            goodwill: view.goodwill,
        }
    }
}

impl From<&TenderView> for escrow_tender_view {
    fn from(view: &TenderView) -> Self {
        Self {
            struct_size: 0,
            kind: view.tender.kind.number().into(),
            source: view.tender.source,
            amount: view.tender.amount,
            hold: view.hold,
            back: view.back,
            kept: view.kept,
        }
    }
}

impl From<&PartView> for escrow_part_view {
    fn from(view: &PartView) -> Self {
        Self {
            struct_size: 0,
            stage: number_of_stage(view.stage),
            seller: view.seller,
            hold: view.hold,
            until: view.until,
            claimed: view.claimed.unwrap_or_default(),
            buyer_proposal: view.buyer_proposal.unwrap_or_default(),
            seller_proposal: view.seller_proposal.unwrap_or_default(),
            held: view.held,
            paid: view.paid,
            commission: view.commission,
            refunded: view.refunded,
            due: view.due,
            shipping: view.shipping,
            tax: view.tax,
            items: view.items.len() as u64,
            leg: view.leg.into(),
            decided: view.decided.unwrap_or_default(),
            first_decision: view.first_decision.unwrap_or_default(),
            is_decided: view.decided.is_some().into(),
            is_half_decided: view.first_decision.is_some().into(),
            buyer_asked_until: view.buyer_asked_until.unwrap_or(Timestamp::NONE),
            seller_asked_until: view.seller_asked_until.unwrap_or(Timestamp::NONE),
            evidence: view.evidence.unwrap_or(Id::ZERO),
            reason: view.reason.map_or(0, |reason| reason.number().into()),
            remedy: view.remedy.map_or(0, |remedy| remedy.number().into()),
            reserved: [0; 3],
        }
    }
}

impl From<&ItemView> for escrow_item_view {
    fn from(view: &ItemView) -> Self {
        let ItemView { line, reference, quantity, amount, .. } = *view;
        Self { reference, amount, line: line.into(), quantity, reserved: [0; 6] }
    }
}

/// Gives an order as it is now, with its tenders and parts, all of it as of one moment, in one row.
/// Read it with `escrow_order_view_at`.
/// Refused: `order_not_found`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_find(
    orders: *mut escrow_orders,
    order: Id,
    rows: *mut *mut escrow_rows,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_query(orders, rows, outcome, error), |orders| {
        orders.order(order)?.map(|view| vec![view])
    })
}

/// Reads an order.
///
/// Ownership: `order` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_order_view_at(
    rows: *mut escrow_rows,
    index: usize,
    order: *mut escrow_order_view,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, order, "order", error), |view: &OrderView| view.into())
}

/// Reads a tender of an order: the one of this number, from 0 on, as in the terms.
///
/// Ownership: `tender` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or tender, or the rows are of another
/// kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_tender_view_at(
    rows: *mut escrow_rows,
    index: usize,
    number: usize,
    tender: *mut escrow_tender_view,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(rows, error), |this| {
        let tenders = &this.row::<OrderView>(index)?.tenders;
        write_sized(tender, numbered(tenders, number, "tender")?.into(), "tender")?
    })
}

/// Reads a part of an order: the one of this number, from 0 on, which is the place of its leg in the
/// terms, or what it had when it was divided off another one.
///
/// Ownership: `part` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row or part, or the rows are of another
/// kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_part_view_at(
    rows: *mut escrow_rows,
    index: usize,
    number: usize,
    part: *mut escrow_part_view,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(rows, error), |this| {
        let parts = &this.row::<OrderView>(index)?.parts;
        write_sized(part, numbered(parts, number, "part")?.into(), "part")?
    })
}

/// Reads items of a part: those of this number, from 0 on, in the order of the leg's lines.
///
/// Ownership: `item` is the caller's record.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, part or item, or the rows are of another
/// kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_item_view_at(
    rows: *mut escrow_rows,
    index: usize,
    part: usize,
    number: usize,
    item: *mut escrow_item_view,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(rows, error), |this| {
        let item = output(item, "item")?;
        let parts = &this.row::<OrderView>(index)?.parts;
        let items = &numbered(parts, part, "part")?.items;
        item.set(numbered(items, number, "item")?.into());
    })
}

/// One of those that a row has several of.
pub(crate) fn numbered<'r, T>(all: &'r [T], number: usize, what: &str) -> Result<&'r T> {
    all.get(number).ok_or_else(|| Failure::invalid(format!("this row has no {what} {number}")))
}
