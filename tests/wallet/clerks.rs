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
