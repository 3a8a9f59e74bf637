//! The tick by which refunds go into the wallet binds deadlines too: what a deadline refunds of a
//! card lies in the purchase account, and upkeep passes it on, into the wallet as far as its owner
//! agrees and there is room, the rest to the card.

use crate::cards::{charge, with_card};
use crate::first_cards::paid_by_new_card;
use crate::market::*;
use crate::world::*;
use escrowdb::wallet::*;
use escrowdb::*;

/// A policy whose wallets hold 150.00 before they are verified.
fn narrow() -> Policy {
    let mut policy = Policy::article();
    policy.currencies[0].tiers[0].balance = Some(amount(150_00));
    policy.currencies[0].tiers[0].per_payment = None;
    policy.currencies[0].tiers[0].per_month = None;
    policy
}

/// A payment by bound card into escrow that an hour refunds.
fn for_an_hour(market: &Market, (anna, card): (Customer, Id), units: u32) -> Id {
    let mut payment = market.payment(anna, units);
    payment.operation = payment.operation.with_deadline(3_600, AtDeadline::REFUND);
    let authorisation = Some(market.authorise_card(&payment.purchase(), card).unwrap());
    let payment = Payment { authorisation, ..payment };
    market.wallets.begin_card_payment(&payment, card).unwrap().unwrap();
    let charge = charge(&payment, &payment.operation.id.to_string(), units);
    assert_eq!(market.wallets.card_charged(&charge).unwrap(), Ok(ChargeResult::Paid));
    payment.operation.id
}

fn agree(market: &Market, anna: Customer, version: &str, is_given: bool) {
    let set = market.wallets.set_consent(anna.person, REFUNDS_TO_WALLET, version, is_given);
    set.unwrap().unwrap();
}

/// What lies in the wallet, what is owed, and what went back to the card.
fn places(market: &Market, anna: Customer) -> (u128, u128, u128) {
    let owed = market.available(Wallets::purchase_account(anna.person, LEDGER));
    let returned = market.balances(id(BANK)).credits_posted.minor_units();
    (market.available(anna.account), owed, returned)
}

/// The parcel never came and the deadline passed: the money of Anna's card was in her wallet, where
/// she had never wanted it. Without the tick it goes to the card, with it into the wallet, and what
/// the wallet may not hold to the card.
#[test]
fn a_deadline_asks_the_tick_too() {
    let version = Some("2".to_owned());
    type Case = (u32, &'static [(&'static str, bool)], Option<String>, (u128, u128, u128));
    let cases: [Case; 8] = [
        (50_00, &[], None, (0, 0, 50_00)),
        (50_00, &[("1", true)], None, (50_00, 0, 0)),
        (150_00, &[("1", true)], None, (150_00, 0, 0)),
        (150_01, &[("1", true)], None, (150_00, 0, 1)),
        (1_000_00, &[("1", true)], None, (150_00, 0, 850_00)),
        (50_00, &[("1", true), ("1", false)], None, (0, 0, 50_00)),
        (50_00, &[("1", true)], version.clone(), (0, 0, 50_00)),
        (50_00, &[("1", true), ("2", true)], version, (50_00, 0, 0)),
    ];
    for (units, ticks, version, expected) in cases {
        let mut policy = narrow();
        policy.identity.registration.refunds_to_wallet_version = version;
        let market = Market::new(policy);
        let (anna, card) = with_card(&market);
        let hold = for_an_hour(&market, (anna, card), units);
        for (version, is_given) in ticks {
            agree(&market, anna, version, *is_given);
        }
        assert_eq!(market.wallets.upkeep().unwrap().refunds, 0, "it is in escrow");
        market.at(START + 3_601);
        assert_eq!(places(&market, anna), (0, u128::from(units), 0), "owed");
        assert_eq!(market.wallets.upkeep().unwrap().refunds, 1);
        assert_eq!(places(&market, anna), expected, "{units} {ticks:?}");
        assert_eq!(market.wallets.upkeep().unwrap().refunds, 0, "once");
        let refunds = market.wallets.open_card_refunds(None, 9).unwrap();
        let to_card: u128 = refunds.iter().map(|one| one.amount.minor_units()).sum();
        assert_eq!(to_card, expected.2, "the processor is told");
        assert!(refunds.iter().all(|one| one.payment == hold));
        market.verify();
    }
}

/// Money of the wallet always comes back to the wallet, whatever was ticked, and whatever lies
/// there by then.
#[test]
fn wallet_money_comes_back_to_the_wallet() {
    let market = Market::new(narrow());
    let anna = market.customer(140_00);
    let mut payment = market.payment(anna, 40_00);
    payment.operation = payment.operation.with_deadline(3_600, AtDeadline::REFUND);
    let authorisation = Some(market.authorise(&payment.purchase(), false).unwrap());
    market.wallets.pay(&Payment { authorisation, ..payment }).unwrap().unwrap();
    market.pay_in(1, 45_00);
    market.at(START + 3_601);
    assert_eq!(market.wallets.upkeep().unwrap().refunds, 0);
    assert_eq!(market.available(anna.account), 185_00);
    market.verify();
}

/// A frozen wallet gets nothing; the seller's part stays the seller's; a clerk's refund by the
/// store is found within a day; and a hold whose deadline was moved is looked at again.
#[test]
fn upkeep_finds_what_came_back() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    agree(&market, anna, "1", true);
    let (part, moved) =
        (for_an_hour(&market, (anna, card), 50_00), for_an_hour(&market, (anna, card), 7_00));
    let open = paid_by_new_card(&market, anna, 9_00).operation.id;
    assert!(market.submit(Operation::release(market.fresh(), part, amount(20_00))).is_done());
    assert!(market.submit(Operation::extend(market.fresh(), moved, 7_200)).is_done());
    market.freeze(anna);
    market.at(START + 3_601);
    assert_eq!(market.wallets.upkeep().unwrap().refunds, 1);
    assert_eq!(places(&market, anna), (0, 0, 30_00), "to the card: the wallet is frozen");
    market.unfreeze(anna);
    assert!(market.submit(Operation::refund_rest(market.fresh(), open)).is_done());
    market.at(START + 7_201);
    assert_eq!(market.wallets.upkeep().unwrap().refunds, 1, "the one that was moved");
    assert_eq!(places(&market, anna), (7_00, 9_00, 30_00));
    market.at(START + DAY + 7_202);
    assert_eq!(market.wallets.upkeep().unwrap().refunds, 1, "the clerk's");
    assert_eq!(places(&market, anna), (16_00, 0, 30_00));
    // She wants it at her card after all: out of the wallet, and no more than lay there.
    let back = market.fresh();
    for _ in 0..2 {
        let returned = market.wallets.return_to_card(open, back, amount(9_00)).unwrap();
        assert_eq!(returned, Ok(Refunded::ToCard));
    }
    assert_eq!(places(&market, anna), (7_00, 0, 39_00));
    let more = market.wallets.return_to_card(open, market.fresh(), amount(1)).unwrap();
    assert_eq!(verdict(more), Err(WalletStatus::EXCEEDS_CARD_PAYMENT));
    market.verify();
}

/// Two workers do the upkeep at once: what is owed is passed on once.
#[test]
fn two_upkeeps_pass_it_on_once() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    for _ in 0..10 {
        for_an_hour(&market, (anna, card), 10_00);
    }
    market.at(START + 3_601);
    let done: usize = std::thread::scope(|scope| {
        let wallets = &market.wallets;
        let workers = [0, 1, 2].map(|_| scope.spawn(|| wallets.upkeep().unwrap().refunds));
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!((done, places(&market, anna)), (10, (0, 0, 100_00)));
    assert_eq!(market.wallets.open_card_refunds(None, 99).unwrap().len(), 10);
    market.verify();
}

/// A wallet whose card money is in escrow, or owed, is not closed.
#[test]
fn a_wallet_is_not_closed_while_its_card_money_is_on_its_way() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    for_an_hour(&market, (anna, card), 10_00);
    market.freeze(anna);
    let close = || verdict(market.wallets.close_wallet(anna.wallet, &staff("eve")).unwrap());
    assert_eq!(close(), Err(WalletStatus::WALLET_HAS_OPEN_ORDERS), "in escrow");
    market.at(START + 3_601);
    assert_eq!(close(), Err(WalletStatus::WALLET_HAS_OPEN_REFUNDS), "owed");
    market.wallets.upkeep().unwrap();
    assert_eq!(close(), Err(WalletStatus::WALLET_HAS_OPEN_REFUNDS), "not carried out");
    let [refund] = market.wallets.open_card_refunds(None, 9).unwrap()[..] else { panic!("one") };
    market.wallets.card_refunded(refund.id).unwrap().unwrap();
    assert_eq!(close(), Ok(()));
    market.verify();
}
