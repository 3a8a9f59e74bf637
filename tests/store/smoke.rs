use escrowdb::*;

#[test]
fn a_deal_from_funding_to_payout() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let store = Store::open(&path, Options::new().clock(ClockSource::Manual)).unwrap();
    let usd = money::iso_ledger(1, "USD").unwrap();
    assert_eq!(store.create_ledgers(&[usd]).unwrap()[0].status, Status::APPLIED);
    let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let id = Id::from_u128;
    let outcomes = store
        .create_accounts(&[
            Account::new(id(1), 1, 100, AccountFlags::EXTERNAL),
            Account::new(id(2), 1, 200, wallet | AccountFlags::HISTORY),
            Account::new(id(3), 1, 300, wallet),
            Account::new(id(4), 1, 400, AccountFlags::NONE),
        ])
        .unwrap();
    assert!(outcomes.iter().all(|outcome| outcome.status.is_applied()));
    let hold = Operation {
        fee_account: id(4),
        fee_ppm: 100_000,
        ..Operation::hold(id(11), id(2), id(3), 1, Amount::from(2_005u32))
    }
    .with_deadline(60, AtDeadline::REFUND);
    let batch = [
        Operation::transfer(id(10), id(1), id(2), 1, Amount::from(5_000u32)),
        hold,
        Operation::transfer(id(12), id(2), id(3), 1, Amount::from(2_996u32)),
        Operation::release_rest(id(13), id(11)),
        Operation::hold(id(14), id(2), id(3), 1, Amount::from(100u32))
            .with_deadline(60, AtDeadline::REFUND),
    ];
    let outcomes = store.submit(&batch).unwrap();
    let statuses: Vec<_> = outcomes.iter().map(|outcome| outcome.status.name()).collect();
    assert_eq!(statuses, ["applied", "applied", "exceeds_credits", "applied", "applied"]);
    assert_eq!(outcomes[3].fee, Amount::from(200u32), "half to even");
    assert_eq!(store.advance(Timestamp::from_seconds(61).unwrap()).unwrap().settled, 1);
    let check = |store: &Store| {
        let snapshot = store.snapshot().unwrap();
        assert_eq!(snapshot.hold(id(14)).unwrap().unwrap().phase, Phase::REFUNDED);
        let lines: Vec<_> = snapshot
            .statement(id(2), &StatementQuery::default())
            .unwrap()
            .map(|line| line.unwrap())
            .map(|line| (line.operation().unwrap().kind.name(), line.balances.available()))
            .collect();
        let amount = |units: u32| Amount::from(units);
        assert_eq!(
            lines,
            [
                ("transfer", amount(5_000)),
                ("hold", amount(2_995)),
                ("release", amount(2_995)),
                ("hold", amount(2_895)),
                ("expire", amount(2_995)),
            ]
        );
        assert!(snapshot.trial_balance(1).unwrap().is_balanced());
        assert_eq!(snapshot.events(Timestamp::NONE).count(), 5 + 5 + 1);
    };
    check(&store);
    let repeats = store.submit(&batch).unwrap();
    assert_eq!(repeats[0].status, Status::EXISTS);
    assert_eq!(repeats[2].status, Status::ID_ALREADY_FAILED);
    assert_eq!(repeats[2].first_status, Status::EXCEEDS_CREDITS);
    drop(store);
    let report = verify(&path, |_, _| ()).unwrap();
    assert_eq!(report.fault, None);
    let store = Store::open(&path, Options::new().clock(ClockSource::Manual)).unwrap();
    check(&store);
    store.close().unwrap();
    let report = verify(&path, |_, _| ()).unwrap();
    assert_eq!((report.fault, report.events), (None, 11));
    let store = Store::open(&path, Options::new().clock(ClockSource::Manual)).unwrap();
    check(&store);
    let repeats = store.submit(&batch).unwrap();
    assert_eq!(repeats[0].status, Status::EXISTS);
}

#[test]
fn the_head_is_what_verify_finds() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let open = || Store::open(&path, Options::new().clock(ClockSource::Manual)).unwrap();
    let store = open();
    let empty = store.head().unwrap();
    assert_eq!((empty.block, empty.timestamp), (0, Timestamp::NONE));
    assert_ne!(empty.hash, [0; 32], "the store's id is in it");
    let hex = |head: Head| head.hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(store.stats().unwrap().chain_hash, hex(empty));
    let ledger = money::iso_ledger(1, "USD").unwrap();
    let created = store.create_ledgers(&[ledger]).unwrap()[0];
    let head = store.head().unwrap();
    assert_eq!((head.block, head.timestamp), (1, created.timestamp));
    drop(store);
    let store = open();
    assert_eq!(store.head().unwrap(), head);
    drop(store);
    assert_eq!(verify(&path, |_, _| ()).unwrap().chain_hash, hex(head));
}

#[test]
fn a_store_keeps_the_id_that_it_was_created_with() {
    let directory = tempfile::tempdir().unwrap();
    let open = |name: &str, id: Id| {
        let options = Options::new().clock(ClockSource::Manual).store_id(id);
        Store::open(directory.path().join(name), options)
    };
    let fill = |store: Store| {
        store.create_ledgers(&[money::iso_ledger(1, "USD").unwrap()]).unwrap();
        store.head().unwrap()
    };
    let id = Id::from_u128(7);
    let one = fill(open("one", id).unwrap());
    assert_eq!(fill(open("two", id).unwrap()), one, "the same was sent");
    assert_ne!(fill(open("three", Id::from_u128(8)).unwrap()), one);
    assert_ne!(fill(open("four", Id::ZERO).unwrap()), one);
    for id in [id, Id::ZERO] {
        assert_eq!(open("one", id).unwrap().head().unwrap(), one);
    }
    let error = open("one", Id::from_u128(8)).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument(_)));
    assert_eq!(error.to_string(), "the store has the id 7, not 8");
}
