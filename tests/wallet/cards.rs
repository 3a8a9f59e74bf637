//! Bound cards, payments by them, and the suspense account.

use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

pub(crate) fn reference(fingerprint: &str) -> CardReference {
    CardReference {
        token: "tok_planted".into(),
        brand: "Visa".into(),
        last_four: "1111".into(),
        expiry_year: 2026,
        expiry_month: 12,
        fingerprint: fingerprint.into(),
    }
}

/// A wallet with an active card.
pub(crate) fn with_card(market: &Market) -> (Customer, Id) {
    let (anna, card) = (market.customer(0), market.fresh());
    let wallets = &market.wallets;
    wallets.propose_card(anna.wallet, card, &reference("fp"), &Actor::System).unwrap().unwrap();
    wallets.confirm_card(anna.wallet, card).unwrap().unwrap();
    (anna, card)
}

/// A payment by card whose instruction the host has.
pub(crate) fn begun(
    market: &Market,
    anna: Customer,
    card: Id,
    units: u32,
) -> Result<Payment, Refusal> {
    let payment = market.payment(anna, units);
    let authorisation = Some(market.authorise_card(&payment.purchase(), card)?);
    let payment = Payment { authorisation, ..payment };
    let instruction = market.wallets.begin_card_payment(&payment, card).unwrap()?;
    assert_eq!((instruction.card, instruction.amount), (reference("fp"), amount(units)));
    Ok(payment)
}

pub(crate) fn charge(payment: &Payment, reference: &str, units: u32) -> CardCharge {
    CardCharge {
        payment: payment.operation.id,
        reference: reference.into(),
        amount: amount(units),
        external: id(BANK),
        suspense: id(SUSPENSE),
    }
}

/// After her first payment the shop offers to bind the card; she agrees, and from then on pays with
/// the payment password alone. The goods do not arrive: the money goes back to the card.
#[test]
fn binding_a_card_and_paying_with_it() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let cards = market.wallets.cards(anna.wallet).unwrap();
    assert_eq!((cards.len(), cards[0].state, cards[0].is_default), (1, CardState::ACTIVE, true));

    let payment = begun(&market, anna, card, 80_00).unwrap();
    let again = market.wallets.begin_card_payment(&payment, card).unwrap().unwrap();
    assert_eq!(again.payment, payment.operation.id, "a retry gives the instruction again");
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(0), "nothing is paid yet");

    let charged = charge(&payment, "ch_1", 80_00);
    for _ in 0..3 {
        let result = market.wallets.card_charged(&charged).unwrap();
        assert_eq!(result, Ok(ChargeResult::Paid), "the processor may report it again");
    }
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(80_00));
    assert_eq!(market.balances(id(BANK)).debits_posted, amount(80_00));
    assert_eq!(market.available(anna.account), 0);

    let refund = Operation::refund(market.fresh(), payment.operation.id, amount(30_00));
    for _ in 0..2 {
        let result = market.wallets.refund_card_payment(payment.operation.id, refund).unwrap();
        assert_eq!(result, Ok(Refunded::ToCard));
    }
    assert_eq!(market.balances(id(BANK)).credits_posted, amount(30_00));
    // She agrees to have refunds in her wallet.
    let agreed = market.wallets.set_consent(anna.person, REFUNDS_TO_WALLET, "1", true);
    agreed.unwrap().unwrap();
    let refund = Operation::refund(market.fresh(), payment.operation.id, amount(50_00));
    let result = market.wallets.refund_card_payment(payment.operation.id, refund).unwrap();
    assert_eq!(result, Ok(Refunded::ToWallet));
    assert_eq!(market.available(anna.account), 50_00);
    assert!(market.is_balanced());
    market.verify();
}

/// Symptom: a payment by card could not be refunded without an amount, and the documentation asked
/// for the id of the release, which the code refused. What is left of the deal goes back, whether
/// it is still in escrow or was paid by releases and a deadline, by the id of the payment alone.
#[test]
fn a_card_gets_all_of_it_back_without_being_told_how_much() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let refund = |payment: &Payment, refund: Operation| {
        market.wallets.refund_card_payment(payment.operation.id, refund).unwrap()
    };
    let returned = || market.balances(id(BANK)).credits_posted;
    let mut payments = Vec::new();
    for reference in ["ch_1", "ch_2"] {
        let payment = begun(&market, anna, card, 80_00).unwrap();
        let charged = charge(&payment, reference, 80_00);
        assert_eq!(market.wallets.card_charged(&charged).unwrap(), Ok(ChargeResult::Paid));
        payments.push(payment);
    }
    let [held, paid] = [&payments[0], &payments[1]];
    let (held_id, paid_id) = (held.operation.id, paid.operation.id);
    let back = Operation::refund_rest(market.fresh(), held_id);
    for _ in 0..2 {
        assert_eq!(refund(held, back), Ok(Refunded::ToCard));
        assert_eq!(returned(), amount(80_00));
    }
    let again = Operation::refund_rest(market.fresh(), held_id);
    assert_eq!(verdict(refund(held, again)), Err(W::EXCEEDS_CARD_PAYMENT));

    // Nothing was paid to the seller yet.
    let early = Operation::reverse_rest(market.fresh(), paid_id);
    assert_eq!(verdict(refund(paid, early)), Err(W::EXCEEDS_CARD_PAYMENT));
    assert!(market.submit(Operation::release(market.fresh(), paid_id, amount(30_00))).is_done());
    assert!(market.submit(Operation::release_rest(market.fresh(), paid_id)).is_done());
    let part = Operation::reverse(market.fresh(), paid_id, amount(5_00));
    assert_eq!(refund(paid, part), Ok(Refunded::ToCard));
    let unsaid = Operation { flags: OperationFlags::NONE, ..early };
    assert_eq!(verdict(refund(paid, unsaid)), Err(W::PAYMENT_MUST_BE_PLAIN));
    assert_eq!(refund(paid, early), Ok(Refunded::ToCard));
    assert_eq!(returned(), amount(160_00));
    assert_eq!(market.available(anna.account), 0);
    assert!(market.is_balanced());
    market.verify();
}

/// A policy that lets nobody have refunds in the wallet before they are verified: they go to the
/// card, whatever was agreed.
#[test]
fn refunds_stay_in_the_wallet_where_the_tier_allows_it() {
    use escrowdb::wallet::policy::WalletOperation as O;
    let mut policy = Policy::article();
    policy.tiers[0].operations.retain(|operation| *operation != O::RefundToWallet);
    let market = Market::new(policy);
    let (anna, card) = with_card(&market);
    let agreed = market.wallets.set_consent(anna.person, REFUNDS_TO_WALLET, "1", true);
    agreed.unwrap().unwrap();
    for (place, expected) in [Refunded::ToCard, Refunded::ToWallet].into_iter().enumerate() {
        let payment = begun(&market, anna, card, 10_00).unwrap();
        let charged = charge(&payment, &format!("ch_{place}"), 10_00);
        assert_eq!(market.wallets.card_charged(&charged).unwrap(), Ok(ChargeResult::Paid));
        let refund = Operation::refund(market.fresh(), payment.operation.id, amount(10_00));
        let result = market.wallets.refund_card_payment(payment.operation.id, refund).unwrap();
        assert_eq!(result, Ok(expected));
        market.approve(anna, Timestamp::NONE);
    }
    assert_eq!(market.available(anna.account), 10_00);
}

#[test]
fn every_refusal_of_cards() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let propose = |wallet, card, reference: &CardReference| {
        verdict(wallets.propose_card(wallet, card, reference, &Actor::System).unwrap())
    };
    let number = CardReference { token: "4111111111111111".into(), ..reference("x") };
    assert_eq!(
        propose(anna.wallet, market.fresh(), &number),
        Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)
    );
    let old = CardReference { expiry_year: 2025, ..reference("x") };
    assert_eq!(propose(anna.wallet, market.fresh(), &old), Err(W::CARD_HAS_EXPIRED));
    assert_eq!(propose(anna.wallet, market.fresh(), &reference("fp")), Err(W::CARD_EXISTS));
    assert_eq!(propose(id(77), market.fresh(), &reference("x")), Err(W::WALLET_NOT_FOUND));
    assert_eq!(
        propose(market.customer(0).wallet, market.fresh(), &reference("fp")),
        Ok(()),
        "a family's card"
    );

    assert_eq!(verdict(begun(&market, anna, id(77), 1_00)), Err(W::CARD_NOT_FOUND));
    // An authorisation for a card is not one for the wallet's money, nor the other way round.
    let payment = market.authorised(anna, 1_00).unwrap();
    let by_card = wallets.begin_card_payment(&payment, card).unwrap();
    assert_eq!(verdict(by_card), Err(W::AUTHORISATION_MUST_MATCH));
    let payment = market.payment(anna, 1_00);
    let authorisation = Some(market.authorise_card(&payment.purchase(), card).unwrap());
    let from_wallet = wallets.pay(&Payment { authorisation, ..payment }).unwrap();
    assert_eq!(verdict(from_wallet), Err(W::AUTHORISATION_MUST_MATCH));

    // The card is judged when the password is asked for, and again when the payment begins.
    let payment = Payment { authorisation, ..payment };
    let begin = |card| verdict(wallets.begin_card_payment(&payment, card).unwrap());
    assert_eq!(begin(id(77)), Err(W::CARD_NOT_FOUND));
    wallets.suspend_card(anna.wallet, card, &Actor::Customer).unwrap().unwrap();
    assert_eq!(begin(card), Err(W::CARD_MUST_BE_ACTIVE));
    assert_eq!(verdict(begun(&market, anna, card, 1_00)), Err(W::CARD_MUST_BE_ACTIVE));
    wallets.resume_card(anna.wallet, card, &Actor::Customer).unwrap().unwrap();
    wallets.set_default_card(anna.wallet, card).unwrap().unwrap();
    let payment = begun(&market, anna, card, 1_00).unwrap();
    let other = Payment { order: market.fresh(), ..payment };
    let taken = wallets.begin_card_payment(&other, card).unwrap();
    assert_eq!(verdict(taken), Err(W::CARD_PAYMENT_EXISTS));
    let unknown = market.payment(anna, 1);
    let nothing = wallets.card_charged(&charge(&unknown, "ch", 1)).unwrap();
    assert_eq!(verdict(nothing), Err(W::CARD_PAYMENT_NOT_FOUND));
    let number = wallets.card_charged(&charge(&payment, "4111111111111111", 1)).unwrap();
    assert_eq!(verdict(number), Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER));
    wallets.remove_card(anna.wallet, card, &Actor::Customer).unwrap().unwrap();
    assert_eq!(wallets.cards(anna.wallet).unwrap()[0].reference, None);
    market.at(START + 400 * DAY);
    assert_eq!(verdict(begun(&market, anna, card, 1_00)), Err(W::CARD_MUST_BE_ACTIVE));
}

/// Late, twice, another amount, a frozen wallet, a seller whose account is closed: the money lands
/// in suspense, is found there, and given where it belongs. Not a cent is lost.
#[test]
fn no_money_of_a_card_is_lost() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let eve = staff("eve");
    let suspended = |payment: &Payment, name: &str, units: u32, reason| {
        let result = wallets.card_charged(&charge(payment, name, units)).unwrap().unwrap();
        let ChargeResult::InSuspense(item, found) = result else { panic!("{result:?}") };
        assert_eq!(found, reason);
        let again = wallets.card_charged(&charge(payment, name, units)).unwrap().unwrap();
        assert_eq!(again, result);
        item
    };

    // Late: the host had given it up. What failed does not count against the limit.
    let late = begun(&market, anna, card, 100_00).unwrap();
    for _ in 0..2 {
        wallets.card_payment_failed(late.operation.id).unwrap().unwrap();
    }
    assert_eq!(wallets.spending(anna.wallet).unwrap().unwrap().day, 0);
    let late_item = suspended(&late, "late", 100_00, SuspenseReason::LATE);

    // Twice.
    let twice = begun(&market, anna, card, 20_00).unwrap();
    let paid = wallets.card_charged(&charge(&twice, "first", 20_00)).unwrap();
    assert_eq!(paid, Ok(ChargeResult::Paid));
    let failed = wallets.card_payment_failed(twice.operation.id).unwrap();
    assert_eq!(verdict(failed), Err(W::CARD_PAYMENT_MUST_BE_AT_THIS_STEP));
    let twice_item = suspended(&twice, "second", 20_00, SuspenseReason::TWICE);

    // Another amount.
    let odd = begun(&market, anna, card, 30_00).unwrap();
    let odd_item = suspended(&odd, "odd", 29_00, SuspenseReason::ANOTHER_AMOUNT);
    let state = wallets.card_payment(odd.operation.id).unwrap();
    assert_eq!(state, Some(CardPaymentState::IN_SUSPENSE));
    let counted = || wallets.spending(anna.wallet).unwrap().unwrap().day;
    assert_eq!(counted(), 20_00, "what did not pay its order does not count");

    // The wallet was frozen, the seller's account closed meanwhile.
    let frozen = begun(&market, anna, card, 5_00).unwrap();
    market.freeze(anna);
    let frozen_item = suspended(&frozen, "frozen", 5_00, SuspenseReason::REFUSED_BY_LEDGER);
    market.unfreeze(anna);
    let closed = begun(&market, anna, card, 6_00).unwrap();
    market.submit(Operation::freeze(market.fresh(), id(SELLER)));
    let closed_item = suspended(&closed, "closed", 6_00, SuspenseReason::REFUSED_BY_LEDGER);
    market.submit(Operation::unfreeze(market.fresh(), id(SELLER)));

    assert_eq!((counted(), market.available(id(SUSPENSE))), (20_00, 160_00));
    let open: Vec<_> = wallets.open_suspense(None, 10).unwrap().iter().map(|i| i.id).collect();
    assert_eq!(open, [late_item, twice_item, odd_item, frozen_item, closed_item]);

    // To the order after all, to the wallet, back to the card.
    let order = Operation { id: market.fresh(), ..late.operation };
    let resolve = |item, resolution, actor: &Actor| {
        verdict(wallets.resolve_suspense(item, &resolution, actor).unwrap())
    };
    let to_order = Resolution::ToOrder(order);
    assert_eq!(resolve(late_item, to_order, &Actor::Customer), Err(W::ACTOR_MUST_BE_NAMED));
    let wrong = Resolution::ToOrder(Operation { amount: amount(1), ..order });
    assert_eq!(resolve(late_item, wrong, &eve), Err(W::AUTHORISATION_MUST_MATCH));
    assert_eq!(resolve(id(77), to_order, &eve), Err(W::SUSPENSE_ITEM_NOT_FOUND));
    assert_eq!(resolve(late_item, to_order, &eve), Ok(()));
    assert_eq!(resolve(late_item, to_order, &eve), Ok(()), "a retry");
    assert_eq!(counted(), 120_00, "paid after all, and counted once");
    let other = Resolution::ToWallet(market.fresh());
    assert_eq!(resolve(late_item, other, &eve), Err(W::SUSPENSE_ITEM_IS_RESOLVED));
    assert_eq!(resolve(twice_item, Resolution::BackToCard(market.fresh()), &eve), Ok(()));
    for item in [odd_item, frozen_item, closed_item] {
        assert_eq!(resolve(item, Resolution::ToWallet(market.fresh()), &eve), Ok(()));
    }
    assert_eq!(market.available(id(SUSPENSE)), 0);
    assert!(wallets.open_suspense(None, 10).unwrap().is_empty());
    assert_eq!(market.available(anna.account), 29_00 + 5_00 + 6_00);
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(100_00 + 20_00));
    assert_eq!(market.balances(id(BANK)).credits_posted, amount(20_00));
    assert!(!wallets.suspense_item(late_item).unwrap().unwrap().resolved_by.is_zero());
    market.verify();
}

/// A report that names the wrong accounts books nothing, whether it would pay the order or lie in
/// suspense: not where a customer could spend it, not out of nothing, not in another currency.
#[test]
fn card_money_comes_from_outside_and_waits_where_nobody_spends_it() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let (frozen, closed, foreign, frozen_bank, closed_bank, foreign_bank) =
        (id(41), id(42), id(43), id(44), id(45), id(46));
    let points = Ledger::new(2, LedgerCode::new("EUR").unwrap(), 2);
    market.store.create_ledgers(&[points]).unwrap();
    let (plain, external) = (AccountFlags::NONE, AccountFlags::EXTERNAL);
    let opened = [
        (frozen, LEDGER, plain),
        (closed, LEDGER, plain),
        (foreign, 2, plain),
        (frozen_bank, LEDGER, external),
        (closed_bank, LEDGER, external),
        (foreign_bank, 2, external),
    ];
    let opened = opened.map(|(id, ledger, flags)| Account::new(id, ledger, 500, flags));
    market.store.create_accounts(&opened).unwrap();
    for account in [frozen, frozen_bank] {
        assert!(market.submit(Operation::freeze(market.fresh(), account)).is_done());
    }
    for account in [closed, closed_bank] {
        assert!(market.submit(Operation::close(market.fresh(), account)).is_done());
    }

    let payment = begun(&market, anna, card, 80_00).unwrap();
    let (bank, suspense) = (id(BANK), id(SUSPENSE));
    let cases = [
        (bank, id(77), W::SUSPENSE_ACCOUNT_MUST_FIT),
        (bank, Id::ZERO, W::SUSPENSE_ACCOUNT_MUST_FIT),
        (bank, bank, W::SUSPENSE_ACCOUNT_MUST_FIT),
        (bank, anna.account, W::SUSPENSE_ACCOUNT_MUST_FIT),
        (bank, market.customer(0).account, W::SUSPENSE_ACCOUNT_MUST_FIT),
        (bank, frozen, W::SUSPENSE_ACCOUNT_MUST_FIT),
        (bank, closed, W::SUSPENSE_ACCOUNT_MUST_FIT),
        (bank, foreign, W::SUSPENSE_ACCOUNT_MUST_FIT),
        (id(77), suspense, W::EXTERNAL_ACCOUNT_MUST_FIT),
        (Id::ZERO, suspense, W::EXTERNAL_ACCOUNT_MUST_FIT),
        (id(FEES), suspense, W::EXTERNAL_ACCOUNT_MUST_FIT),
        (anna.account, suspense, W::EXTERNAL_ACCOUNT_MUST_FIT),
        (suspense, suspense, W::EXTERNAL_ACCOUNT_MUST_FIT),
        (frozen_bank, suspense, W::EXTERNAL_ACCOUNT_MUST_FIT),
        (closed_bank, suspense, W::EXTERNAL_ACCOUNT_MUST_FIT),
        (foreign_bank, suspense, W::EXTERNAL_ACCOUNT_MUST_FIT),
    ];
    let before = market.store.snapshot().unwrap().timestamp();
    for units in [80_00, 79_00] {
        for (place, &(external, suspense, expected)) in cases.iter().enumerate() {
            let wrong = CardCharge { external, suspense, ..charge(&payment, "ch", units) };
            let refused = market.wallets.card_charged(&wrong).unwrap();
            assert_eq!(verdict(refused), Err(expected), "case {place} of {units}");
        }
    }
    assert_eq!(market.store.snapshot().unwrap().timestamp(), before, "nothing was written");
    let state = market.wallets.card_payment(payment.operation.id).unwrap();
    assert_eq!(state, Some(CardPaymentState::CHARGING));

    let right = charge(&payment, "ch", 80_00);
    assert_eq!(market.wallets.card_charged(&right).unwrap(), Ok(ChargeResult::Paid));
    // What was booked is answered alike, whatever became of the accounts since.
    let again = CardCharge { suspense: id(77), ..right };
    assert_eq!(market.wallets.card_charged(&again).unwrap(), Ok(ChargeResult::Paid));
    market.verify();
}

/// The deadline refunds into the purchase account, by the ledger alone; from there the money goes
/// back to the card, and no more than that.
#[test]
fn what_a_deadline_refunded_goes_back_to_the_card() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let mut payment = market.payment(anna, 50_00);
    payment.operation = payment.operation.with_deadline(3_600, AtDeadline::REFUND);
    let authorisation = Some(market.authorise_card(&payment.purchase(), card).unwrap());
    let payment = Payment { authorisation, ..payment };
    let hold = payment.operation.id;
    market.wallets.begin_card_payment(&payment, card).unwrap().unwrap();
    market.wallets.card_charged(&charge(&payment, "ch", 50_00)).unwrap().unwrap();
    let back = |id, units| market.wallets.return_to_card(hold, id, amount(units)).unwrap();
    assert_eq!(verdict(back(market.fresh(), 1)), Err(W::EXCEEDS_CARD_PAYMENT), "it is in escrow");
    market.at(START + 3_601);
    let owed = Wallets::purchase_account(anna.person, LEDGER);
    assert_eq!((market.available(owed), market.available(anna.account)), (50_00, 0));
    for units in [0, 50_01] {
        assert_eq!(verdict(back(market.fresh(), units)), Err(W::EXCEEDS_CARD_PAYMENT));
    }
    let first = market.fresh();
    assert_eq!(back(first, 20_00), Ok(Refunded::ToCard));
    assert_eq!(back(first, 20_00), Ok(Refunded::ToCard), "a retry");
    assert_eq!(back(market.fresh(), 30_00), Ok(Refunded::ToCard));
    assert_eq!(verdict(back(market.fresh(), 1)), Err(W::EXCEEDS_CARD_PAYMENT));
    assert_eq!((market.available(owed), market.balances(id(BANK)).net()), (0, 0));
    market.verify();
}
