//! Verification cases on a store.

use super::world::*;
use crate::store::CaseEvidence;
use crate::wallet::policy::{EvidenceKind, Policy};
use crate::wallet::{Actor, VerificationReason, VerificationState as S, WalletStatus as W};
use crate::*;

fn passport() -> CaseEvidence {
    CaseEvidence {
        kind: EvidenceKind::Passport,
        hash: [5; 32],
        reference: "scans/planted-reference".into(),
        expires_at: Timestamp::from_seconds(START + 900 * DAY).unwrap_or_default(),
    }
}

/// Anna wants to buy for 900.00: she is asked for a passport, staff look at it, and she buys. A year
/// later the approval has ended.
#[test]
fn a_large_purchase_needs_a_verified_person() {
    let mut policy = Policy::article();
    policy.tiers[1].approval_days = Some(365);
    let world = World::new(policy);
    let anna = world.wallet(5_000_00);
    let refusal = world.authorised(anna, 900_00).unwrap_err();
    assert_eq!((refusal.status, refusal.tier), (W::NEEDS_TIER, 1));

    let (case, wallets) = (world.id(), &world.wallets);
    let eve = Actor::staff("eve", "the queue of the morning");
    wallets.open_verification(case, anna, refusal.tier, &Actor::Customer).unwrap().unwrap();
    assert!(wallets.open_verifications(None, 10).unwrap().is_empty(), "nothing to look at yet");
    wallets.submit_evidence(case, &[passport()], &Actor::Customer).unwrap().unwrap();
    let waiting = wallets.open_verifications(None, 10).unwrap();
    assert_eq!(
        (waiting.len(), waiting[0].id, waiting[0].evidence.clone()),
        (1, case, vec![passport()])
    );
    assert!(wallets.open_verifications(Some(&waiting[0]), 10).unwrap().is_empty());
    wallets.review_verification(case, &eve).unwrap().unwrap();
    let state = wallets.approve_verification(case, Timestamp::NONE, &eve).unwrap().unwrap();
    assert_eq!(state, S::APPROVED);
    assert!(wallets.open_verifications(None, 10).unwrap().is_empty());
    world.pays(anna, 900_00).unwrap();

    world.at(START + 366 * DAY);
    assert_eq!(world.pays(anna, 900_00).unwrap_err().tier, 1);
    // And again.
    let next = world.id();
    wallets.open_verification(next, anna, 1, &Actor::Customer).unwrap().unwrap();
    let trail = wallets.audit_trail(anna, None, 100).unwrap();
    let by_staff: Vec<_> =
        trail.iter().filter(|(_, e)| e.actor == eve).map(|(_, e)| e.command.name()).collect();
    assert_eq!(by_staff, ["review_verification", "approve_verification"]);
    world.verify();
}

#[test]
fn every_refusal_has_its_reason() {
    let world = World::new(Policy::article());
    let (wallets, eve) = (&world.wallets, Actor::staff("eve", "looked at it"));
    for &reason in VerificationReason::ALL {
        let (anna, case) = (world.wallet(1_00), world.id());
        wallets.open_verification(case, anna, 1, &Actor::Customer).unwrap().unwrap();
        wallets.submit_evidence(case, &[passport()], &Actor::Customer).unwrap().unwrap();
        wallets.review_verification(case, &eve).unwrap().unwrap();
        wallets.refuse_verification(case, reason, &eve).unwrap().unwrap();
        let found = wallets.verification(case).unwrap().unwrap();
        assert_eq!((found.state, found.reason), (S::REFUSED, Some(reason)));
        assert_eq!(wallets.spending(anna).unwrap().unwrap().tier, 0);
        // The customer may try again.
        wallets.open_verification(world.id(), anna, 1, &Actor::Customer).unwrap().unwrap();
    }
}

#[test]
fn large_tiers_need_two_people() {
    let mut policy = Policy::article();
    policy.verification.second_person_from_tier = Some(1);
    let world = World::new(policy);
    let (anna, case, wallets) = (world.wallet(500_00), world.id(), &world.wallets);
    let (eve, bob) = (Actor::staff("eve", "first"), Actor::staff("bob", "second"));
    wallets.open_verification(case, anna, 1, &eve).unwrap().unwrap();
    wallets.submit_evidence(case, &[passport()], &eve).unwrap().unwrap();
    wallets.review_verification(case, &eve).unwrap().unwrap();
    let approve = |actor| wallets.approve_verification(case, Timestamp::NONE, actor).unwrap();
    assert_eq!(approve(&eve), Ok(S::AWAITS_SECOND));
    assert_eq!(world.pays(anna, 300_00).unwrap_err().status, W::NEEDS_TIER);
    assert_eq!(status(approve(&eve)), Err(W::REVIEWER_MUST_BE_ANOTHER));
    assert_eq!(wallets.open_verifications(None, 10).unwrap().len(), 1);
    assert_eq!(approve(&bob), Ok(S::APPROVED));
    world.pays(anna, 300_00).unwrap();
}

#[test]
fn every_refusal_of_the_commands() {
    let world = World::new(Policy::article());
    let (anna, case, wallets) = (world.wallet(1_00), world.id(), &world.wallets);
    let (eve, customer) = (Actor::staff("eve", "why"), Actor::Customer);
    let open = |case, wallet, tier| {
        status(wallets.open_verification(case, wallet, tier, &customer).unwrap())
    };
    assert_eq!(open(Id::ZERO, anna, 1), Err(W::ID_MUST_BE_VALID));
    assert_eq!(open(case, id(77), 1), Err(W::WALLET_NOT_FOUND));
    assert_eq!(open(case, anna, 0), Err(W::TIER_MUST_EXIST));
    assert_eq!(open(case, anna, 2), Err(W::TIER_MUST_EXIST));
    assert_eq!(open(case, anna, 1), Ok(()));
    assert_eq!(open(case, anna, 1), Ok(()), "a retry");
    assert_eq!(open(case, world.wallet(0), 1), Err(W::CASE_EXISTS));
    assert_eq!(open(world.id(), anna, 1), Err(W::CASE_IS_OPEN));

    let submit = |evidence: CaseEvidence| {
        status(wallets.submit_evidence(case, &[evidence], &customer).unwrap())
    };
    let text = |reference: &str| CaseEvidence { reference: reference.into(), ..passport() };
    assert_eq!(submit(text("")), Err(W::TEXT_MUST_BE_VALID));
    assert_eq!(submit(text(&"r".repeat(256))), Err(W::TEXT_MUST_BE_VALID));
    assert_eq!(submit(text("4111 1111 1111 1111")), Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER));
    let expires_at = Timestamp::from_seconds(START).unwrap();
    assert_eq!(submit(CaseEvidence { expires_at, ..passport() }), Err(W::EVIDENCE_HAS_EXPIRED));
    let none = status(wallets.submit_evidence(case, &[], &customer).unwrap());
    assert_eq!(none, Err(W::EVIDENCE_MUST_BE_GIVEN));
    let missing = status(wallets.submit_evidence(id(77), &[passport()], &customer).unwrap());
    assert_eq!(missing, Err(W::CASE_NOT_FOUND));
    assert_eq!(submit(passport()), Ok(()));

    let review = |actor: &Actor| status(wallets.review_verification(case, actor).unwrap());
    assert_eq!(review(&customer), Err(W::ACTOR_MUST_BE_NAMED));
    assert_eq!(review(&Actor::staff("eve", "")), Err(W::REASON_MUST_BE_GIVEN));
    assert_eq!(review(&eve), Ok(()));
    assert_eq!(review(&eve), Err(W::CASE_MUST_BE_AT_THIS_STEP));
    let unknown = VerificationReason::from_number(99);
    let refuse = status(wallets.refuse_verification(case, unknown, &eve).unwrap());
    assert_eq!(refuse, Err(W::REASON_MUST_BE_GIVEN));
    wallets.withdraw_verification(case, &customer).unwrap().unwrap();
    assert!(wallets.open_verifications(None, 10).unwrap().is_empty());
    assert_eq!(wallets.verification(id(77)).unwrap(), None);
}

/// A reference of the host may say more than it should: it is sealed before it is written.
#[test]
fn no_reference_is_found_in_the_files() {
    let world = World::new(Policy::article());
    let (anna, case, wallets) = (world.wallet(1_00), world.id(), &world.wallets);
    wallets.open_verification(case, anna, 1, &Actor::Customer).unwrap().unwrap();
    wallets.submit_evidence(case, &[passport()], &Actor::Customer).unwrap().unwrap();
    world.store.checkpoint().unwrap();
    let mut folders = vec![world.directory.path().to_path_buf()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(17).any(|window| window == b"planted-reference");
            assert!(!found, "{}", path.display());
        }
    }
    assert!(files > 2);
}
