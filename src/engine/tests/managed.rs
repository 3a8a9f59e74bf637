//! Accounts with the flag `managed`, held against the same history without it: the host is refused
//! whatever concerns them, and all else is as if there were no such flag.

use super::{SECOND, Submission, id, set, submit};
use crate::engine::{Footprint, Origin, WorkingSet, replay};
use crate::model::{
    Account, AccountFlags as Flags, Amount, AtDeadline, Event, Id, Kind, Operation, Outcome,
    Record, Status,
};
use proptest::prelude::*;
use std::collections::HashMap;

const BANK: u128 = 1;
/// Accounts 2 to 6; 2 to 4 are managed.
const ACCOUNTS: u128 = 6;

fn accounts(managed: Flags) -> Vec<Account> {
    let limited = Flags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let flags = [
        Flags::EXTERNAL,
        limited | Flags::SPEND_ONLY | managed,
        limited | managed,
        managed,
        limited,
        Flags::NONE,
    ];
    (BANK..).zip(flags).map(|(number, flags)| Account::new(id(number), 1, 1, flags)).collect()
}

fn is_managed(account: Id) -> bool {
    (2..=4).contains(&account.as_u128())
}

/// An operation whose id is set when it is played, and whose target is the so-manieth before it.
fn operation() -> impl Strategy<Value = Operation> {
    let some = (1..=ACCOUNTS, 1..=ACCOUNTS, 0..=ACCOUNTS, 1..60_u32, 1..30_u128, 0..6_u32);
    (0..13_u8, some, any::<bool>()).prop_map(|(kind, numbers, releases)| {
        let (debit, credit, third, amount, target, timeout) = numbers;
        let (debit, credit, third, target) = (id(debit), id(credit), id(third), id(target));
        let (id, amount) = (Id::ZERO, Amount::from(amount));
        let default = if releases { AtDeadline::RELEASE } else { AtDeadline::REFUND };
        let hold =
            Operation { fee_account: third, ..Operation::hold(id, debit, credit, 1, amount) };
        match kind {
            0..=1 => Operation::transfer(id, debit, credit, 1, amount),
            2 => Operation { fee_account: Id::ZERO, ..hold },
            3..=4 if timeout > 0 => {
                Operation { fee_ppm: 100_000, ..hold }.with_deadline(timeout, default)
            }
            3..=4 => Operation { fee_account: Id::ZERO, ..hold },
            5 => Operation { credit_account: third, ..Operation::release(id, target, amount) },
            6 => Operation::release_rest(id, target),
            7 => Operation::refund(id, target, amount),
            8 => Operation::reverse(id, target, amount),
            9 => Operation::ship(id, target),
            10 => Operation::top_up(id, target, amount),
            11 => Operation::dispute(id, target),
            _ => Operation::freeze(id, third),
        }
    })
}

/// The accounts that an operation concerns, by what was applied before: the rule once more.
#[derive(Default)]
struct Concerned {
    of: HashMap<Id, Vec<Id>>,
}

impl Concerned {
    fn by(&self, operation: &Operation) -> Vec<Id> {
        let earlier = self.of.get(&operation.target).cloned().unwrap_or_default();
        match operation.kind {
            Kind::FREEZE => Vec::new(),
            Kind::TRANSFER | Kind::HOLD => {
                vec![operation.debit_account, operation.credit_account, operation.fee_account]
            }
            _ => [earlier, vec![operation.credit_account]].concat(),
        }
    }

    fn learn(&mut self, operation: &Operation) {
        self.of.insert(operation.id, self.by(operation));
    }
}

struct Pair {
    managed: WorkingSet,
    plain: WorkingSet,
    concerned: Concerned,
    events: Vec<Event>,
    refused: usize,
}

impl Pair {
    fn new() -> Self {
        Self {
            managed: set(&accounts(Flags::MANAGED)),
            plain: set(&accounts(Flags::NONE)),
            concerned: Concerned::default(),
            events: Vec::new(),
            refused: 0,
        }
    }

    fn play(
        &mut self,
        operation: Operation,
        origin: Origin,
        now: u64,
    ) -> Result<(), TestCaseError> {
        let send = |set: &mut WorkingSet, operation| {
            let operations = &[operation];
            let (outcomes, events) =
                submit(set, &Submission { operations, data: &[], origin }, now);
            (outcomes[0], events)
        };
        let (outcome, events) = send(&mut self.managed, operation);
        self.events.extend(events);
        let managed = self.concerned.by(&operation).into_iter().any(is_managed);
        let closed = managed && origin == Origin::Host;
        let expected = if outcome.status == Status::ACCOUNT_IS_MANAGED {
            prop_assert!(closed, "{operation:#?} is refused");
            self.refused += 1;
            // Takes its time and uses its id up, as the refusal did.
            let unknown = Operation::freeze(operation.id, id(99));
            prop_assert_eq!(send(&mut self.plain, unknown).0.status, Status::ACCOUNT_NOT_FOUND);
            return Ok(());
        } else {
            send(&mut self.plain, operation).0
        };
        prop_assert!(!closed || outcome.status < Status::ACCOUNT_IS_MANAGED && !outcome.is_done());
        prop_assert_eq!(outcome, expected);
        if outcome.status == Status::APPLIED {
            self.concerned.learn(&operation);
        }
        Ok(())
    }
}

fn balances(set: &WorkingSet) -> Vec<Account> {
    let account = |number| *set.accounts.get(set.accounts.find(&id(number)).expect("an account"));
    let plain =
        |account: Account| Account { flags: account.flags.without(Flags::MANAGED), ..account };
    (1..=ACCOUNTS).map(|number| plain(account(number))).collect()
}

/// A history, by the host and by the library. Gives how often the host was refused.
fn history(steps: &[(Operation, bool, u64)]) -> Result<usize, TestCaseError> {
    let (mut pair, mut now) = (Pair::new(), 2 * SECOND);
    let money = (2..=ACCOUNTS)
        .map(|to| Operation::transfer(Id::ZERO, id(BANK), id(to), 1, Amount::from(200_u32)));
    let opening = money.map(|operation| (operation, false, 0));
    for (place, (operation, by_host, pause)) in opening.chain(steps.iter().copied()).enumerate() {
        now += pause;
        let target = (place as u128).saturating_sub(operation.target.as_u128());
        let target = if operation.target.is_zero() { Id::ZERO } else { id(100 + target) };
        let target = if operation.kind == Kind::FREEZE { operation.target } else { target };
        let operation = Operation { id: id(100 + place as u128), target, ..operation };
        pair.play(operation, if by_host { Origin::Host } else { Origin::Library }, now)?;
    }
    prop_assert_eq!(balances(&pair.managed), balances(&pair.plain));
    // Nobody asks anybody when the journal is carried out again.
    let mut again = set(&accounts(Flags::MANAGED));
    for event in pair.events {
        if let Record::Operation(decision) = &event.record {
            Footprint::default().add_decision(&again, decision);
        }
        replay(&mut again, event).expect("consistent");
    }
    prop_assert_eq!(balances(&again), balances(&pair.managed));
    Ok(pair.refused)
}

proptest! {
    #[test]
    fn the_host_is_refused_and_nothing_else_changes(
        steps in prop::collection::vec((operation(), any::<bool>(), 0..2 * SECOND), 1..40)
    ) {
        history(&steps)?;
    }
}

/// The histories are worth something only if they come to the holds that are not the host's.
#[test]
fn every_kind_is_refused() {
    let amount = Amount::from(10_u32);
    let hold = |number, payer, payee, fee| Operation {
        fee_account: id(fee),
        ..Operation::hold(id(number), id(payer), id(payee), 1, amount)
    };
    let transfer = |number, from, to| Operation::transfer(id(number), id(from), id(to), 1, amount);
    let split = |number, of, to| Operation {
        credit_account: id(to),
        ..Operation::release(id(number), id(of), Amount::from(1_u32))
    };
    let by_library = [
        transfer(10, BANK, 2),
        transfer(11, BANK, 5),
        transfer(12, BANK, 5),
        hold(20, 2, 6, 0).with_deadline(60, AtDeadline::REFUND),
        hold(21, 5, 3, 0),
        hold(22, 5, 6, 4),
        split(30, 21, 6),
    ];
    let by_host = |first: u128, hold: u128| {
        let (id, hold, one) = (|more| id(first + more), id(hold), Amount::from(1_u32));
        vec![
            Operation::ship(id(0), hold),
            Operation::deliver(id(1), hold),
            Operation::extend(id(2), hold, 999),
            Operation::release(id(3), hold, one),
            Operation { credit_account: Id::from_u128(6), ..Operation::release(id(4), hold, one) },
            Operation::refund(id(5), hold, one),
            Operation::top_up(id(6), hold, one),
            Operation::dispute(id(7), hold),
            Operation::withdraw_dispute(id(8), hold),
            Operation::reverse(id(9), hold, one),
        ]
    };
    let mut set = set(&accounts(Flags::MANAGED));
    let send = |set: &mut WorkingSet, operation: Operation, origin| -> Outcome {
        let operations = &[operation];
        submit(set, &Submission { operations, data: &[], origin }, 2 * SECOND).0[0]
    };
    for operation in by_library {
        let outcome = send(&mut set, operation, Origin::Library);
        assert_eq!(outcome.status, Status::APPLIED, "{operation:#?}");
    }
    let reversals = [10, 30].map(|of| Operation::reverse(id(500 + of), id(of), amount));
    let others = [transfer(400, 2, 6), transfer(401, 6, 3), hold(402, 6, 4, 0), hold(403, 6, 5, 2)];
    let holds = [by_host(100, 20), by_host(200, 21), by_host(300, 22)].concat();
    for operation in holds.into_iter().chain(reversals).chain(others) {
        let outcome = send(&mut set, operation, Origin::Host);
        assert_eq!(outcome.status, Status::ACCOUNT_IS_MANAGED, "{operation:#?}");
    }
    // Time asks nobody: what was held for 6 is back at 2.
    let operations = &[Operation::freeze(id(600), id(3))];
    let later = Submission { operations, data: &[], origin: Origin::Host };
    let (outcomes, events) = submit(&mut set, &later, 90 * SECOND);
    assert_eq!((outcomes[0].status, events.len()), (Status::APPLIED, 2));
    assert_eq!(balances(&set)[1].balances.available(), amount);
}
