//! Decisions about operations: nearly all records of a journal, and its hot path.
//!
//! Guarantees: a field that the operation leaves zero costs nothing, nor does the status of an
//! applied operation, nor the amount moved where it is the amount asked for. What the journal does
//! not need (where a document stood in the caller's buffer, reserved fields) is not kept.
//!
//! Does not know which fields a kind uses, nor when a decision is right.

use super::error::{known, valid};
use super::numbers::{self, Field, narrow};
use super::{DecodeError, record_type};
use crate::model::{
    Amount, AtDeadline, Decision, Document, DocumentKey, Id, Kind, Moved, Operation,
    OperationFlags, Status, Timestamp, limits,
};
use bytemuck::Zeroable;

/// The numbers of an operation's record. The first seven are those of a plain transfer, so that
/// their presence takes one byte.
pub(super) const FIELDS: [Field; 26] = [
    Field::new("kind", 2),
    Field::new("id", 16),
    Field::new("debit_account", 16),
    Field::new("credit_account", 16),
    Field::new("amount", 12),
    Field::new("ledger", 4),
    Field::new("code", 2),
    Field::new("user_data_64", 8),
    Field::new("user_data_128", 16),
    Field::new("target", 16),
    Field::new("flags", 4),
    Field::new("status", 4),
    Field::new("moved_amount", 12),
    Field::new("moved_fee", 12),
    Field::new("moved_rest", 12),
    Field::new("timeout_seconds", 4),
    Field::new("at_deadline", 2),
    Field::new("fee_account", 16),
    Field::new("fee_ppm", 4),
    Field::new("expected_version", 8),
    Field::new("key_bytes", 2),
    Field::new("value_bytes", 3),
    Field::new("value_date", 8),
    Field::new("fee_fixed", 12),
    Field::new("claimed", 12),
    Field::new("dispute_seconds", 4),
];

const _: () = assert!(numbers::fit(&FIELDS));

/// Appends the record of a decision: `operation` had this status and moved these sums. A document
/// is the bytes of its key ([`DocumentKey::as_bytes`]) and its value.
///
/// The operation may be as the caller gave it: `timestamp`, `data_offset`, the three lengths and
/// `reserved` are not looked at.
pub(crate) fn encode_decision(
    buffer: &mut Vec<u8>,
    operation: &Operation,
    status: Status,
    moved: &Moved,
    document: Option<(&[u8], &[u8])>,
) {
    debug_assert_eq!(check(operation, status, moved, document), Ok(()));
    let (key, value) = document.unwrap_or_default();
    let OfDispute { amount, claimed, timeout_seconds, dispute_seconds } = of_dispute(operation);
    let common = [
        u128::from(operation.kind.number()),
        operation.id.as_u128(),
        operation.debit_account.as_u128(),
        operation.credit_account.as_u128(),
        amount,
        u128::from(operation.ledger),
        u128::from(operation.code),
    ];
    let others = [
        u128::from(operation.user_data_64),
        operation.user_data_128.as_u128(),
        operation.target.as_u128(),
        u128::from(operation.flags.bits()),
        u128::from(status.number()),
        moved.amount.minor_units() ^ expected_amount(operation, status),
        moved.fee.minor_units(),
        moved.rest.minor_units(),
        u128::from(timeout_seconds),
        u128::from(operation.at_deadline.number()),
        operation.fee_account.as_u128(),
        u128::from(operation.fee_ppm),
        u128::from(operation.expected_version),
        key.len() as u128,
        value.len() as u128,
        u128::from(operation.value_date.nanoseconds()),
        operation.fee_fixed.minor_units(),
        claimed,
        u128::from(dispute_seconds),
    ];
    if others.iter().fold(0, |all, other| all | other) == 0 {
        // A plain transfer, which is most of what there is.
        numbers::write(buffer, record_type::OPERATION, &common);
    } else {
        let mut numbers = [0; FIELDS.len()];
        numbers[..common.len()].copy_from_slice(&common);
        numbers[common.len()..].copy_from_slice(&others);
        numbers::write(buffer, record_type::OPERATION, &numbers);
    }
    if document.is_some() {
        buffer.extend_from_slice(key);
        buffer.extend_from_slice(value);
    }
}

/// The decision of these bytes, taken at `timestamp`.
pub(super) fn decode(timestamp: Timestamp, bytes: &[u8]) -> Result<Decision, DecodeError> {
    let (numbers, tail) = numbers::read(&FIELDS, bytes)?;
    let [status, moved_amount, moved_fee, moved_rest] = [11, 12, 13, 14].map(|bit| numbers[bit]);
    let [key_size, value_size] = [20, 21].map(|bit| numbers[bit]);
    let document = decode_document(narrow(key_size)?, narrow(value_size)?, tail)?;
    let mut operation = decode_operation(&numbers)?;
    operation.timestamp = timestamp;
    if let Some(Document { key, value }) = &document {
        operation.space_length = narrow(key.space().len() as u128)?;
        operation.key_length = narrow(key.key().len() as u128)?;
        operation.value_length = narrow(value.len() as u128)?;
    }
    let status = Status::from_number(narrow(status)?);
    let moved = Moved {
        amount: amount(moved_amount ^ expected_amount(&operation, status))?,
        fee: amount(moved_fee)?,
        rest: amount(moved_rest)?,
    };
    let parts = document.as_ref().map(|document| (document.key.as_bytes(), &document.value[..]));
    check(&operation, status, &moved, parts)?;
    Ok(Decision { operation, status, moved, document })
}

/// The amount and the time-out of an operation, those of a dispute apart from others.
struct OfDispute {
    amount: u128,
    claimed: u128,
    timeout_seconds: u32,
    dispute_seconds: u32,
}

/// Where amount and time-out are written. Those of a dispute have fields of their own, for which
/// the first readers of this version refuse it: they would pass over what it means.
fn of_dispute(operation: &Operation) -> OfDispute {
    let (amount, seconds) = (operation.amount.minor_units(), operation.timeout_seconds);
    if operation.kind == Kind::DISPUTE {
        let dispute_seconds = seconds;
        return OfDispute { amount: 0, claimed: amount, timeout_seconds: 0, dispute_seconds };
    }
    OfDispute { amount, claimed: 0, timeout_seconds: seconds, dispute_seconds: 0 }
}

/// What a decision moves unless its record says otherwise: all that it is about, but for the claim
/// of a dispute, which moves nothing. The record holds the bits in which the
/// sum moved differs from this one: zero exactly where it does not, so that there is no second way
/// to write the same.
fn expected_amount(operation: &Operation, status: Status) -> u128 {
    let moves = status.is_applied() && operation.kind != Kind::DISPUTE;
    if moves { operation.amount.minor_units() } else { 0 }
}

fn decode_operation(numbers: &[u128; FIELDS.len()]) -> Result<Operation, DecodeError> {
    let &[
        kind,
        id,
        debit_account,
        credit_account,
        minor_units,
        ledger,
        code,
        user_data_64,
        user_data_128,
        target,
        flags,
        _status,
        _moved_amount,
        _moved_fee,
        _moved_rest,
        timeout_seconds,
        at_deadline,
        fee_account,
        fee_ppm,
        expected_version,
        _key_bytes,
        _value_bytes,
        value_date,
        fee_fixed,
        claimed,
        dispute_seconds,
    ] = numbers;
    let disputes = kind == u128::from(Kind::DISPUTE.number());
    let [minor_units, timeout_seconds] = match disputes {
        true => {
            valid(minor_units == 0 && timeout_seconds == 0, "terms of a dispute")?;
            [claimed, dispute_seconds]
        }
        false => {
            valid(claimed == 0 && dispute_seconds == 0, "terms of a dispute")?;
            [minor_units, timeout_seconds]
        }
    };
    Ok(Operation {
        kind: Kind::from_number(narrow(kind)?),
        id: Id::from_u128(id),
        debit_account: Id::from_u128(debit_account),
        credit_account: Id::from_u128(credit_account),
        amount: amount(minor_units)?,
        ledger: narrow(ledger)?,
        code: narrow(code)?,
        user_data_64: narrow(user_data_64)?,
        user_data_128: Id::from_u128(user_data_128),
        target: Id::from_u128(target),
        flags: OperationFlags::from_bits(narrow(flags)?),
        timeout_seconds: narrow(timeout_seconds)?,
        at_deadline: AtDeadline::from_number(narrow(at_deadline)?),
        fee_account: Id::from_u128(fee_account),
        fee_ppm: narrow(fee_ppm)?,
        fee_fixed: amount(fee_fixed)?,
        expected_version: narrow(expected_version)?,
        value_date: Timestamp::from_nanoseconds(narrow(value_date)?),
        ..Operation::zeroed()
    })
}

/// The document whose key and value, of these lengths, are all that is left of the record.
fn decode_document(
    key_bytes: usize,
    value_bytes: usize,
    tail: &[u8],
) -> Result<Option<Document>, DecodeError> {
    let (key, rest) = tail.split_at_checked(key_bytes).ok_or(DecodeError::Truncated)?;
    let (value, rest) = rest.split_at_checked(value_bytes).ok_or(DecodeError::Truncated)?;
    if !rest.is_empty() {
        return Err(DecodeError::TrailingBytes);
    }
    if key.is_empty() {
        valid(value.is_empty(), "document without a key")?;
        return Ok(None);
    }
    let what = "document key";
    let key = DocumentKey::from_bytes(key).ok_or(DecodeError::Invalid { what })?;
    let value = value.into();
    Ok(Some(Document { key, value }))
}

/// What holds for every decision, whatever was decided: asserted when one is written, so that no
/// journal is written that cannot be read, and required when one is read.
fn check(
    operation: &Operation,
    status: Status,
    moved: &Moved,
    document: Option<(&[u8], &[u8])>,
) -> Result<(), DecodeError> {
    let (kind, at_deadline) = (operation.kind, operation.at_deadline);
    let unknown_flags = operation.flags.without(OperationFlags::ALL).bits();
    let sums = [operation.amount, operation.fee_fixed, moved.amount, moved.fee, moved.rest];
    let (_, value) = document.unwrap_or_default();
    let applied = status.is_applied();
    known(kind.is_known(), "kind", kind.number())?;
    known(unknown_flags == 0, "flags", unknown_flags)?;
    known(status.is_known(), "status", status.number())?;
    known(at_deadline.is_known(), "at_deadline", at_deadline.number())?;
    valid(sums.iter().all(|sum| sum.is_valid()), "amount")?;
    // A refusal that leaves the id free leaves no trace, and none moves anything.
    valid(applied || status.uses_up_id(), "status")?;
    valid(applied || *moved == Moved::default(), "sum of a refusal")?;
    // Only what was carried out needs its document to be carried out again.
    valid(document.is_none() || kind.is_about_document(), "document")?;
    valid(document.is_some() || !kind.is_about_document() || !applied, "lack of a document")?;
    valid(value.is_empty() || kind != Kind::DELETE, "document value")?;
    valid(value.len() <= limits::DOCUMENT_VALUE_BYTES_MAX, "document value")
}

fn amount(minor_units: u128) -> Result<Amount, DecodeError> {
    let what = "amount";
    Amount::new(minor_units).ok_or(DecodeError::Invalid { what })
}
