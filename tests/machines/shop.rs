//! A small shop whose journal is in a database.

use escrowdb::journal::postgres::{Address, Setup, init};
use escrowdb::{
    Account, AccountFlags, Amount, Error, Id, Operation, Options, Status, Store, money,
};
use std::path::Path;
use std::time::Duration;

pub(crate) const STORE: u128 = 0x5ec0_4d11;
const BANK: u128 = 1;
const CUSTOMER: u128 = 2;

/// Makes the log, of which so many of these standbys have to have what is answered.
pub(crate) fn make_log(url: &str, standbys: &[&str], required: u32) {
    let standbys = standbys.iter().map(|name| (*name).to_owned()).collect();
    let setup = Setup { store_id: Id::from(STORE).to_bytes(), standbys, required };
    init(&address(url), &setup).unwrap();
}

pub(crate) fn address(url: &str) -> Address {
    url.parse().unwrap()
}

/// After how long whoever waits is told so.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// How the shop is opened.
pub(crate) fn options(url: &str) -> Options {
    Options::new().log(address(url)).log_patience(PATIENCE)
}

/// Opens the shop with its replica in a directory.
pub(crate) fn open(directory: &Path, url: &str) -> Result<Store, Error> {
    Store::open(directory, options(url))
}

/// Gives it a ledger and its accounts.
pub(crate) fn furnish(store: &Store) {
    let ledger = money::iso_ledger(1, "USD").unwrap();
    store.create_ledgers(&[ledger]).unwrap();
    let account = |id: u128, flags| Account::new(Id::from(id), 1, 100, flags);
    let customer = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let accounts = [account(BANK, AccountFlags::EXTERNAL), account(CUSTOMER, customer)];
    store.create_accounts(&accounts).unwrap();
}

/// Pays one unit in, under an id; the outcome's status.
pub(crate) fn pay(store: &Store, id: u128) -> Result<Status, Error> {
    let (bank, customer) = (Id::from(BANK), Id::from(CUSTOMER));
    let pay = Operation::transfer(Id::from(id), bank, customer, 1, Amount::from(1_u32));
    Ok(store.submit(&[pay])?[0].status)
}

/// What the customer has, which is how many payments there were.
pub(crate) fn paid(store: &Store) -> Amount {
    let account = store.snapshot().unwrap().account(Id::from(CUSTOMER)).unwrap().unwrap();
    account.balances.credits_posted
}

/// Whether there was a payment of this id.
pub(crate) fn is_paid(store: &Store, id: u128) -> bool {
    store.snapshot().unwrap().operation(Id::from(id)).unwrap().is_some()
}
