//! Refusals, and the law of each: one line each.

use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Every law of wallets is broken by some test, here or beside the rules.
#[test]
fn every_refusal_is_expected_by_a_test() {
    let mut tests = String::new();
    let mut folders: Vec<PathBuf> = ["tests/wallet", "src/wallets"].map(PathBuf::from).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let within_tests = folder.ends_with("tests") || folder.starts_with("tests");
            if within_tests || path.ends_with("tests.rs") {
                tests += &text;
            } else if let Some((_, beside)) = text.split_once("#[cfg(test)]") {
                tests += beside;
            }
        }
    }
    let words: BTreeSet<_> =
        tests.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').collect();
    for status in WalletStatus::ALL {
        let name = status.name().to_uppercase();
        assert!(words.contains(name.as_str()), "no test expects {name}");
    }
}

#[test]
fn beginning_a_registration() {
    let world = World::new();
    world.anna();
    for (of, email, captcha, expected) in [
        (id(0), "b@example.com", true, W::ID_MUST_BE_VALID),
        (Id::MAX, "b@example.com", true, W::ID_MUST_BE_VALID),
        (person(2), "b@example.com", false, W::CAPTCHA_MUST_BE_SOLVED),
        (person(2), "b.example.com", true, W::ADDRESS_MUST_BE_VALID),
        (person(2), "4111111111111111@b.c", true, W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
        (person(1), "b@example.com", true, W::PERSON_ID_EXISTS),
        (person(1), EMAIL, true, W::PERSON_ID_EXISTS),
    ] {
        let begun = world.wallets.begin_registration(of, email, captcha);
        assert_eq!(status(begun), expected, "{of} {captcha}");
    }
    // Registering one address again and again, under new ids, is stopped too.
    for number in 10..15 {
        world.wallets.begin_registration(person(number), "b@example.com", true).unwrap().unwrap();
    }
    let sixth = world.wallets.begin_registration(person(15), "b@example.com", true);
    assert_eq!(status(sixth), W::TOO_MANY_TODAY);
}

#[test]
fn submitting_a_registration() {
    let world = World::new();
    world.register(9, "nina@example.com");
    let wallets = &world.wallets;
    let submit = |new: &NewWallet| status(wallets.submit_registration(person(1), new));
    let new = new_wallet(1);
    assert_eq!(submit(&new), W::REGISTRATION_NOT_FOUND);
    wallets.begin_registration(person(1), EMAIL, true).unwrap().unwrap();
    assert_eq!(submit(&new), W::ADDRESS_MUST_BE_CONFIRMED);
    let consent = wallets.set_consent(person(1), "terms", "1", true);
    assert_eq!(status(consent), W::ADDRESS_MUST_BE_CONFIRMED);
    let token = world.secret(LetterKind::CONFIRM_ADDRESS);
    wallets.confirm_address(&token).unwrap().unwrap();
    assert_eq!(submit(&new), W::PROFILE_MUST_BE_SET);
    wallets.set_profile(person(1), &profile(1)).unwrap().unwrap();
    assert_eq!(submit(&new), W::PASSWORD_MUST_BE_SET);
    let set = |password| status(wallets.set_login_password(person(1), password, false));
    assert_eq!(set("fourteen chars"), W::PASSWORD_TOO_SHORT);
    assert_eq!(set(&"x".repeat(1_025)), W::PASSWORD_TOO_LONG);
    wallets.set_login_password(person(1), LOGIN, false).unwrap().unwrap();
    assert_eq!(submit(&new), W::CONSENT_MUST_BE_GIVEN);
    wallets.set_consent(person(1), "terms", "0", true).unwrap().unwrap();
    assert_eq!(submit(&new), W::CONSENT_MUST_BE_GIVEN, "another version");
    wallets.set_consent(person(1), "terms", "1", false).unwrap().unwrap();
    assert_eq!(submit(&new), W::CONSENT_MUST_BE_GIVEN, "withdrawn");
    wallets.set_consent(person(1), "terms", "1", true).unwrap().unwrap();
    let answers = wallets.set_security_answers(person(1), &[(1, "Rex")]);
    assert_eq!(status(answers), W::SECURITY_ANSWERS_ARE_OFF);
    assert_eq!(submit(&NewWallet { wallet: id(0), ..new }), W::ID_MUST_BE_VALID);
    assert_eq!(submit(&NewWallet { wallet: wallet(9), ..new }), W::WALLET_EXISTS);
    assert_eq!(submit(&NewWallet { account: account(9), ..new }), W::ACCOUNT_MUST_FIT);
    assert_eq!(submit(&NewWallet { account: id(BANK), ..new }), W::ACCOUNT_MUST_FIT);
    let elsewhere = wallets.submit_registration(person(1), &NewWallet { ledger: 7, ..new });
    let refusal = elsewhere.unwrap().unwrap_err();
    assert_eq!((refusal.status, refusal.ledger), (W::REFUSED_BY_LEDGER, Status::LEDGER_NOT_FOUND));
    assert_eq!(refusal.to_string(), "refused_by_ledger: ledger_not_found");
    wallets.submit_registration(person(1), &new).unwrap().unwrap();
    assert_eq!(status(wallets.set_profile(person(1), &profile(2))), W::REGISTRATION_NOT_FOUND);
    assert_eq!(submit(&new_wallet(2)), W::REGISTRATION_NOT_FOUND);
}

#[test]
fn passwords_and_codes_of_wallets() {
    let world = World::new();
    world.register(1, EMAIL);
    let wallets = &world.wallets;
    for (number, password, expected) in [
        (9, PAYMENT, W::WALLET_NOT_FOUND),
        (1, "12345", W::PASSWORD_TOO_SHORT),
        (1, "123456", W::PASSWORD_TOO_COMMON),
        (1, "777777", W::PASSWORD_TOO_COMMON),
        (1, "phrase!", W::PASSWORD_TOO_SHORT),
        (1, LOGIN, W::PASSWORDS_MUST_DIFFER),
    ] {
        let created = wallets.create_payment_password(wallet(number), password);
        assert_eq!(status(created), expected, "{password}");
    }
    wallets.create_payment_password(wallet(1), PAYMENT).unwrap().unwrap();
    let again = wallets.create_payment_password(wallet(1), "271828");
    assert_eq!(status(again), W::PASSWORD_ALREADY_SET);
    for token in ["", "x", &"A".repeat(43)] {
        assert_eq!(status(wallets.confirm_address(token)), W::TOKEN_MUST_BE_VALID);
        assert_eq!(status(wallets.reset_payment_password(token, "271828")), W::TOKEN_MUST_BE_VALID);
        let reset = wallets.reset_login_password(token, LOGIN, false);
        assert_eq!(status(reset), W::TOKEN_MUST_BE_VALID);
    }
    assert_eq!(status(wallets.check_code(person(1), 1, "12345678")), W::CODE_MUST_MATCH);
    assert_eq!(status(wallets.check_code(person(9), 1, "12345678")), W::CODE_MUST_MATCH);
    assert_eq!(status(wallets.send_code(person(9), 1, Channel::EMAIL)), W::PERSON_NOT_FOUND);
    let letter = LetterId { person: person(1), letter: id(1) };
    assert_eq!(status(wallets.report_letter(letter, LetterFate::Failed)), W::LETTER_NOT_FOUND);
    let note = wallets.leave_note(person(1), "card 4111111111111111", &staff("eve"));
    assert_eq!(status(note), W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER);
    assert_eq!(status(wallets.leave_note(person(1), "x", &Actor::System)), W::ACTOR_MUST_BE_NAMED);
    wallets.freeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    let changed = wallets.change_payment_password(wallet(1), PAYMENT, "271828");
    assert_eq!(status(changed), W::WALLET_MUST_BE_ACTIVE);
}

/// The host has no way to the rows of the library: neither to write nor to read.
#[test]
fn reserved_spaces_are_closed_to_the_host() {
    let world = World::new();
    world.anna();
    let space = "\u{1}wallet";
    let mut data = space.as_bytes().to_vec();
    data.extend_from_slice(&wallet(1).to_bytes());
    for operation in [Operation::put(Id::new(), 7, 16, 0), Operation::delete(Id::new(), 7, 16)] {
        let outcome = world.store.submit_with_data(&[operation], &data).unwrap()[0];
        assert_eq!(outcome.status, Status::SPACE_IS_RESERVED);
    }
    let snapshot = world.store.snapshot().unwrap();
    let key = wallet(1).to_bytes();
    assert!(matches!(snapshot.document(space, &key), Err(Error::InvalidArgument(_))));
    assert_eq!(snapshot.documents_with_prefix(space, b"").unwrap().count(), 0);
    let all = std::ops::Bound::Unbounded;
    assert_eq!(snapshot.documents(space, all, all).unwrap().count(), 0);
}
