//! The first guards: is the record itself in order?
//!
//! They look at nothing but the operation and its batch. What passes them is well formed; whether
//! it can be carried out is for the others to say.

use super::{Batch, Origin};
use crate::model::{
    Account, AccountFlags, Amount, AtDeadline, Balances, Document, DocumentKey, DocumentKeyError,
    Id, Kind, Ledger, Operation, OperationFlags as Flags, Status, Timestamp, limits,
};
use bytemuck::Zeroable;

/// Whether the operation is well formed; gives the document that it puts or deletes.
pub(super) fn operation(
    batch: &Batch<'_>,
    operation: &Operation,
) -> Result<Option<Document>, Status> {
    let kind = operation.kind;
    refuse_if(!kind.is_known() || kind == Kind::EXPIRE, Status::KIND_MUST_BE_KNOWN)?;
    refuse_if(operation.reserved != [0; 15], Status::RESERVED_FIELD_MUST_BE_ZERO)?;
    flags(kind, operation.flags)?;
    refuse_if(!only_used_fields(operation), Status::UNUSED_FIELD_MUST_BE_ZERO)?;
    let is_imported = operation.flags.contains(Flags::IMPORTED);
    imported(batch.any_imported, batch.any_new, is_imported, operation.timestamp)?;
    id(operation.id, Status::ID_MUST_NOT_BE_ZERO, Status::ID_MUST_NOT_BE_MAX)?;
    match kind {
        Kind::TRANSFER => parties(operation)?,
        Kind::HOLD => parties(operation).and_then(|()| terms(operation))?,
        Kind::PUT | Kind::DELETE => return document(batch, operation).map(Some),
        _ => target(operation)?,
    }
    Ok(None)
}

fn flags(kind: Kind, flags: Flags) -> Result<(), Status> {
    refuse_if(!Flags::ALL.contains(flags), Status::FLAGS_MUST_BE_KNOWN)?;
    let own = match kind {
        Kind::TRANSFER => Flags::BALANCING_DEBIT | Flags::BALANCING_CREDIT,
        Kind::TOP_UP => Flags::BALANCING_DEBIT,
        Kind::RELEASE => Flags::FINAL | Flags::ARBITRATED | Flags::REST | Flags::NO_FEE,
        Kind::REFUND => Flags::ARBITRATED | Flags::REST,
        Kind::REVERSE => Flags::REST,
        Kind::PUT | Kind::DELETE => Flags::IF_VERSION,
        _ => Flags::NONE,
    };
    let allowed = own | Flags::LINKED | Flags::IMPORTED;
    refuse_if(!allowed.contains(flags), Status::FLAG_NOT_ALLOWED_FOR_KIND)?;
    let exclusive = flags.contains(Flags::FINAL | Flags::REST);
    refuse_if(exclusive, Status::FLAGS_ARE_MUTUALLY_EXCLUSIVE)
}

/// Whether all fields that the kind does not use are zero: what is left of the record when the used
/// ones are taken away.
fn only_used_fields(operation: &Operation) -> bool {
    let kind = operation.kind;
    let mut rest = *operation;
    rest.id = Id::ZERO;
    rest.user_data_128 = Id::ZERO;
    rest.user_data_64 = 0;
    rest.timestamp = Timestamp::NONE;
    rest.flags = Flags::NONE;
    rest.kind = Kind::default();
    if matches!(kind, Kind::TRANSFER | Kind::HOLD) {
        rest.debit_account = Id::ZERO;
        rest.credit_account = Id::ZERO;
        rest.ledger = 0;
        rest.code = 0;
    }
    if matches!(kind, Kind::HOLD | Kind::SHIP | Kind::DELIVER) {
        rest.at_deadline = AtDeadline::NONE;
    }
    match kind {
        Kind::TRANSFER => rest.amount = Amount::ZERO,
        Kind::HOLD => {
            rest.amount = Amount::ZERO;
            rest.fee_account = Id::ZERO;
            rest.fee_ppm = 0;
            rest.timeout_seconds = 0;
        }
        Kind::SHIP | Kind::DELIVER | Kind::EXTEND => rest.timeout_seconds = 0,
        Kind::RELEASE => {
            rest.credit_account = Id::ZERO;
            rest.amount = Amount::ZERO;
        }
        Kind::REFUND | Kind::TOP_UP | Kind::REVERSE => rest.amount = Amount::ZERO,
        Kind::PUT | Kind::DELETE => {
            rest.data_offset = 0;
            rest.space_length = 0;
            rest.key_length = 0;
            if operation.flags.contains(Flags::IF_VERSION) {
                rest.expected_version = 0;
            }
            if kind == Kind::PUT {
                rest.value_length = 0;
            }
        }
        _ => (),
    }
    if kind.moves_money() {
        rest.value_date = Timestamp::NONE;
    }
    if kind.is_about_hold() || kind.is_about_account() || kind == Kind::REVERSE {
        rest.target = Id::ZERO;
    }
    rest == Operation::zeroed()
}

/// All of a batch is imported or none: in a mixed one, neither kind is admitted.
fn imported(
    any_imported: bool,
    any_new: bool,
    record: bool,
    timestamp: Timestamp,
) -> Result<(), Status> {
    refuse_if(any_imported && !record, Status::IMPORTED_EXPECTED)?;
    refuse_if(any_new && record, Status::IMPORTED_NOT_EXPECTED)?;
    refuse_if(!record && !timestamp.is_none(), Status::TIMESTAMP_MUST_BE_ZERO)?;
    refuse_if(record && timestamp.is_none(), Status::IMPORTED_TIMESTAMP_MUST_NOT_BE_ZERO)
}

/// `transfer` and `hold`: the accounts, ledger, code and amount.
fn parties(operation: &Operation) -> Result<(), Status> {
    let (debit, credit) = (operation.debit_account, operation.credit_account);
    id(debit, Status::DEBIT_ACCOUNT_MUST_NOT_BE_ZERO, Status::DEBIT_ACCOUNT_MUST_NOT_BE_MAX)?;
    id(credit, Status::CREDIT_ACCOUNT_MUST_NOT_BE_ZERO, Status::CREDIT_ACCOUNT_MUST_NOT_BE_MAX)?;
    let fee = operation.fee_account;
    let same = debit == credit || (!fee.is_zero() && (fee == debit || fee == credit));
    refuse_if(same, Status::ACCOUNTS_MUST_BE_DIFFERENT)?;
    let no_fee_account = operation.fee_ppm > 0 && fee.is_zero();
    refuse_if(no_fee_account, Status::FEE_ACCOUNT_MUST_NOT_BE_ZERO)?;
    refuse_if(fee.is_max(), Status::FEE_ACCOUNT_MUST_NOT_BE_MAX)?;
    let rate = operation.fee_ppm;
    refuse_if(rate > limits::RATE_PPM_MAX, Status::FEE_RATE_MUST_NOT_EXCEED_ONE)?;
    refuse_if(operation.ledger == 0, Status::LEDGER_MUST_NOT_BE_ZERO)?;
    refuse_if(operation.code == 0, Status::CODE_MUST_NOT_BE_ZERO)?;
    amount(operation)
}

fn terms(operation: &Operation) -> Result<(), Status> {
    refuse_if(!operation.at_deadline.is_known(), Status::AT_DEADLINE_MUST_BE_KNOWN)?;
    let one_alone = (operation.timeout_seconds == 0) != (operation.at_deadline == AtDeadline::NONE);
    refuse_if(one_alone, Status::DEADLINE_NEEDS_TIMEOUT_AND_DEFAULT)
}

/// Kinds about a hold, an operation or an account.
fn target(operation: &Operation) -> Result<(), Status> {
    let receiver = operation.credit_account;
    refuse_if(receiver.is_max(), Status::CREDIT_ACCOUNT_MUST_NOT_BE_MAX)?;
    id(operation.target, Status::TARGET_MUST_NOT_BE_ZERO, Status::TARGET_MUST_NOT_BE_MAX)?;
    match operation.kind {
        Kind::RELEASE | Kind::REFUND | Kind::TOP_UP | Kind::REVERSE => amount(operation),
        Kind::EXTEND => refuse_if(operation.timeout_seconds == 0, Status::TIMEOUT_MUST_NOT_BE_ZERO),
        Kind::SHIP | Kind::DELIVER => {
            refuse_if(!operation.at_deadline.is_known(), Status::AT_DEADLINE_MUST_BE_KNOWN)
        }
        _ => Ok(()),
    }
}

fn amount(operation: &Operation) -> Result<(), Status> {
    let rest = operation.flags.contains(Flags::REST);
    let zero = operation.amount.is_zero();
    refuse_if(!rest && zero, Status::AMOUNT_MUST_NOT_BE_ZERO)?;
    refuse_if(rest && !zero, Status::AMOUNT_MUST_BE_ZERO)?;
    refuse_if(!operation.amount.is_valid(), Status::AMOUNT_MUST_NOT_EXCEED_MAX)
}

fn document(batch: &Batch<'_>, operation: &Operation) -> Result<Document, Status> {
    let (space, key, value) = batch.document_parts(operation).ok_or(Status::DATA_OUT_OF_BOUNDS)?;
    let key = DocumentKey::new(space, key).map_err(|error| match error {
        DocumentKeyError::Space => Status::SPACE_MUST_BE_VALID,
        DocumentKeyError::Key => Status::KEY_MUST_BE_VALID,
    })?;
    refuse_if(value.len() > limits::DOCUMENT_VALUE_BYTES_MAX, Status::VALUE_TOO_LONG)?;
    let foreign = key.is_reserved() && batch.origin == Origin::Host;
    refuse_if(foreign, Status::SPACE_IS_RESERVED)?;
    Ok(Document { key, value: value.into() })
}

/// Which accounts of a batch are imported.
#[derive(Clone, Copy)]
pub(super) struct ImportedAccounts {
    any_imported: bool,
    any_new: bool,
}

impl ImportedAccounts {
    pub(super) fn among(accounts: &[Account]) -> Self {
        let imported = |account: &Account| account.has(AccountFlags::IMPORTED);
        let any_new = !accounts.iter().all(imported);
        Self { any_imported: accounts.iter().any(imported), any_new }
    }
}

/// Whether a new account of this batch is well formed.
pub(super) fn account(account: &Account, batch: ImportedAccounts) -> Result<(), Status> {
    use AccountFlags as A;
    let flags = account.flags;
    refuse_if(account.reserved != 0, Status::RESERVED_FIELD_MUST_BE_ZERO)?;
    refuse_if(!A::ALL.contains(flags), Status::FLAGS_MUST_BE_KNOWN)?;
    refuse_if(flags.intersects(A::FROZEN | A::CLOSED), Status::FLAG_NOT_ALLOWED_FOR_KIND)?;
    let both_limits = A::DEBITS_MUST_NOT_EXCEED_CREDITS | A::CREDITS_MUST_NOT_EXCEED_DEBITS;
    let exclusive = flags.contains(both_limits) || flags.contains(A::EXTERNAL | A::SPEND_ONLY);
    refuse_if(exclusive, Status::FLAGS_ARE_MUTUALLY_EXCLUSIVE)?;
    let is_imported = flags.contains(A::IMPORTED);
    imported(batch.any_imported, batch.any_new, is_imported, account.created_at)?;
    id(account.id, Status::ID_MUST_NOT_BE_ZERO, Status::ID_MUST_NOT_BE_MAX)?;
    refuse_if(account.ledger == 0, Status::LEDGER_MUST_NOT_BE_ZERO)?;
    refuse_if(account.code == 0, Status::CODE_MUST_NOT_BE_ZERO)?;
    let used = account.balances != Balances::default() || account.open_holds != 0;
    refuse_if(used, Status::BALANCES_MUST_BE_ZERO)
}

/// Whether a new ledger is well formed.
pub(super) fn ledger(ledger: &Ledger) -> Result<(), Status> {
    refuse_if(ledger.reserved != [0; 4], Status::RESERVED_FIELD_MUST_BE_ZERO)?;
    refuse_if(!ledger.created_at.is_none(), Status::TIMESTAMP_MUST_BE_ZERO)?;
    refuse_if(ledger.number == 0, Status::LEDGER_MUST_NOT_BE_ZERO)?;
    refuse_if(!ledger.code.is_valid(), Status::LEDGER_CODE_MUST_BE_VALID)?;
    let scale_max = u32::from(limits::LEDGER_SCALE_MAX);
    refuse_if(ledger.scale > scale_max, Status::SCALE_MUST_NOT_EXCEED_MAX)?;
    let used = !ledger.posted.is_zero() || !ledger.pending.is_zero();
    refuse_if(used, Status::BALANCES_MUST_BE_ZERO)
}

fn id(id: Id, zero: Status, max: Status) -> Result<(), Status> {
    refuse_if(id.is_zero(), zero)?;
    refuse_if(id.is_max(), max)
}

pub(super) fn refuse_if(broken: bool, status: Status) -> Result<(), Status> {
    if broken { Err(status) } else { Ok(()) }
}
