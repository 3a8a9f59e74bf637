//! Changing the e-mail address and the telephone number, as a customer and as a thief try it.

use crate::broken_keys::{harms, key, set_key, two};
use crate::market::{Market, verdict};
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;
use proptest::prelude::*;

const NEW: &str = "anna@new.example";
const NUMBER: &str = "+7 900 111 11 11";

/// The letters that wait, with where each goes; all are delivered.
fn post(world: &World) -> Vec<(LetterKind, Channel, String, String)> {
    let letters = world.letters();
    for letter in &letters {
        world.wallets.report_letter(letter.id, LetterFate::Delivered).unwrap().unwrap();
    }
    let seen = |one: &Letter| (one.kind, one.channel, one.address.clone(), one.secret.clone());
    letters.iter().map(seen).collect()
}

fn begin(world: &World, channel: Channel, new: &str) -> Result<(), WalletStatus> {
    verdict(world.wallets.begin_contact_change(person(1), channel, new).unwrap())
}

/// Anna's address is changed and confirmed; gives the token that stops it.
fn change_email(world: &World) -> String {
    assert_eq!(begin(world, Channel::EMAIL, NEW), Ok(()));
    let token = world.secret(LetterKind::CONFIRM_NEW_ADDRESS);
    assert_eq!(world.wallets.confirm_email_change(&token).unwrap(), Ok(person(1)));
    world.secret(LetterKind::CONTACT_CHANGED)
}

fn email_of(world: &World, number: u128) -> String {
    let shown = world.wallets.show_person(person(number), Id::ZERO, &staff("eve"));
    shown.unwrap().unwrap().email.clone()
}

fn phone_of(world: &World) -> String {
    let shown = world.wallets.show_person(person(1), Id::ZERO, &staff("eve"));
    shown.unwrap().unwrap().profile.as_ref().unwrap().phone.clone()
}

/// Whose an address is.
fn owner(world: &World, email: &str) -> Option<Id> {
    let found = world.wallets.find_persons(email, &staff("eve")).unwrap();
    let confirmed = |one: &FoundPerson| one.address_is_confirmed.then_some(one.person);
    found.ok().and_then(|found| found.iter().find_map(confirmed))
}

fn states(world: &World) -> Vec<(Channel, ContactChangeState)> {
    let changes = world.wallets.contact_changes(person(1)).unwrap();
    changes.iter().map(|one| (one.channel, one.state)).collect()
}

/// Anna moves to another provider. Nothing changes before she has opened the letter there; then her
/// former address and her telephone are told, for a day she can pay little, and nobody gets a link
/// for a new password.
#[test]
fn a_customer_changes_her_address() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    assert_eq!(begin(&world, Channel::EMAIL, NEW), Ok(()));
    assert_eq!(states(&world), [(Channel::EMAIL, ContactChangeState::BEGUN)]);
    assert_eq!((email_of(&world, 1), owner(&world, NEW)), (EMAIL.into(), None));
    let letters = post(&world);
    let [(kind, channel, address, token)] = &letters[..] else { panic!("{letters:?}") };
    assert_eq!((*kind, *channel), (LetterKind::CONFIRM_NEW_ADDRESS, Channel::EMAIL));
    assert_eq!(address, NEW);

    assert_eq!(wallets.confirm_email_change(token).unwrap(), Ok(person(1)));
    assert_eq!(states(&world), [(Channel::EMAIL, ContactChangeState::COOLING_DOWN)]);
    assert_eq!(email_of(&world, 1), NEW);
    assert_eq!(wallets.log_in(NEW, LOGIN).unwrap(), Ok(person(1)));
    let told: Vec<_> = post(&world).into_iter().map(|(kind, _, to, _)| (kind, to)).collect();
    let notice = LetterKind::CONTACT_CHANGED;
    assert_eq!(told, [(notice, EMAIL.into()), (notice, profile(1).phone.clone())]);
    let until = wallets.contact_changes(person(1)).unwrap()[0].until;
    assert_eq!(world.wallet(1).cooldown_until, until);
    assert_eq!(status(wallets.confirm_email_change(token)), W::TOKEN_MUST_BE_VALID);
    assert_eq!(begin(&world, Channel::EMAIL, "third@example.com"), Err(W::CHANGE_IS_UNDER_WAY));

    // No link for a new password meanwhile, by either address, and not by support.
    for address in [EMAIL, NEW] {
        assert_eq!(wallets.send_login_reset(address, HOME).unwrap(), Ok(()));
    }
    assert_eq!(post(&world), []);
    let (eve, bob) = (staff("eve"), staff("bob"));
    wallets.open_recovery(id(81), wallet(1), &eve).unwrap().unwrap();
    let evidence = crate::acts::evidence("scans/1");
    wallets.add_recovery_evidence(id(81), &evidence, &eve).unwrap().unwrap();
    wallets.review_recovery(id(81), &bob).unwrap().unwrap();
    let approve = || wallets.decide_recovery(id(81), RecoveryDecision::Approve, &bob).unwrap();
    let refusal = approve().unwrap_err();
    assert_eq!((refusal.status, refusal.until), (W::CHANGE_IS_UNDER_WAY, until));
    post(&world);

    // The former address stays hers as long as the change can be stopped, and is free then.
    assert_eq!(owner(&world, EMAIL), Some(person(1)));
    world.wait(DAY);
    assert_eq!(wallets.upkeep().unwrap().contact_changes, 1);
    assert_eq!((owner(&world, EMAIL), owner(&world, NEW)), (None, Some(person(1))));
    assert_eq!(states(&world), []);
    assert_eq!(approve(), Ok(()));
    assert_eq!(wallets.send_login_reset(NEW, HOME).unwrap(), Ok(()));
    let reset: Vec<_> = post(&world).into_iter().map(|(kind, _, to, _)| (kind, to)).collect();
    assert!(reset.contains(&(LetterKind::RESET_LOGIN_PASSWORD, NEW.into())), "{reset:?}");
    assert!(reset.contains(&(LetterKind::RESET_PAYMENT_PASSWORD, NEW.into())), "{reset:?}");
    world.register(2, EMAIL);
    world.wait(DAY + HOUR);
    assert_eq!(wallets.upkeep().unwrap().contact_changes, 1, "forgotten");
    world.verify();
}

/// A thief sits at Anna's unlocked computer and has her letters come to him. Anna reads the notice
/// and takes it back by its link: the thief has had no link for a new password, and a day of low
/// limits goes on.
#[test]
fn a_change_is_stopped_from_the_former_address() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    let stop = change_email(&world);
    let until = world.wallet(1).cooldown_until;
    world.wait(HOUR);
    assert_eq!(wallets.stop_contact_change_by_link(&stop).unwrap(), Ok(person(1)));
    assert_eq!((email_of(&world, 1), owner(&world, NEW)), (EMAIL.into(), None));
    assert_eq!((owner(&world, EMAIL), states(&world)), (Some(person(1)), vec![]));
    assert_eq!(world.wallet(1).cooldown_until, until);
    let told: Vec<_> = post(&world).into_iter().map(|(kind, _, to, _)| (kind, to)).collect();
    let kind = LetterKind::CONTACT_CHANGE_STOPPED;
    assert_eq!(told, [(kind, EMAIL.into()), (kind, profile(1).phone.clone())]);
    assert_eq!(status(wallets.stop_contact_change_by_link(&stop)), W::TOKEN_MUST_BE_VALID);
    assert_eq!(status(wallets.log_in(NEW, LOGIN)), W::CREDENTIALS_MUST_MATCH);
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    // Her links come again, at once.
    wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    assert_eq!(post(&world)[0].0, LetterKind::RESET_LOGIN_PASSWORD);
    world.verify();
}

/// A customer with a new telephone needs nobody of the staff.
#[test]
fn a_customer_changes_her_number() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    assert_eq!(begin(&world, Channel::PHONE, NUMBER), Ok(()));
    let letters = post(&world);
    let [(kind, channel, to, code)] = &letters[..] else { panic!("{letters:?}") };
    assert_eq!((*kind, *channel), (LetterKind::CONFIRM_NEW_PHONE, Channel::PHONE));
    assert_eq!(to, NUMBER);
    let confirm = |code: &str| verdict(wallets.confirm_phone_change(person(1), code).unwrap());
    assert_eq!(confirm("0000"), Err(W::CODE_MUST_MATCH));
    assert_eq!(phone_of(&world), profile(1).phone);
    assert_eq!(confirm(code), Ok(()));
    assert_eq!(phone_of(&world), NUMBER);
    assert_eq!(confirm(code), Err(W::CODE_MUST_MATCH), "used");
    let told: Vec<_> = post(&world).into_iter().map(|(kind, _, to, _)| (kind, to)).collect();
    let notice = LetterKind::CONTACT_CHANGED;
    assert_eq!(told, [(notice, EMAIL.into()), (notice, profile(1).phone.clone())]);
    assert!(world.wallet(1).cooldown_until > world.now());
    // Codes of the shop go to the new one, links for a password still to her address.
    wallets.send_code(person(1), 1, Channel::PHONE).unwrap().unwrap();
    assert_eq!(post(&world)[0].2, NUMBER);
    wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    assert_eq!(post(&world)[0].0, LetterKind::RESET_LOGIN_PASSWORD);
    // Support takes it back, as she asks by telephone.
    let stop =
        |by: &Actor| verdict(wallets.stop_contact_change(person(1), Channel::PHONE, by).unwrap());
    assert_eq!(stop(&Actor::staff("eve", "")), Err(W::REASON_MUST_BE_GIVEN));
    assert_eq!(stop(&staff("eve")), Ok(()));
    assert_eq!(phone_of(&world), profile(1).phone);
    assert_eq!(stop(&staff("eve")), Err(W::CHANGE_NOT_FOUND));
    world.verify();
}

/// Five tries for a code, as for any other, and five letters a day.
#[test]
fn codes_and_letters_are_limited() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    assert_eq!(begin(&world, Channel::PHONE, NUMBER), Ok(()));
    let code = world.secret(LetterKind::CONFIRM_NEW_PHONE);
    let wrong = if code == "12345678" { "12345679" } else { "12345678" };
    let confirm = |code: &str| verdict(wallets.confirm_phone_change(person(1), code).unwrap());
    for _ in 0..5 {
        assert_eq!(confirm(wrong), Err(W::CODE_MUST_MATCH));
    }
    assert_eq!(confirm(&code), Err(W::CODE_MUST_MATCH), "tried too often");
    assert_eq!(begin(&world, Channel::PHONE, NUMBER), Err(W::TOO_SOON));
    for _ in 1..5 {
        world.wait(MINUTE);
        assert_eq!(begin(&world, Channel::PHONE, NUMBER), Ok(()));
    }
    world.wait(MINUTE);
    assert_eq!(begin(&world, Channel::PHONE, NUMBER), Err(W::TOO_MANY_TODAY));
    // To drop it and begin anew is no way around.
    let by = Actor::Customer;
    wallets.stop_contact_change(person(1), Channel::PHONE, &by).unwrap().unwrap();
    assert_eq!(begin(&world, Channel::PHONE, NUMBER), Err(W::TOO_MANY_TODAY));
    let code = world.secret(LetterKind::CONFIRM_NEW_PHONE);
    assert_eq!(confirm(&code), Err(W::CODE_MUST_MATCH), "dropped");
    world.wait(DAY);
    assert_eq!(begin(&world, Channel::PHONE, NUMBER), Ok(()));
    let code = world.secret(LetterKind::CONFIRM_NEW_PHONE);
    world.wait(10 * MINUTE);
    assert_eq!(confirm(&code), Err(W::CODE_MUST_MATCH), "too old");
    assert_eq!(states(&world), []);
    world.verify();
}

/// The answer to a customer does not tell whose address it is that she wants; its owner gets a
/// letter, where the owner is written to. Nor does her export.
#[test]
fn a_change_does_not_tell_whose_an_address_is() {
    let world = World::new();
    world.anna();
    world.register(2, "Boris@example.com");
    world.deliver();
    let seen = |email| {
        let begun = begin(&world, Channel::EMAIL, email);
        let change = world.wallets.contact_changes(person(1)).unwrap()[0];
        let wait = change.until.nanoseconds() - change.begun_at.nanoseconds();
        let export = world.wallets.export_person(person(1), &Actor::Customer).unwrap().unwrap();
        let document: serde_json::Value = serde_json::from_str(export.as_json()).unwrap();
        let letter = document["letters"].as_array().unwrap().last().unwrap();
        let kind = letter["kind"].as_str().unwrap().to_owned();
        world.wait(MINUTE);
        (begun, change.state, wait, kind)
    };
    let known = seen("boris@EXAMPLE.com");
    let letters = post(&world);
    let told = (LetterKind::NEW_ADDRESS_IS_TAKEN, Channel::EMAIL, "Boris@example.com".to_owned());
    assert_eq!(letters, [(told.0, told.1, told.2, String::new())]);
    assert_eq!(known, seen("new@example.com"));
    assert_eq!(owner(&world, "boris@example.com"), Some(person(2)));
}

/// Two want the same address: who opens the letter first has it.
#[test]
fn the_first_to_confirm_an_address_has_it() {
    let world = World::new();
    world.anna();
    world.register(2, "boris@example.com");
    world.deliver();
    let wallets = &world.wallets;
    let token_of = |number| {
        let channel = Channel::EMAIL;
        wallets.begin_contact_change(person(number), channel, NEW).unwrap().unwrap();
        world.secret(LetterKind::CONFIRM_NEW_ADDRESS)
    };
    let (hers, his) = (token_of(1), token_of(2));
    wallets.begin_registration(person(3), NEW, true).unwrap().unwrap();
    let third = world.secret(LetterKind::CONFIRM_ADDRESS);
    // A link for one thing is none for another.
    assert_eq!(status(wallets.confirm_address(&hers)), W::TOKEN_MUST_BE_VALID);
    assert_eq!(status(wallets.confirm_email_change(&third)), W::TOKEN_MUST_BE_VALID);
    assert_eq!(status(wallets.stop_contact_change_by_link(&hers)), W::TOKEN_MUST_BE_VALID);
    assert_eq!(wallets.confirm_email_change(&his).unwrap(), Ok(person(2)));
    assert_eq!(status(wallets.confirm_email_change(&hers)), W::PERSON_EXISTS);
    assert_eq!(status(wallets.confirm_address(&third)), W::PERSON_EXISTS);
    assert_eq!((owner(&world, NEW), email_of(&world, 1)), (Some(person(2)), EMAIL.into()));
    world.verify();
}

#[test]
fn changes_that_are_refused() {
    let world = World::new();
    world.anna();
    world.confirm(2, "boris@example.com");
    let wallets = &world.wallets;
    for (channel, new, expected) in [
        (Channel::EMAIL, "anna", W::ADDRESS_MUST_BE_VALID),
        (Channel::EMAIL, "4111111111111111@b.c", W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
        (Channel::EMAIL, "ANNA@example.com", W::ADDRESS_ALREADY_CONFIRMED),
        (Channel::PHONE, "", W::TEXT_MUST_BE_VALID),
        (Channel::PHONE, "1\t2", W::TEXT_MUST_BE_VALID),
        (Channel::PHONE, "4111 1111 1111 1111", W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
        (Channel::PHONE, "+7 900 000 00 00", W::ADDRESS_ALREADY_CONFIRMED),
        (Channel::from_number(9), NUMBER, W::TEXT_MUST_BE_VALID),
    ] {
        assert_eq!(begin(&world, channel, new), Err(expected), "{channel} {new}");
    }
    let of = |number| status(wallets.begin_contact_change(person(number), Channel::EMAIL, NEW));
    assert_eq!(of(9), W::PERSON_NOT_FOUND);
    assert_eq!(of(2), W::PERSON_MUST_BE_ACTIVE);
    assert_eq!(status(wallets.confirm_phone_change(person(9), "12345678")), W::CODE_MUST_MATCH);
    assert_eq!(status(wallets.confirm_phone_change(person(1), "12345678")), W::CODE_MUST_MATCH);
    for wrong in ["", "no token", &"A".repeat(43)] {
        assert_eq!(status(wallets.confirm_email_change(wrong)), W::TOKEN_MUST_BE_VALID);
        assert_eq!(status(wallets.stop_contact_change_by_link(wrong)), W::TOKEN_MUST_BE_VALID);
    }
    let stop = |of, by: &Actor| status(wallets.stop_contact_change(of, Channel::EMAIL, by));
    assert_eq!(stop(person(1), &Actor::Customer), W::CHANGE_NOT_FOUND);
    assert_eq!(stop(person(9), &staff("eve")), W::PERSON_NOT_FOUND);
    // A new letter ends the one before; a day ends both.
    assert_eq!(begin(&world, Channel::EMAIL, NEW), Ok(()));
    let first = world.secret(LetterKind::CONFIRM_NEW_ADDRESS);
    assert_eq!(begin(&world, Channel::EMAIL, NEW), Err(W::TOO_SOON));
    world.wait(MINUTE);
    assert_eq!(begin(&world, Channel::EMAIL, NEW), Ok(()));
    let second = world.secret(LetterKind::CONFIRM_NEW_ADDRESS);
    assert_eq!(status(wallets.confirm_email_change(&first)), W::TOKEN_MUST_BE_VALID);
    world.wait(DAY);
    assert_eq!(status(wallets.confirm_email_change(&second)), W::TOKEN_MUST_BE_VALID);
    assert_eq!(wallets.upkeep().unwrap().contact_changes, 1);
    world.verify();
}

/// The former address and the new one are sealed, and gone with the person's key; both are free
/// then, also if the key is damaged.
#[test]
fn erasing_forgets_a_change() {
    for is_damaged in [false, true] {
        let world = two();
        let wallets = &world.wallets;
        let stop = change_email(&world);
        let files = world.files();
        for text in [EMAIL, NEW] {
            let is_there = files.iter().any(|(_, bytes)| holds(bytes, text.as_bytes()));
            assert!(!is_there, "{text} in clear");
        }
        let (eve, bob) = (staff("eve"), staff("bob"));
        wallets.freeze_wallet(wallet(1), &eve).unwrap().unwrap();
        wallets.close_wallet(wallet(1), &eve).unwrap().unwrap();
        for by in [&eve, &bob] {
            let _ = wallets.set_retention(person(1), Timestamp::NONE, by).unwrap();
        }
        if is_damaged {
            set_key(&world, 0, &harms(&world)[0]);
        }
        for by in [&eve, &bob] {
            let _ = wallets.erase_person(person(1), by).unwrap();
        }
        assert!(is_destroyed(&key(&world, 0), person(1)), "erased");
        assert_eq!((owner(&world, EMAIL), owner(&world, NEW)), (None, None));
        assert_eq!(wallets.contact_changes(person(1)).unwrap(), []);
        assert_eq!(status(wallets.stop_contact_change_by_link(&stop)), W::TOKEN_MUST_BE_VALID);
        world.register(3, EMAIL);
        world.register(4, NEW);
    }
}

/// A rotation of the keys of indexes moves the former address too; what is not moved is named.
#[test]
fn rotations_cover_the_former_address() {
    let world = World::new();
    world.anna();
    let (wallets, by) = (&world.wallets, Actor::System);
    let stop = change_email(&world);
    wallets.begin_index_rotation(&by).unwrap().unwrap();
    assert_eq!((owner(&world, EMAIL), owner(&world, NEW)), (Some(person(1)), Some(person(1))));
    assert!(matches!(wallets.end_index_rotation(&by), Err(Error::InvalidArgument(_))));
    assert_eq!(wallets.reindex(None, 100, &by).unwrap(), Ok(None));
    wallets.end_index_rotation(&by).unwrap().unwrap();
    assert_eq!((owner(&world, EMAIL), owner(&world, NEW)), (Some(person(1)), Some(person(1))));
    assert_eq!(wallets.stop_contact_change_by_link(&stop).unwrap(), Ok(person(1)));
    assert_eq!((owner(&world, EMAIL), owner(&world, NEW)), (Some(person(1)), None));
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    world.verify();
}

/// What one of three customers does, or time.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Wants letters to go to this address.
    Begin(usize, usize),
    /// Opens the last letter to a new address.
    Confirm(usize),
    /// Opens the notice at the former address.
    Stop(usize),
    Minute,
    /// A day, and upkeep.
    Day,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_usize, 0..4_usize).prop_map(|(of, to)| Step::Begin(of, to)),
        3 => (0..3_usize).prop_map(Step::Confirm),
        1 => (0..3_usize).prop_map(Step::Stop),
        2 => Just(Step::Minute),
        1 => Just(Step::Day),
    ]
}

const ADDRESSES: [&str; 4] = [
    "customer1@example.com",
    "customer2@example.com",
    "customer3@example.com",
    "fourth@example.com",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Against a plain model: at each time an address has one owner at most, letters go to one that
    /// is its person's, and a link succeeds just if its address is free.
    #[test]
    fn an_address_is_one_persons_whatever_they_do(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let market = Market::new(Policy::none());
        let world = market.world();
        let mut model = Model::new();
        for (place, step) in steps.into_iter().enumerate() {
            model.take(world, step);
            for address in ADDRESSES {
                let expected = model.owner(address).map(|of| person(1 + of as u128));
                prop_assert_eq!(owner(world, address), expected, "{}: {}", place, address);
            }
            for (of, address) in model.current.iter().enumerate() {
                prop_assert_eq!(&email_of(world, 1 + of as u128), address, "step {}", place);
            }
        }
    }
}

/// Who has which address, plainly.
struct Model {
    current: [&'static str; 3],
    /// The address before the last change, while that can be stopped, and the link that does.
    former: [Option<(&'static str, String)>; 3],
    /// The last link that was sent, and to where; none where the address was another's.
    links: [Option<(&'static str, String)>; 3],
}

impl Model {
    fn new() -> Self {
        let [first, second, third, _] = ADDRESSES;
        Self {
            current: [first, second, third],
            former: Default::default(),
            links: Default::default(),
        }
    }

    fn owner(&self, address: &str) -> Option<usize> {
        let current = self.current.iter().position(|has| *has == address);
        let is_former =
            |has: &Option<(&str, String)>| has.as_ref().is_some_and(|has| has.0 == address);
        current.or(self.former.iter().position(is_former))
    }

    fn take(&mut self, world: &World, step: Step) {
        let wallets = &world.wallets;
        match step {
            Step::Begin(of, to) => {
                let (of_person, to) = (person(1 + of as u128), ADDRESSES[to]);
                let begun = wallets.begin_contact_change(of_person, Channel::EMAIL, to).unwrap();
                if begun.is_ok() {
                    let is_free = self.owner(to).is_none_or(|owner| owner == of);
                    let (kind, .., token) = post(world).remove(0);
                    assert_eq!(kind == LetterKind::CONFIRM_NEW_ADDRESS, is_free);
                    self.links[of] = is_free.then_some((to, token));
                }
            }
            Step::Confirm(of) => {
                let Some((to, token)) = self.links[of].clone() else { return };
                let confirmed = wallets.confirm_email_change(&token).unwrap();
                let is_free = self.owner(to).is_none_or(|owner| owner == of);
                assert_eq!(confirmed.is_ok(), is_free);
                if is_free {
                    let former = std::mem::replace(&mut self.current[of], to);
                    self.former[of] = Some((former, post(world).remove(0).3));
                    self.links[of] = None;
                }
            }
            Step::Stop(of) => {
                let Some((former, token)) = self.former[of].take() else { return };
                let stopped = wallets.stop_contact_change_by_link(&token).unwrap();
                assert_eq!(stopped, Ok(person(1 + of as u128)));
                self.current[of] = former;
                post(world);
            }
            Step::Minute => world.wait(MINUTE),
            Step::Day => {
                world.wait(DAY);
                wallets.upkeep().unwrap();
                self.former = Default::default();
                self.links = Default::default();
            }
        }
    }
}
