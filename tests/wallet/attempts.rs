//! The part of flow 5 that is about passwords: what attempts lead to, one by one and all at once.

use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;
use std::sync::Barrier;

/// Five failures lock for 15 minutes, each further one for twice as long up to a day, and the
/// twentieth until recovery. While it is locked the right password does not help.
#[test]
fn a_payment_password_is_locked_by_failures() {
    let world = World::new();
    world.anna();
    let check = |password| world.wallets.check_payment_password(wallet(1), password).unwrap();
    assert_eq!(check(PAYMENT), Ok(()));
    let mut locks: Vec<u64> = vec![15, 30, 60, 120, 240, 480, 960];
    locks.extend([1_440; 8]);
    for failure in 1..=20_u32 {
        let refusal = check("000001").unwrap_err();
        assert_eq!(refusal.status, W::CREDENTIALS_MUST_MATCH, "failure {failure}");
        let Some(minutes) = failure.checked_sub(5).map(|place| locks.get(place as usize)) else {
            assert!(refusal.until.is_none());
            continue;
        };
        let locked = check(PAYMENT).unwrap_err();
        let Some(minutes) = minutes else {
            assert_eq!(locked.status, W::CREDENTIAL_IS_LOCKED_FOR_GOOD);
            continue;
        };
        assert_eq!((locked.status, locked.until), (W::CREDENTIAL_IS_LOCKED, refusal.until));
        world.wait(minutes * MINUTE - 1);
        assert_eq!(check(PAYMENT).unwrap_err().status, W::CREDENTIAL_IS_LOCKED);
        world.wait(1);
    }
    world.wait(365 * DAY);
    let world = world.reopen();
    let checked = world.wallets.check_payment_password(wallet(1), PAYMENT);
    assert_eq!(status(checked), W::CREDENTIAL_IS_LOCKED_FOR_GOOD);
    let (failures, until) = world.wallets.payment_password_failures(wallet(1)).unwrap().unwrap();
    assert_eq!((failures, until), (20, Timestamp::MAX));
}

/// Whoever has the password is told by every channel when wrong ones lock it, and so before they
/// lock it for good.
#[test]
fn the_customer_is_told_of_each_lock() {
    let world = World::new();
    world.anna();
    let told = || {
        let letters = world.letters();
        letters.iter().map(|letter| (letter.kind, letter.channel, letter.about)).collect::<Vec<_>>()
    };
    let kind = LetterKind::PAYMENT_PASSWORD_LOCKED;
    let expected = [(kind, Channel::EMAIL, wallet(1)), (kind, Channel::PHONE, wallet(1))].to_vec();
    for failure in 1..=20 {
        let wrong = world.wallets.check_payment_password(wallet(1), "000001");
        assert_eq!(status(wrong), W::CREDENTIALS_MUST_MATCH);
        assert_eq!(told(), if failure < 5 { Vec::new() } else { expected.clone() }, "{failure}");
        if failure >= 5 {
            world.wallets.check_payment_password(wallet(1), PAYMENT).unwrap().unwrap_err();
            assert_eq!(told(), [], "of an attempt while it is locked nobody is told");
        }
        world.wait(DAY);
        world.deliver();
    }
}

#[test]
fn a_match_forgets_the_failures_before_it() {
    let world = World::new();
    world.anna();
    let check = |password| world.wallets.check_payment_password(wallet(1), password).unwrap();
    for _ in 0..3 {
        for _ in 0..4 {
            assert!(check("000001").is_err());
        }
        assert_eq!(check(PAYMENT), Ok(()));
    }
}

/// Many threads guess at once: no more are judged than would be one after the other, and the lock
/// holds although the right password is among the guesses.
#[test]
fn threads_that_guess_together_cannot_pass_the_lock() {
    let world = World::new();
    world.anna();
    let start = Barrier::new(12);
    let (wallets, start) = (&world.wallets, &start);
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let guesses = (0..12).map(|thread| {
            scope.spawn(move || {
                start.wait();
                (0..3)
                    .map(|guess| {
                        let password = format!("{:06}", 100_001 + thread * 10 + guess);
                        status(wallets.check_payment_password(wallet(1), &password))
                    })
                    .collect::<Vec<_>>()
            })
        });
        let guesses: Vec<_> = guesses.collect();
        guesses.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let judged = statuses.iter().filter(|status| **status == W::CREDENTIALS_MUST_MATCH).count();
    assert_eq!((statuses.len(), judged), (36, 5), "{statuses:?}");
    let (failures, _) = wallets.payment_password_failures(wallet(1)).unwrap().unwrap();
    assert_eq!(failures, 5);
    let checked = wallets.check_payment_password(wallet(1), PAYMENT);
    assert_eq!(status(checked), W::CREDENTIAL_IS_LOCKED);
}

/// The answer and the work are the same, whichever part is wrong. The work is counted, not timed.
#[test]
fn nobody_learns_which_part_was_wrong() {
    let world = World::new();
    world.anna();
    world.register(2, "second@example.com");
    let hashes = |attempt: &dyn Fn() -> WalletStatus| {
        let before = world.wallets.password_hashes();
        assert_eq!(attempt(), W::CREDENTIALS_MUST_MATCH);
        world.wallets.password_hashes() - before
    };
    let log_in = |email, password| status(world.wallets.log_in(email, password));
    assert_eq!(hashes(&|| log_in(EMAIL, "wrong")), 1);
    assert_eq!(hashes(&|| log_in("nobody@example.com", "wrong")), 1);
    assert_eq!(hashes(&|| log_in("no address", "wrong")), 1);
    let pay =
        |number, password| status(world.wallets.check_payment_password(wallet(number), password));
    assert_eq!(hashes(&|| pay(1, "wrong")), 1);
    assert_eq!(hashes(&|| pay(2, "wrong")), 1, "no payment password");
    assert_eq!(hashes(&|| pay(9, "wrong")), 1, "no such wallet");
}

/// An address that nobody has is locked like any other, and is forgotten later.
#[test]
fn logins_are_throttled_by_address_known_or_not() {
    let world = World::new();
    world.anna();
    for email in [EMAIL, "nobody@example.com"] {
        for failure in 1..=5 {
            let refusal = world.wallets.log_in(email, "wrong").unwrap().unwrap_err();
            assert_eq!(refusal.status, W::CREDENTIALS_MUST_MATCH);
            assert_eq!(refusal.until.is_none(), failure < 5);
        }
        assert_eq!(status(world.wallets.log_in(email, LOGIN)), W::CREDENTIAL_IS_LOCKED);
    }
    world.wait(15 * MINUTE);
    assert_eq!(world.wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    world.wait(30 * DAY);
    assert!(world.wallets.upkeep().unwrap().addresses >= 1);
    for _ in 0..4 {
        let refusal = world.wallets.log_in("nobody@example.com", "wrong").unwrap().unwrap_err();
        assert!(refusal.until.is_none(), "it was forgotten");
    }
}

/// Four wrong passwords, two days, and one more: a customer's address was locked by it, for
/// failures of a customer were kept for ever, and one of nobody was not. Waiting told a stranger
/// who is a customer.
#[test]
fn waiting_tells_nothing_of_customers() {
    let emails = [EMAIL, "nobody@example.com"];
    let passes = |world: &World, days: u64| {
        for _ in 0..days {
            world.wait(DAY);
            world.wallets.upkeep().unwrap();
        }
    };
    let world = World::new();
    world.anna();
    for device in [world.wallets.clone(), world.wallets.known_device()] {
        for (gap, locks) in [(1, true), (2, true), (3, true), (29, true), (30, false), (31, false)]
        {
            let fail = |times: usize| {
                emails.map(|email| {
                    let guess = || device.log_in(email, "wrong").unwrap().unwrap_err();
                    for _ in 1..times {
                        guess();
                    }
                    let refusal = guess();
                    assert_eq!(refusal.status, W::CREDENTIALS_MUST_MATCH);
                    !refusal.until.is_none()
                })
            };
            assert_eq!(fail(4), [false; 2], "{gap} days");
            passes(&world, gap);
            assert_eq!(fail(1), [locks; 2], "{gap} days");
            passes(&world, 31);
        }
    }
    // Guesses that are spread over days lead to the policy's lock, and that stays, for both.
    for failure in 1..=20 {
        for email in emails {
            let refusal = world.wallets.log_in(email, "wrong").unwrap().unwrap_err();
            assert_eq!(refusal.status, W::CREDENTIALS_MUST_MATCH, "{failure}");
        }
        passes(&world, 2);
    }
    passes(&world, 100);
    for email in emails {
        assert_eq!(status(world.wallets.log_in(email, LOGIN)), W::CREDENTIAL_IS_LOCKED_FOR_GOOD);
    }
    world.verify();
}

#[test]
fn passwords_are_changed_by_whoever_knows_the_present_one() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    let change = |present, new| wallets.change_payment_password(wallet(1), present, new);
    assert_eq!(status(change("000001", "271828")), W::CREDENTIALS_MUST_MATCH);
    assert_eq!(status(change(PAYMENT, "27182")), W::PASSWORD_TOO_SHORT);
    assert_eq!(status(change(PAYMENT, LOGIN)), W::PASSWORDS_MUST_DIFFER);
    change(PAYMENT, "271828").unwrap().unwrap();
    assert_eq!(wallets.check_payment_password(wallet(1), "271828").unwrap(), Ok(()));
    assert_eq!(
        status(wallets.check_payment_password(wallet(1), PAYMENT)),
        W::CREDENTIALS_MUST_MATCH
    );
    let told = world.letters();
    let channels: Vec<_> = told.iter().map(|letter| (letter.kind, letter.channel)).collect();
    let kind = LetterKind::PAYMENT_PASSWORD_CHANGED;
    assert_eq!(channels, [(kind, Channel::EMAIL), (kind, Channel::PHONE)]);

    let phrase = "another rather long phrase";
    let change = |present, new| wallets.change_login_password(person(1), present, new, false);
    assert_eq!(status(change("wrong", phrase)), W::CREDENTIALS_MUST_MATCH);
    change(LOGIN, phrase).unwrap().unwrap();
    assert_eq!(wallets.log_in(EMAIL, phrase).unwrap(), Ok(person(1)));
    assert_eq!(status(wallets.log_in(EMAIL, LOGIN)), W::CREDENTIALS_MUST_MATCH);
}

/// The password that pays is another than the one to log in, whichever is set last, and however the
/// same text is typed.
#[test]
fn the_two_passwords_differ_whichever_is_set_last() {
    let world = World::new();
    world.register(1, EMAIL);
    let wallets = &world.wallets;
    let (composed, decomposed) = ("caf\u{e9} au lait, s'il", "cafe\u{301} au lait, s'il");
    wallets.create_payment_password(wallet(1), composed).unwrap().unwrap();
    assert_eq!(wallets.check_payment_password(wallet(1), decomposed).unwrap(), Ok(()));
    for same in [composed, decomposed] {
        let changed = wallets.change_login_password(person(1), LOGIN, same, false);
        assert_eq!(status(changed), W::PASSWORDS_MUST_DIFFER);
        wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
        let token = world.secret(LetterKind::RESET_LOGIN_PASSWORD);
        let reset = wallets.reset_login_password(&token, same, false);
        assert_eq!(status(reset), W::PASSWORDS_MUST_DIFFER);
    }
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
}

#[test]
fn the_login_password_is_reset_by_a_link() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    wallets.send_login_reset("nobody@example.com", "198.51.100.1").unwrap().unwrap();
    assert_eq!(world.letters(), []);
    wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    let token = world.secret(LetterKind::RESET_LOGIN_PASSWORD);
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)), "asking locks nothing");
    let phrase = "another rather long phrase";
    assert_eq!(status(wallets.confirm_address(&token)), W::TOKEN_MUST_BE_VALID, "another purpose");
    wallets.reset_login_password(&token, phrase, false).unwrap().unwrap();
    assert_eq!(status(wallets.reset_login_password(&token, LOGIN, false)), W::TOKEN_MUST_BE_VALID);
    assert_eq!(wallets.log_in(EMAIL, phrase).unwrap(), Ok(person(1)));
    wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    let token = world.secret(LetterKind::RESET_LOGIN_PASSWORD);
    wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    let reset = wallets.reset_login_password(&token, LOGIN, false);
    assert_eq!(status(reset), W::TOKEN_MUST_BE_VALID, "a new link ends the old one");
    let token = world.secret(LetterKind::RESET_LOGIN_PASSWORD);
    world.wait(30 * MINUTE);
    assert_eq!(status(wallets.reset_login_password(&token, LOGIN, false)), W::TOKEN_MUST_BE_VALID);
}

#[test]
fn codes_have_eight_digits_five_tries_and_ten_minutes() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    let send = || wallets.send_code(person(1), 7, Channel::PHONE);
    send().unwrap().unwrap();
    assert_eq!(status(send()), W::TOO_SOON);
    let code = world.secret(LetterKind::CODE);
    assert_eq!(code.len(), 8);
    assert_eq!(status(wallets.check_code(person(1), 8, &code)), W::CODE_MUST_MATCH, "purpose");
    assert_eq!(wallets.check_code(person(1), 7, &code).unwrap(), Ok(()));
    assert_eq!(status(wallets.check_code(person(1), 7, &code)), W::CODE_MUST_MATCH, "used");
    world.wait(MINUTE);
    send().unwrap().unwrap();
    let code = world.secret(LetterKind::CODE);
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    for _ in 0..5 {
        assert_eq!(status(wallets.check_code(person(1), 7, wrong)), W::CODE_MUST_MATCH);
    }
    assert_eq!(status(wallets.check_code(person(1), 7, &code)), W::CODE_MUST_MATCH, "five tries");
    world.wait(MINUTE);
    send().unwrap().unwrap();
    let code = world.secret(LetterKind::CODE);
    world.wait(10 * MINUTE);
    assert_eq!(status(wallets.check_code(person(1), 7, &code)), W::CODE_MUST_MATCH, "expired");
}

/// Whoever had Anna's session had 197 codes sent to her telephone at once, each for another
/// purpose: the bound of the day was one for each.
#[test]
fn codes_for_all_purposes_together_are_ten_a_day() {
    let world = World::new();
    world.anna();
    let send = |purpose| {
        world
            .wallets
            .send_code(person(1), purpose, Channel::PHONE)
            .unwrap()
            .map_err(|one| one.status)
    };
    let sent: Vec<_> = (1..=30).map(send).collect();
    assert_eq!(sent[..10], [Ok(()); 10]);
    assert_eq!(sent[10..], [Err(W::TOO_MANY_TODAY); 20]);
    world.wait(DAY - MINUTE);
    assert_eq!(send(1), Err(W::TOO_MANY_TODAY));
    world.wait(MINUTE);
    assert_eq!(send(1), Ok(()));
    world.verify();
}

/// Anna got a code seven times a day and used each. From the 27th day on there were none for her:
/// letters that had long arrived filled her outbox. Those that wait for the host still do.
#[test]
fn codes_that_arrived_take_no_room_from_the_next() {
    let mut few = policy();
    few.identity.outbox.letters_per_person_max = 8;
    let world = World::with(few);
    world.anna();
    let send = || world.wallets.send_code(person(1), 7, Channel::PHONE).unwrap();
    for day in 0..4 {
        for turn in 0..7 {
            assert_eq!(send(), Ok(()), "day {day}, code {turn}");
            let code = world.secret(LetterKind::CODE);
            assert_eq!(world.wallets.check_code(person(1), 7, &code).unwrap(), Ok(()));
            world.wait(MINUTE);
        }
        world.wait(DAY);
        world.wallets.upkeep().unwrap();
    }
    assert_eq!(world.wallets.letters_of(person(1)).unwrap().len(), 8);
    for turn in 0..8 {
        assert_eq!(send(), Ok(()), "waiting code {turn}");
        world.wait(MINUTE);
    }
    assert_eq!(send().map_err(|refusal| refusal.status), Err(W::TOO_MANY));
    world.verify();
}

/// A hash of former times is computed again when the password matches at a higher cost, and stays
/// as it is at a lower one.
#[test]
fn hashes_become_dearer_as_the_policy_does() {
    let mut dearer = policy();
    dearer.identity.credentials.hash.memory_kib += 1_024;
    let mut world = World::new();
    world.anna();
    for (policy, first, why) in [(dearer, 2, "once again"), (policy(), 1, "it is dear enough")] {
        let World { store, wallets, disk } = world;
        drop((store, wallets));
        world = World::on(disk, WalletOptions::new(master(1), policy));
        let hashes = |check: &dyn Fn(&Wallets)| {
            let before = world.wallets.password_hashes();
            check(&world.wallets);
            world.wallets.password_hashes() - before
        };
        let pay = |wallets: &Wallets| {
            wallets.check_payment_password(wallet(1), PAYMENT).unwrap().unwrap();
        };
        let log_in = |wallets: &Wallets| {
            wallets.log_in(EMAIL, LOGIN).unwrap().unwrap();
        };
        assert_eq!((hashes(&pay), hashes(&pay)), (first, 1), "{why}, then no more");
        assert_eq!((hashes(&log_in), hashes(&log_in)), (first, 1), "{why}, then no more");
    }
}

#[test]
fn a_pepper_and_a_block_list_are_the_hosts() {
    let options = WalletOptions::new(master(1), policy())
        .pepper([9; 32])
        .block_list(|password| password.contains("escrow"));
    let world = World::on(disk::MemoryDisk::new(), options.clone());
    world.confirm(1, EMAIL);
    let set = world.wallets.set_login_password(person(1), "my escrow password", false);
    assert_eq!(status(set), W::PASSWORD_TOO_COMMON);
    world.register(2, "second@example.com");
    let log_in = |world: &World| world.wallets.log_in("second@example.com", LOGIN).unwrap();
    assert_eq!(log_in(&world), Ok(person(2)));
}
