//! Entries: the lines of statements, one by one, and their bytes.
//!
//! An entry says how one operation changed one side of an account. What stood in the account before
//! and after follows from its neighbours: [`Shown`] goes along them in either direction.
//!
//! Guarantees that bytes are an entry or are refused. Knows neither redb nor deltas.

use super::bytes::{put_varint, take_varint, take_varint_64};
use crate::engine;
use crate::model::{Account, AccountFlags, Amount, Balances, Side, Timestamp};

/// More than an entry ever takes.
pub(super) const ENTRY_BYTES_MAX: usize = 48;

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

/// How one operation changed one side of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    /// The operation that made it.
    pub(super) timestamp: Timestamp,
    /// Which side changed.
    pub(super) side: Side,
    /// Change of the pending balance of that side; zero without [`AccountFlags::HISTORY`].
    pub(super) pending: i128,
    /// Change of the posted balance of that side.
    pub(super) posted: i128,
}

impl Entry {
    /// What the statement of `account` shows of a change.
    pub(super) fn of(change: &engine::Entry, account: &Account) -> Self {
        let pending = if account.has(AccountFlags::HISTORY) { change.pending } else { 0 };
        let engine::Entry { timestamp, side, posted, .. } = *change;
        Self { timestamp, side, pending, posted }
    }

    /// Appends its bytes; `last` is the time of the entry before it.
    pub(super) fn put(&self, last: Timestamp, out: &mut Vec<u8>) {
        put_varint(u128::from(self.timestamp.nanoseconds_since(last)), out);
        self.put_change(out);
    }

    /// Appends its bytes without the time.
    fn put_change(&self, out: &mut Vec<u8>) {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        out.push(
            bit(self.side == Side::Credit, tag::CREDIT)
                | bit(self.pending != 0, tag::PENDING)
                | bit(self.pending < 0, tag::PENDING_IS_NEGATIVE)
                | bit(self.posted != 0, tag::POSTED)
                | bit(self.posted < 0, tag::POSTED_IS_NEGATIVE),
        );
        for change in [self.pending, self.posted] {
            if change != 0 {
                put_varint(change.unsigned_abs(), out);
            }
        }
    }

    /// Takes an entry off the front of `bytes`; `last` is the time of the entry before it. `None`
    /// if there is none.
    pub(super) fn take(last: Timestamp, bytes: &mut &[u8]) -> Option<Self> {
        let later = take_varint_64(bytes)?;
        let timestamp = Timestamp::from_nanoseconds(last.nanoseconds().checked_add(later)?);
        let (&tag, rest) = bytes.split_first()?;
        *bytes = rest;
        if tag & !tag::ALL != 0 {
            return None;
        }
        let has = |bit: u8| tag & bit != 0;
        let mut change = |present: bool, negative: bool| {
            if !present {
                return Some(0);
            }
            let size = i128::try_from(take_varint(bytes)?).ok()?;
            Some(if negative { -size } else { size })
        };
        Some(Self {
            timestamp,
            side: if has(tag::CREDIT) { Side::Credit } else { Side::Debit },
            pending: change(has(tag::PENDING), has(tag::PENDING_IS_NEGATIVE))?,
            posted: change(has(tag::POSTED), has(tag::POSTED_IS_NEGATIVE))?,
        })
    }
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
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    /// The pending ones are zero if they are not shown.
    pub(super) balances: Balances,
}

impl Shown {
    /// What is shown of `account`: the pending balances only with [`AccountFlags::HISTORY`].
    pub(super) fn of(account: &Account) -> Self {
        let mut balances = account.balances;
        if !account.has(AccountFlags::HISTORY) {
            balances.debits_pending = Amount::ZERO;
            balances.credits_pending = Amount::ZERO;
        }
        Self { balances }
    }

    /// The line of `entry`, whose balances are what is shown after it. `None` if they are no
    /// amounts.
    pub(super) fn forward(&mut self, entry: &Entry) -> Option<Line> {
        self.change(entry.side, entry.pending, entry.posted)?;
        Some(self.line(entry))
    }

    /// The line of the last `entry` of what is shown; from then on what was shown before it.
    pub(super) fn backward(&mut self, entry: &Entry) -> Option<Line> {
        let line = self.line(entry);
        self.change(entry.side, entry.pending.checked_neg()?, entry.posted.checked_neg()?)?;
        Some(line)
    }

    fn line(&self, entry: &Entry) -> Line {
        let Entry { timestamp, side, pending, posted } = *entry;
        Line { timestamp, side, pending, posted, balances_after: self.balances }
    }

    fn change(&mut self, side: Side, pending: i128, posted: i128) -> Option<()> {
        let balances = &mut self.balances;
        let (old_pending, old_posted) = match side {
            Side::Debit => (&mut balances.debits_pending, &mut balances.debits_posted),
            Side::Credit => (&mut balances.credits_pending, &mut balances.credits_posted),
        };
        add(old_pending, pending)?;
        add(old_posted, posted)
    }
}

fn add(amount: &mut Amount, change: i128) -> Option<()> {
    if change != 0 {
        let old = i128::try_from(amount.minor_units()).ok()?;
        *amount = Amount::new(u128::try_from(old.checked_add(change)?).ok()?)?;
    }
    Some(())
}

/// Appends four balances.
pub(super) fn put_balances(balances: &Balances, out: &mut Vec<u8>) {
    let Balances { debits_pending, debits_posted, credits_pending, credits_posted } = balances;
    for amount in [debits_pending, debits_posted, credits_pending, credits_posted] {
        put_varint(amount.minor_units(), out);
    }
}

/// Takes four balances off the front of `bytes`.
pub(super) fn take_balances(bytes: &mut &[u8]) -> Option<Balances> {
    let mut amount = || Amount::new(take_varint(bytes)?);
    Some(Balances {
        debits_pending: amount()?,
        debits_posted: amount()?,
        credits_pending: amount()?,
        credits_posted: amount()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As large as an amount can be, either sign.
    fn change() -> impl Strategy<Value = i128> {
        const MAX: i128 = (1 << 96) - 1;
        prop_oneof![Just(0), -1_000..=1_000_i128, -MAX..=MAX]
    }

    proptest! {
        #[test]
        fn entries_come_back(
            last: u64,
            later: u64,
            credit: bool,
            pending in change(),
            posted in change(),
        ) {
            let last = Timestamp::from_nanoseconds(last);
            let entry = Entry {
                timestamp: last.plus_nanoseconds(later),
                side: if credit { Side::Credit } else { Side::Debit },
                pending,
                posted,
            };
            let mut bytes = Vec::new();
            entry.put(last, &mut bytes);
            prop_assert!(bytes.len() <= ENTRY_BYTES_MAX);
            for cut in 0..bytes.len() {
                prop_assert_eq!(Entry::take(last, &mut &bytes[..cut]), None);
            }
            let mut rest = &bytes[..];
            prop_assert_eq!(Entry::take(last, &mut rest), Some(entry));
            prop_assert!(rest.is_empty());
        }
    }
}
