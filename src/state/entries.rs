//! Rows of entries: a part of the statement of one account, as it is stored.
//!
//! The body of a row opens with the balances before its first entry, so that each row is read on
//! its own, from either end of a statement.
//!
//! Guarantees that a row that is read has balances that are amounts. Knows neither redb nor layers.

use super::bytes::{put_varint, take_varint, take_varint_64};
use super::codec::KeyBytes;
use crate::model::{Account, AccountFlags, Amount, Balances, Entry, Id, Side, Timestamp};

/// Where a row is cut: about a page of redb.
const ROW_BYTES: usize = 4_096;

/// Bits of the byte that says what an entry has.
mod tag {
    pub(super) const CREDIT: u8 = 1;
    pub(super) const PENDING: u8 = 2;
    pub(super) const PENDING_IS_NEGATIVE: u8 = 4;
    pub(super) const POSTED: u8 = 8;
    /// Never set by the rules of today.
    pub(super) const POSTED_IS_NEGATIVE: u8 = 16;
    pub(super) const ALL: u8 = 31;
}

/// One line of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    /// The operation that made it.
    pub(crate) timestamp: Timestamp,
    /// Which side changed.
    pub(crate) side: Side,
    /// Change of the pending balance of that side; zero without [`AccountFlags::HISTORY`].
    pub(crate) pending: i128,
    /// Change of the posted balance of that side.
    pub(crate) posted: i128,
    /// All balances after it; the pending ones zero without [`AccountFlags::HISTORY`].
    pub(crate) balances_after: Balances,
}

/// What the statement of an account shows of its balances.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    /// Whether it shows the pending ones.
    pub(super) history: bool,
    /// Those of the record, the pending ones zero if they are not shown.
    pub(super) balances: Balances,
}

impl Shown {
    /// What is shown of `account`; nothing but zeros before it was opened.
    pub(super) fn of(account: Option<&Account>, history: bool) -> Self {
        let mut balances = account.map_or_else(Balances::default, |account| account.balances);
        if !history {
            balances.debits_pending = Amount::ZERO;
            balances.credits_pending = Amount::ZERO;
        }
        Self { history, balances }
    }

    /// Whether the statement of `account` shows pending balances.
    pub(super) fn history(account: &Account) -> bool {
        account.has(AccountFlags::HISTORY)
    }

    /// The line of `entry`, whose balances are what is shown after it. `None` if they are no
    /// amounts.
    pub(super) fn forward(&mut self, entry: &Entry) -> Option<Line> {
        self.balances = changed(self.balances, entry.side, self.change(entry))?;
        Some(self.line(entry))
    }

    /// The line of the last `entry` of what is shown; from then on what was shown before it.
    pub(super) fn backward(&mut self, entry: &Entry) -> Option<Line> {
        let line = self.line(entry);
        let (pending, posted) = self.change(entry);
        let undo = (pending.checked_neg()?, posted.checked_neg()?);
        self.balances = changed(self.balances, entry.side, undo)?;
        Some(line)
    }

    fn change(&self, entry: &Entry) -> (i128, i128) {
        let pending = if self.history { entry.pending } else { 0 };
        (pending, entry.posted)
    }

    fn line(&self, entry: &Entry) -> Line {
        let (pending, posted) = self.change(entry);
        Line {
            timestamp: entry.timestamp,
            side: entry.side,
            pending,
            posted,
            balances_after: self.balances,
        }
    }
}

fn changed(mut balances: Balances, side: Side, change: (i128, i128)) -> Option<Balances> {
    let (pending, posted) = match side {
        Side::Debit => (&mut balances.debits_pending, &mut balances.debits_posted),
        Side::Credit => (&mut balances.credits_pending, &mut balances.credits_posted),
    };
    *pending = sum(*pending, change.0)?;
    *posted = sum(*posted, change.1)?;
    Some(balances)
}

fn sum(amount: Amount, change: i128) -> Option<Amount> {
    let amount = i128::try_from(amount.minor_units()).ok()?;
    Amount::new(u128::try_from(amount.checked_add(change)?).ok()?)
}

/// Cuts the entries of one account into rows.
pub(super) struct RowWriter {
    account: Id,
    shown: Shown,
    first: Timestamp,
    last: Timestamp,
    body: Vec<u8>,
}

impl RowWriter {
    /// Of `account`, of which `shown` was shown before.
    pub(super) const fn new(account: Id, shown: Shown) -> Self {
        Self { account, shown, first: Timestamp::NONE, last: Timestamp::NONE, body: Vec::new() }
    }

    /// Appends an entry: `None` if the balances after it are no amounts, else the row before it if
    /// that is complete. A row is never cut between lines of one time, for its key says that all
    /// before it is earlier.
    #[expect(clippy::option_option, reason = "no amounts, and no row yet, are two answers")]
    pub(super) fn push(&mut self, entry: &Entry) -> Option<Option<(Vec<u8>, Vec<u8>)>> {
        let is_full = self.body.len() >= ROW_BYTES && entry.timestamp != self.last;
        let row = if is_full { self.finish() } else { None };
        if self.body.is_empty() {
            self.first = entry.timestamp;
            self.last = entry.timestamp;
            put_balances(&self.shown.balances, &mut self.body);
        }
        let line = self.shown.forward(entry)?;
        put_line(&line, self.last, &mut self.body);
        self.last = line.timestamp;
        Some(row)
    }

    /// Key and body of the row that is not yet complete, if any.
    pub(super) fn finish(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        if self.body.is_empty() {
            return None;
        }
        let body = std::mem::take(&mut self.body);
        Some(((self.account, self.first).to_vec(), body))
    }
}

fn put_balances(balances: &Balances, body: &mut Vec<u8>) {
    let Balances { debits_pending, debits_posted, credits_pending, credits_posted } = balances;
    for amount in [debits_pending, debits_posted, credits_pending, credits_posted] {
        put_varint(amount.minor_units(), body);
    }
}

fn put_line(line: &Line, last: Timestamp, body: &mut Vec<u8>) {
    put_varint(u128::from(line.timestamp.nanoseconds_since(last)), body);
    let bit = |set: bool, bit: u8| if set { bit } else { 0 };
    body.push(
        bit(line.side == Side::Credit, tag::CREDIT)
            | bit(line.pending != 0, tag::PENDING)
            | bit(line.pending < 0, tag::PENDING_IS_NEGATIVE)
            | bit(line.posted != 0, tag::POSTED)
            | bit(line.posted < 0, tag::POSTED_IS_NEGATIVE),
    );
    for change in [line.pending, line.posted] {
        if change != 0 {
            put_varint(change.unsigned_abs(), body);
        }
    }
}

/// A row as it is read.
pub(super) struct Row {
    opening: Balances,
    /// By time.
    pub(super) lines: Vec<Line>,
}

impl Row {
    /// What was shown before its first line.
    pub(super) const fn opening(&self) -> Balances {
        self.opening
    }

    /// What was shown after its last line.
    pub(super) fn closing(&self) -> Balances {
        self.lines.last().map_or(self.opening, |line| line.balances_after)
    }
}

/// The row with this key; `None` if it is none.
pub(super) fn decode(key: &[u8], body: &[u8]) -> Option<Row> {
    let (account, mut timestamp) = <(Id, Timestamp)>::take(key)?;
    let mut rest = body;
    let mut amount = || Amount::new(take_varint(&mut rest)?);
    let opening = Balances {
        debits_pending: amount()?,
        debits_posted: amount()?,
        credits_pending: amount()?,
        credits_posted: amount()?,
    };
    // What was not to be shown is zero in the row.
    let mut shown = Shown { history: true, balances: opening };
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let later = take_varint_64(&mut rest)?;
        let nanoseconds = timestamp.nanoseconds().checked_add(later)?;
        timestamp = Timestamp::from_nanoseconds(nanoseconds);
        let entry = take_entry(account, timestamp, &mut rest)?;
        lines.push(shown.forward(&entry)?);
    }
    Some(Row { opening, lines })
}

fn take_entry(account: Id, timestamp: Timestamp, rest: &mut &[u8]) -> Option<Entry> {
    let (&tag, after) = rest.split_first()?;
    *rest = after;
    if tag & !tag::ALL != 0 {
        return None;
    }
    let has = |bit: u8| tag & bit != 0;
    let mut change = |present: bool, negative: bool| {
        if !present {
            return Some(0);
        }
        let size = i128::try_from(take_varint(rest)?).ok()?;
        Some(if negative { -size } else { size })
    };
    Some(Entry {
        account,
        timestamp,
        side: if has(tag::CREDIT) { Side::Credit } else { Side::Debit },
        pending: change(has(tag::PENDING), has(tag::PENDING_IS_NEGATIVE))?,
        posted: change(has(tag::POSTED), has(tag::POSTED_IS_NEGATIVE))?,
    })
}
