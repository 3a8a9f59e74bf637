//! Changes that spoil a record, or make a repeat differ from what it repeats.

use escrowdb::{Amount, AtDeadline, Id, Kind, Operation, OperationFlags, Timestamp};
use proptest::prelude::*;

/// A change of one field, named by a number, to some value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tweak(u8, u8);

/// Any change of any field.
pub(crate) fn tweak() -> impl Strategy<Value = Tweak> {
    (0..28_u8, 0..=2_u8).prop_map(|(field, value)| Tweak(field, value))
}

impl Tweak {
    pub(crate) fn apply(self, operation: &mut Operation) {
        let Self(field, value) = self;
        let id = [Id::ZERO, Id::from_u128(2), Id::MAX][value as usize];
        let bit = OperationFlags::from_bits(1 << ((field + 3 * value) % 12));
        match field {
            0 => operation.kind = Kind::from_number(u16::from(value) * 9),
            1 => operation.reserved[2] = u16::from(value),
            26 => operation.fee_fixed = [Amount::ZERO, 2_u32.into(), Amount::MAX][value as usize],
            2..=6 => *operation = operation.with_flags(bit),
            7 => operation.id = id,
            8 => operation.debit_account = id,
            9 => operation.credit_account = id,
            10 => operation.target = id,
            11 => operation.fee_account = id,
            12 => operation.fee_ppm = [0, 5, 1_000_001][value as usize],
            13 => operation.user_data_128 = id,
            14 => operation.user_data_64 = value.into(),
            15 => operation.timestamp = Timestamp::from_nanoseconds(value.into()),
            16 => operation.timeout_seconds = value.into(),
            17 => operation.at_deadline = AtDeadline::from_number(u16::from(value) * 2),
            18 => operation.ledger = value.into(),
            19 => operation.code = value.into(),
            20 => operation.expected_version = value.into(),
            21 => operation.value_length = u32::from(value) * 40_000,
            22 => operation.key_length = value.into(),
            23 => operation.space_length = value.into(),
            24 => {
                operation.amount = [Amount::ZERO, Amount::from(2_u32), Amount::MAX][value as usize]
            }
            25 => operation.value_date = Timestamp::from_nanoseconds(value.into()),
            _ => operation.data_offset = value.into(),
        }
    }
}
