//! Limits: of payments, of what is stored, of small payments without a password.

use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::policy::{EvidenceKind, Limits, SmallPayments};
use escrowdb::wallet::*;
use escrowdb::*;
use std::sync::Barrier;
use std::thread;

/// Small payments up to 10.00, three in a row.
fn with_small_payments() -> Policy {
    let mut policy = Policy::article();
    policy.currencies[0].small_payments = Some(SmallPayments {
        per_payment: amount(10_00),
        in_a_row_sum: amount(25_00),
        in_a_row: 3,
        waive_second_factor: false,
    });
    policy
}

/// The customer forgot the payment password, and sets it anew through support.
fn recover_password(market: &Market, of: Customer) {
    let (case, wallets) = (market.fresh(), &market.wallets);
    let expires_at = Timestamp::NONE;
    let kind = EvidenceKind::PASSPORT;
    let scan = Evidence { kind, hash: [3; 32], reference: "scans/1", expires_at };
    wallets.open_recovery(case, of.wallet, &staff("eve")).unwrap().unwrap();
    wallets.add_recovery_evidence(case, &scan, &Actor::Customer).unwrap().unwrap();
    wallets.review_recovery(case, &staff("bob")).unwrap().unwrap();
    wallets.decide_recovery(case, RecoveryDecision::Approve, &staff("bob")).unwrap().unwrap();
    let token = market.secret(LetterKind::RESET_PAYMENT_PASSWORD);
    wallets.reset_payment_password(&token, PAYMENT).unwrap().unwrap();
}

/// The shop hears which tier would allow it, and when a lower limit ends.
#[test]
fn limits_are_refusals_to_act_on() {
    let mut policy = Policy::article();
    policy.identity.recovery.cooldown_seconds = 600;
    let market = Market::new(policy);
    let anna = market.customer(2_000_00);
    let refusal = market.authorised(anna, 200_01).unwrap_err();
    assert_eq!((refusal.status, refusal.tier), (W::NEEDS_TIER, 1));
    for day in 0..5 {
        market.at(START + day * DAY);
        market.pays(anna, 200_00).unwrap();
    }
    assert_eq!(market.pays(anna, 1).unwrap_err().tier, 1, "the month is full");
    market.at(START + 31 * DAY);
    market.pays(anna, 1_00).unwrap();

    market.approve(anna, market.now().plus_seconds(3_600));
    market.pays(anna, 300_00).unwrap();
    recover_password(&market, anna);
    let refusal = market.pays(anna, 51_00).unwrap_err();
    assert_eq!(refusal.status, W::EXCEEDS_COOLDOWN_LIMIT);
    assert!(market.now() < refusal.until && refusal.until <= market.now().plus_seconds(600));
    market.at(START + 31 * DAY + 700);
    market.pays(anna, 300_00).unwrap();
    // The approval ends, and nobody had to do anything.
    market.at(START + 31 * DAY + 3_700);
    assert_eq!(market.pays(anna, 201_00).unwrap_err().status, W::NEEDS_TIER);
    assert_eq!(market.wallets.spending(anna.wallet).unwrap().unwrap().tier, 0);
}

/// What no tier would allow is refused by the name of the limit, and nothing is paid.
#[test]
fn a_limit_that_no_tier_lifts_is_named() {
    let most = Some(amount(150_00));
    let none = Limits::default();
    for (limits, days, expected) in [
        (Limits { per_payment: Some(amount(99_99)), ..none }, 0, W::EXCEEDS_LIMIT_PER_PAYMENT),
        (Limits { per_day: most, ..none }, 0, W::EXCEEDS_LIMIT_PER_DAY),
        (Limits { per_month: most, ..none }, 1, W::EXCEEDS_LIMIT_PER_MONTH),
        (Limits { per_year: most, ..none }, 60, W::EXCEEDS_LIMIT_PER_YEAR),
        (Limits { lifetime: most, ..none }, 600, W::EXCEEDS_LIFETIME_LIMIT),
        (Limits { payments_per_day: Some(1), ..none }, 0, W::EXCEEDS_PAYMENTS_PER_DAY),
        (Limits { payments_per_month: Some(1), ..none }, 1, W::EXCEEDS_PAYMENTS_PER_MONTH),
    ] {
        let mut policy = Policy::article();
        policy.currencies[0].tiers = vec![limits; 2];
        let market = Market::new(policy);
        let anna = market.customer(1_000_00);
        let is_first_refused = limits.per_payment.is_some();
        assert_eq!(market.pays(anna, 100_00).is_err(), is_first_refused, "{expected}");
        market.at(START + days * DAY);
        assert_eq!(verdict(market.pays(anna, 100_00)), Err(expected));
        let paid = if is_first_refused { 0 } else { 100_00 };
        assert_eq!(market.balances(anna.account).debits_pending, amount(paid), "{expected}");
    }
    let mut policy = Policy::article();
    policy.currencies[0].tiers = vec![Limits { balance: most, ..none }; 2];
    let market = Market::new(policy);
    let anna = market.customer(0);
    let top_up =
        Operation::transfer(market.fresh(), id(BANK), anna.account, LEDGER, amount(150_01));
    let refused = verdict(market.wallets.top_up(anna.wallet, top_up).unwrap());
    assert_eq!(refused, Err(W::EXCEEDS_BALANCE_LIMIT));

    // Euros, in a shop whose policy knows no other currency.
    let market = Market::new(Policy::eu_amld5());
    let anna = market.customer(100_00);
    assert_eq!(verdict(market.pays(anna, 1)), Err(W::LEDGER_HAS_NO_LIMITS));
}

/// Two authorisations within the limit do not add up to a payment above it: the payment is judged.
#[test]
fn the_limit_is_judged_when_it_is_paid() {
    let market = Market::new(Policy::article());
    let anna = market.customer(2_000_00);
    let payments: Vec<_> = (0..6).map(|_| market.authorised(anna, 200_00).unwrap()).collect();
    let results = market.wallets.pay_many(&payments).unwrap();
    let paid = results.iter().filter(|one| one.is_ok()).count();
    assert_eq!(paid, 5);
    assert_eq!(market.balances(anna.account).debits_pending, amount(1_000_00));
    let spending = market.wallets.spending(anna.wallet).unwrap().unwrap();
    assert_eq!((spending.month, spending.authorisations), (1_000_00, 1));
}

#[test]
fn small_payments_do_without_a_password_for_a_while() {
    let market = Market::new(with_small_payments());
    let anna = market.customer(100_00);
    let small = |units| verdict(market.wallets.pay(&market.payment(anna, units)).unwrap());
    assert_eq!(small(10_01), Err(W::PAYMENT_PASSWORD_IS_NEEDED));
    assert_eq!(small(10_00), Ok(()));
    assert_eq!(small(10_00), Ok(()));
    assert_eq!(small(5_01), Err(W::PAYMENT_PASSWORD_IS_NEEDED), "the sum");
    assert_eq!(small(1), Ok(()));
    assert_eq!(small(1), Err(W::PAYMENT_PASSWORD_IS_NEEDED), "the number");
    market.pays(anna, 1_00).unwrap();
    assert_eq!(small(10_00), Ok(()), "a password begins anew");
}

#[test]
fn a_second_factor_is_demanded_where_the_policy_says_so() {
    let mut policy = Policy::article();
    policy.currencies[0].second_factor.above_per_payment = Some(amount(50_00));
    let market = Market::new(policy);
    let anna = market.customer(500_00);
    let payment = market.payment(anna, 60_00);
    let authorise = |second| market.authorise(&payment.purchase(), second);
    assert_eq!(verdict(authorise(false)), Err(W::SECOND_FACTOR_IS_NEEDED));
    let authorisation = Some(authorise(true).unwrap());
    market.wallets.pay(&Payment { authorisation, ..payment }).unwrap().unwrap();
    market.pays(anna, 50_00).unwrap();
}

/// Sixteen threads at the limit: it holds, and what it allows is paid.
#[test]
fn the_limit_holds_under_concurrency() {
    let market = Market::new(Policy::article());
    let anna = market.customer(5_000_00);
    let payments: Vec<_> = (0..12).map(|_| market.authorised(anna, 150_00).unwrap()).collect();
    let (wallets, barrier) = (&market.wallets, &Barrier::new(12));
    let paid = thread::scope(|scope| {
        let pay = |payment| {
            barrier.wait();
            wallets.pay(payment).unwrap().is_ok()
        };
        let threads: Vec<_> = payments.iter().map(|one| scope.spawn(move || pay(one))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|&paid| paid).count()
    });
    assert_eq!(paid, 6, "six times 150.00 are within 1,000.00 a month");
    assert_eq!(market.balances(anna.account).debits_pending, amount(900_00));
    assert!(market.is_balanced());
}

#[test]
fn top_ups_stay_within_what_may_be_stored() {
    let mut policy = Policy::article();
    policy.currencies[0].tiers[0].balance = Some(amount(150_00));
    let market = Market::new(policy);
    let anna = market.customer(0);
    let top_up =
        |units| Operation::transfer(market.fresh(), id(BANK), anna.account, LEDGER, amount(units));
    let (first, bad) = (top_up(100_00), top_up(50_01));
    market.wallets.top_up(anna.wallet, first).unwrap().unwrap();
    assert_eq!(market.wallets.top_up(anna.wallet, bad).unwrap().unwrap_err().tier, 1);
    assert_eq!(
        market.wallets.top_up(anna.wallet, first).unwrap().map(|outcome| outcome.status),
        Ok(Status::EXISTS)
    );
    // What waits in escrow still counts as stored: it can come back.
    market.pays(anna, 60_00).unwrap();
    assert_eq!(
        verdict(market.wallets.top_up(anna.wallet, top_up(50_01)).unwrap()),
        Err(W::NEEDS_TIER)
    );
    market.wallets.top_up(anna.wallet, top_up(50_00)).unwrap().unwrap();
    for wrong in [
        Operation { debit_account: id(SELLER), ..top_up(1) },
        Operation { credit_account: id(SELLER), ..top_up(1) },
        Operation { kind: Kind::HOLD, ..top_up(1) },
        top_up(1).with_flags(OperationFlags::BALANCING_DEBIT),
    ] {
        let found = verdict(market.wallets.top_up(anna.wallet, wrong).unwrap());
        assert_eq!(found, Err(W::PAYMENT_MUST_BE_PLAIN), "{wrong:?}");
    }
}
