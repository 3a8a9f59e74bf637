//! The store under test: the one place that knows its interface.

use crate::system::{Dump, Judged, Known, Line, System, Time};
use escrowdb::disk::MemoryDisk;
use escrowdb::{
    Account, ClockSource, Durability, Head, Id, Ledger, Operation, Options, Outcome,
    StatementQuery, Timestamp,
};
use std::sync::Arc;
use tempfile::TempDir;

pub(crate) struct Store {
    /// Dropped before its directory.
    store: Option<escrowdb::Store>,
    directory: TempDir,
    time: Time,
    now: Timestamp,
    id: Id,
    /// A store of few deadlines in memory, and itself in memory.
    short: Option<(usize, MemoryDisk)>,
}

impl Store {
    fn open_file(
        directory: &TempDir,
        time: Time,
        id: Id,
        short: Option<&(usize, MemoryDisk)>,
    ) -> escrowdb::Store {
        let clock = match time {
            Time::Manual => ClockSource::Manual,
            Time::Machine => ClockSource::System,
        };
        let path = directory.path().join("test.escrow");
        // The rules are tested here, not the power supply.
        let options = Options::new().clock(clock).durability(Durability::Process).store_id(id);
        if let Some((window, disk)) = short {
            let options = options.deadline_window(*window);
            return escrowdb::Store::open_on(Arc::new(disk.clone()), options).expect("it opens");
        }
        escrowdb::Store::open(path, options).expect("the store opens")
    }

    /// A store whose id is this one, or random bytes for zero.
    pub(crate) fn open_with_id(time: Time, id: u128) -> Self {
        Self::open_with(time, id, None)
    }

    fn open_with(time: Time, id: u128, window: Option<usize>) -> Self {
        let directory = TempDir::new().expect("a directory");
        let id = Id::from_u128(id);
        let short = window.map(|window| (window, MemoryDisk::new()));
        let store = Some(Self::open_file(&directory, time, id, short.as_ref()));
        Self { directory, time, now: Timestamp::NONE, id, short, store }
    }

    /// Stops the store and opens it again, and leaves its clock where that is.
    pub(crate) fn open_again(&mut self) {
        // With a checkpoint, so that what it wrote is read.
        if let Some(store) = self.store.take() {
            store.close().expect("a store that closes");
        }
        self.store =
            Some(Self::open_file(&self.directory, self.time, self.id, self.short.as_ref()));
    }

    pub(crate) fn advance_and_count(&mut self, time: Timestamp) -> u64 {
        self.now = self.now.max(time);
        self.store().advance(time).expect("time moves on").settled
    }

    pub(crate) fn head(&self) -> Head {
        self.store().head().expect("the store answers")
    }

    /// Closes the store, reads everything again, and gives the hash over its state.
    pub(crate) fn verify(mut self) -> String {
        let head = self.head();
        // With a checkpoint, so that what it wrote is read.
        if let Some(store) = self.store.take() {
            store.close().expect("a store that closes");
        }
        let path = self.directory.path().join("test.escrow");
        let report = escrowdb::verify(path, |_, _| ()).expect("a report");
        assert_eq!((report.fault, report.blocks), (None, head.block));
        report.state_hash
    }

    pub(crate) fn snapshot(&self) -> escrowdb::Snapshot {
        self.store().snapshot().expect("a snapshot")
    }

    fn store(&self) -> &escrowdb::Store {
        self.store.as_ref().expect("closed only while it is opened again")
    }
}

impl System for Store {
    fn open(time: Time) -> Self {
        Self::open_with_id(time, 0)
    }

    fn create_ledgers(&mut self, ledgers: &[Ledger]) -> Vec<Outcome> {
        self.store().create_ledgers(ledgers).expect("ledgers are judged")
    }

    fn create_accounts(&mut self, accounts: &[Account]) -> Vec<Outcome> {
        self.store().create_accounts(accounts).expect("accounts are judged")
    }

    fn submit(&mut self, operations: &[Operation], data: &[u8]) -> Vec<Outcome> {
        self.store().submit_with_data(operations, data).expect("operations are judged")
    }

    fn advance(&mut self, time: Timestamp) {
        self.advance_and_count(time);
    }

    fn reopen(&mut self) {
        self.open_again();
        if self.time == Time::Manual {
            self.advance(self.now);
        }
    }

    fn dump(&self, known: &Known) -> Dump {
        let snapshot = self.store().snapshot().expect("a snapshot");
        let mut dump = Dump::default();
        for ledger in snapshot.ledgers().expect("the ledgers") {
            dump.ledgers.insert(ledger.number, ledger);
        }
        for account in snapshot.all_accounts(None) {
            let account = account.expect("an account");
            dump.accounts.insert(account.id, account);
            let lines = snapshot.statement(account.id, &StatementQuery::default());
            for line in lines.expect("a statement") {
                let line = line.expect("a line");
                dump.lines.push(Line {
                    account: account.id,
                    timestamp: line.timestamp,
                    side: line.side,
                    pending: line.pending,
                    posted: line.posted,
                    balances: line.balances,
                });
            }
        }
        for hold in snapshot.all_holds(None) {
            let hold = hold.expect("a hold");
            dump.holds.insert(hold.id, hold);
        }
        for &id in &known.operations {
            if let Some(record) = snapshot.operation(id).expect("a look-up") {
                let judged = Judged {
                    operation: record.operation,
                    status: record.status,
                    timestamp: record.timestamp,
                    moved: record.moved,
                };
                dump.operations.insert(id, judged);
            }
        }
        for name in &known.documents {
            let found = match snapshot.document(&name.0, &name.1) {
                // No document can have such a name.
                Err(escrowdb::Error::InvalidArgument(_)) => None,
                found => found.expect("a look-up"),
            };
            if let Some(document) = found {
                let stored = (document.version, document.value.to_vec());
                dump.documents.insert(name.clone(), stored);
            }
        }
        dump
    }
}

/// The same store with a view of almost nothing: it keeps two deadlines in memory, and those of the
/// `FORGETS` kind are opened again before each call, so that all else has to be loaded, too. If it
/// judges by what it happens to have in memory, its answers differ from the model's.
pub(crate) struct ShortSighted<const FORGETS: bool>(Store);

impl<const FORGETS: bool> ShortSighted<FORGETS> {
    fn forgetful(&mut self) -> &mut Store {
        if FORGETS {
            self.0.reopen();
        }
        &mut self.0
    }
}

impl<const FORGETS: bool> System for ShortSighted<FORGETS> {
    fn open(time: Time) -> Self {
        Self(Store::open_with(time, 0, Some(2)))
    }

    fn create_ledgers(&mut self, ledgers: &[Ledger]) -> Vec<Outcome> {
        self.forgetful().create_ledgers(ledgers)
    }

    fn create_accounts(&mut self, accounts: &[Account]) -> Vec<Outcome> {
        self.forgetful().create_accounts(accounts)
    }

    fn submit(&mut self, operations: &[Operation], data: &[u8]) -> Vec<Outcome> {
        self.forgetful().submit(operations, data)
    }

    fn advance(&mut self, time: Timestamp) {
        self.forgetful().advance(time);
    }

    fn reopen(&mut self) {
        self.0.reopen();
    }

    fn dump(&self, known: &Known) -> Dump {
        self.0.dump(known)
    }
}
