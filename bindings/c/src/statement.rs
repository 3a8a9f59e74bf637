//! Statements, and queries for holds.

use crate::arguments::{output, room, sized};
use crate::boundary::{call, on};
use crate::cursor::{CursorHandle, Kept, Rows, rows};
use crate::number::escrow_i128;
use crate::opaque::{escrow_cursor, escrow_snapshot};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{
    Amount, Balances, HoldQuery, Id, Moved, Operation, Phase, Record, Side, StatementLine,
    StatementQuery, Timestamp,
};

/// The debit side: what leaves a wallet.
pub const ESCROW_SIDE_DEBIT: u32 = 0;
/// The credit side: what comes into a wallet.
pub const ESCROW_SIDE_CREDIT: u32 = 1;

/// Which lines of a statement. Begin with `ESCROW_STATEMENT_QUERY_INIT`; all zero is every line,
/// oldest first.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_statement_query {
    /// `sizeof(escrow_statement_query)`.
    pub struct_size: u32,
    /// 1 for the newest line first.
    pub newest_first: u32,
    /// The first time, included.
    pub from: u64,
    /// The last time, included; 0 for no bound.
    pub to: u64,
    /// How many lines at most; 0 for no bound.
    pub limit: u64,
}

/// One line of a statement: how one operation changed the account.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_statement_line {
    /// When it happened.
    pub timestamp: Timestamp,
    /// Which side of the account changed: `ESCROW_SIDE_*`.
    pub side: u32,
    /// Zero.
    pub reserved: [u32; 3],
    /// When it counts: the operation's `value_date`, or else `timestamp`.
    pub value_date: Timestamp,
    /// Change of that side's pending balance, in minor units; 0 for an account without
    /// `ESCROW_ACCOUNT_HISTORY`.
    pub pending: escrow_i128,
    /// Change of that side's posted balance, in minor units.
    pub posted: escrow_i128,
    /// The balances after it; the pending ones zero for an account without
    /// `ESCROW_ACCOUNT_HISTORY`.
    pub balances: Balances,
    /// The operation, with its kind, parties and user data. What an operation on a hold, a deadline or
    /// a reversal names by its `target` alone stands in it as in the hold or operation that is meant:
    /// payer and payee (of a split the receiver; of a reversal who gives back and who gets it),
    /// ledger, code, and the user data unless the operation has its own.
    pub operation: Operation,
    /// What it moved.
    pub amount: Amount,
    /// The commission out of `amount`.
    pub fee: Amount,
    /// A final release: what went back to the payer beside `amount`.
    pub rest: Amount,
}

/// Which open holds. Begin with `ESCROW_HOLD_QUERY_INIT`; all zero is every open hold, and each
/// field that is not zero narrows them down.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_hold_query {
    /// `sizeof(escrow_hold_query)`.
    pub struct_size: u32,
    /// In this phase: `ESCROW_PHASE_*`.
    pub phase: u32,
    /// In which this account is payer, payee or fee account.
    pub account: Id,
    /// With this user data.
    pub user_data_128: Id,
    /// With this user data.
    pub user_data_64: u64,
    /// With a deadline at or after this time.
    pub due_from: u64,
    /// With a deadline at or before this time.
    pub due_to: u64,
    /// How many at most.
    pub limit: u64,
    /// `ESCROW_DISPUTED_ONLY` or `ESCROW_DISPUTED_NOT`.
    pub disputed: u32,
    /// Must be zero.
    pub reserved: u32,
}

/// Disputed holds only.
pub const ESCROW_DISPUTED_ONLY: u32 = 1;
/// Undisputed holds only.
pub const ESCROW_DISPUTED_NOT: u32 = 2;

impl escrow_statement_query {
    fn parse(self) -> Result<StatementQuery> {
        if self.newest_first > 1 {
            return Err(Failure::invalid("query: newest_first is 0 or 1"));
        }
        Ok(StatementQuery {
            from: Timestamp::from_nanoseconds(self.from),
            to: Timestamp::from_nanoseconds(self.to),
            newest_first: self.newest_first == 1,
            limit: limit(self.limit),
        })
    }
}

impl escrow_hold_query {
    fn parse(self) -> Result<HoldQuery> {
        let phase = u16::try_from(self.phase).map(Phase::from_number);
        let known = phase.is_ok_and(|phase| phase.number() == 0 || phase.is_known());
        if !known {
            return Err(Failure::invalid("query: phase is not one of ESCROW_PHASE_*"));
        }
        let disputed = match self.disputed {
            0 => None,
            ESCROW_DISPUTED_ONLY => Some(true),
            ESCROW_DISPUTED_NOT => Some(false),
            _ => return Err(Failure::invalid("query: disputed is not one of ESCROW_DISPUTED_*")),
        };
        if self.reserved != 0 {
            return Err(Failure::invalid("query: reserved must be zero"));
        }
        let time = |time| Some(Timestamp::from_nanoseconds(time)).filter(|time| !time.is_none());
        Ok(HoldQuery {
            account: Some(self.account).filter(|id| !id.is_zero()),
            phase: phase.ok().filter(|phase| phase.number() != 0),
            disputed,
            due_from: time(self.due_from),
            due_to: time(self.due_to),
            user_data_128: Some(self.user_data_128).filter(|id| !id.is_zero()),
            user_data_64: Some(self.user_data_64).filter(|data| *data != 0),
            limit: limit(self.limit),
        })
    }
}

fn limit(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl From<StatementLine> for escrow_statement_line {
    fn from(line: StatementLine) -> Self {
        let (operation, moved) = match line.event.record {
            Record::Operation(decision) => (decision.operation, decision.moved),
            // Only operations change balances; a line without one shows the change alone.
            _ => (Operation::zeroed(), Moved::default()),
        };
        Self {
            timestamp: line.timestamp,
            side: match line.side {
                Side::Debit => ESCROW_SIDE_DEBIT,
                Side::Credit => ESCROW_SIDE_CREDIT,
            },
            reserved: [0; 3],
            value_date: line.value_date,
            pending: line.pending.into(),
            posted: line.posted.into(),
            balances: line.balances,
            operation,
            amount: moved.amount,
            fee: moved.fee,
            rest: moved.rest,
        }
    }
}

/// Draws the statement of an account: one line for each operation that changed its balances. Read
/// them with `escrow_cursor_lines`.
///
/// Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. `query` is only read;
/// NULL for every line, oldest first.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such account or the query makes no sense;
/// `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_statement(
    snapshot: *mut escrow_snapshot,
    account: Id,
    query: *const escrow_statement_query,
    cursor: *mut *mut escrow_cursor,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let cursor = output(cursor, "cursor")?;
        let query = sized(query, "query")?.parse()?;
        let kept = Kept::new(&this.snapshot, query, |snapshot, query| {
            Ok(Box::new(snapshot.statement(account, query)?))
        })?;
        cursor.set(CursorHandle::make(this, Rows::Lines(kept))?);
    })
}

/// Finds open holds, all or those that the query narrows them to: by deadline if the query gives a
/// range of deadlines and no account, else by id. Read them with `escrow_cursor_holds`.
///
/// Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`. `query` is only read;
/// NULL for every open hold.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the query makes no sense, or names an account that is not
/// there; `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_open_holds(
    snapshot: *mut escrow_snapshot,
    query: *const escrow_hold_query,
    cursor: *mut *mut escrow_cursor,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let cursor = output(cursor, "cursor")?;
        let query = sized(query, "query")?.parse()?;
        let kept = Kept::new(&this.snapshot, query, |snapshot, query| {
            Ok(Box::new(snapshot.open_holds(query)?))
        })?;
        cursor.set(CursorHandle::make(this, Rows::Holds(kept))?);
    })
}

/// Finds open holds that no deadline will settle: without a deadline, or disputed since before the
/// time `disputed_before`. Read them with `escrow_cursor_holds`.
///
/// Ownership: `*cursor` is the caller's, to be freed by `escrow_cursor_free`.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_snapshot_holds_needing_attention(
    snapshot: *mut escrow_snapshot,
    disputed_before: Timestamp,
    cursor: *mut *mut escrow_cursor,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(snapshot, error), |this| {
        let cursor = output(cursor, "cursor")?;
        let kept = Kept::new(&this.snapshot, (), |snapshot, ()| {
            Ok(Box::new(snapshot.holds_needing_attention(disputed_before)))
        })?;
        cursor.set(CursorHandle::make(this, Rows::Holds(kept))?);
    })
}

/// Reads the next lines of a statement.
///
/// Ownership: `lines` is the caller's room for `capacity` records; `count` gets how many were
/// written: 0 when there are no more.
/// Threads: one at a time.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the cursor has other rows; `ESCROW_IO`, `ESCROW_CORRUPT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_cursor_lines(
    cursor: *mut escrow_cursor,
    lines: *mut escrow_statement_line,
    capacity: usize,
    count: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(cursor, error), |this| {
        let (room, count) = (room(lines, capacity, "lines")?, output(count, "count")?);
        count.set(this.with(rows!(Lines), |kept| kept.fill(room))?);
    })
}
