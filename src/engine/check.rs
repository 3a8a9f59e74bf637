//! The first guards: is the record itself in order?
//!
//! They look at nothing but the operation and its batch. What passes them is well formed; whether
//! it can be carried out is for the others to say.

use super::{Batch, Origin};
use crate::model::{
    Account, AccountFlags, AtDeadline, Balances, Document, DocumentKey, DocumentKeyError, Id,
    KnownKind, Ledger, Operation, OperationFlags as Flags, Status, Timestamp, Traits, limits,
};

/// What the first guards found out about an operation.
pub(super) struct WellFormed {
    pub(super) kind: KnownKind,
    /// What it puts or deletes.
    pub(super) document: Option<Document>,
}

/// Whether the operation is well formed.
pub(super) fn operation(batch: &Batch<'_>, operation: &Operation) -> Result<WellFormed, Status> {
    use KnownKind as K;
    // A deadline comes by itself.
    let kind = KnownKind::of(operation.kind).filter(|kind| *kind != K::Expire);
    let kind = kind.ok_or(Status::KIND_MUST_BE_KNOWN)?;
    let traits = kind.traits();
    refuse_if(has_reserved(operation), Status::RESERVED_FIELD_MUST_BE_ZERO)?;
    flags(traits, operation.flags)?;
    refuse_if(!only_used_fields(traits, operation), Status::UNUSED_FIELD_MUST_BE_ZERO)?;
    let is_imported = operation.flags.contains(Flags::IMPORTED);
    imported(batch.any_imported, batch.any_new, is_imported, operation.timestamp)?;
    id(operation.id, Status::ID_MUST_NOT_BE_ZERO, Status::ID_MUST_NOT_BE_MAX)?;
    match kind {
        K::Transfer => parties(operation)?,
        K::Hold => parties(operation).and_then(|()| terms(operation))?,
        K::Ship | K::Deliver => target(operation).and_then(|()| new_terms(operation))?,
        K::Extend => target(operation).and_then(|()| new_deadline(operation))?,
        K::Dispute => target(operation).and_then(|()| dispute(operation))?,
        K::Release | K::Refund | K::TopUp | K::Reverse | K::Divide => {
            target(operation).and_then(|()| amount(operation))?;
        }
        K::WithdrawDispute | K::Freeze | K::Unfreeze | K::Close | K::Reopen | K::Expire => {
            target(operation)?
        }
        K::Put | K::Delete => {
            let document = Some(document(batch, operation)?);
            return Ok(WellFormed { kind, document });
        }
    }
    Ok(WellFormed { kind, document: None })
}

fn has_reserved(operation: &Operation) -> bool {
    operation.reserved != [0; 3] || operation.reserved_more != [0; 4]
}

fn flags(traits: &Traits, flags: Flags) -> Result<(), Status> {
    refuse_if(!Flags::ALL.contains(flags), Status::FLAGS_MUST_BE_KNOWN)?;
    let allowed = traits.flags | Flags::LINKED | Flags::IMPORTED;
    refuse_if(!allowed.contains(flags), Status::FLAG_NOT_ALLOWED_FOR_KIND)?;
    let exclusive = flags.contains(Flags::FINAL | Flags::REST);
    refuse_if(exclusive, Status::FLAGS_ARE_MUTUALLY_EXCLUSIVE)
}

/// Whether all fields that the kind does not use are zero.
fn only_used_fields(traits: &Traits, operation: &Operation) -> bool {
    /// The record as so many words.
    type Words = [u64; size_of::<Operation>() / size_of::<u64>()];
    let words: &Words = bytemuck::cast_ref(operation);
    let used: &Words = bytemuck::cast_ref(&traits.fields);
    let unused = words.iter().zip(used).fold(0, |all, (word, used)| all | (word & !used));
    let guarded = operation.flags.contains(Flags::IF_VERSION);
    unused == 0 && (guarded || operation.expected_version == 0)
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
    let has_fee = operation.fee_ppm > 0 || !operation.fee_fixed.is_zero();
    let no_fee_account = has_fee && fee.is_zero();
    refuse_if(no_fee_account, Status::FEE_ACCOUNT_MUST_NOT_BE_ZERO)?;
    refuse_if(fee.is_max(), Status::FEE_ACCOUNT_MUST_NOT_BE_MAX)?;
    let rate = operation.fee_ppm;
    refuse_if(rate > limits::RATE_PPM_MAX, Status::FEE_RATE_MUST_NOT_EXCEED_ONE)?;
    refuse_if(operation.ledger == 0, Status::LEDGER_MUST_NOT_BE_ZERO)?;
    refuse_if(operation.code == 0, Status::CODE_MUST_NOT_BE_ZERO)?;
    amount(operation)?;
    refuse_if(!operation.fee_fixed.is_valid(), Status::AMOUNT_MUST_NOT_EXCEED_MAX)
}

fn terms(operation: &Operation) -> Result<(), Status> {
    deadline(operation)?;
    needs_no_dispute(operation)
}

/// A time-out and what happens then, or neither.
fn deadline(operation: &Operation) -> Result<(), Status> {
    refuse_if(!operation.at_deadline.is_known(), Status::AT_DEADLINE_MUST_BE_KNOWN)?;
    let one_alone = (operation.timeout_seconds == 0) != (operation.at_deadline == AtDeadline::NONE);
    refuse_if(one_alone, Status::DEADLINE_NEEDS_TIMEOUT_AND_DEFAULT)
}

fn needs_no_dispute(operation: &Operation) -> Result<(), Status> {
    refuse_if(operation.at_deadline == AtDeadline::CLAIM, Status::CLAIM_NEEDS_DISPUTE)
}

/// What is claimed, until when, and what happens then.
fn dispute(operation: &Operation) -> Result<(), Status> {
    let no_claim = operation.at_deadline == AtDeadline::CLAIM && operation.amount.is_zero();
    refuse_if(no_claim, Status::AMOUNT_MUST_NOT_BE_ZERO)?;
    refuse_if(!operation.amount.is_valid(), Status::AMOUNT_MUST_NOT_EXCEED_MAX)?;
    deadline(operation)
}

/// Kinds about a hold, an operation or an account.
fn target(operation: &Operation) -> Result<(), Status> {
    let receiver = operation.credit_account;
    refuse_if(receiver.is_max(), Status::CREDIT_ACCOUNT_MUST_NOT_BE_MAX)?;
    id(operation.target, Status::TARGET_MUST_NOT_BE_ZERO, Status::TARGET_MUST_NOT_BE_MAX)
}

/// `ship`, `deliver`: what is to happen at the deadline from now on.
fn new_terms(operation: &Operation) -> Result<(), Status> {
    refuse_if(!operation.at_deadline.is_known(), Status::AT_DEADLINE_MUST_BE_KNOWN)?;
    needs_no_dispute(operation)
}

fn new_deadline(operation: &Operation) -> Result<(), Status> {
    refuse_if(operation.timeout_seconds == 0, Status::TIMEOUT_MUST_NOT_BE_ZERO)
}

fn amount(operation: &Operation) -> Result<(), Status> {
    let rest = operation.flags.contains(Flags::REST);
    let zero = operation.amount.is_zero();
    refuse_if(!rest && zero, Status::AMOUNT_MUST_NOT_BE_ZERO)?;
    refuse_if(rest && !zero, Status::AMOUNT_MUST_BE_ZERO)?;
    refuse_if(!operation.amount.is_valid(), Status::AMOUNT_MUST_NOT_EXCEED_MAX)
}

/// The document of an operation that has one.
pub(super) fn document(batch: &Batch<'_>, operation: &Operation) -> Result<Document, Status> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;
    use std::collections::BTreeSet;

    const PAGE: &str = include_str!("rules.md");

    type Names<'t> = BTreeSet<&'t str>;

    /// The names of the fields that a kind may set, beside those of all kinds.
    fn fields(kind: KnownKind) -> Names<'static> {
        let fields = &kind.traits().fields;
        let named = [
            ("debit_account", !fields.debit_account.is_zero()),
            ("credit_account", !fields.credit_account.is_zero()),
            ("target", !fields.target.is_zero()),
            ("amount", !fields.amount.is_zero()),
            ("fee_account", !fields.fee_account.is_zero()),
            ("fee_fixed", !fields.fee_fixed.is_zero()),
            ("expected_version", fields.expected_version != 0),
            ("timeout_seconds", fields.timeout_seconds != 0),
            ("fee_ppm", fields.fee_ppm != 0),
            ("ledger", fields.ledger != 0),
            ("data_offset", fields.data_offset != 0),
            ("value_length", fields.value_length != 0),
            ("key_length", fields.key_length != 0),
            ("space_length", fields.space_length != 0),
            ("code", fields.code != 0),
            ("at_deadline", fields.at_deadline != AtDeadline::NONE),
        ];
        named.iter().filter(|(_, used)| *used).map(|(name, _)| *name).collect()
    }

    #[test]
    fn the_page_says_which_fields_and_flags_a_kind_has() {
        let list = |cell: &'static str| -> Names<'static> {
            cell.split(',')
                .map(|name| name.trim().trim_matches('`'))
                .filter(|n| !n.is_empty())
                .collect()
        };
        let rows = PAGE.lines().filter_map(|line| {
            let cells: Vec<_> = line.split('|').map(list).collect();
            <[Names<'_>; 5]>::try_from(cells).ok()
        });
        let rows: Vec<_> = rows.collect();
        for &kind in Kind::ALL {
            let known = KnownKind::of(kind).expect("a kind with a name");
            let mut found = rows.iter().filter(|row| row[1].contains(kind.name()));
            let Some([_, _, shown, flags, _]) = found.next() else {
                assert_eq!(known, KnownKind::Expire, "{kind} is not on the page");
                continue;
            };
            assert_eq!(*shown, fields(known), "{kind}");
            assert_eq!(*flags, known.traits().flags.names().collect(), "{kind}");
            assert!(found.next().is_none(), "{kind} is on the page twice");
        }
    }

    #[test]
    fn the_page_says_which_kinds_have_a_value_date() {
        let (_, rest) =
            PAGE.split_once("Kinds that move money, which are ").expect("the paragraph");
        let (shown, _) = rest.split_once("have a").expect("the paragraph");
        let shown: Names<'_> = shown.split('`').skip(1).step_by(2).collect();
        let moving = Kind::ALL.iter().filter(|kind| kind.moves_money() && **kind != Kind::EXPIRE);
        assert_eq!(shown, moving.map(|kind| kind.name()).collect());
    }
}
