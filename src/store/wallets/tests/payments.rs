//! Authorising and paying.

use super::world::*;
use crate::store::Payment;
use crate::wallet::policy::Policy;
use crate::wallet::{Refusal, WalletState, WalletStatus as W};
use crate::*;
use proptest::prelude::*;
use std::sync::Barrier;
use std::thread;

/// Anna buys for 40.00: she confirms with her payment password, the seller sees that it is paid, the
/// goods arrive, the seller is paid. What is refused of the next order comes back.
#[test]
fn a_purchase_from_the_password_to_the_payout() {
    let world = World::new(Policy::article());
    let anna = world.wallet(100_00);
    let payment = world.authorised(anna, 40_00).unwrap();
    let outcome = world.wallets.pay(&payment).unwrap().unwrap();
    assert_eq!(outcome.status, Status::APPLIED);
    assert_eq!(world.balances(id(SELLER)).credits_pending, amount(40_00));
    assert_eq!(world.available(anna), 60_00);

    let hold = payment.operation.id;
    assert!(world.submit(Operation::ship(world.id(), hold)).is_done());
    assert!(world.submit(Operation::release_rest(world.id(), hold)).is_done());
    assert_eq!(world.available(id(SELLER)), 40_00);

    let payment = world.authorised(anna, 10_00).unwrap();
    world.wallets.pay(&payment).unwrap().unwrap();
    assert!(world.submit(Operation::refund_rest(world.id(), payment.operation.id)).is_done());
    assert_eq!(world.available(anna), 60_00);

    // What was refunded stays counted.
    let spending = world.wallets.spending(anna).unwrap().unwrap();
    assert_eq!((spending.day, spending.lifetime, spending.authorisations), (50_00, 50_00, 0));
    let trail = world.wallets.audit_trail(anna, None, 100).unwrap();
    let commands: Vec<_> = trail.iter().map(|(_, entry)| entry.command.name()).collect();
    assert_eq!(commands, ["authorise_payment", "pay", "authorise_payment", "pay"]);
    world.verify();
}

/// A retry is answered as before, without a second charge, even when the authorisation is used up,
/// expired, and the wallet frozen.
#[test]
fn a_retry_charges_nothing() {
    let world = World::new(Policy::article());
    let anna = world.wallet(100_00);
    let payment = world.authorised(anna, 40_00).unwrap();
    let first = world.wallets.pay(&payment).unwrap().unwrap();
    world.at(START + DAY);
    world.alter(anna, |row, _| row.state = WalletState::Frozen);
    let again = world.wallets.pay(&payment).unwrap().unwrap();
    assert_eq!((again.status, again.timestamp), (Status::EXISTS, first.timestamp));
    let many = world.wallets.pay_many(&[payment; 3]).unwrap();
    assert!(many.iter().all(|one| one.as_ref().is_ok_and(|one| one.status == Status::EXISTS)));
    let other =
        Payment { operation: Operation { amount: amount(41_00), ..payment.operation }, ..payment };
    let refused = world.wallets.pay(&other).unwrap();
    assert_eq!(refused, Err(Refusal::by_ledger(Status::EXISTS_WITH_DIFFERENT_AMOUNT)));
    assert_eq!(world.available(anna), 60_00);
}

/// The authorisation is for one order, payee, amount, ledger and wallet, once, for five minutes, by
/// the present password.
#[test]
fn an_authorisation_is_bound_to_its_values() {
    type Change = fn(&World, &mut Payment);
    let cases: [(Change, Result<(), W>); 19] = [
        (|_, _| (), Ok(())),
        (|_, p| p.operation.amount = amount(40_01), Err(W::AUTHORISATION_MUST_MATCH)),
        (|_, p| p.operation.amount = amount(39_99), Err(W::AUTHORISATION_MUST_MATCH)),
        (|_, p| p.operation.credit_account = id(FEES), Err(W::AUTHORISATION_MUST_MATCH)),
        (|w, p| p.order = w.id(), Err(W::AUTHORISATION_MUST_MATCH)),
        (|_, p| p.operation.ledger = 2, Err(W::WALLET_HAS_ANOTHER_LEDGER)),
        (|w, p| p.wallet = w.wallet(100_00), Err(W::AUTHORISATION_MUST_MATCH)),
        (|w, p| p.operation.debit_account = w.wallet(100_00), Err(W::AUTHORISATION_MUST_MATCH)),
        (|_, p| p.wallet = id(77), Err(W::WALLET_NOT_FOUND)),
        (|w, p| p.authorisation = Some(w.id()), Err(W::AUTHORISATION_NOT_FOUND)),
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
        (|w, _| w.at(START + 299), Ok(())),
        (|w, _| w.at(START + 301), Err(W::AUTHORISATION_HAS_EXPIRED)),
        (|w, p| w.new_password(p.wallet), Err(W::AUTHORISATION_HAS_EXPIRED)),
        (
            |w, p| w.alter(p.wallet, |row, _| row.state = WalletState::Frozen),
            Err(W::WALLET_MUST_BE_ACTIVE),
        ),
    ];
    for (place, (change, expected)) in cases.into_iter().enumerate() {
        let world = World::new(Policy::article());
        let anna = world.wallet(100_00);
        let mut payment = world.authorised(anna, 40_00).unwrap();
        change(&world, &mut payment);
        let found = status(world.wallets.pay(&payment).unwrap());
        assert_eq!(found, expected, "case {place}");
        let left = if expected.is_ok() { 60_00 } else { 100_00 };
        assert_eq!(world.available(anna), left, "case {place}");
    }
}

/// Fees, deadlines, codes and user data are the host's to set after the customer confirmed.
#[test]
fn the_terms_of_the_hold_are_the_hosts() {
    let world = World::new(Policy::article());
    let anna = world.wallet(100_00);
    let mut payment = world.authorised(anna, 40_00).unwrap();
    payment.operation = Operation {
        fee_account: id(FEES),
        fee_ppm: 50_000,
        code: 7,
        user_data_128: payment.order,
        ..payment.operation
    }
    .with_deadline(3_600, AtDeadline::RELEASE);
    world.wallets.pay(&payment).unwrap().unwrap();
    world.at(START + 3_601);
    assert_eq!((world.available(id(SELLER)), world.available(id(FEES))), (38_00, 2_00));
}

/// What the ledger refuses was not paid: the authorisation is good for a second try, with another id,
/// and nothing was counted.
#[test]
fn a_refusal_of_the_ledger_uses_nothing_up() {
    let world = World::new(Policy::article());
    let anna = world.wallet(30_00);
    let payment = world.authorised(anna, 40_00).unwrap();
    let refused = world.wallets.pay(&payment).unwrap();
    assert_eq!(refused, Err(Refusal::by_ledger(Status::EXCEEDS_CREDITS)));
    let spending = world.wallets.spending(anna).unwrap().unwrap();
    assert_eq!((spending.day, spending.authorisations), (0, 1));
    let top_up = Operation::transfer(world.id(), id(BANK), anna, USD, amount(10_00));
    world.wallets.top_up(anna, top_up).unwrap().unwrap();
    assert_eq!(
        world.wallets.pay(&payment).unwrap(),
        Err(Refusal::by_ledger(Status::ID_ALREADY_FAILED))
    );
    let operation = Operation { id: world.id(), ..payment.operation };
    world.wallets.pay(&Payment { operation, ..payment }).unwrap().unwrap();
    assert_eq!(world.available(anna), 0);
}

/// The shop hears which tier would allow it, and when a lower limit ends.
#[test]
fn limits_are_refusals_to_act_on() {
    let world = World::new(Policy::article());
    let anna = world.wallet(2_000_00);
    let refusal = world.authorised(anna, 200_01).unwrap_err();
    assert_eq!((refusal.status, refusal.tier), (W::NEEDS_TIER, 1));
    for day in 0..5 {
        world.at(START + day * DAY);
        world.pays(anna, 200_00).unwrap();
    }
    assert_eq!(world.pays(anna, 1).unwrap_err().tier, 1, "the month is full");
    world.at(START + 31 * DAY);
    world.pays(anna, 1_00).unwrap();

    world.alter(anna, |row, now| {
        (row.tier, row.tier_until) = (1, now.plus_seconds(3_600));
    });
    world.pays(anna, 300_00).unwrap();
    world.alter(anna, |row, now| row.cooldown_until = now.plus_seconds(600));
    let refusal = world.pays(anna, 51_00).unwrap_err();
    assert_eq!(refusal.status, W::EXCEEDS_COOLDOWN_LIMIT);
    assert!(world.now() < refusal.until && refusal.until <= world.now().plus_seconds(600));
    world.at(START + 31 * DAY + 700);
    world.pays(anna, 300_00).unwrap();
    // The approval ends, and nobody had to do anything.
    world.at(START + 31 * DAY + 3_700);
    assert_eq!(world.pays(anna, 201_00).unwrap_err().status, W::NEEDS_TIER);
    assert_eq!(world.wallets.spending(anna).unwrap().unwrap().tier, 0);
}

/// Two authorisations within the limit do not add up to a payment above it: the payment is judged.
#[test]
fn the_limit_is_judged_when_it_is_paid() {
    let world = World::new(Policy::article());
    let anna = world.wallet(2_000_00);
    let payments: Vec<_> = (0..6).map(|_| world.authorised(anna, 200_00).unwrap()).collect();
    let results = world.wallets.pay_many(&payments).unwrap();
    let paid = results.iter().filter(|one| one.is_ok()).count();
    assert_eq!(paid, 5);
    assert_eq!(world.balances(anna).debits_pending, amount(1_000_00));
    let spending = world.wallets.spending(anna).unwrap().unwrap();
    assert_eq!((spending.month, spending.authorisations), (1_000_00, 1));
}

#[test]
fn small_payments_do_without_a_password_for_a_while() {
    let world = World::new(with_small_payments());
    let anna = world.wallet(100_00);
    let small = |units| status(world.wallets.pay(&world.payment(anna, units)).unwrap());
    assert_eq!(small(10_01), Err(W::PAYMENT_PASSWORD_IS_NEEDED));
    assert_eq!(small(10_00), Ok(()));
    assert_eq!(small(10_00), Ok(()));
    assert_eq!(small(5_01), Err(W::PAYMENT_PASSWORD_IS_NEEDED), "the sum");
    assert_eq!(small(1), Ok(()));
    assert_eq!(small(1), Err(W::PAYMENT_PASSWORD_IS_NEEDED), "the number");
    world.pays(anna, 1_00).unwrap();
    assert_eq!(small(10_00), Ok(()), "a password begins anew");
}

#[test]
fn a_second_factor_is_demanded_where_the_policy_says_so() {
    let mut policy = Policy::article();
    policy.currencies[0].second_factor.above_per_payment = Some(amount(50_00));
    let world = World::new(policy);
    let anna = world.wallet(500_00);
    let payment = world.payment(anna, 60_00);
    let authorise = |second| world.authorise(&payment.purchase(), Id::ZERO, second);
    assert_eq!(status(authorise(false)), Err(W::SECOND_FACTOR_IS_NEEDED));
    let authorisation = Some(authorise(true).unwrap());
    world.wallets.pay(&Payment { authorisation, ..payment }).unwrap().unwrap();
    world.pays(anna, 50_00).unwrap();
}

#[test]
fn authorisations_are_limited_and_forgotten() {
    let world = World::new(Policy::article());
    let anna = world.wallet(100_00);
    for _ in 0..16 {
        world.authorised(anna, 1).unwrap();
    }
    assert_eq!(status(world.authorised(anna, 1)), Err(W::TOO_MANY));
    world.at(START + 301);
    world.authorised(anna, 1).unwrap();
    assert_eq!(world.wallets.spending(anna).unwrap().unwrap().authorisations, 1);
    assert_eq!(status(world.authorised(anna, 0)), Err(W::AMOUNT_MUST_BE_VALID));
}

/// Sixteen threads with one authorisation and an operation each: one pays.
#[test]
fn one_authorisation_pays_once() {
    let world = World::new(Policy::article());
    let anna = world.wallet(1_000_00);
    let payment = world.authorised(anna, 40_00).unwrap();
    let payments: Vec<_> = (0..16)
        .map(|_| Payment {
            operation: Operation { id: world.id(), ..payment.operation },
            ..payment
        })
        .collect();
    let (wallets, barrier) = (&world.wallets, &Barrier::new(16));
    let results: Vec<_> = thread::scope(|scope| {
        let pay = |payment| {
            barrier.wait();
            status(wallets.pay(payment).unwrap())
        };
        let threads: Vec<_> = payments.iter().map(|one| scope.spawn(move || pay(one))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(results.iter().filter(|one| one.is_ok()).count(), 1);
    let used = Err(W::AUTHORISATION_NOT_FOUND);
    assert_eq!(results.iter().filter(|one| **one == used).count(), 15);
    assert_eq!(world.available(anna), 960_00);
}

/// Sixteen threads at the limit: it holds, and what it allows is paid.
#[test]
fn the_limit_holds_under_concurrency() {
    let world = World::new(Policy::article());
    let anna = world.wallet(5_000_00);
    let payments: Vec<_> = (0..12).map(|_| world.authorised(anna, 150_00).unwrap()).collect();
    let (wallets, barrier) = (&world.wallets, &Barrier::new(12));
    let paid = thread::scope(|scope| {
        let pay = |payment| {
            barrier.wait();
            wallets.pay(payment).unwrap().is_ok()
        };
        let threads: Vec<_> = payments.iter().map(|one| scope.spawn(move || pay(one))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|&paid| paid).count()
    });
    assert_eq!(paid, 6, "six times 150.00 are within 1,000.00 a month");
    assert_eq!(world.balances(anna).debits_pending, amount(900_00));
    assert!(world.is_balanced());
}

/// Many wallets pay in one batch; each payment stands and falls for itself.
#[test]
fn many_payments_in_one_batch() {
    let world = World::new(Policy::article());
    let rich: Vec<_> = (0..20).map(|_| world.wallet(100_00)).collect();
    let poor = world.wallet(1_00);
    let mut payments: Vec<_> =
        rich.iter().map(|&wallet| world.authorised(wallet, 50_00).unwrap()).collect();
    payments.push(world.authorised(poor, 50_00).unwrap());
    payments.push(world.authorised(rich[0], 50_00).unwrap());
    payments.push(payments[3]);
    let results = world.wallets.pay_many(&payments).unwrap();
    assert_eq!(results[20], Err(Refusal::by_ledger(Status::EXCEEDS_CREDITS)));
    assert_eq!(results[22].map(|one| one.status), Ok(Status::EXISTS));
    let applied = |place: &usize| results[*place].is_ok_and(|one| one.status == Status::APPLIED);
    assert_eq!((0..23).filter(applied).count(), 21);
    assert_eq!(world.balances(id(SELLER)).credits_pending, amount(21 * 50_00));
    assert_eq!(world.wallets.pay_many(&[]).unwrap(), []);
    assert!(world.wallets.pay_many(&vec![payments[0]; 4_097]).is_err());
}

#[test]
fn top_ups_stay_within_what_may_be_stored() {
    let mut policy = Policy::article();
    policy.currencies[0].tiers[0].balance = Some(amount(150_00));
    let world = World::new(policy);
    let anna = world.wallet(0);
    let top_up = |units| Operation::transfer(world.id(), id(BANK), anna, USD, amount(units));
    let (first, bad) = (top_up(100_00), top_up(50_01));
    world.wallets.top_up(anna, first).unwrap().unwrap();
    assert_eq!(world.wallets.top_up(anna, bad).unwrap().unwrap_err().tier, 1);
    assert_eq!(
        world.wallets.top_up(anna, first).unwrap().map(|outcome| outcome.status),
        Ok(Status::EXISTS)
    );
    // What waits in escrow still counts as stored: it can come back.
    world.pays(anna, 60_00).unwrap();
    assert_eq!(status(world.wallets.top_up(anna, top_up(50_01)).unwrap()), Err(W::NEEDS_TIER));
    world.wallets.top_up(anna, top_up(50_00)).unwrap().unwrap();
    for wrong in [
        Operation { debit_account: id(SELLER), ..top_up(1) },
        Operation { credit_account: id(SELLER), ..top_up(1) },
        Operation { kind: Kind::HOLD, ..top_up(1) },
        top_up(1).with_flags(OperationFlags::BALANCING_DEBIT),
    ] {
        let found = status(world.wallets.top_up(anna, wrong).unwrap());
        assert_eq!(found, Err(W::PAYMENT_MUST_BE_PLAIN), "{wrong:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is authorised, changed, retried and mixed up: each order is paid at most once, by its
    /// own authorisation, with its own values, and the month's limit holds.
    #[test]
    fn no_authorisation_pays_twice_or_for_other_values(
        steps in prop::collection::vec((0usize..8, 0usize..8, 0u32..4, 1u32..300), 1..40),
    ) {
        let world = World::new(Policy::article());
        let anna = world.wallet(5_000_00);
        let mut orders: Vec<Payment> = Vec::new();
        for (own, other, what, units) in steps {
            if what == 0 {
                orders.extend(world.authorised(anna, units * 100));
                continue;
            }
            let Some(mut payment) = orders.get(own).copied() else { continue };
            match what {
                1 => (),
                2 => payment.operation.id = world.id(),
                _ => payment.authorisation = orders.get(other).and_then(|o| o.authorisation),
            }
            let result = world.wallets.pay(&payment).unwrap();
            prop_assert!(what != 3 || own == other || result.is_err()
                || result.is_ok_and(|one| one.status == Status::EXISTS));
        }
        let holds: Vec<_> = {
            let snapshot = world.store.snapshot().unwrap();
            snapshot.all_holds(None).map(|hold| hold.unwrap().amount.minor_units()).collect()
        };
        prop_assert!(holds.len() <= orders.len());
        prop_assert!(holds.iter().sum::<u128>() <= 1_000_00);
        prop_assert_eq!(
            world.wallets.spending(anna).unwrap().unwrap().month,
            holds.iter().sum::<u128>()
        );
    }
}
