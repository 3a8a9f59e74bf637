//! The outbox: letters wait until the host says what became of them.

use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;

#[test]
fn a_letter_is_given_again_until_its_fate_is_known() {
    let world = World::new();
    let wallets = &world.wallets;
    world.anna();
    wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
    let letter = world.letters().remove(0);
    assert_eq!(world.letters(), [], "it is on its way");
    // The host crashed before it sent it: after a while it gets it again, the same letter.
    world.wait(15 * MINUTE);
    let again = world.letters().remove(0);
    assert_eq!((again.id, &again.secret, again.attempts), (letter.id, &letter.secret, 2));
    // The mail server is down: it waits as long again.
    wallets.report_letter(letter.id, LetterFate::Failed).unwrap().unwrap();
    assert_eq!(
        status(wallets.report_letter(letter.id, LetterFate::Failed)),
        W::LETTER_MUST_BE_HANDED_OVER
    );
    assert_eq!(world.letters(), []);
    world.wait(15 * MINUTE);
    assert_eq!(world.letters().remove(0).attempts, 3);
    wallets.report_letter(letter.id, LetterFate::Delivered).unwrap().unwrap();
    world.wait(DAY);
    assert_eq!(world.letters(), []);
    // It bounced after all.
    wallets.report_letter(letter.id, LetterFate::Bounced).unwrap().unwrap();
    let state = wallets.letters_of(person(1)).unwrap().last().unwrap().state;
    assert_eq!(state, LetterState::BOUNCED);
    // After a month it is forgotten.
    assert_eq!(wallets.upkeep().unwrap().letters, 0);
    world.wait(30 * DAY);
    assert!(wallets.upkeep().unwrap().letters > 1);
    assert_eq!(wallets.letters_of(person(1)).unwrap(), []);
}

#[test]
fn a_letter_is_given_up_after_too_many_attempts() {
    let world = World::new();
    world.wallets.begin_registration(person(1), EMAIL, true).unwrap().unwrap();
    for attempt in 1..=8 {
        assert_eq!(world.letters().remove(0).attempts, attempt);
        world.wait(15 * MINUTE);
    }
    assert_eq!(world.letters(), []);
    let status = &world.wallets.letters_of(person(1)).unwrap()[0];
    assert_eq!((status.state, status.attempts), (LetterState::BOUNCED, 8));
}

#[test]
fn letters_are_given_in_order_and_survive_a_restart() {
    let world = World::new();
    for number in 1..=5 {
        let email = format!("{number}@example.com");
        world.wallets.begin_registration(person(number), &email, true).unwrap().unwrap();
        world.wait(1);
    }
    let first = world.wallets.take_letters(2).unwrap();
    let world = world.reopen();
    let rest = world.letters();
    let order: Vec<_> = first.iter().chain(&rest).map(|letter| letter.id.person).collect();
    assert_eq!(order, (1..=5).map(person).collect::<Vec<_>>());
}

/// Support lists what waits, page by page, and has the letter that bounced sent again.
#[test]
fn support_sees_what_waits_and_has_it_sent_again() {
    let world = World::new();
    let wallets = &world.wallets;
    for number in 1..=5 {
        let email = format!("{number}@example.com");
        wallets.begin_registration(person(number), &email, true).unwrap().unwrap();
        world.wait(1);
    }
    let all = wallets.waiting_letters(None, 100).unwrap();
    let persons: Vec<_> = all.iter().map(|status| status.id.person).collect();
    assert_eq!(persons, [1, 2, 3, 4, 5].map(person));
    let mut paged: Vec<LetterStatus> = Vec::new();
    loop {
        let page = wallets.waiting_letters(paged.last(), 2).unwrap();
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, all);
    let taken = world.letters();
    let letter = taken[0].id;
    wallets.report_letter_by(letter, LetterFate::Bounced, &staff("bob")).unwrap().unwrap();
    assert_eq!(wallets.waiting_letters(None, 100).unwrap().len(), 4, "bounced: it waits no more");
    let retry = |actor: &Actor| wallets.retry_letter(letter, actor);
    assert_eq!(status(retry(&Actor::System)), W::ACTOR_MUST_BE_NAMED);
    assert_eq!(status(retry(&Actor::staff("bob", ""))), W::REASON_MUST_BE_GIVEN);
    let unknown = LetterId { person: person(1), letter: id(9) };
    assert_eq!(status(wallets.retry_letter(unknown, &staff("bob"))), W::LETTER_NOT_FOUND);
    for _ in 0..2 {
        retry(&staff("bob")).unwrap().unwrap();
    }
    let waiting = wallets.waiting_letters(None, 1).unwrap();
    assert_eq!((waiting[0].id, waiting[0].state), (letter, LetterState::QUEUED));
    let again = world.letters();
    assert_eq!((again.len(), again[0].id, again[0].attempts), (1, letter, 1));
    assert_eq!(again[0].secret, taken[0].secret, "the same letter");
    wallets.report_letter(letter, LetterFate::Delivered).unwrap().unwrap();
    let trail = wallets.audit_trail(person(1), None, 100).unwrap();
    let by_bob = trail.iter().filter(|(_, entry)| entry.actor == staff("bob"));
    let said: Vec<_> = by_bob.map(|(_, entry)| &*entry.detail).collect();
    let expected = [
        "letter: handed_over -> bounced",
        "refused: letter_not_found",
        "letter: bounced -> queued",
        "letter: queued -> queued",
    ];
    assert_eq!(said, expected);
    // No place on the agenda is left over: the others are given again, this one is not.
    world.wait(15 * MINUTE);
    let given: Vec<_> = world.letters().iter().map(|letter| letter.id.person).collect();
    assert_eq!(given, [2, 3, 4, 5].map(person));
}
