//! redb without a thought: a row for every transfer and for every line of a statement, the accounts
//! read and written again, a durable commit for a batch.

use super::Rival;
use crate::measure::{Measured, Workload};
use escrowdb::{Id, Operation};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::path::Path;

/// Debits and credits by account.
const ACCOUNTS: TableDefinition<u128, (u128, u128)> = TableDefinition::new("accounts");
/// Debit account, credit account, amount and time by id.
const TRANSFERS: TableDefinition<u128, (u128, u128, u128, u64)> = TableDefinition::new("transfers");
/// Transfers by account and time.
const LINES: TableDefinition<(u128, u64), u128> = TableDefinition::new("lines");

pub(super) struct NaiveRedb {
    database: Database,
    at: u64,
}

impl NaiveRedb {
    pub(super) fn open(path: &Path) -> Measured<Self> {
        std::fs::create_dir_all(path)?;
        let mut builder = Database::builder();
        builder.set_cache_size(256 << 20);
        Ok(Self { database: builder.create(path.join("naive.redb"))?, at: 0 })
    }
}

impl Rival for NaiveRedb {
    fn prepare(&mut self, workload: &Workload) -> Measured<()> {
        let transaction = self.database.begin_write()?;
        {
            let mut accounts = transaction.open_table(ACCOUNTS)?;
            for id in 1..=u128::from(workload.accounts) {
                accounts.insert(id, (0, 0))?;
            }
            transaction.open_table(TRANSFERS)?;
            transaction.open_table(LINES)?;
        }
        Ok(transaction.commit()?)
    }

    fn submit(&mut self, operations: &[Operation]) -> Measured<()> {
        let transaction = self.database.begin_write()?;
        {
            let mut accounts = transaction.open_table(ACCOUNTS)?;
            let mut transfers = transaction.open_table(TRANSFERS)?;
            let mut lines = transaction.open_table(LINES)?;
            for operation in operations {
                self.at += 1;
                let id = operation.id.as_u128();
                let debit = operation.debit_account.as_u128();
                let credit = operation.credit_account.as_u128();
                let amount = operation.amount.minor_units();
                for (account, out, into) in [(debit, amount, 0), (credit, 0, amount)] {
                    let found = accounts.get(account)?.map(|row| row.value());
                    let (debits, credits) = found.ok_or("an account is missing")?;
                    accounts.insert(account, (debits + out, credits + into))?;
                    lines.insert((account, self.at), id)?;
                }
                if transfers.insert(id, (debit, credit, amount, self.at))?.is_some() {
                    return Err("an id was used twice".into());
                }
            }
        }
        Ok(transaction.commit()?)
    }

    fn find(&mut self, account: Id) -> Measured<bool> {
        let accounts = self.database.begin_read()?.open_table(ACCOUNTS)?;
        Ok(accounts.get(account.as_u128())?.is_some())
    }

    fn lines(&mut self, account: Id) -> Measured<usize> {
        let transaction = self.database.begin_read()?;
        let (lines, transfers) =
            (transaction.open_table(LINES)?, transaction.open_table(TRANSFERS)?);
        let account = account.as_u128();
        let mut count = 0;
        for line in lines.range((account, 0)..=(account, u64::MAX))?.rev().take(100) {
            let transfer = transfers.get(line?.1.value())?;
            count += usize::from(transfer.is_some());
        }
        Ok(count)
    }

    fn check(&mut self) -> Measured<()> {
        let accounts = self.database.begin_read()?.open_table(ACCOUNTS)?;
        let (mut debits, mut credits) = (0, 0);
        for row in accounts.iter()? {
            let (out, into) = row?.1.value();
            debits += out;
            credits += into;
        }
        if debits == credits { Ok(()) } else { Err("redb's books do not balance".into()) }
    }
}
