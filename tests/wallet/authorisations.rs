//! What a payment password authorises: one payment, by its own values, once.

use crate::market::*;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;
use proptest::prelude::*;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

/// Anna buys for 40.00: she confirms with her payment password, the seller sees that it is paid,
/// the goods arrive, the seller is paid. What is refused of the next order comes back.
#[test]
fn a_purchase_from_the_password_to_the_payout() {
    let market = Market::new(Policy::article());
    let anna = market.customer(100_00);
    let payment = market.authorised(anna, 40_00).unwrap();
    let outcome = market.wallets.pay(&payment).unwrap().unwrap();
    assert_eq!(outcome.status, Status::APPLIED);
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(40_00));
    assert_eq!(market.available(anna.account), 60_00);

    let hold = payment.operation.id;
    assert!(market.submit(Operation::ship(market.fresh(), hold)).is_done());
    assert!(market.submit(Operation::release_rest(market.fresh(), hold)).is_done());
    assert_eq!(market.available(id(SELLER)), 40_00);

    let payment = market.authorised(anna, 10_00).unwrap();
    market.wallets.pay(&payment).unwrap().unwrap();
    assert!(market.submit(Operation::refund_rest(market.fresh(), payment.operation.id)).is_done());
    assert_eq!(market.available(anna.account), 60_00);

    // What was refunded stays counted.
    let spending = market.wallets.spending(anna.wallet).unwrap().unwrap();
    assert_eq!((spending.day, spending.lifetime, spending.authorisations), (50_00, 50_00, 0));
    let trail = market.wallets.audit_trail(anna.wallet, None, 100).unwrap();
    let commands: Vec<_> = trail.iter().map(|(_, entry)| entry.command.name()).collect();
    let (matched, authorised) = ("payment_password_matched", "authorise_payment");
    let expected = [matched, authorised, "pay", matched, authorised, "pay"];
    assert!(commands.ends_with(&expected), "{commands:?}");
    market.verify();
}

/// A retry is answered as before, without a second charge, even when the authorisation is used up,
/// expired, and the wallet frozen.
#[test]
fn a_retry_charges_nothing() {
    let market = Market::new(Policy::article());
    let anna = market.customer(100_00);
    let payment = market.authorised(anna, 40_00).unwrap();
    let first = market.wallets.pay(&payment).unwrap().unwrap();
    market.at(START + DAY);
    market.freeze(anna);
    let again = market.wallets.pay(&payment).unwrap().unwrap();
    assert_eq!((again.status, again.timestamp), (Status::EXISTS, first.timestamp));
    let many = market.wallets.pay_many(&[payment; 3]).unwrap();
    assert!(many.iter().all(|one| one.as_ref().is_ok_and(|one| one.status == Status::EXISTS)));
    let other =
        Payment { operation: Operation { amount: amount(41_00), ..payment.operation }, ..payment };
    let refused = market.wallets.pay(&other).unwrap();
    assert_eq!(refused, Err(Refusal::by_ledger(Status::EXISTS_WITH_DIFFERENT_AMOUNT)));
    assert_eq!(market.available(anna.account), 60_00);
}

fn change_password(market: &Market, of: Id) {
    let changed = market.wallets.change_payment_password(of, PAYMENT, "730164");
    changed.unwrap().unwrap();
}

/// The authorisation is for one order, payee, amount, ledger and wallet, once, for five minutes, by
/// the present password.
#[test]
fn an_authorisation_is_bound_to_its_values() {
    type Change = fn(&Market, &mut Payment);
    let cases: [(Change, Result<(), W>); 19] = [
        (|_, _| (), Ok(())),
        (|_, p| p.operation.amount = amount(40_01), Err(W::AUTHORISATION_MUST_MATCH)),
        (|_, p| p.operation.amount = amount(39_99), Err(W::AUTHORISATION_MUST_MATCH)),
        (|_, p| p.operation.credit_account = id(FEES), Err(W::AUTHORISATION_MUST_MATCH)),
        (|m, p| p.order = m.fresh(), Err(W::AUTHORISATION_MUST_MATCH)),
        (|_, p| p.operation.ledger = 2, Err(W::WALLET_HAS_ANOTHER_LEDGER)),
        (|m, p| p.wallet = m.customer(100_00).wallet, Err(W::AUTHORISATION_MUST_MATCH)),
        (
            |m, p| p.operation.debit_account = m.customer(100_00).account,
            Err(W::AUTHORISATION_MUST_MATCH),
        ),
        (|_, p| p.wallet = id(77), Err(W::WALLET_NOT_FOUND)),
        (|m, p| p.authorisation = Some(m.fresh()), Err(W::AUTHORISATION_NOT_FOUND)),
        (|_, p| p.authorisation = None, Err(W::PAYMENT_PASSWORD_IS_NEEDED)),
        (
            |_, p| p.operation = Operation::release(p.operation.id, id(9), p.operation.amount),
            Err(W::PAYMENT_MUST_BE_PLAIN),
        ),
        (|_, p| p.operation.kind = Kind::TOP_UP, Err(W::PAYMENT_MUST_BE_PLAIN)),
        (
            |_, p| p.operation = p.operation.with_flags(OperationFlags::BALANCING_DEBIT),
            Err(W::PAYMENT_MUST_BE_PLAIN),
        ),
        (|_, p| p.operation = p.operation.linked(), Err(W::PAYMENT_MUST_BE_PLAIN)),
        (|m, _| m.at(START + 299), Ok(())),
        (|m, _| m.at(START + 301), Err(W::AUTHORISATION_HAS_EXPIRED)),
        (|m, p| change_password(m, p.wallet), Err(W::AUTHORISATION_HAS_EXPIRED)),
        (
            |m, p| m.wallets.freeze_wallet(p.wallet, &staff("eve")).unwrap().unwrap(),
            Err(W::WALLET_MUST_BE_ACTIVE),
        ),
    ];
    for (place, (change, expected)) in cases.into_iter().enumerate() {
        let market = Market::new(Policy::article());
        let anna = market.customer(100_00);
        let mut payment = market.authorised(anna, 40_00).unwrap();
        change(&market, &mut payment);
        let found = verdict(market.wallets.pay(&payment).unwrap());
        assert_eq!(found, expected, "case {place}");
        let left = if expected.is_ok() { 60_00 } else { 100_00 };
        assert_eq!(market.available(anna.account), left, "case {place}");
    }
}

/// Fees, deadlines, codes and user data are the host's to set after the customer confirmed.
#[test]
fn the_terms_of_the_hold_are_the_hosts() {
    let market = Market::new(Policy::article());
    let anna = market.customer(100_00);
    let mut payment = market.authorised(anna, 40_00).unwrap();
    payment.operation = Operation {
        fee_account: id(FEES),
        fee_ppm: 50_000,
        code: 7,
        user_data_128: payment.order,
        ..payment.operation
    }
    .with_deadline(3_600, AtDeadline::RELEASE);
    market.wallets.pay(&payment).unwrap().unwrap();
    market.at(START + 3_601);
    assert_eq!((market.available(id(SELLER)), market.available(id(FEES))), (38_00, 2_00));
}

/// What the ledger refuses was not paid: the authorisation is good for a second try, with another
/// id, and nothing was counted.
#[test]
fn a_refusal_of_the_ledger_uses_nothing_up() {
    let market = Market::new(Policy::article());
    let anna = market.customer(30_00);
    let payment = market.authorised(anna, 40_00).unwrap();
    let refused = market.wallets.pay(&payment).unwrap();
    assert_eq!(refused, Err(Refusal::by_ledger(Status::EXCEEDS_CREDITS)));
    let spending = market.wallets.spending(anna.wallet).unwrap().unwrap();
    assert_eq!((spending.day, spending.authorisations), (0, 1));
    let top_up = Operation::transfer(market.fresh(), id(BANK), anna.account, LEDGER, amount(10_00));
    market.wallets.top_up(anna.wallet, top_up).unwrap().unwrap();
    // Sent again it says why it failed the first time, alone and among others.
    let [again] = market.wallets.pay_many(&[payment]).unwrap().try_into().unwrap();
    for again in [market.wallets.pay(&payment).unwrap(), again] {
        let refusal = again.unwrap_err();
        assert_eq!(refusal.status, WalletStatus::REFUSED_BY_LEDGER);
        let said = (refusal.ledger, refusal.ledger_first);
        assert_eq!(said, (Status::ID_ALREADY_FAILED, Status::EXCEEDS_CREDITS));
        let text = "refused_by_ledger: id_already_failed: the first time it was exceeds_credits";
        assert_eq!(refusal.to_string(), text);
    }
    let operation = Operation { id: market.fresh(), ..payment.operation };
    market.wallets.pay(&Payment { operation, ..payment }).unwrap().unwrap();
    assert_eq!(market.available(anna.account), 0);
}

#[test]
fn authorisations_are_limited_and_forgotten() {
    let market = Market::new(Policy::article());
    let anna = market.customer(100_00);
    let first = market.authorised(anna, 1).unwrap();
    let (taken, purchase) = (first.authorisation.unwrap(), first.purchase());
    let again = market.wallets.authorise(taken, &purchase, PAYMENT, false).unwrap();
    assert_eq!(verdict(again), Err(W::AUTHORISATION_EXISTS));
    for _ in 1..16 {
        market.authorised(anna, 1).unwrap();
    }
    assert_eq!(verdict(market.authorised(anna, 1)), Err(W::TOO_MANY));
    market.at(START + 301);
    market.authorised(anna, 1).unwrap();
    assert_eq!(market.wallets.spending(anna.wallet).unwrap().unwrap().authorisations, 1);
    assert_eq!(verdict(market.authorised(anna, 0)), Err(W::AMOUNT_MUST_BE_VALID));
}

/// Sixteen threads with one authorisation and an operation each: one pays.
#[test]
fn one_authorisation_pays_once() {
    let market = Market::new(Policy::article());
    let anna = market.customer(1_000_00);
    let payment = market.authorised(anna, 40_00).unwrap();
    let payments: Vec<_> = (0..16)
        .map(|_| Payment {
            operation: Operation { id: market.fresh(), ..payment.operation },
            ..payment
        })
        .collect();
    let (wallets, barrier) = (&market.wallets, &Barrier::new(16));
    let results: Vec<_> = thread::scope(|scope| {
        let pay = |payment| {
            barrier.wait();
            verdict(wallets.pay(payment).unwrap())
        };
        let threads: Vec<_> = payments.iter().map(|one| scope.spawn(move || pay(one))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(results.iter().filter(|one| one.is_ok()).count(), 1);
    let used = Err(W::AUTHORISATION_NOT_FOUND);
    assert_eq!(results.iter().filter(|one| **one == used).count(), 15);
    assert_eq!(market.available(anna.account), 960_00);
}

/// Threads pay while another one changes the password: those that paid did so before the change, by
/// the clock of the store; all others are refused, and stay so. `pay_many` keeps nobody waiting, so
/// that the two meet.
#[test]
fn no_thread_pays_by_the_former_password() {
    let market = Market::new(Policy::article());
    let anna = market.customer(1_000_00);
    let payments: Vec<_> = (0..8).map(|_| market.authorised(anna, 1_00).unwrap()).collect();
    let (wallets, barrier) = (&market.wallets, &Barrier::new(9));
    let paid: Vec<_> = thread::scope(|scope| {
        let pay = |payment: &Payment| {
            barrier.wait();
            // Spread over what the hashes of the change take.
            thread::sleep(Duration::from_millis(10 * (payment.order.as_u128() % 16) as u64));
            verdict(wallets.pay_many(&[*payment]).unwrap().pop().unwrap())
        };
        let payers: Vec<_> = payments.iter().map(|one| scope.spawn(move || pay(one))).collect();
        barrier.wait();
        change_password(&market, anna.wallet);
        payers.into_iter().map(|payer| payer.join().unwrap()).collect()
    });
    let trail = market.wallets.audit_trail(anna.wallet, None, 1_000).unwrap();
    let is_change = |entry: &AuditEntry| entry.command == Command::CHANGE_PAYMENT_PASSWORD;
    // Ids of the trail are given when a command is judged, which is before it is carried out.
    let (change, _) = *trail.iter().find(|(_, entry)| is_change(entry)).unwrap();
    let snapshot = market.store.snapshot().unwrap();
    let place_of = |is_it: &dyn Fn(&Decision) -> bool| {
        snapshot.events(Timestamp::NONE).map(Result::unwrap).position(|event| match event.record {
            Record::Operation(decision) => is_it(&decision),
            _ => false,
        })
    };
    let changed = place_of(&|decision| {
        let document = decision.document.as_ref();
        document.is_some_and(|row| row.key.key().ends_with(&change.to_bytes()))
    });
    for (payment, _) in payments.iter().zip(&paid).filter(|(_, paid)| paid.is_ok()) {
        let paid = place_of(&|decision| decision.operation.id == payment.operation.id);
        assert!(paid.unwrap() < changed.unwrap(), "{trail:?}");
    }
    for (payment, paid) in payments.iter().zip(&paid) {
        let hold = market.store.snapshot().unwrap().hold(payment.operation.id).unwrap();
        assert_eq!(hold.is_some(), paid.is_ok());
        assert!(matches!(paid, Ok(()) | Err(W::AUTHORISATION_HAS_EXPIRED)), "{paid:?}");
        let late = verdict(wallets.pay(payment).unwrap());
        assert_eq!(late, *paid, "a retry of what was paid, or refused for good");
    }
}

/// Many wallets pay in one batch; each payment stands and falls for itself.
#[test]
fn many_payments_in_one_batch() {
    let market = Market::new(Policy::article());
    let rich: Vec<_> = (0..20).map(|_| market.customer(100_00)).collect();
    let poor = market.customer(1_00);
    let mut payments: Vec<_> =
        rich.iter().map(|&one| market.authorised(one, 50_00).unwrap()).collect();
    payments.push(market.authorised(poor, 50_00).unwrap());
    payments.push(market.authorised(rich[0], 50_00).unwrap());
    payments.push(payments[3]);
    let results = market.wallets.pay_many(&payments).unwrap();
    assert_eq!(results[20], Err(Refusal::by_ledger(Status::EXCEEDS_CREDITS)));
    assert_eq!(results[22].map(|one| one.status), Ok(Status::EXISTS));
    let applied = |place: &usize| results[*place].is_ok_and(|one| one.status == Status::APPLIED);
    assert_eq!((0..23).filter(applied).count(), 21);
    assert_eq!(market.balances(id(SELLER)).credits_pending, amount(21 * 50_00));
    assert_eq!(market.wallets.pay_many(&[]).unwrap(), []);
    assert!(market.wallets.pay_many(&vec![payments[0]; 4_097]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is authorised, changed, retried and mixed up: each order is paid at most once, by
    /// its own authorisation, with its own values, and the month's limit holds.
    #[test]
    fn no_authorisation_pays_twice_or_for_other_values(
        steps in prop::collection::vec((0usize..8, 0usize..8, 0u32..4, 1u32..300), 1..40),
    ) {
        let market = Market::new(Policy::article());
        let anna = market.customer(5_000_00);
        let mut orders: Vec<Payment> = Vec::new();
        for (own, other, what, units) in steps {
            if what == 0 {
                orders.extend(market.authorised(anna, units * 100));
                continue;
            }
            let Some(mut payment) = orders.get(own).copied() else { continue };
            match what {
                1 => (),
                2 => payment.operation.id = market.fresh(),
                _ => payment.authorisation = orders.get(other).and_then(|o| o.authorisation),
            }
            let result = market.wallets.pay(&payment).unwrap();
            let is_retry = result.is_ok_and(|one| one.status == Status::EXISTS);
            prop_assert!(what != 3 || own == other || result.is_err() || is_retry);
        }
        let holds: Vec<_> = {
            let snapshot = market.store.snapshot().unwrap();
            snapshot.all_holds(None).map(|hold| hold.unwrap().amount.minor_units()).collect()
        };
        prop_assert!(holds.len() <= orders.len());
        prop_assert!(holds.iter().sum::<u128>() <= 1_000_00);
        prop_assert_eq!(
            market.wallets.spending(anna.wallet).unwrap().unwrap().month,
            holds.iter().sum::<u128>()
        );
    }
}
