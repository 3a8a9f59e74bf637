//! Verification: the evidence of a customer, and its review by staff.

use crate::market::*;
use crate::world::*;
use VerificationState as S;
use WalletStatus as W;
use escrowdb::wallet::policy::EvidenceKind;
use escrowdb::wallet::*;
use escrowdb::*;

/// Anna wants to buy for 900.00: she is asked for a passport, staff look at it, and she buys. A
/// year later the approval has ended.
#[test]
fn a_large_purchase_needs_a_verified_person() {
    let mut policy = Policy::article();
    policy.tiers[1].approval_days = Some(365);
    let market = Market::new(policy);
    let anna = market.customer(5_000_00);
    let refusal = market.authorised(anna, 900_00).unwrap_err();
    assert_eq!((refusal.status, refusal.tier), (W::NEEDS_TIER, 1));

    let (case, wallets) = (market.fresh(), &market.wallets);
    let eve = Actor::staff("eve", "the queue of the morning");
    wallets.open_verification(case, anna.wallet, refusal.tier, &Actor::Customer).unwrap().unwrap();
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
    market.pays(anna, 900_00).unwrap();

    market.at(START + 366 * DAY);
    assert_eq!(market.pays(anna, 900_00).unwrap_err().tier, 1);
    // And again.
    let next = market.fresh();
    wallets.open_verification(next, anna.wallet, 1, &Actor::Customer).unwrap().unwrap();
    let trail = wallets.audit_trail(anna.wallet, None, 100).unwrap();
    let by_staff: Vec<_> =
        trail.iter().filter(|(_, e)| e.actor == eve).map(|(_, e)| e.command.name()).collect();
    assert_eq!(by_staff, ["review_verification", "approve_verification"]);
    market.verify();
}

/// A tier wanted three sources or a visit. Mallory showed one letter of one bank three times, and
/// another time ticked herself that she had come in person: both got her the tier.
#[test]
fn one_scan_is_one_source_and_who_came_in_person_staff_saw() {
    let mut policy = Policy::article();
    let source = vec![EvidenceKind::EXTERNAL_SOURCE, EvidenceKind::IN_PERSON];
    policy.tiers[1].evidence = vec![source; 3];
    let market = Market::new(policy);
    let (wallets, eve, customer) = (&market.wallets, Actor::staff("eve", "x"), Actor::Customer);
    let shown = |kind, byte| CaseEvidence { kind, hash: [byte; 32], ..passport() };
    let source = |byte| shown(EvidenceKind::EXTERNAL_SOURCE, byte);
    let opened = || {
        let (of, case) = (market.customer(0), market.fresh());
        wallets.open_verification(case, of.wallet, 1, &customer).unwrap().unwrap();
        case
    };
    let approve = |case| {
        wallets.review_verification(case, &eve).unwrap().unwrap();
        wallets.approve_verification(case, Timestamp::NONE, &eve).unwrap()
    };
    let case = opened();
    wallets.submit_evidence(case, &[source(1), source(1), source(1)], &customer).unwrap().unwrap();
    assert_eq!(verdict(approve(case)), Err(W::EVIDENCE_MUST_SUFFICE));
    let case = opened();
    wallets.submit_evidence(case, &[source(2), source(3), source(4)], &customer).unwrap().unwrap();
    assert_eq!(approve(case), Ok(S::APPROVED));

    let (case, visit) = (opened(), [shown(EvidenceKind::IN_PERSON, 5)]);
    for by in [&customer, &Actor::System] {
        let submitted = wallets.submit_evidence(case, &visit, by).unwrap();
        assert_eq!(verdict(submitted), Err(W::ACTOR_MUST_BE_NAMED), "{by:?}");
    }
    wallets.submit_evidence(case, &visit, &eve).unwrap().unwrap();
    assert_eq!(approve(case), Ok(S::APPROVED));
    market.verify();
}

#[test]
fn every_refusal_has_its_reason() {
    let market = Market::new(Policy::article());
    let (wallets, eve) = (&market.wallets, Actor::staff("eve", "looked at it"));
    for &reason in VerificationReason::ALL {
        let (anna, case) = (market.customer(1_00), market.fresh());
        wallets.open_verification(case, anna.wallet, 1, &Actor::Customer).unwrap().unwrap();
        wallets.submit_evidence(case, &[passport()], &Actor::Customer).unwrap().unwrap();
        wallets.review_verification(case, &eve).unwrap().unwrap();
        wallets.refuse_verification(case, reason, &eve).unwrap().unwrap();
        let found = wallets.verification(case).unwrap().unwrap();
        assert_eq!((found.state, found.reason), (S::REFUSED, Some(reason)));
        assert_eq!(wallets.spending(anna.wallet).unwrap().unwrap().tier, 0);
        // The customer may try again.
        wallets
            .open_verification(market.fresh(), anna.wallet, 1, &Actor::Customer)
            .unwrap()
            .unwrap();
    }
}

#[test]
fn large_tiers_need_two_people() {
    let mut policy = Policy::article();
    policy.verification.second_person_from_tier = Some(1);
    let market = Market::new(policy);
    let (anna, case, wallets) = (market.customer(500_00), market.fresh(), &market.wallets);
    let (eve, bob) = (Actor::staff("eve", "first"), Actor::staff("bob", "second"));
    wallets.open_verification(case, anna.wallet, 1, &eve).unwrap().unwrap();
    wallets.submit_evidence(case, &[passport()], &eve).unwrap().unwrap();
    wallets.review_verification(case, &eve).unwrap().unwrap();
    let approve = |actor| wallets.approve_verification(case, Timestamp::NONE, actor).unwrap();
    assert_eq!(approve(&eve), Ok(S::AWAITS_SECOND));
    assert_eq!(market.pays(anna, 300_00).unwrap_err().status, W::NEEDS_TIER);
    assert_eq!(approve(&eve), Ok(S::AWAITS_SECOND), "a retry");
    let sooner = Timestamp::from_seconds(START + DAY).unwrap();
    let other = wallets.approve_verification(case, sooner, &eve).unwrap();
    assert_eq!(verdict(other), Err(W::REVIEWER_MUST_BE_ANOTHER), "it is not the same");
    assert_eq!(wallets.open_verifications(None, 10).unwrap().len(), 1);
    assert_eq!(approve(&bob), Ok(S::APPROVED));
    market.pays(anna, 300_00).unwrap();
}

#[test]
fn every_refusal_of_a_verification() {
    let market = Market::new(Policy::article());
    let (anna, case, wallets) = (market.customer(1_00), market.fresh(), &market.wallets);
    let (eve, customer) = (Actor::staff("eve", "why"), Actor::Customer);
    let open = |case, wallet, tier| {
        verdict(wallets.open_verification(case, wallet, tier, &customer).unwrap())
    };
    assert_eq!(open(Id::ZERO, anna.wallet, 1), Err(W::ID_MUST_BE_VALID));
    assert_eq!(open(case, id(77), 1), Err(W::WALLET_NOT_FOUND));
    assert_eq!(open(case, anna.wallet, 0), Err(W::TIER_MUST_EXIST));
    assert_eq!(open(case, anna.wallet, 2), Err(W::TIER_MUST_EXIST));
    assert_eq!(open(case, anna.wallet, 1), Ok(()));
    assert_eq!(open(case, anna.wallet, 1), Ok(()), "a retry");
    assert_eq!(open(case, market.customer(0).wallet, 1), Err(W::CASE_EXISTS));
    assert_eq!(open(market.fresh(), anna.wallet, 1), Err(W::CASE_IS_OPEN));

    let submit = |evidence: CaseEvidence| {
        verdict(wallets.submit_evidence(case, &[evidence], &customer).unwrap())
    };
    let text = |reference: &str| CaseEvidence { reference: reference.into(), ..passport() };
    assert_eq!(submit(text("")), Err(W::TEXT_MUST_BE_VALID));
    assert_eq!(submit(text(&"r".repeat(256))), Err(W::TEXT_MUST_BE_VALID));
    assert_eq!(submit(text("4111 1111 1111 1111")), Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER));
    let expires_at = Timestamp::from_seconds(START).unwrap();
    assert_eq!(submit(CaseEvidence { expires_at, ..passport() }), Err(W::EVIDENCE_HAS_EXPIRED));
    let none = verdict(wallets.submit_evidence(case, &[], &customer).unwrap());
    assert_eq!(none, Err(W::EVIDENCE_MUST_BE_GIVEN));
    let missing = verdict(wallets.submit_evidence(id(77), &[passport()], &customer).unwrap());
    assert_eq!(missing, Err(W::CASE_NOT_FOUND));
    assert_eq!(submit(passport()), Ok(()));

    let review = |actor: &Actor| verdict(wallets.review_verification(case, actor).unwrap());
    assert_eq!(review(&customer), Err(W::ACTOR_MUST_BE_NAMED));
    assert_eq!(review(&Actor::staff("eve", "")), Err(W::REASON_MUST_BE_GIVEN));
    assert_eq!(review(&eve), Ok(()));
    assert_eq!(review(&eve), Err(W::CASE_MUST_BE_AT_THIS_STEP));
    let unknown = VerificationReason::from_number(99);
    let refuse = verdict(wallets.refuse_verification(case, unknown, &eve).unwrap());
    assert_eq!(refuse, Err(W::REASON_MUST_BE_GIVEN));
    wallets.withdraw_verification(case, &customer).unwrap().unwrap();
    assert!(wallets.open_verifications(None, 10).unwrap().is_empty());
    assert_eq!(wallets.verification(id(77)).unwrap(), None);
}

/// A reference of the host may say more than it should: it is sealed before it is written, and not
/// printed.
#[test]
fn no_reference_is_found_in_the_files() {
    let market = Market::new(Policy::article());
    let (anna, case, wallets) = (market.customer(1_00), market.fresh(), &market.wallets);
    wallets.open_verification(case, anna.wallet, 1, &Actor::Customer).unwrap().unwrap();
    wallets.submit_evidence(case, &[passport()], &Actor::Customer).unwrap().unwrap();
    let found = wallets.verification(case).unwrap().unwrap();
    assert_eq!(found.evidence, [passport()]);
    assert!(!format!("{found:?}").contains("planted-reference"));
    market.store.checkpoint().unwrap();
    let files = market.files();
    assert!(files.len() > 2);
    for (name, bytes) in files {
        assert!(!holds(&bytes, b"planted-reference"), "the reference is in {name}");
    }
}
