//! Notices to a customer while the key that seals letters is damaged.
//!
//! Symptom: a sector of the file of keys rotted. A thief had her card bound, and staff froze her
//! wallet; a week later the key was copied back from a backup, and no letter ever told Anna about
//! either.

use crate::broken_keys::{harms, key, set_key, two};
use crate::clerks::details;
use crate::world::*;
use escrowdb::wallet::*;

const TOLD: [LetterKind; 4] = [
    LetterKind::CARD_BOUND,
    LetterKind::WALLET_FROZEN,
    LetterKind::RECOVERY_OPENED,
    LetterKind::RECOVERY_STOPPED,
];

/// A card is bound, the wallet frozen, a recovery opened and stopped; nobody can write to her.
fn meanwhile(world: &World) {
    let (wallets, eve, card, case) = (&world.wallets, staff("eve"), id(71), id(91));
    wallets.confirm_card(wallet(1), card).unwrap().unwrap();
    wallets.open_recovery(case, wallet(1), &eve).unwrap().unwrap();
    wallets.stop_recovery(case, &eve).unwrap().unwrap();
    wallets.freeze_wallet(wallet(1), &eve).unwrap().unwrap();
}

/// Anna and Boris, a card that was proposed to her, and the harm done to her key; and her key as it
/// was.
fn harmed(harm: usize) -> (World, [u8; 128]) {
    let world = two();
    let reference = crate::cards::reference("fp");
    world.wallets.propose_card(wallet(1), id(71), &reference, &Actor::System).unwrap().unwrap();
    let whole = key(&world, 0);
    set_key(&world, 0, &harms(&world)[harm]);
    (world, whole)
}

fn hers(world: &World) -> Vec<LetterStatus> {
    world.wallets.letters_of(person(1)).unwrap()
}

/// The states of Anna's notices, and how often each was handed over.
fn states(world: &World) -> Vec<(LetterState, u32)> {
    let told = hers(world).into_iter().filter(|one| TOLD.contains(&one.kind));
    told.map(|one| (one.state, one.attempts)).collect()
}

#[test]
fn she_is_told_of_everything_once_her_key_is_mended() {
    for harm in 0..2 {
        let (world, whole) = harmed(harm);
        meanwhile(&world);
        world.wallets.freeze_wallet(wallet(2), &staff("eve")).unwrap().unwrap();
        // By e-mail and by telephone each; others have theirs, and support sees that hers wait.
        let waiting = [(LetterState::AWAITS_KEY, 0); 2 * TOLD.len()];
        assert_eq!(states(&world), waiting);
        let told = hers(&world).last().unwrap().created_at;
        assert!(world.letters().iter().all(|letter| letter.id.person == person(2)));
        let listed = world.wallets.waiting_letters(None, 100).unwrap();
        let listed = listed.iter().filter(|one| one.state == LetterState::AWAITS_KEY).count();
        assert_eq!(listed, waiting.len());
        // However long it takes: they are neither given up nor forgotten, nor lost with the
        // process.
        let mut world = world;
        for _ in 0..10 {
            world.wait(10 * DAY);
            world.deliver();
            world.wallets.upkeep().unwrap();
            world = world.reopen();
        }
        assert_eq!(states(&world), waiting);

        set_key(&world, 0, &whole);
        world.wait(15 * MINUTE);
        let letters = world.letters();
        for (channel, address) in [(Channel::EMAIL, EMAIL), (Channel::PHONE, &*profile(1).phone)] {
            for kind in TOLD {
                let sent = |one: &&Letter| (one.kind, one.channel) == (kind, channel);
                let letter = letters.iter().find(sent).expect("a letter of each");
                assert_eq!((&*letter.address, &*letter.secret), (address, ""));
                assert_eq!(letter.id.person, person(1));
                assert!(letter.created_at <= told && letter.attempts == 1, "when it happened");
            }
        }
        assert_eq!(letters.len(), waiting.len());
        // From here on they are letters like all others.
        world.wait(15 * MINUTE);
        let again = world.letters();
        let addresses = |letters: &[Letter]| {
            let mut all: Vec<_> =
                letters.iter().map(|one| (one.id.letter, one.address.clone())).collect();
            all.sort();
            all
        };
        assert_eq!(addresses(&again), addresses(&letters));
        world.wallets.report_letter(again[0].id, LetterFate::Delivered).unwrap().unwrap();
        world.verify();
    }
}

/// A letter that was written while the key was whole is shown as waiting for it too; and of one
/// that is on its way the host still says that it arrived.
#[test]
fn letters_of_before_wait_too() {
    let world = two();
    let eve = staff("eve");
    world.wallets.freeze_wallet(wallet(1), &eve).unwrap().unwrap();
    let taken = world.wallets.take_letters(1).unwrap().remove(0).id;
    let whole = key(&world, 0);
    set_key(&world, 0, &harms(&world)[0]);
    world.wait(15 * MINUTE);
    assert!(world.letters().is_empty());
    assert_eq!(states(&world), [(LetterState::HANDED_OVER, 1), (LetterState::AWAITS_KEY, 0)]);
    world.wallets.report_letter(taken, LetterFate::Delivered).unwrap().unwrap();
    set_key(&world, 0, &whole);
    // Staff need not wait for it to fall due.
    let left = hers(&world).into_iter().find(|one| one.state == LetterState::AWAITS_KEY).unwrap();
    world.wallets.retry_letter(left.id, &eve).unwrap().unwrap();
    let letters = world.letters();
    assert_eq!((letters.len(), &*letters[0].address), (1, &*profile(1).phone));
    world.verify();
}

/// Support had a letter that waits for a key handed over once more: it was shown as queued, and
/// nobody looked after the key. It goes on waiting for that.
#[test]
fn a_letter_that_is_retried_goes_on_waiting_for_the_key() {
    for harm in 0..2 {
        let (world, whole) = harmed(harm);
        meanwhile(&world);
        let (eve, waiting) = (staff("eve"), states(&world));
        for letter in hers(&world).into_iter().filter(|one| TOLD.contains(&one.kind)) {
            world.wallets.retry_letter(letter.id, &eve).unwrap().unwrap();
        }
        assert_eq!(states(&world), waiting);
        let said = details(&world, person(1), Command::LETTER);
        assert_eq!(said.last().unwrap(), "letter: awaits_key -> awaits_key");
        assert!(world.letters().is_empty());
        assert_eq!(states(&world), waiting);
        set_key(&world, 0, &whole);
        let letter = hers(&world).into_iter().find(|one| TOLD.contains(&one.kind)).unwrap();
        world.wallets.retry_letter(letter.id, &eve).unwrap().unwrap();
        let queued = hers(&world).into_iter().find(|one| one.id == letter.id).unwrap();
        assert_eq!(queued.state, LetterState::QUEUED);
        assert_eq!(world.letters().len(), 1);
        world.verify();
    }
}

/// A link to a new password that she asks for meanwhile would have ended by then: it is not made
/// up, and support sees that it could not be sent. The asking was forgotten without a trace.
#[test]
fn a_link_is_given_up_and_seen() {
    let (world, whole) = harmed(0);
    let reset = |world: &World| {
        world.wallets.send_login_reset(EMAIL, HOME).unwrap().unwrap();
        world.letters()
    };
    assert!(reset(&world).is_empty());
    let link = hers(&world).pop().unwrap();
    assert_eq!(link.kind, LetterKind::RESET_LOGIN_PASSWORD);
    assert_eq!((link.state, link.attempts), (LetterState::BOUNCED, 0));
    set_key(&world, 0, &whole);
    world.wait(DAY);
    assert!(world.letters().is_empty());
    // There is nothing in it that could be sent again.
    world.wallets.retry_letter(link.id, &staff("eve")).unwrap().unwrap();
    assert!(world.letters().is_empty());
    assert_eq!(hers(&world).pop().unwrap().state, LetterState::BOUNCED);
    assert!(!reset(&world)[0].secret.is_empty(), "asked for anew, it comes");
    world.wait(31 * DAY);
    world.wallets.upkeep().unwrap();
    assert!(hers(&world).iter().all(|one| one.id != link.id), "it is forgotten like any other");
    world.verify();
}

/// Her key is lost for good, and she is erased: what waited for it goes with her.
#[test]
fn letters_that_wait_are_erased_with_her() {
    for harm in 0..2 {
        let (world, whole) = harmed(harm);
        meanwhile(&world);
        world.wallets.close_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
        world.deliver();
        world.wait(5 * 365 * DAY);
        world.wallets.erase_person(person(1), &staff("eve")).unwrap().unwrap();
        assert!(hers(&world).is_empty());
        assert!(world.wallets.waiting_letters(None, 100).unwrap().is_empty());
        // Not even an older file of keys brings them back.
        set_key(&world, 0, &whole);
        let world = world.reopen();
        assert!(world.letters().is_empty());
        world.verify();
    }
}

/// A full outbox stops nothing that she is to be told.
#[test]
fn a_full_outbox_keeps_what_she_is_told() {
    let mut policy = policy();
    policy.identity.outbox.letters_per_person_max = 8;
    let world = World::with(policy);
    world.anna();
    let (eve, whole) = (staff("eve"), key(&world, 0));
    set_key(&world, 0, &harms(&world)[0]);
    for _ in 0..8 {
        world.wallets.freeze_wallet(wallet(1), &eve).unwrap().unwrap();
        world.wallets.unfreeze_wallet(wallet(1), &eve).unwrap().unwrap();
    }
    set_key(&world, 0, &whole);
    assert_eq!(world.letters().len(), 16);
    world.verify();
}
