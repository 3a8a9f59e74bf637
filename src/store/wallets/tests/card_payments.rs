//! Bound cards, payments by them, and the suspense account.

use super::world::*;
use crate::store::{CardCharge, ChargeResult, Payment, Refunded, Resolution};
use crate::wallet::policy::Policy;
use crate::wallet::{
    Actor, CardPaymentState, CardReference, CardState, Judged, SuspenseReason, WalletState,
    WalletStatus as W,
};
use crate::*;

fn reference(fingerprint: &str) -> CardReference {
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
fn with_card(world: &World) -> (Id, Id) {
    let (anna, card) = (world.wallet(0), world.id());
    let wallets = &world.wallets;
    wallets.propose_card(anna, card, &reference("fp"), &Actor::System).unwrap().unwrap();
    wallets.confirm_card(anna, card).unwrap().unwrap();
    (anna, card)
}

/// A payment by card whose instruction the host has.
fn begun(world: &World, anna: Id, card: Id, units: u32) -> Judged<Payment> {
    let payment = world.payment(anna, units);
    let authorisation = Some(world.authorise(&payment.purchase(), card, false)?);
    let payment = Payment { authorisation, ..payment };
    let instruction = world.wallets.begin_card_payment(&payment, card).unwrap()?;
    assert_eq!((instruction.card, instruction.amount), (reference("fp"), amount(units)));
    Ok(payment)
}

fn charge(payment: &Payment, reference: &str, units: u32) -> CardCharge {
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
    let world = World::new(Policy::article());
    let (anna, card) = with_card(&world);
    let cards = world.wallets.cards(anna).unwrap();
    assert_eq!((cards.len(), cards[0].state, cards[0].is_default), (1, CardState::ACTIVE, true));

    let payment = begun(&world, anna, card, 80_00).unwrap();
    let again = world.wallets.begin_card_payment(&payment, card).unwrap().unwrap();
    assert_eq!(again.payment, payment.operation.id, "a retry gives the instruction again");
    assert_eq!(world.balances(id(SELLER)).credits_pending, amount(0), "nothing is paid yet");

    let charged = charge(&payment, "ch_1", 80_00);
    for _ in 0..3 {
        let result = world.wallets.card_charged(&charged).unwrap();
        assert_eq!(result, Ok(ChargeResult::Paid), "the processor may report it again");
    }
    assert_eq!(world.balances(id(SELLER)).credits_pending, amount(80_00));
    assert_eq!(world.balances(id(BANK)).debits_posted, amount(80_00));
    assert_eq!(world.available(anna), 0);

    let refund = Operation::refund(world.id(), payment.operation.id, amount(30_00));
    for _ in 0..2 {
        let result = world.wallets.refund_card_payment(payment.operation.id, refund).unwrap();
        assert_eq!(result, Ok(Refunded::ToCard));
    }
    assert_eq!(world.balances(id(BANK)).credits_posted, amount(30_00));
    // She agrees to have refunds in her wallet.
    world.alter(anna, |row, _| row.refunds_to_wallet = true);
    let refund = Operation::refund(world.id(), payment.operation.id, amount(50_00));
    let result = world.wallets.refund_card_payment(payment.operation.id, refund).unwrap();
    assert_eq!(result, Ok(Refunded::ToWallet));
    assert_eq!(world.available(anna), 50_00);
    assert!(world.is_balanced());
    world.verify();
}

/// The first card asks for a payment password.
#[test]
fn a_card_is_confirmed_by_who_has_a_payment_password() {
    let world = World::new(Policy::article());
    let (anna, card, wallets) = (world.wallet(0), world.id(), &world.wallets);
    world.forget_password(anna);
    wallets.propose_card(anna, card, &reference("fp"), &Actor::System).unwrap().unwrap();
    let confirm = || status(wallets.confirm_card(anna, card).unwrap());
    assert_eq!(confirm(), Err(W::PAYMENT_PASSWORD_MUST_BE_SET));
    assert_eq!(wallets.cards(anna).unwrap()[0].state, CardState::PROPOSED);
}

#[test]
fn every_refusal_of_cards() {
    let world = World::new(Policy::article());
    let (anna, card) = with_card(&world);
    let wallets = &world.wallets;
    let propose = |wallet, card, reference: &CardReference| {
        status(wallets.propose_card(wallet, card, reference, &Actor::System).unwrap())
    };
    let number = CardReference { token: "4111111111111111".into(), ..reference("x") };
    assert_eq!(propose(anna, world.id(), &number), Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER));
    let old = CardReference { expiry_year: 2025, ..reference("x") };
    assert_eq!(propose(anna, world.id(), &old), Err(W::CARD_HAS_EXPIRED));
    assert_eq!(propose(anna, world.id(), &reference("fp")), Err(W::CARD_EXISTS));
    assert_eq!(propose(id(77), world.id(), &reference("x")), Err(W::WALLET_NOT_FOUND));
    assert_eq!(propose(world.wallet(0), world.id(), &reference("fp")), Ok(()), "a family's card");

    assert_eq!(status(begun(&world, anna, id(77), 1_00)), Err(W::CARD_NOT_FOUND));
    // An authorisation for a card is not one for the wallet's money, nor the other way round.
    let payment = world.authorised(anna, 1_00).unwrap();
    let by_card = wallets.begin_card_payment(&payment, card).unwrap();
    assert_eq!(status(by_card), Err(W::AUTHORISATION_MUST_MATCH));
    let payment = world.payment(anna, 1_00);
    let authorisation = Some(world.authorise(&payment.purchase(), card, false).unwrap());
    let from_wallet = wallets.pay(&Payment { authorisation, ..payment }).unwrap();
    assert_eq!(status(from_wallet), Err(W::AUTHORISATION_MUST_MATCH));

    wallets.suspend_card(anna, card, &Actor::Customer).unwrap().unwrap();
    assert_eq!(status(begun(&world, anna, card, 1_00)), Err(W::CARD_MUST_BE_ACTIVE));
    wallets.resume_card(anna, card, &Actor::Customer).unwrap().unwrap();
    wallets.set_default_card(anna, card).unwrap().unwrap();
    let payment = begun(&world, anna, card, 1_00).unwrap();
    let other = Payment { order: world.id(), ..payment };
    let taken = wallets.begin_card_payment(&other, card).unwrap();
    assert_eq!(status(taken), Err(W::CARD_PAYMENT_EXISTS));
    let unknown = world.payment(anna, 1);
    let nothing = wallets.card_charged(&charge(&unknown, "ch", 1)).unwrap();
    assert_eq!(status(nothing), Err(W::CARD_PAYMENT_NOT_FOUND));
    let number = wallets.card_charged(&charge(&payment, "4111111111111111", 1)).unwrap();
    assert_eq!(status(number), Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER));
    wallets.remove_card(anna, card, &Actor::Customer).unwrap().unwrap();
    assert_eq!(wallets.cards(anna).unwrap()[0].reference, None);
    world.at(START + 400 * DAY);
    assert_eq!(status(begun(&world, anna, card, 1_00)), Err(W::CARD_MUST_BE_ACTIVE));
}

/// Late, twice, another amount, a frozen wallet, a seller whose account is closed: the money lands in
/// suspense, is found there, and given where it belongs. Not a cent is lost.
#[test]
fn no_money_of_a_card_is_lost() {
    let world = World::new(Policy::article());
    let (anna, card) = with_card(&world);
    let wallets = &world.wallets;
    let staff = Actor::staff("eve", "called the customer");
    let suspended = |payment: &Payment, name: &str, units: u32, reason| {
        let result = wallets.card_charged(&charge(payment, name, units)).unwrap().unwrap();
        let ChargeResult::InSuspense(item, found) = result else { panic!("{result:?}") };
        assert_eq!(found, reason);
        let again = wallets.card_charged(&charge(payment, name, units)).unwrap().unwrap();
        assert_eq!(again, result);
        item
    };

    // Late: the host had given it up. What failed does not count against the limit.
    let late = begun(&world, anna, card, 100_00).unwrap();
    for _ in 0..2 {
        wallets.card_payment_failed(late.operation.id).unwrap().unwrap();
    }
    assert_eq!(wallets.spending(anna).unwrap().unwrap().day, 0);
    let late_item = suspended(&late, "late", 100_00, SuspenseReason::LATE);

    // Twice.
    let twice = begun(&world, anna, card, 20_00).unwrap();
    let paid = wallets.card_charged(&charge(&twice, "first", 20_00)).unwrap();
    assert_eq!(paid, Ok(ChargeResult::Paid));
    let failed = wallets.card_payment_failed(twice.operation.id).unwrap();
    assert_eq!(status(failed), Err(W::CARD_PAYMENT_MUST_BE_AT_THIS_STEP));
    let twice_item = suspended(&twice, "second", 20_00, SuspenseReason::TWICE);

    // Another amount.
    let odd = begun(&world, anna, card, 30_00).unwrap();
    let odd_item = suspended(&odd, "odd", 29_00, SuspenseReason::ANOTHER_AMOUNT);
    let state = wallets.card_payment(odd.operation.id).unwrap();
    assert_eq!(state, Some(CardPaymentState::IN_SUSPENSE));

    // The wallet was frozen, the seller's account closed meanwhile.
    let frozen = begun(&world, anna, card, 5_00).unwrap();
    world.alter(anna, |row, _| row.state = WalletState::Frozen);
    let frozen_item = suspended(&frozen, "frozen", 5_00, SuspenseReason::REFUSED_BY_LEDGER);
    world.alter(anna, |row, _| row.state = WalletState::Active);
    let closed = begun(&world, anna, card, 6_00).unwrap();
    world.submit(Operation::freeze(world.id(), id(SELLER)));
    let closed_item = suspended(&closed, "closed", 6_00, SuspenseReason::REFUSED_BY_LEDGER);
    world.submit(Operation::unfreeze(world.id(), id(SELLER)));

    assert_eq!(world.available(id(SUSPENSE)), 160_00);
    let open: Vec<_> = wallets.open_suspense(None, 10).unwrap().iter().map(|i| i.id).collect();
    assert_eq!(open, [late_item, twice_item, odd_item, frozen_item, closed_item]);

    // To the order after all, to the wallet, back to the card.
    let order = Operation { id: world.id(), ..late.operation };
    let resolve = |item, resolution, actor: &Actor| {
        status(wallets.resolve_suspense(item, &resolution, actor).unwrap())
    };
    let to_order = Resolution::ToOrder(order);
    assert_eq!(resolve(late_item, to_order, &Actor::Customer), Err(W::ACTOR_MUST_BE_NAMED));
    let wrong = Resolution::ToOrder(Operation { amount: amount(1), ..order });
    assert_eq!(resolve(late_item, wrong, &staff), Err(W::AUTHORISATION_MUST_MATCH));
    assert_eq!(resolve(id(77), to_order, &staff), Err(W::SUSPENSE_ITEM_NOT_FOUND));
    assert_eq!(resolve(late_item, to_order, &staff), Ok(()));
    assert_eq!(resolve(late_item, to_order, &staff), Ok(()), "a retry");
    let other = Resolution::ToWallet(world.id());
    assert_eq!(resolve(late_item, other, &staff), Err(W::SUSPENSE_ITEM_IS_RESOLVED));
    assert_eq!(resolve(twice_item, Resolution::BackToCard(world.id()), &staff), Ok(()));
    for item in [odd_item, frozen_item, closed_item] {
        assert_eq!(resolve(item, Resolution::ToWallet(world.id()), &staff), Ok(()));
    }
    assert_eq!(world.available(id(SUSPENSE)), 0);
    assert!(wallets.open_suspense(None, 10).unwrap().is_empty());
    assert_eq!(world.available(anna), 29_00 + 5_00 + 6_00);
    assert_eq!(world.balances(id(SELLER)).credits_pending, amount(100_00 + 20_00));
    assert_eq!(world.balances(id(BANK)).credits_posted, amount(20_00));
    assert!(!wallets.suspense_item(late_item).unwrap().unwrap().resolved_by.is_zero());
    world.verify();
}

/// The deadline refunds into the wallet, by the ledger alone; from there the money goes back to the
/// card, and no more than that.
#[test]
fn what_a_deadline_refunded_goes_back_to_the_card() {
    let world = World::new(Policy::article());
    let (anna, card) = with_card(&world);
    let mut payment = world.payment(anna, 50_00);
    payment.operation = payment.operation.with_deadline(3_600, AtDeadline::REFUND);
    let authorisation = Some(world.authorise(&payment.purchase(), card, false).unwrap());
    let payment = Payment { authorisation, ..payment };
    let hold = payment.operation.id;
    world.wallets.begin_card_payment(&payment, card).unwrap().unwrap();
    world.wallets.card_charged(&charge(&payment, "ch", 50_00)).unwrap().unwrap();
    let back = |id, units| world.wallets.return_to_card(hold, id, amount(units)).unwrap();
    assert_eq!(status(back(world.id(), 1)), Err(W::EXCEEDS_CARD_PAYMENT), "it is in escrow");
    world.at(START + 3_601);
    assert_eq!(world.available(anna), 50_00);
    assert_eq!(status(back(world.id(), 50_01)), Err(W::EXCEEDS_CARD_PAYMENT));
    let first = world.id();
    assert_eq!(back(first, 20_00), Ok(Refunded::ToCard));
    assert_eq!(back(first, 20_00), Ok(Refunded::ToCard), "a retry");
    assert_eq!(back(world.id(), 30_00), Ok(Refunded::ToCard));
    assert_eq!(status(back(world.id(), 1)), Err(W::EXCEEDS_CARD_PAYMENT));
    assert_eq!((world.available(anna), world.balances(id(BANK)).net()), (0, 0));
}
