//! Support finds a customer, reads who she is, and gives her all that is known of her.

use crate::broken_keys::{harms, set_key, two};
use crate::market::{Market, START, passport, verdict};
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// Entries of a trail by a command: who, why, and what about.
fn looks(world: &World, subject: Id, command: Command) -> Vec<(Actor, Id)> {
    let entries = world.wallets.audit_trail(subject, None, 1_000).unwrap().into_iter();
    let looks = entries.filter(|(_, entry)| entry.command == command);
    looks.map(|(_, entry)| (entry.actor, entry.about)).collect()
}

/// Anna calls: she cannot pay. Eve finds her by the address that she gives, and reads her profile
/// beside her passport. Her trail says so.
#[test]
fn support_finds_a_customer_and_reads_who_she_is() {
    let world = World::new();
    world.anna();
    world.register(2, "boris@example.com");
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let found = wallets.find_persons(" Anna@EXAMPLE.com", &eve).unwrap().unwrap();
    let expected = [(person(1), false, true)];
    let seen = |one: &FoundPerson| (one.person, one.is_registering, one.address_is_confirmed);
    assert_eq!(found.iter().map(seen).collect::<Vec<_>>(), expected);
    assert_eq!(looks(&world, person(1), Command::FIND_PERSON), [(eve.clone(), Id::ZERO)]);

    wallets.open_verification(id(71), wallet(1), 1, &Actor::Customer).unwrap().unwrap();
    wallets.submit_evidence(id(71), &[passport()], &Actor::Customer).unwrap().unwrap();
    wallets.open_recovery(id(81), wallet(1), &eve).unwrap().unwrap();
    for case in [id(71), id(81), Id::ZERO] {
        let shown = wallets.show_person(person(1), case, &eve).unwrap().unwrap();
        assert_eq!((shown.person, shown.is_registering), (person(1), false));
        assert_eq!(shown.email, EMAIL);
        assert_eq!(shown.profile, Some(profile(1)));
        assert_eq!(shown.wallets, [wallet(1)]);
        let printed = format!("{shown:?}");
        assert!(!printed.contains("Anna") && !printed.contains(EMAIL), "{printed}");
    }
    let about = [id(71), id(81), Id::ZERO].map(|case| (eve.clone(), case));
    assert_eq!(looks(&world, person(1), Command::DISCLOSE), about);
    // A case is no pretext to look at somebody else.
    let other = wallets.show_person(person(2), id(71), &eve);
    assert_eq!(status(other), W::CASE_NOT_FOUND);
    let trail = wallets.audit_trail(person(2), None, 1_000).unwrap();
    assert_eq!(trail.last().unwrap().1.detail, "refused: case_not_found");
    world.verify();
}

/// Whoever looks for somebody who is not there has looked: the store's trail knows, and does not
/// hold the address.
#[test]
fn a_search_that_finds_nobody_is_seen() {
    let world = World::new();
    world.anna();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let find = |email: &str, by: &Actor| verdict(wallets.find_persons(email, by).unwrap());
    for (email, by, expected) in [
        ("planted@example.com", &eve, W::PERSON_NOT_FOUND),
        ("\u{ff41}nna@example.com", &eve, W::PERSON_NOT_FOUND),
        ("anna", &eve, W::ADDRESS_MUST_BE_VALID),
        ("4111111111111111@b.c", &eve, W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
        (EMAIL, &Actor::staff("eve", ""), W::REASON_MUST_BE_GIVEN),
        (EMAIL, &Actor::Customer, W::ACTOR_MUST_BE_NAMED),
        (EMAIL, &Actor::System, W::ACTOR_MUST_BE_NAMED),
    ] {
        assert_eq!(find(email, by), Err(expected), "{email} {by:?}");
    }
    assert_eq!(looks(&world, AuditEntry::STORE, Command::FIND_PERSON).len(), 5);
    assert_eq!(looks(&world, person(1), Command::FIND_PERSON), []);
    let show = |of, by: &Actor| status(wallets.show_person(of, Id::ZERO, by));
    assert_eq!(show(person(9), &eve), W::PERSON_NOT_FOUND);
    assert_eq!(show(person(1), &Actor::Customer), W::ACTOR_MUST_BE_NAMED);
    assert_eq!(show(person(1), &Actor::System), W::ACTOR_MUST_BE_NAMED);
    let files = world.files();
    assert!(files.iter().all(|(_, bytes)| !holds(bytes, b"planted@")), "an address in clear");
}

/// "Your letter does not come": there is no owner of the address yet, and support still finds the
/// registration; the customer who has the address stands first.
#[test]
fn registrations_are_found_by_their_address() {
    let world = World::new();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let find = |email| {
        let found = wallets.find_persons(email, &eve).unwrap()?;
        let seen = |one: &FoundPerson| (one.person, one.is_registering, one.address_is_confirmed);
        Ok::<_, Refusal>(found.iter().map(seen).collect::<Vec<_>>())
    };
    wallets.begin_registration(person(1), EMAIL, true).unwrap().unwrap();
    wallets.begin_registration(person(2), EMAIL, true).unwrap().unwrap();
    wallets.begin_registration(person(3), "ben@example.com", true).unwrap().unwrap();
    let begun = [(person(1), true, false), (person(2), true, false)];
    assert_eq!(find(EMAIL), Ok(begun.to_vec()));
    world.wait(MINUTE);
    wallets.correct_address(person(2), "ana@example.com").unwrap().unwrap();
    assert_eq!(find("ana@example.com"), Ok(vec![(person(2), true, false)]));
    world.confirm(4, EMAIL);
    let first = [(person(4), true, true), (person(1), true, false)];
    assert_eq!(find(EMAIL), Ok(first.to_vec()));
    // After a rotation of the keys of indexes too, moved or not.
    wallets.begin_index_rotation(&Actor::System).unwrap().unwrap();
    assert_eq!(find(EMAIL), Ok(first.to_vec()));
    assert_eq!(wallets.reindex(None, 100, &Actor::System).unwrap(), Ok(None));
    wallets.end_index_rotation(&Actor::System).unwrap().unwrap();
    assert_eq!(find(EMAIL), Ok(first.to_vec()));
    world.verify();
}

/// The page of a registration asks what is missing, and until when.
#[test]
fn a_registration_says_what_is_missing() {
    let mut policy = policy();
    policy.identity.credentials.security_answers.needed = 2;
    let world = World::with(policy);
    let (wallets, of) = (&world.wallets, person(1));
    let view = || wallets.registration(of).unwrap().unwrap();
    assert_eq!(wallets.registration(of).unwrap(), None);
    wallets.begin_registration(of, EMAIL, true).unwrap().unwrap();
    let seen = view();
    let begun_at = seen.begun_at;
    assert!(!seen.address_is_confirmed && !seen.has_profile && !seen.has_login_password);
    assert_eq!((seen.answers_missing, seen.is_over), (2, false));
    let missing = [("terms", "1")];
    let words = seen.consents_missing.iter().map(|one| (&*one.kind, &*one.version));
    assert_eq!(words.collect::<Vec<_>>(), missing);
    assert_eq!(seen.resend_from, begun_at.plus_seconds(60));
    let registration = &wallets.policy().identity.registration;
    assert_eq!(seen.until, begun_at.plus_seconds(registration.purge_after_seconds));
    world.wait(MINUTE);
    assert_eq!(view().resend_from, Timestamp::NONE);
    let token = world.secret(LetterKind::CONFIRM_ADDRESS);
    wallets.confirm_address(&token).unwrap().unwrap();
    assert!(view().address_is_confirmed && !view().is_complete());
    wallets.set_profile(of, &profile(1)).unwrap().unwrap();
    wallets.set_login_password(of, LOGIN, false).unwrap().unwrap();
    wallets.set_security_answers(of, &[(1, "Rex"), (2, "Omsk")]).unwrap().unwrap();
    let seen = view();
    assert!(seen.has_profile && seen.has_login_password && !seen.is_complete());
    assert_eq!(seen.answers_missing, 0);
    wallets.set_consent(of, "terms", "1", true).unwrap().unwrap();
    assert!(view().is_complete(), "{:?}", view());
    wallets.submit_registration(of, &new_wallet(1)).unwrap().unwrap();
    assert_eq!(wallets.registration(of).unwrap(), None);
}

/// A stranger registers with Anna's address, and later with her passport: the page says nothing
/// that it would not say of any other, until the registration is refused and over.
#[test]
fn a_registration_does_not_tell_of_others() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    let view = |number| wallets.registration(person(number)).unwrap().unwrap();
    let begin = |number, email| wallets.begin_registration(person(number), email, true).unwrap();
    assert_eq!((begin(2, EMAIL), begin(3, "new@example.com")), (Ok(()), Ok(())));
    let (known, unknown) = (view(2), view(3));
    let apart = |of: &RegistrationView| {
        let wait = |at: Timestamp| at.nanoseconds() - of.begun_at.nanoseconds();
        let flags = (of.address_is_confirmed, of.has_profile, of.has_login_password, of.is_over);
        let times = (wait(of.resend_from), wait(of.until));
        (flags, of.answers_missing, of.consents_missing.clone(), times)
    };
    assert_eq!(apart(&known), apart(&unknown));

    world.confirm(4, "eva@example.com");
    wallets.set_profile(person(4), &profile(1)).unwrap().unwrap();
    wallets.set_login_password(person(4), LOGIN, false).unwrap().unwrap();
    wallets.set_consent(person(4), "terms", "1", true).unwrap().unwrap();
    assert!(view(4).is_complete(), "whose document it is is told at the end");
    let submitted = wallets.submit_registration(person(4), &new_wallet(4));
    assert_eq!(status(submitted), W::PERSON_EXISTS);
    assert!(view(4).is_over && !view(4).is_complete());
}

/// Anna asks what the shop knows of her. Her own order needs no reason; that of staff does, and
/// both stand in her trail.
#[test]
fn all_that_is_known_is_exported() {
    let world = World::new();
    world.anna();
    world.pay_in(1, 5_000);
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let before = world.now();
    let export = wallets.export_person(person(1), &Actor::Customer).unwrap().unwrap();
    assert_eq!(format!("{export:?}"), "PersonExport(..)");
    let document: serde_json::Value = serde_json::from_str(export.as_json()).unwrap();
    assert_eq!(document["person"], person(1).to_string());
    assert_eq!((&document["email"], &document["state"]), (&EMAIL.into(), &"active".into()));
    assert_eq!(document["profile"]["phone"], "+7 900 000 00 00");
    assert_eq!(document["accounts"][0]["available"], "50.00");
    let as_of = document["as_of"].as_str().unwrap();
    let as_of: jiff::Timestamp = as_of.parse().unwrap();
    assert_eq!(as_of.as_nanosecond(), i128::from(before.nanoseconds()));
    let by_staff = wallets.export_person(person(1), &eve).unwrap().unwrap();
    // The first order stands in the second document, and who of the staff it was in none.
    let text = by_staff.as_json();
    assert!(text.contains("export_person") && !text.contains("eve\""));
    let orders = looks(&world, person(1), Command::EXPORT_PERSON);
    assert_eq!(orders, [(Actor::Customer, Id::ZERO), (eve, Id::ZERO)]);
    let nameless = wallets.export_person(person(1), &Actor::staff("", "x"));
    assert_eq!(status(nameless), W::ACTOR_MUST_BE_NAMED);
    let nobody = wallets.export_person(person(9), &Actor::Customer);
    assert_eq!(status(nobody), W::PERSON_NOT_FOUND);
    world.verify();
}

#[test]
fn nothing_is_shown_or_exported_of_who_is_erased_or_cannot_be_read() {
    let world = two();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let both = |of| {
        let shown = wallets.show_person(of, Id::ZERO, &eve).unwrap();
        (verdict(shown), verdict(wallets.export_person(of, &eve).unwrap()))
    };
    for harm in harms(&world) {
        set_key(&world, 0, &harm);
        assert_eq!(both(person(1)), (Err(W::DATA_IS_DAMAGED), Err(W::DATA_IS_DAMAGED)));
        assert_eq!(both(person(2)), (Ok(()), Ok(())));
    }
    wallets.begin_registration(person(3), "clara@example.com", true).unwrap().unwrap();
    assert_eq!(both(person(3)), (Ok(()), Ok(())));
    world.wait(8 * DAY);
    wallets.upkeep().unwrap();
    assert_eq!(both(person(3)), (Err(W::PERSON_NOT_FOUND), Err(W::PERSON_NOT_FOUND)));
}

/// The first years of the journal lie in an archive: the export has what is there, and says from
/// when on.
#[test]
fn an_export_says_which_lines_lie_in_the_archive() {
    let market = Market::new(Policy::none());
    let customer = market.customer(70_00);
    let market = market.with_small_segments();
    let export = || {
        let export = market.wallets.export_person(customer.person, &Actor::Customer);
        let export = export.unwrap().unwrap();
        let document: serde_json::Value = serde_json::from_str(export.as_json()).unwrap();
        let account = document["accounts"][0].clone();
        (account["statement"].as_array().unwrap().len(), account["archived_until"].clone())
    };
    assert_eq!(export(), (1, serde_json::Value::Null));
    let note = "long ".repeat(100);
    for day in 1..20 {
        market.at(START + day * DAY);
        market.wallets.leave_note(customer.person, &note, &staff("eve")).unwrap().unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let before = Timestamp::from_seconds(START + 15 * DAY).unwrap();
    let options = ArchiveOptions::before(before);
    market.store.archive(folder.path().join("archive"), &options).unwrap();
    let (lines, until) = export();
    assert_eq!(lines, 0, "it lies in the archive");
    assert!(until.is_string());
    market.world().pay_in(1, 5_00);
    assert_eq!(export().0, 1);
}
