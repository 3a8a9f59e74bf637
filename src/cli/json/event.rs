//! Operations and the events of the feed.

use super::{AccountFacts, AmountText, Count, IdText, LedgerFacts, Name, Numeral, TimeText};
use crate::cli::output::Currency;
use escrowdb::{Decision, Document, Event, Operation, Record};
use schemars::JsonSchema;
use serde::Serialize;

/// An operation as it was asked for; what it does not use is left out.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct OperationFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<IdText>,
    kind: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    debit_account: Option<IdText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_account: Option<IdText>,
    /// The hold, operation or account that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<IdText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fee_account: Option<IdText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_data_128: Option<IdText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<AmountText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<Numeral>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Numeral>,
    /// The commission's rate: so many millionths.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee_ppm: Option<Count>,
    /// The fixed part of the commission.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee_fixed: Option<AmountText>,
    /// So many seconds to the deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_seconds: Option<Count>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_data_64: Option<Numeral>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_deadline: Option<Name>,
    /// When it counts, if that is not when it was booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    value_date: Option<TimeText>,
}

impl OperationFacts {
    pub(crate) fn of(operation: &Operation, currency: &Currency) -> Self {
        let count = |number: u32| (number > 0).then(|| Count::from(number));
        let at_deadline = operation.at_deadline;
        Self {
            id: IdText::of(operation.id),
            kind: Name(operation.kind.name()),
            debit_account: IdText::of(operation.debit_account),
            credit_account: IdText::of(operation.credit_account),
            target: IdText::of(operation.target),
            fee_account: IdText::of(operation.fee_account),
            user_data_128: IdText::of(operation.user_data_128),
            amount: AmountText::unless_zero(operation.amount, currency),
            ledger: Numeral::unless_zero(operation.ledger),
            code: Numeral::unless_zero(operation.code),
            fee_ppm: count(operation.fee_ppm),
            fee_fixed: AmountText::unless_zero(operation.fee_fixed, currency),
            timeout_seconds: count(operation.timeout_seconds),
            user_data_64: Numeral::unless_zero(operation.user_data_64),
            flags: operation.flags.names().map(Name).collect(),
            at_deadline: (at_deadline.number() > 0).then(|| Name(at_deadline.name())),
            value_date: TimeText::of(operation.value_date),
        }
    }
}

/// An event of the feed. Beside its time, exactly one of the others is there.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct EventLine {
    /// When it happened. No other event has this time: it is the event's position in the feed.
    timestamp: Option<TimeText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<LedgerFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<AccountFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<DecidedFacts>,
}

/// An operation, and what was decided on it.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DecidedFacts {
    #[serde(flatten)]
    operation: OperationFacts,
    #[serde(flatten)]
    document: Option<DocumentFacts>,
    /// What it moved in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<AmountText>,
    /// The part of it that is commission.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<AmountText>,
    /// What went back to the payer beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rest: Option<AmountText>,
    /// Applied, or the law that it would have broken.
    status: Name,
}

/// The document that an operation wrote or deleted; never its value.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DocumentFacts {
    space: String,
    key: DocumentKey,
    value_bytes: Count,
}

/// A key: as text, or in hexadecimal digits if it is none.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum DocumentKey {
    Text(String),
    Hexadecimal(String),
}

impl EventLine {
    pub(crate) fn of(event: &Event, currency: &Currency) -> Self {
        let mut line = Self {
            timestamp: TimeText::of(event.timestamp),
            ledger: None,
            account: None,
            operation: None,
        };
        match &event.record {
            Record::Ledger(ledger) => line.ledger = Some(LedgerFacts::of(ledger)),
            Record::Account(opened) => line.account = Some(AccountFacts::of(opened, currency)),
            Record::Operation(decision) => {
                line.operation = Some(DecidedFacts::of(decision, currency));
            }
            // What is in the journal, and no event.
            _ => {}
        }
        line
    }
}

impl DecidedFacts {
    fn of(decision: &Decision, currency: &Currency) -> Self {
        let moved = &decision.moved;
        Self {
            operation: OperationFacts::of(&decision.operation, currency),
            document: decision.document.as_ref().map(DocumentFacts::of),
            moved: AmountText::unless_zero(moved.amount, currency),
            fee: AmountText::unless_zero(moved.fee, currency),
            rest: AmountText::unless_zero(moved.rest, currency),
            status: Name(decision.status.name()),
        }
    }
}

impl DocumentFacts {
    fn of(document: &Document) -> Self {
        let bytes = document.key.key();
        let hexadecimal = || bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            space: document.key.space().to_string(),
            key: match std::str::from_utf8(bytes) {
                Ok(text) => DocumentKey::Text(text.to_owned()),
                Err(_) => DocumentKey::Hexadecimal(hexadecimal()),
            },
            value_bytes: document.value.len().into(),
        }
    }
}
