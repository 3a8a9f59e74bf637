//! Flows 1 and 2: registration, and the letter that does not come.

use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

#[test]
fn a_shopper_registers() {
    let world = World::new();
    let wallets = &world.wallets;
    // Anna gives her address and the code from the picture; a letter with a link comes.
    wallets.begin_registration(person(1), EMAIL, true).unwrap().unwrap();
    let letters = world.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].kind, &*letters[0].address), (LetterKind::CONFIRM_ADDRESS, EMAIL));
    wallets.report_letter(letters[0].id, LetterFate::Delivered).unwrap().unwrap();
    // Following it opens the form.
    assert_eq!(wallets.confirm_address(&letters[0].secret).unwrap(), Ok(person(1)));
    wallets.set_profile(person(1), &profile(1)).unwrap().unwrap();
    wallets.set_login_password(person(1), LOGIN, false).unwrap().unwrap();
    wallets.set_consent(person(1), "terms", "1", true).unwrap().unwrap();
    wallets.set_consent(person(1), REFUNDS_TO_WALLET, "1", true).unwrap().unwrap();
    wallets.submit_registration(person(1), &new_wallet(1)).unwrap().unwrap();
    // The wallet is active, tier 0, and its account is spend-only.
    let seen = world.wallet(1);
    assert_eq!((seen.state, seen.tier, seen.person), (WalletState::Active, 0, person(1)));
    assert!(seen.refunds_to_wallet && !seen.has_payment_password);
    let account = world.account(1);
    assert!(account.has(AccountFlags::SPEND_ONLY));
    assert!(account.has(AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS));
    assert_eq!(wallets.log_in("ANNA@example.com", LOGIN).unwrap(), Ok(person(1)));
    // A retry answers as before, and opens nothing.
    wallets.submit_registration(person(1), &new_wallet(1)).unwrap().unwrap();
    assert_eq!(wallets.wallets_of(person(1)).unwrap(), [wallet(1)]);
    // She changes her mind about refunds.
    wallets.set_consent(person(1), REFUNDS_TO_WALLET, "1", false).unwrap().unwrap();
    assert!(!world.wallet(1).refunds_to_wallet);
    use Command as C;
    let expected = [
        C::BEGIN_REGISTRATION,
        C::LETTER,
        C::CONFIRM_ADDRESS,
        C::SET_PROFILE,
        C::SET_LOGIN_PASSWORD,
        C::SET_CONSENT,
        C::SET_CONSENT,
        C::SUBMIT_REGISTRATION,
        C::LOG_IN,
        C::SET_CONSENT,
    ];
    assert_eq!(world.trail(person(1)), expected);
}

#[test]
fn security_questions_are_asked_where_the_policy_asks_for_them() {
    let mut policy = policy();
    policy.identity.credentials.security_answers.needed = 2;
    let world = World::with(policy);
    let wallets = &world.wallets;
    world.confirm(1, EMAIL);
    wallets.set_profile(person(1), &profile(1)).unwrap().unwrap();
    wallets.set_login_password(person(1), LOGIN, false).unwrap().unwrap();
    wallets.set_consent(person(1), "terms", "1", true).unwrap().unwrap();
    let submitted = wallets.submit_registration(person(1), &new_wallet(1));
    assert_eq!(status(submitted), W::SECURITY_ANSWERS_MUST_BE_SET);
    let answers = [(1, "Rex"), (2, "Blue")];
    wallets.set_security_answers(person(1), &answers).unwrap().unwrap();
    wallets.submit_registration(person(1), &new_wallet(1)).unwrap().unwrap();
    // Upper and lower case differ.
    let ask = |question, answer| {
        wallets.check_security_answer(person(1), question, answer, &staff("eve")).unwrap()
    };
    assert_eq!(ask(1, "Rex"), Ok(()));
    assert_eq!(ask(1, "rex").map_err(|r| r.status), Err(W::CREDENTIALS_MUST_MATCH));
    // No other question is asked after a failure.
    assert_eq!(ask(2, "Blue").map_err(|r| r.status), Err(W::CREDENTIALS_MUST_MATCH));
    assert_eq!(ask(1, "Rex"), Ok(()));
    assert_eq!(ask(2, "Blue"), Ok(()));
}

/// A policy may take answers in whatever case; they are throttled like passwords, for staff too.
#[test]
fn security_answers_are_folded_and_throttled_by_policy() {
    let mut policy = policy();
    policy.identity.credentials.security_answers.needed = 1;
    policy.identity.credentials.security_answers.fold_case = true;
    let world = World::with(policy);
    let wallets = &world.wallets;
    world.confirm(1, EMAIL);
    wallets.set_security_answers(person(1), &[(1, "Rex Ö")]).unwrap().unwrap();
    let ask = |answer| {
        let checked = wallets.check_security_answer(person(1), 1, answer, &staff("eve"));
        checked.unwrap().map_err(|refusal| refusal.status)
    };
    assert_eq!(ask("rEX ö"), Ok(()));
    for _ in 0..5 {
        assert_eq!(ask("Rexo"), Err(W::CREDENTIALS_MUST_MATCH));
    }
    assert_eq!(ask("Rex Ö"), Err(W::CREDENTIAL_IS_LOCKED));
    world.wait(15 * MINUTE);
    assert_eq!(ask("Rex Ö"), Ok(()));
    // Staff who guess are seen, and those who go on when it is locked.
    let trail = wallets.audit_trail(person(1), None, 1_000).unwrap().into_iter();
    let asked = trail.filter(|(_, one)| one.command == Command::CHECK_SECURITY_ANSWERS);
    let details: Vec<_> = asked.map(|(_, one)| one.detail).collect();
    let wrong = "refused: credentials_must_match";
    let locked = "refused: credential_is_locked";
    assert_eq!(details, ["", wrong, wrong, wrong, wrong, wrong, locked, ""]);
}

/// Trying addresses reveals nothing: neither the answers nor what can be done next.
#[test]
fn a_known_address_is_answered_like_any_other() {
    let world = World::new();
    world.register(1, EMAIL);
    world.letters();
    let wallets = &world.wallets;
    for (number, email) in [(2, "Anna@Example.com"), (3, "new@example.com")] {
        let of = person(number);
        assert_eq!(wallets.begin_registration(of, email, true).unwrap(), Ok(()));
        assert_eq!(wallets.begin_registration(of, email, true).unwrap(), Ok(()), "a retry");
        assert_eq!(status(wallets.resend_confirmation(of)), W::TOO_SOON);
        assert_eq!(status(wallets.set_profile(of, &profile(9))), W::ADDRESS_MUST_BE_CONFIRMED);
        world.wait(MINUTE);
        assert_eq!(wallets.resend_confirmation(of).unwrap(), Ok(()));
        assert_eq!(wallets.letters_of(of).unwrap().len(), 2);
    }
    let letters = world.letters();
    let kinds: Vec<_> = letters.iter().map(|letter| letter.kind).collect();
    use LetterKind as L;
    let (known, confirm) = (L::ADDRESS_IS_KNOWN, L::CONFIRM_ADDRESS);
    assert_eq!(kinds, [known, known, confirm, confirm]);
    assert!(letters[..2].iter().all(|letter| letter.secret.is_empty()), "it leads nowhere");
}

#[test]
fn one_person_registers_once() {
    let world = World::new();
    world.register(1, EMAIL);
    world.confirm(2, "second@example.com");
    let mut same = profile(1);
    same.document_number = same.document_number.replace(' ', "-").to_lowercase();
    world.confirm(4, "fourth@example.com");
    world.wallets.set_profile(person(4), &same).unwrap().unwrap();
    world.wallets.set_login_password(person(4), LOGIN, false).unwrap().unwrap();
    world.wallets.set_consent(person(4), "terms", "1", true).unwrap().unwrap();
    let same = world.wallets.submit_registration(person(4), &new_wallet(4));
    assert_eq!(status(same), W::PERSON_EXISTS, "told at the end");
    // Two persons fill in the same document: it belongs to the one who submits first.
    world.confirm(3, "third@example.com");
    for number in [2, 3] {
        let of = person(number);
        world.wallets.set_profile(of, &profile(7)).unwrap().unwrap();
        world.wallets.set_login_password(of, LOGIN, false).unwrap().unwrap();
        world.wallets.set_consent(of, "terms", "1", true).unwrap().unwrap();
    }
    world.wallets.submit_registration(person(3), &new_wallet(3)).unwrap().unwrap();
    let second = world.wallets.submit_registration(person(2), &new_wallet(2));
    assert_eq!(status(second), W::PERSON_EXISTS);
}

#[test]
fn the_letter_does_not_come() {
    let world = World::new();
    let wallets = &world.wallets;
    wallets.begin_registration(person(1), "ana@example.com", true).unwrap().unwrap();
    let first = world.letters().remove(0);
    assert_eq!(wallets.letters_of(person(1)).unwrap()[0].state, LetterState::HANDED_OVER);
    // The address does not exist: the letter comes back.
    wallets.report_letter(first.id, LetterFate::Bounced).unwrap().unwrap();
    assert_eq!(wallets.letters_of(person(1)).unwrap()[0].state, LetterState::BOUNCED);
    wallets.leave_note(person(1), "she mistyped", &staff("eve")).unwrap().unwrap();
    let notes = wallets.notes_on(person(1)).unwrap().unwrap();
    assert_eq!((&*notes[0].author, &*notes[0].text), ("eve", "she mistyped"));
    // She corrects it, not before a minute has passed; the old link is good for nothing.
    assert_eq!(status(wallets.correct_address(person(1), EMAIL)), W::TOO_SOON);
    world.wait(MINUTE);
    wallets.correct_address(person(1), EMAIL).unwrap().unwrap();
    assert_eq!(status(wallets.confirm_address(&first.secret)), W::TOKEN_MUST_BE_VALID);
    let second = world.letters().remove(0);
    assert_eq!(second.address, EMAIL);
    // Five letters a day, each ending the one before.
    let mut last = second.secret.clone();
    for _ in 0..3 {
        world.wait(MINUTE);
        wallets.resend_confirmation(person(1)).unwrap().unwrap();
        let next = world.secret(LetterKind::CONFIRM_ADDRESS);
        assert_eq!(status(wallets.confirm_address(&last)), W::TOKEN_MUST_BE_VALID);
        last = next;
    }
    world.wait(MINUTE);
    let refusal = wallets.resend_confirmation(person(1)).unwrap().unwrap_err();
    assert_eq!(refusal.status, W::TOO_MANY_TODAY);
    assert!(refusal.until > world.now());
    assert_eq!(wallets.confirm_address(&last).unwrap(), Ok(person(1)));
    assert_eq!(status(wallets.confirm_address(&last)), W::TOKEN_MUST_BE_VALID, "used once");
    assert_eq!(status(wallets.resend_confirmation(person(1))), W::ADDRESS_ALREADY_CONFIRMED);
}

#[test]
fn a_link_is_good_for_a_day() {
    let world = World::new();
    world.wallets.begin_registration(person(1), EMAIL, true).unwrap().unwrap();
    let token = world.secret(LetterKind::CONFIRM_ADDRESS);
    world.wait(DAY - 1);
    world.wait(1);
    assert_eq!(status(world.wallets.confirm_address(&token)), W::TOKEN_MUST_BE_VALID);
    world.wallets.resend_confirmation(person(1)).unwrap().unwrap();
    let token = world.secret(LetterKind::CONFIRM_ADDRESS);
    world.wait(DAY - 2);
    assert_eq!(world.wallets.confirm_address(&token).unwrap(), Ok(person(1)));
}

#[test]
fn registrations_that_are_never_submitted_are_removed() {
    let world = World::new();
    world.wallets.begin_registration(person(1), EMAIL, true).unwrap().unwrap();
    world.confirm(2, "second@example.com");
    world.wallets.set_profile(person(2), &profile(2)).unwrap().unwrap();
    world.register(3, "third@example.com");
    assert_eq!(world.wallets.upkeep().unwrap().registrations, 0);
    world.wait(7 * DAY);
    assert_eq!(world.wallets.upkeep().unwrap().registrations, 2);
    for number in [1, 2] {
        let resent = world.wallets.resend_confirmation(person(number));
        assert_eq!(status(resent), W::REGISTRATION_NOT_FOUND);
        assert_eq!(world.wallets.letters_of(person(number)).unwrap(), []);
        let last = *world.trail(person(number)).last().unwrap();
        assert_eq!(last, Command::PERSON_ERASED);
    }
    assert_eq!(world.wallets.log_in("third@example.com", LOGIN).unwrap(), Ok(person(3)));
    // Address and document are free again.
    let world = world.reopen();
    world.register(2, "second@example.com");
}
