//! What happens in the samples: a bit of everything that a store remembers.

use escrowdb::*;
use std::path::Path;

/// Every version writes its samples by the same clock and under the same id.
pub(crate) fn options() -> Options {
    let journal = journal::Options { segment_bytes: 3_000, preallocate_bytes: 1_024 };
    Options::new().clock(ClockSource::Manual).store_id(Id::from_u128(7)).journal(journal)
}

pub(crate) fn second(second: u64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + second).unwrap()
}

fn id(number: u128) -> Id {
    Id::from_u128(number)
}

pub(crate) const LAST: u64 = 60;

/// Opens a new store and tells the story up to `until` seconds.
pub(crate) fn tell(path: &Path, until: u64) -> Store {
    let store = Store::open(path, options()).unwrap();
    store.advance(second(0)).unwrap();
    store.create_ledgers(&[money::iso_ledger(1, "EUR").unwrap()]).unwrap();
    let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let accounts = [
        Account::new(id(1), 1, 100, AccountFlags::EXTERNAL),
        Account::new(id(2), 1, 200, wallet | AccountFlags::HISTORY),
        Account::new(id(3), 1, 300, wallet),
        Account::new(id(4), 1, 400, AccountFlags::NONE),
    ];
    store.create_accounts(&accounts).unwrap();
    go_on(&store, 1, until);
    store
}

/// Tells on from one second to another.
pub(crate) fn go_on(store: &Store, from: u64, until: u64) {
    for number in from..=until {
        store.advance(second(number)).unwrap();
        let (operations, data) = batch(number);
        store.submit_with_data(&operations, data.as_bytes()).unwrap();
        if number.is_multiple_of(15) {
            store.acknowledge("mailer", second(number)).unwrap();
        }
    }
}

/// What is sent in a second: payments, deals that end in every way, refusals, chains, documents.
pub(crate) fn batch(number: u64) -> (Vec<Operation>, String) {
    let first = 1_000 + 10 * u128::from(number);
    let cents = |cents: u64| Amount::from(cents as u32);
    let hold = |id| {
        let hold = Operation::hold(id, self::id(2), self::id(3), 1, cents(7));
        let hold = Operation { fee_account: self::id(4), fee_ppm: 100_000, ..hold };
        hold.with_deadline(20, AtDeadline::RELEASE)
    };
    let pay = Operation::transfer(id(first), id(1), id(2), 1, cents(100 + number));
    let earlier = id(first - 40 + 1);
    let operation = match number % 6 {
        0 => Operation::release(id(first + 2), earlier, cents(3)),
        1 => Operation::refund_rest(id(first + 2), earlier),
        2 => Operation::dispute(id(first + 2), earlier),
        3 => Operation::transfer(id(first + 2), id(3), id(2), 1, cents(1_000_000)),
        4 => Operation::reverse(id(first + 2), id(first - 40), cents(1)),
        _ => Operation::ship(id(first + 2), earlier),
    };
    let mut data = format!("orders{number:04}");
    let (space, key) = (6, 4);
    let value = format!("the order of second {number}");
    data.push_str(&value);
    let put = Operation::put(id(first + 3), space, key, value.len() as u32);
    (vec![pay.linked(), hold(id(first + 1)), operation, put], data)
}
