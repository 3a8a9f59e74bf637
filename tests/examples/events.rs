//! Following the events: a consumer that is told of everything once, across crashes and restarts.
//!
//! ```sh
//! cargo run --example events
//! ```

use escrowdb::{
    Account, AccountFlags, Event, Id, Operation, Options, Record, Result, Store, Timestamp, money,
};

const EUR: u32 = 978;
const BANK: Id = Id::from_u128(1);
const ALICE: Id = Id::from_u128(11);

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("shop.escrow");
    let store = Store::open(&path, Options::new())?;
    store.create_ledgers(&[money::iso_ledger(EUR, "EUR")?])?;
    store.create_accounts(&[
        Account::new(BANK, EUR, 100, AccountFlags::EXTERNAL),
        Account::new(ALICE, EUR, 200, AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS),
    ])?;
    store.submit(&[Operation::transfer(Id::new(), BANK, ALICE, EUR, 5_000_u32.into())])?;
    assert_eq!(deliver(&store, "mailer", print)?, 4);
    store.close()?;

    // After a restart the consumer goes on after what it acknowledged.
    let store = Store::open(&path, Options::new())?;
    store.submit(&[Operation::transfer(Id::new(), BANK, ALICE, EUR, 700_u32.into())])?;
    assert_eq!(deliver(&store, "mailer", print)?, 1);
    store.close()?;
    Ok(())
}

/// Hands each new event to `handle`, and says how many there were. An event is acknowledged after
/// it was handled: after a crash in between it comes again, with the same timestamp to know it by.
fn deliver(store: &Store, consumer: &str, mut handle: impl FnMut(&Event)) -> Result<u64> {
    let snapshot = store.snapshot()?;
    let seen = snapshot.consumer(consumer)?.unwrap_or(Timestamp::NONE);
    let mut count = 0;
    for event in snapshot.events(seen) {
        let event = event?;
        handle(&event);
        store.acknowledge(consumer, event.timestamp)?;
        count += 1;
    }
    Ok(count)
}

fn print(event: &Event) {
    let what = match &event.record {
        Record::Ledger(ledger) => format!("ledger {} was registered", ledger.number),
        Record::Account(account) => format!("account {} was opened", account.id),
        Record::Operation(decision) => {
            format!("{}: {}", decision.operation.kind, decision.status)
        }
        _ => "something that this program is too old to know".to_owned(),
    };
    println!("{} {what}", event.timestamp.nanoseconds());
}

#[test]
fn runs() -> std::result::Result<(), Box<dyn std::error::Error>> {
    main()
}
