//! What is known of an order, as of one moment, and what can be done.

use super::Orders;
use super::payment::begun;
use super::policies::Policies;
use super::transaction::{Stop, answered, part, part_hold, terms};
use crate::model::policy_hash::PolicyHash;
use crate::model::{Amount, Id, Timestamp};
use crate::orders::rules::names::names;
use crate::orders::rules::part::Seen;
use crate::orders::rules::rows::{
    ListedKey, OfBuyerRow, OfSellerRow, PartItem, PartKey, PartRow, PaymentRow, TermsRow, WHOLE,
};
use crate::orders::rules::terms::amount;
use crate::orders::rules::{
    Action, ClaimReason, Party, Policy, Refusal, Remedy, Silence, Stage, Tender,
};
use crate::store::house::ReadTransaction;
use crate::store::{Error, Result};
use crate::wallets::rules::rows::{Row, RowKey};

/// An order as it is now.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct OrderView {
    /// Who buys.
    pub buyer: Id,
    /// The ledger of all amounts.
    pub ledger: u32,
    /// The policy that it was placed under.
    pub policy: PolicyHash,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Until when it can be paid.
    pub pay_until: Timestamp,
    /// How far it has come.
    pub state: OrderState,
    /// What the platform gave the buyer of its own money, beside that of the order.
    pub goodwill: Amount,
    /// In the order of the terms.
    pub tenders: Vec<TenderView>,
    /// By their numbers: those of the legs, in the order of the terms, and then those that were
    /// divided off others; none before it is paid.
    pub parts: Vec<PartView>,
}

/// How far an order has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum OrderState {
    /// Not all tenders have come.
    Unpaid,
    /// It was not paid in time: what has come goes back.
    Lapsed,
    /// The buyer cancelled it before it was paid.
    Cancelled,
    /// Something of it is in escrow, or on its way back.
    Open,
    /// All parts are done, and nothing is due.
    Done,
}

names! { OrderState {
    Unpaid = 1, "unpaid";
    Lapsed = 2, "lapsed";
    Open = 3, "open";
    Done = 4, "done";
    Cancelled = 5, "cancelled";
} }

/// A tender as it is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct TenderView {
    /// As it was agreed.
    pub tender: Tender,
    /// The hold by which it came; zero if it did not, or if that attempt to pay has ended.
    pub hold: Id,
    /// What of the refunds of all legs went back to its source; not what was above the price. A
    /// refund that the host could not carry out went there, too: the timeline says what came of it.
    pub back: Amount,
    /// What of them went to the buyer's own account instead.
    pub kept: Amount,
}

/// A part as it is now. What is held, paid, taken as commission and refunded of all parts of a leg
/// is the leg's amount.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct PartView {
    /// The place of its leg in the terms.
    pub leg: u16,
    /// Which items are in it, in the order of the leg's lines; none if the leg has no lines.
    pub items: Vec<ItemView>,
    /// What of the leg's shipping is in it.
    pub shipping: Amount,
    /// The taxes of its items.
    pub tax: Amount,
    /// Who sells.
    pub seller: Id,
    /// The hold that it is in escrow by.
    pub hold: Id,
    /// How far it has come.
    pub stage: Stage,
    /// Until when it is in this stage if nobody acts; [`Timestamp::NONE`] if it is done.
    pub until: Timestamp,
    /// What is claimed, while that is open.
    pub claimed: Option<Amount>,
    /// What is wrong, as the buyer says.
    pub reason: Option<ClaimReason>,
    /// What the buyer asks for.
    pub remedy: Option<Remedy>,
    /// The host's reference that was given last, by whichever side: evidence, or the tracking of
    /// what is sent back.
    pub evidence: Option<Id>,
    /// What the buyer would settle for, while that stands.
    pub buyer_proposal: Option<Amount>,
    /// What the seller would.
    pub seller_proposal: Option<Amount>,
    /// What staff decided to give back to the buyer, while it can be appealed against or was.
    pub decided: Option<Amount>,
    /// What a first member of staff decided, for a second one to decide, too.
    pub first_decision: Option<Amount>,
    /// Until when staff await evidence of the buyer.
    pub buyer_asked_until: Option<Timestamp>,
    /// The same, of the seller.
    pub seller_asked_until: Option<Timestamp>,
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
}

/// Items of a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ItemView {
    /// The place of their line among the lines of the leg.
    pub line: u16,
    /// The host's reference.
    pub reference: Id,
    /// How many are in the part.
    pub quantity: u32,
    /// What they come to, without tax and shipping.
    pub amount: Amount,
}

/// What a party can do about a part, and what happens if nobody does anything.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct PartOptions {
    /// How far it has come.
    pub stage: Stage,
    /// What this party can do.
    pub possible: Vec<Action>,
    /// Until when.
    pub until: Timestamp,
    /// What happens then; `None` if it is done.
    pub if_nobody_acts: Option<Silence>,
    /// From when on it can be claimed that it did not come, where that is not yet possible.
    pub not_received_from: Option<Timestamp>,
    /// What staff decided to give back to the buyer, while it can be appealed against or was.
    pub decided: Option<Amount>,
    /// What a first member of staff decided, for a second one to decide, too.
    pub first_decision: Option<Amount>,
    /// Until when staff await evidence of this party.
    pub asked_until: Option<Timestamp>,
}

/// An order in a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ListedOrder {
    /// Its id.
    pub order: Id,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// The seller's part of it; `None` in a list of a buyer's.
    pub part: Option<u16>,
}

impl ListedOrder {
    /// A row that was listed, for the list to go on after it.
    #[must_use]
    pub const fn new(order: Id, placed_at: Timestamp, part: Option<u16>) -> Self {
        Self { order, placed_at, part }
    }
}

impl Orders {
    /// An order as it is now.
    ///
    /// Refused: `order_not_found`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn order(&self, order: Id) -> Result<Result<OrderView, Refusal>> {
        let mut reading = self.shared.chains.read()?;
        answered(view(&mut reading, &self.shared.policies, order))
    }

    /// What `party` can do about a part now, until when, and what happens if nobody does anything.
    ///
    /// Refused: `order_not_found`, `part_not_found`, `order_must_be_paid`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn options(
        &self,
        order: Id,
        part_number: u16,
        party: Party,
    ) -> Result<Result<PartOptions, Refusal>> {
        let mut reading = self.shared.chains.read()?;
        let key = PartKey { order, part: part_number };
        answered(options(&mut reading, &self.shared.policies, key, party))
    }

    /// Orders of a buyer, oldest first, up to `limit` after `after`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn orders_of_buyer(
        &self,
        buyer: Id,
        after: Option<&ListedOrder>,
        limit: usize,
    ) -> Result<Vec<ListedOrder>> {
        self.list::<OfBuyerRow>(buyer, after, limit)
    }

    /// Parts of orders of a seller, oldest first, up to `limit` after `after`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn orders_of_seller(
        &self,
        seller: Id,
        after: Option<&ListedOrder>,
        limit: usize,
    ) -> Result<Vec<ListedOrder>> {
        self.list::<OfSellerRow>(seller, after, limit)
    }

    fn list<R: Row<Key = ListedKey>>(
        &self,
        of: Id,
        after: Option<&ListedOrder>,
        limit: usize,
    ) -> Result<Vec<ListedOrder>> {
        let after = after.map(|&ListedOrder { order, placed_at, part }| {
            ListedKey { of, at: placed_at, order, part: part.unwrap_or(WHOLE) }.bytes()
        });
        let reading = self.shared.chains.read()?;
        let rows = reading.scan::<R>(&of.to_bytes(), after.as_deref()).take(limit);
        rows.map(|row| {
            let (ListedKey { at, order, part, .. }, _) = row?;
            let part = (part != WHOLE).then_some(part);
            Ok(ListedOrder { order, placed_at: at, part })
        })
        .collect()
    }
}

fn options(
    reading: &mut ReadTransaction,
    policies: &Policies,
    key: PartKey,
    party: Party,
) -> Result<PartOptions, Stop> {
    let terms = terms(reading, key.order)?;
    let (row, hold) = part(reading, &terms, key)?;
    let policy = policies.of(reading, terms.policy)?;
    let now = reading.now();
    let seen = Seen { policy: &policy, row: &row, hold: &hold, terms: &terms, now };
    let (stage, case) = (seen.stage(), row.case.filter(|_| hold.is_open()));
    let asked = case.map(|case| case.asked(party));
    Ok(PartOptions {
        stage,
        possible: seen.possible(party),
        until: seen.until(),
        if_nobody_acts: seen.silence(),
        not_received_from: seen.not_received_from(),
        decided: case.and_then(|case| case.decided()).map(amount),
        first_decision: case.and_then(|case| case.first_decision).map(|one| amount(one.amount)),
        asked_until: asked.filter(|until| reading.now() < *until),
    })
}

fn view(reading: &mut ReadTransaction, policies: &Policies, order: Id) -> Result<OrderView, Stop> {
    let row = terms(reading, order)?;
    let policy = policies.of(reading, row.policy)?;
    let payment = match reading.peek::<PaymentRow>(&order)? {
        Some(payment) => payment,
        None => begun(reading, policies, &row)?,
    };
    let agreed = row.terms();
    let none = || vec![0_u128; row.tenders.len()];
    let (mut parts, mut shares) = (Vec::new(), Shares { not_back: none(), kept: none() });
    for part in reading.scan::<PartRow>(&order.to_bytes(), None) {
        let (key, part) = part?;
        parts.push(part_view(reading, &row, (key, part), &policy, &mut shares)?);
    }
    let is_done = |part: &PartView| part.stage == Stage::Done && part.due.is_zero();
    let state = match payment.paid_at.is_none() {
        true if payment.is_cancelled => OrderState::Cancelled,
        true if payment.is_open(reading.now()) => OrderState::Unpaid,
        true => OrderState::Lapsed,
        false if parts.iter().all(is_done) => OrderState::Done,
        false => OrderState::Open,
    };
    let of_tender = |((tender, hold), (not_back, kept)): ((Tender, &Id), (u128, u128))| {
        let all = tender.amount.minor_units();
        let back = if parts.is_empty() { 0 } else { all.saturating_sub(not_back) };
        TenderView { tender, hold: *hold, back: amount(back), kept: amount(kept) }
    };
    let shares = shares.not_back.into_iter().zip(shares.kept);
    let tenders = agreed.tenders.into_iter().zip(&payment.holds).zip(shares);
    let tenders = tenders.map(of_tender).collect();
    Ok(OrderView {
        buyer: row.buyer,
        ledger: row.ledger,
        policy: row.policy,
        placed_at: row.placed_at,
        pay_until: payment.pay_until,
        goodwill: amount(payment.goodwill),
        state,
        tenders,
        parts,
    })
}

/// Of each tender's share in all parts.
struct Shares {
    /// What is not back at its source.
    not_back: Vec<u128>,
    /// What the buyer keeps of that.
    kept: Vec<u128>,
}

fn count(all: &mut [u128], more: &[u128]) {
    for (all, one) in all.iter_mut().zip(more) {
        *all = all.saturating_add(*one);
    }
}

/// A part, whose shares are counted.
fn part_view(
    reading: &ReadTransaction,
    terms: &TermsRow,
    (key, row): (PartKey, PartRow),
    policy: &Policy,
    shares: &mut Shares,
) -> Result<PartView> {
    let hold = part_hold(reading, key, &row)?;
    let now = reading.now();
    let seen = Seen { policy, row: &row, hold: &hold, terms, now };
    let damaged = || Error::Corrupt(format!("part {} of order {}: items", key.part, key.order));
    let leg = terms.leg_of(&row).ok_or_else(damaged)?;
    let held = leg.items_of(&row);
    let item = |&item: &PartItem| {
        Some(ItemView {
            line: item.line,
            reference: leg.lines.get(usize::from(item.line))?.reference,
            quantity: item.quantity,
            amount: amount(leg.price(item)?),
        })
    };
    let items = held.iter().map(item).collect::<Option<_>>().ok_or_else(damaged)?;
    let tax = leg.tax(&held).ok_or_else(damaged)?;
    for more in [&row.left, &row.owed, &row.kept] {
        count(&mut shares.not_back, more);
    }
    count(&mut shares.kept, &row.kept);
    let case = row.case.filter(|_| hold.is_open());
    let asked = |party| {
        let until = case.map_or(Timestamp::NONE, |case| case.asked(party));
        (now < until).then_some(until)
    };
    Ok(PartView {
        claimed: case.map(|case| amount(case.amount)),
        reason: case.map(|case| case.reason),
        remedy: case.map(|case| case.remedy),
        evidence: case.map(|case| case.evidence),
        buyer_proposal: case.and_then(|case| case.buyer_proposal).map(amount),
        seller_proposal: case.and_then(|case| case.seller_proposal).map(amount),
        leg: row.leg,
        items,
        shipping: amount(row.shipping),
        tax: amount(tax),
        seller: leg.seller,
        decided: case.and_then(|case| case.decided()).map(amount),
        first_decision: case.and_then(|case| case.first_decision).map(|one| amount(one.amount)),
        buyer_asked_until: asked(Party::Buyer),
        seller_asked_until: asked(Party::Seller),
        hold: row.hold,
        stage: seen.stage(),
        until: seen.until(),
        held: hold.held,
        paid: hold.paid.saturating_sub(hold.fee),
        commission: hold.fee,
        refunded: hold.refunded,
        due: amount(row.due_of(&hold).unwrap_or(0)),
    })
}
