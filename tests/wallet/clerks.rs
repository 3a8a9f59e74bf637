//! What a dishonest clerk can do alone, and which traces it leaves.

use crate::acts;
use crate::market::{Customer, Market, fresh_passport, passport, verdict};
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

pub(crate) fn details(world: &World, subject: Id, command: Command) -> Vec<String> {
    let entries = world.wallets.audit_trail(subject, None, 1_000).unwrap().into_iter();
    entries.filter(|(_, one)| one.command == command).map(|(_, one)| one.detail).collect()
}

/// Eve froze and closed Anna's wallet, set the retention date back and erased her, with all that
/// Eve had done: by herself, on one day, for `Eve` and `eve` counted as two. Each step that lets
/// data go takes another person.
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
        assert_eq!(shorten(&staff(alias)), Err(W::SECOND_PERSON_MUST_AGREE), "{alias}");
    }
    for alias in ["eve.", "-eve", "e.v.e", "_eve@"] {
        assert_eq!(shorten(&staff(alias)), Err(W::STAFF_MUST_BE_REGISTERED), "{alias}");
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
    assert_eq!(erase(&eve), Err(W::SECOND_PERSON_MUST_AGREE));
    assert_eq!(erase(&staff("eve.")), Err(W::STAFF_MUST_BE_REGISTERED));
    assert_eq!(erase(&bob), Ok(()));
    world.verify();
}

/// Adam wanted Anna's legal hold lifted. A court ordered it anew, Carl set it, and Bob lifted it
/// alone: Adam's wish of before the order stood for his second. So it was with a date that was
/// extended, and with erasing her. What is set anew, everybody wants anew.
#[test]
fn what_a_clerk_wanted_is_over_when_hold_or_date_are_set_anew() {
    let world = World::new();
    world.anna();
    let (wallets, [adam, bob, carl]) = (&world.wallets, ["adam", "bob", "carl"].map(staff));
    let hold = |on, by: &Actor| verdict(wallets.set_legal_hold(person(1), on, by).unwrap());
    let keep = |at, by: &Actor| verdict(wallets.set_retention(person(1), at, by).unwrap());
    let erase = |by: &Actor| verdict(wallets.erase_person(person(1), by).unwrap());
    let at = |days: u64| world.now().plus_nanoseconds(days * DAY * Timestamp::SECOND);
    let (now, early, late, later) = (world.now(), at(10), at(100), at(10_000));
    let second = Err(W::SECOND_PERSON_MUST_AGREE);
    assert_eq!(hold(true, &adam), Ok(()));
    assert_eq!(hold(false, &adam), second);
    assert_eq!(hold(true, &carl), Ok(()), "on, and on anew");
    assert_eq!(hold(false, &bob), second);
    assert_eq!(keep(late, &carl), Ok(()), "a date that is later");
    assert_eq!(hold(false, &adam), second);
    assert_eq!(hold(false, &bob), Ok(()));

    assert_eq!(keep(early, &adam), second);
    assert_eq!(keep(later, &carl), Ok(()));
    assert_eq!(keep(early, &bob), second);
    assert_eq!(keep(later, &carl), Ok(()), "the same date, set anew");
    assert_eq!(keep(early, &adam), second);
    assert_eq!(keep(early, &bob), Ok(()));

    // The policy's own term, which closing the wallet sets, is set anew as well.
    wallets.freeze_wallet(wallet(1), &carl).unwrap().unwrap();
    assert_eq!(keep(now, &adam), second);
    wallets.close_wallet(wallet(1), &carl).unwrap().unwrap();
    assert_eq!(keep(now, &bob), second);
    assert_eq!(keep(now, &adam), Ok(()));
    assert_eq!(erase(&adam), second);
    assert_eq!((hold(true, &carl), hold(false, &carl)), (Ok(()), second));
    assert_eq!(hold(false, &bob), Ok(()));
    assert_eq!(erase(&bob), second);
    assert_eq!(erase(&adam), Ok(()));
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
    // The trail says what; what awaits another one is called that.
    let holds = details(&world, person(1), Command::SET_LEGAL_HOLD);
    let lifted = "legal hold: on -> off";
    let wanted = &*format!("awaits a second member of staff: {lifted}");
    let none = "legal hold: off -> off";
    assert_eq!(holds, ["legal hold: off -> on", wanted, wanted, lifted, none]);
    let kept = details(&world, person(1), Command::SET_RETENTION);
    let (first, last) = (
        format!("retention: none -> {}", rfc3339(late)),
        format!("retention: {} -> {}", rfc3339(late), rfc3339(early)),
    );
    let wanted = format!("awaits a second member of staff: {last}");
    assert_eq!(kept, [first, wanted, last]);
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
    let until = world.wallets.audit_trail(person(1), None, 1_000).unwrap();
    let closed_at = until.last().unwrap().1.at;
    let term = world.wallets.policy().identity.retention.after_closing_seconds;
    let until = rfc3339(closed_at.plus_seconds(term));
    assert_eq!(kept, [format!("retention: none -> {until}")]);
}

/// Staff who try what they may not are seen; of what does not exist in the store's own trail.
#[test]
fn refused_attempts_of_staff_stand_in_the_trail() {
    let world = World::new();
    world.anna();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let case = id(70);
    type Attempt =
        (&'static str, Command, Id, Box<dyn Fn(&Wallets, &Actor) -> Result<(), Refusal>>);
    let verified = |step: fn(&Wallets, Id, &Actor) -> Result<(), Refusal>| {
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
    let more: Vec<Attempt> = vec![
        (
            "a note on nobody",
            Command::NOTE,
            AuditEntry::STORE,
            Box::new(|w, by| w.leave_note(person(8), "rude", by).unwrap()),
        ),
        (
            "a note without words",
            Command::NOTE,
            person(1),
            Box::new(|w, by| w.leave_note(person(1), "", by).unwrap()),
        ),
        (
            "a letter that is not there",
            Command::LETTER,
            person(1),
            Box::new(|w, by| {
                w.retry_letter(LetterId { person: person(1), letter: id(9) }, by).unwrap()
            }),
        ),
        (
            "to look at nobody",
            Command::DISCLOSE,
            AuditEntry::STORE,
            Box::new(|w, by| w.record_disclosure(id(9), Id::ZERO, by).unwrap()),
        ),
        (
            "to stop what is not there",
            Command::STOP_RECOVERY,
            AuditEntry::STORE,
            Box::new(|w, by| w.stop_recovery(id(70), by).unwrap()),
        ),
    ];
    let details = |world: &World, subject, command| {
        let refused = |detail: &String| detail.starts_with("refused: ");
        details(world, subject, command).into_iter().filter(refused).collect::<Vec<_>>()
    };
    for (what, command, subject, attempt) in attempts.iter().chain(&more) {
        let refusal = attempt(wallets, &eve).unwrap_err();
        let expected = format!("refused: {}", refusal.status.name());
        assert_eq!(details(&world, *subject, *command), [expected], "{what}");
        // Not of the customer, who is refused every day.
        attempt(wallets, &Actor::Customer).unwrap_err();
        assert_eq!(details(&world, *subject, *command).len(), 1, "{what}");
    }
}

/// A clerk who tries out the answers of customers without a reason, or anything else that there is.
#[test]
fn no_command_is_tried_without_a_reason_and_not_seen() {
    let market = acts::market();
    let eve = Actor::staff("eve", "");
    let seen = || {
        let subjects = [AuditEntry::STORE, person(1), wallet(1), wallet(2)].into_iter();
        let entries = subjects.flat_map(|of| market.wallets.audit_trail(of, None, 1_000).unwrap());
        let refused = entries.filter(|(_, one)| one.detail == "refused: reason_must_be_given");
        refused.filter(|(_, one)| one.actor == eve).count()
    };
    let unseen = acts::acts().into_iter().filter(|(command, act)| {
        let before = seen();
        assert_eq!(verdict(act(&market.wallets, &eve)), Err(W::REASON_MUST_BE_GIVEN), "{command}");
        seen() != before + 1
    });
    assert_eq!(unseen.map(|(command, _)| command).collect::<Vec<_>>(), [""; 0]);
    market.verify();
}

/// Symptom: an attempt without a reason was refused and left no trace, even one at the keys of all
/// customers.
#[test]
fn attempts_without_a_reason_stand_in_the_trail() {
    let world = World::new();
    world.anna();
    let (wallets, key) = (&world.wallets, MasterKey::from_bytes([2; 32]));
    let eve = Actor::staff("eve", "");
    let refused = |judged: Result<(), Refusal>| {
        assert_eq!(verdict(judged), Err(W::REASON_MUST_BE_GIVEN));
    };
    type Attempt<'t> = &'t dyn Fn(&Actor) -> Result<(), Refusal>;
    let attempts: [(Command, Id, Attempt<'_>); 9] = [
        (Command::ADD_MASTER_KEY, AuditEntry::STORE, &|by| {
            wallets.add_master_key(&key, by).unwrap()
        }),
        (Command::KEEP_MASTER_KEY, AuditEntry::STORE, &|by| {
            wallets.keep_master_key(&key, by).unwrap()
        }),
        (Command::ROTATE_KEY_ENCRYPTION_KEY, AuditEntry::STORE, &|by| {
            wallets.rotate_key_encryption_key(by).unwrap().map(drop)
        }),
        (Command::BEGIN_INDEX_ROTATION, AuditEntry::STORE, &|by| {
            wallets.begin_index_rotation(by).unwrap()
        }),
        (Command::REINDEX, AuditEntry::STORE, &|by| {
            wallets.reindex(None, 10, by).unwrap().map(drop)
        }),
        (Command::END_INDEX_ROTATION, AuditEntry::STORE, &|by| {
            wallets.end_index_rotation(by).unwrap()
        }),
        (Command::FREEZE_WALLET, wallet(1), &|by| wallets.freeze_wallet(wallet(1), by).unwrap()),
        (Command::NOTE, person(1), &|by| wallets.leave_note(person(1), "rude", by).unwrap()),
        (Command::DISCLOSE, person(1), &|by| {
            wallets.record_disclosure(person(1), Id::ZERO, by).unwrap()
        }),
    ];
    for (command, subject, attempt) in attempts {
        refused(attempt(&eve));
        let trail = wallets.audit_trail(subject, None, 1_000).unwrap();
        let (_, entry) = trail.into_iter().rfind(|(_, one)| one.command == command).unwrap();
        assert_eq!((entry.actor, &*entry.detail), (eve.clone(), "refused: reason_must_be_given"));
        // A reason that must not be kept is left out, and a name that could be another's is not
        // recorded.
        let number = Actor::staff("eve", "card 4111 1111 1111 1111");
        let refusal = attempt(&number).unwrap_err();
        assert_eq!(refusal.status, W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER);
        attempt(&Actor::staff("\u{435}ve", "")).unwrap_err();
        let trail = wallets.audit_trail(subject, None, 1_000).unwrap();
        let tried: Vec<_> = trail.iter().filter(|(_, one)| one.command == command).collect();
        assert_eq!(tried.len(), 2, "{command}");
        assert_eq!(tried[1].1.actor, eve);
    }
    world.verify();
}

fn reference(fingerprint: &str) -> CardReference {
    CardReference { fingerprint: fingerprint.into(), ..acts::reference() }
}

/// Staff suspended a stolen card; the thief, who had Anna's login, resumed it, or removed it and
/// bound it again.
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

/// A tier that was got by a falsified passport could not be taken back, and an approval outlasted
/// the passport that it stood on.
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
    // A clerk who mistypes a case is not told that nobody else has shown its scans.
    assert_eq!(wallets.same_scans(id(71)).unwrap(), None);
    in_review(first, id(71));
    assert_eq!(wallets.same_scans(id(71)).unwrap(), Some(vec![]));
    assert_eq!(approve(id(71), &eve), Ok(VerificationState::APPROVED));
    // The same person again, to renew it, is the same person.
    in_review(first, id(72));
    assert_eq!(approve(id(72), &eve), Ok(VerificationState::APPROVED));
    in_review(second, id(73));
    assert_eq!(wallets.same_scans(id(73)).unwrap(), Some(vec![id(72)]));
    assert_eq!(approve(id(73), &eve), Ok(VerificationState::AWAITS_SECOND));
    assert_eq!(approve(id(73), &eve), Ok(VerificationState::AWAITS_SECOND), "a retry");
    assert_eq!(verdict(approve(id(73), &staff("eve-"))), Err(W::STAFF_MUST_BE_REGISTERED));
    let approvals = details(market.world(), second.wallet, Command::APPROVE_VERIFICATION);
    assert_eq!(
        approvals,
        ["case: in_review -> awaits_second", "refused: staff_must_be_registered"]
    );
    assert_eq!(approve(id(73), &bob), Ok(VerificationState::APPROVED));
    assert_eq!(
        wallets.same_scans(id(71)).unwrap(),
        Some(vec![id(73)]),
        "and of the first it is seen too"
    );
    market.verify();
}

/// Mallory showed Anna's passport to have the password of a wallet of her own recovered, and then
/// the same one for Anna's: support saw two cases with one passport each. A scan that was shown for
/// somebody else needs a second member of staff in a recovery too.
#[test]
fn a_recovery_by_the_scan_of_another_needs_a_second_person() {
    let world = World::new();
    world.anna();
    world.register(2, "mallory@example.com");
    world.deliver();
    let (wallets, [eve, bob, carl]) = (&world.wallets, ["eve", "bob", "carl"].map(staff));
    let show = |case: Id, number: u128, hash: u8| {
        let evidence = Evidence {
            kind: policy::EvidenceKind::PASSPORT,
            hash: [hash; 32],
            reference: "scans/1",
            expires_at: Timestamp::NONE,
        };
        wallets.open_recovery(case, wallet(number), &eve).unwrap().unwrap();
        wallets.add_recovery_evidence(case, &evidence, &eve).unwrap().unwrap();
        wallets.review_recovery(case, &bob).unwrap().unwrap();
    };
    let decide =
        |case, decision, by: &Actor| verdict(wallets.decide_recovery(case, decision, by).unwrap());
    let approve = |case, by: &Actor| decide(case, RecoveryDecision::Approve, by);
    let [hers, his, again] = [81, 82, 83].map(id);
    show(hers, 2, 7);
    assert_eq!(wallets.same_scans(hers).unwrap(), Some(vec![]));
    assert_eq!(approve(hers, &bob), Ok(()), "nobody else has shown it");
    show(his, 1, 7);
    assert_eq!(wallets.same_scans(his).unwrap(), Some(vec![hers]));
    assert_eq!(approve(his, &carl), Err(W::REVIEWER_MUST_BE_ANOTHER), "the reviewer comes first");
    assert_eq!(approve(his, &bob), Err(W::SECOND_PERSON_MUST_AGREE));
    // Nor can the one who opened it decide it with the reviewer alone.
    assert_eq!(approve(his, &eve), Err(W::REVIEWER_MUST_BE_ANOTHER));
    for alias in ["bob.", "b0b"] {
        assert_eq!(approve(his, &staff(alias)), Err(W::STAFF_MUST_BE_REGISTERED), "{alias}");
    }
    assert_eq!(approve(his, &bob), Err(W::SECOND_PERSON_MUST_AGREE), "a retry");
    // The next member of staff sees that it waits, and who approved it first.
    let open = wallets.open_recoveries(10).unwrap();
    let found = open.iter().find(|case| case.case == his).unwrap();
    assert_eq!((found.state, &*found.first_approver), (RecoveryState::AWAITS_SECOND, "bob"));
    let another_one = wallets.open_recovery(id(85), wallet(1), &eve).unwrap();
    assert_eq!(verdict(another_one), Err(W::CASE_IS_OPEN));
    world.deliver();
    assert_eq!(approve(his, &carl), Ok(()));
    let kinds: Vec<_> = world.letters().iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [LetterKind::RESET_PAYMENT_PASSWORD]);
    let said = details(&world, wallet(1), Command::APPROVE_RECOVERY);
    let another = "refused: reviewer_must_be_another";
    let nobody = "refused: staff_must_be_registered";
    let (first, second) = ("case: in_review -> awaits_second", "case: awaits_second -> approved");
    assert_eq!(said, [another, first, another, nobody, nobody, second]);
    // The second member of staff may refuse it; and a verification sees the scan of a recovery.
    wallets.stop_recovery(his, &eve).unwrap().unwrap();
    show(again, 1, 7);
    assert_eq!(approve(again, &bob), Err(W::SECOND_PERSON_MUST_AGREE));
    assert_eq!(decide(again, RecoveryDecision::Refuse, &carl), Ok(()));
    let case = id(84);
    wallets.open_verification(case, wallet(2), 1, &Actor::Customer).unwrap().unwrap();
    let scan = CaseEvidence { hash: [7; 32], ..passport() };
    wallets.submit_evidence(case, &[scan], &Actor::Customer).unwrap().unwrap();
    assert_eq!(wallets.same_scans(case).unwrap(), Some(vec![again]));
    world.verify();
}

/// Looks at what a command changes, has it carried out, looks again, and compares both with what
/// its entry says.
struct Walk<'m> {
    market: &'m Market,
    walked: std::cell::RefCell<Vec<Command>>,
}

impl Walk<'_> {
    fn step<S: std::fmt::Display>(
        &self,
        (subject, command, what): (Id, Command, &str),
        look: impl Fn(&Wallets) -> S,
        act: impl FnOnce(&Wallets),
    ) -> String {
        let wallets = &self.market.wallets;
        let before = look(wallets);
        act(wallets);
        let (said, after) = (details(self.market.world(), subject, command), look(wallets));
        let said = said.last().unwrap_or_else(|| panic!("no entry of {command}")).clone();
        let expected = format!("{what}: {before} -> {after}");
        assert!(said.contains(&expected), "{command} says {said:?}, not {expected:?}");
        self.walked.borrow_mut().push(command);
        said
    }
}

/// If you add a command, decide whether its name says it all, or the ledger's operation that its
/// entry names: one that is in no list fails. Of all others it is compared what was before, what is
/// after, and what the entry says.
#[test]
fn every_entry_says_what_changed() {
    use Command as C;
    let market = Market::new(Policy::article());
    let walk = Walk { market: &market, walked: Vec::new().into() };
    let (anna, card, eve, bob) = (market.customer(100_00), id(71), staff("eve"), staff("bob"));
    let (wallet, person, customer) = (anna.wallet, anna.person, Actor::Customer);
    let done = |judged: Result<(), Refusal>| judged.unwrap();

    let cards = |w: &Wallets| {
        let cards = w.cards(wallet).unwrap();
        let found = cards.iter().find(|one| one.id == card);
        found.map_or("none".to_owned(), |card| card.state.to_string())
    };
    let on_card = |command, act: &dyn Fn(&Wallets) -> Result<(), Refusal>| {
        walk.step((wallet, command, "card"), cards, |w| done(act(w)));
    };
    let to = reference("fp");
    on_card(C::PROPOSE_CARD, &|w| w.propose_card(wallet, card, &to, &customer).unwrap());
    let first = walk.step((wallet, C::CONFIRM_CARD, "card"), cards, |w| {
        done(w.confirm_card(wallet, card).unwrap());
    });
    assert!(first.ends_with(&format!("default card: none -> {card}")), "{first}");
    on_card(C::SUSPEND_CARD, &|w| w.suspend_card(wallet, card, &eve).unwrap());
    on_card(C::RESUME_CARD, &|w| w.resume_card(wallet, card, &eve).unwrap());
    let other = id(72);
    done(market.wallets.propose_card(wallet, other, &reference("other"), &customer).unwrap());
    done(market.wallets.confirm_card(wallet, other).unwrap());
    let default =
        |w: &Wallets| w.cards(wallet).unwrap().iter().find(|one| one.is_default).unwrap().id;
    for card in [card, other, card] {
        walk.step((wallet, C::SET_DEFAULT_CARD, "default card"), default, |w| {
            done(w.set_default_card(wallet, card).unwrap());
        });
    }

    // Money of the card: paid, and failed.
    let payment = |id: Id| {
        move |w: &Wallets| {
            w.card_payment(id).unwrap().map_or("none".to_owned(), |state| state.to_string())
        }
    };
    for is_charged in [true, false] {
        let order = market.payment(anna, 10_00);
        let authorisation = market.fresh();
        let purchase = order.purchase();
        let w = &market.wallets;
        w.authorise_card(authorisation, &purchase, card, PAYMENT, false).unwrap().unwrap();
        let order = Payment { authorisation: Some(authorisation), ..order };
        let of = order.operation.id;
        let said = walk.step((wallet, C::BEGIN_CARD_PAYMENT, "card payment"), payment(of), |w| {
            w.begin_card_payment(&order, card).unwrap().unwrap();
        });
        assert!(said.ends_with(&format!("USD 10.00 by card {card}")), "{said}");
        match is_charged {
            true => {
                let charge = crate::cards::charge(&order, "ch_1", 10_00);
                let step = (wallet, C::CARD_CHARGED, "card payment");
                let said = walk.step(step, payment(of), |w| {
                    w.card_charged(&charge).unwrap().unwrap();
                });
                let through = Wallets::purchase_account(anna.person, LEDGER);
                let route = format!("USD 10.00 from account {} to account {through}", id(BANK));
                assert!(said.ends_with(&route), "{said}");
            }
            false => {
                let step = (wallet, C::CARD_PAYMENT_FAILED, "card payment");
                walk.step(step, payment(of), |w| done(w.card_payment_failed(of).unwrap()));
            }
        }
    }
    let typed_in = crate::first_cards::typed_in(&market, anna, 10_00);
    let step = (wallet, C::BEGIN_NEW_CARD_PAYMENT, "card payment");
    let said = walk.step(step, payment(typed_in.operation.id), |w| {
        done(w.begin_new_card_payment(&typed_in).unwrap());
    });
    assert!(said.ends_with("USD 10.00, 3-D Secure authenticated"), "{said}");
    on_card(C::REMOVE_CARD, &|w| w.remove_card(wallet, card, &customer).unwrap());

    // Cases of support.
    let recovery = |case: Id| {
        move |w: &Wallets| {
            let found = w.recovery_case(case).unwrap();
            found.map_or("none".to_owned(), |case| case.state.to_string())
        }
    };
    let evidence = Evidence {
        kind: policy::EvidenceKind::PASSPORT,
        hash: [9; 32],
        reference: "scans/9",
        expires_at: Timestamp::NONE,
    };
    for (number, last) in [(81, C::REFUSE_RECOVERY), (82, C::APPROVE_RECOVERY)] {
        let case = id(number);
        let on_case = |command, act: &dyn Fn(&Wallets) -> Result<(), Refusal>| {
            walk.step((wallet, command, "case"), recovery(case), |w| done(act(w)));
        };
        on_case(C::OPEN_RECOVERY, &|w| w.open_recovery(case, wallet, &eve).unwrap());
        on_case(C::ADD_RECOVERY_EVIDENCE, &|w| {
            w.add_recovery_evidence(case, &evidence, &eve).unwrap()
        });
        on_case(C::REVIEW_RECOVERY, &|w| w.review_recovery(case, &bob).unwrap());
        let decision = match last {
            C::APPROVE_RECOVERY => RecoveryDecision::Approve,
            _ => RecoveryDecision::Refuse,
        };
        on_case(last, &|w| w.decide_recovery(case, decision, &bob).unwrap());
    }
    walk.step((wallet, C::STOP_RECOVERY, "case"), recovery(id(82)), |w| {
        done(w.stop_recovery(id(82), &customer).unwrap());
    });
    let verification = |case: Id| {
        move |w: &Wallets| {
            let found = w.verification(case).unwrap();
            found.map_or("none".to_owned(), |case| case.state.to_string())
        }
    };
    let ends = passport().expires_at;
    for (number, last) in [
        (91, C::WITHDRAW_VERIFICATION),
        (92, C::REFUSE_VERIFICATION),
        (93, C::APPROVE_VERIFICATION),
    ] {
        let case = id(number);
        let on_case = |command, act: &dyn Fn(&Wallets)| {
            walk.step((wallet, command, "case"), verification(case), |w| act(w))
        };
        let said = on_case(C::OPEN_VERIFICATION, &|w| {
            done(w.open_verification(case, wallet, 1, &customer).unwrap());
        });
        assert!(said.ends_with("tier 1 asked for"), "{said}");
        on_case(C::SUBMIT_EVIDENCE, &|w| {
            done(w.submit_evidence(case, &[passport()], &customer).unwrap());
        });
        if last == C::WITHDRAW_VERIFICATION {
            on_case(last, &|w| done(w.withdraw_verification(case, &customer).unwrap()));
            continue;
        }
        on_case(C::REVIEW_VERIFICATION, &|w| done(w.review_verification(case, &eve).unwrap()));
        let said = on_case(last, &|w| match last {
            C::REFUSE_VERIFICATION => {
                let reason = VerificationReason::UNREADABLE;
                done(w.refuse_verification(case, reason, &eve).unwrap());
            }
            _ => drop(w.approve_verification(case, Timestamp::NONE, &eve).unwrap().unwrap()),
        });
        let tier = format!("tier: 0 -> 1 until {}", rfc3339(ends));
        assert_eq!(said.contains(&tier), last == C::APPROVE_VERIFICATION, "{said}");
    }
    let tier = |w: &Wallets| w.wallet(wallet).unwrap().unwrap().tier;
    walk.step((wallet, C::REVOKE_TIER, "tier"), tier, |w| {
        done(w.revoke_tier(wallet, &eve).unwrap());
    });

    // Letters, each way that they go.
    for fate in [LetterFate::Failed, LetterFate::Delivered, LetterFate::Bounced] {
        market.world().wait(DAY);
        let of_anna = |one: &Letter| one.id.person == person;
        let letter = market.letters().into_iter().find(of_anna).unwrap().id;
        let state = |w: &Wallets| {
            let letters = w.letters_of(person).unwrap();
            letters.into_iter().find(|one| one.id == letter).unwrap().state
        };
        let step = (person, C::LETTER, "letter");
        walk.step(step, state, |w| done(w.report_letter(letter, fate).unwrap()));
        walk.step(step, state, |w| done(w.retry_letter(letter, &eve).unwrap()));
    }

    // An address, each way that its change goes.
    let channel = Channel::PHONE;
    let state = |w: &Wallets| {
        let changes = w.contact_changes(person).unwrap();
        changes.first().map_or("none", |one| one.state.name())
    };
    let ended = |w: &Wallets| match state(w) {
        "none" => "ended",
        state => state,
    };
    let step = |command| (person, command, "phone change");
    let begin = |w: &Wallets| done(w.begin_contact_change(person, channel, "+7 1").unwrap());
    walk.step(step(C::BEGIN_CONTACT_CHANGE), state, begin);
    walk.step(step(C::CONFIRM_CONTACT_CHANGE), state, |w| {
        let code = market.world().secret(LetterKind::CONFIRM_NEW_PHONE);
        done(w.confirm_phone_change(person, &code).unwrap());
    });
    walk.step(step(C::STOP_CONTACT_CHANGE), ended, |w| {
        done(w.stop_contact_change(person, channel, &eve).unwrap());
    });
    market.world().wait(MINUTE);
    begin(&market.wallets);
    let is_over = std::cell::Cell::new(false);
    let state = |_: &Wallets| if is_over.get() { "ended" } else { "begun" };
    walk.step(step(C::END_CONTACT_CHANGE), state, |w| {
        market.world().wait(10 * MINUTE);
        assert_eq!(w.upkeep().unwrap().contact_changes, 1);
        is_over.set(true);
    });

    let state = |w: &Wallets| match w.wallet(wallet).unwrap().unwrap().state {
        WalletState::Active => "active",
        WalletState::Frozen => "frozen",
        _ => "closed",
    };
    let on_wallet = |command, act: &dyn Fn(&Wallets) -> Result<(), Refusal>| {
        walk.step((wallet, command, "wallet"), state, |w| done(act(w)));
    };
    on_wallet(C::FREEZE_WALLET, &|w| w.freeze_wallet(wallet, &eve).unwrap());
    on_wallet(C::UNFREEZE_WALLET, &|w| w.unfreeze_wallet(wallet, &eve).unwrap());
    let ben = market.customer(0);
    let (wallet, w) = (ben.wallet, &market.wallets);
    done(w.freeze_wallet(wallet, &eve).unwrap());
    done(w.close_wallet(wallet, &eve).unwrap());
    assert_eq!(details(market.world(), wallet, C::CLOSE_WALLET), ["wallet: frozen -> closed"]);

    // The tests beside this one, of suspense, openings, chargebacks and staff, compare these.
    let beside = [
        C::CLOSE_WALLET,
        C::SET_LEGAL_HOLD,
        C::SET_RETENTION,
        C::SET_CONSENT,
        C::RESOLVE_SUSPENSE,
        C::PROPOSE_RESOLUTION,
        C::REFUSE_CHARGE,
        C::RECEIVE,
        C::CHANGE_POLICY,
    ];
    // The entry names the operation, and the ledger has from where to where.
    let ledger_says = [
        C::AUTHORISE_PAYMENT,
        C::PAY,
        C::TOP_UP,
        C::REDEEM,
        C::REFUND_CARD_PAYMENT,
        C::PASS_ON_REFUND,
    ];
    // Of secrets, sealed fields and keys there is nothing more to say, and of what happens once
    // there is no before.
    let ranges = (1..=22).chain(38..=45).chain(49..=54);
    let name_says = ranges.chain([28, 32, 33, 36, 47, 60, 61, 135]).map(C::from_number);
    let walked = walk.walked.into_inner();
    // Of chargebacks, and refunds that failed, `chargebacks` and `failed_refunds` compare all.
    let is_beside = |one: &C| beside.contains(one) || (136..=142).contains(&one.number());
    let is_walked = |command: &Command| walked.contains(command) || is_beside(command);
    let names: Vec<_> = name_says.filter(|command| !is_walked(command)).collect();
    for command in C::ALL {
        let is_decided = ledger_says.contains(command) || names.contains(command);
        assert!(is_walked(command) || is_decided, "what does the entry of {command} say?");
    }
    market.verify();
}
