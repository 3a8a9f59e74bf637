//! Taking over somebody's account, or shutting its owner out of it: what thieves tried.

use crate::market::{Market, verdict};
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::policy::{EvidenceKind, HashCost, SmallPayments};
use escrowdb::wallet::*;
use escrowdb::*;

const PHRASE: &str = "another rather long phrase";
const CASE: Id = Id::from_u128(500);
/// Anna's address as a thief types it whose mailbox is called that: to a program that folds
/// compatibility forms it is hers.
const VARIANTS: [&str; 4] = [
    "\u{ff41}nna@example.com",
    "ann\u{aa}@example.com",
    "anna@ex\u{ff41}mple.com",
    "anna\u{ff20}example.com",
];

fn kinds(letters: &[Letter]) -> Vec<(LetterKind, &str)> {
    letters.iter().map(|letter| (letter.kind, &*letter.address)).collect()
}

/// Mallory owned the mailbox `ａnna@example.com` and asked for a reset by that spelling. It found
/// Anna by the folded form, and mailed her token to Mallory: the account was taken over. Letters go
/// to the stored address alone, and a variant finds nobody.
#[test]
fn a_variant_of_the_address_is_sent_nothing() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    for variant in VARIANTS {
        wallets.send_login_reset(variant, variant).unwrap().unwrap();
        assert_eq!(world.letters(), [], "{variant}");
        assert_eq!(status(wallets.log_in(variant, LOGIN)), W::CREDENTIALS_MUST_MATCH, "{variant}");
        wallets.known_device().log_in(EMAIL, LOGIN).unwrap().unwrap();
    }
    for spelling in ["Anna@Example.COM", "  ANNA@example.com "] {
        world.wait(DAY);
        assert_eq!(wallets.log_in(spelling, LOGIN).unwrap(), Ok(person(1)), "{spelling}");
        wallets.send_login_reset(spelling, HOME).unwrap().unwrap();
        let letters = world.letters();
        assert_eq!(kinds(&letters), [(LetterKind::RESET_LOGIN_PASSWORD, EMAIL)], "{spelling}");
        world.wallets.report_letter(letters[0].id, LetterFate::Delivered).unwrap().unwrap();
    }
}

/// As with resets, so with registrations: only Anna is told that she is a customer, and nobody
/// holds her address by owning a mailbox that looks like it.
#[test]
fn a_registration_by_a_variant_writes_to_no_variant() {
    for is_known in [true, false] {
        let world = World::new();
        if is_known {
            world.anna();
        }
        let expected = match is_known {
            true => LetterKind::ADDRESS_IS_KNOWN,
            false => LetterKind::CONFIRM_ADDRESS,
        };
        for (number, variant) in (10..).zip(VARIANTS) {
            world.wallets.begin_registration(person(number), variant, true).unwrap().unwrap();
            assert_eq!(kinds(&world.letters()), [(expected, EMAIL)], "{variant}");
            world.deliver();
        }
        world.wait(DAY);
        world.wallets.begin_registration(person(20), "b@example.com", true).unwrap().unwrap();
        world.deliver();
        world.wait(MINUTE);
        world.wallets.correct_address(person(20), VARIANTS[0]).unwrap().unwrap();
        assert_eq!(kinds(&world.letters()), [(expected, EMAIL)]);
    }
}

/// Mallory has Anna's login, and guesses at her payment password by choosing it for the login: what
/// was refused as `passwords_must_differ` was it, and nobody counted. Each comparison is a guess;
/// once they have locked the payment password nothing is compared, and the change tells nothing.
#[test]
fn a_payment_password_is_not_guessed_by_changing_the_login() {
    let mut policy = policy();
    policy.identity.credentials.login.characters_min_with_second_factor = 8;
    let world = World::with(policy);
    world.register(1, EMAIL);
    let (wallets, payment) = (&world.wallets, "31415926535");
    wallets.create_payment_password(wallet(1), payment).unwrap().unwrap();
    world.deliver();
    let mut present = LOGIN.to_owned();
    for guess in 1..=5 {
        let next = format!("3141592653{guess}x");
        wallets.change_login_password(person(1), &present, &next, true).unwrap().unwrap();
        let failures = wallets.payment_password_failures(wallet(1)).unwrap().unwrap();
        assert_eq!(failures.0, guess, "each is counted");
        present = next;
    }
    let locked = wallets.check_payment_password(wallet(1), payment);
    assert_eq!(status(locked), W::CREDENTIAL_IS_LOCKED);
    let told = world.letters().iter().any(|one| one.kind == LetterKind::PAYMENT_PASSWORD_LOCKED);
    assert!(told, "Anna learns that somebody guesses");
    // The right one, in the dark; and whoever guesses cannot keep her from changing her login.
    wallets.change_login_password(person(1), &present, payment, true).unwrap().unwrap();
    // A refusal is counted as well.
    world.wait(DAY);
    wallets.check_payment_password(wallet(1), payment).unwrap().unwrap();
    let changed = wallets.change_login_password(person(1), payment, payment, true);
    assert_eq!(status(changed), W::PASSWORDS_MUST_DIFFER);
    assert_eq!(wallets.payment_password_failures(wallet(1)).unwrap().unwrap().0, 1);
}

/// The other way round: a thief who has seen the payment password over Anna's shoulder guesses at
/// her login; so does who came by the link of a reset.
#[test]
fn a_login_is_not_guessed_by_changing_the_payment_password() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    let change = |to: &str| wallets.change_payment_password(wallet(1), PAYMENT, to);
    for _ in 1..=5 {
        assert_eq!(status(change(LOGIN)), W::PASSWORDS_MUST_DIFFER);
    }
    assert_eq!(status(wallets.log_in(EMAIL, LOGIN)), W::CREDENTIAL_IS_LOCKED);
    let hashes = wallets.password_hashes();
    change("271828").unwrap().unwrap();
    assert_eq!(wallets.password_hashes() - hashes, 2, "the present one and the new: no third");
    // A thief who waits for the lock to end gets one more guess, and then waits for twice as long.
    world.wait(15 * MINUTE);
    wallets.change_payment_password(wallet(1), "271828", "314159").unwrap().unwrap();
    let locked = wallets.log_in(EMAIL, LOGIN).unwrap().unwrap_err();
    assert_eq!(locked.status, W::CREDENTIAL_IS_LOCKED);
    assert!(locked.until > world.now().plus_seconds(29 * MINUTE as u32));
    // Made for the first time it is compared once, which tells nothing that could be used again.
    let other = World::new();
    other.register(1, EMAIL);
    let create = |password| other.wallets.create_payment_password(wallet(1), password);
    for _ in 1..=5 {
        assert_eq!(status(create(LOGIN)), W::PASSWORDS_MUST_DIFFER);
    }
    assert_eq!(status(other.wallets.log_in(EMAIL, LOGIN)), W::CREDENTIAL_IS_LOCKED);
}

fn evidence() -> Evidence<'static> {
    let (kind, reference) = (EvidenceKind::PASSPORT, "scans/1");
    Evidence { kind, hash: [3; 32], reference, expires_at: Timestamp::NONE }
}

/// Support has let itself be talked into recovering Anna's payment password, and the link is in a
/// mailbox that Mallory reads. Anna, who was told, changes the password that she knows; the link
/// used to work all the same.
#[test]
fn a_changed_password_ends_the_recovery_of_the_former_one() {
    for is_stopped in [false, true] {
        for steps in 1..=4 {
            let world = World::new();
            world.anna();
            let (wallets, eve, bob) = (&world.wallets, staff("eve"), staff("bob"));
            wallets.open_recovery(CASE, wallet(1), &eve).unwrap().unwrap();
            if steps > 1 {
                wallets.add_recovery_evidence(CASE, &evidence(), &eve).unwrap().unwrap();
            }
            if steps > 2 {
                wallets.review_recovery(CASE, &bob).unwrap().unwrap();
            }
            let approve = || wallets.decide_recovery(CASE, RecoveryDecision::Approve, &bob);
            let token = (steps > 3).then(|| {
                approve().unwrap().unwrap();
                world.secret(LetterKind::RESET_PAYMENT_PASSWORD)
            });
            world.deliver();
            if is_stopped {
                wallets.stop_recovery(CASE, &Actor::Customer).unwrap().unwrap();
                wallets.stop_recovery(CASE, &Actor::Customer).unwrap().unwrap();
                let told = world.letters();
                let told: Vec<_> = told.iter().map(|one| (one.kind, one.channel)).collect();
                let kind = LetterKind::RECOVERY_STOPPED;
                assert_eq!(told, [(kind, Channel::EMAIL), (kind, Channel::PHONE)]);
            } else {
                wallets.change_payment_password(wallet(1), PAYMENT, "271828").unwrap().unwrap();
            }
            let case = wallets.recovery_case(CASE).unwrap().unwrap();
            assert_eq!(case.state, RecoveryState::STOPPED, "after {steps} steps");
            assert_eq!(wallets.open_recoveries(10).unwrap(), []);
            assert_eq!(wallets.recovery_of(wallet(1)).unwrap(), None);
            assert_eq!(status(approve()), W::CASE_MUST_BE_AT_THIS_STEP);
            if let Some(token) = token {
                let reset = wallets.reset_payment_password(&token, "314159");
                assert_eq!(status(reset), W::TOKEN_MUST_BE_VALID);
            }
            assert_eq!(
                world.trail(wallet(1)).iter().filter(|c| **c == Command::STOP_RECOVERY).count(),
                1
            );
            wallets.open_recovery(id(501), wallet(1), &eve).unwrap().unwrap();
            world.verify();
        }
    }
}

/// Another person's recovery, or one that is over, is not stopped.
#[test]
fn what_is_over_is_not_stopped() {
    let world = World::new();
    world.anna();
    let (wallets, eve, bob) = (&world.wallets, staff("eve"), staff("bob"));
    let stop = |case, actor: &Actor| status(wallets.stop_recovery(case, actor));
    assert_eq!(stop(CASE, &Actor::Customer), W::CASE_NOT_FOUND);
    wallets.open_recovery(CASE, wallet(1), &eve).unwrap().unwrap();
    assert_eq!(stop(CASE, &Actor::staff("\u{435}ve", "x")), W::ACTOR_MUST_BE_NAMED);
    wallets.add_recovery_evidence(CASE, &evidence(), &eve).unwrap().unwrap();
    wallets.review_recovery(CASE, &bob).unwrap().unwrap();
    wallets.decide_recovery(CASE, RecoveryDecision::Refuse, &bob).unwrap().unwrap();
    assert_eq!(stop(CASE, &Actor::Customer), W::CASE_MUST_BE_AT_THIS_STEP);
}

/// A link to the login that was asked for before the password was changed, and one that is still to
/// be written, are good no more.
#[test]
fn a_changed_login_ends_the_links_to_it() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    let first = world.secret(LetterKind::RESET_LOGIN_PASSWORD);
    wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    wallets.change_login_password(person(1), LOGIN, PHRASE, false).unwrap().unwrap();
    let second = world.secret(LetterKind::RESET_LOGIN_PASSWORD);
    for token in [first, second] {
        let reset = wallets.reset_login_password(&token, "yet another long phrase", false);
        assert_eq!(status(reset), W::TOKEN_MUST_BE_VALID);
    }
}

/// A stranger types wrong passwords at Anna's address, again and again: she was locked out as often
/// as he liked. Wrong guesses from devices that the host does not know lock such devices, in the
/// end until she sets a new password; her own device goes on.
#[test]
fn strangers_who_guess_lock_strangers_out() {
    let world = World::new();
    world.anna();
    let (stranger, home) = (&world.wallets, world.wallets.known_device());
    for failure in 1..=20 {
        assert_eq!(status(stranger.log_in(EMAIL, "wrong")), W::CREDENTIALS_MUST_MATCH);
        let wrong = stranger.check_payment_password(wallet(1), "000001");
        assert_eq!(status(wrong), W::CREDENTIALS_MUST_MATCH);
        assert_eq!(home.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)), "{failure}");
        assert_eq!(home.check_payment_password(wallet(1), PAYMENT).unwrap(), Ok(()), "{failure}");
        world.wait(DAY);
        world.deliver();
    }
    let locked = W::CREDENTIAL_IS_LOCKED_FOR_GOOD;
    assert_eq!(status(stranger.log_in(EMAIL, LOGIN)), locked);
    assert_eq!(status(stranger.check_payment_password(wallet(1), PAYMENT)), locked);
    assert_eq!(stranger.payment_password_failures(wallet(1)).unwrap().unwrap().0, 20);
    assert_eq!(home.payment_password_failures(wallet(1)).unwrap().unwrap().0, 0);
    // On a new telephone she resets her login by a link; the payment password by a new one.
    stranger.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    let token = world.secret(LetterKind::RESET_LOGIN_PASSWORD);
    stranger.reset_login_password(&token, PHRASE, false).unwrap().unwrap();
    assert_eq!(stranger.log_in(EMAIL, PHRASE).unwrap(), Ok(person(1)));
    home.change_payment_password(wallet(1), PAYMENT, "271828").unwrap().unwrap();
    assert_eq!(stranger.check_payment_password(wallet(1), "271828").unwrap(), Ok(()));
    // A device that is known is no licence to guess.
    for _ in 0..5 {
        home.log_in(EMAIL, "wrong").unwrap().unwrap_err();
        home.check_payment_password(wallet(1), "000001").unwrap().unwrap_err();
    }
    assert_eq!(status(home.log_in(EMAIL, PHRASE)), W::CREDENTIAL_IS_LOCKED);
    let checked = home.check_payment_password(wallet(1), "271828");
    assert_eq!(status(checked), W::CREDENTIAL_IS_LOCKED);
    assert_eq!(stranger.log_in(EMAIL, PHRASE).unwrap(), Ok(person(1)), "the two are apart");
}

/// Five resets that a stranger asked for used up the letters that Anna may have in a day, and so
/// did registrations begun in her name. One requester has fewer than an address, and what she asks
/// for from her own device is counted apart.
#[test]
fn strangers_do_not_use_up_my_letters() {
    let world = World::new();
    world.anna();
    let (stranger, home) = (&world.wallets, world.wallets.known_device());
    let ask = |wallets: &Wallets, by: &str| verdict(wallets.send_login_reset(EMAIL, by).unwrap());
    for number in 10..14 {
        stranger.begin_registration(person(number), EMAIL, true).unwrap().unwrap();
    }
    for _ in 0..3 {
        assert_eq!(ask(stranger, "203.0.113.9"), Ok(()));
    }
    let refused = stranger.send_login_reset(EMAIL, "203.0.113.9").unwrap().unwrap_err();
    assert_eq!(refused.status, W::TOO_MANY_TODAY);
    assert!(refused.until > world.now());
    let other = stranger.send_login_reset("boris@example.com", "203.0.113.9");
    assert_eq!(status(other), W::TOO_MANY_TODAY, "whomever they are for");
    assert_eq!(ask(stranger, HOME), Ok(()), "she has some left");
    assert_eq!(ask(stranger, "203.0.113.10"), Ok(()));
    assert_eq!(ask(stranger, "203.0.113.11"), Err(W::TOO_MANY_TODAY), "a mailbox is not flooded");
    assert_eq!(ask(&home, HOME), Ok(()), "and her own device has its own");
    assert_eq!(ask(stranger, ""), Err(W::TEXT_MUST_BE_VALID));
    assert_eq!(ask(stranger, &"r".repeat(256)), Err(W::TEXT_MUST_BE_VALID));
    let last = world.secret(LetterKind::RESET_LOGIN_PASSWORD);
    stranger.reset_login_password(&last, PHRASE, false).unwrap().unwrap();
    // A day later all of it is forgotten, and two days later the requesters are.
    world.wait(DAY);
    assert_eq!(ask(stranger, "203.0.113.9"), Ok(()));
    world.wait(3 * DAY);
    stranger.upkeep().unwrap();
    assert_eq!(ask(stranger, "203.0.113.9"), Ok(()));
    world.verify();
}

/// What a stranger makes the store do: hashes, syncs, events and bytes of the journal.
fn work(world: &World, of: impl FnOnce(&Wallets)) -> [u64; 4] {
    let look = || {
        let stats = world.store.stats().unwrap();
        let hashes = world.wallets.password_hashes();
        [hashes, stats.syncs, stats.events, stats.journal_bytes_written]
    };
    let before = look();
    of(&world.wallets);
    let after = look();
    std::array::from_fn(|place| after[place] - before[place])
}

/// The same work, whether or not the address belongs to a customer. The first time that it is met
/// its two rows have no version yet, which takes eight bytes of each record at most: a block is
/// written with one sync all the same, and whoever reads the journal sees the rows anyway.
fn assert_same(done: [u64; 4], expected: [u64; 4], is_met: bool, email: &str) {
    let fewer = expected[3] - done[3];
    assert_eq!(done[..3], expected[..3], "{email}");
    assert!(fewer <= if is_met { 0 } else { 16 }, "{email}: {fewer} bytes fewer");
}

/// Anna, who has logged in well and badly and has had letters; and somebody who has just confirmed.
fn known_and_begun() -> World {
    let world = World::new();
    world.anna();
    world.wallets.known_device().log_in(EMAIL, "wrong").unwrap().unwrap_err();
    world.wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    world.deliver();
    world.confirm(2, "begun@example.com");
    world
}

/// What a stranger can measure of asking for a reset is the same whether or not the address has a
/// wallet, was met before, or is a variant: as many rows, bytes and syncs, no hash. The work is
/// counted, not timed.
#[test]
fn asking_for_a_reset_tells_nothing_of_customers() {
    let world = known_and_begun();
    let ask = |email: &str, requester: &str| {
        work(&world, |wallets| wallets.send_login_reset(email, requester).unwrap().unwrap())
    };
    let first = ask(EMAIL, "a");
    assert!(first[2] > 0);
    for (email, requester, is_met) in [
        (EMAIL, "b", true),
        ("nobody@example.com", "c", false),
        ("nobody@example.com", "d", true),
        ("begun@example.com", "e", true),
        (VARIANTS[0], "f", true),
    ] {
        assert_same(ask(email, requester), first, is_met, email);
    }
}

/// A wrong password at a customer's address left a row more than at any other, and had the
/// customer's own rows put back: by the time and the bytes that it took a list of addresses became
/// a list of customers.
#[test]
fn a_wrong_login_tells_nothing_of_customers() {
    let world = known_and_begun();
    world.confirm(3, "erased@example.com");
    world.wait(8 * DAY);
    assert_eq!(world.wallets.upkeep().unwrap().registrations, 2);
    world.confirm(2, "begun@example.com");
    let guess = |email: &str| {
        work(&world, |wallets| {
            assert_eq!(status(wallets.log_in(email, "wrong")), W::CREDENTIALS_MUST_MATCH);
        })
    };
    let (_, first) = (guess(EMAIL), guess(EMAIL));
    assert_eq!((first[0], first[2]), (1, 3), "the address, when to forget it, the trail");
    for (email, is_met) in [
        ("nobody@example.com", false),
        ("erased@example.com", false),
        ("begun@example.com", true),
        (EMAIL, true),
        ("nobody@example.com", true),
        (VARIANTS[0], true),
    ] {
        assert_same(guess(email), first, is_met, email);
    }
    // The owner sees the guesses, and what was nobody's is forgotten.
    let seen = |world: &World| {
        let trail = world.trail(person(1)).into_iter();
        trail.filter(|command| *command == Command::LOG_IN_FAILED).count()
    };
    assert_eq!(seen(&world), 4);
    // It is known that the address is locked, but not whether it belongs to a customer.
    for email in [EMAIL, "nobody@example.com"] {
        for _ in 0..10 {
            world.wallets.log_in(email, "wrong").unwrap().unwrap_err();
        }
        let locked = work(&world, |wallets| {
            assert_eq!(status(wallets.log_in(email, "wrong")), W::CREDENTIAL_IS_LOCKED);
        });
        assert_eq!(locked, [0; 4], "{email}");
    }
    world.wait(3 * DAY);
    assert!(world.wallets.upkeep().unwrap().addresses >= 3);
    assert_eq!(seen(&world), 5);
    world.verify();
}

/// A registration with a customer's address gets another letter, to her; the letter had another
/// size.
#[test]
fn a_registration_tells_nothing_of_customers() {
    let world = known_and_begun();
    let mut numbers = 10..;
    let mut register = |email: &str| {
        let of = person(numbers.next().unwrap());
        let begun =
            work(&world, |wallets| wallets.begin_registration(of, email, true).unwrap().unwrap());
        world.wait(2 * MINUTE);
        let corrected = work(&world, |wallets| {
            wallets.correct_address(of, &email.replace("example", "EXAMPLE")).unwrap().unwrap();
        });
        [begun, corrected]
    };
    // Addresses of one length: what the caller typed is no secret of anybody's. Five letters a day
    // go to an address.
    let mut twice = |email: &str| {
        world.wait(3 * DAY);
        [register(email), register(email)]
    };
    let [first, met] = twice(EMAIL);
    assert!(first.iter().chain(&met).all(|work| work[2] > 0));
    for email in ["cleo@example.com", EMAIL] {
        let [begun, again] = twice(email);
        let places = begun.into_iter().zip(met);
        places.for_each(|(done, expected)| assert_same(done, expected, false, email));
        assert_eq!(again, met, "{email}");
    }
    // The letters are read as they were.
    let letters = world.letters();
    let to_anna = letters.iter().filter(|one| one.kind == LetterKind::ADDRESS_IS_KNOWN);
    assert!(to_anna.clone().count() > 0);
    assert!(to_anna.clone().all(|one| (&*one.address, &*one.secret) == (EMAIL, "")));
    // Nor does the profile tell whose passport it is.
    for (number, email) in [(40, "dora@example.com"), (41, "emma@example.com")] {
        world.deliver();
        world.confirm(number, email);
    }
    let set = |number, passport| {
        work(&world, |wallets| {
            wallets.set_profile(person(number), &profile(passport)).unwrap().unwrap();
        })
    };
    assert_eq!(set(40, 1), set(41, 77));
    world.verify();
}

/// A passport number used to be answered differently if it was a customer's: whoever had a list of
/// them found out who shops here. It is told at the end, once in a registration, which goes no
/// further then.
#[test]
fn a_document_is_not_probed() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    wallets.begin_registration(person(2), "mallory@example.com", true).unwrap().unwrap();
    let token = world.secret(LetterKind::CONFIRM_ADDRESS);
    let set = |number| verdict(wallets.set_profile(person(2), &profile(number)).unwrap());
    for number in [1, 2] {
        assert_eq!(set(number), Err(W::ADDRESS_MUST_BE_CONFIRMED));
    }
    wallets.confirm_address(&token).unwrap().unwrap();
    for number in [1, 2, 1] {
        assert_eq!(set(number), Ok(()), "the answer is the same");
    }
    wallets.set_login_password(person(2), LOGIN, false).unwrap().unwrap();
    wallets.set_consent(person(2), "terms", "1", true).unwrap().unwrap();
    let submit = || verdict(wallets.submit_registration(person(2), &new_wallet(2)).unwrap());
    assert_eq!(submit(), Err(W::PERSON_EXISTS));
    for number in [1, 2] {
        assert_eq!(set(number), Err(W::PERSON_EXISTS), "no second try");
        assert_eq!(submit(), Err(W::PERSON_EXISTS));
    }
}

/// Small payments need no password, and used to go on while somebody's guesses had locked it:
/// whoever held Anna's telephone paid on. Nor did they need one to have been made.
#[test]
fn small_payments_stop_while_the_password_is_locked() {
    let mut policy = Policy::article();
    policy.currencies[0].small_payments = Some(SmallPayments {
        per_payment: Amount::from(30_00_u32),
        in_a_row_sum: Amount::from(100_00_u32),
        in_a_row: 5,
        waive_second_factor: false,
    });
    let market = Market::new(policy.clone());
    let anna = market.customer(500_00);
    let home = market.wallets.known_device();
    let pay = |wallets: &Wallets| verdict(wallets.pay(&market.payment(anna, 10_00)).unwrap());
    let needs = |wallets: &Wallets| {
        wallets.needs(&market.payment(anna, 10_00).purchase()).unwrap().unwrap()
    };
    assert_eq!((pay(&market.wallets), needs(&market.wallets)), (Ok(()), Needs::Nothing));
    for _ in 0..5 {
        market.wallets.check_payment_password(anna.wallet, "000001").unwrap().unwrap_err();
    }
    let refused = market.wallets.pay(&market.payment(anna, 10_00)).unwrap().unwrap_err();
    assert_eq!(refused.status, W::CREDENTIAL_IS_LOCKED);
    assert!(refused.until > market.now());
    assert_eq!(needs(&market.wallets), Needs::Password);
    assert_eq!((pay(&home), needs(&home)), (Ok(()), Needs::Nothing), "her own device goes on");
    let many = market.wallets.pay_many(&[market.payment(anna, 10_00)]).unwrap().remove(0);
    assert_eq!(verdict(many), Err(W::CREDENTIAL_IS_LOCKED));
    market.world().wait(15 * MINUTE);
    assert_eq!(pay(&market.wallets), Ok(()));

    for (is_allowed, expected) in [(false, Err(W::PAYMENT_PASSWORD_MUST_BE_SET)), (true, Ok(()))] {
        let mut policy = policy.clone();
        policy.identity.credentials.hash = HashCost::LEAST;
        policy.identity.credentials.security_answers.needed = 0;
        policy.payments.small_before_password = is_allowed;
        let world = World::with(policy);
        world.register(1, EMAIL);
        world.pay_in(1, 100_00);
        let seller = Account::new(id(2), LEDGER, 300, AccountFlags::NONE);
        world.store.create_accounts(&[seller]).unwrap();
        let operation = Operation::hold(id(77), account(1), id(2), LEDGER, Amount::from(10_00_u32));
        let (authorisation, order) = (None, id(78));
        let payment = Payment { wallet: wallet(1), order, authorisation, operation };
        assert_eq!(verdict(world.wallets.pay(&payment).unwrap()), expected);
    }
}
