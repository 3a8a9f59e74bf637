//! What is known of each order: which legs it has, and which of them a row means.
//!
//! A row of an order means all its legs, or those that have everything that the row fills in. What
//! no leg has contradicts the order: the row is refused, so that nothing is done that it does not
//! say.

use super::parse;
use super::row::{Deed, Named};
use crate::cli::naming::{self, Role};
use escrowdb::{Amount, Id, Timestamp};
use std::collections::HashMap;

/// A part of an order that was paid for, perhaps in vain: one of its holds.
#[derive(Clone, Debug)]
pub(crate) struct Leg {
    pub(crate) hold: Id,
    /// When it was paid for.
    pub(crate) at: Timestamp,
    pub(crate) buyer: Id,
    pub(crate) seller: Id,
    pub(crate) ledger: u32,
    /// Decimals of its currency.
    pub(crate) scale: u8,
    pub(crate) amount: Amount,
    /// An earlier run was told by the store that it was not paid for.
    pub(crate) is_refused: bool,
}

/// What a row means of an order.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Meant {
    /// These holds, wholly.
    Whole(Vec<Id>),
    /// This part of a hold.
    Part(Id, Amount),
}

/// The orders of the store and of the file so far.
#[derive(Clone, Default)]
pub(crate) struct Orders {
    /// The legs of each order, in the order in which they were paid.
    legs: HashMap<Id, Vec<Leg>>,
    /// Who paid in for an order, and in which ledger.
    payers: HashMap<Id, Vec<(Id, u32)>>,
}

impl Orders {
    /// Remembers that `buyer` paid in for an order.
    pub(crate) fn paid_in(&mut self, order: Id, buyer: Id, ledger: u32) {
        let payers = self.payers.entry(order).or_default();
        if !payers.contains(&(buyer, ledger)) {
            payers.push((buyer, ledger));
        }
    }

    /// Remembers a leg.
    pub(crate) fn paid(&mut self, order: Id, leg: Leg) {
        self.legs.entry(order).or_default().push(leg);
    }

    /// The legs of the order that were paid for before `until` and have what the row fills in,
    /// beside an amount.
    pub(crate) fn candidates(&self, order: Id, named: &Named, until: Timestamp) -> Vec<&Leg> {
        self.until(order, until).filter(|leg| named.fits(leg)).collect()
    }

    /// What the row means, or in which fields it contradicts the order.
    pub(crate) fn meant(
        &self,
        (order, name): (Id, &str),
        deed: &Deed,
        named: &Named,
        until: Timestamp,
    ) -> Result<Meant, String> {
        let found = self.candidates(order, named, until);
        let contradicts = listed(self.faults(order, named, until), name);
        let useless = (!named.method.is_empty()).then(|| parse::no_use(deed.name(), "method"));
        let faults: Vec<_> = contradicts.into_iter().chain(useless).collect();
        if !faults.is_empty() {
            return Err(faults.join("; "));
        }
        if self.until(order, until).next().is_none() {
            return Ok(Meant::Whole(vec![naming::hold_of_unpaid(order)]));
        }
        if found.is_empty() {
            return Err(format!("no leg of order {name:?} matches this row"));
        }
        if named.amount.is_empty() {
            return Ok(Meant::Whole(found.iter().map(|leg| leg.hold).collect()));
        }
        let paid: Vec<_> = found.iter().copied().filter(|leg| !leg.is_refused).collect();
        let leg = match (found.as_slice(), paid.as_slice()) {
            ([leg], _) | (_, [leg]) => leg,
            _ => {
                let legs = found.len();
                return Err(format!(
                    "an amount belongs to one leg, but {legs} legs of order {name:?} match this row"
                ));
            }
        };
        let amount = parse::money(&named.amount, "the currency of the order", leg.scale)?;
        Ok(Meant::Part(leg.hold, amount))
    }

    fn until(&self, order: Id, until: Timestamp) -> impl Iterator<Item = &Leg> {
        let legs = self.legs.get(&order).into_iter().flatten();
        legs.filter(move |leg| leg.at < until)
    }

    /// The columns whose field no leg has.
    fn faults(&self, order: Id, named: &Named, until: Timestamp) -> Vec<&'static str> {
        let legs: Vec<_> = self.until(order, until).collect();
        // A row that was booked before was held against the payments of its time.
        let payers = self.payers.get(&order).filter(|_| until == Timestamp::MAX);
        let payers = payers.map(Vec::as_slice).unwrap_or_default();
        let is_fault =
            |is_of: &dyn Fn(&Leg) -> bool| !legs.is_empty() && !legs.iter().any(|leg| is_of(leg));
        let has_candidates = legs.iter().any(|leg| named.fits(leg));
        // Before any leg is paid for, an order is what was paid in for it.
        let is_strange = |is_of: &dyn Fn(&(Id, u32)) -> bool| {
            legs.is_empty() && !payers.is_empty() && !payers.iter().any(is_of)
        };
        let buyer = is_fault(&|leg| named.is_buyer(leg.buyer, leg.ledger))
            || is_strange(&|&(buyer, ledger)| named.is_buyer(buyer, ledger));
        let currency = is_fault(&|leg| named.is_ledger(leg.ledger))
            || is_strange(&|&(_, ledger)| named.is_ledger(ledger));
        let all = [
            ("buyer_id", buyer),
            ("seller_id", is_fault(&|leg| named.is_seller(leg))),
            ("amount", is_fault(&|leg| (!has_candidates || named.fits(leg)) && named.is_part(leg))),
            ("currency", currency),
        ];
        all.into_iter().filter(|(_, is_fault)| *is_fault).map(|(column, _)| column).collect()
    }
}

impl Named {
    /// Whether the leg matches this row, beside an amount.
    fn fits(&self, leg: &Leg) -> bool {
        self.is_ledger(leg.ledger) && self.is_buyer(leg.buyer, leg.ledger) && self.is_seller(leg)
    }

    fn is_ledger(&self, number: u32) -> bool {
        self.ledger.is_none_or(|ledger| ledger.number == number)
    }

    fn is_buyer(&self, buyer: Id, ledger: u32) -> bool {
        let name = self.buyer.as_str();
        name.is_empty() || naming::account(Role::Buyer, ledger, name) == buyer
    }

    fn is_seller(&self, leg: &Leg) -> bool {
        let name = self.seller.as_str();
        name.is_empty() || naming::account(Role::Seller, leg.ledger, name) == leg.seller
    }

    /// Whether the leg was ever worth the amount. What is no amount of its currency has a reason of
    /// its own.
    fn is_part(&self, leg: &Leg) -> bool {
        let amount = parse::money(&self.amount, "", leg.scale);
        self.amount.is_empty() || amount.map_or(true, |amount| amount <= leg.amount)
    }
}

/// `buyer_id, amount and currency are not those of order "o1"`.
fn listed(mut columns: Vec<&str>, order: &str) -> Option<String> {
    let last = columns.pop()?;
    Some(match columns.is_empty() {
        true => format!("{last} is not that of order {order:?}"),
        false => format!("{} and {last} are not those of order {order:?}", columns.join(", ")),
    })
}
