//! What counted against the limit that stood in the way: for the refusal to say.

use super::{Counters, Elsewhere, Excess, Intent, Limit, Limits, Rules};
use crate::model::Amount;
use crate::wallets::rules::policy::WalletOperation;

/// A limit, and what counts against it, in minor units of the ledger or as a number of payments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Against {
    pub(crate) limit: Limit,
    pub(crate) most: u128,
    /// Before what is judged, elsewhere too.
    pub(crate) counted: u128,
    /// The part of `counted` that other wallets paid or hold.
    pub(crate) elsewhere: u128,
}

impl Rules<'_> {
    /// The limit of which [`Rules::pay`] said this, and what counted against it. `None` if none
    /// was in the way.
    pub(crate) fn against(
        &self,
        counters: &Counters,
        intent: &Intent,
        excess: Excess,
    ) -> Option<Against> {
        let limits = self.limits_of(intent, excess)?;
        let covers_cards = self.policy.payments.limits_cover_cards;
        let counts = covers_cards || intent.operation != WalletOperation::PayByCard;
        let nothing = (Counters::default(), Elsewhere::default());
        let (counters, other) = if counts { (counters.clone(), self.elsewhere) } else { nothing };
        let after = counters.after(self.policy, intent.amount, intent.now);
        let limit = after.exceeded(limits, intent.amount, &other)?;
        let units = |amount: Option<Amount>| amount.map(Amount::minor_units);
        let sum = |sum: u128| sum.saturating_sub(intent.amount.minor_units());
        let number = |count: u32| u128::from(count.saturating_sub(1));
        let (most, own, elsewhere) = match limit {
            Limit::PerPayment => (units(limits.per_payment)?, 0, 0),
            Limit::PerDay => (units(limits.per_day)?, sum(after.day.sum), other.day.sum),
            Limit::PerMonth => (units(limits.per_month)?, sum(after.month.sum), other.month.sum),
            Limit::PerYear => (units(limits.per_year)?, sum(after.year.sum), other.year.sum),
            Limit::Lifetime => (units(limits.lifetime)?, sum(after.lifetime), other.lifetime),
            Limit::PaymentsPerDay => {
                let most = limits.payments_per_day?.into();
                (most, number(after.day.count), other.day.count.into())
            }
            Limit::PaymentsPerMonth => {
                let most = limits.payments_per_month?.into();
                (most, number(after.month.count), other.month.count.into())
            }
            Limit::Balance => return None,
        };
        Some(Against { limit, most, counted: own.saturating_add(elsewhere), elsewhere })
    }

    /// The same of [`Rules::top_up`]: `balance` is with what was to come in.
    pub(crate) fn against_balance(
        &self,
        balance: Amount,
        intent: &Intent,
        excess: Excess,
    ) -> Option<Against> {
        let most = self.limits_of(intent, excess)?.balance?.minor_units();
        let own = balance.minor_units().saturating_sub(intent.amount.minor_units());
        let elsewhere = self.elsewhere.balance;
        let counted = own.saturating_add(elsewhere);
        Some(Against { limit: Limit::Balance, most, counted, elsewhere })
    }

    /// The limits that an excess is about.
    fn limits_of(&self, intent: &Intent, excess: Excess) -> Option<&Limits> {
        let currency = self.currency?;
        let highest = currency.tiers.len().saturating_sub(1);
        match excess {
            Excess::NeedsTier(_) => currency.tiers.get(usize::from(intent.tier).min(highest)),
            Excess::NoTier(Some(_)) => currency.tiers.last(),
            Excess::Cooldown(_) => Some(&currency.cooldown),
            Excess::NoTier(None) | Excess::NoCurrency => None,
        }
    }
}
