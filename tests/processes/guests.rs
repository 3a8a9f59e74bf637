//! What a guest can do: all that its host can.

use crate::world::*;
use escrowdb::*;
use std::ops::Bound;
use std::thread;
use std::time::{Duration, Instant};

/// Two handles of one process: the second is a guest of the first, over the socket.
#[test]
fn a_guest_does_and_sees_what_its_host_does() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let host = Store::open(&path, options()).unwrap();
    let guest = Store::open(&path, options()).unwrap();
    assert_eq!((host.role(), guest.role()), (Role::Host, Role::Guest));
    settle_in(&guest, 3);

    let operations = [
        Operation::hold(id(1), id(WALLET), id(WALLET + 1), LEDGER, amount(500)),
        Operation::release(id(2), id(1), amount(200)),
        Operation::transfer(id(3), id(WALLET), id(WALLET + 9), LEDGER, amount(1)),
    ];
    let outcomes = guest.submit(&operations).unwrap();
    let statuses: Vec<_> = outcomes.iter().map(|outcome| outcome.status).collect();
    let refused = Status::CREDIT_ACCOUNT_NOT_FOUND;
    assert_eq!(statuses, [Status::APPLIED, Status::APPLIED, refused]);
    let again = host.submit(&operations).unwrap();
    assert!(again.iter().zip(&outcomes).all(|(again, first)| again.timestamp == first.timestamp));

    let put = Operation::put(id(4), 6, 4, 5);
    guest.submit_with_data(&[put], b"orders4711hello").unwrap();
    let ticket =
        guest.submit_async(vec![Operation::refund_rest(id(5), id(1))], Vec::new()).unwrap();
    assert_eq!(ticket.wait().unwrap()[0].status, Status::APPLIED);

    let (here, there) = (host.snapshot().unwrap(), guest.snapshot().unwrap());
    assert_eq!(here.timestamp(), there.timestamp());
    assert_eq!(there.document("orders", b"4711").unwrap().unwrap().value[..], *b"hello");
    assert_eq!(here.account(id(WALLET)).unwrap(), there.account(id(WALLET)).unwrap());
    assert_eq!(here.hold(id(1)).unwrap(), there.hold(id(1)).unwrap());
    let all = |snapshot: &Snapshot| {
        let query = StatementQuery::default();
        let lines: Vec<_> =
            snapshot.statement(id(WALLET), &query).unwrap().map(Result::unwrap).collect();
        let events: Vec<_> = snapshot.events(Timestamp::NONE).map(Result::unwrap).collect();
        let accounts: Vec<_> = snapshot.all_accounts(None).map(Result::unwrap).collect();
        let documents = snapshot.documents("orders", Bound::Unbounded, Bound::Unbounded);
        let documents: Vec<_> = documents.unwrap().map(Result::unwrap).collect();
        (lines, events, accounts, documents, snapshot.trial_balance(LEDGER).unwrap())
    };
    assert_eq!(all(&here), all(&there));

    let last = there.timestamp();
    guest.acknowledge("mailer", last).unwrap();
    assert_eq!(host.snapshot().unwrap().consumer("mailer").unwrap(), Some(last));
    let early = guest.acknowledge("mailer", Timestamp::from_nanoseconds(1));
    assert!(matches!(early, Err(Error::InvalidPosition(_))), "{early:?}");
    assert!(guest.remove_consumer("mailer").unwrap());
    assert!(!guest.remove_consumer("mailer").unwrap());

    assert_eq!(host.head().unwrap(), guest.head().unwrap());
    assert_eq!(guest.clock().unwrap().state, ClockState::Trusted);
    guest.checkpoint().unwrap();
    assert_eq!(guest.stats().unwrap().checkpoints, host.stats().unwrap().checkpoints);
    let backup = guest.backup(directory.path().join("copy")).unwrap();
    assert_eq!(backup.head, host.head().unwrap());

    let processes = host.processes().unwrap();
    assert_eq!(processes.guests, guest.processes().unwrap().guests);
    assert_eq!((processes.host, processes.guests.len()), (std::process::id(), 1));
}

/// Symptom: after more quiet than `takeover_wait`, the first call that took longer than half a
/// second was told that the host does not answer. Cause: the quiet before the call counted, too.
#[test]
fn quiet_is_no_silence_of_the_host() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let host = crate::kill::start(0, &path);
    let guest = Store::open(&path, options().takeover_wait(Duration::from_secs(4))).unwrap();
    thread::sleep(Duration::from_millis(4_500));
    host.stop();
    let freed = thread::spawn(move || {
        thread::sleep(Duration::from_millis(900));
        host.go_on();
        host
    });
    assert!(guest.head().unwrap().block > 0);
    drop(freed.join().unwrap());
}

/// Symptom: batches whose tickets were dropped were lost with the host, and later ones were
/// applied. Cause: they were kept by their tickets alone. So it is with a guest that nobody calls:
/// it did not take the place of the host, and a ticket that was only looked at was never done.
#[test]
fn batches_that_nobody_waits_for_outlive_their_host() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let mut host = crate::kill::start(0, &path);
    let guest = Store::open(&path, options()).unwrap();
    let pay = |number: u128| {
        vec![Operation::transfer(id(1 << 120 | number), id(BANK), id(WALLET), LEDGER, amount(1))]
    };
    host.stop();
    for number in 0..10 {
        drop(guest.submit_async(pay(number), Vec::new()).unwrap());
    }
    let last = guest.submit_async(pay(10), Vec::new()).unwrap();
    assert!(!last.is_done());
    host.kill();
    let began = Instant::now();
    while !last.is_done() {
        assert!(began.elapsed() < Duration::from_secs(20), "nobody takes the place of the host");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(guest.role(), Role::Host);
    assert_eq!(last.wait().unwrap()[0].status, Status::APPLIED);
    let ids: Vec<_> = (0..=10).map(|number| id(1 << 120 | number)).collect();
    let found = guest.snapshot().unwrap().operations(&ids).unwrap();
    let times: Vec<_> = found.into_iter().map(|found| found.unwrap().timestamp).collect();
    assert!(times.is_sorted(), "in the order in which they were submitted");
}

/// Symptom: what a guest had under way when it closed was answered `Closed`, though it was applied.
#[test]
fn a_guest_that_closes_gets_its_answers() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let host = Store::open(&path, options()).unwrap();
    settle_in(&host, 1);
    let guest = Store::open(&path, options()).unwrap();
    let pay = || Operation::transfer(Id::new(), id(BANK), id(WALLET), LEDGER, amount(1));
    let submit = |_| guest.submit_async(vec![pay(); 1], Vec::new()).unwrap();
    let tickets: Vec<_> = (0..500).map(submit).collect();
    guest.close().unwrap();
    for ticket in tickets {
        assert_eq!(ticket.wait().unwrap()[0].status, Status::APPLIED);
    }
}

/// No wait is too short or too long to be one.
#[test]
fn any_wait_for_a_host_is_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    for wait in [Duration::ZERO, Duration::MAX] {
        let host = Store::open(&path, options().takeover_wait(wait)).unwrap();
        let guest = Store::open(&path, options().takeover_wait(wait));
        // On a busy machine the host takes longer than the least wait.
        let is_short = wait.is_zero() && matches!(guest, Err(Error::HostUnresponsive { .. }));
        assert!(is_short || guest.as_ref().unwrap().role() == Role::Guest, "{guest:?}");
        drop((guest, host));
    }
}

/// Symptom: a guest whose other threads submitted without pause was closed only after
/// `takeover_wait`. Cause: it waited for a moment without requests, and took new ones until then.
#[test]
fn a_guest_under_load_closes_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let host = Store::open(&path, options()).unwrap();
    settle_in(&host, 1);
    let guest = Store::open(&path, options()).unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            let guest = guest.clone();
            scope.spawn(move || {
                let pay =
                    || Operation::transfer(Id::new(), id(BANK), id(WALLET), LEDGER, amount(1));
                loop {
                    match guest.submit(&[pay()]) {
                        Ok(outcomes) => assert_eq!(outcomes[0].status, Status::APPLIED),
                        Err(error) => return assert!(matches!(error, Error::Closed), "{error}"),
                    }
                }
            });
        }
        thread::sleep(Duration::from_millis(200));
        let began = Instant::now();
        guest.close().unwrap();
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    });
}
