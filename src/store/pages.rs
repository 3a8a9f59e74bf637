//! Questions and pages as bytes, and back.
//!
//! Guarantees that any bytes at all are a value or [`Malformed`]. A number of rows that the bytes
//! state is believed as far as the rows are there, and never above what a page can have. Layouts
//! are fixed: one byte says which question or page it is, and records are as in memory.

use super::holds::HoldQuery;
use super::local_snapshot::{OperationRecord, StoredDocument};
use super::query::{PAGE_ROWS_MAX, Page, Query, Rows};
use super::statement::{StatementLine, StatementQuery};
use super::trial_balance::{TrialBalance, TrialBalanceRow};
use crate::model::{
    Account, Amount, Balances, Decision, Document, DocumentKey, Event, Hold, Id, Ledger, Moved,
    Operation, Phase, Record, Side, Status, Timestamp,
};
use crate::wire::codec::{Malformed, Reader, Writer};
use std::ops::Bound;

type Result<T> = std::result::Result<T, Malformed>;

/// What goes over the wire as itself.
trait Wire: Sized {
    fn write(&self, to: &mut Writer);
    fn read(from: &mut Reader<'_>) -> Result<Self>;
}

/// One byte says which variant, and its fields follow in the order in which they stand here.
macro_rules! variants {
    ($type:ident {
        $($tag:literal $variant:ident $(($($place:ident),+))? $({$($field:ident),+})?,)+
    }) => {
        impl $type {
            pub(super) fn write(&self, to: &mut Writer) {
                match self {
                    $(Self::$variant $(($($place),+))? $({$($field),+})? => {
                        to.put::<u8>(&$tag);
                        $($(Wire::write($place, to);)+)?
                        $($(Wire::write($field, to);)+)?
                    })+
                }
            }

            pub(super) fn read(from: &mut Reader<'_>) -> Result<Self> {
                Ok(match from.take::<u8>()? {
                    $($tag => {
                        $($(let $place = Wire::read(from)?;)+)?
                        $($(let $field = Wire::read(from)?;)+)?
                        Self::$variant $(($($place),+))? $({$($field),+})?
                    })+
                    _ => return Err(Malformed),
                })
            }
        }
    };
}

/// The fields follow one another.
macro_rules! fields {
    ($($type:ty { $($field:ident),+ })+) => {
        $(impl Wire for $type {
            fn write(&self, to: &mut Writer) {
                $(Wire::write(&self.$field, to);)+
            }

            fn read(from: &mut Reader<'_>) -> Result<Self> {
                $(let $field = Wire::read(from)?;)+
                Ok(Self { $($field),+ })
            }
        })+
    };
}

macro_rules! as_in_memory {
    ($($type:ty),+) => {
        $(impl Wire for $type {
            fn write(&self, to: &mut Writer) {
                to.put(self);
            }

            fn read(from: &mut Reader<'_>) -> Result<Self> {
                from.take()
            }
        })+
    };
}

variants! {
    Query {
        0 Ledger(number),
        1 Ledgers,
        2 Accounts(ids),
        3 AllAccounts { after, rows },
        4 Holds(ids),
        5 AllHolds { after, rows },
        6 Operations(ids),
        7 OperationsByUserData { user_data, after, rows },
        8 BalancesAt { account, at },
        9 OpenHolds { query, after, rows },
        10 HoldsNeedingAttention { disputed_before, after, rows },
        11 TrialBalance { ledger, after },
        12 Events { after, rows },
        13 Document(key),
        14 Documents { space, lower, upper, rows },
        15 DocumentsWithPrefix { space, prefix, after, rows },
        16 Consumer(name),
        17 Consumers,
        18 Statement { account, query, rows },
        19 TakenAndReversed { id, account },
    }
}

variants! {
    Page {
        0 Ledger(found),
        1 Ledgers(ledgers),
        2 FoundAccounts(found),
        3 Accounts(rows),
        4 FoundHolds(found),
        5 Holds(rows),
        6 FoundOperations(found),
        7 Operations(rows),
        8 Balances(balances),
        9 TrialBalance(drawn, has_more),
        10 Events(rows),
        11 Document(found),
        12 Documents(rows),
        13 Consumer(found),
        14 Consumers(consumers),
        15 Statement(rows),
        16 Amounts(taken, reversed),
    }
}

fields! {
    HoldQuery { account, phase, disputed, due_from, due_to, user_data_128, user_data_64, limit }
    StatementQuery { from, to, newest_first, limit }
    OperationRecord { timestamp, operation, status, moved, reversed }
    Moved { amount, fee, rest }
    StoredDocument { version, value }
    Event { timestamp, record }
    Decision { operation, status, moved, document }
    Document { key, value }
    StatementLine { timestamp, value_date, event, side, pending, posted, balances }
    TrialBalance { ledger, rows, totals }
    TrialBalanceRow { code, accounts, balances }
}

as_in_memory!(u16, u32, u64, i128, Id, Amount, Timestamp, Phase, Status, Balances);
as_in_memory!(Account, Hold, Ledger, Operation);

impl Wire for bool {
    fn write(&self, to: &mut Writer) {
        to.flag(*self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        from.flag()
    }
}

impl Wire for usize {
    fn write(&self, to: &mut Writer) {
        to.put(&(*self as u64));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        Self::try_from(from.take::<u64>()?).map_err(|_| Malformed)
    }
}

impl Wire for String {
    fn write(&self, to: &mut Writer) {
        to.text(self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        from.text().map(str::to_owned)
    }
}

/// Bytes, whoever owns them.
macro_rules! bytes {
    ($($type:ty),+) => {
        $(impl Wire for $type {
            fn write(&self, to: &mut Writer) {
                to.bytes(self);
            }

            fn read(from: &mut Reader<'_>) -> Result<Self> {
                from.bytes().map(Self::from)
            }
        })+
    };
}

bytes!(Vec<u8>, Box<[u8]>, std::sync::Arc<[u8]>);

impl<T: Wire> Wire for Option<T> {
    fn write(&self, to: &mut Writer) {
        to.flag(self.is_some());
        if let Some(value) = self {
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        if from.flag()? { T::read(from).map(Some) } else { Ok(None) }
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        Ok((A::read(from)?, B::read(from)?))
    }
}

/// Not of bytes: those are at most as many as a page has rows.
trait Element: Wire {}

impl Element for Id {}
impl Element for Account {}
impl Element for Hold {}
impl Element for Ledger {}
impl Element for OperationRecord {}
impl Element for Event {}
impl Element for StatementLine {}
impl Element for TrialBalanceRow {}
impl<T: Element> Element for Option<T> {}
impl<A: Wire, B: Wire> Element for (A, B) {}

impl<T: Element> Wire for Vec<T> {
    fn write(&self, to: &mut Writer) {
        // What is longer does not fit, and is refused by whoever reads it.
        to.put(&u32::try_from(self.len()).unwrap_or(u32::MAX));
        for element in self {
            element.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let count = from.count()?;
        if count > PAGE_ROWS_MAX {
            return Err(Malformed);
        }
        // Room is taken for each when it is there: the number alone proves nothing.
        let mut elements = Self::new();
        for _ in 0..count {
            elements.push(T::read(from)?);
        }
        Ok(elements)
    }
}

impl<T: Element> Wire for Rows<T> {
    fn write(&self, to: &mut Writer) {
        self.has_more.write(to);
        self.rows.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { has_more: bool::read(from)?, rows: Wire::read(from)? })
    }
}

impl Wire for Bound<Vec<u8>> {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Unbounded => to.put(&0_u8),
            Self::Included(bytes) => {
                to.put(&1_u8);
                bytes.write(to);
            }
            Self::Excluded(bytes) => {
                to.put(&2_u8);
                bytes.write(to);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        Ok(match from.take::<u8>()? {
            0 => Self::Unbounded,
            1 => Self::Included(Wire::read(from)?),
            2 => Self::Excluded(Wire::read(from)?),
            _ => return Err(Malformed),
        })
    }
}

impl Wire for DocumentKey {
    fn write(&self, to: &mut Writer) {
        to.bytes(self.as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        Self::from_bytes(from.bytes()?).ok_or(Malformed)
    }
}

impl Wire for Side {
    fn write(&self, to: &mut Writer) {
        to.flag(*self == Self::Credit);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        Ok(if from.flag()? { Self::Credit } else { Self::Debit })
    }
}

impl Wire for Record {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Ledger(ledger) => {
                to.put(&0_u8);
                ledger.write(to);
            }
            Self::Account(account) => {
                to.put(&1_u8);
                account.write(to);
            }
            Self::Operation(decision) => {
                to.put(&2_u8);
                decision.write(to);
            }
            Self::Consumer { name, position } => {
                to.put(&3_u8);
                to.text(name);
                position.write(to);
            }
            Self::ConsumerRemoved { name } => {
                to.put(&4_u8);
                to.text(name);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        Ok(match from.take::<u8>()? {
            0 => Self::Ledger(Wire::read(from)?),
            1 => Self::Account(Wire::read(from)?),
            2 => Self::Operation(Wire::read(from)?),
            3 => Self::Consumer { name: Wire::read(from)?, position: Wire::read(from)? },
            4 => Self::ConsumerRemoved { name: Wire::read(from)? },
            _ => return Err(Malformed),
        })
    }
}
