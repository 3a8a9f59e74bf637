//! Limits against a plain list of all payments, and the fine points one by one.
#![allow(clippy::inconsistent_digit_grouping, reason = "the last two digits are cents")]
#![allow(clippy::arithmetic_side_effects, reason = "a test may panic")]

use super::*;
use crate::model::LedgerCode;
use crate::wallets::rules::policy::SmallPayments;
use proptest::prelude::*;

const DAY: u64 = 86_400;

fn ledger(code: &str, scale: u8) -> Ledger {
    Ledger::new(1, LedgerCode::new(code).expect("a code"), scale)
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds).expect("a time")
}

fn intent(tier: u8, amount: u32, seconds: u64) -> Intent {
    let (operation, amount) = (WalletOperation::Pay, Amount::from(amount));
    Intent { operation, amount, tier, in_cooldown: false, now: at(seconds) }
}

/// Pays one after the other, and gives what became of the last.
fn last(policy: &Policy, code: &str, payments: &[Intent]) -> Result<Counters, Excess> {
    let rules = Rules::of(policy, &ledger(code, 2))?;
    let mut counters = Counters::default();
    let (last, before) = payments.split_last().expect("a payment");
    for payment in before {
        counters = rules.pay(&counters, payment).expect("within the limits");
    }
    rules.pay(&counters, last)
}

#[test]
fn a_payment_above_the_limit_names_the_smallest_tier_that_allows_it() {
    use Excess::{NeedsTier, NoTier};
    // 2026-01-31 23:59:59 UTC, and a second later.
    let (month_end, month_begin) = (1_769_903_999, 1_769_904_000);
    type Case<'c> = (Policy, &'c str, &'c [Intent], Result<(), Excess>);
    let cases: &[Case<'_>] = &[
        (Policy::article(), "USD", &[intent(0, 200_00, 1)], Ok(())),
        (Policy::article(), "USD", &[intent(0, 200_01, 1)], Err(NeedsTier(1))),
        (Policy::article(), "USD", &[intent(1, 999_999_99, 1)], Ok(())),
        // A tier that is not there any more counts as the highest.
        (Policy::article(), "USD", &[intent(9, 999_999_99, 1)], Ok(())),
        (Policy::article(), "EUR", &[intent(1, 1, 1)], Err(Excess::NoCurrency)),
        (Policy::none(), "POINTS", &[intent(0, u32::MAX, 1)], Ok(())),
        (Policy::eu_amld5(), "EUR", &[intent(0, 50_01, 1)], Err(NeedsTier(1))),
        (
            Policy::eu_amld5(),
            "EUR",
            &[intent(0, 50_00, 1), intent(0, 50_00, 2), intent(0, 50_00, 3), intent(0, 1, 4)],
            Err(NeedsTier(1)),
        ),
        (
            Policy::eu_amld5(),
            "EUR",
            &[
                intent(0, 50_00, 1),
                intent(0, 50_00, 2),
                intent(0, 50_00, month_end),
                intent(0, 50_00, month_end),
                intent(0, 50_00, month_end),
                intent(0, 1, month_begin),
            ],
            Ok(()),
        ),
        (Policy::cn_pboc(), "CNY", &[intent(0, 1, 1)], Err(NeedsTier(1))),
        (Policy::cn_pboc(), "CNY", &[intent(1, 600_00, 1), intent(1, 400_00, 500 * DAY)], Ok(())),
        (
            Policy::cn_pboc(),
            "CNY",
            &[intent(1, 600_00, 1), intent(1, 400_01, 500 * DAY)],
            Err(NeedsTier(2)),
        ),
        (Policy::cn_pboc(), "CNY", &[intent(2, 5_000_01, 1)], Err(NoTier(Some(Limit::PerDay)))),
    ];
    for (policy, code, payments, expected) in cases {
        let found = last(policy, code, payments).map(drop);
        assert_eq!(found, *expected, "{} {payments:?}", policy.name);
    }
}

#[test]
fn class_two_pays_a_hundred_thousand_a_year_that_begins_in_beijing() {
    // 2025-12-31 15:59:59 UTC is the last second of the year in Beijing.
    let year_end = 1_767_196_799;
    let mut payments: Vec<_> =
        (1..=20).map(|day| intent(2, 5_000_00, year_end - day * DAY)).rev().collect();
    payments.push(intent(2, 1, year_end));
    assert_eq!(last(&Policy::cn_pboc(), "CNY", &payments), Err(Excess::NeedsTier(3)));
    payments[20].now = at(year_end + 1);
    assert_eq!(last(&Policy::cn_pboc(), "CNY", &payments).map(drop), Ok(()));
}

#[test]
fn a_fresh_recovery_lowers_the_limits_of_every_tier() {
    let policy = Policy::article();
    for tier in [0, 1] {
        let fresh = |amount| Intent { in_cooldown: true, ..intent(tier, amount, 1) };
        let cooldown = |limit| Err(Excess::Cooldown(limit));
        assert_eq!(last(&policy, "USD", &[fresh(50_00), fresh(50_00)]).map(drop), Ok(()));
        assert_eq!(last(&policy, "USD", &[fresh(50_01)]), cooldown(Limit::PerPayment));
        let third = [fresh(50_00), fresh(50_00), fresh(1)];
        assert_eq!(last(&policy, "USD", &third), cooldown(Limit::PerDay));
        // What was paid before the recovery counts.
        let before = [intent(tier, 100_00, 1), fresh(1)];
        assert_eq!(last(&policy, "USD", &before), cooldown(Limit::PerDay));
    }
}

/// Every preset that limits a currency lowers its limits after a recovery, of cards too: whoever
/// took the password over has the cards as well.
#[test]
fn a_fresh_recovery_lowers_the_limits_of_every_preset() {
    use WalletOperation::{Pay, PayByCard};
    let policies = Policy::PRESETS.iter().filter_map(|name| Policy::preset(name));
    let limited = policies.filter_map(|policy| Some((policy.currencies.first()?.clone(), policy)));
    let mut count = 0;
    for (currency, policy) in limited {
        let tier = u8::try_from(policy.tiers.len() - 1).expect("few tiers");
        let lowest = [currency.cooldown.per_payment, currency.cooldown.per_day];
        let most = lowest.into_iter().flatten().min().expect("a limit");
        let above = most.checked_add(Amount::from(1u32)).expect("small");
        for operation in [Pay, PayByCard] {
            let pays = |amount, in_cooldown| {
                let payment = Intent { operation, amount, in_cooldown, ..intent(tier, 1, 1) };
                last(&policy, &currency.code, &[payment]).map(drop)
            };
            let name = &policy.name;
            assert_eq!((pays(most, true), pays(above, false)), (Ok(()), Ok(())), "{name}");
            assert!(matches!(pays(above, true), Err(Excess::Cooldown(_))), "{name}");
        }
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn a_clock_that_goes_back_frees_no_limit() {
    let payments = [intent(0, 150_00, 40 * DAY), intent(0, 150_00, DAY)];
    let counters = last(&Policy::article(), "USD", &payments).expect("within the limits");
    assert_eq!(counters.spent(&Policy::article(), at(40 * DAY)), [300_00; 4]);
    assert_eq!(counters.spent(&Policy::article(), at(80 * DAY)), [0, 0, 300_00, 300_00]);
}

#[test]
fn cards_count_where_the_policy_says_so() {
    let by_card =
        |tier, amount| Intent { operation: WalletOperation::PayByCard, ..intent(tier, amount, 1) };
    assert_eq!(last(&Policy::article(), "USD", &[by_card(0, 200_01)]), Err(Excess::NeedsTier(1)));
    let counters = last(&Policy::eu_amld5(), "EUR", &[by_card(0, 9_999_00)]);
    assert_eq!(counters, Ok(Counters::default()));
    assert_eq!(last(&Policy::cn_pboc(), "CNY", &[by_card(0, 1)]), Err(Excess::NeedsTier(1)));
}

#[test]
fn small_payments_need_no_password_for_a_while() {
    let mut policy = Policy::article();
    let small = SmallPayments {
        per_payment: Amount::from(30_00u32),
        in_a_row_sum: Amount::from(100_00u32),
        in_a_row: 5,
        waive_second_factor: false,
    };
    policy.currencies[0].small_payments = Some(small);
    let rules = Rules::of(&policy, &ledger("USD", 2)).expect("rules");
    let exempt = |counters: &Counters, amount| {
        let payment = intent(0, amount, 1);
        let paid = rules.pay(counters, &payment).expect("within the limits");
        rules.exempt(&paid, &payment).ok_or_else(|| Box::new(paid))
    };
    let start = Counters::default();
    assert!(exempt(&start, 30_01).is_err());
    let mut counters = start.clone();
    for _ in 0..3 {
        counters = exempt(&counters, 30_00).expect("small");
    }
    let paid = exempt(&counters, 10_01).expect_err("the sum is full");
    // The password begins the row anew.
    counters = paid.with_password();
    for _ in 0..5 {
        counters = exempt(&counters, 1).expect("small");
    }
    assert!(exempt(&counters, 1).is_err(), "five in a row");
    let fresh = Intent { in_cooldown: true, ..intent(0, 1, 1) };
    let paid = rules.pay(&start, &fresh).expect("within the limits");
    assert_eq!(rules.exempt(&paid, &fresh), None, "not after a recovery");
}

#[test]
fn a_second_factor_is_due_above_a_payment_or_a_days_sum() {
    let policy = Policy::cn_pboc();
    let rules = Rules::of(&policy, &ledger("CNY", 2)).expect("rules");
    let needs = |payments: &[Intent]| {
        let paid = last(&policy, "CNY", payments).expect("within the limits");
        rules.needs_second_factor(&paid, payments.last().expect("one").amount)
    };
    assert!(!needs(&[intent(2, 1_000_00, 1)]));
    assert!(needs(&[intent(2, 1_000_00, 1), intent(2, 1, 2)]));
    assert!(!needs(&[intent(2, 1_000_00, 1), intent(2, 1, 2 * DAY)]));
}

proptest! {
    /// Whatever the order of payments, no period of the calendar holds more than its limit.
    #[test]
    fn no_order_of_payments_exceeds_a_limit(
        steps in prop::collection::vec((1u32..120, 0u64..20 * DAY), 1..200),
    ) {
        let limits = Limits {
            per_payment: Some(100u32.into()),
            per_day: Some(150u32.into()),
            per_month: Some(300u32.into()),
            per_year: Some(1_000u32.into()),
            lifetime: Some(2_500u32.into()),
            payments_per_day: Some(3),
            payments_per_month: Some(8),
            balance: None,
        };
        let mut policy = Policy::article();
        policy.currencies[0].tiers = vec![limits; 2];
        let rules = Rules::of(&policy, &ledger("USD", 2)).expect("rules");
        let (mut counters, mut now) = (Counters::default(), 1_700_000_000);
        let mut paid: Vec<(Periods, u32)> = Vec::new();
        for (amount, step) in steps {
            now += step;
            let here = || Periods::at(at(now), 0);
            // The oracle: everything that was paid, added up.
            let sum = |same: &dyn Fn(&Periods) -> bool| {
                let matching = paid.iter().filter(|(periods, _)| same(periods));
                let (sum, count) = matching.fold((amount, 1), |(s, c), (_, a)| (s + a, c + 1));
                (u128::from(sum), count)
            };
            let day = sum(&|periods| periods.day == here().day);
            let month = sum(&|periods| periods.month == here().month);
            let year = sum(&|periods| periods.year == here().year);
            let fits = amount <= 100 && day.0 <= 150 && month.0 <= 300 && year.0 <= 1_000
                && sum(&|_| true).0 <= 2_500 && day.1 <= 3 && month.1 <= 8;
            let found = rules.pay(&counters, &intent(0, amount, now));
            prop_assert_eq!(found.is_ok(), fits);
            if let Ok(after) = found {
                counters = after;
                paid.push((here(), amount));
            }
        }
    }
}
