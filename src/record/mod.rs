//! The bytes of one journal record: the one codec between [`Record`] and the body of a record.
//!
//! Guarantees: a record has exactly one encoding, and only that one is decoded; any bytes at all
//! give a record or an error, never a panic, and never more memory than the bytes take themselves.
//! Encoding allocates nothing but room in the caller's buffer.
//!
//! Does not know how records are framed, checked or dated: the journal does that, which is why the
//! timestamp is given to [`decode`]. Does not judge whether a decision was right, only whether it
//! can be one.
//!
#![doc = include_str!("format.md")]
#![warn(clippy::arithmetic_side_effects)]

#[cfg(test)]
pub(crate) mod arbitrary;
mod decision;
mod error;
mod numbers;
mod others;
#[cfg(test)]
mod tests;

pub(crate) use decision::encode_decision;
pub(crate) use error::DecodeError;
pub(crate) use others::{encode_account, encode_consumer, encode_consumer_removed, encode_ledger};

use crate::model::{Event, Record, Timestamp};

/// Bytes of a record at most, without the document or the name that it carries.
pub(crate) const NUMBERS_BYTES_MAX: usize = numbers::BLOCK_BYTES_MAX;

/// The first byte of a body: what the record is.
mod record_type {
    pub(super) const LEDGER: u8 = 1;
    pub(super) const ACCOUNT: u8 = 2;
    pub(super) const OPERATION: u8 = 3;
    pub(super) const CONSUMER: u8 = 4;
    pub(super) const CONSUMER_REMOVED: u8 = 5;
}

/// Appends the body of `record` to `buffer`.
pub(crate) fn encode(buffer: &mut Vec<u8>, record: &Record) {
    match record {
        Record::Ledger(ledger) => encode_ledger(buffer, ledger),
        Record::Account(account) => encode_account(buffer, account),
        Record::Operation(decision) => {
            let document = decision
                .document
                .as_ref()
                .map(|document| (document.key.as_bytes(), &document.value[..]));
            encode_decision(
                buffer,
                &decision.operation,
                decision.status,
                &decision.moved,
                document,
            );
        }
        Record::Consumer { name, position } => encode_consumer(buffer, name, *position),
        Record::ConsumerRemoved { name } => encode_consumer_removed(buffer, name),
    }
}

/// The event whose record has this body and was dated `timestamp` by the journal.
///
/// # Errors
/// [`DecodeError`] if the bytes are not the one encoding of a record.
pub(crate) fn decode(timestamp: Timestamp, body: &[u8]) -> Result<Event, DecodeError> {
    let (&record_type, numbers) = body.split_first().ok_or(DecodeError::Truncated)?;
    let record = match record_type {
        record_type::LEDGER => Record::Ledger(others::decode_ledger(timestamp, numbers)?),
        record_type::ACCOUNT => Record::Account(others::decode_account(timestamp, numbers)?),
        record_type::OPERATION => Record::Operation(decision::decode(timestamp, numbers)?),
        record_type::CONSUMER => others::decode_consumer(numbers)?,
        record_type::CONSUMER_REMOVED => others::decode_consumer_removed(numbers)?,
        unknown => {
            return Err(DecodeError::Unknown { what: "record type", number: u64::from(unknown) });
        }
    };
    Ok(Event { timestamp, record })
}
