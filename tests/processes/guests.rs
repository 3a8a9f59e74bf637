//! What a guest can do: all that its host can.

use crate::world::*;
use escrowdb::*;
use std::ops::Bound;

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
