//! The same id with something else is refused, and not taken for a repetition.

use crate::cards::*;
use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// What a command came to, with what the ledger said.
fn told<A>(judged: Result<A, Refusal>) -> Result<(), (W, Status)> {
    judged.map(drop).map_err(|refusal| (refusal.status, refusal.ledger))
}

fn by_ledger(status: Status) -> Result<(), (W, Status)> {
    Err((W::REFUSED_BY_LEDGER, status))
}

/// The shop's counter of operations was set back. Its second order was answered by the payment of
/// the first, without a password, and was shipped unpaid: an id that exists was taken for a retry,
/// whatever was asked. What a payment was for is remembered, and only the same is one more answer.
#[test]
fn a_payment_pays_one_order_of_one_wallet() {
    let market = Market::new(Policy::article());
    let (anna, ben) = (market.customer(100_00), market.customer(100_00));
    let wallets = &market.wallets;
    let paid = market.authorised(anna, 10_00).unwrap();
    wallets.pay(&paid).unwrap().unwrap();

    let order = market.fresh();
    let other_order = Payment { order, authorisation: None, ..paid };
    let authorised = Payment { authorisation: Some(market.fresh()), ..other_order };
    let other_wallet = Payment { wallet: ben.wallet, ..paid };
    let no_wallet = Payment { wallet: id(77), ..paid };
    let other_amount = Operation { amount: amount(9_00), ..paid.operation };
    let must_match = Err((W::AUTHORISATION_MUST_MATCH, Status::APPLIED));
    let debit = by_ledger(Status::EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT);
    let cases = [
        (other_order, must_match),
        (authorised, must_match),
        (other_wallet, debit),
        (no_wallet, debit),
        (
            Payment { operation: other_amount, ..paid },
            by_ledger(Status::EXISTS_WITH_DIFFERENT_AMOUNT),
        ),
    ];
    for (payment, expected) in cases {
        assert_eq!(told(wallets.pay(&payment).unwrap()), expected, "{payment:?}");
        let many = wallets.pay_many(&[payment]).unwrap().remove(0);
        assert_eq!(told(many), expected, "{payment:?}");
    }
    // What is the same stays paid, whatever became of the hold and the wallet since.
    assert!(market.submit(Operation::refund_rest(market.fresh(), paid.operation.id)).is_done());
    market.freeze(anna);
    assert_eq!(wallets.pay(&paid).unwrap().unwrap().status, Status::EXISTS);
    assert_eq!(told(wallets.pay(&other_order).unwrap()), must_match);
    market.verify();
}

/// A hold that the host placed past the wallet was taken for a payment that the customer had
/// authorised, and a transfer past the limits for a top-up.
#[test]
fn what_no_wallet_did_is_no_payment() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let fund = |to: Customer| {
        Operation::transfer(market.fresh(), id(BANK), to.account, LEDGER, amount(50_00))
    };
    let past = fund(anna);
    assert!(market.submit(past).is_done());
    let payment = market.payment(anna, 10_00);
    assert!(market.submit(payment.operation).is_done());
    let exists = by_ledger(Status::EXISTS);
    assert_eq!(told(wallets.pay(&payment).unwrap()), exists);
    assert_eq!(told(wallets.top_up(anna.wallet, past).unwrap()), exists);
    // Nor is a card charged for a hold that cannot be placed.
    let authorisation = Some(market.authorise_card(&payment.purchase(), card).unwrap());
    let by_card = Payment { authorisation, ..payment };
    assert_eq!(told(wallets.begin_card_payment(&by_card, card).unwrap()), exists);

    let ben = market.customer(0);
    let top_up = fund(anna);
    wallets.top_up(anna.wallet, top_up).unwrap().unwrap();
    let again = wallets.top_up(anna.wallet, top_up).unwrap().unwrap();
    assert_eq!(again.status, Status::EXISTS);
    let credit = by_ledger(Status::EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT);
    for wallet in [ben.wallet, id(77)] {
        assert_eq!(told(wallets.top_up(wallet, top_up).unwrap()), credit);
    }
    market.verify();
}

/// A refund was sent again with another amount, was answered `to_card`, and the shop had the
/// processor pay the second amount too.
#[test]
fn a_refund_is_of_one_amount() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let payment = begun(&market, anna, card, 80_00).unwrap();
    wallets.card_charged(&charge(&payment, "ch", 80_00)).unwrap().unwrap();
    let hold = payment.operation.id;
    let (refund, returned) = (market.fresh(), market.fresh());
    let refunds = |operation| wallets.refund_card_payment(hold, operation).unwrap();
    let returns = |id, units| wallets.return_to_card(hold, id, amount(units)).unwrap();
    assert_eq!(refunds(Operation::refund(refund, hold, amount(5_00))), Ok(Refunded::ToCard));
    assert!(market.submit(Operation::refund(market.fresh(), hold, amount(7_00))).is_done());
    assert_eq!(returns(returned, 2_00), Ok(Refunded::ToCard));

    let other_amount = by_ledger(Status::EXISTS_WITH_DIFFERENT_AMOUNT);
    let other_kind = by_ledger(Status::EXISTS_WITH_DIFFERENT_KIND);
    assert_eq!(told(refunds(Operation::refund(refund, hold, amount(7_00)))), other_amount);
    assert_eq!(told(refunds(Operation::refund_rest(refund, hold))), other_amount);
    assert_eq!(told(refunds(Operation::refund(returned, hold, amount(2_00)))), other_kind);
    assert_eq!(told(returns(returned, 1_00)), other_amount);
    assert_eq!(told(returns(refund, 5_00)), other_kind);
    let rest = Operation::refund_rest(market.fresh(), hold);
    for _ in 0..2 {
        assert_eq!(refunds(rest), Ok(Refunded::ToCard));
        assert_eq!(refunds(Operation::refund(refund, hold, amount(5_00))), Ok(Refunded::ToCard));
        assert_eq!(returns(returned, 2_00), Ok(Refunded::ToCard));
    }
    assert_eq!(market.balances(id(BANK)).credits_posted, amount(75_00));

    // The trail said that something was refunded, not what, nor where it went.
    let trail = wallets.audit_trail(anna.wallet, None, 1_000).unwrap();
    let trail = trail.iter().filter(|(_, one)| one.command == Command::REFUND_CARD_PAYMENT);
    let details: Vec<_> = trail.map(|(_, one)| (one.about, one.detail.clone())).collect();
    let expected = [("5.00", refund), ("2.00", returned), ("68.00", rest.id)]
        .map(|(paid, by)| (hold, format!("USD {paid} to its card by refund {by}")));
    assert_eq!(details, expected);
    market.verify();
}

/// A clerk put an item into the wallet; another one sent it back to the card by the same id, was
/// told that it was done, and had the processor refund what lay in the wallet.
#[test]
fn an_item_in_suspense_goes_to_one_place() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let (wallets, eve) = (&market.wallets, staff("eve"));
    let (by, wrong) = (market.fresh(), begun(&market, anna, card, 10_00).unwrap());
    let charged = wallets.card_charged(&charge(&wrong, "odd", 9_00)).unwrap();
    let Ok(ChargeResult::InSuspense(item, _)) = charged else { panic!("{charged:?}") };
    let resolve = |to| verdict(wallets.resolve_suspense(item, &to, &eve).unwrap());
    assert_eq!(resolve(Resolution::ToWallet(by)), Ok(()));
    assert_eq!(resolve(Resolution::ToWallet(by)), Ok(()), "a retry");
    let order = Operation { id: by, amount: amount(9_00), ..wrong.operation };
    assert_eq!(resolve(Resolution::BackToCard(by)), Err(W::SUSPENSE_ITEM_IS_RESOLVED));
    assert_eq!(resolve(Resolution::ToOrder(order)), Err(W::SUSPENSE_ITEM_IS_RESOLVED));

    // Nor is a wallet opened with what its account does not have.
    let other = NewWallet { code: 201, ..new_wallet(1) };
    let submit = |new| verdict(wallets.submit_registration(anna.person, &new).unwrap());
    assert_eq!(submit(new_wallet(1)), Ok(()));
    assert_eq!(submit(other), Err(W::ACCOUNT_MUST_FIT));
    market.verify();
}

/// A clerk had a friend who sold on the market. Money in suspense that was to lie in escrow for two
/// weeks was paid to him at once, or released a second later, or paid an order that was paid
/// already. The terms of the deal are not one clerk's, what one wants is forgotten after a week,
/// and nobody pays an order twice.
#[test]
fn one_clerk_alone_keeps_to_the_terms_of_the_deal() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let (wallets, eve, adam) = (&market.wallets, staff("eve"), staff("adam"));
    let begin = |units| {
        let payment = market.payment(anna, units);
        let operation = payment.operation.with_deadline(1_209_600, AtDeadline::REFUND);
        let payment = Payment { operation, ..payment };
        let authorisation = Some(market.authorise_card(&payment.purchase(), card).unwrap());
        let payment = Payment { authorisation, ..payment };
        wallets.begin_card_payment(&payment, card).unwrap().unwrap();
        payment
    };
    let charged = |payment: &Payment, name: &str| {
        let charged = charge(payment, name, 20_00);
        let Ok(ChargeResult::InSuspense(item, _)) = wallets.card_charged(&charged).unwrap() else {
            panic!("{name}");
        };
        item
    };
    let order = |item, operation: Operation, actor: &Actor| {
        verdict(wallets.resolve_suspense(item, &Resolution::ToOrder(operation), actor).unwrap())
    };
    let again = |payment: &Payment| Operation { id: market.fresh(), ..payment.operation };
    let alone = Err(W::RESOLUTION_NEEDS_A_SECOND_PERSON);

    let late = begin(20_00);
    wallets.card_payment_failed(late.operation.id).unwrap().unwrap();
    let item = charged(&late, "late");
    let meant = again(&late);
    let at_once = Operation {
        kind: Kind::TRANSFER,
        timeout_seconds: 0,
        at_deadline: AtDeadline::default(),
        ..meant
    };
    let soon = meant.with_deadline(1, AtDeadline::REFUND);
    let released = meant.with_deadline(1_209_600, AtDeadline::RELEASE);
    for operation in [at_once, soon, released] {
        assert_eq!(order(item, operation, &eve), alone, "{operation:?}");
    }
    // Adam agrees to what she wanted in another week: she has to want it still.
    market.at(START + 8 * DAY);
    assert_eq!(order(item, released, &adam), alone);
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(0));
    assert_eq!(order(item, meant, &eve), Ok(()));

    // Late twice, and charged twice: the order is paid by now, and not even two of them pay it
    // again.
    let paid = begin(20_00);
    let first = wallets.card_charged(&charge(&paid, "first", 20_00)).unwrap();
    assert_eq!(first, Ok(ChargeResult::Paid));
    for (payment, name) in [(&late, "late again"), (&paid, "twice")] {
        let (item, more) = (charged(payment, name), again(payment));
        for by in [&eve, &adam] {
            assert_eq!(order(item, more, by), Err(W::ORDER_IS_PAID), "{name}");
            assert_eq!(order(item, Operation { code: 9, ..more }, by), Err(W::ORDER_IS_PAID));
        }
    }
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(40_00));
    market.verify();
}

/// Boris, a clerk, paid a customer's late money to the right seller, under the code and the user
/// data of another deal, as of last year: the shop's books had it as a gift. Payee, fee and
/// deadline were compared, and the rest of what the payment said was his. All of it is the
/// payment's.
#[test]
fn one_clerk_alone_changes_nothing_of_what_the_payment_said() {
    let market = Market::new(Policy::article());
    let (anna, card) = with_card(&market);
    let wallets = &market.wallets;
    let payment = market.payment(anna, 20_00);
    let (user_data_128, user_data_64) = (id(71), 72);
    let value_date = Timestamp::from_seconds(START + DAY).unwrap();
    let operation =
        Operation { code: 73, user_data_128, user_data_64, value_date, ..payment.operation };
    let payment = Payment { operation, ..payment };
    let authorisation = Some(market.authorise_card(&payment.purchase(), card).unwrap());
    let payment = Payment { authorisation, ..payment };
    wallets.begin_card_payment(&payment, card).unwrap().unwrap();
    wallets.card_payment_failed(operation.id).unwrap().unwrap();
    let charged = wallets.card_charged(&charge(&payment, "late", 20_00)).unwrap();
    let Ok(ChargeResult::InSuspense(item, _)) = charged else { panic!("{charged:?}") };
    let order = |operation: Operation| {
        let order = Resolution::ToOrder(operation);
        verdict(wallets.resolve_suspense(item, &order, &staff("boris")).unwrap())
    };
    let meant = wallets.order_from_suspense(item, market.fresh()).unwrap().unwrap();
    for changed in [
        Operation { code: 74, ..meant },
        Operation { user_data_128: id(75), ..meant },
        Operation { user_data_64: 76, ..meant },
        Operation { value_date: Timestamp::NONE, ..meant },
        Operation { value_date: Timestamp::from_seconds(START - DAY).unwrap(), ..meant },
        Operation { fee_account: id(FEES), fee_ppm: 1, ..meant },
    ] {
        assert_eq!(order(changed), Err(W::RESOLUTION_NEEDS_A_SECOND_PERSON), "{changed:?}");
    }
    assert_eq!(order(meant), Ok(()));
    market.verify();
}
