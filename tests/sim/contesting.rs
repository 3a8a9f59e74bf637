//! A chargeback under power cuts: the power fails at each call of the disk in turn, from the
//! processor's notice to its decision. Each step is done whole or not at all, and once.

use crate::charging::{CALLS_MAX, CARD, HOLD, PRICE, charge, payment, prepared};
use crate::disk::{Fault, Plan, SimulatedDisk};
use crate::paying::{self, ACCOUNT, BANK, LEDGER, SHOP};
use escrowdb::wallet::{Actor, ChargebackState};
use escrowdb::*;

const CHARGEBACK: Id = Id::from_u128(80);
const LOST: u32 = 30_00;

/// A payment that was charged.
fn paid() -> SimulatedDisk {
    let disk = prepared();
    let (store, wallets) = paying::open(&disk).unwrap();
    wallets.begin_card_payment(&payment(), CARD).unwrap().unwrap();
    wallets.card_charged(&charge("first", PRICE)).unwrap().unwrap();
    drop((store, wallets));
    disk
}

/// The processor's part: told, taken, lost in part. Each step can be sent again.
fn tell(wallets: &Wallets) -> Result<()> {
    let notice = ChargebackNotice {
        id: CHARGEBACK,
        payment: HOLD,
        reference: "cb_1".into(),
        amount: Amount::from(PRICE),
        reason: "10.4".into(),
        answer_by: Timestamp::NONE,
        external: BANK,
    };
    let host = &Actor::System;
    wallets.chargeback_notified(&notice, host)?.expect("told");
    // What is decided is not taken any more: the answer to a later step was lost.
    let taken = wallets.chargeback_taken(CHARGEBACK, host)?;
    taken.map_or_else(|refusal| assert!(refusal.to_string().contains("decided")), drop);
    wallets.chargeback_decided(CHARGEBACK, Amount::from(LOST), host)?.expect("decided");
    Ok(())
}

/// Escrow, bank and row say the same.
fn check(store: &Store, wallets: &Wallets, what: &str) {
    let snapshot = store.snapshot().unwrap();
    assert!(snapshot.trial_balance(LEDGER).unwrap().is_balanced());
    let of = |account| snapshot.account(account).unwrap().unwrap().balances;
    let held = of(SHOP).credits_pending.minor_units();
    let gone = of(BANK).credits_posted.minor_units();
    let known = wallets.chargeback(CHARGEBACK).unwrap();
    let state = known.as_ref().map(|one| one.state);
    let is_over = state == Some(ChargebackState::PARTLY);
    assert_eq!(gone, if is_over { u128::from(LOST) } else { 0 }, "{what}: {state:?}");
    assert_eq!(held + gone, u128::from(PRICE), "{what}: {state:?}");
    assert_eq!(of(ACCOUNT).available().minor_units(), paying::TOP_UP, "never into the wallet");
    let is_disputed = snapshot.hold(HOLD).unwrap().unwrap().is_disputed();
    assert_eq!(is_disputed, known.is_some() && !is_over, "{what}: {state:?}");
    let listed = wallets.open_chargebacks(None, 9).unwrap();
    assert_eq!(listed.len(), usize::from(is_disputed), "{what}: {state:?}");
}

/// The story with the power failing at this call, if it makes as many; then told to its end.
fn interrupted(paid: &SimulatedDisk, call: u64) -> bool {
    let (disk, what) = (paid.duplicate(), format!("call {call}"));
    let (store, wallets) = paying::open(&disk).unwrap();
    disk.plan(Plan { call, fault: Fault::PowerLoss });
    let cut = tell(&wallets).is_err();
    drop((store, wallets));
    disk.cut_power();
    let (store, wallets) = paying::open(&disk).unwrap_or_else(|error| panic!("{what}: {error}"));
    check(&store, &wallets, &what);
    for _ in 0..2 {
        tell(&wallets).unwrap();
        check(&store, &wallets, &what);
    }
    cut
}

#[test]
fn a_chargeback_is_booked_once_wherever_the_power_fails() {
    let paid = paid();
    let calls = (1..CALLS_MAX).find(|call| !interrupted(&paid, *call)).expect("a story that ends");
    // Notice, taking and decision are each written, and synced.
    assert!(calls > 6, "it was cut at {} calls only", calls - 1);
}
