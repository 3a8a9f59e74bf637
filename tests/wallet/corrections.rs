//! Staff correct what is known of a person, by evidence and in most cases two of them.

use crate::acts::evidence;
use crate::broken_keys::{harms, key, set_key, two};
use crate::clerks::details;
use crate::market::verdict;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

const CASE: u128 = 101;

fn wanting(change: impl Fn(&mut Correction)) -> Correction {
    let mut wanted = Correction::default();
    change(&mut wanted);
    wanted
}

fn married() -> Correction {
    wanting(|wanted| wanted.name = "Anna Petrova".into())
}

fn passport(number: &str) -> Correction {
    wanting(|wanted| {
        wanted.document_kind = Some(DocumentKind::Passport);
        wanted.document_country = "RU".into();
        wanted.document_number = number.into();
    })
}

fn open(world: &World, case: u128, wanted: &Correction) -> Result<(), WalletStatus> {
    let opened = world.wallets.open_correction(id(case), person(1), wanted, &staff("eve"));
    verdict(opened.unwrap())
}

/// Opened by Eve, with a scan that nobody has shown before.
fn submitted(world: &World, case: u128, wanted: &Correction) {
    assert_eq!(open(world, case, wanted), Ok(()));
    let mut hash = [0; 32];
    hash[0] = case as u8;
    let piece = Evidence { hash, ..evidence("scans/planted-correction") };
    world.wallets.add_correction_evidence(id(case), &piece, &staff("eve")).unwrap().unwrap();
}

fn approve(world: &World, case: u128, by: &str) -> Result<(), WalletStatus> {
    verdict(world.wallets.approve_correction(id(case), &staff(by)).unwrap())
}

fn profile_now(world: &World) -> Profile {
    let shown = world.wallets.show_person(person(1), Id::ZERO, &staff("eve")).unwrap().unwrap();
    shown.profile.clone().unwrap()
}

/// Anna has married. She shows the certificate; Eve opens the case, and Bob, who looks at it,
/// approves it. Anna is told by every channel.
#[test]
fn a_name_changes_with_a_marriage() {
    let world = World::new();
    world.anna();
    let (wallets, bob) = (&world.wallets, staff("bob"));
    assert_eq!(open(&world, CASE, &married()), Ok(()));
    assert_eq!(open(&world, CASE, &married()), Ok(()), "sent again");
    assert_eq!(approve(&world, CASE, "bob"), Err(W::EVIDENCE_MUST_BE_GIVEN));
    submitted(&world, CASE, &married());
    let [waiting] = &wallets.open_corrections(None, 10).unwrap()[..] else { panic!("one case") };
    assert_eq!((waiting.case, waiting.person, &*waiting.fields), (id(CASE), person(1), "name"));
    assert_eq!(waiting.state, CorrectionState::SUBMITTED);
    assert_eq!(wallets.open_corrections(Some(waiting), 10).unwrap(), []);
    for by in ["eve", "Eve"] {
        assert_eq!(approve(&world, CASE, by), Err(W::REVIEWER_MUST_BE_ANOTHER), "{by}");
    }
    assert_eq!(approve(&world, CASE, "e.v.e"), Err(W::STAFF_MUST_BE_REGISTERED));
    let (wanted, pieces) = wallets.show_correction(id(CASE), &bob).unwrap().unwrap();
    assert_eq!((&wanted, &*pieces[0].reference), (&married(), "scans/planted-correction"));
    assert_eq!(format!("{wanted:?}"), "Correction(..)");
    assert!(wallets.show_person(person(1), id(CASE), &bob).unwrap().is_ok(), "beside the evidence");
    assert_eq!(profile_now(&world).name, profile(1).name);

    assert_eq!(approve(&world, CASE, "bob"), Ok(()));
    assert_eq!(profile_now(&world).name, "Anna Petrova");
    let mut kept = profile_now(&world);
    kept.name.clone_from(&profile(1).name);
    assert_eq!(kept, profile(1), "all else is as it was");
    let told: Vec<_> = world.letters().iter().map(|one| (one.kind, one.channel)).collect();
    let kind = LetterKind::PROFILE_CORRECTED;
    assert_eq!(told, [(kind, Channel::EMAIL), (kind, Channel::PHONE)]);
    assert_eq!(wallets.open_corrections(None, 10).unwrap(), []);
    let decided = wallets.correction_case(id(CASE)).unwrap().unwrap();
    assert_eq!((&*decided.opened_by, &*decided.reviewer), ("eve", "bob"));
    assert_eq!(approve(&world, CASE, "bob"), Err(W::CASE_MUST_BE_AT_THIS_STEP));
    let said = details(&world, person(1), Command::APPROVE_CORRECTION);
    assert_eq!(said.last().unwrap(), "refused: case_must_be_at_this_step");
    assert!(said.contains(&"case: submitted -> approved; name".to_owned()));
    let files = world.files();
    for text in ["Petrova", "planted-correction"] {
        assert!(files.iter().all(|(_, bytes)| !holds(bytes, text.as_bytes())), "{text}");
    }
    world.verify();
}

/// One clerk is enough for a postal address, unless its scan is somebody else's too.
#[test]
fn an_address_takes_one_and_a_scan_of_somebody_else_two() {
    let world = two();
    let wallets = &world.wallets;
    let moved = wanting(|wanted| wanted.postal_address = "Nevsky 1".into());
    submitted(&world, CASE, &moved);
    assert_eq!(approve(&world, CASE, "eve"), Ok(()));
    assert_eq!(profile_now(&world).postal_address, "Nevsky 1");

    submitted(&world, CASE + 1, &moved);
    let his = wanting(|wanted| wanted.postal_address = "Nevsky 2".into());
    let eve = staff("eve");
    wallets.open_correction(id(CASE + 2), person(2), &his, &eve).unwrap().unwrap();
    let mut hash = [0; 32];
    hash[0] = (CASE + 1) as u8;
    let piece = Evidence { hash, ..evidence("scans/2") };
    wallets.add_correction_evidence(id(CASE + 2), &piece, &eve).unwrap().unwrap();
    for case in [CASE + 1, CASE + 2] {
        assert_eq!(approve(&world, case, "eve"), Err(W::REVIEWER_MUST_BE_ANOTHER));
        assert_eq!(approve(&world, case, "bob"), Ok(()));
    }
    world.verify();
}

/// A new passport: nobody else registers with it any more, and the old number is free. One that is
/// another person's is refused.
#[test]
fn a_document_moves_and_stays_one_persons() {
    let world = two();
    let wallets = &world.wallets;
    submitted(&world, CASE, &passport("45 09 000002"));
    assert_eq!(approve(&world, CASE, "bob"), Err(W::PERSON_EXISTS), "Boris has it");
    assert_eq!(profile_now(&world), profile(1), "nothing half done");
    assert_eq!(verdict(wallets.refuse_correction(id(CASE), &staff("bob")).unwrap()), Ok(()));
    submitted(&world, CASE + 1, &passport("45 09 000007"));
    assert_eq!(approve(&world, CASE + 1, "bob"), Ok(()));
    assert_eq!(profile_now(&world).document_number, "45 09 000007");
    // The index follows, also through a rotation of its keys.
    wallets.begin_index_rotation(&Actor::System).unwrap().unwrap();
    assert_eq!(wallets.reindex(None, 100, &Actor::System).unwrap(), Ok(None));
    wallets.end_index_rotation(&Actor::System).unwrap().unwrap();
    world.confirm(7, "eva@example.com");
    wallets.set_profile(person(7), &profile(7)).unwrap().unwrap();
    wallets.set_login_password(person(7), LOGIN, false).unwrap().unwrap();
    wallets.set_consent(person(7), "terms", "1", true).unwrap().unwrap();
    let submit = wallets.submit_registration(person(7), &new_wallet(7));
    assert_eq!(status(submit), W::PERSON_EXISTS);
    world.confirm(8, "ida@example.com");
    let mut first = profile(8);
    first.document_number = "45 09 000001".into();
    wallets.set_profile(person(8), &first).unwrap().unwrap();
    wallets.set_login_password(person(8), LOGIN, false).unwrap().unwrap();
    wallets.set_consent(person(8), "terms", "1", true).unwrap().unwrap();
    assert_eq!(wallets.submit_registration(person(8), &new_wallet(8)).unwrap(), Ok(()));
    world.verify();
}

/// Anna lost her telephone, and with it the way into her mailbox. Support has evidence that it is
/// she, two of them agree; she confirms the new address and number, the old ones are told, and
/// after a day a link for a new password goes to the new address.
#[test]
fn a_lost_mailbox_and_a_lost_telephone_have_a_way_back() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    let lost = wanting(|wanted| {
        wanted.email = "anna@new.example".into();
        wanted.phone = "+7 900 222 22 22".into();
    });
    submitted(&world, CASE, &lost);
    assert_eq!(approve(&world, CASE, "eve"), Err(W::REVIEWER_MUST_BE_ANOTHER));
    assert_eq!(approve(&world, CASE, "bob"), Ok(()));
    let changes = wallets.contact_changes(person(1)).unwrap();
    assert!(changes.iter().all(|one| one.case == id(CASE)) && changes.len() == 2);
    let letters = world.letters();
    let sent = |kind| letters.iter().find(|one| one.kind == kind).unwrap();
    let (link, code) = (sent(LetterKind::CONFIRM_NEW_ADDRESS), sent(LetterKind::CONFIRM_NEW_PHONE));
    assert_eq!((&*link.address, &*code.address), ("anna@new.example", "+7 900 222 22 22"));
    assert_eq!((link.about, letters.len()), (id(CASE), 2));
    assert_eq!(wallets.confirm_email_change(&link.secret).unwrap(), Ok(person(1)));
    assert_eq!(wallets.confirm_phone_change(person(1), &code.secret).unwrap(), Ok(()));
    let told = world.letters().into_iter().filter(|one| one.kind == LetterKind::CONTACT_CHANGED);
    assert_eq!(told.filter(|one| one.address == EMAIL).count(), 1);
    world.deliver();
    wallets.send_login_reset("anna@new.example", HOME).unwrap().unwrap();
    assert!(world.letters().iter().all(|one| one.kind != LetterKind::RESET_LOGIN_PASSWORD));
    world.wait(DAY);
    wallets.upkeep().unwrap();
    wallets.send_login_reset("anna@new.example", HOME).unwrap().unwrap();
    let token = world.secret(LetterKind::RESET_LOGIN_PASSWORD);
    assert_eq!(wallets.reset_login_password(&token, LOGIN, false).unwrap(), Ok(()));
    assert_eq!(wallets.log_in("anna@new.example", LOGIN).unwrap(), Ok(person(1)));
    world.verify();
}

#[test]
fn corrections_that_are_refused() {
    let world = two();
    world.confirm(3, "clara@example.com");
    let (wallets, eve) = (&world.wallets, staff("eve"));
    let half = wanting(|wanted| wanted.document_number = "X".into());
    for (case, wanted, expected) in [
        (0, &married(), W::ID_MUST_BE_VALID),
        (CASE, &Correction::default(), W::CORRECTION_MUST_CHANGE_SOMETHING),
        (CASE, &half, W::TEXT_MUST_BE_VALID),
        (CASE, &wanting(|wanted| wanted.email = "anna".into()), W::ADDRESS_MUST_BE_VALID),
        (CASE, &wanting(|wanted| wanted.phone = "\t".into()), W::TEXT_MUST_BE_VALID),
        (CASE, &wanting(|wanted| wanted.citizenship = "ru".into()), W::COUNTRY_MUST_BE_VALID),
        (CASE, &wanting(|wanted| wanted.name = "\u{200b}".into()), W::TEXT_MUST_BE_VALID),
    ] {
        assert_eq!(open(&world, case, wanted), Err(expected), "{expected}");
    }
    let of = |number, by: &Actor| {
        status(wallets.open_correction(id(CASE), person(number), &married(), by))
    };
    assert_eq!(of(9, &eve), W::PERSON_NOT_FOUND);
    assert_eq!(of(3, &eve), W::PERSON_MUST_BE_ACTIVE);
    assert_eq!(of(1, &Actor::Customer), W::ACTOR_MUST_BE_NAMED);
    submitted(&world, CASE, &married());
    assert_eq!(of(2, &eve), W::CASE_EXISTS);
    let add =
        |case, piece: &Evidence<'_>| status(wallets.add_correction_evidence(id(case), piece, &eve));
    let scan = evidence("scans/1");
    assert_eq!(add(CASE + 9, &scan), W::CASE_NOT_FOUND);
    assert_eq!(add(CASE, &Evidence { reference: "", ..scan }), W::TEXT_MUST_BE_VALID);
    let unknown = policy::EvidenceKind::from_number(999);
    assert_eq!(add(CASE, &Evidence { kind: unknown, ..scan }), W::EVIDENCE_KIND_MUST_BE_KNOWN);
    let over = Timestamp::from_nanoseconds(1);
    assert_eq!(add(CASE, &Evidence { expires_at: over, ..scan }), W::EVIDENCE_HAS_EXPIRED);
    assert_eq!(status(wallets.show_correction(id(CASE + 9), &eve)), W::CASE_NOT_FOUND);
    assert_eq!(wallets.correction_case(id(CASE + 9)).unwrap(), None);
    // While the key is damaged it waits; the list needs none.
    let whole = key(&world, 0);
    set_key(&world, 0, &harms(&world)[0]);
    assert_eq!(approve(&world, CASE, "bob"), Err(W::DATA_IS_DAMAGED));
    assert_eq!(wallets.open_corrections(None, 10).unwrap().len(), 1);
    assert_eq!(verdict(wallets.refuse_correction(id(CASE), &eve).unwrap()), Ok(()));
    set_key(&world, 0, &whole);
    assert_eq!(add(CASE, &scan), W::CASE_MUST_BE_AT_THIS_STEP);
    assert_eq!(open(&world, CASE, &half), Err(W::TEXT_MUST_BE_VALID));
    assert_eq!(open(&world, CASE, &passport("X-1")), Err(W::CASE_EXISTS), "another wish");
}
