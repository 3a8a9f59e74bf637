//! Paying for an order: attempts that may be refused, retries, and no second payment.
//!
//! ```sh
//! cargo run --example checkout
//! ```

use escrowdb::{
    Account, AccountFlags, AtDeadline, Id, Operation, Options, Outcome, Result, Status, Store,
    money,
};

const USD: u32 = 840;
const BANK: Id = Id::from_u128(1);
const SHOP: Id = Id::from_u128(2);
const ALICE: Id = Id::from_u128(11);
const BOB: Id = Id::from_u128(12);

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
    prepare(&store)?;

    // Alice has no money yet. A refusal uses up the attempt's id, and the order stays unpaid.
    let refused = pay(&store, "A-1001", Id::new())?;
    println!("first attempt: {}", refused.status);
    assert_eq!(refused.status, Status::EXCEEDS_CREDITS);

    let charge = Operation::transfer(Id::new(), BANK, ALICE, USD, money::parse("50.00", 2)?);
    assert_eq!(store.submit(&[charge])?[0].status, Status::APPLIED);

    let attempt = Id::new();
    let paid = pay(&store, "A-1001", attempt)?;
    println!("second attempt: {}", paid.status);
    assert_eq!(paid.status, Status::APPLIED);

    // The answer was lost, so the same attempt is sent again: nothing happens twice.
    let repeated = pay(&store, "A-1001", attempt)?;
    println!("the same again: {}", repeated.status);
    assert_eq!(repeated.status, Status::EXISTS);

    // Alice pays in another tab too: the document of the order lets no second attempt succeed.
    let doubled = pay(&store, "A-1001", Id::new())?;
    println!("a third attempt: {}", doubled.status);
    assert_eq!(doubled.status, Status::VERSION_MUST_MATCH);

    // The parcel is there: Bob is paid, less the shop's commission.
    store.submit(&[Operation::release_rest(Id::new(), attempt)])?;
    for (name, account) in [("Alice", ALICE), ("Bob", BOB), ("the shop", SHOP)] {
        if let Some(account) = store.snapshot()?.account(account)? {
            let available = account.balances.available();
            println!("{name}: {} USD", money::format(available, 2));
        }
    }
    store.close()?;
    Ok(())
}

/// Registers the ledger and the accounts; in a store that has them nothing happens.
fn prepare(store: &Store) -> std::result::Result<(), Box<dyn std::error::Error>> {
    store.create_ledgers(&[money::iso_ledger(USD, "USD")?])?;
    let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    store.create_accounts(&[
        Account::new(BANK, USD, 100, AccountFlags::EXTERNAL),
        Account::new(ALICE, USD, 200, wallet | AccountFlags::SPEND_ONLY),
        Account::new(BOB, USD, 300, wallet),
        Account::new(SHOP, USD, 400, AccountFlags::NONE),
    ])?;
    Ok(())
}

/// Holds the money for `order`, and notes which attempt has paid for it: both or neither. The ids
/// of both steps follow from the attempt, so that a retry sends the very same operations.
fn pay(store: &Store, order: &str, attempt: Id) -> Result<Outcome> {
    let hold = Operation {
        user_data_128: Id::named("orders", order),
        fee_account: SHOP,
        fee_ppm: 100_000,
        ..Operation::hold(attempt, ALICE, BOB, USD, 2_000_u32.into())
    };
    let space = "orders";
    let data = [space.as_bytes(), order.as_bytes(), &attempt.to_bytes()].concat();
    let lengths = (space.len() as u16, order.len() as u16, 16);
    let note =
        Operation::put(Id::named("paid", &attempt.to_string()), lengths.0, lengths.1, lengths.2);
    let chain = [hold.with_deadline(14 * 86_400, AtDeadline::REFUND).linked(), note.if_version(0)];
    let outcomes = store.submit_with_data(&chain, &data)?;
    // In a chain that fails, one outcome says why; the others say only that the chain failed.
    let says_why = outcomes.iter().find(|outcome| outcome.status != Status::LINKED_EVENT_FAILED);
    Ok(*says_why.unwrap_or(&outcomes[0]))
}

#[test]
fn runs() -> std::result::Result<(), Box<dyn std::error::Error>> {
    main()
}
