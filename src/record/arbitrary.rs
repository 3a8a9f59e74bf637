//! Arbitrary records, at the edges of every number, for property tests.

use crate::model::{
    Account, AccountFlags, Amount, AtDeadline, Decision, Document, DocumentKey, Id, Kind, Ledger,
    LedgerCode, Moved, Operation, OperationFlags, Record, Status, Timestamp,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// When every record of these was made.
pub(crate) const NOW: Timestamp = Timestamp::from_nanoseconds(1_700_000_000_000_000_000);

fn edge_u128() -> impl Strategy<Value = u128> {
    prop_oneof![
        select(vec![0, 1, 2, 127, 128, 255, 256, (1 << 64) - 1, 1 << 64, (1 << 96) - 1, u128::MAX]),
        any::<u128>(),
        (any::<u128>(), 0..128_u32).prop_map(|(number, shift)| number >> shift),
    ]
}

fn edge_u64() -> impl Strategy<Value = u64> {
    edge_u128().prop_map(|number| number as u64)
}

fn edge_u32() -> impl Strategy<Value = u32> {
    edge_u128().prop_map(|number| number as u32)
}

fn edge_u16() -> impl Strategy<Value = u16> {
    edge_u128().prop_map(|number| number as u16)
}

fn id() -> impl Strategy<Value = Id> {
    edge_u128().prop_map(Id::from_u128)
}

fn amount() -> impl Strategy<Value = Amount> {
    edge_u128().prop_map(|number| Amount::new(number).unwrap_or(Amount::MAX))
}

fn moved() -> impl Strategy<Value = Moved> {
    (amount(), amount(), amount()).prop_map(|(amount, fee, rest)| Moved { amount, fee, rest })
}

fn status() -> impl Strategy<Value = Status> {
    let refusals = Status::ALL.iter().copied().filter(|status| status.uses_up_id());
    prop_oneof![Just(Status::APPLIED), select(refusals.collect::<Vec<_>>())]
}

fn document() -> impl Strategy<Value = Document> {
    let value = prop_oneof![vec(any::<u8>(), 0..40), vec(any::<u8>(), 65_530..=65_536)];
    ("[a-zäß]{1,30}", vec(any::<u8>(), 1..=511), value).prop_map(|(space, key, value)| Document {
        key: DocumentKey::new(space.as_bytes(), &key).expect("a key"),
        value: value.into(),
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    let ids = (id(), id(), id(), id(), id(), id());
    let numbers =
        (edge_u32(), edge_u16(), edge_u64(), edge_u32(), edge_u32(), edge_u64(), edge_u64());
    let named = (select(Kind::ALL), 0..=0xff_u32, select(AtDeadline::ALL));
    let sums = (amount(), amount());
    (ids, sums, numbers, named).prop_map(|(ids, (amount, fee_fixed), numbers, named)| Operation {
        fee_fixed,
        target: ids.3,
        fee_account: ids.4,
        user_data_128: ids.5,
        code: numbers.1,
        user_data_64: numbers.2,
        timeout_seconds: numbers.3,
        fee_ppm: numbers.4,
        expected_version: numbers.5,
        value_date: Timestamp::from_nanoseconds(numbers.6),
        kind: named.0,
        flags: OperationFlags::from_bits(named.1),
        at_deadline: named.2,
        timestamp: NOW,
        ..Operation::transfer(ids.0, ids.1, ids.2, numbers.0, amount)
    })
}

/// A decision as the engine makes them: what does not go together is taken away.
fn decision() -> impl Strategy<Value = Decision> {
    let parts = (operation(), status(), moved(), any::<bool>(), document(), any::<bool>());
    parts.prop_map(|(mut operation, status, moved, as_asked, document, without)| {
        let applied = status.is_applied();
        let mut moved = if applied { moved } else { Moved::default() };
        if applied && as_asked {
            moved.amount = operation.amount;
        }
        let document = Some(document)
            .filter(|_| operation.kind.is_about_document() && (applied || !without))
            .map(|document| match operation.kind {
                Kind::DELETE => Document { value: Box::default(), ..document },
                _ => document,
            });
        if let Some(document) = &document {
            operation.space_length = document.key.space().len() as u16;
            operation.key_length = document.key.key().len() as u16;
            operation.value_length = document.value.len() as u32;
        }
        Decision { operation, status, moved, document }
    })
}

/// Any record that there can be, dated [`NOW`].
pub(crate) fn record() -> impl Strategy<Value = Record> {
    let ledger = (edge_u32(), "[A-Z0-9_-]{1,16}", 0..=18_u8).prop_map(|(number, code, scale)| {
        let code = LedgerCode::new(&code).expect("a code");
        Record::Ledger(Ledger { created_at: NOW, ..Ledger::new(number, code, scale) })
    });
    let account =
        (id(), edge_u32(), edge_u16(), 0..=0x1ff_u32, edge_u64(), id()).prop_map(|parts| {
            let flags = AccountFlags::from_bits(parts.3);
            Record::Account(Account {
                user_data_64: parts.4,
                user_data_128: parts.5,
                created_at: NOW,
                ..Account::new(parts.0, parts.1, parts.2, flags)
            })
        });
    let consumer = ("[a-zäß]{1,31}", edge_u64()).prop_map(|(name, position)| Record::Consumer {
        name,
        position: Timestamp::from_nanoseconds(position),
    });
    let decision = decision().prop_map(Record::Operation);
    let removed = "[a-zäß]{1,31}".prop_map(|name| Record::ConsumerRemoved { name });
    prop_oneof![1 => ledger, 2 => account, 8 => decision, 1 => consumer, 1 => removed]
}
