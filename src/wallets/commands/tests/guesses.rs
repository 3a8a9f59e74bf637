//! Guesses at addresses of nobody stand in a trail, so that they take the work that guesses at a
//! customer's take. Nobody reads that trail, and it is not kept.

use super::*;
use crate::wallets::rules::WalletStatus;

fn entries(wallets: &Wallets) -> usize {
    wallets.read().expect("a look").scan::<AuditEntry>(&[], None).count()
}

fn guess(wallets: &Wallets, email: &str) {
    let judged = wallets.log_in(email, "wrong").expect("an answer");
    let status = judged.map_err(|refusal| refusal.status);
    assert_eq!(status, Err(WalletStatus::CREDENTIALS_MUST_MATCH));
}

#[test]
fn guesses_at_nobody_are_forgotten() {
    run(forgotten);
}

fn forgotten() {
    let wallets = open();
    let anna = register(&wallets, 1);
    let before = entries(&wallets);
    // More than are forgotten in one chain, and each after the lock that the one before led to.
    let wait = |days: u64| {
        let nanoseconds = days * 86_400 * crate::model::Timestamp::SECOND;
        let store = &wallets.shared.store;
        let now = store.clock().expect("it is open").now;
        store.advance(now.plus_nanoseconds(nanoseconds)).expect("time");
    };
    for device in [&wallets, &wallets.known_device()] {
        for _ in 0..19 {
            guess(device, "nobody@example.com");
            wait(1);
        }
    }
    guess(&wallets, &email(anna.number));
    assert_eq!(entries(&wallets), before + 39);
    wait(3);
    for left in [7, 1] {
        wallets.upkeep().expect("upkeep");
        assert_eq!(entries(&wallets), before + left, "the customer's own is kept");
    }
}
