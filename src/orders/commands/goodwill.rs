//! What the platform gives a buyer of its own money, at once.

use super::Orders;
use super::payment::payment;
use super::transaction::{Changes, Stop, content_of, former_step, terms};
use crate::model::{Account, AccountFlags, Amount, Id, Operation};
use crate::orders::rules::parties::{GOODWILL_CODE, SELLER_CODE};
use crate::orders::rules::refusal::refuse_if;
use crate::orders::rules::rows::{GOODWILL, StepKey, StepRow, TermsRow};
use crate::orders::rules::{Actor, OrderStatus, Party, Refusal};
use crate::store::Result;
use crate::store::house::ReadTransaction;

/// A sum for a buyer, of the platform's own money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Goodwill {
    /// An account of the platform, in the ledger of the order.
    pub from: Id,
    /// An account of the buyer's: `spend_only`, as a wallet's is. The host attests whose it is.
    pub to: Id,
    /// How much.
    pub amount: Amount,
}

impl Orders {
    /// A member of staff gives the buyer of an order a sum from an account of the platform, at
    /// once: a transfer of its own, whose `user_data_128` is the order. It stands beside the money
    /// of the order and is no refund of it: in any state, and as often as it is given.
    ///
    /// Again with the same `command` it changes nothing.
    ///
    /// Refused: `id_must_be_valid`, `staff_must_be_named`, `amount_must_be_valid`,
    /// `command_id_is_taken`, `order_not_found`; `account_must_fit` if the first is none of the
    /// platform in this ledger, being external, `managed`, `spend_only` or a seller's, or the
    /// second none of a buyer's; `refused_by_ledger` if the platform's account has not got it, say.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn give_goodwill(
        &self,
        order: Id,
        goodwill: &Goodwill,
        staff: &str,
        command: Id,
    ) -> Result<Result<(), Refusal>> {
        let Goodwill { from, to, amount } = *goodwill;
        let is_valid = amount.is_valid() && !amount.is_zero();
        let fit = Actor::Staff(staff)
            .check()
            .and_then(|()| refuse_if(!is_valid, OrderStatus::AMOUNT_MUST_BE_VALID));
        if let Err(refusal) = fit {
            return Ok(Err(refusal));
        }
        let units = amount.minor_units().to_be_bytes();
        let parts = [b"goodwill", &from.to_bytes()[..], &to.to_bytes(), &units, staff.as_bytes()];
        let content = content_of(&parts);
        self.transact(order, |reading| {
            let terms = terms(reading, order)?;
            let key = StepKey { order, command };
            if former_step(reading, key, content)?.is_some() {
                return Ok((Changes::default(), ()));
            }
            check_accounts(reading, &terms, goodwill)?;
            let mut payment = payment(reading, &self.shared.policies, (order, &terms))?;
            payment.goodwill = payment.goodwill.saturating_add(amount.minor_units());
            let mut changes = Changes::default();
            changes.put(&order, &payment)?;
            changes.operations([Operation {
                code: GOODWILL_CODE,
                user_data_128: order,
                ..Operation::transfer(Id::new(), from, to, terms.ledger, amount)
            }]);
            let step = StepRow::of_order(reading.now(), GOODWILL, Party::Staff);
            let (staff, amount) = (staff.to_owned(), Some(amount.minor_units()));
            changes.put(&key, &StepRow { content, staff, amount, ..step })?;
            Ok((changes, ()))
        })
    }
}

/// Refuses accounts that are not the platform's and a buyer's.
fn check_accounts(
    reading: &ReadTransaction,
    terms: &TermsRow,
    goodwill: &Goodwill,
) -> Result<(), Stop> {
    let of_ledger = |id: Id| -> Result<Option<Account>> {
        let found = reading.snapshot().account(id)?;
        Ok(found.filter(|account| account.ledger == terms.ledger))
    };
    let is_open = |account: &Account| {
        !account.has(AccountFlags::EXTERNAL) && !account.has(AccountFlags::MANAGED)
    };
    let is_platforms = of_ledger(goodwill.from)?.is_some_and(|from| {
        is_open(&from) && !from.has(AccountFlags::SPEND_ONLY) && from.code != SELLER_CODE
    });
    let is_buyers =
        of_ledger(goodwill.to)?.is_some_and(|to| is_open(&to) && to.has(AccountFlags::SPEND_ONLY));
    refuse_if(!is_platforms || !is_buyers, OrderStatus::ACCOUNT_MUST_FIT)?;
    Ok(())
}
