//! Placing an order: what is agreed, before any money comes.

use super::Orders;
use super::acting::move_in_agenda;
use super::transaction::{Changes, Stop};
use crate::model::{Account, AccountFlags, Id, Timestamp};
use crate::orders::rules::parties::{
    SELLER_CODE, new_buyer_account, new_seller_account, seller_account,
};
use crate::orders::rules::rows::{
    ListedKey, ListedRow, OfBuyerRow, OfSellerRow, PartKey, PaymentRow, TermsRow, WHOLE,
};
use crate::orders::rules::{Leg, OrderStatus, Refusal, TenderKind, Terms};
use crate::store::Result;
use crate::store::house::ReadTransaction;
use crate::wallets::rules::rows::AccountRow;

impl Orders {
    /// Places an order; its id is its own for ever, and with the same terms it is placed once. From
    /// now on until the end of the policy's window for it, it is paid by [`Orders::tender_came`]
    /// and [`Orders::pay_from_wallet`].
    ///
    /// Refused: `id_must_be_valid`, `count_must_be_valid`, `amount_must_be_valid`,
    /// `line_must_be_valid`, `lines_must_equal_leg`, `tenders_must_equal_legs`,
    /// `commission_must_be_valid`, `policy_not_found`, `buyer_must_be_registered`,
    /// `seller_must_be_registered`; `account_must_fit` if a source is not an account of this
    /// ledger, is not external as a tender from outside has to be, is external, or a seller's
    /// earnings, as promotion cannot be, or is not that of a wallet as one from a wallet has to
    /// be; or if the commission account is none of this ledger that can take it: not external, not
    /// `managed`, not `spend_only`, without a limit of what comes in, and not that of a seller who
    /// pays it; or if what the buyer keeps goes to none that is `spend_only` and can take it;
    /// `order_exists_with_other_terms`.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn place(&self, order: Id, terms: &Terms) -> Result<Result<(), Refusal>> {
        if let Err(refusal) = terms.check() {
            return Ok(Err(refusal));
        }
        if order.is_zero() || order.is_max() {
            return Ok(Err(Refusal::of(OrderStatus::ID_MUST_BE_VALID)));
        }
        self.transact(order, |reading| {
            if let Some(known) = reading.get_alone::<TermsRow>(&order)? {
                return match known.terms() == *terms {
                    true => Ok((Changes::default(), ())),
                    false => Err(Refusal::of(OrderStatus::ORDER_EXISTS_WITH_OTHER_TERMS).into()),
                };
            }
            check_accounts(reading, terms)?;
            let now = reading.now();
            // Kept, or refused.
            let policy = self.shared.policies.of(reading, terms.policy)?;
            let mut changes = Changes::default();
            changes.put(&order, &TermsRow::of(terms, now))?;
            let begun = PaymentRow::begin(terms.tenders.len(), &policy, now);
            let whole = PartKey { order, part: WHOLE };
            move_in_agenda(&mut changes, whole, Timestamp::NONE, begun.due)?;
            let at = ListedKey { of: terms.buyer, at: now, order, part: WHOLE };
            changes.put::<OfBuyerRow>(&at, &ListedRow)?;
            for (part, leg) in (0..).zip(&terms.legs) {
                let at = ListedKey { of: leg.seller, at: now, order, part };
                changes.put::<OfSellerRow>(&at, &ListedRow)?;
            }
            Ok((changes, ()))
        })
    }
}

/// Refuses terms whose accounts are not there, or do not fit.
fn check_accounts(reading: &ReadTransaction, terms: &Terms) -> Result<(), Stop> {
    let of_ledger = |id: Id| -> Result<Option<Account>> {
        let found = reading.snapshot().account(id)?;
        Ok(found.filter(|account| account.ledger == terms.ledger))
    };
    // The host may have opened another one with that id.
    let is_registered = |new: Account| -> Result<bool> {
        let found = of_ledger(new.id)?;
        Ok(found.is_some_and(|found| found.code == new.code && found.has(new.flags)))
    };
    let refuse = |status| Err(Refusal::of(status).into());
    if !is_registered(new_buyer_account(terms.buyer, terms.ledger))? {
        return refuse(OrderStatus::BUYER_MUST_BE_REGISTERED);
    }
    for leg in &terms.legs {
        if !is_registered(new_seller_account(leg.seller, terms.ledger))? {
            return refuse(OrderStatus::SELLER_MUST_BE_REGISTERED);
        }
    }
    for tender in &terms.tenders {
        let account = of_ledger(tender.source)?;
        let is_wallet = tender.kind == TenderKind::Wallet
            && reading.peek::<AccountRow>(&tender.source)?.is_some();
        let is_fit = account.is_some_and(|account| {
            let is_external = account.has(AccountFlags::EXTERNAL);
            let is_others = account.has(AccountFlags::SPEND_ONLY) || account.code == SELLER_CODE;
            match tender.kind {
                TenderKind::External => is_external && !is_others,
                TenderKind::Promotion => !is_external && !is_others,
                TenderKind::Wallet => is_wallet,
            }
        });
        if !is_fit {
            return refuse(OrderStatus::ACCOUNT_MUST_FIT);
        }
    }
    let limits = |account: &Account| {
        account.has(AccountFlags::EXTERNAL)
            || account.has(AccountFlags::MANAGED)
            || account.has(AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS)
    };
    if let Some(keeping) = terms.keeping {
        let found = of_ledger(keeping.account)?;
        let is_own = |own: &Account| own.has(AccountFlags::SPEND_ONLY) && !limits(own);
        if !found.as_ref().is_some_and(is_own) {
            return refuse(OrderStatus::ACCOUNT_MUST_FIT);
        }
    }
    let commission = terms.commission_account;
    let pays_itself =
        |leg: &Leg| leg.has_commission() && seller_account(leg.seller, terms.ledger) == commission;
    let is_fit = commission.is_zero()
        || of_ledger(commission)?
            .is_some_and(|account| !account.has(AccountFlags::SPEND_ONLY) && !limits(&account))
            && !terms.legs.iter().any(pays_itself);
    if is_fit { Ok(()) } else { refuse(OrderStatus::ACCOUNT_MUST_FIT) }
}
