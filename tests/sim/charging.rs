//! Payments by card under power cuts: the power fails at each call of the disk in turn, from the
//! order to charge a card to the booking of its money. The money is booked where it belongs,
//! exactly once.
//!
//! The customer is registered and the payment authorised beforehand, once for all: a cut costs no
//! more than opening the store again.

use crate::disk::{Fault, Plan, SimulatedDisk};
use crate::paying::{self, ACCOUNT, BANK, LEDGER, PASSWORD, SHOP, WALLET};
use escrowdb::wallet::{Actor, CardPaymentState, CardReference, WalletStatus};
use escrowdb::*;

pub(crate) const SUSPENSE: Id = Id::from_u128(6);
pub(crate) const CARD: Id = Id::from_u128(7);
const ORDER: Id = Id::from_u128(51);
const AUTHORISATION: Id = Id::from_u128(52);
pub(crate) const HOLD: Id = Id::from_u128(53);
pub(crate) const PRICE: u32 = 80_00;
/// A story makes fewer calls than this.
pub(crate) const CALLS_MAX: u64 = 1_000;

/// How the processor charged the card.
#[derive(Clone, Copy, Debug)]
enum Story {
    /// As it was told.
    Charged,
    /// With another amount: the money lies in suspense.
    ChargedOtherwise,
    /// Twice: the second charge lies in suspense.
    ChargedTwice,
    /// After it was given up: the money lies in suspense.
    ChargedLate,
}

const STORIES: [Story; 4] =
    [Story::Charged, Story::ChargedOtherwise, Story::ChargedTwice, Story::ChargedLate];

impl Story {
    /// The reports that the processor makes: reference and amount.
    fn charges(self) -> &'static [(&'static str, u32)] {
        match self {
            Self::Charged | Self::ChargedLate => &[("first", PRICE)],
            Self::ChargedOtherwise => &[("first", PRICE - 1)],
            Self::ChargedTwice => &[("first", PRICE), ("second", PRICE)],
        }
    }

    /// What lies in escrow for the shop at the end, and what in suspense.
    fn ends(self) -> (u32, u32) {
        match self {
            Self::Charged => (PRICE, 0),
            Self::ChargedOtherwise => (0, PRICE - 1),
            Self::ChargedTwice => (PRICE, PRICE),
            Self::ChargedLate => (0, PRICE),
        }
    }
}

/// A customer with an empty wallet, an active card, and a payment by it that is authorised.
pub(crate) fn prepared() -> SimulatedDisk {
    let disk = SimulatedDisk::new(0xca9d);
    paying::register(&disk).unwrap();
    let (store, wallets) = paying::open(&disk).unwrap();
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    store.create_accounts(&[Account::new(SUSPENSE, LEDGER, 500, limited)]).unwrap();
    let reference = CardReference {
        token: "tok".into(),
        brand: "Visa".into(),
        last_four: "1111".into(),
        expiry_year: 2090,
        expiry_month: 12,
        fingerprint: "fp".into(),
    };
    wallets.propose_card(WALLET, CARD, &reference, &Actor::System).unwrap().unwrap();
    wallets.confirm_card(WALLET, CARD).unwrap().unwrap();
    let judged =
        wallets.authorise_card(AUTHORISATION, &payment().purchase(), CARD, PASSWORD, false);
    judged.unwrap().unwrap();
    disk
}

pub(crate) fn payment() -> Payment {
    let operation = Operation::hold(HOLD, ACCOUNT, SHOP, LEDGER, Amount::from(PRICE));
    Payment { wallet: WALLET, order: ORDER, authorisation: Some(AUTHORISATION), operation }
}

/// The host's part of a story. Each step can be sent again, and is when its answer was lost.
fn tell(wallets: &Wallets, story: Story) -> Result<()> {
    match wallets.begin_card_payment(&payment(), CARD)? {
        Ok(instruction) => {
            assert_eq!((instruction.payment, instruction.card.token.as_str()), (HOLD, "tok"));
        }
        // What was charged or given up is not begun again: the answer to a later step was lost.
        Err(refusal) => assert_eq!(refusal.status, WalletStatus::CARD_PAYMENT_MUST_BE_AT_THIS_STEP),
    }
    if let Story::ChargedLate = story {
        wallets.card_payment_failed(HOLD)?.expect("given up");
    }
    for &(reference, units) in story.charges() {
        wallets.card_charged(&charge(reference, units))?.expect("the money is booked somewhere");
    }
    Ok(())
}

/// What the processor reports.
pub(crate) fn charge(reference: &str, units: u32) -> CardCharge {
    CardCharge {
        payment: HOLD,
        reference: reference.into(),
        amount: Amount::from(units),
        external: BANK,
        suspense: SUSPENSE,
    }
}

/// Where the money is: brought in by the bank besides the first top-up, in escrow for the shop, in
/// suspense, and in the wallet besides what was there before.
fn money(store: &Store) -> [u128; 4] {
    let snapshot = store.snapshot().unwrap();
    assert!(snapshot.trial_balance(LEDGER).unwrap().is_balanced());
    let of = |account| snapshot.account(account).unwrap().unwrap().balances;
    [
        of(BANK).debits_posted.minor_units() - paying::TOP_UP,
        of(SHOP).credits_pending.minor_units(),
        of(SUSPENSE).available().minor_units(),
        of(ACCOUNT).available().minor_units() - paying::TOP_UP,
    ]
}

/// Whatever was interrupted: all money that came in is in escrow or in suspense, and a row says so.
fn check(store: &Store, wallets: &Wallets, what: &str) {
    let [came, held, suspended, spendable] = money(store);
    assert_eq!((came, spendable), (held + suspended, 0), "{what}");
    let items = wallets.open_suspense(None, 10).unwrap();
    let listed: u128 = items.iter().map(|item| item.amount.minor_units()).sum();
    assert_eq!(listed, suspended, "{what}: money in suspense that no item tells of");
    let state = wallets.card_payment(HOLD).unwrap();
    assert_eq!(held > 0, state == Some(CardPaymentState::PAID), "{what}: {state:?}");
    let waiting = wallets.spending(WALLET).unwrap().unwrap().authorisations;
    assert_eq!(waiting == 1, state.is_none(), "{what}: an authorisation is lost or is used twice");
}

/// The story with the power failing at this call, if it makes as many; then told to its end.
fn interrupted(prepared: &SimulatedDisk, story: Story, call: u64) -> bool {
    let (disk, what) = (prepared.duplicate(), format!("{story:?}, call {call}"));
    let (store, wallets) = paying::open(&disk).unwrap();
    disk.plan(Plan { call, fault: Fault::PowerLoss });
    let cut = tell(&wallets, story).is_err();
    drop((store, wallets));
    disk.cut_power();
    let (store, wallets) = paying::open(&disk).unwrap_or_else(|error| panic!("{what}: {error}"));
    check(&store, &wallets, &what);
    for _ in 0..2 {
        tell(&wallets, story).unwrap();
        check(&store, &wallets, &what);
        let (held, suspended) = story.ends();
        let expected = [held + suspended, held, suspended, 0].map(u128::from);
        assert_eq!(money(&store), expected, "{what}: told again");
    }
    let used = wallets.begin_card_payment(
        &Payment {
            operation: Operation { id: Id::from_u128(54), ..payment().operation },
            ..payment()
        },
        CARD,
    );
    let refused = used.unwrap().unwrap_err().status;
    assert_eq!(refused, WalletStatus::AUTHORISATION_NOT_FOUND, "{what}");
    cut
}

#[test]
fn money_of_a_card_is_booked_once_wherever_the_power_fails() {
    let prepared = prepared();
    for story in STORIES {
        let calls = (1..CALLS_MAX).find(|call| !interrupted(&prepared, story, *call));
        let calls = calls.expect("a story that ends");
        // The order and the booking are each written, and synced.
        assert!(calls > 4, "{story:?} was cut at {} calls only", calls - 1);
    }
}
