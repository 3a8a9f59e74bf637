//! What a member of staff did, found again.

use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;

/// All that Eve did, whoever it was about, in either order, a page at a time.
#[test]
fn all_that_one_did_is_listed() {
    let world = World::new();
    world.register(1, EMAIL);
    world.register(2, "mallory@example.com");
    let (wallets, eve) = (&world.wallets, staff("eve"));
    for (number, pause) in [(1, 0), (2, 0), (1, 1), (2, 3 * HOUR), (1, 400 * DAY), (2, 0)] {
        world.wait(pause);
        wallets.leave_note(person(number), "called", &eve).unwrap().unwrap();
        wallets.leave_note(person(number), "called", &staff("bob")).unwrap().unwrap();
        wallets.freeze_wallet(wallet(number), &eve).unwrap().ok();
    }
    let all = wallets.staff_acts("Eve", None, 100).unwrap();
    let about: Vec<_> = all.iter().map(|act| (act.entry.subject, act.entry.command)).collect();
    let note = |number| (person(number), Command::NOTE);
    let freeze = |number| (wallet(number), Command::FREEZE_WALLET);
    let each = [1, 2, 1, 2, 1, 2].map(|number| [note(number), freeze(number)]);
    assert_eq!(about, each.concat());
    let refused = W::WALLET_ALREADY_FROZEN.name();
    assert_eq!(all[11].entry.detail, format!("refused: {refused}"), "what she tried, too");
    assert!(all.iter().all(|act| act.entry.actor == eve));
    assert!(all.is_sorted_by_key(|act| act.entry.at));
    let mut latest = all.clone();
    latest.reverse();

    for limit in 1..=13 {
        let (mut oldest_first, mut newest_first) = (Vec::new(), Vec::new());
        loop {
            let after = oldest_first.last().map(StaffAct::place);
            let page = wallets.staff_acts("eve", after, limit).unwrap();
            assert!(page.len() <= limit);
            if page.is_empty() {
                break;
            }
            oldest_first.extend(page);
        }
        loop {
            let before = newest_first.last().map(StaffAct::place);
            let page = wallets.latest_staff_acts("eve", before, limit).unwrap();
            assert!(page.len() <= limit);
            if page.is_empty() {
                break;
            }
            newest_first.extend(page);
        }
        assert_eq!(oldest_first, all, "{limit} at a time");
        assert_eq!(newest_first, latest, "{limit} at a time");
    }
    // Nobody whose name only begins so, or looks so.
    for other in ["ev", "evelyn", "e.ve", "eve.", "", "\u{435}ve"] {
        assert!(wallets.staff_acts(other, None, 100).unwrap().is_empty(), "{other}");
        assert!(wallets.latest_staff_acts(other, None, 100).unwrap().is_empty(), "{other}");
    }
    // Each is what the trail of its subject has under its id.
    for act in &all {
        let trail = wallets.audit_trail(act.entry.subject, None, 1_000).unwrap();
        assert!(trail.contains(&(act.id, act.entry.clone())));
    }
    world.verify();
}
