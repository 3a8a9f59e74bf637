//! Everything that can be asked: each answer is held against one that is found the plain way.

use crate::world::*;
use escrowdb::disk::LocalDisk;
use escrowdb::journal::{self, Start};
use escrowdb::*;
use std::ops::Bound;
use std::sync::Arc;

/// Tiny segments, so that a few dozen operations lie in many of them.
fn tiny() -> Options {
    let journal = journal::Options { segment_bytes: 1_024, preallocate_bytes: 512 };
    manual().journal(journal).index_user_data(true)
}

/// A store with twelve holds in all phases, checkpointed in the middle.
fn market() -> (World, Vec<Id>) {
    let world = World::new(tiny(), 4);
    world.pay_in(WALLET, 10_000);
    world.pay_in(WALLET + 1, 10_000);
    let holds: Vec<_> = (0..12_u32)
        .map(|number| {
            let payer = WALLET + u128::from(number % 2);
            let hold = Operation {
                fee_account: id(FEES),
                fee_ppm: if number % 3 == 0 { 50_000 } else { 0 },
                user_data_128: id(u128::from(number % 4)),
                user_data_64: u64::from(number % 5),
                ..world.hold(payer, WALLET + 2 + u128::from(number % 2), 100 + number)
            };
            if number % 4 == 3 { hold } else { hold.with_deadline(60 + number, AtDeadline::REFUND) }
        })
        .collect();
    for hold in &holds {
        world.applied(&[*hold]);
        if hold.amount == amount(105) {
            world.store.checkpoint().unwrap();
        }
    }
    let about = |number: usize| holds[number].id;
    world.applied(&[
        Operation::ship(world.id(), about(0)),
        Operation::deliver(world.id(), about(1)),
        Operation::dispute(world.id(), about(2)),
        Operation::dispute(world.id(), about(3)),
        Operation::release_rest(world.id(), about(4)),
        Operation::refund_rest(world.id(), about(5)),
        Operation::release(world.id(), about(6), amount(7)),
    ]);
    (world, holds.iter().map(|hold| hold.id).collect())
}

#[test]
fn open_holds_by_every_filter() {
    let (world, _) = market();
    let snapshot = world.store.snapshot().unwrap();
    let all: Result<Vec<_>> = snapshot.all_holds(None).collect();
    let open: Vec<_> = all.unwrap().into_iter().filter(Hold::is_open).collect();
    assert_eq!(open.len(), 10);
    let check = |query: HoldQuery, fits: &dyn Fn(&Hold) -> bool| {
        let found: Result<Vec<_>> = snapshot.open_holds(&query).unwrap().collect();
        let mut found = found.unwrap();
        found.sort_unstable_by_key(|hold| hold.id);
        let expected: Vec<_> = open.iter().copied().filter(fits).collect();
        assert!(!expected.is_empty(), "{query:?} asks for nothing");
        assert_eq!(found, expected, "{query:?}");
        for limit in 1..=expected.len() {
            let few = snapshot.open_holds(&HoldQuery { limit, ..query }).unwrap().count();
            assert_eq!(few, limit);
        }
    };
    let any = HoldQuery::default();
    check(any, &|_| true);
    for account in [WALLET, WALLET + 1, WALLET + 2, FEES].map(id) {
        check(HoldQuery { account: Some(account), ..any }, &|hold| {
            [hold.payer, hold.payee, hold.fee_account].contains(&account)
        });
    }
    for phase in [Phase::FUNDED, Phase::SHIPPED, Phase::DELIVERED] {
        check(HoldQuery { phase: Some(phase), ..any }, &|hold| hold.phase == phase);
    }
    for disputed in [true, false] {
        let query = HoldQuery { disputed: Some(disputed), ..any };
        check(query, &|hold| hold.is_disputed() == disputed);
    }
    let (from, to) = (open[0].deadline, open[7].deadline);
    let due = |hold: &Hold| !hold.deadline.is_none();
    check(HoldQuery { due_from: Some(from), ..any }, &|hold| due(hold) && hold.deadline >= from);
    check(HoldQuery { due_to: Some(to), ..any }, &|hold| due(hold) && hold.deadline <= to);
    let both = HoldQuery { due_from: Some(from), due_to: Some(to), ..any };
    check(both, &|hold| due(hold) && (from..=to).contains(&hold.deadline));
    check(HoldQuery { account: Some(id(WALLET)), ..both }, &|hold| {
        due(hold) && (from..=to).contains(&hold.deadline) && hold.payer == id(WALLET)
    });
    check(HoldQuery { user_data_128: Some(id(3)), ..any }, &|hold| hold.user_data_128 == id(3));
    check(HoldQuery { user_data_64: Some(2), ..any }, &|hold| hold.user_data_64 == 2);
    drop(snapshot);
    world.verify();
}

#[test]
fn holds_that_need_attention() {
    let (world, holds) = market();
    let ids = |before| {
        let snapshot = world.store.snapshot().unwrap();
        let holds: Result<Vec<_>> = snapshot.holds_needing_attention(before).collect();
        let mut ids: Vec<_> = holds.unwrap().iter().map(|hold| hold.id).collect();
        ids.sort_unstable();
        ids
    };
    // Without a deadline: 3, 7 and 11, of which 3 is disputed; disputed: 2.
    let disputed = world.store.snapshot().unwrap().hold(holds[2]).unwrap().unwrap().disputed_at;
    assert_eq!(ids(Timestamp::NONE), [holds[7], holds[11]]);
    assert_eq!(ids(disputed), [holds[7], holds[11]]);
    assert_eq!(ids(disputed.plus_nanoseconds(1)), [holds[2], holds[7], holds[11]]);
    assert_eq!(ids(Timestamp::MAX), [holds[2], holds[3], holds[7], holds[11]]);
    world.applied(&[Operation::withdraw_dispute(world.id(), holds[2])]);
    assert_eq!(ids(Timestamp::MAX), [holds[3], holds[7], holds[11]]);
    world.applied(&[Operation::refund_rest(world.id(), holds[7])]);
    assert_eq!(ids(Timestamp::MAX), [holds[3], holds[11]]);
}

#[test]
fn the_feed_from_every_position() {
    let (world, _) = market();
    let world = world.reopen(tiny());
    assert!(world.directory.path().join("store/journal").read_dir().unwrap().count() > 2);
    let snapshot = world.store.snapshot().unwrap();
    let all: Result<Vec<_>> = snapshot.events(Timestamp::NONE).collect();
    let all = all.unwrap();
    assert!(all.is_sorted_by_key(|event| event.timestamp));
    assert_eq!(all.last().unwrap().timestamp, snapshot.timestamp());
    world.pay_in(WALLET, 1);
    for (number, event) in all.iter().enumerate() {
        for (after, from) in [(0, number + 1), (-1, number)] {
            let after = event.timestamp.nanoseconds().saturating_add_signed(after);
            let rest: Result<Vec<_>> =
                snapshot.events(Timestamp::from_nanoseconds(after)).collect();
            assert_eq!(rest.unwrap(), all[from..], "after {after}");
        }
    }
    assert_eq!(snapshot.events(Timestamp::MAX).count(), 0);
    let now = world.store.snapshot().unwrap();
    assert_eq!(now.events(snapshot.timestamp()).count(), 1);
}

#[test]
fn consumers_survive() {
    let mut world = World::new(tiny(), 1);
    world.store.advance(seconds(20)).unwrap();
    world.pay_in(WALLET, 1);
    for (number, checkpoint) in [(1, false), (2, true), (3, false)] {
        let position = seconds(number);
        world.store.acknowledge("mailer", position).unwrap();
        world.store.acknowledge("books", seconds(9)).unwrap();
        if checkpoint {
            world.store.checkpoint().unwrap();
        }
        world = world.reopen(tiny());
        let snapshot = world.store.snapshot().unwrap();
        assert_eq!(snapshot.consumer("mailer").unwrap(), Some(position));
        assert_eq!(snapshot.consumer("nobody").unwrap(), None);
        let all = [("books".to_owned(), seconds(9)), ("mailer".to_owned(), position)];
        assert_eq!(snapshot.consumers().unwrap(), all);
    }
    world.verify();
}

#[test]
fn statements_and_past_balances() {
    let (world, _) = market();
    let world = world.reopen(tiny());
    world.pay_in(WALLET, 5);
    let snapshot = world.store.snapshot().unwrap();
    let read = |query: &StatementQuery| -> Vec<StatementLine> {
        let lines: Result<Vec<_>> = snapshot.statement(id(WALLET), query).unwrap().collect();
        lines.unwrap()
    };
    let all = read(&StatementQuery::default());
    assert_eq!(all.len(), 10, "two payments, six holds, two settlements");
    assert_eq!(all.last().unwrap().balances, world.account(WALLET).balances);
    let times: Vec<_> = all.iter().map(|line| line.timestamp).collect();
    for (first, from) in times.iter().enumerate() {
        for (last, to) in times.iter().enumerate().skip(first) {
            for limit in [0, 1, 3] {
                let mut expected = all[first..=last].to_vec();
                let mut query = StatementQuery { from: *from, to: *to, newest_first: false, limit };
                let most = if limit == 0 { expected.len() } else { limit.min(expected.len()) };
                assert_eq!(read(&query), expected[..most]);
                expected.reverse();
                query.newest_first = true;
                assert_eq!(read(&query), expected[..most]);
            }
        }
    }
    for line in &all {
        let at = |time| snapshot.balances_at(id(WALLET), time).unwrap();
        assert_eq!(at(line.timestamp), line.balances);
        let before = Timestamp::from_nanoseconds(line.timestamp.nanoseconds() - 1);
        let earlier = all.iter().rev().find(|other| other.timestamp <= before);
        assert_eq!(at(before), earlier.map_or_else(Balances::default, |line| line.balances));
    }
    let no_history = snapshot.balances_at(id(FEES), Timestamp::MAX);
    assert!(matches!(no_history, Err(Error::InvalidArgument(_))));
}

/// Balances in the past of a mistyped account were none, and its open holds an empty list, while
/// its statement was refused.
#[test]
fn what_does_not_exist_is_answered_in_one_way() {
    let world = World::new(tiny().index_user_data(true), 1);
    let snapshot = world.store.snapshot().unwrap();
    let nobody = id(99);
    // Looked up by what names it.
    assert_eq!(snapshot.ledger(99).unwrap(), None);
    assert_eq!(snapshot.account(nobody).unwrap(), None);
    assert_eq!(snapshot.accounts(&[nobody]).unwrap(), [None]);
    assert_eq!(snapshot.hold(nobody).unwrap(), None);
    assert_eq!(snapshot.holds(&[nobody]).unwrap(), [None]);
    assert_eq!(snapshot.operation(nobody).unwrap(), None);
    assert_eq!(snapshot.operations(&[nobody]).unwrap(), [None]);
    assert_eq!(snapshot.document("orders", b"99").unwrap(), None);
    assert_eq!(snapshot.consumer("mailer").unwrap(), None);
    // Asked about money of an account or a ledger.
    let of_nobody = HoldQuery { account: Some(nobody), ..HoldQuery::default() };
    for (what, answer) in [
        ("account", snapshot.statement(nobody, &StatementQuery::default()).map(drop)),
        ("account", snapshot.balances_at(nobody, Timestamp::MAX).map(drop)),
        ("account", snapshot.open_holds(&of_nobody).map(drop)),
        ("ledger", snapshot.trial_balance(99).map(drop)),
    ] {
        let Err(Error::InvalidArgument(words)) = answer else { panic!("{answer:?}") };
        assert_eq!(words, format!("there is no {what} 99"));
    }
    // Filtered, or walked through.
    let with_data = HoldQuery { user_data_64: Some(9), ..HoldQuery::default() };
    assert_eq!(snapshot.open_holds(&with_data).unwrap().count(), 0);
    assert_eq!(snapshot.all_accounts(Some(nobody)).count(), 0);
    assert_eq!(snapshot.operations_by_user_data(nobody).unwrap().count(), 0);
    assert_eq!(snapshot.documents_with_prefix("orders", b"").unwrap().count(), 0);
    assert_eq!(snapshot.events(Timestamp::MAX).count(), 0);
}

#[test]
fn operations_by_id_and_user_data() {
    let (world, holds) = market();
    let refused = world.transfer(WALLET + 3, BANK, 1_000_000);
    assert_eq!(world.store.submit(&[refused]).unwrap()[0].status, Status::EXCEEDS_CREDITS);
    let world = world.reopen(tiny());
    let snapshot = world.store.snapshot().unwrap();
    for data in 1..4 {
        let found: Result<Vec<_>> = snapshot.operations_by_user_data(id(data)).unwrap().collect();
        let found: Vec<_> = found.unwrap().iter().map(|record| record.operation.id).collect();
        let expected = holds.iter().copied().skip(data as usize).step_by(4);
        assert_eq!(found, expected.collect::<Vec<_>>());
    }
    let record = snapshot.operation(refused.id).unwrap().unwrap();
    assert_eq!((record.status, record.moved), (Status::EXCEEDS_CREDITS, Moved::default()));
    assert_eq!(snapshot.operations(&[id(77), holds[0]]).unwrap()[0], None);
    let plain = World::new(manual(), 1);
    let none = plain.store.snapshot().unwrap();
    assert!(matches!(none.operations_by_user_data(id(1)), Err(Error::InvalidArgument(_))));
}

#[test]
fn documents_by_range_and_prefix() {
    let world = World::new(tiny(), 1);
    let keys: [&[u8]; 7] = [b"a", b"a\0", b"ab", b"abc", b"b", b"\xff", b"\xff\xff"];
    for (number, space) in ["orders", "orders2", "other"].into_iter().enumerate() {
        for key in keys {
            let put = Operation {
                kind: Kind::PUT,
                space_length: space.len() as u16,
                key_length: key.len() as u16,
                value_length: 1,
                ..Operation::freeze(world.id(), Id::ZERO)
            };
            let data = [space.as_bytes(), key, &[number as u8]].concat();
            let outcomes = world.store.submit_with_data(&[put], &data).unwrap();
            assert_eq!(outcomes[0].status, Status::APPLIED);
        }
        if number == 1 {
            world.store.checkpoint().unwrap();
        }
    }
    let snapshot = world.store.snapshot().unwrap();
    let read = |rows: &mut dyn Iterator<Item = Result<(DocumentKey, StoredDocument)>>| {
        rows.map(|row| {
            let (key, document) = row.unwrap();
            assert_eq!((key.space(), &document.value[..]), ("orders2", &[1][..]));
            key.key().to_vec()
        })
        .collect::<Vec<_>>()
    };
    for prefix in [&b""[..], b"a", b"ab", b"abcd", b"\xff", b"c"] {
        let found = read(&mut snapshot.documents_with_prefix("orders2", prefix).unwrap());
        let expected: Vec<_> = keys.iter().filter(|key| key.starts_with(prefix)).collect();
        assert!(found.iter().eq(expected), "{prefix:?}: {found:?}");
    }
    let bounds = |key| [Bound::Unbounded, Bound::Included(key), Bound::Excluded(key)];
    for (low, high) in keys.iter().flat_map(|low| keys.iter().map(move |high| (*low, *high))) {
        for (lower, upper) in bounds(low).into_iter().flat_map(|l| bounds(high).map(|h| (l, h))) {
            let inside = |key: &&&[u8]| {
                (match lower {
                    Bound::Unbounded => true,
                    Bound::Included(low) => **key >= low,
                    Bound::Excluded(low) => **key > low,
                }) && match upper {
                    Bound::Unbounded => true,
                    Bound::Included(high) => **key <= high,
                    Bound::Excluded(high) => **key < high,
                }
            };
            let found = read(&mut snapshot.documents("orders2", lower, upper).unwrap());
            assert!(found.iter().eq(keys.iter().filter(inside)), "{lower:?} {upper:?}: {found:?}");
        }
    }
    assert!(snapshot.document("orders3", b"a").unwrap().is_none());
    assert!(matches!(snapshot.document("", b"a"), Err(Error::InvalidArgument(_))));
    assert!(matches!(snapshot.document("a", b""), Err(Error::InvalidArgument(_))));
}

/// Many holds come due in the same second: time passes in blocks of bounded work, and what else is
/// asked for is judged behind them.
#[test]
fn many_deadlines_at_once() {
    const HOLDS: u32 = 50_000;
    let world = World::new(manual(), 2);
    world.pay_in(WALLET, HOLDS);
    let hold = |_| world.hold(WALLET, WALLET + 1, 1).with_deadline(60, AtDeadline::RELEASE);
    world.applied(&(0..HOLDS).map(hold).collect::<Vec<_>>());
    let world = world.reopen(manual());
    let held = world.store.stats().unwrap().last_block;
    std::thread::scope(|scope| {
        let advance = scope.spawn(|| world.store.advance(seconds(100)).unwrap());
        let tickets: Vec<_> = (0..200)
            .map(|_| world.store.submit_async(vec![world.transfer(BANK, WALLET, 1)], Vec::new()))
            .collect();
        for ticket in tickets {
            assert!(ticket.unwrap().wait().unwrap()[0].status.is_applied());
        }
        assert_eq!(advance.join().unwrap().settled, u64::from(HOLDS));
    });
    assert_eq!(world.available(WALLET + 1), HOLDS.into());
    assert_eq!(world.account(WALLET).open_holds, 0);
    assert!(world.is_balanced());
    let path = world.directory.path().join("store");
    let format = std::fs::read_to_string(path.join("FORMAT")).unwrap();
    let store_id = format.lines().find_map(|line| line.strip_prefix("store ")).unwrap();
    let store_id = u128::from_str_radix(store_id, 16).unwrap().to_be_bytes();
    let blocks = journal::scan(Arc::new(LocalDisk::new(path)), store_id, Start::Beginning).unwrap();
    let sizes: Vec<_> = blocks.skip(held as usize).map(|b| b.unwrap().records().count()).collect();
    assert!(sizes.len() >= HOLDS as usize / limits::DUE_HOLDS_PER_BLOCK_MAX, "{sizes:?}");
    let most = limits::DUE_HOLDS_PER_BLOCK_MAX + 200;
    assert!(sizes.iter().all(|size| *size <= most), "{sizes:?}");
    assert_eq!(sizes.iter().sum::<usize>(), HOLDS as usize + 200);
    world.verify();
}

/// Symptom: a consumer that read and acknowledged events never came to an end, and two of them made
/// the feed grow exponentially. Cause: an acknowledgement was an event. It is in the journal, and
/// told to nobody; nor are those of old journals.
#[test]
fn the_feed_ends() {
    let (world, _) = market();
    let events = |world: &World, after| world.store.snapshot().unwrap().events(after).count();
    let all = events(&world, Timestamp::NONE);
    let mut told = Vec::new();
    loop {
        let before = told.len();
        for consumer in ["mailer", "books"] {
            let snapshot = world.store.snapshot().unwrap();
            let seen = snapshot.consumer(consumer).unwrap().unwrap_or(Timestamp::NONE);
            for event in snapshot.events(seen) {
                let event = event.unwrap();
                assert!(!matches!(event.record, Record::Consumer { .. }));
                world.store.acknowledge(consumer, event.timestamp).unwrap();
                told.push((consumer, event.timestamp));
            }
        }
        assert!(told.len() <= 2 * all, "the feed does not end");
        if told.len() == before {
            break;
        }
    }
    assert_eq!(told.len(), 2 * all);
    let world = world.reopen(tiny());
    assert_eq!(events(&world, Timestamp::NONE), all);
    world.verify();
}

#[test]
fn positions_never_go_back_nor_ahead_and_consumers_can_be_removed() {
    let (world, _) = market();
    let last = world.store.snapshot().unwrap().timestamp();
    let after = |nanoseconds| last.plus_nanoseconds(nanoseconds);
    let position = |world: &World| world.store.snapshot().unwrap().consumer("mailer").unwrap();
    world.store.acknowledge("mailer", last).unwrap();
    let head = world.store.head().unwrap();
    // The same again leaves no trace, nor does what is refused.
    world.store.acknowledge("mailer", last).unwrap();
    for wrong in [Timestamp::NONE, after(1_000_000), Timestamp::MAX] {
        let refused = world.store.acknowledge("mailer", wrong);
        assert!(matches!(refused, Err(Error::InvalidPosition(_))), "{refused:?}");
    }
    let unknown = world.store.acknowledge("books", Timestamp::MAX);
    assert!(matches!(unknown, Err(Error::InvalidPosition(_))), "{unknown:?}");
    assert!(!world.store.remove_consumer("books").unwrap());
    assert_eq!(world.store.head().unwrap(), head);
    let mut world = world.reopen(tiny());
    assert_eq!(position(&world), Some(last));
    assert!(world.store.remove_consumer("mailer").unwrap());
    for _ in 0..2 {
        assert_eq!(position(&world), None);
        assert_eq!(world.store.snapshot().unwrap().consumers().unwrap(), []);
        assert!(!world.store.remove_consumer("mailer").unwrap());
        world.store.checkpoint().unwrap();
        world = world.reopen(tiny());
    }
    world.store.acknowledge("mailer", Timestamp::NONE).unwrap();
    assert_eq!(position(&world), Some(Timestamp::NONE));
    world.verify();
}

/// Symptom: callers who acknowledged at the same time went beyond the limit on consumers, for each
/// saw a view without the others. It is judged in the order of the journal.
#[test]
fn the_limit_on_consumers_holds_whoever_comes_at_the_same_time() {
    let world = World::new(tiny().durability(Durability::Process), 1);
    let store = &world.store;
    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for number in 0..limits::CONSUMERS_MAX / 8 + 20 {
                    let name = format!("{thread} {number}");
                    match store.acknowledge(&name, Timestamp::NONE) {
                        Ok(()) | Err(Error::LimitExceeded(_)) => {}
                        other => panic!("{other:?}"),
                    }
                }
            });
        }
    });
    assert_eq!(store.snapshot().unwrap().consumers().unwrap().len(), limits::CONSUMERS_MAX);
}
