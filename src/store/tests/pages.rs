//! Questions and pages go over the wire unchanged, and bytes that are neither are refused.

use crate::model::{
    Account, AccountFlags, Amount, Balances, DocumentKey, Event, Hold, Id, Ledger, LedgerCode,
    Moved, Operation, Phase, Record, Side, Status, Timestamp,
};
use crate::record::arbitrary;
use crate::store::query::{PAGE_ROWS_MAX, Page, Query, Rows};
use crate::store::{
    HoldQuery, OperationRecord, StatementLine, StatementQuery, StoredDocument, TrialBalance,
    TrialBalanceRow,
};
use crate::wire::codec::{Malformed, Reader, Writer};
use bytemuck::Zeroable;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use std::ops::Bound;

fn id() -> impl Strategy<Value = Id> {
    any::<u128>().prop_map(Id::from_u128)
}

fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![Just(0), Just(u64::MAX), any::<u64>()].prop_map(Timestamp::from_nanoseconds)
}

fn amount() -> impl Strategy<Value = Amount> {
    any::<u64>().prop_map(Amount::from)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..20)
}

fn bound() -> impl Strategy<Value = Bound<Vec<u8>>> {
    prop_oneof![
        Just(Bound::Unbounded),
        bytes().prop_map(Bound::Included),
        bytes().prop_map(Bound::Excluded),
    ]
}

fn key() -> impl Strategy<Value = DocumentKey> {
    ("[\u{1}a-zß]{1,30}", vec(any::<u8>(), 1..30))
        .prop_map(|(space, key)| DocumentKey::new(space.as_bytes(), &key).unwrap())
}

fn hold_query() -> impl Strategy<Value = HoldQuery> {
    let dues = (option::of(time()), option::of(time()));
    let data = (option::of(id()), option::of(any::<u64>()));
    let phase = option::of(Just(Phase::SETTLED));
    (option::of(id()), phase, option::of(any::<bool>()), dues, data, any::<u32>()).prop_map(
        |(account, phase, disputed, dues, data, limit)| HoldQuery {
            account,
            phase,
            disputed,
            due_from: dues.0,
            due_to: dues.1,
            user_data_128: data.0,
            user_data_64: data.1,
            limit: limit as usize,
        },
    )
}

fn query() -> impl Strategy<Value = Query> {
    let ids = || vec(id(), 0..5);
    let rows = any::<u32>;
    let place = || option::of((time(), id()));
    let statement = (time(), time(), any::<bool>(), any::<u32>()).prop_map(
        |(from, to, newest_first, limit)| {
            let limit = limit as usize;
            StatementQuery { from, to, newest_first, limit }
        },
    );
    let points = prop_oneof![
        any::<u32>().prop_map(Query::Ledger),
        Just(Query::Ledgers),
        ids().prop_map(Query::Accounts),
        ids().prop_map(Query::Holds),
        ids().prop_map(Query::Operations),
        (id(), time()).prop_map(|(account, at)| Query::BalancesAt { account, at }),
        (any::<u32>(), option::of(any::<u16>()))
            .prop_map(|(ledger, after)| Query::TrialBalance { ledger, after }),
        key().prop_map(Query::Document),
        ".{0,9}".prop_map(Query::Consumer),
        Just(Query::Consumers),
        (id(), id()).prop_map(|(id, account)| Query::TakenAndReversed { id, account }),
    ];
    let walks = prop_oneof![
        (option::of(id()), rows()).prop_map(|(after, rows)| Query::AllAccounts { after, rows }),
        (option::of(id()), rows()).prop_map(|(after, rows)| Query::AllHolds { after, rows }),
        (id(), time(), rows()).prop_map(|(user_data, after, rows)| {
            Query::OperationsByUserData { user_data, after, rows }
        }),
        (hold_query(), place(), rows()).prop_map(|(query, after, rows)| Query::OpenHolds {
            query,
            after,
            rows
        }),
        (time(), place(), rows()).prop_map(|(disputed_before, after, rows)| {
            Query::HoldsNeedingAttention { disputed_before, after, rows }
        }),
        (time(), rows()).prop_map(|(after, rows)| Query::Events { after, rows }),
        (".{0,9}", bound(), bound(), rows()).prop_map(|(space, lower, upper, rows)| {
            Query::Documents { space, lower, upper, rows }
        }),
        (".{0,9}", bytes(), option::of(bytes()), rows()).prop_map(
            |(space, prefix, after, rows)| Query::DocumentsWithPrefix {
                space,
                prefix,
                after,
                rows
            }
        ),
        (id(), statement, rows()).prop_map(|(account, query, rows)| Query::Statement {
            account,
            query,
            rows
        }),
    ];
    prop_oneof![points, walks]
}

fn ledger() -> impl Strategy<Value = Ledger> {
    (any::<u32>(), 0..18_u8)
        .prop_map(|(number, scale)| Ledger::new(number, LedgerCode::new("USD").unwrap(), scale))
}

fn account() -> impl Strategy<Value = Account> {
    (id(), any::<u32>(), any::<u16>())
        .prop_map(|(id, ledger, code)| Account::new(id, ledger, code, AccountFlags::HISTORY))
}

fn hold() -> impl Strategy<Value = Hold> {
    (id(), amount(), time()).prop_map(|(id, amount, deadline)| Hold {
        id,
        amount,
        deadline,
        ..Hold::zeroed()
    })
}

fn operation() -> impl Strategy<Value = OperationRecord> {
    (time(), id(), amount(), amount(), any::<u32>()).prop_map(
        |(timestamp, id, one, two, ledger)| OperationRecord {
            timestamp,
            operation: Operation::transfer(id, id, id, ledger, one),
            status: Status::DEBIT_ACCOUNT_MUST_NOT_BE_MAX,
            moved: Moved { amount: one, fee: two, rest: one },
            reversed: two,
        },
    )
}

fn record() -> impl Strategy<Value = Record> {
    let account = account().prop_map(Record::Account);
    prop_oneof![4 => arbitrary::record(), 1 => account]
}

fn event() -> impl Strategy<Value = Event> {
    (time(), record()).prop_map(|(timestamp, record)| Event { timestamp, record })
}

fn balances() -> impl Strategy<Value = Balances> {
    (amount(), amount(), amount(), amount()).prop_map(|parts| Balances {
        debits_pending: parts.0,
        debits_posted: parts.1,
        credits_pending: parts.2,
        credits_posted: parts.3,
    })
}

fn line() -> impl Strategy<Value = StatementLine> {
    let numbers = (any::<i128>(), any::<i128>());
    (time(), time(), event(), any::<bool>(), numbers, balances()).prop_map(
        |(timestamp, value_date, event, debit, (pending, posted), balances)| StatementLine {
            timestamp,
            value_date,
            event,
            side: if debit { Side::Debit } else { Side::Credit },
            pending,
            posted,
            balances,
        },
    )
}

fn stored() -> impl Strategy<Value = StoredDocument> {
    (any::<u64>(), bytes())
        .prop_map(|(version, value)| StoredDocument { version, value: value.into() })
}

fn trial_balance() -> impl Strategy<Value = TrialBalance> {
    let row = (any::<u16>(), any::<u64>(), balances())
        .prop_map(|(code, accounts, balances)| TrialBalanceRow { code, accounts, balances });
    (ledger(), vec(row, 0..4), balances()).prop_map(|(ledger, rows, totals)| TrialBalance {
        ledger,
        rows,
        totals,
    })
}

fn rows<T: std::fmt::Debug>(row: impl Strategy<Value = T>) -> impl Strategy<Value = Rows<T>> {
    (vec(row, 0..4), any::<bool>()).prop_map(|(rows, has_more)| Rows { rows, has_more })
}

fn found<T: std::fmt::Debug>(
    one: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<Option<T>>> {
    vec(option::of(one), 0..4)
}

fn page() -> impl Strategy<Value = Page> {
    let points = prop_oneof![
        option::of(ledger()).prop_map(Page::Ledger),
        vec(ledger(), 0..4).prop_map(Page::Ledgers),
        found(account()).prop_map(Page::FoundAccounts),
        found(hold()).prop_map(Page::FoundHolds),
        found(operation()).prop_map(Page::FoundOperations),
        balances().prop_map(Page::Balances),
        (trial_balance(), any::<bool>()).prop_map(|(drawn, more)| Page::TrialBalance(drawn, more)),
        option::of(stored()).prop_map(Page::Document),
        option::of(time()).prop_map(Page::Consumer),
        vec((".{0,9}", time()), 0..4).prop_map(Page::Consumers),
        (amount(), amount()).prop_map(|(taken, reversed)| Page::Amounts(taken, reversed)),
    ];
    let walks = prop_oneof![
        rows(account()).prop_map(Page::Accounts),
        rows(hold()).prop_map(Page::Holds),
        rows(operation()).prop_map(Page::Operations),
        rows(event()).prop_map(Page::Events),
        rows((key(), stored())).prop_map(Page::Documents),
        rows(line()).prop_map(Page::Statement),
    ];
    prop_oneof![points, walks]
}

pub(super) fn query_bytes(query: &Query) -> Vec<u8> {
    let mut writer = Writer::default();
    query.write(&mut writer);
    writer.into_bytes()
}

pub(super) fn page_bytes(page: &Page) -> Vec<u8> {
    let mut writer = Writer::default();
    page.write(&mut writer);
    writer.into_bytes()
}

pub(super) fn read_query(bytes: &[u8]) -> Result<Query, Malformed> {
    let mut reader = Reader::new(bytes);
    let query = Query::read(&mut reader)?;
    reader.end()?;
    Ok(query)
}

pub(super) fn read_page(bytes: &[u8]) -> Result<Page, Malformed> {
    let mut reader = Reader::new(bytes);
    let page = Page::read(&mut reader)?;
    reader.end()?;
    Ok(page)
}

/// Whatever is a value has one form, so that a change is another value or none. A flag or length
/// that is read with less care than it is written would break it.
fn check_bytes(bytes: &[u8]) {
    if let Ok(query) = read_query(bytes) {
        assert_eq!(query_bytes(&query), bytes);
    }
    if let Ok(page) = read_page(bytes) {
        assert_eq!(page_bytes(&page), bytes);
    }
}

fn check_mutations(mut bytes: Vec<u8>, edits: &[(prop::sample::Index, u8)]) {
    for length in 0..bytes.len().min(64) {
        check_bytes(&bytes[..length]);
    }
    for (place, byte) in edits {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
        check_bytes(&bytes);
    }
}

proptest! {
    #[test]
    fn questions_go_over_the_wire(
        query in query(),
        edits in vec(any::<(prop::sample::Index, u8)>(), 1..6),
    ) {
        let bytes = query_bytes(&query);
        prop_assert_eq!(read_query(&bytes), Ok(query.clone()));
        prop_assert_eq!(read_query(&bytes[..bytes.len() - 1]), Err(Malformed));
        check_mutations(bytes, &edits);
    }

    #[test]
    fn pages_go_over_the_wire(
        page in page(),
        edits in vec(any::<(prop::sample::Index, u8)>(), 1..6),
    ) {
        let bytes = page_bytes(&page);
        prop_assert_eq!(read_page(&bytes), Ok(page.clone()));
        prop_assert_eq!(read_page(&bytes[..bytes.len() - 1]), Err(Malformed));
        check_mutations(bytes, &edits);
    }

    #[test]
    fn any_bytes_are_a_value_or_malformed(
        tag in 0..22_u8,
        bytes in vec(prop_oneof![0..3_u8, any::<u8>()], 0..400),
    ) {
        check_bytes(&[&[tag][..], &bytes].concat());
    }
}

/// A short message that says it has many rows of one byte, each of hundreds of bytes in memory.
#[test]
fn a_number_of_rows_proves_nothing() {
    let page = |count: usize| page_bytes(&Page::FoundAccounts(vec![None; count]));
    assert!(read_page(&page(PAGE_ROWS_MAX)).is_ok());
    assert_eq!(read_page(&page(PAGE_ROWS_MAX + 1)), Err(Malformed));
    let mut bytes = page(1);
    bytes[1..5].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(read_page(&bytes), Err(Malformed));
}
