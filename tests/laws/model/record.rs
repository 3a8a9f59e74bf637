//! The first guard of the model: what can be told from a record and its batch alone.

use super::refuse;
use bytemuck::Zeroable;
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Id, Kind, Ledger, Operation, OperationFlags, Status,
    Timestamp, limits,
};

/// What surrounds a record.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) data: &'a [u8],
    pub(super) has_imported: bool,
    pub(super) has_others: bool,
}

/// A document as an operation spells it out.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Content {
    pub(super) space: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) value: Vec<u8>,
}

impl Content {
    /// The bytes that the operation points at, if they are all there.
    pub(super) fn of(operation: &Operation, data: &[u8]) -> Option<Self> {
        let mut rest = data.get(operation.data_offset as usize..)?;
        let mut take = |length: usize| {
            let (taken, left) = rest.split_at_checked(length)?;
            rest = left;
            Some(taken.to_vec())
        };
        Some(Self {
            space: take(operation.space_length.into())?,
            key: take(operation.key_length.into())?,
            value: take(operation.value_length as usize)?,
        })
    }
}

pub(super) fn check_operation(operation: &Operation, batch: Batch) -> Result<(), Status> {
    let kind = operation.kind;
    if !kind.is_known() || kind == Kind::EXPIRE {
        return Err(Status::KIND_MUST_BE_KNOWN);
    }
    let flag = |flag| operation.flags.contains(flag);
    let beyond = |flags: OperationFlags| operation.flags.bits() & !flags.bits() != 0;
    let common = OperationFlags::LINKED | OperationFlags::IMPORTED;
    refuse(&[
        (operation.reserved != [0; 3], Status::RESERVED_FIELD_MUST_BE_ZERO),
        (operation.reserved_more != [0; 4], Status::RESERVED_FIELD_MUST_BE_ZERO),
        (beyond(OperationFlags::ALL), Status::FLAGS_MUST_BE_KNOWN),
        (beyond(common | own_flags(kind)), Status::FLAG_NOT_ALLOWED_FOR_KIND),
        (flag(OperationFlags::FINAL | OperationFlags::REST), Status::FLAGS_ARE_MUTUALLY_EXCLUSIVE),
        (!unused_fields_are_zero(operation), Status::UNUSED_FIELD_MUST_BE_ZERO),
        (operation.id.is_zero(), Status::ID_MUST_NOT_BE_ZERO),
        (operation.id.is_max(), Status::ID_MUST_NOT_BE_MAX),
    ])
    .and_lowest(check_origin(flag(OperationFlags::IMPORTED), operation.timestamp, batch))
    .and_lowest(check_names(operation))
    .and_lowest(check_terms(operation))
    .and_lowest(check_document(operation, batch.data))
}

fn own_flags(kind: Kind) -> OperationFlags {
    match kind {
        Kind::TRANSFER => OperationFlags::BALANCING_DEBIT | OperationFlags::BALANCING_CREDIT,
        Kind::RELEASE => {
            let settling = OperationFlags::FINAL | OperationFlags::ARBITRATED;
            settling | OperationFlags::REST | OperationFlags::NO_FEE
        }
        Kind::REFUND => OperationFlags::ARBITRATED | OperationFlags::REST,
        Kind::TOP_UP => OperationFlags::BALANCING_DEBIT,
        Kind::REVERSE => OperationFlags::REST,
        Kind::PUT | Kind::DELETE => OperationFlags::IF_VERSION,
        _ => OperationFlags::NONE,
    }
}

/// Blanks what the kind uses: what is left must be blank.
fn unused_fields_are_zero(operation: &Operation) -> bool {
    let mut rest = Operation {
        id: Id::ZERO,
        user_data_128: Id::ZERO,
        user_data_64: 0,
        timestamp: Timestamp::NONE,
        flags: OperationFlags::NONE,
        kind: Kind::zeroed(),
        reserved: [0; 3],
        reserved_more: [0; 4],
        ..*operation
    };
    let kind = operation.kind;
    if moves_money(kind) {
        rest.value_date = Timestamp::NONE;
    }
    if matches!(kind, Kind::TRANSFER | Kind::HOLD) {
        (rest.debit_account, rest.credit_account) = (Id::ZERO, Id::ZERO);
        (rest.ledger, rest.code, rest.amount) = (0, 0, Amount::ZERO);
    } else if !kind.is_about_document() {
        rest.target = Id::ZERO;
    }
    match kind {
        Kind::HOLD => {
            (rest.fee_account, rest.fee_ppm) = (Id::ZERO, 0);
            rest.fee_fixed = Amount::ZERO;
            (rest.timeout_seconds, rest.at_deadline) = (0, AtDeadline::NONE);
        }
        Kind::SHIP | Kind::DELIVER => {
            (rest.timeout_seconds, rest.at_deadline) = (0, AtDeadline::NONE);
        }
        Kind::DISPUTE => {
            (rest.timeout_seconds, rest.at_deadline) = (0, AtDeadline::NONE);
            rest.amount = Amount::ZERO;
        }
        Kind::DIVIDE => rest.amount = Amount::ZERO,
        Kind::EXTEND => rest.timeout_seconds = 0,
        Kind::RELEASE => (rest.credit_account, rest.amount) = (Id::ZERO, Amount::ZERO),
        Kind::REFUND | Kind::TOP_UP | Kind::REVERSE => rest.amount = Amount::ZERO,
        Kind::PUT | Kind::DELETE => {
            (rest.data_offset, rest.space_length, rest.key_length) = (0, 0, 0);
            if kind == Kind::PUT {
                rest.value_length = 0;
            }
            if operation.flags.contains(OperationFlags::IF_VERSION) {
                rest.expected_version = 0;
            }
        }
        _ => {}
    }
    rest == Operation::zeroed()
}

fn check_origin(imported: bool, timestamp: Timestamp, batch: Batch) -> Result<(), Status> {
    refuse(&[
        (!imported && batch.has_imported, Status::IMPORTED_EXPECTED),
        (imported && batch.has_others, Status::IMPORTED_NOT_EXPECTED),
        (!imported && !timestamp.is_none(), Status::TIMESTAMP_MUST_BE_ZERO),
        (imported && timestamp.is_none(), Status::IMPORTED_TIMESTAMP_MUST_NOT_BE_ZERO),
    ])
}

fn check_names(operation: &Operation) -> Result<(), Status> {
    let (debit, credit) = (operation.debit_account, operation.credit_account);
    let (fee, target) = (operation.fee_account, operation.target);
    let trades = matches!(operation.kind, Kind::TRANSFER | Kind::HOLD);
    let has_target = !trades && !operation.kind.is_about_document();
    refuse(&[
        (trades && debit.is_zero(), Status::DEBIT_ACCOUNT_MUST_NOT_BE_ZERO),
        (trades && debit.is_max(), Status::DEBIT_ACCOUNT_MUST_NOT_BE_MAX),
        (trades && credit.is_zero(), Status::CREDIT_ACCOUNT_MUST_NOT_BE_ZERO),
        (credit.is_max(), Status::CREDIT_ACCOUNT_MUST_NOT_BE_MAX),
        (trades && debit == credit, Status::ACCOUNTS_MUST_BE_DIFFERENT),
        (!fee.is_zero() && (fee == debit || fee == credit), Status::ACCOUNTS_MUST_BE_DIFFERENT),
        (has_target && target.is_zero(), Status::TARGET_MUST_NOT_BE_ZERO),
        (has_target && target.is_max(), Status::TARGET_MUST_NOT_BE_MAX),
        (fee.is_zero() && operation.fee_ppm > 0, Status::FEE_ACCOUNT_MUST_NOT_BE_ZERO),
        (fee.is_zero() && !operation.fee_fixed.is_zero(), Status::FEE_ACCOUNT_MUST_NOT_BE_ZERO),
        (fee.is_max(), Status::FEE_ACCOUNT_MUST_NOT_BE_MAX),
    ])
}

fn check_terms(operation: &Operation) -> Result<(), Status> {
    let kind = operation.kind;
    let trades = matches!(kind, Kind::TRANSFER | Kind::HOLD);
    let takes = moves_money(kind) || kind == Kind::DIVIDE;
    let rest = operation.flags.contains(OperationFlags::REST);
    let default = operation.at_deadline;
    let claims = default == AtDeadline::CLAIM;
    let has_timeout = operation.timeout_seconds > 0;
    refuse(&[
        (operation.fee_ppm > limits::RATE_PPM_MAX, Status::FEE_RATE_MUST_NOT_EXCEED_ONE),
        (trades && operation.ledger == 0, Status::LEDGER_MUST_NOT_BE_ZERO),
        (trades && operation.code == 0, Status::CODE_MUST_NOT_BE_ZERO),
        (takes && !rest && operation.amount.is_zero(), Status::AMOUNT_MUST_NOT_BE_ZERO),
        (
            kind == Kind::DISPUTE && claims && operation.amount.is_zero(),
            Status::AMOUNT_MUST_NOT_BE_ZERO,
        ),
        (!operation.fee_fixed.is_valid(), Status::AMOUNT_MUST_NOT_EXCEED_MAX),
        (rest && !operation.amount.is_zero(), Status::AMOUNT_MUST_BE_ZERO),
        (!operation.amount.is_valid(), Status::AMOUNT_MUST_NOT_EXCEED_MAX),
        (default != AtDeadline::NONE && !default.is_known(), Status::AT_DEADLINE_MUST_BE_KNOWN),
        (
            matches!(kind, Kind::HOLD | Kind::DISPUTE)
                && has_timeout != (default != AtDeadline::NONE),
            Status::DEADLINE_NEEDS_TIMEOUT_AND_DEFAULT,
        ),
        (kind == Kind::EXTEND && !has_timeout, Status::TIMEOUT_MUST_NOT_BE_ZERO),
        (kind != Kind::DISPUTE && claims, Status::CLAIM_NEEDS_DISPUTE),
    ])
}

fn check_document(operation: &Operation, data: &[u8]) -> Result<(), Status> {
    if !operation.kind.is_about_document() {
        return Ok(());
    }
    let content = Content::of(operation, data).ok_or(Status::DATA_OUT_OF_BOUNDS)?;
    let space = &content.space;
    let space_fits = (1..=limits::DOCUMENT_SPACE_BYTES_MAX).contains(&space.len());
    refuse(&[
        (
            !space_fits || space.contains(&0) || std::str::from_utf8(space).is_err(),
            Status::SPACE_MUST_BE_VALID,
        ),
        (
            !(1..=limits::DOCUMENT_KEY_BYTES_MAX).contains(&content.key.len()),
            Status::KEY_MUST_BE_VALID,
        ),
        (content.value.len() > limits::DOCUMENT_VALUE_BYTES_MAX, Status::VALUE_TOO_LONG),
        (space.first().is_some_and(|&first| first < b' '), Status::SPACE_IS_RESERVED),
    ])
}

pub(super) fn check_ledger(ledger: &Ledger) -> Result<(), Status> {
    refuse(&[
        (ledger.reserved != [0; 4], Status::RESERVED_FIELD_MUST_BE_ZERO),
        (!ledger.created_at.is_none(), Status::TIMESTAMP_MUST_BE_ZERO),
        (ledger.number == 0, Status::LEDGER_MUST_NOT_BE_ZERO),
        (!ledger.code.is_valid(), Status::LEDGER_CODE_MUST_BE_VALID),
        (ledger.scale > u32::from(limits::LEDGER_SCALE_MAX), Status::SCALE_MUST_NOT_EXCEED_MAX),
        (!ledger.posted.is_zero() || !ledger.pending.is_zero(), Status::BALANCES_MUST_BE_ZERO),
    ])
}

pub(super) fn check_account(account: &Account, batch: Batch) -> Result<(), Status> {
    let unknown = account.flags.bits() & !AccountFlags::ALL.bits() != 0;
    let both_limits =
        AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS;
    let loop_and_outside = AccountFlags::EXTERNAL | AccountFlags::SPEND_ONLY;
    refuse(&[
        (account.reserved != 0, Status::RESERVED_FIELD_MUST_BE_ZERO),
        (unknown, Status::FLAGS_MUST_BE_KNOWN),
        (
            account.flags.intersects(AccountFlags::FROZEN | AccountFlags::CLOSED),
            Status::FLAG_NOT_ALLOWED_FOR_KIND,
        ),
        (
            account.has(both_limits) || account.has(loop_and_outside),
            Status::FLAGS_ARE_MUTUALLY_EXCLUSIVE,
        ),
        (account.id.is_zero(), Status::ID_MUST_NOT_BE_ZERO),
        (account.id.is_max(), Status::ID_MUST_NOT_BE_MAX),
        (account.ledger == 0, Status::LEDGER_MUST_NOT_BE_ZERO),
        (account.code == 0, Status::CODE_MUST_NOT_BE_ZERO),
        (
            account.balances != Default::default() || account.open_holds != 0,
            Status::BALANCES_MUST_BE_ZERO,
        ),
    ])
    .and_lowest(check_origin(account.has(AccountFlags::IMPORTED), account.created_at, batch))
}

/// Whether money moves: what the model says of kinds for itself.
fn moves_money(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TRANSFER | Kind::HOLD | Kind::RELEASE | Kind::REFUND | Kind::TOP_UP | Kind::REVERSE
    )
}

trait AndLowest {
    /// The lower of two refusals.
    fn and_lowest(self, other: Self) -> Self;
}

impl AndLowest for Result<(), Status> {
    fn and_lowest(self, other: Self) -> Self {
        match (self, other) {
            (Err(one), Err(other)) => Err(one.min(other)),
            (one, other) => one.and(other),
        }
    }
}
