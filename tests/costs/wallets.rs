//! Bytes that a payment from a wallet takes in the journal: its rows, its hold and its line in the
//! trail.

use crate::alone;
use crate::world::*;
use escrowdb::wallet::policy::{Currency, HashCost, Limits, SecondFactor, SmallPayments};
use escrowdb::wallet::*;
use escrowdb::*;

const SHOP: Id = Id::from_u128(2);
const CUSTOMERS: u128 = 32;

/// Small payments need no password; else nothing is limited.
fn with_small_payments() -> Policy {
    let small = SmallPayments {
        per_payment: Amount::from(1_000_u32),
        in_a_row_sum: Amount::from(10_000_u32),
        in_a_row: 10,
        waive_second_factor: false,
    };
    let currency = Currency {
        code: "USD".into(),
        scale: 2,
        tiers: vec![Limits::default()],
        cooldown: Limits::default(),
        small_payments: Some(small),
        second_factor: SecondFactor::default(),
    };
    let mut policy = Policy { currencies: vec![currency], ..Policy::none() };
    policy.identity.credentials.hash = HashCost::LEAST;
    policy
}

/// Customers who have money and have paid once: later payments find the rows that this one made.
fn town() -> World {
    let world = World::with(with_small_payments());
    world.store.create_accounts(&[Account::new(SHOP, LEDGER, 300, AccountFlags::NONE)]).unwrap();
    for number in 1..=CUSTOMERS {
        world.register(number, &format!("{number}@example.com"));
        world.wallets.create_payment_password(wallet(number), PAYMENT).unwrap().unwrap();
        world.deliver();
        world.pay_in(number, 10_000);
        world.wallets.pay(&authorised(&world, number)).unwrap().unwrap();
    }
    world
}

fn payment(number: u128) -> Payment {
    let operation =
        Operation::hold(Id::new(), account(number), SHOP, LEDGER, Amount::from(100_u32));
    Payment { wallet: wallet(number), order: Id::new(), authorisation: None, operation }
}

fn authorised(world: &World, number: u128) -> Payment {
    let (payment, authorisation) = (payment(number), Id::new());
    let made = world.wallets.authorise(authorisation, &payment.purchase(), PAYMENT, false);
    made.unwrap().unwrap();
    Payment { authorisation: Some(authorisation), ..payment }
}

/// Bytes of journal for each customer.
fn bytes_each(world: &World, act: impl FnOnce()) -> u64 {
    let written = || world.store.stats().unwrap().journal_bytes_written;
    let before = written();
    act();
    (written() - before).div_ceil(CUSTOMERS as u64)
}

fn check(what: &str, found: u64, most: u64) {
    println!("{what}: {found} bytes of journal");
    assert!(found <= most, "{what}: {found} bytes of journal, at most {most} are allowed");
}

#[test]
fn payments_from_wallets_are_small() {
    let _alone = alone();
    let world = town();
    let numbers = || 1..=CUSTOMERS;
    let payments: Vec<_> = numbers().map(|number| authorised(&world, number)).collect();
    let in_a_batch = bytes_each(&world, || {
        let paid = world.wallets.pay_many(&payments).unwrap();
        assert!(paid.iter().all(|one| one.is_ok()));
    });
    let authorisations = bytes_each(&world, || {
        for number in numbers() {
            authorised(&world, number);
        }
    });
    let payments: Vec<_> = numbers().map(|number| authorised(&world, number)).collect();
    let alone = bytes_each(&world, || {
        for payment in &payments {
            world.wallets.pay(payment).unwrap().unwrap();
        }
    });
    let small = bytes_each(&world, || {
        for number in numbers() {
            world.wallets.pay(&payment(number)).unwrap().unwrap();
        }
    });
    // One that is alone has a block of its own.
    check("an authorised payment in a batch", in_a_batch, 360);
    check("an authorised payment alone", alone, 610);
    check("a small payment alone", small, 610);
    check("an authorisation", authorisations, 880);
}
