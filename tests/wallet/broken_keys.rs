//! One person's key is damaged or gone: nobody else is affected.
//!
//! Symptom: a sector of the file of keys rotted, and no customer of the shop got a letter any more;
//! the owner's wallet could be neither frozen nor closed, and the owner not erased. Cause: the
//! first letter of the queue could not be opened, and each of those commands wrote a letter or read
//! the address first.

use crate::market::passport;
use crate::world::*;
use WalletStatus as W;
use escrowdb::disk::{Disk, OpenMode};
use escrowdb::wallet::*;
use escrowdb::*;

/// The place of a key in the file, and its bytes.
pub(crate) fn key(world: &World, number: u64) -> [u8; 128] {
    let mut bytes = [0; 128];
    let keys = world.disk.open("KEYS", OpenMode::Existing).unwrap();
    keys.read_at(8_192 + number * 128, &mut bytes).unwrap();
    bytes
}

pub(crate) fn set_key(world: &World, number: u64, bytes: &[u8; 128]) {
    let keys = world.disk.open("KEYS", OpenMode::Existing).unwrap();
    keys.write_at(8_192 + number * 128, bytes).unwrap();
}

/// Anna, whose key has the number 0, and Boris.
pub(crate) fn two() -> World {
    let world = World::new();
    world.anna();
    world.register(2, "boris@example.com");
    world.deliver();
    world
}

/// Ways in which her key can be broken.
pub(crate) fn harms(world: &World) -> [[u8; 128]; 2] {
    let mut rotten = key(world, 0);
    rotten[40] ^= 1;
    [rotten, [0; 128]]
}

#[test]
fn others_have_their_letters() {
    let world = two();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let whole = key(&world, 0);
    for harm in harms(&world) {
        // Hers come first in the queue.
        for number in [1, 2] {
            wallets.freeze_wallet(wallet(number), &eve).unwrap().unwrap();
        }
        set_key(&world, 0, &harm);
        let letters = world.letters();
        assert!(!letters.is_empty() && letters.iter().all(|one| one.id.person == person(2)));
        world.deliver();
        assert!(world.letters().is_empty(), "hers wait");
        // Mended by the copy of a backup, hers come too: none is lost.
        set_key(&world, 0, &whole);
        world.wait(15 * MINUTE);
        let letters = world.letters();
        assert!(letters.iter().any(|one| one.kind == LetterKind::WALLET_FROZEN));
        assert!(letters.iter().any(|one| one.id.person == person(1)), "{letters:?}");
        world.wait(15 * MINUTE);
        world.deliver();
        for number in [1, 2] {
            wallets.unfreeze_wallet(wallet(number), &eve).unwrap().unwrap();
        }
    }
}

#[test]
fn a_person_with_a_broken_key_is_frozen_closed_and_erased() {
    for harm in 0..2 {
        let world = two();
        let (wallets, eve, card) = (&world.wallets, staff("eve"), id(71));
        let reference = crate::cards::reference("fp");
        wallets.propose_card(wallet(1), card, &reference, &Actor::System).unwrap().unwrap();
        wallets.confirm_card(wallet(1), card).unwrap().unwrap();
        let (hers, his) = (id(81), id(82));
        for (case, number) in [(hers, 1), (his, 2)] {
            wallets.open_verification(case, wallet(number), 1, &Actor::Customer).unwrap().unwrap();
            wallets.submit_evidence(case, &[passport()], &Actor::Customer).unwrap().unwrap();
        }
        set_key(&world, 0, &harms(&world)[harm]);

        // Staff have their list, and him in it.
        let cases = wallets.open_verifications(None, 10).unwrap();
        let references: Vec<_> =
            cases.iter().map(|one| one.evidence[0].reference.as_str()).collect();
        assert_eq!(references, ["", "scans/planted-reference"]);
        wallets.suspend_card(wallet(1), card, &eve).unwrap().unwrap();
        wallets.remove_card(wallet(1), card, &eve).unwrap().unwrap();
        wallets.review_verification(hers, &eve).unwrap().unwrap();
        let reason = VerificationReason::INCOMPLETE;
        wallets.refuse_verification(hers, reason, &eve).unwrap().unwrap();
        wallets.freeze_wallet(wallet(1), &eve).unwrap().unwrap();
        wallets.close_wallet(wallet(1), &eve).unwrap().unwrap();
        wallets.set_legal_hold(person(1), true, &eve).unwrap().unwrap();
        // Lifting it takes two.
        let lifted = wallets.set_legal_hold(person(1), false, &eve);
        assert_eq!(status(lifted), W::SECOND_PERSON_MUST_AGREE);
        wallets.set_legal_hold(person(1), false, &staff("adam")).unwrap().unwrap();
        world.wait(5 * 365 * DAY);
        wallets.erase_person(person(1), &eve).unwrap().unwrap();
        assert!(is_destroyed(&key(&world, 0), person(1)));
        assert_eq!(world.trail(person(1)).last(), Some(&Command::PERSON_ERASED));
        // Her address and passport are free.
        world.confirm(3, EMAIL);
        wallets.set_profile(person(3), &profile(1)).unwrap().unwrap();
        assert_eq!(wallets.log_in("boris@example.com", LOGIN).unwrap(), Ok(person(2)));
        world.verify();
    }
}

/// Support could not even open the recovery of a customer whose key is damaged, as it wrote her a
/// letter first. What needs no key is done without: only new evidence, and the link, take it.
#[test]
fn a_recovery_goes_as_far_as_can_be_read() {
    for harm in 0..2 {
        let world = two();
        let (wallets, eve, bob) = (&world.wallets, staff("eve"), staff("bob"));
        let [first, second, third] = [91, 92, 93].map(id);
        let evidence = Evidence {
            kind: policy::EvidenceKind::PASSPORT,
            hash: [1; 32],
            reference: "scans/1",
            expires_at: Timestamp::NONE,
        };
        let references = |case| {
            let evidence = wallets.recovery_evidence(case).unwrap().unwrap();
            evidence.into_iter().map(|one| (one.hash, one.reference)).collect::<Vec<_>>()
        };
        wallets.open_recovery(first, wallet(1), &eve).unwrap().unwrap();
        wallets.add_recovery_evidence(first, &evidence, &eve).unwrap().unwrap();
        assert_eq!(references(first), [([1; 32], "scans/1".to_owned())]);
        let whole = key(&world, 0);
        set_key(&world, 0, &harms(&world)[harm]);

        assert_eq!(references(first), [([1; 32], String::new())]);
        // Commands that take the key are refused by name, and the trail records the attempt.
        let damaged = |judged| assert_eq!(status(judged), W::DATA_IS_DAMAGED);
        damaged(wallets.add_recovery_evidence(first, &evidence, &eve));
        wallets.review_recovery(first, &bob).unwrap().unwrap();
        let decide = |decision| wallets.decide_recovery(first, decision, &bob);
        damaged(decide(RecoveryDecision::Approve));
        let trail = wallets.audit_trail(wallet(1), None, 100).unwrap();
        assert_eq!(trail.last().unwrap().1.detail, "refused: data_is_damaged");
        decide(RecoveryDecision::Refuse).unwrap().unwrap();
        wallets.open_recovery(second, wallet(1), &eve).unwrap().unwrap();
        wallets.stop_recovery(second, &eve).unwrap().unwrap();
        wallets.open_recovery(third, wallet(1), &eve).unwrap().unwrap();
        assert_eq!(wallets.recovery_of(wallet(1)).unwrap().unwrap().case, third);
        let stated = |case| wallets.recovery_case(case).unwrap().unwrap().state;
        assert_eq!(stated(first), RecoveryState::REFUSED);
        assert_eq!(stated(second), RecoveryState::STOPPED);
        // Mended, it goes on to its end.
        set_key(&world, 0, &whole);
        wallets.add_recovery_evidence(third, &evidence, &eve).unwrap().unwrap();
        wallets.review_recovery(third, &bob).unwrap().unwrap();
        wallets.decide_recovery(third, RecoveryDecision::Approve, &bob).unwrap().unwrap();
        let token = world.secret(LetterKind::RESET_PAYMENT_PASSWORD);
        set_key(&world, 0, &harms(&world)[harm]);
        damaged(wallets.reset_payment_password(&token, "271828"));
        set_key(&world, 0, &whole);
        wallets.reset_payment_password(&token, "271828").unwrap().unwrap();
        world.verify();
    }
}

/// A registration that nobody finished is removed, though its key is rotten; and others with it.
#[test]
fn registrations_are_purged_past_a_broken_one() {
    let world = World::new();
    for number in [1, 2] {
        let email = format!("nobody{number}@example.com");
        world.wallets.begin_registration(person(number), &email, true).unwrap().unwrap();
    }
    set_key(&world, 0, &harms(&world)[0]);
    world.wait(8 * DAY);
    assert_eq!(world.wallets.upkeep().unwrap().registrations, 2);
    world.verify();
}

#[test]
fn keys_and_indexes_are_rotated_past_a_broken_one() {
    for (harm, what) in [(0, "key 0 does not match its checksum"), (1, "key 0 is overwritten")] {
        rotated_past(harm, what);
    }
}

fn rotated_past(harm: usize, what: &str) {
    let world = two();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let whole = key(&world, 0);
    set_key(&world, 0, &harms(&world)[harm]);
    let error = wallets.rotate_key_encryption_key(&eve).unwrap_err().to_string();
    assert!(error.contains(what), "{error}");
    assert_eq!(wallets.log_in("boris@example.com", LOGIN).unwrap(), Ok(person(2)));
    wallets.begin_index_rotation(&eve).unwrap().unwrap();
    assert_eq!(wallets.reindex(None, 10, &eve).unwrap(), Ok(None));
    let error = wallets.end_index_rotation(&eve).unwrap_err().to_string();
    assert!(error.contains(&person(1).to_string()), "{error}");
    // The copy of before the rotation is still good.
    set_key(&world, 0, &whole);
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    assert_eq!(wallets.rotate_key_encryption_key(&eve).unwrap(), Ok(1));
    assert_eq!(wallets.reindex(None, 10, &eve).unwrap(), Ok(None));
    wallets.end_index_rotation(&eve).unwrap().unwrap();
    for (email, number) in [(EMAIL, 1), ("boris@example.com", 2)] {
        assert_eq!(wallets.log_in(email, LOGIN).unwrap(), Ok(person(number)));
    }
}

pub(crate) fn keys_file(world: &World) -> Vec<u8> {
    let keys = world.disk.open("KEYS", OpenMode::Existing).unwrap();
    let mut bytes = vec![0; keys.len().unwrap() as usize];
    keys.read_at(0, &mut bytes).unwrap();
    bytes
}

pub(crate) fn put_back(world: &World, bytes: &[u8]) {
    let keys = world.disk.open("KEYS", OpenMode::Existing).unwrap();
    keys.set_len(bytes.len() as u64).unwrap();
    keys.write_at(0, bytes).unwrap();
}

pub(crate) fn erase(world: &World, number: u128) {
    let eve = staff("eve");
    world.wallets.freeze_wallet(wallet(number), &eve).unwrap().unwrap();
    world.wallets.close_wallet(wallet(number), &eve).unwrap().unwrap();
    world.wait(5 * 365 * DAY);
    world.wallets.erase_person(person(number), &eve).unwrap().unwrap();
}

/// Boris was erased. A month later the shop put an older file of keys back, as Anna's was damaged,
/// and his data could be read again: `erase_person` said that he is gone, and a rotation even
/// renewed his key.
#[test]
fn an_older_file_of_keys_brings_nobody_back() {
    let world = two();
    let older = keys_file(&world);
    erase(&world, 2);
    put_back(&world, &older);
    assert!(!is_destroyed(&key(&world, 1), person(2)));
    let world = world.reopen();
    assert!(is_destroyed(&key(&world, 1), person(2)));
    assert_eq!(world.wallets.rotate_key_encryption_key(&staff("eve")).unwrap(), Ok(1));
    assert!(is_destroyed(&key(&world, 1), person(2)));
    assert_eq!(world.wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    world.verify();
}

/// Boris registered after the backup whose keys were put back: the next customer was given the
/// number of his key, and once he was erased his wallet could not be looked at, though nothing of
/// him is sealed.
#[test]
fn a_number_beyond_an_older_file_is_not_given_again() {
    let world = World::new();
    world.anna();
    world.deliver();
    let older = keys_file(&world);
    world.register(2, "boris@example.com");
    world.deliver();
    let reference = crate::cards::reference("fp");
    world.wallets.propose_card(wallet(2), id(71), &reference, &Actor::System).unwrap().unwrap();
    put_back(&world, &older);
    let world = world.reopen();
    world.register(3, "clara@example.com");
    assert_eq!(keys_file(&world).len(), 8_192 + 3 * 128);
    assert_eq!(key(&world, 1), [0; 128]);
    erase(&world, 2);
    let cards = world.wallets.cards(wallet(2)).unwrap();
    assert!(cards.iter().all(|card| card.reference.is_none()) && cards.len() == 1);
    assert_eq!(world.wallets.log_in("clara@example.com", LOGIN).unwrap(), Ok(person(3)));
    // Erased first, and the older file put back after.
    put_back(&world, &older);
    let world = world.reopen();
    assert!(is_destroyed(&key(&world, 1), person(2)));
    assert_eq!(world.wallets.cards(wallet(2)).unwrap().len(), 1);
    let whose = format!("key 2 is overwritten with zeros; person {} needs it", person(3));
    assert_eq!(world.fault().unwrap(), format!("file KEYS: {whose}"));
}

/// `verify` said that key 0 is damaged, and nobody knows their customers by the numbers of keys.
#[test]
fn verify_says_whose_key_is_broken() {
    let world = two();
    for number in [0, 1] {
        let mut rotten = key(&world, number);
        rotten[40] ^= 1;
        set_key(&world, number, &rotten);
    }
    let fault = world.fault().unwrap();
    for number in [1, 2] {
        let whose = format!("; person {} needs it", person(number));
        assert!(fault.contains(&whose), "{fault}");
    }
}

/// A sector of zeros looked like the keys of people who were erased: `verify` called the store
/// whole, and so did the backup that was made of it, over the last one that had the keys.
#[test]
fn verify_tells_zeros_from_who_was_erased() {
    let world = two();
    let eve = staff("eve");
    world.wallets.freeze_wallet(wallet(2), &eve).unwrap().unwrap();
    world.wallets.close_wallet(wallet(2), &eve).unwrap().unwrap();
    world.wait(5 * 365 * DAY);
    world.wallets.erase_person(person(2), &eve).unwrap().unwrap();
    assert!(is_destroyed(&key(&world, 1), person(2)));
    set_key(&world, 0, &[0; 128]);
    let fault = world.fault().unwrap();
    let whose = format!("key 0 is overwritten with zeros; person {} needs it", person(1));
    assert_eq!(fault, format!("file KEYS: {whose}"));
    // What an older version left of somebody whom it erased is no fault.
    let world = two();
    world.wallets.freeze_wallet(wallet(2), &eve).unwrap().unwrap();
    world.wallets.close_wallet(wallet(2), &eve).unwrap().unwrap();
    world.wait(5 * 365 * DAY);
    world.wallets.erase_person(person(2), &eve).unwrap().unwrap();
    set_key(&world, 1, &[0; 128]);
    world.verify();
}

/// Boris is gone, and a year later his case was reviewed all the same, and the hash of his
/// passport's scan still told whoever had a copy that it was his.
#[test]
fn the_cases_of_an_erased_person_end() {
    let world = two();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let (case, old, recovery) = (id(81), id(82), id(83));
    for case in [old, case] {
        wallets.open_verification(case, wallet(2), 1, &Actor::Customer).unwrap().unwrap();
        wallets.submit_evidence(case, &[passport()], &Actor::Customer).unwrap().unwrap();
        if case == old {
            wallets.review_verification(case, &eve).unwrap().unwrap();
            let reason = VerificationReason::UNREADABLE;
            wallets.refuse_verification(case, reason, &eve).unwrap().unwrap();
        }
    }
    wallets.open_recovery(recovery, wallet(2), &eve).unwrap().unwrap();
    wallets.freeze_wallet(wallet(2), &eve).unwrap().unwrap();
    wallets.close_wallet(wallet(2), &eve).unwrap().unwrap();
    world.wait(5 * 365 * DAY);
    wallets.erase_person(person(2), &eve).unwrap().unwrap();
    assert!(wallets.open_verifications(None, 10).unwrap().is_empty());
    assert!(wallets.open_recoveries(10).unwrap().is_empty());
    for (case, state) in [(case, VerificationState::WITHDRAWN), (old, VerificationState::REFUSED)] {
        let found = wallets.verification(case).unwrap().unwrap();
        assert_eq!((found.state, found.evidence[0].hash), (state, [0; 32]));
    }
    let moved = wallets.review_verification(case, &eve);
    assert_eq!(status(moved), W::CASE_MUST_BE_AT_THIS_STEP);
    let found = wallets.recovery_case(recovery).unwrap().unwrap();
    assert_eq!(found.state, RecoveryState::STOPPED);
    let evidence = Evidence {
        kind: policy::EvidenceKind::PASSPORT,
        hash: [1; 32],
        reference: "scan",
        expires_at: Timestamp::NONE,
    };
    let added = wallets.add_recovery_evidence(recovery, &evidence, &eve);
    assert_ne!(added.unwrap(), Ok(()));
    world.verify();
}
