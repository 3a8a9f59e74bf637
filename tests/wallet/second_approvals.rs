//! Approvals that await a second one when their evidence turns out to be false.

use crate::clerks::details;
use crate::market::{Market, passport, verdict};
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// Eve approved class II for Anna, and Bob was to look at it next week. Meanwhile the passport
/// turned out false, and Carl took her tier back. Bob, who knew nothing of it, approved: she was in
/// class II by a false passport, with one approval from before anybody knew.
#[test]
fn a_revoked_tier_ends_approvals_that_await_their_second() {
    let mut policy = Policy::article();
    policy.verification.second_person_from_tier = Some(1);
    let market = Market::new(policy);
    let (anna, wallets) = (market.customer(0), &market.wallets);
    let [eve, bob, carl] = ["eve", "bob", "carl"].map(staff);
    let approve =
        |case, by: &Actor| wallets.approve_verification(case, Timestamp::NONE, by).unwrap();
    let show = |case: Id| {
        wallets.open_verification(case, anna.wallet, 1, &Actor::Customer).unwrap().unwrap();
        wallets.submit_evidence(case, &[passport()], &Actor::Customer).unwrap().unwrap();
        wallets.review_verification(case, &eve).unwrap().unwrap();
        assert_eq!(approve(case, &eve), Ok(VerificationState::AWAITS_SECOND));
    };
    let [first, renewal] = [91, 92].map(id);
    show(first);
    assert_eq!(approve(first, &bob), Ok(VerificationState::APPROVED));
    show(renewal);
    wallets.revoke_tier(anna.wallet, &carl).unwrap().unwrap();
    let case = wallets.verification(renewal).unwrap().unwrap();
    assert_eq!((case.state, &*case.first_approver), (VerificationState::IN_REVIEW, ""));
    assert!(case.until.is_none());
    // Bob's approval is the first one now, and alone it is none.
    assert_eq!(approve(renewal, &bob), Ok(VerificationState::AWAITS_SECOND));
    assert_eq!(wallets.wallet(anna.wallet).unwrap().unwrap().tier, 0);
    let entries = details(market.world(), anna.wallet, Command::REVOKE_TIER);
    assert_eq!(entries.len(), 2);
    for expected in ["tier: 1 -> 0", "case: awaits_second -> in_review"] {
        assert!(entries.iter().any(|entry| entry == expected), "{entries:?}");
    }
    market.verify();
}

/// The same of a recovery by scans that somebody else has shown too: one approval was given before
/// anybody knew that her papers are false.
#[test]
fn a_revoked_tier_ends_the_first_approval_of_a_recovery() {
    let market = Market::new(Policy::article());
    let (anna, other, wallets) = (market.customer(0), market.customer(0), &market.wallets);
    let [eve, bob, carl] = ["eve", "bob", "carl"].map(staff);
    market.approve(anna, Timestamp::NONE);
    for (case, of) in [(id(93), other), (id(94), anna)] {
        let evidence = Evidence {
            kind: policy::EvidenceKind::PASSPORT,
            hash: [9; 32],
            reference: "scans/1",
            expires_at: Timestamp::NONE,
        };
        wallets.open_recovery(case, of.wallet, &eve).unwrap().unwrap();
        wallets.add_recovery_evidence(case, &evidence, &eve).unwrap().unwrap();
        wallets.review_recovery(case, &bob).unwrap().unwrap();
    }
    let approve =
        |by| verdict(wallets.decide_recovery(id(94), RecoveryDecision::Approve, by).unwrap());
    let state = || wallets.recovery_case(id(94)).unwrap().unwrap().state;
    assert_eq!(approve(&bob), Err(W::SECOND_PERSON_MUST_AGREE));
    assert_eq!(state(), RecoveryState::AWAITS_SECOND);
    wallets.revoke_tier(anna.wallet, &carl).unwrap().unwrap();
    assert_eq!(state(), RecoveryState::IN_REVIEW);
    assert_eq!(approve(&carl), Err(W::REVIEWER_MUST_BE_ANOTHER), "the reviewer comes first again");
    assert_eq!(approve(&bob), Err(W::SECOND_PERSON_MUST_AGREE));
    market.verify();
}
