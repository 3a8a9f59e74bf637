//! The crate `doubleentry`: entries in a Merkle log, with balances kept beside it, over SQLite.
//!
//! It does transfers in durable batches. Its holds freeze no fee, so it is not measured with those.
//! To open an account costs it a transaction of its own: so it has a thousand at most, and the
//! accounts of a workload share them.

use super::{Rival, minor_units};
use crate::measure::{Measured, Workload};
use ::doubleentry::prelude::*;
use ::doubleentry::store::{SqlStore, Sqlite};
use escrowdb::{Id, Operation};
use std::path::Path;
use tokio::runtime::Runtime;

const ACCOUNTS_MAX: u128 = 1_000;
const START: Date = date!("2026-01-01");

pub(super) struct Books {
    runtime: Runtime,
    ledger: Ledger<SqlStore<Sqlite>>,
}

impl Books {
    pub(super) fn open(path: &Path) -> Measured<Self> {
        std::fs::create_dir_all(path)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let url = format!("sqlite://{}?mode=rwc", path.join("books.sqlite").display());
        let ledger = runtime.block_on(async {
            let store = SqlStore::sqlite(&url).await?;
            let ledger = Ledger::new(store, LedgerId::new("example.com/bench")?).await?;
            ledger.declare_currency(EUR, 2, START).await?;
            ledger.define_months(2026, 1..=12).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(ledger)
        })?;
        Ok(Self { runtime, ledger })
    }
}

fn path_of(number: u128) -> String {
    format!("Liabilities:A{}", number % ACCOUNTS_MAX)
}

impl Rival for Books {
    fn prepare(&mut self, workload: &Workload) -> Measured<()> {
        let accounts = u128::from(workload.accounts).min(ACCOUNTS_MAX);
        self.runtime.block_on(async {
            for number in 0..accounts {
                self.ledger.open(path_of(number), AccountKind::Liability, START).await?;
            }
            Ok(())
        })
    }

    fn submit(&mut self, operations: &[Operation]) -> Measured<()> {
        let entries: Measured<Vec<Entry>> = operations.iter().map(entry).collect();
        let recorded = self.runtime.block_on(self.ledger.record_batch(entries?))?;
        let new = recorded.iter().filter(|recorded| !recorded.replayed).count();
        if new == operations.len() { Ok(()) } else { Err("an entry was there before".into()) }
    }

    fn find(&mut self, account: Id) -> Measured<bool> {
        let path = path_of(account.as_u128());
        self.runtime.block_on(self.ledger.balance(path, EUR, &BalanceQuery::all()))?;
        Ok(true)
    }

    fn lines(&mut self, _account: Id) -> Measured<usize> {
        Err("statements of doubleentry are not measured".into())
    }

    fn check(&mut self) -> Measured<()> {
        // It refuses what does not balance; there is no other way in.
        Ok(())
    }
}

fn entry(operation: &Operation) -> Measured<Entry> {
    let amount = Amount::from_minor(i128::from(minor_units(operation)?))?;
    let debit = operation.debit_account.as_u128();
    let credit = operation.credit_account.as_u128();
    // Two accounts of a workload may share one here; then its neighbour is paid.
    let same = debit % ACCOUNTS_MAX == credit % ACCOUNTS_MAX;
    let credit = if same { credit + 1 } else { credit };
    Ok(Entry::new(format!("{:x}", operation.id.as_u128()), START)
        .debit(path_of(debit), amount, EUR)
        .credit(path_of(credit), amount, EUR))
}
