//! What the lines of a statement say of the operations that made them.

use crate::world::*;
use escrowdb::*;

const PAYER: u128 = WALLET;
const PAYEE: u128 = WALLET + 1;
const OTHER: u128 = WALLET + 2;

fn lines(store: &Store, account: u128) -> Vec<StatementLine> {
    let snapshot = store.snapshot().unwrap();
    let lines = snapshot.statement(id(account), &StatementQuery::default()).unwrap();
    lines.map(Result::unwrap).collect()
}

/// Of which hold or transfer a line is: what it says of parties, ledger, code and user data.
fn said(line: &StatementLine) -> (Kind, [Id; 2], u32, u16, Id, u64) {
    let of = line.operation().unwrap();
    let parties = [of.debit_account, of.credit_account];
    (of.kind, parties, of.ledger, of.code, of.user_data_128, of.user_data_64)
}

/// Symptom: the lines of releases, refunds and deadlines had no parties, no ledger, no code and no
/// user data, although the header promised them: a reader of a seller's statement had to look up
/// each hold. Cause: such an operation names its hold alone, and the line was the operation as it
/// was sent. The line is filled in from its hold, and that of a reversal from what it reverses.
#[test]
fn lines_say_whose_money_moved() {
    let world = World::new(manual(), 3);
    world.pay_in(PAYER, 1_000);
    let hold = |number: u128, units| Operation {
        code: 7,
        user_data_128: id(number + 500),
        user_data_64: 9,
        fee_account: id(FEES),
        fee_ppm: 100_000,
        ..Operation::hold(id(number), id(PAYER), id(PAYEE), LEDGER, amount(units))
    };
    let expiring = |number, default| hold(number, 50).with_deadline(5, default);
    let own =
        Operation { user_data_128: id(1), ..Operation::release(world.id(), id(1), amount(20)) };
    let split = Operation {
        credit_account: id(OTHER),
        ..Operation::release(world.id(), id(1), amount(10))
    }
    .with_flags(OperationFlags::NO_FEE);
    let (release, transfer) = (world.id(), world.id());
    world.applied(&[
        hold(1, 100),
        expiring(2, AtDeadline::RELEASE),
        expiring(3, AtDeadline::REFUND),
        Operation::top_up(world.id(), id(1), amount(5)),
        own,
        split,
        Operation::release(release, id(1), amount(30)),
        Operation::refund_rest(world.id(), id(1)),
        Operation { code: 8, ..world.transfer(PAYEE, OTHER, 1) },
        Operation { id: transfer, code: 6, ..world.transfer(PAYEE, OTHER, 2) },
    ]);
    world.store.advance(seconds(100)).unwrap();
    world.applied(&[
        Operation::reverse(world.id(), release, amount(1)),
        Operation::reverse(world.id(), split.id, amount(1)),
        Operation::reverse(world.id(), transfer, amount(1)),
        Operation::reverse(world.id(), id(2), amount(3)),
        Operation::reverse_rest(world.id(), id(1)),
    ]);
    let world = world.reopen(manual());

    let deal =
        |kind, number: u128, from, to| (kind, [id(from), id(to)], LEDGER, 7, id(number + 500), 9);
    let paid = |kind, number| deal(kind, number, PAYER, PAYEE);
    let back = |number, from| deal(Kind::REVERSE, number, from, PAYER);
    let (_, parties, ledger, code, _, data) = paid(Kind::RELEASE, 1);
    let with_its_own = (Kind::RELEASE, parties, ledger, code, id(1), data);
    let of_payee: Vec<_> = lines(&world.store, PAYEE).iter().map(said).collect();
    let transferred = |code| (Kind::TRANSFER, [id(PAYEE), id(OTHER)], LEDGER, code, Id::ZERO, 0);
    let returned = (Kind::REVERSE, [id(OTHER), id(PAYEE)], LEDGER, 6, Id::ZERO, 0);
    let expected = vec![
        paid(Kind::HOLD, 1),
        paid(Kind::HOLD, 2),
        paid(Kind::HOLD, 3),
        paid(Kind::TOP_UP, 1),
        with_its_own,
        deal(Kind::RELEASE, 1, PAYER, OTHER),
        paid(Kind::RELEASE, 1),
        paid(Kind::REFUND, 1),
        transferred(8),
        transferred(6),
        paid(Kind::EXPIRE, 2),
        paid(Kind::EXPIRE, 3),
        back(1, PAYEE),
        returned,
        back(2, PAYEE),
        back(1, PAYEE),
    ];
    assert_eq!(of_payee, expected);
    let of_other: Vec<_> = lines(&world.store, OTHER).iter().map(said).collect();
    assert_eq!(
        of_other,
        [
            deal(Kind::RELEASE, 1, PAYER, OTHER),
            transferred(8),
            transferred(6),
            back(1, OTHER),
            returned
        ]
    );
    let line = &lines(&world.store, OTHER)[0];
    assert_eq!(line.operation().unwrap().target, id(1), "what was sent is still there");
    world.verify();
}

/// A booking of now says when it counts: it is kept, shown in lines and events, and moves no
/// deadline and no balance. Without it a line counts when it was booked.
#[test]
fn a_booking_says_when_it_counts() {
    let world = World::new(manual(), 2);
    world.pay_in(PAYER, 1_000);
    let (past, future) = (seconds(3), seconds(9_000_000_000));
    let hold = world.hold(PAYER, PAYEE, 100).with_deadline(60, AtDeadline::RELEASE).valued(past);
    let outcomes = world.applied(&[
        hold,
        Operation::top_up(world.id(), hold.id, amount(5)).valued(future),
        Operation::release(world.id(), hold.id, amount(10)),
    ]);
    let booked: Vec<_> = outcomes.iter().map(|outcome| outcome.timestamp).collect();
    let deadline = world.store.snapshot().unwrap().hold(hold.id).unwrap().unwrap().deadline;
    assert_eq!(deadline, booked[0].plus_seconds(60), "counted from the booking");
    let world = world.reopen(manual());
    let dates: Vec<_> =
        lines(&world.store, PAYEE).iter().map(|line| (line.timestamp, line.value_date)).collect();
    assert_eq!(dates, [(booked[0], past), (booked[1], future), (booked[2], booked[2])]);
    let snapshot = world.store.snapshot().unwrap();
    let given = snapshot.events(booked[0].minus()).map(|event| match event.unwrap().record {
        Record::Operation(decision) => decision.operation.value_date,
        other => panic!("{other:?}"),
    });
    assert_eq!(given.collect::<Vec<_>>(), [past, future, Timestamp::NONE]);
    drop(snapshot);
    assert_eq!(world.store.submit(&[hold]).unwrap()[0].status, Status::EXISTS);
    let other = hold.valued(future);
    let refused = world.store.submit(&[other]).unwrap()[0].status;
    assert_eq!(refused, Status::EXISTS_WITH_DIFFERENT_VALUE_DATE);
    world.verify();
}

trait Minus {
    /// Just before.
    fn minus(self) -> Self;
}

impl Minus for Timestamp {
    fn minus(self) -> Self {
        Self::from_nanoseconds(self.nanoseconds() - 1)
    }
}
