//! SKELETON for the command line: signatures only; the real ones land later.
#![allow(missing_docs, clippy::todo, unused, clippy::missing_errors_doc)]
use crate::model::*;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    Io(String), Corrupt(String), NewerFormat { found: u32, supported: u32 }, NotAStore(String),
    NotFound(String), AlreadyExists(String), Locked(String), Forked, Poisoned(String), Closed,
    InvalidArgument(String), LimitExceeded(String),
}
impl std::fmt::Display for Error { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
impl std::error::Error for Error {}
pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)] pub enum Durability { #[default] Durable, /** survives a crash of the process, not of the machine */ Process }
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)] pub enum ClockSource { #[default] System, Manual }
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)] pub enum OpenMode { #[default] OpenOrCreate, CreateNew, Existing }
#[derive(Debug, Clone)] pub struct Options {}
impl Options {
    pub fn new() -> Self { todo!() }
    pub fn durability(self, durability: Durability) -> Self { todo!() }
    pub fn clock(self, clock: ClockSource) -> Self { todo!() }
    pub fn mode(self, mode: OpenMode) -> Self { todo!() }
    pub fn cache_bytes(self, bytes: usize) -> Self { todo!() }
    pub fn index_user_data(self, index: bool) -> Self { todo!() }
}
#[derive(Debug, Clone)] pub struct Store {}
impl Store {
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self> { todo!() }
    pub fn create_ledgers(&self, ledgers: &[Ledger]) -> Result<Vec<Outcome>> { todo!() }
    pub fn create_accounts(&self, accounts: &[Account]) -> Result<Vec<Outcome>> { todo!() }
    pub fn submit(&self, operations: &[Operation]) -> Result<Vec<Outcome>> { todo!() }
    pub fn submit_with_data(&self, operations: &[Operation], data: &[u8]) -> Result<Vec<Outcome>> { todo!() }
    /// returns at once; many tickets in flight share commits
    pub fn submit_async(&self, operations: Vec<Operation>, data: Vec<u8>) -> Result<Ticket> { todo!() }
    /// settles what is due up to `to`; a manual clock moves there. Gives how many holds were settled.
    pub fn advance(&self, to: Timestamp) -> Result<u64> { todo!() }
    pub fn snapshot(&self) -> Result<Snapshot> { todo!() }
    pub fn acknowledge(&self, consumer: &str, position: Timestamp) -> Result<()> { todo!() }
    pub fn checkpoint(&self) -> Result<()> { todo!() }
    pub fn stats(&self) -> Stats { todo!() }
    pub fn close(self) -> Result<()> { todo!() }
}
pub struct Ticket {}
impl Ticket { pub fn wait(self) -> Result<Vec<Outcome>> { todo!() } }
/// What a store has done since it was opened, and how large it is.
#[derive(Debug, Clone, Default, serde::Serialize)]
#[non_exhaustive]
pub struct Stats { pub blocks: u64, pub operations: u64, pub syncs: u64, pub journal_bytes: u64, pub state_bytes: u64, pub checkpoints: u64, pub accounts_in_memory: u64, pub last_timestamp: u64, pub last_block: u64 }
#[derive(Debug, Clone)] pub struct Snapshot {}
impl Snapshot {
    pub fn timestamp(&self) -> Timestamp { todo!() }
    pub fn ledger(&self, number: u32) -> Result<Option<Ledger>> { todo!() }
    pub fn ledgers(&self) -> Result<Vec<Ledger>> { todo!() }
    pub fn account(&self, id: Id) -> Result<Option<Account>> { todo!() }
    pub fn accounts(&self, ids: &[Id]) -> Result<Vec<Option<Account>>> { todo!() }
    pub fn all_accounts(&self) -> impl Iterator<Item = Result<Account>> + '_ { std::iter::from_fn(|| todo!()) }
    pub fn hold(&self, id: Id) -> Result<Option<Hold>> { todo!() }
    pub fn holds(&self, ids: &[Id]) -> Result<Vec<Option<Hold>>> { todo!() }
    pub fn operation(&self, id: Id) -> Result<Option<OperationRecord>> { todo!() }
    pub fn statement(&self, account: Id, query: &StatementQuery) -> Result<impl Iterator<Item = Result<StatementLine>> + '_> { todo!() ; Ok(std::iter::empty()) }
    pub fn balances_at(&self, account: Id, at: Timestamp) -> Result<Option<Balances>> { todo!() }
    pub fn open_holds(&self, query: &HoldQuery) -> Result<impl Iterator<Item = Result<Hold>> + '_> { todo!(); Ok(std::iter::empty()) }
    /// open holds without a deadline, or disputed since before `disputed_before`
    pub fn holds_needing_attention(&self, disputed_before: Timestamp) -> Result<impl Iterator<Item = Result<Hold>> + '_> { todo!(); Ok(std::iter::empty()) }
    pub fn trial_balance(&self, ledger: u32) -> Result<TrialBalance> { todo!() }
    pub fn events(&self, after: Timestamp) -> impl Iterator<Item = Result<Event>> + '_ { std::iter::from_fn(|| todo!()) }
    pub fn document(&self, space: &str, key: &[u8]) -> Result<Option<StoredDocument>> { todo!() }
    pub fn consumers(&self) -> Result<Vec<(String, Timestamp)>> { todo!() }
}
#[derive(Debug, Clone)] pub struct StoredDocument { pub version: u64, pub value: std::sync::Arc<[u8]> }
/// default: everything, oldest first
#[derive(Debug, Clone, Default)] pub struct StatementQuery { pub from: Timestamp, /** MAX-like when NONE */ pub to: Timestamp, pub newest_first: bool, pub limit: usize /* 0 = all */ }
#[derive(Debug, Clone)] pub struct StatementLine { pub timestamp: Timestamp, pub operation: Operation, pub side: Side, pub pending: i128, pub posted: i128, pub balances: Balances }
#[derive(Debug, Clone, Default)] pub struct HoldQuery { pub account: Option<Id>, pub phase: Option<Phase>, pub disputed: Option<bool>, pub due_from: Option<Timestamp>, pub due_to: Option<Timestamp>, pub user_data_128: Option<Id>, pub user_data_64: Option<u64>, pub limit: usize }
/// state of now
#[derive(Debug, Clone)] pub struct OperationRecord { pub timestamp: Timestamp, pub operation: Operation, pub status: Status, pub moved: Moved, pub reversed: Amount }
#[derive(Debug, Clone)] pub struct TrialBalance { pub ledger: Ledger, pub rows: Vec<TrialBalanceRow>, pub totals: Balances }
impl TrialBalance { pub fn is_balanced(&self) -> bool { todo!() } }
/// one row per account code
#[derive(Debug, Clone)] pub struct TrialBalanceRow { pub code: u16, pub accounts: u64, pub balances: Balances }
/// Re-reads everything: journal, crc, chain, state against a replay, all laws. `progress(done_bytes, total_bytes)`.
pub fn verify(path: impl AsRef<Path>, progress: impl FnMut(u64, u64)) -> Result<VerifyReport> { todo!() }
/// `fault` is the first one found, in words
#[derive(Debug, Clone, serde::Serialize)] pub struct VerifyReport { pub blocks: u64, pub events: u64, pub accounts: u64, pub holds: u64, pub head: String, pub state_hash: String, pub fault: Option<String> }
