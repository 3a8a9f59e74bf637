//! Workloads: what is asked of a store, in which portions, from how many threads.

use super::Measured;
use escrowdb::{Account, AccountFlags, Amount, AtDeadline, Id, Operation, Store, money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The one ledger.
pub(crate) const LEDGER: u32 = 1;
/// The account that commissions go to.
const FEES: Id = Id::from_u128(u64::MAX as u128);
/// Submissions on their way at a time, unless a workload says otherwise.
const IN_FLIGHT: usize = 4;
/// The commission frozen into every hold, in parts per million.
const FEE_PPM: u32 = 100_000;

/// What is asked for, and how.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Workload {
    /// How many operations in all.
    pub(crate) operations: u64,
    /// Accounts with a history, each equally likely to pay and to be paid.
    pub(crate) accounts: u64,
    /// Operations in a submission.
    pub(crate) batch: u64,
    /// Submissions on their way at a time, of one thread that does not wait for each.
    pub(crate) in_flight: usize,
    /// Threads that submit one operation a call and wait for it; 0 for batches.
    pub(crate) threads: u64,
    /// Every other operation a hold, and between them the releases of the holds, with a fee.
    /// Otherwise transfers.
    pub(crate) holds: bool,
    /// Ids of 128 bits of which the upper half is random. Otherwise they rise.
    pub(crate) random_ids: bool,
    /// All batches are made before the clock starts, for which they must fit into memory, and the
    /// thread waits for each. Otherwise they are made while it runs, each when it is needed.
    #[serde(default)]
    pub(crate) is_made_before: bool,
}

impl Workload {
    /// Transfers with rising ids between 10,000 accounts, in batches of 8,192, four on their way.
    pub(crate) fn transfers(operations: u64) -> Self {
        Self {
            operations,
            accounts: 10_000,
            batch: 8_192,
            in_flight: IN_FLIGHT,
            threads: 0,
            holds: false,
            random_ids: false,
            is_made_before: false,
        }
    }

    /// In words, as in `1,000,000 transfers, batches of 8,192`.
    pub(crate) fn words(&self) -> String {
        let count = |number: u64| {
            let digits = number.to_string();
            let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
            groups.collect::<Vec<_>>().join(",")
        };
        let what = if self.holds { "holds and releases with fee" } else { "transfers" };
        let ids = if self.random_ids { ", random ids" } else { "" };
        let accounts = match self.accounts {
            10_000 => String::new(),
            other => format!(", {} accounts", count(other)),
        };
        let portions = match self.threads {
            0 if self.in_flight == IN_FLIGHT => format!("batches of {}", count(self.batch)),
            0 => format!("batches of {}, {} in flight", count(self.batch), self.in_flight),
            1 => "one a call".to_owned(),
            threads => format!("one a call, {threads} threads"),
        };
        format!("{} {what}{ids}{accounts}, {portions}", count(self.operations))
    }
}

/// Makes the operations of a workload, in order.
pub(crate) struct Generator {
    random: Random,
    number: u64,
    accounts: u64,
    holds: bool,
    random_ids: bool,
    last: Id,
}

impl Generator {
    pub(crate) fn new(workload: &Workload) -> Self {
        let &Workload { accounts, holds, random_ids, .. } = workload;
        Self { random: Random(42), number: 0, accounts, holds, random_ids, last: Id::ZERO }
    }

    /// The next `count` operations.
    pub(crate) fn batch(&mut self, count: u64) -> Vec<Operation> {
        (0..count).map(|_| self.operation()).collect()
    }

    /// One of the accounts, each equally likely.
    pub(crate) fn account(&mut self) -> Id {
        account_id(self.random.below(self.accounts))
    }

    fn id(&mut self) -> Id {
        self.number += 1;
        let low = u128::from(self.number);
        let high = if self.random_ids { u128::from(self.random.next()) } else { 0 };
        Id::from_u128(high << 64 | low)
    }

    fn operation(&mut self) -> Operation {
        let id = self.id();
        let before = std::mem::replace(&mut self.last, id);
        if self.holds && self.number.is_multiple_of(2) {
            return Operation::release_rest(id, before);
        }
        let debit = self.random.below(self.accounts);
        let distance = 1 + self.random.below(self.accounts - 1);
        let credit = (debit + distance) % self.accounts;
        let amount = Amount::from(1 + self.random.below(1_000));
        let (debit, credit) = (account_id(debit), account_id(credit));
        if self.holds {
            let hold = Operation::hold(id, debit, credit, LEDGER, amount);
            return Operation { fee_account: FEES, fee_ppm: FEE_PPM, ..hold }
                .with_deadline(86_400, AtDeadline::REFUND);
        }
        Operation::transfer(id, debit, credit, LEDGER, amount)
    }
}

fn account_id(number: u64) -> Id {
    Id::from_u128(u128::from(number) + 1)
}

/// Registers the ledger and opens the accounts, and checkpoints, so that what follows starts from
/// rest.
pub(crate) fn prepare(store: &Store, workload: &Workload) -> Measured<()> {
    store.create_ledgers(&[money::iso_ledger(LEDGER, "USD")?])?;
    store.create_accounts(&[Account::new(FEES, LEDGER, 2, AccountFlags::NONE)])?;
    let numbers: Vec<_> = (0..workload.accounts).collect();
    for numbers in numbers.chunks(8_192) {
        let account =
            |number: &u64| Account::new(account_id(*number), LEDGER, 1, AccountFlags::HISTORY);
        store.create_accounts(&numbers.iter().map(account).collect::<Vec<_>>())?;
    }
    Ok(store.checkpoint()?)
}

/// A small generator of random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `bound`, which is not zero.
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workload_is_the_same_in_every_run() {
        let workload = Workload { holds: true, random_ids: true, ..Workload::transfers(100) };
        let whole = Generator::new(&workload).batch(100);
        let mut generator = Generator::new(&workload);
        let parts: Vec<_> = [33, 66, 1].into_iter().flat_map(|n| generator.batch(n)).collect();
        assert_eq!(whole, parts, "however it is cut");
        for pair in whole.chunks(2) {
            assert_eq!(pair[1].target, pair[0].id, "a release follows its hold");
            assert_ne!(pair[0].debit_account, pair[0].credit_account);
        }
    }

    #[test]
    fn a_workload_has_words() {
        let workload = Workload { holds: true, random_ids: true, ..Workload::transfers(12_345) };
        let words = "12,345 holds and releases with fee, random ids, batches of 8,192";
        assert_eq!(workload.words(), words);
        let single = Workload { threads: 64, accounts: 7, ..Workload::transfers(999) };
        assert_eq!(single.words(), "999 transfers, 7 accounts, one a call, 64 threads");
        let batches = Workload { batch: 100, in_flight: 2, ..Workload::transfers(5) };
        assert_eq!(batches.words(), "5 transfers, batches of 100, 2 in flight");
    }
}
