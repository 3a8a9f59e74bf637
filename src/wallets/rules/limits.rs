//! How much a wallet may pay: counters of what it paid, compared with the limits of its tier.
//!
//! **When the counters begin anew.** A day, a month and a year are those of the calendar, by the
//! clock of the policy ([`Policy::utc_offset_minutes`]), as the laws that the presets stand for say
//! "a month" and "a year". So one row of a fixed size counts exactly, whatever the number of
//! payments. The price is known: two days' limits can be paid around one midnight. A wallet's time
//! never goes back: a payment at an earlier time counts into the latest period seen.
//!
//! **What counts.** A payment counts when it is made, with its whole amount, for as long as the
//! period lasts. A refund, or a cancelled or expired hold, gives nothing back, unless the policy
//! says so ([`Payments::refunds_give_back`](super::policy::Payments::refunds_give_back)): limits
//! bound what is ordered, not what is left of it, or paying and refunding in turns could move any
//! sum. Where it does, what comes back is subtracted from the sums of the periods of the payment,
//! while they last, and neither from numbers of payments nor from the sum of a lifetime. A payment
//! that the ledger refuses was not made, and does not count. Nor does one whose card was not
//! charged: it remembers what was counted for it, so that this can be taken back even if the policy
//! has changed. The counters are written in the chain of the payment, so none is lost.

mod against;

pub(crate) use against::Against;

use super::policy::{Currency, Limits, OtherCurrencies, Policy, Tier, WalletOperation};
use crate::model::{Amount, Ledger, Timestamp};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

/// Which limit stood in the way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Limit {
    /// [`Limits::per_payment`].
    PerPayment,
    /// [`Limits::per_day`].
    PerDay,
    /// [`Limits::per_month`].
    PerMonth,
    /// [`Limits::per_year`].
    PerYear,
    /// [`Limits::lifetime`].
    Lifetime,
    /// [`Limits::payments_per_day`].
    PaymentsPerDay,
    /// [`Limits::payments_per_month`].
    PaymentsPerMonth,
    /// [`Limits::balance`].
    Balance,
}

/// The reason why the limits do not allow something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Excess {
    /// The wallet's tier does not allow it; the smallest tier that would.
    NeedsTier(u8),
    /// No tier would allow it; the limit that stands in the way in the highest tier, or in the
    /// wallet's own if that is higher still. `None` if the operation itself is not allowed.
    NoTier(Option<Limit>),
    /// The wallet's tier would allow it, but for what holds after a recovery.
    Cooldown(Limit),
    /// The policy has no limits for this ledger, and so no payments.
    NoCurrency,
}

/// What a wallet paid in one ledger.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counters {
    day: Window,
    month: Window,
    year: Window,
    lifetime: u128,
    /// Exempt small payments since the last payment with a password: their sum and number.
    small_sum: u128,
    small_count: u32,
}

/// What was counted for a payment, and in which periods: it is subtracted again if the payment is
/// not made after all, even if the policy has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) enum Counted {
    /// Not known, because an older version wrote the row: the present policy decides.
    #[default]
    Unknown,
    /// Nothing.
    Nothing,
    /// Its amount, in these periods.
    In(Periods),
}

/// What was paid in one period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Window {
    /// Which one: rises with time.
    period: u32,
    sum: u128,
    count: u32,
}

impl Window {
    /// The window as it is in `period`: emptied if that is a later one.
    fn at(self, period: u32) -> Self {
        if period > self.period { Self { period, ..Self::default() } } else { self }
    }

    fn with(self, amount: Amount) -> Self {
        Self {
            sum: self.sum.saturating_add(amount.minor_units()),
            count: self.count.saturating_add(1),
            ..self
        }
    }

    /// The period that a payment in `period` counts into.
    fn number_at(self, period: u32) -> u32 {
        self.period.max(period)
    }

    fn refunded(self, period: u32, amount: Amount) -> Self {
        match period == self.period {
            true => Self { sum: self.sum.saturating_sub(amount.minor_units()), ..self },
            false => self,
        }
    }

    fn without(self, period: u32, amount: Amount) -> Self {
        if period != self.period {
            return self;
        }
        Self {
            sum: self.sum.saturating_sub(amount.minor_units()),
            count: self.count.saturating_sub(1),
            ..self
        }
    }
}

/// What counts beside a wallet: what the other wallets of its owner paid and hold, in minor units
/// of its own ledger. Nothing, unless the policy counts all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Elsewhere {
    day: Window,
    month: Window,
    year: Window,
    lifetime: u128,
    balance: u128,
}

impl Elsewhere {
    /// Adds what another wallet paid, and what lies there or is to come out of escrow. `None` if it
    /// has no rate by which to `convert` it.
    pub(crate) fn add(
        &mut self,
        (counters, balance): (&Counters, u128),
        (policy, now): (&Policy, Timestamp),
        convert: impl Fn(u128) -> Option<u128>,
    ) -> Option<()> {
        let Periods { day, month, year } = Periods::at(now, policy.utc_offset_minutes);
        let add = |to: &mut Window, from: Window, period: u32| {
            let Window { sum, count, .. } = from.at(period);
            to.sum = to.sum.saturating_add(convert(sum)?);
            to.count = to.count.saturating_add(count);
            Some(())
        };
        add(&mut self.day, counters.day, day)?;
        add(&mut self.month, counters.month, month)?;
        add(&mut self.year, counters.year, year)?;
        self.lifetime = self.lifetime.saturating_add(convert(counters.lifetime)?);
        self.balance = self.balance.saturating_add(convert(balance)?);
        Some(())
    }
}

/// The limits of a policy in one ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<'policy> {
    policy: &'policy Policy,
    /// `None` where nothing is limited.
    currency: Option<&'policy Currency>,
    elsewhere: Elsewhere,
}

/// What is to be paid, and the tier of the wallet that pays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intent {
    pub(crate) operation: WalletOperation,
    pub(crate) amount: Amount,
    /// The wallet's tier now.
    pub(crate) tier: u8,
    /// Whether lower limits apply after a recovery.
    pub(crate) in_cooldown: bool,
    pub(crate) now: Timestamp,
}

impl<'policy> Rules<'policy> {
    /// The rules that `policy` has for `ledger`.
    pub(crate) fn of(policy: &'policy Policy, ledger: &Ledger) -> Result<Self, Excess> {
        let code = ledger.code.as_str();
        let named = policy.currencies.iter().find(|currency| currency.code == code);
        match named {
            Some(currency) if currency.scale == ledger.scale() => {
                Ok(Self { policy, currency: Some(currency), elsewhere: Elsewhere::default() })
            }
            Some(_) => Err(Excess::NoCurrency),
            None if policy.other_currencies == OtherCurrencies::Unlimited => {
                Ok(Self { policy, currency: None, elsewhere: Elsewhere::default() })
            }
            None => Err(Excess::NoCurrency),
        }
    }

    /// The same, with what counts beside the wallet.
    pub(crate) fn beside(self, elsewhere: Elsewhere) -> Self {
        Self { elsewhere, ..self }
    }

    /// The counters after the payment, if the limits allow it.
    pub(crate) fn pay(&self, counters: &Counters, intent: &Intent) -> Result<Counters, Excess> {
        let after = counters.after(self.policy, intent.amount, intent.now);
        if intent.operation == WalletOperation::PayByCard
            && !self.policy.payments.limits_cover_cards
        {
            self.allowed(intent, |_| None)?;
            // It is not counted; after a recovery it is held against the limits alone.
            let alone = Counters::default().after(self.policy, intent.amount, intent.now);
            let nothing = Elsewhere::default();
            self.cooled_down(intent, |limits| alone.exceeded(limits, intent.amount, &nothing))?;
            return Ok(counters.clone());
        }
        let elsewhere = &self.elsewhere;
        self.allowed(intent, |limits| after.exceeded(limits, intent.amount, elsewhere))?;
        Ok(after)
    }

    /// Whether `balance` may lie in the wallet after a top-up.
    pub(crate) fn top_up(&self, balance: Amount, intent: &Intent) -> Result<(), Excess> {
        let sum = balance.minor_units().saturating_add(self.elsewhere.balance);
        let above = |limits: &Limits| limits.balance.is_some_and(|most| sum > most.minor_units());
        self.allowed(intent, |limits| above(limits).then_some(Limit::Balance))
    }

    /// As much of the amount as may come into a wallet where `balance` lies.
    pub(crate) fn room(&self, balance: Amount, intent: &Intent) -> Amount {
        let fits = |part: Amount| {
            let after = balance.checked_add(part);
            after.is_some_and(|after| self.top_up(after, intent).is_ok())
        };
        if fits(intent.amount) {
            return intent.amount;
        }
        let own = usize::from(intent.tier).min(self.policy.tiers.len().saturating_sub(1));
        let of_tier = self.currency.and_then(|currency| currency.tiers.get(own));
        let cooldown = self.currency.filter(|_| intent.in_cooldown).map(|one| &one.cooldown);
        let limits = of_tier.into_iter().chain(cooldown);
        let most = limits.filter_map(|limits| limits.balance).min().unwrap_or(Amount::ZERO);
        let elsewhere = Amount::new(self.elsewhere.balance).unwrap_or(Amount::MAX);
        let left = most.checked_sub(balance).and_then(|left| left.checked_sub(elsewhere));
        let part = left.unwrap_or(Amount::ZERO).min(intent.amount);
        if fits(part) { part } else { Amount::ZERO }
    }

    /// Whether the payment needs no password; the counters to be written with it then. `paid` are
    /// those that [`Rules::pay`] gave.
    pub(crate) fn exempt(&self, paid: &Counters, intent: &Intent) -> Option<Counters> {
        let small = self.currency?.small_payments.as_ref()?;
        let sum = paid.small_sum.checked_add(intent.amount.minor_units())?;
        let count = paid.small_count.checked_add(1)?;
        let is_small = intent.amount <= small.per_payment
            && sum <= small.in_a_row_sum.minor_units()
            && count <= small.in_a_row
            && !intent.in_cooldown
            && (small.waive_second_factor || !self.needs_second_factor(paid, intent.amount));
        is_small.then(|| Counters { small_sum: sum, small_count: count, ..paid.clone() })
    }

    /// Whether the payment, whose counters [`Rules::pay`] gave, needs a second factor.
    pub(crate) fn needs_second_factor(&self, paid: &Counters, amount: Amount) -> bool {
        let Some(currency) = self.currency else { return false };
        let rule = &currency.second_factor;
        let above =
            |limit: Option<Amount>, sum: u128| limit.is_some_and(|limit| sum > limit.minor_units());
        above(rule.above_per_payment, amount.minor_units())
            || above(rule.above_per_day, paid.day.sum.saturating_add(self.elsewhere.day.sum))
    }

    /// Tries the wallet's tier; if that does not allow it, says which tier would.
    fn allowed(
        &self,
        intent: &Intent,
        exceeded: impl Fn(&Limits) -> Option<Limit>,
    ) -> Result<(), Excess> {
        let obstacle = |number: usize, tier: &Tier| {
            let limits = self.currency.and_then(|currency| currency.tiers.get(number));
            match tier.operations.contains(&intent.operation) {
                true => limits.and_then(&exceeded).map(Some),
                false => Some(None),
            }
        };
        // A tier that a newer policy does not have any more counts as its highest.
        let highest = self.policy.tiers.len().saturating_sub(1);
        let own = usize::from(intent.tier).min(highest);
        let mut tiers = self.policy.tiers.iter().enumerate().skip(own);
        let mut last = None;
        let found = tiers.find(|(number, tier)| {
            last = obstacle(*number, tier);
            last.is_none()
        });
        match found {
            Some((number, _)) if number == own => self.cooled_down(intent, exceeded),
            Some((number, _)) => Err(Excess::NeedsTier(u8::try_from(number).unwrap_or(u8::MAX))),
            None => Err(Excess::NoTier(last.flatten())),
        }
    }

    fn cooled_down(
        &self,
        intent: &Intent,
        exceeded: impl Fn(&Limits) -> Option<Limit>,
    ) -> Result<(), Excess> {
        let Some(currency) = self.currency.filter(|_| intent.in_cooldown) else { return Ok(()) };
        exceeded(&currency.cooldown).map_or(Ok(()), |limit| Err(Excess::Cooldown(limit)))
    }
}

impl Counters {
    /// The counters with the payment.
    fn after(&self, policy: &Policy, amount: Amount, now: Timestamp) -> Self {
        let Periods { day, month, year } = Periods::at(now, policy.utc_offset_minutes);
        Self {
            day: self.day.at(day).with(amount),
            month: self.month.at(month).with(amount),
            year: self.year.at(year).with(amount),
            lifetime: self.lifetime.saturating_add(amount.minor_units()),
            ..self.clone()
        }
    }

    /// The counters with a payment that no limit stops: staff decided it.
    pub(crate) fn with(&self, policy: &Policy, amount: Amount, now: Timestamp) -> Self {
        self.after(policy, amount, now)
    }

    /// What is counted for a payment by card that begins now: see [`Rules::pay`].
    pub(crate) fn counts_card(&self, policy: &Policy, now: Timestamp) -> Counted {
        if !policy.payments.limits_cover_cards {
            return Counted::Nothing;
        }
        let Periods { day, month, year } = Periods::at(now, policy.utc_offset_minutes);
        Counted::In(Periods {
            day: self.day.number_at(day),
            month: self.month.number_at(month),
            year: self.year.number_at(year),
        })
    }

    /// The counters without a payment that was not made after all: the card was not charged.
    /// Periods that are over stay over.
    pub(crate) fn without(&self, amount: Amount, counted: Counted) -> Self {
        let Counted::In(Periods { day, month, year }) = counted else { return self.clone() };
        Self {
            day: self.day.without(day, amount),
            month: self.month.without(month, amount),
            year: self.year.without(year, amount),
            lifetime: self.lifetime.saturating_sub(amount.minor_units()),
            ..self.clone()
        }
    }

    /// The counters after a payment with a password: small ones are counted anew.
    pub(crate) fn with_password(self) -> Self {
        Self { small_sum: 0, small_count: 0, ..self }
    }

    /// The counters without what came back of a payment of that time, as far as its periods last.
    pub(crate) fn refunded(&self, amount: Amount, counted: Counted) -> Self {
        let Counted::In(Periods { day, month, year }) = counted else { return self.clone() };
        Self {
            day: self.day.refunded(day, amount),
            month: self.month.refunded(month, amount),
            year: self.year.refunded(year, amount),
            ..self.clone()
        }
    }

    /// The first limit that these counters, which include the payment, and what counts elsewhere
    /// exceed.
    fn exceeded(&self, limits: &Limits, payment: Amount, elsewhere: &Elsewhere) -> Option<Limit> {
        let above = |limit: Option<Amount>, sum: u128, more: u128| {
            limit.is_some_and(|limit| sum.saturating_add(more) > limit.minor_units())
        };
        let more = |limit: Option<u32>, count: u32, more: u32| {
            limit.is_some_and(|limit| count.saturating_add(more) > limit)
        };
        [
            (Limit::PerPayment, above(limits.per_payment, payment.minor_units(), 0)),
            (Limit::PerDay, above(limits.per_day, self.day.sum, elsewhere.day.sum)),
            (Limit::PerMonth, above(limits.per_month, self.month.sum, elsewhere.month.sum)),
            (Limit::PerYear, above(limits.per_year, self.year.sum, elsewhere.year.sum)),
            (Limit::Lifetime, above(limits.lifetime, self.lifetime, elsewhere.lifetime)),
            (
                Limit::PaymentsPerDay,
                more(limits.payments_per_day, self.day.count, elsewhere.day.count),
            ),
            (
                Limit::PaymentsPerMonth,
                more(limits.payments_per_month, self.month.count, elsewhere.month.count),
            ),
        ]
        .into_iter()
        .find_map(|(limit, is_exceeded)| is_exceeded.then_some(limit))
    }

    /// Whether anything was paid on the day of a time or later.
    pub(crate) fn has_paid_since(&self, policy: &Policy, since: Timestamp) -> bool {
        self.day.period >= Periods::at(since, policy.utc_offset_minutes).day
    }

    /// What was paid in the day, the month and the year of `now`, and ever, in minor units.
    pub(crate) fn spent(&self, policy: &Policy, now: Timestamp) -> [u128; 4] {
        let Periods { day, month, year } = Periods::at(now, policy.utc_offset_minutes);
        let sums = [self.day.at(day), self.month.at(month), self.year.at(year)];
        let [day, month, year] = sums.map(|window| window.sum);
        [day, month, year, self.lifetime]
    }
}

impl Counted {
    /// In the periods of a payment from the wallet that was made then.
    pub(crate) fn at(policy: &Policy, then: Timestamp) -> Self {
        Self::In(Periods::at(then, policy.utc_offset_minutes))
    }

    /// The same; what is not known is taken as what this policy would have counted for a payment by
    /// card at that time.
    pub(crate) fn known(self, policy: &Policy, then: Timestamp) -> Self {
        match self {
            Self::Unknown => Counters::default().counts_card(policy, then),
            known => known,
        }
    }
}

/// The numbers of the day, month and year of a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Periods {
    day: u32,
    month: u32,
    year: u32,
}

impl Periods {
    fn at(now: Timestamp, utc_offset_minutes: i16) -> Self {
        let offset = Offset::from_seconds(i32::from(utc_offset_minutes).saturating_mul(60));
        let zone = TimeZone::fixed(offset.unwrap_or(Offset::UTC));
        // Up to the year 2554, which every calendar knows.
        let instant = jiff::Timestamp::from_nanosecond(now.nanoseconds().into());
        let date = instant.unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(zone).date();
        let year = u32::try_from(date.year()).unwrap_or_default();
        let month = u32::try_from(date.month()).unwrap_or_default();
        let day = u32::try_from(date.day()).unwrap_or_default();
        // Not days and months since a time, but numbers that rise as these do.
        let month = year.saturating_mul(100).saturating_add(month);
        Self { day: month.saturating_mul(100).saturating_add(day), month, year }
    }
}

#[cfg(test)]
mod tests;
