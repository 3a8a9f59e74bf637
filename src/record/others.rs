//! Ledgers, accounts and consumers: the records that are not operations.
//!
//! Guarantees: an opened account or ledger is read back with zero balances and the time of its
//! record, whatever it has become since.
//!
//! Does not know whether ledgers and accounts exist or are unique.

use super::error::{known, valid};
use super::numbers::{self, Field, narrow};
use super::{DecodeError, record_type};
use crate::model::{
    Account, AccountFlags, Balances, Id, Ledger, LedgerCode, Record, Timestamp, limits,
};
use bytemuck::Zeroable;

/// The numbers of a ledger's record. The code is a number whose lowest byte is its first letter,
/// so that it takes as many bytes as it has letters.
pub(super) const LEDGER_FIELDS: [Field; 3] = [
    Field::new("number", 4),
    Field::new("scale", 1),
    Field::new("code", limits::LEDGER_CODE_BYTES_MAX),
];

/// The numbers of an account's record.
pub(super) const ACCOUNT_FIELDS: [Field; 6] = [
    Field::new("id", 16),
    Field::new("ledger", 4),
    Field::new("code", 2),
    Field::new("flags", 4),
    Field::new("user_data_64", 8),
    Field::new("user_data_128", 16),
];

/// The numbers of a consumer's record.
pub(super) const CONSUMER_FIELDS: [Field; 2] =
    [Field::new("position", 8), Field::new("name_bytes", 1)];

/// The numbers of the record of a consumer that was removed.
pub(super) const CONSUMER_REMOVED_FIELDS: [Field; 1] = [Field::new("name_bytes", 1)];

const _: () = assert!(numbers::fit(&LEDGER_FIELDS));
const _: () = assert!(numbers::fit(&ACCOUNT_FIELDS));
const _: () = assert!(numbers::fit(&CONSUMER_FIELDS));
const _: () = assert!(numbers::fit(&CONSUMER_REMOVED_FIELDS));

/// Appends the record of a ledger that was registered. Its sums and `created_at` are not looked
/// at.
pub(crate) fn encode_ledger(buffer: &mut Vec<u8>, ledger: &Ledger) {
    debug_assert_eq!(check_ledger(ledger), Ok(()));
    let numbers = [
        u128::from(ledger.number),
        u128::from(ledger.scale),
        u128::from_le_bytes(bytemuck::cast(ledger.code)),
    ];
    numbers::write(buffer, record_type::LEDGER, &numbers);
}

/// Appends the record of an account that was opened. Its balances, `open_holds` and `created_at`
/// are not looked at.
pub(crate) fn encode_account(buffer: &mut Vec<u8>, account: &Account) {
    debug_assert_eq!(check_account(account), Ok(()));
    let numbers = [
        account.id.as_u128(),
        u128::from(account.ledger),
        u128::from(account.code),
        u128::from(account.flags.bits()),
        u128::from(account.user_data_64),
        account.user_data_128.as_u128(),
    ];
    numbers::write(buffer, record_type::ACCOUNT, &numbers);
}

/// Appends the record of a consumer that has seen everything up to `position`.
pub(crate) fn encode_consumer(buffer: &mut Vec<u8>, name: &str, position: Timestamp) {
    debug_assert_eq!(check_consumer(name), Ok(()));
    let numbers = [u128::from(position.nanoseconds()), name.len() as u128];
    numbers::write(buffer, record_type::CONSUMER, &numbers);
    buffer.extend_from_slice(name.as_bytes());
}

/// Appends the record of a consumer that was removed.
pub(crate) fn encode_consumer_removed(buffer: &mut Vec<u8>, name: &str) {
    debug_assert_eq!(check_consumer(name), Ok(()));
    numbers::write(buffer, record_type::CONSUMER_REMOVED, &[name.len() as u128]);
    buffer.extend_from_slice(name.as_bytes());
}

/// The ledger of these bytes, registered at `timestamp`.
pub(super) fn decode_ledger(timestamp: Timestamp, bytes: &[u8]) -> Result<Ledger, DecodeError> {
    let (numbers, tail) = numbers::read(&LEDGER_FIELDS, bytes)?;
    let ledger = Ledger {
        number: narrow(numbers[0])?,
        scale: narrow(numbers[1])?,
        code: bytemuck::cast::<_, LedgerCode>(numbers[2].to_le_bytes()),
        created_at: timestamp,
        ..Ledger::zeroed()
    };
    check_ledger(&ledger)?;
    at_end(tail)?;
    Ok(ledger)
}

/// The account of these bytes, opened at `timestamp`.
pub(super) fn decode_account(timestamp: Timestamp, bytes: &[u8]) -> Result<Account, DecodeError> {
    let (numbers, tail) = numbers::read(&ACCOUNT_FIELDS, bytes)?;
    let account = Account {
        id: Id::from_u128(numbers[0]),
        ledger: narrow(numbers[1])?,
        code: narrow(numbers[2])?,
        flags: AccountFlags::from_bits(narrow(numbers[3])?),
        user_data_64: narrow(numbers[4])?,
        user_data_128: Id::from_u128(numbers[5]),
        created_at: timestamp,
        balances: Balances::default(),
        open_holds: 0,
        reserved: 0,
    };
    check_account(&account)?;
    at_end(tail)?;
    Ok(account)
}

/// The consumer of these bytes.
pub(super) fn decode_consumer(bytes: &[u8]) -> Result<Record, DecodeError> {
    let (numbers, tail) = numbers::read(&CONSUMER_FIELDS, bytes)?;
    Ok(Record::Consumer {
        name: consumer_name(numbers[1], tail)?,
        position: Timestamp::from_nanoseconds(narrow(numbers[0])?),
    })
}

/// The removed consumer of these bytes.
pub(super) fn decode_consumer_removed(bytes: &[u8]) -> Result<Record, DecodeError> {
    let (numbers, tail) = numbers::read(&CONSUMER_REMOVED_FIELDS, bytes)?;
    Ok(Record::ConsumerRemoved { name: consumer_name(numbers[0], tail)? })
}

/// The name that a tail is, of so many bytes.
fn consumer_name(bytes: u128, tail: &[u8]) -> Result<String, DecodeError> {
    let (name, tail) = tail.split_at_checked(narrow(bytes)?).ok_or(DecodeError::Truncated)?;
    let what = "consumer name";
    let name = std::str::from_utf8(name).map_err(|_| DecodeError::Invalid { what })?;
    check_consumer(name)?;
    at_end(tail)?;
    Ok(name.to_owned())
}

fn check_ledger(ledger: &Ledger) -> Result<(), DecodeError> {
    valid(ledger.scale <= u32::from(limits::LEDGER_SCALE_MAX), "ledger scale")?;
    valid(ledger.code.is_valid(), "ledger code")
}

fn check_account(account: &Account) -> Result<(), DecodeError> {
    let unknown_flags = account.flags.without(AccountFlags::ALL).bits();
    known(unknown_flags == 0, "account flags", unknown_flags)
}

fn check_consumer(name: &str) -> Result<(), DecodeError> {
    valid((1..=limits::CONSUMER_NAME_BYTES_MAX).contains(&name.len()), "consumer name")
}

fn at_end(tail: &[u8]) -> Result<(), DecodeError> {
    if tail.is_empty() { Ok(()) } else { Err(DecodeError::TrailingBytes) }
}
