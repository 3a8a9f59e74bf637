//! The first payment by card, as most customers make it: a card is typed in, the order is paid, the
//! shop offers to bind the card, and only then is there a payment password.

use crate::cards::{charge, reference};
use crate::market::*;
use crate::world::*;
use CardAuthentication as A;
use WalletStatus as W;
use escrowdb::wallet::policy::SecondFactor;
use escrowdb::wallet::*;
use escrowdb::*;

/// A payment to the seller by a card that is typed in.
pub(crate) fn typed_in(market: &Market, by: Customer, units: u32) -> NewCardPayment {
    let Payment { wallet, order, operation, .. } = market.payment(by, units);
    let operation = Operation { debit_account: Id::ZERO, ..operation };
    NewCardPayment { wallet, order, authentication: A::AUTHENTICATED, operation }
}

/// The report of a charge for it.
pub(crate) fn charge_of(payment: &NewCardPayment, name: &str, units: u32) -> CardCharge {
    let NewCardPayment { wallet, order, operation, .. } = *payment;
    charge(&Payment { wallet, order, authorisation: None, operation }, name, units)
}

/// A payment by a card that is typed in, and charged.
pub(crate) fn paid_by_new_card(market: &Market, by: Customer, units: u32) -> NewCardPayment {
    let payment = typed_in(market, by, units);
    market.wallets.begin_new_card_payment(&payment).unwrap().unwrap();
    let charge = charge_of(&payment, &payment.operation.id.to_string(), units);
    assert_eq!(market.wallets.card_charged(&charge).unwrap(), Ok(ChargeResult::Paid));
    payment
}

/// The order of the article: Anna registers, types her card in and pays, is offered to bind it, and
/// then makes a payment password; from there on that alone pays. What she paid first is refunded to
/// the card like any other payment.
#[test]
fn a_card_is_typed_in_paid_with_and_bound() {
    let world = World::new();
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let accounts = [SELLER, SUSPENSE].map(|of| Account::new(id(of), LEDGER, 300, limited));
    world.store.create_accounts(&accounts).unwrap();
    world.register(1, EMAIL);
    let (wallets, anna, card) = (&world.wallets, wallet(1), id(600));
    assert!(!world.wallet(1).has_payment_password);

    let operation = Operation::hold(id(700), Id::ZERO, id(SELLER), LEDGER, amount(80_00));
    let payment =
        NewCardPayment { wallet: anna, order: id(7), authentication: A::AUTHENTICATED, operation };
    for _ in 0..2 {
        wallets.begin_new_card_payment(&payment).unwrap().unwrap();
    }
    let balances = |of: Id| world.store.snapshot().unwrap().account(of).unwrap().unwrap().balances;
    assert_eq!(balances(id(SELLER)).credits_pending, amount(0), "nothing is paid yet");
    let charged = charge_of(&payment, "ch_1", 80_00);
    for _ in 0..2 {
        assert_eq!(wallets.card_charged(&charged).unwrap(), Ok(ChargeResult::Paid));
    }
    let hold = world.store.snapshot().unwrap().hold(id(700)).unwrap().unwrap();
    assert_eq!(hold.payer, Wallets::purchase_account(person(1), LEDGER));
    assert_eq!(balances(id(SELLER)).credits_pending, amount(80_00));
    assert_eq!(wallets.spending(anna).unwrap().unwrap().day, 80_00);

    wallets.propose_card(anna, card, &reference("fp"), &Actor::System).unwrap().unwrap();
    let confirmed = wallets.confirm_card(anna, card).unwrap();
    assert_eq!(verdict(confirmed), Err(W::PAYMENT_PASSWORD_MUST_BE_SET));
    wallets.create_payment_password(anna, PAYMENT).unwrap().unwrap();
    wallets.confirm_card(anna, card).unwrap().unwrap();

    let operation = Operation { id: id(701), ..payment.operation };
    let second = Payment { wallet: anna, order: id(8), authorisation: Some(id(90)), operation };
    let password = wallets.authorise_card(id(90), &second.purchase(), card, PAYMENT, false);
    password.unwrap().unwrap();
    wallets.begin_card_payment(&second, card).unwrap().unwrap();
    let charged = wallets.card_charged(&charge(&second, "ch_2", 80_00)).unwrap();
    assert_eq!(charged, Ok(ChargeResult::Paid));

    let refund = Operation::refund_rest(id(800), id(700));
    for _ in 0..2 {
        let refunded = wallets.refund_card_payment(id(700), refund).unwrap();
        assert_eq!(refunded, Ok(Refunded::ToCard));
    }
    assert_eq!(balances(id(BANK)).credits_posted, amount(80_00));
    assert_eq!(balances(account(1)).credits_posted, amount(0), "never through her wallet");
    // The processor is told once, and says when it is done.
    let [one] = wallets.open_card_refunds(None, 9).unwrap()[..] else { panic!("one refund") };
    assert_eq!((one.payment, one.amount, one.ledger), (id(700), amount(80_00), LEDGER));
    assert!(wallets.open_card_refunds(Some(&one), 9).unwrap().is_empty());
    for _ in 0..2 {
        wallets.card_refunded(one.id).unwrap().unwrap();
    }
    assert!(wallets.open_card_refunds(None, 9).unwrap().is_empty());
    assert_eq!(wallets.card_refund(one.id).unwrap(), Some(one));
    let unknown = wallets.card_refunded(id(77)).unwrap();
    assert_eq!(verdict(unknown), Err(W::CARD_REFUND_NOT_FOUND));
    world.verify();
}

/// What 3-D Secure said is the host's word: where the policy wants a second factor, the cardholder
/// must have been authenticated; what failed pays nothing at all.
#[test]
fn three_d_secure_is_attested() {
    let mut policy = Policy::article();
    let above_per_payment = Some(amount(30_00));
    policy.currencies[0].second_factor = SecondFactor { above_per_payment, above_per_day: None };
    let market = Market::new(policy);
    let anna = market.customer(0);
    let unknown = A::from_number(99);
    for (authentication, small, large) in [
        (A::AUTHENTICATED, Ok(()), Ok(())),
        (A::ATTEMPTED, Ok(()), Err(W::SECOND_FACTOR_IS_NEEDED)),
        (A::EXEMPT, Ok(()), Err(W::SECOND_FACTOR_IS_NEEDED)),
        (A::NOT_ASKED, Ok(()), Err(W::SECOND_FACTOR_IS_NEEDED)),
        (A::UNAVAILABLE, Ok(()), Err(W::SECOND_FACTOR_IS_NEEDED)),
        (
            A::FAILED,
            Err(W::CARD_AUTHENTICATION_MUST_SUCCEED),
            Err(W::CARD_AUTHENTICATION_MUST_SUCCEED),
        ),
        (
            unknown,
            Err(W::CARD_AUTHENTICATION_MUST_SUCCEED),
            Err(W::CARD_AUTHENTICATION_MUST_SUCCEED),
        ),
    ] {
        for (units, expected) in [(30_00, small), (30_01, large)] {
            let payment = NewCardPayment { authentication, ..typed_in(&market, anna, units) };
            let begun = market.wallets.begin_new_card_payment(&payment).unwrap();
            assert_eq!(verdict(begun), expected, "{authentication} {units}");
        }
    }
}

#[test]
fn every_refusal_of_a_card_that_is_typed_in() {
    let market = Market::new(Policy::article());
    let (anna, ben) = (market.customer(0), market.customer(0));
    let wallets = &market.wallets;
    let begin = |payment: &NewCardPayment| wallets.begin_new_card_payment(payment).unwrap();
    let good = typed_in(&market, anna, 10_00);
    let on = |change: &dyn Fn(&mut Operation)| {
        let mut payment = typed_in(&market, anna, 10_00);
        change(&mut payment.operation);
        payment
    };
    let through = Wallets::purchase_account(anna.person, LEDGER);
    for (payment, expected) in [
        (NewCardPayment { wallet: id(77), ..good }, W::WALLET_NOT_FOUND),
        (on(&|one| one.debit_account = ben.account), W::AUTHORISATION_MUST_MATCH),
        (on(&|one| one.debit_account = id(BANK)), W::AUTHORISATION_MUST_MATCH),
        (on(&|one| one.amount = amount(0)), W::AMOUNT_MUST_BE_VALID),
        (on(&|one| one.amount = amount(200_01)), W::NEEDS_TIER),
        (on(&|one| one.ledger = 9), W::WALLET_HAS_ANOTHER_LEDGER),
        (on(&|one| one.flags = OperationFlags::LINKED), W::PAYMENT_MUST_BE_PLAIN),
        (on(&|one| one.kind = Kind::REFUND), W::PAYMENT_MUST_BE_PLAIN),
        (on(&|one| one.credit_account = ben.account), W::PAYEE_MUST_NOT_BE_A_WALLET),
        (on(&|one| one.credit_account = id(77)), W::REFUSED_BY_LEDGER),
    ] {
        assert_eq!(verdict(begin(&payment)), Err(expected), "{payment:?}");
    }
    // Who is refused leaves no account.
    assert_eq!(market.store.snapshot().unwrap().account(through).unwrap(), None);

    assert_eq!(begin(&good), Ok(()));
    assert_eq!(begin(&good), Ok(()), "the answer was lost");
    let to_buyer = on(&|one| one.credit_account = Wallets::purchase_account(ben.person, LEDGER));
    assert_eq!(begin(&typed_in(&market, ben, 1_00)), Ok(()));
    assert_eq!(verdict(begin(&to_buyer)), Err(W::PAYEE_MUST_NOT_BE_A_WALLET));
    let other = NewCardPayment { order: id(9), ..good };
    assert_eq!(verdict(begin(&other)), Err(W::CARD_PAYMENT_EXISTS));
    market.freeze(anna);
    assert_eq!(verdict(begin(&good)), Err(W::WALLET_MUST_BE_ACTIVE));
    market.unfreeze(anna);
    let spent = || wallets.spending(anna.wallet).unwrap().unwrap().day;
    assert_eq!(spent(), 10_00);
    wallets.card_payment_failed(good.operation.id).unwrap().unwrap();
    assert_eq!(verdict(begin(&good)), Err(W::CARD_PAYMENT_MUST_BE_AT_THIS_STEP));
    assert_eq!(spent(), 0, "what failed does not count");
    // A bound card's payment is none of these, and the other way round.
    let taken = market.submit(Operation::transfer(id(78), id(BANK), id(FEES), LEDGER, amount(1)));
    assert!(taken.is_done());
    let again = on(&|one| one.id = id(78));
    assert_eq!(begin(&again), Err(Refusal::by_ledger(Status::EXISTS)));
    market.verify();
}

/// Her money came late, twice or with another amount: it lies in suspense, and a clerk gives it to
/// the order, from where it can be refunded.
#[test]
fn money_of_a_new_card_is_not_lost() {
    let market = Market::new(Policy::article());
    let (anna, wallets, eve) = (market.customer(0), &market.wallets, staff("eve"));
    let late = typed_in(&market, anna, 50_00);
    wallets.begin_new_card_payment(&late).unwrap().unwrap();
    wallets.card_payment_failed(late.operation.id).unwrap().unwrap();
    let charged = wallets.card_charged(&charge_of(&late, "late", 50_00)).unwrap();
    let Ok(ChargeResult::InSuspense(item, _)) = charged else { panic!("{charged:?}") };
    let hold = market.fresh();
    let order = wallets.order_from_suspense(item, hold).unwrap().unwrap();
    wallets.resolve_suspense(item, &Resolution::ToOrder(order), &eve).unwrap().unwrap();
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(50_00));
    let refund = Operation::refund_rest(market.fresh(), hold);
    assert_eq!(wallets.refund_card_payment(hold, refund).unwrap(), Ok(Refunded::ToCard));
    assert_eq!(market.balances(id(BANK)).net(), 0);

    let twice = paid_by_new_card(&market, anna, 20_00);
    let charged = wallets.card_charged(&charge_of(&twice, "twice", 20_00)).unwrap();
    let Ok(ChargeResult::InSuspense(item, _)) = charged else { panic!("{charged:?}") };
    let back = market.fresh();
    wallets.resolve_suspense(item, &Resolution::BackToCard(back), &eve).unwrap().unwrap();
    let waiting = wallets.open_card_refunds(None, 9).unwrap();
    assert!(waiting.iter().any(|one| (one.id, one.payment) == (back, twice.operation.id)));
    market.verify();
}
