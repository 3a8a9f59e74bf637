//! Every command that takes an actor, and a market in which each can be tried.

use crate::market::{Market, passport};
use crate::world::*;
use escrowdb::wallet::*;
use escrowdb::*;

/// A command that takes an actor.
pub(crate) type Act = (&'static str, fn(&Wallets, &Actor) -> Result<(), Refusal>);

/// Somebody who registers.
pub(crate) const NOBODY: u128 = 99;
/// Anna's verification, recovery and card.
pub(crate) const CASE: u128 = 71;
pub(crate) const RECOVERY: u128 = 81;
pub(crate) const CARD: u128 = 91;
/// A correction of Anna's name.
pub(crate) const CORRECTION: u128 = 101;
/// An item in suspense that is not there.
const ITEM: u128 = 92;

/// A chargeback that nobody has told of.
pub(crate) const CHARGEBACK: u128 = 93;

/// A chargeback of a payment that is not there.
pub(crate) fn notice() -> ChargebackNotice {
    ChargebackNotice {
        id: id(CHARGEBACK),
        payment: id(ITEM),
        reference: "cb_1".into(),
        amount: Amount::from(1u32),
        reason: "10.4".into(),
        answer_by: Timestamp::NONE,
        external: id(BANK),
    }
}

/// A customer who registers, and one with a wallet, a card, and a case of each kind.
pub(crate) fn market() -> Market {
    let mut policy = Policy::article();
    policy.identity.credentials.security_answers.needed = 1;
    let market = Market::new(policy);
    market.confirm(NOBODY, "nobody@example.com");
    let (wallets, customer) = (&market.wallets, Actor::Customer);
    market.customer(0);
    wallets.propose_card(wallet(1), id(CARD), &reference(), &customer).unwrap().unwrap();
    wallets.confirm_card(wallet(1), id(CARD)).unwrap().unwrap();
    wallets.open_verification(id(CASE), wallet(1), 1, &customer).unwrap().unwrap();
    wallets.open_recovery(id(RECOVERY), wallet(1), &staff("eve")).unwrap().unwrap();
    let of = (id(CORRECTION), person(1));
    wallets.open_correction(of.0, of.1, &correction(), &staff("eve")).unwrap().unwrap();
    market
}

pub(crate) fn reference() -> CardReference {
    CardReference {
        token: "tok_8f2c".into(),
        brand: "Visa".into(),
        last_four: "1111".into(),
        expiry_year: 2030,
        expiry_month: 2,
        fingerprint: "fp".into(),
    }
}

pub(crate) fn correction() -> Correction {
    let mut correction = Correction::default();
    correction.name = "Anna Petrova".into();
    correction
}

pub(crate) fn evidence(reference: &str) -> Evidence<'_> {
    let CaseEvidence { kind, hash, expires_at, .. } = passport();
    Evidence { kind, hash, reference, expires_at }
}

pub(crate) fn acts() -> Vec<Act> {
    let mut acts = acts_on_persons();
    acts.extend(acts_on_cases());
    acts.extend(acts_on_chargebacks());
    acts.extend(acts_on_keys());
    acts.extend(acts_on_staff());
    acts
}

fn acts_on_persons() -> Vec<Act> {
    vec![
        ("freeze_wallet", |w, by| w.freeze_wallet(wallet(1), by).unwrap()),
        ("unfreeze_wallet", |w, by| w.unfreeze_wallet(wallet(1), by).unwrap()),
        ("close_wallet", |w, by| w.close_wallet(wallet(1), by).unwrap()),
        ("set_aside", |w, by| w.set_aside(id(94), wallet(1), by).unwrap().map(drop)),
        ("claim_unclaimed", |w, by| {
            w.claim_unclaimed(id(94), (id(95), wallet(1)), by).unwrap().map(drop)
        }),
        ("pay_out_unclaimed", |w, by| {
            w.pay_out_unclaimed(id(94), (id(95), id(96)), by).unwrap().map(drop)
        }),
        ("revoke_tier", |w, by| w.revoke_tier(wallet(1), by).unwrap()),
        ("erase_person", |w, by| w.erase_person(person(1), by).unwrap()),
        ("set_legal_hold", |w, by| w.set_legal_hold(person(1), true, by).unwrap()),
        ("set_retention", |w, by| w.set_retention(person(1), Timestamp::NONE, by).unwrap()),
        ("leave_note", |w, by| w.leave_note(person(1), "a note", by).unwrap()),
        ("record_disclosure", |w, by| w.record_disclosure(person(1), Id::ZERO, by).unwrap()),
        ("find_persons", |w, by| w.find_persons("customer1@example.com", by).unwrap().map(drop)),
        ("show_person", |w, by| w.show_person(person(1), Id::ZERO, by).unwrap().map(drop)),
        ("export_person", |w, by| w.export_person(person(1), by).unwrap().map(drop)),
        ("stop_contact_change", |w, by| {
            w.stop_contact_change(person(1), Channel::EMAIL, by).unwrap()
        }),
        ("check_security_answer", |w, by| {
            w.check_security_answer(person(1), 1, "Rex", by).unwrap()
        }),
        ("retry_letter", |w, by| w.retry_letter(letter(), by).unwrap()),
        ("report_letter_by", |w, by| w.report_letter_by(letter(), LetterFate::Failed, by).unwrap()),
        ("propose_card", |w, by| {
            w.propose_card(wallet(1), id(CARD + 10), &reference(), by).unwrap()
        }),
        ("suspend_card", |w, by| w.suspend_card(wallet(1), id(CARD), by).unwrap()),
        ("resume_card", |w, by| w.resume_card(wallet(1), id(CARD), by).unwrap()),
        ("remove_card", |w, by| w.remove_card(wallet(1), id(CARD), by).unwrap()),
        ("resolve_suspense", |w, by| {
            w.resolve_suspense(id(ITEM), &Resolution::ToWallet(id(5)), by).unwrap()
        }),
    ]
}

fn letter() -> LetterId {
    LetterId { person: person(1), letter: id(9) }
}

fn acts_on_cases() -> Vec<Act> {
    vec![
        ("open_verification", |w, by| w.open_verification(id(CASE + 1), wallet(2), 1, by).unwrap()),
        ("submit_evidence", |w, by| w.submit_evidence(id(CASE), &[passport()], by).unwrap()),
        ("review_verification", |w, by| w.review_verification(id(CASE), by).unwrap()),
        ("approve_verification", |w, by| {
            w.approve_verification(id(CASE), Timestamp::NONE, by).unwrap().map(drop)
        }),
        ("refuse_verification", |w, by| {
            w.refuse_verification(id(CASE), VerificationReason::UNREADABLE, by).unwrap()
        }),
        ("withdraw_verification", |w, by| w.withdraw_verification(id(CASE), by).unwrap()),
        ("open_recovery", |w, by| w.open_recovery(id(RECOVERY + 1), wallet(2), by).unwrap()),
        ("add_recovery_evidence", |w, by| {
            w.add_recovery_evidence(id(RECOVERY), &evidence("scans/1"), by).unwrap()
        }),
        ("open_correction", |w, by| {
            w.open_correction(id(CORRECTION + 1), person(1), &correction(), by).unwrap()
        }),
        ("add_correction_evidence", |w, by| {
            w.add_correction_evidence(id(CORRECTION), &evidence("scans/1"), by).unwrap()
        }),
        ("approve_correction", |w, by| w.approve_correction(id(CORRECTION), by).unwrap()),
        ("refuse_correction", |w, by| w.refuse_correction(id(CORRECTION), by).unwrap()),
        ("show_correction", |w, by| w.show_correction(id(CORRECTION), by).unwrap().map(drop)),
        ("review_recovery", |w, by| w.review_recovery(id(RECOVERY), by).unwrap()),
        ("decide_recovery", |w, by| {
            w.decide_recovery(id(RECOVERY), RecoveryDecision::Refuse, by).unwrap()
        }),
        ("stop_recovery", |w, by| w.stop_recovery(id(RECOVERY), by).unwrap()),
    ]
}

fn acts_on_chargebacks() -> Vec<Act> {
    vec![
        ("chargeback_notified", |w, by| w.chargeback_notified(&notice(), by).unwrap().map(drop)),
        ("chargeback_taken", |w, by| w.chargeback_taken(id(CHARGEBACK), by).unwrap().map(drop)),
        ("chargeback_represented", |w, by| {
            w.chargeback_represented(id(CHARGEBACK), "receipts/17", by).unwrap().map(drop)
        }),
        ("chargeback_decided", |w, by| {
            w.chargeback_decided(id(CHARGEBACK), Amount::ZERO, by).unwrap().map(drop)
        }),
    ]
}

fn acts_on_staff() -> Vec<Act> {
    vec![
        ("register_staff", |w, by| w.register_staff("ida", StaffRoles::SUPPORT, by).unwrap()),
        ("grant_roles", |w, by| w.grant_roles("carl", StaffRoles::SUPPORT, by).unwrap()),
        ("revoke_roles", |w, by| w.revoke_roles("carl", StaffRoles::SUPPORT, by).unwrap()),
        ("deactivate_staff", |w, by| w.deactivate_staff("carl", by).unwrap()),
    ]
}

fn acts_on_keys() -> Vec<Act> {
    vec![
        ("add_master_key", |w, by| w.add_master_key(&master(2), by).unwrap()),
        ("keep_master_key", |w, by| w.keep_master_key(&master(1), by).unwrap()),
        ("rotate_key_encryption_key", |w, by| w.rotate_key_encryption_key(by).unwrap().map(drop)),
        ("begin_index_rotation", |w, by| w.begin_index_rotation(by).unwrap()),
        ("reindex", |w, by| w.reindex(None, 10, by).unwrap().map(drop)),
        ("end_index_rotation", |w, by| w.end_index_rotation(by).unwrap()),
    ]
}
