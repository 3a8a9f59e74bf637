//! A key that no backup has: the page on repair says how to pay the customer's money out, close the
//! wallet and erase the person without it.

use crate::broken_keys::{erase, harms, key, keys_file, put_back, set_key, two};
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// The account for money that a shop owes to people whom it cannot reach.
const OWED: u128 = 8;
const SHOP: u128 = 7;

/// The page said to freeze and close her wallet, and it is closed only when it is empty; a frozen
/// one cannot be emptied, and one that is not frozen fills up again meanwhile.
#[test]
fn her_money_leaves_a_frozen_wallet_that_is_closed_then() {
    for harm in 0..2 {
        let world = two();
        let shop = |id: u128| Account::new(id.into(), LEDGER, 300, AccountFlags::NONE);
        world.store.create_accounts(&[shop(SHOP), shop(OWED)]).unwrap();
        let (top_up, hold) = (id(61), id(62));
        let paid_in =
            Operation::transfer(top_up, id(BANK), account(1), LEDGER, Amount::from(100_u32));
        let held = Operation::hold(hold, account(1), id(SHOP), LEDGER, Amount::from(300_u32));
        world.pay_in(1, 400);
        let outcomes = world.store.submit(&[paid_in, held]).unwrap();
        assert!(outcomes.iter().all(|outcome| outcome.status == Status::APPLIED));
        set_key(&world, 0, &harms(&world)[harm]);

        let (wallets, eve) = (&world.wallets, staff("eve"));
        wallets.freeze_wallet(wallet(1), &eve).unwrap().unwrap();
        // What is in escrow is settled as ever.
        let settled = world.store.submit(&[Operation::refund_rest(Id::new(), hold)]).unwrap();
        assert_eq!(settled[0].status, Status::APPLIED);
        assert_eq!(status(wallets.close_wallet(wallet(1), &eve)), W::WALLET_MUST_BE_EMPTY);
        // What is hers leaves between two ends of one chain: a top-up back to where it came from,
        // the rest to what the shop owes.
        let left = Amount::from(400_u32);
        let owed = Operation::transfer(Id::new(), account(1), id(OWED), LEDGER, left);
        let chain = [
            Operation::unfreeze(Id::new(), account(1)).linked(),
            Operation::reverse_rest(Id::new(), top_up).linked(),
            owed.linked(),
            Operation::freeze(Id::new(), account(1)),
        ];
        let outcomes = world.store.submit(&chain).unwrap();
        assert!(outcomes.iter().all(|outcome| outcome.status == Status::APPLIED), "{outcomes:?}");
        assert_eq!(world.wallet(1).state, WalletState::Frozen, "all the while");
        let coming =
            Operation::transfer(Id::new(), id(BANK), account(1), LEDGER, Amount::from(1_u32));
        let refused = world.store.submit(&[coming]).unwrap()[0].status;
        assert_eq!(refused, Status::CREDIT_ACCOUNT_FROZEN);
        assert_eq!(world.account(1).balances.available(), Amount::ZERO);
        let snapshot = world.store.snapshot().unwrap();
        let owed = snapshot.account(id(OWED)).unwrap().unwrap();
        assert_eq!(owed.balances.available(), left);
        drop(snapshot);

        wallets.close_wallet(wallet(1), &eve).unwrap().unwrap();
        world.wait(5 * 365 * DAY);
        wallets.erase_person(person(1), &eve).unwrap().unwrap();
        assert!(is_destroyed(&key(&world, 0), person(1)));
        world.verify();
    }
}

/// Boris was erased; then an older file of keys was put back, as the page says, and `verify` found
/// nothing wrong with a store in which he could be read again.
#[test]
fn verify_names_who_was_erased_and_has_a_key_again() {
    let world = two();
    let older = keys_file(&world);
    erase(&world, 2);
    put_back(&world, &older);
    let copy = world.disk.clone();
    let again = format!("key 1 is there again; person {} was erased", person(2));
    assert_eq!(world.fault().unwrap(), format!("file KEYS: {again}"));
    // Opening the wallets destroys it.
    World::on(copy, WalletOptions::new(master(1), policy())).verify();
}

/// Clara never finished her registration, and was erased with it. Of her there is no row any more,
/// so that the key which an older file brought back stayed for ever: her address could be read
/// again out of the journal. Somebody whose registration is only under way keeps their key.
#[test]
fn a_registration_that_was_erased_stays_so() {
    let world = World::new();
    let begin = |number: u128| {
        let email = format!("nobody{number}@example.com");
        world.wallets.begin_registration(person(number), &email, true).unwrap().unwrap();
    };
    begin(3);
    let older = keys_file(&world);
    world.wait(8 * DAY);
    assert_eq!(world.wallets.upkeep().unwrap().registrations, 1);
    begin(4);
    let newer = keys_file(&world);
    let mut keys = older.clone();
    keys.extend_from_slice(&newer[older.len()..]);
    put_back(&world, &keys);
    let copy = world.disk.clone();
    let again = format!("file KEYS: key 0 is there again; person {} was erased", person(3));
    assert_eq!(world.fault().unwrap(), again);
    let world = World::on(copy, WalletOptions::new(master(1), policy()));
    assert!(is_destroyed(&key(&world, 0), person(3)));
    assert_eq!(world.letters().len(), 1, "the other one goes on");
    // With the same id again, she has another key, which stays.
    world.wallets.begin_registration(person(3), "nobody3@example.com", true).unwrap().unwrap();
    let world = world.reopen();
    assert_eq!(world.letters().len(), 1);
    world.verify();
}
