//! Chargebacks: a cardholder contests a payment at her bank. Nothing of it is given back meanwhile,
//! no time settles it, the books show what the processor took, and no cent goes back twice.

use crate::cards::{charge, with_card};
use crate::first_cards::{charge_of, paid_by_new_card, typed_in};
use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// What the processor writes when a cardholder contests a payment.
pub(crate) fn notice(market: &Market, payment: Id, units: u32) -> ChargebackNotice {
    let id = market.fresh();
    ChargebackNotice {
        id,
        payment,
        reference: format!("cb_{id}"),
        amount: amount(units),
        reason: "10.4".into(),
        answer_by: Timestamp::from_seconds(START + 7 * DAY).unwrap(),
        external: crate::world::id(BANK),
    }
}

/// A chargeback of a payment, reported twice.
pub(crate) fn contest(market: &Market, payment: Id, units: u32) -> Id {
    let notice = notice(market, payment, units);
    let report = || market.wallets.chargeback_notified(&notice, &Actor::System).unwrap().unwrap();
    let first = report();
    assert_eq!((first.state, first.amount), (ChargebackState::NOTIFIED, amount(units)));
    assert_eq!(report(), first, "the answer was lost");
    notice.id
}

pub(crate) fn take(market: &Market, chargeback: Id) -> Chargeback {
    let take = || market.wallets.chargeback_taken(chargeback, &Actor::System).unwrap().unwrap();
    let first = take();
    assert_eq!(take(), first, "the answer was lost");
    first
}

pub(crate) fn decide(market: &Market, chargeback: Id, lost: u32) -> Chargeback {
    let (wallets, lost) = (&market.wallets, amount(lost));
    let decide = || wallets.chargeback_decided(chargeback, lost, &Actor::System).unwrap().unwrap();
    let first = decide();
    assert_eq!(decide(), first, "the answer was lost");
    first
}

/// A payment by bound card into escrow, which an hour releases to the seller.
fn for_an_hour(market: &Market, (anna, card): (Customer, Id), units: u32) -> Id {
    let mut payment = market.payment(anna, units);
    payment.operation = payment.operation.with_deadline(3_600, AtDeadline::RELEASE);
    let authorisation = Some(market.authorise_card(&payment.purchase(), card).unwrap());
    let payment = Payment { authorisation, ..payment };
    market.wallets.begin_card_payment(&payment, card).unwrap().unwrap();
    let charge = charge(&payment, &payment.operation.id.to_string(), units);
    assert_eq!(market.wallets.card_charged(&charge).unwrap(), Ok(ChargeResult::Paid));
    payment.operation.id
}

/// Minor units: held for the seller, available to the seller, owed to the buyer, in her wallet,
/// gone by the bank, and what the loss account bears.
fn places(market: &Market, anna: Customer) -> [i128; 6] {
    let through = Wallets::purchase_account(anna.person, LEDGER);
    let seller = market.balances(id(SELLER));
    [
        seller.credits_pending.minor_units() as i128,
        seller.available().minor_units() as i128,
        market.available(through) as i128,
        market.available(anna.account) as i128,
        market.balances(id(BANK)).credits_posted.minor_units() as i128,
        -market.balances(id(LOSS)).net(),
    ]
}

fn hold(market: &Market, payment: Id) -> Hold {
    market.store.snapshot().unwrap().hold(payment).unwrap().unwrap()
}

/// The parcel came, and Anna told her bank that it did not. While the bank asks, the hour passes
/// and the seller gets nothing; her refund is refused; the processor takes the money, which the
/// shop's loss account lends; the shop sends the receipt and loses. Escrow repays the loss account,
/// and the wallet never saw a cent.
#[test]
fn a_chargeback_is_taken_answered_and_lost() {
    let market = Market::with_loss_account(Policy::article());
    let (anna, card) = with_card(&market);
    let payment = for_an_hour(&market, (anna, card), 80_00);
    let (wallets, host) = (&market.wallets, Actor::System);
    let chargeback = contest(&market, payment, 80_00);
    assert!(hold(&market, payment).is_disputed());

    market.at(START + 2 * HOUR);
    assert_eq!(places(&market, anna), [80_00, 0, 0, 0, 0, 0], "no time settles it");
    for operation in [
        Operation::refund_rest(market.fresh(), payment),
        Operation::refund(market.fresh(), payment, amount(1))
            .with_flags(OperationFlags::ARBITRATED),
    ] {
        let refunded = wallets.refund_card_payment(payment, operation).unwrap();
        assert_eq!(verdict(refunded), Err(W::CHARGEBACK_IS_OPEN));
    }
    assert_eq!(take(&market, chargeback).state, ChargebackState::TAKEN);
    assert_eq!(places(&market, anna), [80_00, 0, 0, 0, 80_00, 80_00], "lent");
    for _ in 0..2 {
        let sent = wallets.chargeback_represented(chargeback, "receipts/17", &host).unwrap();
        let sent = sent.unwrap();
        assert_eq!((sent.state, &*sent.evidence), (ChargebackState::REPRESENTED, "receipts/17"));
        assert!(!sent.taken_at.is_none());
    }
    let lost = decide(&market, chargeback, 80_00);
    assert_eq!(
        (lost.state, lost.lost, lost.due),
        (ChargebackState::LOST, amount(80_00), amount(0))
    );
    assert_eq!(places(&market, anna), [0, 0, 0, 0, 80_00, 0]);

    // It never goes back twice.
    market.at(START + 3 * DAY);
    wallets.upkeep().unwrap();
    let more = wallets.return_to_card(payment, market.fresh(), amount(1)).unwrap();
    assert_eq!(verdict(more), Err(W::EXCEEDS_CARD_PAYMENT));
    assert_eq!(places(&market, anna), [0, 0, 0, 0, 80_00, 0]);
    assert_eq!(wallets.chargebacks_of(payment).unwrap(), [lost]);
    let trail: Vec<_> = wallets
        .audit_trail(anna.wallet, None, 1_000)
        .unwrap()
        .into_iter()
        .filter(|(_, entry)| entry.about == chargeback)
        .map(|(_, entry)| (entry.command, entry.detail))
        .collect();
    let told = |command, detail: &str| (command, detail.to_owned());
    let notified = format!(
        "chargeback: none -> notified; USD 80.00 of payment {payment}, which has USD 80.00: 10.4"
    );
    let expected = [
        told(Command::CHARGEBACK_NOTIFIED, &notified),
        told(Command::CHARGEBACK_TAKEN, "chargeback: notified -> taken"),
        told(Command::CHARGEBACK_REPRESENTED, "chargeback: taken -> represented"),
        told(Command::CHARGEBACK_DECIDED, "chargeback: represented -> lost; USD 80.00 lost"),
    ];
    assert_eq!(trail, expected);
    market.verify();
}

/// The bank finds for the shop: the money comes back, and the clock of the hold runs on with the
/// time that was left.
#[test]
fn a_chargeback_is_won_and_the_hold_goes_on() {
    for is_taken in [false, true] {
        let market = Market::with_loss_account(Policy::article());
        let (anna, card) = with_card(&market);
        let payment = for_an_hour(&market, (anna, card), 80_00);
        market.at(START + HOUR / 2);
        let chargeback = contest(&market, payment, 80_00);
        market.at(START + 2 * HOUR);
        if is_taken {
            take(&market, chargeback);
        }
        assert_eq!(decide(&market, chargeback, 0).state, ChargebackState::WON);
        let back = if is_taken { 80_00 } else { 0 };
        assert_eq!(places(&market, anna), [80_00, 0, 0, 0, back, 0]);
        assert_eq!(market.balances(id(BANK)).net(), -80_00, "it has it all");
        market.at(START + 2 * HOUR + HOUR / 2 - 1);
        assert!(hold(&market, payment).is_open());
        market.at(START + 2 * HOUR + HOUR / 2 + 1);
        assert_eq!(places(&market, anna), [0, 80_00, 0, 0, back, 0]);
        market.verify();
    }
}

/// A part is lost: the rest of the hold goes on. Contested again, at most that is left of it.
#[test]
fn a_part_is_lost_and_the_rest_goes_on() {
    let market = Market::with_loss_account(Policy::article());
    let (anna, card) = with_card(&market);
    let payment = for_an_hour(&market, (anna, card), 80_00);
    let chargeback = contest(&market, payment, 50_00);
    take(&market, chargeback);
    let partly = decide(&market, chargeback, 30_00);
    assert_eq!((partly.state, partly.lost), (ChargebackState::PARTLY, amount(30_00)));
    assert_eq!(places(&market, anna), [50_00, 0, 0, 0, 50_00, 0]);
    assert!(!hold(&market, payment).is_disputed());

    let again = contest(&market, payment, 80_00);
    let known = market.wallets.chargeback(again).unwrap().unwrap();
    assert_eq!((known.amount, known.of_payment), (amount(80_00), amount(50_00)));
    // Without having been told that it was taken.
    decide(&market, again, 80_00);
    assert_eq!(places(&market, anna), [0, 0, 0, 0, 130_00, 30_00], "the excess is the shop's");
    market.verify();
}

/// The seller has the money: the loss account bears it. What the seller gives back by the shop's
/// own reversal repays that first, and only then the customer.
#[test]
fn money_that_is_gone_is_borne_and_repaid() {
    let market = Market::with_loss_account(Policy::article());
    let (anna, card) = with_card(&market);
    let payment = for_an_hour(&market, (anna, card), 80_00);
    market.at(START + 2 * HOUR);
    let chargeback = contest(&market, payment, 30_00);
    take(&market, chargeback);
    decide(&market, chargeback, 30_00);
    assert_eq!(places(&market, anna), [0, 80_00, 0, 0, 30_00, 30_00]);
    let whole = Operation::reverse(market.fresh(), payment, amount(80_00));
    let refunded = market.wallets.refund_card_payment(payment, whole).unwrap();
    assert_eq!(verdict(refunded), Err(W::EXCEEDS_CARD_PAYMENT), "30.00 of it went back");

    let back = Operation::reverse(market.fresh(), payment, amount(70_00));
    assert!(market.submit(back).is_done());
    assert_eq!(places(&market, anna), [0, 10_00, 70_00, 0, 30_00, 30_00]);
    market.at(START + 2 * DAY);
    assert_eq!(market.wallets.upkeep().unwrap().refunds, 1);
    assert_eq!(places(&market, anna), [0, 10_00, 0, 0, 70_00, 0]);
    market.verify();
}

/// What a deadline had refunded before the chargeback waits until it is decided; it is the first
/// that is taken, and what is left goes to the card.
#[test]
fn what_is_owed_waits_and_is_taken_first() {
    for (lost, gone) in [(0, 80_00), (30_00, 80_00), (80_00, 80_00)] {
        let market = Market::with_loss_account(Policy::article());
        let anna = market.customer(0);
        let payment = paid_by_new_card(&market, anna, 80_00).operation.id;
        assert!(market.submit(Operation::refund_rest(market.fresh(), payment)).is_done());
        assert_eq!(places(&market, anna), [0, 0, 80_00, 0, 0, 0]);
        let chargeback = contest(&market, payment, 80_00);
        market.at(START + 2 * DAY);
        assert_eq!(market.wallets.upkeep().unwrap().refunds, 0, "it is contested");
        assert_eq!(places(&market, anna), [0, 0, 80_00, 0, 0, 0]);
        decide(&market, chargeback, lost);
        let kept = i128::from(80_00 - lost);
        assert_eq!(places(&market, anna), [0, 0, kept, 0, i128::from(lost), 0]);
        market.wallets.upkeep().unwrap();
        assert_eq!(places(&market, anna), [0, 0, 0, 0, gone, 0]);
        let to_card = market.wallets.open_card_refunds(None, 9).unwrap();
        let told: u128 = to_card.iter().map(|one| one.amount.minor_units()).sum();
        assert_eq!(told, u128::from(80_00 - lost));
        market.verify();
    }
}

/// More is contested than is left, because the customer had a part of it back, by both ways: what
/// is left is all that the payment bears, and her wallet keeps what it got.
#[test]
fn the_excess_falls_on_the_loss_account() {
    let market = Market::with_loss_account(Policy::article());
    let (anna, wallets) = (market.customer(0), &market.wallets);
    let payment = paid_by_new_card(&market, anna, 100_00).operation.id;
    let refund = |units| {
        let operation = Operation::refund(market.fresh(), payment, amount(units));
        wallets.refund_card_payment(payment, operation).unwrap().unwrap()
    };
    assert_eq!(refund(30_00), Refunded::ToCard);
    wallets.set_consent(anna.person, REFUNDS_TO_WALLET, "1", true).unwrap().unwrap();
    assert_eq!(refund(20_00), Refunded::ToWallet);

    let chargeback = contest(&market, payment, 110_00);
    let known = wallets.chargeback(chargeback).unwrap().unwrap();
    assert_eq!((known.amount, known.of_payment), (amount(110_00), amount(50_00)));
    take(&market, chargeback);
    decide(&market, chargeback, 110_00);
    assert_eq!(places(&market, anna), [0, 0, 0, 20_00, 140_00, 60_00]);
    // One more is the shop's alone.
    let second = contest(&market, payment, 5_00);
    assert_eq!(wallets.chargeback(second).unwrap().unwrap().of_payment, amount(0));
    decide(&market, second, 5_00);
    assert_eq!(places(&market, anna), [0, 0, 0, 20_00, 145_00, 65_00]);
    market.verify();
}

/// Without a loss account the money that is in escrow leaves when the chargeback is lost, and all
/// else is due: listed until a loss account is named, which upkeep has bear it.
#[test]
fn without_a_loss_account_it_is_due() {
    let market = Market::new(Policy::article());
    let anna = market.customer(0);
    let payment = paid_by_new_card(&market, anna, 80_00).operation.id;
    assert!(market.submit(Operation::release(market.fresh(), payment, amount(30_00))).is_done());
    let chargeback = contest(&market, payment, 80_00);
    assert_eq!(take(&market, chargeback).due, amount(80_00));
    assert_eq!(places(&market, anna), [50_00, 30_00, 0, 0, 0, 0], "nothing is in the books yet");
    let lost = decide(&market, chargeback, 80_00);
    assert_eq!((lost.state, lost.due), (ChargebackState::LOST, amount(30_00)));
    assert_eq!(places(&market, anna), [0, 30_00, 0, 0, 50_00, 0]);
    assert_eq!(market.wallets.open_chargebacks(None, 9).unwrap(), [lost]);
    assert_eq!(market.wallets.upkeep().unwrap().chargebacks, 0);
    let won = contest(&market, payment, 1_00);
    take(&market, won);
    assert_eq!(decide(&market, won, 0).due, amount(0), "it came back");
    market.freeze(anna);
    let close =
        |market: &Market| verdict(market.wallets.close_wallet(anna.wallet, &staff("eve")).unwrap());
    assert_eq!(close(&market), Err(W::WALLET_HAS_OPEN_CHARGEBACKS), "it is due");

    let market = market.reopened_with_loss_account();
    assert_eq!(market.wallets.upkeep().unwrap().chargebacks, 1);
    assert_eq!(market.wallets.upkeep().unwrap().chargebacks, 0, "once");
    assert_eq!(places(&market, anna), [0, 30_00, 0, 0, 80_00, 30_00]);
    assert_eq!(market.wallets.open_chargebacks(None, 9).unwrap(), []);
    assert_eq!(market.wallets.chargeback(chargeback).unwrap().unwrap().due, amount(0));
    assert_eq!(close(&market), Ok(()));
    market.verify();
}

/// A loss account that is frozen, or has no money and may not go below zero, bears nothing for the
/// time being.
#[test]
fn a_loss_account_that_cannot_bear_it_bears_it_later() {
    let market = Market::with_loss_account(Policy::article());
    let anna = market.customer(0);
    let payment = paid_by_new_card(&market, anna, 80_00).operation.id;
    let chargeback = contest(&market, payment, 80_00);
    assert!(market.submit(Operation::freeze(market.fresh(), id(LOSS))).is_done());
    assert_eq!(take(&market, chargeback).due, amount(80_00));
    assert_eq!(market.wallets.upkeep().unwrap().chargebacks, 0);
    assert!(market.submit(Operation::unfreeze(market.fresh(), id(LOSS))).is_done());
    assert_eq!(market.wallets.upkeep().unwrap().chargebacks, 1);
    assert_eq!(places(&market, anna), [80_00, 0, 0, 0, 80_00, 80_00]);
    decide(&market, chargeback, 0);
    assert_eq!(places(&market, anna), [80_00, 0, 0, 0, 80_00, 0]);
    market.verify();
}

/// A hold that the shop had disputed itself stays so; two chargebacks of one payment let it go on
/// when both are decided.
#[test]
fn the_hold_goes_on_when_nobody_contests_it() {
    let market = Market::with_loss_account(Policy::article());
    let (anna, card) = with_card(&market);
    let disputed = for_an_hour(&market, (anna, card), 10_00);
    assert!(market.submit(Operation::dispute(market.fresh(), disputed)).is_done());
    let chargeback = contest(&market, disputed, 10_00);
    decide(&market, chargeback, 4_00);
    assert!(hold(&market, disputed).is_disputed(), "by the shop");
    assert_eq!(places(&market, anna), [6_00, 0, 0, 0, 4_00, 0]);

    let twice = for_an_hour(&market, (anna, card), 10_00);
    let (first, second) = (contest(&market, twice, 4_00), contest(&market, twice, 4_00));
    decide(&market, first, 0);
    assert!(hold(&market, twice).is_disputed(), "the other one is open");
    let more = Operation::refund(market.fresh(), twice, amount(1));
    let refunded = market.wallets.refund_card_payment(twice, more).unwrap();
    assert_eq!(verdict(refunded), Err(W::CHARGEBACK_IS_OPEN));
    decide(&market, second, 4_00);
    assert!(!hold(&market, twice).is_disputed());
    let refund = Operation::refund(market.fresh(), twice, amount(6_00));
    assert_eq!(market.wallets.refund_card_payment(twice, refund).unwrap(), Ok(Refunded::ToCard));
    market.verify();
}

/// The processor tells of a chargeback before the host has reported the charge, or under another
/// id, of another payment, with another amount: each is answered by name, and the trail has those
/// that money may stand behind.
#[test]
fn every_refusal_of_a_report() {
    let market = Market::with_loss_account(Policy::article());
    let (anna, wallets, host) = (market.customer(0), &market.wallets, Actor::System);
    let report = |notice: &ChargebackNotice| wallets.chargeback_notified(notice, &host).unwrap();
    let late = typed_in(&market, anna, 10_00);
    wallets.begin_new_card_payment(&late).unwrap().unwrap();
    let early = notice(&market, late.operation.id, 10_00);
    assert_eq!(verdict(report(&early)), Err(W::CHARGE_MUST_BE_REPORTED));
    wallets.card_charged(&charge_of(&late, "late", 10_00)).unwrap().unwrap();
    assert_eq!(verdict(report(&early)), Ok(()));

    let payment = paid_by_new_card(&market, anna, 80_00).operation.id;
    let good = notice(&market, payment, 80_00);
    let on = |change: &dyn Fn(&mut ChargebackNotice)| {
        let mut notice = good.clone();
        change(&mut notice);
        report(&notice)
    };
    for (judged, expected) in [
        (on(&|one| one.id = Id::ZERO), W::ID_MUST_BE_VALID),
        (on(&|one| one.id = Id::MAX), W::ID_MUST_BE_VALID),
        (on(&|one| one.payment = id(77)), W::CARD_PAYMENT_NOT_FOUND),
        (on(&|one| one.amount = amount(0)), W::AMOUNT_MUST_BE_VALID),
        (on(&|one| one.reference = String::new()), W::TEXT_MUST_BE_VALID),
        (on(&|one| one.reference = "x".repeat(256)), W::TEXT_MUST_BE_VALID),
        (on(&|one| one.reference = "4111111111111111".into()), W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
        (on(&|one| one.reason = "no parcel".into()), W::TEXT_MUST_BE_VALID),
        (on(&|one| one.reason = "x".repeat(33)), W::TEXT_MUST_BE_VALID),
        (on(&|one| one.external = id(SELLER)), W::EXTERNAL_ACCOUNT_MUST_FIT),
        (on(&|one| one.external = id(78)), W::EXTERNAL_ACCOUNT_MUST_FIT),
    ] {
        assert_eq!(verdict(judged), Err(expected));
    }
    let by_customer = wallets.chargeback_notified(&good, &Actor::Customer).unwrap();
    assert_eq!(verdict(by_customer), Err(W::ACTOR_MUST_BE_NAMED));
    assert!(!hold(&market, payment).is_disputed(), "nothing was done");

    let known = report(&good).unwrap();
    assert_eq!(on(&|one| one.id = market.fresh()), Ok(known.clone()), "by its reference");
    assert_eq!(verdict(on(&|one| one.reference = "cb_2".into())), Err(W::CHARGEBACK_EXISTS));
    for by_id in [true, false] {
        let on = |change: &dyn Fn(&mut ChargebackNotice)| {
            on(&|one| {
                one.id = if by_id { one.id } else { market.fresh() };
                change(one);
            })
        };
        let other = on(&|one| one.payment = late.operation.id);
        assert_eq!(verdict(other), Err(W::CHARGEBACK_IS_OF_ANOTHER_PAYMENT));
        let other = on(&|one| one.amount = amount(80_01));
        assert_eq!(verdict(other), Err(W::CHARGEBACK_HAS_ANOTHER_AMOUNT));
        let trail = wallets.audit_trail(anna.wallet, None, 1_000).unwrap();
        let (_, last) = trail.last().unwrap();
        assert_eq!((last.command, last.about), (Command::REFUSE_CHARGEBACK, good.id));
        assert!(last.detail.starts_with("USD 80.01 of payment"), "{last:?}");
    }
    assert_eq!(wallets.chargeback(good.id).unwrap(), Some(known));
    assert_eq!(wallets.chargebacks_of(payment).unwrap().len(), 1);
    market.verify();
}

#[test]
fn every_refusal_of_a_step() {
    let market = Market::with_loss_account(Policy::article());
    let (anna, wallets, host) = (market.customer(0), &market.wallets, Actor::System);
    let payment = paid_by_new_card(&market, anna, 80_00).operation.id;
    let taken = |of| verdict(wallets.chargeback_taken(of, &host).unwrap());
    let sent = |of, text: &str| verdict(wallets.chargeback_represented(of, text, &host).unwrap());
    let decided = |of, lost| verdict(wallets.chargeback_decided(of, amount(lost), &host).unwrap());
    let unknown = id(77);
    for judged in [taken(unknown), sent(unknown, "x"), decided(unknown, 0)] {
        assert_eq!(judged, Err(W::CHARGEBACK_NOT_FOUND));
    }
    assert_eq!(wallets.chargeback(unknown).unwrap(), None);
    assert_eq!(wallets.chargebacks_of(unknown).unwrap(), []);

    let chargeback = contest(&market, payment, 80_00);
    assert_eq!(decided(chargeback, 80_01), Err(W::EXCEEDS_CHARGEBACK));
    assert_eq!(sent(chargeback, ""), Err(W::TEXT_MUST_BE_VALID));
    let number = sent(chargeback, "4111 1111 1111 1111");
    assert_eq!(number, Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER));
    let nobody = wallets.chargeback_taken(chargeback, &Actor::staff("eve", "")).unwrap();
    assert_eq!(verdict(nobody), Err(W::REASON_MUST_BE_GIVEN));
    assert!(market.submit(Operation::freeze(market.fresh(), id(BANK))).is_done());
    let frozen = wallets.chargeback_taken(chargeback, &host).unwrap();
    assert_eq!(frozen, Err(Refusal::by_ledger(Status::CREDIT_ACCOUNT_FROZEN)));
    assert!(market.submit(Operation::unfreeze(market.fresh(), id(BANK))).is_done());

    // A clerk may report it, too.
    let eve = staff("eve");
    wallets.chargeback_taken(chargeback, &eve).unwrap().unwrap();
    assert_eq!(sent(chargeback, "receipts/17"), Ok(()));
    assert_eq!(taken(chargeback), Ok(()), "it was");
    assert_eq!(sent(chargeback, "receipts/18"), Ok(()), "more evidence");
    assert_eq!(decided(chargeback, 80_00), Ok(()));
    for judged in [sent(chargeback, "receipts/19"), decided(chargeback, 0)] {
        assert_eq!(judged, Err(W::CHARGEBACK_IS_DECIDED));
    }
    let never_taken = contest(&market, payment, 1);
    decide(&market, never_taken, 0);
    assert_eq!(taken(never_taken), Err(W::CHARGEBACK_IS_DECIDED));
    market.verify();
}

/// The clerk's list: what must be answered first comes first, page by page, and what is decided is
/// on it no more.
#[test]
fn open_chargebacks_are_listed_by_their_deadline() {
    let market = Market::with_loss_account(Policy::article());
    let (anna, wallets) = (market.customer(0), &market.wallets);
    let payment = paid_by_new_card(&market, anna, 80_00).operation.id;
    let mut expected = Vec::new();
    for days in [9, 3, 0, 5] {
        let answer_by = match days {
            0 => Timestamp::NONE,
            days => Timestamp::from_seconds(START + days * DAY).unwrap(),
        };
        let notice = ChargebackNotice { answer_by, ..notice(&market, payment, 1_00) };
        wallets.chargeback_notified(&notice, &Actor::System).unwrap().unwrap();
        expected.push((days, notice.id));
    }
    expected.sort_unstable();
    let (mut found, mut last) = (Vec::new(), None);
    while let Some(one) = wallets.open_chargebacks(last.as_ref(), 1).unwrap().pop() {
        found.push(one.id);
        last = Some(one);
    }
    let ids: Vec<_> = expected.iter().map(|(_, id)| *id).collect();
    assert_eq!(found, ids);
    decide(&market, ids[1], 0);
    let open: Vec<_> =
        wallets.open_chargebacks(None, 9).unwrap().iter().map(|one| one.id).collect();
    assert_eq!(open, [ids[0], ids[2], ids[3]]);
    market.freeze(anna);
    let close = wallets.close_wallet(anna.wallet, &staff("eve")).unwrap();
    assert_eq!(verdict(close), Err(W::WALLET_HAS_OPEN_ORDERS));
    market.verify();
}

/// A loss account that is none: the wallets do not open.
#[test]
fn a_loss_account_must_be_one() {
    let market = Market::new(Policy::article());
    for (ledger, account) in
        [(LEDGER, id(BANK)), (LEDGER, account(1)), (LEDGER, id(77)), (9, id(LOSS))]
    {
        let disk = market.world().disk.duplicate();
        let store = Store::open_on(std::sync::Arc::new(disk), store_options()).unwrap();
        store.advance(market.now()).unwrap();
        let options = WalletOptions::new(master(1), policy()).loss_account(ledger, account);
        let error = store.wallets(options).unwrap_err();
        assert!(matches!(&error, Error::InvalidArgument(what) if what.contains("bear")), "{error}");
    }
}
