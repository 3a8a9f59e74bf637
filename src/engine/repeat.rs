//! Idempotency: is this the same operation again?

use crate::model::{Document, Event, Operation, OperationFlags, Record, Status, Timestamp};

/// The answer to an operation whose id was used by `original` before.
pub(super) fn status(
    operation: &Operation,
    document: Option<&Document>,
    original: &Event,
) -> Status {
    let Record::Operation(decision) = &original.record else {
        return Status::EXISTS_WITH_DIFFERENT_KIND;
    };
    if !decision.status.is_applied() {
        return Status::ID_ALREADY_FAILED;
    }
    difference(operation, document, &decision.operation, decision.document.as_ref())
        .unwrap_or(Status::EXISTS)
}

/// The first field in which two operations of one id differ.
fn difference(
    new: &Operation,
    new_document: Option<&Document>,
    old: &Operation,
    old_document: Option<&Document>,
) -> Option<Status> {
    // The timestamp of an operation that was not imported is the store's.
    let timestamp = |operation: &Operation| {
        let imported = operation.flags.contains(OperationFlags::IMPORTED);
        if imported { operation.timestamp } else { Timestamp::NONE }
    };
    let differences = [
        (new.kind != old.kind, Status::EXISTS_WITH_DIFFERENT_KIND),
        (new.flags != old.flags, Status::EXISTS_WITH_DIFFERENT_FLAGS),
        (new.debit_account != old.debit_account, Status::EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT),
        (new.credit_account != old.credit_account, Status::EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT),
        (new.target != old.target, Status::EXISTS_WITH_DIFFERENT_TARGET),
        (new.amount != old.amount, Status::EXISTS_WITH_DIFFERENT_AMOUNT),
        (new.fee_account != old.fee_account, Status::EXISTS_WITH_DIFFERENT_FEE_ACCOUNT),
        (new.fee_ppm != old.fee_ppm, Status::EXISTS_WITH_DIFFERENT_FEE_RATE),
        (new.user_data_128 != old.user_data_128, Status::EXISTS_WITH_DIFFERENT_USER_DATA_128),
        (new.user_data_64 != old.user_data_64, Status::EXISTS_WITH_DIFFERENT_USER_DATA_64),
        (timestamp(new) != timestamp(old), Status::EXISTS_WITH_DIFFERENT_TIMESTAMP),
        (new.timeout_seconds != old.timeout_seconds, Status::EXISTS_WITH_DIFFERENT_TIMEOUT),
        (new.at_deadline != old.at_deadline, Status::EXISTS_WITH_DIFFERENT_AT_DEADLINE),
        (new.ledger != old.ledger, Status::EXISTS_WITH_DIFFERENT_LEDGER),
        (new.code != old.code, Status::EXISTS_WITH_DIFFERENT_CODE),
        (
            new.expected_version != old.expected_version,
            Status::EXISTS_WITH_DIFFERENT_EXPECTED_VERSION,
        ),
        (
            new_document.map(|document| &document.key)
                != old_document.map(|document| &document.key),
            Status::EXISTS_WITH_DIFFERENT_KEY,
        ),
        (
            new_document.map(|document| &document.value)
                != old_document.map(|document| &document.value),
            Status::EXISTS_WITH_DIFFERENT_VALUE,
        ),
        (new.value_date != old.value_date, Status::EXISTS_WITH_DIFFERENT_VALUE_DATE),
        (new.fee_fixed != old.fee_fixed, Status::EXISTS_WITH_DIFFERENT_FIXED_FEE),
    ];
    differences.iter().find(|(differs, _)| *differs).map(|(_, status)| *status)
}
