//! A store with a bank and some wallets, to begin a test with.

use escrowdb::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// The account that money comes from.
pub(crate) const BANK: u128 = 1;
/// Receives commissions.
pub(crate) const FEES: u128 = 2;
/// The first of the wallets.
pub(crate) const WALLET: u128 = 10;
pub(crate) const LEDGER: u32 = 1;

/// A store in a directory that ends with it.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) directory: TempDir,
    next_id: AtomicU64,
}

pub(crate) fn id(number: u128) -> Id {
    Id::from_u128(number)
}

pub(crate) fn amount(units: u32) -> Amount {
    Amount::from(units)
}

pub(crate) fn manual() -> Options {
    Options::new().clock(ClockSource::Manual)
}

pub(crate) fn seconds(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

/// Registers the ledger, and opens the bank and so many wallets.
pub(crate) fn settle_in(store: &Store, wallets: u128) {
    let ledger = Ledger::new(LEDGER, LedgerCode::new("USD").unwrap(), 2);
    store.create_ledgers(&[ledger]).unwrap();
    let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags::HISTORY;
    let mut accounts = vec![
        Account::new(id(BANK), LEDGER, 100, AccountFlags::EXTERNAL),
        Account::new(id(FEES), LEDGER, 400, AccountFlags::NONE),
    ];
    accounts.extend((0..wallets).map(|n| Account::new(id(WALLET + n), LEDGER, 200, wallet)));
    for outcome in store.create_accounts(&accounts).unwrap() {
        assert!(outcome.is_done(), "{outcome:?}");
    }
}

impl World {
    pub(crate) fn new(options: Options, wallets: u128) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path().join("store"), options).unwrap();
        settle_in(&store, wallets);
        Self { store, directory, next_id: AtomicU64::new(1_000) }
    }

    /// Closes the store and opens it again.
    pub(crate) fn reopen(self, options: Options) -> Self {
        self.reopen_after(options, || ())
    }

    /// As [`World::reopen`], with something done while it is closed.
    pub(crate) fn reopen_after(self, options: Options, closed: impl FnOnce()) -> Self {
        let Self { store, directory, next_id } = self;
        drop(store);
        closed();
        let path = directory.path().join("store");
        let store = Store::open(&path, options);
        Self { store: store.unwrap(), directory, next_id }
    }

    pub(crate) fn id(&self) -> Id {
        id(self.next_id.fetch_add(1, Ordering::Relaxed).into())
    }

    pub(crate) fn pay_in(&self, wallet: u128, units: u32) {
        let pay = Operation::transfer(self.id(), id(BANK), id(wallet), LEDGER, amount(units));
        self.applied(&[pay]);
    }

    pub(crate) fn transfer(&self, from: u128, to: u128, units: u32) -> Operation {
        Operation::transfer(self.id(), id(from), id(to), LEDGER, amount(units))
    }

    pub(crate) fn hold(&self, from: u128, to: u128, units: u32) -> Operation {
        Operation::hold(self.id(), id(from), id(to), LEDGER, amount(units))
    }

    /// Submits what must be applied.
    pub(crate) fn applied(&self, operations: &[Operation]) -> Vec<Outcome> {
        let outcomes = self.store.submit(operations).unwrap();
        for outcome in &outcomes {
            assert_eq!(outcome.status, Status::APPLIED);
        }
        outcomes
    }

    pub(crate) fn account(&self, account: u128) -> Account {
        self.store.snapshot().unwrap().account(id(account)).unwrap().unwrap()
    }

    pub(crate) fn available(&self, account: u128) -> u128 {
        self.account(account).balances.available().minor_units()
    }

    pub(crate) fn is_balanced(&self) -> bool {
        self.store.snapshot().unwrap().trial_balance(LEDGER).unwrap().is_balanced()
    }

    /// Everything is read again, and nothing is wrong.
    pub(crate) fn verify(self) {
        let Self { store, directory, .. } = self;
        drop(store);
        let report = verify(directory.path().join("store"), |_, _| ()).unwrap();
        assert_eq!(report.fault, None);
    }
}

/// The segments in a store's directory, rising.
pub(crate) fn segments(store: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(store.join("journal")).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

/// Their names.
pub(crate) fn segment_names(store: &Path) -> Vec<String> {
    let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    segments(store).into_iter().map(name).collect()
}
