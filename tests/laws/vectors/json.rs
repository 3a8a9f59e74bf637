//! Records as JSON: an object of the fields that are not zero, named as in the header.
//!
//! Numbers of 64 bits and more are strings of decimal digits, because the numbers of many readers
//! are floats. Kinds, statuses and the like are their names, or the number of one that has none.
//! Bytes are a list of runs: hexadecimal digits, and how often they stand there.

use bytemuck::{Zeroable, cast};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Balances, Hold, Id, Kind, Ledger, LedgerCode,
    Operation, OperationFlags, Outcome, Phase, Status, Timestamp,
};
use serde_json::Value;

/// A part of a record.
pub(super) trait Json: Sized + PartialEq + Zeroable {
    fn write(&self) -> String;
    fn parse(value: &Value) -> Option<Self>;

    fn is_zero(&self) -> bool {
        *self == Self::zeroed()
    }
}

/// Reads what must be there; what is left out is zero.
pub(super) fn read<T: Json>(value: &Value) -> T {
    if value.is_null() {
        return T::zeroed();
    }
    T::parse(value).unwrap_or_else(|| panic!("{value}: no {}", std::any::type_name::<T>()))
}

pub(super) fn read_all<T: Json>(value: &Value) -> Vec<T> {
    list(value).iter().map(read).collect()
}

/// A list; empty if it is left out.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// An object of fields that are written already.
pub(super) fn object(fields: &[(&str, String)]) -> String {
    let fields = fields.iter().map(|(name, value)| format!("\"{name}\": {value}"));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
}

/// A list with a line for each element.
pub(super) fn lines(elements: impl Iterator<Item = String>) -> String {
    let elements: Vec<String> = elements.map(|element| format!("\n    {element}")).collect();
    if elements.is_empty() { "[]".into() } else { format!("[{}]", elements.join(",")) }
}

pub(super) fn text(text: &str) -> String {
    format!("\"{text}\"")
}

/// Runs of one byte as long as this are written short.
const RUN: usize = 32;

pub(super) fn bytes(bytes: &[u8]) -> String {
    let mut runs: Vec<(String, usize)> = Vec::new();
    for chunk in bytes.chunk_by(|one, next| one == next) {
        let digits = format!("{:02x}", chunk[0]);
        if chunk.len() >= RUN {
            runs.push((digits, chunk.len()));
            continue;
        }
        let digits = digits.repeat(chunk.len());
        match runs.last_mut() {
            Some((run, 1)) => run.push_str(&digits),
            _ => runs.push((digits, 1)),
        }
    }
    let runs: Vec<String> =
        runs.iter().map(|(run, times)| format!("[\"{run}\", {times}]")).collect();
    format!("[{}]", runs.join(", "))
}

pub(super) fn read_bytes(value: &Value) -> Vec<u8> {
    let run = |run: &Value| {
        let (digits, times) = (run[0].as_str()?, run[1].as_u64()?);
        let pairs = (0..digits.len()).step_by(2).map(|at| digits.get(at..at + 2));
        let bytes = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok());
        Some(bytes.collect::<Option<Vec<u8>>>()?.repeat(times as usize))
    };
    list(value).iter().flat_map(|given| run(given).expect("a run of bytes")).collect()
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Json for $type {
            fn write(&self) -> String {
                self.to_string()
            }

            fn parse(value: &Value) -> Option<Self> {
                value.as_u64()?.try_into().ok()
            }
        }
    )*};
}
numbers! { u16 u32 }

/// Values that are written as a string of decimal digits, and their numbers.
macro_rules! digits {
    ($($type:ty as $number:ty)*) => {$(
        impl Json for $type {
            fn write(&self) -> String {
                text(&cast::<$type, $number>(*self).to_string())
            }

            fn parse(value: &Value) -> Option<Self> {
                Some(cast::<$number, $type>(value.as_str()?.parse().ok()?))
            }
        }
    )*};
}
digits! { u64 as u64 Timestamp as u64 Id as Wide Amount as Wide }

/// 128 bits as records have them.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct Wide {
    low: u64,
    high: u64,
}

impl std::fmt::Display for Wide {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (u128::from(self.high) << 64 | u128::from(self.low)).fmt(formatter)
    }
}

impl std::str::FromStr for Wide {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number: u128 = text.parse()?;
        Ok(Self { low: number as u64, high: (number >> 64) as u64 })
    }
}

macro_rules! names {
    ($($type:ty)*) => {$(
        impl Json for $type {
            fn write(&self) -> String {
                if self.is_known() { text(self.name()) } else { self.number().to_string() }
            }

            fn parse(value: &Value) -> Option<Self> {
                match value.as_str() {
                    Some(name) => Self::ALL.iter().find(|one| one.name() == name).copied(),
                    None => Some(Self::from_number(value.as_u64()?.try_into().ok()?)),
                }
            }
        }
    )*};
}
names! { Kind Status Phase AtDeadline }

macro_rules! flags {
    ($($type:ty)*) => {$(
        impl Json for $type {
            fn write(&self) -> String {
                self.bits().to_string()
            }

            fn parse(value: &Value) -> Option<Self> {
                Some(Self::from_bits(value.as_u64()?.try_into().ok()?))
            }
        }
    )*};
}
flags! { AccountFlags OperationFlags }

impl Json for LedgerCode {
    fn write(&self) -> String {
        text(self.as_str())
    }

    fn parse(value: &Value) -> Option<Self> {
        Self::new(value.as_str()?).ok()
    }
}

macro_rules! records {
    ($($type:ident { $($field:ident)* })*) => {$(
        impl Json for $type {
            fn write(&self) -> String {
                let fields =
                    [$((stringify!($field), self.$field.is_zero(), self.$field.write())),*];
                let set = fields.into_iter().filter(|(_, is_zero, _)| !is_zero);
                object(&set.map(|(name, _, value)| (name, value)).collect::<Vec<_>>())
            }

            fn parse(value: &Value) -> Option<Self> {
                let known = [$(stringify!($field)),*];
                if !value.as_object()?.keys().all(|name| known.contains(&&**name)) {
                    return None;
                }
                let mut record = Self::zeroed();
                $(record.$field = read(&value[stringify!($field)]);)*
                Some(record)
            }
        }
    )*};
}
records! {
    Balances { debits_pending debits_posted credits_pending credits_posted }
    Ledger { number scale code created_at posted pending }
    Account {
        id balances user_data_128 user_data_64 created_at ledger flags open_holds code
    }
    Operation {
        id kind debit_account credit_account target amount fee_account user_data_128 user_data_64
        timestamp expected_version timeout_seconds fee_ppm ledger flags data_offset value_length
        key_length space_length code at_deadline fee_fixed value_date
    }
    Outcome { timestamp status first_status amount fee held version debit credit }
    Hold {
        id payer payee fee_account amount held released refunded paid fee reversed user_data_128
        user_data_64 created_at changed_at deadline disputed_at time_left ledger fee_ppm code phase
        at_deadline default_before claimed fee_fixed fee_base
    }
}
