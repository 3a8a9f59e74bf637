//! SQLite, as a good engineer would keep a ledger in it: WAL, `synchronous=FULL`, prepared
//! statements, a transaction for a batch; for a transfer two guarded updates of accounts, one insert
//! and two indexes; holds made by hand in a table of their own.

use super::{Rival, account_number, minor_units};
use crate::measure::{Measured, Workload};
use escrowdb::{Id, Kind, Operation};
use rusqlite::{Connection, params};
use std::path::Path;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS accounts (
        id INTEGER PRIMARY KEY,
        is_limited INTEGER NOT NULL DEFAULT 0,
        debits_pending INTEGER NOT NULL DEFAULT 0,
        debits_posted INTEGER NOT NULL DEFAULT 0,
        credits_pending INTEGER NOT NULL DEFAULT 0,
        credits_posted INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE IF NOT EXISTS operations (
        id BLOB PRIMARY KEY,
        kind INTEGER NOT NULL,
        debit INTEGER NOT NULL,
        credit INTEGER NOT NULL,
        amount INTEGER NOT NULL,
        at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS by_debit ON operations (debit, at);
    CREATE INDEX IF NOT EXISTS by_credit ON operations (credit, at);
    CREATE TABLE IF NOT EXISTS holds (
        id BLOB PRIMARY KEY,
        payer INTEGER NOT NULL,
        payee INTEGER NOT NULL,
        fee_account INTEGER NOT NULL,
        fee_ppm INTEGER NOT NULL,
        amount INTEGER NOT NULL,
        is_open INTEGER NOT NULL
    ) WITHOUT ROWID;";

/// The same memory for pages as a store of ours has in all.
const SETTINGS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -262144;
    PRAGMA wal_autocheckpoint = 10000;";

const INSERT: &str = "INSERT INTO operations VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const DEBIT: &str = "UPDATE accounts SET debits_posted = debits_posted + ?2 WHERE id = ?1
    AND (is_limited = 0 OR credits_posted - debits_posted - debits_pending >= ?2)";
const CREDIT: &str = "UPDATE accounts SET credits_posted = credits_posted + ?2 WHERE id = ?1";
const DEBIT_PENDING: &str = "UPDATE accounts SET debits_pending = debits_pending + ?2 WHERE id = ?1
    AND (is_limited = 0 OR credits_posted - debits_posted - debits_pending >= ?2)";
const CREDIT_PENDING: &str =
    "UPDATE accounts SET credits_pending = credits_pending + ?2 WHERE id = ?1";
const POST_DEBIT: &str = "UPDATE accounts SET debits_pending = debits_pending - ?2,
    debits_posted = debits_posted + ?2 WHERE id = ?1";
const POST_CREDIT: &str = "UPDATE accounts SET credits_pending = credits_pending - ?2,
    credits_posted = credits_posted + ?3 WHERE id = ?1";
const NEW_HOLD: &str = "INSERT INTO holds VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)";
const OPEN_HOLD: &str =
    "SELECT payer, payee, fee_account, fee_ppm, amount FROM holds WHERE id = ?1 AND is_open = 1";
const CLOSE_HOLD: &str = "UPDATE holds SET is_open = 0 WHERE id = ?1";
const LINES: &str = "
    SELECT at, id, amount FROM (
        SELECT * FROM (SELECT at, id, -amount AS amount FROM operations WHERE debit = ?1
            ORDER BY at DESC LIMIT 100)
        UNION ALL
        SELECT * FROM (SELECT at, id, amount FROM operations WHERE credit = ?1
            ORDER BY at DESC LIMIT 100))
    ORDER BY at DESC LIMIT 100";

pub(super) fn version() -> String {
    let version = rusqlite::version();
    format!("{version}, WAL, synchronous=FULL, prepared statements, 256 MiB of cache")
}

pub(super) struct Sqlite {
    connection: Connection,
    /// The time of the last operation: they have a moment each.
    at: i64,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Measured<Self> {
        std::fs::create_dir_all(path)?;
        let connection = Connection::open(path.join("ledger.sqlite"))?;
        connection.execute_batch(SETTINGS)?;
        connection.execute_batch(SCHEMA)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self { connection, at: 0 })
    }
}

impl Rival for Sqlite {
    fn prepare(&mut self, workload: &Workload) -> Measured<()> {
        let transaction = self.connection.transaction()?;
        // The account for fees of the workloads is the last that a number has room for here.
        let ids = (1..=i64::try_from(workload.accounts)?).chain([i64::MAX]);
        for id in ids {
            let mut insert = transaction.prepare_cached("INSERT INTO accounts (id) VALUES (?1)")?;
            insert.execute([id])?;
        }
        Ok(transaction.commit()?)
    }

    fn submit(&mut self, operations: &[Operation]) -> Measured<()> {
        let transaction = self.connection.transaction()?;
        for operation in operations {
            self.at += 1;
            carry_out(&transaction, operation, self.at)?;
        }
        Ok(transaction.commit()?)
    }

    fn find(&mut self, account: Id) -> Measured<bool> {
        let mut select = self.connection.prepare_cached("SELECT * FROM accounts WHERE id = ?1")?;
        let mut rows = select.query([account_number(account)?])?;
        Ok(rows.next()?.is_some())
    }

    fn lines(&mut self, account: Id) -> Measured<usize> {
        let mut select = self.connection.prepare_cached(LINES)?;
        let rows = select.query_map([account_number(account)?], |row| row.get::<_, i64>(2))?;
        rows.map(|row| Ok(row.map(|_| 1)?)).sum()
    }

    fn check(&mut self) -> Measured<()> {
        let sums = "SELECT sum(debits_posted) = sum(credits_posted) FROM accounts";
        let balanced: bool = self.connection.query_row(sums, [], |row| row.get(0))?;
        if balanced { Ok(()) } else { Err("SQLite's books do not balance".into()) }
    }
}

fn carry_out(connection: &Connection, operation: &Operation, at: i64) -> Measured<()> {
    let id = operation.id.as_u128().to_be_bytes();
    let change = |sql: &str, account: i64, amount: i64| -> Measured<()> {
        let changed = connection.prepare_cached(sql)?.execute([account, amount])?;
        if changed == 1 { Ok(()) } else { Err("an account is missing or has too little".into()) }
    };
    let kind = i64::from(operation.kind == Kind::HOLD);
    let (debit, credit, amount) = if operation.kind == Kind::RELEASE {
        release(connection, operation)?
    } else {
        let debit = account_number(operation.debit_account)?;
        let credit = account_number(operation.credit_account)?;
        let amount = minor_units(operation)?;
        let is_hold = operation.kind == Kind::HOLD;
        change(if is_hold { DEBIT_PENDING } else { DEBIT }, debit, amount)?;
        change(if is_hold { CREDIT_PENDING } else { CREDIT }, credit, amount)?;
        if is_hold {
            let ppm = i64::from(operation.fee_ppm);
            let mut insert = connection.prepare_cached(NEW_HOLD)?;
            insert.execute(params![id, debit, credit, i64::MAX, ppm, amount])?;
        }
        (debit, credit, amount)
    };
    let mut insert = connection.prepare_cached(INSERT)?;
    insert.execute(params![id, kind, debit, credit, amount, at])?;
    Ok(())
}

fn release(connection: &Connection, operation: &Operation) -> Measured<(i64, i64, i64)> {
    let hold = operation.target.as_u128().to_be_bytes();
    let mut select = connection.prepare_cached(OPEN_HOLD)?;
    let row = select.query_row(params![hold], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, i64>(3)?, row.get::<_, i64>(4)?))
    });
    let (payer, payee, fee_account, ppm, amount): (i64, i64, i64, i64, i64) = row?;
    let fee = amount * ppm / 1_000_000;
    connection.prepare_cached(POST_DEBIT)?.execute([payer, amount])?;
    connection.prepare_cached(POST_CREDIT)?.execute([payee, amount, amount - fee])?;
    connection.prepare_cached(CREDIT)?.execute([fee_account, fee])?;
    connection.prepare_cached(CLOSE_HOLD)?.execute(params![hold])?;
    Ok((payer, payee, amount))
}
