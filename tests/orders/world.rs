//! A shop with orders, and shortcuts to what a test is not about.

use escrowdb::disk::MemoryDisk;
use escrowdb::order::*;
use escrowdb::*;
use std::cell::Cell;
use std::sync::Arc;

pub(crate) const LEDGER: u32 = 1;
pub(crate) const DAY: u64 = 86_400;
pub(crate) const START: u64 = 1_800_000_000;

pub(crate) fn id(number: u128) -> Id {
    Id::from_u128(number)
}

pub(crate) const CARD: Id = Id::from_u128(1);
pub(crate) const PROMOTION: Id = Id::from_u128(2);
pub(crate) const FEES: Id = Id::from_u128(3);
pub(crate) const ANNA: Id = Id::from_u128(11);
pub(crate) const BOB: Id = Id::from_u128(21);
pub(crate) const CARLA: Id = Id::from_u128(22);
pub(crate) const ORDER: Id = Id::from_u128(1_001);

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) orders: Orders,
    /// Seconds since the epoch.
    pub(crate) clock: Cell<u64>,
}

pub(crate) fn units(number: u128) -> Amount {
    Amount::new(number).unwrap()
}

pub(crate) fn policy() -> Policy {
    Policy {
        name: "test".into(),
        payment: Window::Hours(1),
        processing: Window::Days(3),
        protection: Window::Days(30),
        inspection: Window::Days(2),
        shipping: Shipping::WithLastItem,
        claims: Claims {
            not_received_after: None,
            answer: Window::Days(5),
            answer_unshipped: None,
            unanswered: Unanswered::default(),
            refused: Window::Days(4),
            after_refusal: AfterRefusal::Escalate,
            returns: true,
            send_back: Some(Window::Days(10)),
            receive_back: Some(Window::Days(6)),
            decision: Window::Days(7),
            four_eyes_above: None,
            undecided: Undecided::Claim,
            appeal: Some(Window::Days(8)),
        },
        calendar: None,
        sources: None,
    }
}

/// Bob sells for 60, Carla for 40; Anna pays 70 by card, and 30 come from the promotion.
pub(crate) fn terms(policy: &Policy) -> Terms {
    let leg = |seller, amount| Leg { commission_ppm: 100_000, ..Leg::new(seller, units(amount)) };
    Terms {
        buyer: ANNA,
        ledger: LEDGER,
        policy: policy.hash(),
        commission_account: FEES,
        legs: vec![leg(BOB, 6_000), leg(CARLA, 4_000)],
        tenders: vec![
            Tender { kind: TenderKind::External, source: CARD, amount: units(7_000) },
            Tender { kind: TenderKind::Promotion, source: PROMOTION, amount: units(3_000) },
        ],
        keeping: None,
    }
}

pub(crate) fn claim(minor_units: u128, remedy: Remedy) -> PartCommand {
    let reason = ClaimReason::NotAsDescribed;
    PartCommand::Claim { reason, remedy, minor_units, evidence: id(77) }
}

impl World {
    pub(crate) fn new() -> Self {
        let options = Options::new().clock(ClockSource::Manual);
        Self::of(Store::open_on(Arc::new(MemoryDisk::new()), options).unwrap())
    }

    pub(crate) fn of(store: Store) -> Self {
        let world = Self { orders: Orders::of(&store), store, clock: Cell::new(START) };
        world.wait(0);
        let usd = money::iso_ledger(LEDGER, "USD").unwrap();
        world.store.create_ledgers(&[usd]).unwrap();
        let liability = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        let accounts = [
            Account::new(CARD, LEDGER, 100, AccountFlags::EXTERNAL),
            Account::new(PROMOTION, LEDGER, 101, liability),
            Account::new(FEES, LEDGER, 102, liability),
        ];
        world.store.create_accounts(&accounts).unwrap();
        let funds = Operation::transfer(id(900), CARD, PROMOTION, LEDGER, units(1 << 60));
        assert_eq!(world.store.submit(&[funds]).unwrap()[0].status, Status::APPLIED);
        world.orders.register_buyer(ANNA, LEDGER).unwrap().unwrap();
        for seller in [BOB, CARLA] {
            world.orders.register_seller(seller, LEDGER).unwrap().unwrap();
        }
        world.orders.keep_policy(&policy()).unwrap();
        world
    }

    /// With the order of [`terms`] placed and paid.
    pub(crate) fn paid() -> Self {
        let world = Self::new();
        world.orders.place(ORDER, &terms(&policy())).unwrap().unwrap();
        assert!(!world.orders.tender_came(ORDER, 0, id(1)).unwrap().unwrap());
        assert!(world.orders.tender_came(ORDER, 1, id(2)).unwrap().unwrap());
        world
    }

    /// Keeps a policy, places the order of [`terms`] under it, and pays it.
    pub(crate) fn buy(&self, policy: &Policy) {
        self.orders.keep_policy(policy).unwrap();
        self.orders.place(ORDER, &terms(policy)).unwrap().unwrap();
        for tender in [0, 1] {
            self.orders.tender_came(ORDER, tender, Id::new()).unwrap().unwrap();
        }
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.set(self.clock.get() + seconds);
        self.store.advance(Timestamp::from_seconds(self.clock.get()).unwrap()).unwrap();
    }

    /// Does something, of which nothing but the end is looked at.
    pub(crate) fn act(&self, part: u16, actor: Actor<'_>, what: PartCommand) -> Stage {
        let acted = self.orders.act(ORDER, part, actor, &what, Id::new());
        acted.unwrap().unwrap_or_else(|refusal| panic!("{what:?}: {refusal}")).stage
    }

    pub(crate) fn refusal(&self, part: u16, actor: Actor<'_>, what: PartCommand) -> Refusal {
        self.orders.act(ORDER, part, actor, &what, Id::new()).unwrap().unwrap_err()
    }

    pub(crate) fn part(&self, part: usize) -> PartView {
        self.orders.order(ORDER).unwrap().unwrap().parts[part].clone()
    }

    pub(crate) fn available(&self, account: Id) -> u128 {
        let account = self.store.snapshot().unwrap().account(account).unwrap().unwrap();
        account.balances.available().minor_units()
    }

    /// Credits less debits.
    pub(crate) fn net(&self, account: Id) -> i128 {
        let account = self.store.snapshot().unwrap().account(account).unwrap().unwrap();
        let (credits, debits) = (account.balances.credits_posted, account.balances.debits_posted);
        credits.minor_units() as i128 - debits.minor_units() as i128
    }

    pub(crate) fn last_step(&self) -> OrderStep {
        self.orders.timeline(ORDER).unwrap().unwrap().pop().unwrap()
    }

    /// What went back to the two tenders.
    pub(crate) fn back(&self) -> [u128; 2] {
        let view = self.orders.order(ORDER).unwrap().unwrap();
        [0, 1].map(|tender| view.tenders[tender].back.minor_units())
    }

    /// The law of the purse: all tenders are all legs; a leg is what is held, paid, taken and
    /// refunded; what was refunded went back or is due, and what is due is there.
    pub(crate) fn check_purse(&self, order: Id) {
        let view = self.orders.order(order).unwrap().unwrap();
        let snapshot = self.store.snapshot().unwrap();
        let (mut legs, mut refunded, mut due) = (0, 0, 0);
        for part in &view.parts {
            let amount = snapshot.hold(part.hold).unwrap().unwrap().amount.minor_units();
            let parts = [part.held, part.paid, part.commission, part.refunded];
            assert_eq!(parts.map(Amount::minor_units).iter().sum::<u128>(), amount, "{part:?}");
            legs += amount;
            refunded += part.refunded.minor_units();
            due += part.due.minor_units();
        }
        let tenders: u128 = view.tenders.iter().map(|one| one.tender.amount.minor_units()).sum();
        let mut back = 0;
        for tender in &view.tenders {
            if !tender.hold.is_zero() {
                let hold = snapshot.hold(tender.hold).unwrap().unwrap();
                assert_eq!(hold.reversed, tender.back, "as the ledger has it");
            }
            back += tender.back.minor_units() + tender.kept.minor_units();
        }
        if view.parts.is_empty() {
            assert_eq!(back, 0);
        } else {
            assert_eq!((tenders, refunded), (legs, back + due));
        }
        assert_eq!(self.available(Orders::buyer_account(view.buyer, LEDGER)), due);
    }
}
