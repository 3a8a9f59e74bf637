//! Flow 8: freezing, closing, erasing.

use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

#[test]
fn freezing_a_wallet_freezes_its_account() {
    let world = World::new();
    world.anna();
    world.pay_in(1, 500);
    let wallets = &world.wallets;
    assert_eq!(status(wallets.freeze_wallet(wallet(1), &Actor::Customer)), W::ACTOR_MUST_BE_NAMED);
    wallets.freeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    assert_eq!(world.wallet(1).state, WalletState::Frozen);
    assert!(world.account(1).has(AccountFlags::FROZEN));
    let pay = Operation::transfer(Id::new(), account(1), id(BANK), LEDGER, Amount::from(1_u32));
    assert_eq!(world.store.submit(&[pay]).unwrap()[0].status, Status::DEBIT_ACCOUNT_FROZEN);
    assert_eq!(status(wallets.freeze_wallet(wallet(1), &staff("eve"))), W::WALLET_ALREADY_FROZEN);
    assert_eq!(world.letters().last().unwrap().kind, LetterKind::WALLET_FROZEN);
    wallets.unfreeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    assert!(!world.account(1).has(AccountFlags::FROZEN));
    assert_eq!(status(wallets.unfreeze_wallet(wallet(1), &staff("eve"))), W::WALLET_IS_NOT_FROZEN);
    // An account that the host froze by itself is in order too.
    let freeze = Operation::freeze(Id::new(), account(1));
    assert_eq!(world.store.submit(&[freeze]).unwrap()[0].status, Status::APPLIED);
    wallets.freeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    wallets.unfreeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    assert!(!world.account(1).has(AccountFlags::FROZEN));
}

#[test]
fn only_an_empty_frozen_wallet_is_closed() {
    let world = World::new();
    world.anna();
    world.pay_in(1, 500);
    let wallets = &world.wallets;
    let close = || wallets.close_wallet(wallet(1), &staff("eve"));
    assert_eq!(status(close()), W::WALLET_IS_NOT_FROZEN);
    wallets.freeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    assert_eq!(status(close()), W::WALLET_MUST_BE_EMPTY);
    wallets.unfreeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    spend_all(&world);
    wallets.freeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    close().unwrap().unwrap();
    assert_eq!(world.wallet(1).state, WalletState::Closed);
    assert!(world.account(1).has(AccountFlags::CLOSED));
    assert_eq!(status(close()), W::WALLET_ALREADY_CLOSED);
    let reopened = wallets.unfreeze_wallet(wallet(1), &staff("eve"));
    assert_eq!(status(reopened), W::WALLET_ALREADY_CLOSED);
}

/// Pays all that Anna has to a shop.
fn spend_all(world: &World) {
    let shop = Account::new(id(7), LEDGER, 300, AccountFlags::NONE);
    world.store.create_accounts(&[shop]).unwrap();
    let amount = world.account(1).balances.available();
    let pay = Operation::transfer(Id::new(), account(1), id(7), LEDGER, amount);
    assert_eq!(world.store.submit(&[pay]).unwrap()[0].status, Status::APPLIED);
}

fn close(world: &World) {
    world.wallets.freeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    world.wallets.close_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
}

#[test]
fn an_erased_person_is_unreadable_and_the_ledger_stays_whole() {
    let world = World::new();
    world.anna();
    world.pay_in(1, 500);
    spend_all(&world);
    let wallets = &world.wallets;
    let erase = || wallets.erase_person(person(1), &staff("eve"));
    assert_eq!(status(wallets.erase_person(person(9), &staff("eve"))), W::PERSON_NOT_FOUND);
    assert_eq!(status(erase()), W::WALLETS_MUST_BE_CLOSED);
    close(&world);
    // Five years, as the policy has it; and a court has an interest too.
    let refusal = erase().unwrap().unwrap_err();
    assert_eq!(refusal.status, W::RETENTION_FORBIDS);
    wallets.set_legal_hold(person(1), true, &staff("eve")).unwrap().unwrap();
    world.wait(5 * 365 * DAY);
    assert_eq!(status(erase()), W::LEGAL_HOLD_FORBIDS);
    let lift = |by: &str| wallets.set_legal_hold(person(1), false, &staff(by));
    assert_eq!(status(lift("eve")), W::SECOND_PERSON_MUST_AGREE);
    lift("bob").unwrap().unwrap();
    let keys_before = keys(&world);
    erase().unwrap().unwrap();
    assert_ne!(keys(&world), keys_before, "the key is overwritten");
    assert!(is_destroyed(&keys(&world)[8_192..8_192 + 128], person(1)));
    // Nothing of her can be read, or used.
    assert_eq!(status(wallets.log_in(EMAIL, LOGIN)), W::CREDENTIALS_MUST_MATCH);
    assert_eq!(status(wallets.notes_on(person(1))), W::PERSON_NOT_FOUND);
    assert_eq!(status(erase()), W::PERSON_MUST_BE_ACTIVE);
    assert_eq!(world.letters(), []);
    assert_eq!(world.trail(person(1)).last(), Some(&Command::PERSON_ERASED));
    // The ledger's history is what it was.
    let snapshot = world.store.snapshot().unwrap();
    assert!(snapshot.trial_balance(LEDGER).unwrap().is_balanced());
    let query = StatementQuery::default();
    assert_eq!(snapshot.statement(account(1), &query).unwrap().count(), 2);
    drop(snapshot);
    // Address and document are free for somebody new.
    let world = world.reopen();
    world.register(2, EMAIL);
}

/// A registration that was never submitted is removed with all it held, and so is what somebody is
/// to keep. It goes once it may.
#[test]
fn what_must_be_kept_is_not_removed_with_its_registration() {
    let world = World::new();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    world.confirm(1, EMAIL);
    wallets.set_profile(person(1), &profile(1)).unwrap().unwrap();
    wallets.set_legal_hold(person(1), true, &eve).unwrap().unwrap();
    for _ in 0..2 {
        world.wait(7 * DAY);
        assert_eq!(wallets.upkeep().unwrap().registrations, 0, "a court has an interest");
    }
    wallets.leave_note(person(1), "still there", &eve).unwrap().unwrap();
    let lifted = wallets.set_legal_hold(person(1), false, &eve);
    assert_eq!(status(lifted), W::SECOND_PERSON_MUST_AGREE);
    wallets.set_legal_hold(person(1), false, &staff("bob")).unwrap().unwrap();
    let until = world.now().plus_seconds(20 * DAY as u32);
    wallets.set_retention(person(1), until, &eve).unwrap().unwrap();
    world.wait(7 * DAY);
    assert_eq!(wallets.upkeep().unwrap().registrations, 0, "the law wants it kept");
    world.wait(13 * DAY);
    assert_eq!(wallets.upkeep().unwrap().registrations, 1);
    assert_eq!(status(wallets.notes_on(person(1))), W::PERSON_NOT_FOUND);
    world.register(2, EMAIL);
}

fn keys(world: &World) -> Vec<u8> {
    let files = world.files();
    files.into_iter().find(|(name, _)| name == "KEYS").unwrap().1
}

/// Erasing is three steps: the row, the key, the row. It is cut off after each call of the disk.
#[test]
fn an_erasure_that_is_interrupted_is_finished_when_the_wallets_are_opened() {
    let world = World::new();
    world.anna();
    close(&world);
    world.wait(5 * 365 * DAY);
    let (mut finished, mut begun) = (0, 0);
    for calls in 1.. {
        let disk = world.disk.duplicate();
        let other = World::on(disk.clone(), WalletOptions::new(master(1), policy()));
        other.wait(5 * 365 * DAY);
        disk.fail_after(calls, std::io::ErrorKind::Other);
        let erased = other.wallets.erase_person(person(1), &staff("eve"));
        let was_cut = erased.is_err();
        drop((other, erased));
        disk.heal();
        let other = World::on(disk, WalletOptions::new(master(1), policy()));
        let gone = is_destroyed(&keys(&other)[8_192..8_192 + 128], person(1));
        let trail = other.trail(person(1));
        // What was ordered is done, whole; what was not ordered has not begun.
        assert_eq!(trail.contains(&Command::ERASE_PERSON), gone, "call {calls}");
        assert_eq!(trail.contains(&Command::PERSON_ERASED), gone, "call {calls}");
        let logged_in = other.wallets.log_in(EMAIL, LOGIN).unwrap();
        assert_eq!(logged_in.is_ok(), !gone);
        finished += u32::from(gone);
        begun += u32::from(!gone);
        if !was_cut {
            break;
        }
    }
    assert!(begun >= 1 && finished >= 3, "{begun} not begun, {finished} finished");
}
