//! Limits over all wallets of a person, and refunds that give them back: against a plain list of
//! all payments, and the story.

use crate::further_wallets::{EUROS, add_ledger, bank_of, in_euros};
use crate::market::{Customer, Market, START, amount, verdict};
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::policy::*;
use escrowdb::wallet::*;
use escrowdb::*;
use proptest::prelude::*;

const YEN: u32 = 3;
/// The sellers of the ledgers: dollars, euros, yen.
const SELLERS: [u128; 3] = [2, 8_002, 8_003];
const LEDGERS: [u32; 3] = [LEDGER, EUROS, YEN];
/// What a unit of the smallest coin is worth, in parts of a hundred thousandth of a dollar.
const WORTH: [u128; 3] = [1_000, 1_250, 800];

fn rate(code: &str, worth: &str) -> ExchangeRate {
    ExchangeRate { code: code.into(), worth: Worth::parse(worth).unwrap() }
}

fn units(units: u32) -> Option<Amount> {
    Some(Amount::from(units))
}

/// One tier with limits in dollars, euros and yen, and none in points. Nothing asks for a password.
fn over_all() -> Policy {
    let mut policy = Policy::none();
    let currency = |code: &str, scale, limits| Currency {
        code: code.into(),
        scale,
        tiers: vec![limits],
        cooldown: Limits::default(),
        small_payments: Some(SmallPayments {
            per_payment: Amount::MAX,
            in_a_row_sum: Amount::MAX,
            in_a_row: u32::MAX,
            waive_second_factor: true,
        }),
        second_factor: SecondFactor::default(),
    };
    let limits = Limits {
        per_payment: units(60_00),
        per_day: units(100_00),
        per_month: units(180_00),
        per_year: units(400_00),
        lifetime: units(900_00),
        payments_per_day: Some(4),
        payments_per_month: Some(9),
        balance: units(500_00),
    };
    policy.currencies = vec![
        currency("USD", 2, limits),
        currency("EUR", 2, limits),
        currency("JPY", 0, Limits { balance: None, ..limits }),
    ];
    policy.payments.small_before_password = true;
    let rates = vec![rate("USD", "1"), rate("EUR", "1.25"), rate("JPY", "0.008")];
    policy.over_all_wallets = Some(OverAllWallets { rates_of: "2026-03-09".into(), rates });
    policy
}

/// A market with two more ledgers, where a customer has a wallet in each.
fn market(policy: Policy) -> (Market, [Customer; 3]) {
    let market = Market::new(policy);
    let dollars = market.customer(400_00);
    add_ledger(&market.store, EUROS, "EUR", 2);
    add_ledger(&market.store, YEN, "JPY", 0);
    for (seller, ledger) in SELLERS.into_iter().zip(LEDGERS).skip(1) {
        let seller = Account::new(id(seller), ledger, 300, AccountFlags::NONE);
        market.store.create_accounts(&[seller]).unwrap();
    }
    let yen = NewWallet { wallet: wallet(801), account: account(801), ledger: YEN, code: 200 };
    let others = [in_euros(1), yen].map(|new| {
        market.wallets.open_wallet(dollars.person, &new).unwrap().unwrap();
        let (bank, ledger) = (bank_of(new.ledger), new.ledger);
        let pay_in = Operation::transfer(Id::new(), bank, new.account, ledger, amount(400_00));
        assert_eq!(market.submit(pay_in).status, Status::APPLIED);
        Customer { person: dollars.person, wallet: new.wallet, account: new.account }
    });
    (market, [dollars, others[0], others[1]])
}

/// Pays into escrow, without a password.
fn pay(market: &Market, by: Customer, place: usize, units: u32) -> Result<Id, WalletStatus> {
    let (hold, payee) = (market.fresh(), id(SELLERS[place]));
    let operation = Operation::hold(hold, by.account, payee, LEDGERS[place], amount(units));
    let order = market.fresh();
    let payment = Payment { wallet: by.wallet, order, authorisation: None, operation };
    market.wallets.pay(&payment).unwrap().map(|_| hold).map_err(|refusal| refusal.status)
}

fn refund(market: &Market, hold: Id, units: u32) -> Status {
    market.submit(Operation::refund(Id::new(), hold, amount(units))).status
}

/// Anna pays 60 dollars. Her limits are those of one person: 32.01 euros are 40.02 dollars, and too
/// much on that day; 32.00 are not. The next day is another one.
#[test]
fn what_one_wallet_paid_counts_in_the_other() {
    let (market, [dollars, euros, yen]) = market(over_all());
    assert!(pay(&market, dollars, 0, 60_00).is_ok());
    // By the limits of the euros 60.00 dollars are 48.00: 52.00 are left of a hundred.
    assert_eq!(pay(&market, euros, 1, 52_01), Err(W::EXCEEDS_LIMIT_PER_DAY));
    assert!(pay(&market, euros, 1, 52_00).is_ok());
    assert_eq!(pay(&market, dollars, 0, 1), Err(W::EXCEEDS_LIMIT_PER_DAY));
    assert_eq!(pay(&market, yen, 2, 1), Err(W::EXCEEDS_LIMIT_PER_DAY));
    let spent = market.wallets.spending(dollars.wallet).unwrap().unwrap();
    assert_eq!(spent.day, 60_00, "its own alone");
    market.at(START + DAY);
    assert!(pay(&market, dollars, 0, 40_00).is_ok());
    market.verify();
}

/// The customer is told which limit it is, and what counted against it.
#[test]
fn a_refusal_says_what_counted() {
    let mut policy = over_all();
    let tier = Tier {
        name: "verified".into(),
        operations: policy.tiers[0].operations.clone(),
        evidence: vec![vec![EvidenceKind::PASSPORT]],
        approval_days: None,
    };
    policy.tiers.push(tier);
    for currency in &mut policy.currencies {
        currency.tiers.push(Limits::default());
    }
    let (market, [dollars, euros, _]) = market(policy);
    pay(&market, dollars, 0, 60_00).unwrap();
    pay(&market, euros, 1, 20_00).unwrap();
    let refused = |by: Customer, place: usize, units| {
        let (payee, ledger) = (id(SELLERS[place]), LEDGERS[place]);
        let purchase =
            Purchase { wallet: by.wallet, order: id(77), payee, amount: amount(units), ledger };
        market.wallets.needs(&purchase).unwrap().unwrap_err()
    };
    let limit = |refusal: Refusal| {
        let found = refusal.exceeded.unwrap();
        (found.limit, found.most, found.counted, found.elsewhere)
    };
    let refusal = refused(dollars, 0, 30_00);
    assert_eq!((refusal.status, refusal.tier), (W::NEEDS_TIER, 1));
    assert_eq!(limit(refusal), (W::EXCEEDS_LIMIT_PER_DAY, 100_00, 85_00, 25_00));
    let refusal = refused(euros, 1, 60_01);
    assert_eq!(limit(refusal), (W::EXCEEDS_LIMIT_PER_PAYMENT, 60_00, 0, 0));
    for units in [1, 2] {
        pay(&market, dollars, 0, units).unwrap();
    }
    let refusal = refused(euros, 1, 1);
    assert_eq!(limit(refusal), (W::EXCEEDS_PAYMENTS_PER_DAY, 4, 4, 3));
    let coming = Operation::transfer(Id::new(), id(BANK), dollars.account, LEDGER, amount(900_00));
    let refusal = market.wallets.top_up(dollars.wallet, coming).unwrap().unwrap_err();
    // 400.00 dollars, 500.00 of euros and 320.00 of yen: what is in escrow may come back.
    let found = (W::EXCEEDS_BALANCE_LIMIT, 500_00, 1_220_00, 820_00);
    assert_eq!(limit(refusal), found);
    market.verify();
}

/// What lies in all wallets together, escrow included, is bounded too.
#[test]
fn balances_are_bounded_together() {
    let mut policy = over_all();
    policy.currencies[2].tiers[0].balance = units(200_00);
    policy.currencies[1].tiers[0].balance = units(1_000_00);
    // 400.00 dollars and 400.00 euros; 40,000 yen, which are 320.00 dollars.
    let (market, [dollars, euros, yen]) = market(policy);
    let top_up = |of: Customer, ledger, bank, units| {
        let coming = Operation::transfer(Id::new(), bank, of.account, ledger, amount(units));
        verdict(market.wallets.top_up(of.wallet, coming).unwrap())
    };
    assert_eq!(top_up(dollars, LEDGER, id(BANK), 1), Err(W::EXCEEDS_BALANCE_LIMIT));
    assert_eq!(top_up(yen, YEN, bank_of(YEN), 1), Err(W::EXCEEDS_BALANCE_LIMIT));
    // In euros: 320.00, 400.00 and 256.00; 24.00 are left.
    assert_eq!(top_up(euros, EUROS, bank_of(EUROS), 24_01), Err(W::EXCEEDS_BALANCE_LIMIT));
    assert_eq!(top_up(euros, EUROS, bank_of(EUROS), 24_00), Ok(()));
    market.verify();
}

/// A currency without a rate is not left out: whoever has a wallet in it pays nothing from any
/// until there is one, and none is opened there. Who has one wallet needs no rate.
#[test]
fn a_currency_without_a_rate_is_refused_and_never_left_out() {
    let mut policy = over_all();
    let (market, [dollars, _, yen]) = market(policy.clone());
    policy.currencies.pop();
    policy.over_all_wallets.as_mut().unwrap().rates.pop();
    policy.payments.refunds_give_back = true;
    let market = market.reopened(policy);
    let ben = market.customer(10_00);
    assert_eq!(pay(&market, dollars, 0, 1), Err(W::EXCHANGE_RATE_IS_MISSING));
    assert_eq!(pay(&market, yen, 2, 1), Err(W::EXCHANGE_RATE_IS_MISSING));
    let coming = Operation::transfer(Id::new(), id(BANK), dollars.account, LEDGER, amount(1));
    let topped_up = market.wallets.top_up(dollars.wallet, coming).unwrap();
    assert_eq!(verdict(topped_up), Err(W::EXCHANGE_RATE_IS_MISSING));
    assert!(pay(&market, ben, 0, 10_00).is_ok());
    let new = NewWallet { wallet: wallet(802), account: account(802), ledger: YEN, code: 200 };
    let opened = market.wallets.open_wallet(ben.person, &new).unwrap();
    assert_eq!(verdict(opened), Err(W::EXCHANGE_RATE_IS_MISSING));
    market.verify();
}

/// Two devices, two wallets, one person: whoever comes second is judged again.
#[test]
fn two_wallets_that_pay_at_once_do_not_pay_too_much() {
    let (market, [dollars, euros, _]) = market(over_all());
    let (shop, sellers) = (&market.wallets, SELLERS.map(id));
    let pay_often = |by: Customer, place: usize| {
        let mut paid = 0;
        for _ in 0..8 {
            let ledger = LEDGERS[place];
            let units = amount(if place == 0 { 25_00 } else { 20_00 });
            let operation = Operation::hold(Id::new(), by.account, sellers[place], ledger, units);
            let order = Id::new();
            let payment = Payment { wallet: by.wallet, order, authorisation: None, operation };
            paid += usize::from(shop.pay(&payment).unwrap().is_ok());
        }
        paid
    };
    let paid: usize = std::thread::scope(|scope| {
        let threads =
            [(dollars, 0), (euros, 1)].map(|(by, place)| scope.spawn(move || pay_often(by, place)));
        threads.map(|thread| thread.join().unwrap()).into_iter().sum()
    });
    assert_eq!(paid, 4, "of 25.00 dollars each");
    market.verify();
}

/// The goods are not there: Anna's 60 dollars come back, and she may order others on that day, for
/// as much. The number of payments and what she paid in her life stay what they were.
#[test]
fn a_refund_gives_its_day_month_and_year_back_where_the_policy_says_so() {
    let mut policy = over_all();
    policy.currencies[0].tiers[0].lifetime = units(420_00);
    for gives_back in [false, true] {
        policy.payments.refunds_give_back = gives_back;
        let (market, [dollars, euros, _]) = market(policy.clone());
        let first = pay(&market, dollars, 0, 60_00).unwrap();
        let second = pay(&market, dollars, 0, 40_00).unwrap();
        assert_eq!(refund(&market, first, 30_00), Status::APPLIED);
        assert_eq!(refund(&market, first, 30_00), Status::APPLIED);
        let spent = market.wallets.spending(dollars.wallet).unwrap().unwrap();
        let counts = if gives_back { 40_00 } else { 100_00 };
        assert_eq!((spent.day, spent.month, spent.year), (counts, counts, counts));
        assert_eq!(spent.lifetime, 100_00);
        if !gives_back {
            assert_eq!(pay(&market, dollars, 0, 1), Err(W::EXCEEDS_LIMIT_PER_DAY));
            assert_eq!(pay(&market, euros, 1, 20_01), Err(W::EXCEEDS_LIMIT_PER_DAY));
            continue;
        }
        // 40.00 dollars are 32.00 euros.
        assert_eq!(pay(&market, euros, 1, 68_01), Err(W::EXCEEDS_LIMIT_PER_PAYMENT));
        let third = pay(&market, dollars, 0, 60_00).unwrap();
        assert_eq!(pay(&market, dollars, 0, 1), Err(W::EXCEEDS_LIMIT_PER_DAY));
        assert_eq!(refund(&market, third, 60_00), Status::APPLIED);
        assert!(pay(&market, euros, 1, 1).is_ok(), "the fourth payment");
        assert_eq!(pay(&market, euros, 1, 1), Err(W::EXCEEDS_PAYMENTS_PER_DAY));

        // Another day has nothing to do with what comes back of this one, but the month has.
        market.at(START + DAY);
        assert!(pay(&market, dollars, 0, 60_00).is_ok());
        assert_eq!(refund(&market, second, 40_00), Status::APPLIED);
        let spent = market.wallets.spending(dollars.wallet).unwrap().unwrap();
        assert_eq!((spent.day, spent.month), (60_00, 60_00));
        assert_eq!(spent.lifetime, 220_00);
        market.at(START + 40 * DAY);
        for _ in 0..3 {
            let hold = pay(&market, dollars, 0, 60_00).unwrap();
            assert_eq!(refund(&market, hold, 60_00), Status::APPLIED);
        }
        assert_eq!(pay(&market, dollars, 0, 20_00), Err(W::EXCEEDS_LIFETIME_LIMIT));
        market.verify();
    }
}

/// By a deadline, by the payee who was paid already, of a transfer, of a redemption that bounced:
/// all of it comes back. What the host added to a hold, and what others pay, was never counted.
#[test]
fn whatever_brings_the_money_back_gives_back() {
    let mut policy = over_all();
    policy.payments.refunds_give_back = true;
    let (market, [dollars, ..]) = market(policy);
    let counts = || market.wallets.spending(dollars.wallet).unwrap().unwrap().day;
    let hold = |units| {
        let operation =
            Operation::hold(Id::new(), dollars.account, id(SELLERS[0]), LEDGER, amount(units));
        let operation = operation.with_deadline(3_600, AtDeadline::REFUND);
        let order = Id::new();
        let payment = Payment { wallet: dollars.wallet, order, authorisation: None, operation };
        market.wallets.pay(&payment).unwrap().unwrap();
        operation.id
    };
    hold(10_00);
    market.at(START + HOUR + 1);
    assert_eq!(counts(), 0, "by a deadline");

    let paid = hold(20_00);
    let release = Operation::release_rest(Id::new(), paid);
    assert_eq!(market.submit(release).status, Status::APPLIED);
    assert_eq!(counts(), 20_00);
    let back = Operation::reverse(Id::new(), paid, amount(5_00));
    assert_eq!(market.submit(back).status, Status::APPLIED);
    let back = Operation::reverse(Id::new(), release.id, amount(5_00));
    assert_eq!(market.submit(back).status, Status::APPLIED);
    assert_eq!(counts(), 10_00, "by the payee, of the hold and of the release");

    let transfer =
        Operation::transfer(Id::new(), dollars.account, id(SELLERS[0]), LEDGER, amount(7_00));
    let order = Id::new();
    let payment =
        Payment { wallet: dollars.wallet, order, authorisation: None, operation: transfer };
    market.wallets.pay(&payment).unwrap().unwrap();
    assert_eq!(counts(), 17_00);
    let back = Operation::reverse_rest(Id::new(), transfer.id);
    assert_eq!(market.submit(back).status, Status::APPLIED);
    assert_eq!(counts(), 10_00, "of a transfer");

    // The host adds 30.00 to a hold of 10.00, and places one by itself: neither was counted.
    let topped_up = hold(10_00);
    let more = Operation::top_up(Id::new(), topped_up, amount(30_00));
    assert_eq!(market.submit(more).status, Status::APPLIED);
    let own = Operation::hold(Id::new(), dollars.account, id(SELLERS[0]), LEDGER, amount(9_00));
    assert_eq!(market.submit(own).status, Status::APPLIED);
    assert_eq!(refund(&market, own.id, 9_00), Status::APPLIED);
    assert_eq!(counts(), 20_00);
    assert_eq!(refund(&market, topped_up, 35_00), Status::APPLIED);
    assert_eq!(counts(), 15_00, "at most what was counted");
    market.verify();
}

/// Cards count by this policy, and what goes back to one counts no longer.
#[test]
fn a_refunded_card_payment_gives_back() {
    use crate::first_cards::paid_by_new_card;
    let mut policy = over_all();
    policy.payments.refunds_give_back = true;
    let (market, [dollars, ..]) = market(policy);
    let counts = || market.wallets.spending(dollars.wallet).unwrap().unwrap().day;
    let payment = paid_by_new_card(&market, dollars, 50_00).operation.id;
    assert_eq!(counts(), 50_00);
    let refund = |units| {
        let operation = Operation::refund(Id::new(), payment, amount(units));
        market.wallets.refund_card_payment(payment, operation).unwrap().unwrap();
    };
    refund(20_00);
    assert_eq!(counts(), 30_00);
    refund(5_00);
    assert_eq!(counts(), 25_00);
    // What a deadline refunds is passed on by upkeep, and gives back then.
    let second = crate::first_cards::typed_in(&market, dollars, 10_00);
    let operation = second.operation.with_deadline(3_600, AtDeadline::REFUND);
    let second = NewCardPayment { operation, ..second };
    market.wallets.begin_new_card_payment(&second).unwrap().unwrap();
    let charge = crate::first_cards::charge_of(&second, "ch_2", 10_00);
    assert_eq!(market.wallets.card_charged(&charge).unwrap(), Ok(ChargeResult::Paid));
    assert_eq!(counts(), 35_00);
    market.at(START + HOUR + 1);
    market.wallets.upkeep().unwrap();
    assert_eq!(counts(), 25_00);
    market.verify();
}

/// One payment, as a plain list has it.
#[derive(Clone, Copy, Debug)]
struct Paid {
    place: usize,
    hold: Id,
    units: u128,
    at: i64,
    left: u128,
}

/// What the next of these does.
#[derive(Clone, Debug)]
enum Step {
    Pay(usize, u32),
    Refund(prop::sample::Index, u32),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..3_usize, 1..70_00_u32).prop_map(|(place, units)| Step::Pay(place, units)),
        2 => (any::<prop::sample::Index>(), 1..70_00_u32)
            .prop_map(|(which, units)| Step::Refund(which, units)),
        2 => prop_oneof![1..30 * HOUR, 1..20 * DAY, 1..120 * DAY].prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..50)
}

/// The day, month and year of a time.
fn periods(at: i64) -> [i32; 3] {
    let date = jiff::Timestamp::from_second(at).unwrap().to_zoned(jiff::tz::TimeZone::UTC).date();
    let year = i32::from(date.year());
    let month = year * 100 + i32::from(date.month());
    [month * 100 + i32::from(date.day()), month, year]
}

/// What the law says of one payment more.
fn judge(all: &[Paid], limits: &Limits, place: usize, units: u128, now: i64) -> Option<W> {
    // The sum of one wallet, in the money of this one, rounded up.
    let sum = |counts: &dyn Fn(&Paid) -> u128| -> u128 {
        let of = |other: usize| {
            let own: u128 = all.iter().filter(|one| one.place == other).map(counts).sum();
            (own * WORTH[other]).div_ceil(WORTH[place])
        };
        (0..3).map(of).sum::<u128>() + units
    };
    let within = |one: &Paid, period: usize| periods(one.at)[period] == periods(now)[period];
    let spent = |period: usize| sum(&|one| if within(one, period) { one.left } else { 0 });
    let number = |period: usize| all.iter().filter(|one| within(one, period)).count() + 1;
    let above = |limit: Option<Amount>, sum: u128| sum > limit.unwrap().minor_units();
    let more = |limit: Option<u32>, count: usize| count > limit.unwrap() as usize;
    [
        (W::EXCEEDS_LIMIT_PER_PAYMENT, above(limits.per_payment, units)),
        (W::EXCEEDS_LIMIT_PER_DAY, above(limits.per_day, spent(0))),
        (W::EXCEEDS_LIMIT_PER_MONTH, above(limits.per_month, spent(1))),
        (W::EXCEEDS_LIMIT_PER_YEAR, above(limits.per_year, spent(2))),
        (W::EXCEEDS_LIFETIME_LIMIT, above(limits.lifetime, sum(&|one| one.units))),
        (W::EXCEEDS_PAYMENTS_PER_DAY, more(limits.payments_per_day, number(0))),
        (W::EXCEEDS_PAYMENTS_PER_MONTH, more(limits.payments_per_month, number(1))),
    ]
    .into_iter()
    .find_map(|(status, is_broken)| is_broken.then_some(status))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Payments from three wallets of a person, refunds of some of them, whenever: each payment is
    /// made or refused as the plain list says, and each wallet counts its own.
    #[test]
    fn limits_over_several_wallets_are_those_of_a_plain_list(
        (steps, gives_back) in (steps(), any::<bool>()),
    ) {
        let mut policy = over_all();
        policy.payments.refunds_give_back = gives_back;
        let (market, wallets) = market(policy.clone());
        for (of, place) in wallets.iter().zip(0..) {
            let bank = if place == 0 { id(BANK) } else { bank_of(LEDGERS[place]) };
            let more = Operation::transfer(
                Id::new(), bank, of.account, LEDGERS[place], amount(9_999_99));
            assert_eq!(market.submit(more).status, Status::APPLIED);
        }
        let (mut all, mut now) = (Vec::<Paid>::new(), START);
        for step in steps {
            match step {
                Step::Pay(place, units) => {
                    let at = i64::try_from(now).unwrap();
                    let limits = &policy.currencies[place].tiers[0];
                    let expected = judge(&all, limits, place, units.into(), at);
                    let paid = pay(&market, wallets[place], place, units);
                    prop_assert_eq!(paid.err(), expected, "{} of {}", units, place);
                    if let Ok(hold) = paid {
                        let units = u128::from(units);
                        all.push(Paid { place, hold, units, at, left: units });
                    }
                }
                Step::Refund(which, units) => {
                    if all.is_empty() {
                        continue;
                    }
                    let place = which.index(all.len());
                    let one = &mut all[place];
                    if refund(&market, one.hold, units) == Status::APPLIED && gives_back {
                        one.left -= u128::from(units);
                    }
                }
                Step::Wait(seconds) => {
                    now += seconds;
                    market.at(now);
                }
            }
        }
        let at = i64::try_from(now).unwrap();
        for (place, of) in wallets.iter().enumerate() {
            let spent = market.wallets.spending(of.wallet).unwrap().unwrap();
            let own = || all.iter().filter(|one| one.place == place);
            let sums = [0, 1, 2].map(|period| {
                let within = |one: &&Paid| periods(one.at)[period] == periods(at)[period];
                own().filter(within).map(|one| one.left).sum::<u128>()
            });
            prop_assert_eq!([spent.day, spent.month, spent.year], sums);
            prop_assert_eq!(spent.lifetime, own().map(|one| one.units).sum::<u128>());
        }
    }
}
