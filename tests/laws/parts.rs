//! Holds that are divided, disputed and left alone: what they cost, and that they end.

use crate::store::Store;
use crate::system::{Dump, Known, System, Time};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Hold, Id, Ledger, LedgerCode, Operation, Status,
    Timestamp,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const PAYER: Id = Id::from_u128(1);
const PAYEE: Id = Id::from_u128(2);
const FEES: Id = Id::from_u128(3);
const WHOLE: Id = Id::from_u128(10);
const DAY: u32 = 86_400;

/// What happens to some part of the whole.
#[derive(Clone, Copy, Debug)]
enum Event {
    Divide(Index, u32),
    Release(Index, u32),
    Ship(Index, u32),
    Days(u64),
}

fn event() -> impl Strategy<Value = Event> {
    let part = || (any::<Index>(), 0..=100_u32);
    prop_oneof![
        4 => part().prop_map(|(hold, percent)| Event::Divide(hold, percent)),
        4 => part().prop_map(|(hold, percent)| Event::Release(hold, percent)),
        2 => (any::<Index>(), 1..=9_u32).prop_map(|(hold, days)| Event::Ship(hold, days)),
        1 => (1..=3_u64).prop_map(Event::Days),
    ]
}

/// Time-out, claim, number of the default, and what is waited for, less than the time-out.
fn dispute() -> impl Strategy<Value = (u32, u32, usize, u64)> {
    (1..1_000_u32, 1..=1_000_u32, 0..3_usize, any::<u64>())
}

/// A store with three accounts, the next free id and the time.
struct World {
    store: Store,
    next: u128,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        let mut store = Store::open(Time::Manual);
        let now = Timestamp::from_nanoseconds(1_700_000_000 * Timestamp::SECOND);
        store.advance(now);
        let ledger = Ledger::new(1, LedgerCode::new("USD").expect("a code"), 2);
        store.create_ledgers(&[ledger]);
        let account = |id| Account::new(id, 1, 1, AccountFlags::NONE);
        store.create_accounts(&[PAYER, PAYEE, FEES].map(account));
        Self { store, next: 100, now }
    }

    fn apply(&mut self, operation: Operation) -> Status {
        self.store.submit(&[operation], &[])[0].status
    }

    fn id(&mut self) -> Id {
        self.next += 1;
        Id::from_u128(self.next)
    }

    fn wait(&mut self, seconds: u64) {
        self.now = self.now.plus_nanoseconds(seconds * Timestamp::SECOND);
        self.store.advance(self.now);
    }

    fn dump(&self) -> Dump {
        self.store.dump(&Known::default())
    }

    fn hold(&self, id: Id) -> Hold {
        self.dump().holds[&id]
    }
}

fn share(of: Amount, percent: u32) -> Amount {
    Amount::new(of.minor_units() * u128::from(percent) / 100).expect("less than the whole")
}

/// The commission on a sum, from its definition.
fn commission(sum: u128, fixed: u128, ppm: u128) -> u128 {
    let (quotient, remainder) = (sum * ppm / 1_000_000, sum * ppm % 1_000_000);
    let up = remainder > 500_000 || (remainder == 500_000 && quotient % 2 == 1);
    sum.min(fixed + quotient + u128::from(up))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    /// Symptom, if it were not so: a parcel that is sent in two costs the seller another commission
    /// than one that is sent in one.
    #[test]
    fn the_parts_of_a_hold_pay_the_commission_of_the_whole(
        units in 1..2_000_u32,
        fixed in select(vec![0, 1, 30, 500, 3_000_u32]),
        ppm in select(vec![0, 1, 29_000, 33_333, 100_000, 500_000, 1_000_000_u32]),
        events in prop::collection::vec(event(), 0..25),
    ) {
        let mut world = World::new();
        let hold = Operation {
            fee_account: FEES,
            fee_ppm: ppm,
            fee_fixed: fixed.into(),
            ..Operation::hold(WHOLE, PAYER, PAYEE, 1, units.into())
        };
        let hold = hold.with_deadline(5 * DAY, AtDeadline::RELEASE);
        prop_assert_eq!(world.apply(hold), Status::APPLIED);
        for event in events {
            let open: Vec<_> = world.dump().holds.into_values().filter(Hold::is_open).collect();
            if open.is_empty() {
                break;
            }
            let id = world.id();
            match event {
                Event::Divide(which, percent) => {
                    let hold = which.get(&open);
                    let part = share(hold.held, percent);
                    let status = world.apply(Operation::divide(id, hold.id, part));
                    let expected = match (part.is_zero(), part == hold.held) {
                        (true, _) => Status::AMOUNT_MUST_NOT_BE_ZERO,
                        (_, true) => Status::PART_MUST_BE_LESS_THAN_HELD,
                        _ => Status::APPLIED,
                    };
                    prop_assert_eq!(status, expected);
                }
                Event::Release(which, percent) => {
                    let hold = which.get(&open);
                    let part = share(hold.held, percent).max(1_u32.into());
                    let status = world.apply(Operation::release(id, hold.id, part));
                    prop_assert_eq!(status, Status::APPLIED);
                }
                // A clock of its own.
                Event::Ship(which, days) => {
                    let ship = Operation::ship(id, which.get(&open).id);
                    world.apply(ship.with_deadline(days * DAY, AtDeadline::RELEASE));
                }
                // Not to the nanosecond of a deadline.
                Event::Days(days) => world.wait(days * u64::from(DAY) + 17),
            }
            let dump = world.dump();
            let held: u128 = dump.holds.values().map(|hold| hold.held.minor_units()).sum();
            let pending = dump.accounts[&PAYER].balances.debits_pending;
            prop_assert_eq!(held, pending.minor_units());
        }
        world.wait(10 * u64::from(DAY));
        let dump = world.dump();
        prop_assert!(!dump.holds.values().any(Hold::is_open));
        let taken = dump.accounts[&FEES].balances.credits_posted.minor_units();
        let whole = commission(units.into(), fixed.into(), ppm.into());
        prop_assert_eq!(taken, whole);
        let paid = dump.accounts[&PAYEE].balances.credits_posted.minor_units();
        prop_assert_eq!(paid + taken, u128::from(units));
    }

    /// Disputed as often as anybody likes, withdrawn or left alone.
    #[test]
    fn a_dispute_ends_by_itself_or_gives_back_what_was_before(
        clock in prop::option::of((100..100_000_u32, any::<bool>())),
        age in 0..99_u64,
        disputes in prop::collection::vec(dispute(), 1..6),
        withdrawn in any::<bool>(),
    ) {
        let mut world = World::new();
        let mut hold = Operation::hold(WHOLE, PAYER, PAYEE, 1, 1_000_u32.into());
        if let Some((seconds, releases)) = clock {
            let default = if releases { AtDeadline::RELEASE } else { AtDeadline::REFUND };
            hold = hold.with_deadline(seconds, default);
        }
        prop_assert_eq!(world.apply(hold), Status::APPLIED);
        world.wait(age);
        let before = world.hold(WHOLE);
        let (mut last, mut first) = (None, None);
        for (seconds, claim, default, wait) in disputes {
            let defaults = [AtDeadline::CLAIM, AtDeadline::REFUND, AtDeadline::RELEASE];
            let default = defaults[default];
            let id = world.id();
            let dispute = Operation::dispute(id, WHOLE).claiming(claim.into());
            let status = world.apply(dispute.with_deadline(seconds, default));
            prop_assert_eq!(status, Status::APPLIED);
            last = Some((seconds, claim, default));
            let disputed = world.hold(WHOLE);
            let (since, left) =
                *first.get_or_insert((disputed.disputed_at, disputed.time_left));
            prop_assert_eq!((disputed.disputed_at, disputed.time_left), (since, left));
            prop_assert_eq!(disputed.deadline, disputed.changed_at.plus_seconds(seconds));
            prop_assert_eq!((disputed.claimed, disputed.at_deadline), (claim.into(), default));
            world.wait(wait % u64::from(seconds));
        }
        if withdrawn {
            let id = world.id();
            prop_assert_eq!(world.apply(Operation::withdraw_dispute(id, WHOLE)), Status::APPLIED);
            let after = world.hold(WHOLE);
            let (since, _) = first.expect("a dispute");
            let left = before.deadline.nanoseconds_since(since);
            let deadline = match clock {
                Some(_) => after.changed_at.plus_nanoseconds(left),
                None => Timestamp::NONE,
            };
            prop_assert_eq!(after, Hold { changed_at: after.changed_at, deadline, ..before });
            return Ok(());
        }
        let (seconds, claim, default) = last.expect("a dispute");
        world.wait(u64::from(seconds));
        let ended = world.hold(WHOLE);
        prop_assert!(!ended.is_open(), "{:#?}", ended);
        let refunded = match default {
            AtDeadline::CLAIM => claim,
            AtDeadline::REFUND => 1_000,
            _ => 0,
        };
        prop_assert_eq!(ended.refunded, Amount::from(refunded));
    }
}
