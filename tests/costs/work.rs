//! A store on a disk in memory that counts, and operations for it.

use escrowdb::disk::{CountingDisk, DiskCounts, MemoryDisk};
use escrowdb::*;
use std::sync::Arc;

/// Operations in a batch.
pub(crate) const BATCH: u64 = 8_192;
/// Accounts with a history.
pub(crate) const ACCOUNTS: u64 = 1_000;
const FEES: Id = Id::from_u128(u64::MAX as u128);

/// A store, its disk, and the number of the last operation.
pub(crate) struct Work {
    pub(crate) store: Store,
    disk: CountingDisk<MemoryDisk>,
    number: u64,
    random: u64,
}

/// So much memory that the store never checkpoints by itself in these tests.
pub(crate) fn roomy() -> Options {
    Options::new().cache_bytes(3 << 30)
}

impl Work {
    pub(crate) fn new(options: Options) -> Self {
        let disk = CountingDisk::new(MemoryDisk::new());
        let store = Store::open_on(Arc::new(disk.clone()), options).unwrap();
        store.create_ledgers(&[money::iso_ledger(1, "USD").unwrap()]).unwrap();
        let account = |id| Account::new(id, 1, 1, AccountFlags::HISTORY);
        let accounts: Vec<_> = (0..ACCOUNTS).map(account_id).chain([FEES]).map(account).collect();
        store.create_accounts(&accounts).unwrap();
        store.checkpoint().unwrap();
        Self { store, disk, number: 0, random: 42 }
    }

    /// Drops the store as a kill would, and opens what it left.
    pub(crate) fn reopen(self, options: Options) -> Self {
        let Self { store, disk, number, random } = self;
        drop(store);
        let store = Store::open_on(Arc::new(disk.clone()), options).unwrap();
        Self { store, disk, number, random }
    }

    /// What the disk was asked to do meanwhile.
    pub(crate) fn counted(&mut self, act: impl FnOnce(&mut Self)) -> DiskCounts {
        let before = self.disk.counts();
        act(self);
        since(&before, &self.disk.counts())
    }

    /// What the disk was asked for to open the store again.
    pub(crate) fn counted_reopening(self, options: Options) -> (Self, DiskCounts) {
        let before = self.disk.counts();
        let opened = self.reopen(options);
        let counts = since(&before, &opened.disk.counts());
        (opened, counts)
    }

    pub(crate) fn transfers(&mut self, count: u64) -> Vec<Operation> {
        (0..count).map(|_| self.transfer()).collect()
    }

    /// Holds, each followed by its release with a fee.
    pub(crate) fn holds(&mut self, count: u64) -> Vec<Operation> {
        let pair = |_| {
            let payment = self.transfer();
            let hold =
                Operation { kind: Kind::HOLD, fee_account: FEES, fee_ppm: 100_000, ..payment };
            let hold = hold.with_deadline(86_400, AtDeadline::REFUND);
            self.number += 1;
            [hold, Operation::release_rest(id(self.number), hold.id)]
        };
        (0..count / 2).flat_map(pair).collect()
    }

    /// Submits what must be applied.
    pub(crate) fn submit(&self, operations: &[Operation]) {
        let outcomes = self.store.submit(operations).unwrap();
        assert!(outcomes.iter().all(|outcome| outcome.status == Status::APPLIED));
    }

    /// Submits so many transfers in batches.
    pub(crate) fn fill(&mut self, count: u64) {
        for _ in 0..count / BATCH {
            let batch = self.transfers(BATCH);
            self.submit(&batch);
        }
    }

    fn transfer(&mut self) -> Operation {
        self.number += 1;
        let (debit, distance) = (self.below(ACCOUNTS), 1 + self.below(ACCOUNTS - 1));
        let (debit, credit) = (account_id(debit), account_id((debit + distance) % ACCOUNTS));
        let units = u32::try_from(1 + self.below(1_000)).unwrap();
        Operation::transfer(id(self.number), debit, credit, 1, Amount::from(units))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.random >> 33) % bound
    }
}

/// The id of an operation.
pub(crate) fn id(number: u64) -> Id {
    Id::from_u128((1 << 64) + u128::from(number))
}

fn account_id(number: u64) -> Id {
    Id::from_u128(u128::from(number) + 1)
}

fn since(before: &DiskCounts, after: &DiskCounts) -> DiskCounts {
    DiskCounts {
        syncs: after.syncs - before.syncs,
        folder_syncs: after.folder_syncs - before.folder_syncs,
        writes: after.writes - before.writes,
        bytes_written: after.bytes_written - before.bytes_written,
        reads: after.reads - before.reads,
        bytes_read: after.bytes_read - before.bytes_read,
    }
}
