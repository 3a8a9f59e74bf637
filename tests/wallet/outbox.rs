//! The outbox: letters wait until the host says what became of them.

use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;

#[test]
fn a_letter_is_given_again_until_its_fate_is_known() {
    let world = World::new();
    let wallets = &world.wallets;
    world.anna();
    wallets.send_login_reset(EMAIL).unwrap().unwrap();
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
