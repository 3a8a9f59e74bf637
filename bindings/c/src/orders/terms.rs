//! What is agreed about an order, placing it, and paying it.

use super::outcome::{escrow_order_outcome, judged_command};
use super::policy::HASH_BYTES;
use crate::arguments::{Plain, array, output, sized_input};
use crate::boundary::call;
use crate::opaque::escrow_orders;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::order::{
    Keeping, LEGS_MAX, LINES_MAX, Leg, Line, LineKind, PolicyHash, TENDERS_MAX, Tender, TenderKind,
    Terms,
};
use escrow::{Amount, Id};

/// Legs of one order.
pub const ESCROW_LEGS_MAX: u32 = 16;
/// Tenders of one order.
pub const ESCROW_TENDERS_MAX: u32 = 32;
/// Lines of one leg.
pub const ESCROW_LEG_LINES_MAX: u32 = 64;

const _: () = assert!(ESCROW_LEGS_MAX as usize == LEGS_MAX);
const _: () = assert!(ESCROW_TENDERS_MAX as usize == TENDERS_MAX);
const _: () = assert!(ESCROW_LEG_LINES_MAX as usize == LINES_MAX);

/// One seller's part of an order. A fee that the buyer pays is a leg of the platform.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_leg {
    /// Who is registered as a seller.
    pub seller: Id,
    /// All of it: items, shipping and tax.
    pub amount: Amount,
    /// What is taken once as commission, out of what is released to the seller first; at most
    /// `amount`. Where all of it is refunded nothing is taken. Frozen when it is placed.
    pub commission_fixed: Amount,
    /// The commission beside that, in parts per million of what is released to the seller, of which
    /// it is a part; frozen when it is placed.
    pub commission_ppm: u32,
    /// Must be zero.
    pub reserved: [u32; 19],
}

/// A line of a leg. The number of a line is its place among those of its leg.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_leg_line {
    /// The host's reference to what is sold; it may be zero of shipping and tax.
    pub reference: Id,
    /// For all of them together: at least 1 minor unit for each.
    pub amount: Amount,
    /// The place of its leg in the terms.
    pub leg: u32,
    /// What it is: `ESCROW_LINE_*`.
    pub kind: u32,
    /// How many of an item, at least 1; of shipping and tax 1.
    pub quantity: u32,
    /// Must be zero.
    pub reserved: [u32; 5],
}

/// Where money of an order comes from.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_tender {
    /// The account that it is taken from, and goes back to.
    pub source: Id,
    /// How much.
    pub amount: Amount,
    /// What kind of money it is: `ESCROW_TENDER_*`.
    pub kind: u32,
    /// Must be zero.
    pub reserved: [u32; 23],
}

/// The terms of an order, which never change. Begin with `ESCROW_TERMS_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_terms {
    /// `sizeof(escrow_terms)`.
    pub struct_size: u32,
    /// The ledger of all accounts.
    pub ledger: u32,
    /// Who is registered as a buyer.
    pub buyer: Id,
    /// The hash of a policy that the store keeps: see `escrow_orders_keep_policy`.
    pub policy: [u8; 32],
    /// Where commission goes; zero if no leg has one.
    pub commission_account: Id,
    /// The legs. The number of a leg's part is its place here.
    pub legs: *const escrow_leg,
    /// How many there are, 1 to `ESCROW_LEGS_MAX`.
    pub legs_count: usize,
    /// The tenders, together as much as all legs.
    pub tenders: *const escrow_tender,
    /// How many there are, 1 to `ESCROW_TENDERS_MAX`.
    pub tenders_count: usize,
    /// An account of the buyer's, spend-only: what is paid above the price goes there with the
    /// buyer's consent; zero if it goes back to its source. What comes too late or a second time, and
    /// what has come of an order that is not paid, goes back all the same.
    pub keeping_account: Id,
    /// 1 if refunds go there, too, of any tender that does not come from a wallet.
    pub keeps_refunds: u32,
    /// Must be zero.
    pub reserved: u32,
    /// What legs consist of, the lines of each leg in their order. All lines of a leg together are
    /// just its amount, and one of them is an item at least. A leg without lines is one thing, of
    /// which nobody acts on a part alone.
    pub lines: *const escrow_leg_line,
    /// How many there are of all legs, at most `ESCROW_LEG_LINES_MAX` of each.
    pub lines_count: usize,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_terms {}

impl escrow_leg {
    fn parse(&self) -> Result<Leg> {
        if self.reserved != [0; 19] {
            return Err(Failure::invalid("legs: reserved must be zero"));
        }
        let Self { seller, amount, commission_fixed, commission_ppm, .. } = *self;
        Ok(Leg { seller, amount, commission_fixed, commission_ppm, lines: Vec::new() })
    }
}

impl escrow_leg_line {
    fn parse(&self) -> Result<Line> {
        if self.reserved != [0; 5] {
            return Err(Failure::invalid("lines: reserved must be zero"));
        }
        let kind = u8::try_from(self.kind).ok().and_then(LineKind::from_number);
        let unknown = || Failure::invalid("lines: kind is not one of ESCROW_LINE_*");
        let Self { reference, quantity, amount, .. } = *self;
        Ok(Line { kind: kind.ok_or_else(unknown)?, reference, quantity, amount })
    }
}

impl escrow_tender {
    fn parse(&self) -> Result<Tender> {
        if self.reserved != [0; 23] {
            return Err(Failure::invalid("tenders: reserved must be zero"));
        }
        let kind = u8::try_from(self.kind).ok().and_then(TenderKind::from_number);
        let unknown = || Failure::invalid("tenders: kind is not one of ESCROW_TENDER_*");
        Ok(Tender { kind: kind.ok_or_else(unknown)?, source: self.source, amount: self.amount })
    }
}

impl escrow_terms {
    fn keeping(&self) -> Result<Option<Keeping>> {
        let keeps_refunds = match (self.keeps_refunds, self.reserved) {
            (0, 0) => false,
            (1, 0) if !self.keeping_account.is_zero() => true,
            (1, 0) => return Err(Failure::invalid("terms: keeps_refunds needs keeping_account")),
            _ => return Err(Failure::invalid("terms: keeps_refunds is 0 or 1, reserved zero")),
        };
        let account = self.keeping_account;
        Ok((!account.is_zero()).then_some(Keeping { account, keeps_refunds }))
    }
}

/// # Safety
/// As the header says of it.
unsafe fn terms(pointer: *const escrow_terms) -> Result<Terms> {
    // SAFETY: the caller's promise is the same.
    let (given, legs, tenders, lines) = unsafe {
        let given = sized_input(pointer, "terms")?;
        let legs = array(given.legs, given.legs_count, "legs")?;
        let lines = array(given.lines, given.lines_count, "lines")?;
        (given, legs, array(given.tenders, given.tenders_count, "tenders")?, lines)
    };
    let mut legs = legs.iter().map(escrow_leg::parse).collect::<Result<Vec<_>>>()?;
    for line in lines {
        let leg = legs.get_mut(line.leg as usize);
        let leg = leg.ok_or_else(|| Failure::invalid("lines: there is no such leg"))?;
        leg.lines.push(line.parse()?);
    }
    const _: () = assert!(HASH_BYTES == 32);
    Ok(Terms {
        buyer: given.buyer,
        ledger: given.ledger,
        policy: PolicyHash::new(given.policy),
        commission_account: given.commission_account,
        legs,
        tenders: tenders.iter().map(escrow_tender::parse).collect::<Result<_>>()?,
        keeping: given.keeping()?,
    })
}

/// Places an order; its id is its own for ever, and with the same terms it is placed once. From now
/// on until the end of the policy's window for it, it is paid by `escrow_orders_tender_came` and
/// `escrow_orders_pay_from_wallet`.
/// Refused: `id_must_be_valid`, `count_must_be_valid`, `amount_must_be_valid`,
/// `line_must_be_valid`, `lines_must_equal_leg`, `tenders_must_equal_legs`,
/// `commission_must_be_valid`, `policy_not_found`,
/// `buyer_must_be_registered`, `seller_must_be_registered`; `account_must_fit` if a source is not an
/// account of this ledger, is not external as a tender from outside has to be, is external, or a
/// seller's earnings, as promotion cannot be; or if the commission account is none of this ledger
/// that can take it: not external, not managed, not spend-only, without a limit of what comes in,
/// and not that of a seller who pays it; or if what the buyer keeps goes to none that is spend-only
/// and can take it; `order_exists_with_other_terms`.
///
/// Ownership: `terms` and what it points to are only read.
/// Threads: any.
/// Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if a kind of tender or line is unknown, a line is
/// of no leg, something is not zero that must be, or refunds are to be kept without an account.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_place(
    orders: *mut escrow_orders,
    order: Id,
    terms: *const escrow_terms,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let terms = self::terms(terms)?;
        orders.place(order, &terms)?
    })
}

/// Reports that the money of a tender is there: `tender` is its place in the terms. It comes into
/// escrow, and goes back by itself if the order is not paid in time. With the last one all legs are
/// paid, in the same chain, or, if one of them cannot be, this tender did not come. What comes too
/// late or a second time is taken in and goes back at once, as a step of the timeline. `command` is
/// an id of the report's own: sent again with it, it changes nothing.
/// Refused: `id_must_be_valid`, `command_id_is_taken`, `order_not_found`, `tender_not_found`,
/// `tender_kind_must_fit` if it comes from a wallet: see `escrow_orders_pay_from_wallet`;
/// `refused_by_ledger` if the source has not got it, say.
///
/// Ownership: `is_paid` gets 1 if the order is paid by it, else 0, which does not say that the tender
/// was taken: `escrow_orders_tender_came_with` does.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_tender_came(
    orders: *mut escrow_orders,
    order: Id,
    tender: u32,
    command: Id,
    is_paid: *mut u32,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let is_paid = output(is_paid, "is_paid")?;
        let paid = orders.tender_came(order, place(tender), command)?;
        paid.map(|paid| is_paid.set(paid.into()))
    })
}

/// The place of a tender or part. No order has as many as there are numbers, so that one that does
/// not fit is not found either.
pub(crate) fn place(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
