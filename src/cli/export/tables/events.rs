//! The table of events: everything that ever happened, refusals that used up an id among it.

use super::column::{Cell, Column, Kind};
use crate::cli::failure::Failure;
use crate::cli::ledgers::Ledgers;
use escrowdb::{
    Amount, Decision, Document, Event, Ledger, Moved, Operation, Record, Snapshot, Timestamp,
};

/// An event, and the ledger that it is about.
pub(super) struct Row {
    pub(super) event: Event,
    ledger: Option<Ledger>,
}

/// For the page of all columns.
#[cfg(test)]
pub(super) const ABOUT: &str = "\
A row for each event, in the order in which they happened: a ledger was registered, an account was \
opened, an operation was decided. Of a document there is the key and never the value.";

pub(super) const COLUMNS: &[Column<Row>] = &[
    Column::new("timestamp", Kind::Time, "When it happened: also its position.", |row| {
        Cell::time(row.event.timestamp)
    }),
    Column::new(
        "event",
        Kind::Name,
        "`ledger` or `account` for one that is new, or the kind of the operation.",
        |row| match &row.event.record {
            Record::Ledger(_) => Cell::Name("ledger"),
            Record::Account(_) => Cell::Name("account"),
            Record::Operation(decision) => Cell::Name(decision.operation.kind.name()),
            _ => Cell::None,
        },
    ),
    Column::new("id", Kind::Id, "Of the account or operation; none of a deadline's.", |row| {
        match &row.event.record {
            Record::Account(account) => Cell::id(account.id),
            Record::Operation(decision) => Cell::id(decision.operation.id),
            _ => Cell::None,
        }
    }),
    Column::new(
        "status",
        Kind::Name,
        "`applied`, or the law that the operation would have broken.",
        |row| row.decision().map_or(Cell::None, |decision| Cell::Name(decision.status.name())),
    ),
    Column::new("ledger", Kind::Numeral, "The number of the ledger that it is about.", |row| {
        row.ledger.map_or(Cell::None, |ledger| Cell::numeral(ledger.number))
    }),
    Column::new(
        "currency",
        Kind::Text,
        "The code of that ledger's currency. Where it is none, amounts are in minor units.",
        |row| Cell::text(row.ledger.map(|ledger| ledger.code.to_string())),
    ),
    Column::new(
        "scale",
        Kind::Count,
        "Of a new ledger: how many decimals it has.",
        |row| match &row.event.record {
            Record::Ledger(ledger) => Cell::count(ledger.scale),
            _ => Cell::None,
        },
    ),
    Column::new("target", Kind::Id, "The hold, operation or account it is about.", |row| {
        row.operation().map_or(Cell::None, |operation| Cell::id(operation.target))
    }),
    Column::new("debit_account", Kind::Id, "The account that it names to debit.", |row| {
        row.operation().map_or(Cell::None, |operation| Cell::id(operation.debit_account))
    }),
    Column::new("credit_account", Kind::Id, "The account that it names to credit.", |row| {
        row.operation().map_or(Cell::None, |operation| Cell::id(operation.credit_account))
    }),
    Column::new("fee_account", Kind::Id, "The account that it names for commission.", |row| {
        row.operation().map_or(Cell::None, |operation| Cell::id(operation.fee_account))
    }),
    Column::new("amount", Kind::Amount, "What was asked for.", |row| {
        row.operation().map_or(Cell::None, |operation| row.amount(operation.amount))
    }),
    Column::new("moved", Kind::Amount, "What was moved in all.", |row| {
        row.moved().map_or(Cell::None, |moved| row.amount(moved.amount))
    }),
    Column::new(
        "fee",
        Kind::Amount,
        "The part of it that is commission; of a reversal, what came back of it.",
        |row| row.moved().map_or(Cell::None, |moved| row.amount(moved.fee)),
    ),
    Column::new("rest", Kind::Amount, "What went back to the payer beside it.", |row| {
        row.moved().map_or(Cell::None, |moved| row.amount(moved.rest))
    }),
    Column::new("fee_ppm", Kind::Count, "The commission's rate: so many millionths.", |row| {
        row.operation().map_or(Cell::None, |operation| Cell::count_unless_zero(operation.fee_ppm))
    }),
    Column::new("fee_fixed", Kind::Amount, "The fixed part of the commission.", |row| {
        row.operation().map_or(Cell::None, |operation| row.amount(operation.fee_fixed))
    }),
    Column::new("timeout_seconds", Kind::Count, "So many seconds to the deadline.", |row| {
        let seconds = row.operation().map_or(0, |operation| operation.timeout_seconds);
        Cell::count_unless_zero(seconds)
    }),
    Column::new("at_deadline", Kind::Name, "What happens then.", |row| match row.operation() {
        Some(operation) if operation.at_deadline.number() > 0 => {
            Cell::Name(operation.at_deadline.name())
        }
        _ => Cell::None,
    }),
    Column::new("flags", Kind::Text, "Names with spaces between.", |row| match &row.event.record {
        Record::Account(account) => Cell::names(account.flags.names()),
        Record::Operation(decision) => Cell::names(decision.operation.flags.names()),
        _ => Cell::None,
    }),
    Column::new("code", Kind::Numeral, "The account's or the operation's.", |row| {
        Cell::numeral_unless_zero(match &row.event.record {
            Record::Account(account) => account.code,
            Record::Operation(decision) => decision.operation.code,
            _ => 0,
        })
    }),
    Column::new("user_data_128", Kind::Id, "Yours.", |row| match &row.event.record {
        Record::Account(account) => Cell::id(account.user_data_128),
        Record::Operation(decision) => Cell::id(decision.operation.user_data_128),
        _ => Cell::None,
    }),
    Column::new("user_data_64", Kind::Numeral, "Yours.", |row| {
        Cell::numeral_unless_zero(match &row.event.record {
            Record::Account(account) => account.user_data_64,
            Record::Operation(decision) => decision.operation.user_data_64,
            _ => 0,
        })
    }),
    Column::new("value_date", Kind::Time, "When it counts, if that is another time.", |row| {
        row.operation().map_or(Cell::None, |operation| Cell::time(operation.value_date))
    }),
    Column::new("document_space", Kind::Text, "Of a document: the space that it is in.", |row| {
        Cell::text(row.document().map(|document| document.key.space()))
    }),
    Column::new("document_key", Kind::Text, "Its key there, if that is text.", |row| {
        Cell::text(row.document().and_then(|document| text(document.key.key())))
    }),
    Column::new(
        "document_key_hexadecimal",
        Kind::Text,
        "Its key in hexadecimal digits, if it is no text or has a zero byte.",
        |row| {
            let key = row.document().map(|document| document.key.key());
            Cell::text(key.filter(|key| text(key).is_none()).map(hexadecimal))
        },
    ),
    Column::new("document_bytes", Kind::Count, "How long its new value is.", |row| {
        row.document().map_or(Cell::None, |document| Cell::count(document.value.len() as u64))
    }),
];

impl Row {
    fn decision(&self) -> Option<&Decision> {
        match &self.event.record {
            Record::Operation(decision) => Some(decision),
            _ => None,
        }
    }

    fn operation(&self) -> Option<&Operation> {
        self.decision().map(|decision| &decision.operation)
    }

    fn moved(&self) -> Option<&Moved> {
        self.decision().map(|decision| &decision.moved)
    }

    fn document(&self) -> Option<&Document> {
        self.decision()?.document.as_ref()
    }

    /// Nothing is none: most operations have no use for most amounts.
    fn amount(&self, amount: Amount) -> Cell {
        Cell::amount_unless_zero(amount, self.ledger.map_or(0, |ledger| ledger.scale()))
    }
}

/// A key as text; zero bytes are what some readers of CSV end a file at.
fn text(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key).ok().filter(|text| !text.contains('\0'))
}

fn hexadecimal(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All events.
pub(super) fn rows(
    snapshot: &Snapshot,
) -> Result<impl Iterator<Item = Result<Row, Failure>>, Failure> {
    let mut ledgers = Ledgers::of(snapshot)?;
    Ok(snapshot.events(Timestamp::NONE).map(move |event| {
        let event = event?;
        Ok(Row { ledger: ledgers.find(&event)?, event })
    }))
}
