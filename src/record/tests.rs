//! Round trips, hostile bytes, and the bytes of version 1 as they were written for the first time.

use super::arbitrary::{NOW, record};
use super::{DecodeError, decision, decode, encode, numbers::Field, others};
use crate::model::{
    Account, AccountFlags, Amount, AtDeadline, Decision, Document, DocumentKey, Event, Id, Kind,
    Ledger, LedgerCode, Moved, Operation, OperationFlags, Record, Status, Timestamp,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

fn bytes_of(record: &Record) -> Vec<u8> {
    let mut buffer = Vec::new();
    encode(&mut buffer, record);
    buffer
}

/// Whatever is decoded is encoded to the bytes that it came from.
fn check_hostile(bytes: &[u8]) {
    if let Ok(event) = decode(NOW, bytes) {
        assert_eq!(bytes_of(&event.record), bytes, "{event:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn records_come_back_as_they_were(record in record()) {
        let bytes = bytes_of(&record);
        prop_assert_eq!(decode(NOW, &bytes), Ok(Event { timestamp: NOW, record }));
    }

    #[test]
    fn an_early_end_and_trailing_bytes_are_refused(record in record(), cut in any::<Index>()) {
        let mut bytes = bytes_of(&record);
        let cut = cut.index(bytes.len());
        prop_assert!(decode(NOW, &bytes[..cut]).is_err());
        bytes.push(0);
        prop_assert!(decode(NOW, &bytes).is_err());
    }

    #[test]
    fn a_changed_byte_gives_another_record_or_none(
        record in record(),
        position in any::<Index>(),
        change in 1..=u8::MAX,
    ) {
        let mut bytes = bytes_of(&record);
        let position = position.index(bytes.len());
        bytes[position] ^= change;
        check_hostile(&bytes);
        prop_assert_ne!(decode(NOW, &bytes), Ok(Event { timestamp: NOW, record }));
    }

    #[test]
    fn random_bytes_never_panic(record_type in 0..6_u8, mut bytes in vec(any::<u8>(), 0..200)) {
        check_hostile(&bytes);
        bytes.insert(0, record_type);
        check_hostile(&bytes);
    }

    #[test]
    fn short_blocks_are_refused_or_unique(
        record_type in 1..=4_u8,
        bytes in vec(prop_oneof![0..4_u8, any::<u8>()], 0..9),
    ) {
        check_hostile(&[&[record_type], &bytes[..]].concat());
    }
}

fn transfer(ids: [u128; 3], minor_units: u64) -> Decision {
    let [id, debit, credit] = ids.map(Id::from_u128);
    let amount = Amount::from(minor_units);
    Decision {
        operation: Operation {
            timestamp: NOW,
            ..Operation::transfer(id, debit, credit, 1, amount)
        },
        status: Status::APPLIED,
        moved: Moved { amount, ..Moved::default() },
        document: None,
    }
}

#[test]
fn transfers_are_small() {
    // (ids, minor units, bytes)
    for (ids, minor_units, expected) in [
        ([1, 2, 3], 1, 13),
        ([1_000_000, 70_000, 80_000], 3_561, 20),
        ([u128::from(u64::MAX); 3], 3_561, 35),
        ([u128::MAX - 1; 3], 3_561, 59),
        ([u128::MAX - 1; 3], u64::MAX, 65),
    ] {
        let length = bytes_of(&Record::Operation(transfer(ids, minor_units))).len();
        assert_eq!(length, expected, "{ids:?}, {minor_units}");
    }
}

fn check_golden(record: &Record, hex: &str) {
    let bytes = bytes_of(record);
    let found: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(found, hex.replace(' ', ""), "the format of {record:?} changed");
    let event = Event { timestamp: NOW, record: record.clone() };
    assert_eq!(decode(NOW, &bytes), Ok(event));
}

#[test]
fn the_format_is_the_one_that_old_journals_have() {
    let code = LedgerCode::new("USD").expect("a code");
    check_golden(
        &Record::Ledger(Ledger { created_at: NOW, ..Ledger::new(840, code, 2) }),
        "01 07 0102 4803 02 555344",
    );
    let flags = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags::HISTORY;
    check_golden(
        &Record::Account(Account {
            user_data_64: 0x1234,
            created_at: NOW,
            ..Account::new(Id::from_u128(1 << 64), 840, 7, flags)
        }),
        "02 1f 180001 000000000000000001 4803 07 11 3412",
    );
    check_golden(
        &Record::Operation(transfer([0x010203, 4, 5], 3_561)),
        "03 7f 20000100 01 030201 04 05 e90d 01 01",
    );
    let name = "shop".to_owned();
    let position = Timestamp::from_nanoseconds(0x0102);
    check_golden(&Record::Consumer { name: name.clone(), position }, "04 03 01 0201 04 73686f70");
    check_golden(&Record::ConsumerRemoved { name }, "05 01 00 04 73686f70");
}

#[test]
fn the_format_of_rarer_operations_is_the_one_that_old_journals_have() {
    let mut balancing = transfer([1, 2, 3], 0x0100);
    balancing.moved.amount = Amount::from(0xff_u32);
    balancing.moved.fee = Amount::from(5_u32);
    balancing.moved.rest = Amount::from(6_u32);
    check_golden(
        &Record::Operation(balancing),
        "03 ffe001 0000011000 01 01 02 03 0001 01 01 ff01 05 06",
    );
    let mut refused = transfer([1, 2, 3], 7);
    refused.status = Status::EXCEEDS_CREDITS;
    refused.moved = Moved::default();
    check_golden(&Record::Operation(refused), "03 ff10 00000010 01 01 02 03 07 01 01 bc02");
    // Added to the first version: its readers refuse it by name.
    let mut valued = transfer([1, 2, 3], 7);
    valued.operation.value_date = Timestamp::from_nanoseconds(0x0102);
    check_golden(&Record::Operation(valued), "03 ff808002 00000010 01 01 02 03 07 01 01 0201");
    // And these.
    let mut hold = transfer([1, 2, 3], 7);
    hold.operation.fee_fixed = Amount::from(0x0102_u32);
    check_golden(&Record::Operation(hold), "03 ff808004 00000010 01 01 02 03 07 01 01 0201");
    let mut dispute = transfer([1, 0, 0], 0);
    let claim = Operation::dispute(Id::from_u128(1), Id::from_u128(2))
        .claiming(Amount::from(7_u32))
        .with_deadline(0x0304, AtDeadline::CLAIM);
    dispute.operation = Operation { timestamp: NOW, ..claim };
    dispute.moved = Moved::default();
    check_golden(&Record::Operation(dispute), "03 83848418 000010 09 01 02 03 07 0403");
    let mut divide = transfer([1, 0, 0], 7);
    let part = Operation::divide(Id::from_u128(1), Id::from_u128(2), Amount::from(7_u32));
    divide.operation = Operation { timestamp: NOW, ..part };
    check_golden(&Record::Operation(divide), "03 9304 0000 13 01 07 02");
    let mut put = transfer([1, 0, 0], 0);
    put.operation = Operation {
        kind: Kind::PUT,
        ledger: 0,
        code: 0,
        flags: OperationFlags::IF_VERSION,
        expected_version: 9,
        space_length: 1,
        key_length: 2,
        value_length: 3,
        ..put.operation
    };
    let key = DocumentKey::new(b"s", b"k1").expect("a key");
    put.document = Some(Document { key, value: (*b"val").into() });
    check_golden(&Record::Operation(put), "03 8388e001 000000 10 01 80 09 04 03 73006b31 76616c");
}

#[test]
fn what_is_not_a_record_is_refused() {
    let invalid = |what| DecodeError::Invalid { what };
    let unknown = |what, number| DecodeError::Unknown { what, number };
    // (body, error), all of them variations of the transfer 03 7f 00000000 01 01 02 03 04 05 06.
    for (hex, expected) in [
        ("", DecodeError::Truncated),
        ("03", DecodeError::Truncated),
        ("00", unknown("record type", 0)),
        ("06", unknown("record type", 6)),
        ("03 7f 00000000 01 01 02 03 04 05", DecodeError::Truncated),
        ("03 7f 00000000 01 01 02 03 04 05 06 00", DecodeError::TrailingBytes),
        ("03 7f 00000010 01 01 02 03 04 05 06", DecodeError::NotCanonical),
        ("03 ff00 00000000 01 01 02 03 04 05 06", DecodeError::NotCanonical),
        ("03 7f 00000000 01 00 02 03 04 05 06", DecodeError::NotCanonical),
        ("03 7f 10000000 01 0100 02 03 04 05 06", DecodeError::NotCanonical),
        ("03 7f 02000000 010000 01 02 03 04 05 06", invalid("kind")),
        ("03 7f 00000000 14 01 02 03 04 05 06", unknown("kind", 20)),
        ("03 808080 20 00 01", unknown("field", 26)),
        ("03 ffffffff 01", unknown("field", 28)),
        ("03 8110 00 01 01", invalid("status")),
        ("03 8130 1000 01 2c01 01", invalid("sum of a refusal")),
        ("03 818040 00 10 01", DecodeError::Truncated),
        ("03 13 0000 09 01 05", invalid("terms of a dispute")),
        ("03 81808008 00 01 05", invalid("terms of a dispute")),
        ("03 01 00 10", invalid("lack of a document")),
        ("01 07 0002 01 13 555344", invalid("ledger scale")),
        ("01 07 0002 01 12 557344", invalid("ledger code")),
        ("02 08 01 0002", unknown("account flags", 512)),
        ("04 01 00 01", invalid("consumer name")),
        ("04 02 00 01 ff", invalid("consumer name")),
        ("05 01 00 01 ff", invalid("consumer name")),
        ("05 01 00 02 61", DecodeError::Truncated),
        ("05 01 00 01 6161", DecodeError::TrailingBytes),
    ] {
        let digits: Vec<u8> = hex.bytes().filter(|&byte| byte != b' ').collect();
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).expect("hex"))
            .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
            .collect();
        assert_eq!(decode(NOW, &bytes), Err(expected), "{hex}");
    }
}

#[test]
fn the_document_lists_the_fields() {
    let rows = |fields: &[Field]| -> Vec<String> {
        let row = |(bit, field): (usize, &Field)| {
            format!("| {bit} | `{}` | {} |", field.name, field.bytes_max)
        };
        fields.iter().enumerate().map(row).collect()
    };
    let expected = [
        rows(&others::LEDGER_FIELDS),
        rows(&others::ACCOUNT_FIELDS),
        rows(&decision::FIELDS),
        rows(&others::CONSUMER_FIELDS),
        rows(&others::CONSUMER_REMOVED_FIELDS),
    ]
    .concat();
    let listed: Vec<_> = include_str!("format.md")
        .lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
        .collect();
    assert_eq!(listed.len(), expected.len());
    for (line, expected) in listed.iter().zip(&expected) {
        assert!(line.starts_with(expected), "{line} should start with {expected}");
    }
}
