//! Bytes that each command of an order takes in the journal: its rows, its holds and its step.

use crate::alone;
use escrowdb::disk::MemoryDisk;
use escrowdb::order::*;
use escrowdb::*;
use std::cell::Cell;
use std::sync::Arc;

const LEDGER: u32 = 1;
const CARD: Id = Id::from_u128(1);
const FEES: Id = Id::from_u128(2);
const ANNA: Id = Id::from_u128(3);
const BOB: Id = Id::from_u128(4);
/// Orders that go the same way: what each takes is their mean.
const ORDERS: u128 = 32;
const PRICE: u32 = 5_000;

struct Shop {
    store: Store,
    orders: Orders,
    policy: PolicyHash,
    /// What one order has taken so far.
    life: Cell<u64>,
}

fn shop() -> Shop {
    let options = Options::new().clock(ClockSource::Manual);
    let store = Store::open_on(Arc::new(MemoryDisk::new()), options).unwrap();
    store.advance(Timestamp::from_seconds(1_800_000_000).unwrap()).unwrap();
    store.create_ledgers(&[Ledger::new(LEDGER, LedgerCode::new("USD").unwrap(), 2)]).unwrap();
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let card = Account::new(CARD, LEDGER, 100, AccountFlags::EXTERNAL);
    store.create_accounts(&[card, Account::new(FEES, LEDGER, 101, limited)]).unwrap();
    let orders = Orders::of(&store);
    orders.register_buyer(ANNA, LEDGER).unwrap().unwrap();
    orders.register_seller(BOB, LEDGER).unwrap().unwrap();
    let policy = Policy::from_json(
        r#"{
            "name": "costs", "payment": {"hours": 1}, "processing": {"days": 3},
            "protection": {"days": 30}, "inspection": {"days": 2},
            "claims": {
                "answer": {"days": 5}, "refused": {"days": 5}, "after_refusal": "escalate",
                "send_back": {"days": 10}, "receive_back": {"days": 10},
                "decision": {"days": 7}, "undecided": "claim", "appeal": {"days": 7}
            }
        }"#,
    )
    .unwrap();
    let policy = orders.keep_policy(&policy).unwrap();
    Shop { store, orders, policy, life: Cell::new(0) }
}

impl Shop {
    fn terms(&self) -> Terms {
        let amount = Amount::from(PRICE);
        Terms {
            buyer: ANNA,
            ledger: LEDGER,
            policy: self.policy,
            commission_account: FEES,
            legs: vec![Leg { commission_ppm: 100_000, ..Leg::new(BOB, amount) }],
            tenders: vec![Tender { kind: TenderKind::External, source: CARD, amount }],
            keeping: None,
        }
    }

    /// Does the same to each order, alone in a block of its own.
    fn each(&self, what: &str, most: u64, act: impl Fn(Id)) {
        let written = || self.store.stats().unwrap().journal_bytes_written;
        let before = written();
        (1..=ORDERS).for_each(|number| act(Id::from_u128(1_000 + number)));
        let found = (written() - before).div_ceil(ORDERS as u64);
        self.life.set(self.life.get() + found);
        println!("{what}: {found} bytes of journal");
        assert!(found <= most, "{what}: {found} bytes of journal, at most {most} are allowed");
    }

    fn act(&self, actor: Actor<'_>, what: PartCommand, most: u64) {
        self.each(what.action().name(), most, |order| {
            self.orders.act(order, 0, actor, &what, Id::new()).unwrap().unwrap();
        });
    }

    fn placed_and_paid(&self) {
        self.each("place", 624, |order| self.orders.place(order, &self.terms()).unwrap().unwrap());
        self.each("tender came, and the leg is paid", 856, |order| {
            assert!(self.orders.tender_came(order, 0, Id::new()).unwrap().unwrap());
        });
    }
}

/// An order of one leg that goes well. Each command that is alone has a block of its own, whose
/// head and directory are about 180 bytes of these.
#[test]
fn an_order_of_one_leg_is_small() {
    let _alone = alone();
    let shop = shop();
    shop.placed_and_paid();
    shop.act(Actor::Seller, PartCommand::Ship, 672);
    shop.act(Actor::System, PartCommand::Deliver, 672);
    shop.act(Actor::Buyer, PartCommand::Confirm, 544);
    let all = shop.life.get();
    println!("all of it: {all} bytes of journal");
    assert!(all <= 3_280, "{all}");
}

/// A complaint, from the first word to the appeal.
#[test]
fn a_complaint_is_small() {
    let _alone = alone();
    let shop = shop();
    shop.placed_and_paid();
    let (minor_units, evidence) = (u128::from(PRICE), Id::from_u128(9));
    let claim = PartCommand::Claim {
        reason: ClaimReason::NotAsDescribed,
        remedy: Remedy::Return,
        minor_units,
        evidence,
    };
    shop.act(Actor::Seller, PartCommand::Ship, 672);
    shop.act(Actor::Buyer, claim, 688);
    shop.act(Actor::Buyer, PartCommand::Amend { minor_units: 4_000, evidence }, 672);
    shop.act(Actor::Seller, PartCommand::Propose { minor_units: 1_000 }, 448);
    shop.act(Actor::Seller, PartCommand::Refuse { evidence }, 672);
    shop.act(Actor::Buyer, PartCommand::Escalate, 672);
    shop.act(Actor::Staff("eve"), PartCommand::Decide { minor_units: 2_000 }, 672);
    shop.act(Actor::Seller, PartCommand::Appeal { evidence }, 672);
    shop.act(Actor::Staff("adam"), PartCommand::Decide { minor_units: 2_500 }, 760);
}
