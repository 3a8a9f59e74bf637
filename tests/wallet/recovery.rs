//! Flow 7: a forgotten payment password.

use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::policy::EvidenceKind;
use escrowdb::wallet::*;
use escrowdb::*;

const CASE: u128 = 500;

fn evidence(expires_at: Timestamp) -> Evidence<'static> {
    let kind = EvidenceKind::PASSPORT;
    Evidence { kind, hash: [3; 32], reference: "s3://scans/anna-passport", expires_at }
}

/// A case in review by `bob`.
fn in_review(world: &World, case: u128) {
    let wallets = &world.wallets;
    wallets.open_recovery(id(case), wallet(1), &staff("eve")).unwrap().unwrap();
    let evidence = evidence(Timestamp::NONE);
    wallets.add_recovery_evidence(id(case), &evidence, &Actor::Customer).unwrap().unwrap();
    wallets.review_recovery(id(case), &staff("bob")).unwrap().unwrap();
}

#[test]
fn a_forgotten_payment_password_is_recovered_through_support() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    for _ in 0..20 {
        wallets.check_payment_password(wallet(1), "000001").unwrap().unwrap_err();
        world.wait(DAY);
    }
    let locked = wallets.check_payment_password(wallet(1), PAYMENT);
    assert_eq!(status(locked), W::CREDENTIAL_IS_LOCKED_FOR_GOOD);
    world.letters();
    // Support opens a case; Anna is told at once, by every channel.
    wallets.open_recovery(id(CASE), wallet(1), &staff("eve")).unwrap().unwrap();
    wallets.open_recovery(id(CASE), wallet(1), &staff("eve")).unwrap().unwrap();
    let kinds = |letters: Vec<Letter>| -> Vec<_> {
        letters.iter().map(|letter| (letter.kind, letter.channel)).collect()
    };
    let by_every_channel = |kind| vec![(kind, Channel::EMAIL), (kind, Channel::PHONE)];
    assert_eq!(kinds(world.letters()), by_every_channel(LetterKind::RECOVERY_OPENED));
    assert_eq!(wallets.open_recoveries(10).unwrap().len(), 1);
    // She sends a scan; a colleague of Eve's looks at it.
    let scan = evidence(Timestamp::NONE);
    wallets.add_recovery_evidence(id(CASE), &scan, &Actor::Customer).unwrap().unwrap();
    assert_eq!(
        status(wallets.review_recovery(id(CASE), &staff("eve"))),
        W::REVIEWER_MUST_BE_ANOTHER
    );
    wallets.review_recovery(id(CASE), &staff("bob")).unwrap().unwrap();
    let references = wallets.recovery_evidence(id(CASE)).unwrap().unwrap();
    assert_eq!((references.len(), references[0].hash), (1, [3; 32]));
    assert_eq!(references[0].reference, "s3://scans/anna-passport");
    wallets.decide_recovery(id(CASE), RecoveryDecision::Approve, &staff("bob")).unwrap().unwrap();
    assert_eq!(wallets.open_recoveries(10).unwrap(), []);
    // The link goes to her address; by it she chooses the password herself.
    let token = world.secret(LetterKind::RESET_PAYMENT_PASSWORD);
    assert_eq!(status(wallets.reset_payment_password(&token, LOGIN)), W::PASSWORDS_MUST_DIFFER);
    assert_eq!(status(wallets.reset_payment_password(&token, "12345")), W::PASSWORD_TOO_SHORT);
    let before = world.now();
    wallets.reset_payment_password(&token, "314159").unwrap().unwrap();
    assert_eq!(status(wallets.reset_payment_password(&token, "271828")), W::TOKEN_MUST_BE_VALID);
    assert_eq!(wallets.check_payment_password(wallet(1), "314159").unwrap(), Ok(()));
    // For a day lower limits apply, and she is told by every channel.
    let cooldown = world.wallet(1).cooldown_until.nanoseconds_since(before) / Timestamp::SECOND;
    assert!((DAY - 1..=DAY).contains(&cooldown), "{cooldown} s");
    assert_eq!(kinds(world.letters()), by_every_channel(LetterKind::PAYMENT_PASSWORD_CHANGED));
    let case = wallets.recovery_case(id(CASE)).unwrap().unwrap();
    assert_eq!(
        (case.state, &*case.opened_by, &*case.reviewer),
        (RecoveryState::DONE, "eve", "bob")
    );
    use Command as C;
    let trail = world.trail(wallet(1));
    let steps: Vec<_> = trail.into_iter().filter(|c| (23..=28).contains(&c.number())).collect();
    let expected = [
        C::OPEN_RECOVERY,
        C::ADD_RECOVERY_EVIDENCE,
        C::REVIEW_RECOVERY,
        C::APPROVE_RECOVERY,
        C::RESET_PAYMENT_PASSWORD,
    ];
    assert_eq!(steps, expected);
}

/// Symptom: a thief with Anna's mailbox wrote to support that she had been at the counter: the
/// shop's page took "in person" from her, too, and the case had its evidence. Only staff can say
/// whom they have seen.
#[test]
fn nobody_but_staff_says_that_she_was_there() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    wallets.open_recovery(id(CASE), wallet(1), &staff("eve")).unwrap().unwrap();
    let scan = evidence(Timestamp::NONE);
    let visit = Evidence { kind: EvidenceKind::IN_PERSON, hash: [4; 32], ..scan };
    let add = |piece: &Evidence<'_>, by: &Actor| wallets.add_recovery_evidence(id(CASE), piece, by);
    for by in [Actor::Customer, Actor::System] {
        assert_eq!(status(add(&visit, &by)), W::ACTOR_MUST_BE_NAMED, "{by:?}");
    }
    assert_eq!(wallets.recovery_evidence(id(CASE)).unwrap().unwrap(), []);
    add(&scan, &Actor::Customer).unwrap().unwrap();
    add(&visit, &staff("eve")).unwrap().unwrap();
    assert_eq!(wallets.recovery_evidence(id(CASE)).unwrap().unwrap().len(), 2);
}

#[test]
fn a_link_is_good_for_half_an_hour_and_a_new_case_ends_it() {
    let world = World::new();
    world.anna();
    in_review(&world, CASE);
    let wallets = &world.wallets;
    wallets.decide_recovery(id(CASE), RecoveryDecision::Approve, &staff("bob")).unwrap().unwrap();
    let token = world.secret(LetterKind::RESET_PAYMENT_PASSWORD);
    in_review(&world, CASE + 1);
    let used = wallets.reset_payment_password(&token, "314159");
    assert_eq!(status(used), W::TOKEN_MUST_BE_VALID, "another case was opened");
    wallets
        .decide_recovery(id(CASE + 1), RecoveryDecision::Approve, &staff("bob"))
        .unwrap()
        .unwrap();
    let token = world.secret(LetterKind::RESET_PAYMENT_PASSWORD);
    world.wait(30 * MINUTE);
    let used = wallets.reset_payment_password(&token, "314159");
    assert_eq!(status(used), W::TOKEN_MUST_BE_VALID, "expired");
    assert_eq!(wallets.check_payment_password(wallet(1), PAYMENT).unwrap(), Ok(()), "unchanged");
}

#[test]
fn a_refused_case_changes_nothing() {
    let world = World::new();
    world.anna();
    in_review(&world, CASE);
    let wallets = &world.wallets;
    let decide = |by: &str| wallets.decide_recovery(id(CASE), RecoveryDecision::Refuse, &staff(by));
    assert_eq!(status(decide("eve")), W::REVIEWER_MUST_BE_ANOTHER);
    decide("bob").unwrap().unwrap();
    assert_eq!(status(decide("bob")), W::CASE_MUST_BE_AT_THIS_STEP);
    let kinds: Vec<_> = world.letters().iter().map(|letter| letter.kind).collect();
    assert_eq!(kinds.last(), Some(&LetterKind::RECOVERY_REFUSED));
    assert!(!kinds.contains(&LetterKind::RESET_PAYMENT_PASSWORD));
    assert_eq!(wallets.check_payment_password(wallet(1), PAYMENT).unwrap(), Ok(()));
    assert!(world.wallet(1).cooldown_until.is_none());
}

#[test]
fn what_stands_in_the_way_of_a_case() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    let open = |case, number, actor: &Actor| {
        status(wallets.open_recovery(id(case), wallet(number), actor))
    };
    assert_eq!(open(CASE, 1, &Actor::Customer), W::ACTOR_MUST_BE_NAMED);
    assert_eq!(open(CASE, 1, &Actor::staff("eve", "")), W::REASON_MUST_BE_GIVEN);
    assert_eq!(open(CASE, 9, &staff("eve")), W::WALLET_NOT_FOUND);
    wallets.open_recovery(id(CASE), wallet(1), &staff("eve")).unwrap().unwrap();
    assert_eq!(open(CASE + 1, 1, &staff("eve")), W::CASE_IS_OPEN);
    assert_eq!(status(wallets.review_recovery(id(CASE), &staff("bob"))), W::EVIDENCE_MUST_BE_GIVEN);
    assert_eq!(status(wallets.review_recovery(id(9), &staff("bob"))), W::CASE_NOT_FOUND);
    let add = |evidence: &Evidence<'_>| {
        wallets.add_recovery_evidence(id(CASE), evidence, &Actor::Customer)
    };
    assert_eq!(status(add(&evidence(world.now()))), W::EVIDENCE_HAS_EXPIRED);
    let card = Evidence { reference: "4111 1111 1111 1111", ..evidence(Timestamp::NONE) };
    assert_eq!(status(add(&card)), W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER);
    let soon = world.now().plus_seconds(60);
    add(&evidence(soon)).unwrap().unwrap();
    for _ in 1..16 {
        add(&evidence(Timestamp::NONE)).unwrap().unwrap();
    }
    assert_eq!(status(add(&evidence(Timestamp::NONE))), W::TOO_MANY);
    wallets.review_recovery(id(CASE), &staff("bob")).unwrap().unwrap();
    world.wait(MINUTE);
    let approved = wallets.decide_recovery(id(CASE), RecoveryDecision::Approve, &staff("bob"));
    assert_eq!(status(approved), W::EVIDENCE_HAS_EXPIRED);
}

#[test]
fn support_lists_cases_page_by_page_and_leaves_a_trail() {
    let world = World::new();
    let wallets = &world.wallets;
    for number in 1..=3 {
        world.register(number, &format!("{number}@example.com"));
        assert_eq!(wallets.recovery_of(wallet(number)).unwrap(), None);
        wallets.open_recovery(id(CASE + number), wallet(number), &staff("eve")).unwrap().unwrap();
    }
    let all = wallets.open_recoveries(10).unwrap();
    assert_eq!(all.iter().map(|case| case.case).collect::<Vec<_>>(), [501, 502, 503].map(id));
    let first = wallets.open_recoveries_after(None, 2).unwrap();
    let rest = wallets.open_recoveries_after(first.last(), 2).unwrap();
    assert_eq!([first, rest].concat(), all);
    assert_eq!(wallets.recovery_of(wallet(2)).unwrap(), Some(all[1].clone()));
    let show =
        |number, actor: &Actor| wallets.record_disclosure(wallet(number), id(CASE + number), actor);
    assert_eq!(status(show(9, &staff("bob"))), W::WALLET_NOT_FOUND);
    assert_eq!(status(show(1, &Actor::Customer)), W::ACTOR_MUST_BE_NAMED);
    show(1, &staff("bob")).unwrap().unwrap();
    let trail = wallets.audit_trail(wallet(1), None, 100).unwrap();
    let (_, last) = trail.last().unwrap();
    assert_eq!((last.command, last.about), (Command::DISCLOSE, id(CASE + 1)));
}
