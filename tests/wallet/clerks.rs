//! What a dishonest clerk can do alone, and what is seen of it.

use crate::market::{Customer, Market, fresh_passport, passport, verdict};
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

fn details(world: &World, subject: Id, command: Command) -> Vec<String> {
    let entries = world.wallets.audit_trail(subject, None, 1_000).unwrap().into_iter();
    entries.filter(|(_, one)| one.command == command).map(|(_, one)| one.detail).collect()
}

/// Eve froze and closed Anna's wallet, set the retention date back and erased her, with all that Eve
/// had done: by herself, on one day, for `Eve` and `eve` counted as two. Each step that lets data go
/// takes another person.
#[test]
fn one_clerk_alone_erases_nobody_before_the_time() {
    let world = World::new();
    world.anna();
    let (wallets, eve, bob) = (&world.wallets, staff("eve"), staff("bob"));
    wallets.freeze_wallet(wallet(1), &eve).unwrap().unwrap();
    wallets.close_wallet(wallet(1), &eve).unwrap().unwrap();
    let soon = world.now().plus_seconds(60);
    let shorten = |by: &Actor| verdict(wallets.set_retention(person(1), soon, by).unwrap());
    let erase = |by: &Actor| verdict(wallets.erase_person(person(1), by).unwrap());
    assert_eq!(shorten(&eve), Err(W::SECOND_PERSON_MUST_AGREE));
    for alias in ["eve", "Eve", "EVE"] {
        assert_eq!(shorten(&staff(alias)), Err(W::REVIEWER_MUST_BE_ANOTHER), "{alias}");
    }
    for alias in ["eve\u{200b}", "\u{435}ve", "eve "] {
        assert_eq!(shorten(&staff(alias)), Err(W::ACTOR_MUST_BE_NAMED), "{alias}");
    }
    assert_eq!(erase(&eve), Err(W::RETENTION_FORBIDS));
    // What was agreed on is just that, and for a week.
    let sooner = world.now().plus_seconds(30);
    let other = verdict(wallets.set_retention(person(1), sooner, &bob).unwrap());
    assert_eq!(other, Err(W::SECOND_PERSON_MUST_AGREE), "another date");
    assert_eq!(shorten(&bob), Err(W::SECOND_PERSON_MUST_AGREE));
    world.wait(7 * DAY);
    assert_eq!(shorten(&eve), Err(W::SECOND_PERSON_MUST_AGREE), "forgotten");
    assert_eq!(shorten(&bob), Ok(()));
    // The policy's own term is not over: erasing takes two again.
    assert_eq!(erase(&eve), Err(W::SECOND_PERSON_MUST_AGREE));
    assert_eq!(erase(&eve), Err(W::REVIEWER_MUST_BE_ANOTHER));
    assert_eq!(erase(&bob), Ok(()));
    world.verify();
}

/// A longer time and a legal hold protect, and need nobody else; to lift the hold does.
#[test]
fn what_protects_needs_one_and_what_exposes_two() {
    let world = World::new();
    world.anna();
    let (wallets, eve, bob) = (&world.wallets, staff("eve"), staff("bob"));
    let hold = |on, by: &Actor| verdict(wallets.set_legal_hold(person(1), on, by).unwrap());
    let keep = |at, by: &Actor| verdict(wallets.set_retention(person(1), at, by).unwrap());
    let at = |days: u64| world.now().plus_nanoseconds(days * DAY * Timestamp::SECOND);
    let (early, late) = (at(10), at(20));
    assert_eq!((hold(true, &eve), keep(late, &eve)), (Ok(()), Ok(())));
    assert_eq!(hold(false, &eve), Err(W::SECOND_PERSON_MUST_AGREE));
    // Eve's wish to lift the hold is no wish to shorten the date.
    assert_eq!(keep(early, &bob), Err(W::SECOND_PERSON_MUST_AGREE));
    assert_eq!(keep(early, &eve), Ok(()));
    assert_eq!(hold(false, &bob), Err(W::SECOND_PERSON_MUST_AGREE));
    assert_eq!(hold(false, &eve), Ok(()));
    assert_eq!(hold(false, &eve), Ok(()), "there is none");
    // The trail says what, also what was tried.
    let second = "refused: second_person_must_agree";
    let holds = details(&world, person(1), Command::SET_LEGAL_HOLD);
    let lifted = "legal hold: on -> off";
    let none = "legal hold: off -> off";
    assert_eq!(holds, ["legal hold: off -> on", second, second, lifted, none]);
    let kept = details(&world, person(1), Command::SET_RETENTION);
    let (first, last) = (
        format!("retention: 0 -> {}", late.nanoseconds()),
        format!("retention: {} -> {}", late.nanoseconds(), early.nanoseconds()),
    );
    assert_eq!(kept, [&*first, second, &*last]);
}

/// The trail said that consent was changed, not which, and of a closed wallet not until when.
#[test]
fn the_trail_says_which_consent_and_which_date() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    wallets.set_consent(person(1), "news", "2", true).unwrap().unwrap();
    wallets.set_consent(person(1), "news", "3", true).unwrap().unwrap();
    wallets.set_consent(person(1), "news", "3", false).unwrap().unwrap();
    let consents = details(&world, person(1), Command::SET_CONSENT);
    let expected = [
        "terms: never given -> 1 given",
        "news: never given -> 2 given",
        "news: 2 given -> 3 given",
        "news: 3 given -> 3 withdrawn",
    ];
    assert_eq!(consents, expected);
    wallets.freeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    wallets.close_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    let kept = details(&world, person(1), Command::SET_RETENTION);
    let from = "retention: 0 -> ";
    assert!(kept.len() == 1 && kept[0].starts_with(from), "{kept:?}");
}

/// Staff who try what they may not are seen; of what does not exist in the store's own trail.
#[test]
fn refused_attempts_of_staff_stand_in_the_trail() {
    let world = World::new();
    world.anna();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let case = id(70);
    type Attempt = (&'static str, Command, Id, Box<dyn Fn(&Wallets, &Actor) -> Judged<()>>);
    let verified = |step: fn(&Wallets, Id, &Actor) -> Judged<()>| {
        Box::new(move |w: &Wallets, by: &Actor| step(w, case, by))
    };
    let attempts: Vec<Attempt> = vec![
        (
            "unfreeze",
            Command::UNFREEZE_WALLET,
            wallet(1),
            Box::new(|w, by| w.unfreeze_wallet(wallet(1), by).unwrap()),
        ),
        (
            "close",
            Command::CLOSE_WALLET,
            wallet(1),
            Box::new(|w, by| w.close_wallet(wallet(1), by).unwrap()),
        ),
        (
            "erase",
            Command::ERASE_PERSON,
            person(1),
            Box::new(|w, by| w.erase_person(person(1), by).unwrap()),
        ),
        (
            "revoke",
            Command::REVOKE_TIER,
            wallet(1),
            Box::new(|w, by| w.revoke_tier(wallet(1), by).unwrap()),
        ),
        (
            "resume",
            Command::RESUME_CARD,
            wallet(1),
            Box::new(|w, by| w.resume_card(wallet(1), id(9), by).unwrap()),
        ),
        (
            "open",
            Command::OPEN_VERIFICATION,
            wallet(1),
            Box::new(|w, by| w.open_verification(id(70), wallet(1), 9, by).unwrap()),
        ),
        (
            "review",
            Command::REVIEW_VERIFICATION,
            AuditEntry::STORE,
            verified(|w, case, by| w.review_verification(case, by).unwrap()),
        ),
        (
            "recover",
            Command::REVIEW_RECOVERY,
            AuditEntry::STORE,
            verified(|w, case, by| w.review_recovery(case, by).unwrap()),
        ),
        (
            "freeze",
            Command::FREEZE_WALLET,
            AuditEntry::STORE,
            Box::new(|w, by| w.freeze_wallet(wallet(8), by).unwrap()),
        ),
    ];
    for (what, command, subject, attempt) in &attempts {
        let refusal = attempt(wallets, &eve).unwrap_err();
        let expected = format!("refused: {}", refusal.status.name());
        assert_eq!(details(&world, *subject, *command), [expected], "{what}");
        // Not of the customer, who is refused every day.
        attempt(wallets, &Actor::Customer).unwrap_err();
        assert_eq!(details(&world, *subject, *command).len(), 1, "{what}");
    }
}

fn reference(fingerprint: &str) -> CardReference {
    CardReference {
        token: "tok_8f2c".into(),
        brand: "Visa".into(),
        last_four: "1111".into(),
        expiry_year: 2030,
        expiry_month: 2,
        fingerprint: fingerprint.into(),
    }
}

/// Staff suspended a stolen card; the thief, who had Anna's login, resumed it, or removed it and bound
/// it again.
#[test]
fn a_card_that_staff_suspended_stays_so() {
    let market = Market::new(Policy::article());
    let (anna, wallets) = (market.customer(0), &market.wallets);
    let (eve, customer) = (staff("eve"), Actor::Customer);
    let bind = |card: u128| {
        wallets.propose_card(anna.wallet, id(card), &reference("fp"), &customer).unwrap().unwrap();
        wallets.confirm_card(anna.wallet, id(card)).unwrap().unwrap();
    };
    let state = |card: u128| {
        let cards = wallets.cards(anna.wallet).unwrap();
        cards.into_iter().find(|one| one.id == id(card)).unwrap().state
    };
    let resume =
        |card: u128, by: &Actor| verdict(wallets.resume_card(anna.wallet, id(card), by).unwrap());
    bind(1);
    // That she had suspended it herself does not keep staff from it.
    wallets.suspend_card(anna.wallet, id(1), &customer).unwrap().unwrap();
    wallets.suspend_card(anna.wallet, id(1), &eve).unwrap().unwrap();
    assert_eq!(resume(1, &customer), Err(W::CARD_IS_HELD_BY_STAFF));
    assert_eq!(resume(1, &Actor::System), Err(W::CARD_IS_HELD_BY_STAFF));
    wallets.remove_card(anna.wallet, id(1), &customer).unwrap().unwrap();
    bind(2);
    assert_eq!(state(2), CardState::SUSPENDED);
    assert_eq!(resume(2, &customer), Err(W::CARD_IS_HELD_BY_STAFF));
    assert_eq!(resume(2, &eve), Ok(()));
    assert_eq!(state(2), CardState::ACTIVE);
    wallets.suspend_card(anna.wallet, id(2), &customer).unwrap().unwrap();
    assert_eq!(resume(2, &customer), Ok(()), "her own doing is hers to undo");
    market.verify();
}

/// A tier that was got by a falsified passport could not be taken back, and an approval outlasted the
/// passport that it stood on.
#[test]
fn a_tier_is_revoked_and_ends_with_its_evidence() {
    let market = Market::new(Policy::article());
    let (anna, wallets, eve) = (market.customer(0), &market.wallets, staff("eve"));
    let ends = passport().expires_at;
    for until in [Timestamp::NONE, ends.plus_seconds(1)] {
        market.approve(anna, until);
        let view = wallets.wallet(anna.wallet).unwrap().unwrap();
        assert_eq!((view.tier, view.tier_until), (1, ends));
    }
    market.world().deliver();
    let revoke = |by: &Actor| verdict(wallets.revoke_tier(anna.wallet, by).unwrap());
    assert_eq!(revoke(&Actor::Customer), Err(W::ACTOR_MUST_BE_NAMED));
    assert_eq!(revoke(&eve), Ok(()));
    assert_eq!(wallets.wallet(anna.wallet).unwrap().unwrap().tier, 0);
    assert_eq!(revoke(&eve), Err(W::TIER_MUST_BE_REACHED));
    let letters = market.world().letters();
    assert!(letters.iter().all(|one| one.kind == LetterKind::TIER_REVOKED) && letters.len() == 2);
    let entries = details(market.world(), anna.wallet, Command::REVOKE_TIER);
    assert_eq!(entries, ["tier: 1 -> 0", "refused: tier_must_be_reached"]);
}

/// One scan of a passport verified a dozen of Mallory's wallets, each reviewed by another clerk who
/// had never seen it. The reviewer sees whose it was before, and a second one must agree.
#[test]
fn the_same_scan_for_a_second_person_needs_a_second_reviewer() {
    let market = Market::new(Policy::article());
    let (wallets, eve, bob) = (&market.wallets, staff("eve"), staff("bob"));
    let scan = fresh_passport();
    let in_review = |of: Customer, case: Id| {
        wallets.open_verification(case, of.wallet, 1, &Actor::Customer).unwrap().unwrap();
        let scans = [fresh_passport(), scan.clone()];
        wallets.submit_evidence(case, &scans, &Actor::Customer).unwrap().unwrap();
        wallets.review_verification(case, &eve).unwrap().unwrap();
    };
    let approve =
        |case, by: &Actor| wallets.approve_verification(case, Timestamp::NONE, by).unwrap();
    let (first, second) = (market.customer(0), market.customer(0));
    in_review(first, id(71));
    assert_eq!(wallets.same_scans(id(71)).unwrap(), []);
    assert_eq!(approve(id(71), &eve), Ok(VerificationState::APPROVED));
    // The same person again, to renew it, is the same person.
    in_review(first, id(72));
    assert_eq!(approve(id(72), &eve), Ok(VerificationState::APPROVED));
    in_review(second, id(73));
    assert_eq!(wallets.same_scans(id(73)).unwrap(), [id(72)]);
    assert_eq!(approve(id(73), &eve), Ok(VerificationState::AWAITS_SECOND));
    assert_eq!(verdict(approve(id(73), &eve)), Err(W::REVIEWER_MUST_BE_ANOTHER));
    assert_eq!(approve(id(73), &bob), Ok(VerificationState::APPROVED));
    assert_eq!(wallets.same_scans(id(71)).unwrap(), [id(73)], "and of the first it is seen too");
    market.verify();
}

/// Whoever adds a command decides whether its name says it all: one that is in neither list fails. That
/// the others say what, the tests beside this one and those of each flow compare.
#[test]
fn of_every_command_it_is_decided_what_its_entry_says() {
    use Command as C;
    let says_what = [
        C::SET_LEGAL_HOLD,
        C::SET_RETENTION,
        C::SET_CONSENT,
        C::OPEN_VERIFICATION,
        C::SUBMIT_EVIDENCE,
        C::REVIEW_VERIFICATION,
        C::APPROVE_VERIFICATION,
        C::REFUSE_VERIFICATION,
        C::WITHDRAW_VERIFICATION,
        C::REVOKE_TIER,
        C::RESOLVE_SUSPENSE,
        C::PROPOSE_RESOLUTION,
        C::REFUSE_CHARGE,
        C::RECEIVE,
    ];
    let ledger_says = [C::PAY, C::TOP_UP, C::REDEEM, C::CARD_CHARGED, C::REFUND_CARD_PAYMENT];
    let name_says = (1..=47).chain([110]).chain(120..=128).map(C::from_number);
    let decided: Vec<_> = says_what.into_iter().chain(ledger_says).chain(name_says).collect();
    for command in C::ALL {
        assert!(decided.contains(command), "what does the entry of {command} say?");
    }
    // The approval of a verification says from which tier to which, and until when.
    let market = Market::new(Policy::article());
    let anna = market.customer(0);
    let ends = passport().expires_at;
    market.approve(anna, Timestamp::NONE);
    let said = details(market.world(), anna.wallet, C::APPROVE_VERIFICATION);
    assert_eq!(
        said,
        [format!("case: in_review -> approved; tier: 0 -> 1 until {}", ends.nanoseconds())]
    );
    let said = details(market.world(), anna.wallet, C::REVIEW_VERIFICATION);
    assert_eq!(said, ["case: submitted -> in_review"]);
}
